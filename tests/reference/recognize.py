# SPDX-License-Identifier: Apache-2.0
"""What requests to other services are about, worked out from schema/requests.jsonl: slow and plain,
and sharing nothing with lib/recognize, which it is compared with. It reads no requests: members
stand in a tree, as whoever generated the request has made it. needs.py has what they need."""
import base64
import re

ABSENT = None


class Refused(Exception):
    """The request cannot be decided."""


# --- sources

def walk(tree, path):
    """(indexes, value) of all that PATH of the body leads to, in order. Structures have themselves
    for a value."""
    found = [((), tree)]
    for name in path.split("."):
        below = []
        for at, value in found:
            if name == "#":
                if isinstance(value, list):
                    below += [(at + (n,), each) for n, each in enumerate(value)]
            elif name in "@*":
                if isinstance(value, dict):
                    below += [(at + (n,), key if name == "@" else value[key])
                              for n, key in enumerate(value)]
            elif isinstance(value, dict) and name in value:
                below.append((at, value[name]))
        found = below
    return found


def list_of(path):
    """The list that the first index of PATH counts in."""
    return re.split("[#@*]", path)[0] if re.search("[#@*]", path) else ""


class Found:
    """Values by their indexes; None for elements of the list that have none."""

    def __init__(self, values, of=""):
        self.values, self.of = values, of  # {indexes: (text, origin)}
        self.there = False

    def any(self):
        return self.there or any(value is not None for value in self.values.values())


class Request:
    """One request: members of the body, labels, parameters and headers, and who sends it."""

    def __init__(self, row, operation, members, caller):
        self.row, self.name = row, operation
        self.op = row["ops"][operation]
        self.members = members
        self.caller = caller

    def raw(self, source):
        kind, _, name = source.partition(":")
        if source == "*":
            return Found({(): ("*", None)})
        if source.startswith("'"):
            return Found({(): (source[1:], None)})
        if source == "@region":
            return Found({(): (self.caller["region"], None)})
        if source == "@method":
            return Found({(): (self.members["method"], None)})
        if kind == "w":
            return Found({(): (self.members["path"], None)})
        if kind == "host":
            host = self.members["headers"].get("host", "")
            return Found({(): (host.split(".")[0].split(":")[0].lower(), None)})
        if kind in "uqh":
            value = self.members[{"u": "labels", "q": "query", "h": "headers"}[kind]].get(name)
            return Found({} if value is None else {(): (value, None)})
        return self.body(name)

    def body(self, path):
        found = Found({}, list_of(path))
        first = re.match(r"([^#@*]*[#@*])\.", path)
        if first:
            for at, _ in walk(self.members["body"], first[1]):
                found.values[at[:1]] = None
        for at, value in walk(self.members["body"], path):
            found.values.pop(at[:1], None) if len(at) > 1 else None
            found.there = True
            found.values[at] = None if isinstance(value, (dict, list)) else (value, None)
        found.values = dict(sorted(found.values.items()))
        return found

    def step(self, text):
        source, *transforms = text.split("|")
        found = self.raw(source)
        for transform in transforms:
            name, _, argument = transform.partition(":")
            found.there = False
            for at, value in found.values.items():
                if value is not None and name != "hash":
                    found.values[at] = getattr(self, f"to_{name}")(value, argument)
        return found

    def joined(self, parts):
        if len(parts) == 1:
            return self.step(parts[0])
        text, origin, counts = "", None, all(part.startswith("'") for part in parts)
        for part in parts:
            value = self.step(part).values.get(())
            if value is None:
                continue
            if parts[0].endswith("|fn") and part.startswith("q:"):
                text = self.qualified(text, value[0])
            else:
                text += value[0]
            origin = value[1] or origin
            counts |= not part.startswith("'") and value[0] != ""
        return Found({(): (text, origin)} if counts else {})

    def find(self, source):
        if source.startswith("'") and "|" not in source and "+" not in source:
            return self.raw(source)
        source, has_default, default = source.partition("?")
        result = Found({})
        for alternative in re.split(r",(?=[a-z]+:|')", source) if source else ():
            found = self.joined(re.split(r"\+(?=[a-z]+:|')", alternative))
            if result.any() and found.any() and self.contradicts(result, found, alternative):
                raise Refused("two ways")
            if not result.any() and (found.any() or not result.values):
                result = found
            elif result.of and result.of == found.of:
                for at, value in result.values.items():
                    if value is None:
                        same = [v for k, v in found.values.items() if k[0] == at[0]]
                        result.values[at] = same[0] if same else None
        if has_default:
            default = self.caller.get("user") if default == "@self" else default
            default = None if default is None else (default, None)
            if not result.values:
                result.values = {} if default is None else {(): default}
            for at, value in result.values.items():
                if value is None or value[0] == "":
                    result.values[at] = default
        return result

    def contradicts(self, first, other, alternative):
        """Whether one thing is told twice, and not the same."""
        if other.of:
            return first.of != other.of
        one, two = first.values.get(()), other.values.get(())
        if not re.search("(?i)arn([|+]|$)", alternative) or not one or not two:
            return False
        if one[0] == two[0]:
            return False
        parts = two[0].split(":")
        ends = one[0] and two[0].endswith(("/" + one[0], ":" + one[0]))
        return not (ends and is_arn(two[0]) and parts[3] in ("", self.caller["region"])
                    and parts[4] in ("", self.caller["account"]))

    # --- transforms: (text, the ARN it is a part of) -> the same, or None

    def arn(self, service, resource, region=None, account=None):
        region = self.caller["region"] if region is None else region
        account = self.caller["account"] if account is None else account
        return f"arn:aws:{service}:{region}:{account}:{resource}"

    def check_place(self, service, text):
        """ARNs of a service are of the region where it is asked."""
        if not is_arn(text) or text.split(":")[2] != service:
            return
        _, partition, _, region, account = text.split(":")[:5]
        other = region.startswith(("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"))
        fits_region = not other if partition == "aws" else other and partition.startswith("aws-")
        if region != self.caller["region"] or not re.fullmatch("[0-9]{12}", account) \
                or not fits_region:
            raise Refused("place")

    def to_tail(self, value, _):
        self.check_place(self.row["iam"], value[0])
        if not is_arn(value[0]) and re.search("[/:]", value[0]):
            raise Refused("tail")
        return (last(value[0]), value[0]) if is_arn(value[0]) else value

    def to_sub(self, value, _):
        parts = value[0].split(":", 5)
        if is_arn(value[0]) and re.search("[:/]", parts[5]):
            return value[0][:len(value[0]) - len(last(value[0])) - 1], value[1]
        return value

    def to_as(self, value, name):
        template = self.row["types"][name]
        whole = value[1] or value[0]
        if fits(template, whole):
            return whole, value[1]
        return self.fill(template, {"": value[0]}, value[1]), value[1]

    def to_pre(self, value, text):
        return (text + value[0], value[1]) if value[0] else value

    def to_post(self, value, text):
        return (value[0] + text, value[1]) if value[0] else value

    def to_strip(self, value, text):
        return value[0].removeprefix(text), value[1]

    def to_notaccount(self, value, _):
        return ABSENT if re.fullmatch("[0-9]{12}", value[0]) else value

    def to_url(self, value, _):
        text = value[0]
        if is_arn(text) and "/" not in text:
            self.check_place("sqs", text)
            return value
        if is_arn(text) or re.search(r"[?#%;\\ ]", text) or text.endswith("/"):
            raise Refused("url")
        front, slash, name = text.rpartition("/")
        account = front.rpartition("/")[2]
        if slash and re.fullmatch("[0-9]{12}", account) and account != self.caller["account"]:
            return self.arn("sqs", name, account=account), None
        return name, None

    def to_b64arn(self, value, _):
        try:
            text = base64.b64decode(value[0], validate=True).decode()
        except ValueError:
            return ABSENT
        found = re.search('arn:[^"]*', text)
        if found and ("\\" in text or text.count("arn:") > 1):
            raise Refused("handle")
        return (found[0], None) if found else ABSENT

    def to_fn(self, value, _):
        text = value[0]
        if is_arn(text):
            self.check_place("lambda", text)
            if text.split(":")[2] == "lambda" and not text.split(":", 5)[5].startswith("function:"):
                raise Refused("function")
            return value
        region, account, name = re.fullmatch(
            "(?:([a-z]{2}(?:-[a-z]+)+-[0-9]):)?(?:([0-9]{12}):)?(?:function:)?(.*)", text,
            re.S).groups()
        if name.count(":") > 1 or text.startswith("arn:") or region not in (
                None, self.caller["region"]):
            raise Refused("function")
        if account in (None, self.caller["account"]):
            return name, None
        return self.arn("lambda", f"function:{name}", account=account), None

    @staticmethod
    def qualified(function, qualifier):
        name = function.split(":", 6)[6] if is_arn(function) and function.count(":") > 5 \
            else function
        if not qualifier:
            return function
        if ":" not in name:
            return function + qualifier
        if name.split(":", 1)[1] != qualifier[1:]:
            raise Refused("qualifier")
        return function

    def to_kms(self, value, _):
        self.check_place("kms", value[0])
        name = value[0].split(":", 5)[5] if is_arn(value[0]) else value[0]
        if not name.startswith("alias/"):
            return value
        return "*", value[0] if is_arn(value[0]) else self.arn("kms", name)

    def to_alias(self, value, _):
        return value if is_arn(value[0]) else (value[0].removeprefix("alias/"), None)

    def to_aliasonly(self, value, _):
        name = value[0].split(":", 5)[5] if is_arn(value[0]) else value[0]
        return (name, None) if name.startswith("alias/") else ABSENT

    def to_secret(self, value, _):
        self.check_place("secretsmanager", value[0])
        name = value[0].split(":", 5)[5].removeprefix("secret:") if is_arn(value[0]) else value[0]
        if ":" in name:
            raise Refused("secret")
        if is_arn(value[0]) and re.search(".-[A-Za-z0-9]{6}$", value[0]):
            return value
        return value[0] + "-??????", value[1]

    def to_param(self, value, _):
        if is_arn(value[0]):
            return ":".join(value[0].split(":")[:6]), None
        return value[0].split(":")[0].removeprefix("/"), None

    def to_slash(self, value, _):
        return value if is_arn(value[0]) or value[0].startswith("/") else ("/" + value[0], None)

    def to_doc(self, value, _):
        owned = value[0].lower().startswith(("aws", "amazon", "amzn"))
        if not owned or is_arn(value[0]):
            return value
        return self.arn("ssm", f"document/{value[0]}", account=""), None

    def to_lg(self, value, _):
        parts = value[0].split(":")
        return (parts[6] if len(parts) > 6 else "", value[0]) if is_arn(value[0]) else value

    def to_bus(self, value, _):
        name, origin = value
        if is_arn(name):
            name, origin = name.split(":", 5)[5].removeprefix("event-bus/"), name
        return ("" if name in ("", "default") else name + "/"), origin

    def to_td(self, value, _):
        revision = ":" in value[0].rpartition("/")[2]
        return value if revision or not value[0] else (value[0] + ":*", value[1])

    def to_eds(self, value, _):
        words = re.findall(r"'[^']*'?|\"[^\"]*\"?|[A-Za-z0-9_-]+|[^\x00-\x20]", value[0])
        stores = [words[n + 1] for n, word in enumerate(words[:-1]) if word.lower() == "from"]
        joins = any(word.lower() == "join" for word in words)
        if len(stores) == 1 and not joins and len(stores[0]) > 1:
            return stores[0], None
        return ABSENT

    def to_path(self, value, _):
        return value[0].removeprefix("/"), value[1]

    def to_host(self, value, _):
        return (value[0].split("://", 1)[1] if "://" in value[0] else value[0]), value[1]

    def to_role(self, value, _):
        return value if is_arn(value[0]) else (self.role(value[0]), None)

    def role(self, name):
        return self.arn("iam", "role/" + name.removeprefix("/"), region="")

    def to_profile(self, _value, _):
        return self.role("*"), None

    def to_ec2arn(self, value, _):
        kind = self.row["idtypes"].get(value[0].rpartition("-")[0])
        if is_arn(value[0]) or not kind:
            return value
        return self.fill(self.row["types"][kind], {"": value[0]}, None), None

    def to_ec2type(self, value, _):
        template = self.row["types"].get(value[0])
        return (self.fill(template, {}, None) if template
                else self.arn("ec2", value[0] + "/*")), None

    def to_wafscope(self, value, _):
        scope = {"CLOUDFRONT": "global", "REGIONAL": "regional"}.get(value[0])
        return (scope, None) if scope else ABSENT

    def to_dnsname(self, value, _):
        name = value[0].removesuffix(".").encode().lower()
        out = re.sub(rb"(\\(?=[0-9]{3}))|[^a-z0-9_.-]",
                     lambda m: m[0] if m[1] else b"\\%03o" % m[0][0], name)
        return out.decode(), None

    def to_esdomain(self, value, _):
        found = re.match("(?:search|vpc)-(.*)", value[0], re.S)
        if not found:
            return value
        return (found[1].rpartition("-")[0] if "-" in found[1] else found[1]), None

    def copy_source(self, value):
        path, mark, version = value[0].partition("?")
        if mark and not re.fullmatch("versionId=[^&?%+]+", version) or "+" in path:
            raise Refused("copy source")
        try:
            path = unquote(path).removeprefix("/")
        except ValueError as error:
            raise Refused("copy source") from error
        if is_arn(path) and "/object/" in path:
            bucket, _, key = path.partition("/object/")
        else:
            bucket, _, key = path.partition("/")
            if is_arn(bucket):
                raise Refused("copy source")
        if not bucket or not key:
            raise Refused("copy source")
        return bucket, key, version.removeprefix("versionId=") if mark else None

    def to_cpbucket(self, value, _):
        return self.copy_source(value)[0], None

    def to_cpkey(self, value, _):
        return self.copy_source(value)[1], None

    def to_cpversion(self, value, _):
        version = self.copy_source(value)[2]
        return None if version is None else (version, None)

    def to_partiql(self, value, _):
        """Generated statements are of this form; test_permissions.c has the others."""
        found = re.search(r'(?:from|into|update)\s+"([^"]+)"(?:\."([^"]+)")?', value[0], re.I)
        if not found:
            raise Refused("statement")
        return found[1] + (f"/index/{found[2]}" if found[2] else ""), None

    # --- resources

    def fill(self, template, values, origin):
        own = {"p": "aws", "r": self.caller["region"] or "*", "a": self.caller["account"] or "*"}
        if origin and is_arn(origin) and origin.split(":")[2] == template.split(":")[2]:
            parts = origin.split(":")
            for name, part in (("p", parts[1]), ("r", parts[3]), ("a", parts[4])):
                own[name] = part or own[name]
        names = re.findall(r"\{(\w+)\}", template)

        def replace(match):
            before, name = match[1], match[2]
            if name in own:
                return before + own[name]
            value = values.get(name)
            if value is None and name == names[-1]:
                value = values.get("")
            if value is None:
                value = "*"
            at = max(before.rfind(":"), before.rfind("/")) + 1
            repeated = before[at:] if at else ""
            return before + (value.removeprefix(repeated) if repeated else value)

        return re.sub(r"([^{}]*)\{(\w+)\}", replace, template)

    def resource(self, entry, values):
        """What ENTRY is about, when its sources have these values; None: it does not count."""
        found = self.written(entry, values)
        return lower(found) if found and self.row.get("foldednames") else found

    def written(self, entry, values):
        optional, kind, fills = parse_entry(entry)
        template = None if kind == "?" else self.row["types"][kind]
        for name, source in fills:
            member = source not in ("*",) and not source.startswith("'") and "?" not in source
            if optional and member and not (values[name] and values[name][0]):
                return None
        if len(fills) == 1 and fills[0][0] == "":
            value = values[""]
            if value is None:
                return None
            if is_arn(value[0]):
                return value[0]
            if template is None or value[0] == "":
                return "*"
            return self.fill(template, {"": value[0]}, value[1])
        texts = {name: value and value[0] for name, value in values.items()}
        if template.startswith("arn:{p}:s3:::{"):
            bucket = texts.get("BucketName")
            if bucket and is_arn(bucket) and bucket.split(":")[4]:
                if "/" not in template:
                    return bucket
                key = texts.get("ObjectName")
                return f"{bucket}/object/{'*' if key is None else key}"
            return self.fill(template, texts, None)
        origin = None
        for name, _ in fills:
            value = values[name]
            if value is None:
                continue
            origin = origin or value[1]
            if is_arn(value[0]):
                if fits(template, value[0]):
                    return value[0]
                origin = origin or value[0]
                texts[name] = last(value[0])
        return self.fill(template, texts, origin)


def parse_entry(entry):
    kind, *fills = entry.removeprefix("~").split(" ")
    return entry.startswith("~"), kind, [tuple(fill.split("=", 1)) for fill in fills]


def unquote(text):
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        raise ValueError(text)
    raw = re.sub(rb"%(..)", lambda m: bytes([int(m[1], 16)]), text.encode())
    return raw.decode()


def lower(text):
    """Without its capitals of ASCII."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def is_arn(text):
    return text.startswith("arn:") and text.count(":") >= 5


def last(text):
    return re.split("[:/]", text)[-1]


def fits(template, text):
    if not is_arn(text):
        return False
    own, of = template.split(":", 5), text.split(":", 5)
    pieces = re.split(r"\{\w+\}", own[5])
    # A placeholder takes as little as it can, the last one all there is.
    pattern = re.escape(pieces[0])
    for n, piece in enumerate(pieces[1:], 1):
        end = n == len(pieces) - 1
        pattern += (".*" if end else ".+?") + re.escape(piece)
    return own[2] == of[2] and of[5] != "" and re.fullmatch(pattern, of[5], re.S) is not None


def together(one, other):
    """Whether two elements are the same, or one is in the other."""
    n = min(len(one), len(other))
    return one[:n] == other[:n]
