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

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_headers);
    tcase_add_test(tc, test_no_headers);
    return suite_run("request", tc);
}
