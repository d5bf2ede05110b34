/* SPDX-License-Identifier: Apache-2.0 */
/* The sandboxes of the server: which there are, and those that come and go. */
#include "call/call.h"
#include "own_api.h"
#include "server/server.h"

static struct own_sandbox describe(struct call *c, const struct sandbox *sandbox)
{
    const char *name = arena_strdup(c->arena, sandbox->name);
    return (struct own_sandbox){name, sandbox->kept,
                                arena_printf(c->arena, "http://%.*s/_sandbox/%s",
                                             STR_FMT(request_header(c->rq, "host")), name)};
}

int own_get_sandboxes(struct call *c, UNUSED const struct own_get_sandboxes_in *in,
                      struct own_get_sandboxes_out *out)
{
    struct sandbox **all;
    size_t n = sandboxes_list(c->server->sandboxes, c->arena, &all);
    out->sandboxes.n = n;
    out->sandboxes.v = NEW_ARRAY(c->arena, struct own_sandbox, n);
    for (size_t i = 0; i < n; i++) {
        out->sandboxes.v[i] = describe(c, all[i]);
        sandbox_release(all[i]);
    }
    return OK;
}

static int not_there(struct call *c)
{
    return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no sandbox of this name.");
}

int own_get_sandbox(struct call *c, const struct own_get_sandbox_in *in,
                    struct own_get_sandbox_out *out)
{
    struct sandbox *sandbox = sandboxes_find(c->server->sandboxes, str_of(in->name));
    if (!sandbox)
        return not_there(c);
    struct own_sandbox shown = describe(c, sandbox);
    sandbox_release(sandbox);
    *out = (struct own_get_sandbox_out){shown.name, shown.keep, shown.endpoint};
    return OK;
}

static int refuse(struct call *c, int code, const char *message)
{
    bool told = code == ERR_LIMIT_EXCEEDED || code == ERR_INVALID_INPUT;
    return call_fail(c, told ? code : ERR_SERVICE_FAILURE, "%s", message);
}

int own_put_sandbox(struct call *c, const struct own_put_sandbox_in *in,
                    struct own_put_sandbox_out *out)
{
    struct sandbox *sandbox = NULL;
    const char *message = NULL;
    if (!sandbox_name_ok(str_of(in->name)))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "A name has up to 64 letters, digits, \"-\" and \"_\".");
    int code = sandboxes_add(c->server->sandboxes, str_of(in->name), in->keep, c->arena, &sandbox,
                             &message);
    if (code != OK && code != ERR_ENTITY_ALREADY_EXISTS)
        return refuse(c, code, message);
    struct own_sandbox shown = describe(c, sandbox);
    sandbox_release(sandbox);
    *out = (struct own_put_sandbox_out){.has_status = code != OK,
                                        .status = 200,
                                        .name = shown.name,
                                        .keep = shown.keep,
                                        .endpoint = shown.endpoint};
    return OK;
}

int own_delete_sandbox(struct call *c, const struct own_delete_sandbox_in *in,
                       struct own_delete_sandbox_out *out)
{
    if (strcmp(in->name, c->server->sandbox->name) == 0)
        return call_fail(c, ERR_DELETE_CONFLICT,
                         "The default sandbox is always there; POST /_iam-local/reset empties it.");
    if (!c->ends)
        return not_there(c);
    out->deleted = c->ends->name;
    return OK;
}
