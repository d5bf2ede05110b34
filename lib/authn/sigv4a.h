/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AWS Signature Version 4A: the same request is signed with a key of the curve P-256 that follows
 * from the access key, so that whoever checks needs no secret, and for a set of regions. (IAM User
 * Guide, "How AWS SigV4A works".) An access key has one such key, whatever it is used for.
 *
 * To derive the key takes some 30 microseconds, to check a signature some 110: what checks them
 * leaves the serving threads.
 */
#pragma once

#include "authn/sigv4.h"

enum { SIGV4A_NUMBER_SIZE = 32 };

struct sigv4a_key {
    unsigned char x[SIGV4A_NUMBER_SIZE], y[SIGV4A_NUMBER_SIZE]; /* the public point */
};

/* SECRET: at most SIGV4_SECRET_MAX. */
void sigv4a_key_of(struct str access_key_id, struct str secret, struct sigv4a_key *ret);

/* True when the request was signed with that key. */
bool sigv4a_verify(struct arena *a, const struct request *rq, const struct sigv4_auth *auth,
                   const struct sigv4_rules *rules, const struct sigv4a_key *key) MUST_USE;

/*
 * The region of the set that the request is made in: that of its Host, or else the first that has
 * no wildcard, or us-east-1. p == NULL: the set does not have it. AWS undocumented: what
 * aws:RequestedRegion is, where the Host names no region.
 */
struct str sigv4a_region(const struct request *rq, struct str set);
