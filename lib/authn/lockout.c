/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/lockout.h"

#include <pthread.h>

#include "base/cache.h"
#include "base/mem.h"

enum { BYTES = 2 * 1024 * 1024 }; /* of names: about ten thousand */

/* Of one name. */
struct tries {
    struct cached base;
    int64_t failures, last; /* under the lock */
    char key[];
};

struct lockout {
    pthread_mutex_t lock;
    struct cache *tries; /* those with the newest failures */
};

struct lockout *lockout_new(void)
{
    struct lockout *lockout = mem_alloc(sizeof *lockout);
    pthread_mutex_init(&lockout->lock, NULL);
    lockout->tries = cache_new(BYTES);
    return lockout;
}

void lockout_free(struct lockout *lockout)
{
    if (!lockout)
        return;
    cache_free(lockout->tries);
    pthread_mutex_destroy(&lockout->lock);
    mem_free(lockout);
}

void lockout_clear(struct lockout *lockout)
{
    cache_clear(lockout->tries);
}

static void destroy(struct cached *entry)
{
    mem_free(entry);
}

static struct tries *add(struct cache *cache, struct str key)
{
    struct tries *tries = mem_alloc(sizeof *tries + key.n);
    memcpy(tries->key, key.p, key.n);
    tries->base.key = (struct str){tries->key, key.n};
    tries->base.size = sizeof *tries + key.n;
    tries->base.destroy = destroy;
    return (struct tries *)cache_insert(cache, &tries->base, cache_ticket(cache));
}

static bool counts(const struct tries *tries, int64_t now, const struct lockout_rule *rule)
{
    return tries->last <= now && now < tries->last + rule->seconds;
}

int64_t lockout_left(struct lockout *lockout, struct str key, int64_t now,
                     const struct lockout_rule *rule)
{
    int64_t left = 0;
    pthread_mutex_lock(&lockout->lock);
    struct tries *tries = (struct tries *)cache_acquire(lockout->tries, key);
    if (tries && rule->failures && tries->failures >= rule->failures && counts(tries, now, rule))
        left = tries->last + rule->seconds - now;
    pthread_mutex_unlock(&lockout->lock);
    if (tries)
        cached_release(&tries->base);
    return left;
}

void lockout_failed(struct lockout *lockout, struct str key, int64_t now,
                    const struct lockout_rule *rule)
{
    pthread_mutex_lock(&lockout->lock);
    struct tries *tries = (struct tries *)cache_acquire(lockout->tries, key);
    if (!tries)
        tries = add(lockout->tries, key);
    tries->failures = (counts(tries, now, rule) ? tries->failures : 0) + 1;
    tries->last = now;
    pthread_mutex_unlock(&lockout->lock);
    cached_release(&tries->base);
}

void lockout_succeeded(struct lockout *lockout, struct str key)
{
    pthread_mutex_lock(&lockout->lock);
    struct tries *tries = (struct tries *)cache_acquire(lockout->tries, key);
    if (tries)
        tries->failures = 0;
    pthread_mutex_unlock(&lockout->lock);
    if (tries)
        cached_release(&tries->base);
}
