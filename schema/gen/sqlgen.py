#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Named queries and migrations -> one typed C function per query, and the database that all
migrations make of an empty one. schema/store/README.md."""
import argparse
import glob
import os
import re
import sqlite3
import sys

from genlib import BYTES_PER_LINE, c_string, write_if_changed
import portable

C_TYPES = {"text": "const char *", "int": "int64_t ", "bool": "bool "}
KINDS = {"text": "SHAPE_STR", "int": "SHAPE_INT", "bool": "SHAPE_BOOL"}
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
DIRECTIVE = re.compile(r"-- (query|args|touches|row|scans|sorts)\b(.*)")
FIELD = re.compile(r"([a-z][a-z0-9_]*):(text|int|bool)(\??)\Z")
# Literals, quoted names and comments first: what looks like a parameter inside them is none.
TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|(?<![:\w]):([a-z]\w*)|;")


class Field:
    def __init__(self, word, where):
        match = FIELD.match(word)
        if not match:
            fail(where, f"expected name:text, name:int or name:bool, perhaps with ?, not `{word}`")
        self.name, self.type, self.optional = match[1], match[2], match[3] == "?"
        self.flag = self.optional and self.type != "text"


class Query:
    def __init__(self, words, where):
        modes = {"exec": 2, "one": 3, "many": 3}
        if len(words) < 2 or not NAME.match(words[0]) or modes.get(words[1]) != len(words):
            fail(where, "expected NAME exec, NAME one ROW or NAME many ROW")
        self.where, self.name, self.mode = where, words[0], words[1]
        self.row = words[2] if len(words) == 3 else None
        self.args, self.touches, self.text, self.sql = [], [], "", ""
        self.scans = self.sorts = False


def fail(where, message):
    sys.exit(f"{where[0]}:{where[1]}: {message}")


def add_fields(fields, words, where):
    for word in words:
        field = Field(word, where)
        if any(field.name == other.name for other in fields):
            fail(where, f"`{field.name}` twice")
        fields.append(field)


def read_queries(path, queries, rows):
    """Adds what PATH declares to QUERIES and ROWS (both by name, in order of appearance)."""
    query = None
    with open(path, encoding="utf-8") as file:
        for where, line in (((path, i), text) for i, text in enumerate(file, 1)):
            directive = DIRECTIVE.match(line)
            if not directive:
                if query:
                    query.text += line
                elif line.strip() and not line.startswith("--"):
                    fail(where, "SQL before the first query")
                continue
            kind, words = directive[1], directive[2].split()
            if kind == "query":
                query = Query(words, where)
                if query.name in queries:
                    fail(where, "query `%s` is also at %s:%d" %
                         (query.name, *queries[query.name].where))
                queries[query.name] = query
            elif kind == "row":
                if len(words) < 2 or not NAME.match(words[0]) or words[0] in rows:
                    fail(where, "expected a new NAME and its columns")
                rows[words[0]] = []
                add_fields(rows[words[0]], words[1:], where)
            elif not query or query.text.strip():
                fail(where, f"`{kind}` belongs between `query` and its SQL")
            elif kind in ("scans", "sorts"):
                setattr(query, kind, True)
            elif kind == "args":
                add_fields(query.args, words, where)
            else:
                query.touches += words


def strip_comments(text):
    text = TOKEN.sub(lambda m: "" if m[0].startswith("--") else m[0], text)
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def compile_query(query):
    """Numbers the parameters of QUERY and checks its words against each other."""
    names = [field.name for field in query.args]
    used = set(query.touches)
    for name in query.touches:
        if name not in names or query.args[names.index(name)].type != "text":
            fail(query.where, f"touches `{name}`, which is no text among the args")

    def number(match):
        if match[1] is None:
            return match[0]
        if match[1] not in names:
            fail(query.where, f"`:{match[1]}` is not among the args")
        used.add(match[1])
        return f"?{names.index(match[1]) + 1}"

    text = strip_comments(query.text)
    ends = [m.end() for m in TOKEN.finditer(text) if m[0] == ";"]
    if len(ends) != 1 or ends[0] != len(text):
        fail(query.where, f"`{query.name}` must be one statement that ends with a semicolon")
    query.sql = TOKEN.sub(number, text)[:-1]
    for name in names:
        if name not in used:
            fail(query.where, f"argument `{name}` is not used")


def read_migrations(directory):
    """[(name, sql)] in order."""
    migrations = []
    for number, path in enumerate(sorted(glob.glob(os.path.join(directory, "*.sql"))), 1):
        name = os.path.basename(path)[:-len(".sql")]
        if not re.match(rf"{number:04}_[a-z0-9_]+\Z", name):
            fail((path, 1), f"expected a name like {number:04}_words.sql")
        with open(path, encoding="utf-8") as file:
            migrations.append((name, strip_comments(file.read()), path))
    return migrations


def check_plan(database, query, holes):
    """Refuses what reads a whole table, or all rows before it returns the first ones in order,
    unless the query says so."""
    plan = database.execute("EXPLAIN QUERY PLAN " + query.sql, [None] * holes).fetchall()
    made = {"CONSTANT", *re.findall(r"\)\s+(\w+)", query.sql)}  # not tables: queries in FROM
    scanned = [row[3] for row in plan
               if row[3].startswith("SCAN ") and row[3].split()[1] not in made]
    if scanned and not query.scans:
        fail(query.where, f"`{query.name}` reads a whole table: {scanned[0]}")
    if not query.sorts and any(row[3].startswith("USE TEMP B-TREE FOR ORDER BY") for row in plan):
        fail(query.where, f"`{query.name}` sorts what it has found")


def try_sql(queries, migrations, any_sql):
    """Lets SQLite read everything, so that a mistake is reported where it was made, and refuses
    what is not portable, unless ANY_SQL. The database with all migrations, of the page size that
    the store gives its own (lib/store/sqlite.c)."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.execute("PRAGMA page_size = 4096")
    database.execute("CREATE TABLE schema_version ("
                     "version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)")
    names = set()

    def check(sql, where):
        wrong = portable.problem(sql, names)
        if wrong and not any_sql:
            fail(where, f"not portable: {wrong}")

    try:
        for number, (name, sql, path) in enumerate(migrations, 1):
            where = (path, 1)
            names |= portable.names_of(database)
            database.executescript(sql)
            names |= portable.names_of(database)
            check(sql, where)
            if portable.untyped_column(database) and not any_sql:
                fail(where, f"not portable: {portable.untyped_column(database)}")
            database.execute("INSERT INTO schema_version VALUES (?, ?)", (number, name))
        for query in queries:
            where = query.where
            holes = [int(n) for n in re.findall(r"\?(\d+)", query.sql)]
            database.execute("EXPLAIN " + query.sql, [None] * max(holes, default=0))
            check(query.sql, where)
            if not any_sql:
                check_plan(database, query, max(holes, default=0))
    except sqlite3.Error as error:
        fail(where, str(error))
    return database.serialize()


def members(fields):
    lines = []
    for field in fields:
        lines.append(f"    {C_TYPES[field.type]}{field.name};")
        if field.flag:
            lines.append(f"    bool has_{field.name};")
    return "\n".join(lines)


def prototype(query):
    args = f", const struct q_{query.name} *args" if query.args else ""
    result = {"exec": "", "one": f", struct {query.row} *row",
              "many": f", struct {query.row}_list *rows"}[query.mode]
    return f"int q_{query.name}(struct tx *tx{args}{result})"


def header(stem, queries, rows):
    apis = sorted({q.row.split("_")[0] for q in queries if q.row and q.row not in rows})
    out = ["/* Generated from schema/store. */\n#pragma once\n\n#include \"store/store.h\"\n"]
    out += [f'#include "{api}_api.h"' for api in apis]
    for name, fields in rows.items():
        out.append(f"\nstruct {name} {{\n{members(fields)}\n}};")
        out.append(f"struct {name}_list {{\n    size_t n;\n    struct {name} *v;\n}};")
    for query in queries:
        out.append("")
        if query.args:
            out.append(f"struct q_{query.name} {{\n{members(query.args)}\n}};")
        out.append(f"{prototype(query)} MUST_USE;")
    out.append(f"\nextern const struct store_schema {stem}_schema;\n")
    return "\n".join(out)


def shape(symbol, struct, fields):
    lines = [f"static const struct shape_field {symbol}_fields[] = {{"]
    for field in fields:
        flag = f", .has_off = offsetof(struct {struct}, has_{field.name})" if field.flag else ""
        required = "" if field.optional else ", .required = true"
        lines.append(f'    {{.name = "{field.name}", .wire = "{field.name}", '
                     f".kind = {KINDS[field.type]},\n"
                     f"     .off = offsetof(struct {struct}, {field.name}){flag}{required}}},")
    lines.append(f"}};\nstatic const struct shape {symbol}_shape = {{\n"
                 f'    .name = "{struct}",\n    .size = sizeof(struct {struct}),\n'
                 f"    .n = {len(fields)},\n    .fields = {symbol}_fields,\n}};")
    return "\n".join(lines)


def c_lines(text, indent):
    return ("\n" + indent).join(c_string(line) for line in text.splitlines(keepends=True))


def query_table(number, query):
    lines = [f"\nstatic const struct store_query {query.name}_query = {{\n"
             f'    .number = {number},\n    .name = "{query.name}",\n'
             f"    .sql = {c_lines(query.sql, ' ' * 11)},"]
    if query.args:
        lines.insert(0, "\n" + shape(f"q_{query.name}", f"q_{query.name}", query.args))
        lines.append(f"    .args = &q_{query.name}_shape,")
    if query.row:
        lines.append(f"    .row = &{query.row}_shape,")
    if query.touches:
        names = [field.name for field in query.args]
        numbers = ", ".join(str(names.index(name)) for name in query.touches)
        lines.append(f"    .touches = (const uint16_t[]){{{numbers}}},\n"
                     f"    .n_touches = {len(query.touches)},")
    args = "args" if query.args else "NULL"
    rest = {"exec": "", "one": ", row", "many": ", (struct shape_list *)rows"}[query.mode]
    lines.append(f"}};\n\n{prototype(query)}\n{{\n    return store_{query.mode}"
                 f"(tx, &{query.name}_query, {args}{rest});\n}}")
    return "\n".join(lines)


def image_table(image):
    """Most of a new database is zeros, which need no text."""
    lines = [f"\nstatic const unsigned char image[{len(image)}] = {{"]
    for run in re.finditer(rb"[^\0]+(?:\0{1,8}[^\0]+)*", image):
        data = run[0]
        for i in range(0, len(data), BYTES_PER_LINE):
            line = ", ".join(str(byte) for byte in data[i:i + BYTES_PER_LINE])
            lines.append(f"    {f'[{run.start()}] = ' if i == 0 else ''}{line},")
    return "\n".join([*lines, "};"])


def schema_table(stem, queries, migrations):
    lines = [f"\nstatic const struct store_query *const all_queries[] = {{"]
    lines += [f"    &{query.name}_query," for query in queries]
    lines.append("};\n\nstatic const struct store_migration all_migrations[] = {")
    for name, sql, _ in migrations:
        lines.append(f'    {{"{name}",\n     {c_lines(sql, "     ")}}},')
    lines.append(f"}};\n\nconst struct store_schema {stem}_schema = {{\n"
                 f"    .queries = all_queries,\n    .n_queries = {len(queries)},\n"
                 f"    .migrations = all_migrations,\n"
                 f"    .n_migrations = {len(migrations)},\n"
                 f"    .image = image,\n    .image_size = sizeof image,\n}};\n")
    return "\n".join(lines)


def source(stem, queries, rows, migrations, image):
    out = [f'/* Generated from schema/store. */\n#include "{stem}.h"\n\n#include <stddef.h>\n',
           "/* Migrations are longer than ISO C's smallest limit for a literal. */",
           '#pragma GCC diagnostic ignored "-Woverlength-strings"']
    used = {query.row for query in queries}
    out += ["\n" + shape(name, name, rows[name]) for name in rows if name in used]
    out += [query_table(number, query) for number, query in enumerate(queries)]
    out.append(image_table(image))
    out.append(schema_table(stem, queries, migrations))
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", help="holds *.sql and migrations/")
    parser.add_argument("header")
    parser.add_argument("source")
    parser.add_argument("depfile")
    parser.add_argument("--any-sql", action="store_true", help="for tests: need not be portable")
    options = parser.parse_args()

    paths = sorted(glob.glob(os.path.join(options.directory, "*.sql")))
    queries, rows = {}, {}
    for path in paths:
        read_queries(path, queries, rows)
    folder = os.path.join(options.directory, "migrations")
    migrations = read_migrations(folder)
    for query in queries.values():
        compile_query(query)
    if not queries or not migrations:
        fail((options.directory, 1), "no queries or no migrations")
    image = try_sql(queries.values(), migrations, options.any_sql)

    stem = os.path.basename(options.header)[:-len(".h")]
    write_if_changed(options.header, header(stem, list(queries.values()), rows))
    write_if_changed(options.source,
                     source(stem, list(queries.values()), rows, migrations, image))
    # The folders themselves are inputs, too: a new file appears in them.
    inputs = [options.directory, folder, *paths, *(path for _, _, path in migrations)]
    write_if_changed(options.depfile, f"{options.header}: {' '.join(inputs)}\n")


main()
