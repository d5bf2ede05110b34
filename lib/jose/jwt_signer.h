/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys that the sandbox signs tokens with: one RSA key of 2048 bits for RS256, and one on the
 * curve P-384 for ES384. Made when the first token is, and kept with the data.
 */
#pragma once

#include "call/call.h"

struct jwt_signer;

void jwt_signer_free(struct jwt_signer *signer); /* accepts NULL */

/* The sandbox's; the calling thread is in no transaction. ERR_NOT_FOUND when it has none yet. A is
   for scratch. */
int jwt_signer_find(struct sandbox *sandbox, struct arena *a,
                    const struct jwt_signer **ret) MUST_USE;
/* The same, with keys made where there are none, which takes a tenth of a second. */
int jwt_signer_need(struct sandbox *sandbox, struct arena *a,
                    const struct jwt_signer **ret) MUST_USE;

/* The public keys, as a JSON Web Key Set. */
char *jwt_signer_keys(struct arena *a, const struct jwt_signer *signer);

/* A token with these claims, which are a JSON object. ALGORITHM is RS256 or ES384. */
char *jwt_signer_sign(struct arena *a, const struct jwt_signer *signer, struct rand *rand,
                      const char *algorithm, struct str claims);
