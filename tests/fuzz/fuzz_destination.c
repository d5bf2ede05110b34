/* SPDX-License-Identifier: Apache-2.0 */
/* Where links into the console lead: nowhere but to this server, in the sandbox that was asked. */
#include "server/signin/destination.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const roots[] = {"/console", "/switchrole", "/v1/authorize"};
    const struct request_header host = {STR("host"), STR("localhost:4566")};
    const struct request rq = {.prefix = STR("/_sandbox/w1"), .headers = &host, .n_headers = 1};
    struct arena a;
    arena_init(&a);
    const char *path =
        destination_path(&a, &rq, str_dup(&a, (struct str){(const char *)data, size}));
    bool fine = !path;
    for (size_t i = 0; path && i < ARRAY_LEN(roots); i++) {
        size_t n = strlen(roots[i]);
        fine |= strncmp(path, roots[i], n) == 0 && (!path[n] || strchr("/?", path[n]));
    }
    for (const char *p = path; p && *p; p++)
        fine &= *p > ' ' && *p < 0x7f && *p != '\\';
    if (!fine)
        __builtin_trap();
    arena_done(&a);
    return 0;
}
