/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to the files of a store behind its back is noticed, while it runs and afterwards. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "support.h"

static struct fix f;

static void setup(void)
{
    fix_open(&f, IN_DIRECTORY);
    fix_insert(&f, "a");
}

static void teardown(void)
{
    fix_done(&f);
}

static const char *database(void)
{
    return fix_path(&f, "iam-local.db");
}

static const char *wal(void)
{
    return fix_path(&f, "iam-local.db-wal");
}

static off_t size_of(const char *path)
{
    struct stat status;
    ASSERT_OK(stat(path, &status));
    return status.st_size;
}

enum { FILE_MAX = 1 << 20 };

static ssize_t contents(const char *path, char bytes[FILE_MAX])
{
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, bytes, FILE_MAX);
    ck_assert_int_gt(n, 0);
    ck_assert_int_lt(n, FILE_MAX);
    close(fd);
    return n;
}

static bool same(const char *one, const char *other)
{
    static char x[FILE_MAX], y[FILE_MAX];
    ssize_t n = contents(one, x);
    return n == contents(other, y) && memcmp(x, y, (size_t)n) == 0;
}

/* Like cp: a file that is there stays the same one. */
static void copy(const char *from, const char *to)
{
    static char bytes[FILE_MAX];
    ssize_t n = contents(from, bytes);
    int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_eq(write(fd, bytes, (size_t)n), n);
    close(fd);
}

static int try_insert(const char *id)
{
    struct tx tx;
    int code = store_begin(f.store, true, &f.arena, &tx);
    if (code < 0)
        return code;
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = id}));
    return store_end(&tx, true);
}

static void expect_trouble(const char *what)
{
    ck_assert_pstr_eq(store_trouble(f.store), what);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(try_insert("b"), ERR_STORE_LOST);
    ck_assert_int_eq(store_reset(f.store), ERR_STORE_LOST);
    ck_assert_pstr_eq(store_trouble(f.store), what);
}

START_TEST(files_that_are_gone)
{
    ASSERT_OK(unlink(wal()));
    expect_trouble("iam-local.db-wal is gone");
    ASSERT_OK(unlink(database()));
    expect_trouble("iam-local.db is gone");
    ck_assert_int_eq(access(database(), F_OK), -1);
}
END_TEST

START_TEST(a_directory_that_goes_and_comes_back)
{
    const char *away = arena_printf(&f.arena, "%s-away", f.directory);
    ck_assert_ptr_null(store_trouble(f.store));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    ASSERT_OK(rename(f.directory, away));
    expect_trouble("iam-local.db is gone");
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1); /* what is open can be read */
    ASSERT_OK(rename(away, f.directory));
    ck_assert_ptr_null(store_trouble(f.store));
    ASSERT_OK(try_insert("b"));
    fix_reopen(&f);
    ck_assert(!store_is_older(f.store));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 2);
}
END_TEST

/* Each read that runs beside others needs a connection of its own. */
START_TEST(nothing_else_is_opened_in_their_place)
{
    ASSERT_OK(unlink(database()));
    copy(wal(), database());
    struct tx first;
    ck_assert_int_eq(store_begin(f.store, false, &f.arena, &first), ERR_STORE_LOST);
    expect_trouble("iam-local.db is another file");
}
END_TEST

START_TEST(files_that_are_replaced)
{
    const char *other = fix_path(&f, "other");
    copy(wal(), other);
    ASSERT_OK(rename(other, wal()));
    expect_trouble("iam-local.db-wal is another file");
    copy(database(), other);
    ASSERT_OK(rename(other, database()));
    expect_trouble("iam-local.db is another file");
}
END_TEST

START_TEST(files_that_are_shortened)
{
    ASSERT_OK(truncate(wal(), size_of(wal()) - 1));
    expect_trouble("iam-local.db-wal was changed by somebody else");
    ASSERT_OK(truncate(database(), size_of(database()) / 2));
    expect_trouble("iam-local.db was changed by somebody else");
}
END_TEST

/* While others write all the time, there is no moment without a transaction. */
START_TEST(a_log_that_is_shortened_during_a_write)
{
    struct tx tx;
    ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "lost"}));
    ASSERT_OK(truncate(wal(), 3000));
    ck_assert_int_eq(store_end(&tx, _i), ERR_STORE_LOST);
    expect_trouble("iam-local.db-wal was changed by somebody else");
}
END_TEST

static int find(const char *id)
{
    struct thing_row row;
    struct tx tx;
    ASSERT_OK(store_begin(f.store, false, &f.arena, &tx));
    int code = q_thing_get(&tx, &(struct q_thing_get){id}, &row);
    ASSERT_OK(store_end(&tx, true));
    return code;
}

/* What stands in front of the hole is not lost, and the database is not spoilt. */
START_TEST(a_log_with_a_hole_is_read_as_far_as_it_goes)
{
    fix_insert(&f, "kept");
    off_t kept = size_of(wal());
    fix_insert(&f, "lost");
    off_t all = size_of(wal());
    ASSERT_OK(truncate(wal(), _i ? kept : 3000));
    ASSERT_OK(truncate(wal(), all));
    ck_assert_int_eq(try_insert("late"), ERR_STORE_LOST);
    expect_trouble("iam-local.db-wal was changed by somebody else");
    fix_reopen(&f);
    ck_assert_int_eq(find("kept"), _i ? OK : ERR_NOT_FOUND);
    ck_assert_int_eq(find("lost"), ERR_NOT_FOUND);
    ck_assert_int_eq(find("late"), ERR_NOT_FOUND);
    ASSERT_OK(try_insert("next"));
}
END_TEST

/* The database of another run is as long, and the same file remains. */
START_TEST(a_database_that_is_overwritten)
{
    const char *other = fix_path(&f, "other.db");
    copy(database(), other);
    fix_reopen(&f);
    fix_insert(&f, "b");
    ck_assert_int_eq(size_of(other), size_of(database()));
    copy(other, database());
    expect_trouble("iam-local.db was changed by somebody else");
}
END_TEST

START_TEST(own_changes_are_no_trouble)
{
    char id[16];
    for (int i = 0; i < 2000; i++) { /* some checkpoints */
        snprintf(id, sizeof id, "x%d", i);
        fix_insert(&f, id);
        struct tx tx;
        ASSERT_OK(store_begin(f.store, true, &f.arena, &tx));
        ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = "undone"}));
        ASSERT_OK(store_end(&tx, false));
    }
    ck_assert_ptr_null(store_trouble(f.store));
    ASSERT_OK(store_reset(f.store));
    for (int i = 0; i < 2000; i++) {
        snprintf(id, sizeof id, "x%d", i);
        fix_insert(&f, id);
    }
    ck_assert_ptr_null(store_trouble(f.store));
    fix_reopen(&f);
    ck_assert(!store_is_older(f.store));
}
END_TEST

/* What a killed process would leave, in the directory "crashed". */
static struct store *open_crashed(void)
{
    static const char *const files[] = {"iam-local.lock", "iam-local.db", "iam-local.db-wal"};
    const char *directory = fix_path(&f, "crashed"), *message = "";
    mkdir(directory, 0700);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        copy(fix_path(&f, files[i]), arena_printf(&f.arena, "%s/%s", directory, files[i]));
    const struct store_options options = {.schema = &fixture_schema, .directory = directory};
    struct store *store = NULL;
    ck_assert_msg(store_open(&options, &f.arena, &store, &message) == OK, "%s", message);
    return store;
}

START_TEST(a_crash_is_no_loss)
{
    for (int turn = 0; turn < 2; turn++) {
        struct store *crashed = open_crashed();
        ck_assert(!store_is_older(crashed));
        store_close(crashed);
        ASSERT_OK(store_reset(f.store)); /* as little as there can be */
    }
    unlink(fix_path(&f, "crashed/iam-local.lock"));
    unlink(fix_path(&f, "crashed/iam-local.db"));
}
END_TEST

START_TEST(an_older_copy_is_told_at_the_start)
{
    const char *older = fix_path(&f, "older");
    fix_reopen(&f);
    ck_assert(!store_is_older(f.store));
    copy(database(), older);
    fix_reopen(&f);
    fix_insert(&f, "more");
    store_close(f.store);
    copy(older, database());
    fix_open_again(&f);
    ck_assert(store_is_older(f.store));
    fix_reopen(&f);
    ck_assert(!store_is_older(f.store));
}
END_TEST

START_TEST(a_run_that_changes_nothing_leaves_what_it_found)
{
    const char *before = fix_path(&f, "before");
    fix_reopen(&f);
    copy(database(), before);
    fix_reopen(&f);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    store_close(f.store);
    ck_assert(same(database(), before));
    copy(before, database());
    fix_open_again(&f);
    ck_assert(!store_is_older(f.store));
}
END_TEST

START_TEST(a_missing_database_is_told_at_the_start)
{
    store_close(f.store);
    ASSERT_OK(unlink(database()));
    fix_open_again(&f);
    ck_assert(store_is_older(f.store));
    ck_assert_int_eq(fix_count(f.store, &f.arena), 0);
}
END_TEST

START_TEST(a_shorter_database_is_told_at_the_start)
{
    char id[16];
    for (int i = 0; i < 2000; i++) {
        snprintf(id, sizeof id, "x%d", i);
        fix_insert(&f, id);
    }
    store_close(f.store);
    ASSERT_OK(truncate(database(), size_of(database()) - 8192));
    const struct store_options options = {.schema = &fixture_schema, .directory = f.directory};
    const char *message = "";
    ck_assert_int_eq(store_open(&options, &f.arena, &f.store, &message), ERR_STORE);
    ck_assert_str_eq(message,
                     arena_printf(&f.arena,
                                  "cannot open %s: database disk image is malformed (it is "
                                  "shorter than the last run left it)",
                                  database()));
    ASSERT_OK(truncate(database(), 0));
    fix_open_again(&f);
    ck_assert(store_is_older(f.store));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("watch");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, files_that_are_gone);
    tcase_add_test(tcase, a_directory_that_goes_and_comes_back);
    tcase_add_test(tcase, nothing_else_is_opened_in_their_place);
    tcase_add_test(tcase, files_that_are_replaced);
    tcase_add_test(tcase, files_that_are_shortened);
    tcase_add_loop_test(tcase, a_log_that_is_shortened_during_a_write, 0, 2);
    tcase_add_loop_test(tcase, a_log_with_a_hole_is_read_as_far_as_it_goes, 0, 2);
    tcase_add_test(tcase, a_database_that_is_overwritten);
    tcase_add_test(tcase, own_changes_are_no_trouble);
    tcase_add_test(tcase, a_crash_is_no_loss);
    tcase_add_test(tcase, an_older_copy_is_told_at_the_start);
    tcase_add_test(tcase, a_run_that_changes_nothing_leaves_what_it_found);
    tcase_add_test(tcase, a_missing_database_is_told_at_the_start);
    tcase_add_test(tcase, a_shorter_database_is_told_at_the_start);
    return fix_run("watch", tcase);
}
