#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures IAM Local beside a hello-world on the same HTTP library, in turn.

    bench.py BUILD [--rounds N] [--seconds S] [--json] [SECTION...]

BUILD holds server/iam-local and the tools in tests/bench; data directories are made there, because
temporary folders may be in memory. Times on a shared machine move by a factor of two between
minutes, so each round measures both sides, with the same messages, and only the ratios of one round
are compared; the medians count. Exit: 1 when an answer was wrong, never for a time.
"""
import argparse
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
from statistics import median

import authorize
import cpu
import eval as evaluation
import growth
import organizations
import pages
import presign
import reports
import start
import waits
import writes
from servers import Failure

CONNECTIONS = 16
TOOLS = ("server/iam-local", "tests/bench/evaldecide", "tests/bench/firstanswer",
         "tests/bench/hello", "tests/bench/recognizing", "tests/bench/sigload",
         "tests/e2e/saml_tool")
SECTIONS = {"start": start.run, "cpu": cpu.run, "waits": waits.run, "writes": writes.run,
            "reports": reports.run, "organizations": organizations.run, "pages": pages.run,
            "size": growth.run, "eval": evaluation.run, "authorize": authorize.run,
            "growth": growth.run_million}
LONG = ("growth",)      # only when it is named


class Bench:
    def __init__(self, build, folder, rounds, seconds):
        self.build, self.folder, self.rounds, self.seconds = build, folder, rounds, seconds
        self.rows, self.wrong = [], []

    def load_command(self, server, messages, name="replay"):
        """What sends the messages, and measures; the options that say how are to be added."""
        replay = self.folder / name
        presign.write_records(replay, messages)
        return [self.build / "tests/bench/sigload", "-p", str(server.port), "-f", replay,
                "-P", str(server.pid)]

    def result(self, code, text, server, expected):
        """What sigload said when it ended with CODE."""
        if code not in (0, 1):
            raise Failure(f"sigload ended with {code}")
        result = json.loads(text)
        if code == 1:
            self.wrong.append({"port": server.port, "expected": expected, **result})
        return result

    def load(self, server, messages, expected, once=False, every=False, keeps=True, refused=False,
             connections=CONNECTIONS, seconds=None):
        """One run of sigload. ONCE: no message is sent again; EVERY: and none is left out, however
        long it takes. KEEPS: connections stay open. REFUSED: every answer has to be a refusal.
        SECONDS: instead of those of the options."""
        command = self.load_command(server, messages) + ["-c", str(connections)]
        command += ["-1"] if once or every else ["-w", "200"]
        command += [] if every else ["-d", str(int((seconds or self.seconds) * 1000))]
        command += ["-e", expected] if expected else []
        command += ["-r"] if refused else []
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        result = self.result(run.returncode, run.stdout, server, expected)
        if keeps and result["reconnects"]:
            self.wrong.append({"port": server.port, "expected": expected, **result})
        return result

    def pairs(self, hello, ours, messages, expected, **how):
        """Both servers get the same messages, signed anew for each round."""
        pairs = []
        for round_number in range(self.rounds):
            same = list(messages(round_number))
            pairs.append((self.load(hello, same, None, **{**how, "refused": False}),
                          self.load(ours, same, expected, **how)))
        return pairs

    @staticmethod
    def times_hello(pairs):
        """Our CPU per request over hello-world's."""
        return median(b["server_cpu_us"] / max(a["server_cpu_us"], 0.01) for a, b in pairs)

    @staticmethod
    def note(pairs):
        rates, costs = ([median(pair[i][what] for pair in pairs) for i in (0, 1)]
                        for what in ("rate", "server_cpu_us"))
        return (f"CPU {costs[1]:.1f} us, hello {costs[0]:.1f}; "
                f"rate {rates[1]:.0f}/s, hello {rates[0]:.0f}")

    def share(self, name, goal, hello, ours, messages, expected, **how):
        pairs = self.pairs(hello, ours, messages, expected, **how)
        self.at_least(name, goal, 1 / self.times_hello(pairs), "of hello's CPU", self.note(pairs))

    def at_least(self, name, goal, measured, unit, note=""):
        self.add(name, ">=", goal, measured, unit, note)

    def at_most(self, name, goal, measured, unit, note=""):
        self.add(name, "<=", goal, measured, unit, note)

    def add(self, name, sign, goal, measured, unit, note):
        met = measured >= goal if sign == ">=" else measured <= goal
        self.rows.append({"name": name, "unit": unit, "sign": sign, "goal": goal,
                          "measured": round(measured, 3), "met": met, "note": note})
        print(f"bench: {name}: {measured:.3g} {unit}", file=sys.stderr)


def print_table(rows):
    print(f"{'':56}{'goal':>11}{'measured':>10}")
    for row in rows:
        measured = f"{row['measured']:.6g}"
        line = (f"{row['name']:56}{row['sign'] + ' ' + format(row['goal'], 'g'):>11}{measured:>10}"
                f"{' ' if row['met'] else '*'} {row['unit']:20} {row['note']}")
        print(line.rstrip())
    if not all(row["met"] for row in rows):
        print("* misses the goal")


def check_build(build):
    for name in TOOLS:
        if not os.access(build / name, os.X_OK):
            raise Failure(f"{build / name} is missing: ninja -C {build} {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("sections", nargs="*", metavar="SECTION", choices=[[], *SECTIONS],
                        help=f"{', '.join(SECTIONS)}; default: all but {', '.join(LONG)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="per server, load and round")
    parser.add_argument("--json", action="store_true", help="one JSON object, no table")
    args = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    try:
        build = args.build.resolve()
        check_build(build)
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            bench = Bench(build, folder, args.rounds, args.seconds)
            for name in args.sections or [name for name in SECTIONS if name not in LONG]:
                with contextlib.ExitStack() as servers:
                    SECTIONS[name](bench, servers)
    except (Failure, OSError) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps({"rows": bench.rows, "wrong": bench.wrong}, indent=2))
    else:
        print_table(bench.rows)
    for run in bench.wrong:
        print(f"bench: wrong answers: {json.dumps(run)}", file=sys.stderr)
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
