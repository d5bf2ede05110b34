/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys of SSH (RFC 4253, section 6.6), of RSA with 2048 to 16384 bits (IAM User Guide, "Use
 * SSH keys with CodeCommit"). They come as a line that begins with "ssh-rsa" or as PEM of a
 * SubjectPublicKeyInfo, and are kept as the blob of SSH, which is the same for both: numbers have
 * no more bytes than they need. Reading takes one walk over the text.
 */
#pragma once

#include "base/str.h"

enum { SSH_FINGERPRINT_SIZE = 48 };

/* The blob of the key that TEXT is. ERR_INVALID_PUBLIC_KEY, or
   ERR_UNRECOGNIZED_PUBLIC_KEY_ENCODING: it is neither form. */
int ssh_key_read(struct arena *a, struct str text, struct str *ret) MUST_USE;

char *ssh_key_line(struct arena *a, struct str blob); /* without a comment */
char *ssh_key_pem(struct arena *a, struct str blob);

/* MD5 of the blob: 47 characters, as ssh-keygen -l -E md5 has them. */
char *ssh_key_fingerprint(struct arena *a, struct str blob);
