/* SPDX-License-Identifier: Apache-2.0 */
/* Requests as SDKs sign them: of tests/recognize, and those of sign_forms.py and sign_forms.js. */
#include <jansson.h>

#include "authn/sigv4_post.h"
#include "authn/sigv4a.h"
#include "err.h"
#include "support/suite.h"

#define KEY_ID "AKIAIOSFODNN7EXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

static struct arena a;
static struct sigv4a_key public_key;
static const char *message;

static void setup(void)
{
    arena_init(&a);
    sigv4a_key_of(STR(KEY_ID), STR(SECRET), &public_key);
}

static void teardown(void)
{
    arena_done(&a);
}

static bool verifies(const struct request *rq, const struct sigv4_auth *auth,
                     const struct sigv4_rules *rules)
{
    unsigned char key[SIGV4_KEY_SIZE];
    if (auth->asymmetric)
        return sigv4a_verify(&a, rq, auth, rules, &public_key);
    sigv4_signing_key(STR(SECRET), auth->date, auth->region, auth->service, key);
    return auth->post ? sigv4_post_verify(auth, key) : sigv4_verify(&a, rq, auth, rules, key);
}

/* Of a form: its path, or else the start of the Host. */
static struct str bucket_of(const struct request *rq)
{
    struct str host = request_header(rq, "host");
    struct str path = {rq->path.p + 1, rq->path.n - 1};
    return path.n ? path : str_cut(&host, '.');
}

/* As caller_authenticate_other does it, at the time of signing. */
static int authenticate(const struct request *rq, bool body, const char *operation)
{
    struct sigv4_auth auth;
    struct sigv4_rules rules;
    TRY(sigv4_find(&a, rq, body, &auth, &message));
    sigv4_rules_of(auth.service, operation, &rules);
    TRY(sigv4_check_scope(&a, rq, &auth, auth.signed_at + 1, &message));
    if (!auth.post)
        TRY(sigv4_settle_payload(&a, rq, body, &rules, &auth, &message));
    const char *names = sigv4_unsigned_headers(&a, rq, &auth);
    if (names) {
        message = names;
        return ERR_ACCESS_DENIED;
    }
    if (!verifies(rq, &auth, &rules))
        return ERR_SIGNATURE_DOES_NOT_MATCH;
    return auth.post ? sigv4_post_check(&a, &auth, bucket_of(rq), auth.signed_at + 1, &message)
                     : OK;
}

static void add_headers(struct request *rq, json_t *headers)
{
    const char *name;
    json_t *value;
    struct request_header *list = NEW_ARRAY(&a, struct request_header, json_object_size(headers));
    json_object_foreach(headers, name, value) list[rq->n_headers++] = (struct request_header){
        str_of(arena_strdup(&a, name)), str_of(arena_strdup(&a, json_string_value(value)))};
    rq->headers = list;
}

/* The members that POST /_iam-local/authorize takes. */
static struct request *request_of(const json_t *line)
{
    struct request *rq = NEW(&a, struct request);
    const char *body = json_string_value(json_object_get(line, "body"));
    struct buf decoded = {.arena = &a};
    rq->method = str_of(arena_strdup(&a, json_string_value(json_object_get(line, "method"))));
    rq->query = str_of(arena_strdup(&a, json_string_value(json_object_get(line, "target"))));
    rq->path = str_cut(&rq->query, '?');
    add_headers(rq, json_object_get(line, "headers"));
    if (body)
        ck_assert(buf_base64_decode(&decoded, str_of(body)));
    rq->body = buf_str(&decoded);
    return rq;
}

static bool contains(struct str s, const char *text)
{
    return s.p && memmem(s.p, s.n, text, strlen(text));
}

static bool is_signed(const struct request *rq)
{
    bool presigned = contains(rq->query, "X-Amz-Signature");
    return presigned || request_header(rq, "authorization").p ||
           contains(rq->body, "x-amz-signature");
}

/* Whether the signature can be checked without the body. */
static bool stands_alone(const struct request *rq)
{
    struct str type = request_header(rq, "content-type");
    bool form = str_starts(type, STR("multipart/form-data"));
    bool hashed = request_header(rq, "x-amz-content-sha256").p != NULL;
    return rq->body.n == 0 || (!form && (hashed || rq->query.n > 400));
}

static bool says_length(const struct request *rq)
{
    return request_header(rq, "content-length").p || request_header(rq, "transfer-encoding").p;
}

static bool is_version_2(const struct request *rq)
{
    return str_starts(request_header(rq, "authorization"), STR("AWS ")) ||
           contains(rq->body, "SignatureVersion=2") || contains(rq->query, "AWSAccessKeyId=");
}

static void check_line(const char *file, int at, const json_t *line)
{
    struct request *rq = request_of(line);
    const char *operation = json_string_value(json_object_get(line, "operation"));
    bool is_old = is_version_2(rq);
    int expected = is_old ? ERR_INCOMPLETE_SIGNATURE : is_signed(rq) ? OK : ERR_NOT_FOUND;
    message = "";
    int code = authenticate(rq, true, operation);
    ck_assert_msg(code == expected, "%s:%d: %d %s", file, at, code, message);
    if (is_old)
        return;
    code = authenticate(rq, false, operation);
    if (stands_alone(rq))
        ck_assert_msg(code == expected, "%s:%d without its body: %d %s", file, at, code, message);
    else if (expected == OK && !says_length(rq))
        ck_assert_int_eq(code, ERR_SIGNATURE_DOES_NOT_MATCH); /* it seemed to have none */
    else if (expected == OK)
        ck_assert_msg(code == ERR_INCOMPLETE_SIGNATURE && strstr(message, "did not come"),
                      "%s:%d without its body: %d %s", file, at, code, message);
}

static int check_file(const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    int n = 0;
    for (json_t *line; (line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)); n++) {
        check_line(strrchr(path, '/') + 1, n + 1, line);
        json_decref(line);
        arena_reset(&a);
    }
    fclose(file);
    return n;
}

START_TEST(test_captured)
{
    int n = check_file(CAPTURED "/captured.jsonl");
    n += check_file(CAPTURED "/captured_calls.jsonl");
    n += check_file(CAPTURED "/captured_older.jsonl");
    n += check_file(CAPTURED "/captured_javascript.jsonl");
    ck_assert_int_gt(n, 1800);
}
END_TEST

/* The forms that there are, with what is hard to encode. */
START_TEST(test_forms)
{
    ck_assert_int_eq(check_file(SIGNED "/signed_botocore.jsonl"), 72);
    ck_assert_int_eq(check_file(SIGNED "/signed_javascript.jsonl"), 64);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, test_captured);
    tcase_add_test(tc, test_forms);
    return suite_run("sigv4_clients", tc);
}
