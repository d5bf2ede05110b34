/* SPDX-License-Identifier: Apache-2.0 */
#include "server/api/foreign.h"

#include "server/api/route.h"

enum { NAME_MAX_SHOWN = 64 };

static bool is_one_of(struct str name, const char *const *names)
{
    while (*names && !str_is(name, *names))
        names++;
    return *names != NULL;
}

/* As scopes and targets have them; nothing else is repeated. */
static bool is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-' && name.p[i] != '_')
            return false;
    }
    return name.n > 0 && name.n <= NAME_MAX_SHOWN;
}

static bool sends_json(const struct request *rq)
{
    static const char *const types[] = {"application/json", "application/x-amz-json-1.0",
                                        "application/x-amz-json-1.1", NULL};
    struct str type = request_header(rq, "content-type");
    return is_one_of(str_trim(str_cut(&type, ';')), types);
}

/*
 * The protocols of AWS's services, by what their requests have of their own. Those that have
 * nothing are REST, whose answers are JSON but for a few services.
 */
static enum envelope_form form_of(const struct request *rq, struct str scope, bool action)
{
    static const char *const like_s3[] = {"s3", "s3express", "s3-object-lambda", "s3-outposts",
                                          NULL};
    static const char *const rest_xml[] = {"cloudfront", "route53", NULL};
    if (str_is(request_header(rq, "smithy-protocol"), "rpc-v2-cbor"))
        return ENVELOPE_CBOR;
    if (request_header(rq, "x-amz-target").p || sends_json(rq))
        return ENVELOPE_TYPED_JSON;
    if (is_one_of(scope, like_s3))
        return ENVELOPE_S3;
    if (str_is(scope, "ec2"))
        return ENVELOPE_EC2;
    return action || is_one_of(scope, rest_xml) ? ENVELOPE_XML : ENVELOPE_TYPED_JSON;
}

/* What is not signed tells what it is for by nothing but its target, or a path of its own. */
static bool is_for_somebody_else(const struct request *rq, struct str scope)
{
    if (scope.p)
        return !route_service(scope);
    return request_header(rq, "x-amz-target").p || request_header(rq, "smithy-protocol").p ||
           (sends_json(rq) && !str_is(rq->path, "/"));
}

bool foreign_request(struct arena *a, const struct request *rq, struct str scope, bool action,
                     enum envelope_form *ret, const char **service)
{
    if (!is_for_somebody_else(rq, scope))
        return false;
    struct str target = request_header(rq, "x-amz-target");
    struct str name = scope.p ? scope : str_cut(&target, '.');
    *ret = form_of(rq, scope, action);
    *service = is_name(name) ? str_dup(a, name) : "this service";
    return true;
}
