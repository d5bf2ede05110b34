/* SPDX-License-Identifier: Apache-2.0 */
/* The server's own endpoints, under /_iam-local/. */
#pragma once

#include "server/api/pipeline.h"

/* False when the path is not one of the server's own, and nothing was done. */
bool admin_run(struct server *server, struct arena *a, const struct request *rq,
               struct response *ret);
