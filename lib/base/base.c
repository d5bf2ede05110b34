/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

void ensure_failed(const char *expr, const char *file, int line)
{
    fprintf(stderr, "iam-local: %s:%d: does not hold: %s\n", file, line, expr);
    abort();
}
