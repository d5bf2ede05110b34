/* SPDX-License-Identifier: Apache-2.0 */
#include "access/explain.h"

#include <pthread.h>

#include "base/mem.h"
#include "model/ids.h"

/* Of what a client sent: no access key id of AWS is longer. */
enum { ACCESS_KEY_ID_MAX = 128 };

struct record {
    char request_id[UUID_SIZE];
    char *text;
    size_t n, cap;
};

struct explain {
    pthread_mutex_t lock;
    size_t capacity, next;
    size_t max_bytes, bytes; /* of the texts, by what their records have room for */
    struct record *records;  /* a ring */
};

struct explain *explain_new(size_t capacity, size_t max_bytes)
{
    struct explain *explain = mem_alloc(sizeof *explain);
    pthread_mutex_init(&explain->lock, NULL);
    explain->capacity = capacity;
    explain->max_bytes = max_bytes;
    explain->records = mem_alloc(capacity * sizeof *explain->records);
    return explain;
}

static void drop(struct explain *explain, struct record *record)
{
    explain->bytes -= record->cap;
    mem_free(record->text);
    *record = (struct record){.n = 0};
}

static void drop_records(struct explain *explain)
{
    for (size_t i = 0; i < explain->capacity; i++)
        drop(explain, &explain->records[i]);
}

void explain_free(struct explain *explain)
{
    if (!explain)
        return;
    drop_records(explain);
    pthread_mutex_destroy(&explain->lock);
    mem_free(explain->records);
    mem_free(explain);
}

void explain_clear(struct explain *explain)
{
    pthread_mutex_lock(&explain->lock);
    drop_records(explain);
    pthread_mutex_unlock(&explain->lock);
}

/* The oldest record, with room for N bytes. More of the oldest go when there is too little. */
static struct record *take_record(struct explain *explain, size_t n)
{
    size_t at = explain->next++;
    struct record *record = &explain->records[at % explain->capacity];
    if (record->cap >= n)
        return record;
    drop(explain, record);
    while (explain->bytes + n > explain->max_bytes)
        drop(explain, &explain->records[++at % explain->capacity]);
    record->text = mem_alloc(n);
    record->cap = n;
    explain->bytes += n;
    return record;
}

void explain_put(struct explain *explain, const char *request_id, struct str text)
{
    if (text.n > explain->max_bytes)
        return;
    pthread_mutex_lock(&explain->lock);
    struct record *record = take_record(explain, text.n);
    memcpy(record->text, text.p, text.n);
    record->n = text.n;
    memcpy(record->request_id, request_id, UUID_SIZE);
    pthread_mutex_unlock(&explain->lock);
}

struct str explain_get(struct explain *explain, struct arena *a, struct str request_id)
{
    struct str found = {NULL, 0};
    pthread_mutex_lock(&explain->lock);
    for (size_t i = 0; i < explain->capacity && !found.p; i++) {
        const struct record *record = &explain->records[i];
        if (record->n && str_is(request_id, record->request_id))
            found = (struct str){arena_strndup(a, record->text, record->n), record->n};
    }
    pthread_mutex_unlock(&explain->lock);
    return found;
}

size_t explain_recent(struct explain *explain, struct arena *a, struct str *ret, size_t n)
{
    size_t found = 0;
    pthread_mutex_lock(&explain->lock);
    size_t end = explain->next + explain->capacity;
    for (size_t back = 1; back <= explain->capacity && found < n; back++) {
        const struct record *record = &explain->records[(end - back) % explain->capacity];
        if (record->n)
            ret[found++] = (struct str){arena_strndup(a, record->text, record->n), record->n};
    }
    pthread_mutex_unlock(&explain->lock);
    return found;
}

/* Records are written for every decision, hence without printf. NAME needs no escapes. */
static void add_name(struct buf *b, const char *name)
{
    buf_add_char(b, '"');
    buf_add_text(b, name);
    buf_add(b, STR("\":"));
}

static void add_text(struct buf *b, const char *name, const char *value)
{
    add_name(b, name);
    if (value)
        buf_json(b, str_of(value));
    else
        buf_add(b, STR("null"));
}

static void add_number(struct buf *b, const char *name, size_t value)
{
    add_name(b, name);
    buf_add_number(b, value);
}

static void add_values(struct buf *b, const struct str *values, size_t n)
{
    buf_add_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(b, ',');
        buf_json(b, values[i]);
    }
    buf_add_char(b, ']');
}

static void add_condition(struct buf *b, const struct policy_condition *condition, bool held,
                          const struct policy_context *context)
{
    struct policy_values values = {.n = 0};
    bool present = context->find(context, &condition->key, &values);
    buf_add_char(b, '{');
    add_text(b, "operator", condition->op);
    buf_add(b, STR(",\"key\":"));
    buf_json(b, condition->key.name);
    buf_add(b, STR(",\"policy_values\":"));
    add_values(b, condition->values, condition->n_values);
    buf_add(b, STR(",\"request_values\":"));
    if (present)
        add_values(b, values.v, values.n);
    else
        buf_add(b, STR("null"));
    buf_add_text(b, held ? ",\"met\":true}" : ",\"met\":false}");
}

static void add_step(struct buf *b, const struct policy_step *step,
                     const struct policy_context *context)
{
    static const char *const fits[] = {"applies", "resource does not match", "condition not met"};
    const struct policy_statement *s = step->statement;
    buf_add_char(b, '{');
    add_number(b, "statement", s->index);
    buf_add_char(b, ',');
    add_text(b, "sid", s->sid);
    buf_add_char(b, ',');
    add_number(b, "line", s->line);
    buf_add_char(b, ',');
    add_number(b, "column", s->column);
    buf_add_text(b, s->effect == POLICY_ALLOW ? ",\"effect\":\"Allow\"," : ",\"effect\":\"Deny\",");
    add_text(b, "result", fits[step->fit]);
    buf_add(b, STR(",\"conditions\":["));
    size_t n = step->fit == POLICY_OTHER_RESOURCE ? 0 : s->n_conditions;
    for (size_t i = 0; i < n && i < 64; i++) {
        if (i)
            buf_add_char(b, ',');
        add_condition(b, &s->conditions[i], step->held >> i & 1, context);
    }
    buf_add(b, STR("]}"));
}

/* Every policy in effect, with its statements about the action. */
static void add_policies(struct buf *b, const struct explain_decision *d)
{
    const struct authz_principal *principal = d->principal;
    size_t at = 0;
    for (size_t i = 0; i < principal->n_policies; i++) {
        const struct authz_policy *policy = &principal->policies[i];
        buf_add_text(b, i ? ",{" : "{");
        add_text(b, "policy", policy->name);
        buf_add_char(b, ',');
        add_text(b, "arn", policy->arn);
        buf_add_char(b, ',');
        add_text(b, "layer", authz_layer_name(policy->layer));
        buf_add_char(b, ',');
        add_text(b, "attached_to", policy->owner);
        buf_add(b, STR(",\"statements\":["));
        for (size_t first = at; at < d->trace->ends[i]; at++) {
            if (at > first)
                buf_add_char(b, ',');
            add_step(b, &d->trace->steps.steps[at], d->request->context);
        }
        buf_add(b, STR("]}"));
    }
}

/* A statement that allows the action but failed on its resource or its conditions. */
struct miss {
    const struct authz_policy *policy;
    const struct policy_step *step; /* NULL: there is none */
};

/* The nearest in the layer that decided. */
static struct miss near_miss(const struct explain_decision *d)
{
    struct miss best = {NULL, NULL};
    const struct policy_step *steps = d->trace->steps.steps;
    size_t at = 0;
    for (size_t i = 0; i < d->principal->n_policies; i++) {
        const struct authz_policy *policy = &d->principal->policies[i];
        for (; at < d->trace->ends[i]; at++) {
            if (policy->layer == d->decision->layer &&
                steps[at].statement->effect == POLICY_ALLOW &&
                (!best.step || steps[at].fit > best.step->fit))
                best = (struct miss){policy, &steps[at]};
        }
    }
    return best;
}

static void name_statement(struct buf *b, const struct authz_policy *policy,
                           const struct policy_statement *statement)
{
    buf_printf(b, "Statement %zu", statement->index);
    if (statement->sid)
        buf_printf(b, " (%s)", statement->sid);
    buf_printf(b, " of %s %s (%s)",
               policy->layer == AUTHZ_LAYER_BOUNDARY ? "permissions boundary" : "policy",
               policy->name, policy->owner);
}

/* The conditions that kept a statement from applying. */
static void name_conditions(struct buf *b, const struct policy_step *step)
{
    const struct policy_statement *s = step->statement;
    const char *between = "not under this condition: ";
    for (size_t i = 0; i < s->n_conditions && i < 64; i++) {
        if (step->held >> i & 1)
            continue;
        buf_printf(b, "%s%s %.*s", between, s->conditions[i].op,
                   STR_FMT(s->conditions[i].key.name));
        between = ", ";
    }
}

static void tell_miss(struct buf *b, const struct miss *miss)
{
    name_statement(b, miss->policy, miss->step->statement);
    buf_add(b, STR(" allows it, but "));
    if (miss->step->fit == POLICY_OTHER_RESOURCE)
        buf_add(b, STR("on other resources"));
    else
        name_conditions(b, miss->step);
    buf_add_char(b, '.');
}

/* What an allow lacks: in words, and where a statement would help, that statement. */
static void add_missing(struct buf *b, const struct explain_decision *d)
{
    struct buf text = buf_new(b->arena, 256);
    const struct authz_decision *decision = d->decision;
    struct miss miss = near_miss(d);
    bool addable = decision->outcome != AUTHZ_EXPLICIT_DENY &&
                   decision->layer != AUTHZ_LAYER_RESOURCE &&
                   (!miss.step || miss.step->fit == POLICY_OTHER_RESOURCE);
    if (decision->layer == AUTHZ_LAYER_RESOURCE) {
        buf_add(&text, STR("The resource belongs to another account, where nothing allows it."));
    } else if (decision->outcome == AUTHZ_EXPLICIT_DENY) {
        name_statement(&text, decision->policy, decision->statement);
        buf_add(&text, STR(" denies it; no allow can outweigh that."));
    } else if (miss.step) {
        tell_miss(&text, &miss);
    } else {
        buf_printf(&text, "No statement of %s is about %.*s.",
                   decision->layer == AUTHZ_LAYER_BOUNDARY ? "the permissions boundary"
                                                           : "the policies in effect",
                   STR_FMT(d->request->action));
    }
    buf_add(b, STR(",\"missing\":"));
    buf_json(b, buf_str(&text));
    if (!addable)
        return;
    buf_add(b, STR(",\"would_allow\":{\"Effect\":\"Allow\",\"Action\":"));
    buf_json(b, d->request->action);
    buf_add(b, STR(",\"Resource\":"));
    buf_json(b, d->request->resource);
    buf_add_char(b, '}');
}

void explain_signature(const struct call *c, struct str canonical_request,
                       struct str string_to_sign)
{
    struct buf b = buf_new(c->arena, 1024);
    buf_add_char(&b, '{');
    add_text(&b, "request_id", c->request_id);
    buf_add(&b, STR(",\"error\":\"SignatureDoesNotMatch\",\"expected_canonical_request\":"));
    buf_json(&b, canonical_request);
    buf_add(&b, STR(",\"expected_string_to_sign\":"));
    buf_json(&b, string_to_sign);
    buf_add_char(&b, '}');
    explain_put(c->sandbox->explain, c->request_id, buf_str(&b));
}

void explain_token(const struct call *c, struct str access_key_id, const char *reason)
{
    struct buf b = buf_new(c->arena, 256);
    buf_add_char(&b, '{');
    add_text(&b, "request_id", c->request_id);
    buf_add(&b, STR(",\"error\":\"InvalidClientTokenId\",\"access_key_id\":"));
    if (access_key_id.n <= ACCESS_KEY_ID_MAX && str_is_utf8(access_key_id))
        buf_json(&b, access_key_id);
    else
        buf_add(&b, STR("null"));
    buf_add_char(&b, ',');
    add_text(&b, "reason", reason);
    buf_add_char(&b, '}');
    explain_put(c->sandbox->explain, c->request_id, buf_str(&b));
}

void explain_begin(struct buf *b, const struct call *c)
{
    buf_add_char(b, '{');
    add_text(b, "request_id", c->request_id);
    buf_add(b, STR(",\"operation\":\""));
    buf_add_text(b, c->op->service->name);
    buf_add_char(b, ':');
    buf_add_text(b, c->op->name);
    buf_add(b, STR("\","));
    add_text(b, "principal", c->principal->arn);
    buf_add(b, STR(",\"decisions\":["));
}

static void add_decision(struct buf *b, const struct authz_decision *decision)
{
    add_text(b, "decision", authz_outcome_name(decision->outcome));
    buf_add_char(b, ',');
    add_text(b, "layer", authz_layer_name(decision->layer));
    buf_add_char(b, ',');
    add_text(b, "policy", decision->policy ? decision->policy->name : NULL);
    buf_add_char(b, ',');
    add_text(b, "attached_to", decision->policy ? decision->policy->owner : NULL);
    if (!decision->statement)
        return;
    buf_add_char(b, ',');
    add_number(b, "statement", decision->statement->index);
}

void explain_add(struct buf *b, const struct explain_decision *d)
{
    buf_add_text(b, b->p[b->n - 1] == '}' ? ",{\"action\":" : "{\"action\":");
    buf_json(b, d->request->action);
    buf_add(b, STR(",\"resource\":"));
    buf_json(b, d->request->resource);
    buf_add_char(b, ',');
    add_decision(b, d->decision);
    if (d->principal->kind != PRINCIPAL_ROOT) {
        buf_add(b, STR(",\"policies\":["));
        add_policies(b, d);
        buf_add_char(b, ']');
    }
    if (d->decision->outcome != AUTHZ_ALLOW)
        add_missing(b, d);
    buf_add_char(b, '}');
}

void explain_end(struct buf *b, bool allowed)
{
    buf_add_text(b, allowed ? "],\"allowed\":true}" : "],\"allowed\":false}");
}
