#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The options in the manual page are those that --help has, which prints the table of the program.

usage: manual.py ROOT PROGRAM [--update]. Exits 1 when they differ; --update writes them anew.
"""

import pathlib
import re
import subprocess
import sys

OPTION = re.compile(r"(?m)^  --(\S+)(?: (\S+))?\n((?:      .*\n)+)")
BEGIN = '.\\" What follows'


def escape(text):
    return text.replace("\\", "\\e").replace("-", "\\-")


def option_of(flag, value, lines):
    """The entry of one option; the last of its lines has its variable."""
    *text, variable = [line.strip() for line in lines.splitlines()]
    tag = f".BI \\-\\-{escape(flag)} \" {escape(value)}\"" if value else f".B \\-\\-{escape(flag)}"
    whole_words = " ".join("\\%" + escape(word) for word in variable.split())
    return [".TP", tag, escape(" ".join(text)), ".br", whole_words]


def section(program):
    """What stands between the options' introduction and the next section."""
    def said(command):
        return subprocess.run([program, command, "--help"], text=True, check=True,
                              capture_output=True).stdout

    serve = said("serve")
    entries = {match[1]: match.groups() for match in OPTION.finditer(serve)}
    lines = [line for entry in entries.values() for line in option_of(*entry)]
    lines += [".SS Of health alone"]
    lines += [line for match in OPTION.finditer(said("health")) if match[1] not in entries
              for line in option_of(*match.groups())]
    lines += [".SS Quotas and their defaults", r"\fBiam\-local \-\-help\fR lists them."]
    return "\n".join(lines) + "\n"


def main(root, program, update):
    page = pathlib.Path(root, "server/iam-local.1")
    text = page.read_text(encoding="utf-8")
    begin = text.index("\n", text.index(BEGIN)) + 1
    end = text.index(".SH EVALUATE")
    wanted = text[:begin] + section(program) + text[end:]
    if update:
        page.write_text(wanted, encoding="utf-8")
    elif wanted != text:
        print(f"{page} is not what --help says; write it anew with\n"
              f"  {sys.argv[0]} {root} {program} --update")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], "--update" in sys.argv[3:]))
