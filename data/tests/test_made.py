import unittest

from context import operation, reference
from generator.made import made_types

JOBS = {"job": "job/${JobId}", "dedicated-host": "dedicated-host/${DedicatedHostId}", "table": "table/${TableName}", "service": "service/${ServiceName}/${ServiceId}"}


def answering(name, answers, *members, required=()):
    made = operation(name, *members, required=required)
    made.shapes["Output"] = {"type": "structure", "members": {answer: {"shape": "Text"} for answer in answers}}
    made.output_shape = "Output"
    return made


class Made(unittest.TestCase):
    """What a call makes under an id of AWS's, by the response and the request."""

    def made(self, made, level="W"):
        return made_types(reference("svc", {}, JOBS), level, made)

    def test_the_response_carries_the_id_and_the_request_does_not(self):
        self.assertEqual(self.made(answering("SubmitJob", ["jobId", "jobName"], "jobName")), ["job"])

    def test_a_call_on_a_resource_that_the_request_names_makes_none(self):
        self.assertEqual(self.made(answering("StartJob", ["JobId"], "JobId")), [])
        self.assertEqual(self.made(answering("StopJob", ["JobId"])), [])

    def test_reading_makes_nothing(self):
        self.assertEqual(self.made(answering("StartJob", ["JobId"]), "R"), [])

    def test_the_type_may_be_called_longer_than_the_operation(self):
        self.assertEqual(self.made(answering("AllocateHosts", ["HostId"])), ["dedicated-host"])

    def test_what_is_named_can_be_named(self):
        self.assertEqual(self.made(answering("CreateTable", ["TableArn"], "TableName")), [])
        self.assertEqual(self.made(answering("CreateService", ["ServiceArn"], "ServiceName")), [])

    def test_an_id_that_may_be_given_is_for_another_version(self):
        self.assertEqual(self.made(answering("ImportJob", ["JobId"], "JobId")), ["job"])
        self.assertEqual(self.made(answering("ImportJob", ["JobId"], "JobId", required=["JobId"])), [])


if __name__ == "__main__":
    unittest.main()
