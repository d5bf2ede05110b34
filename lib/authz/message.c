/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"

/*
 * In "because no X allows the A action" and "with an explicit deny in X"; and whether the ARN of
 * the policy that denies follows (AWS Security Blog, "Enhanced access denied error messages").
 */
static const struct {
    const char *implicit, *explicit;
    bool named;
} reasons[AUTHZ_LAYER_COUNT] = {
    [AUTHZ_LAYER_SCP] = {"service control policy", "a service control policy", true},
    [AUTHZ_LAYER_RCP] = {NULL, "a resource control policy", true},
    [AUTHZ_LAYER_ENDPOINT] = {"VPC endpoint policy", "a VPC endpoint policy", false},
    [AUTHZ_LAYER_RESOURCE] = {"resource-based policy", "a resource-based policy", false},
    [AUTHZ_LAYER_TRUST] = {"role trust policy", "the role trust policy", false},
    [AUTHZ_LAYER_IDENTITY] = {"identity-based policy", "an identity-based policy", true},
    [AUTHZ_LAYER_BOUNDARY] = {"permissions boundary", "a permissions boundary", true},
    [AUTHZ_LAYER_SESSION] = {"session policy", "a session policy", true},
};

static bool is_action(const struct authz_request *request, const char *name)
{
    return str_eq_fold(request->action, str_of(name));
}

/* Nothing is told about the policies of other organizations, nor why a role may not be assumed. */
static bool is_silent(const struct authz_request *request)
{
    const char *own = request->principal->account;
    struct str owner = request->resource_account;
    bool foreign = owner.p && !(own && str_is(owner, own));
    return (foreign && !request->same_organization) || is_action(request, "sts:AssumeRole") ||
           is_action(request, "sts:AssumeRoot") || is_action(request, "sts:TagSession") ||
           is_action(request, "sts:SetSourceIdentity");
}

static void add_implicit(struct buf *b, const char *policy, struct str action)
{
    buf_add(b, STR(" because no "));
    buf_add_text(b, policy);
    buf_add(b, STR(" allows the "));
    buf_add(b, action);
    buf_add(b, STR(" action"));
}

static void add_reason(struct buf *b, const struct authz_request *request,
                       const struct authz_decision *decision)
{
    const char *implicit = reasons[decision->layer].implicit;
    if (decision->layer == AUTHZ_LAYER_BILLING) { /* AWS undocumented: the words */
        buf_add(b, STR(" because IAM access to Billing is not activated"));
        return;
    }
    if (decision->outcome == AUTHZ_IMPLICIT_DENY) {
        if (implicit)
            add_implicit(b, implicit, request->action);
        return;
    }
    buf_printf(b, " with an explicit deny in %s", reasons[decision->layer].explicit);
    if (reasons[decision->layer].named && decision->policy->arn)
        buf_printf(b, ": %s", decision->policy->arn);
}

static bool is_service(const struct authz_request *request, const char *service)
{
    struct str action = request->action;
    return str_eq_fold(str_cut(&action, ':'), str_of(service));
}

/* S3 quotes the resource (S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors"). */
static const char *quote(const struct authz_request *request)
{
    return is_service(request, "s3") ? "\"" : "";
}

/* The sentences for those who are nobody's user, and for root users who would be a role. */
static const char *special(struct arena *a, const struct authz_request *request)
{
    const struct authz_principal *principal = request->principal;
    bool by_provider = principal->kind == PRINCIPAL_PROVIDER;
    /* IAM User Guide, "Troubleshoot SAML federation with IAM": of sts:TagSession, too */
    if ((by_provider && principal->arn && strstr(principal->arn, ":saml-provider/")) ||
        is_action(request, "sts:AssumeRoleWithSAML"))
        return "Not authorized to perform sts:AssumeRoleWithSAML";
    if (by_provider) /* AWS undocumented: of sts:TagSession */
        return arena_printf(a, "Not authorized to perform %.*s", STR_FMT(request->action));
    if (is_action(request, "sts:AssumeRoleWithWebIdentity"))
        return "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    if (principal->kind == PRINCIPAL_ROOT && is_action(request, "sts:AssumeRole"))
        return "Roles may not be assumed by root accounts.";
    /* S3's words; AWS undocumented: what other services say to unsigned requests. */
    return principal->kind == PRINCIPAL_ANONYMOUS ? "Access Denied" : NULL;
}

/* Those who ask the library need not say who it is. OpenSearch Service Developer Guide,
   "Troubleshooting": "User: anonymous is not authorized". */
static const char *who(const struct authz_principal *principal)
{
    return principal->arn ? principal->arn : "anonymous";
}

/* EC2 API Reference, "Error codes", UnauthorizedOperation. */
bool authz_message_is_encoded(const struct authz_request *request)
{
    return is_service(request, "ec2");
}

char *authz_message(struct arena *a, const struct authz_request *request, const char *resource,
                    const struct authz_decision *decision)
{
    const char *sentence = special(a, request);
    if (sentence)
        return arena_strdup(a, sentence);
    struct buf b = buf_new(a, 512);
    const char *q = quote(request);
    bool encoded = authz_message_is_encoded(request);
    if (encoded)
        buf_add(&b, STR("You are not authorized to perform this operation. "));
    buf_add(&b, STR("User: "));
    buf_add_text(&b, who(request->principal));
    buf_add(&b, STR(" is not authorized to perform: "));
    buf_add(&b, request->action);
    if (resource)
        buf_printf(&b, " on resource: %s%s%s", q, resource, q);
    if (!is_silent(request))
        add_reason(&b, request, decision);
    if (encoded)
        buf_add_char(&b, '.');
    return buf_text(&b);
}
