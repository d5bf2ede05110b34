/* SPDX-License-Identifier: Apache-2.0 */
/* What answers tell of handshakes. AWS undocumented: the resources of those that are no invitations
   to an organization. */
#include "svc/organizations/handshakes.h"

typedef struct organizations_handshake_resource resource;
typedef struct organizations_handshake_resource_list resource_list;

static void add(resource_list *list, const char *type, const char *value)
{
    list->v[list->n++] = (resource){.type = type, .value = value};
}

/* At most N of them. */
static resource_list list_of(struct call *c, size_t n)
{
    return (resource_list){0, NEW_ARRAY(c->arena, resource, n)};
}

static resource_list sender(struct call *c, const struct handshake_row *row)
{
    resource_list list = list_of(c, 3);
    bool transfer = *row->transfer;
    if (transfer)
        add(&list, "MANAGEMENT_ACCOUNT", row->management);
    add(&list, transfer ? "MANAGEMENT_EMAIL" : "MASTER_EMAIL", row->management_email);
    add(&list, transfer ? "MANAGEMENT_NAME" : "MASTER_NAME", row->management_name);
    if (!transfer)
        add(&list, "ORGANIZATION_FEATURE_SET", row->features);
    return list;
}

static resource_list transfer(struct call *c, const struct handshake_row *row)
{
    char starts[CLOCK_TEXT_SIZE];
    resource_list list = list_of(c, 2);
    clock_iso8601_ms(row->starts, starts);
    add(&list, "TRANSFER_TYPE", "BILLING");
    add(&list, "TRANSFER_START_TIMESTAMP", arena_strdup(c->arena, starts));
    return list;
}

static resource_list resources(struct call *c, const struct handshake_row *row)
{
    resource_list list = list_of(c, 4);
    bool internal = strcmp(row->action, "ENABLE_ALL_FEATURES") == 0 || *row->parent;
    if (*row->parent)
        add(&list, "PARENT_HANDSHAKE", row->parent);
    add(&list, "ORGANIZATION", row->organization);
    if (!internal)
        list.v[list.n - 1].resources = sender(c, row);
    if (*row->transfer) {
        add(&list, "RESPONSIBILITY_TRANSFER", row->transfer);
        list.v[list.n - 1].resources = transfer(c, row);
    }
    if (strcmp(row->party_type, "ORGANIZATION") != 0)
        add(&list, row->party_type, row->party);
    if (row->notes)
        add(&list, "NOTES", row->notes);
    return list;
}

static struct organizations_handshake_party_list parties(struct call *c,
                                                         const struct handshake_row *row)
{
    struct organizations_handshake_party *list =
        NEW_ARRAY(c->arena, struct organizations_handshake_party, 2);
    /* AWS undocumented: with its prefix, as the examples of the AWS CLI have it; some answers that
       people have shown lack it. */
    list[0] = (struct organizations_handshake_party){row->organization, "ORGANIZATION"};
    list[1] = (struct organizations_handshake_party){row->party, row->party_type};
    bool alone = strcmp(row->party_type, "ORGANIZATION") == 0;
    return (struct organizations_handshake_party_list){alone ? 1 : 2, list};
}

struct organizations_handshake *handshake_show(struct call *c, const struct handshake_row *row)
{
    struct organizations_handshake *ret = NEW(c->arena, struct organizations_handshake);
    *ret = (struct organizations_handshake){
        .id = row->id,
        .arn = row->arn,
        .parties = parties(c, row),
        .state = handshake_state(c, row),
        .requested_timestamp = row->requested,
        .has_requested_timestamp = true,
        .expiration_timestamp = row->expires,
        .has_expiration_timestamp = true,
        .action = row->action,
        .resources = resources(c, row),
    };
    return ret;
}
