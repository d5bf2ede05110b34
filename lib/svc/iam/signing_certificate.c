/* SPDX-License-Identifier: Apache-2.0 */
#include "call/page.h"
#include "iam_api.h"
#include "queries.h"
#include "svc/certificates.h"
#include "svc/find.h"

int iam_upload_signing_certificate_prove(struct call *c,
                                         const struct iam_upload_signing_certificate_in *in)
{
    certificate_prove(c, &(struct x509_upload){.certificate = str_of(in->certificate_body)});
    return OK;
}

static void show(const struct holder *holder, const struct signing_certificate_row *row,
                 struct iam_signing_certificate *ret)
{
    ret->user_name = holder->user_name;
    ret->certificate_id = row->id;
    ret->certificate_body = row->body;
    ret->status = row->status;
    ret->upload_date = row->created;
    ret->has_upload_date = true;
}

/* Again the same is no mistake. What is answered says Active even if it is not. */
static int find_again(struct call *c, const struct holder *holder,
                      struct signing_certificate_row *row)
{
    TRY(q_signing_certificate_get(c->tx, &(struct q_signing_certificate_get){c->account, row->id},
                                  row));
    row->status = "Active";
    if (strcmp(row->owner, holder->id) == 0)
        return OK;
    return call_fail(c, ERR_DUPLICATE_CERTIFICATE, /* AWS undocumented: wording */
                     "The certificate is already associated with another user of the account.");
}

static int add(struct call *c, const struct holder *holder,
               const struct signing_certificate_row *row)
{
    TRY(entity_check_room(c, RESOURCE_SIGNING_CERTIFICATE, holder->id));
    return q_signing_certificate_insert(
        c->tx, &(struct q_signing_certificate_insert){.account = c->account,
                                                      .id = row->id,
                                                      .owner = holder->id,
                                                      .created = row->created,
                                                      .body = row->body});
}

int iam_upload_signing_certificate(struct call *c,
                                   const struct iam_upload_signing_certificate_in *in,
                                   struct iam_upload_signing_certificate_out *out)
{
    struct holder holder;
    const struct x509_certificate *found;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(certificate_proven(c, &found));
    struct signing_certificate_row row = {
        .id = found->id, .status = "Active", .created = c->now, .body = in->certificate_body};
    int code = find_again(c, &holder, &row);
    TRY(code == ERR_NOT_FOUND ? add(c, &holder, &row) : code);
    out->certificate = NEW(c->arena, struct iam_signing_certificate);
    show(&holder, &row, out->certificate);
    return OK;
}

int iam_list_signing_certificates(struct call *c, const struct iam_list_signing_certificates_in *in,
                                  struct iam_list_signing_certificates_out *out)
{
    struct holder holder;
    struct page_made after;
    struct signing_certificate_row_list rows;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(page_after_made(c, in->marker, &after));
    TRY(q_signing_certificate_page(c->tx,
                                   &(struct q_signing_certificate_page){.owner = holder.id,
                                                                        .after_created = after.at,
                                                                        .after = after.id,
                                                                        .limit = in->max_items + 1},
                                   &rows));
    out->certificates.v = NEW_ARRAY(c->arena, struct iam_signing_certificate, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        show(&holder, &rows.v[i], &out->certificates.v[out->certificates.n++]);
    PAGE_CUT(c, in, out, certificates,
             page_made(c, rows.v[in->max_items - 1].created, rows.v[in->max_items - 1].id));
    return OK;
}

static int changed(struct call *c, const char *id)
{
    return c->tx->changes == 0 ? entity_missing(c, RESOURCE_SIGNING_CERTIFICATE, id) : OK;
}

int iam_update_signing_certificate(struct call *c,
                                   const struct iam_update_signing_certificate_in *in)
{
    struct holder holder;
    TRY(find_holder(c, in->user_name, &holder));
    if (strcmp(in->status, "Expired") == 0) /* AWS undocumented: wording */
        return call_fail(c, ERR_INVALID_INPUT, "A certificate cannot be made Expired.");
    TRY(q_signing_certificate_set_status(
        c->tx, &(struct q_signing_certificate_set_status){.account = c->account,
                                                          .id = in->certificate_id,
                                                          .owner = holder.id,
                                                          .status = in->status,
                                                          .now = c->now}));
    return changed(c, in->certificate_id);
}

int iam_delete_signing_certificate(struct call *c,
                                   const struct iam_delete_signing_certificate_in *in)
{
    struct holder holder;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(q_signing_certificate_delete(
        c->tx, &(struct q_signing_certificate_delete){
                   .account = c->account, .id = in->certificate_id, .owner = holder.id}));
    return changed(c, in->certificate_id);
}
