"""Writes the traces of the example shop: what `aws xray batch-get-traces` would have answered.

    python3 examples/shop/generate.py [FOLDER]      (default: the folder `traces` beside this file)

Standard library only, and the same bytes every time: the only source of chance is `random.Random(SEED).random()`, whose
sequence Python keeps from version to version. Account, names and people are made up.
"""

from __future__ import annotations

import json
import random
import re
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

SEED = 20261103
REGION = "eu-west-1"
ACCOUNT = "111122223333"
ROLE = "shop-role"
FIRST_DAY = datetime(2026, 11, 3, tzinfo=timezone.utc)
DAYS = 14
TRACES_A_CALL = 5  # BatchGetTraces takes five ids at a time.

INVOICES = f"shop-invoices-{ACCOUNT}"
TEMPLATES = f"shop-mail-templates-{ACCOUNT}"
REPORTS = f"shop-reports-{ACCOUNT}"
ORDER_PLACED = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-order-placed"
FINANCE = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-finance"
MAIL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/shop-mail"

CHANCE = random.Random(SEED)


def below(limit: int) -> int:
    return int(CHANCE.random() * limit)


def pick(choices: list):
    return choices[below(len(choices))]


def hexadecimal(digits: int) -> str:
    return "".join("0123456789abcdef"[below(16)] for _ in range(digits))


def uuid() -> str:
    return "-".join(hexadecimal(n) for n in (8, 4, 4, 4, 12))


def long_request_id() -> str:
    """DynamoDB writes request ids of 52 capitals and digits, the second half always the same."""
    return "".join("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[below(36)] for _ in range(26)) + "VV4KQNSO5AEMVJF66Q9ASUAAJG"


def short_request_id() -> str:
    """S3 writes sixteen."""
    return "".join("ABCDEFGHJKMNPQRSTVWXYZ0123456789"[below(32)] for _ in range(16))


@dataclass
class Failure:
    """An answer that is an error, as the recorder of one language keeps it."""

    status: int
    type: str
    message: str
    throttle: bool = False
    remote: bool = True


@dataclass
class Call:
    """One AWS call: its name after X-Ray has processed it, and what the SDK recorded of it."""

    service: str
    operation: str
    parameters: dict = field(default_factory=dict)
    resources: list[str] = field(default_factory=list)
    inferred: str = ""  # The origin of the segment that X-Ray infers from it, if any.
    request_id: object = uuid
    status: int = 200
    content_length: int = 0
    failure: Failure | None = None
    seconds: float = 0.03
    retries: int = 0


@dataclass
class Language:
    """What the X-Ray SDK of a language writes into every document."""

    sdk: dict
    region: bool
    retries: int | None  # What it writes when nothing was retried.
    handler: str | None  # A subsegment around the calls, if the code makes one.
    stack: list


NODE = Language(
    sdk={"sdk": "X-Ray for Node.js", "sdk_version": "3.10.1", "package": "aws-xray-sdk-core"},
    region=True,
    retries=1,  # It counts attempts.
    handler=None,
    stack=[{"path": "/var/task/node_modules/@smithy/smithy-client/dist-cjs/index.js", "line": 433, "label": "throwDefaultError"}],
)
PYTHON = Language(
    sdk={"sdk": "X-Ray for Python", "sdk_version": "2.14.0"},
    region=True,
    retries=None,
    handler="## lambda_handler",
    stack=[{"path": "/var/task/botocore/client.py", "line": 1023, "label": "_make_api_call"}],
)
JAVA = Language(
    sdk={"sdk": "X-Ray for Java", "sdk_version": "2.18.2"},
    region=False,  # The SDK for Java 1 never records it.
    retries=0,
    handler=None,
    stack=[{"path": "AmazonHttpClient.java", "line": 1912, "label": "handleErrorResponse"}],
)


class Trace:
    """One trace under construction; `now` runs on as things are added."""

    def __init__(self, start: datetime) -> None:
        self.start = start.timestamp() + below(1000) / 1000
        self.now = self.start
        self.id = f"1-{int(self.start):08x}-{hexadecimal(24)}"
        self.segments: list[dict] = []

    def pass_time(self, seconds: float) -> float:
        self.now = round(self.now + seconds * (0.6 + 0.8 * CHANCE.random()), 6)
        return self.now

    def add(self, segment: dict) -> dict:
        segment["trace_id"] = self.id
        self.segments.append(segment)
        return segment

    def answer(self) -> dict:
        """The trace as BatchGetTraces gives it."""
        first = min(segment["start_time"] for segment in self.segments)
        last = max(segment["end_time"] for segment in self.segments)
        documents = [{"Id": segment["id"], "Document": document(segment)} for segment in self.segments]
        return {"Id": self.id, "Duration": round(last - first, 3), "LimitExceeded": False, "Segments": documents}


def document(segment: dict) -> str:
    """Compact, with times as X-Ray writes them: 1.762160400123E9."""
    text = json.dumps(segment, separators=(",", ":"))
    return re.sub(r'(?<=_time":)(\d)(\d{9})\.(\d+)', r"\1.\2\3E9", text)


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def api_request(trace: Trace, path: str, status: int) -> tuple[dict, dict]:
    """The API stage in front, with its own call of the function."""
    invoke = {
        "id": hexadecimal(16), "name": "Lambda", "start_time": trace.pass_time(0.002), "end_time": 0.0,
        "http": {"request": {"url": f"https://lambda.{REGION}.amazonaws.com/2015-03-31/functions/{function_arn(path)}/invocations", "method": "POST"},
                 "response": {"status": 200, "content_length": 64 + below(100)}},
        "aws": {"function_name": path, "region": REGION, "operation": "Invoke", "resource_names": [path]},
        "namespace": "aws",
    }
    stage = trace.add({
        "id": hexadecimal(16), "name": "shop-api/prod", "start_time": trace.start, "end_time": 0.0,
        "http": {"request": {"url": f"https://api.shop.example/prod/{path}", "method": "POST", "client_ip": f"198.51.100.{1 + below(250)}"},
                 "response": {"status": status, "content_length": 0}},
        "aws": {"api_gateway": {"account_id": ACCOUNT, "rest_api_id": "a1b2c3d4e5", "stage": "prod", "request_id": uuid()}},
        "annotations": {"aws:api_id": "a1b2c3d4e5", "aws:api_stage": "prod"},
        "origin": "AWS::ApiGateway::Stage",
        "resource_arn": f"arn:aws:apigateway:{REGION}::/restapis/a1b2c3d4e5/stages/prod",
        "subsegments": [invoke],
    })
    return stage, invoke


def service_side(trace: Trace, name: str, parent: str | None, asynchronous: bool) -> dict:
    """The segment of the Lambda service; its role is not the function's."""
    segment = {
        "id": hexadecimal(16), "name": name, "start_time": trace.pass_time(0.004), "end_time": 0.0,
        "http": {"response": {"status": 202 if asynchronous else 200}},
        "aws": {"request_id": uuid()},
        "origin": "AWS::Lambda", "resource_arn": function_arn(name),
    }
    if parent:
        segment["parent_id"] = parent
    if asynchronous:
        segment["subsegments"] = []
    return trace.add(segment)


def run(trace: Trace, name: str, parent: str, language: Language, calls: list, cold: bool, crash: Failure | None = None) -> dict:
    """The function's own segment with everything its code called."""
    arn = {"function_arn": function_arn(name)}
    parts = []
    if cold:
        begun = trace.now
        parts.append({"id": hexadecimal(16), "name": "Initialization", "start_time": begun, "end_time": trace.pass_time(0.6), "aws": dict(arn)})
    started = trace.pass_time(0.002)
    made = [made_call(trace, call, language) for call in calls]
    inside = [subsegment for subsegment, _ in made]
    finished = trace.pass_time(0.01)
    if language.handler:
        inside = [{"id": hexadecimal(16), "name": language.handler, "start_time": started, "end_time": finished, "namespace": "local",
                   "annotations": {"ColdStart": cold, "Service": "shop"}, "subsegments": inside}]
    invocation = {"id": hexadecimal(16), "name": "Invocation", "start_time": started, "end_time": finished, "aws": dict(arn), "subsegments": inside}
    parts.append(invocation)
    parts.append({"id": hexadecimal(16), "name": "Overhead", "start_time": finished, "end_time": trace.pass_time(0.008), "aws": dict(arn)})
    segment = {
        "id": hexadecimal(16), "name": name, "start_time": started, "end_time": trace.now, "parent_id": parent,
        "aws": {"account_id": ACCOUNT, **arn, "resource_names": [name]},
        "origin": "AWS::Lambda::Function", "subsegments": parts,
    }
    if crash:
        segment["fault"] = True
        invocation["fault"] = True
        invocation["cause"] = {"working_directory": "/var/task", "exceptions": [{"id": hexadecimal(16), "message": crash.message, "type": crash.type, "remote": False, "stack": []}]}
        segment["cause"] = invocation["cause"]["exceptions"][0]["id"]
    trace.add(segment)
    for subsegment, call in made:
        if call.inferred:
            trace.add(inferred(subsegment, call))
    return segment


def made_call(trace: Trace, call: Call, language: Language) -> tuple[dict, Call]:
    begun = trace.pass_time(0.003)
    ended = trace.pass_time(call.seconds)
    if call.service.startswith("https://"):
        host = call.service.removeprefix("https://").split("/")[0]
        return {"id": hexadecimal(16), "name": host, "start_time": begun, "end_time": ended, "namespace": "remote",
                "http": {"request": {"url": call.service, "method": "POST"}, "response": {"status": 200, "content_length": 211}}}, call
    aws: dict = {}
    if language.retries is not None:
        aws["retries"] = language.retries + call.retries
    if language.region:
        aws["region"] = REGION
    aws["operation"] = call.operation
    aws["request_id"] = call.request_id()
    aws.update(call.parameters)
    if call.resources:
        aws["resource_names"] = call.resources
    subsegment: dict = {"id": hexadecimal(16), "name": call.service, "start_time": begun, "end_time": ended}
    response = {"status": call.failure.status if call.failure else call.status}
    if call.content_length and not call.failure:
        response["content_length"] = call.content_length
    subsegment["http"] = {"response": response}
    subsegment["aws"] = aws
    subsegment["namespace"] = "aws"
    if call.failure:
        subsegment["error"] = True
        if call.failure.throttle:
            subsegment["throttle"] = True
        subsegment["cause"] = {"working_directory": "/var/task", "exceptions": [{
            "id": hexadecimal(16), "message": call.failure.message, "type": call.failure.type, "remote": call.failure.remote,
            "stack": language.stack}]}
    return subsegment, call


def inferred(subsegment: dict, call: Call) -> dict:
    """The callee's segment that X-Ray makes up from a call: the same `aws` block again."""
    segment = {
        "id": hexadecimal(16), "name": call.resources[0] if call.inferred == "AWS::SQS::Queue" else subsegment["name"],
        "start_time": subsegment["start_time"], "end_time": subsegment["end_time"], "parent_id": subsegment["id"], "inferred": True,
        "http": subsegment["http"], "aws": subsegment["aws"],
    }
    for flag in ("error", "throttle"):
        if flag in subsegment:
            segment[flag] = True
    segment["origin"] = call.inferred
    return segment


def close(trace: Trace, *open_parts: dict) -> None:
    for part in open_parts:
        part["end_time"] = trace.pass_time(0.002)


def dynamodb(operation: str, table: str, **more) -> Call:
    parameters = {"table_names": [table]} if operation.startswith("Batch") else {"table_name": table}
    parameters.update(more.pop("parameters", {}))
    return Call("DynamoDB", operation, parameters, [table], "AWS::DynamoDB::Table", long_request_id,
                content_length=2 + below(900), seconds=0.012, **more)


def s3(operation: str, bucket: str, key: str | None = None, **more) -> Call:
    parameters = {"bucket_name": bucket} | ({"key": key} if key else {}) | more.pop("parameters", {})
    return Call("S3", operation, parameters, [bucket], "AWS::S3::Bucket", short_request_id, seconds=0.045, **more)


def checkout(trace: Trace, number: int, cold: bool) -> None:
    """Node.js, behind an API: reads the catalogue, takes the payment, stores the order, announces it, starts fulfilment."""
    stage, invoke = api_request(trace, "checkout", 201)
    service = service_side(trace, "checkout", invoke["id"], asynchronous=False)
    calls = []
    if cold:
        # The SDK records neither the secret nor, below, the state machine.
        calls.append(Call("SecretsManager", "GetSecretValue", content_length=318, seconds=0.09))
    calls.append(dynamodb("BatchGetItem", "shop-products"))
    if number % 2 == 0:
        calls.append(dynamodb("Query", "shop-orders", parameters={"index_name": "by-customer", "limit": 20, "scan_index_forward": False}))
    calls.append(Call("https://api.payments.example/v2/charges", "", seconds=0.35))
    put = dynamodb("PutItem", "shop-orders")
    if number in (7, 19):
        put.failure = Failure(400, "ConditionalCheckFailedException", "The conditional request failed", remote=False)
    if number == 12:
        put.failure = Failure(400, "ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.", throttle=True, remote=False)
    if number == 15:
        put.retries = 2
    calls.append(put)
    if not put.failure:
        calls.append(Call("SNS", "Publish", {"topic_arn": ORDER_PLACED}, [], "AWS::SNS", content_length=294, seconds=0.03))
        calls.append(Call("SFN", "StartExecution", content_length=146, seconds=0.05))
    run(trace, "checkout", service["id"], NODE, calls, cold)
    close(trace, service, invoke, stage)
    if put.failure:
        stage["http"]["response"]["status"] = 409 if number != 12 else 503
        stage["error" if number != 12 else "fault"] = True


def refunds(trace: Trace, number: int, cold: bool) -> None:
    """Python, called by the back office: finds the order and its invoice, writes the credit note, tells the rest of the shop."""
    service = service_side(trace, "refunds", None, asynchronous=False)
    order = f"2026-{below(99999):05}"
    calls = [dynamodb("GetItem", "shop-orders", parameters={"consistent_read": True})]
    invoice = s3("GetObject", INVOICES, f"invoices/2026/{order}.pdf")
    if number in (4, 17):
        invoice.failure = Failure(404, "NoSuchKey", "An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.")
    calls.append(invoice)
    if number in (9, 21):
        # Someone tried out a limit on refunds; nobody granted the parameter.
        message = (f"An error occurred (AccessDeniedException) when calling the GetParameter operation: User: arn:aws:sts::{ACCOUNT}:assumed-role/{ROLE}/refunds "
                   f"is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/shop/refund-limit "
                   "because no identity-based policy allows the ssm:GetParameter action")
        calls.append(Call("ssm", "GetParameter", failure=Failure(400, "ClientError", message), seconds=0.04))
    if not invoice.failure:
        update = dynamodb("UpdateItem", "shop-orders")
        if number == 13:
            update.failure = Failure(400, "ConditionalCheckFailedException", "An error occurred (ConditionalCheckFailedException) when calling the UpdateItem operation: The conditional request failed")
        calls.append(update)
        if not update.failure:
            calls.append(s3("PutObject", INVOICES, f"credit-notes/2026/{order}.pdf"))
            calls.append(Call("Events", "PutEvents", content_length=85, seconds=0.03))
    run(trace, "refunds", service["id"], PYTHON, calls, cold)
    close(trace, service)


def notify(trace: Trace, number: int, cold: bool) -> None:
    """Java, invoked by the topic: finds the customer, fills the mail template, queues the mail."""
    service = service_side(trace, "notify", None, asynchronous=True)
    waited = trace.now
    service["subsegments"].append({"id": hexadecimal(16), "name": "Dwell Time", "start_time": waited, "end_time": trace.pass_time(0.05)})
    attempts = 2 if number in (6, 18) else 1
    for attempt in range(1, attempts + 1):
        fails = attempt < attempts
        attempted = {"id": hexadecimal(16), "name": f"Attempt #{attempt}", "start_time": trace.now, "end_time": 0.0, "http": {"response": {"status": 200}}}
        service["subsegments"].append(attempted)
        language = pick(["en", "en", "de", "fr"])
        template = s3("GetObject", TEMPLATES, f"order-placed/{language}.html")
        calls = [dynamodb("GetItem", "shop-customers"), template]
        crash = None
        if fails:
            template.failure = Failure(503, "com.amazonaws.services.s3.model.AmazonS3Exception",
                                       f"Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: {short_request_id()}; S3 Extended Request ID: {hexadecimal(24)}=; Proxy: null)", throttle=True)
            template.retries = 3
            crash = Failure(0, "com.amazonaws.services.s3.model.AmazonS3Exception", "Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)")
            attempted["fault"] = True
        else:
            calls.append(Call("SQS", "SendMessage", {"queue_url": MAIL, "message_id": uuid()}, [MAIL], "AWS::SQS::Queue", uuid, content_length=378, seconds=0.02))
        run(trace, "notify", attempted["id"], JAVA, calls, cold and attempt == 1, crash)
        close(trace, attempted)
        if fails:
            trace.pass_time(60)
    close(trace, service)


def report(trace: Trace, number: int, cold: bool) -> None:
    """Python, on a schedule, with a role of its own: yesterday's orders by their index, one report into a bucket, one message."""
    service = service_side(trace, "report", None, asynchronous=True)
    day = (FIRST_DAY + timedelta(hours=13 * number)).strftime("%Y-%m-%d")
    calls = [dynamodb("Query", "shop-orders", parameters={"index_name": "by-day"})]
    if number % 7 == 3:
        calls.append(s3("ListObjectsV2", REPORTS, parameters={"prefix": "daily/"}))
    calls.append(s3("PutObject", REPORTS, f"daily/{day}.csv"))
    calls.append(Call("SNS", "Publish", {"topic_arn": FINANCE}, [], "AWS::SNS", content_length=294, seconds=0.03))
    run(trace, "report", service["id"], PYTHON, calls, cold)
    close(trace, service)


FUNCTIONS = [  # What it does, how many traces, from which hour of the day on.
    (checkout, 25, 7),
    (refunds, 25, 9),
    (notify, 25, 8),
    (report, 25, 1),
]


def answers(function, count: int, hour: int) -> list[dict]:
    """The BatchGetTraces answers of one function, spread over the days."""
    traces = []
    for number in range(count):
        minutes = int(number * DAYS * 24 * 60 / count) + hour * 60 + below(45)
        if minutes >= DAYS * 24 * 60:
            minutes -= hour * 60
        trace = Trace(FIRST_DAY + timedelta(minutes=minutes))
        function(trace, number, cold=number % 5 == 0)
        traces.append(trace.answer())
    chunks = [traces[at:at + TRACES_A_CALL] for at in range(0, count, TRACES_A_CALL)]
    return [{"Traces": chunk, "UnprocessedTraceIds": []} for chunk in chunks]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "traces"
    folder.mkdir(parents=True, exist_ok=True)
    for function, count, hour in FUNCTIONS:
        for number, answer in enumerate(answers(function, count, hour), start=1):
            path = folder / f"{function.__name__}-{number}.json"
            path.write_bytes((json.dumps(answer, indent=4) + "\n").encode())


if __name__ == "__main__":
    main()
