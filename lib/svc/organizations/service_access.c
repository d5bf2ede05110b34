/* SPDX-License-Identifier: Apache-2.0 */
/* The services that an organization trusts. */
#include "call/page.h"
#include "svc/organizations/policy_type.h"
#include "svc/organizations/services.h"

int service_check_known(struct call *c, const char *principal)
{
    return trusted_service_find(principal)
               ? OK
               : call_violates(c, ERR_INVALID_INPUT, "UNRECOGNIZED_SERVICE_PRINCIPAL",
                               "You specified an unrecognized service principal.");
}

int organizations_enable_aws_service_access(
    struct call *c, const struct organizations_enable_aws_service_access_in *in)
{
    const struct q_trusted_service_add added = {c->membership->organization, in->service_principal,
                                                clock_now_ms(&c->sandbox->clock)};
    TRY(service_check_known(c, in->service_principal));
    TRY(check_all_features(c));
    return q_trusted_service_add(c->tx, &added);
}

/* AWS undocumented: that services which were not trusted are no mistake, and that delegated
   administrators stay what they are. */
int organizations_disable_aws_service_access(
    struct call *c, const struct organizations_disable_aws_service_access_in *in)
{
    const struct q_trusted_service_delete deleted = {c->membership->organization,
                                                     in->service_principal};
    TRY(service_check_known(c, in->service_principal));
    TRY(check_all_features(c));
    TRY(policy_type_check_unneeded(c, in->service_principal));
    return q_trusted_service_delete(c->tx, &deleted);
}

int organizations_list_aws_service_access_for_organization(
    struct call *c, const struct organizations_list_aws_service_access_for_organization_in *in,
    struct organizations_list_aws_service_access_for_organization_out *out)
{
    const char *after;
    struct trusted_service_row_list rows;
    TRY(page_after(c, in->next_token, &after));
    TRY(check_all_features(c));
    TRY(q_trusted_service_page(
        c->tx,
        &(struct q_trusted_service_page){c->membership->organization, after, in->max_results + 1},
        &rows));
    struct organizations_enabled_service_principal *all =
        NEW_ARRAY(c->arena, struct organizations_enabled_service_principal, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        all[i].service_principal = rows.v[i].service;
        all[i].date_enabled = rows.v[i].enabled;
        all[i].has_date_enabled = true;
    }
    out->enabled_service_principals =
        (struct organizations_enabled_service_principal_list){rows.n, all};
    PAGE_CUT_NEXT(c, in, out, enabled_service_principals, rows.v[in->max_results - 1].service);
    return OK;
}
