#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the generator says about files that are wrong: file, line and reason."""
import os
import runpy
import sys
import tempfile
import unittest

SQLGEN = sys.argv.pop(1)
sys.path.insert(0, os.path.dirname(SQLGEN))
INIT = "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, note TEXT);\n"


def run(directory):
    """What the generator has to say about the files in DIRECTORY: None when all is well."""
    sys.argv[1:] = [directory] + [os.path.join(directory, f"out.{end}") for end in "hcd"]
    try:
        runpy.run_path(SQLGEN, run_name="__main__")
    except SystemExit as end:
        return end.code
    return None


def generate(directory, text, migrations):
    os.mkdir(os.path.join(directory, "migrations"))
    files = {"thing.sql": text} | {f"migrations/{name}": sql for name, sql in migrations.items()}
    for name, content in files.items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(content)
    return run(directory)


class Refusals(unittest.TestCase):
    def refuse(self, text, expected, migrations=None):
        with tempfile.TemporaryDirectory() as directory:
            message = generate(directory, text, migrations or {"0001_init.sql": INIT})
            self.assertIsNotNone(message)
            self.assertEqual(message.replace(directory + "/", ""), expected)
            self.assertFalse(os.path.exists(os.path.join(directory, "out.h")))

    def test_directives(self):
        expected = "expected NAME exec, NAME one ROW or NAME many ROW"
        for words in ("a", "a one", "a exec row", "a all row", "A exec", "a-b exec"):
            self.refuse(f"-- query {words}\nDELETE FROM thing;\n", f"thing.sql:1: {expected}")
        self.refuse("\n-- args id:text\n",
                    "thing.sql:2: `args` belongs between `query` and its SQL")
        self.refuse("-- query a exec\nDELETE FROM thing;\n-- touches id\n",
                    "thing.sql:3: `touches` belongs between `query` and its SQL")
        self.refuse("SELECT 1;\n", "thing.sql:1: SQL before the first query")

    def test_names(self):
        query = "-- query a exec\nDELETE FROM thing;\n"
        self.refuse(query + query, "thing.sql:3: query `a` is also at thing.sql:1")
        self.refuse("-- row r id:text\n-- row r id:text\n",
                    "thing.sql:2: expected a new NAME and its columns")
        self.refuse("-- row r id:text id:int\n", "thing.sql:1: `id` twice")
        self.refuse("-- query a exec\n-- args id:text\n-- args id:int\nDELETE FROM thing;\n",
                    "thing.sql:3: `id` twice")
        self.refuse("-- query a exec\n-- args id:blob\nDELETE FROM thing;\n",
                    "thing.sql:2: expected name:text, name:int or name:bool, perhaps with ?, "
                    "not `id:blob`")

    def test_arguments(self):
        head = "-- query a exec\n-- args id:text n:int\n"
        self.refuse(head + "DELETE FROM thing WHERE id = :id OR id = :other AND 1 < :n;\n",
                    "thing.sql:1: `:other` is not among the args")
        self.refuse(head + "DELETE FROM thing WHERE id = :id OR id = ':n' OR note = \":n\";-- :n\n",
                    "thing.sql:1: argument `n` is not used")
        for name in ("other", "n"):
            self.refuse(head + f"-- touches {name}\nDELETE FROM thing WHERE id = :id OR 1 < :n;\n",
                        f"thing.sql:1: touches `{name}`, which is no text among the args")

    def test_statements(self):
        expected = "thing.sql:1: `a` must be one statement that ends with a semicolon"
        for sql in ("", "DELETE FROM thing", "DELETE FROM thing; DELETE FROM thing;",
                    "DELETE FROM thing -- ;"):
            self.refuse(f"-- query a exec\n{sql}\n", expected)
        self.refuse("-- query a exec\nDELETE FROM none;\n", "thing.sql:1: no such table: none")

    def test_migrations(self):
        query = "-- query a exec\nDELETE FROM thing;\n"
        self.refuse(query, "migrations/0003_c.sql:1: expected a name like 0002_words.sql",
                    {"0001_init.sql": INIT, "0003_c.sql": INIT})
        self.refuse(query, "migrations/0002_c.sql:1: table thing already exists",
                    {"0001_init.sql": INIT, "0002_c.sql": INIT})


class Results(unittest.TestCase):
    def test_unchanged_outputs_are_left_alone(self):
        with tempfile.TemporaryDirectory() as directory:
            text = ("-- row r id:text\n-- query a one r\n-- args id:text\n"
                    "SELECT id AS \"id\" FROM thing WHERE id = :id AND ':id' <> :id;\n")
            self.assertIsNone(generate(directory, text, {"0001_init.sql": INIT}))
            header = os.path.join(directory, "out.h")
            os.utime(header, (1, 1))
            with open(os.path.join(directory, "out.c"), encoding="utf-8") as file:
                self.assertIn("WHERE id = ?1 AND ':id' <> ?1", file.read())
            self.assertIsNone(run(directory))
            self.assertEqual(os.stat(header).st_mtime, 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
