#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes one static library of another, in which only the names of the interface can be seen.

usage: onelib.py LIBRARY OUTPUT

The objects are linked into one, and all its symbols but iam_* become local, so that a program may
have functions of its own called str_dup or policy_compile.
"""
import pathlib
import subprocess
import sys

library, output = map(pathlib.Path, sys.argv[1:])
whole = output.with_suffix(".o")
subprocess.run(["ld", "-r", "-o", whole, "--whole-archive", library], check=True)
subprocess.run(["objcopy", "--wildcard", "--keep-global-symbol=iam_*", whole], check=True)
output.unlink(missing_ok=True)
subprocess.run(["ar", "rcsD", output, whole], check=True)
whole.unlink()
