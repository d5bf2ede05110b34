/* SPDX-License-Identifier: Apache-2.0 */
/* Where the admin token is typed in: the session has its rights from then on. */
#include "access/console_session.h"
#include "authn/lockout.h"
#include "console_api.h"
#include "pages.h"
#include "queries.h"
#include "server/api/admin_guard.h"
#include "server/console/rooms.h"
#include "server/page/show.h"
#include "server/server.h"

static int show(struct call *c, int status, const char *wrong)
{
    json_t *data =
        json_pack("{s:s, s:s, s:s, s:b, s:b, s:s*}", "title", "Rights of an operator", "here",
                  "operator", "tab", "operator", "may_operate", rooms_may_operate(c), "made",
                  c->server->config.admin_token_made, "wrong", wrong);
    return page_show_status(c, status, &page_operator, data);
}

int console_get_operator(struct call *c, UNUSED const struct console_get_operator_in *in)
{
    return show(c, 200, NULL);
}

/* Wrong tokens count as wrong passwords of a name do, and keep out who tries and nobody else. */
int console_post_operator(struct call *c, const struct console_post_operator_in *in)
{
    struct lockout *lockout = c->sandbox->lockout;
    const struct lockout_rule rule = {call_setting(c, SETTING_LOCKOUT_FAILURES),
                                      call_setting(c, SETTING_LOCKOUT_SECONDS)};
    struct str key = str_of(arena_printf(c->arena, "admin token %s", c->signed_in->owner));
    int64_t left = lockout_left(lockout, key, c->now, &rule);
    if (left > 0) {
        return show(c, 429,
                    arena_printf(c->arena,
                                 "Too many wrong tokens. The next one is looked at in %d seconds.",
                                 (int)left));
    }
    if (!admin_token_is(&c->server->config, str_of(in->token))) {
        lockout_failed(lockout, key, c->now, &rule);
        return show(c, 403, "That is not the admin token.");
    }
    lockout_succeeded(lockout, key);
    TRY(q_console_session_empower(c->tx, &(struct q_console_session_empower){c->signed_in->id}));
    return page_go(c, "/console/server");
}
