/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/reports.h"

#include <pthread.h>

#include "base/map.h"
#include "base/mem.h"

struct reports {
    pthread_mutex_t lock;
    struct map claims; /* account -> its text */
};

struct reports *reports_new(void)
{
    struct reports *reports = mem_alloc(sizeof *reports);
    pthread_mutex_init(&reports->lock, NULL);
    return reports;
}

void reports_free(struct reports *reports)
{
    if (!reports)
        return;
    map_done(&reports->claims);
    pthread_mutex_destroy(&reports->lock);
    mem_free(reports);
}

bool reports_claim(struct reports *reports, struct str account)
{
    pthread_mutex_lock(&reports->lock);
    bool free = !map_get(&reports->claims, account);
    if (free) {
        char *text = mem_alloc(account.n + 1);
        memcpy(text, account.p, account.n);
        map_put(&reports->claims, (struct str){text, account.n}, text);
    }
    pthread_mutex_unlock(&reports->lock);
    return free;
}

void reports_release(struct reports *reports, struct str account)
{
    pthread_mutex_lock(&reports->lock);
    mem_free(map_remove(&reports->claims, account));
    pthread_mutex_unlock(&reports->lock);
}

bool reports_claimed(struct reports *reports, struct str account)
{
    pthread_mutex_lock(&reports->lock);
    bool claimed = map_get(&reports->claims, account) != NULL;
    pthread_mutex_unlock(&reports->lock);
    return claimed;
}
