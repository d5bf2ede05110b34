/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signin/steps.h"

#include <inttypes.h>

#include "access/console_session.h"
#include "pages.h"
#include "record/sign_in.h"
#include "server/page/show.h"
#include "server/page/visit.h"
#include "server/signin/next.h"
#include "svc/mfa_devices.h"

const char steps_wrong[] = "Your authentication information is incorrect. Please try again.";

json_t *steps_data(const char *title, const char *next, const char *refusal)
{
    return json_pack("{s:s, s:s, s:s, s:s*}", "title", title, "here", "", "next", next_path(next),
                     "refusal", refusal);
}

int steps_stop(struct call *c, const char *why, const char *help)
{
    json_t *data = steps_data("No sign-in", NULL, NULL);
    json_object_set_new(data, "why", json_string(why));
    json_object_set_new(data, "help", json_string(help));
    return page_show_status(c, 403, &page_sign_in_stopped, data);
}

int steps_over(struct call *c)
{
    return steps_stop(c, "This sign-in is over.",
                      "What one page proves is good on the next one for five minutes, in the same "
                      "browser, and as long as the password stays as it is. Begin again.");
}

static struct authz_principal who_of(struct call *c, const struct sign_in *s)
{
    const char *root_arn = arena_printf(c->arena, "arn:aws:iam::%s:root", s->number);
    struct authz_principal root = {
        .kind = PRINCIPAL_ROOT, .account = s->number, .arn = root_arn, .id = s->number};
    struct authz_principal user = {.kind = PRINCIPAL_USER,
                                   .account = s->number,
                                   .arn = s->user.arn,
                                   .id = s->user.user_id,
                                   .name = s->user.user_name};
    return s->account ? user : root;
}

/* What happens in no account is told to none. */
static void note(struct call *c, const struct sign_in *s, struct record_sign_in what)
{
    if (!s->number)
        return;
    struct authz_principal *who = NEW(c->arena, struct authz_principal);
    *who = who_of(c, s);
    what.who = who;
    record_sign_in(c, &what);
}

static void note_login(struct call *c, const struct sign_in *s, const char *next,
                       const char *failure)
{
    struct str host = request_header(c->rq, "host");
    const char *to = arena_printf(c->arena, "http://%.*s%.*s%s", STR_FMT(host),
                                  STR_FMT(c->rq->prefix), next_path(next));
    note(c, s,
         (struct record_sign_in){.name = RECORD_CONSOLE_LOGIN,
                                 .failure = failure,
                                 .login_to = to,
                                 .mfa_used = s->mfa_at != 0 || s->code,
                                 .mfa = s->mfa_at ? s->serial : NULL});
}

static int refuse(struct call *c, const struct sign_in *s, const char *next, steps_again *again)
{
    bool unknown = s->account && !s->user.user_id;
    note_login(c, s, next, unknown ? record_unknown : record_wrong);
    if (s->result == SIGN_IN_WRONG)
        return again(c, s, next, 403, steps_wrong);
    const char *locked =
        arena_printf(c->arena,
                     "Too many wrong passwords, for this name or from this address. The next one "
                     "is looked at in %" PRId64 " seconds.",
                     s->seconds);
    return again(c, s, next, 429, locked);
}

static bool has_kind(const struct sign_in *s, const char *kind)
{
    for (size_t i = 0; i < s->devices.n; i++) {
        if (*s->devices.v[i].seed && strcmp(s->devices.v[i].kind, kind) == 0)
            return true;
    }
    return false;
}

static bool has_others(const struct sign_in *s)
{
    for (size_t i = 0; i < s->devices.n; i++) {
        if (!*s->devices.v[i].seed)
            return true;
    }
    return false;
}

/* AWS undocumented: what it calls hardware tokens. */
static const char *type_of(const struct sign_in *s)
{
    if (s->devices.n > 1)
        return "Multiple MFA Devices";
    const char *kind = s->devices.v[0].kind;
    return strcmp(kind, MFA_FIDO) == 0       ? "U2F MFA"
           : strcmp(kind, MFA_HARDWARE) == 0 ? "Hardware MFA"
                                             : "Virtual MFA";
}

static json_t *kind_of_device(const struct sign_in *s, const char *kind, const char *label)
{
    return json_pack("{s:s, s:s, s:b}", "value", kind, "label", label, "chosen",
                     s->kind && strcmp(s->kind, kind) == 0);
}

/* To choose from, where there is a choice. */
static json_t *kinds_of(const struct sign_in *s)
{
    json_t *kinds = json_array();
    if (!has_kind(s, MFA_VIRTUAL) || !has_kind(s, MFA_HARDWARE))
        return kinds;
    json_array_append_new(kinds, kind_of_device(s, MFA_VIRTUAL, "An app on a phone or computer"));
    json_array_append_new(kinds, kind_of_device(s, MFA_HARDWARE, "A hardware token"));
    return kinds;
}

static int ask_code(struct call *c, const struct sign_in *s, const char *next, int status,
                    const char *refusal)
{
    char clock[CLOCK_TEXT_SIZE];
    clock_iso8601(c->now, clock);
    json_t *data = steps_data("Code of an MFA device", next, refusal);
    const char *state = sign_in_seal(c, s, str_dup(c->arena, visit_cookie(c)));
    json_object_set_new(data, "state", json_string(state));
    json_object_set_new(data, "who", json_string(s->account ? s->user.user_name : "The root user"));
    json_object_set_new(data, "kinds", kinds_of(s));
    json_object_set_new(data, "security_keys", json_boolean(has_others(s)));
    json_object_set_new(data, "clock", json_string(clock));
    return page_show_status(c, status, &page_sign_in_code, data);
}

/* Security keys answer a browser's questions with signatures, which nothing here asks. */
static int need_code(struct call *c, const struct sign_in *s, const char *next)
{
    note(c, s, (struct record_sign_in){.name = RECORD_CHECK_MFA, .mfa_type = type_of(s)});
    if (sign_in_takes_codes(s))
        return ask_code(c, s, next, 200, NULL);
    note_login(c, s, next, record_wrong);
    return steps_stop(c,
                      "The only MFA devices of this identity are security keys, which cannot be "
                      "checked here.",
                      "Register a device that shows codes as well: CreateVirtualMFADevice and "
                      "EnableMFADevice make one. Or sign in with an access key of a command line.");
}

static int wrong_code(struct call *c, const struct sign_in *s, const char *next)
{
    note_login(c, s, next, record_wrong);
    return ask_code(c, s, next, 403, steps_wrong);
}

static int ask_password(struct call *c, const struct sign_in *s, const char *next)
{
    json_t *data = steps_data("Choose another password", next, NULL);
    const char *state = sign_in_seal(c, s, str_dup(c->arena, visit_cookie(c)));
    json_object_set_new(data, "state", json_string(state));
    json_object_set_new(data, "user", json_string(s->user.user_name));
    json_object_set_new(data, "expired", json_boolean(s->result == SIGN_IN_EXPIRED));
    return page_show(c, &page_sign_in_password, data);
}

int steps_begin_session(struct call *c, const struct sign_in *s, const char *roles)
{
    struct session who;
    const char *cookie;
    sign_in_session(s, &who);
    TRY(console_session_begin(c, &who, s->row.changed, roles, &cookie));
    return visit_begin(c, cookie);
}

static int arrive(struct call *c, const struct sign_in *s, const char *next)
{
    TRY(steps_begin_session(c, s, "[]"));
    note_login(c, s, next, NULL);
    return page_go(c, "%s", s->closed ? "/console/me" : next_path(next));
}

/* The password is right. */
static int go_on(struct call *c, const struct sign_in *s, const char *next)
{
    switch (s->result) {
    case SIGN_IN_MFA_REQUIRED:
        return need_code(c, s, next);
    case SIGN_IN_MFA_WRONG:
        return wrong_code(c, s, next);
    case SIGN_IN_HARD_EXPIRED:
        note_login(c, s, next, record_wrong);
        return steps_stop(c, "The password has expired.",
                          "The password policy of the account lets an administrator set another "
                          "one, and nobody else: UpdateLoginProfile.");
    case SIGN_IN_EXPIRED:
    case SIGN_IN_RESET_REQUIRED:
        return ask_password(c, s, next);
    default:
        return arrive(c, s, next);
    }
}

int steps_go_on(struct call *c, struct sign_in *s, const char *next, steps_again *again)
{
    TRY(sign_in_finish(c, s));
    if (s->result == SIGN_IN_WRONG || s->result == SIGN_IN_LOCKED)
        return refuse(c, s, next, again);
    if (!s->closed || !s->account)
        return go_on(c, s, next);
    note_login(c, s, next, record_wrong);
    return steps_stop(c, "The account is closed.",
                      "Its root user alone can sign in, look at what is left, and reopen it.");
}
