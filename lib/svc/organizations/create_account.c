/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accounts that an organization makes. AWS does so in the background; here the account is there
 * with the answer, and what is told of it follows the clock.
 */
#include "access/account.h"
#include "access/account_state.h"
#include "authn/password.h"
#include "call/page.h"
#include "model/ids.h"
#include "svc/organizations/find.h"
#include "svc/organizations/members.h"
#include "svc/organizations/tags.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
/* AWS undocumented: how long requests that failed are told of. */
#define FAILURES_KEPT (90 * DAY_MS)

/* AWS undocumented: the number; here, what keeps the list of them short. */
enum { REQUESTS_PER_DAY = 2000 };

static void show(struct call *c, const struct account_request_row *row,
                 struct organizations_create_account_status *ret)
{
    bool done = row->requested <= account_settled(&c->sandbox->clock), failed = *row->failure;
    *ret = (struct organizations_create_account_status){
        .id = row->id,
        .account_name = row->name,
        .state = !done    ? "IN_PROGRESS"
                 : failed ? "FAILED"
                          : "SUCCEEDED",
        .requested_timestamp = row->requested,
        .has_requested_timestamp = true,
        .completed_timestamp = row->requested + BACKGROUND_MS,
        .has_completed_timestamp = done,
        .account_id = done && !failed ? row->account : NULL,
        .failure_reason = done && failed ? row->failure : NULL,
    };
}

/* No more since that time than MOST. */
static int check_rate(struct call *c, int64_t since, int64_t most)
{
    struct count_row requests;
    TRY(q_account_request_since(
        c->tx, &(struct q_account_request_since){c->membership->organization, since}, &requests));
    if (requests.n < most)
        return OK;
    /* AWS undocumented: wording */
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED",
                         "You have exceeded the number of accounts that you can create at one "
                         "time.");
}

static int check_room(struct call *c)
{
    struct count_row size;
    int64_t now = clock_now_ms(&c->sandbox->clock);
    TRY(q_organization_size(c->tx, &(struct q_organization_size){c->membership->organization, now},
                            &size));
    if (size.n >= call_quota(c, QUOTA_ACCOUNTS_PER_ORGANIZATION))
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
                             "You have exceeded the allowed number of AWS accounts");
    TRY(check_rate(c, account_settled(&c->sandbox->clock),
                   call_quota(c, QUOTA_ACCOUNT_CREATIONS_AT_ONCE)));
    return check_rate(c, now - DAY_MS, REQUESTS_PER_DAY);
}

static int check_input(struct call *c, const struct organizations_create_account_in *in)
{
    if (str_starts(str_of(in->role_name), STR("AWSServiceRoleFor")))
        return call_violates(c, ERR_INVALID_INPUT, "INVALID_ROLE_NAME",
                             "You provided a role name that isn't valid. A role name can't begin "
                             "with the reserved prefix AWSServiceRoleFor.");
    return OK;
}

/* The account, or why there is none. */
static int make(struct call *c, const struct organizations_create_account_in *in,
                const char **account, const char **failure)
{
    bool is_free;
    char *id = arena_alloc(c->arena, ACCOUNT_SIZE);
    account_id_new(&c->sandbox->rand, id);
    *account = *failure = "";
    TRY(account_email_free(c->tx, in->email, id, &is_free));
    if (!is_free || !account_email_ok(str_of(in->email))) {
        *failure = is_free ? "INVALID_EMAIL" : "EMAIL_ALREADY_EXISTS";
        return OK;
    }
    *account = id;
    bool billing = strcmp(in->iam_user_access_to_billing, "ALLOW") == 0;
    return member_create(c, &(struct member_new){.account = id,
                                                 .name = in->account_name,
                                                 .email = in->email,
                                                 .role = in->role_name,
                                                 .billing_access = billing,
                                                 .tags = &in->tags});
}

int organizations_create_account(struct call *c, const struct organizations_create_account_in *in,
                                 struct organizations_create_account_out *out)
{
    struct account_request_row row = {.id = call_new_hex_id(c, "car-"),
                                      .name = in->account_name,
                                      .requested = clock_now_ms(&c->sandbox->clock)};
    const char *organization = c->membership->organization;
    TRY(check_input(c, in));
    TRY(check_room(c));
    TRY(make(c, in, &row.account, &row.failure));
    TRY(q_account_request_forget(
        c->tx, &(struct q_account_request_forget){organization, row.requested - FAILURES_KEPT}));
    TRY(q_account_request_insert(c->tx,
                                 &(struct q_account_request_insert){.id = row.id,
                                                                    .organization = organization,
                                                                    .name = row.name,
                                                                    .account = row.account,
                                                                    .failure = row.failure,
                                                                    .requested = row.requested}));
    out->create_account_status = NEW(c->arena, struct organizations_create_account_status);
    show(c, &row, out->create_account_status);
    return OK;
}

/* No account here is linked to one of AWS GovCloud (US) that Organizations knows. */
int organizations_create_gov_cloud_account(
    struct call *c, UNUSED const struct organizations_create_gov_cloud_account_in *in,
    UNUSED struct organizations_create_gov_cloud_account_out *out)
{
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED",
                         "To complete this operation, the management account must have an "
                         "associated account in the AWS GovCloud (US-West) Region.");
}

int organizations_describe_create_account_status(
    struct call *c, const struct organizations_describe_create_account_status_in *in,
    struct organizations_describe_create_account_status_out *out)
{
    struct account_request_row row;
    int code = q_account_request_get(
        c->tx,
        &(struct q_account_request_get){in->create_account_request_id, c->membership->organization},
        &row);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_CREATE_ACCOUNT_STATUS_NOT_FOUND,
                         "We can't find an create account request with the CreateAccountRequestId "
                         "that you specified.");
    TRY(code);
    out->create_account_status = NEW(c->arena, struct organizations_create_account_status);
    show(c, &row, out->create_account_status);
    return OK;
}

static bool is_wanted(const struct str_list *states, const char *state)
{
    for (size_t i = 0; i < states->n; i++) {
        if (strcmp(states->v[i], state) == 0)
            return true;
    }
    return states->n == 0;
}

/* Those that are wanted of ROWS, of which one may be too many. */
static void choose(struct call *c, const struct str_list *states,
                   const struct account_request_row_list *rows, size_t n,
                   struct organizations_create_account_status_list *ret)
{
    ret->v = NEW_ARRAY(c->arena, struct organizations_create_account_status, n);
    for (size_t i = 0; i < n; i++) {
        show(c, &rows->v[i], &ret->v[ret->n]);
        if (is_wanted(states, ret->v[ret->n].state))
            ret->n++;
    }
}

/* A page may have less than it could, as AWS's may: states are looked at when it is read. */
int organizations_list_create_account_status(
    struct call *c, const struct organizations_list_create_account_status_in *in,
    struct organizations_list_create_account_status_out *out)
{
    struct page_made after;
    struct account_request_row_list rows;
    TRY(page_after_made(c, in->next_token, &after));
    TRY(q_account_request_page(c->tx,
                               &(struct q_account_request_page){c->membership->organization,
                                                                after.at, after.id,
                                                                in->max_results + 1},
                               &rows));
    PAGE_CUT_AT(c, in->max_results, rows,
                page_made(c, rows.v[rows.n - 1].requested, rows.v[rows.n - 1].id), out->next_token);
    choose(c, &in->states, &rows, rows.n, &out->create_account_statuses);
    return OK;
}
