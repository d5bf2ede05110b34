/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that keep records of shared views beside others that read and drop them; ThreadSanitizer
   watches the same program. */
#include <pthread.h>
#include <stdio.h>

#include "base/mem.h"
#include "record/records.h"
#include "support/suite.h"

enum { WRITERS = 3, READERS = 2, VIEWS = 4, WRITES = 4000, READS = 2000, CLEARS = 50, SHOWN = 10 };

static struct records *records;
static struct cached *views[VIEWS];
static _Atomic int alive;

static void view_destroy(struct cached *entry)
{
    mem_free(entry);
    atomic_fetch_sub(&alive, 1);
}

static void *run_writer(void *number)
{
    for (int i = 0; i < WRITES; i++) {
        char id[32], why[64];
        snprintf(id, sizeof id, "%d-%d", *(int *)number, i);
        snprintf(why, sizeof why, "why %s", id);
        const struct record record = {
            .request_id = id, .why = why, .view = views[i % VIEWS], .kind = RECORD_KEY_REFUSED};
        records_keep(records, &record);
        const struct record *found = records_find(records, str_of(id));
        record_release(found);
    }
    return NULL;
}

/* All texts of a record are of one call. */
static void look(const struct record *record)
{
    ck_assert_str_eq(record->why + strlen("why "), record->request_id);
}

static void *run_reader(UNUSED void *nothing)
{
    for (int i = 0; i < READS; i++) {
        const struct record *recent[SHOWN];
        size_t n = records_recent(records, recent, SHOWN);
        for (size_t k = 0; k < n; k++) {
            look(recent[k]);
            record_release(recent[k]);
        }
        if (i % (READS / CLEARS) == 0)
            records_clear(records);
    }
    return NULL;
}

START_TEST(test_threads)
{
    pthread_t writers[WRITERS], readers[READERS];
    int numbers[WRITERS];
    records = records_new(64, 1 << 20);
    for (int i = 0; i < VIEWS; i++) {
        views[i] = mem_alloc(sizeof *views[i]);
        views[i]->destroy = view_destroy;
        views[i]->size = 400 << 10; /* not all of them fit */
        atomic_store(&views[i]->refs, 1);
        atomic_fetch_add(&alive, 1);
    }
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        ck_assert_int_eq(pthread_create(&writers[i], NULL, run_writer, &numbers[i]), 0);
    }
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&readers[i], NULL, run_reader, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    for (int i = 0; i < VIEWS; i++)
        cached_release(views[i]);
    records_free(records);
    ck_assert_int_eq(atomic_load(&alive), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_threads);
    return suite_run("records_threads", tc);
}
