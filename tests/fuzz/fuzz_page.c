/* SPDX-License-Identifier: Apache-2.0 */
/* Pages: no value gets out of its place. What follows the first line feed is the value, what stands
   before it the path that others begin with. */
#include <stdlib.h>

#include "test_pages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How often each character that delimits places occurs. */
static void count(struct str html, size_t counts[static 256])
{
    for (size_t i = 0; i < html.n; i++)
        counts[(unsigned char)html.p[i]]++;
}

static struct str render(struct arena *a, struct str base, struct str value)
{
    struct buf b = buf_new(a, 1024);
    json_t *data = json_pack("{s:o, s:o}", "base", json_stringn_nocheck(base.p, base.n), "a",
                             json_stringn_nocheck(value.p, value.n));
    page_render(&b, &page_hostile, data);
    json_decref(data);
    return buf_str(&b);
}

static bool has(struct str s, const char *prefix)
{
    return s.n >= strlen(prefix) && str_same_fold(s.p, prefix, strlen(prefix));
}

/* HREF, to the end of the page, leads to this server or, where it may, to another by HTTP. */
static bool is_harmless(struct str href)
{
    if (has(href, "http://") || has(href, "https://") || has(href, "#"))
        return true;
    return has(href, "/") && !has(href, "//") && !has(href, "/\\") && !has(href, "/\t");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    size_t plain[256] = {0}, hostile[256] = {0};
    struct str value = {(const char *)data, size}, base = str_cut(&value, '\n');
    arena_init(&a);
    if (!value.n)
        value = STR("x"); /* so that both are true */
    count(render(&a, STR(""), STR("x")), plain);
    struct str html = render(&a, base, value);
    count(html, hostile);
    for (const char *c = "<>\"'"; *c; c++) {
        if (plain[(unsigned char)*c] != hostile[(unsigned char)*c])
            abort();
    }
    if (!str_is_utf8(html) || hostile['\r'] || hostile[0x1b])
        abort();
    static const char mark[] = "<a href=\"";
    for (const char *at = html.p;
         (at = memmem(at, html.n - (size_t)(at - html.p), mark, sizeof mark - 1));) {
        at += sizeof mark - 1;
        if (!is_harmless((struct str){at, html.n - (size_t)(at - html.p)}))
            abort();
    }
    arena_done(&a);
    return 0;
}
