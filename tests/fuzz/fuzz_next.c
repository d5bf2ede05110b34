/* SPDX-License-Identifier: Apache-2.0 */
/* What a link or a cookie brings to the sign-in: it leads to a page of this server, and fills in
   what fits into fields. */
#include <stdlib.h>

#include "server/signin/next.h"
#include "server/signin/remembered.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_next(const char *next)
{
    bool here = next[0] == '/' && next[1] != '/' && next[1] != '\\';
    for (const char *p = next; *p; p++)
        here = here && *p > ' ' && *p < 0x7f && *p != '\\';
    if (!here)
        abort();
}

static void check_cookie(struct arena *a, struct str text)
{
    static struct sandbox sandbox = {.name = "default"};
    const char *cookie =
        arena_printf(a, "x=1; iam-local-default-user=%.*s", (int)text.n, text.n ? text.p : "");
    const struct request_header headers[] = {{STR("Cookie"), str_of(cookie)}};
    const struct request rq = {.headers = headers, .n_headers = 1};
    const struct call c = {.arena = a, .sandbox = &sandbox, .rq = &rq};
    struct remembered read = remembered_read(&c);
    if (!read.account != !read.user || (read.account && (!*read.account || !*read.user)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str input = {(const char *)data, size};
    arena_init(&a);
    check_next(next_path(str_dup(&a, input)));
    check_next(next_path(arena_printf(&a, "/console%.*s", (int)size, size ? input.p : "")));
    check_cookie(&a, input);
    arena_done(&a);
    return 0;
}
