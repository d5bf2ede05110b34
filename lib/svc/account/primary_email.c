/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address of the root user, which the management account of an organization and its delegated
 * administrator may change for members, and nobody for oneself: all of these have to name the
 * account. What AWS sends to the address, an own endpoint shows.
 */
#include "svc/account/primary_email.h"

#include "access/account.h"
#include "account_api.h"
#include "authn/lockout.h"
#include "model/ids.h"
#include "queries.h"
#include "svc/account/target.h"

enum { CODE_SIZE = 6, WRONG_CODES = 5 };

int account_get_primary_email(struct call *c, const struct account_get_primary_email_in *in,
                              struct account_get_primary_email_out *out)
{
    const char *account;
    struct account_row row;
    TRY(account_target(c, in->account_id, &account));
    TRY(q_account_get(c->tx, &(struct q_account_get){.id = account}, &row));
    out->primary_email = row.email;
    return OK;
}

/* AWS undocumented: the words of both. */
static int check_address(struct call *c, const char *account, const char *email)
{
    bool is_free;
    if (!account_email_ok(str_of(email)))
        return call_no_good(c, "PrimaryEmail", "fieldValidationFailed",
                            "The primary email address is not valid.");
    TRY(account_email_free(c->tx, email, account, &is_free));
    return is_free ? OK
                   : call_fail(c, ERR_CONFLICT, "The primary email address is already in use.");
}

/* Wrong ones are counted in memory: what a refused request writes does not stay. */
static struct str tries_of(struct call *c, const char *account)
{
    return str_of(arena_printf(c->arena, "primary email %s", account));
}

int account_start_primary_email_update(struct call *c,
                                       const struct account_start_primary_email_update_in *in,
                                       struct account_start_primary_email_update_out *out)
{
    const char *account;
    char code[ALNUM_SIZE];
    TRY(account_target(c, in->account_id, &account));
    TRY(check_address(c, account, in->primary_email));
    alnum_new(&c->sandbox->rand, code);
    code[CODE_SIZE] = '\0';
    TRY(q_primary_email_update_put(
        c->tx, &(struct q_primary_email_update_put){account, in->primary_email, code, c->now}));
    lockout_succeeded(c->sandbox->lockout, tries_of(c, account));
    out->status = "PENDING";
    return OK;
}

/* One that began for that address, and not too long ago. AWS undocumented: code and words. */
static int find_update(struct call *c, const char *account, const char *email,
                       struct primary_email_update_row *ret)
{
    int code =
        q_primary_email_update_get(c->tx, &(struct q_primary_email_update_get){account}, ret);
    if (code == OK &&
        (strcmp(ret->email, email) != 0 || c->now >= ret->started + PRIMARY_EMAIL_CODE_SECONDS))
        code = ERR_NOT_FOUND;
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_RESOURCE_NOT_FOUND,
                           "No update of the primary email address to this one is pending.")
               : code;
}

/* AWS undocumented: that so many wrong ones end it, and the words. */
static int check_code(struct call *c, const char *account, const char *code, const char *given)
{
    struct lockout *lockout = c->sandbox->lockout;
    const struct lockout_rule rule = {WRONG_CODES, PRIMARY_EMAIL_CODE_SECONDS};
    if (lockout_left(lockout, tries_of(c, account), c->now, &rule) > 0)
        return call_fail(c, ERR_TOO_MANY_REQUESTS,
                         "Too many wrong one-time passwords. Start the update again.");
    if (secret_equal(str_of(code), str_of(given)))
        return OK;
    lockout_failed(lockout, tries_of(c, account), c->now, &rule);
    return call_no_good(c, "Otp", "fieldValidationFailed", "The one-time password is not valid.");
}

int account_accept_primary_email_update(struct call *c,
                                        const struct account_accept_primary_email_update_in *in,
                                        struct account_accept_primary_email_update_out *out)
{
    const char *account;
    struct primary_email_update_row update;
    TRY(account_target(c, in->account_id, &account));
    TRY(find_update(c, account, in->primary_email, &update));
    TRY(check_code(c, account, update.code, in->otp));
    TRY(check_address(c, account, in->primary_email));
    TRY(q_account_set_email(
        c->tx, &(struct q_account_set_email){.id = account,
                                             .email = in->primary_email,
                                             .email_key = call_fold(c, in->primary_email)}));
    out->status = "ACCEPTED";
    return q_primary_email_update_delete(c->tx, &(struct q_primary_email_update_delete){account});
}
