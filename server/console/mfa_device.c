/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual MFA device from the beginning: it is made, an app reads its seed, two codes enable it.
 */
#include "authz/authz.h"
#include "console_api.h"
#include "pages.h"
#include "server/console/people.h"

/* What IAM calls the root user where it expects the name of a user. */
static const char root[] = "root";

/* Somebody looks at his own devices on another page than at those of others. */
static bool is_caller(const struct call *c, const char *user)
{
    const struct authz_principal *p = c->principal;
    return p->kind == PRINCIPAL_ROOT ? strcmp(user, root) == 0
                                     : p->name && strcmp(user, p->name) == 0;
}

static int show(struct call *c, const char *user, json_t *data, const struct asked *failed)
{
    const char *path = arena_printf(c->arena, "/console/users/%s", user);
    people_set(data, "title", "MFA device");
    people_set(data, "here", "people");
    people_set(data, "user", user);
    people_set(data, "back", is_caller(c, user) ? "/console/me" : path);
    if (failed)
        json_object_set_new(data, "failed", asked_json(failed));
    return page_show_status(c, failed ? failed->status : 200, &page_mfa_device, data);
}

static int show_form(struct call *c, const char *user, const char *name, const struct asked *failed)
{
    json_t *data = json_object();
    bool is_root = strcmp(user, root) == 0;
    people_set(data, "name", name ? name : is_root ? "root-account-mfa-device" : user);
    return show(c, user, data, failed);
}

int console_get_mfa_device(struct call *c, const struct console_get_mfa_device_in *in)
{
    return show_form(c, in->user ? in->user : root, NULL, NULL);
}

/* The seed is a text that the answer has in base64. */
static const char *seed_of(struct call *c, json_t *device)
{
    const char *text = json_string_value(json_object_get(device, "Base32StringSeed"));
    struct buf seed = buf_new(c->arena, 64);
    return text && buf_base64_decode(&seed, str_of(text)) ? buf_text(&seed) : NULL;
}

int console_post_mfa_device(struct call *c, const struct console_post_mfa_device_in *in)
{
    struct asked asked;
    json_t *form = json_object(), *data = json_object();
    people_set(form, "VirtualMFADeviceName", in->name);
    ask(c, "iam", "CreateVirtualMFADevice", form, &asked);
    if (!asked.body) {
        json_decref(data);
        return show_form(c, in->user, in->name, &asked);
    }
    json_t *device = json_object_get(asked.body, "VirtualMFADevice");
    people_set(data, "serial", json_string_value(json_object_get(device, "SerialNumber")));
    people_set(data, "qr", json_string_value(json_object_get(device, "QRCodePNG")));
    people_set(data, "seed", seed_of(c, device));
    return show(c, in->user, data, NULL);
}

int console_enable_mfa_device(struct call *c, const struct console_enable_mfa_device_in *in)
{
    struct asked asked;
    json_t *form = json_object(), *data = json_object();
    people_set(form, "UserName", in->user);
    people_set(form, "SerialNumber", in->serial);
    people_set(form, "AuthenticationCode1", in->code1);
    people_set(form, "AuthenticationCode2", in->code2);
    ask(c, "iam", "EnableMFADevice", form, &asked);
    if (asked.body) {
        json_decref(data);
        return is_caller(c, in->user) ? page_go(c, "/console/me")
                                      : people_go(c, &people_users, in->user);
    }
    people_set(data, "serial", in->serial);
    people_set(data, "seed", in->seed);
    people_set(data, "qr", in->qr);
    return show(c, in->user, data, &asked);
}
