# SPDX-License-Identifier: Apache-2.0
"""Terraform as a user runs it, against the server of a test.

Its provider comes from a folder as `terraform providers mirror` writes it: the one that TF_MIRROR
names, or one where Terraform itself looks.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import aws
import clients
import harness

TERRAFORM, MIRROR = shutil.which("terraform"), clients.provider_mirror()
SOURCE = pathlib.Path(__file__).parent / "terraform"
COMMAND_SECONDS = 90
CHANGED = "-var=changed=true"


class TerraformCase(aws.BotoCase):
    """Signs as root until it is told otherwise."""

    configuration = None  # a folder of terraform/
    variables = {}

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="iam-local-terraform-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name, "work")
        shutil.copytree(SOURCE / self.configuration, self.folder)
        shutil.copy(SOURCE / "provider.tf", self.folder)
        settings = pathlib.Path(folder.name, "terraform.rc")
        settings.write_text("provider_installation {\n  filesystem_mirror {\n    path = "
                            f"{json.dumps(os.path.abspath(MIRROR))}\n  }}\n}}\n", encoding="utf-8")
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("TF_")}
        self.environment.update(TF_CLI_CONFIG_FILE=str(settings), CHECKPOINT_DISABLE="1",
                                AWS_ENDPOINT_URL=self.server.url, AWS_REGION="us-east-1",
                                **{f"TF_VAR_{name}": value
                                   for name, value in self.variables.items()})
        self.sign_as(harness.ROOT)
        self.terraform("init")

    def enable_region(self, name, prefix="", **account):
        """Which Terraform would wait for two minutes. Debian's boto3 cannot ask."""
        answer = aws.post("account", self.server, f"{prefix}/enableRegion",
                          {"RegionName": name, **account})
        self.assertEqual(200, answer[0], answer)
        self.server.own("PUT", "clock", {"advance": "PT2M"}, prefix=prefix)

    def sign_as(self, key):
        self.environment.update(AWS_ACCESS_KEY_ID=key[0], AWS_SECRET_ACCESS_KEY=key[1])

    def terraform(self, *arguments, status=0):
        done = subprocess.run(
            [TERRAFORM, *arguments, "-no-color"], cwd=self.folder, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=COMMAND_SECONDS, check=False)
        self.assertEqual(status, done.returncode, done.stdout)
        return done.stdout

    def apply(self, expected, *options):
        """After it the data sources say what is expected, and nothing is left to do."""
        self.terraform("apply", "-auto-approve", *options)
        found = json.loads(self.terraform("output", "-json", "found"))
        self.assertEqual(expected, found)
        self.terraform("plan", "-detailed-exitcode", *options)


def main():
    if not TERRAFORM:
        harness.skip("terraform is missing")
    if not MIRROR:
        harness.skip("no folder has the AWS provider of Terraform; TF_MIRROR can name one")
    harness.main()
