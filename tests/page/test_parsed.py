# SPDX-License-Identifier: Apache-2.0
"""A parser of HTML reads pages with hostile values: the elements are the same, whatever the values,
and every value comes out where it belongs, as it was.

usage: test_parsed.py PAGE-SHOW"""
import html.parser
import json
import random
import subprocess
import sys
import unittest
import urllib.parse

SHOW = sys.argv.pop()

HOSTILE = [
    "", "x", "\"><script>alert(1)</script>", "' onclick='x", "</title><b>", "</textarea><b>",
    "</pre>", "<!-- ", "]]>", "&lt;&#60;&amp", "javascript:alert(1)", "//evil.example", "/\\e",
    "/\t/e", "https://x.example/a?b=c&d=\"e\"", "/a/../b?c=d&e#f", "data:text/html,<b>",
    "\r\nSet-Cookie: a=b", "\u2028\u2029\u202e", "\n\nfirst lines", "{{a}}", "${a}", "`", "=",
    "..", ".", "%2e%2e", "%", "\U0001f600", "a" * 20000, "<" * 20000]


class Seen(html.parser.HTMLParser):
    """The elements, the texts and the attributes of a page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.attributes, self.open = [], {}, [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, [name for name, _ in attrs]))
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.open.append(tag)

    def handle_endtag(self, tag):
        self.tags.append("/" + tag)

    def handle_comment(self, data):
        self.tags.append("comment")

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def pages(values):
    lines = "".join(json.dumps({"base": "", "a": value}) + "\n" for value in values)
    shown = subprocess.run([SHOW], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    return shown.stdout.decode().split("\0")[:-1]


def as_shown(value):
    """Control characters are none of HTML's."""
    return "".join("\ufffd" if c not in "\t\n\r" and c < " " or c == "\x7f" else c for c in value)


def random_values(count):
    chance = random.Random(7)
    parts = HOSTILE[1:29] + list("<>\"'&=/\\#?%;: \t\n\r\x00\x01\x7f\u0130\u212a")
    return ["".join(chance.choices(parts, k=chance.randint(1, 6))) for _ in range(count)]


class Parsed(unittest.TestCase):
    def setUp(self):
        self.values = HOSTILE + random_values(500)
        self.pages = pages(self.values)
        self.assertEqual(len(self.values), len(self.pages))
        self.plain = Seen(pages(["x"])[0])

    def test_elements_stay_what_they_are(self):
        for value, page in zip(self.values, self.pages):
            self.assertEqual(self.plain.tags, Seen(page).tags, repr(value))

    def test_values_come_out_as_they_were(self):
        for value, page in zip(self.values, self.pages):
            seen = Seen(page)
            value = as_shown(value)
            self.assertEqual(value, seen.texts.get("p", "").removesuffix("\n"), repr(value))
            for name in ("class", "data-a"):
                self.assertIn(("p", name, value), seen.attributes)
            self.assertIn(("input", "value", value), seen.attributes)

    def test_where_links_lead(self):
        for value, page in zip(self.values, self.pages):
            links = [to for tag, name, to in Seen(page).attributes if (tag, name) == ("a", "href")]
            part, query, based, link, url, within = links
            encoded = value.replace(".", "%2E") if value in (".", "..") else value
            self.assertEqual(encoded, urllib.parse.unquote(part[len("/u/"):-len("/k")]))
            sent = urllib.parse.parse_qs(query.partition("?")[2], keep_blank_values=True)
            self.assertEqual({"a": [encoded], "b": [encoded]}, sent)
            self.assertEqual(based, link)
            self.assertTrue(link == "#" or urllib.parse.urlsplit(link)[:2] == ("", ""), link)
            self.assertTrue(url == "#" or url.lower().startswith(("http://", "https://")), url)
            self.assertEqual("", urllib.parse.urlsplit(within).path)


if __name__ == "__main__":
    unittest.main()
