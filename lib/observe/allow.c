/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/allow.h"

#include "base/clock.h"
#include "observe/smallest_priv.h"
#include "record/record.h"

/* The denial, else the first of all; NULL: no permission was looked at. */
static const struct record_decision *main_of(const struct record *record)
{
    const struct record_decision *d = record->decisions;
    while (d && d->decision.outcome == AUTHZ_ALLOW)
        d = d->next;
    return d ? d : record->decisions;
}

static enum authz_outcome outcome_of(const struct record *record)
{
    const struct record_decision *d = main_of(record);
    return d ? d->decision.outcome : record->allowed ? AUTHZ_ALLOW : AUTHZ_IMPLICIT_DENY;
}

/* Of a request that nobody knows no permission was looked at. */
static const char *decision_of(const struct record *record)
{
    bool unread = record->other && record->other->unread && !record->allowed;
    return unread ? "NotRecognized" : authz_outcome_name(outcome_of(record));
}

/* The name at the end of an ARN. */
static bool is_named(const char *arn, const char *name)
{
    const char *slash = arn ? strrchr(arn, '/') : NULL;
    return arn && (strcmp(arn, name) == 0 || (slash && strcmp(slash + 1, name) == 0));
}

bool allow_fits(const struct allow_filter *filter, const struct record *record)
{
    const struct authz_principal *p = record->principal;
    if (record->kind != RECORD_DECIDED || !p)
        return false;
    bool by = !filter->principal || is_named(p->arn, filter->principal) ||
              is_named(p->issuer, filter->principal);
    enum authz_outcome outcome = outcome_of(record);
    bool any =
        !filter->decision || (strcmp(filter->decision, "Deny") == 0 && outcome != AUTHZ_ALLOW);
    return by && (any || strcmp(filter->decision, decision_of(record)) == 0);
}

/* A statement can say it where a policy is silent, and where that is nobody's but a policy's. */
static bool can_allow(const struct authz_decision *d)
{
    bool no_policy = d->layer == AUTHZ_LAYER_NONE || d->layer == AUTHZ_LAYER_ROOT ||
                     d->layer == AUTHZ_LAYER_BILLING;
    return d->outcome == AUTHZ_IMPLICIT_DENY && !no_policy && !d->unfinished;
}

static bool names_principal(enum authz_layer layer)
{
    return layer == AUTHZ_LAYER_RESOURCE || layer == AUTHZ_LAYER_TRUST ||
           layer == AUTHZ_LAYER_ENDPOINT;
}

/* The role behind a session, since sessions come and go. */
static void add_principal(struct buf *b, const struct authz_principal *p)
{
    const char *arn = p->kind == PRINCIPAL_SESSION && p->issuer ? p->issuer : p->arn;
    const char *name = p->kind == PRINCIPAL_SERVICE    ? "Service"
                       : p->kind == PRINCIPAL_PROVIDER ? "Federated"
                                                       : "AWS";
    buf_printf(b, ",\"Principal\":{\"%s\":", name);
    write_text(b, str_of(arn ? arn : "*"));
    buf_add_char(b, '}');
}

static void add_statement(struct buf *b, const struct record *record,
                          const struct record_decision *d)
{
    struct str pattern = STR("*");
    bool any = str_is(d->resource, "*");
    if (!can_allow(&d->decision) || !str_is_utf8(d->action) ||
        (!any && !write_pattern(b->arena, d->resource, d->unnamed, &pattern)))
        return;
    buf_add(b, STR(",\"allow\":{\"Effect\":\"Allow\""));
    if (names_principal(d->decision.layer))
        add_principal(b, record->principal);
    buf_add(b, STR(",\"Action\":"));
    write_text(b, d->action);
    if (d->decision.layer != AUTHZ_LAYER_TRUST) { /* which is about its role */
        buf_add(b, STR(",\"Resource\":"));
        write_text(b, pattern);
    }
    buf_printf(b, "},\"allow_in\":\"%s\"", authz_layer_name(d->decision.layer));
}

static void add_denier(struct buf *b, const struct authz_decision *d)
{
    if (d->outcome != AUTHZ_EXPLICIT_DENY)
        return;
    buf_printf(b, ",\"denied_by\":{\"layer\":\"%s\",", authz_layer_name(d->layer));
    buf_json_text(b, "policy", d->policy ? d->policy->name : NULL);
    buf_add_char(b, ',');
    buf_json_text(b, "sid", d->statement ? d->statement->sid : NULL);
    if (d->statement) {
        buf_add_char(b, ',');
        buf_json_number(b, "statement", d->statement->index);
    }
    buf_add_char(b, '}');
}

static void add_asked(struct buf *b, const struct record_decision *d)
{
    buf_add(b, STR("\"action\":"));
    buf_json(b, d->action);
    buf_add(b, STR(",\"resource\":"));
    buf_json(b, d->resource);
}

static void add_decisions(struct buf *b, const struct record *record)
{
    buf_add(b, STR(",\"decisions\":["));
    for (const struct record_decision *d = record->decisions; d; d = d->next) {
        buf_add_char(b, '{');
        add_asked(b, d);
        buf_add_char(b, ',');
        buf_json_text(b, "decision", authz_outcome_name(d->decision.outcome));
        add_statement(b, record, d);
        buf_add_text(b, d->next ? "}," : "}");
    }
    buf_add_char(b, ']');
}

void allow_json(struct buf *b, const struct record *record)
{
    char time[CLOCK_TEXT_SIZE];
    const struct record_decision *d = main_of(record);
    const struct record_other *other = record->other;
    clock_iso8601(record->at, time);
    buf_add_char(b, '{');
    buf_json_text(b, "time", time);
    buf_add_char(b, ',');
    buf_json_text(b, "request_id", record->request_id);
    buf_add_char(b, ',');
    buf_json_text(b, "principal", record->principal->arn);
    buf_add_char(b, ',');
    buf_json_text(b, "service", other ? other->service : record->op->service->name);
    buf_add_char(b, ',');
    buf_json_text(b, "operation", other ? other->operation : record->op->name);
    buf_add_char(b, ',');
    buf_json_text(b, "decision", decision_of(record));
    if (other && other->unread) {
        buf_add_char(b, ',');
        buf_json_text(b, "request", other->unread);
        buf_add_char(b, ',');
        buf_json_text(b, "reason", record->why);
    }
    buf_add_text(b, record->would_deny ? ",\"let_pass\":true" : "");
    if (d) {
        buf_add_char(b, ',');
        add_asked(b, d);
        add_statement(b, record, d);
        add_denier(b, &d->decision);
        add_decisions(b, record);
    }
    buf_add_char(b, '}');
}
