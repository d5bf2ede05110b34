/* SPDX-License-Identifier: Apache-2.0 */
#include "server/vend/instance.h"

#include <inttypes.h>

#include "entities.h"
#include "iam_api.h"
#include "model/arn.h"
#include "queries.h"
#include "server/api/admin_endpoint.h"

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

int instance_read(struct own_call *own, struct instance *ret)
{
    struct call *c = &own->call;
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

/* What is wished for. */
struct choice {
    const char *profile; /* name or ARN; NULL: none */
    const char *account; /* of a name; NULL: the default one */
    bool remote;
};

static int choose(struct call *c, const struct choice *choice)
{
    struct iam_instance_profile *profile;
    if (!choice->profile)
        return q_setting_delete(c->tx, &(struct q_setting_delete){setting});
    if (strchr(choice->profile, ':')) {
        TRY(find_profile(c, choice->profile, &profile));
    } else {
        c->account = choice->account ? choice->account : c->account;
        TRY(entity_instance_profile(c, choice->profile, &profile));
    }
    const char *value = arena_printf(c->arena, "%s %s%s", profile->instance_profile_id,
                                     profile->arn, choice->remote ? " remote" : "");
    return q_setting_set(c->tx, &(struct q_setting_set){setting, value});
}

static void reply_instance(struct admin *r, const struct instance *instance)
{
    admin_reply(r, 200,
                json_pack("{s:s?, s:s, s:s?, s:s, s:b}", "instance_profile", instance->profile_arn,
                          "account", instance->account, "role",
                          instance->role ? instance->role->arn : NULL, "instance_id", instance->id,
                          "remote", instance->remote));
}

/* Chooses unless CHOICE is NULL, and shows the instance. */
static void run(struct admin *r, const struct choice *choice)
{
    struct own_call own;
    struct instance instance = {.account = NULL};
    int code = own_call_begin(r->server, r->sandbox, r->arena, r->rq, choice != NULL, &own);
    if (code == OK) {
        code = choice ? choose(&own.call, choice) : OK;
        own.call.account = r->sandbox->default_account;
        if (code == OK)
            code = instance_read(&own, &instance);
        code = own_call_end(&own, code);
    }
    if (code == OK)
        reply_instance(r, &instance);
    else if (code == ERR_NOT_FOUND)
        admin_error(r, 404, "There is no such instance profile.");
    else
        admin_error(r, 500, "The instance could not be read or stored.");
}

void admin_get_instance(struct admin *r)
{
    run(r, NULL);
}

void admin_delete_instance(struct admin *r)
{
    run(r, &(struct choice){.profile = NULL});
}

void admin_put_instance(struct admin *r)
{
    json_t *body = admin_body(r);
    if (!body)
        return;
    json_t *profile = json_object_get(body, "instance_profile");
    json_t *account = json_object_get(body, "account"), *remote = json_object_get(body, "remote");
    bool ok = (json_is_string(profile) || json_is_null(profile)) &&
              (!account || json_is_string(account)) && (!remote || json_is_boolean(remote));
    const struct choice choice = {.profile = admin_text(r, body, "instance_profile"),
                                  .account = admin_text(r, body, "account"),
                                  .remote = json_is_true(remote)};
    json_decref(body);
    if (ok)
        run(r, &choice);
    else
        admin_error(r, 400,
                    "Expected {\"instance_profile\": \"NAME or ARN\" | null}, and perhaps "
                    "\"account\": \"ID\" and \"remote\": true | false.");
}
