/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include "support/suite.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

START_TEST(test_comparisons)
{
    struct str none = {NULL, 0};
    ck_assert(str_eq(none, STR("")) && str_eq(STR("ab"), STR("ab")));
    ck_assert(!str_eq(STR("ab"), STR("abc")) && !str_eq(STR("ab"), STR("aB")));
    ck_assert(!str_is(STR("a\0b"), "a") && str_is(STR("ab"), "ab"));
    ck_assert(str_eq_fold(STR("aZ09-"), STR("Az09-")) && str_eq_fold(none, STR("")));
    ck_assert(!str_eq_fold(STR("a"), STR("ab")) && !str_eq_fold(STR("@"), STR("`")));
    ck_assert(!str_eq_fold(STR("["), STR("{")) && !str_eq_fold(STR("\xc4"), STR("\xe4")));
    ck_assert(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), none));
    ck_assert(str_starts(none, none) && !str_starts(STR("ab"), STR("abc")));
    ck_assert(!str_starts(STR("abc"), STR("AB")));
}
END_TEST

START_TEST(test_character_classes_are_ascii)
{
    for (int i = -128; i < 128; i++) {
        char c = (char)i;
        bool digit = i >= '0' && i <= '9', upper = i >= 'A' && i <= 'Z';
        bool lower = i >= 'a' && i <= 'z';
        ck_assert_int_eq(ascii_is_digit(c), digit);
        ck_assert_int_eq(ascii_is_alnum(c), digit || upper || lower);
        ck_assert_int_eq(ascii_lower(c), upper ? i + 32 : i);
    }
}
END_TEST

START_TEST(test_words)
{
    unsigned char byte = (unsigned char)_i;
    for (size_t place = 0; place < WORD_SIZE; place++) {
        char text[] = "aaaaaaaa";
        text[place] = (char)byte;
        uint64_t word = word_at(text), equal = word_equal(word, (char)byte);
        ck_assert_uint_eq(word_first(equal), byte == 'a' ? 0 : place);
        ck_assert_int_eq(word_less(word, '!') != 0, byte < '!');
        if (byte < '!')
            ck_assert_uint_eq(word_first(word_less(word, '!')), place);
        ck_assert_int_eq(word_is_ascii(word, ' '), byte >= ' ' && byte < 0x80);
    }
    ck_assert_uint_eq(word_equal(word_of('b'), (char)byte) != 0, byte == 'b');
}
END_TEST

START_TEST(test_cut)
{
    struct str s = STR("a,,b");
    ck_assert(str_is(str_cut(&s, ','), "a") && str_is(s, ",b"));
    ck_assert(str_is(str_cut(&s, ','), "") && str_is(s, "b"));
    ck_assert(str_is(str_cut(&s, ','), "b") && s.p == NULL && s.n == 0);
    struct str end = str_cut(&s, ',');
    ck_assert(end.p == NULL && end.n == 0);
    s = STR("a,");
    ck_assert(str_is(str_cut(&s, ','), "a") && s.p != NULL && s.n == 0);
}
END_TEST

START_TEST(test_trim)
{
    ck_assert(str_is(str_trim(STR(" \t a b\t ")), "a b"));
    ck_assert(str_is(str_trim(STR(" \t ")), ""));
    ck_assert(str_is(str_trim(STR("")), ""));
    ck_assert(str_is(str_trim(STR("\n a")), "\n a"));
}
END_TEST

START_TEST(test_copies)
{
    ck_assert_str_eq(str_dup(&a, STR("abc")), "abc");
    ck_assert_str_eq(str_dup(&a, (struct str){NULL, 0}), "");
    ck_assert_str_eq(str_fold(&a, STR("Aliçe-ÄZ@[")), "aliçe-Äz@[");
}
END_TEST

START_TEST(test_prefix_end)
{
    ck_assert_str_eq(str_prefix_end(&a, "/a"), "/b");
    ck_assert_str_eq(str_prefix_end(&a, "/"), "0");
    ck_assert_str_eq(str_prefix_end(&a, "a\xff\xff"), "b");
    ck_assert_str_eq(str_prefix_end(&a, "a\x7f"), "a\x80");
    ck_assert_str_eq(str_prefix_end(&a, ""), "");
    ck_assert_str_eq(str_prefix_end(&a, "\xff"), "");
}
END_TEST

START_TEST(test_hash_spreads)
{
    unsigned used = 0;
    bool low[256] = {false}, high[8] = {false};
    for (int i = 0; i < 1000; i++) {
        uint64_t hash = str_hash(str_of(arena_printf(&a, "user%d", i)));
        used += !low[hash & 255];
        low[hash & 255] = true;
        high[hash >> 61] = true;
    }
    ck_assert_uint_gt(used, 230); /* 251 are expected */
    for (size_t i = 0; i < ARRAY_LEN(high); i++)
        ck_assert(high[i]);
    ck_assert_uint_eq(str_hash(STR("")), str_hash((struct str){NULL, 0}));
    ck_assert_uint_ne(str_hash(STR("a")), str_hash(STR("a\0")));
}
END_TEST

START_TEST(test_numbers)
{
    static const struct {
        const char *text;
        int64_t value; /* -1: none */
    } cases[] = {
        {"0", 0},
        {"007", 7},
        {"9223372036854775807", INT64_MAX},
        {"9223372036854775808", -1},
        {"92233720368547758070", -1},
        {"99999999999999999999999", -1},
        {"", -1},
        {"-1", -1},
        {"+1", -1},
        {" 1", -1},
        {"1 ", -1},
        {"1x", -1},
        {"0x10", -1},
        {"\xb2", -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t value = -1;
        bool good = str_to_int64(str_of(cases[i].text), &value);
        ck_assert_msg(good == (cases[i].value >= 0), "%s", cases[i].text);
        ck_assert_int_eq(value, cases[i].value);
    }
}
END_TEST

#define BYTES(literal)                                                                             \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

/* Around every border of RFC 3629, section 4. */
static const struct {
    struct str text;
    bool good;
    uint32_t point; /* of the first character of good text */
} utf8[] = {
    {BYTES(""), true, 0},
    {BYTES("A"), true, 'A'},
    {BYTES("\x01"), true, 1},
    {BYTES("\x7f"), true, 0x7f},
    {BYTES("\xc2\x80"), true, 0x80},
    {BYTES("\xdf\xbf"), true, 0x7ff},
    {BYTES("\xe0\xa0\x80"), true, 0x800},
    {BYTES("\xed\x9f\xbf"), true, 0xd7ff},
    {BYTES("\xee\x80\x80"), true, 0xe000},
    {BYTES("\xef\xbf\xbf"), true, 0xffff},
    {BYTES("\xf0\x90\x80\x80"), true, 0x10000},
    {BYTES("\xf4\x8f\xbf\xbf"), true, 0x10ffff},
    {BYTES("\0"), false, 0},
    {BYTES("a\0b"), false, 0},
    {BYTES("\x80"), false, 0}, /* continuation without a start */
    {BYTES("\xbf"), false, 0},
    {BYTES("\xc0\x80"), false, 0}, /* overlong NUL */
    {BYTES("\xc1\xbf"), false, 0}, /* overlong */
    {BYTES("\xe0\x9f\xbf"), false, 0},
    {BYTES("\xf0\x8f\xbf\xbf"), false, 0},
    {BYTES("\xed\xa0\x80"), false, 0}, /* surrogates */
    {BYTES("\xed\xbf\xbf"), false, 0},
    {BYTES("\xf4\x90\x80\x80"), false, 0}, /* beyond U+10FFFF */
    {BYTES("\xf5\x80\x80\x80"), false, 0},
    {BYTES("\xf8\x88\x80\x80\x80"), false, 0}, /* five bytes */
    {BYTES("\xff"), false, 0},
    {BYTES("\xc2"), false, 0}, /* truncated */
    {BYTES("\xe0\xa0"), false, 0},
    {BYTES("\xf0\x90\x80"), false, 0},
    {BYTES("a\xe2\x82"), false, 0},
    {BYTES("\xc2"
           "A"),
     false, 0}, /* a start without its continuation */
    {BYTES("\xe2\x82"
           "A"),
     false, 0},
    {BYTES("\xe2"
           "A\x82"),
     false, 0},
    {BYTES("\xc2\xc2\x80"), false, 0},
};

START_TEST(test_utf8)
{
    /* At its exact length, so that reading on is seen. */
    struct str text = {str_dup(&a, utf8[_i].text), utf8[_i].text.n};
    ck_assert_int_eq(str_is_utf8(text), utf8[_i].good);
    if (!utf8[_i].good || text.n == 0)
        return;
    ck_assert_uint_eq(str_utf8_len(text), 1);
    struct str rest = text;
    ck_assert_uint_eq(str_utf8_next(&rest), utf8[_i].point);
    ck_assert_uint_eq(rest.n, 0);
    ck_assert_ptr_eq(rest.p, text.p + text.n);
}
END_TEST

static size_t encode(uint32_t point, char ret[static 4])
{
    if (point < 0x80) {
        ret[0] = (char)point;
        return 1;
    }
    size_t n = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char starts[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n; i-- > 1; point >>= 6)
        ret[i] = (char)(0x80 | (point & 0x3f));
    ret[0] = (char)(starts[n] | point);
    return n;
}

START_TEST(test_every_code_point)
{
    for (uint32_t point = 1; point < 0x110000; point++) {
        char bytes[4];
        struct str s = {bytes, encode(point, bytes)};
        bool surrogate = point >= 0xd800 && point <= 0xdfff;
        if (str_is_utf8(s) == surrogate)
            ck_abort_msg("U+%04X", point);
        if (!surrogate && (str_utf8_next(&s) != point || s.n != 0))
            ck_abort_msg("U+%04X is read wrongly", point);
    }
}
END_TEST

START_TEST(test_utf8_walk)
{
    struct str s = STR("aé€😀z");
    static const uint32_t points[] = {'a', 0xe9, 0x20ac, 0x1f600, 'z'};
    ck_assert_uint_eq(str_utf8_len(s), ARRAY_LEN(points));
    for (size_t i = 0; i < ARRAY_LEN(points); i++)
        ck_assert_uint_eq(str_utf8_next(&s), points[i]);
    ck_assert_uint_eq(s.n, 0);
    s = STR("\xf0\x9f"); /* ill formed, but nothing is read behind its end */
    str_utf8_next(&s);
    ck_assert_uint_eq(s.n, 0);
}
END_TEST

/* Wherever it stands in a text that is long enough to be looked at in strides. */
START_TEST(test_utf8_anywhere)
{
    static const struct {
        const char *part;
        size_t n;
        bool good;
    } parts[] = {
        {"é", 2, true}, {"😀", 4, true}, {"\xff", 1, false}, {"", 1, false}, {"\xc3", 1, false},
    };
    enum { MOST = 40 };
    char text[MOST + 4];
    for (size_t at = 0; at < MOST; at++) {
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            memset(text, 'a', sizeof text);
            memcpy(text + at, parts[i].part, parts[i].n);
            for (size_t n = at + parts[i].n; n <= MOST; n++)
                ck_assert_int_eq(str_is_utf8((struct str){text, n}), parts[i].good);
        }
    }
}
END_TEST

/* A byte at each place of texts that are looked at in strides, and in what is left of them. */
START_TEST(test_ascii)
{
    char text[67];
    for (size_t at = 0; at < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        text[at] = (char)_i;
        ck_assert_int_eq(str_is_ascii((struct str){text, sizeof text}, ' '),
                         _i >= ' ' && _i < 0x80);
        ck_assert_int_eq(str_is_ascii((struct str){text, sizeof text}, 1), _i >= 1 && _i < 0x80);
        ck_assert(str_is_ascii((struct str){text, at}, ' '));
    }
}
END_TEST

START_TEST(test_secrets)
{
    ck_assert(secret_equal(STR("wJalrXUtn"), STR("wJalrXUtn")));
    ck_assert(secret_equal(STR(""), (struct str){NULL, 0}));
    ck_assert(!secret_equal(STR("wJalrXUtn"), STR("wJalrXUt")));
    ck_assert(!secret_equal(STR("a\0b"), STR("a\0c")));
    char text[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof text - 1; i++) {
        for (int bit = 0; bit < 8; bit++) {
            char other[sizeof text];
            memcpy(other, text, sizeof text);
            other[i] = (char)(other[i] ^ 1 << bit);
            ck_assert(!secret_equal((struct str){text, 16}, (struct str){other, 16}));
        }
    }
}
END_TEST

START_TEST(test_distance)
{
    ck_assert_uint_eq(str_distance(STR(""), STR("")), 0);
    ck_assert_uint_eq(str_distance(STR(""), STR("abc")), 3);
    ck_assert_uint_eq(str_distance(STR("GetObject"), STR("getobjects")), 1);
    ck_assert_uint_eq(str_distance(STR("kitten"), STR("sitting")), 3);
    char longer[129];
    memset(longer, 'a', sizeof longer);
    ck_assert_uint_eq(str_distance((struct str){longer, 128}, STR("a")), 127);
    ck_assert_uint_eq(str_distance((struct str){longer, 129}, STR("a")), SIZE_MAX);
    ck_assert_uint_eq(str_distance(STR("a"), (struct str){longer, 129}), SIZE_MAX);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, test_words, 0, 256);
    tcase_add_test(tc, test_comparisons);
    tcase_add_test(tc, test_character_classes_are_ascii);
    tcase_add_test(tc, test_cut);
    tcase_add_test(tc, test_trim);
    tcase_add_test(tc, test_copies);
    tcase_add_test(tc, test_prefix_end);
    tcase_add_test(tc, test_hash_spreads);
    tcase_add_test(tc, test_numbers);
    tcase_add_loop_test(tc, test_utf8, 0, ARRAY_LEN(utf8));
    tcase_add_test(tc, test_every_code_point);
    tcase_add_test(tc, test_utf8_walk);
    tcase_add_test(tc, test_utf8_anywhere);
    tcase_add_loop_test(tc, test_ascii, 0, 256);
    tcase_add_test(tc, test_secrets);
    tcase_add_test(tc, test_distance);
    return suite_run("str", tc);
}
