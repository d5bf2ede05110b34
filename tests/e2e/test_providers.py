# SPDX-License-Identifier: Apache-2.0
"""The credential providers of boto3, set up by profiles and variables alone."""
import os
from unittest import mock

import aws
import boto3
import harness
import providers

SERVICE_ENDPOINTS = (1, 28)  # the first boto3 that reads AWS_ENDPOINT_URL_STS


class Boto3(providers.Providers):
    def ask_in(self, environment):
        surroundings = mock.patch.dict(os.environ, environment)
        with surroundings:
            sts = boto3.Session().client("sts")

        def ask():
            with surroundings:
                return sts.get_caller_identity()["Arn"]

        return ask


if __name__ == "__main__":
    if aws.VERSION < SERVICE_ENDPOINTS:
        harness.skip(f"boto3 {boto3.__version__} does not read AWS_ENDPOINT_URL_STS")
    harness.main()
