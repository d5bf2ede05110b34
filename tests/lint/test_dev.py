#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What ./dev says to wrong commands and arguments, before it installs or builds anything.

usage: test_dev.py ROOT
"""
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1]).resolve()


def dev(*arguments):
    return subprocess.run([ROOT / "dev", *arguments], stdin=subprocess.DEVNULL, timeout=30,
                          capture_output=True, text=True, check=False)


class Dev(unittest.TestCase):
    def test_wrong_words(self):
        for arguments, message in [
                (["foo"], "unknown command foo"), (["install"], "expected sections"),
                (["install", "bogus"], "unknown section bogus"),
                (["install", "run", "bogus"], "unknown section bogus"),
                (["build", "x"], "build takes no arguments, but got x"),
                (["check", "x"], "check takes no arguments"), (["asan", "x"], "asan takes no"),
                (["tsan", "x"], "tsan takes no"), (["fuzz"], "fuzz: expected"),
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
