/* SPDX-License-Identifier: Apache-2.0 */
/* Members that administer a service for the whole organization. */
#include "call/page.h"
#include "svc/organizations/services.h"

static int not_registered(struct call *c)
{
    return call_fail(c, ERR_ACCOUNT_NOT_REGISTERED,
                     "The provided account is not a registered delegated administrator for your "
                     "organization.");
}

static int check_trusted(struct call *c, const char *service)
{
    struct trusted_service_row row;
    const struct q_trusted_service_get wanted = {c->membership->organization, service};
    int code = q_trusted_service_get(c->tx, &wanted, &row);
    return code == ERR_NOT_FOUND
               ? call_violates(c, ERR_CONSTRAINT_VIOLATION, "SERVICE_ACCESS_NOT_ENABLED",
                               "You must enable service access before you delegate an "
                               "administrator for this service. Call the AWS API "
                               "EnableAWSServiceAccess first.")
               : code;
}

/* AWS undocumented: the words for an account that is closed. */
static int check_account(struct call *c, const char *account)
{
    struct organization_member_row row;
    TRY(find_member(c, account, &row));
    if (strcmp(account, c->membership->management) == 0) {
        return call_violates(c, ERR_CONSTRAINT_VIOLATION,
                             "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
                             "You cannot register master account/yourself as delegated "
                             "administrator for your organization.");
    }
    if (!row.has_closed)
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION,
                         "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
                         "You cannot register a suspended account as a delegated administrator.");
}

/* Of those there may be, this is one. AWS undocumented: the words. */
static int check_room(struct call *c, const char *service)
{
    size_t most = trusted_service_find(service)->administrators;
    struct count_row count;
    TRY(q_delegate_count(c->tx, &(struct q_delegate_count){c->membership->organization, service},
                         &count));
    return most == 0 || (size_t)count.n <= most
               ? OK
               : call_violates(c, ERR_CONSTRAINT_VIOLATION,
                               "MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED",
                               "You have exceeded the allowed number of delegated administrators "
                               "for the delegated service.");
}

/* AWS undocumented: the order of these. */
int organizations_register_delegated_administrator(
    struct call *c, const struct organizations_register_delegated_administrator_in *in)
{
    const char *service = in->service_principal;
    TRY(service_check_known(c, service));
    TRY(check_all_features(c));
    TRY(check_account(c, in->account_id));
    TRY(check_trusted(c, service));
    TRY(q_delegate_add(c->tx,
                       &(struct q_delegate_add){.account = in->account_id,
                                                .service = service,
                                                .organization = c->membership->organization,
                                                .enabled = clock_now_ms(&c->sandbox->clock)}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_ACCOUNT_ALREADY_REGISTERED,
                         "The provided account is already a delegated administrator for your "
                         "organization.");
    return check_room(c, service);
}

int organizations_deregister_delegated_administrator(
    struct call *c, const struct organizations_deregister_delegated_administrator_in *in)
{
    struct organization_member_row row;
    TRY(service_check_known(c, in->service_principal));
    TRY(find_member(c, in->account_id, &row));
    TRY(q_delegate_delete(c->tx, &(struct q_delegate_delete){in->account_id, in->service_principal,
                                                             c->membership->organization}));
    return c->tx->changes == 0 ? not_registered(c) : OK;
}

static void show(struct call *c, const struct delegate_row *row,
                 struct organizations_delegated_administrator *ret)
{
    const struct organization_member_row account = {.account = row->account,
                                                    .method = row->method,
                                                    .joined = row->joined,
                                                    .closed = row->closed,
                                                    .has_closed = row->has_closed,
                                                    .closing = row->closing,
                                                    .has_closing = row->has_closing};
    *ret = (struct organizations_delegated_administrator){
        .id = row->account,
        .arn = member_arn(c->arena, c->membership->management, c->membership->organization,
                          row->account),
        .email = row->email,
        .name = row->name,
        .state = member_state(c, &account),
        .joined_method = row->method,
        .joined_timestamp = row->joined,
        .has_joined_timestamp = true,
        .delegation_enabled_date = row->enabled,
        .has_delegation_enabled_date = true};
    ret->status = member_status(ret->state);
}

static int read_page(struct call *c,
                     const struct organizations_list_delegated_administrators_in *in,
                     struct delegate_row_list *ret)
{
    const char *after, *organization = c->membership->organization;
    int64_t limit = in->max_results + 1;
    TRY(page_after(c, in->next_token, &after));
    if (!in->service_principal)
        return q_delegate_page(c->tx, &(struct q_delegate_page){organization, after, limit}, ret);
    TRY(service_check_known(c, in->service_principal));
    return q_delegate_page_of_service(
        c->tx,
        &(struct q_delegate_page_of_service){organization, in->service_principal, after, limit},
        ret);
}

int organizations_list_delegated_administrators(
    struct call *c, const struct organizations_list_delegated_administrators_in *in,
    struct organizations_list_delegated_administrators_out *out)
{
    struct delegate_row_list rows;
    TRY(check_all_features(c));
    TRY(read_page(c, in, &rows));
    out->delegated_administrators.n = rows.n;
    out->delegated_administrators.v =
        NEW_ARRAY(c->arena, struct organizations_delegated_administrator, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        show(c, &rows.v[i], &out->delegated_administrators.v[i]);
    PAGE_CUT_NEXT(c, in, out, delegated_administrators, rows.v[in->max_results - 1].account);
    return OK;
}

int organizations_list_delegated_services_for_account(
    struct call *c, const struct organizations_list_delegated_services_for_account_in *in,
    struct organizations_list_delegated_services_for_account_out *out)
{
    const char *after;
    struct organization_member_row account;
    struct trusted_service_row_list rows;
    TRY(check_all_features(c));
    TRY(find_member(c, in->account_id, &account));
    TRY(page_after(c, in->next_token, &after));
    TRY(q_delegated_service_page(
        c->tx, &(struct q_delegated_service_page){in->account_id, after, in->max_results + 1},
        &rows));
    if (rows.n == 0 && !*after)
        return not_registered(c);
    out->delegated_services.n = rows.n;
    out->delegated_services.v = NEW_ARRAY(c->arena, struct organizations_delegated_service, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        out->delegated_services.v[i] =
            (struct organizations_delegated_service){.service_principal = rows.v[i].service,
                                                     .delegation_enabled_date = rows.v[i].enabled,
                                                     .has_delegation_enabled_date = true};
    }
    PAGE_CUT_NEXT(c, in, out, delegated_services, rows.v[in->max_results - 1].service);
    return OK;
}
