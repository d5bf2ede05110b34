/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/observe.h"

#include "observe/watch.h"

enum { MANY = 4096, READ_MAX = 8192 };

static struct watch watch;
static struct observation found[READ_MAX];

static void setup(void)
{
    watch_start(&watch, 1024 * 1024, 512 * 1024);
}

static void teardown(void)
{
    watch_stop(&watch);
}

/* In pieces of a few. */
static size_t read_all(const char *principal, bool *ret_complete)
{
    struct observe_cursor cursor = observe_begin(watch.sandbox.observations, principal);
    size_t n = 0, more;
    do {
        more = observe_read(watch.sandbox.observations, &cursor, &watch.arena, found + n, 7);
        n += more;
    } while (more && n + 7 <= READ_MAX);
    if (ret_complete)
        *ret_complete = cursor.complete;
    return n;
}

static void expect(size_t i, const char *action, const char *resource, uint64_t n)
{
    ck_assert(str_is(found[i].action, action));
    ck_assert(str_is(found[i].resource, resource));
    ck_assert_uint_eq(found[i].n, n);
}

START_TEST(test_each_is_there_once)
{
    bool complete;
    watch_alice(&watch, STR("s3:GetObject"), STR("arn:aws:s3:::b/k"), true);
    watch.now = 2000;
    watch_alice(&watch, STR("s3:GetObject"), STR("arn:aws:s3:::b/k"), true);
    watch_alice(&watch, STR("s3:GetObject"), STR("arn:aws:s3:::b/k"), false);
    watch_alice(&watch, STR("s3:PutObject"), STR("arn:aws:s3:::b/k"), true);
    ck_assert_uint_eq(read_all(WATCH_ALICE, &complete), 3);
    ck_assert(complete);
    expect(0, "s3:GetObject", "arn:aws:s3:::b/k", 2);
    ck_assert(found[0].through && found[0].outcome == AUTHZ_ALLOW);
    ck_assert_int_eq(found[0].first, 1000);
    ck_assert_int_eq(found[0].last, 2000);
    ck_assert(str_is(found[0].region, "eu-central-1"));
    ck_assert(str_is(found[0].source_ip, "127.0.0.1"));
    expect(1, "s3:GetObject", "arn:aws:s3:::b/k", 1);
    ck_assert(!found[1].through && found[1].outcome == AUTHZ_IMPLICIT_DENY);
    expect(2, "s3:PutObject", "arn:aws:s3:::b/k", 1);
    ck_assert_uint_eq(read_all("arn:aws:iam::123456789012:user/bob", &complete), 0);
    ck_assert(complete);
}
END_TEST

START_TEST(test_whose_it_is)
{
#define ROLE "arn:aws:iam::" WATCH_ACCOUNT ":role/path/deploy"
    static const struct authz_principal who[] = {
        {.kind = PRINCIPAL_SESSION,
         .account = WATCH_ACCOUNT,
         .arn = "arn:aws:sts::" WATCH_ACCOUNT ":assumed-role/deploy/one",
         .issuer = ROLE},
        {.kind = PRINCIPAL_SESSION,
         .account = WATCH_ACCOUNT,
         .arn = "arn:aws:sts::" WATCH_ACCOUNT ":assumed-role/deploy/two",
         .issuer = ROLE},
        {.kind = PRINCIPAL_FEDERATED,
         .account = WATCH_ACCOUNT,
         .arn = "arn:aws:sts::" WATCH_ACCOUNT ":federated-user/carol",
         .issuer = WATCH_ALICE},
        {.kind = PRINCIPAL_ROOT,
         .account = WATCH_ACCOUNT,
         .arn = "arn:aws:iam::" WATCH_ACCOUNT ":root"},
        {.kind = PRINCIPAL_FEDERATED,
         .account = WATCH_ACCOUNT,
         .arn = "arn:aws:sts::" WATCH_ACCOUNT ":federated-user/dave",
         .issuer = "arn:aws:iam::" WATCH_ACCOUNT ":root"},
        {.kind = PRINCIPAL_SERVICE, .arn = "ec2.amazonaws.com"},
        {.kind = PRINCIPAL_ANONYMOUS},
    };
    for (size_t i = 0; i < ARRAY_LEN(who); i++) {
        struct record_decision d = {.action = STR("s3:GetObject"),
                                    .resource = STR("arn:aws:s3:::b/k"),
                                    .decision.layer = AUTHZ_LAYER_IDENTITY};
        watch_call(&watch, &who[i], &d, true);
    }
    ck_assert_uint_eq(read_all(ROLE, NULL), 1);
    expect(0, "s3:GetObject", "arn:aws:s3:::b/k", 2);
    ck_assert_uint_eq(read_all(WATCH_ALICE, NULL), 1);
    ck_assert_uint_eq(read_all("arn:aws:iam::" WATCH_ACCOUNT ":root", NULL), 0);
    struct observations *o = watch.sandbox.observations;
    ck_assert_str_eq(observe_behind(o, &watch.arena, str_of(who[0].arn)), ROLE);
    ck_assert_ptr_null(observe_behind(o, &watch.arena, str_of(who[2].arn)));
    ck_assert_ptr_null(observe_behind(o, &watch.arena, STR(ROLE)));
    ck_assert_ptr_null(
        observe_behind(o, &watch.arena, STR("arn:aws:sts::210987654321:assumed-role/deploy/one")));
}
END_TEST

START_TEST(test_what_needs_no_policy)
{
    struct record_decision d[] = {
        {.action = STR("sts:GetSessionToken"), .resource = STR("*")},
        {.action = STR("s3:GetObject"),
         .resource = STR("arn:aws:s3:::b/k"),
         .decision = {.outcome = AUTHZ_IMPLICIT_DENY, .unfinished = true}},
    };
    d[0].next = &d[1];
    watch_call(&watch, &watch.alice, d, true);
    ck_assert_uint_eq(read_all(WATCH_ALICE, NULL), 0);
}
END_TEST

static const struct observed_key *key(const char *name)
{
    for (size_t i = 0; i < found[0].n_keys; i++) {
        if (str_is(found[0].keys[i].name, name))
            return &found[0].keys[i];
    }
    return NULL;
}

static void call_with(const struct authz_key_value *keys, size_t n, const char *tag)
{
    const struct authz_tag tags[] = {{STR("team"), tag ? str_of(tag) : STR("")}};
    const struct str names[] = {STR("team")};
    struct record_decision d = {.action = STR("s3:ListBucket"),
                                .resource = STR("arn:aws:s3:::b"),
                                .decision.layer = AUTHZ_LAYER_IDENTITY,
                                .keys = keys,
                                .n_keys = n,
                                .tags = {tags, tag != NULL, names, tag != NULL}};
    watch_call(&watch, &watch.alice, &d, true);
}

START_TEST(test_keys)
{
    const struct str list[] = {STR("a"), STR("b")};
    struct authz_key_value keys[] = {{.name = "s3:prefix", .value = STR("in/")},
                                     {.name = "x:list", .list = list, .n = 2},
                                     {.name = "x:empty", .list = list, .n = 0}};
    call_with(keys, 3, "blue");
    keys[0].value = STR("out/");
    call_with(keys, 2, NULL);
    ck_assert_uint_eq(read_all(WATCH_ALICE, NULL), 1);
    ck_assert_uint_eq(key("s3:prefix")->n, 2);
    ck_assert(key("s3:prefix")->always && !key("s3:prefix")->list);
    ck_assert(key("x:list")->list && key("x:list")->n == 2);
    ck_assert_ptr_null(key("x:empty"));
    ck_assert(str_is(key("aws:RequestTag/team")->values[0], "blue"));
    ck_assert(!key("aws:RequestTag/team")->always && !key("aws:TagKeys")->always);
}
END_TEST

START_TEST(test_too_many_values)
{
    for (int i = 0; i <= OBSERVE_VALUES; i++) {
        struct str value = str_of(arena_printf(&watch.arena, "%d", i));
        const struct authz_key_value keys[] = {{.name = "s3:prefix", .value = value}};
        call_with(keys, 1, NULL);
        ck_assert_uint_eq(read_all(WATCH_ALICE, NULL), 1);
        ck_assert_int_eq(key("s3:prefix")->many, i == OBSERVE_VALUES);
    }
    ck_assert_uint_eq(key("s3:prefix")->n, 0);
    ck_assert(key("s3:prefix")->always);
}
END_TEST

START_TEST(test_too_many_keys)
{
    struct authz_key_value keys[OBSERVE_KEYS + 5];
    for (int i = 0; i < OBSERVE_KEYS + 5; i++)
        keys[i] = (struct authz_key_value){.name = arena_printf(&watch.arena, "x:%d", i)};
    call_with(keys, ARRAY_LEN(keys), NULL);
    ck_assert_uint_eq(read_all(WATCH_ALICE, NULL), 1);
    ck_assert_uint_eq(found[0].n_keys, OBSERVE_KEYS);
}
END_TEST

static void see(const struct authz_principal *who, int number)
{
    struct record_decision d = {.action = STR("s3:GetObject"),
                                .resource =
                                    str_of(arena_printf(&watch.arena, "arn:aws:s3:::b/%d", number)),
                                .decision.layer = AUTHZ_LAYER_IDENTITY};
    watch_call(&watch, who, &d, true);
}

/* Of one who asks for more and more, the last is there, and that something is missing. */
START_TEST(test_one_does_not_push_others_out)
{
    struct authz_principal bob = watch.alice;
    bool complete;
    bob.arn = "arn:aws:iam::" WATCH_ACCOUNT ":user/bob";
    see(&bob, 1);
    for (int i = 0; i < MANY; i++)
        see(&watch.alice, i);
    size_t n = read_all(WATCH_ALICE, &complete);
    ck_assert(!complete && n > MANY / 4 && n < MANY);
    ck_assert(str_is(found[n - 1].resource, "arn:aws:s3:::b/4095"));
    ck_assert_uint_eq(read_all(bob.arn, &complete), 1);
    ck_assert(complete);
}
END_TEST

/* Where there are too many, whoever was not seen for long is forgotten, and everybody who is new
   may have been. */
START_TEST(test_all_are_bounded)
{
    struct authz_principal user = watch.alice;
    bool complete;
    see(&watch.alice, 1);
    for (int i = 0; i < MANY; i++) {
        user.arn = arena_printf(&watch.arena, "arn:aws:iam::" WATCH_ACCOUNT ":user/u%d", i);
        see(&user, 1);
    }
    ck_assert_uint_eq(read_all(WATCH_ALICE, &complete), 0);
    ck_assert(!complete);
    ck_assert_uint_eq(read_all(user.arn, &complete), 1);
    observe_clear(watch.sandbox.observations);
    ck_assert_uint_eq(read_all(user.arn, &complete), 0);
    ck_assert(complete);
}
END_TEST

/* Whoever reads while others are forgotten goes on with what is left. */
START_TEST(test_reading_while_it_changes)
{
    struct observations *o = watch.sandbox.observations;
    for (int i = 0; i < 20; i++)
        see(&watch.alice, i);
    struct observe_cursor cursor = observe_begin(o, WATCH_ALICE);
    ck_assert_uint_eq(observe_read(o, &cursor, &watch.arena, found, 10), 10);
    for (int i = 20; i < MANY; i++)
        see(&watch.alice, i);
    ck_assert_uint_eq(observe_read(o, &cursor, &watch.arena, found, 10), 10);
    ck_assert(!str_is(found[0].resource, "arn:aws:s3:::b/10"));
    ck_assert(!cursor.complete);
    observe_clear(o);
    ck_assert_uint_eq(observe_read(o, &cursor, &watch.arena, found, 10), 0);
    see(&watch.alice, 1);
    ck_assert_uint_eq(observe_read(o, &cursor, &watch.arena, found, 10), 1);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_each_is_there_once);
    tcase_add_test(tc, test_whose_it_is);
    tcase_add_test(tc, test_what_needs_no_policy);
    tcase_add_test(tc, test_keys);
    tcase_add_test(tc, test_too_many_values);
    tcase_add_test(tc, test_too_many_keys);
    tcase_add_test(tc, test_one_does_not_push_others_out);
    tcase_add_test(tc, test_all_are_bounded);
    tcase_add_test(tc, test_reading_while_it_changes);
    return suite_run("observe", tc);
}
