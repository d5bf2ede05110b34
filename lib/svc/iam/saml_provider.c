/* SPDX-License-Identifier: Apache-2.0 */
/* IAM User Guide, "Create a SAML identity provider in IAM" and "Troubleshoot SAML federation". */
#include "call/page.h"
#include "entities.h"
#include "entity/tags.h"
#include "federation/federation.h"
#include "model/arn.h"
#include "queries.h"

enum { KEYS_MAX = 2 };

/* What metadata that does not say is good for: AWS's answers are 100 years ahead. */
static const int64_t forever = (int64_t)36525 * 24 * 60 * 60;

static int check_arn(struct call *c, const char *text)
{
    struct arn arn;
    /* AWS undocumented: the words; they are those of policies. */
    if (!arn_parse(str_of(text), &arn) || !str_starts(arn.resource, STR("saml-provider/")))
        return call_fail(c, ERR_INVALID_INPUT, "ARN %s is not valid.", text);
    return str_is(arn.account, c->account) ? OK : entity_missing(c, RESOURCE_SAML_PROVIDER, text);
}

static int find_provider(struct call *c, const char *text, struct saml_row **ret)
{
    TRY(check_arn(c, text));
    return entity_find_saml_provider(c, text, ret);
}

static int load(struct call *c, const struct federation **ret)
{
    const char *why;
    *ret = federation_load(&why);
    return *ret ? OK : call_fail(c, ERR_SERVICE_UNAVAILABLE, "SAML cannot be served: %s", why);
}

/* What the documents of a request are good for. */
struct documents {
    int64_t valid_until;
    int metadata; /* an enum err, with its sentence; OK also without metadata */
    const char *metadata_message;
    int key; /* the same of the private key */
    const char *key_message;
};

static int read_metadata(struct call *c, const char *document, int64_t *ret_until)
{
    const struct federation *federation;
    struct saml_metadata metadata;
    const char *why;
    TRY(load(c, &federation));
    int code = federation->saml_metadata(c->arena, str_of(document), &metadata, &why);
    if (code == ERR_INVALID_INPUT) /* AWS undocumented: what follows the colon */
        return call_fail(c, code, "Could not parse metadata: %s", why);
    *ret_until = metadata.valid_until ? metadata.valid_until : c->now + forever;
    return code;
}

static int read_key(struct call *c, const char *pem)
{
    const struct federation *federation;
    TRY(load(c, &federation));
    return federation->saml_private_key(str_of(pem))
               ? OK
               : call_fail(c, ERR_INVALID_INPUT, "Invalid private key.");
}

/* Either may be NULL. Whoever may not call hears nothing of it. */
static void read_documents(struct call *c, const char *metadata, const char *key)
{
    struct documents *d = NEW(c->arena, struct documents);
    d->metadata = metadata ? read_metadata(c, metadata, &d->valid_until) : OK;
    d->metadata_message = c->message;
    d->key = key ? read_key(c, key) : OK;
    d->key_message = c->message;
    c->message = NULL;
    c->proof = d;
}

int iam_create_saml_provider_prove(struct call *c, const struct iam_create_saml_provider_in *in)
{
    read_documents(c, in->saml_metadata_document, in->add_private_key);
    return OK;
}

int iam_update_saml_provider_prove(struct call *c, const struct iam_update_saml_provider_in *in)
{
    read_documents(c, in->saml_metadata_document, in->add_private_key);
    return OK;
}

static int check_metadata(struct call *c, int64_t *ret_until)
{
    const struct documents *d = c->proof;
    if (d->metadata < 0)
        c->message = d->metadata_message;
    *ret_until = d->valid_until;
    return d->metadata;
}

static int add_key(struct call *c, const char *provider, const char *pem, size_t has)
{
    const struct documents *d = c->proof;
    if (d->key < 0) {
        c->message = d->key_message;
        return d->key;
    }
    if (has >= KEYS_MAX)
        return call_fail(c, ERR_LIMIT_EXCEEDED, "Private key limit of %d is reached.", KEYS_MAX);
    /* AWS undocumented: how these ids begin. */
    const char *id = arena_printf(c->arena, "SAMLPK%s", call_new_id(c, "SAML") + 4);
    return q_saml_key_insert(c->tx, &(struct q_saml_key_insert){provider, id, pem, c->now});
}

static int check_required(struct call *c, const char *encryption, size_t keys)
{
    bool required = encryption && strcmp(encryption, "Required") == 0;
    return required && keys == 0
               ? call_fail(c, ERR_INVALID_INPUT,
                           "Unable to set assertion encryption mode to Required because no private "
                           "key is provided.")
               : OK;
}

int iam_create_saml_provider(struct call *c, const struct iam_create_saml_provider_in *in,
                             struct iam_create_saml_provider_out *out)
{
    struct q_saml_insert row = {.account = c->account,
                                .name_key = call_fold(c, in->name),
                                .id =
                                    arena_printf(c->arena, "SAMLSP%s", call_new_id(c, "SAML") + 4),
                                .arn = iam_saml_provider_arn(c->arena, c->account, in->name),
                                .metadata = in->saml_metadata_document,
                                .encryption = in->assertion_encryption_mode,
                                .created = c->now};
    TRY(check_metadata(c, &row.valid_until));
    TRY(check_required(c, row.encryption, in->add_private_key != NULL));
    TRY(q_saml_insert(c->tx, &row));
    TRY(entity_added(c, RESOURCE_SAML_PROVIDER, in->name));
    TRY(tags_put(c, row.id, &in->tags));
    if (in->add_private_key)
        TRY(add_key(c, row.id, in->add_private_key, 0));
    out->saml_provider_arn = row.arn;
    out->tags = in->tags;
    return OK;
}

static void show_keys(struct call *c, const struct saml_key_row_list *keys,
                      struct iam_saml_private_key_list *ret)
{
    ret->v = NEW_ARRAY(c->arena, struct iam_saml_private_key, keys->n);
    for (ret->n = 0; ret->n < keys->n; ret->n++)
        ret->v[ret->n] = (struct iam_saml_private_key){.key_id = keys->v[ret->n].id,
                                                       .timestamp = keys->v[ret->n].created,
                                                       .has_timestamp = true};
}

static int find_keys(struct call *c, const struct saml_row *provider, struct saml_key_row_list *ret)
{
    return q_saml_keys(c->tx, &(struct q_saml_keys){provider->id}, ret);
}

int iam_get_saml_provider(struct call *c, const struct iam_get_saml_provider_in *in,
                          struct iam_get_saml_provider_out *out)
{
    struct saml_row *provider;
    struct saml_key_row_list keys;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    TRY(find_keys(c, provider, &keys));
    out->saml_provider_uuid = provider->id;
    out->saml_metadata_document = provider->metadata;
    out->create_date = provider->created;
    out->valid_until = provider->valid_until;
    out->has_create_date = out->has_valid_until = true;
    out->assertion_encryption_mode = provider->encryption;
    show_keys(c, &keys, &out->private_key_list);
    return entity_tags(c, RESOURCE_SAML_PROVIDER, provider->id, &out->tags);
}

/* The last key stays while assertions have to be encrypted. */
static int remove_key(struct call *c, const struct saml_row *provider, const char *id, size_t has)
{
    if (has == 1 && provider->encryption && strcmp(provider->encryption, "Required") == 0)
        return call_fail(c, ERR_INVALID_INPUT, "Failed to remove private key.");
    TRY(q_saml_key_delete(c->tx, &(struct q_saml_key_delete){provider->id, id}));
    if (c->tx->changes == 0)
        return call_fail(c, ERR_INVALID_INPUT,
                         "Failed to remove private key because the Key ID does not match a private "
                         "key.");
    return OK;
}

static int check_update(struct call *c, const struct iam_update_saml_provider_in *in)
{
    if (in->add_private_key && in->remove_private_key)
        return call_fail(c, ERR_INVALID_INPUT,
                         "Unable to add and remove private keys in the same request. Set a value "
                         "for only one of the two parameters.");
    if (!in->saml_metadata_document && !in->assertion_encryption_mode && !in->add_private_key &&
        !in->remove_private_key)
        return call_fail(c, ERR_INVALID_INPUT,
                         "Unable to update identity provider. No updates are defined for metadata "
                         "or encryption assertion.");
    return OK;
}

int iam_update_saml_provider(struct call *c, const struct iam_update_saml_provider_in *in,
                             struct iam_update_saml_provider_out *out)
{
    struct saml_row *provider;
    struct saml_key_row_list keys;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    TRY(check_update(c, in));
    TRY(find_keys(c, provider, &keys));
    if (in->saml_metadata_document) {
        provider->metadata = in->saml_metadata_document;
        TRY(check_metadata(c, &provider->valid_until));
    }
    if (in->assertion_encryption_mode)
        provider->encryption = in->assertion_encryption_mode;
    if (in->add_private_key)
        TRY(add_key(c, provider->id, in->add_private_key, keys.n));
    if (in->remove_private_key)
        TRY(remove_key(c, provider, in->remove_private_key, keys.n));
    TRY(check_required(c, provider->encryption, keys.n + (in->add_private_key != NULL)));
    out->saml_provider_arn = provider->arn;
    return q_saml_set(c->tx, &(struct q_saml_set){.id = provider->id,
                                                  .metadata = provider->metadata,
                                                  .valid_until = provider->valid_until,
                                                  .encryption = provider->encryption});
}

int iam_delete_saml_provider(struct call *c, const struct iam_delete_saml_provider_in *in)
{
    struct saml_row *provider;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    TRY(entity_drop(c, RESOURCE_SAML_PROVIDER, provider->id));
    TRY(q_saml_key_delete_all(c->tx, &(struct q_saml_key_delete_all){provider->id}));
    return q_saml_delete(c->tx, &(struct q_saml_delete){provider->id});
}

int iam_list_saml_providers(struct call *c, UNUSED const struct iam_list_saml_providers_in *in,
                            struct iam_list_saml_providers_out *out)
{
    return q_saml_list(c->tx, &(struct q_saml_list){c->account}, &out->saml_provider_list);
}

int iam_tag_saml_provider(struct call *c, const struct iam_tag_saml_provider_in *in)
{
    struct saml_row *provider;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    return tags_put(c, provider->id, &in->tags);
}

int iam_untag_saml_provider(struct call *c, const struct iam_untag_saml_provider_in *in)
{
    struct saml_row *provider;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    return tags_drop(c, provider->id, &in->tag_keys);
}

int iam_list_saml_provider_tags(struct call *c, const struct iam_list_saml_provider_tags_in *in,
                                struct iam_list_saml_provider_tags_out *out)
{
    struct saml_row *provider;
    TRY(find_provider(c, in->saml_provider_arn, &provider));
    TRY(tags_page(c, provider->id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
