/* SPDX-License-Identifier: Apache-2.0 */
#include "record/events.h"
#include "record/records.h"
#include "support/suite.h"

#define ID "01234567-89ab-4def-8123-000000000001"

static const struct api_service service = {.name = "iam"};
static const struct api_op op = {.name = "GetUser", .service = &service};
static const struct events_options few = {.capacity = 10, .max_bytes = 1 << 20};
static struct arena a;
static struct sandbox sandbox;
static struct request_header headers[2];
static struct request rq;
static struct call c;

static void setup(void)
{
    arena_init(&a);
    sandbox = (struct sandbox){
        .name = "box", .records = records_new(3, 1 << 20), .events = events_new(&few)};
    headers[0] = (struct request_header){STR("User-Agent"), STR("aws-cli")};
    headers[1] = (struct request_header){STR("Referer"), STR("http://x/")};
    rq = (struct request){.headers = headers, .n_headers = 2, .source_ip = "10.0.0.1"};
    c = (struct call){.arena = &a,
                      .sandbox = &sandbox,
                      .rq = &rq,
                      .op = &op,
                      .request_id = ID,
                      .now = 1700000000,
                      .account = "123456789012"};
}

static void teardown(void)
{
    records_free(sandbox.records);
    events_release(sandbox.events);
    arena_done(&a);
}

/* What is kept of the call, after all that it was made of is gone. */
static const struct record *kept(int code, const char *would_deny)
{
    record_complete(&c, code, would_deny);
    record_end(&c);
    ck_assert_ptr_null(c.record);
    arena_done(&a);
    return records_find(sandbox.records, STR(ID));
}

static void same(struct str text, const char *expected)
{
    ck_assert_msg(str_is(text, expected), "%.*s is not %s", STR_FMT(text), expected);
}

/* A text that is gone with the arena. */
static struct str text(const char *text)
{
    return str_of(arena_strdup(&a, text));
}

START_TEST(test_facts)
{
    struct record *record = record_of(&c);
    ck_assert_ptr_eq(record_of(&c), record);
    c.message = "No.";
    c.reason = "Why.";
    ck_assert_ptr_eq(record_complete(&c, ERR_NO_SUCH_ENTITY, "Would."), record);
    ck_assert_str_eq(record->request_id, ID);
    ck_assert_str_eq(record->sandbox, "box");
    ck_assert_int_eq(record->at, 1700000000);
    ck_assert_ptr_eq(record->op, &op);
    ck_assert_ptr_null(record->principal);
    ck_assert_str_eq(record->account, "123456789012");
    same(record->source_ip, "10.0.0.1");
    same(record->user_agent, "aws-cli");
    same(record->referer, "http://x/");
    ck_assert_int_eq(record->code, ERR_NO_SUCH_ENTITY);
    ck_assert_str_eq(record->message, "No.");
    ck_assert_str_eq(record->reason, "Why.");
    ck_assert_str_eq(record->would_deny, "Would.");
}
END_TEST

START_TEST(test_duration)
{
    c.arrived_us = clock_monotonic_us() - 5000;
    int64_t took = record_complete(&c, OK, NULL)->took_us;
    ck_assert_int_ge(took, 5000);
}
END_TEST

/* Nothing was decided or refused: there is nothing to explain. */
START_TEST(test_what_is_not_kept)
{
    ck_assert_ptr_null(kept(OK, NULL));
    record_end(&c); /* a call that noted nothing */
    ck_assert_ptr_null(records_find(sandbox.records, STR(ID)));
}
END_TEST

START_TEST(test_refused_key)
{
    record_key_refused(&c, arena_strdup(&a, "It is inactive."));
    record_of(&c)->access_key_id = text("AKIAIOSFODNN7EXAMPLE");
    record_of(&c)->region = text("us-east-1");
    const struct record *record = kept(ERR_INVALID_CLIENT_TOKEN_ID, NULL);
    ck_assert_int_eq(record->kind, RECORD_KEY_REFUSED);
    ck_assert_str_eq(record->why, "It is inactive.");
    same(record->access_key_id, "AKIAIOSFODNN7EXAMPLE");
    same(record->region, "us-east-1");
    record_release(record);
}
END_TEST

START_TEST(test_refused_signature)
{
    record_signature_refused(&c,
                             text("POST\n/\nX-Amz-Security-Token=abc&a=b&c\n"
                                  "host:x\nx-amz-security-token:abc\nX-My-Password:abc\n"
                                  "x-amz-server-side-encryption-customer-key:abc\n"
                                  "x-api-key:abc\n\n"
                                  "host;x-amz-security-token\n0123"),
                             text("AWS4-HMAC-SHA256\n"));
    const struct record *record = kept(ERR_SIGNATURE_DOES_NOT_MATCH, NULL);
    ck_assert_int_eq(record->kind, RECORD_SIGNATURE_REFUSED);
    same(record->canonical_request,
         "POST\n/\nX-Amz-Security-Token=(hidden)&a=b&c\n"
         "host:x\nx-amz-security-token:(hidden)\nX-My-Password:(hidden)\n"
         "x-amz-server-side-encryption-customer-key:(hidden)\nx-api-key:(hidden)\n\n"
         "host;x-amz-security-token\n0123");
    same(record->string_to_sign, "AWS4-HMAC-SHA256\n");
    record_release(record);
}
END_TEST

START_TEST(test_refused_proof)
{
    c.message = arena_strdup(&a, "MultiFactorAuthentication failed.");
    record_proof_refused(&c);
    const struct record *record = kept(ERR_ACCESS_DENIED, NULL);
    ck_assert_int_eq(record->kind, RECORD_PROOF_REFUSED);
    ck_assert_ptr_eq(record->op, &op);
    ck_assert_str_eq(record->message, "MultiFactorAuthentication failed.");
    record_release(record);
}
END_TEST

/* A principal without a view, as a provider's token names it. */
static struct authz_principal *provider(void)
{
    struct authz_tag *tag = NEW(&a, struct authz_tag);
    *tag = (struct authz_tag){text("Team"), text("Blue")};
    struct authz_principal *principal = NEW(&a, struct authz_principal);
    *principal = (struct authz_principal){.kind = PRINCIPAL_PROVIDER,
                                          .arn = arena_strdup(&a, "accounts.google.com"),
                                          .id = arena_strdup(&a, "bob"),
                                          .tags = tag,
                                          .n_tags = 1};
    return principal;
}

/* Conditions on 70 tags, of which only the last is met. */
static const struct policy *trust_policy(struct arena *arena)
{
    struct buf b = buf_new(arena, 4096);
    buf_add_text(&b, "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\","
                     "\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\",\"Condition\":{"
                     "\"StringEquals\":{");
    for (int i = 0; i < 69; i++)
        buf_printf(&b, "\"aws:RequestTag/t%d\":\"x\",", i);
    buf_add_text(&b, "\"aws:ResourceTag/Stage\":\"Prod\"}}}}");
    const struct policy *policy;
    struct policy_error error;
    ck_assert_int_eq(policy_compile(arena, buf_str(&b), POLICY_TRUST, &policy, &error), 0);
    return policy;
}

static void decide(const struct policy *policy)
{
    struct record *record = record_of(&c);
    struct record_decision *d = record->decisions = NEW(&a, struct record_decision);
    struct authz_policy *own = NEW(&a, struct authz_policy);
    struct authz_tag *tag = NEW(&a, struct authz_tag);
    struct authz_key_value *keys = NEW_ARRAY(&a, struct authz_key_value, 2);
    struct str *list = NEW_ARRAY(&a, struct str, 2);
    struct authz_context context;
    *own =
        (struct authz_policy){.policy = policy, .layer = AUTHZ_LAYER_TRUST, .name = "trust policy"};
    *tag = (struct authz_tag){text("Stage"), text("Prod")};
    list[0] = text("one");
    list[1] = text("two");
    keys[0] =
        (struct authz_key_value){.name = arena_strdup(&a, "sts:ExternalId"), .value = text("x1")};
    keys[1] = (struct authz_key_value){.name = arena_strdup(&a, "x:List"), .list = list, .n = 2};
    record->kind = RECORD_DECIDED;
    record->principal = provider();
    struct record_other *other = NEW(&a, struct record_other);
    *other = (struct record_other){arena_strdup(&a, "s3"),
                                   arena_strdup(&a, "GetObject"),
                                   arena_strdup(&a, "ec2"),
                                   arena_strdup(&a, "GET h/x"),
                                   true,
                                   ERR_EXPIRED_SESSION};
    struct authz_key_value *given = NEW(&a, struct authz_key_value);
    *given = (struct authz_key_value){.name = arena_strdup(&a, "aws:Referer"), .value = text("y")};
    record->other = other;
    record->given = given;
    record->n_given = 1;
    d->tags = (struct record_tags){record->principal->tags, 1, list, 2};
    d->action = text("sts:AssumeRole");
    d->resource = text("arn:aws:iam::123456789012:role/r");
    d->owner = d->account = text("123456789012");
    d->own = own;
    d->keys = keys;
    d->n_keys = 2;
    d->resource_tags = tag;
    d->n_resource_tags = 1;
    record_context(record, d, &context);
    const struct authz_request request = {.principal = record->principal,
                                          .action = d->action,
                                          .resource = d->resource,
                                          .context = &context.base,
                                          .resource_account = d->owner,
                                          .policies = own,
                                          .n_policies = 1};
    d->trace = authz_trace_new(&a, &request);
    d->decision = authz_decide(&request, &d->trace);
}

static struct str value_of(const struct authz_context *context, const char *name)
{
    struct arena scratch;
    struct policy_values values = {.n = 0};
    arena_init(&scratch);
    struct policy_key key = policy_key_of(&scratch, str_of(name));
    ck_assert(context->base.find(&context->base, &key, &values));
    arena_done(&scratch);
    return values.v[values.n - 1];
}

/* Everything a decision was made from and came to is there after the call. */
START_TEST(test_decision)
{
    struct arena document; /* as a document of the sandbox, it outlives the call */
    struct authz_context context;
    arena_init(&document);
    decide(trust_policy(&document));
    const struct record *record = kept(ERR_ACCESS_DENIED, NULL);
    const struct record_decision *d = record->decisions;
    ck_assert_ptr_null(d->next);
    same(d->resource, "arn:aws:iam::123456789012:role/r");
    same(d->owner, "123456789012");
    ck_assert_str_eq(record->principal->arn, "accounts.google.com");
    ck_assert_ptr_null(record->principal->account);
    ck_assert_int_eq(d->decision.outcome, AUTHZ_IMPLICIT_DENY);
    ck_assert_uint_eq(d->trace.n_asked, 1);
    ck_assert_ptr_eq(d->trace.asked[0].policy, d->own);
    ck_assert_str_eq(d->own->name, "trust policy");
    ck_assert_uint_eq(d->trace.steps.n, 1);
    const struct policy_step *step = d->trace.steps.steps;
    ck_assert_int_eq(step->fit, POLICY_OTHER_CONDITION);
    for (size_t i = 0; i < 70; i++)
        ck_assert_int_eq(policy_step_held(step, i), i == 69);
    record_context(record, d, &context);
    same(value_of(&context, "aws:PrincipalTag/Team"), "Blue");
    same(value_of(&context, "aws:RequestTag/Team"), "Blue");
    same(value_of(&context, "aws:ResourceTag/Stage"), "Prod");
    same(value_of(&context, "aws:TagKeys"), "two");
    same(value_of(&context, "sts:ExternalId"), "x1");
    same(value_of(&context, "x:List"), "two");
    same(value_of(&context, "aws:SourceIp"), "10.0.0.1");
    same(value_of(&context, "aws:UserAgent"), "aws-cli");
    same(value_of(&context, "aws:Referer"), "y");
    same(value_of(&context, "ec2:ResourceTag/Stage"), "Prod");
    ck_assert_str_eq(record->other->service, "s3");
    ck_assert_str_eq(record->other->operation, "GetObject");
    ck_assert_str_eq(record->other->unread, "GET h/x");
    ck_assert_int_eq(record->other->code, ERR_EXPIRED_SESSION);
    same(d->action, "sts:AssumeRole");
    same(value_of(&context, "aws:ResourceAccount"), "123456789012");
    same(value_of(&context, "aws:CurrentTime"), "2023-11-14T22:13:20Z");
    record_release(record);
    arena_done(&document);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_facts);
    tcase_add_test(tc, test_duration);
    tcase_add_test(tc, test_what_is_not_kept);
    tcase_add_test(tc, test_refused_key);
    tcase_add_test(tc, test_refused_signature);
    tcase_add_test(tc, test_refused_proof);
    tcase_add_test(tc, test_decision);
    return suite_run("record", tc);
}
