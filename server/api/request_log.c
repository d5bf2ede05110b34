/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/request_log.h"

static const char *operation_of(const struct record *r)
{
    return r->op ? r->op->name : NULL;
}

/* Lines about the default one do not name it. */
static const char *sandbox_of(const struct record *r)
{
    return strcmp(r->sandbox, "default") == 0 ? NULL : r->sandbox;
}

static const char *principal_of(const struct record *r)
{
    return r->principal ? r->principal->arn : NULL;
}

static const char *key_of(const struct record *r, struct arena *a)
{
    return r->access_key_id.p ? str_dup(a, r->access_key_id) : NULL;
}

/* CODE and MESSAGE are those of the refusal, or NULL and what would have been one. */
static void log_refusal(const struct log *log, const struct record *r, struct arena *a,
                        const char *code, const char *message)
{
    LOG(log, LOG_INFO, code ? "refused" : "would deny", {"request_id", r->request_id},
        {"sandbox", sandbox_of(r)}, {"operation", operation_of(r)}, {"principal", principal_of(r)},
        {"access_key", key_of(r, a)}, {"code", code}, {"message", message}, {"reason", r->reason});
}

void request_log_outcome(const struct log *log, const struct record *record, struct arena *a,
                         bool lost)
{
    if (record->code < 0 && !lost)
        log_refusal(log, record, a, record_error(record), record->message);
    if (record->would_deny)
        log_refusal(log, record, a, NULL, record->would_deny);
}

void request_log(const struct log *log, const struct record *record, const struct request *rq,
                 const struct response *response)
{
    struct arena *a = response->arena;
    LOG(log, LOG_DEBUG, "request", {"request_id", record->request_id},
        {"method", str_dup(a, rq->method)}, {"path", str_dup(a, request_sent_path(rq))},
        {"operation", operation_of(record)}, {"principal", principal_of(record)},
        {"status", arena_printf(a, "%d", response->status)});
}
