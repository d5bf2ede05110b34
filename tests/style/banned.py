#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions that are not to be used, and the form of files.

usage: banned.py ROOT. Prints file:line for each finding and exits 1 when there is one.
"""

import pathlib
import re
import sys

MAX_LINES = 600
MAX_COLUMNS = 100

# Functions, the path prefixes that may call them, and what to do instead.
BANNED = [
    ("strcpy stpcpy strcat sprintf vsprintf gets", [], "use arena_printf or struct buf"),
    ("strncpy strncat", [], "use str_dup or struct buf"),
    ("strtok strtok_r", [], "use str_cut"),
    ("atoi atol atoll strtol strtoll strtoul strtoull strtod", ["lib/base/str.c"],
     "use str_to_int64"),
    ("alloca system popen", [], "there is always another way"),
    ("malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf",
     ["lib/base/", "server/cli/decisions.c", "server/cli/evaluate.c", "server/cli/events.c",
      "server/cli/org.c", "server/cli/policy.c", "server/cli/report.c", "tests/"],
     "use the arena, or mem.h"),
    ("time gettimeofday", ["lib/base/clock.c", "tests/"], "use clock_now"),
    ("rand srand random srandom drand48", ["lib/base/rand.c"], "use rand_bytes"),
    ("printf fprintf puts putchar fputs perror",
     ["server/main.c", "server/cli/ask.c", "server/cli/decisions.c", "server/cli/evaluate.c",
      "server/cli/events.c", "server/cli/org.c", "server/cli/policy.c", "server/cli/report.c",
      "lib/base/base.c", "lib/base/log.c", "tests/"],
     "return the text, or log it"),
    ("setjmp longjmp", [], "return an error"),
    ("assert", ["tests/"], "use ENSURE, which release builds keep"),
    ("exit", ["server/main.c", "tests/"], "return an error"),
]

SECRET = re.compile(r"\b(?:memcmp|strn?cmp|str_eq|str_is)\s*\([^;]*?"
                    r"\b\w*(?:secret|password|signature|token)(?!_n\b|_size\b|\w*_id\b)\w*\b")
LEFTOVER = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
CALLS = [(re.compile(r"(?<![\w.>])(" + "|".join(names.split()) + r")\s*\("), allowed, instead)
         for names, allowed, instead in BANNED]

# Strings, characters and comments of C, to be told from code.
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.DOTALL)

SKIPPED = re.compile(r"(^|/)(build[^/]*|\.git|__pycache__|corpus|golden)(/|$)")


def is_ours(path):
    return not SKIPPED.search(path)


def code_only(text):
    """TEXT of a C file with strings and comments emptied, and the places of // comments."""
    slashes = []

    def blank(match):
        token = match[0]
        if token.startswith("//"):
            slashes.append(match.start())
        if token[0] in "\"'":
            return token[0] * 2
        return " " + "\n" * token.count("\n")

    return TOKEN.sub(blank, text), [text.count("\n", 0, at) + 1 for at in slashes]


def check_c(path, text):
    code, slashes = code_only(text)
    problems = [(number, "// comment: write /* */") for number in slashes]
    for number, line in enumerate(code.split("\n"), 1):
        for pattern, allowed, instead in CALLS:
            call = pattern.search(line)
            if call and not path.startswith(tuple(allowed)):
                problems.append((number, f"{call[1]} is banned: {instead}"))
        if SECRET.search(line) and not path.startswith("tests/"):
            problems.append((number, "a secret is compared: use secret_equal"))
    return problems


def check_form(path, lines):
    """What holds for all sources, whatever their language."""
    problems = []
    if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
        problems.append((1, "the SPDX line is missing"))
    if len(lines) > MAX_LINES:
        problems.append((MAX_LINES + 1, f"the file has {len(lines)} lines, over {MAX_LINES}"))
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS:
            problems.append((number, f"the line has {len(line)} columns, over {MAX_COLUMNS}"))
        if "\t" in line:
            problems.append((number, "a tab"))
        if line != line.rstrip():
            problems.append((number, "blanks at the end of the line"))
        if LEFTOVER.search(line) and path != "tests/style/banned.py":
            problems.append((number, "something was left for later"))
    return problems


def sources(root):
    files = [path.relative_to(root).as_posix()
             for folder in ["lib", "server", "tests", "schema"]
             for suffix in ["*.[ch]", "*.py", "*.sh", "meson.build"]
             for path in (root / folder).rglob(suffix)]
    return sorted(filter(is_ours, files)) + ["meson.build", "meson_options.txt", "dev", ".ci/run"]


def check_file(root, path):
    text = (root / path).read_text(encoding="utf-8")
    problems = check_form(path, text.splitlines())
    if path.endswith((".c", ".h")):
        problems += check_c(path, text)
    return [f"{path}:{number}: {problem}" for number, problem in sorted(problems)]


def main(root):
    problems = [problem for path in sources(root) for problem in check_file(root, path)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
