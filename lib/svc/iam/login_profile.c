/* SPDX-License-Identifier: Apache-2.0 */
/* IAM User Guide, "Manage passwords for IAM users". */
#include "authn/password.h"
#include "authz/authz.h"
#include "entities.h"
#include "svc/find.h"
#include "svc/passwords.h"

/* Root users name somebody outside of AssumeRoot's sessions (IAM API Reference,
   CreateLoginProfile). AWS undocumented: code and wording. */
static int find_user(struct call *c, const char *name, struct iam_user **ret)
{
    if (!name && c->principal->kind == PRINCIPAL_ROOT) {
        c->message = "Must specify userName when calling with root user credentials";
        return ERR_VALIDATION_ERROR;
    }
    return find_user_or_self(c, name, ret);
}

/* The one of USER; if there is none, what Get says of it. */
static int find_profile(struct call *c, const struct iam_user *user, struct password_row *ret)
{
    int code = q_password_get(c->tx, &(struct q_password_get){user->user_id}, ret);
    if (code != ERR_NOT_FOUND)
        return code;
    c->message =
        arena_printf(c->arena, "Login Profile for User %s cannot be found.", user->user_name);
    return ERR_NO_SUCH_ENTITY;
}

/* What the others say. */
static int no_profile(struct call *c, const struct iam_user *user)
{
    c->message = arena_printf(c->arena, "Cannot find Login Profile for User %s", user->user_name);
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

static struct iam_login_profile *show(struct call *c, const struct iam_user *user, int64_t created,
                                      bool reset_required)
{
    struct iam_login_profile *profile = NEW(c->arena, struct iam_login_profile);
    profile->user_name = user->user_name;
    profile->create_date = created;
    profile->password_reset_required = reset_required;
    return profile;
}

/* AWS undocumented: the order of these, and the words for a password that is missing. */
static int check_create(struct call *c, const struct iam_create_login_profile_in *in,
                        struct iam_user **ret)
{
    struct password_row row;
    TRY(find_user(c, in->user_name, ret));
    int code = q_password_get(c->tx, &(struct q_password_get){(*ret)->user_id}, &row);
    if (code == OK) {
        c->message =
            arena_printf(c->arena, "Login Profile for user %s already exists.", (*ret)->user_name);
        return ERR_ENTITY_ALREADY_EXISTS;
    }
    if (code != ERR_NOT_FOUND)
        return code;
    if (in->password)
        return OK;
    c->message = "1 validation error detected: Value null at 'password' failed to satisfy "
                 "constraint: Member must not be null";
    return ERR_VALIDATION_ERROR;
}

static int look_create(struct call *c, const void *request, struct password_change *change)
{
    const struct iam_create_login_profile_in *in = request;
    struct iam_user *user;
    TRY(check_create(c, in, &user));
    change->owner = user->user_id;
    change->user_name = user->user_name;
    change->password = in->password;
    return passwords_begin(c, change);
}

int iam_create_login_profile_prove(struct call *c, const struct iam_create_login_profile_in *in)
{
    return prove(c, in, look_create);
}

int iam_create_login_profile(struct call *c, const struct iam_create_login_profile_in *in,
                             struct iam_create_login_profile_out *out)
{
    struct iam_user *user;
    const struct password_change *change = c->proof;
    bool added;
    TRY(check_create(c, in, &user));
    TRY(passwords_end(c, change));
    const struct password_new made = {.account = c->account,
                                      .owner = user->user_id,
                                      .hash = change->hash,
                                      .reset_required = in->password_reset_required,
                                      .now = c->now};
    TRY(password_add(c->tx, &made, &added));
    out->login_profile = show(c, user, c->now, in->password_reset_required);
    return OK;
}

int iam_get_login_profile(struct call *c, const struct iam_get_login_profile_in *in,
                          struct iam_get_login_profile_out *out)
{
    struct iam_user *user;
    struct password_row row;
    TRY(find_user(c, in->user_name, &user));
    TRY(find_profile(c, user, &row));
    out->login_profile = show(c, user, row.created, row.reset_required);
    return OK;
}

static int find_updated(struct call *c, const struct iam_update_login_profile_in *in,
                        struct iam_user **ret_user, struct password_row *ret)
{
    TRY(entity_find_user(c, in->user_name, ret_user));
    int code = q_password_get(c->tx, &(struct q_password_get){(*ret_user)->user_id}, ret);
    return code == ERR_NOT_FOUND ? no_profile(c, *ret_user) : code;
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

int iam_delete_login_profile(struct call *c, const struct iam_delete_login_profile_in *in)
{
    struct iam_user *user;
    bool dropped;
    TRY(find_user(c, in->user_name, &user));
    TRY(password_drop(c->tx, user->user_id, &dropped));
    return dropped ? OK : no_profile(c, user);
}

/* AWS undocumented: the words, and that sessions of roles and federated users hear the same. */
static int find_caller(struct call *c, struct iam_user **ret_user, struct password_row *ret)
{
    if (c->principal->kind != PRINCIPAL_USER) {
        c->message = "Only IAM Users can change their own password";
        return ERR_INVALID_USER_TYPE;
    }
    TRY(find_user_or_self(c, NULL, ret_user));
    return find_profile(c, *ret_user, ret);
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
