/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "access/mfa.h"
#include "authz/authz.h"
#include "call/page.h"
#include "entity/tags.h"
#include "model/ids.h"
#include "queries.h"
#include "record/record.h"
#include "svc/find.h"
#include "svc/mfa_devices.h"
#include "svc/qr_code.h"

enum { URI_SIZE = 1024, SERIAL_MAX = 256 };

/* Other devices are not made by operations, nor tagged or deleted by them. */
static int find_virtual(struct call *c, const char *serial, struct mfa_row **ret)
{
    TRY(entity_find_mfa(c, serial, ret));
    return strcmp((*ret)->kind, MFA_VIRTUAL) == 0 ? OK : entity_missing(c, RESOURCE_MFA, serial);
}

/*
 * AWS undocumented: how the root user is named where UserName is required. Here "root" means it,
 * for its own credentials and as long as no user has that name.
 */
static int find_named_holder(struct call *c, const char *name, struct holder *ret)
{
    struct iam_user *user;
    if (!name || strcmp(name, "root") != 0 || c->principal->kind != PRINCIPAL_ROOT)
        return find_holder(c, name, ret);
    int code = entity_user(c, name, &user);
    record_of(c)->names_root = code == ERR_NOT_FOUND;
    return find_holder(c, code == ERR_NOT_FOUND ? NULL : name, ret);
}

/* The device, if it is one of the holder. AWS undocumented: wording. */
static int find_device_of(struct call *c, const char *serial, const struct holder *holder,
                          struct mfa_row **ret)
{
    TRY(entity_find_mfa(c, serial, ret));
    const char *has = (*ret)->owner;
    return has && strcmp(has, holder->id) == 0
               ? OK
               : call_fail(c, ERR_NO_SUCH_ENTITY, "MFA Device invalid for user.");
}

/* What apps read from the QR code (IAM API Reference, VirtualMFADevice). AWS undocumented: that
   the user meant there is the caller. */
static const char *bootstrap_uri(struct call *c, const char *name, struct str seed)
{
    struct buf b = buf_new(c->arena, URI_SIZE);
    const char *account_name = c->principal->name ? c->principal->name : c->account;
    buf_add(&b, STR("otpauth://totp/"));
    buf_pct_encode(&b, str_of(name), "@");
    buf_add_char(&b, '@');
    buf_pct_encode(&b, str_of(account_name), "@");
    buf_add(&b, STR("?secret="));
    buf_add(&b, seed);
    return buf_text(&b);
}

static const char *base64(struct call *c, struct str bytes)
{
    struct buf b = buf_new(c->arena, bytes.n * 4 / 3 + 4);
    buf_base64(&b, (const unsigned char *)bytes.p, bytes.n);
    return buf_text(&b);
}

int iam_create_virtual_mfa_device(struct call *c, const struct iam_create_virtual_mfa_device_in *in,
                                  struct iam_create_virtual_mfa_device_out *out)
{
    const char *name = in->virtual_mfa_device_name;
    const char *serial = iam_mfa_arn(c->arena, c->account, in->path, name);
    if (strlen(serial) > SERIAL_MAX) /* AWS undocumented: code and wording */
        return call_fail(c, ERR_INVALID_INPUT,
                         "The serial number of the device would be longer than %d characters.",
                         SERIAL_MAX);
    char *seed = arena_alloc(c->arena, MFA_SEED_SIZE);
    mfa_seed_new(&c->sandbox->rand, seed);
    TRY(q_mfa_insert(c->tx, &(struct q_mfa_insert){.account = c->account,
                                                   .serial = serial,
                                                   .serial_key = call_fold(c, serial),
                                                   .kind = MFA_VIRTUAL,
                                                   .seed = seed}));
    TRY(entity_added(c, RESOURCE_MFA, serial));
    TRY(tags_put(c, serial, &in->tags));
    struct iam_virtual_mfa_device *device = NEW(c->arena, struct iam_virtual_mfa_device);
    device->serial_number = serial;
    device->base32_string_seed = base64(c, str_of(seed));
    device->tags = in->tags;
    out->virtual_mfa_device = device;
    return OK;
}

/* Drawing the code takes a hundred times as long as the rest. */
int iam_create_virtual_mfa_device_tell(struct call *c,
                                       const struct iam_create_virtual_mfa_device_in *in,
                                       struct iam_create_virtual_mfa_device_out *out)
{
    struct iam_virtual_mfa_device *device = out->virtual_mfa_device;
    struct buf seed = buf_new(c->arena, MFA_SEED_SIZE);
    ENSURE(buf_base64_decode(&seed, str_of(device->base32_string_seed)));
    const char *uri = bootstrap_uri(c, in->virtual_mfa_device_name, buf_str(&seed));
    device->qr_code_png = base64(c, qr_code_png(c->arena, uri));
    return OK;
}

int iam_delete_virtual_mfa_device(struct call *c, const struct iam_delete_virtual_mfa_device_in *in)
{
    struct mfa_row *device;
    TRY(find_virtual(c, in->serial_number, &device));
    if (device->owner) /* AWS undocumented: wording */
        return call_fail(c, ERR_DELETE_CONFLICT,
                         "MFA VirtualDevice in use. Must deactivate first.");
    TRY(entity_drop(c, RESOURCE_MFA, device->serial));
    return q_mfa_delete(c->tx, &(struct q_mfa_delete){c->account, call_fold(c, device->serial)});
}

/* Where two codes were found. */
struct pair {
    const char *seed; /* of the device; NULL: they are none of it */
    int64_t step;
};

static struct pair find_pair(const struct call *c, const struct mfa_row *device, const char *first,
                             const char *second, enum mfa_window window)
{
    struct pair pair = {.seed = device->seed};
    if (!mfa_find(c, device, (const char *const[]){first, second}, 2, window, &pair.step))
        pair.seed = NULL;
    return pair;
}

static int take_pair(struct call *c, const struct mfa_row *device, const struct pair *pair,
                     enum mfa_window window)
{
    bool same = pair && pair->seed && strcmp(pair->seed, device->seed) == 0;
    int code = same ? mfa_take(c, device, pair->step, 2, window) : ERR_NOT_FOUND;
    return code == ERR_NOT_FOUND ? call_fail(c, ERR_INVALID_AUTHENTICATION_CODE,
                                             "Authentication code for device is not valid.")
                                 : code;
}

int mfa_device_set_owner(struct call *c, const char *serial, const char *owner)
{
    TRY(q_mfa_set_owner(c->tx, &(struct q_mfa_set_owner){.account = c->account,
                                                         .serial_key = call_fold(c, serial),
                                                         .owner = owner,
                                                         .enabled = c->now,
                                                         .has_enabled = owner != NULL}));
    return entity_count(c->tx, c->account, "MFADevicesInUse", owner ? 1 : -1, INT64_MAX);
}

int iam_enable_mfa_device(struct call *c, const struct iam_enable_mfa_device_in *in)
{
    struct holder holder;
    struct mfa_row *device;
    TRY(find_named_holder(c, in->user_name, &holder));
    TRY(entity_find_mfa(c, in->serial_number, &device));
    if (device->owner) /* AWS undocumented: wording */
        return call_fail(c, ERR_ENTITY_ALREADY_EXISTS, "MFA Device is already in use.");
    TRY(entity_check_room(c, RESOURCE_MFA, holder.id));
    const struct pair pair =
        find_pair(c, device, in->authentication_code1, in->authentication_code2, MFA_WINDOW_ENABLE);
    TRY(take_pair(c, device, &pair, MFA_WINDOW_ENABLE));
    return mfa_device_set_owner(c, device->serial, holder.id);
}

/* All codes of two days are looked through, which nobody who writes has to wait for. */
int iam_resync_mfa_device_prove(struct call *c, const struct iam_resync_mfa_device_in *in)
{
    struct tx tx;
    struct call_entity found;
    TRY(call_begin_look(c, &tx));
    int code = call_end_look(
        c, entity_lookup(c, RESOURCE_MFA, c->account, call_fold(c, in->serial_number), &found));
    if (code == ERR_NOT_FOUND) /* which is told to those who may know */
        return OK;
    TRY(code);
    struct pair *pair = NEW(c->arena, struct pair);
    *pair = find_pair(c, found.row, in->authentication_code1, in->authentication_code2,
                      MFA_WINDOW_RESYNC);
    c->proof = pair;
    return OK;
}

int iam_resync_mfa_device(struct call *c, const struct iam_resync_mfa_device_in *in)
{
    struct holder holder;
    struct mfa_row *device;
    TRY(find_named_holder(c, in->user_name, &holder));
    TRY(find_device_of(c, in->serial_number, &holder, &device));
    return take_pair(c, device, c->proof, MFA_WINDOW_RESYNC);
}

/* A security key that is registered again is another one. */
static int forget(struct call *c, const char *serial)
{
    const char *key = call_fold(c, serial);
    TRY(q_mfa_certifications_delete(c->tx, &(struct q_mfa_certifications_delete){c->account, key}));
    return q_mfa_delete(c->tx, &(struct q_mfa_delete){c->account, key});
}

/* Root users name themselves outside of AssumeRoot's sessions (IAM API Reference,
   DeactivateMFADevice). AWS undocumented: code and wording. */
int iam_deactivate_mfa_device(struct call *c, const struct iam_deactivate_mfa_device_in *in)
{
    struct holder holder;
    struct mfa_row *device;
    if (!in->user_name && c->principal->kind == PRINCIPAL_ROOT && !authz_assumed_root(c->principal))
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Must specify userName when calling with root user credentials");
    TRY(find_named_holder(c, in->user_name, &holder));
    TRY(find_device_of(c, in->serial_number, &holder, &device));
    TRY(mfa_device_set_owner(c, device->serial, NULL));
    return strcmp(device->kind, MFA_FIDO) == 0 ? forget(c, device->serial) : OK;
}

/* AWS undocumented: that without UserName the device has to be the caller's. */
int iam_get_mfa_device(struct call *c, const struct iam_get_mfa_device_in *in,
                       struct iam_get_mfa_device_out *out)
{
    struct holder holder;
    struct mfa_row *device;
    TRY(find_named_holder(c, in->user_name, &holder));
    TRY(find_device_of(c, in->serial_number, &holder, &device));
    out->user_name = holder.user_name;
    out->serial_number = device->serial;
    out->enable_date = device->enabled;
    out->has_enable_date = true;
    return q_mfa_certifications(
        c->tx, &(struct q_mfa_certifications){c->account, call_fold(c, device->serial)},
        &out->certifications);
}

/* AWS undocumented: the order of these lists, and that devices of root users have no UserName
   here. */
int iam_list_mfa_devices(struct call *c, const struct iam_list_mfa_devices_in *in,
                         struct iam_list_mfa_devices_out *out)
{
    struct holder holder;
    const char *after;
    TRY(find_named_holder(c, in->user_name, &holder));
    TRY(page_after(c, in->marker, &after));
    TRY(q_mfa_page_of_owner(c->tx,
                            &(struct q_mfa_page_of_owner){
                                .owner = holder.id, .after = after, .limit = in->max_items + 1},
                            &out->mfa_devices));
    PAGE_CUT(c, in, out, mfa_devices,
             call_fold(c, out->mfa_devices.v[out->mfa_devices.n - 1].serial_number));
    return OK;
}

int iam_list_virtual_mfa_devices(struct call *c, const struct iam_list_virtual_mfa_devices_in *in,
                                 struct iam_list_virtual_mfa_devices_out *out)
{
    struct iam_virtual_mfa_device_list *rows = &out->virtual_mfa_devices;
    const char *after;
    int64_t limit = in->max_items + 1;
    TRY(page_after(c, in->marker, &after));
    if (strcmp(in->assignment_status, "Assigned") == 0)
        TRY(q_mfa_page_assigned(c->tx, &(struct q_mfa_page_assigned){c->account, after, limit},
                                rows));
    else if (strcmp(in->assignment_status, "Unassigned") == 0)
        TRY(q_mfa_page_unassigned(c->tx, &(struct q_mfa_page_unassigned){c->account, after, limit},
                                  rows));
    else
        TRY(q_mfa_page(c->tx, &(struct q_mfa_page){c->account, after, limit}, rows));
    PAGE_CUT(c, in, out, virtual_mfa_devices, call_fold(c, rows->v[rows->n - 1].serial_number));
    return OK;
}

int iam_tag_mfa_device(struct call *c, const struct iam_tag_mfa_device_in *in)
{
    struct mfa_row *device;
    TRY(find_virtual(c, in->serial_number, &device));
    return tags_put(c, device->serial, &in->tags);
}

int iam_untag_mfa_device(struct call *c, const struct iam_untag_mfa_device_in *in)
{
    struct mfa_row *device;
    TRY(find_virtual(c, in->serial_number, &device));
    return tags_drop(c, device->serial, &in->tag_keys);
}

int iam_list_mfa_device_tags(struct call *c, const struct iam_list_mfa_device_tags_in *in,
                             struct iam_list_mfa_device_tags_out *out)
{
    struct mfa_row *device;
    TRY(find_virtual(c, in->serial_number, &device));
    TRY(tags_page(c, device->serial, in->marker, in->max_items, &out->tags));
    PAGE_CUT(c, in, out, tags, call_fold(c, out->tags.v[out->tags.n - 1].key));
    return OK;
}
