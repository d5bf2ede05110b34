#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Include directions: a module uses only those listed for it here.

usage: layers.py ROOT. Prints file:line for each include that goes against the table and exits 1.
"""

import pathlib
import re
import sys

# Bottom up; lib/README.md draws the same.
MAY_INCLUDE = {
    "base": set(),
    "shape": {"base"},
    "page": {"base"},
    "model": {"base"},
    "federation": {"base"},
    "policy": {"base", "model"},
    "inheritance": {"base", "policy"},
    "store": {"base", "shape"},
    "authz": {"base", "model", "policy"},
    "lint": {"base", "model", "policy"},
    "embed": {"base", "model", "policy", "authz"},
    "evaluate": {"base", "model", "policy", "authz"},
    "call": {"base", "shape", "model", "store"},
    "entity": {"base", "shape", "model", "store", "call"},
    "recognize": {"base", "shape", "model", "policy", "authz", "call"},
    "record": {"base", "shape", "model", "policy", "authz", "store", "call"},
    "access": {"base", "shape", "model", "policy", "authz", "store", "call", "entity", "record"},
    "observe": {"base", "model", "policy", "lint", "authz", "store", "call", "record"},
    "authn": {"base", "shape", "model", "policy", "store", "call", "record", "access"},
    "resource": {"base", "shape", "model", "policy", "authz", "store", "call", "record", "access",
                 "recognize"},
    "guard": {"base", "shape", "model", "policy", "authz", "store", "call", "entity", "record",
              "access", "authn", "recognize", "resource"},
    "jose": {"base", "federation", "model", "store", "call", "access"},
    "sandbox": {"base", "model", "store", "call", "record", "access", "authn", "jose",
                "observe"},
    "svc": {"base", "shape", "model", "federation", "policy", "inheritance", "authz", "store",
            "call", "entity", "record", "access", "authn", "jose"},
    "server/cli": {"base", "model", "call", "access", "authn", "lint", "evaluate", "server",
                   "server/http"},
    "server/vend": {"base", "shape", "model", "store", "call", "entity", "access", "sandbox", "svc",
                    "server", "server/api"},
    "server/console": {"base", "shape", "model", "page", "policy", "lint", "store", "call",
                       "entity", "record", "authz", "access", "authn", "svc", "server",
                       "server/api", "server/page"},
    "server/own": {"base", "shape", "model", "policy", "store", "call", "entity", "record", "authz",
                   "access", "authn", "jose", "evaluate", "guard", "lint", "observe",
                   "recognize", "resource", "sandbox", "svc", "server", "server/api", "server/cli"},
    "server/page": {"base", "shape", "page", "call", "record", "authz", "access", "authn", "store",
                    "server", "server/api"},
    "server/signin": {"base", "shape", "page", "model", "store", "call", "record", "authz",
                      "access", "authn", "svc", "server", "server/api", "server/cli",
                      "server/page"},
    "server/api": {"base", "shape", "model", "policy", "store", "call", "record", "authz", "access",
                   "authn", "jose", "observe", "evaluate", "sandbox", "svc", "server", "server/cli",
                   "server/own", "page", "server/page"},
    "server/http": {"base", "call", "jose", "sandbox", "server", "server/api", "server/cli"},
    "server": {"base", "model", "store", "call", "record", "access", "authn", "sandbox",
               "server/cli", "server/http"},
}

# Headers written at build time and the module they belong to.
GENERATED = {
    "err.h": "base",
    "account_api.h": "shape",
    "iam_api.h": "shape",
    "signin_api.h": "shape",
    "sts_api.h": "shape",
    "organizations_api.h": "shape",
    "resources.h": "shape",
    "quotas.h": "model",
    "own_api.h": "shape",
    "console_api.h": "shape",
    "imds_api.h": "shape",
    "pages.h": "page",
    "queries.h": "store",
    "entities.h": "entity",
}

# Libraries, and who may know of them: a module or one file.
EXTERNAL = {
    "microhttpd.h": {"server/http/http.c", "server/http/streams.h"},
    "sqlite3.h": {"lib/store/sqlite_priv.h"},
    "jansson.h": {"shape", "page", "policy", "jose", "server/api", "server/own", "server/page",
                  "server/signin",
                  "server/vend",
                  "server/console", "server/cli/ask.h", "server/cli/events.c",
                  "server/cli/health.c", "server/cli/yaml.h"},
    "nettle/": {"authn", "base", "access", "jose"},
    "libxml/": {"federation"},
    "xmlsec/": {"federation"},
    "gcrypt.h": {"federation"},
    "gnutls/": {"federation"},
    "curl/": {"federation"},
    "crypt.h": {"lib/authn/password.c"},
    "qrencode.h": {"lib/svc/qr_code.c"},
}

# Only the program logs; the log itself is part of base.
LOG_USERS = {"base", "server", "server/api", "server/cli", "server/http", "server/vend"}

INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')


def module_of(path):
    """The module of a source file or of an included header with a folder, or None."""
    parts = path.split("/")
    if parts[0] == "lib":
        parts = parts[1:]
    room = "/".join(parts[:2])
    if room in MAY_INCLUDE:
        return room
    return parts[0] if len(parts) > 1 and parts[0] in MAY_INCLUDE else None


def check_system(path, module, header):
    for prefix, users in EXTERNAL.items():
        if header.startswith(prefix) and not {path, module} & users:
            return f"<{header}> is for {', '.join(sorted(users))} only"
    return None


def check_own(path, module, header):
    target = GENERATED.get(header) or module_of(header)
    if target is None:
        return f'"{header}" names no module: write its folder, as in "base/str.h"'
    if header.endswith("_priv.h") and target != module:
        return f'"{header}" is private to {target}'
    if header == "base/log.h" and module not in LOG_USERS:
        return f"{module} must not log: return the error instead"
    if target != module and target not in MAY_INCLUDE[module]:
        return f"{module} must not include {target} ({header})"
    return None


def check_file(root, path):
    module = module_of(path)
    problems = []
    for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        check = check_own if include[1] == '"' else check_system
        problem = check(path, module, include[2])
        if problem:
            problems.append(f"{path}:{number}: {problem}")
    return problems


def main(root):
    problems = []
    for folder in ["lib", "server"]:
        for file in sorted((root / folder).rglob("*.[ch]")):
            problems += check_file(root, file.relative_to(root).as_posix())
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
