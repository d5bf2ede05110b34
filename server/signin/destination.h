/* SPDX-License-Identifier: Apache-2.0 */
/* Where links into the console lead that programs make, for AWS's or for this one. */
#pragma once

#include "call/call.h"

/* The path of a page here: TEXT is a path or URL of this server, or a URL of AWS's console, whose
   places are here at others. NULL: it is somewhere else. TEXT may be NULL. */
const char *destination_path(struct arena *a, const struct request *rq, const char *text);

/* The URL of that path, as the browser has it. */
const char *destination_url(struct arena *a, const struct request *rq, const char *path);
