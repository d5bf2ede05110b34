/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/last_used.h"

#include "access/account.h"
#include "base/cache.h"
#include "base/mem.h"
#include "err.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define FIRST "AKIAZL6XWCR2MIB6XHU7"
#define SECOND "AKIARKEXDU3E7KD3L3CR"

static struct box box;
static struct last_used *used;

static void setup(void)
{
    box_open(&box);
    used = box.sandbox.last_used;
    box_key(&box, FIRST, BOX_ACCOUNT);
    box_key(&box, SECOND, BOX_ACCOUNT);
}

static void teardown(void)
{
    box_close(&box);
}

static void note(const char *id, int64_t at, const char *service, const char *region)
{
    last_used_note(used, str_of(id), at, str_of(service), str_of(region));
}

static bool pending(const char *id, struct key_usage *ret)
{
    return last_used_get(used, &box.arena, str_of(id), ret);
}

static struct key_row stored(const char *id)
{
    struct tx tx;
    struct key_row row;
    box_begin(&box, &tx);
    ASSERT_OK(q_key_get(&tx, &(struct q_key_get){id}, &row));
    box_end(&box, &tx);
    return row;
}

START_TEST(test_newest_use_counts)
{
    struct key_usage usage;
    ck_assert(!pending(FIRST, &usage));
    note(FIRST, 100, "iam", "us-east-1");
    note(FIRST, 200, "sts", "eu-west-1");
    note(SECOND, 150, "iam", "us-east-1");
    ck_assert(pending(FIRST, &usage));
    ck_assert_int_eq(usage.at, 200);
    ck_assert_str_eq(usage.service, "sts");
    ck_assert_str_eq(usage.region, "eu-west-1");
    ck_assert(pending(SECOND, &usage));
    ck_assert_int_eq(usage.at, 150);
    ck_assert(!pending("AKIA", &usage));
}
END_TEST

/* The slices that were noted are not needed any more. */
START_TEST(test_texts_are_copied)
{
    char id[] = FIRST, service[] = "iam", region[] = "us-east-1";
    note(id, 100, service, region);
    memset(id, 'x', sizeof id - 1);
    memset(service, 'x', sizeof service - 1);
    memset(region, 'x', sizeof region - 1);
    struct key_usage usage;
    ck_assert(pending(FIRST, &usage));
    note(FIRST, 200, "other", "other"); /* nor is what was got changed */
    ck_assert_str_eq(usage.service, "iam");
    ck_assert_str_eq(usage.region, "us-east-1");
}
END_TEST

START_TEST(test_long_words_are_cut)
{
    char word[101];
    memset(word, 'w', 100);
    word[100] = '\0';
    note(FIRST, 100, word, "");
    struct key_usage usage;
    ck_assert(pending(FIRST, &usage));
    ck_assert_uint_eq(strlen(usage.service), 63);
    ck_assert_str_eq(usage.region, "");
}
END_TEST

START_TEST(test_flush)
{
    ck_assert_ptr_null(stored(FIRST).last_service);
    note(FIRST, 100, "iam", "us-east-1");
    note(SECOND, 150, "sts", "eu-west-1");
    note("AKIAGONEGONEGONEGONE", 160, "iam", "us-east-1"); /* deleted meanwhile */
    ASSERT_OK(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena));
    struct key_usage usage;
    ck_assert(!pending(FIRST, &usage) && !pending(SECOND, &usage));
    ck_assert_int_eq(stored(FIRST).last_used, 100);
    ck_assert_str_eq(stored(FIRST).last_service, "iam");
    ck_assert_str_eq(stored(FIRST).last_region, "us-east-1");
    ck_assert_int_eq(stored(SECOND).last_used, 150);
    note(FIRST, 300, "sts", "eu-west-1");
    ASSERT_OK(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena));
    ck_assert_int_eq(stored(FIRST).last_used, 300);
    ck_assert_int_eq(stored(SECOND).last_used, 150);
    ASSERT_OK(
        last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena)); /* nothing */
}
END_TEST

START_TEST(test_clear)
{
    struct key_usage usage;
    note(FIRST, 100, "iam", "us-east-1");
    last_used_clear(used);
    ck_assert(!pending(FIRST, &usage));
    ASSERT_OK(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena));
    ck_assert_ptr_null(stored(FIRST).last_service);
    note(FIRST, 200, "iam", "us-east-1");
    ck_assert(pending(FIRST, &usage));
    last_used_free(NULL);
}
END_TEST

/* A store whose keys have no place for their use fails every write. */
static void break_store(struct store **ret)
{
    static const struct store_migration none = {"0001_init", "CREATE TABLE account (id TEXT);"};
    static struct store_schema schema;
    schema = queries_schema;
    schema.migrations = &none;
    schema.n_migrations = 1;
    schema.image = NULL;
    const char *message = "";
    ck_assert_msg(
        store_open(&(struct store_options){.schema = &schema}, &box.arena, ret, &message) == OK,
        "%s", message);
}

START_TEST(test_what_cannot_be_written_stays)
{
    struct store *broken;
    struct key_usage usage;
    break_store(&broken);
    note(FIRST, 100, "iam", "us-east-1");
    note(SECOND, 150, "sts", "eu-west-1");
    ck_assert_int_eq(last_used_flush(used, broken, box.sandbox.entities, &box.arena), ERR_STORE);
    store_close(broken);
    ck_assert(pending(FIRST, &usage) && pending(SECOND, &usage));
    note(FIRST, 200, "iam", "us-east-1");
    ASSERT_OK(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena));
    ck_assert_int_eq(stored(FIRST).last_used, 200);
    ck_assert_int_eq(stored(SECOND).last_used, 150);
}
END_TEST

/* A store in which more roles than that can never have been used. */
static void limit_roles(void)
{
    enum { MIGRATIONS = 64 };
    static struct store_migration all[MIGRATIONS];
    static struct store_schema schema;
    const char *message = "";
    schema = queries_schema;
    ck_assert_uint_lt(schema.n_migrations, MIGRATIONS);
    memcpy(all, schema.migrations, schema.n_migrations * sizeof *all);
    all[schema.n_migrations++] = (struct store_migration){
        "9999_limit", "CREATE TRIGGER used BEFORE UPDATE ON iam_role "
                      "WHEN (SELECT count(*) FROM iam_role WHERE last_used IS NOT NULL) >= 100 "
                      "BEGIN SELECT RAISE(ABORT, 'too many'); END;"};
    schema.migrations = all;
    schema.image = NULL;
    store_close(box.sandbox.store);
    const struct store_options options = {.schema = &schema};
    ck_assert_msg(store_open(&options, &box.arena, &box.sandbox.store, &message) == OK, "%s",
                  message);
    ASSERT_OK(account_create(&box.sandbox, &box.arena,
                             &(struct account_spec){.id = BOX_ACCOUNT, .email = "a@example.com"}));
}

static int64_t stored_use_of_role(const char *id)
{
    struct tx tx;
    struct iam_role role;
    box_begin(&box, &tx);
    ASSERT_OK(q_role_get(&tx, &(struct q_role_get){BOX_ACCOUNT, str_fold(&box.arena, str_of(id))},
                         &role));
    box_end(&box, &tx);
    return role.role_last_used ? role.role_last_used->last_used_date : 0;
}

static void destroy(struct cached *entry)
{
    mem_free(entry);
}

/* A role as somebody has looked it up. */
static void look_up(const char *id)
{
    struct sandbox *sandbox = &box.sandbox;
    const char **deps = NEW_ARRAY(&box.arena, const char *, 1);
    struct cached *entry = mem_alloc(sizeof *entry);
    deps[0] = id;
    *entry = (struct cached){
        .key = str_of(id), .size = 1, .deps = deps, .n_deps = 1, .destroy = destroy};
    cached_release(cache_insert(sandbox->entities, entry, cache_ticket(sandbox->entities)));
}

/* Who looks up a role after that sees what was written, even when the rest could not be. */
START_TEST(test_what_was_written_shows_when_the_rest_cannot)
{
    enum { MANY = 150 };
    const char *ids[MANY];
    int written = 0;
    limit_roles();
    for (int i = 0; i < MANY; i++) {
        ids[i] = arena_printf(&box.arena, "AROAMANY%012d", i);
        box_role(&box, ids[i], ids[i], "{}");
        look_up(ids[i]);
        note(ids[i], 100, "sts", "us-east-1");
    }
    ck_assert_int_eq(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena),
                     ERR_STORE);
    for (int i = 0; i < MANY; i++) {
        struct cached *seen = cache_acquire(box.sandbox.entities, str_of(ids[i]));
        bool is_written = stored_use_of_role(ids[i]) != 0;
        ck_assert(!seen || !is_written);
        written += is_written;
        cached_release(seen);
    }
    ck_assert_int_gt(written, 0);
    ck_assert_int_lt(written, MANY);
}
END_TEST

START_TEST(test_more_than_one_transaction_takes)
{
    enum { MANY = 150 };
    const char *ids[MANY];
    for (int i = 0; i < MANY; i++) {
        ids[i] = arena_printf(&box.arena, "AKIAMANY%012d", i);
        box_key(&box, ids[i], BOX_ACCOUNT);
        note(ids[i], 100 + i, "iam", "us-east-1");
    }
    ASSERT_OK(last_used_flush(used, box.sandbox.store, box.sandbox.entities, &box.arena));
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(stored(ids[i]).last_used, 100 + i);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_newest_use_counts);
    tcase_add_test(tc, test_texts_are_copied);
    tcase_add_test(tc, test_long_words_are_cut);
    tcase_add_test(tc, test_flush);
    tcase_add_test(tc, test_clear);
    tcase_add_test(tc, test_more_than_one_transaction_takes);
    tcase_add_test(tc, test_what_cannot_be_written_stays);
    tcase_add_test(tc, test_what_was_written_shows_when_the_rest_cannot);
    return suite_run("last_used", tc);
}
