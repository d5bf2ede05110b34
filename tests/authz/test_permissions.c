/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a principal may do whatever the request is, against decisions about requests: random
 * policies and requests. The seed is the argument, or 1, and is printed.
 */
#include "authz/permissions.h"

#include <inttypes.h>
#include <stdio.h>

#include "authz/context.h"
#include "base/rand.h"
#include "model/managed.h"
#include "support/suite.h"

enum { LEVELS = 2, MOST = 12 };

#define ACCOUNT "123456789012"

static struct arena a;
static struct rand source;
static struct authz_principal principal;
static struct authz_policy own[MOST], scp[MOST], rcp[MOST];
static struct authz_levels scps, rcps;

static void setup(void)
{
    arena_init(&a);
    principal = (struct authz_principal){
        .kind = PRINCIPAL_USER,
        .account = ACCOUNT,
        .arn = "arn:aws:iam::" ACCOUNT ":user/carol",
        .id = "AIDAQEXAMPLEEXAMPLE22",
        .name = "carol",
        .policies = own,
    };
    scps = (struct authz_levels){.policies = scp};
    rcps = (struct authz_levels){.policies = rcp, .n = 1};
}

static void teardown(void)
{
    arena_done(&a);
}

static size_t below(size_t n)
{
    uint32_t number;
    rand_bytes(&source, (unsigned char *)&number, sizeof number);
    return number % n;
}

static const struct policy *compile(const char *text, enum policy_kind kind)
{
    const struct policy *policy = NULL;
    struct policy_error error = {.message = ""};
    int code = policy_compile(&a, str_of(text), kind, &policy, &error);
    ck_assert_msg(code == OK, "%s: %s", text, error.message);
    return policy;
}

static void attach(enum authz_layer layer, const char *statements)
{
    const char *text =
        arena_printf(&a, "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}", statements);
    own[principal.n_policies++] = (struct authz_policy){
        .layer = layer, .name = "p", .policy = compile(text, POLICY_IDENTITY)};
    principal.bounded |= layer == AUTHZ_LAYER_BOUNDARY;
    principal.scoped |= layer == AUTHZ_LAYER_SESSION;
}

static void attach_scp(size_t level, const char *statements)
{
    const char *text =
        arena_printf(&a, "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}", statements);
    scp[scps.n_policies++] = (struct authz_policy){
        .layer = AUTHZ_LAYER_SCP, .level = level, .policy = compile(text, POLICY_SCP)};
}

static void attach_managed(enum authz_layer layer, const char *path)
{
    struct managed_policy managed;
    ck_assert(managed_find(str_of(arena_printf(&a, MANAGED_ARN_PREFIX "%s", path)), &managed));
    own[principal.n_policies++] =
        (struct authz_policy){.layer = layer,
                              .name = managed.name,
                              .policy = compile(managed_document(&a, &managed), POLICY_MANAGED)};
    principal.bounded |= layer == AUTHZ_LAYER_BOUNDARY;
}

static struct authz_permissions sum(const char *service)
{
    struct policy_work work = work_new(WORK_REQUEST, NULL);
    size_t number = SIZE_MAX;
    ck_assert(!service || reference_number(str_of(service), &number));
    struct authz_permissions p = authz_permissions(&a, &principal, &scps, &rcps, number, &work);
    ck_assert(!p.unfinished);
    return p;
}

static const struct authz_service_permissions *sum_one(const char *service)
{
    struct authz_permissions p = sum(service);
    ck_assert_uint_eq(p.n, 1);
    return p.services;
}

static enum authz_grant grant_of(const char *text)
{
    struct str name = str_of(text), service = str_cut(&name, ':');
    const struct authz_service_permissions *p = sum_one(str_dup(&a, service));
    for (size_t i = 0; i < p->total.n; i++) {
        if (str_eq(p->actions[i].action.name, name))
            return p->actions[i].grant;
    }
    ck_abort_msg("no action %s", text);
}

/* Random policies. */

static const char *random_action(void)
{
    static const char *const entries[] = {
        "*",
        "s3:*",
        "s3:Get*",
        "s3:*Bucket*",
        "S3:getobject",
        "iam:*",
        "iam:?et*",
        "iam:PassRole",
        "sts:*",
        "sts:Assume*",
        "kms:*",
        "kms:List*",
        "ec2:Describe*",
        "ec2:*Tags",
        "sqs:SendMessage",
        "billing:*",
        "s3:*Object*Tagging",
        "backup:*",
        "organizations:Describe*",
        "nosuch:*",
        "s3:Nothing",
        "sts:Get*",
        "*:*",
    };
    return entries[below(ARRAY_LEN(entries))];
}

static const char *random_statement(bool deny, bool principals)
{
    static const char *const resources[] = {"\"*\"",
                                            "\"*\"",
                                            "\"arn:aws:s3:::a/*\"",
                                            "[\"arn:aws:iam::*:role/a*\",\"arn:aws:sqs:*\"]",
                                            "\"arn:aws:ec2:*:*:*/*\"",
                                            "\"arn:*:kms:*:*:key/*\""};
    static const char *const conditions[] = {"{}", "{}", "{\"StringEquals\":{\"app:v\":\"a\"}}",
                                             "{\"Null\":{\"app:v\":\"true\"}}",
                                             "{\"StringNotLike\":{\"app:v\":[\"b*\",\"c\"]}}"};
    struct buf b = buf_new(&a, 512);
    buf_printf(&b, "{\"Effect\":\"%s\",%s\"%sAction\":[", deny ? "Deny" : "Allow",
               principals ? "\"Principal\":\"*\"," : "", principals || below(5) ? "" : "Not");
    for (size_t i = 0, n = 1 + below(3); i < n; i++)
        buf_printf(&b, "%s\"%s\"", i ? "," : "", principals ? "s3:*" : random_action());
    buf_printf(&b, "],\"%sResource\":%s,\"Condition\":%s}", below(6) ? "" : "Not",
               resources[below(ARRAY_LEN(resources))], conditions[below(ARRAY_LEN(conditions))]);
    return buf_text(&b);
}

static const char *random_statements(size_t most, size_t denies)
{
    struct buf b = buf_new(&a, 2048);
    for (size_t i = 0, n = 1 + below(most); i < n; i++)
        buf_printf(&b, "%s%s", i ? "," : "", random_statement(below(denies) == 0, false));
    return buf_text(&b);
}

static const char everything[] = "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}";

static void random_principal(void)
{
    static const enum principal_kind kinds[] = {PRINCIPAL_USER,      PRINCIPAL_USER,
                                                PRINCIPAL_ROLE,      PRINCIPAL_SESSION,
                                                PRINCIPAL_FEDERATED, PRINCIPAL_ROOT};
    principal.kind = kinds[below(ARRAY_LEN(kinds))];
    principal.no_billing = below(2);
    principal.service_linked = below(10) == 0;
    for (size_t i = 0, n = 1 + below(3); i < n; i++)
        attach(AUTHZ_LAYER_IDENTITY, below(4) ? random_statements(3, 4) : everything);
    if (below(4) == 0)
        attach(AUTHZ_LAYER_BOUNDARY, random_statements(2, 6));
    if (below(4) == 0)
        attach(AUTHZ_LAYER_SESSION, random_statements(2, 6));
    scps.n = below(3) ? 0 : 1 + below(LEVELS);
    for (size_t i = 0; i < scps.n; i++) {
        if (below(8))
            attach_scp(i, below(2) ? everything : random_statements(2, 3));
    }
    if (below(3) == 0) {
        const char *text = arena_printf(&a, "{\"Version\":\"2012-10-17\",\"Statement\":[%s]}",
                                        random_statement(true, true));
        rcp[rcps.n_policies++] =
            (struct authz_policy){.layer = AUTHZ_LAYER_RCP, .policy = compile(text, POLICY_RCP)};
    }
}

/* Random requests. */

static void add_filling(struct buf *b, struct str format)
{
    static const char *const fillings[] = {"a", "b", "role/a", "x-y"};
    for (size_t i = 0; i < format.n; i++) {
        bool star = format.p[i] == '*';
        if (star || format.p[i] == '%')
            buf_add_text(b, fillings[below(star ? ARRAY_LEN(fillings) : 2)]);
        else
            buf_add_char(b, format.p[i]);
    }
}

/* Something that the action can be about. */
static struct str random_resource(const struct reference_service *service,
                                  const struct reference_action *action)
{
    static const char *const services[] = {"ec2", "s3", "sqs"};
    if (!action->n_formats)
        return STR("*");
    const struct reference_format *format =
        &service->formats[action->formats[below(action->n_formats)]];
    struct buf b = buf_new(&a, 128);
    struct str owner = str_is(format->service, "*") ? str_of(services[below(3)]) : format->service;
    buf_printf(&b, "arn:aws:%.*s:us-east-1:" ACCOUNT ":", STR_FMT(owner));
    add_filling(&b, format->resource);
    return (struct str){buf_text(&b), b.n};
}

static void random_context(struct authz_context *context, struct authz_key_value *key)
{
    static const char *const values[] = {"a", "b", "c"};
    authz_context_init(context);
    context->principal = &principal;
    *key = (struct authz_key_value){.name = "app:v", .value = str_of(values[below(3)])};
    context->keys = key;
    context->n_keys = below(2);
}

/* Returns whether the grant says something. */
static bool check_request(const struct reference_service *service,
                          const struct authz_permission *permission)
{
    const struct reference_action *action = reference_action_find(service, permission->action.name);
    struct authz_context context;
    struct authz_key_value key;
    random_context(&context, &key);
    struct authz_request request = {
        .principal = &principal,
        .action =
            str_of(arena_printf(&a, "%.*s:%.*s", STR_FMT(service->name), STR_FMT(action->name))),
        .resource = random_resource(service, action),
        .context = &context.base,
        .scps = scps.n ? &scps : NULL,
        .rcps = &rcps,
    };
    bool allowed = authz_decide(&request, NULL).outcome == AUTHZ_ALLOW;
    ck_assert_msg(permission->grant == AUTHZ_GRANT_SOME ||
                      allowed == (permission->grant == AUTHZ_GRANT_ALL),
                  "%s on %s: %s, but %s; first policy %s", request.action.p, request.resource.p,
                  authz_grant_name(permission->grant), allowed ? "allowed" : "denied",
                  policy_text(own[0].policy).p);
    return permission->grant != AUTHZ_GRANT_SOME;
}

static void check_tallies(const struct authz_service_permissions *p)
{
    size_t n = 0, all = 0, some = 0;
    for (size_t i = 0; i < REFERENCE_ACCESS_COUNT; i++) {
        n += p->levels[i].n;
        all += p->levels[i].all;
        some += p->levels[i].some;
    }
    ck_assert(n == p->total.n && all == p->total.all && some == p->total.some);
    ck_assert((p->grant == AUTHZ_GRANT_ALL) == (all == n));
    ck_assert((p->grant == AUTHZ_GRANT_NONE) == (all + some == 0));
    ck_assert(p->n_reasons > 0 || p->grant == AUTHZ_GRANT_NONE);
}

START_TEST(decisions_agree)
{
    static const char *const services[] = {"s3",  "iam",           "sts",     "kms",   "ec2",
                                           "sqs", "organizations", "billing", "backup"};
    size_t told = 0, all = 0;
    for (int round = 0; round < 1500; round++) {
        setup();
        random_principal();
        const char *name = services[below(ARRAY_LEN(services))];
        const struct reference_service *service = reference_load(&a, str_of(name));
        const struct authz_service_permissions *p = sum_one(name);
        check_tallies(p);
        for (int i = 0; i < 20; i++) {
            const struct authz_permission *permission = &p->actions[below(p->total.n)];
            bool tells = check_request(service, permission);
            told += tells;
            all += tells && permission->grant == AUTHZ_GRANT_ALL;
        }
        teardown();
    }
    ck_assert_uint_gt(told, 15000);
    ck_assert_uint_gt(all, 3000);
}
END_TEST

/* All services at once say what each alone says. */
START_TEST(together_as_alone)
{
    random_principal();
    attach_managed(AUTHZ_LAYER_IDENTITY, "/ReadOnlyAccess");
    struct authz_permissions all = sum(NULL);
    ck_assert_uint_eq(all.counts[0] + all.counts[1] + all.counts[2], all.n);
    for (size_t i = 0; i < all.n; i++) {
        const struct authz_service_permissions *one = sum_one(all.services[i].service);
        check_tallies(&all.services[i]);
        ck_assert_ptr_null(all.services[i].actions);
        ck_assert(memcmp(&one->total, &all.services[i].total, sizeof one->total) == 0);
        ck_assert(memcmp(one->levels, all.services[i].levels, sizeof one->levels) == 0);
        ck_assert_uint_eq(one->n_reasons, all.services[i].n_reasons);
    }
}
END_TEST

START_TEST(administrators)
{
    attach_managed(AUTHZ_LAYER_IDENTITY, "/AdministratorAccess");
    struct authz_permissions all = sum(NULL);
    ck_assert_uint_gt(all.n, 400);
    /* Roles and keys have policies of their own. */
    ck_assert_uint_eq(all.counts[AUTHZ_GRANT_SOME], 2);
    ck_assert_uint_eq(all.counts[AUTHZ_GRANT_NONE], 0);
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("sts:AssumeRole"), AUTHZ_GRANT_SOME);
    ck_assert_int_eq(grant_of("kms:Decrypt"), AUTHZ_GRANT_SOME);
    ck_assert_int_eq(grant_of("kms:ListKeys"), AUTHZ_GRANT_ALL);
    const struct authz_service_permissions *s3 = sum_one("s3");
    ck_assert_str_eq(s3->title, "Amazon S3");
    ck_assert_uint_eq(s3->n_reasons, 1);
    ck_assert_int_eq(s3->reasons[0].part, AUTHZ_PART_GIVES);
    ck_assert_str_eq(s3->reasons[0].policy->name, "AdministratorAccess");
    ck_assert_uint_eq(s3->reasons[0].statement->index, 0);
    ck_assert(s3->reasons[0].always);
    ck_assert_uint_eq(s3->reasons[0].n, s3->total.n);
}
END_TEST

START_TEST(nobody)
{
    struct authz_permissions all = sum(NULL);
    ck_assert_uint_eq(all.counts[AUTHZ_GRANT_ALL], 0);
    ck_assert_uint_eq(all.counts[AUTHZ_GRANT_SOME], 1);
    ck_assert_int_eq(grant_of("sts:GetCallerIdentity"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("sts:GetSessionToken"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("sts:AssumeRole"), AUTHZ_GRANT_NONE);
    principal.account = NULL;
    ck_assert_uint_eq(sum(NULL).n, 0);
}
END_TEST

START_TEST(readers)
{
    attach_managed(AUTHZ_LAYER_IDENTITY, "/ReadOnlyAccess");
    const struct authz_service_permissions *iam = sum_one("iam");
    ck_assert_int_eq(iam->grant, AUTHZ_GRANT_SOME);
    ck_assert_uint_eq(iam->levels[REFERENCE_LIST].all, iam->levels[REFERENCE_LIST].n);
    ck_assert_uint_eq(iam->levels[REFERENCE_WRITE].all + iam->levels[REFERENCE_WRITE].some, 0);
    ck_assert_int_eq(grant_of("iam:ListUsers"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("iam:CreateUser"), AUTHZ_GRANT_NONE);
}
END_TEST

static const struct {
    const char *statement, *action;
    enum authz_grant grant;
} singles[] = {
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}", "s3:GetObject",
     AUTHZ_GRANT_ALL},
    {"{\"Effect\":\"Allow\",\"Action\":\"S3:gETobject\",\"Resource\":\"*\"}", "s3:GetObject",
     AUTHZ_GRANT_ALL},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}", "s3:GetObjectAcl",
     AUTHZ_GRANT_NONE},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:?etO*t\",\"Resource\":\"*\"}", "s3:GetObject",
     AUTHZ_GRANT_ALL},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:?etO*t\",\"Resource\":\"*\"}", "s3:GetObjectAcl",
     AUTHZ_GRANT_NONE},
    {"{\"Effect\":\"Allow\",\"NotAction\":\"s3:Get*\",\"Resource\":\"*\"}", "s3:GetObject",
     AUTHZ_GRANT_NONE},
    {"{\"Effect\":\"Allow\",\"NotAction\":\"s3:Get*\",\"Resource\":\"*\"}", "s3:PutObject",
     AUTHZ_GRANT_ALL},
    {"{\"Effect\":\"Allow\",\"Action\":[\"iam:*\",\"*:Put*\"],\"Resource\":\"*\"}", "s3:PutObject",
     AUTHZ_GRANT_ALL},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*\"}", "s3:GetObject",
     AUTHZ_GRANT_SOME},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::b/*\"}",
     "s3:ListAllMyBuckets", AUTHZ_GRANT_NONE},
    {"{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:sqs:*:*:q\"}", "s3:GetObject",
     AUTHZ_GRANT_NONE},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"NotResource\":\"arn:aws:s3:::b/*\"}",
     "s3:GetObject", AUTHZ_GRANT_SOME},
    {"{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\","
     "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}}",
     "s3:GetObject", AUTHZ_GRANT_SOME},
};

START_TEST(one_statement)
{
    attach(AUTHZ_LAYER_IDENTITY, singles[_i].statement);
    ck_assert_int_eq(grant_of(singles[_i].action), singles[_i].grant);
}
END_TEST

static const struct authz_reason *find_reason(const char *service, enum authz_part part,
                                              enum authz_layer layer, bool always)
{
    const struct authz_service_permissions *p = sum_one(service);
    for (size_t i = 0; i < p->n_reasons; i++) {
        const struct authz_reason *r = &p->reasons[i];
        if (r->part == part && r->layer == layer && r->always == always)
            return r;
    }
    ck_abort_msg("no such reason");
}

#define DENY(action, resource) "{\"Effect\":\"Deny\"," action ",\"Resource\":\"" resource "\"}"

static const char no_delete[] = DENY("\"Sid\":\"No\",\"Action\":\"s3:Delete*\"", "*");

START_TEST(denies_take)
{
    attach(AUTHZ_LAYER_IDENTITY, everything);
    attach(AUTHZ_LAYER_IDENTITY, no_delete);
    attach(AUTHZ_LAYER_IDENTITY, DENY("\"Action\":\"s3:Put*\"", "arn:aws:s3:::b/*"));
    attach(AUTHZ_LAYER_IDENTITY, DENY("\"Action\":\"*\"", "arn:aws:sqs:*:*:q"));
    ck_assert_int_eq(grant_of("s3:DeleteObject"), AUTHZ_GRANT_NONE);
    ck_assert_int_eq(grant_of("s3:PutObject"), AUTHZ_GRANT_SOME);
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("sqs:SendMessage"), AUTHZ_GRANT_SOME);
    const struct authz_reason *no = find_reason("s3", AUTHZ_PART_TAKES, AUTHZ_LAYER_IDENTITY, true);
    ck_assert_str_eq(no->statement->sid, "No");
    const char *text = authz_reason_text(&a, no, &scps);
    ck_assert_str_eq(text, arena_printf(&a,
                                        "Statement 0 (No) of the policy p denies %zu actions on "
                                        "every resource.",
                                        no->n));
    find_reason("s3", AUTHZ_PART_TAKES, AUTHZ_LAYER_IDENTITY, false);
}
END_TEST

START_TEST(filters_take)
{
    attach(AUTHZ_LAYER_IDENTITY, everything);
    attach(AUTHZ_LAYER_BOUNDARY,
           "{\"Effect\":\"Allow\",\"Action\":[\"s3:*\",\"iam:*\"],\"Resource\":\"*\"}");
    attach_scp(0, everything);
    attach_scp(1, "{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}");
    scps.n = 2;
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("iam:GetUser"), AUTHZ_GRANT_NONE);
    ck_assert_uint_eq(find_reason("iam", AUTHZ_PART_LACKS, AUTHZ_LAYER_SCP, true)->level, 1);
    const struct authz_reason *lacks =
        find_reason("sqs", AUTHZ_PART_LACKS, AUTHZ_LAYER_BOUNDARY, true);
    ck_assert_str_eq(
        authz_reason_text(&a, lacks, &scps),
        arena_printf(&a, "No statement of the permissions boundary allows %zu actions.", lacks->n));
    scps.n = 3; /* a level without policies */
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_NONE);
    principal.service_linked = true;
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_ALL);
}
END_TEST

START_TEST(root_users)
{
    principal.kind = PRINCIPAL_ROOT;
    attach_scp(0, everything);
    attach_scp(0, DENY("\"Action\":\"ec2:*\"", "*"));
    scps.n = 1;
    ck_assert_int_eq(grant_of("s3:GetObject"), AUTHZ_GRANT_ALL);
    ck_assert_int_eq(grant_of("ec2:RunInstances"), AUTHZ_GRANT_NONE);
    ck_assert_int_eq(grant_of("sts:AssumeRole"), AUTHZ_GRANT_NONE);
    find_reason("s3", AUTHZ_PART_GIVES, AUTHZ_LAYER_ROOT, true);
    find_reason("ec2", AUTHZ_PART_TAKES, AUTHZ_LAYER_SCP, true);
}
END_TEST

/* As many statements as there is room for, each about everything: nothing is told. */
START_TEST(hostile_policies_end)
{
    struct buf b = buf_new(&a, 1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_printf(&b, "%s%s", i ? "," : "", everything);
    attach(AUTHZ_LAYER_IDENTITY, buf_text(&b));
    struct policy_work work = work_new(WORK_REQUEST, NULL);
    struct authz_permissions p = authz_permissions(&a, &principal, NULL, NULL, SIZE_MAX, &work);
    ck_assert(p.unfinished && p.n == 0);
}
END_TEST

int main(int argc, char **argv)
{
    int64_t seed = 1;
    if (argc > 1 && !str_to_int64(str_of(argv[1]), &seed))
        return EXIT_FAILURE;
    printf("seed %" PRId64 "\n", seed);
    rand_init_seeded(&source, (uint64_t)seed);
    TCase *tests = tcase_create("permissions");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, together_as_alone);
    tcase_add_test(tests, administrators);
    tcase_add_test(tests, nobody);
    tcase_add_test(tests, readers);
    tcase_add_loop_test(tests, one_statement, 0, ARRAY_LEN(singles));
    tcase_add_test(tests, denies_take);
    tcase_add_test(tests, filters_take);
    tcase_add_test(tests, root_users);
    tcase_add_test(tests, hostile_policies_end);
    TCase *random = tcase_create("random");
    tcase_add_test(random, decisions_agree);
    Suite *suite = suite_create("authz permissions");
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, random);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    rand_done(&source);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
