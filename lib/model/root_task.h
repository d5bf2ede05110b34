/* SPDX-License-Identifier: Apache-2.0 */
/* What needs the root user of an account (IAM User Guide, "Tasks that require root user
   credentials"). */
#pragma once

#include "base/str.h"

enum root_task_rule {
    ROOT_TASK_ROOT,            /* only the root user may */
    ROOT_TASK_ROOT_OR_SESSION, /* a policy of the resource that denies does not hold for the root
                                  user and sessions of AssumeRoot */
    ROOT_TASK_POLICIES,        /* whoever policies allow */
};

struct root_task {
    const char *name, *about;
    enum root_task_rule rule;
    const char *rule_name;
    const char *session_policy; /* of ROOT_TASK_ROOT_OR_SESSION: the ARN of the task policy */
    const char *way;            /* "own", "api" or "decision" */
    const char *of;             /* an operation, with its service if it is AWS's, or an action */
    const char *source, *test;
};

extern const size_t root_tasks_n;
extern const struct root_task root_tasks[];

/* NULL: no task is called that. */
const struct root_task *root_task_find(struct str name);
