/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sign_in.h"

#include "access/account_state.h"
#include "access/mfa.h"
#include "authn/last_used.h"
#include "authn/lockout.h"
#include "authn/password.h"
#include "model/ids.h"
#include "svc/passwords.h"

static int optional(int code)
{
    return code == ERR_NOT_FOUND ? OK : code;
}

/* Who is in a closed account can sign in, and see what it has cost (AWS Account Management
   Reference, "Close an AWS account"), as long as it is there at all. */
static int check_account(struct call *c, const char *account)
{
    struct account_state state;
    TRY(account_state_get(c->tx, account, &state));
    return account_is_gone(&state, c->now) ? ERR_NOT_FOUND : OK;
}

static int look_up_root(struct call *c, struct sign_in *s)
{
    struct account_row account;
    const char *key = call_fold(c, s->name);
    s->key = str_of(arena_printf(c->arena, "root %s", key));
    TRY(q_account_by_email(c->tx, &(struct q_account_by_email){key}, &account));
    TRY(check_account(c, account.id));
    TRY(q_password_get(c->tx, &(struct q_password_get){account.id}, &s->row));
    s->owner = account.id;
    s->last_used = account.password_last_used;
    return OK;
}

/* An alias that nobody has stays as it is, in letters that no number has. */
static int find_account(struct call *c, const char *text, const char **ret)
{
    struct account_row account = {.id = NULL};
    *ret = text;
    if (account_id_ok(str_of(text)))
        return OK;
    TRY(optional(q_account_by_alias(c->tx, &(struct q_account_by_alias){text}, &account)));
    *ret = account.id ? account.id : text;
    return OK;
}

static int look_up_user(struct call *c, struct sign_in *s)
{
    struct iam_user user;
    const char *account;
    TRY(find_account(c, s->account, &account));
    s->key = passwords_key(c, account, s->name);
    TRY(check_account(c, account));
    TRY(q_user_get(c->tx, &(struct q_user_get){account, call_fold(c, s->name)}, &user));
    TRY(q_password_get(c->tx, &(struct q_password_get){user.user_id}, &s->row));
    TRY(password_rules_get(c->tx, account, &s->rules));
    s->owner = user.user_id;
    s->last_used = user.password_last_used;
    return OK;
}

static int look_up(struct call *c, struct sign_in *s)
{
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    int code = password_cost(c->tx, &s->cost);
    if (code == OK)
        code = optional(s->account ? look_up_user(c, s) : look_up_root(c, s));
    return call_end_look(c, code);
}

/* Seconds for which neither the name nor the address is looked at. */
static int64_t locked(struct call *c, const struct sign_in *s, struct str address,
                      const struct lockout_rule *of_name, const struct lockout_rule *of_address)
{
    struct lockout *lockout = c->sandbox->lockout;
    int64_t name = lockout_left(lockout, s->key, c->now, of_name);
    int64_t other = address.p ? lockout_left(lockout, address, c->now, of_address) : 0;
    return name > other ? name : other;
}

int sign_in_prove(struct call *c, struct sign_in *s)
{
    bool right;
    struct lockout *lockout = c->sandbox->lockout;
    int64_t seconds = call_setting(c, SETTING_LOCKOUT_SECONDS);
    const struct lockout_rule of_name = {call_setting(c, SETTING_LOCKOUT_FAILURES), seconds};
    const struct lockout_rule of_address = {call_setting(c, SETTING_LOCKOUT_ADDRESS_FAILURES),
                                            seconds};
    struct str address = {NULL, 0};
    if (!c->rq->loopback)
        address = str_of(arena_printf(c->arena, "address %s", c->rq->source_ip));
    TRY(look_up(c, s));
    s->seconds = locked(c, s, address, &of_name, &of_address);
    s->result = SIGN_IN_LOCKED;
    if (s->seconds > 0)
        return OK;
    const struct password_question question = {s->password, s->row.hash, s->cost};
    TRY(password_is(c->sandbox, c->arena, &question, &right));
    s->result = right ? SIGN_IN_OK : SIGN_IN_WRONG;
    if (right)
        lockout_succeeded(lockout, s->key);
    else
        lockout_failed(lockout, s->key, c->now, &of_name);
    if (!right && address.p)
        lockout_failed(lockout, address, c->now, &of_address);
    return OK;
}

/* The device that the code is of takes it. A code of none is a wrong one of each that shows codes,
   so that nobody has more tries who has more devices. */
static int try_devices(struct call *c, const struct mfa_row_list *devices, const char *code)
{
    int64_t step;
    for (size_t i = 0; i < devices->n; i++) {
        if (mfa_find(c, &devices->v[i], &code, 1, MFA_WINDOW_USE, &step))
            return mfa_try(c, &devices->v[i], code);
    }
    for (size_t i = 0; i < devices->n; i++) {
        int tried = *devices->v[i].seed ? mfa_try(c, &devices->v[i], code) : ERR_NOT_FOUND;
        if (tried != ERR_NOT_FOUND)
            return tried;
    }
    return ERR_NOT_FOUND;
}

static int check_code(struct call *c, struct sign_in *s)
{
    struct mfa_row_list devices;
    TRY(q_mfa_of_owner(c->tx, &(struct q_mfa_of_owner){s->owner, INT64_MAX}, &devices));
    if (devices.n == 0)
        return OK;
    s->result = SIGN_IN_MFA_REQUIRED;
    if (!s->code)
        return OK;
    struct call of_account = *c; /* devices are of the account of their owner */
    of_account.account = s->row.account;
    int code = try_devices(&of_account, &devices, s->code);
    s->result = code == OK ? SIGN_IN_OK : SIGN_IN_MFA_WRONG;
    return optional(code);
}

/* Of a password that is right. Those of root users do not end. */
static enum sign_in_result age_of(const struct call *c, const struct sign_in *s)
{
    if (s->account && password_end(&s->rules, s->row.changed) <= c->now)
        return s->rules.policy.hard_expiry ? SIGN_IN_HARD_EXPIRED : SIGN_IN_EXPIRED;
    return s->row.reset_required ? SIGN_IN_RESET_REQUIRED : SIGN_IN_OK;
}

/* Whether what was compared is still the password. The hash of one that nobody had hashed may have
   been made meanwhile. */
static bool is_still(const struct password_row *now, const struct password_row *before)
{
    return now->hash && (secret_equal(str_of(now->hash), str_of(before->hash)) ||
                         (!*before->hash && now->changed == before->changed));
}

int sign_in_finish(struct call *c, struct sign_in *s)
{
    struct password_row now = {.hash = NULL};
    if (s->result != SIGN_IN_OK)
        return OK;
    TRY(optional(q_password_get(c->tx, &(struct q_password_get){s->owner}, &now)));
    if (!is_still(&now, &s->row)) {
        s->result = SIGN_IN_WRONG; /* since it was compared */
        return OK;
    }
    TRY(check_code(c, s));
    if (s->result == SIGN_IN_OK)
        s->result = age_of(c, s);
    if (s->result == SIGN_IN_OK)
        last_used_note_password(c->sandbox->last_used, str_of(s->owner), c->now, s->last_used);
    return OK;
}
