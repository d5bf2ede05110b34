/* SPDX-License-Identifier: Apache-2.0 */
#include "record/records.h"

#include "base/mem.h"
#include "support/suite.h"

#define ID(n) "01234567-89ab-4def-8123-00000000000" #n

/* What records keep alive. */
struct thing {
    struct cached base;
    struct cached *parts[2];
};

static struct records *records;
static int alive; /* things */

static void setup(void)
{
    records = records_new(3, 16 << 20);
    alive = 0;
}

static void teardown(void)
{
    records_free(records);
    ck_assert_int_eq(alive, 0);
}

static void thing_destroy(struct cached *entry)
{
    for (size_t i = 0; i < entry->n_parts; i++)
        cached_release(entry->parts[i]);
    mem_free(entry);
    alive--;
}

static struct cached *thing(size_t size)
{
    struct thing *thing = mem_alloc(sizeof *thing);
    thing->base.destroy = thing_destroy;
    thing->base.parts = thing->parts;
    thing->base.size = size;
    atomic_store(&thing->base.refs, 1);
    alive++;
    return &thing->base;
}

/* Moves the reference. */
static struct cached *with_part(struct cached *whole, struct cached *part)
{
    struct thing *thing = (struct thing *)whole;
    thing->parts[whole->n_parts++] = part;
    return whole;
}

static void keep_held(const char *id, struct cached *view, struct cached *document)
{
    struct record_decision decision = {.document = document};
    const struct record record = {
        .request_id = id, .kind = RECORD_DECIDED, .view = view, .decisions = &decision};
    records_keep(records, &record);
}

static void keep(const char *id, size_t size)
{
    struct cached *view = thing(size);
    keep_held(id, view, NULL);
    cached_release(view);
}

static bool knows(const char *id)
{
    const struct record *found = records_find(records, str_of(id));
    bool known = found && strcmp(found->request_id, id) == 0;
    record_release(found);
    return known;
}

static size_t expect_recent(size_t limit, const char *newest)
{
    const struct record *recent[4];
    size_t n = records_recent(records, recent, limit);
    if (n)
        ck_assert_str_eq(recent[0]->request_id, newest);
    for (size_t i = 0; i < n; i++)
        record_release(recent[i]);
    return n;
}

START_TEST(test_recent_records)
{
    ck_assert_uint_eq(expect_recent(4, NULL), 0);
    keep(ID(1), 1);
    keep(ID(2), 1);
    ck_assert_uint_eq(expect_recent(4, ID(2)), 2);
    keep(ID(3), 1);
    keep(ID(4), 1);
    ck_assert_uint_eq(expect_recent(4, ID(4)), 3);
    ck_assert_uint_eq(expect_recent(2, ID(4)), 2);
    records_clear(records);
    ck_assert_uint_eq(expect_recent(4, NULL), 0);
    ck_assert_int_eq(alive, 0);
}
END_TEST

START_TEST(test_last_records_are_kept)
{
    ck_assert(!knows(ID(1)));
    keep(ID(1), 1);
    keep(ID(2), 1);
    keep(ID(3), 1);
    ck_assert(knows(ID(1)) && knows(ID(2)) && knows(ID(3)));
    keep(ID(4), 1);
    ck_assert(!knows(ID(1)));
    ck_assert(knows(ID(2)) && knows(ID(3)) && knows(ID(4)));
    ck_assert_int_eq(alive, 3);
    ck_assert(!knows(""));
    ck_assert(!knows("01234567"));
    ck_assert(!knows(ID(4) "0"));
    records_clear(records);
    ck_assert(!knows(ID(4)));
    keep(ID(4), 1);
    ck_assert(knows(ID(4)));
    records_free(NULL);
}
END_TEST

/* What records keep alive counts, too; the newest stays however large it is. */
START_TEST(test_bytes_are_limited)
{
    keep(ID(1), 4 << 20);
    keep(ID(2), 4 << 20);
    keep(ID(3), 7 << 20);
    ck_assert(knows(ID(1)));
    records_clear(records);
    keep(ID(1), 4 << 20);
    keep(ID(2), 4 << 20);
    keep(ID(3), 10 << 20); /* the room of 1 */
    ck_assert(!knows(ID(1)));
    ck_assert(knows(ID(2)) && knows(ID(3)));
    keep(ID(4), 17 << 20);
    ck_assert_uint_eq(expect_recent(4, ID(4)), 1);
    keep(ID(5), 1 << 20);
    ck_assert_uint_eq(expect_recent(4, ID(5)), 1);
}
END_TEST

/* A record's own texts count. */
START_TEST(test_long_records)
{
    const size_t n = 9 << 20;
    char *text = mem_alloc(n);
    struct record record = {.request_id = ID(1), .canonical_request = {text, n}};
    records_keep(records, &record);
    record.request_id = ID(2);
    records_keep(records, &record);
    ck_assert_uint_eq(expect_recent(4, ID(2)), 1);
    mem_free(text);
}
END_TEST

/* Views, and the documents that they share, count once, however many records refer to them. */
START_TEST(test_what_is_shared_counts_once)
{
    struct cached *document = thing(9 << 20), *view = thing(6 << 20);
    cached_hold(document);
    with_part(view, document);
    keep_held(ID(1), view, NULL);
    keep_held(ID(2), view, document);
    keep_held(ID(3), NULL, document);
    ck_assert_uint_eq(expect_recent(4, ID(3)), 3);
    cached_release(view);
    keep_held(ID(4), NULL, document);
    keep_held(ID(5), NULL, document); /* the last record with the view is gone */
    ck_assert_int_eq(alive, 1);
    ck_assert_uint_eq(expect_recent(4, ID(5)), 3);
    keep(ID(6), 6 << 20); /* for which there is room again */
    ck_assert_uint_eq(expect_recent(4, ID(6)), 3);
    cached_release(document);
}
END_TEST

/* What a follower is shown, as "1 2 ". */
struct seen {
    char ids[64];
    uint64_t last;
};

static void see(void *who, const struct record *record, uint64_t number)
{
    struct seen *seen = who;
    size_t n = strlen(seen->ids);
    ck_assert_uint_lt(n + 3, sizeof seen->ids);
    seen->ids[n] = record->request_id[strlen(record->request_id) - 1];
    seen->ids[n + 1] = ' ';
    seen->last = number;
}

static void expect_follow(struct records_follower *follower, size_t most, const char *ids,
                          uint64_t *ret_last)
{
    struct seen seen = {.last = 0};
    ck_assert_int_eq(records_follow(follower, most, see, &seen), (int64_t)strlen(ids) / 2);
    ck_assert_str_eq(seen.ids, ids);
    if (ret_last)
        *ret_last = seen.last;
}

START_TEST(test_followers)
{
    uint64_t last;
    ck_assert_int_eq(records_newest(records), -1);
    keep(ID(1), 1);
    ck_assert_int_eq(records_newest(records), 0);
    struct records_follower *follower = records_join(records, STR("me"), -1), *later;
    expect_follow(follower, 4, "", NULL);
    keep(ID(2), 1);
    keep(ID(3), 1);
    expect_follow(follower, 1, "2 ", &last);
    expect_follow(follower, 4, "3 ", NULL);
    later = records_join(records, STR("me"), (int64_t)last);
    expect_follow(later, 4, "3 ", NULL);
    records_leave(later);
    later = records_join(records, STR("me"), 1000); /* of another server */
    expect_follow(later, 4, "", NULL);
    for (int i = 0; i < 2; i++) { /* two that nobody waits for are gone */
        keep(ID(4), 1);
        keep(ID(5), 1);
        keep(ID(6), 1);
    }
    expect_follow(follower, 4, "4 5 6 ", NULL);
    records_leave(follower);
    records_leave(later);
}
END_TEST

START_TEST(test_followers_come_to_an_end)
{
    struct seen seen = {.last = 0};
    struct records_follower *mine = records_join(records, STR("me"), -1),
                            *other = records_join(records, STR("other"), -1);
    keep(ID(1), 1);
    records_dismiss(records, STR("me"));
    records_dismiss(records, STR("nobody"));
    ck_assert_int_eq(records_follow(mine, 4, see, &seen), -1);
    expect_follow(other, 4, "1 ", NULL);
    records_clear(records);
    ck_assert_int_eq(records_follow(other, 4, see, &seen), -1);
    records_leave(mine);
    records_leave(other);
}
END_TEST

/* Who follows may be there for longer than the sandbox. */
START_TEST(test_followers_of_what_is_gone)
{
    struct seen seen = {.last = 0};
    struct records *gone = records_new(3, 16 << 20);
    struct records_follower *all[RECORDS_FOLLOWERS];
    for (size_t i = 0; i < RECORDS_FOLLOWERS; i++)
        all[i] = records_join(gone, STR("me"), -1);
    ck_assert_ptr_null(records_join(gone, STR("me"), -1));
    records_leave(all[3]);
    all[3] = records_join(gone, STR("me"), -1);
    ck_assert_ptr_nonnull(all[3]);
    records_free(gone);
    for (size_t i = 0; i < RECORDS_FOLLOWERS; i++) {
        ck_assert_int_eq(records_follow(all[i], 4, see, &seen), -1);
        records_leave(all[i]);
    }
}
END_TEST

/* Who reads a record has it for as long as that takes. */
START_TEST(test_a_reader_keeps_its_record)
{
    keep(ID(1), 1);
    const struct record *record = records_find(records, STR(ID(1)));
    for (int i = 0; i < 4; i++)
        keep(ID(2), 1);
    ck_assert(!knows(ID(1)));
    ck_assert_str_eq(record->request_id, ID(1));
    ck_assert_int_eq(alive, 4);
    record_release(record);
    ck_assert_int_eq(alive, 3);
}
END_TEST

/* Of records of one request the last is found. */
START_TEST(test_same_request_again)
{
    struct record record = {.request_id = ID(1), .why = "first"};
    records_keep(records, &record);
    record.why = "second";
    records_keep(records, &record);
    const struct record *found = records_find(records, STR(ID(1)));
    ck_assert_str_eq(found->why, "second");
    record_release(found);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_recent_records);
    tcase_add_test(tc, test_last_records_are_kept);
    tcase_add_test(tc, test_bytes_are_limited);
    tcase_add_test(tc, test_long_records);
    tcase_add_test(tc, test_what_is_shared_counts_once);
    tcase_add_test(tc, test_a_reader_keeps_its_record);
    tcase_add_test(tc, test_same_request_again);
    tcase_add_test(tc, test_followers);
    tcase_add_test(tc, test_followers_come_to_an_end);
    tcase_add_test(tc, test_followers_of_what_is_gone);
    return suite_run("records", tc);
}
