#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unicode's letters, separators and numbers (L, Z, N) beyond ASCII, as ranges for C."""
import sys
import unicodedata

from genlib import write_if_changed


def ranges():
    found = []
    for point in range(0x80, 0x110000):
        if unicodedata.category(chr(point))[0] in "LZN":
            if found and found[-1][1] == point - 1:
                found[-1][1] = point
            else:
                found.append([point, point])
    return found


rows = "\n".join(f"    {{0x{first:x}, 0x{last:x}}}," for first, last in ranges())
write_if_changed(sys.argv[1], f"""/* Generated from Unicode {unicodedata.unidata_version}. */
static const struct tag_range {{
    uint32_t first, last;
}} tag_ranges[] = {{
{rows}
}};
""")
