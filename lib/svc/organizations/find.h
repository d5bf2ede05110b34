/* SPDX-License-Identifier: Apache-2.0 */
/* What requests name in the organization of the caller, with the errors for what is not there. */
#pragma once

#include "access/organization.h"
#include "entities.h"
#include "organizations_api.h"

/* The root, a unit or an account, which policies are attached to. */
struct target {
    const char *id, *arn, *name;
    const char *type; /* ROOT, ORGANIZATIONAL_UNIT or ACCOUNT */
    const char *path; /* o-.../r-.../ou-.../, of an account that of its parent */
};

/* CODE with its one sentence, when it is not there. */
int find_unit(struct call *c, const char *id, int code, struct unit_row *ret) MUST_USE;
int find_member(struct call *c, const char *account, struct organization_member_row *ret) MUST_USE;
int find_target(struct call *c, const char *id, struct target *ret) MUST_USE;

/* CODE, and the sentence that Organizations has for what is not there. */
int find_missing(struct call *c, int code) MUST_USE;

/* ERR_NOT_FOUND, without a sentence. */
int look_for_target(struct call *c, const char *id, struct target *ret) MUST_USE;
/* AWS's own policies, too. */
int look_for_policy(struct call *c, const char *id, struct organization_policy_row *ret) MUST_USE;

/* ConstraintViolation unless the organization has all features. */
int check_all_features(struct call *c) MUST_USE;

/* The root of the organization, with the types of policies that are enabled in it. */
int root_show(struct call *c, struct organizations_root *ret) MUST_USE;

bool unit_is_root(const struct unit_row *unit);
const char *unit_arn(struct arena *a, const struct unit_row *unit);
const char *member_arn(struct arena *a, const char *management, const char *organization,
                       const char *account);
/* Of a policy of the organization, or of AWS's own, whose type is in lower case in it. */
const char *policy_arn(struct call *c, const struct organization_policy_row *policy);

/* What answers tell of an account. */
void member_show(struct call *c, const struct organization_member_row *row,
                 struct organizations_account *ret);
const char *member_state(const struct call *c, const struct organization_member_row *row);
/* Of those who know no states; NULL: it has none. */
const char *member_status(const char *state);
