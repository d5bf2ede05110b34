/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/credential.h"

#include "access/account.h"
#include "access/account_region.h"
#include "authn/credential_priv.h"
#include "authn/last_used.h"
#include "authn/sigv4_post.h"
#include "model/ids.h"
#include "model/region.h"
#include "record/record.h"

/* Longest names of other services, in the scope, and of operations, which access reports have. */
enum { SERVICE_MAX = 48, OPERATION_MAX = 64 };

void caller_release(struct caller *caller)
{
    if (caller->credential)
        cached_release(&caller->credential->base);
    view_release(caller->view);
    *caller = (struct caller){.kind = CRED_NONE};
}

/* What a key is used for. Root users have no access report. */
struct use {
    struct str service; /* as GetAccessKeyLastUsed tells it */
    const char *prefix; /* of its actions, for the access report; NULL: not for that */
    const char *operation;
};

/*
 * Notes the use of a key, or of the role behind a session, and what the user or role has called,
 * allowed or not: once per second, operation and region. Not at the end of the call: it may ask for
 * just that.
 */
static void note_use(struct call *c, struct credential *credential, const struct use *use)
{
    const struct record *record = record_of(c);
    struct str op = str_of(use->operation);
    uint64_t hash = str_hash(op) ^ str_hash(use->service) << 2 ^ str_hash(record->region) << 1;
    int64_t mark = record->at ^ (int64_t)hash;
    if (atomic_exchange_explicit(&credential->noted, mark, memory_order_relaxed) == mark)
        return;
    struct last_used *last_used = c->sandbox->last_used;
    bool session = credential->kind == CRED_SESSION;
    const char *id = session ? credential->owner : credential->id;
    if (!session || credential->session.kind == PRINCIPAL_SESSION)
        last_used_note(last_used, str_of(id), record->at, use->service, record->region);
    if (use->prefix && !account_id_ok(str_of(credential->owner)))
        last_used_note_access(last_used, str_of(credential->owner), record->at, str_of(use->prefix),
                              op, record->region);
}

/* Of an operation of ours. Own endpoints are none of AWS's services. */
static struct use use_of(const struct api_op *op)
{
    const char *service = op->service->name;
    return (struct use){.service = str_of(service),
                        .prefix = strcmp(service, "own") != 0 ? service : NULL,
                        .operation = op->name};
}

static int cannot_call(struct call *c, const char *operation)
{
    return call_fail(c, ERR_ACCESS_DENIED, "Cannot call %s with session credentials", operation);
}

/* These take long-term credentials alone, whatever policies or the enforcement say (STS API
   Reference, GetSessionToken and GetFederationToken). */
static bool needs_long_term(const struct api_op *op)
{
    return strcmp(op->name, "GetSessionToken") == 0 || strcmp(op->name, "GetFederationToken") == 0;
}

/* AWS has one sentence for all of them; the reason can be asked for. */
static int refuse_token(struct call *c, const char *reason)
{
    c->reason = reason;
    record_key_refused(c, reason);
    return call_fail(c, ERR_INVALID_CLIENT_TOKEN_ID,
                     "The security token included in the request is invalid.");
}

/* Whether the account lets the caller call, whoever it is. */
static int check_account(struct call *c, const struct view *view)
{
    bool itself = !c->session || c->session->console;
    bool root = view->principal.kind == PRINCIPAL_ROOT && itself;
    const char *why = account_refuses(c, &view->account, root, c->session);
    return why ? refuse_token(c, why) : OK;
}

/* Access keys are not known in regions that their account has not enabled: STS, which has an
   endpoint in each, says what it says of all that it does not know (IAM User Guide, "Manage AWS STS
   in an AWS Region"). */
static int check_region(struct call *c, struct str name)
{
    struct tx tx;
    bool usable;
    const struct region *region = region_find(name);
    if (!region || region->by_default)
        return OK;
    TRY(store_begin(c->sandbox->store, false, c->arena, &tx));
    int code = account_region_usable(c, &tx, c->account, name, &usable);
    int end = store_end(&tx, true);
    TRY(code < 0 ? code : end);
    return usable ? OK
                  : refuse_token(c, "The region is not enabled in the account: EnableRegion of the "
                                    "Account API does that.");
}

/* What the principal does not say of it. */
static void note_session(struct call *c)
{
    struct record *record = record_of(c);
    const struct session *session = c->session;
    record->issuer_id = session ? session->owner : NULL;
    record->delivery = session ? session->delivery : NULL;
    record->console = session && session->console;
    record->bearer = (struct record_bearer){.subject = session ? session->subject : NULL,
                                            .audience = session ? session->audience : NULL};
}

static int adopt(struct call *c, struct credential *credential, struct caller *ret)
{
    struct view *view = NULL;
    int code = credential->kind == CRED_SESSION
                   ? view_acquire_session(c->sandbox, c->arena, &credential->session, &view)
                   : view_acquire(c->sandbox, c->arena, credential->owner, &view);
    if (code < 0)
        return code;
    if (credential->kind == CRED_SESSION && needs_long_term(c->op)) {
        view_release(view);
        return cannot_call(c, c->op->name);
    }
    *ret = (struct caller){credential->kind, credential, view};
    c->principal = &view->principal;
    c->view = &view->base;
    c->account = view->principal.account;
    c->session = credential->kind == CRED_SESSION ? &credential->session : NULL;
    note_session(c);
    return OK;
}

static int refuse_signature(struct call *c, const struct request *rq, const struct sigv4_auth *auth,
                            const struct sigv4_rules *rules)
{
    struct str canonical = {NULL, 0};
    if (!auth->post)
        canonical = sigv4_canonical_request(c->arena, rq, auth, rules);
    c->reason = auth->post
                    ? "The client has another secret for this access key, or it signed another "
                      "policy."
                    : "The client has another secret for this access key, or it signed something "
                      "else than the expected_canonical_request of the explanation.";
    if (canonical.p)
        record_signature_refused(c, canonical, sigv4_string_to_sign(c->arena, auth, canonical));
    return call_fail(c, ERR_SIGNATURE_DOES_NOT_MATCH,
                     "The request signature we calculated does not match the signature you "
                     "provided. Check your AWS Secret Access Key and signing method. Consult the "
                     "service documentation for details.");
}

/*
 * What keys of GetSessionToken and GetFederationToken cannot be used for (STS API Reference,
 * GetSessionToken and GetFederationToken). AWS undocumented: that the answers are the same for
 * federated users.
 */
static int check_reach(struct call *c, const struct session *session, const char *service,
                       const char *operation)
{
    bool federated = session->kind == PRINCIPAL_FEDERATED;
    bool iam = strcmp(service, "iam") == 0;
    bool everywhere = session->delegate || session->console || session->kind == PRINCIPAL_SESSION ||
                      (session->kind == PRINCIPAL_ROOT && session->n_policy_arns);
    if (everywhere || (!iam && strcmp(service, "sts") != 0))
        return OK;
    if (iam) {
        if (!federated && session->mfa_at)
            return OK;
        return call_fail(c, ERR_INVALID_CLIENT_TOKEN_ID,
                         "The security token included in the request is invalid");
    }
    bool assumes = strcmp(operation, "AssumeRole") == 0 && !federated;
    if (assumes || strcmp(operation, "GetCallerIdentity") == 0)
        return OK;
    return cannot_call(c, operation);
}

static int check_session(struct call *c, const struct session *session)
{
    if (c->now >= session->expires) {
        record_key_refused(c, "The session has expired.");
        return call_fail(c, ERR_EXPIRED_SESSION,
                         "The security token included in the request is expired");
    }
    return OK;
}

/* IAM User Guide, "Manage AWS STS in an AWS Region". */
static int check_version(struct call *c, const struct session *session, struct str name)
{
    const struct region *region = session->v1 ? region_find(name) : NULL;
    if (!region || region->by_default)
        return OK;
    return refuse_token(c, "The session token is of the first version, which STS's global endpoint "
                           "gives out, and not valid in regions that have to be enabled.");
}

static int check_key(struct call *c, const struct sigv4_auth *auth, struct credential *credential)
{
    if (!credential->active)
        return refuse_token(c, "The access key is inactive.");
    if (credential->kind == CRED_SESSION)
        return check_session(c, &credential->session);
    if (auth->security_token.p)
        return refuse_token(c, "A session token came with a long-term access key.");
    return OK;
}

static int check_signature(struct call *c, const struct request *rq, const struct sigv4_auth *auth,
                           const struct sigv4_rules *rules, struct credential *credential)
{
    unsigned char key[SIGV4_KEY_SIZE];
    struct sigv4a_key point;
    bool good;
    if (auth->asymmetric) {
        credential_public_key(credential, &point);
        good = sigv4a_verify(c->arena, rq, auth, rules, &point);
    } else {
        credential_signing_key(credential, auth, key);
        good = auth->post ? sigv4_post_verify(auth, key)
                          : sigv4_verify(c->arena, rq, auth, rules, key);
    }
    if (!good)
        return refuse_signature(c, rq, auth, rules);
    return credential->kind == CRED_SESSION ? check_version(c, &credential->session, auth->region)
                                            : OK;
}

static int verify(struct call *c, const struct sigv4_auth *auth, const char *service,
                  struct credential *credential)
{
    static const struct sigv4_rules rules = {.normalize_path = true};
    TRY(check_key(c, auth, credential));
    /* Signatures are checked against real time, whatever the sandbox's clock shows. */
    int64_t now = clock_real();
    TRY(sigv4_check_scope(c->arena, c->rq, auth, now, &c->message));
    if (!str_is(auth->service, service))
        return call_fail(c, ERR_SIGNATURE_DOES_NOT_MATCH,
                         "Credential should be scoped to correct service: '%s'. ", service);
    TRY(check_signature(c, c->rq, auth, &rules, credential));
    if (credential->kind == CRED_SESSION)
        TRY(check_reach(c, &credential->session, c->op->service->name, c->op->name));
    struct use use = use_of(c->op);
    note_use(c, credential, &use);
    return OK;
}

static int refuse_unsigned(struct call *c, const char *names)
{
    c->reason = arena_printf(c->arena, "Not signed: %s.", names);
    record_key_refused(c, c->reason);
    return call_fail(c, ERR_ACCESS_DENIED,
                     "There were headers present in the request which were not signed");
}

/* Access reports have nothing of a service that is not known. AWS undocumented: that the last use
   of a key names the service as the scope does. */
static void note_shown(struct call *c, const struct caller_shown *shown,
                       struct credential *credential)
{
    bool known = shown->service && shown->operation && strlen(shown->operation) <= OPERATION_MAX;
    struct use use = {.service = shown->auth->service,
                      .prefix = known ? shown->service : NULL,
                      .operation = known ? shown->operation : ""};
    note_use(c, credential, &use);
}

/* What stands for the body, and whether more came along than was signed. */
static int check_signed_part(struct call *c, const struct caller_shown *shown,
                             const struct sigv4_rules *rules, struct sigv4_auth *auth)
{
    if (auth->service.n > SERVICE_MAX || (auth->post && !rules->s3))
        return call_fail(c, ERR_SIGNATURE_DOES_NOT_MATCH,
                         "Credential should be scoped to correct service.");
    if (!auth->post)
        TRY(sigv4_settle_payload(c->arena, shown->rq, shown->body, rules, auth, &c->message));
    const char *names = sigv4_unsigned_headers(c->arena, shown->rq, auth);
    return names ? refuse_unsigned(c, names) : OK;
}

static int verify_shown(struct call *c, const struct caller_shown *shown,
                        struct credential *credential)
{
    int64_t now = clock_real();
    struct sigv4_auth auth = *shown->auth;
    struct sigv4_rules rules;
    sigv4_rules_of(auth.service, shown->operation, &rules);
    TRY(check_key(c, &auth, credential));
    TRY(sigv4_check_presigned(&auth, &rules, now, &c->message));
    TRY(sigv4_check_scope(c->arena, shown->rq, &auth, now, &c->message));
    TRY(check_signed_part(c, shown, &rules, &auth));
    int code = check_signature(c, shown->rq, &auth, &rules, credential);
    bool guessed = !shown->body && !shown->rq->body.n && str_is(auth.payload, SIGV4_EMPTY_DIGEST);
    if (code == ERR_SIGNATURE_DOES_NOT_MATCH && guessed)
        c->reason = "No body came, so an empty one was taken: for another one its hash has to come "
                    "in a signed header X-Amz-Content-Sha256.";
    TRY(code);
    if (auth.post)
        TRY(sigv4_post_check(c->arena, &auth, shown->bucket, now, &c->message));
    if (credential->kind == CRED_SESSION)
        TRY(check_reach(c, &credential->session, shown->service ? shown->service : "",
                        shown->operation ? shown->operation : ""));
    note_shown(c, shown, credential);
    return OK;
}

/* Why there is no such credential. */
static const char *why_unknown(const struct sigv4_auth *auth)
{
    if (auth->security_token.p)
        return "The session token is not this key's, or not this server's, whose sessions end "
               "with it unless it has --data.";
    if (str_starts(auth->access_key_id, STR("ASIA")))
        return "A temporary access key needs its session token, AWS_SESSION_TOKEN.";
    return "There is no such access key. The start of the server printed the root user's, as "
           "iam-local env does; CreateAccessKey makes others. With --enforce off the server takes "
           "any key, and allows everything.";
}

/* SHOWN: a request to another service; NULL: c->rq to SERVICE. */
static int authenticate(struct call *c, const struct sigv4_auth *auth, const char *service,
                        const struct caller_shown *shown, struct caller *ret)
{
    struct credential *credential;
    int code = credential_acquire(c->sandbox, c->arena, auth, &credential);
    if (code == ERR_NOT_FOUND)
        return refuse_token(c, why_unknown(auth));
    TRY(code);
    code = shown ? verify_shown(c, shown, credential) : verify(c, auth, service, credential);
    if (code == OK)
        code = adopt(c, credential, ret);
    if (code != OK)
        cached_release(&credential->base);
    else
        code = check_account(c, ret->view);
    bool regional = shown || strcmp(service, "sts") == 0;
    if (code == OK && regional)
        code = check_region(c, auth->region);
    return code == ERR_NOT_FOUND ? refuse_token(c, "The key's owner is gone.") : code;
}

int caller_authenticate(struct call *c, const struct sigv4_auth *auth, const char *service,
                        struct caller *ret)
{
    return authenticate(c, auth, service, NULL, ret);
}

int caller_authenticate_other(struct call *c, const struct caller_shown *shown, struct caller *ret)
{
    struct record *record = record_of(c);
    record->access_key_id = shown->auth->access_key_id;
    record->region = sigv4_region(shown->auth);
    return authenticate(c, shown->auth, NULL, shown, ret);
}

int caller_signed_in(struct call *c, struct str key_id, struct str token, struct caller *ret)
{
    struct credential *credential;
    int code = credential_acquire_session(c->sandbox, key_id, token, &credential);
    if (code == ERR_NOT_FOUND)
        return refuse_token(c, "The session token is not this server's.");
    TRY(code);
    code = check_session(c, &credential->session);
    if (code == OK)
        code = adopt(c, credential, ret);
    if (code == ERR_NOT_FOUND)
        code = refuse_token(c, "Who signed in is gone.");
    if (code != OK) {
        cached_release(&credential->base);
        return code;
    }
    record_of(c)->access_key_id = str_of(credential->id);
    struct use use = use_of(c->op);
    if (c->op->callers == API_PRINCIPALS)
        note_use(c, credential, &use);
    return check_account(c, ret->view);
}

static int assume_root(struct call *c, const char *account, bool may_add, struct caller *ret)
{
    struct view *view;
    int code = view_acquire(c->sandbox, c->arena, account, &view);
    if (code == ERR_NOT_FOUND && !may_add)
        return ERR_WANTED;
    if (code == ERR_NOT_FOUND) {
        struct account_spec spec = {.id = account};
        code = account_create(c->sandbox, c->arena, &spec);
        if (code == OK || code == ERR_ENTITY_ALREADY_EXISTS)
            code = view_acquire(c->sandbox, c->arena, account, &view);
    }
    TRY(code);
    *ret = (struct caller){.kind = CRED_NONE, .view = view};
    c->principal = &view->principal;
    c->view = &view->base;
    c->account = view->principal.account;
    return OK;
}

int caller_assume(struct call *c, const struct sigv4_auth *auth, bool may_add, struct caller *ret)
{
    if (auth && account_id_ok(auth->access_key_id))
        return assume_root(c, str_dup(c->arena, auth->access_key_id), may_add, ret);
    struct credential *credential;
    int code = auth ? credential_acquire(c->sandbox, c->arena, auth, &credential) : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND)
        return assume_root(c, c->sandbox->default_account, may_add, ret);
    TRY(code);
    code = adopt(c, credential, ret);
    struct use use = use_of(c->op);
    if (code == OK && c->op->callers == API_PRINCIPALS)
        note_use(c, credential, &use);
    if (code != OK)
        cached_release(&credential->base);
    bool gone = code == ERR_NOT_FOUND; /* the owner, and not the key */
    return gone ? assume_root(c, c->sandbox->default_account, may_add, ret) : code;
}
