/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds that are more than a row of a table: those that are named by an ARN, perhaps of another
   account or of AWS, and those that stand for others. */
#include <inttypes.h>

#include "entities.h"
#include "entity/managed.h"
#include "model/arn.h"
#include "model/ids.h"
#include "model/linked_role.h"

struct iam_policy entity_managed(struct arena *a, const struct managed_policy *managed,
                                 const struct use_row *use)
{
    return (struct iam_policy){
        .policy_name = managed->name,
        .default_version_id = arena_printf(a, "v%" PRId64, managed->version),
        .policy_id = managed->id,
        .path = managed->path,
        .arn = managed_arn(a, managed),
        .attachment_count = use ? use->attachments : 0,
        .permissions_boundary_usage_count = use ? use->boundaries : 0,
        .is_attachable = true,
        .create_date = managed->created,
        .update_date = managed->updated,
    };
}

/* A policy of the caller's account or of AWS, without tags. */
int entity_read_policy(struct call *c, const char *arn, struct call_entity *ret)
{
    struct managed_policy managed;
    struct use_row use;
    if (!managed_find(str_of(arn), &managed))
        return entity_lookup(c, RESOURCE_POLICY, c->account, arn, ret);
    int code = q_use_get(c->tx, &(struct q_use_get){.account = c->account, .policy = arn}, &use);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    struct iam_policy *policy = NEW(c->arena, struct iam_policy);
    *policy = entity_managed(c->arena, &managed, code == OK ? &use : NULL);
    *ret = (struct call_entity){.row = policy};
    return OK;
}

/* In whichever account of the sandbox it is. */
int entity_read_saml_provider(struct call *c, const char *text, struct call_entity *ret)
{
    struct arn arn;
    if (!arn_parse(str_of(text), &arn) || !str_is(arn.service, "iam"))
        return ERR_NOT_FOUND;
    struct str name = arn.resource;
    if (!str_is(str_cut(&name, '/'), "saml-provider") || !name.p)
        return ERR_NOT_FOUND;
    return entity_lookup(c, RESOURCE_SAML_PROVIDER, str_dup(c->arena, arn.account),
                         str_fold(c->arena, name), ret);
}

/* In whichever account of the sandbox it is; ValidationError for other ARNs. */
int entity_read_trusting_role(struct call *c, const char *text, struct call_entity *ret)
{
    struct arn arn;
    struct str kind, name;
    /* AWS undocumented: that ARNs of other things are refused like texts that are no ARNs. */
    if (!arn_parse(str_of(text), &arn) || !arn_entity(&arn, &kind, &name) ||
        !str_is(kind, "role")) {
        c->message = arena_printf(c->arena, "%s is invalid", text);
        return ERR_VALIDATION_ERROR;
    }
    struct call_entity found;
    TRY(entity_lookup(c, RESOURCE_ROLE, str_dup(c->arena, arn.account), str_fold(c->arena, name),
                      &found));
    if (strcmp(((const struct iam_role *)found.row)->arn, text) != 0)
        return ERR_NOT_FOUND; /* another path, or other letter case */
    *ret = found;
    return OK;
}

/* The root user of an account, by the number of that or by its own ARN; ValidationError for all
   else. AWS undocumented: the words. */
int entity_find_face_root_user(struct call *c, const char *text, struct entity_face *ret)
{
    struct arn arn;
    struct str account = str_of(text);
    if (arn_parse(account, &arn) && str_is(arn.service, "iam") && str_is(arn.resource, "root"))
        account = arn.account;
    if (!account_id_ok(account)) {
        c->message = arena_printf(c->arena, "%s is invalid", text);
        return ERR_VALIDATION_ERROR;
    }
    ret->name = str_dup(c->arena, account);
    ret->arn = arena_printf(c->arena, "arn:aws:iam::%s:root", ret->name);
    ret->account = account;
    return OK;
}

/* The caller's own. Where it stands as a member is told by itself, too: by that, units keep their
   accounts from changing their contacts (Account Management Reference Guide, "Restrict access using
   AWS Organizations service control policies", example 3). */
static int find_own_account(struct call *c, struct entity_face *ret)
{
    struct membership_row own;
    int code = q_membership_get(c->tx, &(struct q_membership_get){c->account}, &own);
    if (code == OK && strcmp(own.management, c->account) != 0) {
        ret->told = own.path;
        ret->id = c->account;
    }
    return code == ERR_NOT_FOUND ? OK : code;
}

/* Of an organization whose management account or delegated administrator asks; what else is named
   is the caller's own, until the operation refuses it. */
int entity_find_face_member_account(struct call *c, const char *text, struct entity_face *ret)
{
    struct membership_row own, other;
    ret->arn = arena_printf(c->arena, "arn:aws:account::%s:account", c->account);
    ret->account = str_of(c->account);
    if (!*text)
        return find_own_account(c, ret);
    TRY(q_membership_get(c->tx, &(struct q_membership_get){c->account}, &own));
    TRY(q_membership_get(c->tx, &(struct q_membership_get){text}, &other));
    if (strcmp(own.organization, other.organization) != 0)
        return OK;
    ret->arn = arena_printf(c->arena, "arn:aws:account::%s:account/%s/%s", own.management,
                            own.organization, text);
    ret->told = other.path;
    ret->id = text;
    return OK;
}

/* Keys of other accounts do not exist for the caller. */
int entity_read_access_key(struct call *c, const char *id, struct call_entity *ret)
{
    struct call_entity found;
    TRY(entity_lookup(c, RESOURCE_ACCESS_KEY, NULL, id, &found));
    if (strcmp(((const struct key_row *)found.row)->account, c->account) != 0)
        return ERR_NOT_FOUND;
    *ret = found;
    return OK;
}

/* The user a key belongs to. Keys of root users belong to no user. */
int entity_find_face_access_key(struct call *c, const char *id, struct entity_face *ret)
{
    struct key_row *key;
    struct iam_user *user;
    ret->name = "";
    TRY(entity_access_key(c, id, &key));
    TRY(entity_user_by_id(c, key->owner, &user));
    entity_face_of(c, RESOURCE_USER, ret);
    return OK;
}

/* A user, group or role by its ARN. That it is another account's is for the operation to tell. */
int entity_find_face_identity(struct call *c, const char *text, struct entity_face *ret)
{
    static const enum api_resource kinds[] = {RESOURCE_USER, RESOURCE_GROUP, RESOURCE_ROLE};
    struct arn arn;
    struct str word, name;
    ret->arn = text;
    ret->account = str_of(c->account);
    if (!arn_parse(str_of(text), &arn) || !str_is(arn.account, c->account) ||
        !arn_entity(&arn, &word, &name))
        return ERR_NOT_FOUND;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_is(word, entity_kinds[kinds[i]].word))
            return entity_face(c, kinds[i], str_dup(c->arena, name), ret);
    }
    return ERR_NOT_FOUND;
}

/* The same, or a managed policy. */
int entity_find_face_access_subject(struct call *c, const char *text, struct entity_face *ret)
{
    struct arn arn;
    struct str word, name;
    if (arn_parse(str_of(text), &arn) && arn_entity(&arn, &word, &name) && str_is(word, "policy"))
        return entity_face(c, RESOURCE_POLICY, text, ret);
    return entity_find_face_identity(c, text, ret);
}

/* "task/aws-service-role/SERVICE/ROLE/UUID": the role, which may be gone. */
int entity_find_face_deletion_task(struct call *c, const char *task, struct entity_face *ret)
{
    struct str rest = str_of(task);
    *ret = (struct entity_face){.name = "", .path = LINKED_ROLE_PATH};
    if (!str_starts(rest, STR("task" LINKED_ROLE_PATH)))
        return ERR_NOT_FOUND;
    str_cut(&rest, '/');
    str_cut(&rest, '/');
    ret->path = linked_role_path(c->arena, str_cut(&rest, '/'));
    ret->name = str_dup(c->arena, str_cut(&rest, '/'));
    return entity_face(c, RESOURCE_ROLE, ret->name, ret);
}

/* The name and path that the role of a service would have. */
void entity_new_face_service_linked_role(struct call *c, const char *service, const char *suffix,
                                         struct entity_face *ret)
{
    const struct linked_role *role = linked_role_find(str_of(service));
    ret->name = role ? linked_role_name(c->arena, role, suffix) : "";
    ret->path = linked_role_path(c->arena, str_of(service));
}

const char *entity_url_name(const char *url)
{
    const char *end = strstr(url, "://");
    return end ? end + 3 : url;
}

void entity_new_face_oidc_provider(UNUSED struct call *c, const char *url, UNUSED const char *path,
                                   struct entity_face *ret)
{
    ret->name = entity_url_name(url);
}

/* Clients have ARNs of the account of who signs in. The region is that of the address, which AWS
   has one of for each. */
void entity_new_face_public_client(struct call *c, const char *client, UNUSED const char *path,
                                   struct entity_face *ret)
{
    bool remote = strstr(client, "/cross-device");
    const char *region = c->sandbox->region ? c->sandbox->region : "us-east-1";
    ret->arn = arena_printf(c->arena, "arn:aws:signin:%s:%s:oauth2/public-client/%s", region,
                            c->account, remote ? "remote" : "localhost");
    ret->account = str_of(c->account);
}
