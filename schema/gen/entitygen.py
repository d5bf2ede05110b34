#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The `resource` and `quota` lines of all services -> their numbers, and a row for each."""
import glob
import os
import re
import sys

from apimodel import read_model
from genlib import c_string, snake, write_if_changed


def upper(resource):
    return "RESOURCE_" + resource.c_kind.upper()


def numbers(kinds):
    lines = ["/* Generated from the resource lines of schema/api. */\n#pragma once\n",
             "enum api_resource {", "    RESOURCE_NONE,"]
    lines += [f"    {upper(resource)}," for _, resource in kinds]
    return "\n".join(lines + ["    RESOURCE_COUNT", "};", ""])


def quota_symbol(name):
    return "QUOTA_" + snake(name).upper()


def quota_numbers(quotas):
    lines = ["/* Generated from the quota lines of schema/api. */\n#pragma once\n", "enum quota {"]
    lines += [f"    {quota_symbol(name)}," for name in quotas]
    return "\n".join(lines + ["    QUOTA_COUNT", "};", ""])


def quota_table(quotas):
    lines = ["/* Generated from the quota lines of schema/api. */\n#include \"model/quota.h\"\n",
             "const struct quota_row quota_rows[QUOTA_COUNT] = {"]
    lines += [f"    [{quota_symbol(q.name)}] = {{{c_string(q.name)}, {c_string(q.called)}, "
              f"{q.default}}}," for q in quotas.values()]
    return "\n".join(lines + ["};", ""])


def header(kinds):
    """Typed look-ups, so that nobody gets a row of another kind."""
    text = ("/* Generated from the resource lines of schema/api. */\n#pragma once\n\n"
            "#include \"entity/entity.h\"\n#include \"queries.h\"\n")
    for service in sorted({service for service, _ in kinds}):
        text += f'#include "{service}_api.h"\n'
    for _, r in kinds:
        if not r.naming:
            continue
        row = f"struct {r.row} **ret"
        text += (f"\nstatic inline int entity_{r.c_kind}(struct call *c, const char *name, {row})\n"
                 f"{{\n    return entity_get(c, {upper(r)}, name, (void **)ret);\n}}\n")
        if r.missing:
            text += (f"static inline int entity_find_{r.c_kind}(struct call *c, const char *name, "
                     f"{row})\n{{\n"
                     f"    return entity_find(c, {upper(r)}, name, (void **)ret);\n}}\n")
        if len(r.queries) == 2:
            text += (f"static inline int entity_{r.c_kind}_by_id(struct call *c, const char *id, "
                     f"{row})\n{{\n    return entity_get_by_id(c, {upper(r)}, id, (void **)ret);\n"
                     "}\n")
        if r.read_by_hand:
            text += (f"int entity_read_{r.c_kind}(struct call *c, const char *name, "
                     "struct call_entity *ret) MUST_USE;\n")
    for _, r in kinds:
        if r.found_by_hand:
            text += (f"int entity_find_face_{r.c_kind}(struct call *c, const char *name, "
                     "struct entity_face *ret) MUST_USE;\n")
        if r.new_by_hand:
            text += (f"void entity_new_face_{r.c_kind}(struct call *c, const char *name, "
                     "const char *path, struct entity_face *ret);\n")
    return text


def arn(service, r):
    args = {"account": "account", "Path": "path"}
    names = re.findall(r"\{(\w+)\}", r.arn)
    given = ", ".join(args.get(name, "name") for name in names)
    path = "" if "Path" in names else "UNUSED "
    name = "" if set(names) - set(args) else "UNUSED "
    return (f"static char *arn_{r.c_kind}(struct arena *a, const char *account, "
            f"{path}const char *path, {name}const char *name)\n"
            f"{{\n    return {service}_{r.c_kind}_arn(a, {given});\n}}\n")


def getters(r):
    form = f"struct {r.row}"
    one, by_id = (r.queries + [""])[:2]
    unused = "UNUSED " if r.naming == "id" else ""
    args = "key" if r.naming == "id" else "account, key"
    text = ""
    text += (f"static int get_{r.c_kind}(struct tx *tx, {unused}const char *account, "
             f"const char *key, void *row)\n{{\n"
             f"    return q_{one}(tx, &(struct q_{one}){{{args}}}, ({form} *)row);\n}}\n")
    if by_id:
        text += (f"static int id_{r.c_kind}(struct tx *tx, const char *id, void *row)\n{{\n"
                 f"    return q_{by_id}(tx, &(struct q_{by_id}){{id}}, ({form} *)row);\n}}\n")
    return text


def owned(r):
    query = r.owned[1]
    return (f"static int owned_{r.c_kind}(struct tx *tx, const char *owner, int64_t *ret)\n{{\n"
            f"    struct count_row count;\n"
            f"    TRY(q_{query}(tx, &(struct q_{query}){{owner}}, &count));\n"
            "    *ret = count.n;\n    return OK;\n}\n")


def below(r):
    return (f"static int below_{r.c_kind}(struct tx *tx, const char *account, "
            "const char *prefix, const char *end,\n"
            "    int64_t most, int64_t *ret)\n{\n    struct count_row count;\n"
            f"    TRY(q_{r.below}(tx, &(struct q_{r.below}){{account, prefix, end, most}}, "
            "&count));\n    *ret = count.n;\n    return OK;\n}\n")


def conflicts(r):
    query, row, *lines = r.conflicts
    text = (f"static int conflicts_{r.c_kind}(struct tx *tx, const char *id, const char **ret)\n"
            f"{{\n    struct {row} has;\n    TRY(q_{query}(tx, &(struct q_{query}){{id}}, &has));\n"
            "    *ret = NULL;\n")
    for column, sentence in reversed(lines):
        text += f"    if (has.{column})\n        *ret = {c_string(sentence)};\n"
    return text + "    return OK;\n}\n"


def owned_kinds(kinds, r):
    """Those that keep R from being deleted, as its `owns` line has them, then all others."""
    theirs = [other.kind for _, other in kinds if other.blocks and other.owned[0] == r.kind]
    for kind in r.owns:
        if kind not in theirs:
            sys.exit(f"{r.where}: no {kind} stands in its way")
    return r.owns + [kind for kind in theirs if kind not in r.owns]


def owns(kinds, r):
    names = [f"RESOURCE_{kind.replace('-', '_').upper()}" for kind in owned_kinds(kinds, r)]
    return (f"static const enum api_resource owns_{r.c_kind}[] = {{\n    "
            + ",\n    ".join(names + ["RESOURCE_NONE"]) + "};\n")


def row(kinds, r, quotas):
    form = f"struct {r.row}" if r.row else ""
    values = {"word": c_string(r.word or r.kind.replace("-", " ")),
              "prefix": r.prefix and c_string(r.prefix),
              "arn": (r.arn or r.like) and f"arn_{(r.like or r.kind).replace('-', '_')}",
              "naming": r.naming and f"ENTITY_BY_{r.naming.upper()}",
              "size": form and f"sizeof({form})",
              "read": r.read_by_hand and f"entity_read_{r.c_kind}",
              "get": r.queries and f"get_{r.c_kind}",
              "get_by_id": len(r.queries) == 2 and f"id_{r.c_kind}",
              "find_face": r.found_by_hand and f"entity_find_face_{r.c_kind}",
              "new_face": r.new_by_hand and f"entity_new_face_{r.c_kind}",
              "missing": r.missing and c_string(r.missing),
              "taken": r.taken and c_string(r.taken),
              "counter": r.counter and c_string(r.counter),
              "quota": r.quota and quota_symbol(r.quota),
              "quota_called": r.quota and c_string(r.quota_called or quotas[r.quota].called),
              "owner": r.owned and f"RESOURCE_{r.owned[0].replace('-', '_').upper()}",
              "owned": r.owned and f"owned_{r.c_kind}",
              "each": r.each and quota_symbol(r.each), "blocks": r.blocks and c_string(r.blocks),
              "below": r.below and f"below_{r.c_kind}",
              "owns": owned_kinds(kinds, r) and f"owns_{r.c_kind}",
              "conflicts": r.conflicts and f"conflicts_{r.c_kind}",
              "cached": r.cached and "true", "trusting": r.trusting and "true"}
    for place in r.members:
        at = f"1 + offsetof({form}, {r.members[place]})"
        values["boundary_at" if place == "boundary" else place + "_at"] = at
    fields = ", ".join(f".{name} = {value}" for name, value in values.items() if value)
    return f"    [{upper(r)}] = {{{fields}}},\n"


def table(kinds, quotas):
    parts = []
    for service, r in kinds:
        if r.arn:
            parts.append(arn(service, r))
        if r.queries:
            parts.append(getters(r))
        if r.owned:
            parts.append(owned(r))
        if owned_kinds(kinds, r):
            parts.append(owns(kinds, r))
        if r.below:
            parts.append(below(r))
        if r.conflicts:
            parts.append(conflicts(r))
    rows = "".join(row(kinds, r, quotas) for _, r in kinds)
    text = "\n".join(parts)
    return ("/* Generated from the resource lines of schema/api. */\n#include \"entities.h\"\n\n"
            "#include <stddef.h>\n\n#include \"err.h\"\n\n"
            f"{text}\nconst struct entity_kind entity_kinds[RESOURCE_COUNT] = {{\n"
            f"    [RESOURCE_NONE] = {{.word = \"\"}},\n{rows}}};\n")


def check(kinds, quotas, auth):
    names = [r.kind for _, r in kinds]
    for row in auth:
        if row.kind and row.kind not in names:
            sys.exit(f"{row.where}: no resource line for {row.kind}")
    for _, r in kinds:
        if names.count(r.kind) > 1:
            sys.exit(f"{r.where}: another service has a kind {r.kind}")
        for name in filter(None, (r.quota, r.each)):
            if name not in quotas:
                sys.exit(f"{r.where}: no quota line for {name}")
        if r.owned and r.owned[0] not in names:
            sys.exit(f"{r.where}: no resource line for {r.owned[0]}")


def main():
    errors, directory, resources, entities, source, quotas_h, quotas_c, depfile = sys.argv[1:]
    services = sorted(d for d in glob.glob(os.path.join(directory, "*")) if os.path.isdir(d))
    kinds, quotas, auth, inputs = [], {}, [], []
    for service in services:
        paths = sorted(glob.glob(os.path.join(service, "*.api")))
        model = read_model(paths, errors)
        kinds += [(model.name, resource) for resource in model.resources.values()]
        for name in model.quotas:
            if name in quotas:
                sys.exit(f"{model.quotas[name].where}: another service has a quota {name}")
        quotas |= model.quotas
        auth += [row for op in model.ops.values() for row in op.auth]
        inputs += [service, *paths]
    check(kinds, quotas, auth)
    write_if_changed(resources, numbers(kinds))
    write_if_changed(entities, header(kinds))
    write_if_changed(source, table(kinds, quotas))
    write_if_changed(quotas_h, quota_numbers(quotas))
    write_if_changed(quotas_c, quota_table(quotas))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{resources}: {' '.join([directory, *inputs])}\n")


main()
