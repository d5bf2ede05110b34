/* SPDX-License-Identifier: Apache-2.0 */
/* IAM User Guide, "Manage passwords for IAM users". */
#include "authn/password.h"
#include "authz/authz.h"
#include "entities.h"
#include "svc/find.h"
#include "svc/passwords.h"

/* Whose it is: the root user's in sessions of AssumeRoot alone, who else have to name somebody (IAM
   API Reference, CreateLoginProfile). AWS undocumented: code and wording. */
static int find_owner(struct call *c, const char *name, struct holder *ret)
{
    if (!name && c->principal->kind == PRINCIPAL_ROOT && !authz_assumed_root(c->principal)) {
        c->message = "Must specify userName when calling with root user credentials";
        return ERR_VALIDATION_ERROR;
    }
    return find_holder(c, name, ret);
}

/* AWS undocumented: what sentences call root users. */
static const char *called(const struct holder *holder)
{
    return holder->user_name ? holder->user_name : "root";
}

/* Of a root user without a password: that it may choose one is a profile, too. */
static int find_recovery(struct call *c, const struct holder *holder, struct password_row *ret)
{
    struct root_recovery_row row;
    int code = q_root_recovery_get(c->tx, &(struct q_root_recovery_get){holder->id}, &row);
    if (code == OK && !row.allowed)
        return ERR_NOT_FOUND;
    ret->created = row.since;
    ret->reset_required = false;
    return code;
}

static int look_for_profile(struct call *c, const struct holder *holder, struct password_row *ret)
{
    int code = q_password_get(c->tx, &(struct q_password_get){holder->id}, ret);
    return code == ERR_NOT_FOUND && !holder->user_name ? find_recovery(c, holder, ret) : code;
}

/* If there is none, what Get says of it. */
static int find_profile(struct call *c, const struct holder *holder, struct password_row *ret)
{
    int code = look_for_profile(c, holder, ret);
    if (code != ERR_NOT_FOUND)
        return code;
    c->message =
        arena_printf(c->arena, "Login Profile for User %s cannot be found.", called(holder));
    return ERR_NO_SUCH_ENTITY;
}

/* What the others say. */
static int no_profile(struct call *c, const char *user_name)
{
    c->message = arena_printf(c->arena, "Cannot find Login Profile for User %s", user_name);
    return ERR_NO_SUCH_ENTITY;
}

/* Reads what a new password is compared with, once, and goes on with that. */
static int prove(struct call *c, const void *in,
                 int (*look)(struct call *c, const void *in, struct password_change *ret))
{
    struct tx tx;
    struct password_change *change = c->progress;
    if (!change) {
        change = NEW(c->arena, struct password_change);
        TRY(call_begin_look(c, &tx));
        TRY(call_end_look(c, look(c, in, change)));
        c->proof = c->progress = change;
    }
    return passwords_go_on(c, change);
}

/* AWS undocumented: that those of root users have no UserName. */
static struct iam_login_profile *show(struct call *c, const struct holder *holder, int64_t created,
                                      bool reset_required)
{
    struct iam_login_profile *profile = NEW(c->arena, struct iam_login_profile);
    profile->user_name = holder->user_name;
    profile->create_date = created;
    profile->password_reset_required = reset_required;
    return profile;
}

/* AWS undocumented: the words for a password that is missing, or must not be there. */
static int check_password(struct call *c, const struct holder *holder, const char *password)
{
    if (!password == !holder->user_name)
        return OK;
    c->message = password ? "A root user chooses its password itself: password must not be given"
                          : "1 validation error detected: Value null at 'password' failed to "
                            "satisfy constraint: Member must not be null";
    return ERR_VALIDATION_ERROR;
}

/* AWS undocumented: the order of these. */
static int check_create(struct call *c, const struct iam_create_login_profile_in *in,
                        struct holder *ret)
{
    struct password_row row;
    TRY(find_owner(c, in->user_name, ret));
    int code = look_for_profile(c, ret, &row);
    if (code == OK) {
        c->message =
            arena_printf(c->arena, "Login Profile for user %s already exists.", called(ret));
        return ERR_ENTITY_ALREADY_EXISTS;
    }
    return code == ERR_NOT_FOUND ? check_password(c, ret, in->password) : code;
}

static int look_create(struct call *c, const void *request, struct password_change *change)
{
    const struct iam_create_login_profile_in *in = request;
    struct holder holder;
    TRY(check_create(c, in, &holder));
    change->owner = holder.id;
    change->user_name = holder.user_name;
    change->password = in->password;
    return passwords_begin(c, change);
}

static bool is_for_root(const struct call *c, const char *user_name)
{
    return !user_name && authz_assumed_root(c->principal);
}

int iam_create_login_profile_prove(struct call *c, const struct iam_create_login_profile_in *in)
{
    return is_for_root(c, in->user_name) ? OK : prove(c, in, look_create);
}

static int add_password(struct call *c, const struct holder *holder, bool reset_required)
{
    const struct password_change *change = c->proof;
    bool added;
    TRY(passwords_end(c, change));
    return password_add(c->tx,
                        &(struct password_new){.account = c->account,
                                               .owner = holder->id,
                                               .hash = change->hash,
                                               .reset_required = reset_required,
                                               .now = c->now},
                        &added);
}

int iam_create_login_profile(struct call *c, const struct iam_create_login_profile_in *in,
                             struct iam_create_login_profile_out *out)
{
    struct holder holder;
    TRY(check_create(c, in, &holder));
    TRY(is_for_root(c, in->user_name)
            ? q_root_recovery_put(c->tx, &(struct q_root_recovery_put){c->account, true, c->now})
            : add_password(c, &holder, in->password_reset_required));
    out->login_profile = show(c, &holder, c->now, in->password_reset_required);
    return OK;
}

int iam_get_login_profile(struct call *c, const struct iam_get_login_profile_in *in,
                          struct iam_get_login_profile_out *out)
{
    struct holder holder;
    struct password_row row;
    TRY(find_owner(c, in->user_name, &holder));
    TRY(find_profile(c, &holder, &row));
    out->login_profile = show(c, &holder, row.created, row.reset_required);
    return OK;
}

static int find_updated(struct call *c, const struct iam_update_login_profile_in *in,
                        struct iam_user **ret_user, struct password_row *ret)
{
    TRY(entity_find_user(c, in->user_name, ret_user));
    int code = q_password_get(c->tx, &(struct q_password_get){(*ret_user)->user_id}, ret);
    return code == ERR_NOT_FOUND ? no_profile(c, (*ret_user)->user_name) : code;
}

static int look_update(struct call *c, const void *request, struct password_change *change)
{
    const struct iam_update_login_profile_in *in = request;
    struct iam_user *user;
    struct password_row row;
    TRY(find_updated(c, in, &user, &row));
    change->owner = user->user_id;
    change->user_name = user->user_name;
    change->password = in->password;
    change->current = row.hash;
    return passwords_begin(c, change);
}

int iam_update_login_profile_prove(struct call *c, const struct iam_update_login_profile_in *in)
{
    return in->password ? prove(c, in, look_update) : OK;
}

/* What is not given stays as it is. */
int iam_update_login_profile(struct call *c, const struct iam_update_login_profile_in *in)
{
    struct iam_user *user;
    struct password_row row;
    const struct password_change *change = c->proof;
    TRY(find_updated(c, in, &user, &row));
    bool reset = in->has_password_reset_required ? in->password_reset_required : row.reset_required;
    if (!change)
        return q_password_set_reset(c->tx, &(struct q_password_set_reset){user->user_id, reset});
    TRY(passwords_end(c, change));
    return password_replace(c->tx, &(struct password_new){.account = c->account,
                                                          .owner = user->user_id,
                                                          .hash = change->hash,
                                                          .reset_required = reset,
                                                          .now = c->now});
}

/* A member's root user does not come back by itself. */
int iam_delete_login_profile(struct call *c, const struct iam_delete_login_profile_in *in)
{
    struct holder holder;
    struct password_row row;
    bool dropped;
    TRY(find_owner(c, in->user_name, &holder));
    int code = look_for_profile(c, &holder, &row);
    if (code == ERR_NOT_FOUND)
        return no_profile(c, called(&holder));
    TRY(code);
    TRY(password_drop(c->tx, holder.id, &dropped));
    return holder.user_name ? OK
                            : q_root_recovery_put(
                                  c->tx, &(struct q_root_recovery_put){c->account, false, c->now});
}

/* AWS undocumented: the words, and that sessions of roles and federated users hear the same. */
static int find_caller(struct call *c, struct iam_user **ret_user, struct password_row *ret)
{
    if (c->principal->kind != PRINCIPAL_USER) {
        c->message = "Only IAM Users can change their own password";
        return ERR_INVALID_USER_TYPE;
    }
    TRY(find_user_or_self(c, NULL, ret_user));
    const struct holder self = {(*ret_user)->user_id, (*ret_user)->user_name};
    return find_profile(c, &self, ret);
}

static int look_change(struct call *c, const void *request, struct password_change *change)
{
    const struct iam_change_password_in *in = request;
    struct iam_user *user;
    struct password_row row;
    TRY(find_caller(c, &user, &row));
    change->owner = user->user_id;
    change->user_name = user->user_name;
    change->password = in->new_password;
    change->old = in->old_password;
    change->current = row.hash;
    return passwords_begin(c, change);
}

int iam_change_password_prove(struct call *c, const struct iam_change_password_in *in)
{
    return prove(c, in, look_change);
}

int iam_change_password(struct call *c, UNUSED const struct iam_change_password_in *in)
{
    struct iam_user *user;
    struct password_row row;
    const struct password_change *change = c->proof;
    TRY(find_caller(c, &user, &row));
    TRY(passwords_end(c, change));
    return password_replace(c->tx, &(struct password_new){.account = c->account,
                                                          .owner = user->user_id,
                                                          .hash = change->hash,
                                                          .now = c->now});
}
