/* SPDX-License-Identifier: Apache-2.0 */
#include "record/sign_in.h"

const char record_wrong[] = "Failed authentication";
const char record_unknown[] = "No username found in supplied account";

static const char *const names[RECORD_SIGN_IN_COUNT] = {
    [RECORD_CONSOLE_LOGIN] = "ConsoleLogin",
    [RECORD_CHECK_MFA] = "CheckMfa",
    [RECORD_PASSWORD_UPDATED] = "PasswordUpdated",
    [RECORD_SWITCH_ROLE] = "SwitchRole",
    [RECORD_EXIT_ROLE] = "ExitRole",
    [RECORD_RENEW_ROLE] = "RenewRole",
    [RECORD_GET_SIGNIN_TOKEN] = "GetSigninToken",
};

bool record_is_sign_in(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_is(name, names[i]))
            return true;
    }
    return false;
}

/* A member of the object that B is; nothing for NULL. */
static void add(struct buf *b, const char *name, const char *value)
{
    if (!value)
        return;
    buf_add_char(b, b->n ? ',' : '{');
    buf_json_text(b, name, value);
}

/* NULL when it has no members. */
static const char *end(struct buf *b)
{
    if (b->n)
        buf_add_char(b, '}');
    return b->n ? buf_text(b) : NULL;
}

/* AWS undocumented: what ExitRole and GetSigninToken have. */
static const char *data_of(struct arena *a, const struct record_sign_in *s)
{
    struct buf b = {.arena = a};
    add(&b, "LoginTo", s->login_to);
    add(&b, "MfaType", s->mfa_type);
    add(&b, s->name == RECORD_RENEW_ROLE ? "RenewedBy" : "SwitchFrom", s->switch_from);
    add(&b, "RedirectTo", s->redirect_to);
    if (s->name == RECORD_CONSOLE_LOGIN || s->name == RECORD_GET_SIGNIN_TOKEN) {
        add(&b, "MobileVersion", "No");
        add(&b, "MFAIdentifier", s->mfa);
        add(&b, "MFAUsed", s->mfa_used ? "Yes" : "No");
    }
    return end(&b);
}

static const char *elements_of(struct arena *a, const struct record_sign_in *s)
{
    struct buf b = {.arena = a};
    add(&b, names[s->name], s->failure ? "Failure" : "Success");
    return end(&b);
}

/* As records name them: who has a password is no session yet, a user who fails to sign in has no
   ARN, and the name is hidden when no user has it, since it may be a password. */
static const struct authz_principal *identity_of(struct arena *a, const struct record_sign_in *s)
{
    struct authz_principal *who = NEW(a, struct authz_principal);
    *who = *s->who;
    who->policies = NULL;
    who->n_policies = 0;
    bool sessions = s->name == RECORD_CONSOLE_LOGIN || s->name == RECORD_GET_SIGNIN_TOKEN;
    bool person = who->kind == PRINCIPAL_USER || who->kind == PRINCIPAL_ROOT;
    if (person || !sessions)
        who->temporary = false;
    if (who->kind == PRINCIPAL_USER && s->failure) {
        who->arn = NULL;
        who->name = who->name ? who->name : "HIDDEN_DUE_TO_SECURITY_REASONS";
    }
    return who;
}

/* Persons have none when they sign in, which is an empty text; sessions have no such member. */
static struct str key_of(const struct record_sign_in *s)
{
    bool person = s->who->kind == PRINCIPAL_USER || s->who->kind == PRINCIPAL_ROOT;
    return person ? STR("") : (struct str){NULL, 0};
}

static struct record_told told_of(struct arena *a, const struct record_sign_in *s)
{
    return (struct record_told){
        .name = names[s->name], .elements = elements_of(a, s), .data = data_of(a, s)};
}

void record_sign_in(struct call *c, const struct record_sign_in *s)
{
    const struct record *of = record_of(c);
    struct record **link = &c->record->also, *made = NEW(c->arena, struct record);
    *made = (struct record){.request_id = of->request_id,
                            .sandbox = of->sandbox,
                            .at = of->at,
                            .source_ip = of->source_ip,
                            .user_agent = of->user_agent,
                            .host = of->host,
                            .told = told_of(c->arena, s),
                            .principal = identity_of(c->arena, s),
                            .account = s->who->account,
                            .issuer_id = s->issuer_id,
                            .access_key_id = key_of(s),
                            .code = s->failure ? ERR_ACCESS_DENIED : OK,
                            .message = s->failure};
    while (*link)
        link = &(*link)->also;
    *link = made;
}
