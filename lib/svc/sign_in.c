/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/sign_in.h"

#include <inttypes.h>

#include "access/account_state.h"
#include "access/mfa.h"
#include "access/sealed.h"
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
static int check_account(struct call *c, struct sign_in *s, const char *account)
{
    struct account_state state;
    TRY(account_state_get(c->tx, account, &state));
    if (account_is_gone(&state, c->now))
        return ERR_NOT_FOUND;
    s->number = account;
    s->closed = account_is_closed(&state, &c->sandbox->clock);
    return OK;
}

static int look_up_root(struct call *c, struct sign_in *s)
{
    struct account_row account;
    const char *key = call_fold(c, s->name);
    s->key = str_of(arena_printf(c->arena, "root %s", key));
    TRY(q_account_by_email(c->tx, &(struct q_account_by_email){key}, &account));
    TRY(check_account(c, s, account.id));
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
    const char *account;
    TRY(find_account(c, s->account, &account));
    s->key = passwords_key(c, account, s->name);
    TRY(check_account(c, s, account));
    TRY(q_user_get(c->tx, &(struct q_user_get){account, call_fold(c, s->name)}, &s->user));
    TRY(q_password_get(c->tx, &(struct q_password_get){s->user.user_id}, &s->row));
    TRY(password_rules_get(c->tx, account, &s->rules));
    s->owner = s->user.user_id;
    s->last_used = s->user.password_last_used;
    return OK;
}

static int look_up_owner(struct call *c, struct sign_in *s)
{
    return s->account ? look_up_user(c, s) : look_up_root(c, s);
}

static int look_up(struct call *c, struct sign_in *s)
{
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    int code = password_cost(c->tx, &s->cost);
    if (code == OK)
        code = optional(look_up_owner(c, s));
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

static bool is_asked(const struct sign_in *s, const struct mfa_row *device)
{
    return *device->seed && (!s->kind || strcmp(s->kind, device->kind) == 0);
}

bool sign_in_takes_codes(const struct sign_in *s)
{
    for (size_t i = 0; i < s->devices.n; i++) {
        if (*s->devices.v[i].seed)
            return true;
    }
    return false;
}

static int try_device(struct call *c, struct sign_in *s, const struct mfa_row *device)
{
    s->serial = device->serial;
    return mfa_try(c, device, s->code);
}

/* The device that the code is of takes it. A code of none is a wrong one of each that shows codes,
   so that nobody has more tries who has more devices. */
static int try_devices(struct call *c, struct sign_in *s)
{
    int64_t step;
    for (size_t i = 0; i < s->devices.n; i++) {
        const struct mfa_row *device = &s->devices.v[i];
        if (is_asked(s, device) && mfa_find(c, device, &s->code, 1, MFA_WINDOW_USE, &step))
            return try_device(c, s, device);
    }
    for (size_t i = 0; i < s->devices.n; i++) {
        const struct mfa_row *device = &s->devices.v[i];
        int tried = is_asked(s, device) ? try_device(c, s, device) : ERR_NOT_FOUND;
        if (tried != ERR_NOT_FOUND)
            return tried;
    }
    return ERR_NOT_FOUND;
}

static int check_code(struct call *c, struct sign_in *s)
{
    TRY(q_mfa_of_owner(c->tx, &(struct q_mfa_of_owner){s->owner, INT64_MAX}, &s->devices));
    if (s->devices.n == 0 || s->mfa_at)
        return OK;
    s->result = SIGN_IN_MFA_REQUIRED;
    if (!s->code)
        return OK;
    struct call of_account = *c; /* devices are of the account of their owner */
    of_account.account = s->row.account;
    int code = try_devices(&of_account, s);
    s->result = code == OK ? SIGN_IN_OK : SIGN_IN_MFA_WRONG;
    s->mfa_at = code == OK ? c->now : 0;
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

void sign_in_session(const struct sign_in *s, struct session *ret)
{
    *ret = (struct session){.kind = s->account ? PRINCIPAL_USER : PRINCIPAL_ROOT,
                            .account = s->row.account,
                            .owner = s->owner,
                            .name = "",
                            .mfa_at = s->mfa_at,
                            .source_identity = "",
                            .provider = "",
                            .policy = ""};
}

enum { STATE_SECONDS = 300 };

/* What a state is sealed for: nobody else's cookie opens it. */
static const char *purpose(struct call *c, const char *visitor)
{
    return arena_printf(c->arena, "sign-in %s", visitor);
}

/* A line for each; there is none in names, nor in e-mail addresses. */
const char *sign_in_seal(struct call *c, const struct sign_in *s, const char *visitor)
{
    const char *text = arena_printf(c->arena, "%" PRId64 "\n%" PRId64 "\n%s\n%s\n%s\n%s\n%s",
                                    c->now + STATE_SECONDS, s->mfa_at, s->mfa_at ? s->serial : "",
                                    password_mark(c->arena, &s->row), s->owner,
                                    s->account ? s->number : "", s->name);
    return sealed_write(c->arena, c->sandbox->session_key, purpose(c, visitor), str_of(text));
}

static int64_t next_number(struct str *lines)
{
    int64_t number;
    return str_to_int64(str_cut(lines, '\n'), &number) ? number : -1;
}

static const char *next_text(struct call *c, struct str *lines)
{
    struct str line = str_cut(lines, '\n');
    return line.n ? str_dup(c->arena, line) : NULL;
}

int sign_in_open(struct call *c, struct sign_in *s, struct str state, const char *visitor)
{
    struct str lines = sealed_read(c->arena, c->sandbox->session_key, purpose(c, visitor), state);
    int64_t left = next_number(&lines) - c->now;
    if (left <= 0 || left > STATE_SECONDS) /* the clock may have been set back */
        return ERR_NOT_FOUND;
    s->mfa_at = next_number(&lines);
    s->serial = next_text(c, &lines);
    const char *mark = next_text(c, &lines), *owner = next_text(c, &lines);
    s->account = next_text(c, &lines);
    s->name = next_text(c, &lines);
    TRY(look_up_owner(c, s));
    s->result = SIGN_IN_OK;
    bool same = strcmp(s->owner, owner) == 0 &&
                secret_equal(str_of(password_mark(c->arena, &s->row)), str_of(mark));
    return same ? OK : ERR_NOT_FOUND;
}
