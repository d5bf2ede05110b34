/* SPDX-License-Identifier: Apache-2.0 */
/* Whether and how closely Principal and NotPrincipal name the caller (IAM User Guide, "AWS JSON
   policy elements: Principal" and "NotPrincipal"). */
#include "policy/policy_priv.h"

static bool same(struct str value, struct str of_caller)
{
    return of_caller.p && str_eq(value, of_caller);
}

static bool has_account(const struct policy_caller *caller)
{
    return caller->kind != PRINCIPAL_PROVIDER && caller->kind != PRINCIPAL_SERVICE &&
           caller->kind != PRINCIPAL_ANONYMOUS;
}

/* A role itself stands for any of its sessions: naming it is naming their issuer. */
static enum policy_level by_arn(struct str value, const struct policy_caller *caller)
{
    if (!has_account(caller))
        return POLICY_NOBODY;
    if (same(value, caller->arn))
        return caller->kind == PRINCIPAL_ROLE ? POLICY_ISSUER : POLICY_DIRECTLY;
    return same(value, caller->issuer) ? POLICY_ISSUER : POLICY_NOBODY;
}

/* The root user is its account. */
static enum policy_level by_account(struct str value, const struct policy_caller *caller)
{
    if (!has_account(caller) || !same(value, caller->account))
        return POLICY_NOBODY;
    return caller->kind == PRINCIPAL_ROOT ? POLICY_DIRECTLY : POLICY_ACCOUNT;
}

/* The id of a session begins with the id of its role. */
static enum policy_level by_id(struct str value, const struct policy_caller *caller)
{
    if (!has_account(caller))
        return POLICY_NOBODY;
    if (same(value, caller->id))
        return caller->kind == PRINCIPAL_ROLE ? POLICY_ISSUER : POLICY_DIRECTLY;
    struct str id = caller->id;
    struct str issuer = str_cut(&id, ':');
    return id.p && same(value, issuer) ? POLICY_ISSUER : POLICY_NOBODY;
}

static enum policy_level entry_level(const struct policy_principal *entry,
                                     const struct policy_caller *caller)
{
    bool named = same(entry->value, caller->arn);
    switch (entry->kind) {
    case POLICY_PRINCIPAL_ANYONE:
        return POLICY_DIRECTLY;
    case POLICY_PRINCIPAL_ACCOUNT:
        return by_account(entry->value, caller);
    case POLICY_PRINCIPAL_ARN:
        return by_arn(entry->value, caller);
    case POLICY_PRINCIPAL_ID:
        return by_id(entry->value, caller);
    case POLICY_PRINCIPAL_SERVICE:
        return caller->kind == PRINCIPAL_SERVICE && named ? POLICY_DIRECTLY : POLICY_NOBODY;
    case POLICY_PRINCIPAL_FEDERATED:
        return caller->kind == PRINCIPAL_PROVIDER && named ? POLICY_DIRECTLY : POLICY_NOBODY;
    case POLICY_PRINCIPAL_CANONICAL:
        break; /* ids of S3; none of ours */
    }
    return POLICY_NOBODY;
}

enum policy_level principal_level(const struct policy_match *match, enum policy_effect effect,
                                  const struct policy_caller *caller)
{
    enum policy_level closest = POLICY_NOBODY;
    if (!match->principals)
        return POLICY_DIRECTLY; /* a kind of document without the element */
    for (size_t i = 0; i < match->n_principals; i++) {
        enum policy_level level = entry_level(&match->principals[i], caller);
        if (level > closest)
            closest = level;
    }
    if (!match->not_principal)
        return closest;
    /* A boundary makes every deny of this kind apply. */
    bool always = effect == POLICY_DENY && caller->bounded;
    return always || closest == POLICY_NOBODY ? POLICY_DIRECTLY : POLICY_NOBODY;
}
