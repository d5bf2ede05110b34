/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EC2 User Guide, "Use the Instance Metadata Service to access instance metadata"; IAM User Guide,
 * "Troubleshoot IAM and Amazon EC2". Sessions are asked for with tokens, as HttpTokens=required
 * has it. A token is its expiry, sealed with the key of session tokens.
 */
#include "server/vend/imds.h"

#include <inttypes.h>

#include "access/sealed.h"
#include "iam_api.h"
#include "server/api/admin_guard.h"
#include "server/api/respond.h"
#include "server/vend/instance.h"
#include "server/vend/service_role.h"

enum { TTL_MAX = 21600 };

#define CREDENTIALS "/latest/meta-data/iam/security-credentials"

/* What sealed messages are bound to. */
static const char purpose[] = "instance";

struct imds {
    struct own_call own;
    struct instance instance;
    struct response *response;
    struct str rest; /* of the path, behind that of the document */
};

/* AWS undocumented: the words of refusals, which are in HTML. */
static int reply(struct imds *m, int status, const char *text)
{
    m->response->status = status;
    m->response->body = str_of(text);
    response_add(m->response, "content-type", "text/plain");
    response_add(m->response, "cache-control", "no-store");
    return OK;
}

/* Takes over the reference. */
static int reply_json(struct imds *m, json_t *json)
{
    respond_json(m->own.call.arena, 200, json, m->response);
    return OK;
}

/* The head of the documents below iam/. */
static json_t *document(const struct imds *m, const char *code)
{
    char now[CLOCK_TEXT_SIZE];
    clock_iso8601(m->own.call.now, now);
    return json_pack("{s:s, s:s}", "Code", code, "LastUpdated", now);
}

static int put_token(struct imds *m)
{
    struct call *c = &m->own.call;
    struct str header = request_header(c->rq, "x-aws-ec2-metadata-token-ttl-seconds");
    int64_t ttl = 0;
    if (!str_to_int64(header, &ttl) || ttl < 1 || ttl > TTL_MAX)
        return reply(m, 400, "X-aws-ec2-metadata-token-ttl-seconds has to be 1 to 21600.");
    const char *expiry = arena_printf(c->arena, "%" PRId64, c->now + ttl);
    response_add(m->response, "x-aws-ec2-metadata-token-ttl-seconds", str_dup(c->arena, header));
    return reply(m, 200, sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(expiry)));
}

static bool token_ok(const struct call *c)
{
    int64_t expiry;
    struct str token = request_header(c->rq, "x-aws-ec2-metadata-token");
    struct str text = sealed_read(c->arena, c->sandbox->session_key, purpose, token);
    return text.p && str_to_int64(text, &expiry) && c->now < expiry;
}

static int get_instance_id(struct imds *m)
{
    return reply(m, 200, m->instance.id);
}

static int get_region(struct imds *m)
{
    return reply(m, 200, m->own.server->config.region);
}

static const char *zone(const struct imds *m)
{
    return arena_printf(m->own.call.arena, "%sa", m->own.server->config.region);
}

static int get_zone(struct imds *m)
{
    return reply(m, 200, zone(m));
}

static int get_identity(struct imds *m)
{
    return reply_json(m,
                      json_pack("{s:s, s:s, s:s, s:s, s:s}", "accountId", m->instance.account,
                                "availabilityZone", zone(m), "instanceId", m->instance.id, "region",
                                m->own.server->config.region, "version", "2017-09-30"));
}

static int not_found(struct imds *m)
{
    return reply(m, 404, "Not Found");
}

/* AWS undocumented: the message for a profile that was deleted. */
static int get_info(struct imds *m)
{
    const struct instance *instance = &m->instance;
    if (!instance->profile_arn)
        return not_found(m);
    json_t *info = document(m, instance->gone ? "InstanceProfileNotFound" : "Success");
    const char *message = instance->gone    ? "The instance profile has been deleted."
                          : !instance->role ? "Instance Profile does not contain a role."
                                            : NULL;
    if (message)
        json_object_set_new(info, "Message", json_string(message));
    json_object_set_new(info, "InstanceProfileArn", json_string(instance->profile_arn));
    json_object_set_new(info, "InstanceProfileId", json_string(instance->profile_id));
    return reply_json(m, info);
}

static int get_roles(struct imds *m)
{
    return m->instance.role ? reply(m, 200, m->instance.role->role_name) : not_found(m);
}

/* The words are those that SDKs of users have printed. */
static int refuse_role(struct imds *m)
{
    const char *message =
        arena_printf(m->own.call.arena,
                     "EC2 cannot assume the role %s.  Please see documentation at "
                     "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"
                     "#troubleshoot_iam-ec2_errors-info-doc.",
                     m->instance.role->role_name);
    json_t *why_not = document(m, "AssumeRoleUnauthorizedAccess");
    json_object_set_new(why_not, "Message", json_string(message));
    return reply_json(m, why_not);
}

static int get_credentials(struct imds *m)
{
    struct iam_role *role = m->instance.role;
    struct call *c = &m->own.call;
    struct sts_credentials *credentials;
    if (!role || !str_is(m->rest, role->role_name))
        return not_found(m);
    /* AWS undocumented: what EC2 says it assumes the role for */
    const struct service_session session = {
        .service = "ec2.amazonaws.com",
        .role = role,
        .name = m->instance.id,
        .source_arn =
            arena_printf(c->arena, "arn:aws:ec2:%s:%s:instance/%s", m->own.server->config.region,
                         m->instance.account, m->instance.id),
    };
    int code = service_role_issue(&m->own, &session, m->response, &credentials);
    if (code == ERR_ACCESS_DENIED)
        return refuse_role(m);
    TRY(code);
    json_t *answer = document(m, "Success");
    json_object_set_new(answer, "Type", json_string("AWS-HMAC"));
    service_role_describe(answer, credentials);
    return reply_json(m, answer);
}

static const struct item {
    const char *method, *path;
    int (*run)(struct imds *m);
    bool more; /* something has to stand behind the path */
} items[] = {
    {"PUT", "/latest/api/token", put_token, false},
    {"GET", "/latest/dynamic/instance-identity/document", get_identity, false},
    {"GET", "/latest/meta-data/iam/info", get_info, false},
    {"GET", CREDENTIALS, get_roles, false},
    {"GET", CREDENTIALS "/", get_roles, false},
    {"GET", CREDENTIALS "/", get_credentials, true},
    {"GET", "/latest/meta-data/instance-id", get_instance_id, false},
    {"GET", "/latest/meta-data/placement/availability-zone", get_zone, false},
    {"GET", "/latest/meta-data/placement/region", get_region, false},
};

static int dispatch(struct imds *m, const struct request *rq)
{
    struct str method = str_is(rq->method, "HEAD") ? STR("GET") : rq->method;
    const struct item *found = NULL;
    for (size_t i = 0; i < ARRAY_LEN(items) && !found; i++) {
        struct str path = str_of(items[i].path);
        if (!str_starts(rq->path, path) || (rq->path.n > path.n) != items[i].more)
            continue;
        found = &items[i];
        m->rest = (struct str){rq->path.p + path.n, rq->path.n - path.n};
    }
    if (found && found->run == put_token && str_is(method, "PUT"))
        return put_token(m);
    if (!token_ok(&m->own.call))
        return reply(m, 401, "Unauthorized");
    if (!found)
        return not_found(m);
    return str_is(method, found->method) ? found->run(m) : reply(m, 405, "Method Not Allowed");
}

/*
 * Whoever is on the instance gets its credentials without any secret, as on EC2: programs of this
 * host, and others only where the choice of the profile said so. A proxy may be anybody.
 */
static const char *guard(const struct imds *m, const struct request *rq)
{
    if (request_header(rq, "x-forwarded-for").p)
        return "Forwarded requests are refused.";
    const char *why_not = admin_guard(&m->own.server->config, rq, true);
    if (!why_not && !rq->loopback && !m->instance.remote)
        return "On this address there is no instance: choose its profile with \"remote\": true.";
    return why_not;
}

static int run(struct imds *m, const struct request *rq)
{
    TRY(instance_read(&m->own, &m->instance));
    const char *why_not = guard(m, rq);
    return why_not ? reply(m, 403, why_not) : dispatch(m, rq);
}

bool imds_run(struct server *server, struct sandbox *sandbox, struct arena *a,
              const struct request *rq, struct response *ret)
{
    if (!str_starts(rq->path, STR("/latest/")))
        return false;
    struct imds m = {.response = ret};
    int code = own_call_begin(server, sandbox, a, rq, false, &m.own);
    if (code == OK)
        code = own_call_end(&m.own, run(&m, rq));
    if (code < 0) {
        ret->n_headers = 0;
        reply(&m, 500, "The instance could not be read.");
    }
    return true;
}
