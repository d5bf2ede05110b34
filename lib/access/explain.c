/* SPDX-License-Identifier: Apache-2.0 */
#include "access/explain.h"

#include "access/sealed.h"
#include "authz/report.h"
#include "record/records.h"

/* Of what a client sent: no access key id of AWS is longer. */
enum { ACCESS_KEY_ID_MAX = 128 };

/* The code of the failure as far as explanations tell it: a denial says all there is to say, and
   failures of our own are no business of the caller's. NULL: there is none. */
static const char *error_of(const struct record *record)
{
    if (record->other && record->other->code != OK)
        return err_face(record->other->code)->code;
    bool denied = record->kind == RECORD_DECIDED && !record->allowed && !record->would_deny;
    if (record->code == OK || denied || err_face(record->code)->status == 500)
        return NULL;
    return record_error(record);
}

static const char *reason_of(const struct record *record)
{
    return record->reason ? record->reason : record->message;
}

static void add_text(struct buf *b, const char *name, const char *text)
{
    buf_add_char(b, ',');
    buf_json_text(b, name, text);
}

static void add_operation(struct buf *b, const struct record *record)
{
    const struct record_other *other = record->other;
    if (other && !other->operation) { /* somebody asked about an action, or nobody knows */
        add_text(b, "service", other->service);
        return;
    }
    buf_add(b, STR(",\"operation\":\""));
    buf_add_text(b, other ? other->service : record->op->service->name);
    buf_add_char(b, ':');
    buf_add_text(b, other ? other->operation : record->op->name);
    buf_add_char(b, '"');
}

static void add_key(struct buf *b, struct str access_key_id)
{
    buf_add(b, STR(",\"access_key_id\":"));
    if (access_key_id.n <= ACCESS_KEY_ID_MAX && str_is_utf8(access_key_id))
        buf_json(b, access_key_id);
    else
        buf_add(b, STR("null"));
}

static void explain_key(struct buf *b, const struct record *record)
{
    add_text(b, "error", error_of(record));
    add_key(b, record->access_key_id);
    add_text(b, "reason", record->why);
}

static void explain_signature(struct buf *b, const struct record *record)
{
    add_text(b, "error", error_of(record));
    add_key(b, record->access_key_id);
    add_text(b, "reason", record->reason);
    buf_add(b, STR(",\"expected_canonical_request\":"));
    buf_json(b, record->canonical_request);
    buf_add(b, STR(",\"expected_string_to_sign\":"));
    buf_json(b, record->string_to_sign);
}

static void explain_proof(struct buf *b, const struct record *record)
{
    add_operation(b, record);
    add_text(b, "error", error_of(record));
    add_text(b, "reason", reason_of(record));
}

/* One decision, with the request and its context as they were. */
static void add_decision(struct buf *b, const struct record *record,
                         const struct record_decision *d, const struct sandbox *sandbox)
{
    struct authz_context context;
    record_context(record, d, &context);
    const struct authz_request request = {.principal = record->principal,
                                          .action = d->action,
                                          .resource = d->resource,
                                          .context = &context.base,
                                          .resource_account = d->owner,
                                          .scps = record->place.levels,
                                          .rcps = d->owner_place.levels,
                                          .root_only = record->op->root_only};
    const struct authz_report report = {&request, &d->trace, &d->decision};
    buf_add(b, STR("{\"action\":"));
    buf_json(b, d->action);
    buf_add(b, STR(",\"resource\":"));
    buf_json(b, d->resource);
    buf_add_char(b, ',');
    authz_report_decision(b, &d->decision);
    authz_report_trace(b, &report);
    if (d->decision.outcome != AUTHZ_ALLOW && record->account) { /* else nobody could read it */
        struct str failure = str_of(authz_failure(b->arena, &request, &d->decision));
        add_text(b, "encoded_message",
                 sealed_write(b->arena, sandbox->message_key, record->account, failure));
    }
    buf_add_char(b, '}');
}

/* Where the account stands from which the SCPs come. */
static void add_place(struct buf *b, const struct record *record)
{
    const struct authz_place *place = record->place.place;
    if (!place)
        return;
    bool management = record->account && strcmp(place->management, record->account) == 0;
    buf_add(b, STR(",\"organization\":{"));
    buf_json_text(b, "path", place->path);
    buf_add_text(b,
                 management ? ",\"management_account\":true}" : ",\"management_account\":false}");
}

static void explain_decisions(struct buf *b, const struct record *record,
                              const struct sandbox *sandbox)
{
    const char *error = error_of(record);
    add_operation(b, record);
    add_text(b, "principal", record->principal->arn);
    add_place(b, record);
    buf_add(b, STR(",\"decisions\":["));
    for (const struct record_decision *d = record->decisions; d; d = d->next) {
        add_decision(b, record, d, sandbox);
        if (d->next)
            buf_add_char(b, ',');
    }
    buf_add_text(b, record->allowed ? "],\"allowed\":true" : "],\"allowed\":false");
    if (record->why) /* behind a denial that was let pass, a failure has the last word */
        add_text(b, "reason", error ? reason_of(record) : record->why);
    if (error)
        add_text(b, "error", error);
    if (error && !record->why)
        add_text(b, "reason", reason_of(record));
}

static struct str explain(const struct sandbox *sandbox, struct arena *a,
                          const struct record *record)
{
    struct buf b = buf_new(a, 4096);
    buf_add_char(&b, '{');
    buf_json_text(&b, "request_id", record->request_id);
    if (record->kind == RECORD_KEY_REFUSED)
        explain_key(&b, record);
    else if (record->kind == RECORD_SIGNATURE_REFUSED)
        explain_signature(&b, record);
    else if (record->kind == RECORD_PROOF_REFUSED)
        explain_proof(&b, record);
    else
        explain_decisions(&b, record, sandbox);
    buf_add_char(&b, '}');
    return (struct str){buf_text(&b), b.n};
}

struct str explain_get(struct sandbox *sandbox, struct arena *a, struct str request_id)
{
    const struct record *record = records_find(sandbox->records, request_id);
    if (!record)
        return (struct str){NULL, 0};
    struct str text = explain(sandbox, a, record);
    record_release(record);
    return text;
}

/* The first denial, or else the first of all; NULL: there is none. */
static const struct record_decision *main_decision(const struct record *record)
{
    const struct record_decision *d = record->decisions;
    while (d && d->decision.outcome == AUTHZ_ALLOW)
        d = d->next;
    return d ? d : record->decisions;
}

static const char *text_of(struct arena *a, const char *text)
{
    return text ? arena_strdup(a, text) : NULL;
}

struct explain_line explain_line_of(struct arena *a, const struct record *record)
{
    const struct record_decision *decision = main_decision(record);
    bool proved = record->kind == RECORD_PROOF_REFUSED || record->kind == RECORD_DECIDED;
    struct explain_line line = {
        .request_id = arena_strdup(a, record->request_id),
        .at = record->at,
        .decided = record->kind == RECORD_DECIDED,
        .allowed = record->allowed,
        .error = error_of(record),
    };
    if (proved) {
        const struct record_other *other = record->other;
        line.service = other ? text_of(a, other->service) : record->op->service->name;
        line.operation = other ? text_of(a, other->operation) : record->op->name;
    }
    if (line.decided)
        line.principal = text_of(a, record->principal->arn);
    if (line.decided && decision) {
        line.action = str_dup(a, decision->action);
        line.resource = str_dup(a, decision->resource);
        line.explicitly = decision->decision.outcome == AUTHZ_EXPLICIT_DENY;
    }
    return line;
}

size_t explain_recent(struct sandbox *sandbox, struct arena *a, struct explain_line *ret, size_t n)
{
    const struct record **records = NEW_ARRAY(a, const struct record *, n);
    n = records_recent(sandbox->records, records, n);
    for (size_t i = 0; i < n; i++) {
        ret[i] = explain_line_of(a, records[i]);
        record_release(records[i]);
    }
    return n;
}
