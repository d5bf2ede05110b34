/* SPDX-License-Identifier: Apache-2.0 */
/* A client with a key of P-256, which proves that it has it. */
#pragma once

#include <nettle/ecdsa.h>

#include "base/rand.h"
#include "base/str.h"

struct dpop_client {
    struct rand rand;
    struct ecc_scalar secret;
    struct ecc_point point;
};

void dpop_client_init(struct dpop_client *client, uint64_t seed);
void dpop_client_done(struct dpop_client *client);

/* The public key, as the members of a JSON object without braces. */
const char *dpop_client_jwk(struct dpop_client *client, struct arena *a);

/* A token with that header and those claims, which are JSON. */
const char *dpop_client_sign(struct dpop_client *client, struct arena *a, const char *head,
                             const char *claims);

/* A proof as clients make it. */
const char *dpop_client_proof(struct dpop_client *client, struct arena *a, const char *url,
                              int64_t at, const char *id);
