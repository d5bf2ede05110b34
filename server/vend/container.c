/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container credential provider of the SDKs, as ECS and EKS Pod Identity feed it (AWS SDKs and
 * Tools Reference Guide, "Container credential provider"). All there is to know about a container
 * is in its authorization token, sealed with the key of session tokens.
 */
#include "access/sealed.h"
#include "entities.h"
#include "iam_api.h"
#include "model/arn.h"
#include "own_api.h"
#include "queries.h"
#include "server/server.h"
#include "server/vend/service_role.h"

enum { TASK_BYTES = 16 };

/* What sealed messages are bound to. */
static const char purpose[] = "container";

/* Assumes roles for pods, as ECS does for tasks. */
static const char eks[] = "pods.eks.amazonaws.com";

struct container {
    const char *role_id, *service, *task;
};

static char *seal(struct call *c, const struct container *container)
{
    const char *text =
        arena_printf(c->arena, "%s %s %s", container->role_id, container->service, container->task);
    return sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(text));
}

static int unseal(struct call *c, const char *token, struct container *ret)
{
    struct str rest = {NULL, 0};
    if (token)
        rest = sealed_read(c->arena, c->sandbox->session_key, purpose, str_of(token));
    if (!rest.p)
        return call_fail(c, ERR_INVALID_CLIENT_TOKEN_ID,
                         "The header Authorization is missing, or no token of this server.");
    ret->role_id = str_dup(c->arena, str_cut(&rest, ' '));
    ret->service = str_dup(c->arena, str_cut(&rest, ' '));
    ret->task = str_dup(c->arena, rest);
    return OK;
}

static const char *new_task(struct call *c)
{
    unsigned char chance[TASK_BYTES];
    struct buf hex = buf_new(c->arena, 2 * sizeof chance + 1);
    rand_bytes(&c->sandbox->rand, chance, sizeof chance);
    buf_hex(&hex, chance, sizeof chance);
    return buf_text(&hex);
}

/* The role is an ARN, or a name in the default account. */
int own_create_container(struct call *c, const struct own_create_container_in *in,
                         struct own_create_container_out *out)
{
    struct iam_role *role;
    int code = strchr(in->role, ':') ? entity_trusting_role(c, in->role, &role)
                                     : entity_role(c, in->role, &role);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such role.");
    TRY(code);
    *out = (struct own_create_container_out){
        .aws_container_credentials_full_uri =
            arena_printf(c->arena, "http://%.*s%.*s/_iam-local/container/credentials",
                         STR_FMT(request_header(c->rq, "host")), STR_FMT(c->rq->prefix)),
        .aws_container_authorization_token =
            seal(c, &(struct container){role->role_id, in->service, new_task(c)})};
    return OK;
}

/* There is one cluster, default. AWS undocumented: that ECS names the task. */
static const char *source_arn(struct call *c, const struct container *container,
                              const char *account)
{
    const char *region = c->server->config.region;
    return strcmp(container->service, eks) == 0
               ? arena_printf(c->arena, "arn:aws:eks:%s:%s:cluster/default", region, account)
               : arena_printf(c->arena, "arn:aws:ecs:%s:%s:task/default/%s", region, account,
                              container->task);
}

int own_get_container_credentials(struct call *c, const struct own_get_container_credentials_in *in,
                                  struct own_get_container_credentials_out *out)
{
    struct container container = {"", "", ""};
    struct iam_role role;
    struct vended vended;
    TRY(unseal(c, in->authorization, &container));
    int code = q_role_get_by_id(c->tx, &(struct q_role_get_by_id){container.role_id}, &role);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The role is gone.");
    TRY(code);
    const char *account = arn_account(c->arena, role.arn);
    const struct service_session session = {.service = container.service,
                                            .role = &role,
                                            .name = container.task,
                                            .source_arn = source_arn(c, &container, account)};
    TRY(service_role_issue(c, &session, &vended));
    *out = (struct own_get_container_credentials_out){.role_arn = role.arn,
                                                      .access_key_id = vended.access_key_id,
                                                      .secret_access_key = vended.secret,
                                                      .token = vended.token,
                                                      .expiration = vended.expiration};
    return OK;
}
