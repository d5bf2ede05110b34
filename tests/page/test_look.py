# SPDX-License-Identifier: Apache-2.0
"""The style sheet: contrast of all that stands on each other, in light and in dark, and classes of
templates that it does not know.

usage: test_look.py SCHEMA"""
import pathlib
import re
import sys
import unittest

PAGES = pathlib.Path(sys.argv.pop()) / "pages"
STYLE = (PAGES / "style.css").read_text(encoding="utf-8")
SIZE_MAX = 20000

# Words, and the grounds they stand on.
WORDS = {
    "ink": "ground sheet sunk accent-wash good-wash bad-wash warn-wash",
    "soft": "ground sheet sunk",
    "accent": "ground sheet sunk accent-wash",
    "accent-ink": "accent",
    "good": "good-wash sheet ground",
    "bad": "bad-wash sheet ground",
    "warn": "warn-wash sheet ground",
    "sheet": "bad warn",
}


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """As WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Look(unittest.TestCase):
    def test_contrast(self):
        modes = re.findall(r":root \{\n(.*?)\}", STYLE, re.DOTALL)[:2]
        for mode in modes:
            colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", mode))
            for word, grounds in WORDS.items():
                for ground in grounds.split():
                    with self.subTest(word=word, ground=ground, dark=mode is modes[1]):
                        self.assertGreaterEqual(contrast(colours[word], colours[ground]), 4.5)
            for ground in ("ground", "sheet"):
                self.assertGreaterEqual(contrast(colours["edge"], colours[ground]), 3)

    def test_classes(self):
        known = set(re.findall(r"\.([a-z][a-z-]*)", STYLE))
        for path in sorted(PAGES.glob("*.html")):
            text = re.sub(r"\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"))
            for names in re.findall(r"class=\"([^\"]*)\"", text):
                self.assertEqual(set(), set(names.split()) - known, path.name)

    def test_size(self):
        self.assertLess(len(STYLE.encode()), SIZE_MAX)


if __name__ == "__main__":
    unittest.main()
