# SPDX-License-Identifier: Apache-2.0
"""Where a value in a request comes from; schema/README.md has the language."""
import re

from requesttable import Table

FROM = {"u": "URI", "q": "QUERY", "h": "HEADER", "b": "BODY", "w": "PATH", "host": "HOST"}
TRANSFORMS = set("""tail url fn pre post strip as kms alias aliasonly secret param slash doc lg bus
    path host sub td role profile cpbucket cpkey cpversion partiql eds b64arn hash ec2arn ec2type
    notaccount wafscope dnsname esdomain""".split())
ALTERNATIVE = re.compile(r",(?=[a-z]+:|')")
JOINED = re.compile(r"\+(?=[a-z]+:|')")


class Sources:
    def __init__(self, texts):
        self.texts, self.steps = texts, Table()
        self.rows, self.places = [], {}

    def at(self, text, row, op):
        """The number of the source TEXT of an operation."""
        source, fallback, default = text.partition("?")
        if text.startswith("'"):
            source, fallback, default = text, "", ""
        steps = []
        for alternative in ALTERNATIVE.split(source) if source else ():
            for number, part in enumerate(JOINED.split(alternative)):
                steps.append(self.step(part, number > 0, row, op))
        where, n = self.steps.at(steps)
        line = f"{where}, {self.texts.at(default)}, {n}, {int(bool(fallback))}"
        place = self.places.setdefault(line, len(self.rows))
        if place == len(self.rows):
            self.rows.append(line)
        return place

    def step(self, text, joined, row, op):
        if text.startswith("'") or text == "*":
            name, *transforms = text.removeprefix("'").split("|")
            return self.line("TEXT", name, [self.transform(each, row) for each in transforms],
                             joined)
        if text in ("@method", "@region"):
            return self.line(text[1:].upper(), "", [], joined)
        if text == "computed":
            return self.line("COMPUTED", "", [], joined)
        source, *transforms = text.split("|")
        kind, name = source.split(":", 1)
        op["body"] |= kind == "b"
        label = self.label(name, op) if kind == "u" else (0, 0, 0)
        return self.line(FROM[kind], name, [self.transform(each, row) for each in transforms],
                         joined, label)

    def line(self, kind, name, transforms, joined, label=(0, 0, 0)):
        names, arguments = zip(*(transforms + [("AS_IS", 0)] * 2)[:2])
        assert len(transforms) <= 2
        return (f"{self.texts.at(name)}, {{{arguments[0]}, {arguments[1]}}}, REQUEST_FROM_{kind}, "
                f"{{REQUEST_{names[0]}, REQUEST_{names[1]}}}, {int(joined)}, "
                f"{', '.join(map(str, label))}")

    def transform(self, text, row):
        name, _, argument = text.partition(":")
        assert name in TRANSFORMS, text
        return name.upper(), self.texts.at(row["types"][argument] if name == "as" else argument)

    @staticmethod
    def label(name, op):
        """Which part of the path it is, whether more behind it belong to it, and how many do not.
        """
        parts = op["h"].split(" ", 1)[1].split("?")[0].rstrip("/").split("/")[1:]
        for number, part in enumerate(parts):
            if part.strip("{}").removesuffix("+") == name and part.startswith("{"):
                greedy = int(part.endswith("+}"))
                return number, greedy, len(parts) - 1 - number if greedy else 0
        raise ValueError(f"no label {name}: {op['h']}")
