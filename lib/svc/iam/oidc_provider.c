/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "call/page.h"
#include "entities.h"
#include "entity/managed.h"
#include "entity/tags.h"
#include "jose/issuer.h"
#include "queries.h"

enum { THUMBPRINTS_MAX = 5 }; /* IAM User Guide, "Create an OpenID Connect identity provider" */

static int check_quota(struct call *c, const char *arn)
{
    struct count_row clients;
    TRY(q_client_count(c->tx, &(struct q_client_count){.provider = arn}, &clients));
    return call_check_quota(c, QUOTA_CLIENT_IDS_PER_OPEN_ID_CONNECT_PROVIDER, clients.n);
}

/* AWS undocumented: the words. */
static int join_thumbprints(struct call *c, const struct str_list *list, const char **ret)
{
    struct buf b = buf_new(c->arena, 41 * list->n + 1);
    if (list->n > THUMBPRINTS_MAX)
        return call_fail(c, ERR_INVALID_INPUT,
                         "Thumbprint list must contain fewer than %d entries.", THUMBPRINTS_MAX);
    for (size_t i = 0; i < list->n; i++) {
        for (const char *p = list->v[i]; *p; p++) {
            if (!strchr("0123456789abcdefABCDEF", *p))
                return call_fail(c, ERR_INVALID_INPUT, "Invalid thumbprint: %s", list->v[i]);
        }
        buf_printf(&b, "%s%s", i ? "," : "", list->v[i]);
    }
    *ret = buf_text(&b);
    return OK;
}

static struct str_list split_thumbprints(struct call *c, const char *text)
{
    struct str rest = str_of(text);
    struct str_list list = {0, NEW_ARRAY(c->arena, const char *, THUMBPRINTS_MAX)};
    while (rest.n)
        list.v[list.n++] = str_dup(c->arena, str_cut(&rest, ','));
    return list;
}

/*
 * Without thumbprints AWS takes that of the issuer's server. Here there is none then: TLS is
 * checked against the certificate authorities of the system, and thumbprints are only kept.
 */
int iam_create_open_id_connect_provider(struct call *c,
                                        const struct iam_create_open_id_connect_provider_in *in,
                                        struct iam_create_open_id_connect_provider_out *out)
{
    const char *thumbprints, *name = entity_url_name(in->url);
    if (!issuer_url_ok(in->url))
        return call_fail(c, ERR_VALIDATION_ERROR, "Invalid Open ID Connect Provider URL");
    TRY(join_thumbprints(c, &in->thumbprint_list, &thumbprints));
    const char *arn = iam_oidc_provider_arn(c->arena, c->account, name);
    TRY(q_oidc_insert(c->tx, &(struct q_oidc_insert){.account = c->account,
                                                     .name = name,
                                                     .arn = arn,
                                                     .thumbprints = thumbprints,
                                                     .created = clock_now_ms(&c->sandbox->clock)}));
    TRY(entity_added(c, RESOURCE_OIDC_PROVIDER, in->url));
    for (size_t i = 0; i < in->client_id_list.n; i++)
        TRY(q_client_add(c->tx, &(struct q_client_add){arn, in->client_id_list.v[i]}));
    TRY(check_quota(c, arn));
    TRY(tags_put(c, arn, &in->tags));
    out->open_id_connect_provider_arn = arn;
    out->tags = in->tags;
    return OK;
}

int iam_get_open_id_connect_provider(struct call *c,
                                     const struct iam_get_open_id_connect_provider_in *in,
                                     struct iam_get_open_id_connect_provider_out *out)
{
    struct oidc_row *provider;
    struct client_row_list clients;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    TRY(q_client_all(c->tx, &(struct q_client_all){.provider = provider->arn}, &clients));
    out->client_id_list = (struct str_list){0, NEW_ARRAY(c->arena, const char *, clients.n)};
    while (out->client_id_list.n < clients.n) {
        out->client_id_list.v[out->client_id_list.n] = clients.v[out->client_id_list.n].client;
        out->client_id_list.n++;
    }
    out->url = provider->name;
    out->thumbprint_list = split_thumbprints(c, provider->thumbprints);
    out->create_date = provider->created;
    return entity_tags(c, RESOURCE_OIDC_PROVIDER, provider->arn, &out->tags);
}

int iam_list_open_id_connect_providers(
    struct call *c, UNUSED const struct iam_list_open_id_connect_providers_in *in,
    struct iam_list_open_id_connect_providers_out *out)
{
    return q_oidc_all(c->tx, &(struct q_oidc_all){.account = c->account},
                      &out->open_id_connect_provider_list);
}

/* IAM API Reference: one that does not exist is deleted without an error. */
int iam_delete_open_id_connect_provider(struct call *c,
                                        const struct iam_delete_open_id_connect_provider_in *in)
{
    struct oidc_row *provider;
    int code = entity_oidc_provider(c, in->open_id_connect_provider_arn, &provider);
    if (code == ERR_NOT_FOUND)
        return OK;
    TRY(code);
    TRY(entity_drop(c, RESOURCE_OIDC_PROVIDER, provider->arn));
    TRY(q_client_drop_all(c->tx, &(struct q_client_drop_all){.provider = provider->arn}));
    return q_oidc_delete(c->tx, &(struct q_oidc_delete){.arn = provider->arn});
}

int iam_add_client_id_to_open_id_connect_provider(
    struct call *c, const struct iam_add_client_id_to_open_id_connect_provider_in *in)
{
    struct oidc_row *provider;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    TRY(q_client_add(c->tx, &(struct q_client_add){provider->arn, in->client_id}));
    return check_quota(c, provider->arn);
}

int iam_remove_client_id_from_open_id_connect_provider(
    struct call *c, const struct iam_remove_client_id_from_open_id_connect_provider_in *in)
{
    struct oidc_row *provider;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    return q_client_drop(c->tx, &(struct q_client_drop){provider->arn, in->client_id});
}

int iam_update_open_id_connect_provider_thumbprint(
    struct call *c, const struct iam_update_open_id_connect_provider_thumbprint_in *in)
{
    struct oidc_row *provider;
    const char *thumbprints;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    TRY(join_thumbprints(c, &in->thumbprint_list, &thumbprints));
    return q_oidc_set_thumbprints(c->tx,
                                  &(struct q_oidc_set_thumbprints){provider->arn, thumbprints});
}

int iam_tag_open_id_connect_provider(struct call *c,
                                     const struct iam_tag_open_id_connect_provider_in *in)
{
    struct oidc_row *provider;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    return tags_put(c, provider->arn, &in->tags);
}

int iam_untag_open_id_connect_provider(struct call *c,
                                       const struct iam_untag_open_id_connect_provider_in *in)
{
    struct oidc_row *provider;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    return tags_drop(c, provider->arn, &in->tag_keys);
}

int iam_list_open_id_connect_provider_tags(
    struct call *c, const struct iam_list_open_id_connect_provider_tags_in *in,
    struct iam_list_open_id_connect_provider_tags_out *out)
{
    struct oidc_row *provider;
    TRY(entity_find_oidc_provider(c, in->open_id_connect_provider_arn, &provider));
    TRY(tags_page(c, provider->arn, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
