#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""schema/pages -> tables of operations that lib/page/page.c renders, and the files that pages need.

usage: pagegen.py DIRECTORY HEADER SOURCE DEPFILE

schema/pages/README.md has the language. pagehtml.py knows where values may stand.
"""
import glob
import hashlib
import os
import re
import sys
from dataclasses import dataclass, replace

from genlib import c_bytes, c_string, write_if_changed
import pagehtml

DEPTH_MAX = 12      # PAGE_DEPTH_MAX of lib/page/page.h
PIECE_MAX = 60000   # that fits into the 16 bits of an operation
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

DIRECTIVE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PATH = r"(\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|\.)"
VALUE = re.compile(rf"(?:(link|url) )?{PATH}\Z")
BLOCK = re.compile(rf"#(if|each|with) {PATH}(?: == \"([^\"]*)\")?\Z")
PARTIAL = re.compile(r"> (_[a-z0-9_]+)\Z")
FILE = re.compile(r"file ([a-z0-9_.-]+)\Z")
NAME = re.compile(r"_?[a-z][a-z0-9_]*\Z")


def fail(where, message):
    sys.exit(f"{where[0]}:{where[1]}: {message}")


@dataclass
class Token:
    where: tuple
    text: str
    directive: bool


@dataclass
class Op:
    kind: str
    path: str = ""
    text: str = ""
    to: int = 0


@dataclass
class Block:
    """An if, each or with that is open."""
    where: tuple
    kind: str
    op: int                 # that begins it
    before: pagehtml.Place
    fresh: bool             # Page.fresh before it
    first: pagehtml.Place = None  # behind its first way, when #else was seen
    first_fresh: bool = True
    jump: int = 0           # the op that ends the first way


class Source:
    """The files of a folder."""

    def __init__(self, directory):
        self.directory = directory
        self.templates = self.find("*.html")
        self.files = {os.path.basename(path): path
                      for suffix in TYPES for path in self.find("*" + suffix).values()}
        self.digests = {}
        for name, path in self.files.items():
            with open(path, "rb") as file:
                self.digests[name] = hashlib.sha256(file.read()).hexdigest()[:16]
        self.csrf = "_csrf"

    def find(self, pattern):
        paths = sorted(glob.glob(os.path.join(self.directory, pattern)))
        return {os.path.splitext(os.path.basename(path))[0]: path for path in paths}

    def tokens(self, name, where=None, inside=()):
        """The tokens of a template, those of its partials among them."""
        if name not in self.templates:
            fail(where, f"no {name}.html")
        if name in inside:
            fail(where, f"{name} includes itself")
        path = self.templates[name]
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if inside:
            text = text.removesuffix("\n")  # so that it can stand within a line
        line, at = 1, 0
        for match in [*DIRECTIVE.finditer(text), None]:
            piece = text[at:match.start() if match else len(text)]
            if "{{" in piece or "}}" in piece:
                fail((path, line), "below here, braces open or close nothing")
            if piece:
                yield Token((path, line), piece, False)
            line += piece.count("\n")
            if match:
                yield from self.directive(Token((path, line), match[1], True), (*inside, name))
                line += match[0].count("\n")
                at = match.end()

    def directive(self, token, inside):
        partial = PARTIAL.match(token.text)
        if partial:
            yield from self.tokens(partial[1], token.where, inside)
            if partial[1] == self.csrf:
                yield replace(token, text="guard")
        elif not token.text.startswith("!"):
            yield token


class Page:
    def __init__(self, source, name):
        self.source, self.name, self.path = source, name, source.templates[name]
        self.ops, self.blocks, self.pending = [], [], ""
        self.place = pagehtml.Place()
        self.fresh = True  # what comes next begins a line, whichever way leads here
        where = (self.path, 1)
        for token in source.tokens(name):
            where = token.where
            try:
                self.directive(token) if token.directive else self.literal(token)
            except pagehtml.Refused as error:
                fail(where, str(error))
        if self.blocks:
            fail(self.blocks[-1].where, f"the {self.blocks[-1].kind} is not closed")
        if self.place.at != "text" or self.place.stack:
            fail(where, f"the page ends inside of <{self.place.tag or self.place.top}>")
        self.flush()
        self.ops.append(Op("END"))

    def literal(self, token):
        """Line by line, so that a refusal names its line."""
        for number, line in enumerate(token.text.splitlines(keepends=True)):
            try:
                after = pagehtml.literal(self.place, line)
            except pagehtml.Refused as error:
                fail((token.where[0], token.where[1] + number), str(error))
            self.add_line(line, after)

    def add_line(self, line, after):
        """LINE, or the end of one, without blanks that browsers would not show."""
        if self.fresh and not self.keeps_blanks(self.place):
            line = line.lstrip(" \t\n")
        if line.endswith("\n") and not self.keeps_blanks(after):
            line = line.rstrip(" \t\n") + "\n"
        self.place = after
        self.fresh = line.endswith("\n") or (self.fresh and not line)
        self.pending += line

    @staticmethod
    def keeps_blanks(place):
        return place.as_typed or place.at == "value"

    def flush(self):
        for at in range(0, len(self.pending), PIECE_MAX):
            self.ops.append(Op("LITERAL", text=self.pending[at:at + PIECE_MAX]))
        self.pending = ""

    def directive(self, token):
        block, value, file = (pattern.match(token.text) for pattern in (BLOCK, VALUE, FILE))
        if token.text == "guard":
            self.place = pagehtml.guard(self.place)
        elif block:
            self.open(token, block)
        elif token.text == "#else":
            self.turn(token)
        elif token.text in ("/if", "/each", "/with"):
            self.close(token)
        elif file:
            self.file(token, file[1])
        elif value:
            self.value(value[1] or "", value[2])
        else:
            fail(token.where, f"no such directive: {{{{{token.text}}}}}")

    def value(self, kind, path):
        if self.place.as_typed and re.search(r"<(pre|textarea)[^<>]*>\Z", self.pending):
            self.pending += "\n"  # the one that browsers drop; else they drop the value's own
        escape, self.place = pagehtml.value(self.place, kind, path)
        self.flush()
        self.fresh = False
        self.ops.append(Op(escape, path))

    def file(self, token, name):
        if name not in self.source.files:
            fail(token.where, f"no file {name}")
        _, self.place = pagehtml.value(self.place, "file", "")
        self.flush()
        self.ops.append(Op("BASE", "base"))
        self.pending += f"/console/{name}?{self.source.digests[name]}"

    def open(self, token, match):
        kind, path, text = match.groups()
        if text is not None and kind != "if":
            fail(token.where, "only an if compares")
        if self.place.at == "value" and self.place.url == "base":
            fail(token.where, "a path has to follow {{base}}")
        depth = 1 + sum(block.kind != "if" for block in self.blocks)
        if kind != "if" and depth >= DEPTH_MAX:
            fail(token.where, f"more than {DEPTH_MAX - 1} lists in each other")
        self.flush()
        self.blocks.append(Block(token.where, kind, len(self.ops), self.place, self.fresh))
        self.fresh = self.fresh and kind != "each"
        self.ops.append(Op(kind.upper() if text is None else "IS", path, text or ""))

    def end_way(self, block):
        """Behind what is rendered for an item: to the next one, or out of it."""
        self.flush()
        if block.kind != "if":
            if self.place != block.before:
                pagehtml.join(self.place, block.before)
            self.ops.append(Op("NEXT" if block.kind == "each" else "LEAVE", to=block.op + 1))

    def turn(self, token):
        if not self.blocks or self.blocks[-1].first:
            fail(token.where, "no if, each or with before this else")
        block = self.blocks[-1]
        self.end_way(block)
        block.first, block.first_fresh, block.jump = self.place, self.fresh, len(self.ops)
        self.ops.append(Op("JUMP"))
        self.ops[block.op].to = len(self.ops)
        self.place, self.fresh = block.before, block.fresh

    def close(self, token):
        block = self.blocks.pop() if self.blocks else None
        if not block or "/" + block.kind != token.text:
            fail(token.where, f"{token.text} closes nothing")
        if block.first:
            self.flush()
            self.ops[block.jump].to = len(self.ops)
            self.fresh = self.fresh and block.first_fresh
        else:
            self.end_way(block)
            self.ops[block.op].to = len(self.ops)
            self.fresh = self.fresh and block.fresh
        self.place = pagehtml.join(block.first or block.before, self.place)


class Pool:
    """What all pages share: each text and each path once."""

    def __init__(self):
        self.text, self.size, self.at = [], 0, {}
        self.paths, self.path_at, self.n_paths = [], {}, 0

    def add_text(self, text):
        data = text.encode()
        if data not in self.at:
            self.at[data] = self.size
            self.text.append(text)
            self.size += len(data)
        return self.at[data], len(data)

    def add_path(self, path):
        """The names of PATH: an empty first one stands for the item itself."""
        if path not in self.path_at:
            names = [""] if path == "." else path.split(".")
            self.path_at[path] = self.n_paths
            self.paths.append(", ".join([*map(c_string, names), "NULL"]))
            self.n_paths += len(names) + 1
        return self.path_at[path]


def op_row(pool, op):
    parts = [f".kind = PAGE_{op.kind}"]
    if op.path:
        parts.append(f".path = {pool.add_path(op.path)}")
    if op.text:
        at, n = pool.add_text(op.text)
        parts.append(f".at = {at}, .n = {n}")
    if op.to:
        parts.append(f".to = {op.to}")
    return f"    {{{', '.join(parts)}}},"


def header(pages, source):
    lines = ["/* Generated from schema/pages. */", "#pragma once\n", '#include "page/page.h"\n']
    lines += [f"extern const struct page page_{page.name};" for page in pages]
    lines += [f"extern const struct page_file page_file_{symbol(name)};" for name in source.files]
    return "\n".join(lines) + "\n"


def symbol(name):
    return re.sub(r"\W", "_", name)


def file_table(source, name):
    with open(source.files[name], "rb") as file:
        data = file.read()
    kind = TYPES[os.path.splitext(name)[1]]
    return (f"\nstatic const char bytes_{symbol(name)}[] =\n{c_bytes(data)};\n"
            f"const struct page_file page_file_{symbol(name)} = {{\n"
            f'    .name = "{name}",\n    .type = "{kind}",\n'
            f'    .digest = "{source.digests[name]}",\n'
            f"    .bytes = {{bytes_{symbol(name)}, {len(data)}}},\n}};")


def code(stem, pages, source):
    pool = Pool()
    rows = {page.name: "\n".join(op_row(pool, op) for op in page.ops) for page in pages}
    text = "\n    ".join(c_string(line) for piece in pool.text
                         for line in piece.splitlines(keepends=True)) or '""'
    out = [f'/* Generated from schema/pages. */\n#include "{stem}.h"\n\n#include <stddef.h>\n',
           "/* Pages are longer than ISO C's smallest limit for a literal. */",
           '#pragma GCC diagnostic ignored "-Woverlength-strings"\n',
           f"static const char text[] =\n    {text};\n",
           "static const char *const paths[] = {"]
    out += [f"    {path}," for path in pool.paths or ["NULL"]] + ["};"]
    for page in pages:
        size = sum(len(op.text.encode()) for op in page.ops if op.kind == "LITERAL")
        out.append(f"\nstatic const struct page_op {page.name}_ops[] = {{\n{rows[page.name]}\n}};\n"
                   f"const struct page page_{page.name} = {{\n    .text = text,\n"
                   f"    .paths = paths,\n    .ops = {page.name}_ops,\n    .size = {size},\n}};")
    out += [file_table(source, name) for name in source.files]
    return "\n".join(out) + "\n"


def main():
    directory, header_path, source_path, depfile = sys.argv[1:]
    source = Source(directory)
    for name, path in source.templates.items():
        if not NAME.match(name):
            fail((path, 1), "a name has small letters, digits and _")
    pages = [Page(source, name) for name in source.templates if not name.startswith("_")]
    stem = os.path.splitext(os.path.basename(header_path))[0]
    write_if_changed(header_path, header(pages, source))
    write_if_changed(source_path, code(stem, pages, source))
    # The folder itself is an input, too: a new file appears in it.
    inputs = [directory, *source.templates.values(), *source.files.values()]
    write_if_changed(depfile, f"{header_path}: {' '.join(inputs)}\n")


if __name__ == "__main__":
    main()
