/* SPDX-License-Identifier: Apache-2.0 */
/* Organizational units, and what is below and above them. */
#include "call/page.h"
#include "svc/organizations/organization.h"
#include "svc/organizations/tags.h"

static struct organizations_organizational_unit show(struct call *c, const struct unit_row *row)
{
    return (struct organizations_organizational_unit){
        .id = row->id, .arn = unit_arn(c->arena, row), .name = row->name, .path = row->path};
}

static struct organizations_organizational_unit *shown(struct call *c, const struct unit_row *row)
{
    struct organizations_organizational_unit *unit =
        NEW(c->arena, struct organizations_organizational_unit);
    *unit = show(c, row);
    return unit;
}

static int taken(struct call *c)
{
    return call_fail(c, ERR_DUPLICATE_ORGANIZATIONAL_UNIT,
                     "An OU with the same name already exists.");
}

/* AWS undocumented: the sentences, which are its documentation's. */
static int check_room(struct call *c, const struct unit_row *parent)
{
    struct count_row units;
    if (parent->depth + 1 > call_quota(c, QUOTA_ORGANIZATIONAL_UNIT_DEPTH))
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "OU_DEPTH_LIMIT_EXCEEDED",
                             "You have exceeded the depth of organizational units that you can "
                             "have in an organization.");
    TRY(q_unit_count(c->tx, &(struct q_unit_count){parent->organization}, &units));
    if (units.n + 1 > call_quota(c, QUOTA_ORGANIZATIONAL_UNITS))
        return call_violates(c, ERR_CONSTRAINT_VIOLATION, "OU_NUMBER_LIMIT_EXCEEDED",
                             "You have exceeded the number of organizational units that you can "
                             "have in an organization.");
    return OK;
}

static int insert(struct call *c, const struct unit_row *parent, const char *name,
                  struct unit_row *ret)
{
    const char *prefix = arena_printf(c->arena, "ou-%s-", c->membership->root + strlen("r-"));
    *ret = *parent;
    ret->id = call_new_organization_id(c, prefix, 8);
    ret->parent = parent->id;
    ret->name = name;
    ret->depth = parent->depth + 1;
    ret->path = arena_printf(c->arena, "%s%s/", parent->path, ret->id);
    TRY(q_unit_insert(c->tx, &(struct q_unit_insert){.id = ret->id,
                                                     .organization = ret->organization,
                                                     .parent = ret->parent,
                                                     .name = name,
                                                     .depth = ret->depth,
                                                     .path = ret->path}));
    return c->tx->changes ? OK : taken(c);
}

int organizations_create_organizational_unit(
    struct call *c, const struct organizations_create_organizational_unit_in *in,
    struct organizations_create_organizational_unit_out *out)
{
    struct unit_row parent, unit;
    TRY(find_unit(c, in->parent_id, ERR_PARENT_NOT_FOUND, &parent));
    TRY(check_room(c, &parent));
    TRY(insert(c, &parent, in->name, &unit));
    TRY(organization_tags_put(c, unit.id, &in->tags));
    TRY(organization_attach_default(c, unit.organization, unit.id));
    out->organizational_unit = shown(c, &unit);
    return OK;
}

int organizations_update_organizational_unit(
    struct call *c, const struct organizations_update_organizational_unit_in *in,
    struct organizations_update_organizational_unit_out *out)
{
    struct unit_row unit;
    TRY(find_unit(c, in->organizational_unit_id, ERR_ORGANIZATIONAL_UNIT_NOT_FOUND, &unit));
    if (in->name && in->name[strspn(in->name, " ")]) { /* one of blanks changes nothing */
        TRY(q_unit_rename(c->tx, &(struct q_unit_rename){.id = unit.id,
                                                         .organization = unit.organization,
                                                         .parent = unit.parent,
                                                         .name = in->name}));
        if (c->tx->changes == 0)
            return taken(c);
        unit.name = in->name;
    }
    out->organizational_unit = shown(c, &unit);
    return OK;
}

static int check_empty(struct call *c, const struct unit_row *unit)
{
    struct count_row inside;
    TRY(q_unit_contents(c->tx, &(struct q_unit_contents){unit->id}, &inside));
    if (inside.n == 0)
        return OK;
    return call_fail(c, ERR_ORGANIZATIONAL_UNIT_NOT_EMPTY,
                     "The specified OU is not empty. Move all accounts to another root or to other "
                     "OUs, remove all child OUs, and try the operation again.");
}

/* What is attached to it is just detached. */
int organizations_delete_organizational_unit(
    struct call *c, const struct organizations_delete_organizational_unit_in *in)
{
    struct unit_row unit;
    TRY(find_unit(c, in->organizational_unit_id, ERR_ORGANIZATIONAL_UNIT_NOT_FOUND, &unit));
    TRY(check_empty(c, &unit));
    TRY(q_target_detach_all(c->tx, &(struct q_target_detach_all){unit.id, unit.organization}));
    TRY(q_tag_delete_all(c->tx, &(struct q_tag_delete_all){.owner = unit.id}));
    return q_unit_delete(c->tx, &(struct q_unit_delete){unit.id, unit.organization});
}

int organizations_describe_organizational_unit(
    struct call *c, const struct organizations_describe_organizational_unit_in *in,
    struct organizations_describe_organizational_unit_out *out)
{
    struct unit_row unit;
    TRY(find_unit(c, in->organizational_unit_id, ERR_ORGANIZATIONAL_UNIT_NOT_FOUND, &unit));
    out->organizational_unit = shown(c, &unit);
    return OK;
}

int organizations_list_organizational_units_for_parent(
    struct call *c, const struct organizations_list_organizational_units_for_parent_in *in,
    struct organizations_list_organizational_units_for_parent_out *out)
{
    struct unit_row parent;
    struct unit_row_list rows;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(find_unit(c, in->parent_id, ERR_PARENT_NOT_FOUND, &parent));
    TRY(q_unit_page(c->tx, &(struct q_unit_page){parent.id, after, in->max_results + 1}, &rows));
    struct organizations_organizational_unit *units =
        NEW_ARRAY(c->arena, struct organizations_organizational_unit, rows.n);
    for (size_t i = 0; i < rows.n; i++)
        units[i] = show(c, &rows.v[i]);
    out->organizational_units = (struct organizations_organizational_unit_list){rows.n, units};
    PAGE_CUT_NEXT(c, in, out, organizational_units,
                  out->organizational_units.v[out->organizational_units.n - 1].id);
    return OK;
}

static int children_units(struct call *c, const struct organizations_list_children_in *in,
                          const char *after, struct organizations_child_list *ret)
{
    struct unit_row_list rows;
    TRY(q_unit_page(c->tx, &(struct q_unit_page){in->parent_id, after, in->max_results + 1},
                    &rows));
    ret->v = NEW_ARRAY(c->arena, struct organizations_child, rows.n);
    for (ret->n = 0; ret->n < rows.n; ret->n++)
        ret->v[ret->n] = (struct organizations_child){rows.v[ret->n].id, in->child_type};
    return OK;
}

static int children_accounts(struct call *c, const struct organizations_list_children_in *in,
                             const char *after, struct organizations_child_list *ret)
{
    struct organization_member_row_list rows;
    TRY(q_organization_member_page_of_parent(
        c->tx,
        &(struct q_organization_member_page_of_parent){in->parent_id, after, in->max_results + 1},
        &rows));
    ret->v = NEW_ARRAY(c->arena, struct organizations_child, rows.n);
    for (ret->n = 0; ret->n < rows.n; ret->n++)
        ret->v[ret->n] = (struct organizations_child){rows.v[ret->n].account, in->child_type};
    return OK;
}

int organizations_list_children(struct call *c, const struct organizations_list_children_in *in,
                                struct organizations_list_children_out *out)
{
    struct unit_row parent;
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    TRY(find_unit(c, in->parent_id, ERR_PARENT_NOT_FOUND, &parent));
    bool accounts = strcmp(in->child_type, "ACCOUNT") == 0;
    TRY(accounts ? children_accounts(c, in, after, &out->children)
                 : children_units(c, in, after, &out->children));
    PAGE_CUT_NEXT(c, in, out, children, out->children.v[out->children.n - 1].id);
    return OK;
}

static int parent_of(struct call *c, const char *child, const char **ret)
{
    const char *organization = c->membership->organization;
    struct organization_member_row member;
    struct unit_row unit;
    if (ascii_is_digit(*child)) {
        TRY(q_organization_member_get(
            c->tx, &(struct q_organization_member_get){organization, child}, &member));
        *ret = member.parent;
        return OK;
    }
    TRY(q_unit_get(c->tx, &(struct q_unit_get){organization, child}, &unit));
    *ret = unit.parent;
    return unit_is_root(&unit) ? ERR_NOT_FOUND : OK;
}

/* There is one. */
int organizations_list_parents(struct call *c, const struct organizations_list_parents_in *in,
                               struct organizations_list_parents_out *out)
{
    struct organizations_parent *parent = NEW(c->arena, struct organizations_parent);
    const char *after;
    TRY(page_after(c, in->next_token, &after));
    int code = parent_of(c, in->child_id, &parent->id);
    if (code < 0)
        return code == ERR_NOT_FOUND ? find_missing(c, ERR_CHILD_NOT_FOUND) : code;
    bool is_root = strcmp(parent->id, c->membership->root) == 0;
    parent->type = is_root ? "ROOT" : "ORGANIZATIONAL_UNIT";
    out->parents = (struct organizations_parent_list){1, parent};
    return OK;
}
