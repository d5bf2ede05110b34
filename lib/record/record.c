/* SPDX-License-Identifier: Apache-2.0 */
#include "record/record.h"

#include "base/clock.h"
#include "record/events.h"
#include "record/record_priv.h"

struct record *record_of(struct call *c)
{
    if (c->record)
        return c->record;
    struct record *record = c->record = NEW(c->arena, struct record);
    record->request_id = c->request_id;
    record->sandbox = c->sandbox->name;
    record->at = c->now;
    record->source_ip = str_of(c->rq->source_ip);
    record->user_agent = request_header(c->rq, "user-agent");
    record->referer = request_header(c->rq, "referer");
    record->host = request_header(c->rq, "host");
    return record;
}

void record_key_refused(struct call *c, const char *why)
{
    struct record *record = record_of(c);
    record->kind = RECORD_KEY_REFUSED;
    record->why = why;
}

/* Whether a parameter or header of that name may hold what lets somebody in. */
static bool is_secret(struct str name)
{
    static const char *const words[] = {
        "token",         "password", "secret",       "code",    "privatekey", "assertion",
        "authorization", "cookie",   "customer-key", "api-key", NULL};
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

void record_signature_refused(struct call *c, struct str canonical_request,
                              struct str string_to_sign)
{
    struct record *record = record_of(c);
    record->kind = RECORD_SIGNATURE_REFUSED;
    record->canonical_request = without_secrets(c->arena, canonical_request);
    record->string_to_sign = string_to_sign;
}

void record_proof_refused(struct call *c)
{
    record_of(c)->kind = RECORD_PROOF_REFUSED;
}

static size_t kept_tags(void *owner, const struct authz_tag **ret)
{
    const struct record_decision *d = owner;
    *ret = d->resource_tags;
    return d->n_resource_tags;
}

struct str record_region(struct str service, struct str signed_for)
{
    return str_is(service, "sts") && signed_for.n ? signed_for : STR("us-east-1");
}

struct str record_asked_in(const struct record *record, const struct record_decision *d)
{
    struct str name = d->action, prefix = str_cut(&name, ':');
    return record->other ? record->region : record_region(prefix, record->region);
}

/* Of our own services it is IAM, as are the roles that STS is asked for. */
static const char *resource_service(const struct record *record)
{
    return record->other ? record->other->resource_prefix : "iam";
}

void record_context(const struct record *record, const struct record_decision *d,
                    struct authz_context *ret)
{
    authz_context_init(ret);
    ret->principal = record->principal;
    bool service = record->principal->kind == PRINCIPAL_SERVICE;
    ret->principal_place = record->principal->account ? record->place.place : NULL;
    ret->resource_place = d->owner_place.place;
    ret->source_place = service ? record->place.place : NULL;
    ret->resource_account = d->account;
    ret->source_ip = record->source_ip;
    ret->user_agent = record->user_agent;
    ret->referer = record->referer;
    ret->region = record_asked_in(record, d);
    ret->resource_service = resource_service(record);
    ret->now = record->at;
    ret->secure_transport = true; /* the listener stands in for AWS's https endpoint */
    ret->request_tags = d->tags.v;
    ret->n_request_tags = d->tags.n;
    ret->tag_keys = d->tags.keys;
    ret->n_tag_keys = d->tags.n_keys;
    ret->keys = d->keys;
    ret->n_keys = d->n_keys;
    ret->given = record->given;
    ret->n_given = record->n_given;
    ret->resource_tags = kept_tags;
    ret->owner = (void *)(uintptr_t)d;
}

const struct record *record_complete(struct call *c, int code, const char *would_deny)
{
    struct record *record = record_of(c);
    record->complete = true;
    record->took_us = clock_monotonic_us() - c->arrived_us;
    if (!record->principal)
        record->principal = c->principal;
    record->view = c->view;
    record->op = c->op;
    record->account = c->account;
    record->code = code;
    record->message = c->message;
    record->reason = c->reason;
    record->would_deny = would_deny;
    return record;
}

const char *record_error(const struct record *record)
{
    const struct err_face *face = err_face(record->code);
    bool aws = record->op && record->op->callers == API_PRINCIPALS;
    return aws && record->op->service->protocol != API_QUERY ? face->json_code : face->code;
}

void record_decide_anew(struct call *c)
{
    struct record *record = record_of(c);
    record_release_parts(record);
    record->place = (struct record_place){.membership = NULL};
    record->decisions = NULL;
    record->kind = RECORD_PLAIN;
}

void record_end(struct call *c)
{
    const struct record *record = c->record;
    if (!record)
        return;
    if (record->complete)
        events_keep(c->sandbox->events, record);
    bool kept = record->complete && record->code != ERR_SERVICE_FAILURE;
    for (const struct record *also = record->also; also && kept; also = also->also)
        events_keep(c->sandbox->events, also);
    if (record->complete && record->kind != RECORD_PLAIN)
        records_keep(c->sandbox->records, record);
    record_decide_anew(c);
    c->record = NULL;
}
