# SPDX-License-Identifier: Apache-2.0
"""The program itself: its commands, options, exit statuses and what it prints."""
import json
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import harness
from harness import run


class Usage(unittest.TestCase):
    def line(self, status, *arguments, **variables):
        """Ends with the status and one line on stderr, which is returned."""
        done = run(*arguments, **variables)
        self.assertEqual((status, ""), (done.returncode, done.stdout), done.stderr)
        self.assertRegex(done.stderr, r"\Aiam-local: [^\n]+\n\Z")
        return done.stderr

    def test_unusable_options(self):
        for arguments, part in [
                (["--frobnicate"], "--frobnicate"), (["frobnicate"], "frobnicate"), (["-x"], "-x"),
                (["serve", "--data"], "--data"), (["--enforce", "maybe"], "maybe"),
                (["--enforce="], "--enforce"), (["--account", "12"], "12"),
                (["--listen", "nowhere"], "nowhere"), (["--listen", "127.0.0.1:99999"], "99999"),
                (["--quota", "Nonsense=1"], "Nonsense"), (["--quota", "Users=many"], "Users"),
                (["--seed", "x"], "--seed"), (["--log-format", "xml"], "xml"),
                (["--log-level", "loud"], "loud"), (["--durability", "some"], "some"),
                (["--region", "Mars"], "Mars"), (["--root-access-key-id", "short"], "short"),
                (["--root-email", "nobody"], "nobody"), (["serve", "again"], "again"),
                (["--enforced", "off"], "did you mean --enforce?"),
                (["--port", "80"], "did you mean --listen?"),
                (["--seed", "1", "lint", "file"], "first"),
                (["--durability", "full"], "--data"), (["env", "--listen", "[::1]:0"], "port 0")]:
            with self.subTest(arguments=arguments):
                self.assertIn(part, self.line(2, *arguments))

    def test_secrets_are_not_repeated(self):
        self.assertNotIn("pass word", self.line(2, "--root-secret-access-key", "pass word"))

    def test_unusable_variables(self):
        self.assertIn("IAM_LOCAL_FROBNICATE", self.line(2, IAM_LOCAL_FROBNICATE="1"))
        self.assertIn("IAM_LOCAL_ENFORCE", self.line(2, IAM_LOCAL_ENFORCE="maybe"))

    def test_other_hosts_and_the_well_known_key(self):
        self.assertIn("--root-secret-access-key", self.line(2, "--listen", "0.0.0.0:0"))

    def test_port_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertIn(address, self.line(1, "--listen", address))

    def test_unwritable_data_directory(self):
        with tempfile.NamedTemporaryFile() as file:
            for directory in (file.name, file.name + "/below", "/dev/null/data"):
                with self.subTest(directory=directory):
                    self.assertIn(directory, self.line(1, "--listen", "127.0.0.1:0",
                                                       "--data", directory))

    def test_unwritable_ready_file(self):
        with tempfile.TemporaryDirectory() as folder:
            pipe = folder + "/pipe"  # not a device: a program that replaces it does harm
            os.mkfifo(pipe)
            for file in ("/dev/null/ready", pipe, folder, folder + "/none/ready"):
                self.assertIn(file, self.line(1, "--listen", "127.0.0.1:0", "--ready-file", file))
            self.assertTrue(pathlib.Path(pipe).is_fifo())

    def test_an_old_ready_file_is_gone_when_the_start_fails(self):
        with tempfile.TemporaryDirectory() as folder, \
                socket.create_server(("127.0.0.1", 0)) as taken:
            file = pathlib.Path(folder, "ready")
            file.write_text("http://127.0.0.1:1\n", encoding="ascii")
            self.line(1, "--listen", f"127.0.0.1:{taken.getsockname()[1]}", "--ready-file", file)
            self.assertFalse(file.exists())

    def test_version_and_help(self):
        done = run("--version")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertRegex(done.stdout, r"\Aiam-local [0-9]+\.[0-9]+\.[0-9]+\n\Z")
        self.assertEqual(done.stdout, run("version").stdout)
        done = run("--help")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(done.stdout, run("help").stdout)
        for option in ("listen", "data", "durability", "account", "root-email", "enforce",
                       "root-access-key-id", "root-secret-access-key", "region", "quota",
                       "admin-token", "allow-host", "allow-default-credentials", "log-format",
                       "log-level", "seed", "ready-file"):
            self.assertIn(f"--{option}", done.stdout)
            self.assertIn("IAM_LOCAL_" + option.upper().replace("-", "_"), done.stdout)

    def test_each_command_has_help_and_is_named_to_who_mistypes(self):
        commands = ("serve", "env", "health", "evaluate", "lint", "version")
        overview, complaint = run("--help").stdout, self.line(2, "sevre")
        for command in commands:
            done = run(command, "--help", IAM_LOCAL_NONSENSE="1")
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertRegex(done.stdout, rf"\Ausage: iam-local \[?{command}\b")
            self.assertEqual(done.stdout, run("help", command).stdout)
            self.assertRegex(overview, rf"(?m)^  iam-local \[?{command}\b")
            self.assertIn(command, complaint)
        self.assertEqual(len(commands), len({run(each, "-h").stdout for each in commands}))

    def test_closed_standard_output(self):
        """It is told, and nothing else takes its place."""
        for arguments, status in [("--help", 1), ("version", 1), ("env", 1), ("lint -", 2),
                                  ("evaluate -", 2)]:
            done = subprocess.run(
                ["sh", "-c", f"printf '{{}}' | exec \"$0\" {arguments} >&-", harness.PROGRAM],
                stderr=subprocess.PIPE, text=True, check=False, timeout=harness.STOP_SECONDS)
            self.assertEqual(status, done.returncode, arguments)
            self.assertRegex(done.stderr, r"Bad file descriptor\n\Z")

    def test_env_is_for_eval(self):
        script = 'eval "$("$0" env --listen 127.0.0.1:4001 --region eu-west-1 ' \
                 '--root-secret-access-key "a\'b\\$c\\`d\\"e;f")" && printf "%s\\n" ' \
                 '"$AWS_ENDPOINT_URL_IAM" "$AWS_ENDPOINT_URL_STS" ' \
                 '"$AWS_ENDPOINT_URL_ORGANIZATIONS" "$AWS_ENDPOINT_URL_ACCOUNT" ' \
                 '"$AWS_ENDPOINT_URL_SIGNIN" "$AWS_REGION" ' \
                 '"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY"'
        done = subprocess.run(["sh", "-c", script, harness.PROGRAM], text=True,
                              capture_output=True, check=True, timeout=harness.STOP_SECONDS)
        self.assertEqual(["http://127.0.0.1:4001"] * 5 + ["eu-west-1", harness.ROOT[0],
                                                          "a'b$c`d\"e;f"],
                         done.stdout.splitlines())

    RIVALS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
              "AWS_CREDENTIAL_EXPIRATION", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
              "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
              "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
              "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
              "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT")

    def test_env_unsets_what_would_win(self):
        for script in ('eval "$("$0" env)"', 'set -eu; eval "$("$0" env)"'):
            done = subprocess.run(["sh", "-c", script + "; env", harness.PROGRAM], text=True,
                                  env={**os.environ, **dict.fromkeys(self.RIVALS, "x")},
                                  capture_output=True, check=True, timeout=harness.STOP_SECONDS)
            names = [line.partition("=")[0] for line in done.stdout.splitlines()]
            self.assertEqual([], [name for name in self.RIVALS if name in names])
            self.assertIn("AWS_ACCESS_KEY_ID", names)

    def test_env_of_servers_elsewhere(self):
        for given, url in [("http://iam.internal:4566", "http://iam.internal:4566"),
                           ("http://10.0.0.7:80/", "http://10.0.0.7:80"),
                           ("http://[::1]:1", "http://[::1]:1"),
                           ("http://[::1]:1/_sandbox/w1/", "http://[::1]:1/_sandbox/w1"),
                           ("https://iam.example.com/x", "https://iam.example.com/x")]:
            done = run("env", given, "--listen", "127.0.0.1:0")
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertIn(f"export AWS_ENDPOINT_URL_STS={url}\n", done.stdout)
        for url in ("", "localhost:4566", "ftp://localhost", "http://", "http://a b", "http://a;b",
                    "http://a/b c", "http://a/?b", "http://a/#b"):
            self.line(2, "env", url)

    def test_variables_of_neighbours_are_not_ours(self):
        done = run("env", IAM_LOCAL_SERVICE_HOST="10.0.0.1", IAM_LOCAL_SERVICE_PORT_WEB="1",
                   IAM_LOCAL_PORT="tcp://10.0.0.1:1", IAM_LOCAL_PORT_1_TCP_ADDR="10.0.0.1")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("IAM_LOCAL_LISTEN", self.line(2, "env", IAM_LOCAL_PORT="4567"))

    def test_health_of_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        self.line(1, "health", f"http://127.0.0.1:{port}")
        self.line(1, "health", f"http://[::1]:{port}")
        name = 64 * "x"  # too long for DNS, so that nobody is asked
        self.assertIn("no address of " + name, self.line(1, "health", f"http://{name}:4566"))

    def test_health_waits(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
        self.assertIn(address, self.line(1, "health", f"http://{address}", "--wait", "200ms"))
        waiting = subprocess.Popen([harness.PROGRAM, "health", f"http://{address}", "--wait=1m"])
        self.addCleanup(waiting.kill)
        server = harness.Server(listen=address)
        self.addCleanup(server.stop)
        self.assertEqual(0, waiting.wait(harness.STOP_SECONDS))

    def test_health_of_other_servers(self):
        for answer, part in [
                (b"", "no HTTP answer"), (b"SSH-2.0-OpenSSH_9.2\r\n", "no HTTP answer"),
                (b"HTTP/1.1 404 Not Found\r\n\r\n", "404"), (b"HTTP/1.1 2", "no HTTP answer"),
                (b"HTTP/1.1 503 Unavailable\r\n\r\n{\"status\": \"ok\"}", "503"),
                (b"HTTP/1.1 503 No\r\n\r\n{\"error\": \"it is gone\"}", "503: it is gone\n"),
                (b"HTTP/1.1 503 No\r\n\r\n{\"error\": \"it\\u000a\\u001b[0m\"}", "503\n"),
                (b"HTTP/1.1 200 OK\r\n", "healthy"), (b"HTTP/1.1 200 OK\r\n\r\n", "healthy"),
                (b"HTTP/1.1 200 OK\r\n\r\n<p>Welcome!", "healthy"),
                (b"HTTP/1.1 200 OK\r\n\r\n{\"status\": \"starting\"}", "healthy"),
                (b"HTTP/1.1 200 OK\r\n\r\n{\"status\": \"ok\"", "healthy"),
                (b"HTTP/1.1 200 OK\r\n\r\n%9000s" % b"{\"status\": \"ok\"}", "healthy")]:
            with self.subTest(answer=answer[:60]):
                self.assertIn(part, self.line(1, "health", self.other_server(answer)))

    def other_server(self, answer):
        """The URL of a server that gives this answer to its first client, whatever it asks."""
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        self.addCleanup(thread.join)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_health_of_a_silent_server(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"http://127.0.0.1:{silent.getsockname()[1]}"
            self.assertIn(url, self.line(1, "health", url))
            self.assertIn(url, self.line(1, "health", url, "--wait=100ms"))

    def test_health_of_what_cannot_be_asked(self):
        for url in ("", "127.0.0.1:4566", "https://127.0.0.1:4566", "http://", "http://:4566",
                    "http://localhost:", "http://localhost:0", "http://localhost:65536",
                    "http://localhost:http", "http://local host", "http://alice@localhost",
                    "http://localhost\r\nX: y/", "http://[::1", "http://[::1]4566", "http://[]"):
            with self.subTest(url=url):
                self.line(2, "health", url)
        self.line(2, "health", "--listen", "127.0.0.1:0")
        self.line(2, "health", "http://localhost:1", "again")
        self.line(2, "health", "--frobnicate")
        self.line(2, "health", IAM_LOCAL_FROBNICATE="1")


class Running(harness.ServerCase):
    def test_health(self):
        port = self.server.url.rsplit(":", 1)[1]
        for arguments, variables in [
                ([self.server.url], {}), ([self.server.url + "/"], {}),
                (["--listen", f"0.0.0.0:{port}"], {}),
                ([], {"IAM_LOCAL_LISTEN": f"0.0.0.0:{port}"}),
                ([f"http://localhost:{port}"], {"IAM_LOCAL_LISTEN": "127.0.0.1:1"})]:
            done = run("health", *arguments, **variables)
            self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))
        status, answer = self.server.own("GET", "health")
        self.assertEqual((200, "strict", ["default"]),
                         (status, answer["enforcement"], answer["sandboxes"]))
        self.assertEqual(run("--version").stdout, f"iam-local {answer['version']}\n")
        self.assertEqual(200, self.server.request("GET", "/_localstack/health")[0])

    def test_ready_file_and_banner_name_the_port(self):
        self.assertEqual(self.server.url + "\n",
                         self.server.ready_file.read_text(encoding="utf-8"))
        self.assertRegex(self.server.url, r"\Ahttp://127\.0\.0\.1:[1-9][0-9]*\Z")
        self.server.stop()
        banner = self.server.text
        for part in (self.server.url, "strict", harness.ACCOUNT, harness.ROOT[0],
                     f"export AWS_ENDPOINT_URL_IAM={self.server.url}\n",
                     f"export AWS_ENDPOINT_URL_STS={self.server.url}\n",
                     "export AWS_REGION=us-east-1\n",
                     f"export AWS_SECRET_ACCESS_KEY={harness.ROOT[1]}\n"):
            self.assertIn(part, banner)
        self.assertIn("\nReady.\n", banner)

    def test_the_ready_file_is_there_as_long_as_the_server(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.start()
            self.assertEqual([server.ready_file.name, "output"],
                             sorted(os.listdir(server.folder.name), reverse=True))
            server.process.send_signal(number)
            self.assertEqual(0, server.process.wait(harness.STOP_SECONDS))
            self.assertEqual(["output"], os.listdir(server.folder.name))

    def test_signals_that_do_not_end_it(self):
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE):
            self.server.process.send_signal(number)
        self.assertEqual(200, self.server.own("GET", "health")[0])
        self.assertIsNone(self.server.process.poll())

    def test_no_connection_takes_the_place_of_a_standard_file(self):
        """Nothing that is printed or logged reaches a client of a server without them."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "ready")
            process = subprocess.Popen(
                ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", harness.PROGRAM, "--listen",
                 "127.0.0.1:0", "--ready-file", file, "--data", folder, "--log-level", "debug"])
            self.addCleanup(process.kill)
            end = time.monotonic() + harness.START_SECONDS
            while not file.exists() and time.monotonic() < end:
                time.sleep(0.01)
            url = file.read_text(encoding="ascii").strip()
            self.assertEqual(0, run("health", url).returncode)
            for number in range(3):
                self.assertEqual("/dev/null", os.readlink(f"/proc/{process.pid}/fd/{number}"))
            process.terminate()
            self.assertEqual(0, process.wait(harness.STOP_SECONDS))

    def test_a_secret_of_ones_own_is_not_printed(self):
        server = self.start("--root-secret-access-key", "correct-horse-battery")
        server.stop()
        self.assertNotIn("correct-horse-battery", server.text)

    def test_localhost_is_both_families(self):
        server = self.start(listen="localhost:0")
        urls = server.ready_file.read_text(encoding="utf-8").split()
        self.assertEqual(1, len({url.rsplit(":", 1)[1] for url in urls}))
        for url in urls:
            self.assertEqual(0, run("health", url).returncode, url)

    def test_variables_do_what_options_do_and_options_win(self):
        server = self.start(IAM_LOCAL_ENFORCE="soft")
        self.assertEqual("soft", server.own("GET", "enforcement")[1]["enforcement"])
        server = self.start("--enforce", "off", IAM_LOCAL_ENFORCE="soft", IAM_LOCAL_DATA="")
        self.assertEqual("off", server.own("GET", "enforcement")[1]["enforcement"])

    def test_admin_token(self):
        server = self.start("--admin-token", "open-sesame")
        self.assertEqual(403, server.own("GET", "enforcement")[0])
        for token, status in (("open-sesame", 200), ("open-sesam", 403)):
            headers = {"Authorization": f"Bearer {token}"}
            self.assertEqual(status, server.own("GET", "enforcement", headers=headers)[0])
        self.assertEqual(200, server.own("GET", "health")[0])
        self.assertEqual(0, run("health", server.url).returncode)
        self.assertNotIn("open-sesame", server.printed())

    def test_a_token_is_made_for_other_hosts(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            try:
                any_socket.connect(("192.0.2.1", 9))  # sends nothing
            except OSError:
                self.skipTest("this host has no address but loopback")
            address = any_socket.getsockname()[0]
        tokens = set()
        for _ in range(2):
            server = self.start("--seed", "7", listen="0.0.0.0:0",
                                IAM_LOCAL_ALLOW_DEFAULT_CREDENTIALS="true")
            self.assertEqual(200, server.own("GET", "explain")[0])  # from this host, as ever
            server.authority = server.authority.replace("127.0.0.1", address)
            status, answer = server.own("GET", "explain")
            self.assertEqual(403, status)
            self.assertIn("printed at its start", json.dumps(answer))
            token = re.search(r"(?m)^  admin token   ([0-9a-f]{32})$", server.printed())[1]
            headers = {"Authorization": f"Bearer {token}"}
            self.assertEqual(200, server.own("GET", "explain", headers=headers)[0])
            self.assertEqual(200, server.own("POST", "reset", headers=headers)[0])
            tokens.add(token)
        self.assertEqual(2, len(tokens))  # a seed makes ids, and no secret that others could guess
        self.assertNotIn("admin token", self.server.printed())

    def test_one_seed_one_sequence_of_ids(self):
        """Accounts are made without a signature, so no client is needed to see ids."""
        made = []
        for _ in range(2):
            server = self.start("--seed", "7")
            made.append([server.own("POST", "accounts")[1] for _ in range(3)])
        self.assertEqual(made[0], made[1])
        self.assertEqual(3, len({account["access_key_id"] for account in made[0]}))
        self.assertNotEqual(made[0][0], self.server.own("POST", "accounts")[1])

    def test_log_as_json(self):
        server = self.start("--log-format", "json")
        server.request("GET", "/?Action=ListUsers&Version=2010-05-08")
        server.stop()
        self.assertTrue(re.search(r'^\{.*"MissingAuthenticationToken".*\}$', server.text, re.M),
                        server.text)

    def log(self, server):
        server.stop()
        return [line.split(" ", 2)[1:] for line in server.text.splitlines()
                if re.match(r"[0-9-]{10}T", line)]

    def test_debug_shows_every_request_once(self):
        server = self.start("--log-level", "debug", "--enforce", "off")
        server.request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15")
        server.request("GET", "/?Action=Nonsense&Version=2011-06-15")
        server.request("GET", "/x")
        server.own("GET", "health")
        lines = [text for level, text in self.log(server) if level == "debug"]
        for line, parts in zip(lines, [
                ("operation=GetCallerIdentity", harness.ROOT_ARN, "status=200", "request_id="),
                ("status=400",), ("path=/x", "status=302"),
                ("path=/_iam-local/health", "status=200")], strict=True):
            for part in parts:
                self.assertIn(part, line)

    def test_log_of_what_was_not_served(self):
        key = "AKIAZZZZZZZZZZZZZZZZ"
        headers = {"X-Amz-Date": "20200101T000000Z", "Authorization": (
            f"AWS4-HMAC-SHA256 Credential={key}/20200101/us-east-1/%s/aws4_request, "
            f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}")}
        server = self.start()
        users = "/?Action=ListUsers&Version=2010-05-08"
        for method, target, service, status in (
                ("PUT", "/bucket", "s3", 501), ("POST", "/", "iam", 302),
                ("PUT", users, "iam", 302), ("GET", users, "iam", 403)):
            signed = {**headers, "Authorization": headers["Authorization"] % service}
            self.assertEqual(status, server.request(method, target, "{}", signed)[0])
        lines = [text for level, text in self.log(server) if level == "info"]
        for line, part in zip(lines, ("code=NotImplemented", "redirected", "redirected",
                                      "code=InvalidClientTokenId", "stopping"), strict=True):
            self.assertIn(part, line)
            self.assertEqual(part != "stopping", f"access_key={key}" in line)
            self.assertEqual("InvalidClientTokenId" in part, "--enforce off" in line)

    def test_the_limit_of_open_files_is_raised(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
        server = self.start()
        self.assertEqual((hard, hard), resource.prlimit(server.process.pid,
                                                        resource.RLIMIT_NOFILE))


if __name__ == "__main__":
    harness.main()
