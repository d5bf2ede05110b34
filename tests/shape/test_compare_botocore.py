# SPDX-License-Identifier: Apache-2.0
"""The comparison of models finds what is wrong, with whichever version of botocore."""
import copy
import os
import sys
import tempfile
import unittest

from compare_botocore import SCHEMA, Comparison, read_model

ORIGIN = "1.30.2"
OLDER, NEWER = "1.9.12", "1.30.10"  # not in the order of their characters
VERSIONS = (OLDER, ORIGIN, NEWER)

OURS = """
service demo query 1 https://demo.example/
type Name string 2..64
type Size int 1..9
enum Status On Off
struct Thing
    Name  Name required
    Tags  [Name]
op Make write
    in  Name   Name   required
    in  Size   Size
    in  Status Status
    in  Tags   [Name] 0..5
    out Thing  Thing
    err NoSuchEntity
    auth demo:Make on *
"""
THEIRS = {
    "operations": {"Make": {"input": {"shape": "MakeRequest"}, "output": {"shape": "MakeResponse"},
                            "errors": [{"shape": "NoSuchEntityException"}]}},
    "shapes": {
        "MakeRequest": {"type": "structure", "required": ["Name"], "members": {
            "Name": {"shape": "name"}, "Size": {"shape": "size"}, "Status": {"shape": "status"},
            "Tags": {"shape": "tags"}}},
        "MakeResponse": {"type": "structure", "members": {"Thing": {"shape": "Thing"}}},
        "Thing": {"type": "structure", "required": ["Name"], "members": {
            "Name": {"shape": "name"}, "Tags": {"shape": "tags"}}},
        "NoSuchEntityException": {"type": "structure", "error": {"code": "NoSuchEntity"}},
        "name": {"type": "string", "min": 2, "max": 64},
        "size": {"type": "integer", "min": 1, "max": 9},
        "status": {"type": "string", "enum": ["On", "Off"]},
        "tags": {"type": "list", "member": {"shape": "name"}, "max": 5}}}


def without_operation(theirs):
    theirs["operations"] = {}


def without_member(theirs):
    del theirs["shapes"]["MakeRequest"]["members"]["Size"]


def without_structure(theirs):
    del theirs["shapes"]["Thing"]
    theirs["operations"]["Make"].pop("output")


def without_error(theirs):
    theirs["operations"]["Make"]["errors"] = []


def without_choice(theirs):
    theirs["shapes"]["status"]["enum"].remove("Off")


def required(theirs):
    theirs["shapes"]["MakeRequest"]["required"].append("Size")


def more_members(theirs):
    theirs["shapes"]["Thing"]["members"]["Path"] = {"shape": "name"}


def more_operations(theirs):
    theirs["operations"]["Break"] = {}


def more_choices(theirs):
    theirs["shapes"]["status"]["enum"].append("Broken")


def not_required(theirs):
    theirs["shapes"]["MakeRequest"]["required"].clear()


def other_type(theirs):
    theirs["shapes"]["size"]["type"] = "long"


def no_list(theirs):
    theirs["shapes"]["Thing"]["members"]["Tags"]["shape"] = "name"


def other_name(theirs):
    members = theirs["shapes"]["MakeRequest"]["members"]
    members["Length"] = members.pop("Size")


def limit(shape, name, value):
    def change(theirs):
        if value is None:
            del theirs["shapes"][shape][name]
        else:
            theirs["shapes"][shape][name] = value

    change.__name__ = f"{shape} {name} {value}"
    return change


LESS = [without_operation, without_member, without_structure, without_error, without_choice,
        required, limit("name", "max", 63), limit("name", "min", 3), limit("tags", "max", 4)]
MORE = [more_members, more_operations, more_choices, not_required, limit("name", "max", 65),
        limit("name", "max", None), limit("name", "min", None), limit("tags", "max", None)]
OTHER = [other_type, no_list, other_name]


def ours():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "demo.api")
        with open(path, "w", encoding="utf-8") as file:
            file.write(OURS)
        return read_model([path], os.path.join(SCHEMA, "errors.txt"))


class Compare(unittest.TestCase):
    def failing(self, change):
        """The versions with which the changed model of botocore is refused."""
        theirs = copy.deepcopy(THEIRS)
        change(theirs)
        found = [Comparison(ours(), theirs, version, ORIGIN).run() for version in VERSIONS]
        self.assertTrue(all(one.failures or one.notes for one in found))
        return [version for version, one in zip(VERSIONS, found) if one.failures]

    def test_the_same(self):
        for version in VERSIONS:
            found = Comparison(ours(), THEIRS, version, ORIGIN).run()
            self.assertEqual(([], []), (found.failures, found.notes))

    def test_an_older_one_has_and_permits_less(self):
        for change in LESS:
            with self.subTest(change=change.__name__):
                self.assertEqual([ORIGIN, NEWER], self.failing(change))

    def test_a_newer_one_has_and_permits_more(self):
        for change in MORE:
            with self.subTest(change=change.__name__):
                self.assertEqual([OLDER, ORIGIN], self.failing(change))

    def test_wrong_names_and_types(self):
        for change in OTHER:
            with self.subTest(change=change.__name__):
                self.assertEqual(list(VERSIONS), self.failing(change))


unittest.main(argv=sys.argv[:1])
