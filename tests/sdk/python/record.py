"""Makes real boto3 calls under the real X-Ray SDK and prints the segment document that the SDK would send.

    record.py [WHITELIST]

The calls go to a stub on the loopback interface that answers every request alike. The whitelist is loaded as its help says.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from aws_xray_sdk.core import patch, xray_recorder
from aws_xray_sdk.ext import boto_utils


class Stub(BaseHTTPRequestHandler):
    """Answers every request with an empty JSON object."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b"" if self.command == "HEAD" else b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_HEAD = answer

    def log_message(self, *_):
        pass


class Emitter:
    """Prints what would be sent to the daemon."""

    def send_entity(self, entity):
        print(entity.serialize())


def client(service, endpoint):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
    )


def main():
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            boto_utils.whitelist = json.load(file)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"

    patch(("botocore",))
    xray_recorder.configure(emitter=Emitter(), sampling=False, context_missing="RUNTIME_ERROR", streaming_threshold=1000)
    segment = xray_recorder.begin_segment("checkout")
    segment.origin = "AWS::Lambda::Function"
    segment.set_aws({"function_arn": "arn:aws:lambda:eu-west-1:123456789012:function:checkout"})

    client("secretsmanager", endpoint).get_secret_value(SecretId="orders-db")
    client("kms", endpoint).decrypt(KeyId="1234abcd-12ab-34cd-56ef-1234567890ab", CiphertextBlob=b"not-to-be-recorded")
    client("stepfunctions", endpoint).start_execution(
        stateMachineArn="arn:aws:states:eu-west-1:123456789012:stateMachine:fulfil", input='{"card": "not-to-be-recorded"}'
    )
    client("kinesis", endpoint).put_record(StreamName="clicks", Data=b"not-to-be-recorded", PartitionKey="not-to-be-recorded")
    client("ssm", endpoint).get_parameters(Names=["/orders/url", "/orders/limit"])
    client("dynamodb", endpoint).batch_get_item(
        RequestItems={name: {"Keys": [{"id": {"S": "not-to-be-recorded"}}]} for name in ("orders", "customers")}
    )
    client("s3", endpoint).head_object(Bucket="invoices", Key="not-to-be-recorded.pdf")

    xray_recorder.end_segment()


main()
