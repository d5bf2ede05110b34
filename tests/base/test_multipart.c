/* SPDX-License-Identifier: Apache-2.0 */
#include "base/multipart.h"
#include "support/suite.h"

#define TYPE "multipart/form-data; boundary=B"
#define PART(headers, value) "--B\r\n" headers "\r\n\r\n" value "\r\n"
#define FIELD(name, value) PART("Content-Disposition: form-data; name=\"" name "\"", value)

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static void add(struct buf *b, const char *mark, struct str s)
{
    if (s.p)
        buf_printf(b, "%s%.*s", mark, STR_FMT(s));
}

/* The fields as "name=value/type@filename" in brackets, and how it ends. */
static const char *read_all(const char *type, const char *body)
{
    struct buf b = {.arena = &a};
    struct multipart m;
    struct multipart_field field;
    enum multipart_step step;
    if (!multipart_begin(&m, str_of(type), str_of(body)))
        return "no";
    while ((step = multipart_next(&m, &field)) == MULTIPART_FIELD) {
        add(&b, "[", field.name);
        add(&b, "=", field.value);
        add(&b, "/", field.type);
        add(&b, "@", field.filename);
        buf_add_char(&b, ']');
    }
    ck_assert_int_eq(multipart_next(&m, &field), step);
    buf_add_text(&b, step == MULTIPART_END ? "end" : "bad");
    return buf_text(&b);
}

START_TEST(test_fields)
{
    static const char *const cases[][2] = {
        {"--B--", "end"},
        {"--B--\r\n", "end"},
        {FIELD("key", "a/b") "--B--\r\n", "[key=a/b]end"},
        {FIELD("a", "") FIELD("b", "\r\n-B\r\n--") "--B--", "[a=][b=\r\n-B\r\n--]end"},
        {PART("content-disposition:form-data;filename=\"a b;c.txt\";name=file\r\n"
              "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 1\r\n"
              "Content-Transfer-Encoding: binary",
              "x") "--B--",
         "[file=x/text/plain; charset=utf-8@a b;c.txt]end"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        ck_assert_str_eq(read_all(TYPE, cases[i][0]), cases[i][1]);
}
END_TEST

START_TEST(test_boundaries)
{
    static const char good[] = FIELD("a", "1") "--B--";
    static const char *const types[] = {
        "multipart/form-data; boundary=\"B\"",
        "Multipart/Form-Data;charset=utf-8;Boundary=B",
        "  multipart/form-data ; boundary=B ",
    };
    static const char *const bad[] = {
        "",
        "multipart/form-data",
        "multipart/form-data; boundary",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"B",
        "multipart/form-data; boundary=B; boundary=C",
        "multipart/form-data; boundary=B boundary=C",
        "multipart/form-data; boundary=C",
        "multipart/form-data; boundary=\"B\\\"\"",
        "multipart/mixed; boundary=B",
        "multipart/form-datas; boundary=B",
        ("multipart/form-data; boundary="
         "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"),
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        ck_assert_str_eq(read_all(types[i], good), "[a=1]end");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        ck_assert_str_eq(read_all(bad[i], good), "no");
    ck_assert(multipart_is(STR("multipart/FORM-data;x")));
    ck_assert(!multipart_is(STR("multipart/form-data2")));
    ck_assert(!multipart_is((struct str){NULL, 0}));
}
END_TEST

START_TEST(test_what_readers_disagree_about)
{
    static const char *const cases[] = {
        "x\r\n" FIELD("a", "1") "--B--", /* a preamble */
        FIELD("a", "1"),                 /* no end */
        FIELD("a", "1") "--B-",
        FIELD("a", "1") "--B--\r\n" FIELD("b", "2") "--B--",
        FIELD("a", "1") "--B \r\n\r\n",
        FIELD("a", "x\r\n--Bx") "--B--",
        "--B\nContent-Disposition: form-data; name=a\n\n1\n--B--",
        PART("Content-Type: text/plain", "1") "--B--",
        PART("Content-Disposition: form-data", "1") "--B--",
        PART("Content-Disposition: form-data; name=\"\"", "1") "--B--",
        PART("Content-Disposition: form-data; name=a; name=b", "1") "--B--",
        PART("Content-Disposition: form-data; name=a; filename=b; filename=c", "1") "--B--",
        PART("Content-Disposition: form-data; name*=utf-8''a", "1") "--B--",
        PART("Content-Disposition: form-data; name=a; filename*=utf-8''b", "1") "--B--",
        PART("Content-Disposition: form-data; name=\"a\\\"b\"", "1") "--B--",
        PART("Content-Disposition: attachment; name=a", "1") "--B--",
        PART("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b",
             "1") "--B--",
        PART("Content-Disposition: form-data;\r\n name=a", "1") "--B--",
        PART("Content-Disposition : form-data; name=a", "1") "--B--",
        PART("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64",
             "MQ==") "--B--",
        PART("Content-Disposition: form-data; name=a\r\nContent-Type: a/b\r\nContent-Type: c/d",
             "1") "--B--",
        PART("Content-Disposition: form-data; name=a\r\nX", "1") "--B--",
        PART("Content-Disposition: form-data; name=a\rX: y", "1") "--B--",
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *read = read_all(TYPE, cases[i]);
        ck_assert_msg(strcmp(read, "no") == 0 || strstr(read, "bad"), "%zu: %s", i, read);
    }
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_fields);
    tcase_add_test(tc, test_boundaries);
    tcase_add_test(tc, test_what_readers_disagree_about);
    return suite_run("multipart", tc);
}
