/* SPDX-License-Identifier: Apache-2.0 */
/* What headers, method and query string have to do with members, and how much is taken. */
#include <zlib.h>

#include "../support/suite.h"
#include "members_samples.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const char *const bodies[] = {
    [RECOGNIZE_QUERY] = "A=x",
    [RECOGNIZE_JSON] = "{\"A\":\"x\"}",
    [RECOGNIZE_REST_XML] = "<T><A>x</A></T>",
    [RECOGNIZE_CBOR] = "\xa1\x61\x41\x61x",
};

static const struct {
    const char *type;
    const char *query, *json, *xml, *cbor;
} types[] = {
    {NULL, "x", "x", "x", "x"},
    {"", "x", "x", "x", "x"},
    {"application/x-www-form-urlencoded", "x", "AMBIGUOUS", "x", "AMBIGUOUS"},
    {"Application/X-WWW-Form-Urlencoded; charset=utf-8", "x", "AMBIGUOUS", "x", "AMBIGUOUS"},
    {"application/x-www-form-urlencoded; charset=iso-8859-1", "AMBIGUOUS", "AMBIGUOUS", "AMBIGUOUS",
     "AMBIGUOUS"},
    {"application/json", "AMBIGUOUS", "x", "AMBIGUOUS", "AMBIGUOUS"},
    {"application/json; charset=\"UTF-8\"", "AMBIGUOUS", "x", "AMBIGUOUS", "AMBIGUOUS"},
    {"application/json; charset=utf-16", "AMBIGUOUS", "AMBIGUOUS", "AMBIGUOUS", "AMBIGUOUS"},
    {"application/x-amz-json-1.1", "AMBIGUOUS", "x", "AMBIGUOUS", "AMBIGUOUS"},
    {"application/problem+json", "AMBIGUOUS", "x", "AMBIGUOUS", "AMBIGUOUS"},
    {"application/octet-stream", "AMBIGUOUS", "x", "x", "AMBIGUOUS"},
    {"text/xml", "AMBIGUOUS", "AMBIGUOUS", "x", "AMBIGUOUS"},
    {"application/xml", "AMBIGUOUS", "AMBIGUOUS", "x", "AMBIGUOUS"},
    {"application/cbor", "AMBIGUOUS", "MALFORMED", "AMBIGUOUS", "x"},
    {"multipart/form-data; boundary=b", "AMBIGUOUS", "AMBIGUOUS", "MALFORMED", "AMBIGUOUS"},
};

static void check_type(enum recognize_protocol protocol, const char *expected, const char *type)
{
    struct sample s = {bodies[protocol], "A", expected};
    members_check(&a, members_of(&a, protocol, false, str_of(s.body), type), &s);
}

START_TEST(types_are_looked_at)
{
    check_type(RECOGNIZE_QUERY, types[_i].query, types[_i].type);
    check_type(RECOGNIZE_JSON, types[_i].json, types[_i].type);
    check_type(RECOGNIZE_REST_XML, types[_i].xml, types[_i].type);
    check_type(RECOGNIZE_CBOR, types[_i].cbor, types[_i].type);
}
END_TEST

/* Of a request with these headers; of VALUE NULL none. */
static struct members *with_headers(const struct request_header *headers, size_t n, struct str body)
{
    struct request *rq = NEW(&a, struct request);
    *rq = (struct request){.method = STR("POST"), .path = STR("/"), .body = body};
    rq->headers = headers;
    rq->n_headers = n;
    return members_new(&a, rq, RECOGNIZE_JSON, false, true);
}

static void check_json(struct members *members, const char *expected)
{
    struct sample s = {"JSON", "A", expected};
    members_check(&a, members, &s);
}

START_TEST(headers_stand_there_once)
{
    struct str body = str_of(bodies[RECOGNIZE_JSON]);
    struct request_header two[] = {{STR("Content-Type"), STR("application/json")},
                                   {STR("content-type"), STR("application/json")}};
    check_json(with_headers(two, 1, body), "x");
    check_json(with_headers(two, 2, body), "AMBIGUOUS");
    struct request_header coded[] = {{STR("Content-Encoding"), STR("identity")},
                                     {STR("content-encoding"), STR("identity")}};
    check_json(with_headers(coded, 1, body), "x");
    check_json(with_headers(coded, 2, body), "AMBIGUOUS");
    struct request_header amz = {STR("Content-Encoding"), STR("amz-1.0")};
    check_json(with_headers(&amz, 1, body), "x");
}
END_TEST

START_TEST(other_codings_are_refused)
{
    struct str body = str_of(bodies[RECOGNIZE_JSON]);
    static const char *const codings[] = {"deflate", "br", "gzip, gzip", "aws-chunked", "gzip"};
    for (size_t i = 0; i < ARRAY_LEN(codings); i++) {
        struct request_header coded = {STR("content-encoding"), str_of(codings[i])};
        check_json(with_headers(&coded, 1, body), "MALFORMED");
    }
    struct request_header chunked = {STR("X-Amz-Content-Sha256"),
                                     STR("STREAMING-AWS4-HMAC-SHA256-PAYLOAD")};
    check_json(with_headers(&chunked, 1, body), "AMBIGUOUS");
}
END_TEST

static struct str compress_text(struct str text)
{
    enum { GZIP = 16 + MAX_WBITS, MEMORY = 8 };
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)text.p, .avail_in = (unsigned)text.n};
    ck_assert_int_eq(deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY),
                     Z_OK);
    size_t size = deflateBound(&z, text.n);
    char *out = arena_alloc(&a, size);
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)size;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return (struct str){out, size - z.avail_out};
}

/* JSON of that many bytes. */
static struct str padded(size_t n)
{
    struct str start = STR("{\"A\":\"x\",\"B\":\""), end = STR("\"}");
    char *text = memset(arena_alloc(&a, n), 'y', n);
    memcpy(text, start.p, start.n);
    memcpy(text + n - end.n, end.p, end.n);
    return (struct str){text, n};
}

static void check_gzip(struct str body, const char *expected)
{
    struct request_header coded = {STR("content-encoding"), STR("gzip")};
    check_json(with_headers(&coded, 1, body), expected);
}

START_TEST(gzip_is_read)
{
    struct str body = compress_text(padded(20000));
    check_gzip(body, "x");
    check_gzip(compress_text(padded(1024 * 1024)), "x");
    check_gzip(compress_text(padded(1024 * 1024 + 1)), "MALFORMED");
    check_gzip(compress_text(padded(64 * 1024 * 1024)), "MALFORMED");
    check_gzip((struct str){body.p, body.n - 1}, "MALFORMED");
    struct buf two = buf_new(&a, body.n * 2);
    buf_add(&two, body);
    buf_add(&two, body);
    check_gzip(buf_str(&two), "MALFORMED");
    check_gzip(STR(""), "");
}
END_TEST

/* PutMetricData of clients that speak the Query protocol. */
START_TEST(gzip_of_a_form)
{
    struct request_header headers[] = {
        {STR("content-encoding"), STR("gzip")},
        {STR("content-type"), STR("application/x-www-form-urlencoded; charset=utf-8")}};
    struct request rq = {.method = STR("POST"), .path = STR("/"), .headers = headers};
    struct recognized op;
    rq.n_headers = ARRAY_LEN(headers);
    rq.body = compress_text(STR("Action=PutMetricData&Version=2010-08-01&Namespace=n"));
    recognize(&a, &rq, STR("monitoring"), true, RECOGNIZE_HOSTS_OF_SDKS, &op);
    ck_assert_int_eq(op.why, RECOGNIZED);
    ck_assert_str_eq(op.operation, "PutMetricData");
    struct members *members = members_new(&a, &rq, op.protocol, true, true);
    ck_assert_str_eq(members_found(&a, members, "Namespace"), "n");
    rq.body.n--;
    recognize(&a, &rq, STR("monitoring"), true, RECOGNIZE_HOSTS_OF_SDKS, &op);
    ck_assert_int_eq(op.why, RECOGNIZE_MALFORMED);
}
END_TEST

static const struct {
    const char *method, *query, *body;
    bool came;
    const char *expected;
} places[] = {
    {"GET", "Action=L&A=x&X-Amz-Date=1", "", true, "x"},
    {"GET", "Action=L&A=x", "", false, "x"},
    {"HEAD", "A=x", "", false, "x"},
    {"GET", NULL, "", false, ""},
    {"POST", "A=x", "", true, "x"},
    {"POST", NULL, "A=x", true, "x"},
    {"POST", "Action=L&Version=1&X-Amz-Signature=s&x-amz-date=d", "A=x", true, "x"},
    {"POST", NULL, "", false, "NEEDS_BODY"},
    {"POST", "Action=L&A=x", "", false, "NEEDS_BODY"},
    {"POST", "A=y", "A=x", true, "AMBIGUOUS"},
    {"POST", "B=y", "A=x", true, "AMBIGUOUS"},
    {"GET", NULL, "A=x", true, "AMBIGUOUS"},
};

START_TEST(forms_stand_in_one_place)
{
    struct request rq = {.method = str_of(places[_i].method), .body = str_of(places[_i].body)};
    if (places[_i].query)
        rq.query = str_of(places[_i].query);
    struct sample s = {places[_i].body, "A", places[_i].expected};
    members_check(&a, members_new(&a, &rq, RECOGNIZE_QUERY, false, places[_i].came), &s);
}
END_TEST

START_TEST(bodies_that_did_not_come)
{
    struct request rq = {.method = STR("POST")};
    struct sample s = {"", "A", "NEEDS_BODY"};
    members_check(&a, members_new(&a, &rq, RECOGNIZE_JSON, false, false), &s);
    members_check(&a, members_new(&a, &rq, RECOGNIZE_REST_XML, false, false), &s);
    members_check(&a, members_new(&a, &rq, RECOGNIZE_CBOR, false, false), &s);
}
END_TEST

static const struct {
    const char *query;
    enum recognize_why why;
    const char *value; /* NULL: it is not there */
} parameters[] = {
    {"Name=x", RECOGNIZED, "x"},
    {"a=b&Name=x+%79&c", RECOGNIZED, "x y"},
    {"%4eame=x", RECOGNIZED, "x"},
    {"Name", RECOGNIZED, ""},
    {"Name=", RECOGNIZED, ""},
    {"Names=x", RECOGNIZED, NULL},
    {"%zzNam=x", RECOGNIZED, NULL},
    {NULL, RECOGNIZED, NULL},
    {"Name=x&Name=y", RECOGNIZE_AMBIGUOUS, NULL},
    {"Name=x&%4eame=y", RECOGNIZE_AMBIGUOUS, NULL},
    {"Name=x&name=y", RECOGNIZE_AMBIGUOUS, NULL},
    {"name=y", RECOGNIZE_AMBIGUOUS, NULL},
    {"Name=%zz", RECOGNIZE_MALFORMED, NULL},
    {"Name=%00", RECOGNIZE_MALFORMED, NULL},
    {"Name=%ff", RECOGNIZE_MALFORMED, NULL},
    {"Name=\xff", RECOGNIZE_MALFORMED, NULL},
};

START_TEST(parameters_by_name)
{
    struct request rq = {.method = STR("GET")};
    struct str value = STR("untouched");
    if (parameters[_i].query)
        rq.query = str_of(parameters[_i].query);
    struct members *members = members_new(&a, &rq, RECOGNIZE_REST_JSON, false, true);
    ck_assert_int_eq(members_parameter(members, STR("Name"), &value), parameters[_i].why);
    if (parameters[_i].why != RECOGNIZED)
        ck_assert(str_is(value, "untouched") && members_reason(members));
    else if (parameters[_i].value)
        ck_assert(str_is(value, parameters[_i].value));
    else
        ck_assert_ptr_null(value.p);
}
END_TEST

/* START, then N times PART, then END. */
static struct str repeated(const char *start, const char *part, size_t n, const char *end)
{
    struct buf b = buf_new(&a, 1024);
    buf_add_text(&b, start);
    for (size_t i = 0; i < n; i++)
        buf_add_text(&b, part);
    buf_add_text(&b, end);
    return buf_str(&b);
}

static void check_large(enum recognize_protocol protocol, struct str body, const char *path,
                        enum recognize_why why, size_t n)
{
    struct member_list list = {.n = 0};
    struct members *members = members_of(&a, protocol, false, body, NULL);
    ck_assert_int_eq(members_find(members, str_of(path), &list), why);
    ck_assert_uint_eq(list.n, n);
}

START_TEST(bounds)
{
    enum { MOST = MEMBERS_MAX };
    struct str most = repeated("{\"A\":[1", ",1", MOST - 1, "]}");
    struct str more = repeated("{\"A\":[1", ",1", MOST, "]}");
    check_large(RECOGNIZE_JSON, most, "A.#", RECOGNIZED, MOST);
    check_large(RECOGNIZE_JSON, more, "A.#", RECOGNIZE_TOO_MANY, 0);
    check_large(RECOGNIZE_JSON, more, "B", RECOGNIZED, 0);
    struct str keys = repeated("{\"A\":{\"k\":1", ",\"k\":1", MOST, "}}");
    check_large(RECOGNIZE_JSON, keys, "A.@", RECOGNIZE_TOO_MANY, 0);
    check_large(RECOGNIZE_JSON, keys, "A.*", RECOGNIZE_TOO_MANY, 0);
    most = repeated("<T>", "<A>1</A>", MOST, "</T>");
    check_large(RECOGNIZE_REST_XML, most, "A.#", RECOGNIZED, MOST);
    check_large(RECOGNIZE_JSON, repeated("{\"A\":", "[", 127, "1"), "B", RECOGNIZE_MALFORMED, 0);
    struct str deep = repeated("{\"A\":", "[", 100000, "");
    check_large(RECOGNIZE_JSON, deep, "B", RECOGNIZE_MALFORMED, 0);
    check_large(RECOGNIZE_REST_XML, repeated("<A>", "<A>", 100000, ""), "B", RECOGNIZE_MALFORMED,
                0);
    check_large(RECOGNIZE_CBOR, repeated("\xa1", "\x61k\xa1", 100000, ""), "B", RECOGNIZE_MALFORMED,
                0);
    check_large(RECOGNIZE_CBOR, repeated("", "\xc1", 100000, ""), "B", RECOGNIZE_MALFORMED, 0);
    check_large(RECOGNIZE_QUERY, repeated("A", ".A", 100000, "=1"), "B", RECOGNIZE_MALFORMED, 0);
    check_large(RECOGNIZE_QUERY, repeated("", "A=1&", 20000, ""), "B", RECOGNIZE_MALFORMED, 0);
}
END_TEST

START_TEST(depth_that_is_taken)
{
    struct buf b = buf_new(&a, 1024);
    buf_add(&b, repeated("{\"A\":\"x\",\"B\":", "[", 127, "1"));
    buf_add(&b, repeated("", "]", 127, "}"));
    check_large(RECOGNIZE_JSON, buf_str(&b), "A", RECOGNIZED, 1);
    b = buf_new(&a, 1024);
    buf_add(&b, repeated("{\"A\":\"x\",\"B\":", "[", 128, "1"));
    buf_add(&b, repeated("", "]", 128, "}"));
    check_large(RECOGNIZE_JSON, buf_str(&b), "A", RECOGNIZE_MALFORMED, 0);
}
END_TEST

START_TEST(tags_in_a_header)
{
    struct member_pair *pairs;
    size_t n;
    ck_assert_int_eq(members_form(&a, STR("a=1&b+c=%3D&&d"), &pairs, &n), RECOGNIZED);
    ck_assert_uint_eq(n, 3);
    ck_assert(str_is(pairs[0].name, "a") && str_is(pairs[0].value, "1"));
    ck_assert(str_is(pairs[1].name, "b c") && str_is(pairs[1].value, "="));
    ck_assert(str_is(pairs[2].name, "d") && str_is(pairs[2].value, ""));
    ck_assert_int_eq(members_form(&a, STR(""), &pairs, &n), RECOGNIZED);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(members_form(&a, STR("a=1&%61=2"), &pairs, &n), RECOGNIZE_AMBIGUOUS);
    ck_assert_int_eq(members_form(&a, STR("a=1&A=2"), &pairs, &n), RECOGNIZED);
    ck_assert_int_eq(members_form(&a, STR("a=%"), &pairs, &n), RECOGNIZE_MALFORMED);
    ck_assert_int_eq(members_form(&a, STR("a=\xff"), &pairs, &n), RECOGNIZE_MALFORMED);
    struct str many = repeated("", "a&", MEMBERS_MAX + 1, "");
    ck_assert_int_eq(members_form(&a, many, &pairs, &n), RECOGNIZE_TOO_MANY);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("members");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, types_are_looked_at, 0, ARRAY_LEN(types));
    tcase_add_test(tcase, headers_stand_there_once);
    tcase_add_test(tcase, other_codings_are_refused);
    tcase_add_test(tcase, gzip_is_read);
    tcase_add_test(tcase, gzip_of_a_form);
    tcase_add_loop_test(tcase, forms_stand_in_one_place, 0, ARRAY_LEN(places));
    tcase_add_test(tcase, bodies_that_did_not_come);
    tcase_add_loop_test(tcase, parameters_by_name, 0, ARRAY_LEN(parameters));
    tcase_add_test(tcase, bounds);
    tcase_add_test(tcase, depth_that_is_taken);
    tcase_add_test(tcase, tags_in_a_header);
    return suite_run("recognize members and their place", tcase);
}
