/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/input.h"

#include <errno.h>
#include <stdio.h>

enum { PIECE = 8192 };

static bool read_stream(struct arena *a, FILE *file, struct str *ret)
{
    struct buf b = buf_new(a, PIECE);
    while (b.n <= INPUT_MAX) {
        buf_reserve(&b, PIECE);
        size_t n = fread(b.p + b.n, 1, PIECE, file);
        b.n += n;
        if (n == 0)
            break;
    }
    *ret = buf_str(&b);
    return !ferror(file);
}

bool input_read(struct arena *a, const char *name, struct str *ret, const char **message)
{
    bool standard = str_is(str_of(name), "-");
    FILE *file = standard ? stdin : fopen(name, "re");
    bool ok = file && read_stream(a, file, ret);
    if (!ok)
        *message = arena_printf(a, "cannot read %s: %s", name, strerror(errno));
    if (file && !standard)
        fclose(file);
    if (ok && ret->n > INPUT_MAX) {
        *message = arena_printf(a, "%s is larger than it can be", name);
        ok = false;
    }
    return ok;
}
