# SPDX-License-Identifier: Apache-2.0
"""Reads the API model of one service (schema/README.md explains the language)."""
import re
import sys
from dataclasses import dataclass, field
from typing import Optional

import resources
from apicheck import (PLACES, ModelError, check_members, check_op, check_routes, fail,
                      share_answer)
from pattern import Automaton, PatternError

BASES = ("string", "int", "bool", "time", "blob", "document", "raw")
# What stands behind the protocol in the service line: one more word of it may be missing.
PROTOCOLS = {"query": ("version", "xmlns"), "json-1.0": ("version", "target"),
             "json-1.1": ("version", "target"), "rest-json": ("version",)}
WHY = ("missing", "choice", "pattern", "short", "long", "low", "high", "token")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "*")  # the last: any
ACCESS = ("list", "read", "write", "permissions", "tagging")
CHOICES = ("admin", "public", "signed-in", "apart", "alone", "ends")  # who calls; what else goes on
# Clauses without words, and what they say of the operation.
FLAGS = {"no-permission": {"free": True}, "stores-nothing": {"stores": False},
         "unsigned": {"signed": False, "prove": True}, "prove": {"prove": True},
         "root-only": {"root_only": True}, "while-closed": {"while_closed": True},
         "tell": {"tell": True}, "slow": {"slow": True}, "empty-result": {"result": True},
         "verbatim": {"verbatim": True},
         **{word: {"callers": word} for word in CHOICES[:3]},
         **{word: {"entry": word} for word in CHOICES[3:]}}
# Where the caller's account may stand in its organization.
STANDINGS = ("management", "delegate", "named", "own", "member", "standalone")
# What a page adds to the request, and to the answer behind the list.
TEXT_WORDS = ("shown", "encoded", "sensitive", "folded")
PAGES = {"query": (("Marker Marker", "MaxItems MaxItems default 100"),
                   ("IsTruncated bool required", "Marker string")),
         "json": (("NextToken NextToken", "MaxResults MaxResults default 20"),
                  ("NextToken string",))}


@dataclass
class Type:
    where: str
    name: str
    base: str
    min: int = 0
    max: int = 0
    pattern: str = ""
    automaton: Optional[Automaton] = None  # of the pattern
    must: str = ""
    choices: tuple = ()
    shown: bool = False
    encoded: bool = False
    sensitive: bool = False
    folded: bool = False
    between: bool = False
    millis: bool = False
    iso8601: bool = False


@dataclass
class Member:
    where: str
    name: str
    type: str
    is_list: bool = False
    is_map: bool = False
    required: bool = False
    kept: bool = False
    nullable: bool = False
    inside: str = ""  # AWS's own name, which decides the order in XML; empty: the name
    place: str = "body"
    header: str = ""  # with place header: its name; with payload: the media type
    default: Optional[str] = None
    min: int = 0
    max: int = 0


@dataclass
class Struct:
    where: str
    name: str
    members: list = field(default_factory=list)


@dataclass
class Auth:
    where: str
    action: str
    target: str = "star"
    kind: str = ""
    member: str = ""
    path: str = ""
    old: str = ""
    condition: str = ""
    claim: str = ""
    self: bool = False
    named: bool = False
    passed_to: str = ""
    inside: bool = False  # the member is a struct that begins with the name
    needed: bool = False  # by the handshake that the condition names


@dataclass
class Key:
    where: str
    name: str
    member: str = ""
    kind: str = ""
    behind: str = ""
    value: str = ""


@dataclass
class Route:
    """An `http` line. Parts of the path are texts, or members in braces."""
    where: str
    method: str
    path: str
    query: str
    status: int = 200

    def labels(self):
        return re.findall(r"\{(\w+)\+?\}", self.path)

    def order(self):
        """Texts before members, and those before a rest of any length: the first that fits wins."""
        kinds = [(2 if part.endswith("+}") else part.startswith("{"), part)
                 for part in self.path.split("/")]
        return kinds, not self.query, self.query, self.method


@dataclass
class Op:
    where: str
    name: str
    access: str
    todo: bool
    routes: list = field(default_factory=list)
    ins: list = field(default_factory=list)
    outs: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    auth: list = field(default_factory=list)
    keys: list = field(default_factory=list)
    standing: list = field(default_factory=list)  # words of STANDINGS; empty: nobody asks
    own: str = ""  # the member that names the caller's own account, or nothing
    mfa: tuple = ()  # where it is declared, and the members with serial number and code
    free: bool = False  # no-permission
    root_only: bool = False  # of those with the permission, only root users
    while_closed: bool = False  # also in a closed account
    stores: bool = True  # else stores-nothing
    signed: bool = True  # else unsigned
    prove: bool = False  # has a hook before its transaction
    tell: bool = False  # has one behind it
    slow: bool = False  # the handler takes long
    verbatim: bool = False  # it reads the request itself
    page: list = field(default_factory=list)  # where, name and type
    page_at: tuple = ()  # its places among ins and outs
    result: bool = False  # answers with an empty result
    out_as: str = ""  # the operation whose answer it has
    callers: str = ""  # admin, public, signed-in; empty: principals
    entry: str = ""  # apart, alone, ends; empty: among others
    about: list = field(default_factory=list)  # lines for the reference page
    recorded: tuple = ()  # where it is declared, and the words


@dataclass
class Model:
    name: str = ""
    protocol: str = ""
    version: str = ""
    xmlns: str = ""
    target: str = ""
    invalid: str = "VALIDATION_ERROR"  # the error of requests that are no good
    reasons: dict = field(default_factory=dict)  # why -> (reason, sentence)
    type_reasons: dict = field(default_factory=dict)  # type -> (where, reason, sentence)
    shown: bool = False
    types: dict = field(default_factory=dict)
    structs: dict = field(default_factory=dict)
    resources: dict = field(default_factory=dict)  # kind -> resources.Resource
    quotas: dict = field(default_factory=dict)  # name -> resources.Quota
    ops: dict = field(default_factory=dict)


class Reader:
    def __init__(self, errors):
        self.model = Model()
        self.errors = errors  # the symbols of errors.txt
        self.open = None      # the struct or op that indented lines belong to
        self.automata = {}    # of patterns
        for base in BASES:
            self.model.types[base] = Type("built in", base, base)

    def read(self, path):
        self.open = None
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = re.sub(r"(^|\s)#.*", "", line).rstrip()
                if line:
                    self.line(f"{path}:{number}", line)

    def line(self, where, line):
        words = line.split()
        if not line[0].isspace():
            declare = getattr(self, "declare_" + words[0], None)
            if not declare or len(words) < 2:
                fail(where, f"not a declaration: {line}")
            self.open = None
            declare(where, words, line)
        elif isinstance(self.open, Struct):
            self.add_member(self.open.members, self.member(where, words))
        elif isinstance(self.open, Model):
            self.service_clause(where, words, line)
        elif isinstance(self.open, resources.Resource):
            self.open.clause(where, words, line)
        elif isinstance(self.open, Op) and not self.open.todo and words[0] in FLAGS:
            self.flag(where, words, self.open)
        elif isinstance(self.open, Op) and (not self.open.todo or words[0] == "http"):
            clause = getattr(self, "clause_" + words[0].replace("-", "_"), None)
            if not clause:
                fail(where, f"no such clause of an operation: {words[0]}")
            clause(where, words[1:], self.open)
        else:
            fail(where, "an indented line belongs to a struct, to a resource or to an operation "
                        "without todo")

    def declare_service(self, where, words, _):
        model, (_, name, *words) = self.model, words
        model.shown = words[-1:] == ["shown"]
        protocol, *words = words[:len(words) - model.shown] or [""]
        needed = PROTOCOLS.get(protocol, ())
        if model.name or not needed or len(words) not in (len(needed), len(needed) == 1 and 0):
            fail(where, "expected once: service NAME, one of query VERSION NAMESPACE, "
                 "json-1.0|json-1.1 VERSION TARGET, rest-json [VERSION], then [shown]")
        model.name, model.protocol = name, protocol
        for name, word in zip(needed, words):
            setattr(model, name, word)
        self.open = model

    def service_clause(self, where, words, line):
        model = self.model
        if words[0] == "invalid" and len(words) == 2 and words[1] in self.errors:
            model.invalid = words[1]
        elif words[0] == "reason" and len(words) > 3 and words[1] in WHY:
            model.reasons[words[1]] = words[2], resources.sentence(line, 3)
        elif words[:2] == ["reason", "of"] and len(words) > 4:
            model.type_reasons[words[2]] = where, words[3], resources.sentence(line, 4)
        else:
            fail(where, f"expected: invalid ERROR, reason {'|'.join(WHY)} REASON SENTENCE, or "
                        "reason of TYPE REASON SENTENCE")

    def declare_type(self, where, words, line):
        rest = re.search(r"\spattern\s+(.*?)(\s+(must\s.*))?$", line)
        if rest:
            words = line[:rest.start()].split()
        if len(words) < 3 or words[2] not in BASES:
            fail(where, f"expected: type NAME {'|'.join(BASES)} ...")
        result = Type(where, words[1], words[2])
        self.type_words(result, words[3:])
        if rest:
            self.add_pattern(result, rest[1], rest[3] or "")
        self.new_name(result, self.model.types)

    def add_pattern(self, result, pattern, must):
        if result.base != "string":
            fail(result.where, f"not a property of a {result.base}: pattern")
        try:
            if pattern not in self.automata:
                self.automata[pattern] = Automaton(pattern)
        except PatternError as error:
            fail(result.where, str(error))
        result.pattern, result.automaton, result.must = pattern, self.automata[pattern], must

    def type_words(self, result, words):
        while words:
            word = words.pop(0)
            limits = self.limits(word)
            if limits:
                result.min, result.max = limits
            elif word in TEXT_WORDS and result.base in ("string", "blob"):
                setattr(result, word, True)
            elif word == "between" and result.base == "int":
                result.between = True
            elif word in ("millis", "iso8601") and result.base == "time":
                setattr(result, word, True)
            else:
                fail(result.where, f"not a property of a {result.base}: {word}")

    def declare_enum(self, where, words, _):
        shown = words[-1] == "shown"
        choices = tuple(words[2:len(words) - shown])
        if not choices:
            fail(where, "an enum needs values")
        self.new_name(Type(where, words[1], "string", choices=choices, shown=shown),
                      self.model.types)

    def declare_struct(self, where, words, _):
        self.open = Struct(where, words[1])
        self.new_name(self.open, self.model.structs)

    def declare_resource(self, where, words, _):
        self.open = resources.declare(where, words, self.model.resources)

    def declare_quota(self, where, words, _):
        resources.declare_quota(where, words, self.model.quotas)

    def declare_op(self, where, words, _):
        if len(words) not in (3, 4) or words[2] not in ACCESS or words[3:] not in ([], ["todo"]):
            fail(where, f"expected: op NAME {'|'.join(ACCESS)} [todo]")
        if words[1] in self.model.ops:
            fail(where, f"{words[1]} is declared twice")
        self.open = Op(where, words[1], words[2], len(words) == 4)
        self.model.ops[words[1]] = self.open

    def new_name(self, thing, table):
        if thing.name in self.model.types or thing.name in self.model.structs:
            fail(thing.where, f"{thing.name} is declared twice")
        table[thing.name] = thing

    @staticmethod
    def limits(word):
        match = re.fullmatch(r"(\d+)\.\.(\d+)", word)
        return match and (int(match[1]), int(match[2]))

    def member(self, where, words):
        if len(words) < 2:
            fail(where, "expected: NAME TYPE [required] [default V] [min..max]")
        form = re.fullmatch(r"\[(\w+)\]|\{(\w+)\}|(\w+)", words[1])
        if not form:
            fail(where, f"not a type: {words[1]}")
        is_list, is_map = not form[3], bool(form[2])
        result = Member(where, words[0], form[1] or form[2] or form[3], is_list, is_map)
        rest = words[2:]
        while rest:
            word = rest.pop(0)
            if word == "required":
                result.required = True
            elif word == "kept" and is_list:
                result.kept = True
            elif word == "nullable":
                result.nullable = True
            elif word == "inside" and rest:
                result.inside = rest.pop(0)
            elif word in PLACES and result.place == "body":
                result.place = word
                if word == "header" or word == "payload" and rest and "/" in rest[0]:
                    result.header = rest.pop(0) if rest else ""
            elif word == "default" and rest:
                result.default = rest.pop(0)
            elif self.limits(word) and is_list:
                result.min, result.max = self.limits(word)
            else:
                fail(where, f"not a property of a member: {word}")
        return result

    @staticmethod
    def add_member(members, new):
        if any(old.name == new.name for old in members):
            fail(new.where, f"{new.name} is a member already")
        members.append(new)

    def clause_http(self, where, words, op):
        form = len(words) in (2, 3) and re.fullmatch(
            r"((?:/(?:[\w.~-]+|\{\w+\}|\{\w+\+\}(?=$|\?))?)+)(?:\?([^?#]+))?", words[1])
        if not form or words[0] not in METHODS or not all(map(str.isdigit, words[2:])):
            fail(where, f"expected: http {'|'.join(METHODS)} /PATH/{{Member}}?FIXED [STATUS]")
        op.routes.append(Route(where, words[0], form[1], form[2] or "", *map(int, words[2:])))

    def clause_in(self, where, words, op):
        self.add_member(op.ins, self.member(where, words))

    def clause_out(self, where, words, op):
        self.add_member(op.outs, self.member(where, words))

    def clause_page(self, where, words, op):
        if op.page or len(words) not in (1, 2, 3):
            fail(where, "expected once: page NAME [TYPE] [kept]")
        op.page = [where, *words]
        op.page_at = len(op.ins), len(op.outs)

    def add_pages(self):
        """When the protocol is known, which may be declared behind them."""
        ins, outs = PAGES["query" if self.model.protocol == "query" else "json"]
        for op in filter(lambda op: op.page, self.model.ops.values()):
            where, *words = op.page
            self.insert(where, op.ins, op.page_at[0], [text.split() for text in ins])
            self.insert(where, op.outs, op.page_at[1],
                        [words if "kept" in words else [*words, "required"],
                         *(text.split() for text in outs)])

    def insert(self, where, members, at, lines):
        rest = members[at:]
        del members[at:]
        for new in [*(self.member(where, words) for words in lines), *rest]:
            self.add_member(members, new)

    def clause_err(self, where, words, op):
        for code in words:
            if error_symbol(code) not in self.errors:
                fail(where, f"{code} is not in errors.txt")
            op.errors.append(code)

    def clause_key(self, where, words, op):
        if words[1:2] == ["is"] and len(words) == 3:
            op.keys.append(Key(where, words[0], value=words[2]))
            return
        behind = words[3] if words[2:3] == ["behind"] and len(words) == 4 else ""
        if len(words) != 2 and words[2:3] != ["of"] and len(behind) != 1:
            fail(where, "expected: key CONDITION_KEY MEMBER [of KIND|behind CHARACTER], resource "
                        "or is VALUE")
        kind = "" if behind else "".join(words[3:])
        op.keys.append(Key(where, words[0], words[1], kind, behind))

    def clause_for(self, where, words, op):
        if op.standing or not words:
            fail(where, f"expected once: for {'|'.join(STANDINGS)} ...")
        if "own" in words[:-1]:
            op.own = words.pop(words.index("own") + 1)
        if set(words) - set(STANDINGS) or ("own" in words) != bool(op.own):
            fail(where, f"expected once: for {'|'.join(STANDINGS)} ...")
        op.standing = words

    def clause_mfa(self, where, words, op):
        if len(words) != 2 or op.mfa:
            fail(where, "expected once: mfa MEMBER MEMBER")
        op.mfa = (where, *words)

    def clause_recorded(self, where, words, op):
        form = re.fullmatch(r"(read|write)?( ?answer)?( ?of \w+ AWS::\w+::\w+)?", " ".join(words))
        if not form or not words or op.recorded:
            fail(where, "expected once: recorded [read|write] [answer] [of MEMBER AWS::X::Y]")
        op.recorded = (where, *words)

    def clause_out_as(self, where, words, op):
        if len(words) != 1 or op.out_as:
            fail(where, "expected once: out-as OPERATION")
        op.out_as = words[0]

    @staticmethod
    def flag(where, words, op):
        if len(words) > 1 or any(getattr(op, name) in CHOICES for name in FLAGS[words[0]]):
            fail(where, f"{words[0]} stands alone")
        for name, value in FLAGS[words[0]].items():
            setattr(op, name, value)

    def clause_about(self, where, words, op):
        op.about.append(" ".join(words))

    def clause_auth(self, where, words, op):
        op.auth.append(self.auth(where, words))

    def clause_dependent(self, where, words, op):
        self.clause_auth(where, words, op)

    def auth(self, where, words):
        if len(words) < 3 or words[1] != "on":
            fail(where, "expected: ACTION on RESOURCE ...")
        result = Auth(where, words[0])
        words = words[2:]
        if "if" in words[-2:-1]:
            result.condition = words[-1]
            words = words[:-2]
        elif "if-claims" in words[-2:-1]:
            result.claim = words[-1]
            words = words[:-2]
        elif "if-needed-by" in words[-2:-1]:
            result.condition, result.needed = words[-1], True
            words = words[:-2]
        while words[-1] in ("self", "named"):
            setattr(result, words.pop(), True)
        if words[-2:-1] == ["to"] and words[0] != "renamed":
            result.passed_to = words[-1]
            words = words[:-2]
        if words != ["*"]:
            self.auth_target(result, words)
        return result

    def auth_target(self, result, words):
        targets = {"new": "new", "renamed": "renamed", "any": "prefix", "every": "every"}
        result.target = targets.get(words[0], "entity")
        words = words if result.target == "entity" else words[1:]
        if result.target == "renamed" and len(words) in (4, 5) and words[2] == "to":
            result.old = words[1]
            words = [words[0]] + words[3:]
        most = {"entity": 2, "prefix": 2, "every": 1}.get(result.target, 3)
        least = 1 if result.target in ("prefix", "every") or result.self else 2
        if not least <= len(words) <= most or (result.target == "renamed") != bool(result.old):
            fail(result.where, "no such form of a resource (schema/README.md lists them)")
        result.kind, result.member, result.path = (words + ["", ""])[:3]


def error_symbol(code):
    code = re.sub(r"Exception$", "", code)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<!^)(?=[A-Z][a-z])", "_", code).upper()


def asked_for(model):
    """The names of the structs that requests have."""
    found = set()
    left = [m.type for op in model.ops.values() for m in op.ins]
    while left:
        struct = model.structs.get(left.pop())
        if struct and struct.name not in found:
            found.add(struct.name)
            left += [m.type for m in struct.members]
    return found


def read_model(paths, errors):
    """PATHS in any order; ERRORS is the path of errors.txt."""
    with open(errors, encoding="utf-8") as file:
        symbols = {line.split()[0] for line in file if line.strip() and not line.startswith("#")}
    reader = Reader(symbols)
    model = reader.model
    try:
        for path in paths:
            reader.read(path)
        if not model.name:
            fail(paths[0], "no service line")
        if model.reasons and len(model.reasons) < len(WHY):
            fail(paths[0], f"a service gives a reason for each of {', '.join(WHY)}, or for none")
        for name, (where, *_) in model.type_reasons.items():
            if name not in model.types:
                fail(where, f"no type {name}")
        reader.add_pages()
        asked = asked_for(model)
        for struct in model.structs.values():
            check_members(model, struct.members, struct.name in asked)
        for op in model.ops.values():
            if op.out_as:
                share_answer(model, op)
            if not op.todo:
                check_op(model, op)
        check_routes(model)
    except (ModelError, resources.ResourceError) as error:
        sys.exit(str(error))
    return model
