# SPDX-License-Identifier: Apache-2.0
"""The server is killed in the middle of a stream of writes, again and again, on one directory.

After each crash everything that was answered is there, what was not answered is there as a whole or
not at all, and the counts behind quotas agree with the rows. CRASH_ROUNDS in the environment says
how often each of the two durabilities is tried.
"""
import collections
import contextlib
import http.client
import os
import pathlib
import random
import re
import shutil
import sqlite3
import tempfile
import threading
import time

import harness
import signed

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "100"))
WRITERS = 6
SECONDS = (0.01, 0.1)  # a round lasts between these
POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'

# What is known of a user, by name.
User = collections.namedtuple("User", "tags policies groups keys", defaults=(0, 0, 0, 0))

STORED = """
SELECT name,
       (SELECT count(*) FROM tag WHERE owner = u.id),
       (SELECT count(*) FROM inline_policy WHERE owner = u.id),
       (SELECT count(*) FROM group_member WHERE user_id = u.id),
       (SELECT count(*) FROM access_key WHERE owner = u.id)
FROM iam_user u"""

# Each of these finds something wrong.
WRONG = {
    "the count of users": "SELECT * FROM account_count c WHERE counter = 'Users' AND n <> "
                          "(SELECT count(*) FROM iam_user WHERE account = c.account)",
    "the count of groups": "SELECT * FROM account_count c WHERE counter = 'Groups' AND n <> "
                           "(SELECT count(*) FROM iam_group WHERE account = c.account)",
    "tags of nobody": "SELECT * FROM tag WHERE owner NOT IN (SELECT id FROM iam_user)",
    "policies of nobody": "SELECT * FROM inline_policy WHERE owner NOT IN "
                          "(SELECT id FROM iam_user UNION SELECT id FROM iam_group)",
    "keys of nobody": "SELECT * FROM access_key WHERE owner NOT IN "
                      "(SELECT id FROM iam_user UNION SELECT id FROM account)",
    "rows that refer to nothing": "PRAGMA foreign_key_check",
    "a damaged file": "SELECT * FROM pragma_quick_check WHERE quick_check <> 'ok'",
}


class Writer(threading.Thread):
    """Leads the lives of users whose names nobody else uses, until the server is gone.

    `done` is what has been answered, `next` the same after the request under way: one of the two is
    what has to be stored."""

    def __init__(self, server, prefix):
        super().__init__()
        self.client = signed.Client(server)
        self.prefix = prefix
        self.done = self.next = {}
        self.answers = 0
        self.wrong = None
        self.key_id = None

    def run(self):
        number = 0
        with contextlib.suppress(OSError, http.client.HTTPException):
            while not self.wrong:
                self.lead_life(f"{self.prefix}-{number}", leave=number % 3 == 0)
                number += 1
        self.client.close()

    def lead_life(self, name, leave):
        self.write(name, User(tags=2), "CreateUser", **{
            "Path": "/crash/", "Tags.member.1.Key": "a", "Tags.member.1.Value": "1",
            "Tags.member.2.Key": "b", "Tags.member.2.Value": "2"})
        self.write(name, User(2, 1), "PutUserPolicy", PolicyName="p", PolicyDocument=POLICY)
        self.write(name, User(2, 1, 1), "AddUserToGroup", GroupName="crew")
        self.write(name, User(2, 1, 1, 1), "CreateAccessKey")
        self.write(name, User(1, 1, 1, 1), "UntagUser", **{"TagKeys.member.1": "a"})
        if not leave:
            return
        self.write(name, User(1, 1, 1, 1), "UpdateUser", NewUserName=name + "-new")
        name += "-new"
        self.write(name, User(1, 1, 1), "DeleteAccessKey", AccessKeyId=self.key_id)
        self.write(name, User(1, 1), "RemoveUserFromGroup", GroupName="crew")
        self.write(name, User(1), "DeleteUserPolicy", PolicyName="p")
        self.write(name, None, "DeleteUser")

    def write(self, name, becomes, action, **params):
        users = dict(self.done)
        users.pop(name, None)
        if becomes:
            users[params.get("NewUserName", name)] = becomes
        self.next = users
        status, text = self.client.call(action, UserName=name, **params)
        if status != 200:
            self.wrong = f"{action} {name}: {status} {text}"
            raise http.client.HTTPException(self.wrong)
        self.answers += 1
        self.done = users
        if action == "CreateAccessKey":
            self.key_id = re.search("<AccessKeyId>(.*)</AccessKeyId>", text)[1]


class Crash(harness.ServerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.expected = {}
        self.answers = 0

    def test_normal(self):
        self.crash_often("normal")

    def test_full(self):
        self.crash_often("full")

    def crash_often(self, durability):
        options = ("--data", str(self.folder / "state"), "--durability", durability,
                   "--quota", "Users=1000000")
        server = self.start(*options)
        client = signed.Client(server)
        self.assertEqual(200, client.call("CreateGroup", GroupName="crew")[0])
        client.close()
        for number in range(ROUNDS):
            writers = self.crash(server, number)
            self.check_file(writers)
            server = self.start(*options)
            self.check_answers(server)
        self.assertEqual(0, server.stop())
        self.check_file([])
        print(f"{durability}: {ROUNDS} crashes, {self.answers} answered writes, none lost")

    def crash(self, server, number):
        writers = [Writer(server, f"round{number}-{writer}") for writer in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(*SECONDS))
        server.kill()
        for writer in writers:
            writer.join()
            self.assertIsNone(writer.wrong)
            self.answers += writer.answers
        return writers

    def settle(self, writers, stored):
        """Takes what is stored of each writer for true, if it is one of the two that may be."""
        for writer in writers:
            mine = {name: user for name, user in stored.items()
                    if name.startswith(writer.prefix + "-")}
            if mine not in (writer.done, writer.next):
                self.fail(f"answered, but not stored: {writer.done.items() - mine.items()}; "
                          f"stored, but not answered: {mine.items() - writer.done.items()}")
            self.expected.update(mine)

    @contextlib.contextmanager
    def database(self):
        """A copy, because reading a database that crashed repairs it."""
        copy = self.folder / "copy"
        shutil.copytree(self.folder / "state", copy)
        try:
            with contextlib.closing(sqlite3.connect(copy / "iam-local.db")) as database:
                yield database
        finally:
            shutil.rmtree(copy)

    def check_file(self, writers):
        with self.database() as database:
            stored = {name: User(*counts) for name, *counts in database.execute(STORED)}
            self.settle(writers, stored)
            self.assertEqual(self.expected, stored)
            for what, query in WRONG.items():
                self.assertEqual([], database.execute(query).fetchall(), what)

    def check_answers(self, server):
        """The server that was started again sees the same."""
        client = signed.Client(server)
        names, marker = [], {}
        while marker is not None:
            status, text = client.call("ListUsers", MaxItems="1000", **marker)
            self.assertEqual(200, status, text)
            names += re.findall("<UserName>(.*)</UserName>", text)
            more = re.search("<Marker>(.*)</Marker>", text)
            marker = {"Marker": more[1]} if more else None
        client.close()
        self.assertEqual(sorted(self.expected), sorted(names))


if __name__ == "__main__":
    harness.main()
