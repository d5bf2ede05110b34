#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""coverage.py SCHEMA-DIRECTORY: every operation that is built has a recorded success and one
recorded answer for each error its model declares."""
import pathlib
import re
import sys

OWN = "console", "imds", "own", "signin"  # tests/server has what they answer
# Told by the `for` clause: tests/matrix has every caller send every operation.
IMPLIED = {"AWSOrganizationsNotInUse"}
# What only the management account of one may do, and who has an account of GovCloud.
NEVER_GOOD_OPERATIONS = {"AcceptPrimaryEmailUpdate", "CreateGovCloudAccount",
                         "GetGovCloudAccountInformation", "GetPrimaryEmail",
                         "StartPrimaryEmailUpdate"}
# Codes that two errors have, with different statuses.
CODES = {"OrganizationsConflict": "Conflict"}
# Told while another request is on its way: tests/server/api/test_credential_report.c does so.
NEVER_ALONE = {"ReportInProgress"}
HERE = pathlib.Path(__file__).resolve().parent


def declared(schema):
    """(service, operation) -> the error codes of its `err` lines."""
    result = {}
    for path in sorted((schema / "api").glob("*/*.api")):
        if path.parent.name in OWN:
            continue
        operation = None
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split("#", 1)[0].split()
            if words[:1] == ["op"]:
                operation = None if "todo" in words else result.setdefault(
                    (path.parent.name, words[1]), set())
            elif words[:1] == ["err"] and operation is not None:
                operation.update(words[1:])
    return result


def recorded():
    """(service, operation) -> what its answers carry: error codes, or "success"."""
    result = {}
    for request in sorted(HERE.glob("*/*/*.req")):
        text = request.read_text(encoding="utf-8")
        action = re.search(r"^Action=(\w+)$", text, re.M)
        service = re.search(r"^service: (\w+)$", text, re.M)
        if not action:
            continue
        answer = request.with_suffix(".res").read_text(encoding="utf-8")
        code = re.search(r'<Code>(\w+)|"Code":"(\w+)|"__type":"(\w+)|x-amzn-errortype: (\w+)',
                         answer)
        key = (service[1] if service else request.parent.parent.name, action[1])
        name = code[code.lastindex] if code else "success"
        # Some codes of STS, and those of JSON, have a word more than their names.
        result.setdefault(key, set()).update((name, name.removesuffix("Exception")))
    return result


def main():
    have = recorded()
    missing = 0
    for (service, operation), codes in sorted(declared(pathlib.Path(sys.argv[1])).items()):
        codes = {CODES.get(code, code) for code in codes - IMPLIED}
        never_good = operation in NEVER_GOOD_OPERATIONS
        for code in sorted(codes if never_good else {"success"} | codes - NEVER_ALONE):
            if code not in have.get((service, operation), set()):
                print(f"{service} {operation}: no recorded {code}")
                missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
