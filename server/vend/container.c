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
#include "queries.h"
#include "server/api/admin_endpoint.h"
#include "server/api/respond.h"
#include "server/vend/service_role.h"

enum { TASK_BYTES = 16 };

/* What sealed messages are bound to. */
static const char purpose[] = "container";

/* The services that assume roles for containers. */
static const char ecs[] = "ecs-tasks.amazonaws.com", eks[] = "pods.eks.amazonaws.com";

struct container {
    const char *role_id, *service, *task;
};

static char *seal(struct own_call *own, const struct container *container)
{
    struct call *c = &own->call;
    const char *text =
        arena_printf(c->arena, "%s %s %s", container->role_id, container->service, container->task);
    return sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(text));
}

static bool unseal(struct own_call *own, struct str token, struct container *ret)
{
    struct arena *a = own->call.arena;
    struct str rest = sealed_read(a, own->call.sandbox->session_key, purpose, token);
    if (!rest.p)
        return false;
    ret->role_id = str_dup(a, str_cut(&rest, ' '));
    ret->service = str_dup(a, str_cut(&rest, ' '));
    ret->task = str_dup(a, rest);
    return true;
}

static const char *new_task(struct call *c)
{
    unsigned char chance[TASK_BYTES];
    struct buf hex = buf_new(c->arena, 2 * sizeof chance + 1);
    rand_bytes(&c->sandbox->rand, chance, sizeof chance);
    buf_hex(&hex, chance, sizeof chance);
    return buf_text(&hex);
}

/* ROLE is an ARN, or a name in the default account. */
static int offer(struct own_call *own, const char *role, const char *service, const char **ret)
{
    struct call *c = &own->call;
    struct iam_role *found;
    TRY(strchr(role, ':') ? entity_trusting_role(c, role, &found) : entity_role(c, role, &found));
    *ret = seal(own, &(struct container){found->role_id, service, new_task(c)});
    return OK;
}

static void reply_offer(struct admin *r, const char *token)
{
    const char *uri = arena_printf(r->arena, "http://%.*s%.*s/_iam-local/container/credentials",
                                   STR_FMT(request_header(r->rq, "host")), STR_FMT(r->rq->prefix));
    admin_reply(r, 200,
                json_pack("{s:s, s:s}", "AWS_CONTAINER_CREDENTIALS_FULL_URI", uri,
                          "AWS_CONTAINER_AUTHORIZATION_TOKEN", token));
}

static void refuse_offer(struct admin *r, int code, const char *message)
{
    if (code == ERR_NOT_FOUND)
        admin_error(r, 404, "There is no such role.");
    else if (code == ERR_VALIDATION_ERROR)
        admin_error(r, 400, message);
    else
        admin_error(r, 500, "The role could not be read.");
}

void admin_post_container(struct admin *r)
{
    json_t *body = admin_body(r);
    if (!body)
        return;
    const char *role = admin_text(r, body, "role"), *service = admin_text(r, body, "service");
    bool odd = json_object_get(body, "service") && !service;
    json_decref(body);
    service = service ? service : ecs;
    if (!role || odd || (strcmp(service, ecs) != 0 && strcmp(service, eks) != 0)) {
        admin_error(r, 400,
                    "Expected {\"role\": \"NAME or ARN\"}, and perhaps \"service\": "
                    "\"ecs-tasks.amazonaws.com\" or \"pods.eks.amazonaws.com\".");
        return;
    }
    struct own_call own;
    const char *token = NULL;
    int code = own_call_begin(r->server, r->sandbox, r->arena, r->rq, false, &own);
    if (code == OK)
        code = own_call_end(&own, offer(&own, role, service, &token));
    if (code == OK)
        reply_offer(r, token);
    else
        refuse_offer(r, code, own.call.message);
}

/* There is one cluster, default. AWS undocumented: that ECS names the task. */
static const char *source_arn(struct own_call *own, const struct container *container,
                              const char *account)
{
    struct arena *a = own->call.arena;
    const char *region = own->server->config.region;
    return strcmp(container->service, eks) == 0
               ? arena_printf(a, "arn:aws:eks:%s:%s:cluster/default", region, account)
               : arena_printf(a, "arn:aws:ecs:%s:%s:task/default/%s", region, account,
                              container->task);
}

static int issue(struct own_call *own, struct admin *r, struct iam_role *role,
                 struct sts_credentials **ret)
{
    struct call *c = &own->call;
    struct container container;
    if (!unseal(own, request_header(r->rq, "authorization"), &container))
        return call_fail(c, ERR_INVALID_CLIENT_TOKEN_ID,
                         "The header Authorization is missing, or no token of this server.");
    int code = q_role_get_by_id(c->tx, &(struct q_role_get_by_id){container.role_id}, role);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The role is gone.");
    TRY(code);
    const char *account = arn_account(c->arena, role->arn);
    const struct service_session session = {.service = container.service,
                                            .role = role,
                                            .name = container.task,
                                            .source_arn = source_arn(own, &container, account)};
    return service_role_issue(own, &session, r->response, ret);
}

/* AWS undocumented: codes and words of the refusals; ECS has members of these names. */
static void refuse(struct admin *r, int code, const char *message)
{
    const struct err_face *face = err_face(code);
    admin_reply(r, face->status,
                json_pack("{s:s, s:s}", "code", face->code, "message",
                          message ? message : "The role could not be read."));
}

void admin_get_container_credentials(struct admin *r)
{
    struct own_call own;
    struct iam_role role = {.arn = NULL};
    struct sts_credentials *credentials = NULL;
    int code = own_call_begin(r->server, r->sandbox, r->arena, r->rq, false, &own);
    if (code == OK)
        code = own_call_end(&own, issue(&own, r, &role, &credentials));
    if (code < 0) {
        refuse(r, code, own.call.message);
        return;
    }
    json_t *answer = json_pack("{s:s}", "RoleArn", role.arn);
    service_role_describe(answer, credentials);
    admin_reply(r, 200, answer);
}
