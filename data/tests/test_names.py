import unittest

from context import operation, reference, service
from generator.errors import GeneratorError
from generator.granularity import RUN_TYPE, default_template
from generator.services import aliases, check_decidable, choose_prefix
from generator.words import alias

ARN = "arn:${Partition}:svc:${Region}:${Account}:"


class Granularity(unittest.TestCase):
    def test_the_first_variable_is_kept_and_what_is_inside_is_not(self):
        self.assertEqual(default_template(ARN + "table/${Db}/${Table}/x/${Part}"), ARN + "table/${Db}/*/x/*")

    def test_an_id_that_is_made_while_running_is_not_kept(self):
        self.assertEqual(default_template(ARN + "job/${JobId}"), ARN + "job/*")
        self.assertEqual(default_template(ARN + "model/${ModelId}"), ARN + "model/${ModelId}")

    def test_a_run_is_named_anew_each_time(self):
        for name in ("transcriptionjob", "training-job", "run", "change", "async-invoke", "import-task", "BatchInferenceJob"):
            self.assertTrue(RUN_TYPE.search(name), name)
        for name in ("job-queue", "job-definition", "jobTemplate", "runtime", "runGroup", "task-definition", "changeset", "queue"):
            self.assertFalse(RUN_TYPE.search(name), name)
        self.assertEqual(default_template(ARN + "change/${Id}", is_run=True), ARN + "change/*")
        self.assertEqual(default_template(ARN + "index/${IndexId}/job/${Name}", is_run=True), ARN + "index/${IndexId}/job/*")

    def test_the_account_is_kept_wherever_it_stands(self):
        self.assertEqual(default_template(ARN + "x/${Account}/${Name}"), ARN + "x/${Account}/${Name}")


class Services(unittest.TestCase):
    def test_the_prefix_is_the_name_with_most_actions_of_the_operations_names(self):
        refs = {"monitoring": reference("monitoring", {}, {}), "cloudwatch": reference("cloudwatch", {"PutMetricData": []}, {})}
        svc = service("cloudwatch", operation("PutMetricData"), signingName="monitoring")
        self.assertEqual(choose_prefix(svc, refs, {}), "cloudwatch")
        self.assertEqual(choose_prefix(svc, refs, {"cloudwatch": "monitoring"}), "monitoring")
        self.assertIsNone(choose_prefix(service("unheard"), refs, {}))

    def test_an_alias_loses_its_maker_unless_nothing_else_is_left(self):
        self.assertEqual([alias(n) for n in ("Amazon S3", "AWSKMS", "data-ats.iot", "AWS")], ["s3", "kms", "dataatsiot", "aws"])

    def test_services_that_share_a_name_both_answer_to_it(self):
        services = {"ses": service("ses", endpointPrefix="email"), "sesv2": service("sesv2", endpointPrefix="email")}
        found = aliases(services, {"ses": {"dotnet": "SimpleEmail"}})
        self.assertEqual((found["email"], found["simpleemail"], found["sesv2"]), ([0, 1], [0], [1]))

    def test_a_name_and_an_operation_lead_to_one_prefix(self):
        check_decidable({"waf": [0, 1]}, [("waf", {"getipset"}), ("wafv2", {"getipsets"})])
        check_decidable({"waf": [0], "wafv2": [1]}, [("waf", {"getipset"}), ("wafv2", {"getipset"})])
        with self.assertRaisesRegex(GeneratorError, "`waf` with the operation `getipset` leads to `waf` and to `wafv2`"):
            check_decidable({"waf": [0, 1]}, [("waf", {"getipset"}), ("wafv2", {"getipset"})])


if __name__ == "__main__":
    unittest.main()
