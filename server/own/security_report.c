/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes against AWS's best practices for the root user and users. It is read in slices, each of
 * which sees one state of the account; what is unused or old goes by the sandbox's clock.
 */
#include "authn/password_policy.h"
#include "base/map.h"
#include "own_api.h"
#include "record/events.h"
#include "server/own/documents.h"
#include "server/own/findings.h"
#include "svc/mfa_devices.h"
#include "svc/people.h"

enum {
    PAGE = 100,   /* entities of a slice, which takes about a millisecond */
    EVENTS = 500, /* and events */
    DAY = 24 * 60 * 60,
    ROOT_USE_DAYS = 7,
    LENGTH = 14, /* of passwords: IAM.15 */
    REUSE = 24,  /* how many of the last ones are not used again: IAM.16 */
    AGE = 90,    /* days: IAM.17 */
};

/* Where a key was used from first. */
struct origin {
    const char *key_id;
    struct str address;
    bool shared;
};

struct report {
    struct call *call;
    const struct own_get_security_report_in *in;
    struct findings *findings;
    const char *url; /* of the sandbox, as the client has called it */
    size_t step;
    const char *after;  /* an entity within it */
    uint64_t before;    /* an event */
    struct map origins; /* key id -> struct origin */
};

/* One slice: its transaction, with an arena of its own. */
struct slice {
    struct report *report;
    struct tx tx;
    const char *last; /* entity; NULL: there are no more */
};

#define TEXT(slice, ...) arena_printf((slice)->tx.arena, __VA_ARGS__)

/* A command of the AWS CLI; FORMAT is a literal. */
#define IAM(slice, format, ...)                                                                    \
    TEXT(slice, "aws --endpoint-url %s iam " format, (slice)->report->url, __VA_ARGS__)

/* As one word of a shell. */
static const char *quoted(struct slice *s, const char *text)
{
    struct buf b = buf_new(s->tx.arena, strlen(text) + 16);
    buf_add_char(&b, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_add_text(&b, "'\\''");
        else
            buf_add_char(&b, *text);
    }
    buf_add_char(&b, '\'');
    return buf_text(&b);
}

static bool is_active(const struct key_row *key)
{
    return strcmp(key->status, "Active") == 0;
}

/* Makes a virtual device and enables it, with codes of the app that has read its picture. */
static const char *enable_device(struct slice *s, const char *user, const char *device)
{
    return TEXT(s, "%s && %s",
                IAM(s,
                    "create-virtual-mfa-device --virtual-mfa-device-name %s "
                    "--bootstrap-method QRCodePNG --outfile %s.png",
                    device, device),
                IAM(s,
                    "enable-mfa-device --user-name %s --serial-number arn:aws:iam::%s:mfa/%s "
                    "--authentication-code1 CODE --authentication-code2 NEXT-CODE",
                    user, s->report->call->account, device));
}

/* The AWS CLI registers no security keys. */
static const char *replace_devices(struct slice *s, const struct mfa_row_list *devices, bool add)
{
    const struct report *r = s->report;
    const char *mend = "", *and = "";
    if (add)
        mend = TEXT(s, "curl -X POST %s/_iam-local/accounts/%s/security-keys -d '{}'", r->url,
                    r->call->account);
    for (size_t i = 0; i < devices->n; i++) {
        and = *mend ? " && " : "";
        if (strcmp(devices->v[i].kind, MFA_VIRTUAL) == 0)
            mend = TEXT(s, "%s%s%s", mend, and,
                        IAM(s, "deactivate-mfa-device --user-name root --serial-number %s",
                            devices->v[i].serial));
    }
    return mend;
}

static int check_devices_of_root(struct slice *s, const char *arn)
{
    struct mfa_row_list devices;
    size_t n_virtual = 0;
    TRY(q_mfa_of_owner(&s->tx, &(struct q_mfa_of_owner){s->report->call->account, INT64_MAX},
                       &devices));
    for (size_t i = 0; i < devices.n; i++)
        n_virtual += strcmp(devices.v[i].kind, MFA_VIRTUAL) == 0;
    if (devices.n == 0 || n_virtual > 0)
        findings_add(s->report->findings, ROOT_HARDWARE_MFA, arn,
                     n_virtual ? "a virtual MFA device" : "no MFA device",
                     replace_devices(s, &devices, n_virtual == devices.n));
    return OK;
}

/* Whoever is in a group of administrators needs the root user for hardly anything. */
static const char *make_administrators(struct slice *s)
{
    return TEXT(s, "%s && %s", IAM(s, "create-group --group-name %s", "administrators"),
                IAM(s, "attach-group-policy --group-name %s --policy-arn %s", "administrators",
                    "arn:aws:iam::aws:policy/AdministratorAccess"));
}

static void check_use_of_root(struct slice *s, const struct person *person)
{
    struct report *r = s->report;
    int64_t since = r->call->now - ROOT_USE_DAYS * DAY;
    for (size_t i = 0; i < person->n_keys; i++) {
        const struct key_row *key = &person->keys[i];
        if (key->has_last_used && key->last_used > since)
            findings_add(r->findings, ROOT_USE, person->row.arn,
                         TEXT(s, "access key %s, used for %s", key->id, key->last_service),
                         IAM(s, "delete-access-key --access-key-id %s", key->id));
    }
    if (person->row.has_password_last_used && person->row.password_last_used > since)
        findings_add(r->findings, ROOT_USE, person->row.arn, "the password",
                     make_administrators(s));
}

static int root(struct slice *s)
{
    struct person person;
    struct report *r = s->report;
    TRY(people_root(r->call, &s->tx, &person));
    for (size_t i = 0; i < person.n_keys; i++) {
        findings_add(r->findings, ROOT_ACCESS_KEYS, person.row.arn,
                     TEXT(s, "access key %s", person.keys[i].id),
                     IAM(s, "delete-access-key --access-key-id %s", person.keys[i].id));
    }
    if (!person.row.mfa) {
        findings_add(r->findings, ROOT_MFA, person.row.arn, "no MFA device",
                     enable_device(s, "root", "root-account-mfa-device"));
    }
    check_use_of_root(s, &person);
    return check_devices_of_root(s, person.row.arn);
}

static int password_policy(struct slice *s)
{
    struct report *r = s->report;
    const char *account = r->call->account;
    struct password_rules rules;
    TRY(password_rules_get(&s->tx, account, &rules));
    const struct iam_password_policy *p = &rules.policy;
    bool strong = rules.custom && p->require_symbols && p->require_numbers &&
                  p->require_uppercase_characters && p->require_lowercase_characters &&
                  p->minimum_password_length >= LENGTH;
    bool expires = p->has_max_password_age && p->max_password_age <= AGE;
    const char *mend = IAM(s,
                           "update-account-password-policy --minimum-password-length 14 "
                           "--require-symbols --require-numbers --require-uppercase-characters "
                           "--require-lowercase-characters --allow-users-to-change-password "
                           "--password-reuse-prevention 24 --max-password-age %d",
                           expires ? (int)p->max_password_age : AGE);
    if (!strong)
        findings_add(r->findings, PASSWORD_POLICY, account,
                     rules.custom ? "not 14 characters of all four kinds" : "no password policy",
                     mend);
    if (!p->has_password_reuse_prevention || p->password_reuse_prevention < REUSE)
        findings_add(r->findings, PASSWORD_REUSE, account, "the last 24 are not remembered", mend);
    if (!expires)
        findings_add(r->findings, PASSWORD_EXPIRY, account,
                     p->has_max_password_age ? "after more than 90 days" : "never", mend);
    return OK;
}

static bool is_unused(const struct report *r, int64_t since)
{
    return (r->call->now - since) / DAY > r->in->unused; /* in whole days, as for the age of keys */
}

static void check_password(struct slice *s, const struct person *person)
{
    struct report *r = s->report;
    const struct person_row *row = &person->row;
    if (!row->has_password_changed)
        return;
    int64_t used = row->has_password_last_used && row->password_last_used > row->password_changed
                       ? row->password_last_used
                       : row->password_changed;
    if (!row->mfa) {
        findings_add(r->findings, USER_MFA, row->arn, "a password and no MFA device",
                     enable_device(s, row->name, row->name));
    }
    if (is_unused(r, used)) {
        findings_add(
            r->findings, UNUSED_CREDENTIALS, row->arn,
            TEXT(s, "the password, not used for %d days", (int)((r->call->now - used) / DAY)),
            IAM(s, "delete-login-profile --user-name %s", row->name));
    }
}

static const char *switch_off(struct slice *s, const char *user, const char *id)
{
    return IAM(s, "update-access-key --user-name %s --access-key-id %s --status Inactive", user,
               id);
}

static void check_keys(struct slice *s, const struct person *person)
{
    struct report *r = s->report;
    const struct person_row *row = &person->row;
    size_t active = 0;
    for (size_t i = 0; i < person->n_keys; i++) {
        const struct key_row *key = &person->keys[i];
        int64_t age = (r->call->now - key->created) / DAY;
        int64_t used = key->has_last_used ? key->last_used : key->created;
        if (!is_active(key))
            continue;
        active++;
        if (age > r->in->key_age) {
            findings_add(r->findings, KEY_AGE, row->arn,
                         TEXT(s, "access key %s, %d days old", key->id, (int)age),
                         switch_off(s, row->name, key->id));
        }
        if (is_unused(r, used)) {
            findings_add(r->findings, UNUSED_CREDENTIALS, row->arn,
                         TEXT(s, "access key %s, not used for %d days", key->id,
                              (int)((r->call->now - used) / DAY)),
                         switch_off(s, row->name, key->id));
        }
    }
    if (active > 1) {
        findings_add(r->findings, TWO_ACTIVE_KEYS, row->arn, "two active access keys",
                     switch_off(s, row->name, person->keys[0].id));
    }
}

static void check_wildcard(struct slice *s, const char *about, const char *document,
                           const char *what, const char *mend)
{
    if (document && document_allows_all(document))
        findings_add(s->report->findings, WILDCARD_ADMINISTRATORS, about, what, mend);
}

static int policies_of_users(struct slice *s, const char *after, const char *last)
{
    struct report *r = s->report;
    const char *account = r->call->account;
    struct person_policy_row_list rows;
    TRY(q_person_policies(&s->tx, &(struct q_person_policies){account, after, last}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct person_policy_row *row = &rows.v[i];
        const char *what = TEXT(s, "inline policy %s", row->policy);
        const char *mend =
            IAM(s, "delete-user-policy --user-name %s --policy-name %s", row->user, row->policy);
        findings_add(r->findings, INLINE_POLICIES, row->user, what, mend);
        check_wildcard(s, row->user, row->document, what, mend);
    }
    TRY(q_person_attachments(&s->tx, &(struct q_person_attachments){account, after, last}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        findings_add(r->findings, DIRECT_ATTACHMENTS, rows.v[i].user, rows.v[i].policy,
                     IAM(s, "detach-user-policy --user-name %s --policy-arn %s", rows.v[i].user,
                         rows.v[i].policy));
    }
    return OK;
}

static int users(struct slice *s)
{
    struct people people;
    const char *after = s->report->after;
    TRY(people_page(s->report->call, &s->tx, after, PAGE, &people));
    for (size_t i = 0; i < people.n; i++) {
        check_password(s, &people.v[i]);
        check_keys(s, &people.v[i]);
    }
    const char *last = people.n ? people.v[people.n - 1].row.name_key : NULL;
    s->last = people.n == PAGE ? last : NULL;
    return last ? policies_of_users(s, after, last) : OK;
}

/* Inline policies of a group or a role, KIND. */
static int policies_of(struct slice *s, const char *kind, const char *id, const char *name)
{
    struct policy_row_list rows;
    TRY(q_policy_all(&s->tx, &(struct q_policy_all){.owner = id}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        check_wildcard(s, TEXT(s, "%s %s", kind, name), rows.v[i].document,
                       TEXT(s, "inline policy %s", rows.v[i].name),
                       IAM(s, "delete-%s-policy --%s-name %s --policy-name %s", kind, kind, name,
                           rows.v[i].name));
    }
    return OK;
}

static int groups(struct slice *s)
{
    struct iam_group_list rows;
    struct q_group_page page = {s->report->call->account, "/", "0", s->report->after, PAGE};
    TRY(q_group_page(&s->tx, &page, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(policies_of(s, "group", rows.v[i].group_id, rows.v[i].group_name));
    s->last = rows.n == PAGE ? str_fold(s->tx.arena, str_of(rows.v[PAGE - 1].group_name)) : NULL;
    return OK;
}

/* The mend leaves those who are of the account, and services. */
static void check_trust(struct slice *s, const struct iam_role_detail *role)
{
    struct report *r = s->report;
    const char *account = r->call->account, *document = role->assume_role_policy_document;
    enum document_trust trust = document_trust(document, account);
    if (trust == TRUST_INSIDE)
        return;
    findings_add(
        r->findings, trust == TRUST_EVERYBODY ? TRUST_OF_EVERYBODY : TRUST_OF_OTHER_ACCOUNTS,
        role->arn, "trust policy",
        IAM(s, "update-assume-role-policy --role-name %s --policy-document %s", role->role_name,
            quoted(s, document_trust_inside(s->tx.arena, document, account))));
}

static int roles(struct slice *s)
{
    struct iam_role_detail_list rows;
    struct q_role_detail_page page = {s->report->call->account, s->report->after, PAGE};
    TRY(q_role_detail_page(&s->tx, &page, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        check_trust(s, &rows.v[i]);
        TRY(policies_of(s, "role", rows.v[i].role_id, rows.v[i].role_name));
    }
    s->last = rows.n == PAGE ? str_fold(s->tx.arena, str_of(rows.v[PAGE - 1].role_name)) : NULL;
    return OK;
}

/* The account's own, whether anybody has them or not, as the control has it. */
static int managed_policies(struct slice *s)
{
    struct iam_policy_list rows;
    struct q_managed_page page = {.account = s->report->call->account,
                                  .prefix = "/",
                                  .prefix_end = "0",
                                  .after = s->report->after,
                                  .limit = PAGE};
    TRY(q_managed_page(&s->tx, &page, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct document_row row;
        const char *arn = rows.v[i].arn;
        TRY(q_version_default(&s->tx, &(struct q_version_default){arn}, &row));
        check_wildcard(s, arn, row.document, "managed policy",
                       IAM(s,
                           "create-policy-version --policy-arn %s --set-as-default "
                           "--policy-document file://POLICY.json",
                           arn));
    }
    s->last = rows.n == PAGE ? rows.v[PAGE - 1].policy_id : NULL;
    return OK;
}

/* All addresses of this host are one. */
static struct str address_of(const struct event *event)
{
    return str_is(event->source_ip, "::1") ? STR("127.0.0.1") : event->source_ip;
}

static int check_origin(struct slice *s, const struct event *event)
{
    struct report *r = s->report;
    const struct event_caller *caller = &event->caller;
    struct arena *a = r->call->arena;
    if (caller->temporary || !caller->access_key_id.n || !caller->arn || !caller->account ||
        strcmp(caller->account, r->call->account) != 0)
        return OK;
    struct origin *origin = map_get(&r->origins, caller->access_key_id);
    struct str address = address_of(event);
    if (!origin) {
        origin = NEW(a, struct origin);
        origin->key_id = str_dup(a, caller->access_key_id);
        origin->address = str_of(str_dup(a, address));
        map_put(&r->origins, str_of(origin->key_id), origin);
    }
    if (origin->shared || str_eq(origin->address, address))
        return OK;
    origin->shared = true;
    struct key_row key = {.status = ""};
    int code = q_key_get(&s->tx, &(struct q_key_get){origin->key_id}, &key);
    if (code != OK || !is_active(&key)) /* it opens nothing any more */
        return code == ERR_NOT_FOUND ? OK : code;
    findings_add(r->findings, SHARED_KEYS, caller->arn,
                 TEXT(s, "access key %s, used from %.*s and %.*s", origin->key_id,
                      STR_FMT(origin->address), STR_FMT(address)),
                 caller->kind == PRINCIPAL_ROOT
                     ? IAM(s, "delete-access-key --access-key-id %s", origin->key_id)
                     : switch_off(s, caller->name, origin->key_id));
    return OK;
}

static int events(struct slice *s)
{
    const struct event *batch[EVENTS];
    struct report *r = s->report;
    size_t n = events_before(r->call->sandbox->events, r->before, batch, EVENTS);
    int code = OK;
    for (size_t i = 0; i < n; i++) {
        r->before = batch[i]->number;
        code = code < 0 ? code : check_origin(s, batch[i]);
        event_release(batch[i]);
    }
    s->last = n == EVENTS ? "" : NULL;
    return code;
}

static int (*const steps[])(struct slice *s) = {root,  password_policy,  users, groups,
                                                roles, managed_policies, events};

/* True: the last step is done. */
static int go_on(struct report *r, bool *ret_done)
{
    struct arena scratch;
    struct slice s = {.report = r};
    arena_init(&scratch);
    store_begin_later(r->call->sandbox->store, false, &scratch, &s.tx);
    int code = steps[r->step](&s), end = store_end(&s.tx, true);
    if (s.last)
        r->after = arena_strdup(r->call->arena, s.last);
    else {
        r->after = "";
        r->step++;
    }
    *ret_done = r->step == ARRAY_LEN(steps);
    arena_done(&scratch);
    return code < 0 ? code : end;
}

static void forget_origins(void *origins)
{
    map_done(origins);
}

static struct report *begin(struct call *c, const struct own_get_security_report_in *in)
{
    struct report *r = NEW(c->arena, struct report);
    r->url = arena_printf(c->arena, "http://%.*s%.*s", STR_FMT(request_header(c->rq, "host")),
                          STR_FMT(c->rq->prefix));
    r->call = c;
    r->in = in;
    r->findings = findings_new(c->arena, in->limit);
    r->after = "";
    r->before = INT64_MAX;
    arena_keep(c->arena, forget_origins, &r->origins);
    c->account = in->account ? in->account : c->account;
    c->progress = r;
    return r;
}

int own_get_security_report(struct call *c, const struct own_get_security_report_in *in,
                            struct own_get_security_report_out *out)
{
    struct report *r = c->progress ? c->progress : begin(c, in);
    bool done;
    if (atomic_load(&c->sandbox->stopping))
        return call_stopped(c);
    int code = go_on(r, &done);
    if (code == ERR_NOT_FOUND)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no account %s.", c->account);
    if (code < 0 || !done)
        return code < 0 ? code : CALL_AGAIN;
    out->account = c->account;
    out->generated = c->now;
    out->status = r->findings->n ? "red" : "green";
    out->findings = r->findings->n;
    out->checks = findings_json(r->findings, c->arena);
    return OK;
}
