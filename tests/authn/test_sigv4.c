/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "authn/sigv4.h"
#include "support/sign.h"
#include "support/suite.h"
#include "support/wire.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct sigv4_rules usual = {.normalize_path = true};
static const struct signer signer = {
    .access_key_id = "AKIDEXAMPLE",
    .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    .region = "us-east-1",
    .service = "iam",
    .at = 1440938160,
};

static void ck_assert_str(struct str got, const char *expected, const char *what)
{
    ck_assert_msg(str_is(got, expected), "%s: got\n%.*s\nexpected\n%s", what, STR_FMT(got),
                  expected);
}

static void signing_key(const struct signer *by, const struct sigv4_auth *auth,
                        unsigned char ret[static SIGV4_KEY_SIZE])
{
    sigv4_signing_key(str_of(by->secret), auth->date, auth->region, auth->service, ret);
}

static bool verifies(const struct request *rq, const struct signer *by)
{
    struct sigv4_auth auth;
    const char *message;
    unsigned char key[SIGV4_KEY_SIZE];
    if (sigv4_parse(&a, rq, &auth, &message) != OK ||
        sigv4_check_scope(&a, rq, &auth, by->at, &message) != OK ||
        !str_is(auth.access_key_id, by->access_key_id))
        return false;
    signing_key(by, &auth, key);
    return sigv4_verify(&a, rq, &auth, &usual, key);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    ck_assert_ptr_nonnull(text);
    return text;
}

static void check_vector_form(const json_t *vector, const char *name, struct sigv4_rules rules)
{
    const json_t *form = json_object_get(vector, name);
    const json_t *credentials = json_object_get(vector, "credentials");
    const char *what = arena_printf(&a, "%s/%s", text_of(vector, "id"), name);
    const char *token = json_string_value(json_object_get(credentials, "token"));
    struct request *rq = wire_request(&a, str_of(text_of(form, "signed_request")));
    ck_assert_ptr_nonnull(rq);
    struct sigv4_auth auth;
    const char *message = "";
    ck_assert_msg(sigv4_parse(&a, rq, &auth, &message) == OK, "%s: %s", what, message);
    ck_assert_str(auth.access_key_id, text_of(credentials, "access_key_id"), what);
    ck_assert_str(auth.region, text_of(vector, "region"), what);
    ck_assert_str(auth.service, text_of(vector, "service"), what);
    ck_assert_str(auth.signature, text_of(form, "signature"), what);
    if (token)
        ck_assert_str(auth.security_token, token, what);
    struct str canonical = sigv4_canonical_request(&a, rq, &auth, &rules);
    ck_assert_str(canonical, text_of(form, "canonical_request"), what);
    ck_assert_str(sigv4_string_to_sign(&a, &auth, canonical), text_of(form, "string_to_sign"),
                  what);
    ck_assert_int_eq(sigv4_check_scope(&a, rq, &auth, 1440938160, &message), OK);
    unsigned char key[SIGV4_KEY_SIZE];
    sigv4_signing_key(str_of(text_of(credentials, "secret_access_key")), auth.date, auth.region,
                      auth.service, key);
    ck_assert_msg(sigv4_verify(&a, rq, &auth, &rules, key), "%s", what);
}

START_TEST(test_vectors)
{
    FILE *file = fopen(SIGV4_VECTORS, "r");
    ck_assert_ptr_nonnull(file);
    int n = 0;
    for (json_t *v; (v = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)); n++) {
        struct sigv4_rules rules = {
            .normalize_path = json_is_true(json_object_get(v, "normalize")),
            .token_after_signing = json_is_true(json_object_get(v, "omit_session_token")),
        };
        check_vector_form(v, "header", rules);
        check_vector_form(v, "query", rules);
        json_decref(v);
        arena_reset(&a);
    }
    ck_assert_int_eq(n, 38);
    fclose(file);
}
END_TEST

/* The line of the canonical request that stands for LINE (0: method) of a request to TARGET. */
static struct str canonical_line(const char *target, struct sigv4_rules rules, int line)
{
    struct request *rq = wire_request(
        &a, str_of(arena_printf(&a, "GET %s HTTP/1.1\nHost: h\nX-Blanks:\n a \t b\n\n", target)));
    struct sigv4_auth auth = {.presigned = true, .signed_headers = STR("host;X-Blanks")};
    struct str rest = sigv4_canonical_request(&a, rq, &auth, &rules);
    while (line--)
        (void)str_cut(&rest, '\n');
    return str_cut(&rest, '\n');
}

START_TEST(test_query_is_canonical)
{
    static const char *const cases[][2] = {
        {"/", ""},
        {"/?", ""},
        {"/?b&a", "a=&b="},
        {"/?a=2&a=1&a=10", "a=1&a=10&a=2"},
        {"/?ab=1&a=2", "a=2&ab=1"},
        {"/?a=x+y%20z", "a=x%20y%20z"},
        {"/?a=%2f%c3%A9", "a=%2F%C3%A9"},
        {"/?a=%41%7e", "a=A~"},
        {"/?a=1%&b=%zz", "a=1%25&b=%25zz"},
        {"/?&&a=b=c&&", "a=b%3Dc"},
        {"/?=v", "=v"},
        {"/?a=1&X-Amz-Signature=00&X%2DAmz%2DSignature=11", "a=1"},
        {"/?X-Amz-Security-Token=t%3d", "X-Amz-Security-Token=t%3D"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_str(canonical_line(cases[i][0], usual, 2), cases[i][1], cases[i][0]);
}
END_TEST

START_TEST(test_path_is_canonical)
{
    static const char *const cases[][3] = {
        /* sent, as services sign it, as S3 signs it */
        {"/", "/", "/"},
        {"/a/./b/../../c//", "/c/", "/a/./b/../../c//"},
        {"/..", "/", "/.."},
        {"/a%20b", "/a%2520b", "/a%20b"},
        {"/a%2fb+", "/a%252fb%2B", "/a/b%2B"},
        {"/..a/.b", "/..a/.b", "/..a/.b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct sigv4_rules s3 = {.normalize_path = false};
        ck_assert_str(canonical_line(cases[i][0], usual, 1), cases[i][1], cases[i][0]);
        ck_assert_str(canonical_line(cases[i][0], s3, 1), cases[i][2], cases[i][0]);
    }
}
END_TEST

START_TEST(test_headers_are_canonical)
{
    ck_assert_str(canonical_line("/", usual, 3), "host:h", "host");
    ck_assert_str(canonical_line("/", usual, 4), "x-blanks:a b", "blanks");
    ck_assert_str(canonical_line("/", usual, 6), "host;x-blanks", "names");
}
END_TEST

static const char body[] = "Action=GetUser&Version=2010-05-08&UserName=a%20b";

START_TEST(test_signer_and_verifier_agree)
{
    struct signer session = signer;
    session.token = "a/session+token==";
    ck_assert(verifies(sign_form(&a, &signer, body), &signer));
    ck_assert(verifies(sign_form(&a, &session, body), &session));
    ck_assert(verifies(sign_form_query(&a, &signer, 60, body), &signer));
    ck_assert(verifies(sign_form_query(&a, &session, 60, body), &session));
    struct request *get = wire_request(&a, STR("GET /some//prefix/?b=1&a=2&a=1+2 HTTP/1.1\n\n"));
    sign_header(&a, &signer, get);
    ck_assert(verifies(get, &signer));
}
END_TEST

START_TEST(test_other_keys_do_not_verify)
{
    struct request *rq = sign_form(&a, &signer, body);
    struct signer other = signer;
    other.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEz";
    ck_assert(!verifies(rq, &other));
}
END_TEST

/* One letter of one slice, copied before. */
static struct str changed(struct str s, size_t at)
{
    char *copy = str_dup(&a, s);
    copy[at] = copy[at] == 'x' ? 'y' : 'x';
    return (struct str){copy, s.n};
}

static void check_tampering(struct request *rq)
{
    ck_assert(verifies(rq, &signer));
    struct str *const parts[] = {&rq->method, &rq->path, &rq->query, &rq->body};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct str original = *parts[i];
        for (size_t at = 0; at < original.n; at++) {
            *parts[i] = changed(original, at);
            ck_assert_msg(!verifies(rq, &signer), "part %zu at %zu", i, at);
        }
        *parts[i] = original;
    }
    struct request_header *headers = NEW_ARRAY(&a, struct request_header, rq->n_headers);
    memcpy(headers, rq->headers, rq->n_headers * sizeof *headers);
    rq->headers = headers;
    for (size_t i = 0; i < rq->n_headers; i++) {
        struct str original = headers[i].value;
        for (size_t at = 0; at < original.n; at++) {
            headers[i].value = changed(original, at);
            ck_assert_msg(!verifies(rq, &signer), "header %zu at %zu", i, at);
        }
        headers[i].value = original;
    }
    ck_assert(verifies(rq, &signer));
}

START_TEST(test_tampering)
{
    check_tampering(sign_form(&a, &signer, body));
    check_tampering(sign_form_query(&a, &signer, 60, body));
    struct request *rq = wire_request(&a, STR("GET /p/?Action=A&Version=1 HTTP/1.1\nX-A: b\n\n"));
    sign_header(&a, &signer, rq);
    check_tampering(rq);
}
END_TEST

/* X-Amz-Content-Sha256 is believed by nobody: what counts is the body. */
START_TEST(test_announced_digest)
{
    static const char *const announced[] = {
        "X", "UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};
    for (size_t i = 0; i < ARRAY_LEN(announced); i++) {
        struct request *rq = wire_request(
            &a,
            str_of(arena_printf(&a, "GET / HTTP/1.1\nX-Amz-Content-Sha256: %s\n\n", announced[i])));
        sign_header(&a, &signer, rq);
        ck_assert_int_eq(verifies(rq, &signer), i == ARRAY_LEN(announced) - 1);
    }
}
END_TEST

static bool verifies_with_names(const char *names)
{
    struct request *rq = sign_form(&a, &signer, body);
    struct sigv4_auth auth;
    const char *message;
    unsigned char key[SIGV4_KEY_SIZE];
    char signature[SIGV4_SIGNATURE_SIZE];
    ck_assert_int_eq(sigv4_parse(&a, rq, &auth, &message), OK);
    auth.signed_headers = str_of(names);
    signing_key(&signer, &auth, key);
    struct str canonical = sigv4_canonical_request(&a, rq, &auth, &usual);
    sigv4_signature(key, sigv4_string_to_sign(&a, &auth, canonical), signature);
    auth.signature = str_of(signature);
    bool verified = sigv4_verify(&a, rq, &auth, &usual, key);
    ck_assert(verified == (canonical.p != NULL));
    return verified;
}

/* "host" a thousand times would ask for a canonical request a thousand times the header's size. */
START_TEST(test_names_must_be_few_and_distinct)
{
    struct buf names = {.arena = &a};
    buf_add_text(&names, "host");
    for (int i = 1; i < 100; i++)
        buf_printf(&names, ";x-%d", i);
    ck_assert(verifies_with_names("host;content-type"));
    ck_assert(verifies_with_names(buf_text(&names)));
    ck_assert(!verifies_with_names(arena_printf(&a, "%s;x-100", buf_text(&names))));
    ck_assert(!verifies_with_names("content-type;host;host"));
    ck_assert(!verifies_with_names("host;content-type;Host"));
}
END_TEST

START_TEST(test_long_secret)
{
    char secret[SIGV4_SECRET_MAX + 1];
    memset(secret, 's', SIGV4_SECRET_MAX);
    secret[SIGV4_SECRET_MAX] = '\0';
    struct signer by = signer;
    by.secret = secret;
    struct request *rq = sign_form(&a, &by, body);
    ck_assert(verifies(rq, &by));
    secret[SIGV4_SECRET_MAX - 1] = 't';
    ck_assert(!verifies(rq, &by));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_vectors);
    tcase_add_test(tc, test_query_is_canonical);
    tcase_add_test(tc, test_path_is_canonical);
    tcase_add_test(tc, test_headers_are_canonical);
    tcase_add_test(tc, test_signer_and_verifier_agree);
    tcase_add_test(tc, test_other_keys_do_not_verify);
    tcase_add_test(tc, test_tampering);
    tcase_add_test(tc, test_announced_digest);
    tcase_add_test(tc, test_names_must_be_few_and_distinct);
    tcase_add_test(tc, test_long_secret);
    return suite_run("sigv4", tc);
}
