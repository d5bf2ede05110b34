#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the evaluator: decisions in four situations, lines through `iam-local evaluate`, and
how long others wait while the most expensive requests are answered.

    eval.py BUILD [--json]

Each figure stands beside its goal and beside what the naive evaluator of the tests takes for the
same; the ratio of the two moves less between machines than the times do.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
from statistics import median

import crowd
import hostile

ROUNDS = 5
BYSTANDER_MS = 100
LINES = {"named": (200_000, 60_000), "inline": (50_000, 15_000)}   # lines, goal per second


def decisions(build):
    done = subprocess.run([build / "tests/bench/evaldecide"], text=True, stdout=subprocess.PIPE,
                          check=True)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        yield {"name": row["name"], "unit": "us per decision", "goal": row["goal_us"],
               "measured": round(row["ns"] / 1000, 2),
               "times_faster": round(row["naive_ns"] / row["ns"])}


def lines_per_second(build, kind, folder):
    count, goal = LINES[kind]
    file = folder / kind
    with open(file, "wb") as out:
        subprocess.run([build / "tests/bench/evaldecide", "lines", kind, str(count)], stdout=out,
                       check=True)
    rates = []
    for _ in range(ROUNDS):
        start = time.monotonic()
        with open(folder / "answers", "wb") as out:
            subprocess.run([build / "server/iam-local", "evaluate", file], stdout=out, check=True)
        rates.append(count / (time.monotonic() - start))
    answers = sum(1 for _ in open(folder / "answers", "rb"))
    if answers != count:
        raise SystemExit(f"eval: {answers} answers to {count} lines")
    return {"name": f"iam-local evaluate, policies {kind}", "unit": "lines per second",
            "goal": goal, "measured": round(median(rates))}


def waits(build):
    """What others feel of the most expensive requests, four of a kind at once, and of crowds."""
    for row in (*hostile.measure(build), *crowd.measure(build)):
        yield {"name": f"others, {row['name']}", "unit": "ms at most", "goal": BYSTANDER_MS,
               "measured": round(row["bystander_ms"])}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--json", action="store_true", help="one JSON list, no table")
    args = parser.parse_args()
    rows = list(decisions(args.build))
    with tempfile.TemporaryDirectory() as folder:
        rows += [lines_per_second(args.build, kind, pathlib.Path(folder)) for kind in LINES]
    rows += waits(args.build)
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    print(f"{'':52} {'goal':>9} {'measured':>9}  unit, times the naive evaluator's speed")
    for row in rows:
        faster = f", {row['times_faster']}" if "times_faster" in row else ""
        print(f"{row['name']:52} {row['goal']:>9} {row['measured']:>9}  {row['unit']}{faster}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
