/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/authz.h"
#include "entities.h"
#include "model/arn.h"
#include "svc/sts/role_session.h"

/* Whether the role exists is told to nobody who may not assume it. */
static int find_role(struct call *c, const char *text, struct iam_role **ret)
{
    int code = entity_trusting_role(c, text, ret);
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_ACCESS_DENIED,
                           "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
                           c->principal->arn, text)
               : code;
}

/*
 * Sessions, those of users included, are chains when they assume roles; but a user who signed in to
 * the console switches to a role for as long as that allows (IAM User Guide, "Switch from a user to
 * an IAM role (console)").
 */
static bool is_chain(const struct call *c)
{
    const struct session *session = c->session;
    return session && !(session->console && session->kind == PRINCIPAL_USER);
}

static int check_duration(struct call *c, const struct iam_role *role, int64_t seconds)
{
    if (is_chain(c) && seconds > HOUR)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                         "assumed by role chaining.");
    return role_session_check_duration(c, role, seconds);
}

/* Once set, it stays through all roles that are assumed from there (IAM User Guide, "Monitor and
   control actions taken with assumed roles"). AWS undocumented: the words for changing it. */
static int read_source_identity(struct call *c, const char *wanted, struct session *ret)
{
    const char *has = c->session ? c->session->source_identity : "";
    if (*has && wanted && strcmp(has, wanted) != 0)
        return call_fail(c, ERR_ACCESS_DENIED,
                         "The source identity of the calling session cannot be changed.");
    ret->source_identity = *has ? has : wanted ? wanted : "";
    return OK;
}

/*
 * A session has MFA when a code came along, or when a user with a session that has it assumes the
 * role. AWS undocumented: IAM User Guide, "Secure API access with MFA", says that these sessions
 * do not tell of it, which is not what is seen; that the next role of a chain has none is certain.
 */
static int64_t mfa_of(const struct call *c)
{
    bool of_user = c->principal->kind == PRINCIPAL_USER;
    return c->mfa_at ? c->mfa_at : of_user ? c->principal->mfa_at : 0;
}

int sts_assume_role(struct call *c, const struct sts_assume_role_in *in,
                    struct sts_assume_role_out *out)
{
    struct iam_role *role;
    TRY(find_role(c, in->role_arn, &role));
    /* Assertions are IAM Identity Center's, and there is none to ask. */
    if (in->provided_contexts.n)
        return call_fail(c, ERR_VALIDATION_ERROR, "Context assertions cannot be verified here.");
    TRY(check_duration(c, role, in->duration_seconds));
    struct session session = {.kind = PRINCIPAL_SESSION,
                              .account = arn_account(c->arena, role->arn),
                              .owner = role->role_id,
                              .name = in->role_session_name,
                              .provider = "",
                              .chained = is_chain(c),
                              .mfa_at = mfa_of(c)};
    const struct grant_scope scope = {in->policy, &in->policy_arns, &in->tags,
                                      &in->transitive_tag_keys};
    TRY(read_source_identity(c, in->source_identity, &session));
    TRY(grant_scope_read(c, &scope, session.account, &session));
    out->has_packed_policy_size = in->policy || in->policy_arns.n || session.n_tags;
    TRY(grant_packed_size(c, &session, &out->packed_policy_size));
    TRY(grant_check_region(c, session.account));
    TRY(grant_issue(c, &session, in->duration_seconds, &out->credentials));
    out->assumed_role_user = role_session_user(c, role, &session);
    out->source_identity = *session.source_identity ? session.source_identity : NULL;
    return OK;
}
