/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>

#include "policy/policy_priv.h"

static int order(int n)
{
    return (n > 0) - (n < 0);
}

static const struct {
    const char *a, *b;
    int order;
} number_pairs[] = {
    {"1", "1.0", 0},    {"01", "1", 0},      {"-0", "0", 0},       {"+5", "5", 0},
    {"2", "10", -1},    {"0.5", "0.25", 1},  {"-1", "1", -1},      {"-10", "-2", -1},
    {"0.1", "0.10", 0}, {"0.1", "0.11", -1}, {"-0.1", "-0.11", 1}, {"9999999999999999999", "1", 1},
};

START_TEST(numbers)
{
    struct number x, y;
    ck_assert(number_parse(str_of(number_pairs[_i].a), &x));
    ck_assert(number_parse(str_of(number_pairs[_i].b), &y));
    ck_assert_int_eq(order(number_compare(&x, &y)), number_pairs[_i].order);
    ck_assert_int_eq(order(number_compare(&y, &x)), -number_pairs[_i].order);
}
END_TEST

START_TEST(no_numbers)
{
    static const char *const texts[] = {"",     "-",  ".",  "1.",  ".5",  "1e3",
                                        "0x10", " 1", "1 ", "--1", "1,5", "ten"};
    struct number number;
    ck_assert_msg(!number_parse(str_of(texts[_i]), &number), "%s", texts[_i]);
}
END_TEST

static const struct {
    const char *text;
    int64_t seconds;
    int32_t nanos;
} instants[] = {
    {"1970-01-01T00:00:00Z", 0, 0},
    {"1969-12-31T23:59:59.25Z", -1, 250000000},
    {"-0.75", -1, 250000000},
    {"-1", -1, 0},
    {"-0", 0, 0},
    {"1.000000001", 1, 1},
    {"2020-05-01T12:00:00Z", 1588334400, 0},
    {"2020-05-01T12:00:00.123456789Z", 1588334400, 123456789},
    {"2020-05-01T14:30:00+02:30", 1588334400, 0},
    {"2020-05-01T09:30-0230", 1588334400, 0},
    {"2000-02-29", 951782400, 0},
    {"9223372036854775807", INT64_MAX, 0},
    {"0001-01-01", -62135596800, 0},
};

START_TEST(dates)
{
    struct instant instant;
    ck_assert_msg(instant_parse(str_of(instants[_i].text), &instant), "%s", instants[_i].text);
    ck_assert_int_eq(instant.seconds, instants[_i].seconds);
    ck_assert_int_eq(instant.nanos, instants[_i].nanos);
}
END_TEST

START_TEST(no_dates)
{
    static const char *const texts[] = {"",
                                        "-",
                                        "now",
                                        "2020-00",
                                        "2020-13-01",
                                        "2021-02-29",
                                        "1900-02-29",
                                        "2020-05-32",
                                        "2020-05-01T24:01",
                                        "2020-05-01T12:00:61",
                                        "2020-05-01T12:00:00.Z",
                                        "2020-05-01T12:00+02:60",
                                        "2020-05-01X",
                                        "2020-05-01T12+2",
                                        "1.",
                                        "1.0000000001",
                                        "300000000T",
                                        "2020-05-01-01"};
    struct instant instant;
    ck_assert_msg(!instant_parse(str_of(texts[_i]), &instant), "%s", texts[_i]);
}
END_TEST

static const struct {
    const char *range, *address;
    bool inside;
} ranges[] = {
    {"10.0.0.0/8", "10.255.255.255", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"10.1.2.3/31", "10.1.2.2", true},
    {"10.1.2.3/32", "10.1.2.2", false},
    {"0.0.0.0/0", "255.255.255.255", true},
    {"::/0", "ffff::", true},
    {"::/0", "1.2.3.4", false},
    {"fe80::/10", "febf::1", true},
    {"fe80::/10", "fec0::1", false},
    {"10.0.0.0/8", "10.1.0.0/16", true},
    {"10.1.0.0/16", "10.0.0.0/8", false},
};

START_TEST(addresses)
{
    struct cidr range, address;
    ck_assert(cidr_parse(str_of(ranges[_i].range), &range));
    ck_assert(cidr_parse(str_of(ranges[_i].address), &address));
    ck_assert(cidr_contains(&range, &address) == ranges[_i].inside);
}
END_TEST

START_TEST(no_addresses)
{
    static const char *const texts[] = {"",
                                        "/",
                                        "10.0.0",
                                        "10.0.0.0/",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/x",
                                        "10.0.0.0/33",
                                        "::/129",
                                        ":::",
                                        "1.2.3.4.5",
                                        " 1.2.3.4",
                                        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    struct cidr range;
    ck_assert_msg(!cidr_parse(str_of(texts[_i]), &range), "%s", texts[_i]);
}
END_TEST

START_TEST(base64)
{
    ck_assert(base64_ok(STR("")));
    ck_assert(base64_ok(STR("QUI=")));
    ck_assert(!base64_ok(STR("QUI")));
    ck_assert(!base64_ok(STR("QU=I")));
    ck_assert(!base64_ok(STR("Q===")));
    ck_assert(base64_same(STR("QUJD"), STR("QUJD")));
    ck_assert(base64_same(STR("QQ=="), STR("QR==")));
    ck_assert(!base64_same(STR("QQ=="), STR("Qg==")));
    ck_assert(!base64_same(STR("QUI="), STR("QUJD")));
    ck_assert(base64_same(STR(""), STR("")));
    ck_assert(!base64_same(STR("QU!D"), STR("QU!D")));
    ck_assert(!base64_same(STR("QUJ!"), STR("QUJ!")));
    ck_assert(!base64_same(STR("QU=="), STR("!!==")));
}
END_TEST

START_TEST(truth)
{
    bool ret = false;
    ck_assert(bool_parse(STR("TRUE"), &ret) && ret);
    ck_assert(bool_parse(STR("False"), &ret) && !ret);
    ck_assert(!bool_parse(STR("yes"), &ret));
    ck_assert(!bool_parse(STR(""), &ret));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("policy values");
    TCase *tests = tcase_create("values");
    tcase_add_loop_test(tests, numbers, 0, (int)ARRAY_LEN(number_pairs));
    tcase_add_loop_test(tests, no_numbers, 0, 12);
    tcase_add_loop_test(tests, dates, 0, (int)ARRAY_LEN(instants));
    tcase_add_loop_test(tests, no_dates, 0, 18);
    tcase_add_loop_test(tests, addresses, 0, (int)ARRAY_LEN(ranges));
    tcase_add_loop_test(tests, no_addresses, 0, 12);
    tcase_add_test(tests, base64);
    tcase_add_test(tests, truth);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
