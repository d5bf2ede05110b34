#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_endpoints.py PAGE ROOT: the reference page has every own endpoint of the models with all its
members, and the tables of server/README.md have the same endpoints as they have."""
import pathlib
import re
import sys
import unittest

OWN = "imds", "own"  # all others are AWS's APIs
PAGE, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def declared():
    """METHOD and path, with members in capitals, of every http line -> names of members."""
    found = {}
    for model in sorted((ROOT / "schema/api").glob("*/*.api")):
        if model.parent.name not in OWN:
            continue
        for text in re.split(r"^op ", model.read_text(encoding="utf-8"), flags=re.M)[1:]:
            names = re.findall(r"^ +(?:in|out) (\w+)", text, re.M)
            for method, path in re.findall(r"^ +http (\w+|\*) (\S+)", text, re.M):
                method = method.replace("*", "ANY")
                path = re.sub(r"\{(\w+)\+?\}", lambda m: m[1].upper().replace("_", "-"), path)
                found[f"{method} {path}"] = names
    return found


def in_tables(text):
    """The endpoints in the first columns of tables: `GET`, `PUT /path` are two."""
    found = set()
    for row in re.findall(r"^\| (`[A-Z]+[ `].*?) \|", text, re.M):
        methods = []
        for word in re.findall(r"`([^`]+)`", row):
            method, _, path = word.partition(" ")
            methods.append(method)
            if path:
                found.update(f"{method} {path}" for method in methods)
                methods = []
    return found


class Endpoints(unittest.TestCase):
    def test_page(self):
        page = PAGE.read_text(encoding="utf-8")
        sections = {}
        for part in re.split(r"^#{2,3} ", page, flags=re.M):
            head, _, body = part.partition("\n")
            sections[head] = body
        heads = list(sections)
        for endpoint, names in declared().items():
            self.assertIn(endpoint, sections)
            # Paths of one operation share what stands below the last of them.
            body = next(filter(str.strip, map(sections.get, heads[heads.index(endpoint):])))
            for name in names:
                self.assertIn(f"| `{name}` |", body, endpoint)

    def test_readme(self):
        text = (ROOT / "server/README.md").read_text(encoding="utf-8")
        self.assertEqual(sorted(in_tables(text)), sorted(declared()))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
