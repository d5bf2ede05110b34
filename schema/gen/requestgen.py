#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""requests.jsonl and authorization.jsonl -> lib/recognize/table_priv.h's tables.

usage: requestgen.py REQUESTS AUTHORIZATION OUTPUT
"""
import collections
import json
import sys

from genlib import write_if_changed
from requestpath import Paths
from requestsource import Sources
from requesttable import NONE, Table, Texts, flags

PROTOCOLS = ["query", "ec2", "json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "http"]
CERTAINTY = "edau"
SERVICE_FLAGS = {"global": "GLOBAL", "virtualhost": "VIRTUAL_HOST", "anyversion": "ANY_VERSION",
                 "qc": "QUERY_COMPATIBLE", "omitstar": "NO_STAR",
                 "dataplane": "DATA_PLANE", "public": "PUBLIC", "foldednames": "FOLDED"}
OP_FLAGS = {"dep": "DEPRECATED", "anon": "ANONYMOUS"}
FIELDS = {
    "service": set("""id iam sign ep proto alsoproto ver json target ns base urlmember deny denytype
        form msg to free computed single idtypes tagkey types ops""".split()) | set(SERVICE_FLAGS),
    "operation": set("h also need c r a k t p pq".split()) | set(OP_FLAGS),
    "action": set("n r if k".split()),
}
TAG_KEYS = {"aws:requesttag/", "aws:tagkeys"}


def check_fields(kind, name, row):
    for field in row.keys() - FIELDS[kind]:
        sys.exit(f"requests.jsonl: {name}: a {kind} has no field `{field}`")


def folded(key):
    """The name of a condition key, or what all names of a family begin with."""
    for sign in "$<*":
        key = key.split(sign)[0]
    return key.lower()


class Reference:
    """Which condition keys are in the context of an action and of a resource type."""

    def __init__(self, path):
        self.services, self.key_types = {}, {}
        with open(path, encoding="utf-8") as file:
            for row in map(json.loads, file):
                contexts = row.get("contexts", {"lists": [], "actions": {}, "types": {}})
                lists = [frozenset(map(folded, keys)) for keys in contexts["lists"]]
                self.key_types |= {key.lower(): kind for key, kind in row["keys"].items()}
                self.services[row["service"]] = (
                    row["actions"],
                    {name: {kind: lists[number] for kind, number in kinds.items()}
                     for name, kinds in contexts["actions"].items()},
                    {kind: lists[number] for kind, number in contexts["types"].items()})

    def listed(self, action, kind):
        """The keys of ACTION for resources of KIND: "?" any, "" none. None: it has no such action.
        """
        prefix, name = action.split(":")
        actions, contexts, types = self.services.get(prefix, ({}, {}, {}))
        if name not in actions:
            return None
        kinds = contexts.get(name, {})
        if kind in ("?", ""):
            return frozenset().union(*kinds.values())
        kind = kind.split(":")[-1]
        return kinds.get("", frozenset()) | kinds.get(kind, frozenset()) | types.get(kind, set())

    def tagged(self, action, kind):
        """Whether tags of the request are in that context."""
        prefix, name = action.split(":")
        kinds = self.services.get(prefix, ({}, {}, {}))[1].get(name, {})
        if kind in ("?", ""):
            return any(keys & TAG_KEYS for keys in kinds.values())
        kinds = [kinds.get("", frozenset()), kinds.get(kind.split(":")[-1], frozenset())]
        return any(keys & TAG_KEYS for keys in kinds)


class Generator:
    def __init__(self, reference):
        self.reference = reference
        self.texts = Texts()
        names = ("types", "permissions", "entries", "fills", "conditions", "keys", "tags", "roles",
                 "masks")
        self.tables = {name: Table() for name in names}
        self.sources = Sources(self.texts)
        self.paths = Paths(self.texts)
        self.services, self.ops, self.signers = [], [], []

    def type_row(self, name, arn):
        return f"{self.texts.at(name)}, {self.texts.at(arn)}"

    def entry(self, row, op, text, rule):
        """One resource of a permission: `[~]TYPE PLACEHOLDER=SOURCE ...` or `TYPE =SOURCE`."""
        optional = text.startswith("~")
        kind, *fills = text.removeprefix("~").split(" ")
        lines = []
        for fill in fills:
            name, source = fill.split("=", 1)
            lines.append(f"{self.texts.at(name)}, {self.sources.at(source, row, op)}")
        whole = any(fill.startswith("=") for fill in fills)
        arn = "" if kind == "?" else row["types"][kind]
        where, n = self.tables["fills"].at(lines)
        return (f"{self.texts.at('' if kind == '?' else kind)}, {self.texts.at(arn)}, {where}, "
                f"{rule.mask(kind)}, {n}, {int(optional)}, {int(whole)}, {rule.tagged(kind)}")

    def condition(self, row, op, text):
        negated, text = text.startswith("!"), text.removeprefix("!")
        for sign, test in (("=", "EQUALS"), ("~", "BEGINS")):
            source, found, value = text.partition(sign)
            if found:
                break
        else:
            test, value = "PRESENT", ""
        value = "".join(value.lower().split())
        return (f"{self.sources.at(source, row, op)}, {self.texts.at(value)}, REQUEST_{test}, "
                f"{int(negated)}")

    def is_list(self, row, key):
        kind = self.reference.key_types.get(key.lower(), "")
        return kind.startswith("ArrayOf") and key not in row.get("single", ())

    def key_rows(self, row, op, keys):
        return [f"{self.texts.at(name)}, {self.sources.at(source, row, op)}, "
                f"{int(self.is_list(row, name))}" for name, source in keys.items()]

    def permission(self, row, op, action, shared):
        own = action.get("k", {})
        rule = Rule(self, [*shared, *own], action["action"], op["tags_anywhere"])
        entries = [self.entry(row, op, text, rule) for text in action.get("r", ())]
        where, n = self.tables["entries"].at(entries)
        conditions = [self.condition(row, op, text) for text in action.get("if", ())]
        at, n_conditions = self.tables["conditions"].at(conditions)
        keys, n_keys = self.tables["keys"].at(self.key_rows(row, op, own))
        return (f"{self.texts.at(action['action'])}, {where}, {at}, {keys}, {rule.mask('')}, {n}, "
                f"{n_conditions}, {n_keys}, {rule.tagged('')}")

    def tag(self, row, op, text):
        form, *words = text.split(" ")
        if form == "l":
            keys, values = (f"{words[0]}.{word}" for word in words[1:3])
            types = words[3:]
        else:
            keys, types = words[0], []
            values = f"{keys.removesuffix('@')}*"
        at = self.sources.at
        of_pairs = form in "lm"
        name = "PAIRS" if of_pairs else {"k": "KEYS", "f": "FORM"}[form]
        return (f"{at(keys, row, op)}, {at(values, row, op) if of_pairs else NONE}, "
                f"{at(types[0], row, op) if types else NONE}, REQUEST_TAG_{name}")

    def role(self, row, op, text):
        source, _, principal = text.partition(" ")
        principal = principal or row.get("to") or f"{row['sign'][0]}.amazonaws.com"
        return (f"{self.sources.at(source, row, op)}, {self.texts.at(principal)}, "
                f"{int('pq' in op)}")

    def actions_of(self, row, name, op):
        """The permissions of an operation, their actions with prefix."""
        actions = op.get("a", [{"n": name, "r": op.get("r", [])}])
        for action in actions:
            check_fields("action", name, action)
            named = action["n"] if ":" in action["n"] else f"{row['iam']}:{action['n']}"
            action["action"] = named
        return actions

    def keys_of(self, row, op, actions):
        """The keys of an operation; those that are computed are there when some action has them."""
        keys = dict(op.get("k", {}))
        listed = frozenset().union(*(self.reference.listed(action["action"], "?") or ()
                                     for action in actions))
        there = {folded(key) for key in keys}
        for key in row.get("computed", ()):
            if folded(key) in listed - there:
                keys[key] = "computed"
        return keys

    def op(self, row, number, name, op):
        check_fields("operation", name, op)
        actions = self.actions_of(row, name, op)
        keys = self.keys_of(row, op, actions)
        op["body"] = row["proto"][0] in ("query", "ec2")
        op["tags_anywhere"] = not any(self.reference.tagged(action["action"], "?")
                                      for action in actions)
        lists = {
            "permissions": [self.permission(row, op, action, keys) for action in actions],
            "keys": self.key_rows(row, op, keys),
            "tags": [self.tag(row, op, text) for text in op.get("t", ())],
            "roles": [self.role(row, op, text) for text in op.get("p", ())],
        }
        places = [self.tables[table].at(lines) for table, lines in lists.items()]
        marks = [flag for field, flag in OP_FLAGS.items() if op.get(field)]
        marks += ["FREE"] * (name in row.get("free", ())) + ["NOTHING"] * (not actions)
        marks += ["READS_BODY"] * op["body"]
        tags_as = any(name in names for names in row.get("tagkey", {}).values())
        route = self.paths.places.get(len(self.ops), NONE)
        self.ops.append(
            f"{self.texts.at(name)}, {', '.join(str(at) for at, _ in places)}, {route}, {number}, "
            f"{flags(marks)}, {', '.join(str(n) for _, n in places)}, {CERTAINTY.index(op['c'])}, "
            f"{int(tags_as)}")

    def path_tree(self, row):
        """Its root, its needs, how many they are, and which of them are flags."""
        ops = []
        for number, (_, op) in enumerate(sorted(row["ops"].items()), len(self.ops)):
            if "h" in op:
                ops.append((op["h"], op.get("need", ()), number))
                ops += [(other, (), number) for other in op.get("also", ())]
        needs, n_needs, flagged = self.paths.begin(ops)
        return self.paths.end(), needs, n_needs, flagged

    def service(self, number, row):
        check_fields("service", row["id"], row)
        first = len(self.ops)
        root, needs, n_needs, flagged = self.path_tree(row)
        for name, op in sorted(row["ops"].items()):
            self.op(row, number, name, op)
        types, n_types = self.tables["types"].at(
            [self.type_row(*item) for item in sorted(row["types"].items())])
        ids, n_ids = self.tables["types"].at(
            [self.type_row(prefix, row["types"][kind])
             for prefix, kind in sorted(row.get("idtypes", {}).items())])
        marks = [flag for field, flag in SERVICE_FLAGS.items() if row.get(field)]
        marks += ["LOWER_CASE"] * (row.get("msg") == "lower")
        deny_prefix = row["msg"] if row.get("msg", "lower") != "lower" else ""
        at = self.texts.at
        texts = (row["id"], row["iam"], row.get("target", ""), row.get("json", ""),
                 " ".join(row["ver"]), " ".join(row["ep"]), row.get("global", ""),
                 row.get("ns", ""), row["deny"][1], row.get("denytype", ""), row.get("form", ""),
                 deny_prefix, next(iter(row.get("tagkey", {})), ""), row.get("urlmember", ""),
                 row.get("base", ""))
        spoken = [sum(1 << PROTOCOLS.index(name) for name in row.get(field, ()))
                  for field in ("proto", "alsoproto")]
        self.services.append(
            f"{', '.join(str(at(text)) for text in texts)}, {root}, {needs}, "
            f"{flagged}U, {first}, {types}, {ids}, {len(self.ops) - first}, {n_types}, {n_ids}, "
            f"{n_needs}, {row['deny'][0]}, "
            f"{flags(marks)}, {spoken[0]}, {spoken[1]}, {PROTOCOLS.index(row['proto'][0])}")
        self.signers += [(name, number) for name in row["sign"]]

    def output(self):
        signers = [f"{self.texts.at(name)}, {number}" for name, number in sorted(self.signers)]
        tables = {"service": self.services, "signer": signers, "op": self.ops,
                  "node": self.paths.node_rows(), "route": self.paths.routes,
                  "need": self.paths.needs.rows, "source": self.sources.rows,
                  "step": self.sources.steps.rows}
        ends = {"entries": "entry"}
        for name, table in self.tables.items():
            if name != "masks":
                tables[ends.get(name, name[:-1])] = table.rows
        parts = [f"const size_t request_{name}s_n = {len(tables[name])};\n"
                 for name in ("service", "signer", "op")]
        for name, rows in tables.items():
            plural = "entries" if name == "entry" else f"{name}s"
            body = "".join(f"{{{row}}},\n" for row in rows)
            parts.append(f"const struct request_{name} request_{plural}[] = {{\n{body}}};\n")
        masks = ",\n".join(self.tables["masks"].rows)
        parts.append(f"const uint32_t request_masks[] = {{\n{masks},\n}};\n")
        parts.append(f"const char request_texts[] =\n{self.texts.c_text()};\n")
        return "".join(parts)


class Rule:
    """Which keys and tags are in the context of the resources of one permission."""

    def __init__(self, generator, keys, action, tags_anywhere):
        self.generator, self.keys, self.action = generator, keys, action
        self.tags_anywhere = tags_anywhere

    def mask(self, kind):
        listed = self.generator.reference.listed(self.action, kind)
        words = [0] * max(1, (len(self.keys) + 31) // 32)
        for number, key in enumerate(self.keys):
            if listed is None or folded(key) in listed:
                words[number // 32] |= 1 << number % 32
        return self.generator.tables["masks"].at([f"{word}U" for word in words])[0]

    def tagged(self, kind):
        return int(self.tags_anywhere or self.generator.reference.tagged(self.action, kind))


def main():
    requests, authorization, target = sys.argv[1:]
    generator = Generator(Reference(authorization))
    with open(requests, encoding="utf-8") as file:
        for number, row in enumerate(map(json.loads, file)):
            generator.service(number, row)
    write_if_changed(target, f"""/* Generated from schema/requests.jsonl. */
#include "recognize/table_priv.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

{generator.output()}""")


main()
