import unittest

import context
from generator.cfn import named
from generator.cfn_arns import Hand, Joiner
from generator.cfn_patterns import agrees
from generator.cfn_schemas import Schema
from generator.errors import GeneratorError


def schema(name, properties, read_only, identifier, **patterns):
    known = {p: {"type": "string"} | ({"pattern": patterns[p]} if p in patterns else {}) for p in (*properties, *read_only)}
    arns = tuple(sorted(p for p in {*read_only, *identifier} if p.lower().endswith("arn")))
    return Schema(name, known, frozenset(read_only), identifier, True, arns)


def joiner(types, **hand):
    return Joiner({"shop": context.reference("shop", {}, types)}, Hand(**hand))


class Cfn(unittest.TestCase):
    def test_an_own_arn_is_iams_format_filled_from_properties_and_ids(self):
        join = joiner({"order-list": "list/${OrderListName}/${ListId}"})
        found = join.arns(schema("AWS::Shop::OrderList", ["Name"], ["Arn", "ListId"], ("Arn",)))
        self.assertEqual(found, {"Arn": "arn:{p}:shop:{r}:{a}:list/{Name}/{.ListId}"})

    def test_a_property_is_its_value_and_the_arn_of_another_thing_is_not_the_own_one(self):
        join = joiner({"list": "list/${Name}", "item": "list/${ListName}/item/${ItemId}"})
        found = join.arns(schema("AWS::Shop::Item", ["ListName", "QueueArn"], ["ItemId", "RoleArn", "Arn", "ListArn"], ("Arn", "QueueArn")))
        self.assertEqual(found, {"Arn": "arn:{p}:shop:{r}:{a}:list/{ListName}/item/{.ItemId}", "QueueArn": "{QueueArn}"})

    def test_the_arn_of_a_parent_is_known_where_properties_fill_it(self):
        join = joiner({"list": "list/${ListName}", "item": "item/${ItemId}"})
        found = join.arns(schema("AWS::Shop::Item", ["ListName"], ["ItemId", "Arn", "ListArn"], ("Arn",)))
        self.assertEqual(found["ListArn"], "arn:{p}:shop:{r}:{a}:list/{ListName}")

    def test_a_name_never_fills_an_id(self):
        join = joiner({"list": "list/${ListId}"})
        found = join.arns(schema("AWS::Shop::List", ["Name", "ListName"], ["Arn"], ("Arn",)))
        self.assertEqual(found, {"Arn": "arn:{p}:shop:{r}:{a}:list/{.ListId}"})

    def test_a_template_against_the_schemas_pattern_is_refused(self):
        join = joiner({"list": "list/${ListName}"})
        with self.assertRaisesRegex(GeneratorError, "does not agree"):
            join.arns(schema("AWS::Shop::List", ["ListName"], ["Arn"], ("Arn",), Arn="^arn:aws:shop:[^:]*:[0-9]{12}:list/[a-z0-9]+/[0-9a-f]{8}$"))

    def test_patterns_say_more_or_less_than_a_template(self):
        for pattern, expected in [("^arn:.*", True), ("^arn:aws:shop:.*:list/list-[0-9a-f]{17}$", True), ("^arn:aws:shop:.*:lists/.*$", False)]:
            self.assertEqual(agrees("arn:{p}:shop:{r}:{a}:list/{.Id}", pattern), expected, pattern)

    def test_what_ref_gives_is_the_only_identifier(self):
        join = joiner({"list": "list/${ListId}"}, references={"AWS::Shop::Odd": "Name"})
        for name, identifier, expected in [("List", ("Arn",), "arn"), ("List", ("ListId",), ".ListId"), ("List", ("Name",), "Name"),
                                           ("List", ("Name", "ListId"), ""), ("Odd", ("Arn",), "Name")]:
            self.assertEqual(join.reference(schema(f"AWS::Shop::{name}", ["Name"], ["Arn", "ListId"], identifier)), expected)

    def test_the_name_is_the_property_in_the_own_arn(self):
        own = schema("AWS::Shop::List", ["Path", "ListName"], ["Arn"], ("Arn",))
        self.assertEqual(named(own, "arn:{p}:shop:{r}:{a}:list{Path=/}{ListName|lower}"), "ListName")
        self.assertEqual(named(own, "arn:{p}:shop:{r}:{a}:list/{.Id}"), "")

    def test_a_line_that_nothing_needs_is_told(self):
        join = joiner({}, arns={"AWS::Shop::Gone": {"Arn": ""}})
        self.assertEqual(join.leftover(), [("arns", "AWS::Shop::Gone", "Arn")])


if __name__ == "__main__":
    unittest.main()
