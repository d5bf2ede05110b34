# SPDX-License-Identifier: Apache-2.0
"""AWS's own policies decide about real requests as their names promise.

What a policy names is told here by fnmatch, and what is read or written by the access levels of the
Service Authorization Reference.
"""
import fnmatch
import json

import authorize
import aws
import capture
import harness
import sample

SERVICES = """athena cloudformation cloudfront cloudwatch codebuild dynamodb ec2 ecr ecs eks events
kinesis kms lambda logs rds route53 s3 sns sqs ssm stepfunctions""".split()
OF_EACH = 40
READS = "LR"
# Writes by the reference, which ReadOnlyAccess allows with the reads around them.
NO_WRITES = {"athena:getsessionendpoint"}


def patterns(policy):
    """Of each statement without a condition: whether it names what is allowed or what is not, and
    the names.
    """
    lines = (authorize.ROOT / "schema/managed-policies.jsonl").read_text("utf-8").splitlines()
    document = next(one["document"] for one in map(json.loads, lines) if one["name"] == policy)
    for one in document["Statement"]:
        if "Condition" in one:
            continue
        named = one.get("Action", one.get("NotAction"))
        yield "Action" in one, [named] if isinstance(named, str) else named


def names(those, action):
    """Whether the patterns of a policy, which only allows, allow it."""
    return any(allows == any(fnmatch.fnmatchcase(action, pattern.lower()) for pattern in named)
               for allows, named in those)


class Managed(authorize.Case):
    def requests(self, key, services, few=OF_EACH):
        session = aws.session._session
        for service in services:
            client = capture.client(session, service, key=key)
            model = client.meta.service_model
            sampler = sample.Sampler(model.signing_name)
            for operation in capture.spread(list(model.operation_names), few):
                line = capture.send(client, operation,
                                    sampler.parameters(model.operation_model(operation)))
                if line:
                    yield operation, self.ask(line)

    def needed(self, answer):
        """The actions that it takes, in lower case."""
        return {one["action"].lower() for one in answer["decisions"] if not one.get("hint")}

    def test_read_only(self):
        levels, read_only = authorize.access_levels(), list(patterns("ReadOnlyAccess"))
        seen = {}
        for operation, answer in self.requests(self.user("reader", "ReadOnlyAccess"), SERVICES):
            needed = self.needed(answer)
            if not needed <= levels.keys() or not needed:
                continue  # nothing is needed, or what the reference does not have
            reads = all(levels[action] in READS or action in NO_WRITES for action in needed)
            with self.subTest(service=answer["service"], operation=operation):
                named = all(names(read_only, action) for action in needed)
                self.assertEqual(named, answer["decision"] == "Allow", answer)
                if not reads:
                    self.assertNotEqual("Allow", answer["decision"], answer)
            seen[answer["service"], reads] = seen.get((answer["service"], reads), 0) + 1
        self.assertEqual(2 * len(SERVICES), len(seen), seen)

    def test_power_user(self):
        """Everything but what is about people and accounts, which includes handing over roles."""
        key, power_user = self.user("power", "PowerUserAccess"), list(patterns("PowerUserAccess"))
        for operation, answer in self.requests(key, [*SERVICES, "organizations", "account"]):
            if answer["decision"] == "NotRecognized":
                continue  # parameters that no service would take
            with self.subTest(service=answer["service"], operation=operation):
                allowed = all(names(power_user, action) for action in self.needed(answer))
                self.assertEqual(allowed, answer["decision"] == "Allow", answer)


class Unknown(authorize.Case):
    """Of some operations nobody knows which resources they are about. They are allowed where it
    does not matter, and refused with that reason where it does.
    """

    FEW = 4  # operations of a service

    def requests(self, *statements):
        """Requests of somebody with these statements, about resources of each service."""
        session, key = aws.session._session, self.new_user("alice")
        known = session.get_available_services()
        for line in (authorize.ROOT / "schema/requests.jsonl").read_text("utf-8").splitlines():
            service = json.loads(line)
            unknown = {name for name, one in service["ops"].items() if one.get("c") == "u"}
            if not unknown or service["id"] not in known or "sigv" in service:
                continue
            self.iam.put_user_policy(
                UserName="alice", PolicyName="p", PolicyDocument=aws.document(*statements).replace(
                    "SERVICE", service["iam"]))
            client = capture.client(session, service["id"], key=key)
            model = client.meta.service_model
            if (service["id"], model.signing_name) in authorize.SIGN_FOR_OTHERS:
                continue
            sampler = sample.Sampler(model.signing_name)
            for name in sorted(unknown & set(model.operation_names))[:self.FEW]:
                line = capture.send(client, name, sampler.parameters(model.operation_model(name)))
                if line and "Authorization" in line["headers"]:
                    yield service["id"], name, self.ask(line)

    def test_a_resource_that_may_be_meant(self):
        seen = 0
        for service, operation, answer in self.requests(
                aws.allow("*", "arn:aws:SERVICE:*:*:shop/*")):
            with self.subTest(service=service, operation=operation):
                self.assertNotEqual("Allow", answer["decision"], answer)
                self.assertTrue(answer["message"], answer)
            seen += 1
        self.assertGreater(seen, 50)

    def test_a_resource_that_may_be_denied(self):
        for service, operation, answer in self.requests(
                aws.allow("*"), aws.deny("*", StringEquals={"aws:ResourceTag/secret": "yes"})):
            with self.subTest(service=service, operation=operation):
                self.assertNotEqual("Allow", answer["decision"], answer)

    def test_whatever_it_is(self):
        """Who may everything is allowed, if the reference has the action."""
        levels = authorize.access_levels()
        for service, operation, answer in self.requests(aws.allow("*")):
            with self.subTest(service=service, operation=operation):
                known = answer["decisions"][0]["action"].lower() in levels
                self.assertEqual("Allow" if known else "NotRecognized", answer["decision"], answer)


class Measured(authorize.Case):
    """A policy that is made of what somebody was seen to do is enough for that, and no more."""

    CALLS = [("s3", "get_object", {"Bucket": "reports", "Key": "2026/q3.pdf"}),
             ("s3", "put_object", {"Bucket": "reports", "Key": "2026/q4.pdf", "Body": b"text"}),
             ("dynamodb", "batch_get_item", {"RequestItems": {
                 "orders": {"Keys": [{"id": {"S": "7"}}]},
                 "stock": {"Keys": [{"id": {"S": "7"}}]}}}),
             ("sqs", "send_message", {"MessageBody": "m", "QueueUrl":
                                      f"https://sqs.us-east-1.amazonaws.com/{harness.ACCOUNT}/o"}),
             ("ec2", "describe_instances", {}), ("lambda", "invoke", {"FunctionName": "resize"})]
    OTHERS = [("s3", "get_object", {"Bucket": "reports", "Key": "2026/q1.pdf"}),
              ("s3", "delete_object", {"Bucket": "reports", "Key": "2026/q3.pdf"}),
              ("dynamodb", "get_item", {"TableName": "orders", "Key": {"id": {"S": "7"}}}),
              ("ec2", "describe_vpcs", {}), ("lambda", "invoke", {"FunctionName": "other"})]

    def passes(self, key, service, method, parameters):
        """Whether the call is allowed."""
        try:
            getattr(self.other(service, key), method)(**parameters)
        except authorize.Allowed:
            return True
        except aws.ClientError:
            return False
        return self.fail("nobody answers")

    def test_its_traffic_passes_again(self):
        key = self.new_user("alice")
        self.server.own("PUT", "enforcement", {"enforcement": "soft"})
        for call in self.CALLS:
            self.assertTrue(self.passes(key, *call), call)
        alice = f"arn:aws:iam::{harness.ACCOUNT}:user/alice"
        status, made = self.server.own("GET", "policy?principal=" + alice)
        self.assertEqual(200, status, made)
        self.server.own("PUT", "enforcement", {"enforcement": "strict"})
        for call in self.CALLS:
            self.assertFalse(self.passes(key, *call), call)
        self.iam.put_user_policy(UserName="alice", PolicyName="measured",
                                 PolicyDocument=json.dumps(made["policy"]))
        for call in self.CALLS:
            self.assertTrue(self.passes(key, *call), call)
        for call in self.OTHERS:
            self.assertFalse(self.passes(key, *call), call)


if __name__ == "__main__":
    harness.main()
