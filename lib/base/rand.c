/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rand.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void rand_init(struct rand *r)
{
    *r = (struct rand){.seeded = false};
    pthread_mutex_init(&r->lock, NULL);
}

void rand_init_seeded(struct rand *r, uint64_t seed)
{
    rand_init(r);
    r->seeded = true;
    r->state = seed;
}

void rand_done(struct rand *r)
{
    pthread_mutex_destroy(&r->lock);
}

void rand_restart(struct rand *r, uint64_t seed)
{
    pthread_mutex_lock(&r->lock);
    r->state = seed;
    r->left = 0;
    pthread_mutex_unlock(&r->lock);
}

/* SplitMix64 (Steele, Lea, Flood 2014): equidistributed, and any seed will do. */
static uint64_t next_seeded(struct rand *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

static void refill(struct rand *r)
{
    r->left = sizeof r->pool;
    if (r->seeded) {
        for (size_t i = 0; i < sizeof r->pool; i += 8) {
            uint64_t word = next_seeded(r);
            memcpy(r->pool + i, &word, 8);
        }
        return;
    }
    for (size_t have = 0; have < sizeof r->pool;) {
        ssize_t n = getrandom(r->pool + have, sizeof r->pool - have, 0);
        if (n < 0)
            abort(); /* Linux fails here only for bad arguments or before 3.17 */
        have += (size_t)n;
    }
}

void rand_bytes(struct rand *r, unsigned char *ret, size_t n)
{
    pthread_mutex_lock(&r->lock);
    while (n) {
        if (r->left == 0)
            refill(r);
        size_t take = n < r->left ? n : r->left;
        unsigned char *from = r->pool + sizeof r->pool - r->left;
        memcpy(ret, from, take);
        memset(from, 0, take);
        r->left -= take;
        ret += take;
        n -= take;
    }
    pthread_mutex_unlock(&r->lock);
}
