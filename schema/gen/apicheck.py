# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a model that can be read."""
import re

PLACES = ("path", "query", "header", "payload", "status")  # of members; all others: in the body
CLAIMS = ("tags", "source-identity")
OF_RESOURCE = "resource"  # stands for a member in `key` lines


class ModelError(Exception):
    pass


def fail(where, text):
    raise ModelError(f"{where}: {text}")


def check_members(model, members, request, top=False):
    """TOP: of an operation, not of a struct."""
    for m in members:
        if m.type not in model.types and m.type not in model.structs:
            fail(m.where, f"no type or struct {m.type}")
        base = model.types[m.type].base if m.type in model.types else "struct"
        if m.is_list and base not in ("string", "struct"):
            fail(m.where, "lists hold strings or structs")
        if m.is_map and (base != "struct" or
                         [e.name for e in model.structs[m.type].members] != ["key", "value"]):
            fail(m.where, "maps hold structs of key and value")
        if request and base == "blob":
            fail(m.where, f"{base}s are for answers")
        if m.nullable and (request or m.required or m.place != "body" or model.protocol == "query"):
            fail(m.where, "only what may be absent from a JSON answer is nullable")
        if m.place != "body" and not top:
            fail(m.where, f"only members of operations stand in the {m.place}")
        if (base == "raw") != (m.place == "payload" and base != "document"):
            fail(m.where, "raw is for what is the payload, which is raw or a document")
        if model.protocol == "query" and base == "document":
            fail(m.where, "query services have no documents")
        if m.default is not None and (not request or not top or m.is_list or
                                      base not in ("string", "int", "bool")):
            fail(m.where, "only strings, numbers and booleans of requests have defaults")
        if m.default is not None and base == "int" and not m.default.isdigit():
            fail(m.where, f"not a number: {m.default}")


def check_places(model, op):
    """Where members of requests and answers stand: what rest-json has beyond the body."""
    for members, places in ((op.ins, PLACES[:-1]), (op.outs, PLACES[2:])):
        for m in members:
            base = model.types[m.type].base if m.type in model.types else "struct"
            if m.place != "body" and (model.protocol != "rest-json" or m.place not in places):
                fail(m.where, f"no member stands in the {m.place} here")
            if m.place in ("path", "query", "header") and (
                    m.is_list or base not in ("string", "int", "bool")):
                fail(m.where, f"the {m.place} holds strings, numbers and booleans")
            if m.place == "header" and not re.fullmatch(r"[\w-]+", m.header):
                fail(m.where, "expected: header NAME")
            if m.place == "status" and base != "int":
                fail(m.where, "a status is an int")
        payload = [m for m in members if m.place == "payload"]
        if payload and [m for m in members if m.place in ("payload", "body")] != payload[:1]:
            fail(payload[0].where, "a payload is the whole body")


def check_routes(model):
    seen = {}
    for op in model.ops.values():
        if bool(op.routes) != (model.protocol == "rest-json"):
            fail(op.where, "operations of rest-json, and no others, have http lines")
        inside = {m.name: m for m in op.ins if m.place == "path"}
        for route in op.routes:
            labels = route.labels()
            for name in [] if op.todo else labels:
                if name not in inside:
                    fail(route.where, f"no member {name} in the path")
            for m in inside.values():
                if m.name not in labels and (
                        m.required or not any(m.name in r.labels() for r in op.routes)):
                    fail(m.where, f"{m.name} is not in the path of an http line")
            key = route.method, re.sub(r"\w+(?=\+?\})", "", route.path), route.query
            if key in seen:
                fail(route.where, f"{seen[key]} has this path already")
            seen[key] = op.name


def share_answer(model, op):
    other = model.ops.get(op.out_as)
    if op.outs or not other or other.out_as or not other.outs:
        fail(op.where, f"out-as stands for out lines, and {op.out_as} has none")
    op.outs = other.outs


def check_op(model, op):
    check_members(model, op.ins, True, True)
    check_members(model, op.outs, False, True)
    check_places(model, op)
    if op.root_only and not op.auth:
        fail(op.where, "root-only is for operations with auth lines")
    if op.while_closed and not op.auth and op.callers != "signed-in":
        fail(op.where, "while-closed is for operations with auth lines, and of who is signed in")
    if bool(op.auth) + op.free + bool(op.callers) != 1:
        fail(op.where, "an operation needs auth lines or no-permission, admin, public or signed-in")
    if op.result and op.outs:
        fail(op.where, "an operation has out lines or empty-result")
    names = {m.name: m for m in op.ins}

    def need_string(where, name):
        if (name not in names or names[name].is_list or names[name].type not in model.types or
                model.types[names[name].type].base != "string"):
            fail(where, f"no string {name} in the request")

    if op.own:
        need_string(op.where, op.own)
    for name in op.mfa[1:]:
        need_string(op.mfa[0], name)
    if "of" in op.recorded:
        need_string(op.recorded[0], op.recorded[-2])
    for row in op.auth:
        struct = row.member in names and model.structs.get(names[row.member].type)
        row.inside = bool(struct) and struct.members[0].name == "Id"
        for name in filter(None, (not row.inside and row.member, row.path, row.old)):
            need_string(row.where, name)
        if row.condition and row.condition not in names:
            fail(row.where, f"no member {row.condition} in the request")
        if row.needed:
            need_string(row.where, row.condition)
        if row.claim and (row.claim not in CLAIMS or (op.signed and row.claim == "tags")):
            fail(row.where, f"no claims {row.claim}")
    for key in op.keys:
        if key.kind or key.behind:
            need_string(key.where, key.member)
        if key.member not in names and key.member != OF_RESOURCE and not key.value:
            fail(key.where, f"no member {key.member} in the request")
