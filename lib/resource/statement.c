/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of a policy that are added and taken away by their Sid, as AddPermission and
   RemovePermission do. */
#include "policy/json.h"
#include "resource/resource_priv.h"

static bool has_sid(const struct node *statement, const char *sid)
{
    const struct node *own = statement->kind == NODE_OBJECT ? node_get(statement, "Sid") : NULL;
    return sid && own && own->kind == NODE_STRING && str_is(own->text, sid);
}

/* What variables mean depends on the version that is there, or is not. */
static const struct node *begin(struct buf *b, struct str text)
{
    const struct node *document = NULL;
    size_t bad;
    if (text.n && (!node_read(b->arena, text, &document, &bad) || document->kind != NODE_OBJECT))
        document = NULL;
    const struct node *version = document ? node_get(document, "Version") : NULL;
    buf_add_char(b, '{');
    if (!document || version) {
        buf_add_text(b, "\"Version\":");
        buf_json(b, version ? version->text : STR("2012-10-17"));
        buf_add_char(b, ',');
    }
    buf_add_text(b, "\"Statement\":[");
    return document ? node_get(document, "Statement") : NULL;
}

size_t policy_open(struct buf *b, const char *policy, const char *without)
{
    struct str text = str_of(policy ? policy : "");
    const struct node *list = begin(b, text), *statement;
    size_t n = 0;
    for (statement = entries_first(list); statement; statement = entries_next(list, statement)) {
        if (has_sid(statement, without))
            continue;
        buf_add_text(b, n++ ? "," : "");
        buf_add(b, (struct str){text.p + statement->start, statement->end - statement->start});
    }
    return n;
}

const char *policy_without(struct arena *a, const char *policy, const char *sid)
{
    if (!policy)
        return NULL;
    struct buf b = buf_new(a, strlen(policy) + 64);
    size_t n = policy_open(&b, policy, sid);
    buf_add_text(&b, "]}");
    return n ? buf_text(&b) : NULL;
}

const char *policy_with(struct arena *a, const char *policy, const char *statement, const char *sid)
{
    struct buf b = buf_new(a, (policy ? strlen(policy) : 0) + strlen(statement) + 64);
    if (policy_open(&b, policy, sid))
        buf_add_char(&b, ',');
    buf_add_text(&b, statement);
    buf_add_text(&b, "]}");
    return buf_text(&b);
}
