/* SPDX-License-Identifier: Apache-2.0 */
/* The sandboxes of the server: which there are, and those that come and go. */
#include "err.h"
#include "server/api/admin_endpoint.h"

static json_t *describe(struct admin *r, const struct sandbox *sandbox)
{
    const char *url = arena_printf(r->arena, "http://%.*s/_sandbox/%s",
                                   STR_FMT(request_header(r->rq, "host")), sandbox->name);
    return json_pack("{s:s, s:b, s:s}", "name", sandbox->name, "keep", sandbox->kept, "endpoint",
                     url);
}

void admin_get_sandboxes(struct admin *r)
{
    struct sandbox **all;
    json_t *array = json_array();
    size_t n = sandboxes_list(r->server->sandboxes, r->arena, &all);
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(array, describe(r, all[i]));
        sandbox_release(all[i]);
    }
    admin_reply(r, 200, json_pack("{s:o}", "sandboxes", array));
}

/* The one that the path names: a reference, or NULL after an answer. */
static struct sandbox *find(struct admin *r)
{
    struct sandbox *sandbox = sandboxes_find(r->server->sandboxes, r->rest);
    if (!sandbox)
        admin_error(r, 404, "There is no sandbox of this name.");
    return sandbox;
}

void admin_get_sandbox(struct admin *r)
{
    struct sandbox *sandbox = find(r);
    if (sandbox)
        admin_reply(r, 200, describe(r, sandbox));
    sandbox_release(sandbox);
}

/* False after an answer that says what is wrong with the body. */
static bool read_keep(struct admin *r, bool *ret)
{
    json_t *body = r->rq->body.n ? admin_body(r) : json_object();
    json_t *keep = json_object_get(body, "keep");
    bool ok = json_object_size(body) == (keep ? 1 : 0) && (!keep || json_is_boolean(keep));
    *ret = json_is_true(keep);
    if (body && !ok)
        admin_error(r, 400, "Expected {\"keep\": true | false}, or no body.");
    ok &= body != NULL;
    json_decref(body);
    return ok;
}

static void refuse(struct admin *r, int code, const char *message)
{
    const size_t max = r->server->config.max_sandboxes;
    if (code == ERR_LIMIT_EXCEEDED)
        admin_error(r, 409,
                    arena_printf(r->arena,
                                 "There are %zu sandboxes, and --max-sandboxes allows no "
                                 "more: delete one.",
                                 max));
    else
        admin_error(r, code == ERR_INVALID_INPUT ? 400 : 500, message);
}

void admin_put_sandbox(struct admin *r)
{
    bool keep;
    struct sandbox *sandbox = NULL;
    const char *message = NULL;
    if (!sandbox_name_ok(r->rest)) {
        admin_error(r, 400, "A name has up to 64 letters, digits, \"-\" and \"_\".");
        return;
    }
    if (!read_keep(r, &keep))
        return;
    int code = sandboxes_add(r->server->sandboxes, r->rest, keep, r->arena, &sandbox, &message);
    if (code == OK || code == ERR_ENTITY_ALREADY_EXISTS)
        admin_reply(r, code == OK ? 201 : 200, describe(r, sandbox));
    else
        refuse(r, code, message);
    sandbox_release(sandbox);
}

void admin_delete_sandbox(struct admin *r)
{
    if (str_is(r->rest, r->server->sandbox->name)) {
        admin_error(r, 409,
                    "The default sandbox is always there; POST /_iam-local/reset empties it.");
    } else if (r->ends) {
        admin_reply(r, 200, json_pack("{s:s}", "deleted", r->ends->name));
    } else {
        admin_error(r, 404, "There is no sandbox of this name.");
    }
}
