/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/sigv4.h"
#include "err.h"
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

enum { SIGNED_AT = 1440938160 }; /* 20150830T123600Z */

#define CREDENTIAL "AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request"
#define GOOD                                                                                       \
    "AWS4-HMAC-SHA256 Credential=" CREDENTIAL ", SignedHeaders=host;x-amz-date, Signature=00ff"
#define DATE "X-Amz-Date: 20150830T123600Z\n"
#define QUERY_FIRST                                                                                \
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiam"   \
    "%2Faws4_request&X-Amz-Date=20150830T123600Z"
#define QUERY QUERY_FIRST "&X-Amz-SignedHeaders=host%3bx-a&X-Amz-Signature=00ff"

struct outcome {
    int code;
    const char *message;
    struct sigv4_auth auth;
};

static struct outcome parsed(const char *target, const char *headers)
{
    struct outcome o = {.message = ""};
    const char *text =
        arena_printf(&a, "GET %s HTTP/1.1\nHost: example.com\n%s\n", target, headers);
    struct request *rq = wire_request(&a, str_of(text));
    o.code = sigv4_parse(&a, rq, &o.auth, &o.message);
    return o;
}

static struct outcome checked(const char *target, const char *headers, int64_t now)
{
    struct outcome o = parsed(target, headers);
    const char *text =
        arena_printf(&a, "GET %s HTTP/1.1\nHost: example.com\n%s\n", target, headers);
    struct request *rq = wire_request(&a, str_of(text));
    ck_assert_msg(o.code == OK, "%s", o.message);
    o.code = sigv4_check_scope(&a, rq, &o.auth, now, &o.message);
    return o;
}

static void ck_fails(struct outcome o, int code, const char *message)
{
    ck_assert_str_eq(o.message, message);
    ck_assert_int_eq(o.code, code);
}

static struct outcome with_authorization(const char *value)
{
    return parsed("/", arena_printf(&a, DATE "Authorization: %s\n", value));
}

START_TEST(test_header_is_read)
{
    struct outcome o = parsed("/", DATE "X-Amz-Security-Token: tok\nAuthorization: " GOOD "\n");
    ck_assert_int_eq(o.code, OK);
    ck_assert(!o.auth.presigned);
    ck_assert(str_is(o.auth.access_key_id, "AKIDEXAMPLE"));
    ck_assert(str_is(o.auth.date, "20150830"));
    ck_assert(str_is(o.auth.region, "us-east-1"));
    ck_assert(str_is(o.auth.service, "iam"));
    ck_assert(str_is(o.auth.terminator, "aws4_request"));
    ck_assert(str_is(o.auth.signed_headers, "host;x-amz-date"));
    ck_assert(str_is(o.auth.signature, "00ff"));
    ck_assert(str_is(o.auth.timestamp, "20150830T123600Z"));
    ck_assert_int_eq(o.auth.signed_at, SIGNED_AT);
    ck_assert(str_is(o.auth.security_token, "tok"));
}
END_TEST

START_TEST(test_header_is_read_in_any_spacing)
{
    static const char *const cases[] = {
        "AWS4-HMAC-SHA256 Credential=" CREDENTIAL ",SignedHeaders=host;x-amz-date,Signature=00ff",
        "AWS4-HMAC-SHA256   Signature=00ff\tSignedHeaders=host;x-amz-date Credential=" CREDENTIAL,
        "AWS4-HMAC-SHA256 Credential=" CREDENTIAL "/,, ,SignedHeaders=host;x-amz-date,"
        "Signature=00ff,Other=1,",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct outcome o = with_authorization(cases[i]);
        ck_assert_msg(o.code == OK, "%s: %s", cases[i], o.message);
        ck_assert(str_is(o.auth.terminator, "aws4_request"));
        ck_assert(str_is(o.auth.signed_headers, "host;x-amz-date"));
        ck_assert(str_is(o.auth.signature, "00ff"));
    }
    struct outcome o = with_authorization(GOOD ", Signature=ee"); /* the last one counts */
    ck_assert(str_is(o.auth.signature, "ee"));
}
END_TEST

START_TEST(test_query_is_read)
{
    struct outcome o =
        parsed("/?Action=A&" QUERY "&X-Amz-Expires=604800&X-Amz-Security-Token=a%2Fb%2bc", "");
    ck_assert_int_eq(o.code, OK);
    ck_assert(o.auth.presigned);
    ck_assert(str_is(o.auth.access_key_id, "AKIDEXAMPLE"));
    ck_assert(str_is(o.auth.terminator, "aws4_request"));
    ck_assert(str_is(o.auth.signed_headers, "host;x-a"));
    ck_assert(str_is(o.auth.signature, "00ff"));
    ck_assert(str_is(o.auth.security_token, "a/b+c"));
    ck_assert_int_eq(o.auth.signed_at, SIGNED_AT);
    ck_assert_int_eq(o.auth.expires, 604800);
}
END_TEST

START_TEST(test_date_header_will_do)
{
    static const char *const dates[] = {"20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        struct outcome o =
            parsed("/", arena_printf(&a, "Date: %s\nAuthorization: " GOOD "\n", dates[i]));
        ck_assert_int_eq(o.code, OK);
        ck_assert(str_is(o.auth.timestamp, "20150830T123600Z"));
        ck_assert_int_eq(o.auth.signed_at, SIGNED_AT);
    }
    struct outcome o = parsed("/", "Date: junk\n" DATE "Authorization: " GOOD "\n");
    ck_assert_int_eq(o.code, OK);
}
END_TEST

START_TEST(test_unsigned)
{
    static const char missing[] = "Request is missing Authentication Token";
    ck_fails(parsed("/", ""), ERR_MISSING_AUTHENTICATION_TOKEN, missing);
    ck_fails(parsed("/?X-Amz-Signature=00", ""), ERR_MISSING_AUTHENTICATION_TOKEN, missing);
    ck_fails(with_authorization(""), ERR_MISSING_AUTHENTICATION_TOKEN, missing);
    ck_fails(with_authorization("Bearer x"), ERR_MISSING_AUTHENTICATION_TOKEN, missing);
    ck_fails(with_authorization("AWS AKID:sig"), ERR_MISSING_AUTHENTICATION_TOKEN, missing);
}
END_TEST

START_TEST(test_both_forms)
{
    ck_fails(parsed("/?" QUERY, DATE "Authorization: " GOOD "\n"), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP "
             "header.");
}
END_TEST

START_TEST(test_header_without_equal_sign)
{
    ck_fails(with_authorization("AWS4-HMAC-SHA256 Credential=a, SignedHeadershost"),
             ERR_INCOMPLETE_SIGNATURE,
             "'SignedHeadershost' not a valid key=value pair (missing equal-sign) in Authorization "
             "header: 'AWS4-HMAC-SHA256 Credential=a, SignedHeadershost'.");
}
END_TEST

START_TEST(test_header_with_missing_parts)
{
    ck_fails(parsed("/", "Authorization: AWS4-HMAC-SHA256\n"), ERR_INCOMPLETE_SIGNATURE,
             "Authorization header requires 'Credential' parameter. "
             "Authorization header requires 'Signature' parameter. "
             "Authorization header requires 'SignedHeaders' parameter. "
             "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
             " (Hashed with SHA-256 and encoded with Base64) "
             "Authorization=YI2YWea8FSxnksZL2ETHbs5elHm9HQufxTLK0W0ffV0=");
    struct outcome o = with_authorization("AWS4-HMAC-SHA256 Credential=, SignedHeaders=a");
    ck_assert_int_eq(o.code, ERR_INCOMPLETE_SIGNATURE);
    ck_assert_ptr_nonnull(strstr(o.message, "'Credential' parameter. Authorization header "
                                            "requires 'Signature' parameter. (Hashed"));
}
END_TEST

START_TEST(test_query_with_missing_parts)
{
    ck_fails(parsed("/?X-Amz-Algorithm", ""), ERR_INCOMPLETE_SIGNATURE,
             "AWS query-string parameters must include 'X-Amz-Algorithm'. "
             "AWS query-string parameters must include 'X-Amz-Credential'. "
             "AWS query-string parameters must include 'X-Amz-Signature'. "
             "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
             "AWS query-string parameters must include 'X-Amz-Date'. "
             "Re-examine the query-string parameters.");
    ck_fails(parsed("/?" QUERY_FIRST "&X-Amz-SignedHeaders=host", ""), ERR_INCOMPLETE_SIGNATURE,
             "AWS query-string parameters must include 'X-Amz-Signature'. Re-examine the "
             "query-string parameters.");
}
END_TEST

START_TEST(test_expires_limits)
{
    static const char *const no_numbers[] = {
        "", "0", "-1", "+1", "1.0", "x", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(no_numbers); i++)
        ck_fails(parsed(arena_printf(&a, "/?%s&X-Amz-Expires=%s", QUERY, no_numbers[i]), ""),
                 ERR_INCOMPLETE_SIGNATURE, "X-Amz-Expires should be a number");
    ck_fails(parsed("/?" QUERY "&X-Amz-Expires=604801", ""), ERR_INCOMPLETE_SIGNATURE,
             "X-Amz-Expires must be less than a week (in seconds); that is, the given "
             "X-Amz-Expires must be less than 604800 seconds");
    ck_assert_int_eq(parsed("/?" QUERY, "").auth.expires, 900);
}
END_TEST

START_TEST(test_dates)
{
    static const char *const dates[] = {"",
                                        "2015-08-30T12:36:00Z",
                                        "20150832T123600Z",
                                        "Sun, 30 Foo 2015 12:36:00 GMT",
                                        "Sun, 30 Aug 2015 12:36:00 CET",
                                        "Sun, xx Aug 2015 12:36:00 GMT"};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        struct outcome o =
            parsed("/", arena_printf(&a, "X-Amz-Date: %s\nAuthorization: " GOOD "\n", dates[i]));
        ck_fails(o, ERR_INCOMPLETE_SIGNATURE,
                 arena_printf(&a,
                              "Date must be in ISO-8601 'basic format'. Got '%s'. "
                              "See http://en.wikipedia.org/wiki/ISO_8601",
                              dates[i]));
    }
}
END_TEST

START_TEST(test_algorithm)
{
    ck_fails(with_authorization("AWS4-HMAC-SHA512 Credential=" CREDENTIAL
                                ", SignedHeaders=host, Signature=00"),
             ERR_INCOMPLETE_SIGNATURE, "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'");
}
END_TEST

START_TEST(test_credential)
{
    static const char *const credentials[] = {"AKID", "AKID/20150830/us-east-1/iam", "////",
                                              "AKID/20150830/us-east-1/iam/aws4_request/more"};
    for (size_t i = 0; i < ARRAY_LEN(credentials); i++) {
        const char *header = arena_printf(
            &a, "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=host, Signature=00", credentials[i]);
        ck_fails(with_authorization(header), ERR_INCOMPLETE_SIGNATURE,
                 arena_printf(&a,
                              "Credential must have exactly 5 slash-delimited elements, "
                              "e.g. keyid/date/region/service/term, got '%s'",
                              credentials[i]));
    }
}
END_TEST

START_TEST(test_echoes_are_bounded_and_printable)
{
    char junk[4096];
    memset(junk, 'j', sizeof junk);
    memcpy(junk, "\x01\xff<", 3);
    junk[sizeof junk - 1] = '\0';
    struct outcome o = with_authorization(arena_printf(&a, "AWS4-HMAC-SHA256 %s", junk));
    ck_assert_int_eq(o.code, ERR_INCOMPLETE_SIGNATURE);
    ck_assert_ptr_nonnull(strstr(o.message, "?<jjj"));
    ck_assert_ptr_null(strchr(o.message, '\xff'));
    ck_assert_ptr_null(strchr(o.message, '\x01'));
    ck_assert_uint_lt(strlen(o.message), 1200);
}
END_TEST

START_TEST(test_clock)
{
    static const char signed_header[] = DATE "Authorization: " GOOD "\n";
    ck_assert_int_eq(checked("/", signed_header, SIGNED_AT).code, OK);
    ck_assert_int_eq(checked("/", signed_header, SIGNED_AT + 900).code, OK);
    ck_assert_int_eq(checked("/", signed_header, SIGNED_AT - 900).code, OK);
    ck_fails(checked("/", signed_header, SIGNED_AT + 901), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
             "(20150830T125101Z - 15 min.)");
    ck_fails(checked("/", signed_header, SIGNED_AT - 901), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
             "(20150830T122059Z + 15 min.)");
}
END_TEST

START_TEST(test_life_of_presigned_requests)
{
    static const char hour[] = "/?" QUERY "&X-Amz-Expires=3600";
    ck_assert_int_eq(checked(hour, "", SIGNED_AT + 3600).code, OK);
    ck_assert_int_eq(checked("/?" QUERY "&X-Amz-Expires=1", "", SIGNED_AT + 1).code, OK);
    ck_fails(checked(hour, "", SIGNED_AT + 3601), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
             "(20150830T133601Z - 60 min.)");
    ck_fails(checked("/?" QUERY "&X-Amz-Expires=1", "", SIGNED_AT + 2),
             ERR_SIGNATURE_DOES_NOT_MATCH,
             "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
             "(20150830T123602Z - 1 sec.)");
    ck_fails(checked(hour, "", SIGNED_AT - 901), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
             "(20150830T122059Z + 15 min.)");
}
END_TEST

static struct outcome scoped(const char *credential, const char *names)
{
    return checked("/",
                   arena_printf(&a,
                                DATE "Authorization: AWS4-HMAC-SHA256 Credential=%s, "
                                     "SignedHeaders=%s, Signature=00\n",
                                credential, names),
                   SIGNED_AT);
}

START_TEST(test_host_must_be_signed)
{
    static const char *const names[] = {"", "x-amz-date", "hosts;x-host"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        ck_fails(scoped(CREDENTIAL, names[i]), ERR_SIGNATURE_DOES_NOT_MATCH,
                 "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    ck_assert_int_eq(scoped(CREDENTIAL, "x-amz-date;Host").code, OK);
}
END_TEST

START_TEST(test_scope)
{
    ck_assert_int_eq(scoped("AKID/20150830/mars-north-7/iam/aws4_request", "host").code, OK);
    ck_fails(scoped("AKID/20150830/us_east/iam/aws4_request", "host"), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Credential should be scoped to a valid region.");
    ck_fails(scoped("AKID/20150830/us-east-1/iam/aws5_request", "host"),
             ERR_SIGNATURE_DOES_NOT_MATCH,
             "Credential should be scoped with a valid terminator: 'aws4_request', not "
             "'aws5_request'.");
    ck_fails(scoped("AKID/20150831/us-east-1/iam/aws4_request", "host"),
             ERR_SIGNATURE_DOES_NOT_MATCH,
             "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
             "HTTP: '20150831' != '20150830', from '20150830T123600Z'.");
    ck_fails(scoped("AKID/b/-/iam/e", "host"), ERR_SIGNATURE_DOES_NOT_MATCH,
             "Credential should be scoped to a valid region. "
             "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. "
             "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
             "HTTP: 'b' != '20150830', from '20150830T123600Z'.");
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_header_is_read);
    tcase_add_test(tc, test_header_is_read_in_any_spacing);
    tcase_add_test(tc, test_query_is_read);
    tcase_add_test(tc, test_date_header_will_do);
    tcase_add_test(tc, test_unsigned);
    tcase_add_test(tc, test_both_forms);
    tcase_add_test(tc, test_header_without_equal_sign);
    tcase_add_test(tc, test_header_with_missing_parts);
    tcase_add_test(tc, test_query_with_missing_parts);
    tcase_add_test(tc, test_expires_limits);
    tcase_add_test(tc, test_dates);
    tcase_add_test(tc, test_algorithm);
    tcase_add_test(tc, test_credential);
    tcase_add_test(tc, test_echoes_are_bounded_and_printable);
    tcase_add_test(tc, test_clock);
    tcase_add_test(tc, test_life_of_presigned_requests);
    tcase_add_test(tc, test_host_must_be_signed);
    tcase_add_test(tc, test_scope);
    return suite_run("sigv4_parse", tc);
}
