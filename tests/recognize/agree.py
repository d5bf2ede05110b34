# SPDX-License-Identifier: Apache-2.0
"""Compares the permissions of lib/recognize with those of tests/reference/recognize.py, on requests
with values for the sources of every operation.

usage: agree.py PERMISSIONS_TOOL SCHEMA [ROUNDS [SEED]]
"""
import json
import os
import random
import re
import subprocess
import sys
import urllib.parse
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))
import needs  # noqa: E402 (their folder is no package)
import recognize  # noqa: E402

CALLER = {"region": "us-east-1", "account": "111122223333", "user": "alice", "now": 1700000000}
OTHER = "999988887777"
# Keys that test_dynamodb.c is about: they are worked out from expressions.
SKIPPED = {"dynamodb:LeadingKeys", "dynamodb:Attributes", "dynamodb:FullTableScan"}
# Values that decide conditions, or that a transform has to see.
KNOWN = ["true", "application", "network", "Parameter", "Document", "ou-ab12-cd", "r-ab12", "p-1",
         "instance", "volume", "hostedzone", "i-0a", "mi-0b", "vpc-0c", "default", "REGIONAL",
         "CLOUDFRONT", CALLER["account"], "alias/blue", "name:7", "/slashed/name", "x/y/z",
         "2027-01-01T00:00:00Z", "AWS-RunShellScript"]
ODD = ["*", "a?b", "${aws:username}", "ü", "a b", "%2F", "arn:aws", "a:b", "\"<&>'", "x" * 300]


def keys_of(row):
    """Of a family of keys the map."""
    return [f"{source}.@" if key.endswith("*") else source
            for key, source in row.get("k", {}).items() if key not in SKIPPED]


def sources_of(op):
    """All sources of an operation, and of its tags."""
    found = []
    actions = op.get("a", [{"r": op.get("r", [])}])
    for action in actions:
        for entry in action.get("r", ()):
            found += [source for _, source in recognize.parse_entry(entry)[2]]
        found += [re.split("[=~]", text.removeprefix("!"))[0] for text in action.get("if", ())]
        found += keys_of(action)
    found += keys_of(op)
    found += [text.split(" ")[0] for text in op.get("p", ())]
    for text in op.get("t", ()):
        form, *words = text.split(" ")
        if form == "l":
            found += [f"{words[0]}.{name}" for name in words[1:3]] + words[3:]
        elif form == "m":
            found += [words[0], words[0].removesuffix("@") + "*"]
        else:
            found.append(words[0])
    return found


def steps_of(source):
    """(kind, name, transforms) of each place that SOURCE looks at."""
    for part in re.split(r"[,+](?=[a-z]+:|')", source.split("?")[0] if source[0] != "'" else ""):
        place, *transforms = part.split("|")
        kind, _, name = place.partition(":")
        if kind in ("u", "q", "h", "b") and name:
            yield kind, name, [transform.split(":")[0] for transform in transforms]


class Maker:
    """Makes one request."""

    def __init__(self, dice, row, name):
        self.dice, self.row, self.name, self.op = dice, row, name, row["ops"][name]
        self.members = {"method": "POST", "path": "/", "labels": {}, "query": {}, "headers": {},
                        "body": {}}
        self.chance = dice.choice([0, 0.5, 0.85, 1, 1])
        self.lengths = {}
        self.is_json = row["proto"][0] in ("json", "rest-json", "smithy-rpc-v2-cbor", "http")

    def arn(self):
        """Of some type of the service, or of another service."""
        template = self.dice.choice(list(self.row["types"].values()) or ["arn:{p}:x:{r}:{a}:y/{Z}"])
        account = self.dice.choice([CALLER["account"], OTHER])
        partition = self.dice.choice(["aws", "aws", "aws-cn"])
        region = self.dice.choice([CALLER["region"], CALLER["region"], "eu-west-1"])
        text = template.replace("{p}", partition).replace("{r}", region)
        return re.sub(r"\{\w+\}", lambda _: self.word(), text.replace("{a}", account))

    def word(self):
        word = self.dice.choice(["blue", "red-1", "a.b", "T0", "n_1"])
        return word + str(self.dice.randrange(99))

    def value(self, transforms):
        dice = self.dice
        name = transforms[0] if transforms else ""
        special = {
            "url": [f"http://localhost:4566/{CALLER['account']}/{self.word()}", self.word(),
                    f"https://sqs.us-east-1.amazonaws.com/{OTHER}/{self.word()}", "http://h/q/"],
            "fn": [self.word(), self.word() + ":7", f"{OTHER}:function:{self.word()}",
                   f"{CALLER['account']}:function:{self.word()}:live", "function:" + self.word(),
                   f"us-east-1:{OTHER}:{self.word()}", f"{CALLER['account']}:{self.word()}:7",
                   f"arn:aws:lambda:us-east-1:{OTHER}:function:{self.word()}:7"],
            "kms": ["alias/blue", f"arn:aws:kms:us-east-1:{OTHER}:alias/x", self.word(),
                    self.arn()],
            "secret": [self.word(), self.word() + "-AbCdEf", self.arn() + "-a1B2c3",
                       self.arn()],
            "partiql": [f'{verb} "{self.word()}"' + dice.choice(["", '."i"']) + rest
                        for verb, rest in
                        (("SELECT * FROM", " WHERE pk='x'"),
                         ("insert into", " value {'pk':'x'}"),
                         (" Update", " SET a=1 WHERE pk='x'"),
                         ("DELETE\nFROM", " WHERE pk='x'"))],
            "eds": ["SELECT a FROM 0a-1b WHERE x", "select from a join b on c", "x"],
            "b64arn": ["eyJhIjoiYXJuOmF3czpzcXM6dXMtZWFzdC0xOjExMTEyMjIyMzMzMzpxIn0=", "no"],
            "cpbucket": ["b/k", "/b/k%20x/y", "b/k?versionId=v1", "b/a+b", "b", "b/%zz",
                         f"arn:aws:s3:us-east-1:{OTHER}:accesspoint/ap/object/k/l", "b/k?x=1"],
            "dnsname": ["*.Example.com.", "a.b", "x\\052.y", "a_b-c."],
            "lg": [self.word(), self.arn(), self.arn() + ":*",
                   f"arn:aws:logs:us-east-1:{OTHER}:log-group:/a/b:*"],
            "ec2arn": [f"{dice.choice(list(self.row.get('idtypes', {'x': 0})))}-0a1b", "odd",
                       self.arn()],
            "ec2type": ["instance", "volume", "odd"],
            "esdomain": ["search-blue-abc", "vpc-x-1", "plain"],
            "wafscope": ["REGIONAL", "CLOUDFRONT", "other"],
        }
        special["cpkey"] = special["cpversion"] = special["cpbucket"]
        if name in special and dice.random() < 0.9:
            return dice.choice(special[name])
        kind = dice.random()
        if kind < 0.45:
            return self.word()
        if kind < 0.7:
            return self.arn()
        if kind < 0.85:
            return dice.choice(KNOWN)
        return dice.choice(ODD) if self.dice.random() < 0.9 or not self.is_json else ""

    def length(self, path):
        if path not in self.lengths:
            self.lengths[path] = self.dice.choice([0, 1, 1, 2, 3]) if self.chance else 0
        return self.lengths[path]

    def put(self, tree, parts, done, transforms):
        """Puts a value at the path PARTS into TREE, whose own path is DONE."""
        head, rest = parts[0], parts[1:]
        path = f"{done}.{head}" if done else head
        following = rest[0] if rest else ""
        if following == "#":
            items = tree.setdefault(head, [])
            for n in range(self.length(f"{path}{id(items)}")):
                if n == len(items):
                    items.append({} if rest[1:] else None)
                if rest[1:]:
                    self.put_list(items, n, rest[1:], f"{path}.#{n}", transforms)
                elif items[n] is None:
                    items[n] = self.value(transforms) or "x"
        elif following and following in "@*":
            items = tree.setdefault(head, {})
            self.put_map(items, rest, path, transforms)
        elif rest:
            below = tree.setdefault(head, {})
            if isinstance(below, dict):
                self.put(below, rest, path, transforms)
        elif head not in tree and self.dice.random() <= self.chance:
            tree[head] = self.value(transforms)

    def put_list(self, items, n, parts, path, transforms):
        if isinstance(items[n], dict):
            self.put(items[n], parts, path, transforms)

    def put_map(self, items, parts, path, transforms):
        if not items:
            for _ in range(self.length(path)):
                items[self.word()] = {} if parts[1:] else self.item() or self.value([])
        for key in items if parts[1:] else ():
            if isinstance(items[key], dict):
                self.put(items[key], parts[1:], f"{path}.{key}", transforms)

    def item(self):
        """What a table's name leads to, in batches of DynamoDB."""
        return {"BatchGetItem": {"Keys": []}, "BatchWriteItem": [{}]}.get(self.name)

    def make(self):
        # What is in an element comes before the element itself.
        for source in sorted(sources_of(self.op), key=len, reverse=True):
            for kind, name, transforms in steps_of(source):
                if kind == "b":
                    self.put(self.members["body"], name.split("."), "", transforms)
                elif kind == "u":
                    self.members["labels"].setdefault(name, self.value(transforms) or "x")
                elif self.dice.random() <= self.chance:
                    place = self.members["query" if kind == "q" else "headers"]
                    place.setdefault(name, self.text(name, transforms))
        return self.members

    def text(self, name, transforms):
        if name == "x-amz-tagging":
            return self.dice.choice(["a=b", "a=b&c=%20d", "", "a=b&a=c", "x", "a+b=c"])
        return self.value(transforms)


# --- what is sent

def as_xml(tree):
    if isinstance(tree, dict):
        return "".join(f"<{name}>{as_xml(each)}</{name}>" for name, value in tree.items()
                       for each in (value if isinstance(value, list) else [value]))
    return escape(tree)


def as_form(tree, prefix=""):
    if isinstance(tree, dict):
        return [pair for name, value in tree.items()
                for pair in as_form(value, f"{prefix}.{name}" if prefix else name)]
    if isinstance(tree, list):
        return [pair for n, value in enumerate(tree, 1) for pair in as_form(value, f"{prefix}.{n}")]
    return [(prefix, tree)]


def quote(text):
    return urllib.parse.quote(text, safe="-._~")


def path_of(template, labels):
    def replace(match):
        name = match[1].removesuffix("+")
        value = labels.setdefault(name, "x")
        return "/".join(map(quote, value.split("/"))) if match[1].endswith("+") else quote(value)
    return re.sub(r"\{([^}]+)\}", replace, template)


def as_sent(row, name, members):
    """The line for permissions_tool."""
    op, proto, body = row["ops"][name], row["proto"][0], members["body"]
    line = {"service": row["id"], "operation": name, "method": "POST", "path": "/",
            "account": CALLER["account"], "user": CALLER["user"]}
    if "h" in op:
        line["method"], uri = op["h"].split(" ", 1)
        path, _, query = uri.partition("?")
        line["path"] = path_of(path, members["labels"])
        pairs = [f"{quote(k)}={quote(v)}" for k, v in members["query"].items()]
        line["query"] = "&".join([query] * bool(query) + pairs)
        members["path"] = line["path"]
    members["method"] = line["method"]
    headers = {"host": "blue.x.us-east-1.amazonaws.com", **members["headers"]}
    members["headers"] = headers
    content = {"query": "application/x-www-form-urlencoded", "rest-xml": "application/xml",
               "json": f"application/x-amz-json-{row.get('json', '1.1')}",
               "rest-json": "application/json"}
    content["ec2"] = content["query"]
    if proto in ("query", "ec2"):
        what = [("Action", name), ("Version", row["ver"][-1])]
        text = urllib.parse.urlencode(what + as_form(body))
    elif proto == "rest-xml":
        text = f"<Root>{as_xml(body)}</Root>" if body else ""
    else:
        text = json.dumps(body) if body else ""
        line["protocol"] = 2 if proto == "smithy-rpc-v2-cbor" else line.get("protocol")
        if line["protocol"] is None:
            del line["protocol"]
    line["headers"] = dict(headers)
    if text:
        line["headers"]["content-type"] = content.get(proto, "application/json")
    line["body"] = text
    return line


def reaches(tree):
    """Structures and lists without members leave nothing in forms and in XML."""
    if isinstance(tree, dict):
        pruned = {k: reaches(v) for k, v in tree.items()}
        return {k: v for k, v in pruned.items() if v not in ({}, [])}
    if isinstance(tree, list):
        return [each for each in map(reaches, tree) if each not in ({}, [])]
    return tree


def expected(row, name, members, reference):
    try:
        request = recognize.Request(row, name, members, CALLER)
        return needs.Permissions(request, reference, SKIPPED).list
    except recognize.Refused:
        return None


def plain(permission):
    permission = {k: v for k, v in permission.items() if k != "element"}
    permission["keys"] = {k: v for k, v in permission["keys"].items() if k not in SKIPPED}
    return json.dumps(permission, sort_keys=True)


def differences(rows, reference, tool, dice):
    """(service, operation, line, wanted, got) of each that is not the same."""
    cases = []
    for row in rows:
        for name in row["ops"]:
            members = Maker(dice, row, name).make()
            if row["proto"][0] in ("query", "ec2", "rest-xml"):
                members["body"] = reaches(members["body"])
            line = as_sent(row, name, members)
            cases.append((line, expected(row, name, members, reference)))
    text = "".join(json.dumps(line) + "\n" for line, _ in cases)
    answers = subprocess.run([tool], input=text, capture_output=True, text=True, check=True)
    for (line, wanted), answer in zip(cases, answers.stdout.splitlines(), strict=True):
        got = json.loads(answer)
        if (wanted is None) != ("why" in got):
            yield line, wanted, got
        elif wanted is not None:
            one = sorted({plain(p) for p in wanted})
            other = sorted({plain(p) for p in got["permissions"]})
            if one != other:
                yield line, sorted(set(one) - set(other)), sorted(set(other) - set(one))
    print(f"{len(cases)} requests, {sum(wanted is None for _, wanted in cases)} refused")


def main():
    tool, schema = sys.argv[1:3]
    rounds, seed = (int(text) for text in (sys.argv[3:] + ["1", "1"][len(sys.argv) - 3:])[:2])
    reference = needs.Reference(os.path.join(schema, "authorization.jsonl"))
    with open(os.path.join(schema, "requests.jsonl"), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    bad = 0
    for each in range(rounds):
        for line, wanted, got in differences(rows, reference, tool, random.Random(seed + each)):
            bad += 1
            if bad <= 20:
                print(f"{json.dumps(line)}\n  reference: {wanted}\n  recognised: {got}")
    print(f"{bad} differ")
    return bad != 0


sys.exit(main())
