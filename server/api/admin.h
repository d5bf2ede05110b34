/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own endpoints, under /_iam-local/. */
#pragma once

#include "server/api/pipeline.h"

/* How the endpoint that a request names is served; 0: as those that are none of these. */
enum admin_traits {
    ADMIN_PUBLIC = 1, /* needs no admin token */
    ADMIN_APART = 2,  /* not within the sandbox: it needs nothing of the state */
    ADMIN_SLOW = 4,   /* not by a thread that serves connections */
    ADMIN_ALONE = 8,  /* within the sandbox when all others have left it */
    ADMIN_ENDS = 16,  /* when all have left the sandbox that the path names, and none enters it */
};
int admin_traits(const struct request *rq);

/* Whether the path is one of the server's own. */
bool admin_is_own(const struct request *rq);

/* A reference to the sandbox that RQ is to delete, and may; or NULL. */
struct sandbox *admin_ends(struct server *server, const struct request *rq);

/* Within the sandbox, unless it is ADMIN_APART. False when the path is not one of the server's own,
   and nothing was done. */
bool admin_run(struct flow *f);
