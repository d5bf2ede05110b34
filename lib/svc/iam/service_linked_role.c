/* SPDX-License-Identifier: Apache-2.0 */
#include "access/linked.h"
#include "access/organization.h"
#include "entities.h"
#include "model/ids.h"
#include "queries.h"
#include "svc/attachments.h"
#include "svc/roles.h"

enum { NAME_MAX_LENGTH = 64 };

/* Of a service that is not known the role's name and permissions are not, either. */
static int find_linked(struct call *c, const struct iam_create_service_linked_role_in *in,
                       const struct linked_role **ret)
{
    *ret = linked_role_find(str_of(in->aws_service_name));
    if (!*ret) /* AWS undocumented: code and wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The service %s has no service-linked role.",
                         in->aws_service_name);
    if (in->custom_suffix && !(*ret)->has_suffix)
        return call_fail(c, ERR_INVALID_INPUT, "Custom suffix is not allowed for %s",
                         in->aws_service_name);
    return OK;
}

static struct iam_role *new_role(struct call *c, const struct linked_role *linked,
                                 const struct iam_create_service_linked_role_in *in)
{
    struct iam_role *role = NEW(c->arena, struct iam_role);
    role->role_name = linked_role_name(c->arena, linked, in->custom_suffix);
    role->path = linked_role_path(c->arena, str_of(linked->service));
    role->assume_role_policy_document = linked_role_trust(c->arena, linked, false);
    role->description = in->description ? in->description : linked->description;
    role->max_session_duration = LINKED_ROLE_SESSION;
    return role;
}

static int insert(struct call *c, struct iam_role *role)
{
    if (strlen(role->role_name) > NAME_MAX_LENGTH) /* AWS undocumented: code and wording */
        return call_fail(c, ERR_INVALID_INPUT, "Service role name %s is longer than %d characters.",
                         role->role_name, NAME_MAX_LENGTH);
    int code = role_insert(c, role);
    if (code != ERR_ENTITY_ALREADY_EXISTS)
        return code;
    return call_fail(c, ERR_INVALID_INPUT,
                     "Service role name %s has been taken in this account, please try a different "
                     "suffix.",
                     role->role_name);
}

/* AWS undocumented: that the answer has no description, as that of CreateRole has none. */
int iam_create_service_linked_role(struct call *c,
                                   const struct iam_create_service_linked_role_in *in,
                                   struct iam_create_service_linked_role_out *out)
{
    const struct linked_role *linked;
    TRY(find_linked(c, in, &linked));
    struct iam_role *role = new_role(c, linked, in);
    TRY(insert(c, role));
    TRY(linked_attach(c->tx, c->account, role->role_id, linked));
    role->assume_role_policy_document = linked_role_trust(c->arena, linked, true);
    role->description = NULL;
    out->role = role;
    return OK;
}

static int detach_all(struct call *c, const char *role_id)
{
    struct iam_attached_policy_list attached;
    TRY(attachment_all(c, role_id, &attached));
    for (size_t i = 0; i < attached.n; i++)
        TRY(attachment_drop(c, role_id, attached.v[i].policy_arn));
    return OK;
}

static bool is_everywhere(const struct iam_role *role)
{
    struct str rest = str_of(role->path + strlen(LINKED_ROLE_PATH));
    const struct linked_role *linked = linked_role_find(str_cut(&rest, '/'));
    return linked && linked->everywhere;
}

/* Those that every account has, and that of Organizations while all features of it are on (AWS
   Organizations User Guide, "AWS Organizations and service-linked roles"). */
static int is_needed(struct call *c, const struct iam_role *role, bool *ret)
{
    const struct membership *membership;
    TRY(membership_of(c, c->account, &membership));
    bool organizations = strcmp(role->path, LINKED_ROLE_PATH "organizations.amazonaws.com/") == 0;
    *ret = is_everywhere(role) || (organizations && membership->all_features);
    return OK;
}

/* No service here uses its role: the task has ended when it is answered. AWS undocumented: how the
   deletion of a role is refused that AWS Support User Guide, "Using service-linked roles for AWS
   Support", says cannot be deleted; here its task fails. */
int iam_delete_service_linked_role(struct call *c,
                                   const struct iam_delete_service_linked_role_in *in,
                                   struct iam_delete_service_linked_role_out *out)
{
    struct iam_role *role;
    bool needed;
    char uuid[UUID_SIZE];
    TRY(entity_find_role(c, in->role_name, &role));
    if (!linked_role_is(role->path)) /* AWS undocumented: code and wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY,
                         "The service-linked role with name %s cannot be found.", in->role_name);
    TRY(is_needed(c, role, &needed));
    if (!needed) {
        TRY(detach_all(c, role->role_id));
        TRY(role_delete(c, role));
    }
    uuid_new(&c->sandbox->rand, uuid);
    out->deletion_task_id =
        arena_printf(c->arena, "task%s%s/%s", role->path, role->role_name, uuid);
    return q_role_deletion_insert(
        c->tx, &(struct q_role_deletion_insert){
                   .id = out->deletion_task_id, .account = c->account, .created = c->now});
}

/* The role of the task, "task/aws-service-role/SERVICE/ROLE/UUID", when it is there, and not a
   later one of the same name: the task has failed. ERR_NOT_FOUND: it has not. */
static int find_left(struct call *c, const char *task, int64_t begun, struct iam_role **ret)
{
    struct entity_face face;
    TRY(entity_face(c, RESOURCE_DELETION_TASK, task, &face));
    TRY(entity_role(c, face.name, ret));
    return (*ret)->create_date <= begun ? OK : ERR_NOT_FOUND;
}

int iam_get_service_linked_role_deletion_status(
    struct call *c, const struct iam_get_service_linked_role_deletion_status_in *in,
    struct iam_get_service_linked_role_deletion_status_out *out)
{
    struct role_deletion_row task;
    struct iam_role *left;
    if (!str_starts(str_of(in->deletion_task_id), STR("task" LINKED_ROLE_PATH)))
        return call_fail(c, ERR_INVALID_INPUT, /* AWS undocumented: wording */
                         "The deletion task ID %s is not valid.", in->deletion_task_id);
    int code = q_role_deletion_get(
        c->tx, &(struct q_role_deletion_get){in->deletion_task_id, c->account}, &task);
    if (code == ERR_NOT_FOUND) /* AWS undocumented: wording */
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The deletion task with ID %s cannot be found.",
                         in->deletion_task_id);
    TRY(code);
    code = find_left(c, in->deletion_task_id, task.created, &left);
    out->status = code == OK ? "FAILED" : "SUCCEEDED";
    if (code != OK)
        return code == ERR_NOT_FOUND ? OK : code;
    out->reason = NEW(c->arena, struct iam_deletion_task_failure_reason_type);
    out->reason->reason = is_everywhere(left)
                              ? "The role belongs to every account and cannot be deleted."
                              : "The account is in an organization that has all features enabled.";
    return OK;
}
