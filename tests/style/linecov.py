#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Line coverage of modules, after the suites ran in a build with -Db_coverage=true.

usage: linecov.py BUILD MODULE...   prints lines run, lines, percent, and the lines not run
"""
import collections
import json
import pathlib
import subprocess
import sys


def lines_of(build, module):
    """How often each line of the module's sources ran, by (file, number)."""
    counts = collections.Counter()
    for data in build.glob(f"lib/{module}/lib{module}.a.p/*.gcda"):
        gcov = subprocess.run(["gcov", "--json-format", "--stdout", data.resolve()], cwd=build,
                              stdout=subprocess.PIPE, text=True, check=True)
        for file in (f for line in gcov.stdout.splitlines() for f in json.loads(line)["files"]):
            path = pathlib.PurePath(file["file"])
            if path.suffix == ".c" and path.parent.name == module:
                for line in file["lines"]:
                    counts[path.name, line["line_number"]] += line["count"]
    return counts


def main():
    build, modules = pathlib.Path(sys.argv[1]), sys.argv[2:]
    for module in modules:
        counts = lines_of(build, module)
        ran = sum(1 for count in counts.values() if count)
        print(f"lib/{module}: {ran} of {len(counts)} lines, {100 * ran / len(counts):.1f} %")
        for file in sorted({file for (file, _), count in counts.items() if not count}):
            missed = sorted(n for (f, n), count in counts.items() if f == file and not count)
            print(f"  {file}: {', '.join(map(str, missed))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
