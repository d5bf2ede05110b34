#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every task of schema/root-tasks.txt names a test that is there.

usage: root_tasks.py ROOT. Prints the rows whose test is not, and exits 1.
"""
import pathlib
import re
import sys


def main():
    root = pathlib.Path(sys.argv[1])
    table = root / "schema" / "root-tasks.txt"
    status = 0
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        match = re.fullmatch(r"\s+test\s+(\S+)\s+(\S+)", line)
        if not match:
            continue
        file = root / match[1]
        form = rf"START_TEST\({match[2]}\)|\bdef {match[2]}\("
        if not file.is_file() or not re.search(form, file.read_text(encoding="utf-8")):
            print(f"{table}:{number}: {match[1]} has no test {match[2]}")
            status = 1
    return status


sys.exit(main())
