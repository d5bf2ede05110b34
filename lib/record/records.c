/* SPDX-License-Identifier: Apache-2.0 */
#include "record/records.h"

#include <pthread.h>
#include <stddef.h>

#include "base/mem.h"
#include "record/record_priv.h"

struct records {
    pthread_mutex_t lock;
    size_t capacity, max_bytes;
    struct kept **ring; /* one more than the capacity; NULL: none was ever kept */
    size_t first, end;  /* the oldest, and behind the newest; they only grow */
    size_t bytes;       /* of all records, and of what they hold, each counted once */
    struct records_follower *followers;
    size_t n_followers;
    bool freed; /* and left to those who follow */
};

struct records_follower {
    struct records *records;
    struct records_follower *next;
    uint64_t at; /* the number of the next record */
    bool dismissed;
    size_t n_owner;
    char owner[];
};

struct records *records_new(size_t capacity, size_t max_bytes)
{
    struct records *records = mem_alloc(sizeof *records);
    pthread_mutex_init(&records->lock, NULL);
    records->capacity = capacity;
    records->max_bytes = max_bytes;
    return records;
}

static struct kept **place(const struct records *records, size_t at)
{
    return &records->ring[at % (records->capacity + 1)];
}

static void count_in(struct records *records, struct cached *entry)
{
    if (!entry || entry->counted++)
        return;
    records->bytes += entry->size;
    for (size_t i = 0; i < entry->n_parts; i++) {
        if (!entry->parts[i]->counted++)
            records->bytes += entry->parts[i]->size;
    }
}

static void count_out(struct records *records, struct cached *entry)
{
    if (!entry || --entry->counted)
        return;
    records->bytes -= entry->size;
    for (size_t i = 0; i < entry->n_parts; i++) {
        if (!--entry->parts[i]->counted)
            records->bytes -= entry->parts[i]->size;
    }
}

static void count(struct records *records, struct kept *kept,
                  void (*way)(struct records *records, struct cached *entry))
{
    way(records, kept->record.view);
    way(records, kept->record.place.membership);
    for (const struct record_decision *d = kept->record.decisions; d; d = d->next) {
        way(records, d->owner_place.membership);
        way(records, d->document);
    }
}

/* Takes out the oldest, which goes on to the list GONE. */
static void take_out(struct records *records, struct kept **gone)
{
    struct kept *kept = *place(records, records->first++);
    records->bytes -= kept->size;
    count(records, kept, count_out);
    kept->next = *gone;
    *gone = kept;
}

/* The last reference of one may be that of its view, and take a while to give back. */
static void release_all(struct kept *gone)
{
    while (gone) {
        struct kept *next = gone->next;
        record_release(&gone->record);
        gone = next;
    }
}

/* Those who follow for OWNER; p == NULL: all. Under the lock. */
static void dismiss(struct records *records, struct str owner)
{
    for (struct records_follower *f = records->followers; f; f = f->next)
        f->dismissed |= !owner.p || str_eq(owner, (struct str){f->owner, f->n_owner});
}

void records_clear(struct records *records)
{
    struct kept *gone = NULL;
    pthread_mutex_lock(&records->lock);
    dismiss(records, (struct str){NULL, 0});
    while (records->first < records->end)
        take_out(records, &gone);
    pthread_mutex_unlock(&records->lock);
    release_all(gone);
}

static void destroy(struct records *records)
{
    pthread_mutex_destroy(&records->lock);
    mem_free(records->ring);
    mem_free(records);
}

void records_free(struct records *records)
{
    if (!records)
        return;
    records_clear(records);
    pthread_mutex_lock(&records->lock);
    records->freed = true;
    bool last = records->n_followers == 0;
    pthread_mutex_unlock(&records->lock);
    if (last)
        destroy(records);
}

void records_keep(struct records *records, const struct record *record)
{
    struct kept *kept = record_copy(record), *gone = NULL;
    pthread_mutex_lock(&records->lock);
    if (!records->ring)
        records->ring = mem_alloc((records->capacity + 1) * sizeof(struct kept *));
    *place(records, records->end++) = kept;
    records->bytes += kept->size;
    count(records, kept, count_in);
    for (size_t n = records->end - records->first;
         n > records->capacity || (n > 1 && records->bytes > records->max_bytes); n--)
        take_out(records, &gone);
    pthread_mutex_unlock(&records->lock);
    release_all(gone);
}

static const struct record *hold(struct kept *kept)
{
    atomic_fetch_add_explicit(&kept->refs, 1, memory_order_relaxed);
    return &kept->record;
}

const struct record *records_find(struct records *records, struct str request_id)
{
    const struct record *found = NULL;
    pthread_mutex_lock(&records->lock);
    for (size_t at = records->end; at > records->first && !found; at--) {
        struct kept *kept = *place(records, at - 1);
        if (str_is(request_id, kept->record.request_id))
            found = hold(kept);
    }
    pthread_mutex_unlock(&records->lock);
    return found;
}

size_t records_recent(struct records *records, const struct record **ret, size_t n)
{
    size_t found = 0;
    pthread_mutex_lock(&records->lock);
    for (size_t at = records->end; at > records->first && found < n; at--)
        ret[found++] = hold(*place(records, at - 1));
    pthread_mutex_unlock(&records->lock);
    return found;
}

void record_release(const struct record *record)
{
    if (!record)
        return;
    struct kept *kept = (struct kept *)((uintptr_t)record - offsetof(struct kept, record));
    if (atomic_fetch_sub_explicit(&kept->refs, 1, memory_order_acq_rel) > 1)
        return;
    record_release_parts(record);
    cached_release(record->view);
    mem_free(kept);
}

int64_t records_newest(struct records *records)
{
    pthread_mutex_lock(&records->lock);
    int64_t newest = (int64_t)records->end - 1;
    pthread_mutex_unlock(&records->lock);
    return newest;
}

struct records_follower *records_join(struct records *records, struct str owner, int64_t last)
{
    struct records_follower *f = NULL;
    pthread_mutex_lock(&records->lock);
    if (records->n_followers < RECORDS_FOLLOWERS) {
        f = mem_alloc(sizeof *f + owner.n);
        bool earlier = last >= 0 && (uint64_t)last < records->end; /* else of another server */
        *f = (struct records_follower){.records = records,
                                       .next = records->followers,
                                       .at = earlier ? (uint64_t)last + 1 : records->end,
                                       .n_owner = owner.n};
        memcpy(f->owner, owner.p, owner.n);
        records->followers = f;
        records->n_followers++;
    }
    pthread_mutex_unlock(&records->lock);
    return f;
}

void records_leave(struct records_follower *follower)
{
    struct records *records = follower->records;
    pthread_mutex_lock(&records->lock);
    struct records_follower **link = &records->followers;
    while (*link != follower)
        link = &(*link)->next;
    *link = follower->next;
    bool last = --records->n_followers == 0 && records->freed;
    pthread_mutex_unlock(&records->lock);
    mem_free(follower);
    if (last)
        destroy(records);
}

int64_t records_follow(struct records_follower *follower, size_t n,
                       void (*see)(void *who, const struct record *record, uint64_t number),
                       void *who)
{
    struct records *records = follower->records;
    int64_t seen = 0;
    pthread_mutex_lock(&records->lock);
    if (follower->at < records->first)
        follower->at = records->first;
    for (; !follower->dismissed && (size_t)seen < n && follower->at < records->end; seen++) {
        see(who, &(*place(records, follower->at))->record, follower->at);
        follower->at++;
    }
    if (follower->dismissed)
        seen = -1;
    pthread_mutex_unlock(&records->lock);
    return seen;
}

void records_dismiss(struct records *records, struct str owner)
{
    pthread_mutex_lock(&records->lock);
    dismiss(records, owner);
    pthread_mutex_unlock(&records->lock);
}
