/* SPDX-License-Identifier: Apache-2.0 */
/* Documents compiled in both ways: by themselves, and out of a text that has more. */
#pragma once

#include "policy/policy.h"

/*
 * As policy_compile. False in *SAME when the document, read as a part of a larger text, is compiled
 * to something else or refused with another sentence or for another place.
 */
int compile_twice(struct arena *a, struct str text, enum policy_kind kind,
                  const struct policy **ret, struct policy_error *error, bool *same);
