/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the resource of one permission: its owner, its policy, its tags. */
#include "guard/guard_priv.h"
#include "model/ids.h"
#include "resource/public.h"

/* That of the bucket does not count for what makes it (S3 API Reference, CreateBucket). */
static bool makes_bucket(const struct record_decision *d)
{
    return str_eq_fold(d->action, STR("s3:CreateBucket"));
}

/* Whose the resource is: its ARN tells it, or what is known of it, or else it is taken for the
   caller's own. AWS's own resources, and what is no resource, are nobody's. */
static void find_owner(struct guard_permit *p, const struct arn *arn)
{
    struct record_decision *d = p->decision;
    const char *own = p->of->record->principal->account;
    const char *known = p->known.holder->account;
    if (account_id_ok(arn->account))
        d->owner = arn->account;
    else if (known && !makes_bucket(d))
        d->owner = str_of(known);
    else if (own)
        d->owner = str_of(own);
    d->account = d->owner;
    p->owner_guessed = !arn->account.n && !known && own && !makes_bucket(d);
}

bool guard_is_abroad(const struct guard_permit *p)
{
    const struct authz_principal *principal = p->of->record->principal;
    struct str owner = p->decision->owner;
    return !principal->account || (owner.p && !str_is(owner, principal->account));
}

/* A public policy lets in nobody of another account then, whatever its other statements say (S3
   User Guide, "Blocking public access to your Amazon S3 storage", RestrictPublicBuckets). */
static int is_restricted(struct guard_permit *p, bool *ret)
{
    struct call *c = p->of->call;
    *ret = false;
    if (!p->known.decides->is_public || !guard_is_abroad(p) ||
        p->of->record->principal->kind == PRINCIPAL_SERVICE)
        return OK;
    TRY(public_is_blocked(c->sandbox, c->arena, p->known.decides, p->decision->owner,
                          RESTRICT_PUBLIC_BUCKETS, ret));
    if (*ret)
        p->of->reason = "The policy of the bucket is public, and RestrictPublicBuckets of S3 Block "
                        "Public Access keeps everybody out who is not of the account that owns it.";
    return OK;
}

static const char *policy_name(const struct arn *arn)
{
    if (str_is(arn->service, "s3"))
        return "bucket policy";
    return str_is(arn->service, "kms") ? "key policy" : "resource policy";
}

/* The policy stays as long as the record. */
static int find_policy(struct guard_permit *p, const struct arn *arn)
{
    struct record_decision *d = p->decision;
    struct document *document = p->known.decides ? p->known.decides->policy : NULL;
    bool restricted;
    if (!document || makes_bucket(d))
        return OK;
    TRY(is_restricted(p, &restricted));
    if (restricted)
        return OK;
    cached_hold(&document->base);
    guard_set_own(p, document, policy_name(arn));
    return OK;
}

/* Those of the reference that list s3:ExistingObjectTag. */
static bool knows_object_tags(struct str action)
{
    static const char *const names[] = {
        "DeleteObjectAnnotation",
        "DeleteObjectTagging",
        "DeleteObjectVersionAnnotation",
        "DeleteObjectVersionTagging",
        "GetObject",
        "GetObjectAcl",
        "GetObjectAnnotation",
        "GetObjectAttributes",
        "GetObjectTagging",
        "GetObjectVersion",
        "GetObjectVersionAcl",
        "GetObjectVersionAnnotation",
        "GetObjectVersionAttributes",
        "GetObjectVersionTagging",
        "ListObjectAnnotations",
        "ListObjectVersionAnnotations",
        "PutObjectAcl",
        "PutObjectAnnotation",
        "PutObjectTagging",
        "PutObjectVersionAcl",
        "PutObjectVersionAnnotation",
        "PutObjectVersionTagging",
        "UpdateObjectEncryption",
    };
    struct str service = str_cut(&action, ':');
    for (size_t i = 0; i < ARRAY_LEN(names) && str_eq_fold(service, STR("s3")); i++) {
        if (str_eq_fold(action, str_of(names[i])))
            return true;
    }
    return false;
}

static bool is_object(const struct guard_permit *p, const struct arn *arn)
{
    return str_is(arn->service, "s3") && p->known.own != p->known.holder;
}

/* The tags of a bucket count when attribute-based access control is enabled for it (S3 User Guide,
   "Using tags with S3 general purpose buckets"). A table's are those of its indexes. */
static void find_tags(struct guard_permit *p, const struct arn *arn)
{
    struct record_decision *d = p->decision;
    const struct resource_view *own = p->known.own, *holder = p->known.holder;
    if (str_is(arn->service, "s3")) {
        const char *abac = resource_attribute(own, "Abac");
        if (is_object(p, arn) || !abac || strcmp(abac, "Enabled") != 0)
            return;
    }
    bool shares = !str_is(arn->service, "glue");
    const struct resource_view *view = own && own->n_tags ? own : shares ? holder : NULL;
    if (view) {
        d->resource_tags = view->tags;
        d->n_resource_tags = view->n_tags;
    }
}

/* Attributes that are called like condition keys are some. */
static size_t count_keys(const struct resource_view *view)
{
    size_t n = 0;
    for (size_t i = 0; view && i < view->n_attributes; i++)
        n += strchr(view->attributes[i].name, ':') != NULL;
    return n;
}

static void add_attributes(const struct resource_view *view, struct authz_key_value *keys,
                           size_t *n)
{
    for (size_t i = 0; view && i < view->n_attributes; i++) {
        const struct resource_pair *pair = &view->attributes[i];
        if (strchr(pair->name, ':'))
            keys[(*n)++] =
                (struct authz_key_value){.name = pair->name, .value = str_of(pair->value)};
    }
}

static void add_object_tags(struct arena *a, const struct resource_view *view,
                            struct authz_key_value *keys, size_t *n)
{
    for (size_t i = 0; i < view->n_tags; i++)
        keys[(*n)++] = (struct authz_key_value){
            .name = arena_printf(a, "s3:ExistingObjectTag/%.*s", STR_FMT(view->tags[i].key)),
            .value = view->tags[i].value};
}

/* Keys that a resource tells, beside those of the request. */
static void find_keys(struct guard_permit *p, const struct arn *arn)
{
    struct record_decision *d = p->decision;
    struct arena *a = p->of->call->arena;
    const struct resource_view *own = p->known.own;
    struct str service = d->action;
    bool s3 = str_eq_fold(str_cut(&service, ':'), STR("s3")) && d->owner.p;
    bool tagged = own && is_object(p, arn) && knows_object_tags(d->action);
    size_t more = s3 + count_keys(own) + (tagged ? own->n_tags : 0), n = d->n_keys;
    if (!more)
        return;
    struct authz_key_value *keys = NEW_ARRAY(a, struct authz_key_value, n + more);
    if (n)
        memcpy(keys, d->keys, n * sizeof *keys);
    if (s3)
        keys[n++] = (struct authz_key_value){.name = "s3:ResourceAccount", .value = d->owner};
    add_attributes(own, keys, &n);
    if (tagged)
        add_object_tags(a, own, keys, &n);
    d->keys = keys;
    d->n_keys = n;
}

void guard_explain(struct guard_permit *p)
{
    struct guard_case *of = p->of;
    bool outside = p->known.holder && guard_is_abroad(p) && !p->decision->own;
    if (outside && !of->reason) {
        of->reason = arena_printf(of->call->arena,
                                  "No policy of %s is known: it would have to let in who is of "
                                  "another account, or of none.",
                                  p->known.holder->arn);
    }
}

int guard_target(struct guard_permit *p)
{
    struct call *c = p->of->call;
    struct arn arn;
    if (!arn_parse(p->decision->resource, &arn) || str_is(arn.account, "aws"))
        return OK;
    TRY(resource_find(c->sandbox, c->arena, p->decision->resource, &p->known));
    find_owner(p, &arn);
    find_tags(p, &arn);
    find_keys(p, &arn);
    if (authz_resource_layer(p->decision->action, p->decision->resource) == AUTHZ_LAYER_TRUST)
        return guard_trust(p, &arn);
    return find_policy(p, &arn);
}
