/* SPDX-License-Identifier: Apache-2.0 */
/* The growing buffer of str.h and what is written into it: escapes, percent, base64, hex. */
#include <limits.h>

#include "base/rand.h"
#include "base/str.h"
#include "support/suite.h"

static struct arena a;
static struct buf b;

static void setup(void)
{
    arena_init(&a);
    b = (struct buf){.arena = &a};
}

static void teardown(void)
{
    arena_done(&a);
}

/* The text of B, which is empty afterwards. */
static const char *taken(void)
{
    const char *text = str_dup(&a, buf_str(&b));
    b.n = 0;
    return text;
}

START_TEST(test_empty)
{
    ck_assert_uint_eq(buf_str(&b).n, 0);
    buf_add(&b, (struct str){NULL, 0});
    buf_add_text(&b, "");
    ck_assert_uint_eq(b.n, 0);
    ck_assert_str_eq(buf_text(&b), "");
    struct buf made = buf_new(&a, 0);
    buf_add_char(&made, 'x');
    ck_assert_str_eq(buf_text(&made), "x");
}
END_TEST

START_TEST(test_grows)
{
    for (int i = 0; i < 20000; i++) {
        buf_add_char(&b, (char)('a' + i % 26));
        if (i % 1000 == 0)
            arena_alloc(&a, 1); /* keeps the buffer from growing in place */
    }
    ck_assert_uint_eq(b.n, 20000);
    ck_assert_uint_ge(b.cap, b.n);
    for (int i = 0; i < 20000; i++)
        ck_assert_int_eq(b.p[i], 'a' + i % 26);
    size_t cap = b.cap;
    buf_reserve(&b, cap - b.n);
    ck_assert_uint_eq(b.cap, cap);
    buf_reserve(&b, 10 * cap);
    ck_assert_uint_ge(b.cap - b.n, 10 * cap);
}
END_TEST

START_TEST(test_text_does_not_count_its_nul)
{
    struct buf tight = buf_new(&a, 3);
    buf_add_text(&tight, "abc");
    ck_assert_str_eq(buf_text(&tight), "abc");
    buf_add_text(&tight, "def");
    ck_assert_uint_eq(tight.n, 6);
    ck_assert_str_eq(buf_text(&tight), "abcdef");
}
END_TEST

START_TEST(test_printf)
{
    struct buf tight = buf_new(&a, 4);
    buf_printf(&tight, "%s", "abcd");
    buf_printf(&tight, "%d", 12345);
    buf_printf(&tight, "%s", "");
    ck_assert_str_eq(buf_text(&tight), "abcd12345");
    buf_printf(&tight, "%3000d", 1);
    ck_assert_uint_eq(tight.n, 3009);
}
END_TEST

START_TEST(test_json)
{
    const struct {
        struct str text;
        const char *json;
    } cases[] = {
        {STR(""), "\"\""},
        {STR("plain é€😀 /"), "\"plain é€😀 /\""},
        {STR("\""), "\"\\\"\""},
        {STR("a\\b"), "\"a\\\\b\""},
        {STR("\n\t"), "\"\\n\\t\""},
        {STR("\r"), "\"\\u000d\""},
        {STR("\0\x01\x1f x"), "\"\\u0000\\u0001\\u001f x\""},
        {STR("\x7f"), "\"\x7f\""},
        {STR("a\"\"b"), "\"a\\\"\\\"b\""},
        {STR("\xff"), "\"\ufffd\""},
        {STR("a\x80z"), "\"a\ufffdz\""},
        {STR("\xc3"), "\"\ufffd\""},
        {STR("\xc3\"\n"), "\"\ufffd\\\"\\n\""},
        {STR("\xe2\x82"), "\"\ufffd\ufffd\""},
        {STR("\xc0\xaf\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\ufffd\ufffd\""},
        {STR("\xe2\x82\xac\xf0\x9f\x98"), "\"\u20ac\ufffd\ufffd\ufffd\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        buf_json(&b, cases[i].text);
        ck_assert_str_eq(taken(), cases[i].json);
    }
}
END_TEST

/* Long texts are looked at by words: every byte at every place of one gives what it gives alone. */
START_TEST(test_json_of_words)
{
    enum { LENGTH = 24 };
    static const char x[] = "xxxxxxxxxxxxxxxxxxxxxxxx";
    for (unsigned byte = 0; byte <= UCHAR_MAX; byte++) {
        const char alone = (char)byte;
        buf_json(&b, (struct str){&alone, 1});
        struct str json = str_of(arena_strdup(&a, taken()));
        for (int at = 0; at < LENGTH; at++) {
            char text[LENGTH];
            memcpy(text, x, LENGTH);
            text[at] = alone;
            buf_json(&b, (struct str){text, LENGTH});
            ck_assert_str_eq(taken(), arena_printf(&a, "\"%.*s%.*s%.*s\"", at, x, (int)json.n - 2,
                                                   json.p + 1, LENGTH - 1 - at, x));
        }
    }
}
END_TEST

/* Half a minute, if the rest were looked through after each of them. */
START_TEST(test_json_of_many_escapes)
{
    enum { QUOTES = 1024 * 1024 };
    char *quotes = arena_alloc(&a, QUOTES);
    memset(quotes, '"', QUOTES);
    buf_json(&b, (struct str){quotes, QUOTES});
    ck_assert_uint_eq(b.n, 2 * QUOTES + 2);
}
END_TEST

START_TEST(test_hex)
{
    buf_hex(&b, (const unsigned char[]){0x00, 0x0f, 0xa5, 0xff}, 4);
    buf_hex(&b, NULL, 0);
    ck_assert_str_eq(taken(), "000fa5ff");
}
END_TEST

START_TEST(test_decimal)
{
    const int64_t numbers[] = {0, 7, -7, 1700000000123, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        buf_add_int(&b, numbers[i]);
        buf_add_char(&b, ' ');
    }
    buf_add_number(&b, UINT64_MAX);
    ck_assert_str_eq(taken(), "0 7 -7 1700000000123 9223372036854775807 -9223372036854775808 "
                              "18446744073709551615");
}
END_TEST

START_TEST(test_pct_encode)
{
    buf_pct_encode(&b, STR("azAZ09-_.~"), "");
    ck_assert_str_eq(taken(), "azAZ09-_.~");
    buf_pct_encode(&b, STR("a b+/%é\0\x7f"), "");
    ck_assert_str_eq(taken(), "a%20b%2B%2F%25%C3%A9%00%7F");
    buf_pct_encode(&b, STR("/a b\0/"), "/");
    ck_assert_str_eq(taken(), "/a%20b%00/");
    buf_pct_encode(&b, STR(""), "");
    ck_assert_uint_eq(b.n, 0);
}
END_TEST

START_TEST(test_pct_decode)
{
    ck_assert(buf_pct_decode(&b, STR("a%20b%2b%2F+%41"), false));
    ck_assert_str_eq(taken(), "a b+/+A");
    ck_assert(buf_pct_decode(&b, STR("a+b%2B"), true));
    ck_assert_str_eq(taken(), "a b+");
    ck_assert(buf_pct_decode(&b, STR("%00%ff%25"), false));
    ck_assert_uint_eq(b.n, 3);
    ck_assert_mem_eq(b.p, "\0\xff%", 3);
    b.n = 0;
    ck_assert(buf_pct_decode(&b, STR(""), true));
    ck_assert(buf_pct_decode(&b, STR("%2541"), false)); /* once, not twice */
    ck_assert_str_eq(taken(), "%41");
}
END_TEST

START_TEST(test_pct_malformed)
{
    static const char *const bad[] = {"%",   "%4",  "a%",  "%%41",  "%4g",    "%g4",  "% 4",
                                      "%-4", "%+4", "%0x", "%4%41", "%u0041", "%4\n", "%\xc2\xb2"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str exact = {str_dup(&a, str_of(bad[i])), strlen(bad[i])};
        ck_assert_msg(!buf_pct_decode(&b, exact, false), "%s", bad[i]);
        b.n = 0;
    }
    /* The digit behind the end does not count. */
    ck_assert(!buf_pct_decode(&b, (struct str){"%41", 2}, false));
}
END_TEST

/* RFC 4648, section 10, and both digits that are no letters. */
static const struct {
    const char *plain, *coded;
} base64[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "+/+/"},
};

START_TEST(test_base64)
{
    const char *plain = base64[_i].plain, *coded = base64[_i].coded;
    buf_base64(&b, (const unsigned char *)plain, strlen(plain));
    ck_assert_str_eq(taken(), coded);
    ck_assert(buf_base64_decode(&b, str_of(coded)));
    ck_assert_str_eq(taken(), plain);
}
END_TEST

START_TEST(test_base64_malformed)
{
    static const char *const bad[] = {
        "Z",        "Zg",     "Zg=",          "=",          "==",
        "====",     "Z===",   "Z=g=",         "=Zg=",       "Zg==Zg==",
        "Zm8=Zm8=", "Zm9v=",  "Zm9vYg=",      "Zm9 ",       "Zm-v",
        "Zm_v",     "Zm9v\n", "Zm9v\n\n\n\n", "Zm\xc3\xa9", "Zg==\n\n\n\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str exact = {str_dup(&a, str_of(bad[i])), strlen(bad[i])};
        ck_assert_msg(!buf_base64_decode(&b, exact), "%s", bad[i]);
        b.n = 0;
    }
    ck_assert(!buf_base64_decode(&b, STR("Zm9\0"))); /* NUL ends the table, but is no digit */
}
END_TEST

/* What was written is read back, whatever it is, behind what the buffer already holds. */
START_TEST(test_codecs_round_trip)
{
    struct rand r;
    rand_init_seeded(&r, 11);
    for (size_t n = 0; n < 600; n++) {
        unsigned char bytes[600];
        rand_bytes(&r, bytes, n);
        struct str original = {(const char *)bytes, n};
        struct buf coded = buf_new(&a, 1), back = buf_new(&a, 1);
        buf_add_text(&back, "before");
        buf_base64(&coded, bytes, n);
        ck_assert(buf_base64_decode(&back, buf_str(&coded)));
        ck_assert_uint_eq(back.n, 6 + n);
        ck_assert(str_eq((struct str){back.p + 6, n}, original));
        coded.n = back.n = 0;
        buf_pct_encode(&coded, original, "/+");
        ck_assert(buf_pct_decode(&back, buf_str(&coded), false));
        ck_assert(str_eq(buf_str(&back), original));
        arena_reset(&a);
    }
    rand_done(&r);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_empty);
    tcase_add_test(tc, test_grows);
    tcase_add_test(tc, test_text_does_not_count_its_nul);
    tcase_add_test(tc, test_printf);
    tcase_add_test(tc, test_json);
    tcase_add_test(tc, test_json_of_words);
    tcase_add_test(tc, test_json_of_many_escapes);
    tcase_add_test(tc, test_hex);
    tcase_add_test(tc, test_decimal);
    tcase_add_test(tc, test_pct_encode);
    tcase_add_test(tc, test_pct_decode);
    tcase_add_test(tc, test_pct_malformed);
    tcase_add_loop_test(tc, test_base64, 0, ARRAY_LEN(base64));
    tcase_add_test(tc, test_base64_malformed);
    tcase_add_test(tc, test_codecs_round_trip);
    return suite_run("buf", tc);
}
