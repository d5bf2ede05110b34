# SPDX-License-Identifier: Apache-2.0
"""Time from exec to the first answer, and the memory of a server that has nothing to do."""
import contextlib
import json
import subprocess
import tempfile
import time

import presign
import servers

RUNS = 15
STORED_USERS = 10_000   # in the file that a server starts from


def first_answer(bench, *options):
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
    return json.loads(run.stdout.splitlines()[-1])["answer_ms"]


def run(bench, stack):
    ours = servers.start_ours(stack, bench.build)
    time.sleep(0.5)
    bench.at_most("idle resident memory", 8, ours.resident_kib() / 1024, "MiB")
    bench.at_most("exec to first answer", 4, first_answer(bench), "ms")
    data = stack.enter_context(tempfile.TemporaryDirectory(dir=bench.build))
    with contextlib.ExitStack() as inner:
        ours = servers.start_ours(inner, bench.build, "--data", data)
        signer = ours.signer("iam")
        bench.load(ours, (signer.call("CreateUser", UserName=f"user-{i}")
                          for i in range(STORED_USERS)), "<UserName>user-", every=True)
    bench.at_most(f"the same, {STORED_USERS} users in a file", 4,
                  first_answer(bench, "--data", data), "ms")
