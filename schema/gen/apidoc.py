#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API models of services with paths -> their reference page, in Markdown.

usage: apidoc.py ERRORS OUTPUT DEPFILE DIRECTORY SERVICE...

The quotas are those of all services below DIRECTORY.
"""
import glob
import os
import sys

from apimodel import error_symbol, read_model
from genlib import write_if_changed

INTRODUCTION = """# Endpoints of IAM Local

What the server answers besides the APIs of AWS. Bodies are JSON objects unless something else is
said; `HEAD` is answered as `GET` is, without the body. Below `/_sandbox/NAME` each path is that of
the sandbox of that name.

From the host of the server they need no login. With `--admin-token`, and always on addresses that
other hosts can reach, they want `Authorization: Bearer TOKEN` or `X-Iam-Local-Admin-Token: TOKEN`,
but for those that say so.

A refusal has the body `{"error": "..."}`; that of a container's credentials has `code` and
`message`, and that of the instance's metadata is text. 400 is the status of requests that cannot be
read, 403 of those without the token or of other web pages, 404 and 405 of unknown paths and
methods, 413 of bodies of more than 1 MiB, 500 when the server itself is in trouble, 503 when too
much waits for its turn.
"""

PLACES = {"path": "path", "query": "query", "header": "header", "payload": "the whole body",
          "status": "HTTP status", "body": ""}


def path_of(route):
    """As people write it: members in capitals."""
    path = route.path
    for label in route.labels():
        for form in (f"{{{label}}}", f"{{{label}+}}"):
            path = path.replace(form, label.upper().replace("_", "-"))
    return path + ("?" + route.query if route.query else "")


def type_of(model, member):
    if member.is_map:
        return f"map of {type_of(model, model.structs[member.type].members[1])}"
    known = model.types.get(member.type)
    if known and known.choices:
        text = ", ".join(f"`{choice}`" for choice in known.choices)
    elif known:
        text = {"raw": "bytes", "document": "any JSON"}.get(known.base, known.base)
        if known.base == "int" and known.max:
            text += f" {known.min} to {known.max}"
    else:
        text = f"[{member.type}](#{member.type.lower()})"
    return f"list of {text}" if member.is_list else text


def row(model, m, request):
    place = PLACES[m.place]
    if m.place == "header":
        place = f"header `{m.header}`"
    notes = ["required"] * (request and m.required) + ["or null"] * m.nullable
    notes += [f"default `{m.default}`"] * (m.default is not None)
    return f"| `{m.name}` | {type_of(model, m)} | {', '.join(filter(None, [place, *notes]))} |\n"


def table(model, title, members, request):
    if not members:
        return ""
    rows = "".join(row(model, m, request) for m in members)
    return f"\n| {title} | | |\n| --- | --- | --- |\n{rows}"


def errors_of(op, faces):
    codes = sorted(faces[error_symbol(code)] for code in op.errors)
    return "".join(f"\nError {status}: `{code}`.\n" for status, code in codes)


def operation(model, op, faces):
    heads = "".join(f"\n### {route.method.replace('*', 'ANY')} {path_of(route)}\n"
                    for route in op.routes)
    about = " ".join(op.about)
    text = heads + "\n" + about[:1].upper() + about[1:] + ".\n"
    if op.callers == "public":
        text += "\nNeeds no token.\n"
    statuses = {route.status for route in op.routes} - {200}
    text += "".join(f"\nStatus {status}.\n" for status in statuses)
    return (text + table(model, "request", op.ins, True) + table(model, "answer", op.outs, False) +
            errors_of(op, faces))


def service(directory, errors, faces):
    model = read_model(sorted(glob.glob(os.path.join(directory, "*.api"))), errors)
    ops = sorted((op for op in model.ops.values() if not op.todo),
                 key=lambda op: min(route.path for route in op.routes))
    text = f"\n## {model.name}\n" + "".join(operation(model, op, faces) for op in ops)
    maps = {m.type for op in ops for m in op.outs if m.is_map}
    for struct in (s for s in model.structs.values() if s.name not in maps):
        text += f"\n### {struct.name}\n" + table(model, "member", struct.members, False)
    return text


def quotas(directory, errors):
    text = "\n## quotas\n\n| quota | default |\n| --- | --- |\n"
    for folder in sorted(glob.glob(os.path.join(directory, "*", ""))):
        model = read_model(sorted(glob.glob(os.path.join(folder, "*.api"))), errors)
        text += "".join(f"| `{q.name}` | {q.default} |\n" for q in model.quotas.values())
    return text


def main():
    errors, output, depfile, directory, *services = sys.argv[1:]
    directories = [os.path.join(directory, name) for name in services]
    with open(errors, encoding="utf-8") as file:
        lines = [line.split() for line in file if line.strip() and not line.startswith("#")]
    faces = {symbol: (status, code) for symbol, code, status, *_ in lines}
    write_if_changed(output, INTRODUCTION + "".join(service(d, errors, faces) for d in directories)
                     + quotas(directory, errors))
    inputs = [directory, *glob.glob(os.path.join(directory, "**"), recursive=True)]
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{output}: {' '.join(inputs)}\n")


if __name__ == "__main__":
    main()
