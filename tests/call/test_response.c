/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of answers: every header that is added is there, and can be sent. */
#include "call/response.h"
#include "support/suite.h"

static struct arena a;
static struct response response;

static void setup(void)
{
    arena_init(&a);
    response = (struct response){.arena = &a};
}

static void teardown(void)
{
    arena_done(&a);
}

START_TEST(test_any_number_of_headers)
{
    enum { MANY = 40 };
    for (int i = 0; i < MANY; i++)
        response_add(&response, arena_printf(&a, "x-%d", i), arena_printf(&a, "value %d", i));
    ck_assert_uint_eq(response.n_headers, MANY);
    for (int i = 0; i < MANY; i++) {
        ck_assert_str_eq(response.headers[i].name, arena_printf(&a, "x-%d", i));
        ck_assert_str_eq(response.headers[i].value, arena_printf(&a, "value %d", i));
    }
}
END_TEST

static const struct {
    const char *value, *sent;
} values[] = {
    {"", ""},
    {"text/html; charset=\"utf-8\"~%", "text/html; charset=\"utf-8\"~%"},
    {"a\r\nset-cookie: b", "a%0D%0Aset-cookie: b"},
    {"\t", "%09"},
    {"\x01\x1f\x7f", "%01%1F%7F"},
    {"\xc3\xa4\xff", "%C3%A4%FF"},
    {"of more than a word\n", "of more than a word%0A"},
    {"within\x7f one, with \xff.", "within%7F one, with %FF."},
};

START_TEST(test_values_are_printable)
{
    response_add(&response, "x", values[_i].value);
    ck_assert_str_eq(response.headers[0].value, values[_i].sent);
}
END_TEST

/* Where the head of an answer is too long, libmicrohttpd closes without one. */
START_TEST(test_long_values_are_cut)
{
    char value[RESPONSE_VALUE_MAX + 2];
    memset(value, 'x', sizeof value);
    value[RESPONSE_VALUE_MAX] = '\0';
    response_add(&response, "x", value);
    ck_assert_str_eq(response.headers[0].value, value);
    value[RESPONSE_VALUE_MAX] = 'x';
    value[RESPONSE_VALUE_MAX + 1] = '\0';
    response_add(&response, "x", value);
    ck_assert_uint_eq(strlen(response.headers[1].value), RESPONSE_VALUE_MAX);
    ck_assert_str_eq(response.headers[1].value + RESPONSE_VALUE_MAX - 5, "xx...");
    memset(value, '\xff', RESPONSE_VALUE_MAX);
    response_add(&response, "x", value);
    ck_assert_uint_le(strlen(response.headers[2].value), RESPONSE_VALUE_MAX);
    ck_assert_str_eq(response.headers[2].value + strlen(response.headers[2].value) - 6, "%FF...");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("response");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_any_number_of_headers);
    tcase_add_loop_test(t, test_values_are_printable, 0, ARRAY_LEN(values));
    tcase_add_test(t, test_long_values_are_cut);
    return suite_run("response", t);
}
