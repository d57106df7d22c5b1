import unittest

from context import operation, map_one, reference
from generator.overrides import Override

TABLE = {"table": "table/${TableName}"}


class Rules(unittest.TestCase):
    """The order of the rules that turn an operation into actions."""

    def test_the_same_name_in_other_capitals_is_the_action(self):
        mapping = map_one(operation("GetBucketCors"), reference("svc", {"GetBucketCORS": []}, {}))
        self.assertEqual(mapping, {"m": "s", "n": [{"a": "GetBucketCORS"}]})

    def test_a_version_in_the_name_is_left_off(self):
        mapping = map_one(operation("ListThingsV2"), reference("svc", {"ListThings": []}, {}))
        self.assertEqual(mapping, {"m": "e", "n": [{"a": "ListThings"}]})

    def test_an_action_with_the_version_in_its_name_comes_before_one_without(self):
        mapping = map_one(operation("ListThingsV2"), reference("svc", {"ListThings": [], "ListThingsV2": []}, {}))
        self.assertEqual(mapping["n"], [{"a": "ListThingsV2"}])

    def test_a_batch_is_the_single_call_on_either_side(self):
        ref = reference("svc", {"SendMessage": [], "GetThing": []}, {})
        self.assertEqual(map_one(operation("SendMessageBatch"), ref)["n"], [{"a": "SendMessage"}])
        self.assertEqual(map_one(operation("BatchGetThings"), ref)["n"], [{"a": "GetThing"}])

    def test_an_unsigned_call_needs_nothing_even_if_an_action_has_its_name(self):
        mapping = map_one(operation("InitiateAuth", unauthenticated=True), reference("svc", {"InitiateAuth": []}, {}))
        self.assertEqual(mapping, {"m": "n", "n": []})

    def test_an_override_comes_before_all_else(self):
        ref = reference("svc", {"Old": ["table*"], "New": []}, TABLE)
        override = Override("svc", renames={"svc": {"New": ["Old"]}})
        self.assertEqual(map_one(operation("New", "TableName"), ref, override)["n"],
                         [{"a": "Old", "r": [{"t": "table", "v": {"TableName": ["TableName"]}}]}])
        self.assertEqual(map_one(operation("New"), ref, Override("svc", none={"svc": ["New"]})), {"m": "n", "n": []})

    def test_a_new_operation_is_assumed_only_where_names_agree(self):
        ref = reference("svc", {"A": [], "B": []}, {})
        agreeing = [operation("A"), operation("B")]
        self.assertEqual(map_one(operation("New"), ref, more=agreeing), {"m": "a", "n": [{"a": "New", "r": [{"t": ""}]}]})
        self.assertIsNone(map_one(operation("New"), ref, more=[operation("X"), operation("A")]))
        self.assertIsNone(map_one(operation("New"), ref, Override("svc", assume=False), more=agreeing))

    def test_the_need_of_another_service_carries_its_prefix(self):
        secrets = reference("secretsmanager", {"GetSecretValue": ["Secret*"]}, {"Secret": "secret:${SecretId}"})
        override = Override("svc", operations={"svc": {"Run": [
            {"action": "secretsmanager:GetSecretValue", "types": ["Secret"], "arn": ["secretArn"], "when": ["has", "secretArn"], "optional": True}]}})
        mapping = map_one(operation("Run", "secretArn:AnArn"), reference("svc", {}, {}), override, others=[secrets])
        self.assertEqual(mapping["n"], [{"a": "secretsmanager:GetSecretValue", "r": [{"t": "secretsmanager:Secret", "w": ["secretArn"]}],
                                         "i": ["has", "secretArn"], "o": 1}])


class Resources(unittest.TestCase):
    """Which of an action's resource types are named, and how."""

    def test_only_the_types_that_the_request_names_are_kept(self):
        ref = reference("svc", {"Go": ["table*", "model"]}, TABLE | {"model": "model/${ModelId}"})
        self.assertEqual([r["t"] for r in map_one(operation("Go", "TableName"), ref)["n"][0]["r"]], ["table"])

    def test_types_that_no_member_names_are_told_beside_those_that_are_named(self):
        ref = reference("svc", {"Go": ["table*", "model"]}, TABLE | {"model": "model/${ModelId}"})
        need = map_one(operation("Go", "TableName"), ref)["n"][0]
        self.assertEqual((need.get("d"), [entry["t"] for entry in need["r"]]), (["model"], ["table"]))
        ignoring = Override("svc", ignore_types=["model"])
        # The rules leave such a type aside because nothing fills it. A call may be on it all the same.
        self.assertEqual(map_one(operation("Go", "TableName"), ref, ignoring)["n"][0].get("d"), ["model"])

    def test_a_call_names_none_only_where_types_and_members_are_optional(self):
        ref = reference("svc", {"Go": ["table"], "GoStarred": ["table*"]}, TABLE)
        self.assertEqual(map_one(operation("Go", "TableName"), ref)["n"][0].get("z"), 1)
        self.assertNotIn("z", map_one(operation("GoStarred", "TableName"), ref)["n"][0])

    def test_with_none_named_the_starred_ones_are_unknown_and_the_others_possible(self):
        ref = reference("svc", {"Go": ["table*", "model"]}, TABLE | {"model": "model/${ModelId}"})
        self.assertEqual(map_one(operation("Go", "Other"), ref)["n"], [{"a": "Go", "r": [{"t": "table", "s": 1}], "d": ["model"]}])

    def test_what_a_call_makes_is_open_ended_and_what_it_uses_is_not(self):
        ref = reference("svc", {"CreateModel": ["model*"], "CreateRoute": ["table*"]}, TABLE | {"model": "model/${ModelId}"})
        self.assertEqual(map_one(operation("CreateModel", "Size"), ref)["n"][0]["r"], [{"t": "model", "u": 1}])
        self.assertEqual(map_one(operation("CreateRoute", "Size"), ref)["n"][0]["r"], [{"t": "table"}])

    def test_a_list_ranges_over_all_unless_it_is_told_where(self):
        ref = reference("svc", {"ListItems": ["table*"]}, TABLE)
        self.assertEqual(map_one(operation("ListItems"), ref)["n"][0]["r"], [{"t": "table", "u": 1}])
        self.assertNotIn("u", map_one(operation("ListItems", "TableName"), ref)["n"][0]["r"][0])

    def test_a_required_member_of_several_marks_its_resource(self):
        ref = reference("svc", {"Go": ["table*", "base*"]}, TABLE | {"base": "base/${BaseName}"})
        resources = map_one(operation("Go", "TableName", "BaseName", required=["TableName"]), ref)["n"][0]["r"]
        self.assertEqual({r["t"]: r.get("q") for r in resources}, {"base": None, "table": 1})

    def test_a_type_without_variables_goes_with_the_named_ones(self):
        ref = reference("svc", {"Go": ["table*", "root*"]}, TABLE | {"root": "catalog"})
        self.assertEqual([r["t"] for r in map_one(operation("Go", "TableName"), ref)["n"][0]["r"]], ["root", "table"])

    def test_a_name_that_aws_writes_in_lower_case_may_be_granted_as_recorded(self):
        ref = reference("svc", {"Go": ["table*"]}, TABLE)
        needs = map_one(operation("Go", "TableName"), ref, Override("svc", fill={"TableName": ["TableName|lower"]}))["n"]
        self.assertEqual([(need["r"][0]["v"]["TableName"], need.get("o")) for need in needs], [(["TableName|lower"], None), (["TableName"], 1)])


class Gateway(unittest.TestCase):
    """API Gateway's verbs on URIs."""

    ref = reference("apigateway", {"GET": [], "PutThing": []}, {
        "Stage": ["/apis/${ApiId}/stages/${StageName}", "/restapis/${RestApiId}/stages/${StageName}"],
        "RestApi": "/restapis/${RestApiId}"})
    placed = {"restApiId": {"shape": "Text", "locationName": "restapi_id"}, "stageName": {"shape": "Text", "locationName": "stage_name"}}

    def get(self, uri, service="apigateway", members=None):
        op = operation("GetIt", method="GET", uri=uri)
        op.shapes["Input"]["members"] = self.placed if members is None else members
        return map_one(op, self.ref, name=service)

    def test_the_type_is_the_one_with_the_shape_of_the_uri(self):
        self.assertEqual(self.get("/restapis/{restapi_id}/stages/{stage_name}"), {"m": "e", "n": [
            {"a": "GET", "r": [{"t": "Stage", "v": {"RestApiId": ["restApiId"], "StageName": ["stageName"]}}]}]})

    def test_the_version_of_the_second_api_is_no_part_of_the_arn(self):
        members = {"apiId": {"shape": "Text"}, "stageName": {"shape": "Text"}}
        mapping = self.get("/v2/apis/{apiId}/stages/{stageName}", "apigatewayv2", members)
        self.assertEqual(mapping["n"][0]["r"], [{"t": "Stage", "v": {"ApiId": ["apiId"], "StageName": ["stageName"]}}])

    def test_a_uri_of_no_known_shape_leaves_the_type_open(self):
        self.assertEqual(self.get("/sdktypes/{id}")["n"], [{"a": "GET", "r": [{"t": ""}]}])


if __name__ == "__main__":
    unittest.main()
