# SPDX-License-Identifier: Apache-2.0
"""Errors of Organizations are instances of the classes that boto3 has for them, with their reasons.

The calls are those of js/organization_errors.json, which the SDK for JavaScript makes, too.
"""
import functools
import json
import pathlib

import aws
import botocore
import harness

CALLS = json.loads(
    pathlib.Path(__file__).with_name("js").joinpath("organization_errors.json").read_bytes())


def found(answer, path):
    """What stands in an answer at a path like Roots.0.Id."""
    return functools.reduce(
        lambda at, name: at[int(name) if name.isdigit() else name], path.split("."), answer)


class Errors(aws.BotoCase):
    def setUp(self):
        super().setUp()
        for account in CALLS["alone"]:
            self.server.own("POST", "accounts", {"account": account, "keys": False})
        status, answer = self.server.own("POST", "organization", CALLS["document"])
        self.assertEqual(200, status, answer)
        self.roots = {None: aws.client("organizations", self.server)}
        self.names = {}

    def root_of(self, account):
        if account not in self.roots:
            _, key = self.server.own("POST", f"accounts/{account}/access-keys")
            self.roots[account] = aws.client("organizations", self.server, (
                key["access_key_id"], key["secret_access_key"]))
        return self.roots[account]

    def call(self, step):
        text = json.dumps(step.get("with", {}))
        for name, value in self.names.items():
            text = text.replace("{%s}" % name, value)
        method = getattr(self.root_of(step.get("as")), botocore.xform_name(step["call"]))
        return method(**json.loads(text))

    def check(self, step):
        client = self.root_of(step.get("as"))
        if "error" not in step:
            answer = self.call(step)
            self.names.update({name: found(answer, path)
                               for name, path in step.get("keep", {}).items()})
        elif hasattr(client.exceptions, step["error"]):
            with self.assertRaises(getattr(client.exceptions, step["error"])) as caught:
                self.call(step)
            answer = caught.exception.response
            self.assertEqual((400, step.get("reason")), (
                answer["ResponseMetadata"]["HTTPStatusCode"], answer.get("Reason")))
            self.assertTrue(answer["Error"]["Message"])

    def test_classes(self):
        for step in CALLS["steps"]:
            with self.subTest(step["call"], error=step.get("error"), reason=step.get("reason")):
                self.check(step)

    def test_nearly_all(self):
        """What is never answered, or not to these calls."""
        classes = {shape.name for shape in self.root_of(None).meta.service_model.error_shapes}
        self.assertEqual({
            "AccessDeniedForDependencyException", "AccountAlreadyClosedException",
            "AccountOwnerNotVerifiedException", "ConcurrentModificationException",
            "FinalizingOrganizationException",
            "InvalidResponsibilityTransferTransitionException",
            "PolicyChangesInProgressException", "ResponsibilityTransferAlreadyInStatusException",
            "ServiceException", "TooManyRequestsException", "UnsupportedAPIEndpointException"
        } & classes, classes - {step.get("error") for step in CALLS["steps"]})


if __name__ == "__main__":
    harness.main()
