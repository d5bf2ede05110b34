/* SPDX-License-Identifier: Apache-2.0 */
/* What a simulation has found, for simulator.html. */
#pragma once

#include <jansson.h>

#include "call/call.h"

/*
 * One row for each action and resource of an answer of SimulatePrincipalPolicy or
 * SimulateCustomPolicy, as far as a page has room for them. PRINCIPAL: the ARN of whose policies
 * they are; NULL: they are nobody's. *RET_ALL: whether it has room for all.
 */
json_t *simulator_rows(struct call *c, const json_t *answer, const char *principal, bool *ret_all);

/* The keys that the policies ask for and that were not given, each once. */
json_t *simulator_missing(const json_t *answer);
