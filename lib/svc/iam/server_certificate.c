/* SPDX-License-Identifier: Apache-2.0 */
/* IAM User Guide, "Manage server certificates in IAM". */
#include "call/page.h"
#include "entities.h"
#include "entity/tags.h"
#include "queries.h"
#include "svc/certificates.h"

int iam_upload_server_certificate_prove(struct call *c,
                                        const struct iam_upload_server_certificate_in *in)
{
    const char *chain = in->certificate_chain;
    certificate_prove(c, &(struct x509_upload){.certificate = str_of(in->certificate_body),
                                               .chain = chain ? str_of(chain) : (struct str){0},
                                               .key = str_of(in->private_key)});
    return OK;
}

/* AWS undocumented: what it makes of the text; clients rely on that it has no blanks at its ends.
 */
static const char *stored(struct call *c, const char *text)
{
    static const char blanks[] = " \t\r\n";
    if (!text)
        return NULL;
    text += strspn(text, blanks);
    size_t n = strlen(text);
    while (n && strchr(blanks, text[n - 1]))
        n--;
    return arena_strndup(c->arena, text, n);
}

static struct iam_server_certificate_metadata *
new_certificate(struct call *c, const struct iam_upload_server_certificate_in *in, int64_t expires)
{
    struct iam_server_certificate_metadata *row =
        NEW(c->arena, struct iam_server_certificate_metadata);
    row->path = in->path;
    row->server_certificate_name = in->server_certificate_name;
    row->server_certificate_id = entity_new_id(c, RESOURCE_SERVER_CERTIFICATE);
    row->arn =
        iam_server_certificate_arn(c->arena, c->account, in->path, in->server_certificate_name);
    row->upload_date = c->now;
    row->expiration = expires;
    row->has_upload_date = row->has_expiration = true;
    return row;
}

int iam_upload_server_certificate(struct call *c, const struct iam_upload_server_certificate_in *in,
                                  struct iam_upload_server_certificate_out *out)
{
    const struct x509_certificate *found;
    TRY(certificate_proven(c, &found));
    struct iam_server_certificate_metadata *row = new_certificate(c, in, found->expires);
    TRY(q_server_certificate_insert(c->tx,
                                    &(struct q_server_certificate_insert){
                                        .account = c->account,
                                        .name = row->server_certificate_name,
                                        .name_key = call_fold(c, row->server_certificate_name),
                                        .path = row->path,
                                        .id = row->server_certificate_id,
                                        .arn = row->arn,
                                        .created = c->now,
                                        .expires = row->expiration,
                                        .body = stored(c, in->certificate_body),
                                        .chain = stored(c, in->certificate_chain)}));
    TRY(entity_added(c, RESOURCE_SERVER_CERTIFICATE, in->server_certificate_name));
    TRY(tags_put(c, row->server_certificate_id, &in->tags));
    out->server_certificate_metadata = row;
    out->tags = in->tags;
    return OK;
}

int iam_get_server_certificate(struct call *c, const struct iam_get_server_certificate_in *in,
                               struct iam_get_server_certificate_out *out)
{
    struct iam_server_certificate *shown = NEW(c->arena, struct iam_server_certificate);
    struct server_certificate_text text;
    TRY(entity_find_server_certificate(c, in->server_certificate_name,
                                       &shown->server_certificate_metadata));
    const char *id = shown->server_certificate_metadata->server_certificate_id;
    TRY(q_server_certificate_read(c->tx, &(struct q_server_certificate_read){id}, &text));
    shown->certificate_body = text.body;
    shown->certificate_chain = text.chain;
    out->server_certificate = shown;
    return entity_tags(c, RESOURCE_SERVER_CERTIFICATE, id, &shown->tags);
}

int iam_list_server_certificates(struct call *c, const struct iam_list_server_certificates_in *in,
                                 struct iam_list_server_certificates_out *out)
{
    struct iam_server_certificate_metadata_list *rows = &out->server_certificate_metadata_list;
    const char *after;
    TRY(page_after(c, in->marker, &after));
    TRY(q_server_certificate_page(
        c->tx,
        &(struct q_server_certificate_page){.account = c->account,
                                            .prefix = in->path_prefix,
                                            .prefix_end = str_prefix_end(c->arena, in->path_prefix),
                                            .after = after,
                                            .limit = in->max_items + 1},
        rows));
    PAGE_CUT(c, in, out, server_certificate_metadata_list,
             call_fold(c, rows->v[rows->n - 1].server_certificate_name));
    return OK;
}

/* Whether NAME, in other letters or another name than that of the certificate, is free for it. */
static int check_free(struct call *c, const struct iam_server_certificate_metadata *row,
                      const char *name)
{
    struct iam_server_certificate_metadata other;
    const char *key = call_fold(c, name);
    if (strcmp(key, call_fold(c, row->server_certificate_name)) == 0)
        return OK;
    int code = q_server_certificate_get(c->tx, &(struct q_server_certificate_get){c->account, key},
                                        &other);
    return code == OK              ? entity_taken(c, RESOURCE_SERVER_CERTIFICATE, name)
           : code == ERR_NOT_FOUND ? OK
                                   : code;
}

int iam_update_server_certificate(struct call *c, const struct iam_update_server_certificate_in *in)
{
    struct iam_server_certificate_metadata *row;
    TRY(entity_find_server_certificate(c, in->server_certificate_name, &row));
    const char *name = row->server_certificate_name;
    if (in->new_server_certificate_name)
        name = in->new_server_certificate_name;
    TRY(check_free(c, row, name));
    const char *path = in->new_path ? in->new_path : row->path;
    return q_server_certificate_rename(
        c->tx, &(struct q_server_certificate_rename){
                   .id = row->server_certificate_id,
                   .name = name,
                   .name_key = call_fold(c, name),
                   .path = path,
                   .arn = iam_server_certificate_arn(c->arena, c->account, path, name)});
}

int iam_delete_server_certificate(struct call *c, const struct iam_delete_server_certificate_in *in)
{
    struct iam_server_certificate_metadata *row;
    TRY(entity_find_server_certificate(c, in->server_certificate_name, &row));
    TRY(entity_drop(c, RESOURCE_SERVER_CERTIFICATE, row->server_certificate_id));
    return q_server_certificate_delete(
        c->tx, &(struct q_server_certificate_delete){row->server_certificate_id});
}

int iam_tag_server_certificate(struct call *c, const struct iam_tag_server_certificate_in *in)
{
    struct iam_server_certificate_metadata *row;
    TRY(entity_find_server_certificate(c, in->server_certificate_name, &row));
    if (in->tags.n == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_INVALID_INPUT, "There are no tags in the request.");
    return tags_put(c, row->server_certificate_id, &in->tags);
}

int iam_untag_server_certificate(struct call *c, const struct iam_untag_server_certificate_in *in)
{
    struct iam_server_certificate_metadata *row;
    TRY(entity_find_server_certificate(c, in->server_certificate_name, &row));
    if (in->tag_keys.n == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_INVALID_INPUT, "There are no tag keys in the request.");
    return tags_drop(c, row->server_certificate_id, &in->tag_keys);
}

int iam_list_server_certificate_tags(struct call *c,
                                     const struct iam_list_server_certificate_tags_in *in,
                                     struct iam_list_server_certificate_tags_out *out)
{
    struct iam_server_certificate_metadata *row;
    TRY(entity_find_server_certificate(c, in->server_certificate_name, &row));
    TRY(tags_page(c, row->server_certificate_id, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
