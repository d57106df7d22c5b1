import tempfile
import unittest
from pathlib import Path

from context import operation, reference, service
from generator.errors import GeneratorError
from generator.overrides import Override, check_overrides, read_overrides, write_formats


class Validation(unittest.TestCase):
    """An override that says what does not hold is refused, with its line."""

    def check(self, text):
        references = {"svc": reference("svc", {"GetItem": ["table*"]}, {"table": "table/${TableName}"})}
        services = {"svc": service("svc", operation("GetItem", "TableName"))}
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "svc.toml").write_text(text)
            check_overrides(read_overrides(Path(folder)), references, services, {"svc": "svc"})

    def refusal(self, text):
        with self.assertRaises(GeneratorError) as caught:
            self.check(text)
        return str(caught.exception)

    def test_what_holds_is_accepted(self):
        self.check('# Why.\n[fill]\nTableName = ["TableName|table"]\n[spellings.svc]\nFetch = "GetItem"\n'
                   '[operations.svc]\nGetItem = [{ action = "GetItem", types = ["table"], when = ["has", "TableName"] }]\n')

    def test_each_word_that_does_not_exist_is_refused_on_its_line(self):
        cases = {
            'colour = "red"': "unknown key `colour`",
            '[granularity]\nchair = "arn:${Partition}:x"': "no resource type `chair`",
            '[renames.svc]\nGetItem = ["TakeItem"]': "no action `svc:TakeItem`",
            '[renames.svc]\nTakeItem = ["GetItem"]': "no operation `TakeItem`",
            '[fill]\nChair = ["TableName"]': "has the variable `Chair`",
            '[fill]\nTableName = ["Chair"]': "no operation has the member `Chair`",
            '[fill]\nTableName = ["TableName|polish"]': "unknown transform `polish`",
            '[parameters.svc]\nTableName = ["table_name"]': "`table_name` is not normalised",
            '[spellings.svc]\nGetItem = "GetItem"': "`GetItem` is itself an operation",
            '[operations.svc]\nGetItem = [{ action = "GetItem", colour = 1 }]': "unknown key `colour`",
            '[operations.svc]\nGetItem = [{ action = "GetItem", arn = ["Chair"] }]': "no member `Chair`",
            '[operations.svc]\nGetItem = [{ action = "GetItem", when = ["perhaps", "TableName"] }]': "is not a condition",
            '[none]\nother = ["GetItem"]': "no service `other`",
            '[[implied]]\naction = "GetItem"\nreason = ""': "needs a reason",
        }
        for text, expected in cases.items():
            with self.subTest(text):
                message = self.refusal("# Why.\n\n" + text)
                self.assertIn(expected, message)
                self.assertRegex(message, r"svc\.toml:[3-5]: ")

    def test_a_type_that_no_list_has_is_added_and_another_is_not_written_over(self):
        shadow = "arn:${Partition}:svc:${Region}:${Account}:table/${TableName}/${ShadowName}"
        references = {"svc": reference("svc", {}, {"table": "table/${TableName}"})}
        write_formats({"svc": Override("svc", types={"shadow": [shadow]})}, references)
        self.assertEqual(references["svc"].types["shadow"].formats, (shadow,))
        for types in ({"table": [shadow]}, {"chair": ["chair/${ChairName}"]}):
            with self.assertRaises(GeneratorError):
                write_formats({"svc": Override("svc", types=types)}, references)

    def test_a_file_that_does_not_say_why_is_refused(self):
        self.assertIn("no comment header", self.refusal("[none]\n"))

    def test_text_that_is_no_toml_is_refused(self):
        self.assertIn("not valid TOML", self.refusal("# Why.\n[fill\n"))


if __name__ == "__main__":
    unittest.main()
