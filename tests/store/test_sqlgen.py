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


# What SQLite takes, and what is said about it.
NOT_PORTABLE = [
    ("INSERT OR IGNORE INTO thing (id) VALUES ('a')", "`IGNORE` is no word of both"),
    ("INSERT OR ABORT INTO thing (id) VALUES ('a')", "`ABORT` is no word of both"),
    ("REPLACE INTO thing (id) VALUES ('a')", "`REPLACE` is no word of both"),
    ("INSERT INTO thing (id) VALUES ('a') ON CONFLICT DO UPDATE SET note = 'b'",
     "DO UPDATE needs the columns of the conflict"),
    ("DELETE FROM thing WHERE id GLOB 'a*'", "`GLOB` is no word of both"),
    ("DELETE FROM thing WHERE id LIKE 'a%'", "`LIKE` is no word of both"),
    ("DELETE FROM thing WHERE rowid = 1", "`rowid` is no word of both"),
    ("DELETE FROM thing WHERE _rowid_ = 1", "`_rowid_` is no word of both"),
    ("DELETE FROM thing WHERE oid = 1", "`oid` is no word of both"),
    ("DELETE FROM thing WHERE id = strftime('%s', 'now')", "`strftime` is no word of both"),
    ("DELETE FROM thing WHERE id = datetime()", "`datetime` is no word of both"),
    ("DELETE FROM thing WHERE id = ifnull(note, '')", "`ifnull` is no word of both"),
    ("DELETE FROM thing WHERE max(id, note) = id",
     "max and min take one argument: use CASE"),
    ("DELETE FROM thing WHERE id IS note", "IS is for NULL; other values are compared by = and <>"),
    ("DELETE FROM thing WHERE id IS NOT 'a'",
     "IS is for NULL; other values are compared by = and <>"),
    ("DELETE FROM thing WHERE id ISNULL", "`ISNULL` is no word of both"),
    ("DELETE FROM thing WHERE id == note", "= is written once"),
    ("DELETE FROM thing WHERE id != note", "`!` is not SQL of both"),
    ("DELETE FROM thing WHERE id = `note`", "``` is not SQL of both"),
    ("DELETE FROM thing WHERE id = [note]", "`[` is not SQL of both"),
    ("DELETE FROM thing WHERE 1 & 2 = 0", "`&` is not SQL of both"),
    ("DELETE FROM thing WHERE id = \"note\"", "a quoted name is for AS; a text has single quotes"),
    ("DELETE FROM thing WHERE id", "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE id = 'a' AND NOT note",
     "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE id = 'a' COLLATE NOCASE", "`COLLATE` is no word of both"),
    ("delete FROM thing", "`delete` is no word of both"),
    ("DELETE FROM thing WHERE EXISTS (SELECT 1 FROM (SELECT id FROM thing))",
     "a query in FROM needs a name"),
    ("DELETE FROM thing WHERE id IN (SELECT id FROM thing LIMIT 1, 2)",
     "LIMIT takes one number: use OFFSET"),
    ("PRAGMA user_version", "`PRAGMA` is no word of both"),
    ("DELETE FROM thing WHERE max(coalesce(id, 1), 3) = 3",
     "max and min take one argument: use CASE"),
    ("DELETE FROM thing WHERE EXISTS (SELECT sum(id = note) FROM thing)",
     "a condition is no number: use CASE"),
    ("DELETE FROM thing WHERE 1", "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE (id)", "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE coalesce(id, 0) AND id = ''", "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE id IN (SELECT t.id FROM thing t JOIN thing s ON s.id)",
     "a number is no condition: compare it"),
    ("DELETE FROM thing WHERE id IN (SELECT t.id FROM thing t JOIN thing s)",
     "JOIN needs ON: use CROSS JOIN"),
    ("DELETE FROM thing WHERE id IN (SELECT t.id FROM thing t CROSS JOIN thing s ON s.id = t.id)",
     "CROSS JOIN takes no ON"),
    ("DELETE FROM thing WHERE id IN ()", "IN needs a value"),
    ("DELETE FROM thing WHERE id = id || note",
     "|| needs a text in quotes on one side: numbers have no ||"),
    ("DELETE FROM thing WHERE id = note ->> 'a'", "`-` is not SQL of both"),
    ("DELETE FROM thing WHERE id > 1.5", "numbers are whole"),
    ("DELETE FROM thing WHERE id > 1e5", "`1` is not SQL of both"),
    ("DELETE FROM thing WHERE id IN (SELECT id 'x' FROM thing)", "a text is no name"),
    ("DELETE FROM thing WHERE id IN (SELECT id FROM thing LIMIT -1)", "LIMIT is not negative"),
    ("INSERT INTO thing (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET note = note || 'b'",
     "a value of DO UPDATE needs the name of its table, or excluded"),
]

PORTABLE = [
    "DELETE FROM thing",
    "INSERT INTO thing (id, note) SELECT t.id || 'x', t.note FROM thing t WHERE t.id <> 'GLOB'",
    "INSERT INTO thing (id) VALUES ('a') ON CONFLICT (id) DO UPDATE SET note = excluded.note",
    "UPDATE thing SET note = NULL WHERE (note IS NOT NULL OR id = '') AND coalesce(note, id) > ''",
    "DELETE FROM thing WHERE id IN (SELECT x.a FROM (SELECT id AS a FROM thing) x LIMIT 3)",
    "DELETE FROM thing WHERE EXISTS (SELECT max(t.id) FROM thing t CROSS JOIN thing s GROUP BY t.id"
    " HAVING count(*) > 1 AND sum(CASE WHEN t.id = s.id THEN 1 ELSE 0 END) = 2)",
    "INSERT INTO thing (id) VALUES ('a') ON CONFLICT (id) DO UPDATE"
    " SET note = coalesce(thing.note, '') || '-' || excluded.id WHERE thing.note IS NULL",
]

WRONG_TABLES = [
    ("CREATE TABLE t (id)", "`t.id` must be TEXT or BIGINT"),
    ("CREATE TABLE t (id INTEGER)", "`INTEGER` is no word of both"),
    ("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "`INTEGER` is no word of both"),
    ("CREATE TABLE t (id TEXT) STRICT", "`STRICT` is no word of both"),
    ("CREATE TABLE t (id TEXT PRIMARY KEY DESC)", "a key has no order"),
    ("CREATE TABLE t (id TEXT, a TEXT, PRIMARY KEY (id, a DESC))", "a key has no order"),
    ("CREATE TABLE t (id BIGINT CHECK (id))", "a number is no condition: compare it"),
    ("CREATE TABLE t (id TEXT COLLATE NOCASE)", "`COLLATE` is no word of both"),
    ("CREATE TRIGGER t AFTER DELETE ON thing BEGIN SELECT 1; END", "`TRIGGER` is no word of both"),
    ("PRAGMA user_version = 3", "`PRAGMA` is no word of both"),
]


class Portability(unittest.TestCase):
    def say(self, sql, migration):
        with tempfile.TemporaryDirectory() as directory:
            said = generate(directory, f"-- query a exec\n-- scans\n{sql};\n",
                            {"0001_init.sql": INIT, "0002_more.sql": migration})
            return said and said.replace(directory + "/", "")

    def test_queries(self):
        for sql, why in NOT_PORTABLE:
            with self.subTest(sql):
                self.assertEqual(self.say(sql, ""), f"thing.sql:1: not portable: {why}")

    def test_migrations(self):
        for sql, why in WRONG_TABLES:
            with self.subTest(sql):
                self.assertEqual(self.say("DELETE FROM thing", sql + ";\n"),
                                 f"migrations/0002_more.sql:1: not portable: {why}")

    def test_what_is_portable(self):
        for sql in PORTABLE:
            with self.subTest(sql):
                self.assertIsNone(self.say(
                    sql, "CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;"))


class Plans(unittest.TestCase):
    def say(self, scans, sql):
        with tempfile.TemporaryDirectory() as directory:
            said = generate(directory, f"-- query a exec\n{scans}{sql};\n",
                            {"0001_init.sql": INIT})
            return said and said.replace(directory + "/", "")

    def test_what_reads_a_whole_table_says_so(self):
        update = "UPDATE thing SET note = 'x' WHERE id = "
        self.assertIsNone(self.say("", update + "'a'"))
        inner = "(SELECT t.id FROM thing t WHERE t.note = 'a')"
        self.assertEqual(self.say("", update + inner),
                         "thing.sql:1: `a` reads a whole table: SCAN t")
        self.assertIsNone(self.say("-- scans\n", update + inner))

    def test_what_sorts_says_so(self):
        page = "SELECT id AS \"id\" FROM thing WHERE id > 'a' ORDER BY "
        self.assertIsNone(self.say("", page + "id LIMIT 1"))
        self.assertEqual(self.say("", page + "note LIMIT 1"),
                         "thing.sql:1: `a` sorts what it has found")
        self.assertIsNone(self.say("-- sorts\n", page + "note LIMIT 1"))


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
