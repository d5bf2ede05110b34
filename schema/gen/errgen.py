#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""errors.txt -> err.h, err.c: the list of everything that can go wrong, with its AWS face."""
import sys

from genlib import write_if_changed


FAULTS = ("Sender", "Receiver")


def read(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = line.split("#", 1)[0].split()
            if not words:
                continue
            if len(words) not in (4, 5) or not words[2].isdigit() or words[3] not in FAULTS:
                sys.exit(f"{path}:{number}: expected SYMBOL Code status Sender|Receiver [JsonCode]")
            rows.append((words + [words[1]])[:5])
    return rows


def header(rows):
    symbols = "\n".join(f"    ERR_{row[0]} = {-i}," for i, row in enumerate(rows, 1))
    return f"""/* Generated from schema/errors.txt. */
#pragma once

enum err {{
{symbols}
    ERR_COUNT = {len(rows)}
}};

/* How an error looks on the wire. */
struct err_face {{
    const char *name; /* the symbol, for logs */
    const char *code;
    int status; /* HTTP */
    const char *fault; /* "Sender" or "Receiver" */
    const char *json_code; /* the code in the JSON protocols */
}};

/* CODE is one of enum err. */
const struct err_face *err_face(int code);
"""


def source(rows):
    faces = "\n".join(f'    {{"{r[0]}", "{r[1]}", {r[2]}, "{r[3]}", "{r[4]}"}},' for r in rows)
    return f"""/* Generated from schema/errors.txt. */
#include "err.h"

#include "base/base.h"

static const struct err_face faces[] = {{
{faces}
}};

const struct err_face *err_face(int code)
{{
    ENSURE(code < 0 && code >= -ERR_COUNT);
    return &faces[-code - 1];
}}
"""


def main():
    model, header_path, source_path = sys.argv[1:]
    rows = read(model)
    write_if_changed(header_path, header(rows))
    write_if_changed(source_path, source(rows))


main()
