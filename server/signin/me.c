/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in, and what it means to be that. */
#include "access/account_state.h"
#include "access/console_session.h"
#include "authz/authz.h"
#include "console_api.h"
#include "pages.h"
#include "server/page/ask.h"
#include "server/page/show.h"

static void set_time(json_t *data, const char *name, int64_t at)
{
    char text[CLOCK_TEXT_SIZE];
    clock_iso8601(at, text);
    json_object_set_new(data, name, json_string(text));
}

static int find_account(struct call *c, struct account_state *ret)
{
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    return call_end_look(c, account_state_get(c->tx, c->account, ret));
}

/* A list of what the caller has, or why it is not shown. */
static void add_list(struct call *c, json_t *data, const char *op, const char *member,
                     const char *name, const char *refused)
{
    struct asked asked;
    ask(c, "iam", op, NULL, &asked);
    if (asked.body)
        json_object_set(data, name, json_object_get(asked.body, member));
    else
        json_object_set_new(data, refused, asked_json(&asked));
}

int console_get_me(struct call *c, const struct console_get_me_in *in)
{
    bool done = in->done && strcmp(in->done, "password") == 0;
    bool own = c->signed_in->password_changed && !*c->signed_in->base_key_id;
    struct account_state state;
    TRY(find_account(c, &state));
    bool closed = account_is_closed(&state, &c->sandbox->clock);
    json_t *data = json_pack("{s:s, s:s, s:s*, s:s*}", "title", "Who am I?", "here", "", "issuer",
                             c->principal->issuer, "provider", c->principal->provider);
    if (done)
        json_object_set_new(data, "done", json_string("The password is changed."));
    set_time(data, "ends", c->session->expires);
    set_time(data, "reopen_until", state.closed_at + ACCOUNT_CLOSED_FOR);
    json_object_set_new(data, "closed", json_boolean(closed));
    json_object_set_new(data, "own", json_boolean(own && !closed));
    json_object_set_new(data, "narrowed",
                        json_boolean(*c->session->policy || c->session->n_policy_arns));
    if (own && !closed) {
        add_list(c, data, "ListMFADevices", "MFADevices", "devices", "devices_refused");
        add_list(c, data, "ListAccessKeys", "AccessKeyMetadata", "keys", "keys_refused");
    }
    return page_show(c, &page_me, data);
}
