# SPDX-License-Identifier: Apache-2.0
"""What the generators share."""
import re


def write_if_changed(path, text):
    """Leaves an unchanged output alone, so that nothing that includes it is rebuilt."""
    try:
        with open(path, encoding="utf-8") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        pass
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def snake(name):
    """GetSSHPublicKey -> get_ssh_public_key"""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def c_string(text):
    """TEXT as a C string literal."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return '"' + "".join(escapes.get(c, c) for c in text) + '"'
