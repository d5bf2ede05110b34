/* SPDX-License-Identifier: Apache-2.0 */
#include "access/explain.h"

#include <pthread.h>
#include <stdio.h>

#include "access/sealed.h"
#include "base/mem.h"
#include "model/ids.h"

/* Of what a client sent: no access key id of AWS is longer. */
enum { ACCESS_KEY_ID_MAX = 128 };

struct record {
    char request_id[UUID_SIZE];
    char *text;
    size_t n, cap;
    size_t sealed_at, sealed_n;
    const unsigned char *key; /* the sandbox's, which seals that part; NULL: there is none */
    char account[ACCOUNT_SIZE];
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

/* FORM has what is known beside text, room and request id. */
static void put(struct explain *explain, const char *request_id, struct str text,
                const struct record *form)
{
    if (text.n > explain->max_bytes)
        return;
    pthread_mutex_lock(&explain->lock);
    struct record *record = take_record(explain, text.n), made = *form;
    made.text = record->text;
    made.cap = record->cap;
    made.n = text.n;
    memcpy(made.text, text.p, text.n);
    memcpy(made.request_id, request_id, UUID_SIZE);
    *record = made;
    pthread_mutex_unlock(&explain->lock);
}

void explain_put(struct explain *explain, const char *request_id, struct str text)
{
    put(explain, request_id, text, &(struct record){.key = NULL});
}

/* A copy of the record in the arena; its text is not yet sealed. */
static struct record copy(struct arena *a, const struct record *record)
{
    struct record ret = *record;
    ret.text = arena_strndup(a, record->text, record->n);
    return ret;
}

/* Its text, with the sealed message or with none. */
static struct str show(struct arena *a, const struct record *record, bool message)
{
    if (!record->key)
        return (struct str){record->text, record->n};
    struct str failure = {record->text + record->sealed_at, record->sealed_n};
    size_t behind = record->sealed_at + record->sealed_n;
    struct buf b = buf_new(a, record->n);
    buf_add(&b, (struct str){record->text, record->sealed_at});
    if (message)
        buf_add_text(&b, sealed_write(a, record->key, record->account, failure));
    buf_add(&b, (struct str){record->text + behind, record->n - behind});
    return (struct str){buf_text(&b), b.n};
}

/* The latest first; NULL: there is none. */
static struct record *find(const struct explain *explain, struct str request_id)
{
    size_t end = explain->next + explain->capacity;
    for (size_t back = 1; back <= explain->capacity; back++) {
        struct record *record = &explain->records[(end - back) % explain->capacity];
        if (record->n && str_is(request_id, record->request_id))
            return record;
    }
    return NULL;
}

struct str explain_get(struct explain *explain, struct arena *a, struct str request_id)
{
    struct record found = {.text = NULL};
    pthread_mutex_lock(&explain->lock);
    const struct record *record = find(explain, request_id);
    if (record)
        found = copy(a, record);
    pthread_mutex_unlock(&explain->lock);
    return found.text ? show(a, &found, true) : (struct str){NULL, 0};
}

size_t explain_recent(struct explain *explain, struct arena *a, struct str *ret, size_t n)
{
    size_t found = 0;
    struct record *records = NEW_ARRAY(a, struct record, n);
    pthread_mutex_lock(&explain->lock);
    size_t end = explain->next + explain->capacity;
    for (size_t back = 1; back <= explain->capacity && found < n; back++) {
        const struct record *record = &explain->records[(end - back) % explain->capacity];
        if (record->n)
            records[found++] = copy(a, record);
    }
    pthread_mutex_unlock(&explain->lock);
    for (size_t i = 0; i < found; i++)
        ret[i] = show(a, &records[i], false);
    return found;
}

/* Whether a parameter or header of that name may hold what lets somebody in. */
static bool is_secret(struct str name)
{
    static const char *const words[] = {"token",         "password",   "secret",
                                        "code",          "privatekey", "assertion",
                                        "authorization", "cookie",     NULL};
    for (const char *const *word = words; *word; word++) {
        size_t n = strlen(*word);
        for (size_t i = 0; i + n <= name.n; i++) {
            if (str_same_fold(name.p + i, *word, n))
                return true;
        }
    }
    return false;
}

/* NAME and value with SEPARATOR between them; what is signed without a value has neither. */
static void add_signed(struct buf *b, struct str value, char separator)
{
    struct str name = str_cut(&value, separator);
    buf_add(b, name);
    if (!value.p)
        return;
    buf_add_char(b, separator);
    buf_add(b, is_secret(name) ? STR("(hidden)") : value);
}

/* The canonical request without secrets: its third line is the query, and headers follow. */
static struct str without_secrets(struct arena *a, struct str canonical_request)
{
    enum { QUERY_LINE = 2 };
    struct buf b = buf_new(a, canonical_request.n + 1);
    for (int line = 0; canonical_request.p; line++) {
        struct str rest = str_cut(&canonical_request, '\n');
        if (line > 0)
            buf_add_char(&b, '\n');
        if (line < QUERY_LINE)
            buf_add(&b, rest);
        else if (line > QUERY_LINE)
            add_signed(&b, rest, ':');
        for (bool more = false; line == QUERY_LINE && rest.p; more = true) {
            if (more)
                buf_add_char(&b, '&');
            add_signed(&b, str_cut(&rest, '&'), '=');
        }
    }
    return buf_str(&b);
}

void explain_signature(const struct call *c, struct str access_key_id, struct str canonical_request,
                       struct str string_to_sign)
{
    struct buf b = buf_new(c->arena, 1024);
    buf_add_char(&b, '{');
    buf_json_text(&b, "request_id", c->request_id);
    buf_add(&b, STR(",\"error\":\"SignatureDoesNotMatch\",\"access_key_id\":"));
    buf_json(&b, access_key_id);
    buf_add_char(&b, ',');
    buf_json_text(&b, "reason", c->reason);
    buf_add(&b, STR(",\"expected_canonical_request\":"));
    buf_json(&b, without_secrets(c->arena, canonical_request));
    buf_add(&b, STR(",\"expected_string_to_sign\":"));
    buf_json(&b, string_to_sign);
    buf_add_char(&b, '}');
    explain_put(c->sandbox->explain, c->request_id, buf_str(&b));
}

void explain_token(const struct call *c, struct str access_key_id, int code, const char *reason)
{
    struct buf b = buf_new(c->arena, 256);
    buf_add_char(&b, '{');
    buf_json_text(&b, "request_id", c->request_id);
    buf_printf(&b, ",\"error\":\"%s\",\"access_key_id\":", err_face(code)->code);
    if (access_key_id.n <= ACCESS_KEY_ID_MAX && str_is_utf8(access_key_id))
        buf_json(&b, access_key_id);
    else
        buf_add(&b, STR("null"));
    buf_add_char(&b, ',');
    buf_json_text(&b, "reason", reason);
    buf_add_char(&b, '}');
    explain_put(c->sandbox->explain, c->request_id, buf_str(&b));
}

void explain_refusal(const struct call *c, int code)
{
    struct buf b = buf_new(c->arena, 512);
    buf_add_char(&b, '{');
    buf_json_text(&b, "request_id", c->request_id);
    buf_printf(&b, ",\"operation\":\"%s:%s\",\"error\":\"%s\",", c->op->service->name, c->op->name,
               err_face(code)->code);
    buf_json_text(&b, "reason", c->reason ? c->reason : c->message);
    buf_add_char(&b, '}');
    explain_put(c->sandbox->explain, c->request_id, buf_str(&b));
}

/* Puts REST in the place of the last brace, if there is room. */
static void extend(struct explain *explain, struct record *record, struct str rest)
{
    size_t n = record->n - 1 + rest.n;
    if (n > record->cap) {
        if (explain->bytes - record->cap + n > explain->max_bytes)
            return;
        record->text = mem_realloc(record->text, n);
        explain->bytes += n - record->cap;
        record->cap = n;
    }
    memcpy(record->text + record->n - 1, rest.p, rest.n);
    record->n = n;
}

void explain_failure(const struct call *c, int code)
{
    struct explain *explain = c->sandbox->explain;
    struct buf b = buf_new(c->arena, 256);
    buf_printf(&b, ",\"error\":\"%s\",", err_face(code)->code);
    buf_json_text(&b, "reason", c->reason ? c->reason : c->message);
    buf_add_char(&b, '}');
    pthread_mutex_lock(&explain->lock);
    struct record *record = find(explain, str_of(c->request_id));
    if (record)
        extend(explain, record, buf_str(&b));
    pthread_mutex_unlock(&explain->lock);
}

void explain_begin(struct explanation *e, const struct call *c)
{
    struct buf *b = &e->text;
    *e = (struct explanation){.text = buf_new(c->arena, 1024)};
    buf_add_char(b, '{');
    buf_json_text(b, "request_id", c->request_id);
    buf_add(b, STR(",\"operation\":\""));
    buf_add_text(b, c->op->service->name);
    buf_add_char(b, ':');
    buf_add_text(b, c->op->name);
    buf_add(b, STR("\","));
    buf_json_text(b, "principal", c->principal->arn);
    buf_add(b, STR(",\"decisions\":["));
}

void explain_add(struct explanation *e, const struct authz_report *report, const char *failure)
{
    struct buf *b = &e->text;
    buf_add_text(b, b->p[b->n - 1] == '}' ? ",{\"action\":" : "{\"action\":");
    buf_json(b, report->request->action);
    buf_add(b, STR(",\"resource\":"));
    buf_json(b, report->request->resource);
    buf_add_char(b, ',');
    authz_report_decision(b, report->decision);
    authz_report_trace(b, report);
    if (failure) {
        buf_add(b, STR(",\"encoded_message\":\""));
        e->sealed_at = b->n;
        e->sealed_n = strlen(failure);
        buf_add_text(b, failure);
        buf_add_char(b, '"');
    }
    buf_add_char(b, '}');
}

void explain_end(struct explanation *e, const struct call *c, bool allowed)
{
    struct buf *b = &e->text;
    struct record form = {.sealed_at = e->sealed_at, .sealed_n = e->sealed_n};
    buf_add_text(b, allowed ? "],\"allowed\":true" : "],\"allowed\":false");
    if (!allowed && c->reason) {
        buf_add_char(b, ',');
        buf_json_text(b, "reason", c->reason);
    }
    buf_add_char(b, '}');
    if (e->sealed_n) {
        form.key = c->sandbox->message_key;
        snprintf(form.account, sizeof form.account, "%s", c->account);
    }
    put(c->sandbox->explain, c->request_id, buf_str(b), &form);
}
