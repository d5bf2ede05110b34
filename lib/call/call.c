/* SPDX-License-Identifier: Apache-2.0 */
#include "call/call.h"

#include <inttypes.h>

#include "model/ids.h"

int call_fail(struct call *c, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    c->message = arena_vprintf(c->arena, format, args);
    va_end(args);
    return code;
}

/* The type's own, or the service's with the member. */
static const char *reason_code(struct call *c, const struct shape_fault *fault)
{
    const char *code = c->op->service->reasons[fault->wrong].code;
    if (fault->reason)
        return fault->reason;
    return fault->member ? arena_printf(c->arena, "%s:%s", code, fault->member) : code;
}

int call_invalid(struct call *c, struct shape_fault fault, const char *message)
{
    const struct api_service *service = c->op->service;
    c->message = message;
    if (service->reasons) {
        c->message = fault.sentence ? fault.sentence : service->reasons[fault.wrong].message;
        c->reason_code = reason_code(c, &fault);
    }
    return service->invalid;
}

int call_no_good(struct call *c, const char *member, const char *reason, const char *message)
{
    c->message = message;
    c->reason_code = reason;
    c->no_good = member;
    return c->op->service->invalid;
}

int call_violates(struct call *c, int code, const char *reason, const char *message)
{
    c->message = message;
    c->reason_code = reason;
    return code;
}

int call_stopped(struct call *c)
{
    return call_fail(c, ERR_SERVICE_UNAVAILABLE, "The server is stopping.");
}

int call_begin_look(struct call *c, struct tx *tx)
{
    TRY(store_begin(c->sandbox->store, false, c->arena, tx));
    c->tx = tx;
    return OK;
}

int call_end_look(struct call *c, int code)
{
    struct tx *tx = c->tx;
    c->tx = NULL;
    memset(c->found, 0, sizeof c->found); /* the next transaction may find something else */
    int end = store_end(tx, true);
    return end < 0 ? end : code;
}

int64_t call_quota(const struct call *c, enum quota quota)
{
    return atomic_load_explicit(&c->sandbox->quotas[quota], memory_order_relaxed);
}

int call_over_quota(struct call *c, const char *called, int64_t quota)
{
    return call_fail(c, ERR_LIMIT_EXCEEDED, "Cannot exceed quota for %s: %" PRId64, called, quota);
}

int call_check_quota(struct call *c, enum quota quota, int64_t n)
{
    int64_t most = call_quota(c, quota);
    return n > most ? call_over_quota(c, quota_rows[quota].called, most) : OK;
}

int64_t call_setting(const struct call *c, enum setting setting)
{
    return atomic_load_explicit(&c->sandbox->settings[setting], memory_order_relaxed);
}

const char *call_new_id(struct call *c, const char *prefix)
{
    char *id = arena_alloc(c->arena, ID_SIZE);
    id_new(&c->sandbox->rand, prefix, c->account, id);
    return id;
}

const char *call_new_organization_id(struct call *c, const char *prefix, size_t n)
{
    char *id = arena_alloc(c->arena, ORGANIZATION_ID_SIZE);
    organization_id_new(&c->sandbox->rand, prefix, n, id);
    return id;
}

const char *call_new_hex_id(struct call *c, const char *prefix)
{
    char *id = arena_alloc(c->arena, ORGANIZATION_ID_SIZE);
    organization_hex_id_new(&c->sandbox->rand, prefix, id);
    return id;
}

const char *call_fold(struct call *c, const char *name)
{
    return str_fold(c->arena, str_of(name));
}
