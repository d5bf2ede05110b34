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
TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "tests/embed/example.c"


def sanitizers():
    """What the library was compiled with, and its users have to link."""
    options = json.loads((BUILD / "meson-info/intro-buildoptions.json").read_text("utf-8"))
    chosen = next(option["value"] for option in options if option["name"] == "b_sanitize")
    return [] if chosen == "none" else ["-fsanitize=" + chosen]


def searched():
    """The folders in which pkg-config looks by itself."""
    done = subprocess.run(["pkg-config", "--variable=pc_path", "pkg-config"], text=True,
                          capture_output=True, check=True)
    return done.stdout.strip().split(":")


class Defaults(unittest.TestCase):
    def test_pkg_config_finds_it_also_without_dpkg_dev(self):
        """Left to itself, meson asks dpkg-architecture, and without it takes lib64 on Debian."""
        with tempfile.TemporaryDirectory(prefix="iam-local-") as folder:
            absent = pathlib.Path(folder, "dpkg-architecture")
            absent.write_text("#!/bin/sh\nexit 127\n", encoding="ascii")
            absent.chmod(0o755)
            for path in (os.environ["PATH"], f"{folder}:{os.environ['PATH']}"):
                said = subprocess.run(
                    ["meson", "introspect", "--buildoptions", TOP / "meson.build"],
                    env={**os.environ, "PATH": path}, text=True, capture_output=True,
                    check=True).stdout
                libdir = next(option["value"] for option in json.loads(said)
                              if option["name"] == "libdir")
                for prefix in ("/usr/local", "/usr"):
                    self.assertIn(f"{prefix}/{libdir}/pkgconfig", searched())


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
        """The example needs what pkg-config says, which looks where it always does."""
        folders = searched()
        self.assertIn("/" + str(self.find("iam-local.pc").parent.relative_to(self.root)), folders)
        environment = {**os.environ, "PKG_CONFIG_SYSROOT_DIR": str(self.root),
                       "PKG_CONFIG_LIBDIR": ":".join(f"{self.root}{each}" for each in folders)}
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
