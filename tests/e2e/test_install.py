# SPDX-License-Identifier: Apache-2.0
"""What `meson install` puts where, and that another program can be built on it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import harness

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
import presign

BUILD = pathlib.Path(harness.PROGRAM).parents[1]
EXAMPLE = pathlib.Path(__file__).parents[1] / "embed" / "example.c"


def sanitizers():
    """What the library was compiled with, and its users have to link."""
    options = json.loads((BUILD / "meson-info/intro-buildoptions.json").read_text("utf-8"))
    chosen = next(option["value"] for option in options if option["name"] == "b_sanitize")
    return [] if chosen == "none" else ["-fsanitize=" + chosen]


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir",
                        self.root], check=True)

    def find(self, name):
        found = list(self.root.rglob(name))
        self.assertEqual(1, len(found), name)
        return found[0]

    def test_the_program(self):
        done = subprocess.run([self.find("bin/iam-local"), "version"], text=True, check=True,
                              capture_output=True)
        self.assertRegex(done.stdout, r"^iam-local \d+\.\d+\.\d+\n$")

    def test_the_module(self):
        """The installed program finds the one that was installed with it."""
        metadata = subprocess.run([BUILD / "tests/e2e/saml_tool", "metadata"], text=True,
                                  check=True, capture_output=True).stdout
        with unittest.mock.patch.object(harness, "PROGRAM", self.find("bin/iam-local")):
            server = harness.Server()
        self.addCleanup(server.stop)
        call = presign.Signer(server.authority, "iam").call(
            "CreateSAMLProvider", Name="idp", SAMLMetadataDocument=metadata)
        with server.dial() as connection:
            connection.sendall(call)
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200 "))
        maps = pathlib.Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
        self.assertIn(str(self.find("federation.so")), maps)

    def test_the_library(self):
        """The example needs what pkg-config says and nothing else."""
        environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(self.root),
                       "PKG_CONFIG_PATH": str(self.find("iam-local.pc").parent)}
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "iam-local"], text=True,
                               env=environment, check=True, capture_output=True).stdout.split()
        example = self.root / "example"
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", EXAMPLE, "-o", example, *flags,
                        *sanitizers()], check=True)
        allowed = subprocess.run([example], text=True, capture_output=True, check=False)
        self.assertEqual((0, "Allow (own-folder)\nwelcome\n"),
                         (allowed.returncode, allowed.stdout))
        denied = subprocess.run([example, "s3:PutObject"], text=True, capture_output=True,
                                check=False)
        self.assertEqual(1, denied.returncode)
        self.assertIn("because no identity-based policy allows the s3:PutObject action",
                      denied.stdout)


if __name__ == "__main__":
    harness.main()
