# SPDX-License-Identifier: Apache-2.0
"""The paths of each service as a tree, and what else a request has to have for an operation."""
from requesttable import Table


class Node:
    def __init__(self, text=""):
        self.text, self.children, self.label, self.greedy, self.routes = text, {}, None, None, []
        self.number = self.first = 0

    def next(self, part):
        if part.endswith("+}"):
            self.greedy = self.greedy or Node()
            return self.greedy
        if part.startswith("{"):
            self.label = self.label or Node()
            return self.label
        return self.children.setdefault(part, Node(part))

    def below(self):
        """The nodes that this one leads to, literal ones first and together."""
        return [self.children[text] for text in sorted(self.children, key=str.encode)] + [
            node for node in (self.label, self.greedy) if node]


class Paths:
    def __init__(self, texts):
        self.texts, self.needs = texts, Table()
        self.routes, self.places, self.nodes, self.root = [], {}, [Node()], None

    def begin(self, ops):
        """Ways to operations of one service, (method and URI, needs, number) each, of an operation
        the main one first. Returns where the needs of all are, how many, and the bits of those that
        stand in URIs."""
        self.root = Node()
        flags = {f"q:{pair}" for uri, _, _ in ops for pair in uri.partition("?")[2].split("&")
                 if pair}
        needs = sorted(flags.union(*(needs for _, needs, _ in ops)),
                       key=lambda need: need.partition(":")[2].partition("=")[::2])
        assert len(needs) <= 64
        bits = {need: 1 << number for number, need in enumerate(needs)}
        for uri, more, number in ops:
            self.add(uri, more, number, bits)
        return *self.needs.at(list(map(self.need, needs))), sum(bits[flag] for flag in flags)

    def add(self, uri, needs, number, bits):
        method, uri = uri.split(" ", 1)
        path, _, query = uri.partition("?")
        node = self.root
        parts = path.rstrip("/").split("/")[1:]
        for part in parts:
            node = node.next(part)
        needs = {f"q:{pair}" for pair in query.split("&") if pair}.union(needs)
        literals = sum(len(part) for part in parts if not part.startswith("{"))
        line = (f"{sum(bits[need] for need in needs)}U, {self.texts.at(method)}, "
                f"{self.texts.at(path)}, {number}, {literals}")
        main = number not in self.places
        self.places[number] = None
        node.routes.append((method, number, line, main))

    def need(self, text):
        kind, _, text = text.partition(":")
        name, _, value = text.partition("=")
        place = "QUERY" if kind == "q" else "HEADER"
        return (f"{self.texts.at(name.removesuffix('.#'))}, {self.texts.at(value)}, "
                f"REQUEST_FROM_{place}, {int(name.endswith('.#'))}")

    def end(self):
        """Numbers the nodes of the service, those that one node leads to together, and the routes;
        its root, or 0."""
        if not self.root.below() and not self.root.routes:
            return 0
        waiting = [self.root]
        self.place(self.root)
        while waiting:
            below = waiting.pop(0).below()
            for node in below:
                self.place(node)
            waiting += below
        return self.root.number

    def place(self, node):
        node.number, node.first = len(self.nodes), len(self.routes)
        self.nodes.append(node)
        for _, number, line, main in sorted(node.routes):
            if main:
                self.places[number] = len(self.routes)
            self.routes.append(line)

    def node_rows(self):
        rows = []
        for node in self.nodes:
            below = node.below()
            label, greedy = (each.number if each else 0 for each in (node.label, node.greedy))
            rows.append(f"{self.texts.at(node.text)}, {below[0].number if below else 0}, {label}, "
                        f"{greedy}, {node.first}, {len(node.children)}, {len(node.routes)}")
        return rows
