# SPDX-License-Identifier: Apache-2.0
"""What the pages show is what happens: their commands in order, in one shell against one server.

In an indented block `$ ` stands before a command, which goes on until bash finds it whole; the
lines below it are all that it prints. `...` stands for whatever is left out there, white space may
be folded, and what differs in every run (ids, keys, times) counts as equal. In the README every
block is of this kind; on other pages those without a `$ ` are not commands.

Commands are run as they stand, with three exceptions: the ports are free ones, `./dev serve` is the
program that is built already, and the checkout is a folder that has nothing but it.
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

import clients
import harness

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(harness.PROGRAM).parents[1]
README_LINES = 250
SERVE = "./dev serve"
PORT = ":4566"
OTHER_PORT = re.compile(r"\b5000\b")  # of what people start themselves
# Debian's own programs first; its Python is the one that has boto3 and pytest.
PATH = "/usr/bin:/bin:" + os.environ["PATH"]
TYPED = ("curl", "jq", "oathtool")
MODULES = ("boto3", "pytest", "xdist")

# Reads commands that end with a NUL from its input, answers each with what it printed and a NUL.
SHELL = r"""
exec 3<&0 </dev/null 2>&1
while IFS= read -r -d '' command <&3; do eval "$command"; printf '\0'; done
"""

DIFFERENT = [(re.compile(pattern), name) for pattern, name in [
    (r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"\b(A[A-Z]{3})[A-Z2-7]{16,17}\b", r"\1"),
    (r"\bi-[0-9a-f]{17}\b", "INSTANCE"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)", "TIME"),
    (r"\b\d+\.\d\ds\b", "SECONDS"),
]]


def blocks(page):
    """The indented blocks of a page, each a list of lines."""
    found, block = [], None
    for line in (CHECKOUT / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            if block is None:
                found.append(block := [])
            block.append(line[4:])
        elif line:
            block = None
        elif block is not None:
            block.append("")
    return found


def whole(command):
    """Whether bash would run this, instead of waiting for the line that ends it."""
    said = subprocess.run(["bash", "-n"], input=command, capture_output=True, text=True,
                          check=False)
    return not said.stderr and not command.endswith("\\\n")


def steps(page):
    """Pairs of a command and what the page shows of its answer."""
    for block in blocks(page):
        if not block[0].startswith("$ "):
            continue
        lines = iter(block + ["$ "])
        command = next(lines)[2:] + "\n"
        while command.strip():
            while not whole(command):
                command += next(lines) + "\n"
            shown = ""
            while not (line := next(lines)).startswith("$ "):
                shown += line + "\n"
            yield command, shown
            command = line[2:] + "\n"


def plain(text):
    """The text without what may differ."""
    for pattern, name in DIFFERENT:
        text = pattern.sub(name, text)
    return re.sub(r"\s*([][{}])\s*", r"\1", " ".join(text.split())).strip()


def agrees(shown, printed):
    pattern = ".*?".join(re.escape(plain(part)) for part in shown.split("..."))
    return re.fullmatch(pattern, plain(printed))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


class Reader:
    """Somebody who types what a page shows, into a shell of their own."""

    def __init__(self, test):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="iam-local-"))
            self.checkout = pathlib.Path(folder, "checkout")
            self.checkout.mkdir()
            (self.checkout / "build").symlink_to(BUILD)
            programs = pathlib.Path(folder, "bin")
            programs.mkdir()
            (programs / "aws").symlink_to(clients.cli())
            self.server = test.start(listen="localhost:0")
            self.port = ":" + self.server.url.rsplit(":", 1)[1]
            self.other_port = free_port()
            variables = {**os.environ, "PATH": f"{programs}:{PATH}", "TMPDIR": folder,
                         "IAM_LOCAL_LISTEN": self.server.authority}
            del variables["AWS_EC2_METADATA_DISABLED"]
            self.shell = subprocess.Popen(
                ["bash", "-c", SHELL], cwd=self.checkout, env=variables, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, start_new_session=True)
            stack.callback(self.end_what_goes_on)
            stack.enter_context(self.shell)
            test.addCleanup(stack.pop_all().close)

    def end_what_goes_on(self):
        """What was started beside the shell is in its group, and outlives it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.shell.pid, signal.SIGTERM)

    def type(self, command):
        """Runs one command; gives what it printed, with the page's port in it."""
        if command.strip() == SERVE:
            return self.server.printed().replace(self.port, PORT)
        typed = OTHER_PORT.sub(self.other_port, command.replace(PORT, self.port))
        self.shell.stdin.write(typed.encode() + b"\0")
        self.shell.stdin.flush()
        printed = bytearray()
        while (byte := self.shell.stdout.read(1)) not in (b"", b"\0"):
            printed += byte
        return printed.decode().replace(self.port, PORT)


def missing():
    """What the pages type and this machine lacks."""
    if not clients.cli():
        yield "aws"
    yield from (name for name in TYPED if not shutil.which(name, path=PATH))
    python = shutil.which("python3", path=PATH)
    for name in MODULES:
        if subprocess.run([python, "-c", "import " + name], capture_output=True,
                          check=False).returncode:
            yield name


class Pages(harness.ServerCase):
    def setUp(self):
        """Each reader starts a server."""

    def follow(self, page):
        reader = Reader(self)
        for command, shown in steps(page):
            printed = reader.type(command)
            with self.subTest(command=command):
                self.assertTrue(agrees(shown, printed),
                                f"{page} shows\n{shown}\nand it printed\n{printed}")
        self.assertEqual(["build"], os.listdir(reader.checkout))

    def test_readme(self):
        self.follow("README.md")

    def test_server(self):
        self.follow("server/README.md")


class Form(unittest.TestCase):
    def test_the_readme_has_no_other_blocks(self):
        for block in blocks("README.md"):
            self.assertRegex(block[0], r"^\$ ")

    def test_the_readme_is_short(self):
        lines = (CHECKOUT / "README.md").read_text(encoding="utf-8").splitlines()
        self.assertLessEqual(len(lines), README_LINES)

    def found(self, pattern):
        """Each page of the checkout with each group that the pattern finds in it."""
        folders = [folder for folder in CHECKOUT.iterdir()
                   if folder.is_dir() and not folder.name.startswith((".", "build"))]
        pages = [*CHECKOUT.glob("*.md"), *(page for top in folders for page in top.rglob("*.md"))]
        found = [(page, text) for page in pages
                 for text in re.findall(pattern, page.read_text(encoding="utf-8"))]
        self.assertTrue(found)
        return found

    def test_links_lead_somewhere(self):
        for page, link in self.found(r"\]\(([^)#:]+)\)"):
            with self.subTest(page=page, link=link):
                self.assertTrue(page.parent.joinpath(link).exists())

    def test_dev_has_the_commands(self):
        usage = subprocess.run([CHECKOUT / "dev", "help"], text=True, check=True,
                               capture_output=True).stdout
        for page, command in self.found(r"\./dev ([a-z]+)"):
            with self.subTest(page=page, command=command):
                self.assertRegex(usage + "help", rf"\b{command}\b")


class Comparison(unittest.TestCase):
    """The comparison itself tells what is equal from what is not."""

    def test_what_counts_as_equal(self):
        for shown, printed in [
                ("a b\n", "a\n  b"), ("{\"a\": [1]}", "{\n  \"a\": [\n    1\n  ]\n}"),
                ("one ... three", "one two three"), ("...\nlast", "first\nlast\n"), ("...", ""),
                ("AIDARZPUZDIKFGAEA42I7", "AIDAQQQQQQQQQQQQQQQQ2")]:
            with self.subTest(shown=shown):
                self.assertTrue(agrees(shown, printed))

    def test_what_does_not(self):
        for shown, printed in [
                ("", "error"), ("a", "a b"), ("b", "a b"), ("a b", "ab"), ("a ... c", "a b"),
                ("one ... three", "three one"), ("AIDARZPUZDIKFGAEA42I7", "AROAQQQQQQQQQQQQQQQQ2")]:
            with self.subTest(shown=shown):
                self.assertFalse(agrees(shown, printed))

    def test_commands_end_where_bash_says(self):
        for text, ended in [("echo a\n", True), ("echo a \\\n", False), ("echo 'a\n", False),
                            ("cat << 'END'\na\n", False), ("cat << 'END'\na\nEND\n", True),
                            ("(a\n", False), ("f() { a\n", False)]:
            with self.subTest(text=text):
                self.assertEqual(ended, whole(text))


if __name__ == "__main__":
    if lacking := list(missing()):
        harness.skip("the pages use what is not installed: " + ", ".join(lacking))
    harness.main()
