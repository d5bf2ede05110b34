# SPDX-License-Identifier: Apache-2.0
"""Time from exec to the first answer, the memory of a server that has nothing to do, and what one
more sandbox costs."""
import contextlib
import http.client
import json
import subprocess
import tempfile
import time
from statistics import median

import presign
import servers

RUNS = 15
STORED_USERS = 10_000   # in the file that a server starts from
FIRST_SANDBOXES = 50    # which bring what all share
SANDBOXES = 900


def first_answer(bench, *options):
    """Time, unit and a note."""
    port = servers.free_port()
    replay = bench.folder / "first"
    signer = presign.Signer(f"127.0.0.1:{port}", "sts")
    presign.write_records(replay, [signer.call("GetCallerIdentity")])
    run = subprocess.run(
        [bench.build / "tests/bench/firstanswer", "-p", str(port), "-f", replay, "-r", str(RUNS),
         "--", bench.build / "server/iam-local", "--listen", f"127.0.0.1:{port}", *options],
        stdout=subprocess.PIPE, text=True, check=False, env=servers.environment())
    if run.returncode:
        raise servers.Failure("iam-local gave no first answer")
    *runs, medians = (json.loads(line) for line in run.stdout.splitlines())
    least = min(one["answer_ms"] for one in runs)
    return medians["answer_ms"], "ms", f"the fastest of {RUNS} {least:.2f}"


def make_sandboxes(server, prefix, count):
    """Median time of one, in microseconds, from the request to its answer."""
    connection = http.client.HTTPConnection(server.host, timeout=servers.WAIT_SECONDS)
    times = []
    for number in range(count):
        start = time.perf_counter()
        connection.request("PUT", f"/_iam-local/sandboxes/{prefix}{number}")
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != 201:
            raise servers.Failure(f"status {answer.status} instead of a sandbox")
    connection.close()
    return median(times) * 1e6


def sandboxes(bench, stack):
    ours = servers.start_ours(stack, bench.build)
    make_sandboxes(ours, "first", FIRST_SANDBOXES)
    before = ours.resident_kib()
    took = make_sandboxes(ours, "w", SANDBOXES)
    memory = (ours.resident_kib() - before) / SANDBOXES
    bench.at_most("a new sandbox, request and answer", 300, took, "us")
    bench.at_most("the same, resident memory", 150, memory, "KiB")


def run(bench, stack):
    ours = servers.start_ours(stack, bench.build)
    time.sleep(0.5)
    bench.at_most("idle resident memory", 8, ours.resident_kib() / 1024, "MiB")
    bench.at_most("exec to first answer", 4, *first_answer(bench))
    data = stack.enter_context(tempfile.TemporaryDirectory(dir=bench.build))
    with contextlib.ExitStack() as inner:
        ours = servers.start_ours(inner, bench.build, "--data", data)
        signer = ours.signer("iam")
        bench.load(ours, (signer.call("CreateUser", UserName=f"user-{i}")
                          for i in range(STORED_USERS)), "<UserName>user-", every=True)
    bench.at_most(f"the same, {STORED_USERS} users in a file", 4,
                  *first_answer(bench, "--data", data))
    sandboxes(bench, stack)
