# SPDX-License-Identifier: Apache-2.0
"""Which clients are found, and which of them a test takes."""
import pathlib
import tempfile
import unittest

import clients
import harness


class Found(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="iam-local-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def program(self, path, script):
        file = self.folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return str(file)

    def test_programs_are_the_system_s_and_then_those_of_path(self):
        one, two = self.program("a/sh", ""), self.program("b/sh", "")
        (self.folder / "a/twice").symlink_to(one)
        (self.folder / "c").mkdir()
        (self.folder / "c/sh").symlink_to(two)
        path = [str(self.folder / name) for name in "abc"]
        self.assertEqual(["/usr/bin/sh", one, two], clients.programs("sh", path))
        self.assertEqual([], clients.programs("no-such-program", path))

    def test_versions(self):
        self.assertEqual("2.9.19", clients.version(self.program(
            "aws", "echo aws-cli/2.9.19 Python/3.11.2"), "--version"))
        for script in ("exit 0", "echo 1.2; exit 1", "no-such-program"):
            self.assertIsNone(clients.version(self.program("aws", script)), script)
        self.assertIsNone(clients.version(str(self.folder / "nowhere")))

    def test_which_aws_cli_reads_endpoints(self):
        for said, reads in (("1.22.34", False), ("1.29.0", True), ("1.45.11", True),
                            ("2.9.19", False), ("2.12.9", False), ("2.13.0", True), ("", False)):
            cli = self.program("aws", f"echo aws-cli/{said}")
            self.assertEqual(reads, clients.reads_endpoints(cli), said)

    def mirror(self, name):
        (self.folder / name / "registry.example" / "hashicorp" / "aws").mkdir(parents=True)
        return str(self.folder / name)

    def test_a_mirror_of_terraform_s_providers(self):
        home = self.folder / "home"
        named, listed = self.mirror("named"), self.mirror("listed")
        shared = self.mirror("shared/terraform/plugins")
        own = self.mirror("home/.terraform.d/plugins")
        settings = f'filesystem_mirror {{\n  include = ["*/*/*"]\n  path    = "{listed}"\n}}\n'
        (self.folder / "rc").write_text("provider_installation {\n" + settings + "}\n", "utf-8")
        for env, expected in (
                ({"TF_MIRROR": named, "TF_CLI_CONFIG_FILE": f"{self.folder}/rc"}, named),
                ({"TF_CLI_CONFIG_FILE": f"{self.folder}/rc"}, listed),
                ({"XDG_DATA_DIRS": f"{self.folder}/shared"}, own)):
            self.assertEqual(expected, clients.provider_mirror(env, home))
        self.assertEqual(shared, clients.provider_mirror(
            {"XDG_DATA_DIRS": f"/nowhere:{self.folder}/shared"}, "/nowhere"))
        (home / ".terraformrc").write_text(settings, encoding="utf-8")
        self.assertEqual(listed, clients.provider_mirror({}, home))


if __name__ == "__main__":
    harness.main()
