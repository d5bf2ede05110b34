/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users and root users sign in. The pages tell who asks no more than AWS's do, and less where root
 * users are concerned: of an e-mail address that nobody has, AWS says so at once; here the password
 * is asked for, and is wrong.
 */
#include "console_api.h"
#include "pages.h"
#include "server/page/show.h"
#include "server/page/visit.h"
#include "server/signin/remembered.h"
#include "server/signin/steps.h"

static int show_user(struct call *c, const struct remembered *fields, const char *next, int status,
                     const char *refusal)
{
    json_t *data = steps_data("Sign in", next, refusal);
    if (fields->account)
        json_object_set_new(data, "account", json_string(fields->account));
    if (fields->user)
        json_object_set_new(data, "user", json_string(fields->user));
    json_object_set_new(data, "remember", json_boolean(remembered_read(c).account != NULL));
    return page_show_status(c, status, &page_sign_in, data);
}

static int again_as_user(struct call *c, const struct sign_in *s, const char *next, int status,
                         const char *refusal)
{
    return show_user(c, &(struct remembered){s->account, s->name}, next, status, refusal);
}

static int show_email(struct call *c, const char *next)
{
    return page_show(c, &page_sign_in_root, steps_data("Sign in as a root user", next, NULL));
}

static int show_root(struct call *c, const char *email, const char *next, int status,
                     const char *refusal)
{
    json_t *data = steps_data("Password of the root user", next, refusal);
    json_object_set_new(data, "email", json_string(email));
    return page_show_status(c, status, &page_sign_in_root_password, data);
}

static int again_as_root(struct call *c, const struct sign_in *s, const char *next, int status,
                         const char *refusal)
{
    return show_root(c, s->name, next, status, refusal);
}

int console_get_start(struct call *c, UNUSED const struct console_get_start_in *in)
{
    int code = visit_find(c);
    if (code == OK)
        return page_go(c, "/console");
    c->message = NULL;
    const struct remembered fields = remembered_read(c);
    return code == ERR_SIGN_IN_REQUIRED ? show_user(c, &fields, NULL, 200, NULL) : code;
}

int console_get_sign_in(struct call *c, const struct console_get_sign_in_in *in)
{
    const struct remembered fields = remembered_read(c);
    return show_user(c, &fields, in->next, 200, NULL);
}

/* A user that is remembered is one of another account, unless that is the same. */
int console_get_sign_in_of_account(struct call *c,
                                   const struct console_get_sign_in_of_account_in *in)
{
    struct remembered fields = remembered_read(c);
    bool same = fields.account && strcmp(fields.account, in->account) == 0;
    fields = (struct remembered){in->account, same ? fields.user : NULL};
    return show_user(c, &fields, in->next, 200, NULL);
}

int console_post_sign_in_prove(struct call *c, const struct console_post_sign_in_in *in)
{
    struct sign_in *s = NEW(c->arena, struct sign_in);
    s->account = in->account;
    s->name = in->user;
    s->password = in->password;
    c->progress = s;
    return sign_in_prove(c, s);
}

int console_post_sign_in(struct call *c, const struct console_post_sign_in_in *in)
{
    if (in->remember)
        remembered_write(c, in->account, in->user);
    else
        remembered_forget(c);
    return steps_go_on(c, c->progress, in->next, again_as_user);
}

int console_get_sign_in_root(struct call *c, const struct console_get_sign_in_root_in *in)
{
    return show_email(c, in->next);
}

int console_post_sign_in_root(struct call *c, const struct console_post_sign_in_root_in *in)
{
    return show_root(c, in->email, in->next, 200, NULL);
}

int console_post_sign_in_root_password_prove(struct call *c,
                                             const struct console_post_sign_in_root_password_in *in)
{
    struct sign_in *s = NEW(c->arena, struct sign_in);
    s->name = in->email;
    s->password = in->password;
    c->progress = s;
    return sign_in_prove(c, s);
}

int console_post_sign_in_root_password(struct call *c,
                                       const struct console_post_sign_in_root_password_in *in)
{
    return steps_go_on(c, c->progress, in->next, again_as_root);
}

/* The password is another one since it was proved. */
static int begin_again(struct call *c, UNUSED const struct sign_in *s, UNUSED const char *next,
                       UNUSED int status, UNUSED const char *refusal)
{
    return steps_over(c);
}

int console_post_sign_in_code(struct call *c, const struct console_post_sign_in_code_in *in)
{
    struct sign_in s = {.code = in->code, .kind = in->kind};
    int code = sign_in_open(c, &s, str_of(in->state), str_dup(c->arena, visit_cookie(c)));
    if (code == ERR_NOT_FOUND)
        return steps_over(c);
    TRY(code);
    return steps_go_on(c, &s, in->next, begin_again);
}
