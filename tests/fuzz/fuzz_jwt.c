/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, and sets of keys: the input up to the first line end is a token, the rest the set. */
#include "jose/jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const algorithms[] = {"RS256", "RS384", "RS512", "PS256", "ES256", "ES384"};
    struct str keys = {(const char *)data, size}, token = str_cut(&keys, '\n');
    struct jwt jwt;
    struct arena a;
    arena_init(&a);
    bool usable = jwt_keys_ok(&a, keys), read = jwt_read(&a, token, &jwt);
    for (size_t i = 0; i < ARRAY_LEN(algorithms) && read; i++) {
        jwt.algorithm = algorithms[i];
        jwt.key_id = NULL;
        if (jwt_verify(&a, &jwt, keys) == JWT_VERIFIED && !usable)
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
