# SPDX-License-Identifier: Apache-2.0
"""The rate of writes that are kept, and what it costs that they survive a power cut."""
import tempfile
from statistics import median

import accounts
import servers

# Twice, and two and a half times, what one commit for each request reaches: 0.12 and 0.11.
GOALS = {16: 0.24, 64: 0.28}


def rates(bench, hello, ours, connections):
    pairs = bench.pairs(hello, ours,
                        lambda n: accounts.new_names(bench, ours, f"{connections}-{n}"),
                        "<UserName>new-", once=True, connections=connections)
    bench.at_least(f"CreateUser, --data, {connections} connections", GOALS[connections],
                   median(b["rate"] / max(a["rate"], 1) for a, b in pairs), "of hello's rate",
                   bench.note(pairs))


def durabilities(bench, normal, full, connections):
    ratios, costs = [], []
    for round_number in range(bench.rounds):
        name = f"full-{connections}-{round_number}"
        a, b = (bench.load(server, accounts.new_names(bench, server, name), "<UserName>new-",
                           once=True, connections=connections) for server in (normal, full))
        ratios.append(a["rate"] / max(b["rate"], 1))
        costs.append((a["server_cpu_us"], b["server_cpu_us"]))
    used = [median(cost[i] for cost in costs) for i in (0, 1)]
    bench.at_most(f"--durability full, {connections} connections", 1.2, median(ratios),
                  "of normal's time", f"CPU {used[1]:.1f} us, normal {used[0]:.1f}")


def run(bench, stack):
    hello = servers.start_hello(stack, bench.build)
    normal, full = (
        servers.start_ours(stack, bench.build, "--durability", level, "--data",
                           stack.enter_context(tempfile.TemporaryDirectory(dir=bench.build)))
        for level in ("normal", "full"))
    for connections in GOALS:
        rates(bench, hello, normal, connections)
    for connections in GOALS:
        durabilities(bench, normal, full, connections)
