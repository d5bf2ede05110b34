#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""root-tasks.txt -> a table of the tasks, and the reference page about them.

usage: taskgen.py TASKS ERRORS API-DIRECTORY C-FILE PAGE DEPFILE

What the rows say of operations has to be what the models say.
"""
import glob
import os
import sys

from apimodel import read_model
from genlib import c_string, write_if_changed

CLAUSES = ("about", "rule", "by", "source", "test")
RULES = {"root": 1, "root-or-session": 2, "policies": 1}  # and how many words it takes
WAYS = {"own": 2, "api": 3, "decision": 2}
PATH = "/_iam-local/account-tasks/"

INTRODUCTION = """# What only the root user can do

The tasks of AWS's page about what needs the root user, and how each is done here. Those that AWS
has no API for are endpoints below `/_iam-local/account-tasks`, which are signed as any request is,
for the service `own`; `endpoints.md` has their members. The same list is at
`GET /_iam-local/account-tasks`. What `evaluate` decides takes the name of the task as the member
`root_task` of a line.

- root: only the root user, whatever policies allow
- root-or-session: the root user, and sessions of AssumeRoot with that task policy, whatever the
  policy of the resource denies
- policies: whoever policies allow; the root user, since no policy of the account limits it
"""


def fail(where, text):
    sys.exit(f"{where}: {text}")


def read(path):
    tasks = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            where, words = f"{path}:{number}", line.split()
            if not words or line.startswith("#"):
                continue
            if not line[0].isspace():
                if words[0] != "task" or len(words) != 2 or words[1] in (t["name"] for t in tasks):
                    fail(where, "expected: task NAME, once")
                tasks.append({"name": words[1], "where": where})
            elif not tasks or words[0] not in CLAUSES:
                fail(where, f"expected one of {', '.join(CLAUSES)} below a task")
            else:
                tasks[-1][words[0]] = tasks[-1].get(words[0], []) + words[1:]
    return tasks


def check(task, models):
    where = task["where"]
    for clause in CLAUSES:
        if clause not in task:
            fail(where, f"{task['name']} has no line {clause}")
    if RULES.get(task["rule"][0]) != len(task["rule"]) or \
            WAYS.get(task["by"][0]) != len(task["by"]) or len(task["test"]) != 2:
        fail(where, f"{task['name']}: no such rule, way or test")
    way, *words = task["by"]
    if way != "decision":
        service, name = ["own", *words][-2:]
        op = models[service].ops.get(name) if service in models else None
        if not op or op.todo:
            fail(where, f"there is no operation {name} of {service}")
        if way == "own" and (op.root_only != (task["rule"] == ["root"]) or
                             op.routes[0].path != PATH + task["name"]):
            fail(where, f"{name} has another rule or path in the model")


def row(task):
    rule, *policy = task["rule"]
    values = {
        "name": c_string(task["name"]), "about": c_string(" ".join(task["about"])),
        "rule": "ROOT_TASK_" + rule.upper().replace("-", "_"), "rule_name": c_string(rule),
        "session_policy": policy and c_string(policy[0]), "way": c_string(task["by"][0]),
        "of": c_string(":".join(task["by"][1:])), "source": c_string(task["source"][0]),
        "test": c_string(" ".join(task["test"])),
    }
    lines = "".join(f"     .{name} = {value},\n" for name, value in values.items() if value)
    return "    {" + lines[5:-2] + "},\n"


def way_of(task):
    way, *words = task["by"]
    if way == "own":
        return f"`POST {PATH}{task['name']}`"
    return f"`{':'.join(words)}`" + (" in `evaluate`" if way == "decision" else "")


def page(tasks):
    text = INTRODUCTION
    for task in tasks:
        about = " ".join(task["about"])
        text += (f"\n## {task['name']}\n\n{about[0].upper()}{about[1:]}.\n\n| | |\n| --- | --- |\n"
                 f"| rule | {' '.join(task['rule'])} |\n| done by | {way_of(task)} |\n"
                 f"| source | <{task['source'][0]}> |\n| test | `{' '.join(task['test'])}` |\n")
    return text


def main():
    source, errors, directory, table, target, depfile = sys.argv[1:]
    inputs = glob.glob(os.path.join(directory, "*", "*.api"))
    models = {name: read_model(sorted(p for p in inputs if os.path.dirname(p).endswith("/" + name)),
                               errors) for name in ("own", "iam", "sts", "account")}
    tasks = read(source)
    for task in tasks:
        check(task, models)
    write_if_changed(table, f"""/* Generated from schema/root-tasks.txt. */
#include "model/root_task.h"

const size_t root_tasks_n = {len(tasks)};
const struct root_task root_tasks[] = {{
{"".join(map(row, tasks))}}};
""")
    write_if_changed(target, page(tasks))
    with open(depfile, "w", encoding="utf-8") as file:
        file.write(f"{table}: {' '.join(inputs)}\n")


if __name__ == "__main__":
    main()
