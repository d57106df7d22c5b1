import unittest

import context  # noqa: F401  the generator is on the path by it
from generator import sam
from generator.errors import GeneratorError


class Sam(unittest.TestCase):
    def test_a_policy_template_keeps_its_parameters_and_statements_and_no_description(self):
        statement = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": {"Ref": "BucketName"}}
        template = {"Description": "Reads", "Parameters": {"BucketName": {"Description": "of the bucket"}},
                    "Definition": {"Statement": [statement]}}
        self.assertEqual(sam.policy_templates({"S3ReadPolicy": template}),
                         {"S3ReadPolicy": {"p": ["BucketName"], "d": {"Statement": [statement]}}})

    def test_a_policy_template_with_more_than_statements_is_refused(self):
        template = {"Parameters": {}, "Definition": {"Statement": [], "Version": "2012-10-17"}}
        with self.assertRaisesRegex(GeneratorError, "`P` has more than statements"):
            sam.policy_templates({"P": template})

    def test_managed_policies_are_grouped_by_path_and_partitions(self):
        found = sam.managed_policies({
            "aws": {"A": "arn:aws:iam::aws:policy/A", "B": "arn:aws:iam::aws:policy/service-role/B"},
            "aws-cn": {"A": "arn:aws-cn:iam::aws:policy/A"},
        })
        self.assertEqual(found, {"partitions": ["aws", "aws-cn"], "names": [["", 3, ["A"]], ["service-role/", 1, ["B"]]]})

    def test_access_categories_keep_their_order(self):
        profile = {"Type": "T", "Properties": {"SourcePolicy": True, "AccessCategories": {"Write": {"a": 1}, "Read": {"b": 2}}}}
        found = sam.connectors({"S": {"D": profile}})["S"]["D"]
        self.assertEqual(found["Properties"], {"SourcePolicy": True, "AccessCategories": [["Write", {"a": 1}], ["Read", {"b": 2}]]})

    def test_a_managed_policy_of_another_form_is_refused(self):
        with self.assertRaisesRegex(GeneratorError, "`A` has an ARN of another form"):
            sam.managed_policies({"aws": {"A": "arn:aws:iam::123456789012:policy/A"}})


if __name__ == "__main__":
    unittest.main()
