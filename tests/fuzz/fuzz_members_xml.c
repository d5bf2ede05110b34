/* SPDX-License-Identifier: Apache-2.0 */
/* Any body as XML: what is read, libxml2 reads as well, and finds the same text. */
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "members.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* U+FFFE and U+FFFF, which are UTF-8 and no characters of XML. */
static bool has_no_character(struct str body)
{
    for (size_t i = 0; i + 2 < body.n; i++) {
        if (str_starts((struct str){body.p + i, body.n - i}, STR("\xef\xbf\xbe")) ||
            str_starts((struct str){body.p + i, body.n - i}, STR("\xef\xbf\xbf")))
            return true;
    }
    return false;
}

static void compare_text(const xmlDoc *doc, struct str value)
{
    const xmlNode *found = xmlDocGetRootElement(doc)->children;
    while (found && !xmlStrEqual(found->name, (const xmlChar *)"A"))
        found = found->next;
    if (!found)
        __builtin_trap();
    xmlChar *text = xmlNodeGetContent(found);
    if (!str_is(value, (const char *)text))
        __builtin_trap();
    xmlFree(text);
}

static void compare(struct str body, struct str value)
{
    enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE };
    xmlDoc *doc = xmlReadMemory(body.p, (int)body.n, NULL, "UTF-8", OPTIONS);
    if (!doc)
        __builtin_trap();
    if (value.p)
        compare_text(doc, value);
    xmlFreeDoc(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str body = {(const char *)data, size};
    enum recognize_why why;
    struct arena a;
    arena_init(&a);
    struct str value = fuzz_members(&a, RECOGNIZE_REST_XML, NULL, body, &why);
    if (why == RECOGNIZED && size && !has_no_character(body))
        compare(body, value);
    arena_done(&a);
    return 0;
}
