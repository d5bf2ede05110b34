/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organizations/find.h"

#include "access/account_state.h"
#include "model/organization_policy.h"

static const struct {
    int code;
    const char *sentence;
} missing[] = {
    {ERR_ACCESS_DENIED, "You don't have permissions to access this resource."},
    {ERR_HANDSHAKE_NOT_FOUND, "You specified a handshake that doesn't exist."},
    {ERR_HANDSHAKE_ALREADY_IN_STATE, "The handshake is already in the requested state."},
    {ERR_INVALID_HANDSHAKE_TRANSITION,
     "You cannot perform this operation on a handshake in its current state, such as attempting to "
     "cancel a handshake that was previously accepted or attempting to accept a handshake that was "
     "declined."},
    {ERR_DUPLICATE_HANDSHAKE, "A handshake with the specified type and parameters already exists "
                              "for the given parties."},
    {ERR_RESPONSIBILITY_TRANSFER_NOT_FOUND, "We can't find a transfer that you specified."},
    {ERR_RESPONSIBILITY_TRANSFER_ALREADY_IN_STATUS,
     "The responsibility transfer is already in the status that you specified."},
    {ERR_INVALID_RESPONSIBILITY_TRANSFER_TRANSITION,
     "The responsibility transfer can't transition to the requested state because it's not in a "
     "valid state for this operation."},
    {ERR_ACCOUNT_NOT_FOUND, "You specified an account that doesn't exist."},
    {ERR_CHILD_NOT_FOUND, "You specified a child that doesn't exist."},
    {ERR_DESTINATION_PARENT_NOT_FOUND, "We can't find the destination container (a root or OU) "
                                       "with the ParentId that you specified."},
    {ERR_ORGANIZATIONAL_UNIT_NOT_FOUND, "You specified an organizational unit that doesn't exist."},
    {ERR_PARENT_NOT_FOUND, "You specified parent that doesn't exist."},
    {ERR_POLICY_NOT_FOUND, "You specified a policy that doesn't exist."},
    {ERR_ROOT_NOT_FOUND, "You specified a root that doesn't exist."},
    {ERR_SOURCE_PARENT_NOT_FOUND,
     "We can't find a source root or OU with the ParentId that you specified."},
    {ERR_TARGET_NOT_FOUND, "You specified a target that doesn't exist."},
};

int find_missing(struct call *c, int code)
{
    for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
        if (missing[i].code == code)
            c->message = missing[i].sentence;
    }
    return code;
}

int check_all_features(struct call *c)
{
    if (c->membership->all_features)
        return OK;
    return call_violates(c, ERR_CONSTRAINT_VIOLATION, "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
                         "The request failed because the organization does not have all features "
                         "enabled. Please enable all features in your organization and then "
                         "retry.");
}

static int look_for_unit(struct call *c, const char *id, struct unit_row *ret)
{
    return q_unit_get(
        c->tx, &(struct q_unit_get){.organization = c->membership->organization, .id = id}, ret);
}

int find_unit(struct call *c, const char *id, int code, struct unit_row *ret)
{
    int found = look_for_unit(c, id, ret);
    return found == ERR_NOT_FOUND ? find_missing(c, code) : found;
}

static int look_for_member(struct call *c, const char *account, struct organization_member_row *ret)
{
    const char *organization = c->membership->organization;
    return q_organization_member_get(
        c->tx, &(struct q_organization_member_get){organization, account}, ret);
}

int find_member(struct call *c, const char *account, struct organization_member_row *ret)
{
    int code = look_for_member(c, account, ret);
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_ACCOUNT_NOT_FOUND) : code;
}

bool unit_is_root(const struct unit_row *unit)
{
    return unit->depth == 0;
}

const char *unit_arn(struct arena *a, const struct unit_row *unit)
{
    return arena_printf(a, "arn:aws:organizations::%s:%s/%s/%s", unit->management,
                        unit_is_root(unit) ? "root" : "ou", unit->organization, unit->id);
}

const char *member_arn(struct arena *a, const char *management, const char *organization,
                       const char *account)
{
    return arena_printf(a, "arn:aws:organizations::%s:account/%s/%s", management, organization,
                        account);
}

const char *policy_arn(struct call *c, const struct organization_policy_row *policy)
{
    return organization_policy_arn(c->arena, policy->management, policy->organization, policy->type,
                                   policy->id);
}

static int target_account(struct call *c, const char *id, struct target *ret)
{
    struct organization_member_row row;
    TRY(look_for_member(c, id, &row));
    *ret = (struct target){
        .id = row.account,
        .arn = member_arn(c->arena, row.management, row.organization, row.account),
        .name = row.name,
        .type = "ACCOUNT",
        .path = row.path,
    };
    return OK;
}

static int target_unit(struct call *c, const char *id, struct target *ret)
{
    struct unit_row row;
    TRY(look_for_unit(c, id, &row));
    *ret = (struct target){
        .id = row.id,
        .arn = unit_arn(c->arena, &row),
        .name = row.name,
        .type = unit_is_root(&row) ? "ROOT" : "ORGANIZATIONAL_UNIT",
        .path = row.path,
    };
    return OK;
}

int look_for_target(struct call *c, const char *id, struct target *ret)
{
    return ascii_is_digit(*id) ? target_account(c, id, ret) : target_unit(c, id, ret);
}

int find_target(struct call *c, const char *id, struct target *ret)
{
    int code = look_for_target(c, id, ret);
    return code == ERR_NOT_FOUND ? find_missing(c, ERR_TARGET_NOT_FOUND) : code;
}

int look_for_policy(struct call *c, const char *id, struct organization_policy_row *ret)
{
    struct organization_policy_row *row;
    TRY(entity_organization_stored_policy(c, id, &row));
    *ret = *row;
    return OK;
}

const char *member_state(const struct call *c, const struct organization_member_row *row)
{
    int64_t settled = account_settled(&c->sandbox->clock);
    if (row->has_closed)
        return row->has_closing && row->closing > settled ? "PENDING_CLOSURE" : "CLOSED";
    bool made = strcmp(row->method, "CREATED") == 0;
    return made && row->joined > settled ? "PENDING_ACTIVATION" : "ACTIVE";
}

/* A closed account is suspended to those who know no states. */
const char *member_status(const char *state)
{
    if (strcmp(state, "PENDING_ACTIVATION") == 0)
        return NULL;
    return strcmp(state, "CLOSED") == 0 ? "SUSPENDED" : state;
}

void member_show(struct call *c, const struct organization_member_row *row,
                 struct organizations_account *ret)
{
    const char **paths = NEW_ARRAY(c->arena, const char *, 1);
    paths[0] = arena_printf(c->arena, "%s%s/", row->path, row->account);
    const char *state = member_state(c, row);
    *ret = (struct organizations_account){
        .id = row->account,
        .arn = member_arn(c->arena, row->management, row->organization, row->account),
        .email = row->email,
        .name = row->name,
        .status = member_status(state),
        .state = state,
        .paths = {1, paths},
        .joined_method = row->method,
        .has_joined_timestamp = true,
        .joined_timestamp = row->joined,
    };
}
