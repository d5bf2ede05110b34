/* SPDX-License-Identifier: Apache-2.0 */
/* How to point a client at this server, as the banner says it. */
#include "console_api.h"
#include "pages.h"
#include "server/api/admin_guard.h"
#include "server/cli/banner.h"
#include "server/page/show.h"
#include "server/server.h"

static const char *const enforcement_texts[] = {
    [ENFORCE_STRICT] = "Requests are authenticated and authorized as on AWS.",
    [ENFORCE_SOFT] = ("Requests are authenticated. Those that AWS would deny are carried out, and "
                      "the header x-iam-local-would-deny of their answers says so."),
    [ENFORCE_OFF] = "Every access key is taken, and everything is allowed.",
};

int console_get_clients(struct call *c, UNUSED const struct console_get_clients_in *in)
{
    const struct request *rq = c->rq;
    const char *url = arena_printf(c->arena, "http://%.*s%.*s", STR_FMT(request_header(rq, "host")),
                                   STR_FMT(rq->prefix));
    json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:b}", "title", "Point a client here", "here",
                             "", "settings", banner_settings(c->arena, c->server, url), "enforced",
                             enforcement_texts[c->enforcement], "token_wanted",
                             admin_guard(&c->server->config, rq, true) != NULL);
    return page_show(c, &page_clients, data);
}
