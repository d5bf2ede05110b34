# SPDX-License-Identifier: Apache-2.0
"""The codes of an authenticator app (RFC 6238)."""
import base64
import hashlib
import hmac
import struct

STEP = 30


def code(seed, now, steps=0):
    """The code for a time in seconds, or so many steps after it."""
    digest = hmac.digest(base64.b32decode(seed), struct.pack(">Q", int(now) // STEP + steps),
                         hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack_from(">I", digest, start)[0] & 0x7fffffff
    return f"{number % 1000000:06}"
