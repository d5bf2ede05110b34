/* SPDX-License-Identifier: Apache-2.0 */
#include "access/mfa_attempts.h"

#include <pthread.h>

#include "base/map.h"
#include "base/mem.h"

enum {
    BURST = 10,     /* wrong codes at once */
    SECONDS = 30,   /* that each of them counts */
    SWEPT_AT = 256, /* devices, before those whose wrong codes count no more are looked for */
};

struct device {
    int64_t until; /* each wrong code moves this on; the count is how far it lies ahead of now */
    char seed[];
};

struct mfa_attempts {
    pthread_mutex_t lock;
    struct map devices; /* seed -> struct device */
};

struct mfa_attempts *mfa_attempts_new(void)
{
    struct mfa_attempts *attempts = mem_alloc(sizeof *attempts);
    pthread_mutex_init(&attempts->lock, NULL);
    return attempts;
}

void mfa_attempts_clear(struct mfa_attempts *attempts)
{
    const struct map_entry *entry;
    pthread_mutex_lock(&attempts->lock);
    for (size_t at = 0; (entry = map_next(&attempts->devices, &at)) != NULL;)
        mem_free(entry->value);
    map_done(&attempts->devices);
    pthread_mutex_unlock(&attempts->lock);
}

void mfa_attempts_free(struct mfa_attempts *attempts)
{
    if (!attempts)
        return;
    mfa_attempts_clear(attempts);
    pthread_mutex_destroy(&attempts->lock);
    mem_free(attempts);
}

static bool counts(const struct device *device, int64_t now)
{
    return now < device->until && device->until <= now + (int64_t)BURST * SECONDS;
}

int64_t mfa_attempts_next(struct mfa_attempts *attempts, struct str seed, int64_t now)
{
    pthread_mutex_lock(&attempts->lock);
    const struct device *device = map_get(&attempts->devices, seed);
    int64_t next = device && counts(device, now) ? device->until - (BURST - 1) * SECONDS : now;
    pthread_mutex_unlock(&attempts->lock);
    return next > now ? next : now;
}

/* Keeps those whose wrong codes count. */
static void sweep(struct mfa_attempts *attempts, int64_t now)
{
    struct map kept = {.n = 0};
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(&attempts->devices, &at)) != NULL;) {
        if (counts(entry->value, now))
            map_put(&kept, entry->key, entry->value);
        else
            mem_free(entry->value);
    }
    map_done(&attempts->devices);
    attempts->devices = kept;
}

static struct device *add(struct mfa_attempts *attempts, struct str seed, int64_t now)
{
    if (attempts->devices.n >= SWEPT_AT)
        sweep(attempts, now);
    struct device *device = mem_alloc(sizeof *device + seed.n + 1);
    memcpy(device->seed, seed.p, seed.n);
    map_put(&attempts->devices, (struct str){device->seed, seed.n}, device);
    return device;
}

void mfa_attempts_failed(struct mfa_attempts *attempts, struct str seed, int64_t now)
{
    pthread_mutex_lock(&attempts->lock);
    struct device *device = map_get(&attempts->devices, seed);
    if (!device)
        device = add(attempts, seed, now);
    device->until = (counts(device, now) ? device->until : now) + SECONDS;
    pthread_mutex_unlock(&attempts->lock);
}

void mfa_attempts_succeeded(struct mfa_attempts *attempts, struct str seed)
{
    pthread_mutex_lock(&attempts->lock);
    mem_free(map_remove(&attempts->devices, seed));
    pthread_mutex_unlock(&attempts->lock);
}
