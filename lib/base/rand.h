/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness: from the kernel, or a reproducible sequence when a seed is given (for tests that
 * want the same identifiers every time; never for secrets that matter). Thread-safe.
 */
#pragma once

#include <pthread.h>

#include "base/base.h"

struct rand {
    pthread_mutex_t lock;
    bool seeded;
    uint64_t state;
    size_t left; /* bytes of the pool not yet handed out */
    unsigned char pool[512];
};

void rand_init(struct rand *r);
void rand_init_seeded(struct rand *r, uint64_t seed);
void rand_done(struct rand *r);
void rand_restart(struct rand *r,
                  uint64_t seed); /* a seeded source starts over; others do not care */
void rand_bytes(struct rand *r, unsigned char *ret, size_t n);
