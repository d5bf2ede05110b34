/* SPDX-License-Identifier: Apache-2.0 */
/* The EC2 instance metadata service, version 2, under /latest/: what SDKs ask it for. */
#pragma once

#include "server/api/pipeline.h"

/* Within the sandbox. False when the path is not one of the service, and nothing was done. */
bool imds_run(struct server *server, struct sandbox *sandbox, struct arena *a,
              const struct request *rq, struct response *ret);
