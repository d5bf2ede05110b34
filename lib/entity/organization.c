/* SPDX-License-Identifier: Apache-2.0 */
/* What requests name by an id in the organization of the caller. The management account has all of
   it, whoever calls. AWS undocumented: the ARN of what there is not, whose type is not known. */
#include "entities.h"
#include "model/ids.h"
#include "model/organization_policy.h"

static const char *arn_of(struct call *c, const char *kind, const char *rest)
{
    return arena_printf(c->arena, "arn:aws:organizations::%s:%s/%s/%s", c->management, kind,
                        c->organization, rest);
}

static const char *policy_arn(struct call *c, const char *type, const char *id)
{
    return organization_policy_arn(c->arena, c->management, c->organization, type, id);
}

static struct organization_policy_row managed_row(const struct call *c,
                                                  const struct organization_managed_policy *managed)
{
    return (struct organization_policy_row){
        .id = managed->id,
        .organization = c->organization,
        .management = c->management,
        .type = managed->type,
        .name = managed->name,
        .description = managed->description,
        .content = managed->content,
    };
}

int entity_read_organization_stored_policy(struct call *c, const char *id, struct call_entity *ret)
{
    const struct organization_managed_policy *managed = organization_managed_policy(id);
    struct organization_policy_row *row = NEW(c->arena, struct organization_policy_row);
    if (managed)
        *row = managed_row(c, managed);
    else
        TRY(q_organization_policy_get(
            c->tx, &(struct q_organization_policy_get){c->organization, id}, row));
    *ret = (struct call_entity){.row = row};
    return OK;
}

static int find_policy(struct call *c, const char *id, struct entity_face *ret)
{
    struct organization_policy_row *row;
    ret->arn = policy_arn(c, "*", id);
    TRY(entity_organization_stored_policy(c, id, &row));
    ret->arn = policy_arn(c, row->type, id);
    return OK;
}

static int find_unit(struct call *c, const char *id, struct entity_face *ret)
{
    struct unit_row row;
    ret->arn = arn_of(c, str_starts(str_of(id), STR("r-")) ? "root" : "ou", id);
    return q_unit_get(c->tx, &(struct q_unit_get){c->organization, id}, &row);
}

static int find_account(struct call *c, const char *id, struct entity_face *ret)
{
    struct organization_member_row row;
    ret->arn = arn_of(c, "account", id);
    return q_organization_member_get(
        c->tx, &(struct q_organization_member_get){c->organization, id}, &row);
}

static int find_resource_policy(struct call *c, const char *id, struct entity_face *ret)
{
    ret->arn = arn_of(c, "resourcepolicy", id);
    return OK;
}

/* The other side sees the same one from there. */
static int find_transfer(struct call *c, const char *id, struct entity_face *ret)
{
    struct transfer_row row;
    int code = q_transfer_get(c->tx, &(struct q_transfer_get){id}, &row);
    bool inbound = code != OK || strcmp(row.target, c->organization) == 0;
    ret->arn =
        arn_of(c, "transfer",
               arena_printf(c->arena, "billing/%s/%s", inbound ? "inbound" : "outbound", id));
    ret->told = inbound ? "INBOUND" : "OUTBOUND";
    return code;
}

/* Without an id it is the caller's account, where that may ask about itself. Else it is nothing, as
   with an id of no kind: permission for all of it is needed. */
static int find_nothing(struct call *c, const char *id, struct entity_face *ret)
{
    ret->arn = "*";
    return !*id && (c->op->standing & API_FOR_OWN) ? find_account(c, c->account, ret)
                                                   : ERR_NOT_FOUND;
}

typedef int find_fn(struct call *c, const char *id, struct entity_face *ret);

static find_fn *finder_of(const char *id)
{
    static const struct {
        const char *prefix;
        find_fn *find;
    } kinds[] = {{"r-", find_unit},
                 {"ou-", find_unit},
                 {"p-", find_policy},
                 {"rp-", find_resource_policy},
                 {"rt-", find_transfer}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_starts(str_of(id), str_of(kinds[i].prefix)))
            return kinds[i].find;
    }
    return ascii_is_digit(*id) ? find_account : find_nothing;
}

int entity_find_face_organization_entity(struct call *c, const char *id, struct entity_face *ret)
{
    *ret = (struct entity_face){.name = id, .path = "/", .account = str_of(c->management)};
    TRY(finder_of(id)(c, id, ret));
    ret->id = id;
    return OK;
}

static void new_face(struct call *c, const char *arn, struct entity_face *ret)
{
    ret->arn = arn;
    ret->account = str_of(c->management);
}

void entity_new_face_organization_account(struct call *c, UNUSED const char *name,
                                          UNUSED const char *path, struct entity_face *ret)
{
    new_face(c, arn_of(c, "account", "*"), ret);
}

/* One that is invited; an address may be any account's. */
void entity_new_face_organization_guest(struct call *c, const char *name, UNUSED const char *path,
                                        struct entity_face *ret)
{
    new_face(c, arn_of(c, "account", account_id_ok(str_of(name)) ? name : "*"), ret);
}

void entity_new_face_organization_unit(struct call *c, UNUSED const char *name,
                                       UNUSED const char *path, struct entity_face *ret)
{
    new_face(c, arn_of(c, "ou", "*"), ret);
}

void entity_new_face_organization_policy(struct call *c, const char *type, UNUSED const char *path,
                                         struct entity_face *ret)
{
    new_face(c, policy_arn(c, *type ? type : "*", "*"), ret);
}

/* An organization has one at most. */
void entity_new_face_organization_resource_policy(struct call *c, UNUSED const char *name,
                                                  UNUSED const char *path, struct entity_face *ret)
{
    struct resource_policy_row row;
    int code = q_resource_policy_get(c->tx, &(struct q_resource_policy_get){c->organization}, &row);
    new_face(c, arn_of(c, "resourcepolicy", code == OK ? row.id : "*"), ret);
}
