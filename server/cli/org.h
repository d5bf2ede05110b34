/* SPDX-License-Identifier: Apache-2.0 */
/* The command org: an organization from a document. */
#pragma once

#include "base/arena.h"

/* Returns the exit status. */
int org_main(struct arena *a, char *const argv[]);
