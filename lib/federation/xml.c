/* SPDX-License-Identifier: Apache-2.0 */
#include "federation/federation_priv.h"

#include <limits.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include "base/clock.h"

static const char blanks[] = " \t\r\n";

/* A DOCTYPE is the way to entities and to other files. It ends the parsing where it begins. */
static void refuse_doctype(void *context, UNUSED const xmlChar *name, UNUSED const xmlChar *public,
                           UNUSED const xmlChar *system)
{
    xmlParserCtxt *parser = context;
    parser->wellFormed = 0;
    xmlStopParser(parser);
}

/*
 * What is in scope is looked through at every element, by the parser and by whoever canonicalizes
 * the document before he can know that its signature is bad.
 */
/* NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's */
static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *space, int n_spaces, const xmlChar **spaces,
                          int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    enum { NAMESPACES_MAX = 32 };
    xmlParserCtxt *parser = context;
    if (parser->nsNr <= 2 * NAMESPACES_MAX) { /* each is a prefix and a URI */
        xmlSAX2StartElementNs(context, name, prefix, space, n_spaces, spaces, n_attributes,
                              n_defaulted, attributes);
        return;
    }
    parser->wellFormed = 0;
    xmlStopParser(parser);
}

/* libxml2 compares each attribute of an element with all others. */
static bool has_crowded_element(struct str text)
{
    enum { ATTRIBUTES_MAX = 500 };
    size_t n = 0;
    for (size_t i = 0; i < text.n && n <= ATTRIBUTES_MAX; i++)
        n = text.p[i] == '<' ? 0 : n + (text.p[i] == '=');
    return n > ATTRIBUTES_MAX;
}

xmlDoc *xml_parse(struct str text)
{
    if (text.n > INT_MAX || has_crowded_element(text))
        return NULL;
    xmlParserCtxt *context = xmlNewParserCtxt();
    if (!context)
        return NULL;
    context->sax->internalSubset = refuse_doctype;
    context->sax->startElementNs = start_element;
    context->sax->comment = NULL;
    context->sax->processingInstruction = NULL;
    const int options =
        XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    xmlDoc *doc = xmlCtxtReadMemory(context, text.p, (int)text.n, NULL, NULL, options);
    xmlFreeParserCtxt(context);
    return doc;
}

void xml_free(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
}

bool xml_is(const xmlNode *node, const char *space, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns &&
           xmlStrEqual(node->name, (const xmlChar *)name) &&
           xmlStrEqual(node->ns->href, (const xmlChar *)space);
}

static xmlNode *first_of(xmlNode *node, const char *space, const char *name)
{
    while (node && !xml_is(node, space, name))
        node = node->next;
    return node;
}

xmlNode *xml_child(const xmlNode *node, const char *space, const char *name)
{
    return first_of(node->children, space, name);
}

xmlNode *xml_next(const xmlNode *node, const char *space, const char *name)
{
    return first_of(node->next, space, name);
}

static struct str trim(struct str s)
{
    while (s.n && strchr(blanks, s.p[0]))
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && strchr(blanks, s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The text of a node without elements in it; p == NULL otherwise. */
static struct str text_of(struct arena *a, const xmlNode *node)
{
    struct buf text = buf_new(a, 64);
    for (const xmlNode *child = node->children; child; child = child->next) {
        if (child->type != XML_TEXT_NODE)
            return (struct str){NULL, 0};
        buf_add_text(&text, (const char *)child->content);
    }
    return buf_str(&text);
}

const char *xml_content(struct arena *a, const xmlNode *node)
{
    struct str text = text_of(a, node);
    return text.p ? str_dup(a, trim(text)) : NULL;
}

const char *xml_attribute(struct arena *a, const xmlNode *node, const char *name)
{
    const xmlAttr *attribute = xmlHasNsProp(node, (const xmlChar *)name, NULL);
    struct str text = attribute ? text_of(a, (const xmlNode *)attribute) : (struct str){NULL, 0};
    return text.p ? str_dup(a, text) : NULL;
}

bool xml_base64(struct arena *a, struct str text, struct str *ret)
{
    struct buf packed = buf_new(a, text.n), bytes = buf_new(a, text.n);
    for (size_t i = 0; i < text.n; i++) {
        if (!strchr(blanks, text.p[i]))
            buf_add_char(&packed, text.p[i]);
    }
    if (packed.n == 0 || !buf_base64_decode(&bytes, buf_str(&packed)))
        return false;
    *ret = buf_str(&bytes);
    return true;
}

int64_t xml_time(const char *text)
{
    struct str s = str_of(text);
    /* 2023-11-14T22:13:20.123Z, as 20231114T221320Z */
    char basic[] = "YYYYMMDDThhmmssZ";
    static const char form[] = "YYYY-MM-DDThh:mm:ss";
    if (s.n < sizeof form || s.p[s.n - 1] != 'Z' || (s.n > sizeof form && s.p[19] != '.'))
        return 0;
    size_t n = 0;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        if (form[i] == '-' || form[i] == ':') {
            if (s.p[i] != form[i])
                return 0;
        } else {
            basic[n++] = s.p[i];
        }
    }
    for (size_t i = sizeof form; i + 1 < s.n; i++) {
        if (!ascii_is_digit(s.p[i]))
            return 0;
    }
    int64_t at = 0;
    return clock_parse_basic(basic, sizeof basic - 1, &at) ? at : 0;
}
