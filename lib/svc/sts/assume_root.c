/* SPDX-License-Identifier: Apache-2.0 */
/* The root user of a member for one task (IAM User Guide, "Perform a privileged task on an AWS
   Organizations member account"). */
#include "access/account_state.h"
#include "access/organization.h"
#include "authz/authz.h"
#include "entities.h"
#include "model/managed.h"
#include "svc/sts/grant.h"

static int refuse(struct call *c, const char *target)
{
    return call_fail(c, ERR_ACCESS_DENIED,
                     "User: %s is not authorized to perform: sts:AssumeRoot on resource: "
                     "arn:aws:iam::%s:root",
                     c->principal->arn, target);
}

/* Only the policies of AWS that are made for it. */
static int check_task(struct call *c, const char *arn)
{
    struct managed_policy policy;
    bool task =
        arn && managed_find(str_of(arn), &policy) && strcmp(policy.path, "/root-task/") == 0;
    return task ? OK
                : call_fail(c, ERR_VALIDATION_ERROR,
                            "Request must contain valid AWS managed task policy ARN");
}

/* NULL: it may. */
static const char *why_not(const struct membership *own, const struct membership *other)
{
    if (!own->is_management && !membership_delegates(own, "iam.amazonaws.com"))
        return "The caller's account neither manages an organization nor is its delegated "
               "administrator for iam.amazonaws.com.";
    if (!own->root_sessions)
        return "Root sessions are off: EnableOrganizationsRootSessions turns them on.";
    if (!other->organization || strcmp(own->organization, other->organization) != 0)
        return "The target is no member of the caller's organization.";
    return other->is_management ? "The target is the management account." : NULL;
}

/*
 * Who may not be told anything of an account is told the same for each reason. AWS undocumented:
 * the answers, and that of the two features of central root access this is about sessions alone.
 */
static int check_target(struct call *c, const char *target)
{
    const struct membership *own, *other;
    struct account_state state;
    TRY(membership_of(c, c->account, &own));
    TRY(membership_of(c, target, &other));
    c->reason = why_not(own, other);
    if (c->reason)
        return refuse(c, target);
    TRY(account_state_get(c->tx, target, &state));
    if (!account_is_closed(&state, &c->sandbox->clock))
        return OK;
    c->reason = "The target is closed.";
    return refuse(c, target);
}

/* STS API Reference, AssumeRoot: "The global endpoint is not supported". Clients that were told
   where this server is use no endpoint of AWS's. */
static int check_endpoint(struct call *c)
{
    struct str host = request_header(c->rq, "host");
    struct str name = str_cut(&host, ':');
    return str_eq_fold(name, STR("sts.amazonaws.com"))
               ? call_fail(c, ERR_INVALID_ACTION, "Unknown Operation")
               : OK;
}

/* AWS undocumented: who GetCallerIdentity says the session is; here it is the root user, whose ARN
   the records of such sessions have. */
int sts_assume_root(struct call *c, const struct sts_assume_root_in *in,
                    struct sts_assume_root_out *out)
{
    struct entity_face target = {.name = NULL};
    TRY(entity_face(c, RESOURCE_ROOT_USER, in->target_principal, &target));
    TRY(check_endpoint(c));
    TRY(check_task(c, in->task_policy_arn->arn));
    TRY(check_target(c, target.name));
    const char **task = NEW_ARRAY(c->arena, const char *, 1);
    task[0] = in->task_policy_arn->arn;
    const char *source = c->session ? c->session->source_identity : "";
    struct session session = {.kind = PRINCIPAL_ROOT,
                              .account = target.name,
                              .owner = target.name,
                              .name = "",
                              .source_identity = source,
                              .provider = "",
                              .policy = "",
                              .policy_arns = task,
                              .n_policy_arns = 1};
    out->source_identity = *source ? source : NULL;
    TRY(grant_check_region(c, target.name));
    return grant_issue(c, &session, in->duration_seconds, &out->credentials);
}
