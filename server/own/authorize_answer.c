/* SPDX-License-Identifier: Apache-2.0 */
/* What came of a question, as JSON. */
#include "server/own/authorize_priv.h"

const char *authorize_decision(const struct guard_answer *answer)
{
    if (answer->allowed)
        return authz_outcome_name(AUTHZ_ALLOW);
    for (size_t i = 0; i < answer->n_decisions; i++) {
        if (answer->decisions[i].outcome != AUTHZ_ALLOW && !answer->decisions[i].is_hint)
            return authz_outcome_name(answer->decisions[i].outcome);
    }
    return answer->code == OK ? "NotRecognized" : "NotAuthenticated";
}

static void add_text(struct buf *b, const char *name, const char *text)
{
    buf_json_text(b, name, text);
    buf_add_char(b, ',');
}

/* Of a body that is no text, what base64 says. */
static void add_body(struct buf *b, struct str body)
{
    struct buf base64 = {.arena = b->arena};
    if (str_is_utf8(body)) {
        buf_add(b, STR(",\"body\":"));
        buf_json(b, body);
        return;
    }
    buf_base64(&base64, (const unsigned char *)body.p, body.n);
    buf_add(b, STR(",\"body\":"));
    buf_json(b, buf_str(&base64));
    buf_add(b, STR(",\"encoding\":\"base64\""));
}

static void add_decisions(struct buf *b, const struct guard_answer *answer)
{
    buf_add(b, STR("\"decisions\":["));
    for (size_t i = 0; i < answer->n_decisions; i++) {
        const struct guard_decision *d = &answer->decisions[i];
        buf_add_text(b, i ? ",{\"action\":" : "{\"action\":");
        buf_json(b, d->action);
        buf_add(b, STR(",\"resource\":"));
        buf_json(b, d->resource);
        buf_add_char(b, ',');
        buf_json_text(b, "decision", authz_outcome_name(d->outcome));
        buf_add_text(b, d->is_hint ? ",\"hint\":true}" : "}");
    }
    buf_add(b, STR("],"));
}

/* The names that are there already: what several permissions have is told once. */
struct keys {
    struct buf *b;
    const char **names;
    size_t n, size;
};

static bool is_new(struct keys *keys, const char *name)
{
    struct arena *a = keys->b->arena;
    for (size_t i = 0; i < keys->n; i++) {
        if (strcmp(keys->names[i], name) == 0)
            return false;
    }
    if (keys->n == keys->size) {
        size_t size = keys->size ? keys->size * 2 : 16;
        keys->names =
            arena_grow(a, keys->names, keys->size * sizeof(char *), size * sizeof(char *));
        keys->size = size;
    }
    keys->names[keys->n++] = name;
    return true;
}

static void add_key(struct keys *keys, const char *name, const struct str *values, size_t n)
{
    struct buf *b = keys->b;
    if (!is_new(keys, name))
        return;
    if (keys->n > 1)
        buf_add_char(b, ',');
    buf_json(b, str_of(name));
    buf_add_char(b, ':');
    for (size_t i = 0; i < n; i++) {
        buf_add_char(b, i ? ',' : '[');
        buf_json(b, values[i]);
    }
    buf_add_text(b, n ? "]" : "[]");
}

static void add_values(struct keys *keys, const struct authz_key_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct str *list = v[i].list ? v[i].list : &v[i].value;
        add_key(keys, v[i].name, list, v[i].list ? v[i].n : 1);
    }
}

static void add_tags(struct keys *keys, const char *family, const struct authz_tag *tags, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = arena_printf(keys->b->arena, "%s/%.*s", family, STR_FMT(tags[i].key));
        add_key(keys, name, &tags[i].value, 1);
    }
}

enum { DECISIONS_MAX = 64 }; /* whose keys are told; those of one operation hardly differ */

/* What the question says, and its resources; what all requests have is in the explanation. */
static void add_keys(struct buf *b, const struct record *record)
{
    struct keys keys = {.b = b};
    size_t n = 0;
    buf_add(b, STR("\"keys\":{"));
    add_values(&keys, record->given, record->n_given);
    for (const struct record_decision *d = record->decisions; d && n < DECISIONS_MAX; d = d->next) {
        add_values(&keys, d->keys, d->n_keys);
        add_tags(&keys, "aws:RequestTag", d->tags.v, d->tags.n);
        if (d->tags.n_keys)
            add_key(&keys, "aws:TagKeys", d->tags.keys, d->tags.n_keys);
        add_tags(&keys, "aws:ResourceTag", d->resource_tags, d->n_resource_tags);
        n++;
    }
    buf_add(b, STR("},"));
}

static void add_refusal(struct buf *b, const struct guard_refusal *refusal)
{
    buf_add(b, STR("\"refusal\":{"));
    buf_json_number(b, "status", (uint64_t)refusal->status);
    buf_add(b, STR(",\"headers\":{"));
    for (size_t i = 0; i < refusal->n_headers; i++) {
        if (i)
            buf_add_char(b, ',');
        buf_json(b, refusal->headers[i].name);
        buf_add_char(b, ':');
        buf_json(b, refusal->headers[i].value);
    }
    buf_add_char(b, '}');
    add_body(b, refusal->body);
    buf_add(b, STR("},"));
}

struct str authorize_answer(struct call *c, const struct guard_answer *answer,
                            const struct guard_refusal *refusal)
{
    const struct record *record = record_of(c);
    const struct record_other *other = record->other;
    struct buf b = buf_new(c->arena, 1024);
    buf_add_char(&b, '{');
    add_text(&b, "service", other ? other->service : NULL);
    add_text(&b, "operation", other ? other->operation : NULL);
    add_text(&b, "principal", record->principal ? record->principal->arn : NULL);
    add_text(&b, "decision", authorize_decision(answer));
    add_text(&b, "message", answer->message);
    add_text(&b, "reason", answer->reason);
    if (answer->would_deny)
        add_text(&b, "would_deny", answer->would_deny);
    add_decisions(&b, answer);
    add_keys(&b, record);
    if (refusal)
        add_refusal(&b, refusal);
    else
        buf_add(&b, STR("\"refusal\":null,"));
    buf_json_text(&b, "request_id", c->request_id);
    buf_add(&b, STR("}\n"));
    return buf_str(&b);
}
