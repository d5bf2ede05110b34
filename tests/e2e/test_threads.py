# SPDX-License-Identifier: Apache-2.0
"""Many clients at once, and a server that is told to stop while they work."""
import signal
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError, EndpointConnectionError, HTTPClientError

import aws
import harness
from aws import allow, document

THREADS = 8
ROUNDS = 15


class Threads(aws.BotoCase):
    def test_create_get_delete_by_eight_without_an_error(self):
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self.lead_lives, range(THREADS)))
        self.assertEqual([], self.iam.list_users()["Users"])

    def lead_lives(self, thread):
        iam = aws.client("iam", self.server)
        for number in range(ROUNDS):
            name = f"user-{thread}-{number}"
            made = iam.create_user(UserName=name)["User"]
            self.assertEqual(made["UserId"], iam.get_user(UserName=name)["User"]["UserId"])
            key = aws.make_key(iam, UserName=name)
            iam.delete_access_key(UserName=name, AccessKeyId=key[0])
            iam.delete_user(UserName=name)

    def test_one_of_eight_gets_the_name(self):
        def create(_):
            try:
                self.iam.create_user(UserName="alice")
                return 1
            except self.iam.exceptions.EntityAlreadyExistsException:
                return 0
        with ThreadPoolExecutor(THREADS) as pool:
            self.assertEqual(1, sum(pool.map(create, range(THREADS))))

    def test_a_permission_taken_away_is_gone_for_all(self):
        key = self.new_user("alice", document(allow("iam:ListUsers")))
        clients = [aws.client("iam", self.server, key) for _ in range(THREADS)]
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in range(5):
                list(pool.map(lambda iam: iam.list_users(), clients))
                self.iam.delete_user_policy(UserName="alice", PolicyName="inline")
                list(pool.map(self.list_in_vain, clients))
                self.iam.put_user_policy(UserName="alice", PolicyName="inline",
                                         PolicyDocument=document(allow("iam:ListUsers")))

    def list_in_vain(self, iam):
        with self.refused("AccessDenied", 403):
            iam.list_users()


class Stop(aws.BotoCase):
    def test_signals_end_it_well_while_clients_work(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                server = self.start()
                started = threading.Barrier(THREADS + 1)
                with ThreadPoolExecutor(THREADS) as pool:
                    work = [pool.submit(self.work, server, started) for _ in range(THREADS)]
                    started.wait()
                    server.process.send_signal(number)
                    self.assertEqual(0, server.process.wait(harness.STOP_SECONDS))
                    for future in work:
                        future.result()

    def test_it_ends_well_wherever_requests_are(self):
        """In the pool, and where they are written. What was answered is kept."""
        with tempfile.TemporaryDirectory() as folder:
            server = self.start("--data", folder)
            made = []
            started = threading.Barrier(THREADS + 1)
            with ThreadPoolExecutor(THREADS) as pool:
                work = [pool.submit(self.work_elsewhere, server, started, number, made)
                        for number in range(THREADS)]
                started.wait()
                time.sleep(0.3)
                server.process.terminate()
                self.assertEqual(0, server.process.wait(harness.STOP_SECONDS))
                for future in work:
                    future.result()
            iam = aws.client("iam", self.start("--data", folder))
            for name in made:
                iam.get_user(UserName=name)

    def test_a_request_in_flight_gets_its_answer(self):
        body = b"Action=ListUsers&Version=2010-05-08"
        head = (f"POST / HTTP/1.1\r\nHost: {self.server.authority}\r\nContent-Type: "
                f"application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n")
        host, port = self.server.authority.split(":")
        with socket.create_connection((host, int(port)), harness.STOP_SECONDS) as connection:
            connection.sendall(head.encode() + body[:10])
            time.sleep(0.1)
            self.server.process.terminate()
            time.sleep(0.2)
            self.assertIsNone(self.server.process.poll())
            connection.sendall(body[10:])
            with connection.makefile("rb") as answer:
                self.assertIn(b"<Code>MissingAuthenticationToken</Code>", answer.read())
        self.assertEqual(0, self.server.process.wait(harness.STOP_SECONDS))

    def test_idle_connections_do_not_hold_it_up(self):
        self.iam.list_users()
        before = time.monotonic()
        self.assertEqual(0, self.server.stop())
        self.assertLess(time.monotonic() - before, 2)

    @staticmethod
    def work_elsewhere(server, started, number, made):
        iam = aws.client("iam", server)
        iam.list_users()
        started.wait()
        try:
            for turn in range(100000):
                name = f"user-{number}-{turn}"
                if number % 2:
                    iam.create_user(UserName=name)
                    made.append(name)
                else:
                    iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
                    iam.simulate_custom_policy(PolicyInputList=[document(allow("*"))],
                                               ActionNames=["s3:GetObject"])
        except (EndpointConnectionError, HTTPClientError):
            pass
        except ClientError as error:  # while it stops nobody begins to wait for a turn any more
            if error.response["Error"]["Code"] != "ServiceUnavailable":
                raise

    @staticmethod
    def work(server, started):
        """Until the server is gone; an answer that is an error or cut off is raised."""
        iam = aws.client("iam", server)
        iam.list_users()
        started.wait()
        try:
            while True:
                iam.list_users()
        except (EndpointConnectionError, HTTPClientError):
            pass


if __name__ == "__main__":
    harness.main()
