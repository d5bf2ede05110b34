# SPDX-License-Identifier: Apache-2.0
"""Compares schema/api with the service models of an installed botocore, of whichever version.

AWS changes its APIs so that old clients go on working: from version to version there are more
operations, members, errors and choices, fewer members are required, and limits are wider; names
and types stay. So what our model lets through beyond an older snapshot, and a newer snapshot
beyond our model, is a note. Everything else that differs is a failure, and with the snapshot that
the model is made from (schema/NOTICE) every difference is one.
"""
import os
import re
import sys

SCHEMA = sys.argv.pop()
sys.path.insert(0, os.path.join(SCHEMA, "gen"))

from apimodel import error_symbol, read_model  # noqa: E402

SKIPPED = 77
# The client cannot cause it, so no operation declares it.
ALWAYS = {"SERVICE_FAILURE"}
# Required in AWS's model, but the root user, as a caller and as an owner of keys, devices and
# certificates, has none.
OPTIONAL = {("User", "Path"), ("User", "UserName"), ("AccessKey", "UserName"),
            ("MFADevice", "UserName"), ("SigningCertificate", "UserName"),
            # A job in progress tells neither.
            ("GetServiceLastAccessedDetails out", "JobCompletionDate"),
            ("GetServiceLastAccessedDetails out", "ServicesLastAccessed"),
            ("GetServiceLastAccessedDetailsWithEntities out", "JobCompletionDate"),
            ("GetServiceLastAccessedDetailsWithEntities out", "EntityDetailsList")}
# AWS answers these all the same: when the permissions boundary does not exist, and to tags that do
# not fit together.
UNDECLARED = {("ListServiceSpecificCredentials", "INVALID_INPUT"),
              ("UpdateServiceSpecificCredential", "INVALID_INPUT"),
              ("CreateRole", "NO_SUCH_ENTITY"), ("AssumeRole", "INVALID_PARAMETER_VALUE"),
              ("GetFederationToken", "INVALID_PARAMETER_VALUE"),
              ("GetWebIdentityToken", "INVALID_PARAMETER_VALUE"),
              # It is there as ValidationException, which it is in JSON.
              ("CreateOAuth2Token", "VALIDATION_ERROR")}
# What CloudTrail tells of an assertion, in no request and no answer.
RECORDED = {"SAMLClaims"}
# Asked for by a page: no client calls it.
BY_BROWSER = {"AuthorizeOAuth2Access"}
# The same code with another status.
CODES = {"OrganizationsConflict": "Conflict"}
# A status that comes by itself; AWS undocumented: that asking for it is refused.
NOT_ASKED_FOR = {("UpdateAccessKey in.Status", "Expired")}

NAMES = {"int": "integer", "bool": "boolean", "time": "timestamp"}


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def model_version():
    """The botocore that schema/api is made from."""
    with open(os.path.join(SCHEMA, "NOTICE"), encoding="utf-8") as notice:
        return re.search(r"botocore (\d+(\.\d+)+)", notice.read())[1]


class Comparison:
    """VERSION is theirs, ORIGIN that of the snapshot our model is made from."""

    def __init__(self, ours, theirs, version, origin):
        self.ours, self.shapes, self.operations = ours, theirs["shapes"], theirs["operations"]
        self.older = numbers(version) < numbers(origin)
        self.newer = numbers(version) > numbers(origin)
        self.failures, self.notes = [], []

    def ahead(self, text):
        """Our model has or permits what theirs does not."""
        (self.notes if self.older else self.failures).append(text)

    def behind(self, text):
        (self.notes if self.newer else self.failures).append(text)

    def members(self, where, ours, shape):
        theirs = self.shapes[shape]["members"] if shape else {}
        required = self.shapes[shape].get("required", []) if shape else []
        mine = {m.name: m for m in ours}
        for name in sorted(theirs.keys() - mine.keys()):
            self.behind(f"{where}: no member {name}")
        for name in sorted(mine.keys() - theirs.keys()):
            self.ahead(f"{where}: member {name} is not in botocore")
        for name in sorted(theirs.keys() & mine.keys()):
            must = name in required
            if must and not mine[name].required and (where, name) not in OPTIONAL:
                self.ahead(f"{where}: {name} is required")
            # In an answer it means something else: an empty list is printed.
            if mine[name].required and not must and where.endswith(" in"):
                self.behind(f"{where}: {name} is not required")
            self.kind(f"{where}.{name}", mine[name], theirs[name]["shape"])

    def kind(self, where, m, shape):
        theirs = self.shapes[shape]
        ours = "map" if m.is_map else "list" if m.is_list else ""
        if ours != (theirs["type"] if theirs["type"] in ("list", "map") else ""):
            self.failures.append(f"{where}: is not a {theirs['type']}")
            return
        if m.is_map:
            return
        if m.is_list:
            if " in." in where:  # answers are not checked
                self.limit(where, "max", m.max, theirs)
            theirs = self.shapes[theirs["member"]["shape"]]
        base = "structure" if m.type in self.ours.structs else self.ours.types[m.type].base
        if NAMES.get(base, base) != theirs["type"]:
            self.failures.append(f"{where}: is a {theirs['type']}")
        elif base in ("string", "int") and m.type != "string":
            t = self.ours.types[m.type]
            self.limit(where, "min", t.min, theirs)
            self.limit(where, "max", t.max, theirs)
            if " in." in where and t.pattern != theirs.get("pattern", ""):
                other = self.notes if self.older or self.newer else self.failures
                other.append(f"{where}: the pattern is {theirs.get('pattern')}")
            if t.choices and " in." in where:
                self.choices(where, set(t.choices), set(theirs.get("enum", ())))

    def choices(self, where, ours, theirs):
        for value in sorted(theirs - ours):
            if (where, value) not in NOT_ASKED_FOR:
                self.behind(f"{where}: no choice {value}")
        for value in sorted(ours - theirs):
            self.ahead(f"{where}: choice {value} is not in botocore")

    def limit(self, where, name, ours, theirs):
        """0 stands for none, at both ends."""
        given = theirs.get(name, 0)
        if ours == given:
            return
        wider = ours < given if name == "min" else ours == 0 or 0 < given < ours
        (self.ahead if wider else self.behind)(f"{where}: {name} is {given}, not {ours}")

    def body(self, operation, side):
        """The shape whose members are in the body: that of the payload, where there is one."""
        shape = operation.get(side, {}).get("shape")
        payload = self.shapes[shape].get("payload") if shape else None
        inner = payload and self.shapes[shape]["members"][payload]["shape"]
        return inner if inner and self.shapes[inner]["type"] == "structure" else shape

    def operation(self, name):
        op, theirs = self.ours.ops.get(name), self.operations.get(name)
        if not op:
            self.behind(f"no operation {name}")
        elif not theirs and name not in BY_BROWSER:
            self.ahead(f"operation {name} is not in botocore")
        elif theirs and not op.todo:
            self.members(name + " in", op.ins, self.body(theirs, "input"))
            self.members(name + " out", op.outs, self.body(theirs, "output"))
            self.errors(op, theirs)

    def errors(self, op, theirs):
        """Ours are those a client can cause here, which may be fewer than AWS declares."""
        declared = set()
        for error in theirs.get("errors", []):
            code = self.shapes[error["shape"]].get("error", {}).get("code", error["shape"])
            declared.add(error_symbol(code))
        ours = {error_symbol(CODES.get(code, code)) for code in op.errors}
        for symbol in sorted(ours - declared - ALWAYS):
            if (op.name, symbol) not in UNDECLARED:
                self.ahead(f"{op.name}: {symbol} is not in botocore")

    def structs(self):
        """Of a map's entries botocore has no shape."""
        members = [m for op in self.ours.ops.values() for m in [*op.ins, *op.outs]]
        members += [m for struct in self.ours.structs.values() for m in struct.members]
        entries = {m.type for m in members if m.is_map}
        for name, struct in self.ours.structs.items():
            if name in self.shapes:
                self.members(name, struct.members, name)
            elif name not in entries | RECORDED:
                self.ahead(f"struct {name} is not in botocore")

    def run(self):
        for name in sorted(self.ours.ops.keys() | self.operations.keys()):
            self.operation(name)
        self.structs()
        return self


def main():
    try:
        import botocore
        import botocore.loaders
    except ImportError:
        print("skipped: botocore is not installed")
        return SKIPPED
    loader = botocore.loaders.Loader()
    origin, failed = model_version(), False
    print(f"botocore {botocore.__version__}; the model is made from {origin}")
    for service in ("account", "iam", "organizations", "signin", "sts"):
        directory = os.path.join(SCHEMA, "api", service)
        paths = [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
        ours = read_model(paths, os.path.join(SCHEMA, "errors.txt"))
        if service not in loader.list_available_services("service-2"):
            print(f"note: {service}: this botocore does not know it")
            continue
        theirs = loader.load_service_model(service, "service-2")
        found = Comparison(ours, theirs, botocore.__version__, origin).run()
        for text in found.notes:
            print(f"note: {service}: {text}")
        for text in found.failures:
            print(f"FAIL: {service}: {text}")
        failed = failed or found.failures
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
