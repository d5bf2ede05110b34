/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct shape_field inner_fields[] = {
    {.name = "Note", .kind = SHAPE_STR, .off = offsetof(struct fix_inner, note)},
    {.name = "Size", .kind = SHAPE_INT, .off = offsetof(struct fix_inner, size)},
};

static const struct shape inner_shape = {
    .name = "fix_inner",
    .size = sizeof(struct fix_inner),
    .n = ARRAY_LEN(inner_fields),
    .fields = inner_fields,
};

static const struct shape_field thing_fields[] = {
    {.name = "ThingId", .kind = SHAPE_STR, .off = offsetof(struct fix_thing, thing_id)},
    {.name = "Note", .kind = SHAPE_STR, .off = offsetof(struct fix_thing, note)},
    {.name = "CreateDate", .kind = SHAPE_TIME, .off = offsetof(struct fix_thing, create_date)},
    {.name = "Inner",
     .kind = SHAPE_STRUCT,
     .off = offsetof(struct fix_thing, inner),
     .shape = &inner_shape},
    {.name = "Tags", .kind = SHAPE_LIST, .off = offsetof(struct fix_thing, tags)},
};

const struct shape fix_thing_shape = {
    .name = "fix_thing",
    .size = sizeof(struct fix_thing),
    .n = ARRAY_LEN(thing_fields),
    .fields = thing_fields,
};

static void open_store(struct fix *f, struct store *from)
{
    const char *message = "";
    const struct store_options options = {
        .schema = &fixture_schema,
        .directory = f->directory[0] ? f->directory : NULL,
        .from = from,
    };
    int code = store_open(&options, &f->arena, &f->store, &message);
    ck_assert_msg(code == OK, "%s", message);
}

void fix_open_again(struct fix *f)
{
    open_store(f, NULL);
}

void fix_open_copy(struct fix *f, enum backend backend, struct store *from)
{
    *f = (struct fix){.store = NULL};
    arena_init(&f->arena);
    if (backend == IN_DIRECTORY) {
        const char *tmp = getenv("TMPDIR");
        snprintf(f->directory, sizeof f->directory, "%.40s/store-XXXXXX", tmp ? tmp : "/tmp");
        ck_assert_ptr_nonnull(mkdtemp(f->directory));
    }
    open_store(f, from);
}

void fix_open(struct fix *f, enum backend backend)
{
    struct fix from = {.store = NULL};
    if (backend == IN_COPY)
        fix_open(&from, IN_MEMORY);
    fix_open_copy(f, backend, from.store);
    if (from.store)
        fix_done(&from);
}

void fix_reopen(struct fix *f)
{
    store_close(f->store);
    fix_open_again(f);
}

const char *fix_path(struct fix *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->directory, name);
}

static void remove_directory(struct fix *f)
{
    DIR *directory = opendir(f->directory);
    ck_assert_ptr_nonnull(directory);
    const struct dirent *entry;
    while ((entry = readdir(directory))) {
        if (entry->d_name[0] != '.')
            remove(fix_path(f, entry->d_name));
    }
    closedir(directory);
    rmdir(f->directory);
}

void fix_done(struct fix *f)
{
    store_close(f->store);
    if (f->directory[0])
        remove_directory(f);
    arena_done(&f->arena);
}

void fix_insert(struct fix *f, const char *id)
{
    struct tx tx;
    ASSERT_OK(store_begin(f->store, true, &f->arena, &tx));
    ASSERT_OK(q_thing_insert(&tx, &(struct q_thing_insert){.id = id}));
    ck_assert_int_eq(tx.changes, 1);
    ASSERT_OK(store_end(&tx, true));
}

int64_t fix_count(struct store *store, struct arena *a)
{
    struct tx tx;
    struct count_row row;
    ASSERT_OK(store_begin(store, false, a, &tx));
    ASSERT_OK(q_thing_count(&tx, &row));
    ASSERT_OK(store_end(&tx, true));
    return row.n;
}

int fix_run(const char *name, TCase *tcase)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
