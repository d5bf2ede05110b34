/* SPDX-License-Identifier: Apache-2.0 */
/* What only a store in a directory does: outlive the process, keep others out, refuse rubbish. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "support.h"

static int try_open(struct fix *f, const char *directory, struct store **ret, const char **message)
{
    const struct store_options options = {.schema = &fixture_schema, .directory = directory};
    return store_open(&options, &f->arena, ret, message);
}

static void refuse(struct fix *f, const char *directory, const char *expected)
{
    struct store *store = NULL;
    const char *message = "";
    ck_assert_int_eq(try_open(f, directory, &store, &message), ERR_STORE);
    ck_assert_ptr_null(store);
    ck_assert_str_eq(message, expected);
}

static void overwrite(const char *path, off_t at, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
    close(fd);
}

START_TEST(keeps_data)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    fix_insert(&f, "a");
    fix_reopen(&f);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    fix_done(&f);
}
END_TEST

START_TEST(makes_a_private_directory)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    const char *inner = fix_path(&f, "inner");
    struct store *store;
    const char *message = "";
    ck_assert_msg(try_open(&f, inner, &store, &message) == OK, "%s", message);
    struct stat st;
    ASSERT_OK(stat(inner, &st));
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    const char *files[] = {"iam-local.db", "iam-local.db-wal", "iam-local.lock"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = arena_printf(&f.arena, "%s/%s", inner, files[i]);
        ck_assert_msg(stat(path, &st) == OK, "%s", path);
        ck_assert_uint_eq(st.st_mode & 07777, 0600);
    }
    store_close(store);
    unlink(fix_path(&f, "inner/iam-local.db"));
    unlink(fix_path(&f, "inner/iam-local.lock"));
    fix_done(&f);
}
END_TEST

START_TEST(survives_power_cuts_when_asked)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    store_close(f.store);
    const char *message = "";
    ASSERT_OK(store_open(&(struct store_options){.schema = &fixture_schema,
                                                 .directory = f.directory,
                                                 .full_durability = true},
                         &f.arena, &f.store, &message));
    fix_insert(&f, "a");
    fix_reopen(&f);
    ck_assert_int_eq(fix_count(f.store, &f.arena), 1);
    fix_done(&f);
}
END_TEST

START_TEST(keeps_others_out)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    refuse(&f, f.directory,
           arena_printf(&f.arena, "data directory %s is in use by another process", f.directory));
    fix_insert(&f, "a");
    fix_reopen(&f);
    fix_done(&f);
}
END_TEST

START_TEST(refuses_unusable_places)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    const char *file = fix_path(&f, "iam-local.db");
    refuse(&f, file, arena_printf(&f.arena, "cannot use data directory %s: Not a directory", file));
    const char *deep = fix_path(&f, "none/deep");
    refuse(&f, deep,
           arena_printf(&f.arena,
                        "cannot use data directory %s: its parent directory does not exist", deep));
    fix_done(&f);
}
END_TEST

START_TEST(refuses_rubbish)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    store_close(f.store);
    f.store = NULL;
    const char *path = fix_path(&f, "iam-local.db");
    overwrite(path, 0, "these are not the bytes of any database");
    refuse(&f, f.directory, arena_printf(&f.arena, "cannot open %s: file is not a database", path));
    /* The refusal has let go of the lock. */
    ASSERT_OK(unlink(path));
    const char *message = "";
    ASSERT_OK(try_open(&f, f.directory, &f.store, &message));
    fix_done(&f);
}
END_TEST

START_TEST(refuses_a_damaged_schema)
{
    struct fix f;
    fix_open(&f, IN_DIRECTORY);
    store_close(f.store);
    f.store = NULL;
    /* The root page of the schema table follows the 100 bytes of the file header. */
    const char *path = fix_path(&f, "iam-local.db");
    overwrite(path, 100, "\xff\xff\xff\xff\xff\xff\xff\xff");
    refuse(&f, f.directory,
           arena_printf(&f.arena, "cannot open %s: database disk image is malformed", path));
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("directory");
    tcase_add_test(tcase, keeps_data);
    tcase_add_test(tcase, makes_a_private_directory);
    tcase_add_test(tcase, survives_power_cuts_when_asked);
    tcase_add_test(tcase, keeps_others_out);
    tcase_add_test(tcase, refuses_unusable_places);
    tcase_add_test(tcase, refuses_rubbish);
    tcase_add_test(tcase, refuses_a_damaged_schema);
    return fix_run("directory", tcase);
}
