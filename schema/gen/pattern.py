# SPDX-License-Identifier: Apache-2.0
"""Regular expressions, as AWS's models have them, -> deterministic automata (schema/README.md lists
what is understood). A text fits when the whole of it does."""
import unicodedata
from bisect import bisect_right

END = 0x110000
STATES_MAX = 5000
CLASSES_MAX = 255
REPEATS_MAX = 1000
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
CLASSES = {"d": "09", "w": "09AZaz__", "s": "\t\r  "}
LINE_ENDS = ((0x0a, 0x0a), (0x0d, 0x0d), (0x85, 0x85), (0x2028, 0x2029))
LETTERS, COUNTS = "LMNPSZC", "*+?{"
known = {}  # Unicode categories: first letter -> ranges


class PatternError(Exception):
    pass


def union(ranges):
    """Sorted ranges (first, last) that neither overlap nor touch."""
    result = []
    for first, last in sorted(ranges):
        if result and first <= result[-1][1] + 1:
            result[-1] = result[-1][0], max(last, result[-1][1])
        else:
            result.append((first, last))
    return tuple(result)


def inverse(ranges):
    result, start = [], 0
    for first, last in union(ranges):
        if start < first:
            result.append((start, first - 1))
        start = last + 1
    return tuple(result) + (((start, END - 1),) if start < END else ())


def category(letter):
    if not known:
        found = {letter: [] for letter in LETTERS}
        for point in range(END):
            ranges = found[unicodedata.category(chr(point))[0]]
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1] = ranges[-1][0], point
            else:
                ranges.append((point, point))
        known.update((letter, tuple(ranges)) for letter, ranges in found.items())
    return known[letter]


class Parser:
    """A tree of ("set", ranges), ("not next", ranges), ("all", [...]), ("any", [...]) and
    ("times", tree, least, most); most None: no end."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def fail(self, reason):
        raise PatternError(f"{reason} at character {self.at + 1} of the pattern")

    def peek(self, n=1):
        return self.text[self.at:self.at + n]

    def take(self, word):
        if self.text.startswith(word, self.at):
            self.at += len(word)
            return True
        return False

    def whole(self):
        tree = self.branches(True, True)
        if self.at < len(self.text):
            self.fail("a ) without its (")
        return tree

    def branches(self, first, last):
        """FIRST, LAST: whether ^ may stand at the start of a branch and $ at the end."""
        found = [self.branch(first, last)]
        while self.take("|"):
            found.append(self.branch(first, last))
        return ("any", found)

    def branch(self, first, last):
        found = []
        if self.peek() == "^" and not first:
            self.fail("a ^ that is not at the start")
        self.take("^")
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$":
                self.at += 1
                if not last or self.peek() not in ("", "|", ")"):
                    self.fail("a $ that is not at the end")
                break
            found.append(self.counted(first and not found, last))
        return ("all", found)

    def counted(self, first, last):
        start = self.at
        tree = self.atom(first, last)
        counted = self.peek() and self.peek() in COUNTS
        if counted or self.peek() not in ("", "|", ")", "$"):
            self.at = start  # once more: what comes several times, or before more, ends nothing
            tree = self.atom(first and not counted, False)
        if counted:
            tree = ("times", tree, *self.count())
            if self.peek() and self.peek() in COUNTS:
                self.fail("a count of a count")
        return tree

    def count(self):
        word = self.peek()
        self.at += 1
        if word != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[word]
        least = self.number()
        most = (self.number() if self.peek() != "}" else None) if self.take(",") else least
        if not self.take("}") or (most is not None and most < least):
            self.fail("no count")
        return least, most

    def number(self):
        digits = ""
        while self.peek().isdigit():
            digits += self.peek()
            self.at += 1
        if not digits or int(digits) > REPEATS_MAX:
            self.fail("no count")
        return int(digits)

    def atom(self, first, last):
        if self.take("(?!"):
            ranges = self.one()
            if not self.take(")"):
                self.fail("more than one character behind (?!")
            return ("not next", ranges)
        if self.take("("):
            if not self.take("?:") and self.peek() == "?":
                self.fail("a kind of group that is not understood")
            tree = self.branches(first, last)
            if not self.take(")"):
                self.fail("a ( without its )")
            return tree
        return ("set", self.one())

    def one(self):
        """Of one character."""
        if self.take("["):
            return self.bracket()
        if self.take("."):
            return inverse(LINE_ENDS)
        if self.peek() in ("", *"*+?{}[]()|^$"):
            self.fail("no character")
        return self.character()

    def character(self):
        """One that stands for itself, or an escape, also of a class."""
        if not self.take("\\"):
            self.at += 1
            return ((ord(self.text[self.at - 1]),) * 2,)
        letter = self.peek()
        self.at += 1
        if letter in ("u", "x"):
            return ((self.hexadecimal(*((4, 6) if letter == "u" else (2, 2))),) * 2,)
        if letter == "p":
            return self.category()
        if letter and letter.lower() in CLASSES:
            ends = [ord(end) for end in CLASSES[letter.lower()]]
            ranges = tuple(zip(ends[::2], ends[1::2]))
            return ranges if letter.islower() else inverse(ranges)
        if not letter or (letter.isalnum() and letter not in ESCAPES):
            self.fail("an escape that is not understood")
        return ((ord(ESCAPES.get(letter, letter)),) * 2,)

    def hexadecimal(self, least, most):
        n = 0
        while n < most and self.peek(n + 1)[n:] in set("0123456789abcdefABCDEF"):
            n += 1
        if n < least or int(self.peek(n), 16) >= END:
            self.fail("no code of a character")
        self.at += n
        return int(self.text[self.at - n:self.at], 16)

    def category(self):
        letter = self.peek(3)[1:2]
        if self.peek(3) != "{" + letter + "}" or letter not in LETTERS:
            self.fail("a kind of characters that is not understood")
        self.at += 3
        return category(letter)

    def bracket(self):
        inverted, ranges = self.take("^"), []
        while not self.take("]"):
            if not self.peek() or self.peek() == "[" or self.peek(2) == "&&":
                self.fail("a set that is not understood")
            found = self.character()
            if self.peek() == "-" and self.peek(2) not in ("-", "-]") and len(found) == 1:
                self.at += 1
                last = self.character()
                if len(last) != 1 or found[0][0] != found[0][1] or last[0][1] < found[0][0]:
                    self.fail("no range")
                found = ((found[0][0], last[0][1]),)
            ranges += found
        return inverse(ranges) if inverted else union(ranges)


class Nondeterministic:
    """Steps over sets of characters and steps over nothing, which may forbid the next one."""

    def __init__(self, tree):
        self.steps, self.empty = [], []
        self.end = self.state()
        self.start = self.build(tree, self.end)

    def state(self):
        if len(self.steps) > STATES_MAX:
            raise PatternError("the pattern is too large")
        self.steps.append(None)
        self.empty.append([])
        return len(self.steps) - 1

    def build(self, tree, then):
        """The state from which TREE leads to THEN."""
        kind, what = tree[:2]
        if kind == "all":
            for part in reversed(what):
                then = self.build(part, then)
            return then
        if kind == "times":
            return self.repeat(what, *tree[2:], then)
        start = self.state()
        if kind == "any":
            self.empty[start] = [(self.build(part, then), ()) for part in what]
        elif kind == "set":
            self.steps[start] = what, then
        else:
            self.empty[start] = [(then, what)]
        return start

    def repeat(self, tree, least, most, then):
        if most is None:
            loop = self.state()
            self.empty[loop] = [(then, ()), (self.build(tree, loop), ())]
            then = loop
        for _ in range(0 if most is None else most - least):
            state = self.state()
            self.empty[state] = [(then, ()), (self.build(tree, then), ())]
            then = state
        for _ in range(least):
            then = self.build(tree, then)
        return then

    def closure(self, states):
        """Of pairs: a state, and which characters may not come next."""
        found, left = set(), list(states)
        while left:
            state, forbidden = left.pop()
            if (state, forbidden) not in found:
                found.add((state, forbidden))
                left += [(to, union(forbidden + more) if more else forbidden)
                         for to, more in self.empty[state]]
        return frozenset(found)


class Automaton:
    """CLASS_OF gives spans (first code point, class); table[state][class] is the next state, 0 that
    from which nothing fits. States from ACCEPTING on are ends."""

    def __init__(self, text):
        self.text = text
        nfa = Nondeterministic(Parser(text).whole())
        sets = [step[0] for step in nfa.steps if step]
        sets += [more for steps in nfa.empty for _, more in steps if more]
        self.spans, samples = spans_of(sorted(set(sets)))
        self.classes = len(samples)
        if self.classes > CLASSES_MAX:
            raise PatternError("the pattern is too large")
        self.number(*minimal(*determine(nfa, samples)))

    def number(self, table, ends, start, dead):
        """Numbers the states: the dead one, the others, and the ends."""
        order = sorted(range(len(table)), key=lambda s: (s != dead, s in ends, s != start))
        if dead is None:
            order.insert(0, None)
        place = {state: at for at, state in enumerate(order)}
        self.table = [[place[to] for to in table[state]] if state is not None
                      else [0] * self.classes for state in order]
        self.start, self.accepting = place[start], len(order) - len(ends)

    def class_of(self, letter):
        return self.spans[bisect_right(self.spans, (ord(letter), END)) - 1][1]

    def fits(self, text):
        state = self.start
        for letter in text:
            state = self.table[state][self.class_of(letter)]
        return state >= self.accepting


def spans_of(sets):
    """Classes of characters that no set tells apart, as spans, and one character of each."""
    marks = {0}
    for ranges in sets:
        marks.update(end for first, last in ranges for end in (first, last + 1))
    numbers, spans, samples = {}, [], []
    for first in sorted(marks - {END}):
        belongs = tuple(has(ranges, first) for ranges in sets)
        if belongs not in numbers:
            numbers[belongs] = len(samples)
            samples.append(first)
        if not spans or spans[-1][1] != numbers[belongs]:
            spans.append((first, numbers[belongs]))
    return spans, samples


def has(ranges, point):
    at = bisect_right(ranges, (point, END))
    return at > 0 and point <= ranges[at - 1][1]


def determine(nfa, samples):
    """A table with a row for each set of states that can be reached, its ends, start and dead."""
    start = nfa.closure([(nfa.start, ())])
    numbers, table, left = {start: 0}, [], [start]
    for states in left:
        if len(left) > STATES_MAX:
            raise PatternError("the pattern is too large")
        row = []
        for point in samples:
            reached = nfa.closure((nfa.steps[state][1], ()) for state, forbidden in states
                                  if nfa.steps[state] and has(nfa.steps[state][0], point)
                                  and not (forbidden and has(forbidden, point)))
            if reached not in numbers:
                numbers[reached] = len(left)
                left.append(reached)
            row.append(numbers[reached])
        table.append(row)
    ends = {number for states, number in numbers.items()
            if any(state == nfa.end for state, _ in states)}
    return table, ends, 0, numbers.get(frozenset())


def minimal(table, ends, start, dead):
    """States that nothing tells apart become one."""
    group = [state in ends for state in range(len(table))]
    count = 0
    while len(set(group)) != count:
        count = len(set(group))
        signs = [(group[state], *(group[to] for to in row)) for state, row in enumerate(table)]
        names = {sign: number for number, sign in enumerate(dict.fromkeys(signs))}
        group = [names[sign] for sign in signs]
    one = {number: state for state, number in enumerate(group)}
    rows = [[group[to] for to in table[one[number]]] for number in range(count)]
    return (rows, {group[state] for state in ends}, group[start],
            None if dead is None else group[dead])
