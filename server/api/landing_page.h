/* SPDX-License-Identifier: Apache-2.0 */
/* The page for people who open the endpoint in a browser. */
#pragma once

#include "server/api/pipeline.h"

/* False when the request is not a browser's for "/", and nothing was done. */
bool landing_page_run(struct server *server, struct sandbox *sandbox, struct arena *a,
                      const struct request *rq, struct response *ret);
