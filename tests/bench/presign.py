#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs requests as boto3 does and writes them as raw HTTP/1.1 messages.

The output is a replay file for sigload and firstanswer: "<decimal length>\n<that many bytes>" again
and again. A signature is good for 15 minutes: sign, then replay at once. Standard library only, so
that the signer shares no code with the server.

    presign.py --port 4566 --service sts --param Action=GetCallerIdentity -n 2000 -o gci.req
    presign.py --port 4566 --param Action=CreateUser --param UserName=user-{i} -n 9000 -o cu.req
"""
import argparse
import datetime
import hashlib
import hmac
import json
import sys
import urllib.parse
import uuid

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
ROOT_KEY = "AKIAIOSFODNN7EXAMPLE"
ROOT_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
AGENT = ("Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux md/arch#x86_64 lang/python#3.11.7"
         " md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.43.11")


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Signer:
    """Signs for one key, service and host at the time it was made."""

    def __init__(self, host, service, access_key=ROOT_KEY, secret_key=ROOT_SECRET, token=None,
                 region="us-east-1", now=None):
        now = now or datetime.datetime.now(datetime.timezone.utc)
        self.host, self.service, self.access_key, self.token = host, service, access_key, token
        self.date = now.strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.date[:8]}/{region}/{service}/aws4_request"
        self.key = ("AWS4" + secret_key).encode()
        for part in self.scope.split("/"):
            self.key = hmac_sha256(self.key, part)

    def signature(self, body, more):
        """The names of the signed headers, and the signature of a POST of the body."""
        headers = {"host": self.host, "x-amz-date": self.date, **more}
        if self.token:
            headers["x-amz-security-token"] = self.token
        names = ";".join(sorted(headers))
        canonical = "\n".join(["POST", "/", "", *(f"{k}:{headers[k]}" for k in sorted(headers)),
                               "", names, hashlib.sha256(body).hexdigest()])
        text = "\n".join(["AWS4-HMAC-SHA256", self.date, self.scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        return names, hmac_sha256(self.key, text).hex()

    def post(self, body, content_type=FORM, target=None):
        """The whole message, with the headers of boto3 in its order."""
        more = {"x-amz-target": target} if target else {}
        names, signature = self.signature(body, {"content-type": content_type, **more})
        lines = ["POST / HTTP/1.1", f"Host: {self.host}", "Accept-Encoding: identity",
                 *(f"X-Amz-Target: {name}" for name in more.values()),
                 f"Content-Type: {content_type}", f"User-Agent: {AGENT}",
                 f"X-Amz-Date: {self.date}"]
        if self.token:
            lines.append(f"X-Amz-Security-Token: {self.token}")
        lines += [f"Authorization: AWS4-HMAC-SHA256 Credential={self.access_key}/{self.scope}, "
                  f"SignedHeaders={names}, Signature={signature}",
                  f"amz-sdk-invocation-id: {uuid.uuid4()}", "amz-sdk-request: attempt=1",
                  f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body

    def call(self, action, **params):
        """The message of one call of the Query protocol."""
        form = {"Action": action, "Version": VERSIONS[self.service], **params}
        return self.post(urllib.parse.urlencode(form, quote_via=urllib.parse.quote).encode())

    def organizations(self, action, **params):
        """The message of one call of Organizations."""
        return self.post(json.dumps(params).encode(), "application/x-amz-json-1.1",
                         f"AWSOrganizationsV20161128.{action}")


def write_records(path, messages):
    with (open(path, "wb") if path else sys.stdout.buffer) as out:
        for message in messages:
            out.write(b"%d\n" % len(message) + message)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--port", type=int, default=4566)
    parser.add_argument("--host-header", help="default: 127.0.0.1:PORT")
    parser.add_argument("--service", choices=sorted(VERSIONS), default="iam")
    parser.add_argument("--param", action="append", required=True, metavar="NAME=VALUE",
                        help="Action=... and the rest; {i} counts the requests")
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("--start", type=int, default=0, help="first {i}")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--access-key", default=ROOT_KEY)
    parser.add_argument("--secret-key", default=ROOT_SECRET)
    parser.add_argument("--session-token")
    parser.add_argument("-o", "--out")
    args = parser.parse_args()
    signer = Signer(args.host_header or f"127.0.0.1:{args.port}", args.service, args.access_key,
                    args.secret_key, args.session_token, args.region)
    params = dict(param.split("=", 1) for param in args.param)
    action = params.pop("Action")
    write_records(args.out, (
        signer.call(action, **{k: v.replace("{i}", str(i)) for k, v in params.items()})
        for i in range(args.start, args.start + args.n)))


if __name__ == "__main__":
    main()
