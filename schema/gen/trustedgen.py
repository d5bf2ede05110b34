#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""service-principals.txt -> a table of the services that work with Organizations.

usage: trustedgen.py PRINCIPALS OUTPUT
"""
import re
import sys

from genlib import c_string, write_if_changed

LINE = re.compile(r"([a-z0-9.-]+\.amazonaws\.com)(?: ([1-9]\d*))?")


def read(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("#"):
                continue
            found = LINE.fullmatch(line.rstrip("\n"))
            if not found:
                sys.exit(f"{path}:{number}: expected a service principal, and perhaps a number")
            yield found.groups()


def main():
    source, target = sys.argv[1:]
    rows = "".join(f"    {{{c_string(name)}, {most or 0}}},\n" for name, most in read(source))
    write_if_changed(target, f"""/* Generated from schema/service-principals.txt. */
#include "model/trusted_service.h"

const struct trusted_service trusted_services[] = {{
{rows}    {{.principal = NULL}},
}};
""")


main()
