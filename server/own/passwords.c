/* SPDX-License-Identifier: Apache-2.0 */
/* What a sign-in would say, and the numbers it goes by. */
#include "call/call.h"
#include "own_api.h"
#include "svc/sign_in.h"

static const char *const words[] = {
    [SIGN_IN_OK] = "ok",
    [SIGN_IN_WRONG] = "wrong",
    [SIGN_IN_LOCKED] = "locked",
    [SIGN_IN_MFA_REQUIRED] = "mfa_required",
    [SIGN_IN_MFA_WRONG] = "mfa_wrong",
    [SIGN_IN_HARD_EXPIRED] = "hard_expired",
    [SIGN_IN_EXPIRED] = "expired",
    [SIGN_IN_RESET_REQUIRED] = "reset_required",
};

int own_check_password_prove(struct call *c, const struct own_check_password_in *in)
{
    struct sign_in *s = NEW(c->arena, struct sign_in);
    bool user = in->account && in->user_name && !in->email;
    if (!user && (!in->email || in->account || in->user_name))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected account and user_name, or the email of a root user.");
    s->account = in->account;
    s->name = user ? in->user_name : in->email;
    s->password = in->password;
    s->code = in->mfa_code;
    c->progress = s;
    return sign_in_prove(c, s);
}

int own_check_password(struct call *c, UNUSED const struct own_check_password_in *in,
                       struct own_check_password_out *out)
{
    struct sign_in *s = c->progress;
    TRY(sign_in_finish(c, s));
    out->result = words[s->result];
    out->has_seconds = s->result == SIGN_IN_LOCKED;
    out->seconds = s->seconds;
    return OK;
}

int own_get_settings(struct call *c, UNUSED const struct own_get_settings_in *in,
                     struct own_get_settings_out *out)
{
    *out = (struct own_get_settings_out){
        .password_cost = call_setting(c, SETTING_PASSWORD_COST),
        .lockout_failures = call_setting(c, SETTING_LOCKOUT_FAILURES),
        .lockout_address_failures = call_setting(c, SETTING_LOCKOUT_ADDRESS_FAILURES),
        .lockout_seconds = call_setting(c, SETTING_LOCKOUT_SECONDS),
        .plain_hosts = call_setting(c, SETTING_PLAIN_HOSTS)};
    return OK;
}

static void set(struct call *c, enum setting setting, bool given, int64_t value)
{
    if (given)
        atomic_store(&c->sandbox->settings[setting], value);
}

int own_put_settings(struct call *c, const struct own_put_settings_in *in,
                     struct own_get_settings_out *out)
{
    set(c, SETTING_PASSWORD_COST, in->has_password_cost, in->password_cost);
    set(c, SETTING_LOCKOUT_FAILURES, in->has_lockout_failures, in->lockout_failures);
    set(c, SETTING_LOCKOUT_ADDRESS_FAILURES, in->has_lockout_address_failures,
        in->lockout_address_failures);
    set(c, SETTING_LOCKOUT_SECONDS, in->has_lockout_seconds, in->lockout_seconds);
    set(c, SETTING_PLAIN_HOSTS, in->has_plain_hosts, in->plain_hosts);
    return own_get_settings(c, NULL, out);
}
