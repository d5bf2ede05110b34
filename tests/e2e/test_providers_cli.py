# SPDX-License-Identifier: Apache-2.0
"""The credential providers of the AWS CLI, set up by profiles and variables alone."""
import os
import subprocess

import clients
import harness
import providers

AWS = clients.cli()
CALL_SECONDS = 30


class Cli(providers.Providers):
    def ask_in(self, environment):
        def ask():
            done = subprocess.run(
                [AWS, "--output", "text", "sts", "get-caller-identity", "--query", "Arn"],
                stdin=subprocess.DEVNULL, capture_output=True, text=True,
                env={**os.environ, **environment}, timeout=CALL_SECONDS, check=False)
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            return done.stdout.strip()

        return ask


if __name__ == "__main__":
    if not AWS:
        harness.skip("the AWS CLI is missing")
    if not clients.reads_endpoints(AWS):
        harness.skip(f"{AWS} does not read AWS_ENDPOINT_URL_STS")
    harness.main()
