#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""billing-actions.txt -> a table of services and their actions; * is all that a service has.

usage: billinggen.py ACTIONS AUTHORIZATION OUTPUT
"""
import json
import re
import sys

from genlib import c_string, snake, write_if_changed


def known_actions(path):
    with open(path, encoding="utf-8") as file:
        return {row["service"]: row["actions"] for row in map(json.loads, file)}


def read(path, known):
    services = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            service, colon, name = line.strip().partition(":")
            if line.startswith("#") or not line.strip():
                continue
            pattern = re.compile(re.escape(name).replace(r"\*", ".*"))
            found = sorted(filter(pattern.fullmatch, known.get(service, {})))
            if not colon or not found:
                sys.exit(f"{path}:{number}: no action of AWS is called that")
            services.setdefault(service, []).extend(found)
    return services


def main():
    source, authorization, target = sys.argv[1:]
    services = read(source, known_actions(authorization))
    lists = rows = ""
    for service, names in services.items():
        table = snake(service).replace("-", "_")
        quoted = "".join(f"    {c_string(name)},\n" for name in names)
        lists += f"static const char *const {table}[] = {{\n{quoted}    NULL,\n}};\n\n"
        rows += f"    {{{c_string(service)}, {table}}},\n"
    write_if_changed(target, f"""/* Generated from schema/billing-actions.txt. */
#include "model/billing.h"

{lists}const size_t billing_services_n = {len(services)};
const struct billing_service billing_services[] = {{
{rows}}};
""")


main()
