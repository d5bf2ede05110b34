/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody may do, for _permissions.html. */
#pragma once

#include <jansson.h>

#include "svc/permissions.h"

/* What of it is looked at; members may be NULL. */
struct permissions_choice {
    const char *service; /* shown with each action */
    const char *find;    /* services whose prefix or title begins so */
    const char *from;    /* of those with some permissions, from this prefix on */
};

/* Of the caller. */
int permissions_of_caller(struct call *c, const struct permissions_choice *choice,
                          json_t **ret) MUST_USE;
/* As permissions_read, in no transaction. */
int permissions_of_other(struct call *c, const char *arn, const struct permissions_choice *choice,
                         json_t **ret) MUST_USE;
