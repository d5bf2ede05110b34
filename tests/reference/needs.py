# SPDX-License-Identifier: Apache-2.0
"""The permissions that requests to other services need, with condition keys and tags."""
import calendar
import json
import re
import time

from recognize import Refused, fits, is_arn, parse_entry, together, unquote, walk


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
        numbers = kinds.values()
        if kind is not None:
            numbers = [kinds.get(""), kinds.get(kind.split(":")[-1])]
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
