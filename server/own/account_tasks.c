/* SPDX-License-Identifier: Apache-2.0 */
/* What AWS has a page of the console for and no API: tasks of accounts, mostly of their root
   users. */
#include <inttypes.h>
#include <time.h>

#include "access/account.h"
#include "access/account_state.h"
#include "authn/password.h"
#include "authz/authz.h"
#include "model/arn.h"
#include "model/ids.h"
#include "model/root_task.h"
#include "own_api.h"
#include "queries.h"
#include "server/own/root_user.h"

static int list_done(struct call *c, struct own_done_task_list *ret)
{
    struct account_task_row_list rows;
    TRY(q_account_tasks(c->tx, &(struct q_account_tasks){c->account, INT32_MAX}, &rows));
    struct own_done_task *tasks = NEW_ARRAY(c->arena, struct own_done_task, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        tasks[i] = (struct own_done_task){rows.v[i].task, rows.v[i].at, rows.v[i].detail};
    *ret = (struct own_done_task_list){rows.n, tasks};
    return OK;
}

static int show_state(struct call *c, struct own_get_account_state_out *out)
{
    struct account_state_row row;
    struct account_row account;
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account));
    TRY(q_account_state(c->tx, &(struct q_account_state){c->account}, &row));
    *out = (struct own_get_account_state_out){
        .account = c->account,
        .email = account.email,
        .status = row.has_closed ? "SUSPENDED" : "ACTIVE",
        .has_closed = row.has_closed,
        .closed = row.closed,
        .has_closed_for_good = row.has_closed,
        .closed_for_good = row.closed + ACCOUNT_CLOSED_FOR,
        .billing_access = row.billing_access,
        .support_plan = row.support_plan,
    };
    return list_done(c, &out->tasks);
}

int own_get_account_state(struct call *c, UNUSED const struct own_get_account_state_in *in,
                          struct own_get_account_state_out *out)
{
    return show_state(c, out);
}

int own_get_account_tasks(struct call *c, UNUSED const struct own_get_account_tasks_in *in,
                          struct own_get_account_tasks_out *out)
{
    struct own_account_task *tasks = NEW_ARRAY(c->arena, struct own_account_task, root_tasks_n);
    for (size_t i = 0; i < root_tasks_n; i++) {
        const struct root_task *task = &root_tasks[i];
        tasks[i] = (struct own_account_task){task->name,           task->about, task->rule_name,
                                             task->session_policy, task->way,   task->of,
                                             task->source};
    }
    out->tasks = (struct own_account_task_list){root_tasks_n, tasks};
    return OK;
}

int own_change_root_email(struct call *c, const struct own_change_root_email_in *in,
                          struct own_get_account_state_out *out)
{
    TRY(root_user_check_email(c, in->email, c->account));
    TRY(q_account_set_email(
        c->tx, &(struct q_account_set_email){
                   .id = c->account, .email = in->email, .email_key = call_fold(c, in->email)}));
    return show_state(c, out);
}

/* Hashing takes milliseconds, which nobody else can ask for. */
int own_change_root_password_prove(struct call *c, const struct own_change_root_password_in *in)
{
    struct tx tx;
    struct account_row account;
    if (c->enforcement == ENFORCE_STRICT && c->principal->kind != PRINCIPAL_ROOT)
        return OK;
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c,
                      q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account)));
    return root_user_hash(c, in->password, account.email, account.name);
}

int own_change_root_password(struct call *c, UNUSED const struct own_change_root_password_in *in,
                             struct own_get_account_state_out *out)
{
    TRY(root_user_put_password(c, c->account));
    return show_state(c, out);
}

/* Members are closed by their organization; the account that manages it, when all of them are. */
static int check_organization(struct call *c)
{
    struct member_row member;
    struct count_row open;
    int code = q_organization_member_state(c->tx, &(struct q_organization_member_state){c->account},
                                           &member);
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    if (strcmp(member.management, c->account) != 0)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The account is a member of an organization, whose management account "
                         "closes it: organizations:CloseAccount.");
    TRY(q_organization_open_members(
        c->tx, &(struct q_organization_open_members){member.organization, c->account}, &open));
    if (open.n == 0)
        return OK;
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "The account manages an organization, whose members have to be closed or "
                     "removed first.");
}

int own_close_account(struct call *c, const struct own_close_account_in *in,
                      struct own_get_account_state_out *out)
{
    if (strcmp(in->account, c->account) != 0)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The member account has to name the account that is to be closed: %s.",
                         c->account);
    TRY(check_organization(c));
    TRY(q_account_close(c->tx, &(struct q_account_close){c->account, c->now}));
    return show_state(c, out);
}

/* After the commit: it may have to be deleted one day. */
int own_close_account_tell(struct call *c, UNUSED const struct own_close_account_in *in,
                           UNUSED struct own_get_account_state_out *out)
{
    atomic_store(&c->sandbox->has_closed, true);
    return OK;
}

int own_reopen_account(struct call *c, UNUSED const struct own_reopen_account_in *in,
                       struct own_get_account_state_out *out)
{
    TRY(q_account_reopen(c->tx, &(struct q_account_reopen){c->account}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_VALIDATION_ERROR, "The account is not closed.");
    return show_state(c, out);
}

static int set_billing(struct call *c, bool access, struct own_get_account_state_out *out)
{
    TRY(q_account_set_billing(c->tx, &(struct q_account_set_billing){c->account, access}));
    return show_state(c, out);
}

int own_activate_billing_access(struct call *c,
                                UNUSED const struct own_activate_billing_access_in *in,
                                struct own_get_account_state_out *out)
{
    return set_billing(c, true, out);
}

int own_deactivate_billing_access(struct call *c,
                                  UNUSED const struct own_deactivate_billing_access_in *in,
                                  struct own_get_account_state_out *out)
{
    return set_billing(c, false, out);
}

int own_get_billing_access(struct call *c, UNUSED const struct own_get_billing_access_in *in,
                           struct own_get_billing_access_out *out)
{
    struct account_state state;
    TRY(account_state_get(c->tx, c->account, &state));
    out->billing_access = state.billing_access;
    return OK;
}

enum { INVOICES_MAX = 12 };

/* Months since the year 0, of a time. */
static int64_t month_of(int64_t at)
{
    struct tm tm;
    time_t time = at;
    gmtime_r(&time, &tm);
    return (int64_t)(tm.tm_year + 1900) * 12 + tm.tm_mon;
}

int own_view_tax_invoices(struct call *c, UNUSED const struct own_view_tax_invoices_in *in,
                          struct own_view_tax_invoices_out *out)
{
    struct account_row account;
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account));
    struct own_tax_invoice *list = NEW_ARRAY(c->arena, struct own_tax_invoice, INVOICES_MAX);
    int64_t first = month_of(account.created), month = month_of(c->now) - 1;
    size_t n = 0;
    for (; month >= first && n < INVOICES_MAX; month--) {
        list[n++] = (struct own_tax_invoice){
            .month = arena_printf(c->arena, "%04" PRId64 "-%02" PRId64, month / 12, month % 12 + 1),
            .seller = "Amazon Web Services, Inc.",
            .amount = "0.00",
            .currency = "USD",
        };
    }
    out->invoices = (struct own_tax_invoice_list){n, list};
    return OK;
}

/* That a task was done; DETAIL is of detail_of. */
static int note(struct call *c, const char *task, const char *subject, struct buf *detail,
                struct own_get_account_state_out *out)
{
    buf_add_char(detail, '}');
    TRY(q_account_task_put(c->tx, &(struct q_account_task_put){.account = c->account,
                                                               .task = task,
                                                               .subject = subject,
                                                               .at = c->now,
                                                               .detail = buf_text(detail)}));
    return show_state(c, out);
}

/* JSON that note() ends. */
static struct buf detail_of(struct call *c, const char *name, const char *value)
{
    struct buf b = buf_new(c->arena, 128);
    buf_add_char(&b, '{');
    buf_json_text(&b, name, value);
    return b;
}

/* Of a case that AWS Support has, in the form of its ids. */
static const char *new_case(struct call *c)
{
    unsigned char chance[4];
    rand_bytes(&c->sandbox->rand, chance, sizeof chance);
    struct buf b = buf_new(c->arena, 64);
    buf_printf(&b, "case-%s-muen-", c->account);
    buf_hex(&b, chance, sizeof chance);
    return buf_text(&b);
}

int own_register_marketplace_seller(struct call *c,
                                    const struct own_register_marketplace_seller_in *in,
                                    struct own_get_account_state_out *out)
{
    struct buf detail = detail_of(c, "legal_name", in->legal_name);
    if (in->tax_id) {
        buf_add_char(&detail, ',');
        buf_json_text(&detail, "tax_id", in->tax_id);
    }
    return note(c, "register-as-marketplace-seller", "", &detail, out);
}

int own_change_support_plan(struct call *c, const struct own_change_support_plan_in *in,
                            struct own_get_account_state_out *out)
{
    TRY(q_account_set_support_plan(c->tx,
                                   &(struct q_account_set_support_plan){c->account, in->plan}));
    return show_state(c, out);
}

static int is_done(struct call *c, const char *task, bool *ret)
{
    struct count_row count;
    TRY(q_account_task_count(c->tx, &(struct q_account_task_count){c->account, task}, &count));
    *ret = count.n > 0;
    return OK;
}

int own_sign_up_for_govcloud(struct call *c, UNUSED const struct own_sign_up_for_govcloud_in *in,
                             struct own_get_account_state_out *out)
{
    bool done;
    char id[ACCOUNT_SIZE];
    TRY(is_done(c, "sign-up-for-govcloud", &done));
    if (done)
        return call_fail(c, ERR_VALIDATION_ERROR, "The account has an account there already.");
    account_id_new(&c->sandbox->rand, id);
    struct buf detail = detail_of(c, "govcloud_account", id);
    return note(c, "sign-up-for-govcloud", "", &detail, out);
}

int own_request_govcloud_root_keys(struct call *c,
                                   UNUSED const struct own_request_govcloud_root_keys_in *in,
                                   struct own_get_account_state_out *out)
{
    bool signed_up;
    TRY(is_done(c, "sign-up-for-govcloud", &signed_up));
    if (!signed_up)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "The account has none there: sign-up-for-govcloud comes first.");
    struct buf detail = detail_of(c, "case", new_case(c));
    return note(c, "request-govcloud-root-keys", "", &detail, out);
}

int own_link_mechanical_turk_requester(struct call *c,
                                       const struct own_link_mechanical_turk_requester_in *in,
                                       struct own_get_account_state_out *out)
{
    if (!account_email_ok(str_of(in->email)))
        return call_fail(c, ERR_VALIDATION_ERROR, "That is no e-mail address.");
    struct buf detail = detail_of(c, "email", in->email);
    return note(c, "link-mechanical-turk-requester", "", &detail, out);
}

/* Keys of the account alone: nobody else's support case is about them. */
static bool is_key_of(struct str account, const char *text)
{
    struct arn arn;
    return strlen(text) <= 2048 && arn_parse(str_of(text), &arn) && str_is(arn.service, "kms") &&
           str_eq(arn.account, account) && str_starts(arn.resource, STR("key/")) &&
           arn.resource.n > strlen("key/") && arn.region.n > 0;
}

int own_recover_kms_key(struct call *c, const struct own_recover_kms_key_in *in,
                        struct own_get_account_state_out *out)
{
    if (!is_key_of(str_of(c->account), in->key)) {
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected the ARN of a KMS key of this account: "
                         "arn:aws:kms:REGION:%s:key/ID.",
                         c->account);
    }
    struct buf detail = detail_of(c, "key", in->key);
    buf_add_char(&detail, ',');
    buf_json_text(&detail, "case", new_case(c));
    return note(c, "recover-kms-key", in->key, &detail, out);
}
