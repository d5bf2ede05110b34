/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_api.h"
#include "sts_api.h"
#include "support.h"

static const struct shape_pattern *pattern_of(const struct shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->n; i++) {
        if (strcmp(shape->fields[i].name, name) == 0)
            return shape->fields[i].rule->pattern;
    }
    ck_abort_msg("no member %s", name);
}

static size_t put_utf8(uint32_t point, char *ret)
{
    size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i; i--, point >>= 6)
        ret[i] = (char)(0x80 | (point & 0x3f));
    ret[0] = (char)(leads[more] | point);
    return more + 1;
}

/* Whether the text of that one character fits, for all characters. */
static void expect_all(const struct shape_pattern *pattern, bool (*expected)(uint32_t point))
{
    for (uint32_t point = 1; point < 0x110000; point++) {
        char text[4];
        if (point >= 0xd800 && point < 0xe000)
            continue;
        size_t n = put_utf8(point, text);
        if (shape_pattern_fits(pattern, (struct str){text, n}) != expected(point))
            ck_abort_msg("%s: U+%04X", pattern->text, point);
    }
}

static bool is_latin(uint32_t point)
{
    return point >= 0x20 && point <= 0xff;
}

static bool is_policy(uint32_t point)
{
    return is_latin(point) || point == '\t' || point == '\n' || point == '\r';
}

static bool is_word(uint32_t point)
{
    return point < 0x80 && (ascii_is_alnum((char)point) || point == '_' || point == '-');
}

static bool is_text(uint32_t point)
{
    return is_policy(point) ? point < 0x7f || point == 0x85 || point >= 0xa0
                            : point > 0xff && point != 0xfffe && point != 0xffff;
}

START_TEST(every_character)
{
    expect_all(pattern_of(&demo_read_thing_in_shape, "Latin"), is_latin);
    expect_all(pattern_of(&demo_inner_shape, "Script"), is_policy);
    expect_all(pattern_of(&demo_read_thing_in_shape, "Name"), is_word);
    expect_all(pattern_of(&sts_assume_role_in_shape, "RoleArn"), is_text);
}
END_TEST

static void fits(const char *name, const char *text, bool expected)
{
    const struct shape_pattern *pattern = pattern_of(&demo_read_thing_in_shape, name);
    ck_assert_msg(shape_pattern_fits(pattern, str_of(text)) == expected, "%s '%s'", name, text);
}

START_TEST(forms)
{
    fits("Path", "/", true);
    fits("Path", "//", false);
    fits("Path", "/a", false);
    fits("Path", "/a/b!/", true);
    fits("Path", "/\xc3\xa4/", false);
    fits("Prefix", "/", true);
    fits("Prefix", "/\x7f", true);
    fits("Prefix", "a", false);
    fits("Steps", "/a/b.c/", true);
    fits("Steps", "/a//b/", false);
    fits("Steps", "", false);
    fits("Alias", "a-b", true);
    fits("Alias", "a--b", false);
    fits("Alias", "ab-", false);
    fits("Edition", "v10.a-b", true);
    fits("Edition", "v0", false);
    fits("Edition", "v1.a.b", false);
    fits("Name", "", true);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("pattern");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_character);
    tcase_add_test(tcase, forms);
    return fix_run("pattern", tcase);
}
