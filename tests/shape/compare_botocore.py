# SPDX-License-Identifier: Apache-2.0
"""Compares schema/api with the service models of an installed botocore. A snapshot may be older
than our model: what we have beyond it is a note, what is missing or different is a failure."""
import os
import sys

SCHEMA = sys.argv[1]
sys.path.insert(0, os.path.join(SCHEMA, "gen"))

from apimodel import error_symbol, read_model  # noqa: E402

SKIPPED = 77
# The client cannot cause it, so no operation declares it.
ALWAYS = {"SERVICE_FAILURE"}
# Required in AWS's model, but the root user, as a caller and as an owner of keys and devices, has
# none.
OPTIONAL = {("User", "Path"), ("User", "UserName"), ("AccessKey", "UserName"),
            ("MFADevice", "UserName")}
# AWS answers these all the same: when the permissions boundary does not exist, and to tags that do
# not fit together.
UNDECLARED = {("CreateRole", "NO_SUCH_ENTITY"), ("AssumeRole", "INVALID_PARAMETER_VALUE"),
              ("GetFederationToken", "INVALID_PARAMETER_VALUE"),
              ("GetWebIdentityToken", "INVALID_PARAMETER_VALUE")}

NAMES = {"int": "integer", "bool": "boolean", "time": "timestamp"}


class Comparison:
    def __init__(self, ours, theirs):
        self.ours, self.shapes, self.operations = ours, theirs["shapes"], theirs["operations"]
        self.failures, self.notes = [], []

    def members(self, where, ours, shape):
        theirs = self.shapes[shape]["members"] if shape else {}
        required = self.shapes[shape].get("required", []) if shape else []
        mine = {m.name: m for m in ours}
        for name in theirs.keys() - mine.keys():
            self.failures.append(f"{where}: no member {name}")
        for name in mine.keys() - theirs.keys():
            self.notes.append(f"{where}: member {name} is not in botocore")
        for name in theirs.keys() & mine.keys():
            must = name in required
            if must and not mine[name].required and (where, name) not in OPTIONAL:
                self.failures.append(f"{where}: {name} is required")
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

    def limit(self, where, name, ours, theirs):
        if ours != theirs.get(name, 0):
            self.failures.append(f"{where}: {name} is {theirs.get(name, 0)}, not {ours}")

    def operation(self, name):
        op, theirs = self.ours.ops.get(name), self.operations.get(name)
        if not op:
            self.failures.append(f"no operation {name}")
        elif not theirs:
            self.notes.append(f"operation {name} is not in botocore")
        elif not op.todo:
            self.members(name + " in", op.ins, theirs.get("input", {}).get("shape"))
            self.members(name + " out", op.outs, theirs.get("output", {}).get("shape"))
            self.errors(op, theirs)

    def errors(self, op, theirs):
        """Ours are those a client can cause here, which may be fewer than AWS declares."""
        declared = set()
        for error in theirs.get("errors", []):
            code = self.shapes[error["shape"]].get("error", {}).get("code", error["shape"])
            declared.add(error_symbol(code))
        ours = {error_symbol(code) for code in op.errors}
        for symbol in sorted(ours - declared - ALWAYS):
            if (op.name, symbol) in UNDECLARED:
                continue
            self.failures.append(f"{op.name}: {symbol} is not in botocore")

    def run(self):
        for name in sorted(self.ours.ops.keys() | self.operations.keys()):
            self.operation(name)
        for name, struct in self.ours.structs.items():
            if name in self.shapes:
                self.members(name, struct.members, name)
            else:
                self.notes.append(f"struct {name} is not in botocore")


def main():
    try:
        import botocore
        import botocore.loaders
    except ImportError:
        print("skipped: botocore is not installed")
        return SKIPPED
    loader = botocore.loaders.Loader()
    failed = False
    for service in ("iam", "sts"):
        directory = os.path.join(SCHEMA, "api", service)
        paths = [os.path.join(directory, name) for name in sorted(os.listdir(directory))]
        ours = read_model(paths, os.path.join(SCHEMA, "errors.txt"))
        comparison = Comparison(ours, loader.load_service_model(service, "service-2"))
        comparison.run()
        for text in comparison.notes:
            print(f"note: {service}: {text}")
        for text in comparison.failures:
            print(f"FAIL: {service}: {text}")
        failed = failed or comparison.failures
    print(f"compared with botocore {botocore.__version__}")
    return 1 if failed else 0


sys.exit(main())
