/* SPDX-License-Identifier: Apache-2.0 */
/* A whole request as text; the first byte chooses the rules of the service. */
#include "authn/sigv4.h"
#include "support/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[SIGV4_KEY_SIZE];
    struct arena a;
    struct sigv4_auth auth;
    const char *message = NULL;
    if (size == 0)
        return 0;
    struct sigv4_rules rules = {.normalize_path = data[0] & 1, .token_after_signing = data[0] & 2};
    arena_init(&a);
    struct request *rq = wire_request(&a, (struct str){(const char *)data + 1, size - 1});
    if (rq && sigv4_parse(&a, rq, &auth, &message) == OK) {
        bool in_scope = sigv4_check_scope(&a, rq, &auth, auth.signed_at, &message) == OK;
        if (sigv4_verify(&a, rq, &auth, &rules, key) || (!in_scope && !message))
            __builtin_trap();
    } else if (rq && !message) {
        __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
