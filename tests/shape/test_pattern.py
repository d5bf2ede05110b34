# SPDX-License-Identifier: Apache-2.0
"""The automata of patterns against Python's regular expressions, and what is not understood."""
import os
import random
import re
import sys
import unicodedata
import unittest

SCHEMA = sys.argv.pop()
sys.path.insert(0, os.path.join(SCHEMA, "gen"))

from pattern import Automaton, PatternError  # noqa: E402

TEXTS = 100  # of each pattern
SOME = "abzAZ019_-./:+=,@ \t\n\r~!#|&%?\x7f\x85\xa0\xa1\xffäßЖ中²\u2003\u2028\ufffd\U0001f600"
ALL = SOME + "".join(map(chr, range(33, 127)))
WORDS = ("arn:aws:organizations::", "123456789012", "o-abcdefghij", "/", "r-abcd", "p-abcdefgh",
         "http://", "v1", ":account/", "ou-abcd-abcdefgh")


def patterns():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "patterns.txt")
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if not line.startswith("# ")]


def for_python(text):
    """Categories as the characters of ALL, and codes of more than four digits."""
    def of(match):
        return re.escape("".join(c for c in ALL if unicodedata.category(c)[0] == match[1]))
    text = re.sub(r"\\u(1[0-9A-F]{4,5})", lambda m: f"\\U{m[1]:0>8}", text)
    return re.compile(re.sub(r"\\p\{(.)\}", of, text), re.ASCII)


def like(text, dice):
    """A text that has something of the pattern's own."""
    parts = [*SOME, *WORDS, *re.findall(r"[A-Za-z0-9:_-]+", text)]
    return "".join(dice.choice(parts) for _ in range(dice.randrange(8)))


def fitting(automaton, dice):
    """A walk along the table that ends well, mostly."""
    text, state = "", automaton.start
    letters = {}
    for letter in ALL:
        letters.setdefault(automaton.class_of(letter), []).append(letter)
    while len(text) < 400 and (state < automaton.accepting or dice.random() < .7):
        ways = [(c, to) for c, to in enumerate(automaton.table[state]) if to and c in letters]
        if not ways:
            break
        step, state = dice.choice(ways)
        text += dice.choice(letters[step])
    return text


class Corpus(unittest.TestCase):
    def test_agree_with_python(self):
        dice, fits = random.Random(1), 0
        for pattern in patterns():
            automaton, python = Automaton(pattern), for_python(pattern)
            texts = [like(pattern, dice) for _ in range(TEXTS)]
            texts += [fitting(automaton, dice) for _ in range(TEXTS)]
            texts += [text[:-1] for text in texts] + [text + "-" for text in texts] + [*SOME, ""]
            for text in texts:
                found = automaton.fits(text)
                self.assertEqual(found, bool(python.fullmatch(text)), (pattern, text))
                fits += found
        self.assertGreater(fits, len(patterns()) * TEXTS / 2)

    def test_every_character(self):
        whole = {r".": "[^\n\r\x85\u2028\u2029]",
                 r"[\w\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]":
                 "[a-zA-Z0-9_\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"}
        for pattern, python in whole.items():
            automaton, python = Automaton(pattern), re.compile(python, re.ASCII)
            for point in range(0x110000):
                self.assertEqual(automaton.fits(chr(point)), bool(python.fullmatch(chr(point))),
                                 (pattern, point))

    def test_categories(self):
        automaton = Automaton(r"[\p{L}\p{Z}\p{N}]")
        for point in range(0x110000):
            self.assertEqual(automaton.fits(chr(point)),
                             unicodedata.category(chr(point))[0] in "LZN", point)


class Language(unittest.TestCase):
    def fits(self, pattern, good, bad):
        automaton = Automaton(pattern)
        self.assertEqual([text for text in good if not automaton.fits(text)], [])
        self.assertEqual([text for text in bad if automaton.fits(text)], [])

    def test_not_next(self):
        self.fits("^(a|-(?!-))+$", ["a", "-", "a-a", "a-"], ["", "--", "a--a", "b"])
        self.fits("(?![ab]).c", ["cc"], ["ac", "bc", "c"])
        self.fits("a(?!b)", ["a"], ["ab", ""])
        self.fits("(?!a)(?!b)[abc]", ["c"], ["a", "b"])

    def test_anchors(self):
        self.fits("^a|b$", ["a", "b"], ["ab", ""])
        self.fits("(^a)|(^b$)", ["a", "b"], ["ab"])
        for wrong in ("a^", "$a", "(a$)b", "a(^b)", "(^a)+", "(a$)?", "a$$"):
            with self.assertRaises(PatternError, msg=wrong):
                Automaton(wrong)

    def test_counts(self):
        self.fits("a{2}", ["aa"], ["a", "aaa"])
        self.fits("a{2,}", ["aa", "aaaa"], ["a"])
        self.fits("(ab?){0,2}", ["", "a", "abab"], ["aaa", "b"])

    def test_sets(self):
        self.fits(r"[a\-c]", ["a", "-", "c"], ["b"])
        self.fits("[a-c-]", ["b", "-"], ["d"])
        self.fits("[0-9-.]", ["5", "-", "."], ["/"])
        self.fits(r"[^\d\s]", ["a"], ["1", " ", "\n"])
        self.fits(r"\x41\u0042\t\.", ["AB\t."], ["AB\tx"])

    def test_what_is_not_understood(self):
        for wrong in ("(", ")", "a)", "[", "[a", "[[a]]", "[a&&b]", "*", "a**", "a+?", "a{",
                      "a{,2}", "a{2", "a{3,2}", "a{9999}", "(?=a)", "(?!ab)", "(?<n>a)", r"\1",
                      r"\b", "\\", r"\p{Lu}", r"\p{Greek}", r"\u12", r"\x1", r"\uFFFFFF", "[b-a]",
                      r"[\d-z]", "a]", "}", "((a{1000}){1000}){9}"):
            with self.assertRaises(PatternError, msg=wrong):
                Automaton(wrong)


unittest.main()
