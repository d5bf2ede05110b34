/* SPDX-License-Identifier: Apache-2.0 */
/* MFA devices that AWS's API knows of, but does not register. */
#include "svc/mfa_devices.h"
#include "call/call.h"
#include "entities.h"
#include "model/ids.h"
#include "own_api.h"
#include "queries.h"

/* The call as one of account ID. */
static int in_account(struct call *c, const char *id, struct call *ret)
{
    struct account_row account;
    *ret = *c;
    ret->account = id;
    int code = q_account_get(c->tx, &(struct q_account_get){.id = id}, &account);
    return code == ERR_NOT_FOUND ? call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such account.")
                                 : code;
}

static int insert(struct call *c, const char *serial, const char *kind, const char *seed)
{
    TRY(q_mfa_insert(c->tx, &(struct q_mfa_insert){.account = c->account,
                                                   .serial = serial,
                                                   .serial_key = call_fold(c, serial),
                                                   .kind = kind,
                                                   .seed = seed}));
    return c->tx->changes ? OK
                          : call_fail(c, ERR_ENTITY_ALREADY_EXISTS,
                                      "There is a device with that serial number already.");
}

int own_create_hardware_token(struct call *c, const struct own_create_hardware_token_in *in,
                              struct own_create_hardware_token_out *out)
{
    struct call there;
    const char *seed = in->seed;
    TRY(in_account(c, in->id, &there));
    if (!seed) {
        char *made = arena_alloc(c->arena, MFA_SEED_SIZE);
        mfa_seed_new(&c->sandbox->rand, made);
        seed = made;
    }
    int code = insert(&there, in->serial_number, MFA_HARDWARE, seed);
    c->message = there.message;
    TRY(code);
    *out = (struct own_create_hardware_token_out){
        .account = in->id, .serial_number = in->serial_number, .seed = seed};
    return OK;
}

/* The owner's id, and the part of ARNs that stands for the owner. AWS undocumented: that of root
   users. */
static int find_owner(struct call *c, const char *user_name, const char **ret_id,
                      const char **ret_part)
{
    struct iam_user *user;
    *ret_id = c->account;
    *ret_part = "root-account";
    if (!user_name)
        return OK;
    TRY(entity_find_user(c, user_name, &user));
    *ret_id = user->user_id;
    *ret_part = arena_printf(c->arena, "user/%s", user->user_name);
    return OK;
}

/* As AWS names them: the key's name and 26 random digits in base32. */
static const char *new_serial(struct call *c, const char *owner, const char *name)
{
    char digits[MFA_SEED_SIZE];
    mfa_seed_new(&c->sandbox->rand, digits);
    return arena_printf(c->arena, "arn:aws:iam::%s:u2f/%s/%s-%.26s", c->account, owner, name,
                        digits);
}

static int add_key(struct call *c, const struct own_create_security_key_in *in, const char **ret)
{
    const char *owner, *part;
    TRY(find_owner(c, in->user_name, &owner, &part));
    TRY(entity_check_room(c, RESOURCE_MFA, owner));
    *ret = new_serial(c, part, in->name);
    TRY(insert(c, *ret, MFA_FIDO, ""));
    for (size_t i = 0; i < in->certifications.n; i++)
        TRY(q_mfa_certify(c->tx, &(struct q_mfa_certify){c->account, call_fold(c, *ret),
                                                         in->certifications.v[i].key,
                                                         in->certifications.v[i].value}));
    return mfa_device_set_owner(c, *ret, owner);
}

int own_create_security_key(struct call *c, const struct own_create_security_key_in *in,
                            struct own_create_security_key_out *out)
{
    struct call there;
    TRY(in_account(c, in->id, &there));
    out->account = in->id;
    int code = add_key(&there, in, &out->serial_number);
    c->message = there.message;
    return code;
}
