# SPDX-License-Identifier: Apache-2.0
"""What requests to other services need, worked out from schema/requests.jsonl: slow and plain, and
sharing nothing with lib/recognize, which it is compared with. It reads no requests: members stand in
a tree, as whoever generated the request has made it."""
import base64
import calendar
import json
import re
import time

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

    # --- transforms: (text, the ARN it is a part of) -> the same, or None

    def arn(self, service, resource, region=None, account=None):
        region = self.caller["region"] if region is None else region
        account = self.caller["account"] if account is None else account
        return f"arn:aws:{service}:{region}:{account}:{resource}"

    def to_tail(self, value, _):
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
        if is_arn(text):
            return value
        if re.search(r"[?#%;\\ ]", text) or text.endswith("/"):
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
        return (found[0], None) if found else ABSENT

    def to_fn(self, value, _):
        partial = re.fullmatch("([0-9]{12}):function:(.*)", value[0], re.S)
        if is_arn(value[0]):
            return value
        if not partial:
            return value[0].removeprefix("function:"), None
        if partial[1] == self.caller["account"]:
            return partial[2], None
        return self.arn("lambda", f"function:{partial[2]}", account=partial[1]), None

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


# --- which keys an action and a type have

def folded(key):
    return re.split(r"[$<*]", key)[0].lower()


class Reference:
    def __init__(self, path):
        self.rows, self.types = {}, {}
        with open(path, encoding="utf-8") as file:
            for row in map(json.loads, file):
                self.rows[row["service"]] = row
                self.types |= {key.lower(): kind for key, kind in row["keys"].items()}

    def keys(self, action, kind):
        """Names of the keys of ACTION for KIND, None for all of them; None: it is not known."""
        prefix, name = action.split(":")
        row = self.rows.get(prefix)
        if not row or name not in row["actions"]:
            return None
        contexts = row.get("contexts", {"lists": [], "actions": {}, "types": {}})
        lists, kinds = contexts["lists"], contexts["actions"].get(name, {})
        if kind is None:
            numbers = list(kinds.values())
        else:
            kind = kind.split(":")[-1]
            numbers = [kinds.get(""), kinds.get(kind), contexts["types"].get(kind)]
        return {folded(key) for n in numbers if n is not None for key in lists[n]}

    def tagged(self, action, kind):
        """Whether ACTION, on KIND, has the tags of the request for keys."""
        prefix, name = action.split(":")
        row = self.rows.get(prefix, {})
        contexts = row.get("contexts", {"lists": [], "actions": {}})
        kinds = contexts["actions"].get(name, {}) if name in row.get("actions", ()) else {}
        numbers = kinds.values() if kind is None else [kinds.get(""), kinds.get(kind.split(":")[-1])]
        return any(folded(key) in ("aws:requesttag/", "aws:tagkeys")
                   for n in numbers if n is not None for key in contexts["lists"][n])


# --- permissions

def squeezed(text):
    return re.sub("[ \t\n\r]", "", text).lower()


class Permissions:
    """All that a request needs: list of dictionaries, as permissions_tool prints them."""

    def __init__(self, request, reference, skipped_keys=()):
        self.request, self.reference, self.skipped = request, reference, skipped_keys
        self.list, self.visited, self.covered = [], set(), set()
        op = request.op
        actions = op.get("a", [{"n": request.name, "r": op.get("r", [])}])
        prefix = request.row["iam"]
        self.actions = [{**a, "n": a["n"] if ":" in a["n"] else f"{prefix}:{a['n']}"}
                        for a in actions]
        self.tags_anywhere = not any(reference.tagged(a["n"], None) for a in self.actions)
        if request.name in request.row.get("free", ()):
            return
        self.always = any(not a.get("if") for a in self.actions)
        for action in self.actions:
            self.add_action(action)
        if self.actions and (self.visited - self.covered or not (self.always or self.list)):
            raise Refused("nothing")
        first = self.list[0]["resource"] if self.list else "*"
        for role in op.get("p", ()):
            self.add_role(role, first)

    def holds(self, condition, at, of):
        negated, text = condition.startswith("!"), condition.removeprefix("!")
        source, sign, wanted = re.fullmatch("([^=~]*)([=~]?)(.*)", text).groups()
        found = self.request.find(source)
        values, same = found.values, bool(of and found.of == of)
        if same:
            values = {k: v for k, v in values.items() if together(k, at)}
        texts = [squeezed(v[0]) for v in values.values() if v is not None]
        if not sign:
            any_ = bool(texts) or (found.any() and not same)
        else:
            wanted = squeezed(wanted)
            any_ = any(t == wanted if sign == "=" else t.startswith(wanted) for t in texts)
        return any_ != negated

    def is_single(self, condition):
        source = re.split("[=~]", condition.removeprefix("!"))[0]
        found = self.request.find(source)
        return not found.of or not found.values

    def add_action(self, action):
        conditions = action.get("if", [])
        if not all(self.holds(c, (), "") for c in conditions if self.is_single(c)):
            return
        found_any = False
        for entry in action.get("r", []):
            for at, of, values in self.elements(entry):
                resource = self.request.resource(entry, values)
                if resource is None:
                    continue
                found_any = True
                wanted = all(self.holds(c, at, of) for c in conditions)
                if of and not self.always:
                    self.visited.add(at[0])
                    self.covered |= {at[0]} if wanted else set()
                if wanted:
                    self.add(action, entry, resource, at, of)
        if not found_any and all(self.holds(c, (), "") for c in conditions):
            self.add(action, None, "*", (), "")

    def elements(self, entry):
        """(indexes, list, {placeholder: value}) of each resource of ENTRY."""
        _, _, fills = parse_entry(entry)
        found = {name: self.request.find(source) for name, source in fills}
        lists = [f for f in found.values() if f.of and f.values]
        if not lists:
            return [((), "", {name: f.values.get(()) if not f.of else None
                              for name, f in found.items()})]
        leader = max(lists, key=lambda f: len(next(iter(f.values))))
        result = []
        for at in leader.values:
            values = {}
            for name, f in found.items():
                if not f.of:
                    values[name] = f.values.get(())
                else:
                    same = [v for k, v in f.values.items() if together(k, at)]
                    values[name] = same[0] if same else None
            result.append((at, leader.of, values))
        return result

    def add(self, action, entry, resource, at, of):
        kind = parse_entry(entry)[1] if entry else None
        own = {} if kind is None or kind == "?" else {"kind": kind}
        allowed = self.reference.keys(action["n"], own.get("kind"))
        tagged = self.tags_anywhere or self.reference.tagged(action["n"], own.get("kind"))
        kind = own.get("kind")
        if kind is None and resource != "*" and self.request.op.get("t"):
            kind = next((name for name, template in sorted(self.request.row["types"].items())
                         if fits(template, resource)), None)
        if resource == "*":
            kind = None
        single, lists = {}, {}
        for key, source in {**self.request.op.get("k", {})}.items():
            self.add_key(key, source, allowed, at, of, single, lists)
        for key, source in action.get("k", {}).items():
            self.add_key(key, source, allowed, at, of, single, lists)
        self.add_computed(allowed, lists)
        tags, tag_keys = self.tags(at, of, kind) if self.request.op.get("t") else ({}, [])
        if self.is_object_tags():
            if allowed is None or "s3:requestobjecttag/" in allowed:
                lists |= {f"s3:RequestObjectTag/{k}": v for k, v in tags.items()}
            if tag_keys and (allowed is None or "s3:requestobjecttagkeys" in allowed):
                lists["s3:RequestObjectTagKeys"] = tag_keys
        if self.is_object_tags() or not tagged:
            tags, tag_keys = {}, []
        for turn in range(max([1] + [len(v) for v in single.values()])):
            keys = {key: v[turn % len(v)] for key, v in single.items()} | lists
            self.append({"action": action["n"], "resource": resource, "type": kind, "keys": keys,
                         "tags": tags, "tag_keys": tag_keys, "hint": False})

    def append(self, permission):
        if permission not in self.list:
            self.list.append(permission)

    def is_object_tags(self):
        return any(self.request.name in names
                   for names in self.request.row.get("tagkey", {}).values())

    def add_key(self, key, source, allowed, at, of, single, lists):
        if key in self.skipped or (allowed is not None and folded(key) not in allowed):
            return
        if key.endswith("*"):
            for _, name in walk(self.request.members["body"], source.removeprefix("b:") + ".@"):
                value = walk(self.request.members["body"], source.removeprefix("b:"))[0][1][name]
                lists[key[:-1] + name] = value
            return
        found = self.request.find(source)
        values = found.values
        if of and found.of == of:
            values = {k: v for k, v in values.items() if together(k, at)}
        texts = [v[0] for v in values.values() if v is not None]
        many = self.reference.types.get(key.lower(), "").startswith("ArrayOf")
        if many and key not in self.request.row.get("single", ()):
            if texts:
                lists[key] = texts
        elif texts:
            single[key] = texts

    def add_computed(self, allowed, lists):
        caller = self.request.caller
        values = {"s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256",
                  "s3:TlsVersion": "1.3", "kms:CallerAccount": caller["account"],
                  "s3:x-amz-content-sha256":
                      self.request.members["headers"].get("x-amz-content-sha256")}
        members = self.request.members
        until = members["headers"].get("x-amz-object-lock-retain-until-date",
                                       members["body"].get("RetainUntilDate"))
        if until and re.fullmatch("[0-9]{10,}", until):
            values["s3:object-lock-remaining-retention-days"] = str(
                (int(until) - caller["now"]) // 86400)
        if until and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", until):
            then = calendar.timegm(time.strptime(until, "%Y-%m-%dT%H:%M:%SZ"))
            if then >= caller["now"]:
                days = str((then - caller["now"]) // 86400)
                values["s3:object-lock-remaining-retention-days"] = days
        if "Transact" in self.request.name:
            values["dynamodb:EnclosingOperation"] = self.request.name
        actions = [self.reference.keys(a["n"], None) or set() for a in self.actions]
        for key in self.request.row.get("computed", ()):
            there = any(folded(key) in keys for keys in actions)
            if there and key in values and values[key] is not None and \
                    (allowed is None or folded(key) in allowed):
                lists[key] = values[key]

    def tags(self, at, of, kind):
        tags, keys = {}, []
        for text in self.request.op["t"]:
            form, *words = text.split(" ")
            if form == "f":
                found = self.request.find(words[0]).values.get(())
                for pair in found[0].split("&") if found and found[0] else ():
                    name, _, value = pair.partition("=")
                    self.add_tag(tags, keys, unquote(name.replace("+", " ")),
                                 unquote(value.replace("+", " ")))
                continue
            names = self.request.find(f"{words[0]}.{words[1]}" if form == "l" else words[0])
            aligned = bool(of and names.of == of)
            beside = {}
            if form == "l":
                beside = self.request.find(f"{words[0]}.{words[2]}").values
            elif form == "m":
                beside = self.request.find(words[0].removesuffix("@") + "*").values
            for place, name in names.values.items():
                if name is None or (aligned and not together(place, at)):
                    continue
                if len(words) > 3 and not aligned and kind is not None:
                    types = self.request.find(words[3]).values
                    if not any(t and t[0] == kind for k, t in types.items() if k[0] == place[0]):
                        continue
                value = beside.get(place)
                self.add_tag(tags, keys, name[0],
                             None if form == "k" else value[0] if value else "")
        return tags, keys

    @staticmethod
    def add_tag(tags, keys, name, value):
        if name in keys:
            raise Refused("tag twice")
        keys.append(name)
        if value is not None:
            tags[name] = value

    def add_role(self, text, first):
        source, _, principal = text.partition(" ")
        row = self.request.row
        principal = principal or row.get("to") or f"{row['sign'][0]}.amazonaws.com"
        for value in self.request.find(source).values.values():
            if not value or not value[0]:
                continue
            role = value[0] if is_arn(value[0]) else self.request.role(value[0])
            keys = {"iam:PassedToService": principal}
            if first != "*":
                keys["iam:AssociatedResourceArn"] = first
            self.append({"action": "iam:PassRole", "resource": role, "type": "role", "keys": keys,
                         "tags": {}, "tag_keys": [], "hint": "pq" in self.request.op})


def together(one, other):
    """Whether two elements are the same, or one is in the other."""
    n = min(len(one), len(other))
    return one[:n] == other[:n]
