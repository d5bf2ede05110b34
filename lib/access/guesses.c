/* SPDX-License-Identifier: Apache-2.0 */
#include "access/guesses.h"

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

struct guesses {
    pthread_mutex_t lock;
    struct map devices; /* seed -> struct device */
};

struct guesses *guesses_new(void)
{
    struct guesses *guesses = mem_alloc(sizeof *guesses);
    pthread_mutex_init(&guesses->lock, NULL);
    return guesses;
}

void guesses_clear(struct guesses *guesses)
{
    const struct map_entry *entry;
    pthread_mutex_lock(&guesses->lock);
    for (size_t at = 0; (entry = map_next(&guesses->devices, &at)) != NULL;)
        mem_free(entry->value);
    map_done(&guesses->devices);
    pthread_mutex_unlock(&guesses->lock);
}

void guesses_free(struct guesses *guesses)
{
    if (!guesses)
        return;
    guesses_clear(guesses);
    pthread_mutex_destroy(&guesses->lock);
    mem_free(guesses);
}

static bool counts(const struct device *device, int64_t now)
{
    return now < device->until && device->until <= now + (int64_t)BURST * SECONDS;
}

int64_t guesses_next(struct guesses *guesses, struct str seed, int64_t now)
{
    pthread_mutex_lock(&guesses->lock);
    const struct device *device = map_get(&guesses->devices, seed);
    int64_t next = device && counts(device, now) ? device->until - (BURST - 1) * SECONDS : now;
    pthread_mutex_unlock(&guesses->lock);
    return next > now ? next : now;
}

/* Keeps those whose wrong codes count. */
static void sweep(struct guesses *guesses, int64_t now)
{
    struct map kept = {.n = 0};
    const struct map_entry *entry;
    for (size_t at = 0; (entry = map_next(&guesses->devices, &at)) != NULL;) {
        if (counts(entry->value, now))
            map_put(&kept, entry->key, entry->value);
        else
            mem_free(entry->value);
    }
    map_done(&guesses->devices);
    guesses->devices = kept;
}

static struct device *add(struct guesses *guesses, struct str seed, int64_t now)
{
    if (guesses->devices.n >= SWEPT_AT)
        sweep(guesses, now);
    struct device *device = mem_alloc(sizeof *device + seed.n + 1);
    memcpy(device->seed, seed.p, seed.n);
    map_put(&guesses->devices, (struct str){device->seed, seed.n}, device);
    return device;
}

void guesses_wrong(struct guesses *guesses, struct str seed, int64_t now)
{
    pthread_mutex_lock(&guesses->lock);
    struct device *device = map_get(&guesses->devices, seed);
    if (!device)
        device = add(guesses, seed, now);
    device->until = (counts(device, now) ? device->until : now) + SECONDS;
    pthread_mutex_unlock(&guesses->lock);
}

void guesses_right(struct guesses *guesses, struct str seed)
{
    pthread_mutex_lock(&guesses->lock);
    mem_free(map_remove(&guesses->devices, seed));
    pthread_mutex_unlock(&guesses->lock);
}
