# SPDX-License-Identifier: Apache-2.0
"""Texts and tables of requestgen.py, in which equal ones are there once."""
from genlib import c_string

NONE = "UINT32_MAX"


def flags(names):
    return " | ".join(f"REQUEST_{name}" for name in names) or "0"


class Texts:
    """NUL-terminated texts one after the other. The first one is empty."""

    def __init__(self):
        self.places, self.size = {}, 0
        self.at("")

    def at(self, text):
        place = self.places.setdefault(text, self.size)
        if place == self.size:
            self.size += len(text.encode()) + 1
        return place

    def c_text(self):
        return "\n".join(f'{c_string(text)[:-1]}\\0"' for text in self.places)


class Table:
    """Rows, of which lists are put in."""

    def __init__(self):
        self.rows, self.places = [], {}

    def at(self, lines):
        """Where LINES stand, one after the other, and how many they are."""
        key = tuple(lines)
        place = self.places.setdefault(key, len(self.rows)) if key else 0
        if key and place == len(self.rows):
            self.rows += lines
        return place, len(key)
