# SPDX-License-Identifier: Apache-2.0
"""The evaluator: decisions in four situations, lines through `iam-local evaluate`, and how long
others wait while the most expensive requests are answered. Decisions stand beside what the naive
evaluator of the tests takes; the ratio of the two moves less between machines than the times do."""
import json
import resource
import subprocess
from statistics import median

import crowd
import hostile
import servers

BYSTANDER_MS = 100
LINES = {"named": (200_000, 16), "inline": (50_000, 8)}     # lines, goal in us for one


def decisions(bench):
    done = subprocess.run([bench.build / "tests/bench/evaldecide"], text=True,
                          stdout=subprocess.PIPE, check=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        bench.at_most(row["name"], row["goal_us"], row["ns"] / 1000, "us per decision",
                      f"{row['naive_ns'] / row['ns']:.0f} times as fast as the naive evaluator")


def used_seconds():
    """CPU time of programs that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lines(bench, kind):
    count, goal = LINES[kind]
    questions, answers = bench.folder / kind, bench.folder / "answers"
    with open(questions, "wb") as out:
        subprocess.run([bench.build / "tests/bench/evaldecide", "lines", kind, str(count)],
                       stdout=out, check=True)
    times = []
    for _ in range(bench.rounds):
        start = used_seconds()
        with open(answers, "wb") as out:
            subprocess.run([bench.build / "server/iam-local", "evaluate", questions], stdout=out,
                           check=True)
        times.append((used_seconds() - start) / count)
    with open(answers, "rb") as out:
        answered = sum(1 for _ in out)
    if answered != count:
        raise servers.Failure(f"{answered} answers to {count} lines")
    bench.at_most(f"iam-local evaluate, 2 KB of policies {kind}", goal, median(times) * 1e6,
                  "us of CPU per line")


def run(bench, _):
    decisions(bench)
    for kind in LINES:
        lines(bench, kind)
    for row in (*hostile.measure(bench.build), *crowd.measure(bench.build)):
        bench.at_most(f"others, {row['name']}", BYSTANDER_MS, row["bystander_ms"], "ms at most")
