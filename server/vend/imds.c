/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EC2 User Guide, "Use the Instance Metadata Service to access instance metadata"; IAM User Guide,
 * "Troubleshoot IAM and Amazon EC2". Sessions are asked for with tokens, as HttpTokens=required
 * has it. A token is its expiry, sealed with the key of session tokens.
 */
#include <inttypes.h>

#include "access/sealed.h"
#include "iam_api.h"
#include "imds_api.h"
#include "server/api/admin_guard.h"
#include "server/api/paths.h"
#include "server/server.h"
#include "server/vend/instance.h"
#include "server/vend/service_role.h"

/* What sealed messages are bound to. */
static const char purpose[] = "instance";

static bool token_ok(const struct call *c)
{
    int64_t expiry;
    struct str token = request_header(c->rq, "x-aws-ec2-metadata-token");
    struct str text = sealed_read(c->arena, c->sandbox->session_key, purpose, token);
    return text.p && str_to_int64(text, &expiry) && c->now < expiry;
}

static bool asks_for_token(const struct request *rq)
{
    return str_is(rq->method, "PUT") && str_is(rq->path, "/latest/api/token");
}

/*
 * Whoever is on the instance gets its credentials without any secret, as on EC2: programs of this
 * host, and others only where the choice of the profile said so. A proxy may be anybody.
 */
static int guard(struct call *c, UNUSED const struct exchange *x)
{
    if (request_header(c->rq, "x-forwarded-for").p)
        return call_fail(c, ERR_ACCESS_DENIED, "Forwarded requests are refused.");
    const char *why_not = admin_guard(&c->server->config, c->rq, false);
    if (why_not)
        return call_fail(c, ERR_ACCESS_DENIED, "%s", why_not);
    return asks_for_token(c->rq) || token_ok(c) ? OK
                                                : call_fail(c, ERR_UNAUTHORIZED, "Unauthorized");
}

static int find_instance(struct call *c, struct instance *ret)
{
    TRY(instance_read(c, ret));
    return c->rq->loopback || ret->remote
               ? OK
               : call_fail(c, ERR_ACCESS_DENIED,
                           "On this address there is no instance: choose its profile with "
                           "\"remote\": true.");
}

static int not_found(struct call *c)
{
    return call_fail(c, ERR_NO_SUCH_ENDPOINT, "Not Found");
}

static int route(struct call *c, struct exchange *x)
{
    if (c->op)
        return OK;
    return paths_methods(c, x->service) ? call_fail(c, ERR_METHOD_NOT_ALLOWED, "Method Not Allowed")
                                        : not_found(c);
}

/* AWS undocumented: the words of refusals, which are in HTML. */
static void error(struct call *c, const struct exchange *x, int code, struct response *ret)
{
    struct buf b = buf_new(c->arena, 128);
    buf_add_text(&b, c->message ? c->message : "Bad Request");
    protocol_finish(c, &protocol_imds, err_face(code)->status, &b, ret);
    response_add(ret, "cache-control", "no-store");
    if (code == ERR_METHOD_NOT_ALLOWED)
        response_add(ret, "allow", paths_methods(c, x->service));
}

const struct protocol protocol_imds = {"text/plain", guard,        route,
                                       paths_decode, paths_result, error};

int imds_put_token(struct call *c, const struct imds_put_token_in *in,
                   struct imds_put_token_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    if (!in->has_ttl)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "X-aws-ec2-metadata-token-ttl-seconds has to be 1 to 21600.");
    const char *expiry = arena_printf(c->arena, "%" PRId64, c->now + in->ttl);
    out->ttl = in->ttl;
    out->token = str_of(sealed_write(c->arena, c->sandbox->session_key, purpose, str_of(expiry)));
    return OK;
}

int imds_get_instance_id(struct call *c, UNUSED const struct imds_get_instance_id_in *in,
                         struct imds_get_instance_id_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    out->id = str_of(instance.id);
    return OK;
}

int imds_get_region(struct call *c, UNUSED const struct imds_get_region_in *in,
                    struct imds_get_region_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    out->region = str_of(c->server->config.region);
    return OK;
}

static const char *zone(struct call *c)
{
    return arena_printf(c->arena, "%sa", c->server->config.region);
}

int imds_get_availability_zone(struct call *c,
                               UNUSED const struct imds_get_availability_zone_in *in,
                               struct imds_get_availability_zone_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    out->zone = str_of(zone(c));
    return OK;
}

int imds_get_identity_document(struct call *c,
                               UNUSED const struct imds_get_identity_document_in *in,
                               struct imds_get_identity_document_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    *out = (struct imds_get_identity_document_out){.account_id = instance.account,
                                                   .availability_zone = zone(c),
                                                   .instance_id = instance.id,
                                                   .region = c->server->config.region,
                                                   .version = "2017-09-30"};
    return OK;
}

static const char *now(struct call *c)
{
    char *text = arena_alloc(c->arena, CLOCK_TEXT_SIZE);
    clock_iso8601(c->now, text);
    return text;
}

/* AWS undocumented: the message for a profile that was deleted. */
int imds_get_profile(struct call *c, UNUSED const struct imds_get_profile_in *in,
                     struct imds_get_profile_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    if (!instance.profile_arn)
        return not_found(c);
    *out = (struct imds_get_profile_out){
        .code = instance.gone ? "InstanceProfileNotFound" : "Success",
        .last_updated = now(c),
        .message = instance.gone    ? "The instance profile has been deleted."
                   : !instance.role ? "Instance Profile does not contain a role."
                                    : NULL,
        .instance_profile_arn = instance.profile_arn,
        .instance_profile_id = instance.profile_id};
    return OK;
}

int imds_get_role_name(struct call *c, UNUSED const struct imds_get_role_name_in *in,
                       struct imds_get_role_name_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    if (!instance.role)
        return not_found(c);
    out->role = str_of(instance.role->role_name);
    return OK;
}

/* The words are those that SDKs of users have printed. */
static void refuse_role(struct call *c, const struct iam_role *role,
                        struct imds_get_role_credentials_out *out)
{
    LOG(&c->server->log, LOG_INFO, "refused", {"request_id", c->request_id},
        {"operation", "AssumeRole"}, {"principal", "ec2.amazonaws.com"}, {"message", c->message});
    out->code = "AssumeRoleUnauthorizedAccess";
    out->message =
        arena_printf(c->arena,
                     "EC2 cannot assume the role %s.  Please see documentation at "
                     "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html"
                     "#troubleshoot_iam-ec2_errors-info-doc.",
                     role->role_name);
}

int imds_get_role_credentials(struct call *c, const struct imds_get_role_credentials_in *in,
                              struct imds_get_role_credentials_out *out)
{
    struct instance instance;
    TRY(find_instance(c, &instance));
    if (!instance.role || strcmp(in->role, instance.role->role_name) != 0)
        return not_found(c);
    /* AWS undocumented: what EC2 says it assumes the role for */
    const struct service_session session = {
        .service = "ec2.amazonaws.com",
        .role = instance.role,
        .name = instance.id,
        .delivery = "2.0",
        .source_arn = arena_printf(c->arena, "arn:aws:ec2:%s:%s:instance/%s",
                                   c->server->config.region, instance.account, instance.id)};
    struct vended vended = {.access_key_id = NULL};
    int code = service_role_issue(c, &session, &vended);
    *out = (struct imds_get_role_credentials_out){.code = "Success",
                                                  .last_updated = now(c),
                                                  .type = "AWS-HMAC",
                                                  .access_key_id = vended.access_key_id,
                                                  .secret_access_key = vended.secret,
                                                  .token = vended.token,
                                                  .expiration = vended.expiration};
    if (code != ERR_ACCESS_DENIED)
        return code;
    out->type = NULL;
    refuse_role(c, instance.role, out);
    return OK;
}
