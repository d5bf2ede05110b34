/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Session tokens: as they are sent, and what is inside of one that was sealed with the right key.
 * What can be opened can be sealed again, and is the same then.
 */
#include "access/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned char key[SEALED_KEY_SIZE] = {7};
    struct str text = {(const char *)data, size};
    struct session session, again;
    struct arena a;
    arena_init(&a);
    bool opened = session_open(&a, key, text, &session);
    if (opened) /* nobody can guess the key */
        __builtin_trap();
    struct str bytes = sealed_bytes(&a, key, "session", text);
    struct buf token = buf_new(&a, 64);
    buf_base64(&token, (const unsigned char *)bytes.p, bytes.n);
    if (session_open(&a, key, buf_str(&token), &session)) {
        const char *sealed = session_seal(&a, key, &session);
        if (sealed && (!session_open(&a, key, str_of(sealed), &again) ||
                       strcmp(session.secret, again.secret) != 0 || session.n_tags != again.n_tags))
            __builtin_trap();
    }
    arena_done(&a);
    return 0;
}
