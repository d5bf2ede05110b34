# SPDX-License-Identifier: Apache-2.0
"""--data on a disk that is full, cannot be written or holds rubbish: one line and exit status 1 at
the start, a ServiceFailure for the request while running, and nothing lost."""
import contextlib
import os
import pathlib
import re
import resource
import sqlite3
import subprocess
import tempfile

import harness
import signed

PAGE = 4096
TINY_DISK = "2m"


def mount(test, *arguments):
    """Mounts for the time of the test, or skips it: most users may not."""
    if os.geteuid() != 0:
        test.skipTest("only root may mount")
    done = subprocess.run(["mount", *arguments], text=True, capture_output=True, check=False)
    if done.returncode:
        test.skipTest("mount: " + done.stderr.strip())
    test.addCleanup(subprocess.run, ["umount", arguments[-1]], check=True)


class DiskCase(harness.ServerCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name, "state")
        self.file = self.data / "iam-local.db"
        self.made = []

    def start_here(self):
        self.server = self.start("--data", self.data)
        self.client = signed.Client(self.server)

    def restart(self):
        self.client.close()
        self.assertEqual(0, self.server.stop())
        self.start_here()

    def create(self):
        """The status of one more CreateUser, whose success is remembered."""
        name = f"user-{len(self.made)}"
        status, text = self.client.call("CreateUser", UserName=name, Path="/" + 100 * "x" + "/")
        if status == 200:
            self.made.append(name)
        else:
            self.assertEqual(500, status, text)
            self.assertIn("<Code>ServiceFailure</Code>", text)
        return status

    def create_until_refused(self):
        while self.create() == 200:
            self.assertLess(len(self.made), 1000)

    def users(self, client=None):
        status, text = (client or self.client).call("ListUsers", MaxItems="1000")
        self.assertEqual(200, status, text)
        return re.findall("<UserName>(.*)</UserName>", text)

    def check_nothing_is_lost(self):
        self.assertEqual(sorted(self.made), sorted(self.users()))

    def refused(self, reason):
        """The start ends with one line that names the directory."""
        ended = harness.run("--listen", "127.0.0.1:0", "--data", str(self.data))
        lines = ended.stderr.splitlines()
        self.assertEqual((1, "", 1), (ended.returncode, ended.stdout, len(lines)), ended.stderr)
        self.assertIn(str(self.data), lines[0])
        self.assertRegex(lines[0], reason)


class Full(DiskCase):
    def goes_on(self, make_room):
        """From a state in which there is no more room."""
        self.create_until_refused()
        self.assertGreater(len(self.made), 10)
        self.assertEqual(500, self.create())
        self.assertEqual(500, self.server.own("POST", "reset")[0])
        self.check_nothing_is_lost()
        make_room()
        self.assertEqual(200, self.create())
        self.check_nothing_is_lost()
        self.restart()
        self.check_nothing_is_lost()
        self.assertEqual(200, self.create())

    def test_a_file_that_may_not_grow(self):
        self.start_here()
        self.limit_files(200 * PAGE)
        self.goes_on(lambda: self.limit_files(resource.RLIM_INFINITY))

    def limit_files(self, size):
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE,
                         (size, resource.RLIM_INFINITY))

    def tiny_disk(self):
        disk = self.data.parent / "disk"
        disk.mkdir()
        mount(self, "-t", "tmpfs", "-o", "size=" + TINY_DISK, "tmpfs", str(disk))
        self.data = disk / "state"
        return disk / "filler"

    @staticmethod
    def fill(filler):
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(PAGE))

    def test_a_disk_that_is_full(self):
        filler = self.tiny_disk()
        self.start_here()
        filler.write_bytes(bytes(100 * PAGE))
        self.goes_on(filler.unlink)

    def test_a_start_on_a_full_disk(self):
        filler = self.tiny_disk()
        self.fill(filler)
        self.refused("No space left on device|database or disk is full")
        filler.unlink()
        self.start_here()
        self.assertEqual(200, self.create())
        self.fill(filler)
        self.restart()
        self.check_nothing_is_lost()
        self.create_until_refused()
        self.check_nothing_is_lost()


class ReadOnly(DiskCase):
    def test_a_directory_that_cannot_be_written(self):
        self.start_here()
        self.create()
        self.server.stop()
        if os.geteuid() == 0:
            mount(self, "-o", "bind,ro", str(self.data), str(self.data))
            self.refused("Read-only file system")
        else:
            self.data.chmod(0o500)
            self.file.chmod(0o400)
            self.refused("Permission denied")

    def test_a_directory_that_cannot_be_made(self):
        self.data = pathlib.Path("/proc/iam-local")
        self.refused("No such file or directory|Permission denied")

    def test_names_that_are_taken_by_something_else(self):
        for name in ("iam-local.lock", "iam-local.db"):
            with self.subTest(name=name):
                (self.data / name).mkdir(parents=True)
                self.refused("Is a directory")
                (self.data / name).rmdir()
        self.data = self.data / "file"
        self.data.touch()
        self.refused("Not a directory")


class Corrupt(DiskCase):
    def setUp(self):
        super().setUp()
        self.start_here()
        for _ in range(40):
            self.create()
        self.client.close()
        self.assertEqual(0, self.server.stop())
        self.whole = self.file.read_bytes()
        self.assertGreater(len(self.whole), 15 * PAGE)

    def test_files_that_cannot_be_used(self):
        for name, content, reason in (
                ("garbage", b"these are not the bytes of any database", "not a database"),
                ("header", b"\xff" * 100 + self.whole[100:], "not a database"),
                ("schema", self.whole[:100] + b"\xff" * 8 + self.whole[108:], "malformed"),
                ("half", self.whole[:len(self.whole) // 2], "malformed")):
            with self.subTest(name=name):
                self.file.write_bytes(content)
                self.refused(reason)
                self.assertEqual(content, self.file.read_bytes())

    def test_a_database_of_another_program(self):
        self.file.unlink()
        with contextlib.closing(sqlite3.connect(self.file)) as other:
            other.execute("CREATE TABLE notes (text)")
        before = self.file.read_bytes()
        self.refused("made by another program")
        self.assertEqual(before, self.file.read_bytes())

    def test_a_database_in_use_by_another_program(self):
        with contextlib.closing(sqlite3.connect(self.file)) as other:
            other.execute("SELECT count(*) FROM account").fetchall()
            self.refused("locked")

    def test_pages_that_are_damaged(self):
        """Each page in turn. What SQLite notices is a ServiceFailure, and the server stays up."""
        failures = 0
        for at in range(PAGE, len(self.whole), PAGE):
            damaged = bytearray(self.whole)
            damaged[at:at + 8] = b"\xff" * 8
            self.file.write_bytes(damaged)
            with self.subTest(page=at // PAGE + 1):
                failures += self.failures_of_all_requests()
        self.assertGreater(failures, 10)

    def failures_of_all_requests(self):
        """How many fail; a start that is refused is one, too."""
        try:
            self.start_here()
        except RuntimeError as refusal:
            self.assertRegex(str(refusal), f"iam-local: .*{self.data}[/:] *.")
            return 1
        failures = 0
        for action, params in (
                ("ListUsers", {}), ("GetUser", {"UserName": "user-1"}),
                ("CreateUser", {"UserName": "another"}), ("DeleteUser", {"UserName": "user-2"}),
                ("CreateGroup", {"GroupName": "crew"}), ("CreateAccessKey", {}),
                ("AddUserToGroup", {"GroupName": "crew", "UserName": "user-3"})):
            status, text = self.client.call(action, **params)
            failures += status == 500
            self.assertTrue(status < 500 or "<Code>ServiceFailure</Code>" in text, text)
        self.client.close()
        self.assertEqual(0, self.server.stop())
        return failures


if __name__ == "__main__":
    harness.main()
