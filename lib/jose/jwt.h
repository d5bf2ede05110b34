/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Web Tokens of identity providers: RFC 7519, signed as RFC 7515 has it, with the keys of
 * RFC 7517. Reading believes nothing; jwt_verify tells whether the issuer said so.
 */
#pragma once

#include "access/session.h"

enum { JWT_NEVER = -1 }; /* of times: the claim is not there */

struct jwt_claim {
    const char *name, *value;
};

/* What STS looks at. Texts are in the arena; NULL: the claim is not there. */
struct jwt {
    const char *algorithm, *key_id;
    const char *issuer, *subject;
    const char *party; /* "azp": whom the token was issued to */
    const char *const *audience;
    size_t n_audience;
    const char *const *methods; /* "amr": how the subject was authenticated */
    size_t n_methods;
    int64_t expires, issued, not_before;
    const struct session_tag *tags;
    size_t n_tags;
    const char **transitive; /* keys of tags; whether there are such is not looked at */
    size_t n_transitive;
    const char *source_identity;
    const struct jwt_claim *claims; /* all that are one text, number or truth value */
    size_t n_claims;
    struct str content, signature;
};

/* False for what is no signed token, or has claims of other types than they have to be. */
bool jwt_read(struct arena *a, struct str token, struct jwt *ret) MUST_USE;

enum jwt_verdict {
    JWT_VERIFIED,
    JWT_NO_KEY,  /* the set has no key of that id and kind */
    JWT_REFUSED, /* not signed by that key, or by an algorithm that is not taken */
};

/* KEYS is a JSON Web Key Set. RS256, RS384, RS512, PS256, ES256 and ES384. */
enum jwt_verdict jwt_verify(struct arena *a, const struct jwt *jwt, struct str keys);

/* Whether TEXT is a set of at least one key that jwt_verify could use. */
bool jwt_keys_ok(struct arena *a, struct str text) MUST_USE;

/* base64url without padding (RFC 4648, section 5); decoding accepts nothing else. */
void jwt_encode(struct buf *b, const unsigned char *bytes, size_t n);
bool jwt_decode(struct arena *a, struct str text, struct str *ret) MUST_USE;

/* SHA-256 in that form: thumbprints of keys, challenges of clients. */
char *jwt_digest(struct arena *a, const char *text);
