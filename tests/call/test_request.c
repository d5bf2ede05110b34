/* SPDX-License-Identifier: Apache-2.0 */
#include "call/request.h"
#include "support/suite.h"

START_TEST(test_headers)
{
    const struct request_header headers[] = {
        {STR("Host"), STR("localhost")},
        {STR("x-amz-date"), STR("20231114T221320Z")},
        {STR("X-Empty"), STR("")},
        {STR("X-Amz-Date"), STR("later")},
    };
    const struct request rq = {.headers = headers, .n_headers = ARRAY_LEN(headers)};
    ck_assert(str_is(request_header(&rq, "host"), "localhost"));
    ck_assert(str_is(request_header(&rq, "HOST"), "localhost"));
    ck_assert(str_is(request_header(&rq, "X-Amz-Date"), "20231114T221320Z"));
    struct str empty = request_header(&rq, "x-empty");
    ck_assert(empty.p != NULL && empty.n == 0);
    ck_assert_ptr_null(request_header(&rq, "x-amz").p);
    ck_assert_ptr_null(request_header(&rq, "x-amz-date2").p);
    ck_assert_ptr_null(request_header(&rq, "").p);
}
END_TEST

START_TEST(test_no_headers)
{
    const struct request rq = {.n_headers = 0};
    ck_assert_ptr_null(request_header(&rq, "host").p);
}
END_TEST

START_TEST(test_prefix)
{
    static const struct {
        const char *sent, *name, *path; /* NAME: NULL: no prefix */
    } rows[] = {
        {"/", NULL, "/"},
        {"/_sandboxes/w1", NULL, "/_sandboxes/w1"},
        {"/_sandbox", "", "/"},
        {"/_iam-local/clock", NULL, "/_iam-local/clock"},
        {"/_sandbox/w1", "w1", "/"},
        {"/_sandbox/w1/", "w1", "/"},
        {"/_sandbox/w1//", "w1", "//"},
        {"/_sandbox/w1/_sandbox/w2/", "w1", "/_sandbox/w2/"},
        {"/_sandbox/w1/_iam-local/clock", "w1", "/_iam-local/clock"},
        {"/_sandbox/", "", "/"},
        {"/_sandbox//x", "", "/x"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request rq = {.path = str_of(rows[i].sent)};
        struct str name = request_cut_prefix(&rq);
        ck_assert_int_eq(name.p != NULL, rows[i].name != NULL);
        ck_assert(!rows[i].name || str_is(name, rows[i].name));
        ck_assert_msg(str_is(rq.path, rows[i].path), "%s", rows[i].sent);
        ck_assert_msg(str_is(request_sent_path(&rq), rows[i].sent), "%s", rows[i].sent);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_headers);
    tcase_add_test(tc, test_no_headers);
    tcase_add_test(tc, test_prefix);
    return suite_run("request", tc);
}
