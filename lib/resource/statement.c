/* SPDX-License-Identifier: Apache-2.0 */
/* Statements of a policy that are added and taken away by their Sid, as AddPermission and
   RemovePermission do. */
#include "policy/json.h"
#include "resource/resource_priv.h"

static bool has_sid(const struct node *statement, const char *sid)
{
    const struct node *own = statement->kind == NODE_OBJECT ? node_get(statement, "Sid") : NULL;
    return own && own->kind == NODE_STRING && str_is(own->text, sid);
}

/* The statements of TEXT but that one. */
static size_t add_others(struct buf *b, struct str text, const char *sid)
{
    const struct node *document, *statement;
    size_t bad, n = 0;
    if (!node_read(b->arena, text, &document, &bad) || document->kind != NODE_OBJECT)
        return 0;
    const struct node *list = node_get(document, "Statement");
    for (statement = entries_first(list); statement; statement = entries_next(list, statement)) {
        if (has_sid(statement, sid))
            continue;
        buf_add_text(b, n++ ? "," : "");
        buf_add(b, (struct str){text.p + statement->start, statement->end - statement->start});
    }
    return n;
}

/* Up to the statements; the version is what decides what variables mean. */
static void begin(struct buf *b, struct str text)
{
    const struct node *document, *version = NULL;
    size_t bad;
    if (text.n && node_read(b->arena, text, &document, &bad) && document->kind == NODE_OBJECT)
        version = node_get(document, "Version");
    buf_add_text(b, "{\"Version\":");
    buf_json(b, version ? version->text : STR("2012-10-17"));
    buf_add_text(b, ",\"Statement\":[");
}

const char *policy_without(struct arena *a, const char *policy, const char *sid)
{
    if (!policy)
        return NULL;
    struct buf b = buf_new(a, strlen(policy) + 64);
    begin(&b, str_of(policy));
    size_t n = add_others(&b, str_of(policy), sid);
    buf_add_text(&b, "]}");
    return n ? buf_text(&b) : NULL;
}

const char *policy_with(struct arena *a, const char *policy, const char *statement, const char *sid)
{
    struct str old = str_of(policy ? policy : "");
    struct buf b = buf_new(a, old.n + strlen(statement) + 64);
    begin(&b, old);
    if (old.n && add_others(&b, old, sid))
        buf_add_char(&b, ',');
    buf_add_text(&b, statement);
    buf_add_text(&b, "]}");
    return buf_text(&b);
}
