/* SPDX-License-Identifier: Apache-2.0 */
#include "support/certificates.h"

#include <check.h>
#include <stdio.h>

const char *certificate_text(struct arena *a, const char *name)
{
    enum { SIZE = 16384 };
    char *text = arena_zalloc(a, SIZE);
    FILE *file = fopen(arena_printf(a, CERTIFICATES "/%s", name), "r");
    ck_assert_msg(file != NULL, "no file %s", name);
    ck_assert_uint_lt(fread(text, 1, SIZE - 1, file), SIZE - 1);
    fclose(file);
    return text;
}
