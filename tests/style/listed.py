#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that the build forgets: meson lists sources and conversations, and a test that no list
names would pass without a word.

usage: listed.py ROOT. Prints each file and each recorded conversation that no meson.build names,
and exits 1 when there is one.
"""

import pathlib
import re
import sys

# tests/support and tests/policy have files that other folders build, by their paths.
SOURCES = ["lib", "server", "tests"]
NAME = re.compile(r"'([^'\n]*)'")


def words(root):
    """The words in quotes of all meson.build files, by their folder."""
    result = {}
    for folder in SOURCES:
        for path in [root / folder / "meson.build", *(root / folder).rglob("*/meson.build")]:
            result[path.parent] = set(NAME.findall(path.read_text(encoding="utf-8")))
    return result


def is_named(file, lists):
    """Whether a list above the file, or of a neighbouring folder, names it."""
    bare = file.stem.removeprefix("test_").removeprefix("fuzz_")
    for folder, names in lists.items():
        if folder in file.parents:
            path = file.relative_to(folder)
            own = {path.as_posix(), path.with_name(bare).as_posix(), f"./{path.with_name(bare)}"}
        else:
            own = {"../" * depth + file.relative_to(parent).as_posix()
                   for depth, parent in enumerate(folder.parents, 1) if parent in file.parents}
        if own & names:
            return True
    return False


def forgotten(root):
    lists = words(root)
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*.c")):
            if not is_named(file, lists):
                yield file.relative_to(root).as_posix()
    golden = root / "tests/golden"
    for request in sorted({file.parent for file in golden.rglob("*.req")}):
        if request.relative_to(golden).as_posix() not in lists[golden]:
            yield request.relative_to(root).as_posix()


def main(root):
    problems = list(forgotten(root))
    for problem in problems:
        print(f"{problem}: no meson.build names it")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
