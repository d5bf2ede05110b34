#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service-linked roles of services, one JSON object a line -> a table sorted by service."""
import json
import sys

from genlib import c_string, write_if_changed

PREFIX = "arn:aws:iam::aws:policy/aws-service-role/"


def flag(role, name):
    return "true" if role.get(name) else "false"


def row(role):
    description = c_string(role["description"]) if "description" in role else "NULL"
    return (f"    {{{c_string(role['service'])}, {c_string(role['role'])},\n"
            f"     {c_string(PREFIX + role['policy'])},\n"
            f"     {description}, {flag(role, 'suffix')}, {flag(role, 'everywhere')}}},\n")


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        roles = sorted(map(json.loads, file), key=lambda role: role["service"])
    write_if_changed(target, f"""/* Generated from schema/service-linked-roles.jsonl. */
#include "model/linked_role.h"

const size_t linked_roles_n = {len(roles)};
const struct linked_role linked_roles[] = {{
{"".join(map(row, roles))}}};
""")


main()
