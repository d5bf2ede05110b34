/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the sandbox as a whole, and what holds until the next restart. */
#include <jansson.h>

#include "call/call.h"
#include "own_api.h"
#include "server/server.h"

int own_reset_sandbox(struct call *c, UNUSED const struct own_reset_sandbox_in *in,
                      struct own_reset_sandbox_out *out)
{
    clock_shift(&c->sandbox->clock, 0); /* the new account is not made in another time */
    if (server_reset_alone(c->server, c->sandbox, c->arena) < 0)
        return call_fail(c, ERR_SERVICE_FAILURE,
                         "The reset failed, and the root user may be missing. See to it that the "
                         "data directory can be written, then reset again.");
    out->reset = c->sandbox->name;
    return OK;
}

int own_get_enforcement(struct call *c, UNUSED const struct own_get_enforcement_in *in,
                        struct own_get_enforcement_out *out)
{
    enum enforcement now = (enum enforcement)atomic_load(&c->sandbox->enforcement);
    out->enforcement = config_enforcement_name(now);
    return OK;
}

int own_put_enforcement(struct call *c, const struct own_put_enforcement_in *in,
                        struct own_get_enforcement_out *out)
{
    for (int e = ENFORCE_STRICT; e <= ENFORCE_OFF; e++) {
        if (strcmp(in->enforcement, config_enforcement_name((enum enforcement)e)) == 0)
            atomic_store(&c->sandbox->enforcement, e);
    }
    return own_get_enforcement(c, NULL, out);
}

int own_get_quotas(struct call *c, UNUSED const struct own_get_quotas_in *in,
                   struct own_get_quotas_out *out)
{
    struct buf b = buf_new(c->arena, 1024);
    for (int i = 0; i < QUOTA_COUNT; i++) {
        buf_add_char(&b, i ? ',' : '{');
        buf_json_number(&b, quota_rows[i].name, (uint64_t)atomic_load(&c->sandbox->quotas[i]));
    }
    buf_add_char(&b, '}');
    out->quotas = buf_text(&b);
    return OK;
}

static int refuse_quota(struct call *c, const char *name)
{
    struct buf names = buf_new(c->arena, 256);
    for (int i = 0; i < QUOTA_COUNT; i++)
        buf_printf(&names, "%s %s", i ? "," : "", quota_rows[i].name);
    return call_fail(c, ERR_VALIDATION_ERROR, "There is no quota %s. There are:%s", name,
                     buf_text(&names));
}

static int read_quotas(struct call *c, json_t *json, int64_t values[QUOTA_COUNT])
{
    const char *name;
    json_t *value;
    bool numbers = json_is_object(json);
    json_object_foreach(json, name, value)
    {
        enum quota quota;
        if (!quota_find(str_of(name), &quota))
            return refuse_quota(c, name);
        numbers &= json_is_integer(value) && json_integer_value(value) >= 0;
        values[quota] = json_integer_value(value);
    }
    return numbers ? OK
                   : call_fail(c, ERR_VALIDATION_ERROR,
                               "Expected {\"NAME\": NUMBER}, with numbers from 0.");
}

/* All or nothing: values are looked at before any is set. */
int own_put_quotas(struct call *c, const struct own_put_quotas_in *in,
                   struct own_get_quotas_out *out)
{
    int64_t values[QUOTA_COUNT];
    for (int i = 0; i < QUOTA_COUNT; i++)
        values[i] = atomic_load(&c->sandbox->quotas[i]);
    json_t *json = json_loads(in->quotas, JSON_DECODE_ANY, NULL);
    int code = read_quotas(c, json, values);
    json_decref(json);
    TRY(code);
    for (int i = 0; i < QUOTA_COUNT; i++)
        atomic_store(&c->sandbox->quotas[i], values[i]);
    return own_get_quotas(c, NULL, out);
}
