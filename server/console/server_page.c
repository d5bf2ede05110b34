/* SPDX-License-Identifier: Apache-2.0 */
/* The server: whether it is well, and the numbers it goes by. */
#include "console_api.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"
#include "server/server.h"

/* An object as a list of names and values, for templates. */
static json_t *pairs(json_t *object)
{
    const char *name;
    json_t *value, *list = json_array();
    json_object_foreach(object, name, value)
        json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "value", value));
    return list;
}

int console_get_server_page(struct call *c, UNUSED const struct console_get_server_page_in *in)
{
    json_t *data = json_pack("{s:s, s:s, s:b}", "title", "Server", "here", "operator",
                             "may_operate", rooms_may_operate(c));
    rooms_ask(c, data, "health", "own", "GetHealth", NULL);
    rooms_ask(c, data, "settings", "own", "GetSettings", NULL);
    json_t *quotas = rooms_ask(c, data, "quotas", "own", "GetQuotas", NULL);
    json_object_set_new(data, "quota_list", pairs(quotas));
    json_object_set_new(data, "tab", json_string("server"));
    return page_show(c, &page_server, data);
}

static int put(struct call *c, const char *op, json_t *input)
{
    struct asked asked;
    ask(c, "own", op, input, &asked);
    return asked.body ? page_go(c, "/console/server") : rooms_refuse(c, &asked, "server");
}

int console_post_enforcement(struct call *c, const struct console_post_enforcement_in *in)
{
    return put(c, "PutEnforcement", json_pack("{s:s}", "enforcement", in->enforcement));
}

int console_post_settings(struct call *c, const struct console_post_settings_in *in)
{
    json_t *input;
    TRY(rooms_input(c,
                    "password_cost# lockout_failures# lockout_address_failures# lockout_seconds#",
                    in, &input));
    return put(c, "PutSettings", input);
}

int console_post_quota(struct call *c, const struct console_post_quota_in *in)
{
    int64_t value;
    if (!str_to_int64(str_of(in->value), &value))
        return call_fail(c, ERR_VALIDATION_ERROR, "A quota is a number.");
    return put(c, "PutQuotas", json_pack("{s:{s:I}}", "quotas", in->name, (json_int_t)value));
}
