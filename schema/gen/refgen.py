#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Services, one JSON object a line -> tables of names, and what each has, packed one by one.

Plain are what services are called, and their actions: a letter for the access level, the length of
the name, the name. Packed, a service is lines: its ARN formats, the numbers of the formats of each
action, its condition keys. A key is filed under the service of its prefix, wherever it is
documented. Where a prefix holds what differs by tenant, `*` stands for that.
"""
import collections
import json
import re
import sys

from genlib import c_bytes, pack, shared_lines, write_if_changed

VARIABLE = re.compile(r"\$\{[^}]*\}")
FAMILY = re.compile(r"(\$\{|<|(?<=/)tag-key$).*")
TYPES = {"String": "s", "ARN": "a", "Bool": "b", "Date": "d", "Numeric": "n", "IPAddress": "i"}


def resource_format(arn):
    """Service and resource of an ARN; `*` is any text, `%` any without a slash.

    Partition, region and account are left out: which of them are empty is not documented well
    enough to call an ARN wrong.
    """
    arn = VARIABLE.sub("*", arn.replace("${BucketName}", "%"))
    _, _, service, _, _, resource = arn.split(":", 5)
    return f"{service}:{resource}"


def condition_key(name, kind):
    """Its type, a capital when it holds a list, and its name; a family ends in `/` or `:`."""
    single = kind.removeprefix("ArrayOf")
    letter = TYPES[single].upper() if single != kind else TYPES[single]
    return letter + FAMILY.sub("", name).lower()


def home(name):
    return name.split(":", 1)[0].lower()


def without_tenant(name):
    """NAME with a star for a variable in its prefix."""
    prefix, rest = name.split(":", 1)
    return f"{VARIABLE.sub('*', prefix)}:{rest}"


def file_keys(services):
    """All condition keys by prefix. Those of identity providers begin with a host name; whoever
    they are, they have three."""
    keys = collections.defaultdict(set)
    for service in services:
        for name, kind in service["keys"].items():
            name = without_tenant(name)
            keys[home(name)].add(condition_key(name, kind))
    for host in [name for name in keys if "." in name]:
        keys[host].update((f"s{host}:aud", f"s{host}:sub", f"S{host}:amr"))
    return keys


class Row:
    """One service, as the tables have it."""

    def __init__(self, service, keys):
        formats, numbers = {}, {}
        for kind, arns in service["resources"].items():
            numbers[kind] = [formats.setdefault(resource_format(arn), len(formats)) for arn in arns]
        used, self.actions = [], b""
        access = dict(zip(service["actions"], service["access"], strict=True))
        for name, kinds in sorted(service["actions"].items(), key=lambda item: item[0].lower()):
            used.append(" ".join(map(str, sorted({n for kind in kinds for n in numbers[kind]}))))
            self.actions += bytes((ord(access[name]), len(name))) + name.encode()
        lines = [*formats, *used, *sorted(keys, key=lambda key: key[1:])]
        self.title = service["title"]
        self.text = "".join(line + "\n" for line in lines)
        self.counts = f"{len(formats)}, {len(used)}, {len(keys)}"


def rows_of(services):
    keys = file_keys(services)
    rows = {service["service"]: Row(service, keys.pop(service["service"], ()))
            for service in services}
    for prefix, rest in keys.items():  # no service's prefix, such as saml
        rows[prefix] = Row({"title": "", "resources": {}, "actions": {}, "access": ""}, rest)
    return dict(sorted(rows.items()))


def table(rows, dictionary):
    names, actions, packed, lines = b"", b"", b"", []
    for name, row in rows.items():
        lines.append(f"    {{{len(names)}, {len(actions)}, {len(packed)}, "
                     f"{len(row.text.encode())}, {row.counts}}},\n")
        names += f"{name}\0{row.title}\0".encode()
        actions += row.actions
        packed += pack(row.text, dictionary)
    lines.append(f"    {{.packed = {len(packed)}}},\n")
    return names, actions, packed, "".join(lines)


def write_rcp_services(target, services):
    names = sorted(service["service"] for service in services if service.get("rcp"))
    lines = "".join(f'    "{name}",\n' for name in names)
    write_if_changed(target, f"""/* Generated from schema/authorization.jsonl. */
#include "model/rcp_priv.h"

const size_t rcp_services_n = {len(names)};
const char *const rcp_services[] = {{
{lines}}};
""")


def main():
    source, target, rcp_target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        services = list(map(json.loads, file))
    write_rcp_services(rcp_target, services)
    rows = rows_of(services)
    dictionary = shared_lines([row.text for row in rows.values()])
    names, actions, packed, lines = table(rows, dictionary)
    write_if_changed(target, f"""/* Generated from schema/authorization.jsonl. */
#include "model/reference_priv.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

const size_t reference_n = {len(rows)};
const struct reference_row reference_rows[] = {{
{lines}}};
const char reference_names[] =
{c_bytes(names)};
const char reference_actions[] =
{c_bytes(actions)};
const char reference_packed[] =
{c_bytes(packed)};
const char reference_dictionary[] =
{c_bytes(dictionary)};
const size_t reference_dictionary_n = {len(dictionary)};
""")


main()
