/* SPDX-License-Identifier: Apache-2.0 */
/* The sandboxes of the server, and the end of them. */
#include "console_api.h"
#include "own_api.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"
#include "server/server.h"

/* Links lead out of this sandbox, so that they have their own prefix. */
static void add_links(struct call *c, json_t *sandboxes)
{
    size_t i;
    json_t *one;
    json_array_foreach(sandboxes, i, one)
    {
        const char *name = json_string_value(json_object_get(one, "name"));
        bool is_default = strcmp(name, c->server->sandbox->name) == 0;
        json_object_set_new(one, "signin",
                            is_default ? json_string("/signin")
                                       : json_sprintf("/_sandbox/%s/signin", name));
        json_object_set_new(one, "here", json_boolean(strcmp(name, c->sandbox->name) == 0));
        json_object_set_new(one, "is_default", json_boolean(is_default));
    }
}

int console_get_sandboxes_page(struct call *c,
                               UNUSED const struct console_get_sandboxes_page_in *in)
{
    json_t *data = json_pack("{s:s, s:s, s:b}", "title", "Sandboxes", "here", "operator",
                             "may_operate", rooms_may_operate(c));
    json_t *body = rooms_ask(c, data, "sandboxes", "own", "GetSandboxes", NULL);
    add_links(c, json_object_get(body, "sandboxes"));
    json_object_set_new(data, "tab", json_string("sandboxes"));
    return page_show(c, &page_sandboxes, data);
}

int console_post_sandbox(struct call *c, const struct console_post_sandbox_in *in)
{
    struct asked asked;
    ask(c, "own", "PutSandbox", json_pack("{s:s, s:b}", "name", in->name, "keep", in->keep != NULL),
        &asked);
    return asked.body ? page_go(c, "/console/sandboxes") : rooms_refuse(c, &asked, "sandboxes");
}

/*
 * Who is in one sandbox must not wait until another one is left: somebody there may be waiting for
 * this one. So it ends only when nobody is in it; it is taken out when this request leaves its own.
 */
int console_post_sandbox_end(struct call *c, const struct console_post_sandbox_end_in *in)
{
    TRY(rooms_check_operator(c));
    TRY(rooms_check_typed(c, in->typed, in->name));
    if (strcmp(in->name, c->server->sandbox->name) == 0 || strcmp(in->name, c->sandbox->name) == 0)
        return call_fail(c, ERR_DELETE_CONFLICT,
                         "The default sandbox and the one you are in cannot be deleted here.");
    struct sandbox *sandbox = sandboxes_find(c->server->sandboxes, str_of(in->name));
    if (!sandbox)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no sandbox of this name.");
    if (!gate_end_now(&sandbox->gate)) {
        sandbox_release(sandbox);
        return call_fail(c, ERR_SERVICE_UNAVAILABLE,
                         "Requests are on their way in that sandbox. Try again in a moment.");
    }
    c->ends = sandbox;
    return page_go(c, "/console/sandboxes");
}

/* Everybody else has left; nobody is signed in any more. */
int console_post_reset(struct call *c, const struct console_post_reset_in *in)
{
    struct own_reset_sandbox_out out;
    TRY(rooms_check_operator(c));
    TRY(rooms_check_typed(c, in->typed, c->sandbox->name));
    TRY(own_reset_sandbox(c, NULL, &out));
    return page_go(c, "/signin");
}
