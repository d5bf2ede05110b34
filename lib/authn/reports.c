/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/reports.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"

enum { LEASE_MS = 60 * 1000 }; /* between two slices of the same request, at most */

struct claim {
    uint64_t number;
    int64_t until_ms;
    char account[];
};

struct reports {
    pthread_mutex_t lock;
    uint64_t last;     /* claim */
    struct map claims; /* account -> struct claim */
};

struct reports *reports_new(void)
{
    struct reports *reports = mem_alloc(sizeof *reports);
    pthread_mutex_init(&reports->lock, NULL);
    return reports;
}

void reports_free(struct reports *reports)
{
    const struct map_entry *entry;
    if (!reports)
        return;
    for (size_t at = 0; (entry = map_next(&reports->claims, &at)) != NULL;)
        mem_free(entry->value);
    map_done(&reports->claims);
    pthread_mutex_destroy(&reports->lock);
    mem_free(reports);
}

static bool holds(const struct claim *claim)
{
    return claim && clock_monotonic_ms() < claim->until_ms;
}

uint64_t reports_claim(struct reports *reports, struct str account)
{
    uint64_t number = 0;
    pthread_mutex_lock(&reports->lock);
    struct claim *claim = map_get(&reports->claims, account);
    if (!holds(claim)) {
        if (!claim) {
            claim = mem_alloc(sizeof *claim + account.n);
            memcpy(claim->account, account.p, account.n);
            map_put(&reports->claims, (struct str){claim->account, account.n}, claim);
        }
        claim->until_ms = clock_monotonic_ms() + LEASE_MS;
        claim->number = number = ++reports->last;
    }
    pthread_mutex_unlock(&reports->lock);
    return number;
}

bool reports_renew(struct reports *reports, struct str account, uint64_t number)
{
    pthread_mutex_lock(&reports->lock);
    struct claim *claim = map_get(&reports->claims, account);
    bool ours = claim && claim->number == number;
    if (ours)
        claim->until_ms = clock_monotonic_ms() + LEASE_MS;
    pthread_mutex_unlock(&reports->lock);
    return ours;
}

void reports_release(struct reports *reports, struct str account, uint64_t number)
{
    pthread_mutex_lock(&reports->lock);
    struct claim *claim = map_get(&reports->claims, account);
    if (claim && claim->number == number) {
        map_remove(&reports->claims, account);
        mem_free(claim);
    }
    pthread_mutex_unlock(&reports->lock);
}

bool reports_claimed(struct reports *reports, struct str account)
{
    pthread_mutex_lock(&reports->lock);
    bool claimed = holds(map_get(&reports->claims, account));
    pthread_mutex_unlock(&reports->lock);
    return claimed;
}
