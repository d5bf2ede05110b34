/* SPDX-License-Identifier: Apache-2.0 */
#include "access/sealed.h"
#include "authz/authz.h"
#include "call/call.h"
#include "model/ids.h"
#include "queries.h"
#include "sts_api.h"

int sts_get_caller_identity(struct call *c, UNUSED const struct sts_get_caller_identity_in *in,
                            struct sts_get_caller_identity_out *out)
{
    out->arn = c->principal->arn;
    out->user_id = c->principal->id;
    out->account = c->principal->account;
    return OK;
}

/* Newer key ids tell their account; older ones have to be looked up. */
int sts_get_access_key_info(struct call *c, const struct sts_get_access_key_info_in *in,
                            struct sts_get_access_key_info_out *out)
{
    struct key_row key;
    char *account = arena_alloc(c->arena, ACCOUNT_SIZE);
    if (id_account(str_of(in->access_key_id), account)) {
        out->account = account;
        return OK;
    }
    int code = q_key_get(c->tx, &(struct q_key_get){.id = in->access_key_id}, &key);
    if (code == ERR_NOT_FOUND) /* AWS undocumented: code and wording for a foreign old key */
        return call_fail(c, ERR_VALIDATION_ERROR, "Unable to find an account for access key %s.",
                         in->access_key_id);
    TRY(code);
    out->account = key.account;
    return OK;
}

int sts_decode_authorization_message(struct call *c,
                                     const struct sts_decode_authorization_message_in *in,
                                     struct sts_decode_authorization_message_out *out)
{
    struct str text =
        sealed_read(c->arena, c->sandbox->message_key, c->account, str_of(in->encoded_message));
    if (!text.p) /* AWS undocumented: the wording */
        return call_fail(c, ERR_INVALID_AUTHORIZATION_MESSAGE, "Invalid authorization message.");
    out->decoded_message = text.p;
    return OK;
}
