/* SPDX-License-Identifier: Apache-2.0 */
#include "access/enforce.h"

#include <inttypes.h>

#include "access/admit.h"
#include "access/claims.h"
#include "access/organization.h"
#include "access/place.h"
#include "access/resolve.h"
#include "access/trust.h"
#include "access/view.h"
#include "authz/context.h"
#include "entity/entity.h"
#include "iam_api.h"
#include "record/record.h"

enum { KEYS_MAX = 16 };

/* Decisions being made, one after the other. */
struct question {
    struct call *call;
    struct record *record;
    struct record_decision *decision; /* the one being made */
    struct record_decision **next;    /* where it belongs */
    struct authz_context context;
    struct resource resource;
    struct authz_key_value *keys; /* those of the request, then those of its row */
    size_t keys_size, n_keys, n_request_keys;
    struct record_tags tags;
    const char *first; /* ARN of the resource of the first row */
    bool tags_loaded;
    int failure; /* of loading the tags */
};

/* Requests that are checked after authorization may lack a text. */
static struct str text_of(const char *text)
{
    return str_of(text ? text : "");
}

static struct authz_tag *tags_from_rows(struct arena *a, const struct iam_tag_list *rows)
{
    struct authz_tag *tags = NEW_ARRAY(a, struct authz_tag, rows->n);
    for (size_t i = 0; i < rows->n; i++)
        tags[i] = (struct authz_tag){text_of(rows->v[i].key), text_of(rows->v[i].value)};
    return tags;
}

/* Store trouble leaves the resource without tags, and the decision does not count. */
static size_t load_tags(void *owner, const struct authz_tag **ret)
{
    struct question *q = owner;
    struct call *c = q->call;
    struct record_decision *d = q->decision;
    struct iam_tag_list rows = {.n = 0};
    if (!q->tags_loaded && q->resource.id) {
        q->failure = entity_tags(c, q->resource.kind, q->resource.id, &rows);
        d->resource_tags = tags_from_rows(c->arena, &rows);
        d->n_resource_tags = rows.n;
    }
    q->tags_loaded = true;
    *ret = d->resource_tags;
    return d->n_resource_tags;
}

static void add_tag_keys(struct question *q, const struct iam_tag_list *tags)
{
    q->tags.v = tags_from_rows(q->call->arena, tags);
    q->tags.n = tags->n;
    struct str *keys = NEW_ARRAY(q->call->arena, struct str, tags->n);
    for (size_t i = 0; i < tags->n; i++)
        keys[i] = q->tags.v[i].key;
    q->tags.keys = keys;
    q->tags.n_keys = tags->n;
}

static void add_value(struct question *q, struct authz_key_value value)
{
    ENSURE(q->n_keys < q->keys_size); /* the model has few, and claims are counted */
    q->keys[q->n_keys++] = value;
}

/* A list of names: the tag keys of the request, or a key of the service that is a list. */
static void add_key_list(struct question *q, const char *name, const struct str_list *list)
{
    struct str *keys = NEW_ARRAY(q->call->arena, struct str, list->n);
    for (size_t i = 0; i < list->n; i++)
        keys[i] = str_of(list->v[i]);
    if (strcmp(name, "aws:TagKeys") != 0) {
        add_value(q, (struct authz_key_value){.name = name, .list = keys, .n = list->n});
        return;
    }
    q->tags.keys = keys;
    q->tags.n_keys = list->n;
}

/* What comes with the token of an identity provider instead of in members of the request. */
static void add_claims(struct question *q, const struct claims *claims)
{
    struct arena *a = q->call->arena;
    for (size_t i = 0; i < claims->n_keys; i++)
        add_value(q, claims->keys[i]);
    struct authz_tag *tags = NEW_ARRAY(a, struct authz_tag, claims->n_tags);
    struct str *keys = NEW_ARRAY(a, struct str, claims->n_tags);
    for (size_t i = 0; i < claims->n_tags; i++) {
        const struct session_tag *tag = &claims->tags[i];
        tags[i] = (struct authz_tag){str_of(tag->key), str_of(tag->value)};
        keys[i] = tags[i].key;
    }
    q->tags = (struct record_tags){tags, claims->n_tags, keys, claims->n_tags};
    if (claims->transitive.n)
        add_key_list(q, "sts:TransitiveTagKeys", &claims->transitive);
    if (claims->source_identity)
        add_value(q, (struct authz_key_value){.name = "sts:SourceIdentity",
                                              .value = str_of(claims->source_identity)});
}

static void add_key(struct question *q, const char *name, const char *value)
{
    add_value(q, (struct authz_key_value){.name = name, .value = str_of(value)});
}

/* What the entity that is called NAME tells, if there is one. */
static int add_key_of(struct question *q, const struct api_key *key, const char *name)
{
    void *row;
    int code = entity_get(q->call, key->of, name, &row);
    const char *value = code == OK ? entity_key(key->of, row) : NULL;
    if (value)
        add_key(q, key->name, value);
    return code == ERR_NOT_FOUND ? OK : code;
}

/* The first member of a struct, a text. */
static void add_key_inside(struct question *q, const char *name, const struct shape *shape,
                           const void *v)
{
    const char *text = *(const char *const *)((const char *)v + shape->fields[0].off);
    if (text)
        add_key(q, name, text);
}

/* Nothing is behind what is not there. */
static const char *behind(const char *text, char mark)
{
    const char *at = mark ? strrchr(text, mark) : NULL;
    return at ? at + 1 : mark ? "" : text;
}

/* Condition keys that the model fills from request members. */
static int add_request_keys(struct question *q, const void *in)
{
    const struct api_op *op = q->call->op;
    for (const struct api_key *key = op->keys; key && key->name; key++) {
        if (key->value)
            add_key(q, key->name, key->value);
        if (key->field == API_NO_MEMBER || !shape_is_set(op->in, in, key->field))
            continue;
        const struct shape_field *field = &op->in->fields[key->field];
        const void *at = (const char *)in + field->off;
        if (key->of != RESOURCE_NONE)
            TRY(add_key_of(q, key, *(const char *const *)at));
        else if (field->kind == SHAPE_LIST && field->item == SHAPE_STRUCT)
            add_tag_keys(q, at);
        else if (field->kind == SHAPE_LIST)
            add_key_list(q, key->name, at);
        else if (field->kind == SHAPE_STRUCT)
            add_key_inside(q, key->name, field->shape, *(const void *const *)at);
        else if (field->kind == SHAPE_INT)
            add_key(q, key->name, arena_printf(q->call->arena, "%" PRId64, *(const int64_t *)at));
        else
            add_key(q, key->name, behind(*(const char *const *)at, key->behind));
    }
    if (q->call->claims)
        add_claims(q, q->call->claims);
    q->n_request_keys = q->n_keys;
    return OK;
}

/* The one key that the resource tells: the permissions boundary it has, for one. */
static void add_resource_keys(struct question *q)
{
    q->n_keys = q->n_request_keys;
    for (const struct api_key *key = q->call->op->keys; key && key->name; key++) {
        if (key->field == API_NO_MEMBER && !key->value && q->resource.told)
            add_key(q, key->name, q->resource.told);
    }
}

/*
 * For giving a role to a service, or making one that is the service's own. AWS undocumented: that
 * the ARN associated with the role of an instance profile is that of the profile.
 */
static void add_pass_keys(struct question *q, const struct api_auth *row)
{
    if (!row->passed_to)
        return;
    if (strcmp(row->action, "iam:CreateServiceLinkedRole") == 0) {
        add_key(q, "iam:AWSServiceName", row->passed_to);
        return;
    }
    add_key(q, "iam:PassedToService", row->passed_to);
    add_key(q, "iam:AssociatedResourceArn", q->first);
}

/* What a service says about itself, and on behalf of what it calls (IAM User Guide, "The confused
   deputy problem"). */
static void add_service_keys(struct question *q)
{
    struct call *c = q->call;
    if (!c->source_arn)
        return;
    struct str *names = NEW_ARRAY(c->arena, struct str, 1);
    names[0] = str_of(c->principal->arn);
    add_value(q, (struct authz_key_value){
                     .name = "aws:PrincipalServiceNamesList", .list = names, .n = 1});
    add_key(q, "aws:SourceArn", c->source_arn);
    add_key(q, "aws:SourceAccount", c->account);
}

/* The caller, with the code that came along. */
static const struct authz_principal *caller_of(const struct call *c)
{
    struct authz_principal *principal = arena_alloc(c->arena, sizeof *principal);
    *principal = *c->principal;
    if (c->mfa_at)
        principal->mfa_at = c->mfa_at;
    return principal;
}

static int begin(struct question *q, const void *in)
{
    struct call *c = q->call;
    record_decide_anew(c);
    q->record = record_of(c);
    q->record->principal = caller_of(c);
    q->next = &q->record->decisions;
    q->keys_size = KEYS_MAX + (c->claims ? c->claims->n_keys : 0);
    q->keys = arena_alloc(c->arena, q->keys_size * sizeof *q->keys);
    TRY(place_caller(c, c->source_arn ? c->account : c->principal->account));
    add_service_keys(q);
    return add_request_keys(q, in);
}

/*
 * Whose the resource is to the decision: AWS's own managed policies may be read by all, and what is
 * an organization's by those of its accounts that are served, unless its resource policy decides.
 * No policy of a member has to let AssumeRoot in.
 */
static struct str owner_of(const struct question *q)
{
    const struct call *c = q->call;
    if (c->named)
        return str_of(c->membership->management);
    if (c->op->standing || q->resource.kind == RESOURCE_ROOT_USER)
        return (struct str){NULL, 0};
    bool reads = c->op->access == API_READ || c->op->access == API_LIST;
    struct str account = q->resource.account;
    return reads && account.p && str_is(account, "aws") ? (struct str){NULL, 0} : account;
}

/* What the policies are asked: the context has the keys of the decision, and tags on demand. */
static struct authz_request put(struct question *q)
{
    struct call *c = q->call;
    struct record_decision *d = q->decision;
    struct authz_key_value *keys = arena_alloc(c->arena, q->n_keys * sizeof *keys);
    memcpy(keys, q->keys, q->n_keys * sizeof *keys);
    d->keys = keys;
    d->n_keys = q->n_keys;
    d->tags = q->tags;
    d->account = q->resource.account;
    d->owner = owner_of(q);
    d->resource = str_of(q->resource.arn);
    record_context(q->record, d, &q->context);
    q->context.resource_tags = load_tags;
    q->context.owner = q;
    return (struct authz_request){
        .principal = q->record->principal,
        .action = d->action,
        .resource = d->resource,
        .context = &q->context.base,
        .resource_account = d->owner,
        .scps = q->record->place.levels,
        .rcps = d->owner_place.levels,
        .granted = c->named && c->served,
        .root_only = c->op->root_only,
        .same_organization = c->served || place_is_shared(q->record, d),
        .policies = d->own,
        .n_policies = d->own != NULL,
    };
}

static int decide(struct question *q)
{
    struct call *c = q->call;
    struct record_decision *d = q->decision;
    const struct authz_request request = put(q);
    const struct authz_tag *tags;
    d->trace = authz_trace_new(c->arena, &request);
    d->decision = authz_decide(&request, &d->trace);
    if (d->decision.outcome != AUTHZ_ALLOW)
        load_tags(q, &tags); /* the encoded message has them */
    TRY(q->failure);
    if (d->decision.outcome == AUTHZ_ALLOW)
        return OK;
    if (d->decision.unfinished)
        c->reason = authz_unfinished;
    if (c->named && (!c->served || d->decision.layer == AUTHZ_LAYER_RESOURCE))
        return admit_refuse(c);
    /* AWS undocumented: that Organizations tells members whose SCPs deny in the same words. */
    if (!c->message)
        c->message = authz_message(c->arena, &request, q->resource.shown, &d->decision);
    return ERR_ACCESS_DENIED;
}

/* Whether the role that is asked about is of a closed account. Of the caller's own, authentication
   has seen to it. */
static int is_closed(struct question *q, bool *ret)
{
    struct call *c = q->call;
    const char *own = c->principal->account;
    struct str owner = q->resource.account;
    struct view *root;
    *ret = false;
    if (own && str_is(owner, own))
        return OK;
    int code = view_acquire(c->sandbox, c->arena, str_dup(c->arena, owner), &root);
    if (code == OK)
        *ret = account_is_closed(&root->account, &c->sandbox->clock);
    if (code == OK)
        view_release(root);
    return code == ERR_NOT_FOUND ? OK : code;
}

/* A policy of the resource itself, which is part of the decision from now on, and so is the
   reference. */
static void add_own(struct question *q, struct document *document, enum authz_layer layer,
                    const char *name)
{
    struct authz_policy *policy = NEW(q->call->arena, struct authz_policy);
    policy->policy = document->policy;
    policy->layer = layer;
    policy->name = name;
    q->decision->own = policy;
    q->decision->document = &document->base;
}

static int add_resource_policy(struct question *q)
{
    struct document *document;
    TRY(admit_policy(q->call, &document));
    add_own(q, document, AUTHZ_LAYER_RESOURCE, "resource policy of the organization");
    return OK;
}

/* What the resource grants by itself, in the words of a policy. */
static int add_grant(struct question *q)
{
    struct call *c = q->call;
    struct str key = str_of(arena_printf(c->arena, "resource %s", q->resource.policy));
    struct document *document = document_find(c->sandbox, key);
    if (!document)
        TRY(document_add(c->sandbox, key, POLICY_RESOURCE, str_of(q->resource.policy), &document));
    add_own(q, document, AUTHZ_LAYER_RESOURCE, "default permissions");
    return OK;
}

/* The trust policy of the role that is asked about. */
static int add_trust(struct question *q)
{
    struct call *c = q->call;
    struct document *document;
    bool closed;
    if (!q->resource.id) {
        c->reason = "There is no such role.";
        return OK;
    }
    TRY(is_closed(q, &closed));
    if (closed) {
        c->reason = "The account of the role is closed.";
        return OK;
    }
    TRY(trust_acquire(c->sandbox, c->tx, q->resource.id, &document));
    add_own(q, document, AUTHZ_LAYER_TRUST, "trust policy");
    return OK;
}

static int decide_row(struct question *q, const struct api_auth *row, const void *in)
{
    struct call *c = q->call;
    struct record_decision *d = NEW(c->arena, struct record_decision);
    TRY(resolve_resource(c, row, in, &q->resource));
    d->action = str_of(row->action);
    d->unnamed = row->target == API_ON_EVERY;
    q->tags_loaded = false;
    q->decision = *q->next = d;
    q->next = &d->next;
    add_resource_keys(q);
    if (!q->first)
        q->first = q->resource.arn;
    add_pass_keys(q, row);
    TRY(place_owner(c, d, q->resource.account));
    if (entity_kinds[row->resource].trusting)
        TRY(add_trust(q));
    if (q->call->named)
        TRY(add_resource_policy(q));
    if (q->resource.policy)
        TRY(add_grant(q));
    return decide(q);
}

/* A source identity has to be let in by each role that it comes to (IAM User Guide, "Monitor and
   control actions taken with assumed roles"). AWS undocumented: that inherited tags need not. */
static bool claims_count(const struct call *c, const struct api_auth *row)
{
    if (row->if_claims == API_CLAIMS_TAGS)
        return c->claims && c->claims->n_tags;
    return c->claims ? c->claims->source_identity != NULL
                     : c->session && *c->session->source_identity;
}

static int row_counts(struct call *c, const struct api_auth *row, const void *in, bool *ret)
{
    *ret = row->if_claims ? claims_count(c, row) : api_auth_applies(c->op, row, in);
    if (!*ret || !row->if_needed)
        return OK;
    const struct shape_field *field = &c->op->in->fields[row->if_field];
    return admit_needs_role(c, *(const char *const *)((const char *)in + field->off), ret);
}

/* What the first denial says. */
struct denial {
    bool there;
    const char *message, *reason;
};

/* A denial is the end, but where it is let pass: whoever learns what the request needs has to know
   the other rows, too. */
static int note_denial(struct call *c, int code, struct denial *denial)
{
    if (code != ERR_ACCESS_DENIED || c->enforcement != ENFORCE_SOFT)
        return code;
    if (!denial->there)
        *denial = (struct denial){true, c->message, c->reason};
    return OK;
}

static int decide_rows(struct question *q, const void *in)
{
    struct call *c = q->call;
    struct denial denial = {.there = false};
    int code = OK;
    for (const struct api_auth *row = c->op->auth; row->action && code == OK; row++) {
        bool counts;
        code = row_counts(c, row, in, &counts);
        if (code == OK && counts)
            code = note_denial(c, decide_row(q, row, in), &denial);
    }
    if (!denial.there)
        return code;
    c->message = denial.message;
    c->reason = denial.reason;
    return ERR_ACCESS_DENIED;
}

int access_enforce(struct call *c, const void *in)
{
    if (!c->op->auth)
        return OK;
    struct question q = {.call = c};
    int code = begin(&q, in);
    if (code == OK)
        code = decide_rows(&q, in);
    if (code != OK && code != ERR_ACCESS_DENIED)
        return code;
    q.record->kind = RECORD_DECIDED;
    q.record->allowed = code == OK;
    q.record->why = code == OK ? NULL : c->reason;
    return code;
}

/* A denial, which Organizations tells in other words when it is about what it needs of IAM. AWS
   undocumented: the sentence, which is its documentation's. */
static int tell_denial(struct call *c)
{
    const struct record_decision *last = record_of(c)->decisions;
    while (last && last->next)
        last = last->next;
    if (!c->op->standing || !last || !str_starts(last->action, STR("iam:")))
        return ERR_ACCESS_DENIED;
    c->reason_code = "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE";
    return call_fail(c, ERR_ACCESS_DENIED_FOR_DEPENDENCY,
                     "The operation that you attempted requires you to have the "
                     "iam:CreateServiceLinkedRole for organizations.amazonaws.com permission so "
                     "that AWS Organizations can create the required service-linked role. You "
                     "don't have that permission.");
}

int access_authorize(struct call *c, const void *in, const char **would_deny)
{
    TRY(access_admit(c, in));
    if (c->enforcement == ENFORCE_OFF)
        return OK;
    int code = access_enforce(c, in);
    if (code != ERR_ACCESS_DENIED || c->enforcement == ENFORCE_STRICT)
        return code == ERR_ACCESS_DENIED ? tell_denial(c) : code;
    *would_deny = c->message;
    c->message = NULL;
    return OK;
}
