# SPDX-License-Identifier: Apache-2.0
"""Captures what botocore would send, without a network. As a program it prints what the botocore of
the Python that runs it makes, a line for each request:

    capture.py samples   of all services, with parameters made from the models: captured.jsonl
    capture.py all       the same, of every operation
    capture.py calls     the calls of calls.py, but those of older SDKs: captured_calls.jsonl
    capture.py older     those of older SDKs, by an older botocore: captured_older.jsonl
    capture.py pages     what aws_pages.py has, unsigned: aws_pages.jsonl

Of what a client sends User-Agent and the headers that number attempts are left out. The same
botocore prints the same lines every time.
"""
import base64
import contextlib
import datetime
import io
import json
import sys
import time
import urllib.parse
import uuid

import botocore.auth
import botocore.session
import botocore.signers
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.model import ServiceModel

import aws_pages
import calls
import sample

KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
LOCAL = "http://localhost:4566"

# Of these many operations are captured, of the others a few.
MANY = """acm apigateway apigatewayv2 application-autoscaling appsync athena autoscaling backup
batch
bedrock-runtime cloudformation cloudfront cloudtrail cloudwatch codebuild codecommit codepipeline
cognito-idp config dax dms ds dynamodb dynamodbstreams ebs ec2 ecr ecs efs eks elasticache
elasticbeanstalk elb elbv2 emr es events firehose fsx glacier glue guardduty iam inspector2 iot
kafka kinesis kms lambda logs mq neptune opensearch organizations pinpoint rds redshift
resource-groups route53 route53domains s3 s3control sagemaker scheduler secretsmanager
servicediscovery ses sesv2 sns sqs ssm stepfunctions sts transfer wafv2 xray""".split()
LEFT_OUT = ("host", "user-agent", "amz-sdk-invocation-id", "amz-sdk-request")
OF_MANY, OF_OTHERS = 12, 2


class Sent(BaseException):
    """Ends a call before anything is sent. No handler of botocore's catches it."""

    def __init__(self, request):
        super().__init__(request.url)
        self.request = request


def stop(request, **_):
    raise Sent(request)


def client(session, service, endpoint=None, key=KEY, before_send=stop, **config):
    """A client whose requests go no further than to a handler."""
    made = session.create_client(
        service, region_name=sample.REGION, endpoint_url=endpoint, aws_access_key_id=key[0],
        aws_secret_access_key=key[1], aws_session_token=key[2] if len(key) > 2 else None,
        config=Config(user_agent="captured", endpoint_discovery_enabled=False, **config))
    made.meta.events.register_first("before-send", before_send)
    return made


def body_of(request):
    body = request.body
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def written(headers):
    """What a client sends, without what names it."""
    return {name: value.decode() if isinstance(value, bytes) else value
            for name, value in headers.items()
            if name.lower() not in LEFT_OUT}


def as_line(request):
    """The members of a request as POST /_iam-local/authorize takes them."""
    url = urllib.parse.urlsplit(request.url)
    headers = {"Host": url.netloc, **written(request.headers)}
    line = {"method": request.method, "target": request.url.split(url.netloc, 1)[1] or "/",
            "headers": headers}
    if not line["target"].startswith("/"):
        line["target"] = "/" + line["target"]
    body = body_of(request)
    if body:
        line["body"] = base64.b64encode(body).decode()
    return line


def method_of(made, operation):
    return next(name for name, op in made.meta.method_to_api_mapping.items() if op == operation)


def send(made, operation, parameters):
    """The request of one call; None: botocore refuses to make it."""
    try:
        getattr(made, method_of(made, operation))(**parameters)
    except Sent as sent:
        return as_line(sent.request)
    except Exception as refused:  # pylint: disable=broad-except
        print(f"{made.meta.service_model.service_name} {operation}: {refused}", file=sys.stderr)
    return None


def stand_still():
    """Time and random numbers of botocore's, so that a request is the same every time."""
    class Clock(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return sample.TIME.replace(tzinfo=None)

        @classmethod
        def now(cls, tz=None):
            return sample.TIME.astimezone(tz)

    for module in (botocore.auth, botocore.signers):
        if hasattr(module, "get_current_datetime"):
            module.get_current_datetime = lambda *_, **__: Clock.utcnow()
        else:
            module.datetime.datetime = Clock
    time.gmtime = lambda *_: sample.TIME.timetuple()
    numbers = iter(range(1, 1 << 30))
    uuid.uuid4 = lambda: uuid.UUID(int=next(numbers))


def spread(names, few):
    """Some of the names, from all over the list."""
    return names if len(names) <= few else [names[at * len(names) // few] for at in range(few)]


def samples(session, every=False):
    """Every second goes to a server of this host, if a signature is there to tell the service. Of
    operations with optional members both forms are made in turn.
    """
    for service in session.get_available_services():
        makers = [client(session, service), client(session, service, LOCAL)]
        model = makers[0].meta.service_model
        few = 1 << 20 if every else OF_MANY if service in MANY else OF_OTHERS
        for at, operation in enumerate(spread(list(model.operation_names), few)):
            sampler = sample.Sampler(model.signing_name, 40 * (at // 2 % 2))
            shape = model.operation_model(operation)
            made = makers[at % 2 if shape.auth_type != "none" else 0]
            line = send(made, operation, sampler.parameters(shape))
            if line:
                yield {"service": service, "operation": operation, **line}


def presigned(made, operation, parameters):
    request = AWSRequest("PUT" if operation.startswith("Put") else "GET",
                         made.generate_presigned_url(method_of(made, operation), parameters))
    return as_line(request.prepare())


def posted(made, parameters):
    """A browser's form with a file."""
    form = made.generate_presigned_post(parameters["Bucket"], parameters["Key"])
    boundary = "----form"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in form["fields"].items()]
    file = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
            f'Content-Type: text/plain\r\n\r\ntext\r\n--{boundary}--\r\n')
    return as_line(AWSRequest("POST", form["url"], data=("".join(parts) + file).encode(), headers={
        "Content-Type": f"multipart/form-data; boundary={boundary}"}).prepare())


@contextlib.contextmanager
def speaking(protocol):
    """Clients that are made speak this one, if it is one."""
    kept = getattr(ServiceModel, "resolved_protocol", None)
    if protocol:
        ServiceModel.resolved_protocol = protocol
    try:
        yield
    finally:
        if protocol:
            ServiceModel.resolved_protocol = kept


def make(session, service, operation, parameters, options):
    form, config = options.get("form"), options.get("config", {})
    if form in ("presigned", "post"):  # which it signs in an older way by default
        config = {**config, "signature_version": "s3v4"}
    with speaking(options.get("protocol")):
        made = client(session, service, options.get("endpoint"), **config)
    if form == "presigned":
        return presigned(made, operation, parameters)
    if form == "post":
        return posted(made, parameters)
    if form == "stream":
        parameters = {**parameters, "Body": io.BytesIO(parameters["Body"])}
    return send(made, operation, parameters)


def chosen(session, older):
    for service, operation, parameters, permissions, options in calls.CALLS:
        if bool(options.get("older")) == older:
            line = make(session, service, operation, parameters, options)
            expected = {"permissions": permissions}
            if "keys" in options:
                expected["keys"] = options["keys"]
            yield {"service": service, "operation": operation, **line, **expected}


SIGNED = ("authorization", "x-amz-date", "x-amz-content-sha256", "expect", "transfer-encoding")


def unsigned(session, row):
    """The request of a row of aws_pages.py, as somebody can sign it."""
    where, service, operation, parameters, options = row
    made = make(session, service, operation, parameters, options)
    made["headers"] = {name: value for name, value in made["headers"].items()
                       if name.lower() not in SIGNED}
    signed = session.get_service_model(service).signing_name
    return {"service": service, "operation": operation, **made, "signed": signed, "from": where}


def pages(session):
    for *row, permissions, options in aws_pages.PAGES:
        yield {**unsigned(session, (*row, options)), "permissions": permissions}
    for *row, denied, sentence, answer, options in aws_pages.DENIALS:
        line = {**unsigned(session, (*row, options)), "denied": denied, "sentence": sentence}
        yield {**line, "answer": list(answer)} if answer else line


def main(part):
    session = botocore.session.Session()
    stand_still()
    lines = {"samples": lambda: samples(session), "all": lambda: samples(session, every=True),
             "calls": lambda: chosen(session, False), "older": lambda: chosen(session, True),
             "pages": lambda: pages(session)}[part]
    for line in lines():
        print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
