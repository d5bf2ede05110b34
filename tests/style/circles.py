#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Circles among the files of a folder: who calls whom goes in one direction there, too, so that a
folder can be read bottom up.

usage: circles.py ROOT. Prints each circle with the functions that close it and exits 1.
"""

import pathlib
import re
import sys

USE = re.compile(r"(?<!\bstruct )\b[a-z]\w+\b")  # a struct may be called like a function
# A definition that other files can use: not static, in the first column, its brace on a new line.
DEFINITION = re.compile(r"^(?!static|typedef)[a-z][\w \t*]*?\b(\w+)\([^;{}]*\)\n\{", re.M)
CODE = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/', re.DOTALL)


def calls(folder):
    """file -> {file: the functions of it that it uses}, both of FOLDER."""
    texts = {file.name: CODE.sub(" ", file.read_text(encoding="utf-8"))
             for file in folder.glob("*.c")}
    home = {name: file for file, text in texts.items() for name in DEFINITION.findall(text)}
    result = {file: {} for file in texts}
    for file, text in texts.items():
        for name in set(USE.findall(text)) & set(home):
            if home[name] != file:
                result[file].setdefault(home[name], []).append(name)
    return result


def reach(graph, start):
    seen, left = set(), [start]
    while left:
        for file in graph[left.pop()]:
            if file not in seen:
                seen.add(file)
                left.append(file)
    return seen


def circles(folder):
    graph = calls(folder)
    round_trip = {file for file in graph if file in reach(graph, file)}
    for file in sorted(round_trip):
        for other, names in sorted(graph[file].items()):
            if other in round_trip and file in reach(graph, other):
                yield f"{folder / file}: uses {', '.join(sorted(names))} of {other}, which uses it"


def main(root):
    problems = []
    for top in ["lib", "server"]:
        for folder in [root / top, *sorted((root / top).rglob("*/"))]:
            if folder.is_dir():
                problems += circles(folder)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
