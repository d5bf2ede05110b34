/* SPDX-License-Identifier: Apache-2.0 */
#include "server/console/editor.h"

#include <stdarg.h>

#include "base/clock.h"
#include "server/console/document.h"
#include "server/page/show.h"

static const char first_document[] = "{\n"
                                     "  \"Version\": \"2012-10-17\",\n"
                                     "  \"Statement\": [\n"
                                     "    {\n"
                                     "      \"Effect\": \"Allow\",\n"
                                     "      \"Action\": [],\n"
                                     "      \"Resource\": []\n"
                                     "    }\n"
                                     "  ]\n"
                                     "}\n";

void editor_add(struct call *c, json_t *data, const char *text, enum policy_kind kind,
                const char *self, const char *at)
{
    json_object_set_new(data, "self", json_string(self));
    json_object_set_new(data, "text", json_string(text));
    json_t *document = document_json(c->arena, str_of(text), kind, at);
    document_cut(document, at);
    json_object_set_new(data, "document", document);
}

void editor_add_sent(struct call *c, json_t *data, const char *text, enum policy_kind kind,
                     const char *self, const struct asked *asked)
{
    editor_add(c, data, document_of_form(c->arena, text ? text : ""), kind, self, NULL);
    json_object_set_new(data, "checked", json_true());
    if (asked)
        editor_refuse(data, NULL, asked);
}

const char *editor_document(struct call *c, const json_t *answer, const char *member)
{
    const char *encoded = json_string_value(json_object_get(answer, member));
    struct buf b = buf_new(c->arena, 1024);
    return encoded && buf_pct_decode(&b, str_of(encoded), false) ? buf_text(&b) : NULL;
}

const char *editor_document_with(struct call *c, const char *text, const char *action,
                                 const char *resource)
{
    if (action && resource)
        return document_with(c->arena, text, action, resource);
    return text ? text : first_document;
}

void editor_refuse(json_t *data, const char *name, const struct asked *asked)
{
    json_t *refusal = asked_json(asked);
    if (name)
        json_object_set_new(data, name, refusal);
    else
        json_object_update_new(data, refusal);
}

const char *console_path(struct call *c, const char *first, ...)
{
    struct buf b = buf_new(c->arena, 128);
    va_list parts;
    buf_add(&b, STR("/console"));
    va_start(parts, first);
    for (const char *part = first; part; part = va_arg(parts, const char *)) {
        buf_add_char(&b, '/');
        bool dots = strcmp(part, ".") == 0 || strcmp(part, "..") == 0; /* as templates do it */
        buf_add_text(&b, dots ? part[1] ? "%252E%252E" : "%252E" : "");
        buf_pct_encode(&b, dots ? STR("") : str_of(part), "");
    }
    va_end(parts);
    return buf_text(&b);
}

int editor_show(struct call *c, const struct page *page, json_t *data, const struct asked *asked)
{
    return page_show_status(c, asked && asked->code ? asked->status : 200, page, data);
}

json_t *console_time(const json_t *seconds)
{
    char text[CLOCK_TEXT_SIZE] = "";
    if (json_is_number(seconds))
        clock_iso8601((int64_t)json_number_value(seconds), text);
    return json_string(text);
}
