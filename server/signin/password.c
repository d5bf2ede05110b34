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
    struct sign_in s; /* who goes on with the other password, once it is one */
    bool over;        /* what was proved before does not count any more */
    const char *refusal;
};

static const char differ[] = "The two are not the same.";

/* Operations say why, where AWS's page has one sentence for what policies and the password policy
   refuse. */
static bool is_done(const struct asked *asked, struct change *change)
{
    change->refusal = asked->body ? NULL : asked->message;
    return asked->body != NULL;
}

static void change_own(struct call *c, const char *old, const char *password, struct asked *ret)
{
    json_t *in = json_pack("{s:s, s:s}", "OldPassword", old, "NewPassword", password);
    ask(c, "iam", "ChangePassword", in, ret);
}

/* The password is compared once more, and the session is of that one. */
static int prove_anew(struct call *c, struct change *change, const char *password)
{
    change->s.password = password;
    return sign_in_prove(c, &change->s);
}

/* Credentials of who is about to sign in, for this one call. */
static int lend(struct call *c, const struct sign_in *s, struct console_session *ret)
{
    struct session who;
    struct tx tx;
    char *token;
    sign_in_session(s, &who);
    who.expires = c->now + 1;
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c, console_issue(c, &who, &token)));
    *ret = (struct console_session){
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
    change->over = code == ERR_NOT_FOUND ||
                   (s->result != SIGN_IN_EXPIRED && s->result != SIGN_IN_RESET_REQUIRED);
    return code == ERR_NOT_FOUND ? OK : code;
}

int console_post_sign_in_password_prove(struct call *c,
                                        const struct console_post_sign_in_password_in *in)
{
    struct change *change = NEW(c->arena, struct change);
    struct console_session lent;
    struct asked asked;
    c->progress = change;
    TRY(read_state(c, change, in->state));
    change->refusal = strcmp(in->new, in->again) == 0 ? NULL : differ;
    if (change->over || change->refusal)
        return OK;
    TRY(lend(c, &change->s, &lent));
    c->signed_in = &lent;
    change_own(c, in->old, in->new, &asked);
    c->signed_in = NULL;
    return is_done(&asked, change) ? prove_anew(c, change, in->new) : OK;
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

static int find_self(struct call *c, struct sign_in *s)
{
    struct account_row account;
    struct tx tx;
    s->mfa_at = c->session->mfa_at;
    if (c->principal->kind == PRINCIPAL_USER) {
        s->account = c->account;
        s->name = c->principal->name;
        return OK;
    }
    TRY(call_begin_look(c, &tx));
    TRY(call_end_look(c,
                      q_account_get(c->tx, &(struct q_account_get){.id = c->account}, &account)));
    s->name = account.email;
    return OK;
}

/* The task of the account does not ask for the password so far: whoever finds a browser signed in
   could take the account over. */
static int change_root(struct call *c, struct change *change, const char *old, const char *password,
                       struct asked *ret)
{
    change->s.password = old;
    TRY(sign_in_prove(c, &change->s));
    if (change->s.result == SIGN_IN_OK)
        ask(c, "own", "ChangeRootPassword", json_pack("{s:s}", "password", password), ret);
    else
        *ret = (struct asked){.message = change->s.result == SIGN_IN_LOCKED
                                             ? "Too many wrong passwords: try again later."
                                             : "The old password was incorrect."};
    return OK;
}

int console_post_my_password_prove(struct call *c, const struct console_post_my_password_in *in)
{
    struct change *change = NEW(c->arena, struct change);
    struct asked asked;
    c->progress = change;
    change->over = !has_own(c);
    change->refusal = strcmp(in->new, in->again) == 0 ? NULL : differ;
    if (change->over || change->refusal)
        return OK;
    TRY(find_self(c, &change->s));
    if (change->s.account)
        change_own(c, in->old, in->new, &asked);
    else
        TRY(change_root(c, change, in->old, in->new, &asked));
    return is_done(&asked, change) ? prove_anew(c, change, in->new) : OK;
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
