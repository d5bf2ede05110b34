/* SPDX-License-Identifier: Apache-2.0 */
#include "pages.h"
#include "support/suite.h"
#include "test_pages.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

/* PAGE, filled with DATA (taken). */
static const char *filled(const struct page *page, json_t *data)
{
    struct buf b = buf_new(&a, 16);
    page_render(&b, page, data);
    json_decref(data);
    return buf_text(&b);
}

static const char *shown(const struct page *page, const char *json)
{
    json_t *data = json_loads(json, JSON_ALLOW_NUL, NULL);
    ck_assert_msg(data != NULL, "%s", json);
    return filled(page, data);
}

static void check_text(const char *json, const char *escaped)
{
    const char *html = shown(&page_text, arena_printf(&a, "{\"a\": %s}", json));
    ck_assert_str_eq(arena_printf(&a, "<p title=\"a %s\">%s, </p>\n", escaped, escaped), html);
}

START_TEST(test_values_are_escaped)
{
    check_text("\"plain\"", "plain");
    check_text("\"\\\"><script>alert('1')&amp;\"",
               "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&amp;amp;");
    check_text("\"\\r\\n\\t\"", "&#13;\n\t");
    check_text("\"\\u0000\\u001b\\u007f\"", "\ufffd\ufffd\ufffd");
    check_text("\"\\u2028\\u202e\\u00fc\\ud83d\\ude00\"", "\u2028\u202eü😀");
    check_text("\"{{a}}\"", "{{a}}");
    check_text("-9223372036854775808", "-9223372036854775808");
    check_text("12.5", "12.5");
    check_text("-1.7976931348623157e308", "-1.79769313486e+308");
    check_text("true", "true");
    check_text("false", "false");
    for (size_t i = 0; i < 3; i++)
        check_text(((const char *[]){"null", "[1]", "{\"x\": 1}"})[i], "");
    ck_assert_str_eq("<p title=\"a \">, 7</p>\n", shown(&page_text, "{\"b\": {\"c\": 7}}"));
    ck_assert_str_eq("<p title=\"a \">, </p>\n", shown(&page_text, "{\"b\": \"text\"}"));
}
END_TEST

START_TEST(test_what_is_no_text_is_replaced)
{
    json_t *data = json_pack("{s:o}", "a", json_string_nocheck("\xc3(\xed\xa0\x80<\xf0\x9f\x98"));
    ck_assert_str_eq("<p title=\"a \ufffd(\ufffd\ufffd\ufffd&lt;\ufffd\ufffd\ufffd\">"
                     "\ufffd(\ufffd\ufffd\ufffd&lt;\ufffd\ufffd\ufffd, </p>\n",
                     filled(&page_text, data));
}
END_TEST

START_TEST(test_long_values)
{
    size_t n = 1000000;
    char *quotes = arena_alloc(&a, n + 1);
    memset(quotes, '"', n);
    quotes[n] = '\0';
    const char *html = filled(&page_text, json_pack("{s:s}", "a", quotes));
    ck_assert_uint_eq(strlen(html), 2 * n * strlen("&quot;") + strlen("<p title=\"a \">, </p>\n"));
}
END_TEST

/* The page of URLs with A and BASE; LINK is written twice, with the base and without. */
static void check_urls(const char *base, const char *value, const char *part, const char *link,
                       const char *url)
{
    struct buf text = buf_new(&a, 64);
    json_t *data = json_pack("{s:s, s:s}", "a", value, "base", base);
    const char *html = filled(&page_urls, data);
    const char *alt = strstr(html, "alt=\"");
    ck_assert(alt != NULL);
    buf_printf(&text,
               "<ul>\n<li><a href=\"%s/u/%s/k\">part</a></li>\n"
               "<li><a href=\"%s/u?a=%s&amp;b=%s#%s\">query</a></li>\n"
               "<li><a href=\"%s%s\">link</a></li>\n<li><a href=\"%s#end\">whole link</a></li>\n"
               "<li><a href=\"%s\">url</a></li>\n<li><img src=\"data:image/png;base64,%s\" ",
               base, part, base, part, part, part, base, link, link, url, part);
    ck_assert_str_eq(buf_text(&text), arena_printf(&a, "%.*s", (int)(alt - html), html));
}

START_TEST(test_urls)
{
    check_urls("", "alice", "alice", "#", "#");
    check_urls("/s/x-1", "a b+c/d?e#f&g", "a%20b%2Bc%2Fd%3Fe%23f%26g", "#", "#");
    check_urls("", "ü\"<'>\r\n", "%C3%BC%22%3C%27%3E%0D%0A", "#", "#");
    check_urls("", "..", "%252E%252E", "#", "#");
    check_urls("", ".", "%252E", "#", "#");
    check_urls("", "javascript:alert(1)", "javascript%3Aalert%281%29", "#", "#");
    check_urls("", "/a/b?c=d&e=%20#f", "%2Fa%2Fb%3Fc%3Dd%26e%3D%2520%23f", "/a/b?c=d&amp;e=%20#f",
               "#");
    check_urls("", "/", "%2F", "/", "#");
    check_urls("", "//evil", "%2F%2Fevil", "#", "#");
    check_urls("", "/\\evil", "%2F%5Cevil", "#", "#");
    check_urls("", "/\t/evil", "%2F%09%2Fevil", "/%09/evil", "#");
    check_urls("", "/a\"> <b>\\", "%2Fa%22%3E%20%3Cb%3E%5C", "/a%22%3E%20%3Cb%3E%5C", "#");
    check_urls("", "https://x.example/?a=1&b='", "https%3A%2F%2Fx.example%2F%3Fa%3D1%26b%3D%27",
               "#", "https://x.example/?a=1&amp;b=%27");
    check_urls("", "HTTP://x", "HTTP%3A%2F%2Fx", "#", "HTTP://x");
    check_urls("", "http://", "http%3A%2F%2F", "#", "#");
    check_urls("", " https://x", "%20https%3A%2F%2Fx", "#", "#");
    check_urls("", "data:text/html,x", "data%3Atext%2Fhtml%2Cx", "#", "#");
}
END_TEST

/* The prefix of a sandbox is a path, or nothing. */
START_TEST(test_the_base)
{
    static const char *const none[] = {"", "x", "//evil", "/\\evil", "javascript:", "/", "/x/"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        const char *html = filled(&page_urls, json_pack("{s:s, s:s}", "base", none[i], "a", "1"));
        ck_assert_msg(strstr(html, "<a href=\"/u/1/k\">") != NULL, "%s: %s", none[i], html);
    }
    const char *html = shown(&page_urls, "{\"base\": \"/a\\\"b/c\", \"a\": 1}");
    ck_assert_msg(strstr(html, "<a href=\"/a%22b/c/u/1/k\">") != NULL, "%s", html);
    html = shown(&page_urls, "{\"base\": 7, \"a\": 1}");
    ck_assert_msg(strstr(html, "<a href=\"/u/1/k\">") != NULL, "%s", html);
}
END_TEST

START_TEST(test_names)
{
    ck_assert_str_eq("<p>nothing<i></i>.</p>\n", shown(&page_names, "{}"));
    ck_assert_str_eq("<p>nnothing<i>7</i>.</p>\n",
                     shown(&page_names, "{\"name\": \"n\", \"items\": [], \"end\": 7}"));
    ck_assert_str_eq("<p>n\nn/:none\n()\n\n\n; a/a:x,y,\n(o out)\n<i></i>.</p>\n",
                     shown(&page_names,
                           "{\"name\": \"n\", \"outer\": \"out\", \"items\": [{\"owner\": {}}, "
                           "{\"first\": 1, \"name\": \"a\", \"tags\": [\"x\", \"y\"], "
                           "\"owner\": {\"name\": \"o\"}}]}"));
    /* Items that are no objects, and lists that are none. */
    ck_assert_str_eq("<p>n\nn/:none\n()\n\n<i></i>.</p>\n",
                     shown(&page_names, "{\"name\": \"n\", \"items\": [1]}"));
    ck_assert_str_eq("<p>nothing<i></i>.</p>\n", shown(&page_names, "{\"items\": {\"a\": 1}}"));
}
END_TEST

START_TEST(test_choices)
{
    static const char *const no[] = {"0", "0.0", "\"\"", "null", "false", "[]", "{}"};
    static const char *const yes[] = {"-1", "0.5", "\"0\"", "true", "[0]", "{\"a\": 0}"};
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        ck_assert_str_eq("<p>no other\n<input value=\"1\">\n"
                         "<a class=\"plain\" href=\"/l?b=1\">l</a></p>\n",
                         shown(&page_choices, arena_printf(&a, "{\"a\": %s}", no[i])));
    }
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        const char *html = shown(&page_choices, arena_printf(&a, "{\"a\": %s}", yes[i]));
        ck_assert_msg(strncmp(html, "<p>yes other\n", 13) == 0, "%s", html);
    }
    ck_assert_str_eq("<p>yes x\n<input value=\"1\" checked>\n"
                     "<a class=\"plain marked\" href=\"/l?a=x&amp;b=1\">l</a></p>\n",
                     shown(&page_choices, "{\"a\": \"x\"}"));
}
END_TEST

/* Indentation is left out, and nothing that is shown. */
START_TEST(test_blanks)
{
    ck_assert_str_eq("<div>\n<p>\none\ntwo  words\n</p>\n<pre>\n\nb\n    kept\n  </pre>\n"
                     "<textarea rows=\"3\">\n\nb</textarea>\n</div>\n",
                     shown(&page_blanks, "{\"a\": 1, \"b\": \"\\nb\"}"));
    ck_assert_str_eq("<div>\n<p>\ntwo  words\n</p>\n<pre>\n\n    kept\n  </pre>\n"
                     "<textarea rows=\"3\">\n</textarea>\n</div>\n",
                     shown(&page_blanks, "{}"));
}
END_TEST

/* Links to more begin with the prefix of the sandbox, too. */
START_TEST(test_next_page)
{
    const char *html =
        shown(&page_users, "{\"base\": \"/_sandbox/x\", \"next\": "
                           "\"/console/users?marker=a\", \"found\": {\"Users\": []}}");
    ck_assert_msg(strstr(html, " href=\"/_sandbox/x/console/users?marker=a\">") != NULL, "%s",
                  html);
}
END_TEST

START_TEST(test_files)
{
    const struct page_file *file = &page_file_plain_css;
    ck_assert_str_eq("plain.css", file->name);
    ck_assert_str_eq("text/css; charset=utf-8", file->type);
    ck_assert(str_is(file->bytes, "p { margin: 0 }\n"));
    ck_assert_str_eq(arena_printf(&a,
                                  "<link rel=\"stylesheet\" href=\"/s/1/console/plain.css?%s\">\n",
                                  file->digest),
                     shown(&page_files, "{\"base\": \"/s/1\"}"));
}
END_TEST

int main(void)
{
    TCase *tc = tcase_create("all");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, test_values_are_escaped);
    tcase_add_test(tc, test_what_is_no_text_is_replaced);
    tcase_add_test(tc, test_long_values);
    tcase_add_test(tc, test_urls);
    tcase_add_test(tc, test_the_base);
    tcase_add_test(tc, test_names);
    tcase_add_test(tc, test_choices);
    tcase_add_test(tc, test_blanks);
    tcase_add_test(tc, test_next_page);
    tcase_add_test(tc, test_files);
    return suite_run("page", tc);
}
