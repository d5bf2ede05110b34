#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What ./dev says to wrong commands and arguments, before it installs or builds anything; what it
asks for where it may not install; which programs it starts.

usage: test_dev.py ROOT
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv[1]).resolve()
NOBODY = 65534

PROJECT = """
project('tiny', 'c')
python = import('python').find_installation()
custom_target('chosen', output: 'chosen', capture: true, build_by_default: true,
  command: [python, '-c', 'import os, sys; print(sys.executable)'])
"""


def dev(*arguments, top=ROOT, **options):
    return subprocess.run([top / "dev", *arguments], stdin=subprocess.DEVNULL, timeout=30,
                          capture_output=True, text=True, check=False, **options)


@unittest.skipUnless(shutil.which("dpkg-query"), "not on Debian")
class Elsewhere(unittest.TestCase):
    """./dev in a project of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.top.chmod(0o755)
        shutil.copy(ROOT / "dev", self.top)

    def write(self, name, text, mode=0o644):
        path = self.top / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def test_others_than_root_are_told_what_to_type(self):
        self.write(".packages", "# all\nrun no-such-one sh:no-such-shell\n"
                   "run nosuchcommand:no-such-two\ntest no-such-three\n")
        done = dev("serve", top=self.top, user=None if os.geteuid() else NOBODY)
        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertEqual("  sudo apt-get update && sudo apt-get install --no-install-recommends "
                         "no-such-one no-such-two", done.stderr.splitlines()[-1])

    def test_starts_the_system_s_programs(self):
        """Whatever stands first in PATH."""
        for name in ("python3", "meson", "ninja", "env"):
            self.write("shadow/" + name, "#!/bin/sh\necho shadowed >&2\nexit 1\n", 0o755)
        self.write(".packages", "")
        self.write("meson.build", PROJECT)
        path = f"{self.top / 'shadow'}:{os.environ['PATH']}"
        done = dev("build", top=self.top, env={**os.environ, "PATH": path})
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual("/usr/bin/python3\n",
                         (self.top / "build/chosen").read_text(encoding="utf-8"))


class Dev(unittest.TestCase):
    def test_wrong_words(self):
        for arguments, message in [
                (["foo"], "unknown command foo"), (["install"], "expected sections"),
                (["install", "bogus"], "unknown section bogus"),
                (["install", "run", "bogus"], "unknown section bogus"),
                (["build", "x"], "build takes no arguments, but got x"),
                (["check", "x"], "check takes no arguments"), (["asan", "x"], "asan takes no"),
                (["tsan", "x"], "tsan takes no"), (["fresh", "x"], "fresh takes no"),
                (["fuzz"], "fuzz: expected"),
                (["fuzz", "1h"], "not 1h"), ([], "usage: ./dev COMMAND")]:
            with self.subTest(arguments=arguments):
                done = dev(*arguments)
                self.assertEqual((2, ""), (done.returncode, done.stdout))
                self.assertIn(message, done.stderr)

    def test_help(self):
        done = dev("help")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("usage: ./dev COMMAND", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
