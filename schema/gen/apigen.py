#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API model of one service -> structs, descriptors and the table of its operations."""
import glob
import os
import re
import sys

from apimodel import asked_for, error_symbol, read_model
from genlib import c_string, snake, write_if_changed

# Blobs are texts, which handlers have put into base64.
KINDS = {"string": "STR", "int": "INT", "bool": "BOOL", "time": "TIME", "blob": "STR",
         "document": "DOCUMENT", "raw": "RAW"}
C_TYPES = {"string": "const char *", "int": "int64_t ", "bool": "bool ", "time": "int64_t ",
           "blob": "const char *", "document": "const char *", "raw": "struct str "}
NUMBERS = ("int", "bool", "time")
TEXTS = ("string", "blob")


class Patterns:
    """Tables of automata; equal ones are written once."""

    def __init__(self):
        self.names, self.tables = {}, []

    def table(self, kind, what, values):
        """The name of a table of numbers."""
        return self.once(what, values, lambda name:
                         f"static const {kind} {name}[] = {{{values}}};\n")

    def once(self, what, key, text):
        name = self.names.get((what, key))
        if not name:
            name = f"{what}_{sum(w == what for w, _ in self.names)}"
            self.names[what, key] = name
            self.tables.append(text(name))
        return name

    def name(self, automaton):
        ascii_classes = "".join(map(chr, range(128)))
        firsts = [first for first, _ in automaton.spans]
        beyond = [(max(first, 128), number) for i, (first, number) in enumerate(automaton.spans)
                  if i + 1 == len(firsts) or firsts[i + 1] > 128]
        classes = [automaton.class_of(letter) for letter in ascii_classes]
        values = {
            "text": c_string(automaton.text),
            "ascii": self.table("uint8_t", "ascii", numbers(classes)),
            "spans": self.table("uint32_t", "spans", numbers(f << 8 | n for f, n in beyond)),
            "n_spans": len(beyond),
            "next": self.table("uint16_t", "next", numbers(sum(automaton.table, []))),
            "classes": automaton.classes, "start": automaton.start,
            "accepting": automaton.accepting,
        }
        return self.once("pattern", automaton.text, lambda name:
                         f"static const struct shape_pattern {name} = {fill(values)};\n")


class Writer:
    def __init__(self, model):
        self.model = model
        self.prefix = model.name + "_"
        # (C name, members, is of requests)
        asked = asked_for(model)
        self.structs = [(self.prefix + snake(s.name), s.members, s.name in asked)
                        for s in model.structs.values()]
        self.lists = [c_name for c_name, _, _ in self.structs]
        self.patterns = Patterns()
        self.built = [op for op in model.ops.values() if not op.todo]
        for op in self.built:
            self.structs.append((self.c_op(op) + "_in", op.ins, True))
            if (op.outs or op.result) and not op.out_as:
                self.structs.append((self.c_out(op), op.outs, False))

    def c_op(self, op):
        return self.prefix + snake(op.name)

    def c_out(self, op):
        return self.prefix + snake(op.out_as or op.name) + "_out"

    def base(self, m):
        return self.model.types[m.type].base if m.type in self.model.types else "struct"

    def has_flag(self, m, request):
        """Numbers have no value that means "absent"."""
        number = self.base(m) in NUMBERS and not m.is_list and m.default is None
        return number and (request or not m.required)

    # The header.

    def declare_member(self, m, request):
        name, base = snake(m.name), self.base(m)
        c_struct = self.prefix + snake(m.type)
        if m.is_list:
            return [f"struct {'str' if base == 'string' else c_struct}_list {name};"]
        if base == "struct":
            return [f"struct {c_struct} *{name};"]
        return [f"{C_TYPES[base]}{name};"] + [f"bool has_{name};"] * self.has_flag(m, request)

    def declare_struct(self, c_name, members, request):
        lines = [line for m in members for line in self.declare_member(m, request)]
        body = "\n    ".join(lines or ["char none; /* no members */"])
        return (f"struct {c_name} {{\n    {body}\n}};\n\n"
                f"extern const struct shape {c_name}_shape;\n")

    def prototype(self, op):
        c_name = self.c_op(op)
        return f"int {c_name}(struct call *c, const struct {c_name}_in *in{self.out_argument(op)})"

    def out_argument(self, op):
        return f", struct {self.c_out(op)} *out" if op.outs else ""

    def hook_prototypes(self, op):
        c_name = self.c_op(op)
        args = f"struct call *c, const struct {c_name}_in *in"
        return (f"int {c_name}_prove({args});\n" * op.prove +
                f"int {c_name}_tell({args}{self.out_argument(op)});\n" * op.tell)

    def arn_prototype(self, kind, template):
        args = [", const char *" + snake(name) for name in re.findall(r"\{(\w+)\}", template)]
        return f"char *{self.prefix}{c_kind(kind)}_arn(struct arena *a{''.join(args)})"

    def arns(self):
        return [(kind, r.arn) for kind, r in self.model.resources.items() if r.arn]

    def header(self):
        lists = "".join(f"struct {name}_list {{\n    size_t n;\n    struct {name} *v;\n}};\n\n"
                        for name in self.lists)  # first, since structs may hold themselves
        structs = "\n".join(self.declare_struct(*struct) for struct in self.structs)
        arns = "".join(self.arn_prototype(k, t) + ";\n" for k, t in self.arns())
        handlers = "".join(self.prototype(op) + ";\n" for op in self.built)
        hooks = "".join(self.hook_prototypes(op) for op in self.built)
        return f"""{self.origin()}
#pragma once

#include "shape/api.h"

{lists}{structs}
{arns}
/* The handlers, one per operation, written by hand. */
{handlers}{hooks}
extern const struct api_service {self.model.name}_service;
"""

    def origin(self):
        return f"/* Generated from schema/api/{self.model.name}. */"

    # Shapes.

    def rule(self, t):
        values = {
            "min": t.min, "max": t.max,
            "pattern": t.pattern and f"&{self.patterns.name(t.automaton)}",
            "must": t.must and c_string(t.must),
            "choices": t.choices and f"choices_{snake(t.name)}",
            "shown": "true" if t.shown or (self.model.shown and not t.sensitive) else 0,
            "encoded": "true" if t.encoded else 0, "sensitive": "true" if t.sensitive else 0,
            "folded": "true" if t.folded else 0,
        }
        if t.name in self.model.type_reasons:
            _, reason, text = self.model.type_reasons[t.name]
            values |= {"reason": c_string(reason), "sentence": c_string(text)}
        text = ""
        if t.choices:
            items = ", ".join(c_string(c) for c in t.choices)
            text = f"static const char *const choices_{snake(t.name)}[] = {{{items}, NULL}};\n"
        return text + f"static const struct shape_rule rule_{snake(t.name)} = {fill(values)};\n"

    def shape_field(self, c_name, m, request):
        base, name = self.base(m), snake(m.name)
        t = self.model.types.get(m.type)
        kind = KINDS.get(base, "STRUCT")
        number = not m.is_list and base == "int"
        values = {
            "name": c_string(m.name), "name_size": len(m.name),
            "wire": c_string(m.name[0].lower() + m.name[1:]),
            "kind": f"SHAPE_{'LIST' if m.is_list else kind}",
            "item": f"SHAPE_{kind}" if m.is_list else 0,
            "off": f"offsetof(struct {c_name}, {name})",
            "has_off": self.has_flag(m, request) and f"offsetof(struct {c_name}, has_{name})",
            "rule": base in TEXTS and m.type not in TEXTS and f"&rule_{snake(m.type)}",
            "shape": base == "struct" and f"&{self.prefix}{snake(m.type)}_shape",
            "dflt": m.default is not None and c_string(m.default),
            "min": t.min if number else m.min, "max": t.max if number else m.max,
            "between": "true" if number and t.between else 0,
            "millis": "true" if t and t.millis else 0,
            "iso8601": "true" if t and t.iso8601 else 0,
            "place": m.place != "body" and f"SHAPE_IN_{m.place.upper()}",
            "header": m.header and c_string(m.header), "map": "true" if m.is_map else 0,
            "required": "true" if m.required else 0, "kept": "true" if m.kept else 0,
            "nullable": "true" if m.nullable else 0,
        }
        return "    " + fill(values) + ",\n"

    def shape(self, c_name, members, request):
        short = c_name[len(self.prefix):]
        tables, rest = "", "0, NULL, NULL, NULL"
        if members:
            fields = "".join(self.shape_field(c_name, m, request) for m in members)
            by_name = sorted(range(len(members)), key=lambda i: members[i].name)
            tables = (f"static const struct shape_field fields_{short}[] = {{\n{fields}}};\n"
                      f"static const uint8_t sorted_{short}[] = {{{numbers(by_name)}}};\n"
                      f"static const uint8_t hashed_{short}[] = "
                      f"{{{numbers(hashed(members))}}};\n")
            rest = f"{len(members)}, fields_{short}, sorted_{short}, hashed_{short}"
        return (f"{tables}const struct shape {c_name}_shape = "
                f"{{{c_string(c_name)}, sizeof(struct {c_name}), {rest}}};\n")

    def arn(self, kind, template):
        pieces = re.split(r"\{(\w+)\}", template)  # texts, and between them names
        parts = ", ".join(snake(piece) if i % 2 else c_string(piece)
                          for i, piece in enumerate(pieces) if piece)
        return (f"{self.arn_prototype(kind, template)}\n"
                f"{{\n    const char *const parts[] = {{{parts}}};\n"
                f"    return arena_concat(a, parts, ARRAY_LEN(parts));\n}}\n")

    def shapes(self):
        used = {m.type for _, members, _ in self.structs for m in members}
        rules = "".join(self.rule(t) for name, t in self.model.types.items()
                        if name in used and t.base in TEXTS and name not in TEXTS)
        shapes = "\n".join(self.shape(*struct) for struct in self.structs)
        arns = "\n".join(self.arn(k, t) for k, t in self.arns())
        return (f'{self.origin()}\n#include "{self.prefix}api.h"\n\n'
                f"{''.join(self.patterns.tables)}\n{rules}\n{shapes}\n{arns}")

    # Operations.

    def offset(self, op, name):
        return f"offsetof(struct {self.c_op(op)}_in, {snake(name)})"

    def page_size(self, op):
        names = [m.name for m in op.ins if m.name in ("MaxItems", "MaxResults")]
        return self.offset(op, names[0]) if names else "API_NO_MEMBER"

    def auth_row(self, op, row):
        def offset(name):
            return self.offset(op, name) if name else "API_NO_MEMBER"

        names = [m.name for m in op.ins]
        values = {
            "action": c_string(row.action), "target": f"API_ON_{row.target.upper()}",
            "resource": row.kind and f"RESOURCE_{c_kind(row.kind).upper()}",
            "member": offset(row.member), "path": offset(row.path), "old_member": offset(row.old),
            "if_field": names.index(row.condition) if row.condition else "-1",
            "if_claims": row.claim and f"API_CLAIMS_{c_kind(row.claim).upper()}",
            "self": "true" if row.self else 0, "named": "true" if row.named else 0,
            "inside": "true" if row.inside else 0,
            "passed_to": row.passed_to and c_string(row.passed_to),
            "if_needed": "true" if row.needed else 0,
        }
        return "    " + fill(values) + ",\n"

    def op_tables(self, op):
        short = snake(op.name)
        names = [m.name for m in op.ins]
        text = (f"static int run_{short}(struct call *c, const void *in, "
                f"{'void *out' if op.outs else 'UNUSED void *out'})\n{{\n"
                f"    return {self.c_op(op)}(c, in{', out' if op.outs else ''});\n}}\n")
        if op.prove:
            text += (f"static int prove_{short}(struct call *c, const void *in)\n{{\n"
                     f"    return {self.c_op(op)}_prove(c, in);\n}}\n")
        if op.tell:
            text += (f"static int tell_{short}(struct call *c, const void *in, "
                     f"{'void *out' if op.outs else 'UNUSED void *out'})\n{{\n"
                     f"    return {self.c_op(op)}_tell(c, in{', out' if op.outs else ''});\n}}\n")
        if op.auth:
            rows = "".join(self.auth_row(op, row) for row in op.auth)
            text += (f"static const struct api_auth auth_{short}[] = "
                     f"{{\n{rows}    {{.action = NULL}},\n}};\n")
        if op.mfa:
            members = ", ".join(self.offset(op, name) for name in op.mfa[1:])
            text += f"static const struct api_mfa mfa_{short} = {{{members}}};\n"
        keys = "".join(
            f"{{{c_string(key.name)}, "
            f"{names.index(key.member) if key.member in names else 'API_NO_MEMBER'}, "
            f"RESOURCE_{c_kind(key.kind or 'none').upper()}, {ord(key.behind or chr(0))}, "
            f"{c_string(key.value) if key.value else 'NULL'}}}, "
            for key in op.keys)
        errors = "".join(f"ERR_{error_symbol(code)}, " for code in op.errors)
        return (f"{text}static const struct api_key keys_{short}[] = {{{keys}{{.name = NULL}}}};\n"
                f"static const int errors_{short}[] = {{{errors}0}};\n")

    def recorded(self, op):
        words = op.recorded[1:]
        reads = op.access in ("list", "read")
        values = {"read_only": "true" if "read" in words or reads and "write" not in words else 0,
                  "answer": "true" if "answer" in words or not reads else 0}
        if "of" in words:
            values |= {"resource": self.offset(op, words[-2]), "type": c_string(words[-1])}
        return fill(values)

    def op_row(self, op):
        values = {"name": c_string(op.name), "service": f"&{self.model.name}_service",
                  "access": f"API_{op.access.upper()}", "recorded": self.recorded(op)}
        if not op.todo:
            short = snake(op.name)
            answers = op.outs or op.result
            values |= {"in": f"&{self.c_op(op)}_in_shape",
                       "out": answers and f"&{self.c_out(op)}_shape", "run": f"run_{short}",
                       "prove": op.prove and f"prove_{short}",
                       "tell": op.tell and f"tell_{short}", "slow": op.slow and "true",
                       "verbatim": op.verbatim and "true",
                       "page_size": self.page_size(op),
                       "unsigned_call": not op.signed and "true",
                       "root_only": op.root_only and "true",
                       "while_closed": op.while_closed and "true",
                       "auth": op.auth and f"auth_{short}", "keys": f"keys_{short}",
                       "errors": f"errors_{short}", "stores_nothing": not op.stores and "true",
                       "mfa": op.mfa and f"&mfa_{short}",
                       "standing": " | ".join(f"API_FOR_{w.upper()}" for w in op.standing),
                       "own": op.own and self.offset(op, op.own),
                       "callers": op.callers and f"API_{c_kind(op.callers).upper()}",
                       "entry": op.entry and f"API_{op.entry.upper()}"}
        return "    " + fill(values) + ",\n"

    def routes(self, ops):
        rows = sorted((route.order(), route, number) for number, op in enumerate(ops)
                      for route in op.routes)
        text = ""
        for _, route, number in rows:
            values = {"method": c_string(route.method), "path": c_string(route.path),
                      "query": route.query and c_string(route.query), "status": route.status,
                      "op": f"&ops[{number}]"}
            text += f"    {fill(values)},\n"
        return text and f"static const struct api_route routes[] = {{\n{text}}};\n\n"

    def reasons(self):
        rows = "".join(f"    [SHAPE_{why.upper()}] = {{{c_string(code)}, {c_string(text)}}},\n"
                       for why, (code, text) in self.model.reasons.items())
        return rows and f"static const struct api_reason reasons[] = {{\n{rows}}};\n\n"

    def ops(self):
        model = self.model
        tables = "\n".join(self.op_tables(op) for op in self.built)
        ops = sorted(model.ops.values(), key=lambda op: op.name)
        rows = "".join(self.op_row(op) for op in ops)
        routes = self.routes(ops)
        service = {"name": c_string(model.name),
                   "protocol": "API_" + model.protocol.upper().replace("-", "_").replace(".", "_"),
                   "version": model.version and c_string(model.version),
                   "xmlns": model.xmlns and c_string(model.xmlns),
                   "target": model.target and c_string(model.target),
                   "invalid": f"ERR_{model.invalid}", "reasons": model.reasons and "reasons",
                   "ops": "ops", "n_ops": "ARRAY_LEN(ops)", "routes": routes and "routes",
                   "n_routes": routes and "ARRAY_LEN(routes)"}
        return f"""{self.origin()}
#include "{self.prefix}api.h"

#include "err.h"

{tables}
static const struct api_op ops[] = {{
{rows}}};

{routes}{self.reasons()}const struct api_service {self.model.name}_service = {fill(service)};
"""


def numbers(values):
    return ", ".join(map(str, values))


def hashed(members):
    """The order of members in XML answers. Recorded answers of IAM and STS, GetAccountSummary's map
    included, are in the order of a Java HashMap of the names. Names that share a bucket stay as
    they are declared: in alphabetical order wherever IAM was seen to answer two of them. In the
    entries of maps the key comes first.
    """
    if members[0].name == "key":
        return range(len(members))
    size = 16
    while len(members) * 4 > size * 3:
        size *= 2

    def bucket(number):
        member = members[number]
        value = 0
        for letter in member.inside or member.name[0].lower() + member.name[1:]:
            value = (value * 31 + ord(letter)) & 0xffffffff
        return (value ^ value >> 16) & size - 1

    return sorted(range(len(members)), key=bucket)


def c_kind(kind):
    return kind.replace("-", "_")


def fill(values):
    """A designated initializer without the zeros."""
    return "{" + ", ".join(f".{name} = {value}" for name, value in values.items() if value) + "}"


def main():
    errors, directory, header, ops, shapes, depfile = sys.argv[1:]
    inputs = sorted(glob.glob(os.path.join(directory, "*.api")))
    writer = Writer(read_model(inputs, errors))
    write_if_changed(header, writer.header())
    write_if_changed(ops, writer.ops())
    write_if_changed(shapes, writer.shapes())
    # The directory changes when a file comes or goes.
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{header}: {' '.join([directory, *inputs])}\n")


main()
