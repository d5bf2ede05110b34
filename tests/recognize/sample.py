# SPDX-License-Identifier: Apache-2.0
"""Parameters for any operation of botocore's: what its model demands, and some of the rest.

They are the same every time. botocore checks lengths and ranges, not patterns; neither do we.
"""
import datetime
import zlib

ACCOUNT = "123456789012"
REGION = "us-east-1"
TIME = datetime.datetime(2026, 11, 29, 14, 40, 20, tzinfo=datetime.timezone.utc)
DEPTH = 8  # of structures in structures; models repeat themselves

# By the end of the member's name, in lower case: what a service would take.
TEXTS = {
    "accountid": ACCOUNT, "awsaccountid": ACCOUNT, "owner": ACCOUNT, "region": REGION,
    "bucket": "reports", "bucketname": "reports",
    "queueurl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders",
    "keyid": "1234abcd-12ab-34cd-56ef-1234567890ab", "cidr": "10.0.0.0/16",
    "cidrblock": "10.0.0.0/16", "copysource": "reports/old.txt",
    "imageid": "ami-0123456789abcdef0", "instanceid": "i-0123456789abcdef0",
    "vpcid": "vpc-0123456789abcdef0", "subnetid": "subnet-0123456789abcdef0",
    "statement": "SELECT * FROM orders WHERE id = '7'", "email": "alice@example.com",
    "url": "https://example.com/",
}


def arn(service, name):
    kind = name[:-3].lower() if name.lower().endswith("arn") else "thing"
    if "role" in kind:
        return f"arn:aws:iam::{ACCOUNT}:role/work"
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kind or 'thing'}/sample"


class Sampler:
    """PREFIX is the service in ARNs. OPTIONAL: how many of 100 optional members of a
    request are taken."""

    def __init__(self, prefix, optional=0):
        self.prefix = prefix
        self.optional = optional

    def parameters(self, operation):
        shape = operation.input_shape
        return self.structure(shape, 0) if shape else {}

    def wanted(self, shape, name, depth):
        if name in shape.required_members:
            return True
        return depth == 0 and zlib.crc32(f"{shape.name}.{name}".encode()) % 100 < self.optional

    def structure(self, shape, depth):
        if getattr(shape, "is_document_type", False):
            return {"a": 1}
        names = [name for name in shape.members if self.wanted(shape, name, depth)]
        if getattr(shape, "is_tagged_union", False) and not names:
            names = list(shape.members)[:1] if depth < DEPTH else list(shape.members)[-1:]
        made = {}
        for name in names:
            value = self.value(shape.members[name], name, depth + 1)
            if value is not None:
                made[name] = value
        return made

    def value(self, shape, name, depth):
        """None: it is left out."""
        if shape.type_name == "structure" and getattr(shape, "is_eventstream", False):
            return None
        if depth > 2 * DEPTH:
            return None
        return getattr(self, "of_" + shape.type_name)(shape, name, depth)

    def of_structure(self, shape, _name, depth):
        return self.structure(shape, depth)

    def of_list(self, shape, name, depth):
        few = max(1, int(shape.metadata.get("min") or 1))
        return [self.value(shape.member, name.rstrip("s"), depth + 1) for _ in range(few)]

    def of_map(self, shape, name, depth):
        few = max(1, int(shape.metadata.get("min") or 1))
        keys = [self.value(shape.key, "key", depth + 1) for _ in range(few)]
        keys = [key + (str(at) if at else "") for at, key in enumerate(keys)]
        return {key: self.value(shape.value, name, depth + 1) for key in keys}

    def of_string(self, shape, name, _depth):
        if shape.enum:
            return next((one for one in shape.enum if one), "x")
        if (shape.serialization or {}).get("jsonvalue"):
            return {"a": 1} if shape.serialization.get("location") == "header" else '{"a": 1}'
        low = name.lower()
        text = TEXTS.get(low) or next(
            (TEXTS[end] for end in TEXTS if low.endswith(end) and len(end) > 3), None)
        if not text:
            text = arn(self.prefix, name) if low.endswith("arn") else "sample"
        text += "x" * (int(shape.metadata.get("min") or 0) - len(text))
        return text[:int(shape.metadata.get("max") or 0) or None]

    def of_integer(self, shape, _name, _depth):
        return max(1, int(shape.metadata.get("min") or 1))

    of_long = of_integer

    def of_float(self, shape, _name, _depth):
        return max(0.5, float(shape.metadata.get("min") or 0))

    of_double = of_float

    def of_boolean(self, _shape, _name, _depth):
        return True

    def of_timestamp(self, _shape, _name, _depth):
        return TIME

    def of_blob(self, _shape, _name, _depth):
        return b"some bytes"
