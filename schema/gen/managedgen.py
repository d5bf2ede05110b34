#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""AWS managed policies, one JSON object a line -> a table, and their documents packed one by one.

Every document gets the same layout. The packer is primed with the lines that most documents share,
since a single document is too short to learn them from.
"""
import base64
import datetime
import hashlib
import json
import sys

from genlib import c_bytes, pack, shared_lines, write_if_changed

ORDER = {name: i for i, name in enumerate((
    "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"))}


def in_order(element, names=ORDER):
    return {name: element[name] for name in sorted(element, key=names.__getitem__)}


def layout(document):
    statements = document["Statement"]
    if isinstance(statements, dict):
        document["Statement"] = in_order(statements)
    else:
        document["Statement"] = [in_order(statement) for statement in statements]
    return json.dumps(in_order(document), indent=4, ensure_ascii=False)


def policy_id(name):
    """AWS's real ids are not known; these have the form of its older, random ones."""
    digits = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return "ANPAI" + digits[:16]


def seconds(date):
    return int(datetime.datetime.fromisoformat(date).timestamp())


def table(policies, documents, dictionary):
    texts, packed, rows = b"", b"", []
    for policy, document in zip(policies, documents):
        rows.append(f"    {{{len(texts)}, {len(packed)}, {len(document.encode())}, "
                    f"{policy['version'].removeprefix('v')}, {seconds(policy['created'])}, "
                    f"{seconds(policy['updated'])}}},\n")
        name = policy["name"]
        texts += "\0".join((name, policy["path"], policy_id(name), "")).encode()
        packed += pack(document, dictionary)
    rows.append(f"    {{.packed = {len(packed)}}},\n")
    return texts, packed, "".join(rows)


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        policies = sorted(map(json.loads, file), key=lambda policy: policy["name"].lower())
    documents = [layout(policy["document"]) for policy in policies]
    dictionary = shared_lines(documents)
    texts, packed, rows = table(policies, documents, dictionary)
    write_if_changed(target, f"""/* Generated from schema/managed-policies.jsonl. */
#include "model/managed_priv.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

const size_t managed_n = {len(policies)};
const struct managed_row managed_rows[] = {{
{rows}}};
const char managed_texts[] =
{c_bytes(texts)};
const char managed_packed[] =
{c_bytes(packed)};
const char managed_dictionary[] =
{c_bytes(dictionary)};
const size_t managed_dictionary_n = {len(dictionary)};
""")


main()
