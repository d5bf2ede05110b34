# SPDX-License-Identifier: Apache-2.0
"""Sandboxes beside each other in one server, each found by the path of the endpoint."""
import concurrent.futures
import pathlib
import tempfile

import aws
import harness

WORKERS = 4


def names(iam):
    return [user["UserName"] for user in iam.list_users()["Users"]]


class Sandboxes(aws.BotoCase):
    def enter(self, name, service="iam", key=harness.ROOT):
        return aws.client(service, self.server, key, self.server.sandbox(name))

    def test_nothing_of_one_is_in_another(self):
        one, two = self.enter("w1"), self.enter("w2")
        for iam in (one, two, self.iam):
            iam.create_user(UserName="alice")
            self.assertEqual(["alice"], names(iam))
        key = aws.make_key(one, UserName="alice")
        self.enter("w1", "sts", key).get_caller_identity()
        for other in (self.enter("w2", "sts", key), aws.client("sts", self.server, key)):
            with self.refused("InvalidClientTokenId", 403):
                other.get_caller_identity()

    def test_deleting(self):
        iam = self.enter("w1")
        iam.create_user(UserName="alice")
        self.assertEqual((200, {"deleted": "w1"}), self.server.own("DELETE", "sandboxes/w1"))
        with self.refused("NoSuchSandbox", 404):
            iam.list_users()
        self.assertEqual([], names(self.enter("w1")))
        self.assertEqual(409, self.server.own("DELETE", "sandboxes/default")[0])

    def test_health_of_one(self):
        url = self.server.url + self.server.sandbox("w1")
        self.assertEqual(0, harness.run("health", url).returncode)
        self.server.own("DELETE", "sandboxes/w1")
        done = harness.run("health", url)
        self.assertEqual(1, done.returncode)
        self.assertIn("/_sandbox/w1 answers with status 404", done.stderr)
        self.assertIn("There is no sandbox w1", done.stderr)

    def test_log(self):
        server = self.start("--log-level", "debug")
        sts = aws.client("sts", server, ("AKIA1234567890123456", "x"), server.sandbox("w1"))
        with self.refused("InvalidClientTokenId", 403):
            sts.get_caller_identity()
        self.assertRegex(server.printed(), "refused request_id=[0-9a-f-]+ sandbox=w1 ")
        self.assertIn(" path=/_sandbox/w1", server.printed())

    def test_presigned(self):
        sts = self.enter("w1", "sts")
        url = sts.generate_presigned_url("get_caller_identity", HttpMethod="GET")
        target = url.removeprefix(self.server.url)
        self.assertTrue(target.startswith("/_sandbox/w1"), target)
        self.assertEqual(200, self.server.request("GET", target)[0])
        self.server.sandbox("w2")
        self.assertEqual(403, self.server.request("GET", target.replace("/w1", "/w2", 1))[0])

    def test_clocks(self):
        self.enter("w1")
        self.server.own("PUT", "clock", {"set": "2001-02-03T04:05:06Z"}, prefix="/_sandbox/w1")
        made = self.enter("w1").create_user(UserName="alice")["User"]["CreateDate"]
        self.assertEqual(2001, made.year)
        made = self.enter("w2").create_user(UserName="alice")["User"]["CreateDate"]
        self.assertNotEqual(2001, made.year)

    def test_tokens_of_another_sandbox_s_issuer(self):
        """Their keys are fetched like those of any issuer."""
        iam, role = self.enter("w1"), f"arn:aws:iam::{harness.ACCOUNT}:role/app"
        self.server.sandbox("w2")
        issuers = [f"{self.server.url}/_sandbox/{name}/_iam-local/oidc" for name in ("w1", "w2")]
        providers = [iam.create_open_id_connect_provider(
            Url=issuer, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40])
                     ["OpenIDConnectProviderArn"] for issuer in issuers]
        trust = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
                 "Principal": {"Federated": providers}}
        iam.create_role(RoleName="app", AssumeRolePolicyDocument=aws.document(trust))
        sts = self.enter("w1", "sts")
        for name in ("w1", "w2"):
            _, made = self.server.own("POST", "oidc/token", {}, prefix=f"/_sandbox/{name}")
            self.assertIn(f"/_sandbox/{name}/", made["claims"]["iss"])
            sts.assume_role_with_web_identity(RoleArn=role, RoleSessionName="job",
                                              WebIdentityToken=made["token"])

    def test_workers_come_and_go(self):
        """Each makes the same user as the others, over and over, and is alone with her."""
        def work(number):
            name = f"gw{number}"
            for _ in range(5):
                iam = self.enter(name)
                iam.create_user(UserName="alice")
                self.assertEqual(["alice"], names(iam))
                self.assertEqual(200, self.server.own("DELETE", "sandboxes/" + name)[0])
            return number

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            self.assertEqual(list(range(WORKERS)), list(pool.map(work, range(WORKERS))))
        self.assertEqual([], names(self.iam))

    def test_deleting_under_load(self):
        """Whoever is in it gets an answer; afterwards there is none of that name."""
        iam = self.enter("busy")
        made = [0] * WORKERS

        def load(number):
            try:
                while True:
                    iam.create_user(UserName=f"user-{number}-{made[number]}")
                    made[number] += 1
            except aws.ClientError as error:
                return error.response["Error"]["Code"]

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            running = [pool.submit(load, number) for number in range(WORKERS)]
            while not all(made) and not any(one.done() for one in running):
                names(iam)
            self.assertEqual(200, self.server.own("DELETE", "sandboxes/busy")[0])
            self.assertEqual({"NoSuchSandbox"}, {one.result() for one in running})
            self.assertNotIn(0, made)


class Kept(aws.BotoCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name, "data")
        self.options = ("--data", str(self.folder))
        super().setUp()

    def listed(self):
        _, answer = self.server.own("GET", "sandboxes")
        return {one["name"]: one["keep"] for one in answer["sandboxes"]}

    def test_restart(self):
        iam = aws.client("iam", self.server, prefix=self.server.sandbox("kept", keep=True))
        self.server.sandbox("fleeting")
        iam.create_user(UserName="alice")
        key = aws.make_key(iam, UserName="alice")
        self.assertEqual({"default": True, "kept": True, "fleeting": False}, self.listed())
        self.server.stop()
        self.server = self.start(*self.options)
        self.assertEqual({"default": True, "kept": True}, self.listed())
        sts = aws.client("sts", self.server, key, "/_sandbox/kept")
        self.assertTrue(sts.get_caller_identity()["Arn"].endswith(":user/alice"))
        self.assertEqual([], names(aws.client("iam", self.server)))
        self.assertEqual(200, self.server.own("DELETE", "sandboxes/kept")[0])
        self.assertEqual([], list((self.folder / "sandboxes").iterdir()))


if __name__ == "__main__":
    harness.main()
