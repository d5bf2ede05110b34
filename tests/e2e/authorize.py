# SPDX-License-Identifier: Apache-2.0
"""Clients of services that IAM Local is not: what botocore would send to them is described to
POST /_iam-local/authorize instead, and a refusal comes back as if the service had sent it.
"""
import contextlib
import json
import pathlib
import sys

import aws
import harness
from botocore.awsrequest import AWSResponse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "recognize"))
import capture  # noqa: E402  what botocore sends, and
import sample  # noqa: E402  parameters for any operation

# Older SDKs have signed requests to IoT as those of somebody's API, which they are taken for.
SIGN_FOR_OTHERS = {("iot", "execute-api")}
MANAGED = "arn:aws:iam::aws:policy/"


class Allowed(BaseException):
    """Ends a call that was allowed: there is no service that could answer."""

    def __init__(self, answer):
        super().__init__(answer["operation"])
        self.answer = answer


class Body:
    """What botocore reads an answer from."""

    def __init__(self, text):
        self.data = text.encode()

    def stream(self, *_, **__):
        yield self.data

    def read(self, *_):
        data, self.data = self.data, b""
        return data


class Case(aws.BotoCase):
    """Whoever of a test wants something of another service."""

    def setUp(self):
        super().setUp()
        self.refusals = []

    def ask(self, asked):
        """The answer to a described request, or to a principal and an action."""
        status, answer = self.server.own("POST", "authorize", asked)
        self.assertEqual(200, status, answer)
        return answer

    def decide(self, request, **_):
        """Of a request that a client is about to send: gives the refusal, or ends the call."""
        answer = self.ask(capture.as_line(request))
        if answer["decision"] == "Allow":
            raise Allowed(answer)
        self.refusals.append(answer)
        refusal = answer["refusal"]
        return AWSResponse(request.url, refusal["status"], refusal["headers"],
                           Body(refusal["body"]))

    def other(self, service, key=harness.ROOT, endpoint=None, **config):
        """A client of another service."""
        return capture.client(aws.session._session, service, endpoint, key, self.decide,
                              retries={"total_max_attempts": 1}, **config)

    def user(self, name, *policies):
        """A user with policies of AWS's; returns the key."""
        key = self.new_user(name)
        for policy in policies:
            self.iam.attach_user_policy(UserName=name, PolicyArn=MANAGED + policy)
        return key

    @contextlib.contextmanager
    def allowed(self):
        """The call is allowed; gives the answer as the only element of a list."""
        kept = []
        with self.assertRaises(Allowed) as caught:
            yield kept
        kept.append(caught.exception.answer)


def aliases():
    """Services whose requests are those of another one, which is found in their place."""
    lines = (ROOT / "tests/recognize/captured_aliases.txt").read_text("utf-8").splitlines()
    return {tuple(line.split()) for line in lines if not line.startswith("#")}


def access_levels():
    """Of each action: L, R, W, T or P, as the Service Authorization Reference has it."""
    found = {}
    for line in (ROOT / "schema" / "authorization.jsonl").read_text(encoding="utf-8").splitlines():
        service = json.loads(line)
        for action, level in zip(service["actions"], service["access"]):
            found[f"{service['service']}:{action}".lower()] = level
    return found
