/* SPDX-License-Identifier: Apache-2.0 */
/* Policies of an organization as answers show them. */
#pragma once

#include "svc/organizations/find.h"

/* PolicyNotFound: who reads one is told so in other words than who changes something. */
int policy_find_to_read(struct call *c, const char *id,
                        struct organization_policy_row *ret) MUST_USE;
int policy_find_to_change(struct call *c, const char *id,
                          struct organization_policy_row *ret) MUST_USE;

void policy_summarize(struct call *c, const struct organization_policy_row *row,
                      struct organizations_policy_summary *ret);
