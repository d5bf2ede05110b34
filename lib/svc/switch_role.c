/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/switch_role.h"

#include "access/view.h"
#include "entities.h"
#include "model/ids.h"
#include "queries.h"

enum {
    ROLE_NAME_MAX = 64, /* with its path */
};

static void release(void *view)
{
    view_release(view);
}

/* The names of sessions are those of users, or of the session that goes on as another role. */
static int find_base(struct call *c, struct session *base, struct switch_role *ret)
{
    struct view *view;
    const struct console_session *s = c->signed_in;
    bool switched = *s->base_key_id;
    ret->base_key_id = switched ? s->base_key_id : s->key_id;
    ret->base_token = switched ? s->base_token : s->token;
    if (!session_open(c->arena, c->sandbox->session_key, str_of(ret->base_token), base))
        return ERR_SIGN_IN_REQUIRED;
    int code = view_acquire_session(c->sandbox, c->arena, base, &view);
    if (code < 0)
        return code == ERR_NOT_FOUND ? ERR_SIGN_IN_REQUIRED : code;
    arena_keep(c->arena, release, view);
    ret->who = &view->principal;
    ret->name = base->kind == PRINCIPAL_USER ? ret->who->name : base->name;
    return OK;
}

/* AWS undocumented: that sessions of GetFederationToken cannot, as they cannot assume roles. */
static int check_base(struct call *c, const struct session *base)
{
    if (base->kind == PRINCIPAL_USER || base->kind == PRINCIPAL_SESSION)
        return OK;
    return call_fail(c, ERR_ACCESS_DENIED,
                     base->kind == PRINCIPAL_ROOT
                         ? "The root user of an account cannot switch to a role. Sign in as an IAM "
                           "user who may assume it."
                         : "A federated user of GetFederationToken cannot switch to a role. "
                           "Credentials of AssumeRole can.");
}

static int no_role(struct call *c)
{
    return call_fail(c, ERR_VALIDATION_ERROR,
                     "There is no role to switch to: give the account as its number of 12 digits "
                     "or its alias, and the name of the role, behind its path when it has one, "
                     "without role/ before it.");
}

static int find_account(struct call *c, const char *text, const char **ret)
{
    struct tx tx;
    struct account_row account;
    *ret = text;
    if (account_id_ok(str_of(text)))
        return OK;
    TRY(call_begin_look(c, &tx));
    int code =
        call_end_look(c, q_account_by_alias(c->tx, &(struct q_account_by_alias){text}, &account));
    *ret = code == OK ? account.id : NULL;
    return code == ERR_NOT_FOUND ? no_role(c) : code;
}

/* A name, or "path/name", where a path may begin as all paths do. */
static bool is_role(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++) {
        char x = text[i];
        bool letter = ascii_lower(x) >= 'a' && ascii_lower(x) <= 'z';
        if (!letter && !ascii_is_digit(x) && !strchr("_+=,.@-/", x))
            return false;
    }
    return n && n <= ROLE_NAME_MAX && text[n - 1] != '/';
}

int switch_role_begin(struct call *c, const char *account, const char *role,
                      struct switch_role *ret)
{
    struct session base;
    TRY(find_base(c, &base, ret));
    TRY(check_base(c, &base));
    role += role && *role == '/';
    if (!account || !role || !is_role(role))
        return no_role(c);
    TRY(find_account(c, account, &ret->account));
    ret->role_arn = arena_printf(c->arena, "arn:aws:iam::%s:role/%s", ret->account, role);
    return OK;
}

/*
 * AssumeRole is asked for an hour, as CloudTrail has it. A user's session goes on as long as the
 * role allows, and none longer than who signed in is that: AWS's console asks once more until then.
 */
static int find_end(struct call *c, const struct switch_role *s, struct session *session)
{
    struct tx tx;
    struct iam_role *role;
    TRY(call_begin_look(c, &tx));
    int code = call_end_look(c, entity_trusting_role(c, s->role_arn, &role));
    if (code < 0 && code != ERR_NOT_FOUND)
        return code;
    if (code == OK && !session->chained)
        session->expires = session->issued + role->max_session_duration;
    if (session->expires > c->signed_in->expires)
        session->expires = c->signed_in->expires;
    return OK;
}

int switch_role_assumed(struct call *c, const char *session_token, struct switch_role *s)
{
    struct session session;
    bool ours = session_open(c->arena, c->sandbox->session_key, str_of(session_token), &session);
    ENSURE(ours);
    TRY(find_end(c, s, &session));
    session.console = true;
    s->key_id = session.key_id;
    s->token = session_seal(c->arena, c->sandbox->session_key, &session);
    return s->token ? OK
                    : call_fail(c, ERR_PACKED_POLICY_TOO_LARGE,
                                "Packed size of session policy consumes more than the allotted "
                                "space.");
}

static int update(struct call *c, const struct q_console_session_update *row)
{
    TRY(q_console_session_update(c->tx, row));
    return c->tx->changes ? OK : ERR_SIGN_IN_REQUIRED;
}

int switch_role_end(struct call *c, const struct switch_role *s, const char *roles)
{
    return update(c, &(struct q_console_session_update){.id = c->signed_in->id,
                                                        .key_id = s->key_id,
                                                        .token = s->token,
                                                        .base_key_id = s->base_key_id,
                                                        .base_token = s->base_token,
                                                        .roles = roles});
}

int switch_role_back(struct call *c)
{
    const struct console_session *s = c->signed_in;
    if (!*s->base_key_id)
        return OK;
    return update(c, &(struct q_console_session_update){.id = s->id,
                                                        .key_id = s->base_key_id,
                                                        .token = s->base_token,
                                                        .base_key_id = "",
                                                        .base_token = "",
                                                        .roles = s->roles});
}
