/* SPDX-License-Identifier: Apache-2.0 */
/* Another password: before a sign-in comes to its end, or whenever somebody likes. */
#include "access/console_session.h"
#include "authz/authz.h"
#include "console_api.h"
#include "pages.h"
#include "queries.h"
#include "record/sign_in.h"
#include "server/page/ask.h"
#include "server/page/show.h"
#include "server/page/visit.h"
#include "server/signin/steps.h"

struct change {
    struct sign_in s;            /* who goes on with the other password, once it is one */
    bool over;                   /* what was proved before does not count any more */
    const char *refusal;         /* NULL: it is changed, as far as is known */
    struct console_session lent; /* credentials of who is about to sign in */
    struct asking *asking;       /* for the change; NULL: it is too early for that */
};

static struct change *begin(struct call *c, const char *password, const char *again)
{
    struct change *change = NEW(c->arena, struct change);
    bool same = secret_equal(str_of(password), str_of(again));
    change->refusal = same ? NULL : "The two are not the same.";
    c->progress = change;
    return change;
}

static struct asking *ask_for_user(struct call *c, const char *old, const char *password)
{
    json_t *in = json_pack("{s:s, s:s}", "OldPassword", old, "NewPassword", password);
    return ask_begin(c, "iam", "ChangePassword", in);
}

/* The other password is compared as any is, so that the session is of that one. The operations say
   why they refuse, where AWS's page has one sentence for whatever policies and rules say. */
static int go_on(struct call *c, struct change *change, const char *password)
{
    struct asked asked;
    int code = ask_go_on(c, change->asking, &asked);
    if (code != OK)
        return code;
    change->refusal = asked.body ? NULL : asked.message;
    change->s.password = password;
    return change->refusal ? OK : sign_in_prove(c, &change->s);
}

static int lend(struct call *c, struct change *change)
{
    struct session who;
    struct tx tx;
    char *token;
    sign_in_session(&change->s, &who);
    who.expires = c->now + 1;
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c, console_issue(c, &who, &token)));
    change->lent = (struct console_session){
        .owner = who.owner, .key_id = who.key_id, .token = token, .base_key_id = ""};
    return OK;
}

/* All but the password has to be proved: neither does the code come later, nor is it too late. */
static int read_state(struct call *c, struct change *change, const char *state)
{
    struct sign_in *s = &change->s;
    struct tx tx;
    const char *visitor = str_dup(c->arena, visit_cookie(c));
    TRY(call_begin_look(c, &tx));
    int code = sign_in_open(c, s, str_of(state), visitor);
    if (code == OK)
        code = sign_in_finish(c, s);
    code = call_end_look(c, code);
    bool due = s->result == SIGN_IN_EXPIRED || s->result == SIGN_IN_RESET_REQUIRED;
    change->over = code == ERR_NOT_FOUND || !due;
    return code == ERR_NOT_FOUND ? OK : code;
}

static int begin_due(struct call *c, const struct console_post_sign_in_password_in *in)
{
    struct change *change = begin(c, in->new, in->again);
    TRY(read_state(c, change, in->state));
    if (change->over || change->refusal)
        return OK;
    TRY(lend(c, change));
    c->signed_in = &change->lent;
    change->asking = ask_for_user(c, in->old, in->new);
    c->signed_in = NULL;
    return CALL_AGAIN;
}

int console_post_sign_in_password_prove(struct call *c,
                                        const struct console_post_sign_in_password_in *in)
{
    return c->progress ? go_on(c, c->progress, in->new) : begin_due(c, in);
}

/* Somebody has set another one meanwhile. */
static int begin_again(struct call *c, UNUSED const struct sign_in *s, UNUSED const char *next,
                       UNUSED int status, UNUSED const char *refusal)
{
    return steps_over(c);
}

int console_post_sign_in_password(struct call *c, const struct console_post_sign_in_password_in *in)
{
    struct change *change = c->progress;
    if (change->over)
        return steps_over(c);
    if (!change->refusal)
        return steps_go_on(c, &change->s, in->next, begin_again);
    json_t *data = steps_data("Choose another password", in->next, change->refusal);
    json_object_set_new(data, "state", json_string(in->state));
    json_object_set_new(data, "user", json_string(change->s.user.user_name));
    json_object_set_new(data, "expired", json_boolean(change->s.result == SIGN_IN_EXPIRED));
    return page_show_status(c, 403, &page_sign_in_password, data);
}

/* Users and root users who signed in with one have one. */
static bool has_own(const struct call *c)
{
    return c->signed_in->password_changed && !*c->signed_in->base_key_id;
}

static int show_own(struct call *c, int status, const char *refusal)
{
    json_t *data = json_pack("{s:s, s:s, s:s*, s:b}", "title", "Change the password", "here", "",
                             "refusal", refusal, "own", has_own(c));
    return page_show_status(c, status, &page_my_password, data);
}

int console_get_my_password(struct call *c, UNUSED const struct console_get_my_password_in *in)
{
    return show_own(c, 200, NULL);
}

static int find_email(struct call *c, const char **ret)
{
    struct account_row account;
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c,
                      q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account)));
    *ret = account.email;
    return OK;
}

/* The task of the account does not ask for the password so far: whoever finds a browser signed in
   could take the account over. */
static int begin_root(struct call *c, struct change *change,
                      const struct console_post_my_password_in *in)
{
    struct sign_in *s = &change->s;
    TRY(find_email(c, &s->name));
    s->password = in->old;
    TRY(sign_in_prove(c, s));
    if (s->result == SIGN_IN_OK)
        change->asking =
            ask_begin(c, "own", "ChangeRootPassword", json_pack("{s:s}", "password", in->new));
    else
        change->refusal = s->result == SIGN_IN_LOCKED ? "Too many wrong passwords: try again later."
                                                      : "The old password was incorrect.";
    return change->asking ? CALL_AGAIN : OK;
}

static int begin_own(struct call *c, const struct console_post_my_password_in *in)
{
    struct change *change = begin(c, in->new, in->again);
    change->over = !has_own(c);
    if (change->over || change->refusal)
        return OK;
    change->s.mfa_at = c->session->mfa_at;
    if (c->principal->kind == PRINCIPAL_ROOT)
        return begin_root(c, change, in);
    change->s.account = c->account;
    change->s.name = c->principal->name;
    change->asking = ask_for_user(c, in->old, in->new);
    return CALL_AGAIN;
}

int console_post_my_password_prove(struct call *c, const struct console_post_my_password_in *in)
{
    return c->progress ? go_on(c, c->progress, in->new) : begin_own(c, in);
}

/* All sessions have ended with the password, this one, too. */
int console_post_my_password(struct call *c, UNUSED const struct console_post_my_password_in *in)
{
    struct change *change = c->progress;
    if (change->over || change->refusal)
        return show_own(c, 403, change->refusal);
    TRY(sign_in_finish(c, &change->s));
    if (!change->s.account)
        record_sign_in(
            c, &(struct record_sign_in){.name = RECORD_PASSWORD_UPDATED, .who = c->principal});
    if (change->s.result != SIGN_IN_OK)
        return page_go(c, "/signin");
    TRY(steps_begin_session(c, &change->s, c->signed_in->roles));
    return page_go(c, "/console/me?done=password");
}
