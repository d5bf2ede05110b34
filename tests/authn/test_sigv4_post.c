/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4_post.h"

#include "err.h"
#include "support/suite.h"
#include "support/wire.h"

#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define CREDENTIAL "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"
#define DATE "20151229T000000Z"
#define INVALID "Invalid according to Policy: "
#define NOW 1451347200 /* DATE */
#define SIGNED_CONDITIONS                                                                          \
    "{\"x-amz-algorithm\":\"AWS4-HMAC-SHA256\"},{\"x-amz-credential\":\"" CREDENTIAL "\"},"        \
    "{\"x-amz-date\":\"" DATE "\"}"
#define USUAL                                                                                      \
    "{\"bucket\":\"b\"},[\"starts-with\",\"$key\",\"user/\"],[\"content-length-range\",1,10]"

static struct arena a;
static const char *message;
static struct sigv4_auth auth;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

struct form {
    const char *conditions; /* USUAL */
    const char *expiration; /* "2015-12-30T12:00:00.000Z" */
    const char *policy;     /* in place of one with these two */
    const char *fields;     /* further ones, before the file */
    const char *key, *file; /* "user/a", "hello" */
    const char *behind;     /* the file */
    const char *leave_out;  /* one of the fields of the signature */
    const char *bucket;     /* "b" */
    const char *signature;
    int64_t now; /* NOW */
    bool no_body;
};

#define FIELD(name, value)                                                                         \
    "--B\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static const char * or (const char *text, const char *usual)
{
    return text ? text : usual;
}

static const char *policy_of(const struct form *form)
{
    const char *text = arena_printf(
        &a, "{\"expiration\":\"%s\",\"conditions\":[%s," SIGNED_CONDITIONS "]}",
        or (form->expiration, "2015-12-30T12:00:00.000Z"), or (form->conditions, USUAL));
    struct buf b = {.arena = &a};
    text = or (form->policy, text);
    buf_base64(&b, (const unsigned char *)text, strlen(text));
    return buf_text(&b);
}

static void add_field(struct buf *b, const struct form *form, const char *name, const char *value)
{
    if (!form->leave_out || strcmp(form->leave_out, name) != 0)
        buf_printf(b, FIELD("%s", "%s"), name, value);
}

static struct request *request_of(const struct form *form)
{
    unsigned char key[SIGV4_KEY_SIZE];
    char signature[SIGV4_SIGNATURE_SIZE];
    struct buf b = {.arena = &a};
    const char *policy = policy_of(form);
    sigv4_signing_key(STR(SECRET), STR("20151229"), STR("us-east-1"), STR("s3"), key);
    sigv4_signature(key, str_of(policy), signature);
    buf_add_text(&b, "POST /b HTTP/1.1\nContent-Type: multipart/form-data; boundary=B\n\n");
    add_field(&b, form, "key", or (form->key, "user/a"));
    add_field(&b, form, "X-Amz-Credential", CREDENTIAL);
    add_field(&b, form, "X-Amz-Algorithm", "AWS4-HMAC-SHA256");
    add_field(&b, form, "X-Amz-Date", DATE);
    add_field(&b, form, "Policy", policy);
    add_field(&b, form, "X-Amz-Signature", or (form->signature, signature));
    buf_add_text(&b, or (form->fields, ""));
    buf_printf(&b, FIELD("file\"; filename=\"f", "%s") "%s--B--\r\n", or (form->file, "hello"),
               or (form->behind, ""));
    return wire_request(&a, buf_str(&b));
}

static int check(const struct form *form)
{
    unsigned char key[SIGV4_KEY_SIZE];
    const struct request *rq = request_of(form);
    message = "";
    TRY(sigv4_find(&a, rq, !form->no_body, &auth, &message));
    int64_t now = form->now ? form->now : NOW;
    TRY(sigv4_check_scope(&a, rq, &auth, now, &message));
    sigv4_signing_key(STR(SECRET), auth.date, auth.region, auth.service, key);
    if (!sigv4_post_verify(&auth, key))
        return ERR_SIGNATURE_DOES_NOT_MATCH;
    return sigv4_post_check(&a, &auth, str_of(or (form->bucket, "b")), now, &message);
}

#define CHECK(...) check(&(struct form){__VA_ARGS__})

static void refused(int code, int expected, const char *text)
{
    ck_assert_str_eq(message, text);
    ck_assert_int_eq(code, expected);
}

START_TEST(test_upload)
{
    ck_assert_int_eq(CHECK(.now = NOW), OK);
    ck_assert(str_is(auth.access_key_id, "AKIAIOSFODNN7EXAMPLE"));
    ck_assert(str_is(auth.service, "s3"));
    ck_assert(!auth.security_token.p);
    ck_assert_int_eq(CHECK(.fields = FIELD("X-Ignore-Me", "1")), OK);
    ck_assert_int_eq(CHECK(.behind = FIELD("submit", "Upload")), OK);
    ck_assert_int_eq(CHECK(.key = "user/${filename}"), OK);
}
END_TEST

START_TEST(test_signature)
{
    refused(CHECK(.signature = "00"), ERR_SIGNATURE_DOES_NOT_MATCH, "");
    refused(CHECK(.leave_out = "Policy"), ERR_INCOMPLETE_SIGNATURE,
            "Bucket POST must contain a field named 'policy'.");
    refused(CHECK(.leave_out = "X-Amz-Signature"), ERR_INCOMPLETE_SIGNATURE,
            "Bucket POST must contain a field named 'x-amz-signature'.");
    refused(CHECK(.leave_out = "X-Amz-Date"), ERR_INCOMPLETE_SIGNATURE,
            "Bucket POST must contain a field named 'x-amz-date'.");
    refused(CHECK(.fields = FIELD("x-amz-signature", "11")), ERR_INCOMPLETE_SIGNATURE,
            "The request has more than one 'x-amz-signature'.");
    refused(CHECK(.no_body = true), ERR_INCOMPLETE_SIGNATURE,
            "The signature cannot be checked: it is in a form, which did not come.");
}
END_TEST

START_TEST(test_time)
{
    ck_assert_int_eq(CHECK(.now = NOW + 36 * 3600 - 1), OK);
    refused(CHECK(.now = NOW + 36 * 3600), ERR_ACCESS_DENIED, INVALID "Policy expired.");
    refused(CHECK(.expiration = "1451347201"), ERR_ACCESS_DENIED,
            INVALID "Invalid 'expiration' value.");
    refused(CHECK(.expiration = "Tomorrow"), ERR_ACCESS_DENIED,
            INVALID "Invalid 'expiration' value.");
    ck_assert_int_eq(CHECK(.now = NOW + 8 * 86400), ERR_SIGNATURE_DOES_NOT_MATCH);
    ck_assert_int_eq(CHECK(.now = NOW - 1000), ERR_SIGNATURE_DOES_NOT_MATCH);
}
END_TEST

START_TEST(test_conditions)
{
    static const struct {
        struct form form;
        const char *message; /* ""; it is let through */
    } cases[] = {
        {{.key = "other"}, INVALID "Policy Condition failed: [\"starts-with\",\"$key\",\"user/\"]"},
        {{.bucket = "c"}, INVALID "Policy Condition failed: {\"bucket\":\"b\"}"},
        {{.file = ""}, INVALID "Policy Condition failed: [\"content-length-range\",1,10]"},
        {{.file = "eleven byte"},
         INVALID "Policy Condition failed: [\"content-length-range\",1,10]"},
        {{.fields = FIELD("acl", "public-read")}, INVALID "Extra input fields: acl"},
        {{.fields = FIELD("ACL", "public-read"), .conditions = USUAL ",{\"acl\":\"public-read\"}"},
         ""},
        {{.conditions = USUAL ",{\"acl\":\"public-read\"}"},
         INVALID "Policy Condition failed: {\"acl\":\"public-read\"}"},
        {{.fields = FIELD("acl", "private"), .conditions = USUAL ",[\"EQ\",\"$ACL\",\"private\"]"},
         ""},
        {{.fields = FIELD("acl", "private"),
          .conditions = USUAL ",[\"starts-with\",\"$acl\",\"\"]"},
         ""},
        {{.fields = FIELD("Content-Type", "image/a,image/b"),
          .conditions = USUAL ",[\"starts-with\",\"$Content-Type\",\"image/\"]"},
         ""},
        {{.fields = FIELD("Content-Type", "image/a, text/html"),
          .conditions = USUAL ",[\"starts-with\",\"$Content-Type\",\"image/\"]"},
         INVALID "Policy Condition failed: [\"starts-with\",\"$Content-Type\",\"image/\"]"},
        {{.conditions = "[\"starts-with\",\"$key\",\"\"]"}, INVALID "Extra input fields: bucket"},
        {{.fields = FIELD("bucket", "b")}, ""},
        {{.fields = FIELD("bucket", "c"),
          .conditions = USUAL ",[\"starts-with\",\"$bucket\",\"\"]"},
         INVALID "Policy Condition failed: {\"bucket\":\"b\"}"},
        {{.fields = FIELD("bucket", "b"), .bucket = "c"},
         INVALID "Policy Condition failed: the form names another bucket than the request."},
        {{.conditions = USUAL ",[\"ends-with\",\"$key\",\"a\"]"},
         INVALID "Policy Condition failed: [\"ends-with\",\"$key\",\"a\"]"},
        {{.conditions = USUAL ",[\"eq\",\"key\",\"user/a\"]"},
         INVALID "Policy Condition failed: [\"eq\",\"key\",\"user/a\"]"},
        {{.conditions = USUAL ",[\"eq\",\"$key\"]"},
         INVALID "Policy Condition failed: [\"eq\",\"$key\"]"},
        {{.conditions = USUAL ",[\"content-length-range\",10,1]"},
         INVALID "Policy Condition failed: [\"content-length-range\",10,1]"},
        {{.conditions = USUAL ",{\"key\":1}"}, INVALID "Policy Condition failed: {\"key\":1}"},
        {{.conditions = USUAL ",1"}, INVALID "Policy Condition failed: 1"},
        {{.policy = "{"}, INVALID "Invalid JSON."},
        {{.policy = "[]"}, INVALID "Invalid JSON."},
        {{.policy = "{\"conditions\":[]}"}, INVALID "Invalid 'expiration' value."},
        {{.policy = "{\"expiration\":\"2015-12-30T12:00:00Z\"}"},
         INVALID "Invalid 'conditions' value."},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int code = check(&cases[i].form);
        ck_assert_str_eq(message, cases[i].message);
        ck_assert_int_eq(code, cases[i].message[0] ? ERR_ACCESS_DENIED : OK);
    }
}
END_TEST

/* S3 would pass over what others would read. */
START_TEST(test_fields_behind_the_file)
{
    refused(CHECK(.behind = FIELD("acl", "public-read")), ERR_INCOMPLETE_SIGNATURE,
            "The file must be the last field of the form.");
    refused(CHECK(.behind = FIELD("key", "user/b")), ERR_INCOMPLETE_SIGNATURE,
            "The file must be the last field of the form.");
    refused(CHECK(.fields = FIELD("Key", "user/b")), ERR_INCOMPLETE_SIGNATURE,
            "The request has more than one 'Key'.");
}
END_TEST

START_TEST(test_older_signatures)
{
    refused(CHECK(.fields = FIELD("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE")),
            ERR_INCOMPLETE_SIGNATURE,
            "The authorization mechanism you have provided is not supported. Please use "
            "AWS4-HMAC-SHA256.");
}
END_TEST

START_TEST(test_anonymous_uploads)
{
    static const char *const bodies[] = {FIELD("key", "a") "--B--", FIELD("key", "a"), "",
                                         FIELD("file", "a") "--B--"};
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        const char *text = arena_printf(
            &a, "POST /b HTTP/1.1\nContent-Type: multipart/form-data; boundary=B\n\n%s", bodies[i]);
        struct request *rq = wire_request(&a, str_of(text));
        ck_assert_int_eq(sigv4_find(&a, rq, true, &auth, &message), ERR_NOT_FOUND);
    }
}
END_TEST

START_TEST(test_many_fields)
{
    struct buf fields = {.arena = &a};
    for (int i = 6; i < SIGV4_POST_FIELDS_MAX; i++)
        buf_printf(&fields, FIELD("x-ignore-%d", "1"), i);
    int code = CHECK(.fields = buf_text(&fields));
    refused(code, OK, "");
    buf_add_text(&fields, FIELD("x-ignore-more", "1"));
    refused(CHECK(.fields = buf_text(&fields)), ERR_INCOMPLETE_SIGNATURE,
            "The form has too many fields.");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_upload);
    tcase_add_test(tc, test_signature);
    tcase_add_test(tc, test_time);
    tcase_add_test(tc, test_conditions);
    tcase_add_test(tc, test_fields_behind_the_file);
    tcase_add_test(tc, test_older_signatures);
    tcase_add_test(tc, test_anonymous_uploads);
    tcase_add_test(tc, test_many_fields);
    return suite_run("sigv4_post", tc);
}
