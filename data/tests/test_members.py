import unittest

from context import operation
from generator.actions import ResourceType
from generator.members import match_arn, match_variable


def path(variable, type_name, op):
    member = match_variable(variable, type_name, op)
    return member.path if member else None


class Variables(unittest.TestCase):
    """Which member fills a variable. A wrong one makes an ARN that is too narrow."""

    def test_names_agree_whatever_their_capitals_and_signs(self):
        self.assertEqual(path("TableName", "table", operation("X", "tableName")), "tableName")
        self.assertEqual(path("WebACLId", "webacl", operation("X", "WebAclId")), "WebAclId")

    def test_a_bare_word_is_a_name_and_an_identifier_an_id(self):
        self.assertEqual(path("TableName", "table", operation("X", "Table")), "Table")
        self.assertEqual(path("ClusterId", "cluster", operation("X", "ClusterIdentifier")), "ClusterIdentifier")

    def test_a_name_never_stands_in_for_an_id(self):
        self.assertIsNone(path("BotId", "bot", operation("X", "botName")))
        self.assertIsNone(path("TenantId", "tenant", operation("CreateTenant", "Name")))
        self.assertIsNone(path("DbName", "db", operation("X", "DbIdentifier")))

    def test_a_longer_name_is_another_thing(self):
        self.assertIsNone(path("FileSystemId", "file-system", operation("X", "SourceFileSystemId", "StorageMachineId")))

    def test_name_alone_counts_when_the_operation_is_about_the_type(self):
        self.assertEqual(path("StateMachineName", "statemachine", operation("CreateStateMachine", "name")), "name")
        self.assertIsNone(path("StateMachineName", "statemachine", operation("CreateAlias", "name")))

    def test_a_variable_called_id_takes_the_type_as_its_stem(self):
        self.assertEqual(path("Id", "webacl", operation("X", "WebACLId", "RuleId")), "WebACLId")
        self.assertEqual(path("ResourceId", "dashboard", operation("X", "DashboardId")), "DashboardId")
        self.assertIsNone(path("ResourceId", "organization", operation("DeleteResource", "ResourceId")))

    def test_a_list_of_the_plural_counts(self):
        self.assertEqual(path("InstanceId", "instance", operation("X", "InstanceIds[]")), "InstanceIds[]")

    def test_a_nested_member_counts_if_it_is_the_only_one(self):
        shapes = {"Inner": {"type": "structure", "members": {"RoleName": {"shape": "Text"}}}}
        one = operation("X", "Config:Inner", shapes=shapes)
        two = operation("X", "Config:Inner", "Other:Inner", shapes=shapes)
        tags = operation("X", "Filter:Inner", shapes=shapes)
        self.assertEqual([path("RoleName", "role", op) for op in (one, two, tags)], ["Config.RoleName", None, None])


class ByTheArnsOwnWord(unittest.TestCase):
    def path(self, variable, type_name, op, resource):
        member = match_variable(variable, type_name, op, "arn:${Partition}:svc:${Region}:${Account}:" + resource)
        return member and member.path

    def test_the_word_before_the_variable_names_the_member(self):
        self.assertEqual(self.path("ResourceId", "Recipe", operation("PublishRecipe", "RecipeName"), "recipe/${ResourceId}"), "RecipeName")
        self.assertEqual(self.path("ResourceId", "Job", operation("StartJobRun", "Name", required=["Name"]), "job/${ResourceId}"), "Name")
        self.assertEqual(self.path("Stream", "x", operation("Notify", "ProgressUpdateStream"), "progressUpdateStream/${Stream}/x/${Task}"),
                         "ProgressUpdateStream")
        self.assertEqual(self.path("Name", "AppMonitorResource", operation("GetAppMonitorData", "Name", required=["Name"]), "appmonitor/${Name}"), "Name")

    def test_the_end_of_a_long_name_is_enough_if_it_is_required_and_alone(self):
        form = "mlflow/${MlflowTrackingServerName}"
        one = operation("StopServer", "TrackingServerName", required=["TrackingServerName"])
        self.assertEqual(self.path("MlflowTrackingServerName", "server", one, form), "TrackingServerName")
        self.assertIsNone(self.path("MlflowTrackingServerName", "server", operation("StopServer", "TrackingServerName"), form))

    def test_the_id_of_something_else_never_counts(self):
        form = "volume/${FileSystemId}/${VolumeId}"
        self.assertIsNone(self.path("FileSystemId", "volume", operation("DeleteVolume", "VolumeId", required=["VolumeId"]), form))
        self.assertIsNone(self.path("Id", "Disk", operation("AttachDisk", "diskName", required=["diskName"]), "Disk/${Id}"))
        self.assertIsNone(self.path("ResourceId", "job", operation("CreateJob", "name", required=["name"]), "job/${ResourceId}"))

    def test_the_date_of_an_api_version_says_nothing(self):
        op = operation("GetDistribution2020_05_31", "Id", required=["Id"])
        self.assertEqual(self.path("DistributionId", "distribution", op, "distribution/${DistributionId}"), "Id")


class WholeArns(unittest.TestCase):
    table = ResourceType("table", ("arn:${Partition}:svc:${Region}:${Account}:table/${TableName}",))

    def whole(self, op, only=False, guess=True):
        return match_arn(self.table, op, only, guess)

    def test_the_types_own_and_the_general_arn_count(self):
        self.assertEqual(self.whole(operation("X", "TableArn")), ["TableArn"])
        self.assertEqual(self.whole(operation("TagResource", "ResourceArn")), ["ResourceArn"])
        self.assertEqual(self.whole(operation("AddTagsToResource", "ResourceName")), ["ResourceName"])

    def test_the_arn_of_something_else_does_not(self):
        self.assertEqual(self.whole(operation("X", "RoleArn", "SourceTableArn")), [])

    def test_the_only_required_arn_of_a_single_type_is_a_guess_that_roles_never_are(self):
        self.assertEqual(self.whole(operation("X", "Thing:AnArn", required=["Thing"]), only=True), ["Thing"])
        self.assertEqual(self.whole(operation("X", "IAMRole:AnArn", required=["IAMRole"]), only=True), [])
        self.assertEqual(self.whole(operation("X", "Thing:AnArn", required=["Thing"]), only=True, guess=False), [])


if __name__ == "__main__":
    unittest.main()
