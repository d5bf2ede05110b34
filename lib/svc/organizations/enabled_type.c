/* SPDX-License-Identifier: Apache-2.0 */
/* Types of policies are enabled in the root. They are so from the next request on. */
#include "model/organization_policy.h"
#include "svc/organizations/policy_type.h"

static int check_root(struct call *c, const char *id)
{
    struct unit_row root;
    return find_unit(c, id, ERR_ROOT_NOT_FOUND, &root);
}

/* AWS undocumented: the sentence. */
static int check_service(struct call *c, const struct policy_type *type)
{
    struct trusted_service_row row;
    if (!type->service)
        return OK;
    int code = q_trusted_service_get(
        c->tx, &(struct q_trusted_service_get){c->organization, type->service}, &row);
    if (code != ERR_NOT_FOUND)
        return code;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "SERVICE_ACCESS_NOT_ENABLED",
                         "You must enable service access before you enable this policy type. Call "
                         "the AWS API EnableAWSServiceAccess first.");
}

/* What allows everything is attached to everything. */
static int attach_full_access(struct call *c, const char *type)
{
    const struct organization_managed_policy *full = organization_full_access(type);
    const char *organization = c->organization;
    if (!full)
        return OK;
    TRY(q_policy_attach_to_units(c->tx,
                                 &(struct q_policy_attach_to_units){organization, type, full->id}));
    return q_policy_attach_to_members(
        c->tx, &(struct q_policy_attach_to_members){organization, type, full->id});
}

int organizations_enable_policy_type(struct call *c,
                                     const struct organizations_enable_policy_type_in *in,
                                     struct organizations_enable_policy_type_out *out)
{
    TRY(check_root(c, in->root_id));
    TRY(policy_type_check_available(c));
    TRY(check_service(c, policy_type_of(in->policy_type)));
    TRY(q_organization_policy_kind_insert(
        c->tx, &(struct q_organization_policy_kind_insert){c->organization, in->policy_type,
                                                           clock_now_ms(&c->sandbox->clock)}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_POLICY_TYPE_ALREADY_ENABLED,
                         "The specified policy type is already enabled.");
    TRY(attach_full_access(c, in->policy_type));
    out->root = NEW(c->arena, struct organizations_root);
    return root_show(c, out->root);
}

int organizations_disable_policy_type(struct call *c,
                                      const struct organizations_disable_policy_type_in *in,
                                      struct organizations_disable_policy_type_out *out)
{
    const char *organization = c->organization;
    TRY(check_root(c, in->root_id));
    TRY(policy_type_check_enabled(c, in->policy_type));
    TRY(q_organization_policy_kind_delete(
        c->tx, &(struct q_organization_policy_kind_delete){organization, in->policy_type}));
    TRY(q_policy_type_detach_all(
        c->tx, &(struct q_policy_type_detach_all){organization, in->policy_type}));
    out->root = NEW(c->arena, struct organizations_root);
    return root_show(c, out->root);
}
