/* SPDX-License-Identifier: Apache-2.0 */
#include "server/vend/instance.h"

#include <inttypes.h>
#include <jansson.h>

#include "entities.h"
#include "iam_api.h"
#include "model/arn.h"
#include "own_api.h"
#include "queries.h"

/* Of the setting, whose value is the profile's id, its ARN and perhaps "remote". */
static const char setting[] = "instance-profile";

/* The profile with this ARN as it is now; ERR_NOT_FOUND. Its account becomes the call's. */
static int find_profile(struct call *c, const char *text, struct iam_instance_profile **ret)
{
    struct arn arn;
    struct str kind, name;
    if (!arn_parse(str_of(text), &arn) || !arn_entity(&arn, &kind, &name) ||
        !str_is(kind, "instance-profile"))
        return ERR_NOT_FOUND;
    c->account = str_dup(c->arena, arn.account);
    TRY(entity_instance_profile(c, str_dup(c->arena, name), ret));
    return strcmp((*ret)->arn, text) == 0 ? OK : ERR_NOT_FOUND;
}

/* Instances of AWS have 17 hexadecimal digits. */
static const char *instance_id(struct arena *a, const char *of)
{
    return arena_printf(a, "i-0%016" PRIx64, str_hash(str_of(of)));
}

static int read_role(struct call *c, struct instance *ret)
{
    struct iam_instance_profile *profile;
    struct iam_role_list roles;
    int code = find_profile(c, ret->profile_arn, &profile);
    ret->account = c->account;
    ret->gone = code == ERR_NOT_FOUND ||
                (code == OK && strcmp(profile->instance_profile_id, ret->profile_id) != 0);
    if (code < 0 || ret->gone)
        return ret->gone ? OK : code;
    TRY(q_profile_roles(c->tx, &(struct q_profile_roles){ret->profile_id}, &roles));
    ret->role = roles.n ? &roles.v[0] : NULL;
    return OK;
}

int instance_read(struct call *c, struct instance *ret)
{
    struct setting_row row;
    *ret = (struct instance){.account = c->account};
    int code = q_setting_get(c->tx, &(struct q_setting_get){setting}, &row);
    if (code == OK) {
        struct str rest = str_of(row.value);
        ret->profile_id = str_dup(c->arena, str_cut(&rest, ' '));
        ret->profile_arn = str_dup(c->arena, str_cut(&rest, ' '));
        ret->remote = rest.p != NULL;
        code = read_role(c, ret);
    }
    ret->id = instance_id(c->arena, ret->profile_arn ? ret->profile_arn : ret->account);
    return code == ERR_NOT_FOUND ? OK : code;
}

static int refuse(struct call *c, int code)
{
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such instance profile.")
               : code;
}

/* PROFILE is a name, in ACCOUNT or the default one, or an ARN. */
static int choose(struct call *c, const char *profile, const char *account, bool remote)
{
    struct iam_instance_profile *found;
    if (strchr(profile, ':')) {
        TRY(find_profile(c, profile, &found));
    } else {
        c->account = account ? account : c->account;
        TRY(entity_instance_profile(c, profile, &found));
    }
    const char *value = arena_printf(c->arena, "%s %s%s", found->instance_profile_id, found->arn,
                                     remote ? " remote" : "");
    return q_setting_set(c->tx, &(struct q_setting_set){setting, value});
}

int own_get_instance(struct call *c, UNUSED const struct own_get_instance_in *in,
                     struct own_get_instance_out *out)
{
    struct instance instance;
    c->account = c->sandbox->default_account;
    TRY(instance_read(c, &instance));
    *out = (struct own_get_instance_out){.instance_profile = instance.profile_arn,
                                         .account = instance.account,
                                         .role = instance.role ? instance.role->arn : NULL,
                                         .instance_id = instance.id,
                                         .remote = instance.remote};
    return OK;
}

int own_delete_instance(struct call *c, UNUSED const struct own_delete_instance_in *in,
                        struct own_get_instance_out *out)
{
    TRY(q_setting_delete(c->tx, &(struct q_setting_delete){setting}));
    return own_get_instance(c, NULL, out);
}

int own_put_instance(struct call *c, const struct own_put_instance_in *in,
                     struct own_get_instance_out *out)
{
    json_t *json = json_loads(in->instance_profile, JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(json);
    const char *profile = text ? arena_strdup(c->arena, text) : NULL;
    bool none = json_is_null(json);
    json_decref(json);
    if (none)
        return own_delete_instance(c, NULL, out);
    if (!profile)
        return call_fail(c, ERR_VALIDATION_ERROR,
                         "Expected {\"instance_profile\": \"NAME or ARN\" | null}, and perhaps "
                         "\"account\": \"ID\" and \"remote\": true | false.");
    int code = choose(c, profile, in->account, in->remote);
    return code < 0 ? refuse(c, code) : own_get_instance(c, NULL, out);
}
