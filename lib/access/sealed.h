/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoded authorization messages: JSON that only the sandbox which wrote it can read, and only for
 * the account it was written for (STS API Reference, DecodeAuthorizationMessage). Compressed,
 * encrypted and authenticated: AES in SIV mode, which needs no nonce.
 */
#pragma once

#include "base/str.h"

enum { SEALED_KEY_SIZE = 32 };

/* The key that belongs to a secret of the sandbox. */
void sealed_key(struct str secret, unsigned char ret[static SEALED_KEY_SIZE]);

/* Bytes that TEXT takes up, compressed. */
size_t sealed_packed(struct arena *a, struct str text);

/* Bytes. What was sealed for one account, or purpose, opens for no other. */
struct str sealed_bytes(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                        const char *account, struct str text);
/* p == NULL: bytes of another sandbox or account, or altered ones. */
struct str sealed_open(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                       const char *account, struct str sealed);

/* The same in letters, digits, `-` and `_`. */
char *sealed_write(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                   const char *account, struct str text);
struct str sealed_read(struct arena *a, const unsigned char key[static SEALED_KEY_SIZE],
                       const char *account, struct str message);
