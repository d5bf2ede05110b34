/* SPDX-License-Identifier: Apache-2.0 */
#include "guard/guard_priv.h"

#include "access/place.h"
#include "authz/permissions.h"
#include "base/clock.h"

enum { UNREAD_MAX = 512 }; /* bytes of a path that nobody knows */

/* A request on its way through the guard. */
struct passage {
    struct call *call;
    const struct guard_question *question;
    struct guard_answer *answer;
    struct record_other *other;
    struct sigv4_auth auth;
    bool is_signed;
    bool body; /* what is in the body is known */
    struct guard_case of;
    const struct recognize_permission *permission; /* that is being decided */
    struct guard_decision *decisions;
};

/* Where the request came from, as conditions ask; its region stays that of the endpoint until it
   is known for which one it is signed. */
static void note_origin(struct call *c, const struct request *rq)
{
    struct record *record = record_of(c);
    record->source_ip = str_of(rq->source_ip);
    record->user_agent = request_header(rq, "user-agent");
    record->referer = request_header(rq, "referer");
    record->host = request_header(rq, "host");
}

static bool has_length(const struct request *rq)
{
    struct str length = str_trim(request_header(rq, "content-length"));
    return request_header(rq, "transfer-encoding").p || (length.p && !str_is(length, "0"));
}

/*
 * Nothing in the body is as good as a body that came, when the request has none and is signed so.
 * A hash of nothing alone is not: who signs that may send a body all the same, to a service that
 * does not look at signatures.
 */
static bool is_empty(struct arena *a, const struct guard_question *question,
                     const struct sigv4_auth *auth)
{
    const struct request *rq = question->rq;
    struct sigv4_auth settled = *auth;
    struct sigv4_rules rules;
    const char *message;
    if (!question->length || has_length(rq))
        return false;
    sigv4_rules_of(auth->service, NULL, &rules);
    return sigv4_settle_payload(a, rq, false, &rules, &settled, &message) == OK &&
           str_is(settled.payload, SIGV4_EMPTY_DIGEST);
}

static void recognize_it(struct passage *p)
{
    struct arena *a = p->call->arena;
    const struct request *rq = p->question->rq;
    struct recognized *op = &p->answer->op;
    struct str scope = p->is_signed ? p->auth.service : (struct str){NULL, 0};
    p->body = p->question->body || (p->is_signed && is_empty(a, p->question, &p->auth));
    enum recognize_hosts hosts = (enum recognize_hosts)call_setting(p->call, SETTING_PLAIN_HOSTS);
    recognize(a, rq, scope, p->body, hosts, op);
    p->other->service = op->service_id;
    p->other->operation = op->operation;
    p->other->resource_prefix = op->prefix;
}

static int not_authenticated(struct passage *p, int code)
{
    struct call *c = p->call;
    struct record *record = record_of(c);
    if (record->kind == RECORD_PLAIN)
        record_key_refused(c, c->reason ? c->reason : c->message);
    p->other->code = p->answer->code = code;
    p->answer->message = c->message;
    p->answer->reason = c->reason;
    c->message = NULL;
    return OK;
}

static void release(void *caller)
{
    caller_release(caller);
}

/* Whoever it may be, with enforcement off. An account that does not exist is not made for that. */
static int assume(struct passage *p, struct caller *ret)
{
    int code = caller_assume(p->call, p->is_signed ? &p->auth : NULL, false, ret);
    return code == ERR_WANTED ? caller_assume(p->call, NULL, false, ret) : code;
}

/* Of S3; of others what the first part of the path is does not matter. */
static struct str bucket_of(const struct recognized *op)
{
    struct str rest = op->path;
    str_cut(&rest, '/');
    return rest.p ? str_cut(&rest, '/') : (struct str){NULL, 0};
}

static int prove(struct passage *p, struct caller *ret)
{
    struct call *c = p->call;
    const struct caller_shown shown = {.rq = p->question->rq,
                                       .body = p->question->body,
                                       .auth = &p->auth,
                                       .service = p->answer->op.prefix,
                                       .operation = p->answer->op.operation,
                                       .bucket = bucket_of(&p->answer->op)};
    if (c->enforcement == ENFORCE_OFF)
        return assume(p, ret);
    return p->is_signed ? caller_authenticate_other(c, &shown, ret) : OK;
}

/* The principal is the call's from now on. */
static int authenticate(struct passage *p)
{
    struct caller *caller = NEW(p->call->arena, struct caller);
    arena_keep(p->call->arena, release, caller);
    int code = prove(p, caller);
    p->answer->caller = *caller;
    if (code == OK || err_face(code)->status == 500)
        return code;
    return not_authenticated(p, code);
}

static void refuse(struct passage *p, const char *message, const char *reason)
{
    if (!p->answer->message)
        p->answer->message = message;
    if (!p->answer->reason)
        p->answer->reason = reason;
}

/* The words are ours: AWS knows all its requests. */
static void not_recognized(struct passage *p, const char *reason)
{
    const struct request *rq = p->question->rq;
    struct str host = request_header(rq, "host"), path = rq->path;
    path.n = path.n < UNREAD_MAX ? path.n : UNREAD_MAX;
    p->other->unread = arena_printf(p->call->arena, "%.*s %.*s%.*s", STR_FMT(rq->method),
                                    STR_FMT(host), STR_FMT(path));
    refuse(p,
           arena_printf(p->call->arena, "The request cannot be authorized: %s",
                        reason ? reason : "it is of no operation that is known."),
           reason);
}

/* Values of s3:authType and s3:signatureversion (S3 API Reference, "Amazon S3 signature version 4
   authentication specific policy keys"). */
static const char *auth_type(const struct passage *p)
{
    if (!p->is_signed)
        return NULL;
    if (p->auth.post)
        return "POST";
    return p->auth.presigned ? "REST-QUERY-STRING" : "REST-HEADER";
}

static const char *signature_version(const struct passage *p)
{
    if (!p->is_signed)
        return NULL;
    return p->auth.asymmetric ? "AWS4-ECDSA-P256-SHA256" : "AWS4-HMAC-SHA256";
}

/* S3 API Reference, "Amazon S3 signature version 4 authentication specific policy keys",
   s3:signatureAge: of presigned URLs and of forms. Signatures are about real time; who signs some
   minutes ahead of it has a new one. */
static int64_t signature_age(const struct passage *p)
{
    int64_t age = clock_real() - p->auth.signed_at;
    if (!p->is_signed || (!p->auth.presigned && !p->auth.post))
        return -1;
    return age > 0 ? age * 1000 : 0;
}

static struct recognize_caller asker(const struct passage *p)
{
    const struct authz_principal *principal = p->of.record->principal;
    struct recognize_caller ret = {
        .partition = "aws",
        .region = p->of.record->region,
        .auth_type = auth_type(p),
        .signature = signature_version(p),
        .now = p->call->now,
        .told = guard_told,
        .owner = p->call,
        .signature_age = signature_age(p),
    };
    if (principal->account)
        ret.account = str_of(principal->account);
    if (principal->name)
        ret.user = str_of(principal->name);
    return ret;
}

static struct record_decision *decision_of(struct passage *p)
{
    const struct recognize_permission *permission = p->permission;
    struct record_decision *d = NEW(p->call->arena, struct record_decision);
    d->action = permission->action;
    d->resource = permission->resource;
    d->unnamed = permission->unnamed;
    d->keys = permission->keys;
    d->n_keys = permission->n_keys;
    d->tags = (struct record_tags){permission->tags, permission->n_tags, permission->tag_keys,
                                   permission->n_tag_keys};
    return d;
}

/* Of an operation whose resources are not in the data: allowed only when that does not matter. What
   seems to be about nothing may be about something of the caller's account, which has RCPs. */
static bool matters_not(struct passage *p, struct record_decision *d)
{
    struct call *c = p->call;
    const char *account = p->of.record->principal->account;
    if (!d->owner_place.membership && account && place_owner(c, d, str_of(account)) != OK)
        return false;
    const struct guard_case *of = &p->of;
    struct str name = p->permission->action, prefix = str_cut(&name, ':');
    size_t number;
    if (!reference_number(prefix, &number))
        return false;
    struct authz_permissions sum =
        authz_permissions(c->arena, of->record->principal, of->record->place.levels,
                          d->owner_place.levels, number, &p->of.work);
    for (size_t i = 0; !sum.unfinished && sum.n && i < sum.services->total.n; i++) {
        if (str_eq_fold(sum.services->actions[i].action.name, name))
            return sum.services->actions[i].grant == AUTHZ_GRANT_ALL;
    }
    return false;
}

static void note(struct passage *p, const struct guard_permit *permit)
{
    const struct record_decision *d = permit->decision;
    struct guard_decision *made = &p->decisions[p->answer->n_decisions++];
    *made = (struct guard_decision){.action = d->action,
                                    .resource = d->resource,
                                    .outcome = d->decision.outcome,
                                    .message = permit->message,
                                    .element = permit->whole ? SIZE_MAX : p->permission->element,
                                    .is_hint = p->permission->is_hint};
}

/* ERR_ACCESS_DENIED: the request is refused. */
static int decide_one(struct passage *p)
{
    struct guard_permit permit;
    struct record_decision *d = decision_of(p);
    int code = guard_permit(&p->of, d, !p->permission->is_hint, &permit);
    if (code != OK)
        return code;
    note(p, &permit);
    if (p->permission->is_hint)
        return OK;
    if (d->decision.outcome == AUTHZ_ALLOW && p->answer->op.certainty == RECOGNIZE_UNKNOWN &&
        !matters_not(p, d)) {
        not_recognized(p, "which resources the operation is about is not known, and what the "
                          "policies say depends on them.");
        return ERR_ACCESS_DENIED;
    }
    if (d->decision.outcome == AUTHZ_ALLOW)
        return OK;
    refuse(p, permit.message, p->of.reason);
    return ERR_ACCESS_DENIED;
}

/* Up to the first denial; elements of a list may be refused alone, and whoever learns what the
   request needs has to know all of it. */
static int decide_all(struct passage *p)
{
    struct guard_answer *answer = p->answer;
    const struct recognize_permissions *all = &answer->permissions;
    bool soft = p->call->enforcement == ENFORCE_SOFT;
    int ret = OK;
    p->decisions = NEW_ARRAY(p->call->arena, struct guard_decision, all->n);
    answer->decisions = p->decisions;
    for (size_t i = 0; i < all->n; i++) {
        p->permission = &all->v[i];
        int code = decide_one(p);
        bool goes_on = soft || p->permission->element != SIZE_MAX;
        if (code != OK && (code != ERR_ACCESS_DENIED || !goes_on))
            return code;
        ret = code == OK ? ret : code;
    }
    return ret;
}

/* AWS undocumented: that who does not sign is asked to, where no policy speaks of everybody; S3 and
   API Gateway deny. */
static int ask_to_sign(struct passage *p)
{
    p->answer->message = NULL;
    p->answer->n_decisions = 0;
    record_decide_anew(p->call);
    p->call->message = "Request is missing Authentication Token";
    return not_authenticated(p, ERR_MISSING_AUTHENTICATION_TOKEN);
}

static bool denies_strangers(const struct guard_case *of)
{
    const char *form = of->denial.form;
    return form && (strcmp(form, "s3") == 0 || strcmp(form, "execute-api") == 0 ||
                    strcmp(form, "lambda-url") == 0);
}

static int find_permissions(struct passage *p)
{
    struct guard_answer *answer = p->answer;
    const struct recognize_caller caller = asker(p);
    enum recognize_why why = recognize_permissions(p->call->arena, p->question->rq, &answer->op,
                                                   &caller, p->body, &answer->permissions);
    if (why == RECOGNIZED)
        return answer->permissions.n > p->question->most ? CALL_AGAIN : OK;
    not_recognized(p, answer->permissions.reason);
    return ERR_ACCESS_DENIED;
}

/* OK or ERR_ACCESS_DENIED, but for failures of the store. */
static int authorize(struct passage *p)
{
    const struct recognized *op = &p->answer->op;
    TRY(guard_begin(p->call, p->question->rq, op, &p->of));
    p->of.may_wait = p->question->most == GUARD_ALL;
    if (p->call->enforcement == ENFORCE_OFF)
        return OK;
    if (op->why != RECOGNIZED) {
        not_recognized(p, op->reason);
        return ERR_ACCESS_DENIED;
    }
    if (op->anonymous && !p->is_signed)
        return OK;
    if (op->is_free)
        return p->is_signed ? OK : ERR_ACCESS_DENIED;
    int code = find_permissions(p);
    return code == OK ? decide_all(p) : code;
}

static int end(struct passage *p, int code)
{
    struct guard_answer *answer = p->answer;
    struct call *c = p->call;
    struct record *record = record_of(c);
    if (code != OK && code != ERR_ACCESS_DENIED)
        return code;
    bool lets_in = code == OK || c->enforcement != ENFORCE_STRICT;
    record->allowed = code == OK;
    record->why = code == OK ? NULL : answer->reason;
    answer->allowed = lets_in;
    if (code == OK && !answer->reason)
        answer->reason = p->of.guess;
    if (code != OK && lets_in) {
        answer->would_deny = c->would_deny = answer->message;
        answer->message = NULL;
    }
    return OK;
}

/* What goes to the back end tells something of resources. */
static int learn(struct passage *p)
{
    struct guard_answer *answer = p->answer;
    const char *note = NULL;
    if (!p->question->learn || !answer->allowed || !answer->permissions.n)
        return OK;
    int code = guard_learn(&p->of, &answer->permissions, p->question->body, &note);
    if (note)
        answer->reason = note;
    return code;
}

int guard_decide(struct call *c, const struct guard_question *question, struct guard_answer *ret)
{
    struct passage p = {.call = c, .question = question, .answer = ret};
    struct arena *a = c->arena;
    const char *message = NULL;
    *ret = (struct guard_answer){.n_decisions = 0};
    c->account = NULL; /* of whoever asks about it, if anything */
    p.other = NEW(a, struct record_other);
    record_of(c)->other = p.other;
    note_origin(c, question->rq);
    int code = sigv4_find(a, question->rq, question->body, &p.auth, &message);
    p.is_signed = code == OK;
    if (p.auth.asymmetric && question->most != GUARD_ALL)
        return CALL_AGAIN;
    recognize_it(&p);
    if (code != OK && code != ERR_NOT_FOUND && c->enforcement != ENFORCE_OFF) {
        c->message = message;
        return not_authenticated(&p, code);
    }
    TRY(authenticate(&p));
    if (ret->code != OK)
        return OK;
    code = authorize(&p);
    bool decided = ret->n_decisions || (ret->op.is_free && ret->op.why == RECOGNIZED);
    bool stranger = code == ERR_ACCESS_DENIED && !p.is_signed && decided;
    if (stranger && !denies_strangers(&p.of))
        return ask_to_sign(&p);
    code = end(&p, code);
    return code == OK ? learn(&p) : code;
}
