/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs that a client has a key (RFC 9449, "OAuth 2.0 Demonstrating Proof of Possession"): a token
 * in the header DPoP that the client has signed for this very request, with the key in it.
 *
 * Each is good once, which a bounded memory sees to: of tens of thousands, those that were used the
 * longest ago are forgotten. A proof is noted when its request has got a final answer, since
 * clients send the same one again when they have got none. Thread-safe.
 */
#pragma once

#include "call/request.h"

struct dpop {
    const char *key; /* thumbprint of the key (RFC 7638) */
    const char *id;  /* of the proof: a digest of that and of "jti" */
};

/* Whether RQ has a proof that fits it. NOW is real time: clients know no other. NULL: it has;
   otherwise what is wrong. */
const char *dpop_check(struct arena *a, const struct request *rq, int64_t now, struct dpop *ret);

struct dpop_memory;

struct dpop_memory *dpop_memory_new(void);
void dpop_memory_free(struct dpop_memory *memory); /* accepts NULL */
void dpop_memory_clear(struct dpop_memory *memory);

bool dpop_is_used(struct dpop_memory *memory, const struct dpop *dpop);
void dpop_note_used(struct dpop_memory *memory, const struct dpop *dpop);
