# SPDX-License-Identifier: Apache-2.0
"""Clients that ask for too much of the program as a whole: size, number, memory, work."""
import collections
import contextlib
import http.client
import json
import resource
import threading
import time

import harness

FILES = 1_200
MIB = 1024 * 1024
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
QUERY = "Action=ListUsers&Version=2010-05-08"


def status_of(connection):
    """What its answer begins with, or nothing when it was ended."""
    try:
        return connection.recv(12)[9:]
    except ConnectionResetError:
        return b""


def send(connection, data):
    """What is refused at once cannot be sent to its end; the answer is there all the same."""
    with contextlib.suppress(OSError):
        connection.sendall(data)


class Limits(harness.ServerCase):
    def setUp(self):
        """Many connections are many open files of this process, too."""
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if 0 <= hard < FILES:
            self.skipTest(f"{FILES} open files are not allowed")
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, hard))
        super().setUp()

    def message(self, first_line, headers="", body=""):
        """A request of one connection, in bytes."""
        size = f"Content-Length: {len(body)}\r\n" if body else ""
        return (f"{first_line} HTTP/1.1\r\nHost: {self.server.authority}\r\nConnection: close\r\n"
                f"{size}{headers}\r\n{body}").encode()

    def post(self, form):
        return self.server.exchange(self.message("POST /", FORM, form)).decode()

    def assert_error(self, answer, status, code, message=""):
        self.assertTrue(answer.startswith(f"HTTP/1.1 {status} "), answer)
        self.assertIn(f"<Code>{code}</Code>", answer)
        self.assertIn(message, answer)

    def assert_well(self):
        self.assertEqual(200, self.server.own("GET", "health")[0])

    def assert_memory(self, limit):
        """Nothing to say where there is no figure."""
        self.assertLess(self.server.resident() or 0, limit)


class Size(Limits):
    def test_body(self):
        form = QUERY + "&X="
        self.assert_error(self.post(form + "x" * (MIB - len(form))), 403,
                          "MissingAuthenticationToken")
        for size in (MIB + 1, 20 * MIB):
            self.assert_error(self.post("x" * size), 413, "RequestEntityTooLarge",
                              "The body of the request exceeds 1048576 bytes.")

    def test_body_of_each_protocol(self):
        for head, what in (
                ("POST /_sandbox/default\r\nX-Amz-Target: AWSOrganizationsV20161128.ListRoots",
                 '{"__type":"RequestEntityTooLarge","Message":"The body'),
                ("POST /_sandbox/default/listRegions", '{"message":"The body of the request'),
                ("POST /_iam-local/evaluate", '"error": "The body of the request exceeds'),
                ("GET /\r\nAccept: text/html", 'role="alert">The body of the request exceeds'),
                ("PUT /latest/api/token", "\r\n\r\nThe body of the request exceeds"),
                ("POST /\r\nAccept: application/json", '{"Error":{"Code":"RequestEntityToo')):
            line, *rest = head.split("\r\n")
            for body in (f"Content-Length: {MIB + 1}\r\n",
                         "Transfer-Encoding: chunked\r\n\r\n"
                         f"{MIB + 1:x}\r\n{'x' * (MIB + 1)}\r\n0\r\n"):
                headers = "".join(f"{header}\r\n" for header in rest)
                answer = self.server.exchange(self.message(line, headers + body)).decode()
                self.assertTrue(answer.startswith("HTTP/1.1 413 "), answer)
                self.assertIn(what, answer)

    def test_expectation_of_a_large_body(self):
        answer = self.server.exchange(self.message(
            "POST /", FORM + "Expect: 100-continue\r\nContent-Length: 2000000\r\n"))
        self.assert_error(answer.decode(), 413, "RequestEntityTooLarge")

    def test_parameters(self):
        self.assert_error(self.post(QUERY + "&a=1" * 9_997), 403, "MissingAuthenticationToken")
        for form in ("&a=1" * 10_000, "&a=1" * 200_000, "&" + "a." * 1_000 + "=1",
                     "&" + "a." * 250_000):
            self.assert_error(self.post(QUERY + form), 400, "MalformedQueryString",
                              "The request parameters cannot be read: ")

    def test_long_names(self):
        names = "".join(f"&{'a' * 100_000}{number}=1" for number in range(10))
        self.assert_error(self.post(QUERY + names), 403, "MissingAuthenticationToken")
        answer = self.post("Version=2010-05-08&Action=" + "A" * 100_000)
        self.assert_error(answer, 400, "InvalidAction", "Could not find operation AAA")
        self.server.stop()
        self.assertLess(len(self.server.text), 20_000)

    def test_query(self):
        many, too_many = (self.server.exchange(self.message(f"GET /?{QUERY}{'&a=1' * arguments}"))
                          for arguments in (2_000, 3_600))
        self.assert_error(many.decode(), 403, "MissingAuthenticationToken")
        self.assertTrue(too_many.startswith(b"HTTP/1.1 431 "), too_many)

    def test_query_without_an_action(self):
        for size, location in ((1_000, "?" + "a" * 1_000), (10_000, "")):
            answer = self.server.exchange(self.message("GET /?" + "a" * size)).decode()
            self.assertTrue(answer.startswith("HTTP/1.1 302 "), answer)
            self.assertIn(f"\r\nlocation: https://aws.amazon.com/iam{location}\r\n", answer)


class Number(Limits):
    def test_a_thousand_idle_connections(self):
        before = self.server.resident()
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(self.server.dial()) for _ in range(1_000)]
            hello = self.message("GET /").replace(b"Connection: close\r\n", b"")
            for connection in connections:
                connection.sendall(hello)
            for connection in connections:
                self.assertTrue(connection.recv(4_096).startswith(b"HTTP/1.1 302 "))
            self.assert_well()
            if before:
                self.assertLess(self.server.resident() - before, 40 * MIB)
        self.assert_well()

    def test_more_connections_than_files(self):
        """Those without a request make room for the others."""
        server = self.start(files=100)
        with contextlib.ExitStack() as stack:
            for _ in range(120):
                stack.enter_context(server.dial())
            self.assertEqual(200, server.own("GET", "health")[0])
        self.assertEqual(200, server.own("GET", "health")[0])

    def test_files_run_out(self):
        with contextlib.ExitStack() as stack:
            self.assert_well()
            keep = stack.enter_context(self.server.dial())
            resource.prlimit(self.server.process.pid, resource.RLIMIT_NOFILE, (64, 64))
            for _ in range(200):
                stack.enter_context(self.server.dial())
            keep.sendall(self.message("GET /"))
            self.assertTrue(keep.recv(4_096).startswith(b"HTTP/1.1 302 "))
        self.assert_well()


class Memory(Limits):
    def test_large_bodies_that_do_not_end(self):
        """Too much for all together: some are refused or ended, and others do not feel it."""
        part = self.message("POST /", FORM, "x" * MIB)[:-1]
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(self.server.dial()) for _ in range(320)]
            for connection in connections:
                send(connection, part)
                self.assert_well()
            self.assert_memory(400 * MIB)
            statuses = collections.Counter()
            for connection in connections:
                send(connection, b"x")
                statuses[status_of(connection)] += 1
            self.assertLessEqual({b"302"}, statuses.keys())
            self.assertLessEqual(statuses.keys(), {b"302", b"503", b""})
            self.assertLess(statuses[b"302"], len(connections))
        deadline = time.monotonic() + harness.STOP_SECONDS
        whole = self.message("POST /", FORM, "x" * MIB)
        while not self.server.exchange(whole).startswith(b"HTTP/1.1 302 "):
            self.assertLess(time.monotonic(), deadline)

    def test_large_answers_that_are_not_read(self):
        """Forty of them would take up more than there is."""
        policy = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject",
                                 "Resource": f"arn:aws:s3:::bucket-{number}/*"}
                                for number in range(60)]}
        question = {"principal": "arn:aws:iam::123456789012:user/a", "identity_policies": ["p"],
                    "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}
        lines = [json.dumps({"define": "p", "document": policy})] + [json.dumps(question)] * 1_300
        message = self.message("POST /_iam-local/evaluate?explain=true", "", "\n".join(lines))
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                send(stack.enter_context(self.server.dial()), message)
            for _ in range(20):
                self.assert_well()
                self.assertIn(b"<Code>MissingAuthenticationToken</Code>", self.server.exchange(
                    self.message("POST /", FORM, QUERY)))
            self.assert_memory(400 * MIB)
        deadline = time.monotonic() + harness.STOP_SECONDS
        while (self.server.resident() or 0) > 60 * MIB:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_repeated_signed_headers(self):
        """A canonical request of twenty megabytes is not made, and not kept to be explained."""
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = (f"{FORM}X-Amz-Date: {now}\r\nA: {'a' * 5_000}\r\nAuthorization: "
                   f"AWS4-HMAC-SHA256 Credential={harness.ROOT[0]}/{now[:8]}/us-east-1/iam/"
                   f"aws4_request, SignedHeaders=host{';a' * 3_500}, Signature={'0' * 64}\r\n")
        before = self.server.resident()
        for _ in range(20):
            answer = self.server.exchange(self.message("POST /", headers, QUERY)).decode()
            self.assert_error(answer, 403, "SignatureDoesNotMatch")
        if before:
            self.assertLess(self.server.resident() - before, 10 * MIB)

    def test_a_storm_of_nonsense(self):
        nonsense = [b"\r\n", b"\0" * 9_000, b"GET /\r\n\r\n", b"\x16\x03\x01\x02\0" + b"\xff" * 600,
                    b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\n", b"a" * 40_000,
                    b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
                    self.message("POST /", "X: y\r\n" * 5_000)]
        for turn in range(2_000):
            with self.server.dial() as connection:
                send(connection, nonsense[turn % len(nonsense)])
        self.assert_well()
        self.assert_memory(40 * MIB)


class Work(Limits):
    def test_work_without_end(self):
        """Decisions that compare thousands of values with thousands are given up, others are
        served meanwhile, and an order to stop is obeyed."""
        numbers = [list(range(start, start + 20_000)) for start in (100_000, 200_000)]
        line = {
            "principal": f"arn:aws:iam::{harness.ACCOUNT}:user/u", "action": "s3:GetObject",
            "resource": "arn:aws:s3:::b/k", "context": {"app:n": numbers[0]},
            "identity_policies": [{"Version": "2012-10-17", "Statement": {
                "Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {"ForAnyValue:NumericEquals": {"app:n": numbers[1]}}}}]}
        over = threading.Event()
        answers = collections.Counter()

        def ask():
            while not over.is_set():
                try:
                    status, answer = self.server.own("POST", "evaluate", line)
                except (OSError, http.client.HTTPException):
                    return
                answers[status, "takes more work than is allowed" in str(answer)] += 1

        clients = [threading.Thread(target=ask) for _ in range(8)]
        for client in clients:
            client.start()
        end = time.monotonic() + harness.START_SECONDS
        while sum(answers.values()) < len(clients) and time.monotonic() < end:
            self.assert_well()
        self.server.process.terminate()
        self.assertEqual(0, self.server.process.wait(harness.STOP_SECONDS))
        over.set()
        for client in clients:
            client.join()
        self.assertIn((400, True), answers)
        self.assertLessEqual(answers.keys(), {(400, True), (503, False)})  # 503: at the stop


if __name__ == "__main__":
    harness.main()
