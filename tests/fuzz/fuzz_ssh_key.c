/* SPDX-License-Identifier: Apache-2.0 */
/* A public key of SSH that is read is read again from either form that it is printed in. */
#include "authn/ssh_key.h"
#include "err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(struct arena *a, const char *text, struct str blob)
{
    struct str again;
    if (ssh_key_read(a, str_of(text), &again) != OK || !str_eq(blob, again))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str blob;
    arena_init(&a);
    if (ssh_key_read(&a, (struct str){(const char *)data, size}, &blob) == OK) {
        check_same(&a, ssh_key_line(&a, blob), blob);
        check_same(&a, ssh_key_pem(&a, blob), blob);
        if (strlen(ssh_key_fingerprint(&a, blob)) != SSH_FINGERPRINT_SIZE - 1)
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
