# SPDX-License-Identifier: Apache-2.0
"""The certificates and keys of tests/certificates."""
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "certificates"


def text(*names):
    """Of files, one behind the other."""
    return "".join((FOLDER / name).read_text(encoding="ascii") for name in names)
