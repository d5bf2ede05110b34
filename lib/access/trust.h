/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust policies. A document is stored as it was given, and beside it which unique ids its ARNs of
 * users and roles meant. So a user or role of the same name that is made later gets nothing from
 * it, and a renamed one keeps what it had (IAM User Guide, "AWS JSON policy elements: Principal").
 */
#pragma once

#include "access/document.h"

/* DOCUMENT, the trust policy of the role with this id, as it is shown: renamed principals with
   their new ARNs, deleted ones as unique ids. Without such, DOCUMENT itself. */
int trust_shown(struct tx *tx, const char *role_id, const char *document,
                const char **ret) MUST_USE;

/* The trust policy of the role with this id, for decisions: with the unique ids instead of those
   ARNs. A reference. ERR_NOT_FOUND when there is no such role. */
int trust_acquire(struct sandbox *sandbox, struct tx *tx, const char *role_id,
                  struct document **ret) MUST_USE;
