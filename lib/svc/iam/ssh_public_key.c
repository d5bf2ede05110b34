/* SPDX-License-Identifier: Apache-2.0 */
/* IAM API Reference, UploadSSHPublicKey and its like. AWS undocumented: all sentences here. */
#include "authn/ssh_key.h"

#include "call/page.h"
#include "entities.h"
#include "model/ids.h"
#include "queries.h"
#include "svc/find.h"

static struct iam_ssh_public_key *describe(struct call *c, const struct iam_user *user,
                                           const struct ssh_key_row *row, struct str blob)
{
    struct iam_ssh_public_key *key = NEW(c->arena, struct iam_ssh_public_key);
    key->user_name = user->user_name;
    key->ssh_public_key_id = row->id;
    key->fingerprint = ssh_key_fingerprint(c->arena, blob);
    key->status = row->status;
    key->upload_date = row->created;
    key->has_upload_date = true;
    return key;
}

static int read_key(struct call *c, const char *body, struct str *ret)
{
    int code = ssh_key_read(c->arena, str_of(body), ret);
    if (code == ERR_INVALID_PUBLIC_KEY)
        return call_fail(c, code, "The public key is not a valid RSA key of 2048 to 16384 bits.");
    if (code == ERR_UNRECOGNIZED_PUBLIC_KEY_ENCODING)
        return call_fail(c, code, "The public key is encoded neither as ssh-rsa nor as PEM.");
    return code;
}

static int add(struct call *c, const struct ssh_key_row *row)
{
    TRY(q_ssh_key_insert(c->tx,
                         &(struct q_ssh_key_insert){row->id, row->owner, row->blob, row->created}));
    return c->tx->changes ? OK
                          : call_fail(c, ERR_DUPLICATE_SSH_PUBLIC_KEY,
                                      "The SSH public key is already associated with the user.");
}

/* AWS undocumented: whether a key that the user has already or his quota is told first. */
int iam_upload_ssh_public_key(struct call *c, const struct iam_upload_ssh_public_key_in *in,
                              struct iam_upload_ssh_public_key_out *out)
{
    struct iam_user *user;
    struct str blob;
    TRY(entity_find_user(c, in->user_name, &user));
    TRY(read_key(c, in->ssh_public_key_body, &blob));
    TRY(entity_check_room(c, RESOURCE_SSH_PUBLIC_KEY, user->user_id));
    char *id = arena_alloc(c->arena, ACCESS_KEY_SIZE);
    access_key_new(&c->sandbox->rand, "APKA", c->account, id);
    struct buf digits = buf_new(c->arena, blob.n * 4 / 3 + 4);
    buf_base64(&digits, (const unsigned char *)blob.p, blob.n);
    const struct ssh_key_row row = {.id = id,
                                    .owner = user->user_id,
                                    .blob = buf_text(&digits),
                                    .status = "Active",
                                    .created = c->now};
    TRY(add(c, &row));
    out->ssh_public_key = describe(c, user, &row, blob);
    out->ssh_public_key->ssh_public_key_body = in->ssh_public_key_body;
    return OK;
}

/* Another user's key counts as not found. */
static int find_key(struct call *c, const char *name, const char *id, struct iam_user **ret_user,
                    struct ssh_key_row **ret)
{
    TRY(entity_find_user(c, name, ret_user));
    TRY(entity_find_ssh_public_key(c, id, ret));
    return strcmp((*ret)->owner, (*ret_user)->user_id) == 0
               ? OK
               : entity_missing(c, RESOURCE_SSH_PUBLIC_KEY, id);
}

int iam_get_ssh_public_key(struct call *c, const struct iam_get_ssh_public_key_in *in,
                           struct iam_get_ssh_public_key_out *out)
{
    struct iam_user *user;
    struct ssh_key_row *row;
    TRY(find_key(c, in->user_name, in->ssh_public_key_id, &user, &row));
    struct buf blob = buf_new(c->arena, strlen(row->blob));
    ENSURE(buf_base64_decode(&blob, str_of(row->blob)));
    out->ssh_public_key = describe(c, user, row, buf_str(&blob));
    out->ssh_public_key->ssh_public_key_body = strcmp(in->encoding, "PEM") == 0
                                                   ? ssh_key_pem(c->arena, buf_str(&blob))
                                                   : ssh_key_line(c->arena, buf_str(&blob));
    return OK;
}

int iam_list_ssh_public_keys(struct call *c, const struct iam_list_ssh_public_keys_in *in,
                             struct iam_list_ssh_public_keys_out *out)
{
    struct iam_ssh_public_key_metadata_list *keys = &out->ssh_public_keys;
    struct holder holder;
    struct page_made after;
    TRY(find_holder(c, in->user_name, &holder));
    TRY(page_after_made(c, in->marker, &after));
    TRY(q_ssh_key_page(
        c->tx, &(struct q_ssh_key_page){holder.id, after.at, after.id, in->max_items + 1}, keys));
    for (size_t i = 0; i < keys->n; i++)
        keys->v[i].user_name = holder.user_name;
    PAGE_CUT(
        c, in, out, ssh_public_keys,
        page_made(c, keys->v[keys->n - 1].upload_date, keys->v[keys->n - 1].ssh_public_key_id));
    return OK;
}

int iam_update_ssh_public_key(struct call *c, const struct iam_update_ssh_public_key_in *in)
{
    struct iam_user *user;
    struct ssh_key_row *row;
    TRY(find_key(c, in->user_name, in->ssh_public_key_id, &user, &row));
    if (strcmp(in->status, "Expired") == 0)
        return call_fail(c, ERR_INVALID_INPUT, "The status of a public key cannot be Expired.");
    return q_ssh_key_set_status(c->tx,
                                &(struct q_ssh_key_set_status){row->id, row->owner, in->status});
}

int iam_delete_ssh_public_key(struct call *c, const struct iam_delete_ssh_public_key_in *in)
{
    struct iam_user *user;
    struct ssh_key_row *row;
    TRY(find_key(c, in->user_name, in->ssh_public_key_id, &user, &row));
    return q_ssh_key_delete(c->tx, &(struct q_ssh_key_delete){row->id, row->owner});
}
