/* SPDX-License-Identifier: Apache-2.0 */
/* Whom or what an access report is about: a user, a group, a role or, where that is wanted, a
   managed policy, by its ARN. */
#pragma once

#include "access/view.h"
#include "call/call.h"

/* Whose policies they are, as access_use.sql has it, and the policies, to be released; RET NULL:
   they are not read. */
int access_subject_read(struct call *c, const char *text, bool policies, const char **ret_subject,
                        struct view **ret) MUST_USE;
