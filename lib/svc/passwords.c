/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/passwords.h"

#include <inttypes.h>

#include "authn/lockout.h"
#include "authn/password.h"

struct str passwords_key(struct call *c, const char *account, const char *name)
{
    return str_of(arena_printf(c->arena, "%s/%s", account, call_fold(c, name)));
}

static int read_last(struct call *c, const struct password_change *change,
                     const struct password_rules *rules, struct hash_row_list *ret)
{
    const struct q_password_last last = {change->owner, password_reuse(rules)};
    return q_password_last(c->tx, &last, ret);
}

int passwords_begin(struct call *c, struct password_change *change)
{
    TRY(password_rules_get(c->tx, c->account, &change->rules));
    return read_last(c, change, &change->rules, &change->last);
}

/* AWS undocumented: that all rules have the same words, which a change of reused ones has too. */
static int refuse(struct call *c)
{
    return call_fail(c, ERR_PASSWORD_POLICY_VIOLATION,
                     "Password does not conform to the account password policy.");
}

/* Who has an access key of the user must not find out the password with it. AWS undocumented: the
   words, and that there is a limit. */
static int prove_old(struct call *c, struct password_change *change)
{
    struct lockout *lockout = c->sandbox->lockout;
    struct str key = passwords_key(c, c->account, change->user_name);
    const struct lockout_rule rule = {call_setting(c, SETTING_LOCKOUT_FAILURES),
                                      call_setting(c, SETTING_LOCKOUT_SECONDS)};
    int64_t left = lockout_left(lockout, key, c->now, &rule);
    if (left > 0)
        return call_fail(
            c, ERR_ACCESS_DENIED,
            "Too many wrong passwords: the next one is looked at in %" PRId64 " seconds.", left);
    const struct password_question question = {.password = change->old, .hash = change->current};
    TRY(password_is(c->sandbox, c->arena, &question, &change->old_is_right));
    if (!change->old_is_right) {
        lockout_failed(lockout, key, c->now, &rule);
        return call_fail(c, ERR_ACCESS_DENIED, "The old password was incorrect.");
    }
    lockout_succeeded(lockout, key);
    if (secret_equal(str_of(change->old), str_of(change->password)))
        return call_fail(c, ERR_ACCESS_DENIED, "The new password is the old one.");
    return CALL_AGAIN;
}

int passwords_go_on(struct call *c, struct password_change *change)
{
    if (change->old && !change->old_is_right)
        return prove_old(c, change);
    if (!password_conforms(&change->rules, change->password))
        return refuse(c);
    if (change->compared == change->last.n)
        return password_hash(c->sandbox, c->arena, change->password, &change->hash);
    bool same;
    const struct password_question question = {.password = change->password,
                                               .hash = change->last.v[change->compared++].hash};
    TRY(password_is(c->sandbox, c->arena, &question, &same));
    return same ? refuse(c) : CALL_AGAIN;
}

/* The rules may ask for more than they did; what was compared is enough if they do not. */
int passwords_end(struct call *c, const struct password_change *change)
{
    struct password_row now = {.hash = NULL};
    struct password_rules rules;
    struct hash_row_list last;
    int code = q_password_get(c->tx, &(struct q_password_get){change->owner}, &now);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    TRY(password_rules_get(c->tx, c->account, &rules));
    TRY(read_last(c, change, &rules, &last));
    bool same = change->current && now.hash
                    ? secret_equal(str_of(change->current), str_of(now.hash))
                    : change->current == now.hash;
    if (!same || last.n > change->compared) {
        return call_fail(c, ERR_ENTITY_TEMPORARILY_UNMODIFIABLE,
                         "Login Profile for User %s cannot be modified while login profile is "
                         "being created.",
                         change->user_name);
    }
    return password_conforms(&rules, change->password) ? OK : refuse(c);
}
