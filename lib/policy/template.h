/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policy templates of partners, and the policies they become (IAM User Guide, "Policy templates" of
 * temporary delegation): `@{name}` in a text is the value of a parameter, and a statement with
 * `"@Enabled":"name"` is there when that is True, with `"!name"` when it is not.
 */
#pragma once

#include "base/str.h"

struct template_parameter {
    const char *name;
    const char *const *values;
    size_t n;  /* one at least */
    bool list; /* a text with it becomes a list, with a text for each value */
};

/* How long the policy may become. */
enum { TEMPLATE_POLICY_MAX = 2048 };

/* Whether TEXT is a JSON object with statements, as far as that can be told. */
bool template_ok(struct arena *a, struct str text);

/* The policy, in the arena. ERR_MALFORMED: *RET is why there is none, in words. */
int template_render(struct arena *a, struct str text, const struct template_parameter *parameters,
                    size_t n, const char **ret) MUST_USE;
