# SPDX-License-Identifier: Apache-2.0
"""The `quota` and `resource` lines of a model and what is below them (schema/README.md)."""
import re
from dataclasses import dataclass, field

NAMINGS = ("name", "arn", "serial", "id")
PLACES = ("name", "path", "arn", "id", "boundary", "key")


class ResourceError(Exception):
    pass


@dataclass
class Quota:
    where: str
    name: str
    default: int
    called: str  # in messages


@dataclass
class Resource:
    where: str
    kind: str
    arn: str = ""
    like: str = ""        # another kind, whose ARNs it has
    word: str = ""        # of refusals
    prefix: str = ""      # of unique ids
    naming: str = ""      # by what requests name it
    row: str = ""         # the struct that a look-up fills
    queries: list = field(default_factory=list)  # by what requests name it, and by id
    members: dict = field(default_factory=dict)  # place -> member of the row
    missing: str = ""
    taken: str = ""
    counter: str = ""     # under which those of an account are counted
    quota: str = ""       # of the account
    quota_called: str = ""  # in messages, if not as the quota is
    owned: tuple = ()     # the kind of owners, and the query that counts what one has
    each: str = ""        # the quota of an owner
    blocks: str = ""      # what is said when an owner that has any is to be deleted
    owns: list = field(default_factory=list)  # kinds in the order in which they are in the way
    below: str = ""       # query that counts what is below a path
    conflicts: list = field(default_factory=list)  # query, its row, then (column, sentence)
    read_by_hand: bool = False
    found_by_hand: bool = False
    new_by_hand: bool = False
    cached: bool = False
    trusting: bool = False

    @property
    def c_kind(self):
        return self.kind.replace("-", "_")

    def clause(self, where, words, line):
        parse = getattr(self, "clause_" + words[0].replace("-", "_"), None)
        flag = words[0].replace("-", "_")
        if parse:
            parse(where, words[1:], line)
        elif len(words) == 1 and isinstance(getattr(self, flag, None), bool):
            setattr(self, flag, True)
        else:
            raise ResourceError(f"{where}: no such clause of a resource: {words[0]}")

    def expect(self, where, ok, form):
        if not ok:
            raise ResourceError(f"{where}: expected: {form}")

    def clause_word(self, where, words, _):
        self.expect(where, words and not self.word, "once: word WORD ...")
        self.word = " ".join(words)

    def clause_like(self, where, words, _):
        self.expect(where, len(words) == 1 and not self.arn, "like KIND, without an ARN-TEMPLATE")
        self.like = words[0]

    def clause_id(self, where, words, _):
        self.expect(where, len(words) == 1 and re.fullmatch("[A-Z]{4}", words[0]), "id PREFIX")
        self.prefix = words[0]

    def clause_by(self, where, words, _):
        self.expect(where, len(words) in (2, 3, 4) and words[0] in NAMINGS and not self.naming,
                    f"once: by {'|'.join(NAMINGS)} ROW [QUERY [QUERY-BY-ID]]")
        self.naming, self.row, self.queries = words[0], words[1], words[2:]

    def clause_members(self, where, words, _):
        self.members = dict(word.split("=") for word in words if word.count("=") == 1)
        self.expect(where, len(self.members) == len(words) and set(self.members) <= set(PLACES),
                    f"members {'|'.join(PLACES)}=MEMBER ...")

    def clause_missing(self, where, words, line):
        self.expect(where, words, "missing SENTENCE")
        self.missing = sentence(line, 1)

    def clause_taken(self, where, words, line):
        self.expect(where, words, "taken SENTENCE")
        self.taken = sentence(line, 1)

    def clause_count(self, where, words, _):
        self.expect(where, len(words) in (1, 3), "count QUOTA [COUNTER NAME-IN-MESSAGES]")
        self.quota, self.counter, self.quota_called = (words + [words[0], ""])[:3]

    def clause_owned(self, where, words, _):
        self.expect(where, len(words) == 2, "owned KIND QUERY")
        self.owned = tuple(words)

    def clause_each(self, where, words, _):
        self.expect(where, len(words) == 1 and self.owned, "below `owned`: each QUOTA")
        self.each = words[0]

    def clause_blocks(self, where, words, line):
        self.expect(where, words and self.owned, "below `owned`: blocks SENTENCE")
        self.blocks = sentence(line, 1)

    def clause_owns(self, where, words, _):
        self.expect(where, words and not self.owns, "once: owns KIND ...")
        self.owns = words

    def clause_below(self, where, words, _):
        self.expect(where, len(words) == 1, "below QUERY")
        self.below = words[0]

    def clause_conflicts(self, where, words, _):
        self.expect(where, len(words) == 2 and not self.conflicts, "once: conflicts QUERY ROW")
        self.conflicts = words

    def clause_conflict(self, where, words, line):
        self.expect(where, len(words) > 1 and self.conflicts, "conflict COLUMN SENTENCE")
        self.conflicts.append((words[0], sentence(line, 2)))


def sentence(line, skip):
    """The rest of LINE behind SKIP words, blanks as they are."""
    return line.split(None, skip)[skip].rstrip()


def declare(where, words, resources):
    if len(words) > 3 or words[1] in resources:
        raise ResourceError(f"{where}: expected once per kind: resource KIND [ARN-TEMPLATE]")
    result = Resource(where, words[1], words[2] if len(words) == 3 else "")
    resources[words[1]] = result
    return result


def declare_quota(where, words, quotas):
    if len(words) not in (3, 4) or not words[2].isdigit() or words[1] in quotas:
        raise ResourceError(f"{where}: expected once: quota NAME DEFAULT [NAME-IN-MESSAGES]")
    quotas[words[1]] = Quota(where, words[1], int(words[2]), (words + [words[1]])[3])
