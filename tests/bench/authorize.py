# SPDX-License-Identifier: Apache-2.0
"""Requests to other services: what it costs to recognise them and to decide about them, and what is
left of nginx's rate when it asks for each. The requests are those of tests/recognize, which SDKs
made; they are signed anew, since a signature is good for minutes."""
import base64
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
from statistics import median

import accounts
import presign
import servers

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
import nginx  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "recognize").glob("captured*.jsonl"))
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "*", "Resource": "*"}]})
OTHER = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]})
MEASURED = 64           # of the captured requests, spread over all of them
SHORT_SECONDS = 0.25    # for each of them
OBJECT = 1024
ALLOWED, DENIED = '"decision":"Allow"', '"decision":"ImplicitDeny"'
S3_FAMILY = ("s3", "s3express", "s3-object-lambda", "s3-outposts")  # signs paths as they are


def quoted(text, safe=""):
    return urllib.parse.quote(text, safe + "-_.~")


class Signer:
    """Signs requests of any service for one key, as botocore does."""

    def __init__(self, access_key, secret_key):
        self.access_key, self.secret_key = access_key, secret_key
        now = datetime.datetime.now(datetime.timezone.utc)
        self.date = now.strftime("%Y%m%dT%H%M%SZ")

    @staticmethod
    def canonical_query(query):
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        return "&".join(sorted(f"{name}={value}" for name, _, value in pairs))

    def sign(self, line):
        """The described request with another date and signature."""
        headers = {name.lower(): value for name, value in line["headers"].items()}
        credential, signed = (part.partition("=")[2] for part in
                              headers.pop("authorization").split(" ", 1)[1].split(", ")[:2])
        scope = "/".join([self.date[:8], *credential.split("/")[2:]])
        headers["x-amz-date"] = self.date
        service = scope.split("/")[2]
        path, _, query = line["target"].partition("?")
        body = base64.b64decode(line.get("body", ""))
        payload = headers.get("x-amz-content-sha256", hashlib.sha256(body).hexdigest())
        canonical = "\n".join([
            line["method"], path if service in S3_FAMILY else quoted(path, "/"),
            self.canonical_query(query),
            *(f"{name}:{' '.join(headers[name].split())}" for name in signed.split(";")), "",
            signed, payload])
        key = ("AWS4" + self.secret_key).encode()
        for part in scope.split("/"):
            key = presign.hmac_sha256(key, part)
        text = "\n".join(["AWS4-HMAC-SHA256", self.date, scope,
                          hashlib.sha256(canonical.encode()).hexdigest()])
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope}, SignedHeaders={signed}, "
            f"Signature={presign.hmac_sha256(key, text).hex()}")
        asked = {"method": line["method"], "target": line["target"], "headers": headers}
        return {**asked, "body": line["body"]} if body else asked


def captured():
    """Those with a signature in a header, which most have."""
    lines = (json.loads(line) for file in FILES
             for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines
            if any(name.lower() == "authorization" and value.startswith("AWS4-HMAC-SHA256 ")
                   for name, value in line["headers"].items())]


def object_of(server, secret):
    """The message of a GetObject that the root user has signed."""
    line = Signer(presign.ROOT_KEY, secret).sign({
        "method": "GET", "target": "/reports/a.txt", "headers": {
            "Host": server.host, "x-amz-content-sha256": hashlib.sha256().hexdigest(),
            "Authorization": "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/s3/aws4_request, "
                             "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=0"}})
    head = "".join(f"{name}: {value}\r\n" for name, value in line["headers"].items())
    return f"GET {line['target']} HTTP/1.1\r\n{head}\r\n".encode()


def message(server, asked):
    body = json.dumps(asked, separators=(",", ":")).encode()
    return (f"POST /_iam-local/authorize HTTP/1.1\r\nHost: {server.host}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def decision(server, asked):
    return json.loads(server.ask(message(server, {**asked, "learn": False})))["decision"]


def chosen(server, key, stranger):
    """Some of the requests, spread over all, which the one may send and the other may not; and how
    many are left out, since they need no permission or more than the request tells."""
    may, may_not, lines = Signer(*key), Signer(*stranger), captured()
    some = lines[::len(lines) // MEASURED]
    fit = [line for line in some if decision(server, may.sign(line)) == "Allow" and
           decision(server, may_not.sign(line)) == "ImplicitDeny"]
    return fit, len(some) - len(fit)


def decisions(bench, ours):
    """Each beside a GetUser right before: what it takes more."""
    key = accounts.new_user(ours, "reader", EVERYTHING)
    stranger = accounts.new_user(ours, "stranger", OTHER)
    lines, left_out = chosen(ours, key, stranger)
    cases = ((key, "<Arn>", ALLOWED), (stranger, "<Code>AccessDenied</Code>", DENIED))
    costs = {ALLOWED: [], DENIED: []}
    for line in lines:
        for who, expected, decided in cases:
            own = ours.signer("iam", *who).call("GetUser", UserName="reader")
            pair = [bench.load(ours, messages, wanted, seconds=SHORT_SECONDS, refused=refused)
                    ["server_cpu_us"] for messages, wanted, refused in (
                        ([own], expected, who is stranger),
                        ([message(ours, Signer(*who).sign(line))], decided, False))]
            costs[decided].append(pair)
    for name, decided in (("allowed", ALLOWED), ("denied", DENIED)):
        own, asked = ([pair[i] for pair in costs[decided]] for i in (0, 1))
        more = sorted(b - a for a, b in costs[decided])
        bench.at_most(
            f"a request to authorize, {name}, over GetUser", 5, median(more), "us, the median",
            f"{median(asked):.1f} us, GetUser {median(own):.1f}; 90th percentile "
            f"{more[len(more) * 9 // 10]:.1f}; of {len(more)} requests, {left_out} left out")


def recognizing(bench):
    done = subprocess.run([bench.build / "tests/bench/recognizing", *FILES], text=True,
                          stdout=subprocess.PIPE, check=True)
    row = json.loads(done.stdout)
    bench.at_most("recognising, and what has to be allowed", 2, row["ns"] / 1000, "us, the median",
                  f"the operation alone {row['operation_ns'] / 1000:.2f}; 90th and 99th percentile "
                  f"{row['p90_ns'] / 1000:.2f}, {row['p99_ns'] / 1000:.2f}; of {row['requests']}, "
                  f"{row['unknown']} left out")


def tables(bench):
    """What the generated tables add to the program."""
    symbols = subprocess.run(["nm", "-S", bench.build / "server/iam-local"], text=True,
                             stdout=subprocess.PIPE, check=True).stdout
    size = sum(int(number, 16) for number in re.findall(
        r"^[0-9a-f]+ ([0-9a-f]+) [rR] request_\w+$", symbols, re.MULTILINE))
    bench.at_most("tables of requests in the program", 6, size / 2**20, "MiB")


def through_nginx(bench, stack, ours):
    """The rate with the recipe of server/README.md, over that of the same nginx without it."""
    harness.PROGRAM = str(bench.build / "server/iam-local")
    program, why = nginx.look()
    if not program:
        print(f"{why}: its rate is not measured", file=sys.stderr)
        return
    asking, plain, back = (servers.free_port() for _ in range(3))
    recipe = nginx.recipe({"listen 80;": f"listen unix:{{socket}}; listen 127.0.0.1:{asking};",
                           "127.0.0.1:4566": ours.host, "127.0.0.1:5000": f"127.0.0.1:{back}"})
    proxy = nginx.Nginx(
        f"keepalive_requests 100000000;\n{recipe}\n"
        f"server {{ listen 127.0.0.1:{plain}; location / {{ proxy_pass http://127.0.0.1:{back}; "
        f"proxy_set_header Host $http_host; }} }}\n"
        f"server {{ listen 127.0.0.1:{back}; location / {{ return 200 {'x' * OBJECT}; }} }}\n")
    stack.callback(proxy.stop)
    proxies = [servers.Server(proxy.process, port) for port in (plain, asking)]
    bench.load(proxies[1], [object_of(proxies[1], "wrong")], "SignatureDoesNotMatch",
               every=True, refused=True, keeps=False)
    runs = [[bench.load(server, [object_of(server, presign.ROOT_SECRET)], "xxxx")["rate"]
             for server in proxies] for _ in range(bench.rounds)]
    rates = [median(run[i] for run in runs) for i in (0, 1)]
    bench.at_least("GetObject of 1 KiB through nginx that asks", 0.5,
                   median(asked / alone for alone, asked in runs), "of the rate without",
                   f"{rates[1]:.0f}/s, {rates[0]:.0f}/s")


def run(bench, stack):
    ours = servers.start_ours(stack, bench.build)
    decisions(bench, ours)
    recognizing(bench)
    tables(bench)
    through_nginx(bench, stack, ours)
