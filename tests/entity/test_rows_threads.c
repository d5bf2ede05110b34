/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever asks after a change was published sees it, and nobody sees what was rolled back. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "access/view.h"
#include "entities.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define ALICE "AIDAZL6XWCR2MLDRO6EIG"

enum { READERS = 3, READS = 3000, WRITES = 400, BATCH = 4, LOST = 3 };

static struct box box;
static _Atomic int64_t published; /* the path that was published last */
static _Atomic int stale, spoiled;
static atomic_bool done;

static int64_t path_of(struct arena *a)
{
    struct tx tx;
    struct iam_user *user;
    struct call c = box_call(&box);
    int64_t number = 0;
    c.arena = a;
    c.tx = &tx;
    store_begin_later(box.sandbox.store, false, a, &tx);
    bool found = entity_user(&c, "alice", &user) == OK;
    found &= store_end(&tx, true) == OK;
    struct str path = found ? str_of(user->path) : STR("//");
    str_to_int64((struct str){path.p + 1, path.n - 2}, &number);
    return number;
}

static void *look(UNUSED void *nothing)
{
    struct arena a;
    arena_init(&a);
    for (int i = 0; i < READS && !atomic_load(&done); i++) {
        int64_t least = atomic_load(&published), number = path_of(&a);
        if (number < least)
            atomic_fetch_add(&stale, 1);
        if (number % LOST == 0)
            atomic_fetch_add(&spoiled, 1);
        arena_reset(&a);
    }
    arena_done(&a);
    return NULL;
}

/* One write of a batch; every third is rolled back. */
static void change(struct arena *a, int64_t number, struct store_touched **ret)
{
    struct tx tx;
    const char *path = arena_printf(a, "/%" PRId64 "/", number);
    ASSERT_OK(store_begin(box.sandbox.store, true, a, &tx));
    ASSERT_OK(q_user_move(
        &tx,
        &(struct q_user_move){
            .account = BOX_ACCOUNT, .name_key = "alice", .path = path, .arn = path, .id = ALICE}));
    ASSERT_OK(store_end(&tx, number % LOST != 0));
    *ret = tx.touched;
}

static void write_batch(struct arena *a, int64_t first)
{
    struct store_touched *touched[BATCH];
    ASSERT_OK(store_batch_begin(box.sandbox.store));
    for (int i = 0; i < BATCH; i++)
        change(a, first + i, &touched[i]);
    ASSERT_OK(store_batch_end(box.sandbox.store));
    for (int i = 0; i < BATCH; i++)
        view_publish(&box.sandbox, touched[i]);
    int64_t last = first + BATCH - 1;
    atomic_store(&published, last % LOST ? last : last - 1);
}

static void use_directory(char *path)
{
    const struct store_options options = {.schema = &queries_schema, .directory = path};
    const char *message = "";
    ck_assert_ptr_nonnull(mkdtemp(path));
    store_close(box.sandbox.store);
    ck_assert_msg(store_open(&options, &box.arena, &box.sandbox.store, &message) == OK, "%s",
                  message);
}

static void remove_directory(const char *path)
{
    static const char *const names[] = {"iam-local.db", "iam-local.db-wal", "iam-local.db-shm",
                                        "iam-local.lock"};
    char name[128];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        snprintf(name, sizeof name, "%s/%s", path, names[i]);
        unlink(name);
    }
    ck_assert_int_eq(rmdir(path), 0);
}

/* _i: 0 in memory, 1 in a directory. */
START_TEST(test_changes_under_readers)
{
    pthread_t threads[READERS];
    struct arena a;
    const char *tmp = getenv("TMPDIR");
    char path[64];
    snprintf(path, sizeof path, "%.40s/rows-XXXXXX", tmp ? tmp : "/tmp");
    box_open(&box);
    if (_i)
        use_directory(path);
    box_user(&box, ALICE, "alice");
    arena_init(&a);
    write_batch(&a, 1);
    for (int i = 0; i < READERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, look, NULL), 0);
    for (int64_t i = 1; i < WRITES; i++) {
        write_batch(&a, 1 + i * BATCH);
        arena_reset(&a);
    }
    atomic_store(&done, true);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    atomic_store(&done, false);
    ck_assert_int_eq(atomic_load(&stale), 0);
    ck_assert_int_eq(atomic_load(&spoiled), 0);
    arena_done(&a);
    atomic_store(&published, 0);
    box_close(&box);
    if (_i)
        remove_directory(path);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, test_changes_under_readers, 0, 2);
    return suite_run("rows_threads", tc);
}
