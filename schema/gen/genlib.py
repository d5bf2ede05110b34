# SPDX-License-Identifier: Apache-2.0
"""What the generators share."""
import collections
import re
import zlib

WINDOW = 32768  # that deflate looks back
BYTES_PER_LINE = 64


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


def shared_lines(documents):
    """A dictionary for pack(). What is near its end is the cheapest to refer to."""
    count = collections.Counter(line for text in documents for line in set(text.splitlines(True)))
    chosen, size = [], 0
    for line in sorted(count, key=lambda line: (-count[line], line)):
        if size + len(line.encode()) > WINDOW or count[line] < 3:
            break
        chosen.append(line)
        size += len(line.encode())
    return "".join(reversed(chosen)).encode()


def pack(text, dictionary):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zdict=dictionary)
    return packer.compress(text.encode()) + packer.flush()


def c_bytes(data):
    lines = [data[i:i + BYTES_PER_LINE] for i in range(0, len(data), BYTES_PER_LINE)]
    return "\n".join('    "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)
