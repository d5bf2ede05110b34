/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures of what is known of resources: built once, dropped by what changes them. */
#include "resource/change.h"
#include "resource/told.h"
#include "support/sandbox.h"
#include "support/suite.h"

#define BUCKET "arn:aws:s3:::b"
#define OBJECT BUCKET "/a/b"

static struct box box;

static void start(void)
{
    box_open(&box);
}

static void stop(void)
{
    box_close(&box);
}

static struct resource_view *acquire(const char *arn)
{
    struct resource_view *view;
    ASSERT_OK(resource_acquire(&box.sandbox, &box.arena, str_of(arn), &view));
    return view;
}

static void tell(const struct resource_change *change)
{
    struct tx tx;
    struct call c = box_call(&box);
    ck_assert_ptr_null(resource_check(&box.arena, change));
    box_begin(&box, &tx);
    c.tx = &tx;
    ASSERT_OK(resource_tell(&c, change));
    box_end(&box, &tx);
}

static int forget(const char *arn)
{
    struct tx tx;
    struct call c = box_call(&box);
    box_begin(&box, &tx);
    c.tx = &tx;
    int code = resource_forget(&c, arn);
    box_end(&box, &tx);
    return code;
}

/* That nothing is known is kept, too, until something is. */
START_TEST(test_what_is_cached)
{
    struct resource_view *nothing = acquire(BUCKET), *again = acquire(BUCKET);
    ck_assert_ptr_eq(nothing, again);
    ck_assert(!nothing->is_known && !nothing->account && !nothing->policy);
    tell(&(struct resource_change){.arn = "arn:aws:s3:::other"});
    resource_release(again);
    again = acquire(BUCKET);
    ck_assert_ptr_eq(nothing, again);
    const struct resource_pair facts[] = {{"x", "1"}, {"y", "2"}};
    tell(&(struct resource_change){.arn = BUCKET,
                                   .account = BOX_ACCOUNT,
                                   .attributes = facts,
                                   .n_attributes = 2,
                                   .tags = facts,
                                   .n_tags = 1});
    struct resource_view *known = acquire(BUCKET);
    ck_assert_ptr_ne(nothing, known);
    ck_assert(known->is_known && !known->has_below);
    ck_assert_str_eq(known->account, BOX_ACCOUNT);
    ck_assert_uint_eq(known->n_tags, 1);
    ck_assert_str_eq(resource_attribute(known, "y"), "2");
    ck_assert_ptr_null(resource_attribute(known, "z"));
    ck_assert_ptr_null(resource_attribute(nothing, "x"));
    ck_assert(str_is(resource_told(&box.sandbox, &box.arena, STR(BUCKET), "x"), "1"));
    ck_assert_ptr_null(resource_told(&box.sandbox, &box.arena, STR(BUCKET), "z").p);
    resource_release(nothing);
    resource_release(again);
    resource_release(known);
    ASSERT_OK(forget(BUCKET));
    ck_assert_int_eq(forget(BUCKET), ERR_NOT_FOUND);
    nothing = acquire(BUCKET);
    ck_assert(!nothing->is_known);
    resource_release(nothing);
}
END_TEST

/* What is below is looked up only where there is something. */
START_TEST(test_what_is_below)
{
    struct resource_known known;
    ASSERT_OK(resource_find(&box.sandbox, &box.arena, STR(OBJECT), &known));
    ck_assert_str_eq(known.holder->arn, BUCKET);
    ck_assert_ptr_null(known.own);
    tell(&(struct resource_change){.arn = BUCKET "c/x"}); /* of another bucket */
    ASSERT_OK(resource_find(&box.sandbox, &box.arena, STR(OBJECT), &known));
    ck_assert(!known.holder->has_below);
    tell(&(struct resource_change){.arn = BUCKET "/x"});
    ASSERT_OK(resource_find(&box.sandbox, &box.arena, STR(OBJECT), &known));
    ck_assert(known.holder->has_below && !known.holder->is_known);
    ck_assert(known.own && !known.own->is_known);
    tell(&(struct resource_change){.arn = OBJECT});
    ASSERT_OK(resource_find(&box.sandbox, &box.arena, STR(OBJECT), &known));
    ck_assert(known.own->is_known);
    ck_assert_int_eq(forget(BUCKET), ERR_NOT_FOUND);
    ASSERT_OK(resource_find(&box.sandbox, &box.arena, STR(OBJECT), &known));
    ck_assert(!known.holder->has_below && !known.own);
}
END_TEST

/* What stands below a resource is its owner's; an ARN says whose it is. */
START_TEST(test_whose_it_is)
{
    tell(&(struct resource_change){.arn = BUCKET, .account = BOX_ACCOUNT});
    tell(&(struct resource_change){.arn = OBJECT});
    tell(&(struct resource_change){.arn = "arn:aws:sqs:us-east-1:111122223333:q"});
    static const struct {
        const char *arn, *account;
    } rows[] = {{OBJECT, BOX_ACCOUNT}, {"arn:aws:sqs:us-east-1:111122223333:q", "111122223333"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct resource_view *view = acquire(rows[i].arn);
        ck_assert_str_eq(view->account, rows[i].account);
        resource_release(view);
    }
}
END_TEST

static const struct {
    const char *arn, *holder; /* NULL: itself */
} holders[] = {
    {BUCKET, NULL},
    {BUCKET "/", BUCKET},
    {BUCKET "/a/b:c", BUCKET},
    {"arn:aws:s3:us-east-1:111122223333:accesspoint/p", NULL},
    {"arn:aws:s3:us-east-1:111122223333:accesspoint/p/object/a/object/b",
     "arn:aws:s3:us-east-1:111122223333:accesspoint/p"},
    {"arn:aws:sns:us-east-1:111122223333:t:0000-1", "arn:aws:sns:us-east-1:111122223333:t"},
    {"arn:aws:lambda:us-east-1:111122223333:function:f:1",
     "arn:aws:lambda:us-east-1:111122223333:function:f"},
    {"arn:aws:lambda:us-east-1:111122223333:layer:l:1", NULL},
    {"arn:aws:dynamodb:us-east-1:111122223333:table/t/stream/s", NULL},
    {"arn:aws:secretsmanager:us-east-1:111122223333:secret:a-b-AbCdEf",
     "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-b-??????"},
    {"arn:aws:glue:us-east-1:111122223333:database/d",
     "arn:aws:glue:us-east-1:111122223333:catalog"},
    {"arn:aws:kms:us-east-1:111122223333:key/k", NULL},
    {"nothing", NULL},
    {"arn:aws:s3:::/x", NULL},
};

START_TEST(test_holders)
{
    struct str holder = resource_holder(&box.arena, str_of(holders[_i].arn));
    const char *wanted = holders[_i].holder ? holders[_i].holder : holders[_i].arn;
    ck_assert_msg(str_is(holder, wanted), "%s: %.*s", holders[_i].arn, STR_FMT(holder));
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("view");
    tcase_add_checked_fixture(t, start, stop);
    tcase_add_test(t, test_what_is_cached);
    tcase_add_test(t, test_what_is_below);
    tcase_add_test(t, test_whose_it_is);
    tcase_add_loop_test(t, test_holders, 0, (int)ARRAY_LEN(holders));
    return suite_run("resource view", t);
}
