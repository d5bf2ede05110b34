#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What requests tell of resources, learning.txt -> a table sorted by service and operation.
schema/README.md has the language."""
import json
import sys

from genlib import c_string, write_if_changed

# The words behind a fact: names, sources; "..." is all that may follow for a value.
FACTS = {"owner": "", "policy": "value", "no-policy": "", "statement": "name",
         "no-statement": "source", "attribute": "name value", "indexes": "", "all-tags": "",
         "no-tags": "", "untag": "", "grant": "", "no-grant": "source", "forget": ""}
STATEMENTS = {"sqs", "sns", "lambda", "events"}
SOURCES = ("b:", "h:", "u:", "w:body", "'")


def fail(path, number, message):
    sys.exit(f"{path}:{number}: {message}")


class Lesson:
    def __init__(self, words, where):
        self.where, self.words = where, words
        self.service, self.operation, self.fact = self.take(), self.take(), self.take()
        self.name = self.source = self.values = self.wanted = None
        self.fallback = self.given = self.given_text = self.type = self.account = None
        if self.fact not in FACTS:
            fail(*where, f"there is no fact {self.fact}")
        for part in FACTS[self.fact].split():
            getattr(self, "read_" + part)()
        while self.words:
            self.read_clause()

    def take(self):
        if not self.words:
            fail(*self.where, "there is a word missing")
        return self.words.pop(0)

    def take_source(self):
        source = self.take()
        if not source.startswith(SOURCES):
            fail(*self.where, f"{source} is no source")
        return source

    def read_name(self):
        self.name = self.take()
        if self.fact == "statement" and self.name not in STATEMENTS:
            fail(*self.where, f"nobody knows how statements of {self.name} are made")

    def read_source(self):
        self.source = self.take_source()

    def read_value(self):
        """A source, perhaps with `?TEXT` where it is not there, or `pair NAMES VALUES NAME`: the
        value whose name is that."""
        if self.words[:1] == ["pair"]:
            self.take()
            self.source, self.values, self.wanted = (self.take_source(), self.take_source(),
                                                     self.take())
            return
        self.source, mark, fallback = self.take_source().partition("?")
        self.fallback = fallback if mark else None

    def read_clause(self):
        word = self.take()
        if word == "if":
            self.given, equals, self.given_text = self.take_source().partition("=")
            if not equals:
                fail(*self.where, "expected SOURCE=TEXT behind `if`")
        elif word == "on":
            self.type = self.take()
        elif word == "of-account":
            self.account = self.take_source()
        else:
            fail(*self.where, f"{word} is no clause")

    def row(self):
        symbol = "LEARN_" + self.fact.upper().replace("-", "_")
        texts = [self.service, self.operation, self.name, self.source, self.values, self.wanted,
                 self.fallback, self.given, self.given_text, self.type, self.account]
        cells = [c_string(text) if text is not None else "NULL" for text in texts]
        return f"    {{{', '.join(cells)}, {symbol}}},"


def read(path, operations):
    lessons = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            lesson = Lesson(words, (path, number))
            if lesson.operation not in operations.get(lesson.service, ()):
                fail(path, number, f"{lesson.service} has no operation {lesson.operation}")
            lessons.append(lesson)
    return sorted(lessons, key=lambda lesson: (lesson.service, lesson.operation))


def main(source, requests, out):
    with open(requests, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    operations = {row["id"]: set(row["ops"]) for row in rows}
    lessons = read(source, operations)
    lines = ["/* Generated from schema/learning.txt. */", '#include "resource/learn_priv.h"', "",
             "const struct learning learnings[] = {"]
    lines += [lesson.row() for lesson in lessons]
    lines += ["};", "", "const size_t learnings_n = sizeof learnings / sizeof learnings[0];", ""]
    write_if_changed(out, "\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
