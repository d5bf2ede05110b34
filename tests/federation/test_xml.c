/* SPDX-License-Identifier: Apache-2.0 */
#include "federation/federation_priv.h"
#include "support/suite.h"

START_TEST(test_comments_do_not_cut_a_text)
{
    struct arena a;
    arena_init(&a);
    CLEANUP(xml_free)
    xmlDoc *doc =
        xml_parse(STR("<a b=' 1 '> alice<!-- -->@<?x y?>example<![CDATA[.com]]>&amp;\n</a>"));
    ck_assert_ptr_nonnull(doc);
    const xmlNode *root = xmlDocGetRootElement(doc);
    ck_assert_str_eq(xml_content(&a, root), "alice@example.com&");
    ck_assert_str_eq(xml_attribute(&a, root, "b"), " 1 ");
    ck_assert_ptr_null(xml_attribute(&a, root, "c"));
    arena_done(&a);
}
END_TEST

START_TEST(test_a_text_has_no_elements)
{
    struct arena a;
    arena_init(&a);
    CLEANUP(xml_free) xmlDoc *doc = xml_parse(STR("<a>alice<b>bob</b></a>"));
    ck_assert_ptr_null(xml_content(&a, xmlDocGetRootElement(doc)));
    arena_done(&a);
}
END_TEST

/* The depth that libxml2 allows. */
START_TEST(test_depth)
{
    struct arena a;
    arena_init(&a);
    struct buf text = {.arena = &a};
    for (int i = 0; i < 1000; i++)
        buf_add_text(&text, "<a>");
    for (int i = 0; i < 1000; i++)
        buf_add_text(&text, "</a>");
    ck_assert_ptr_null(xml_parse(buf_str(&text)));
    ck_assert_ptr_null(xml_parse((struct str){NULL, 0}));
    arena_done(&a);
}
END_TEST

/* Comparing each attribute with all others takes seconds. */
START_TEST(test_attributes)
{
    struct arena a;
    arena_init(&a);
    for (int n = 500; n <= 501; n++) {
        struct buf text = {.arena = &a};
        buf_add_text(&text, "<a><b");
        for (int i = 0; i < n; i++)
            buf_printf(&text, " a%d=''", i);
        buf_add_text(&text, "/></a>");
        CLEANUP(xml_free) xmlDoc *doc = xml_parse(buf_str(&text));
        ck_assert_int_eq(doc != NULL, n == 500);
    }
    arena_done(&a);
}
END_TEST

/* What is in scope costs time at every element; what ends with its element does not count. */
START_TEST(test_namespaces)
{
    struct arena a;
    arena_init(&a);
    for (int n = 31; n <= 32; n++) {
        struct buf text = {.arena = &a};
        for (int i = 0; i < n; i++)
            buf_printf(&text, "<a xmlns:n%d='urn:n'>", i);
        for (int i = 0; i < 100; i++)
            buf_add_text(&text, "<b xmlns:m='urn:m'/>");
        for (int i = 0; i < n; i++)
            buf_add_text(&text, "</a>");
        CLEANUP(xml_free) xmlDoc *doc = xml_parse(buf_str(&text));
        ck_assert_int_eq(doc != NULL, n == 31);
    }
    arena_done(&a);
}
END_TEST

START_TEST(test_times)
{
    ck_assert_int_eq(xml_time("2023-11-14T22:13:20Z"), 1700000000);
    ck_assert_int_eq(xml_time("2023-11-14T22:13:20.999Z"), 1700000000);
    static const char *const none[] = {"",
                                       "2023-11-14T22:13:20",
                                       "2023-11-14T22:13:20+01:00",
                                       "2023-11-14 22:13:20Z",
                                       "2023-11-31T22:13:20Z",
                                       "2023-11-14T22:13:20,5Z",
                                       "2023-11-14T22:13:20.5xZ",
                                       "2023"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        ck_assert_int_eq(xml_time(none[i]), 0);
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_test(tc, test_comments_do_not_cut_a_text);
    tcase_add_test(tc, test_a_text_has_no_elements);
    tcase_add_test(tc, test_depth);
    tcase_add_test(tc, test_attributes);
    tcase_add_test(tc, test_namespaces);
    tcase_add_test(tc, test_times);
    return suite_run("federation_xml", tc);
}
