# SPDX-License-Identifier: Apache-2.0
"""What the generator says about models that are wrong: file, line and reason."""
import os
import subprocess
import sys
import tempfile
import unittest

SCHEMA = sys.argv.pop()
sys.path.insert(0, os.path.join(SCHEMA, "gen"))

from apimodel import read_model  # noqa: E402
from genlib import snake  # noqa: E402

HEAD = ("service demo query 1 https://demo.example/\nresource thing arn:{Name}\n"
        "type Name string 1..2\n")
OP = "op Do write\n    auth demo:Do on *\n"


def read(text):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "demo.api")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return read_model([path], os.path.join(SCHEMA, "errors.txt"))


class Wrong(unittest.TestCase):
    def refused(self, text, line, reason):
        with self.assertRaises(SystemExit) as caught:
            read(HEAD + text)
        self.assertIn(f"demo.api:{line}: ", str(caught.exception))
        self.assertIn(reason, str(caught.exception))

    def test_declarations(self):
        self.refused("thing X\n", 4, "not a declaration")
        self.refused("service demo query 1 x\n", 4, "expected once: service")
        self.refused("type X float\n", 4, "expected: type NAME")
        self.refused("type X string 1..2 between\n", 4, "not a property of a string: between")
        self.refused("type X string must be nice\n", 4, "not a property of a string: must")
        self.refused("type X int pattern x\n", 4, "not a property of a int: pattern")
        self.refused("type Name int\n", 4, "declared twice")
        self.refused("struct Name\n", 4, "declared twice")
        self.refused("enum X shown\n", 4, "an enum needs values")
        self.refused("resource thing\n", 4, "expected once per kind")
        self.refused("quota Things many\n", 4, "expected once: quota NAME DEFAULT")
        self.refused("quota Things 1\nquota Things 2\n", 5, "expected once: quota NAME DEFAULT")
        self.refused("resource x\n    blocks A sentence.\n", 5, "below `owned`: blocks SENTENCE")
        self.refused("op Do fly\n", 4, "expected: op NAME")
        self.refused("op Do read todo\nop Do read todo\n", 5, "Do is declared twice")
        self.refused("op Do read todo\n    in X Name\n", 5, "an indented line belongs to")

    def test_what_takes_long(self):
        self.refused(OP + "    slow down\n", 6, "slow stands alone")

    def test_members(self):
        self.refused("struct S\n    A Nome\n", 5, "no type or struct Nome")
        self.refused("struct S\n    A Name\n    A Name\n", 6, "A is a member already")
        self.refused("struct S\n    A Name nice\n", 5, "not a property of a member: nice")
        self.refused("struct S\n    A Name 1..2\n", 5, "not a property of a member: 1..2")
        self.refused("struct S\n    A Name inside\n", 5, "not a property of a member: inside")
        self.refused("struct S\n    A [int]\n", 5, "lists hold strings or structs")
        self.refused("struct S\n    A [{Name}]\n", 5, "not a type: [{Name}]")
        self.refused("struct S\n    A {Name}\n", 5, "maps hold structs of key and value")
        self.refused("struct E\n    a int\nstruct S\n    A {E}\n", 7, "maps hold structs")
        self.refused("struct S\n    A Name default x\n", 5, "only strings, numbers and booleans")
        self.refused(OP + "    in A int default x\n", 6, "not a number: x")
        self.refused(OP + "    in A time default 1\n", 6, "only strings, numbers and booleans")
        self.refused("struct S\n    A blob\n" + OP + "    in S [S]\n", 5, "blobs are for answers")
        self.refused(OP + "    in A blob\n", 6, "blobs are for answers")

    def test_own_endpoints(self):
        model = read("service demo rest-json\nop Get read\n    http GET /x\n    admin\n    apart\n"
                     "    about what it\n    about says\n    out A string nullable\n"
                     "op Put write\n    http PUT /x\n    public\n    out-as Get\n")
        self.assertEqual(("admin", "apart"), (model.ops["Get"].callers, model.ops["Get"].entry))
        self.assertEqual(["what it", "says"], model.ops["Get"].about)
        self.assertTrue(model.ops["Get"].outs[0].nullable)
        self.assertEqual(model.ops["Get"].outs, model.ops["Put"].outs)
        self.refused(OP + "    admin\n", 4,
                     "auth lines or no-permission, admin, public or signed-in")
        self.refused("op Do write\n    admin\n    public\n", 6, "public stands alone")
        self.refused("op Do write\n    apart\n    alone\n", 6, "alone stands alone")
        self.refused(OP + "    out A Name nullable\n", 6, "is nullable")
        self.refused(OP + "    out-as Get\n", 4, "Get has none")

    def test_operations(self):
        self.refused("op Do write\n", 4, "auth lines or no-permission")
        self.refused(OP + "    no-permission\n", 4, "auth lines or no-permission")
        self.refused(OP + "    page A B C D\n", 6, "expected once: page NAME [TYPE] [kept]")
        self.refused(OP + "    page A Name\n    page B Name\n", 7, "expected once: page")
        self.refused(OP + "    page A Name\n", 6, "no type or struct Marker")
        self.refused(OP + "    err Nonsense\n", 6, "Nonsense is not in errors.txt")
        self.refused(OP + "    key a:b Name\n", 6, "no member Name in the request")
        self.refused(OP + "    empty-result x\n", 6, "empty-result stands alone")
        self.refused(OP + "    empty-result\n    out A Name\n", 4, "out lines or empty-result")
        self.refused(OP + "    mfa Name\n", 6, "expected once: mfa MEMBER MEMBER")
        self.refused(OP + "    mfa A B\n    in A Name\n    in B int\n", 6, "no string B")
        self.refused(OP + "    wat\n", 6, "no such clause of an operation: wat")

    def test_rows(self):
        self.refused("op Do write\n    auth demo:Do\n", 5, "expected: ACTION on RESOURCE")
        self.refused("op Do write\n    auth demo:Do on thing Name\n", 5, "no string Name")
        self.refused("op Do write\n    auth demo:Do on thing\n", 5, "no such form")
        self.refused("op Do write\n    auth demo:Do on renamed thing A B\n", 5, "no such form")
        self.refused(OP + "    dependent demo:X on thing to x\n", 6, "no such form")
        self.refused(OP + "    dependent demo:X on * if Tags\n", 6, "no member Tags")


    def rest(self, text, line, reason):
        with self.assertRaises(SystemExit) as caught:
            read("service demo rest-json\ntype Name string 1..2\nop Do write\n    no-permission\n" +
                 text)
        self.assertIn(f"demo.api:{line}: ", str(caught.exception))
        self.assertIn(reason, str(caught.exception))

    def test_services(self):
        for line in ("query 1", "query 1 x y", "json-1.1 1", "json-1.2 1 X", "rest-json 1 2", ""):
            with self.assertRaises(SystemExit) as caught:
                read(f"service demo {line}\n")
            self.assertIn("demo.api:1: expected once: service NAME, one of query",
                          str(caught.exception))

    def test_reasons(self):
        self.refused("service x rest-json\n", 4, "expected once: service")
        for line in ("invalid NONSENSE", "invalid", "reason odd X y", "reason low X", "wat X"):
            with self.assertRaises(SystemExit) as caught:
                read(f"service demo rest-json\n    {line}\n")
            self.assertIn("demo.api:2: expected: invalid ERROR, reason missing|",
                          str(caught.exception))
        with self.assertRaises(SystemExit) as caught:
            read("service demo rest-json\n    reason low TOO_LOW It is too low.\n")
        self.assertIn("a service gives a reason for each of missing, choice",
                      str(caught.exception))

    def test_paths(self):
        self.rest("", 3, "have http lines")
        self.rest("    http FETCH /x\n", 5, "expected: http GET|POST|PUT|DELETE|PATCH|* /PATH")
        self.rest("    http GET x\n", 5, "expected: http")
        self.rest("    http GET /{A+}/x\n", 5, "expected: http")
        self.rest("    http GET /x{A}\n", 5, "expected: http")
        self.rest("    http GET /x two\n", 5, "expected: http")
        self.rest("    http GET /{A}\n", 5, "no member A in the path")
        self.rest("    http GET /x\n    in A Name path\n", 6, "A is not in the path")
        self.rest("    http GET /{A}\n    http GET /x\n    in A Name path required\n", 7,
                  "A is not in the path")
        self.rest("    http GET /{A}\n    in A Name path\nop Get read todo\n    http GET /{B}\n",
                  8, "Do has this path already")
        self.refused(OP + "    http GET /x\n", 4, "operations of rest-json, and no others")

    def test_places(self):
        self.refused(OP + "    in A Name query\n", 6, "no member stands in the query here")
        self.refused("struct S\n    A Name query\n", 5, "only members of operations stand")
        self.refused(OP + "    in A document\n", 6, "query services have no documents")
        http = "    http GET /x\n"
        self.rest(http + "    in A int status\n", 6, "no member stands in the status here")
        self.rest(http + "    out A Name query\n", 6, "no member stands in the query here")
        self.rest(http + "    in A [Name] query\n", 6, "the query holds strings, numbers")
        self.rest(http + "    in A Name header\n", 6, "expected: header NAME")
        self.rest(http + "    out A Name status\n", 6, "a status is an int")
        self.rest(http + "    in A Name payload\n", 6, "raw is for what is the payload")
        self.rest(http + "    in A raw\n", 6, "raw is for what is the payload")
        self.rest(http + "    in B Name\n    in A raw payload\n", 7, "is the whole body")


class Right(unittest.TestCase):
    def test_pages(self):
        model = read(HEAD + "type Marker string\ntype MaxItems int 1..9\nop List list\n"
                     "    page Names [Name]\n    auth demo:List on any thing\n")
        op = model.ops["List"]
        self.assertEqual([m.name for m in op.ins], ["Marker", "MaxItems"])
        self.assertEqual([m.name for m in op.outs], ["Names", "IsTruncated", "Marker"])
        self.assertTrue(op.outs[0].required)

    def test_pages_of_json(self):
        model = read("type NextToken string\ntype MaxResults int 1..20\n"
                     "op List list\n    no-permission\n"
                     "    in A string\n    page Names [string]\n    in B string\n"
                     "service demo json-1.1 1 Demo\n")
        op = model.ops["List"]
        self.assertEqual([m.name for m in op.ins], ["A", "NextToken", "MaxResults", "B"])
        self.assertEqual([m.name for m in op.outs], ["Names", "NextToken"])
        self.assertEqual(op.ins[2].default, "20")

    def test_structs_that_need_each_other(self):
        model = read(HEAD + "struct S\n    T T\nstruct T\n    S [S]\n    T T\n")
        self.assertEqual(list(model.structs), ["S", "T"])

    def test_comments_and_sentences(self):
        model = read(HEAD + "# all\ntype X string pattern [#+ -]+  must contain # no\n")
        self.assertEqual(model.types["X"].must, "must contain")
        self.assertEqual(model.types["X"].pattern, "[#+ -]+")

    def test_snake(self):
        self.assertEqual(snake("GetSSHPublicKey"), "get_ssh_public_key")
        self.assertEqual(snake("AddClientIDToOpenIDConnectProvider"),
                         "add_client_id_to_open_id_connect_provider")


class Kinds(unittest.TestCase):
    """What only all services together tell."""

    def refused(self, text, line, reason):
        with tempfile.TemporaryDirectory() as directory:
            os.mkdir(os.path.join(directory, "demo"))
            with open(os.path.join(directory, "demo", "demo.api"), "w", encoding="utf-8") as file:
                file.write(HEAD + text)
            outputs = [os.path.join(directory, name) for name in "abcdef"]
            done = subprocess.run(
                [sys.executable, os.path.join(SCHEMA, "gen/entitygen.py"),
                 os.path.join(SCHEMA, "errors.txt"), directory, *outputs],
                capture_output=True, text=True, check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn(f"demo.api:{line}: {reason}", done.stderr)

    def test_names_of_nothing(self):
        self.refused("op Do write\n    auth demo:Do on cow Name\n    in Name Name\n", 5,
                     "no resource line for cow")
        self.refused("resource x\n    count Cows\n", 4, "no quota line for Cows")
        self.refused("resource x\n    owned cow q\n", 4, "no resource line for cow")


unittest.main()
