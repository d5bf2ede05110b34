# SPDX-License-Identifier: Apache-2.0
"""Prints requests that botocore has signed in the forms there are, a line for each, as
tests/recognize/capture.py does: signed_botocore.jsonl. The same botocore prints the same lines.
"""
import json
import pathlib
import sys
import urllib.parse

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "recognize"))
import capture  # noqa: E402  pylint: disable=wrong-import-position

KEYS = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
LONG_TERM = Credentials(*KEYS)
SESSION = Credentials(*KEYS, token="FwoGZXIvYXdzEXAMPLE//////////wEaDK+session/token==")
S3 = "https://s3.eu-west-1.amazonaws.com/"
TEXTS = ["a", "a b", "a+b", "a%20b", "ü/ß", "a//b", "./a", "a/../b", "~-_.!*'()", "a=b&c?d#e",
         "%", "\U0001f600", "a\tb", "a:b@c,d;e$f"]


def quoted(text):
    return urllib.parse.quote(text, safe="/~")


def request(method, url, headers=None, data=b"", **context):
    made = AWSRequest(method, url, headers=headers or {}, data=data)
    made.context.update(context)
    return made


def signed(operation, made, signer):
    signer.add_auth(made)
    line = {"operation": operation, **capture.as_line(made.prepare())}
    print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))


def s3(credentials=LONG_TERM):
    return botocore.auth.S3SigV4Auth(credentials, "s3", "eu-west-1")


def keys_of_objects():
    for text in TEXTS:
        signed("GetObject", request("GET", S3 + "bucket/" + quoted(text)), s3())
        signed("GetObject", request("GET", S3 + "bucket/" + quoted(text)),
               botocore.auth.S3SigV4QueryAuth(LONG_TERM, "s3", "eu-west-1", 600))
        signed("ListObjectsV2", request("GET", S3 + "bucket?list-type=2&prefix=" +
                                        urllib.parse.quote(text, safe="~")), s3(SESSION))


class Announcing(botocore.auth.S3SigV4Auth):
    """Signs something in place of the hash of the body."""

    def __init__(self, announced):
        super().__init__(LONG_TERM, "s3", "eu-west-1")
        self.announced = announced

    def payload(self, _):
        return self.announced


def payloads():
    for payload in ("UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
                    "STREAMING-UNSIGNED-PAYLOAD-TRAILER"):
        signed("PutObject", request("PUT", S3 + "bucket/key", data=b"5\r\nabcde\r\n0\r\n\r\n"),
               Announcing(payload))
    signed("PutObject", request("PUT", S3 + "bucket/key", {"x-amz-acl": "private"}, b"abcde",
                                payload_signing_enabled=True), s3(SESSION))
    signed("PutObject", request("PUT", S3 + "bucket/key", {"x-amz-acl": "private"}, b"abcde",
                                payload_signing_enabled=False), s3(SESSION))


def presigned():
    for credentials in (LONG_TERM, SESSION):
        signer = botocore.auth.S3SigV4QueryAuth(credentials, "s3", "eu-west-1", 604800)
        signed("PutObject", request("PUT", S3 + "bucket/key", {"Content-Type": "text/plain"}),
               signer)
        signed("GetObject", request("GET", S3 + "bucket/key?versionId=a%2Bb%3D"), signer)
        signer = botocore.auth.SigV4QueryAuth(credentials, "sts", "eu-west-1", 60)
        signed("GetCallerIdentity", request(
            "GET", "https://sts.eu-west-1.amazonaws.com/"
            "?Action=GetCallerIdentity&Version=2011-06-15", {"x-k8s-aws-id": "cluster"}), signer)


def posted(credentials, fields, conditions, file=b"hello"):
    made = request("POST", S3 + "bucket")
    made.context["s3-presign-post-fields"] = fields
    made.context["s3-presign-post-policy"] = {
        "expiration": "2026-11-29T15:40:20Z",
        "conditions": [{"bucket": "bucket"}, *conditions]}
    botocore.auth.S3SigV4PostAuth(credentials, "s3", "eu-west-1").add_auth(made)
    form = b"".join(
        f'--form\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items())
    form += (b'--form\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'
             b"Content-Type: text/plain\r\n\r\n" + file + b"\r\n--form--\r\n")
    sent = AWSRequest("POST", made.url, data=form,
                      headers={"Content-Type": "multipart/form-data; boundary=form"})
    line = {"operation": "PostObject", **capture.as_line(sent.prepare())}
    print(json.dumps(line, separators=(",", ":"), ensure_ascii=False))


def forms():
    for credentials in (LONG_TERM, SESSION):
        posted(credentials, {"key": "a/ü"}, [{"key": "a/ü"}])
        posted(credentials, {"key": "a/${filename}", "acl": "private", "Content-Type": "image/png"},
               [["starts-with", "$key", "a/"], {"acl": "private"},
                ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, 5]])


def paths_of_others():
    signer = botocore.auth.SigV4Auth(LONG_TERM, "apigateway", "us-east-1")
    for text in TEXTS:
        url = "https://apigateway.us-east-1.amazonaws.com/tags/" + urllib.parse.quote(text, "")
        signed("TagResource", request("PUT", url + "?b=2&a=1&a=&empty", data=b'{"a":1}'), signer)


def main():
    capture.stand_still()
    keys_of_objects()
    payloads()
    presigned()
    forms()
    paths_of_others()


if __name__ == "__main__":
    main()
