#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_secrets.py SCHEMA: what lets somebody in is `sensitive` in the model, so that no record has
it. Names that sound like it and are none are listed here."""
import pathlib
import re
import sys
import unittest

SCHEMA = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(SCHEMA / "gen"))
from apimodel import read_model  # noqa: E402

SOUNDS_SECRET = re.compile(r"password|secret|token|code\d?$|private_?key|seed|assertion|qrcode|"
                           r"proof", re.IGNORECASE)
HARMLESS = {
    "AssertionEncryptionMode",      # Required or Allowed
    "Code",                         # of an error
    "ErrorCode",
    "MarketplaceProductCode",
    "SAMLAssertionID",
    "NextToken",                    # a place in a list
    "CountryCode",
    "RemovePrivateKey",             # its id
    "SubjectFromWebIdentityToken",  # the name in it
    "tokenType",                    # one and the same
}
TEXTS = "string", "blob", "document"


def members(model):
    if model.name in ("own", "imds"):
        model.structs.clear()
    for struct in model.structs.values():
        yield from ((struct.name, member) for member in struct.members)
    for op in filter(lambda op: not op.callers, model.ops.values()):  # others are in no record
        yield from ((op.name, member) for member in op.ins + op.outs)


class Secrets(unittest.TestCase):
    def test_members(self):
        for folder in sorted((SCHEMA / "api").iterdir()):
            model = read_model(sorted(map(str, folder.glob("*.api"))), SCHEMA / "errors.txt")
            for where, member in members(model):
                known = model.types.get(member.type)
                text = known and known.base in TEXTS and not known.choices
                if text and SOUNDS_SECRET.search(member.name) and member.name not in HARMLESS:
                    self.assertTrue(known.sensitive, f"{model.name} {where} {member.name}: make "
                                    f"the type {member.type} sensitive, or list it here")


if __name__ == "__main__":
    unittest.main()
