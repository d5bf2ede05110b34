/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of a key: the input up to the first line end is the host, the rest the proof. */
#include "jose/dpop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str proof = {(const char *)data, size}, host = str_cut(&proof, '\n');
    const struct request_header headers[] = {{STR("host"), host}, {STR("dpop"), proof}};
    const struct request rq = {
        .method = STR("POST"), .path = STR("/v1/token"), .headers = headers, .n_headers = 2};
    struct dpop dpop;
    struct arena a;
    arena_init(&a);
    const char *why_not = dpop_check(&a, &rq, 1700000000, &dpop);
    if (!why_not && (strlen(dpop.key) != 43 || strlen(dpop.id) != 43))
        __builtin_trap();
    arena_done(&a);
    return 0;
}
