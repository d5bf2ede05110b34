/* SPDX-License-Identifier: Apache-2.0 */
/* Why something is given or not, in words. */
#include "authz/permissions.h"

const char *authz_grant_name(enum authz_grant grant)
{
    static const char *const names[] = {"none", "some", "all"};
    return names[grant];
}

const char *authz_part_name(enum authz_part part)
{
    static const char *const names[] = {"gives", "takes", "lacks"};
    return names[part];
}

static const char *actions(struct arena *a, size_t n)
{
    return arena_printf(a, "%zu action%s", n, n == 1 ? "" : "s");
}

/* "Statement 2 (Sid)": numbered from 0, as explanations do. */
static const char *statement_text(struct arena *a, const struct policy_statement *s)
{
    return s->sid ? arena_printf(a, "Statement %zu (%s)", s->index, s->sid)
                  : arena_printf(a, "Statement %zu", s->index);
}

static const char *kind_of(enum authz_layer layer)
{
    switch (layer) {
    case AUTHZ_LAYER_SCP:
        return "service control policy";
    case AUTHZ_LAYER_RCP:
        return "resource control policy";
    case AUTHZ_LAYER_BOUNDARY:
        return "permissions boundary";
    case AUTHZ_LAYER_SESSION:
        return "session policy";
    default:
        return "policy";
    }
}

static const char *policy_name(struct arena *a, const struct authz_policy *p)
{
    const char *name = p->name ? p->name : "";
    return p->owner ? arena_printf(a, "%s %s (%s)", kind_of(p->layer), name, p->owner)
                    : arena_printf(a, "%s %s", kind_of(p->layer), name);
}

/* On what a statement that is not about everything depends. */
static const char *extent(const struct authz_reason *r)
{
    bool conditions = r->statement->n_conditions > 0;
    if (r->everywhere)
        return conditions ? "under conditions" : "on every resource";
    return conditions ? "on some resources and under conditions" : "on some resources";
}

static const char *of_statement(struct arena *a, const struct authz_reason *r)
{
    return arena_printf(
        a, "%s of the %s %s %s %s.", statement_text(a, r->statement), policy_name(a, r->policy),
        r->part == AUTHZ_PART_GIVES ? "allows" : "denies", actions(a, r->n), extent(r));
}

/* Where the SCPs of a level are attached. */
static const char *place_of(struct arena *a, const struct authz_levels *scps, size_t level)
{
    for (size_t i = 0; scps && i < scps->n_policies; i++) {
        if (scps->policies[i].level == level && scps->policies[i].owner)
            return scps->policies[i].owner;
    }
    return arena_printf(a, "level %zu of the organization, where none is attached,", level);
}

static const char *filter_name(struct arena *a, const struct authz_reason *r,
                               const struct authz_levels *scps)
{
    if (r->layer == AUTHZ_LAYER_SCP)
        return arena_printf(a, "of the service control policies of %s",
                            place_of(a, scps, r->level));
    return r->layer == AUTHZ_LAYER_BOUNDARY ? "of the permissions boundary"
                                            : "of the session policies";
}

static const char *of_filter(struct arena *a, const struct authz_reason *r,
                             const struct authz_levels *scps)
{
    const char *filter = filter_name(a, r, scps), *n = actions(a, r->n);
    if (r->always)
        return arena_printf(a, "No statement %s allows %s.", filter, n);
    return arena_printf(a, "The statements %s allow %s on some resources or under conditions only.",
                        filter, n);
}

static const char *of_rule(struct arena *a, const struct authz_reason *r)
{
    switch (r->layer) {
    case AUTHZ_LAYER_NONE:
        return arena_printf(a, "No permission is needed for %s.", actions(a, r->n));
    case AUTHZ_LAYER_ROOT:
        return r->part == AUTHZ_PART_GIVES
                   ? arena_printf(a, "The root user has full access to its account: %s.",
                                  actions(a, r->n))
                   : arena_printf(a, "Root users cannot assume roles: %s.", actions(a, r->n));
    case AUTHZ_LAYER_BILLING:
        return arena_printf(a, "IAM access to Billing is not activated in the account: %s.",
                            actions(a, r->n));
    case AUTHZ_LAYER_TRUST:
        return arena_printf(a, "The trust policy of each role has to let it in: %s.",
                            actions(a, r->n));
    default:
        return arena_printf(a, "The policy of each key has to let it in: %s.", actions(a, r->n));
    }
}

const char *authz_reason_text(struct arena *a, const struct authz_reason *reason,
                              const struct authz_levels *scps)
{
    if (reason->statement)
        return of_statement(a, reason);
    bool filter = reason->layer == AUTHZ_LAYER_SCP || reason->layer == AUTHZ_LAYER_BOUNDARY ||
                  reason->layer == AUTHZ_LAYER_SESSION;
    return filter ? of_filter(a, reason, scps) : of_rule(a, reason);
}
