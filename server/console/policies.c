/* SPDX-License-Identifier: Apache-2.0 */
/* One managed policy: its versions, whom it is attached to, its editor; and new ones. */
#include "console_api.h"
#include "model/managed.h"
#include "pages.h"
#include "server/console/document.h"
#include "server/console/editor.h"
#include "server/page/json.h"
#include "server/page/show.h"

static void set_time(json_t *object, const char *name, const char *member)
{
    json_object_set_new(object, name, console_time(json_object_get(object, member)));
}

static json_t *new_policy_data(const struct console_post_new_policy_in *in)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "title", "New policy", "here",
                     "policies", "back", "/console/policies", "back_title", "Policies", "naming",
                     "name", "name", in && in->name ? in->name : "", "describing", 1, "policy_path",
                     in ? in->path : "/", "description",
                     in && in->description ? in->description : "");
}

int console_get_new_policy(struct call *c, UNUSED const struct console_get_new_policy_in *in)
{
    json_t *data = new_policy_data(NULL);
    editor_add(c, data, editor_document_with(c, NULL, NULL, NULL), POLICY_MANAGED,
               "/console/new-policy", NULL);
    return page_show(c, &page_new_policy, data);
}

static void create(struct call *c, const struct console_post_new_policy_in *in, struct asked *asked)
{
    const char *document = document_of_form(c->arena, in->document ? in->document : "");
    json_t *members = json_pack("{s:s, s:s, s:s}", "PolicyName", in->name ? in->name : "", "Path",
                                in->path, "PolicyDocument", document);
    if (in->description)
        json_object_set_new(members, "Description", json_string(in->description));
    ask(c, "iam", "CreatePolicy", members, asked);
}

int console_post_new_policy(struct call *c, const struct console_post_new_policy_in *in)
{
    struct asked asked;
    bool save = strcmp(in->choice, "save") == 0;
    if (save)
        create(c, in, &asked);
    if (save && !asked.code) {
        const char *arn = json_member(json_object_get(asked.body, "Policy"), "Arn");
        return page_go(c, "%s", console_path(c, "policies", arn, NULL));
    }
    json_t *data = new_policy_data(in);
    editor_add_sent(c, data, in->document, POLICY_MANAGED, "/console/new-policy",
                    save ? &asked : NULL);
    return editor_show(c, &page_new_policy, data, save ? &asked : NULL);
}

/* A policy by its ARN; or by its name: one of the account, else one of AWS. */
static const char *find_policy(struct call *c, const char *named, struct asked *ret)
{
    const char *arn = named;
    bool by_name = !str_starts(str_of(named), STR("arn:"));
    if (by_name)
        arn = arena_printf(c->arena, "arn:aws:iam::%s:policy/%s", c->account, named);
    ask(c, "iam", "GetPolicy", json_pack("{s:s}", "PolicyArn", arn), ret);
    if (by_name && ret->code && !ret->denied) {
        arn = arena_printf(c->arena, MANAGED_ARN_PREFIX "/%s", named);
        ask(c, "iam", "GetPolicy", json_pack("{s:s}", "PolicyArn", arn), ret);
    }
    return arn;
}

/* Who has it, as links: of an answer of ListEntitiesForPolicy. */
static json_t *holders_of(struct call *c, const json_t *body)
{
    static const struct {
        const char *list, *member, *kind, *folder;
    } kinds[] = {
        {"PolicyGroups", "GroupName", "Group", "groups"},
        {"PolicyUsers", "UserName", "User", "users"},
        {"PolicyRoles", "RoleName", "Role", "roles"},
    };
    json_t *holders = json_array();
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const json_t *list = json_object_get(body, kinds[k].list);
        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *name = json_member(json_array_get(list, i), kinds[k].member);
            json_array_append_new(holders, json_pack("{s:s, s:s, s:s}", "kind", kinds[k].kind,
                                                     "holder_name", name, "link",
                                                     console_path(c, kinds[k].folder, name, NULL)));
        }
    }
    return holders;
}

static json_t *use_of(struct call *c, const char *arn, const char *usage, const char *heading)
{
    struct asked asked;
    ask(c, "iam", "ListEntitiesForPolicy",
        json_pack("{s:s, s:s, s:i}", "PolicyArn", arn, "PolicyUsageFilter", usage, "MaxItems", 50),
        &asked);
    json_t *use = json_pack("{s:s}", "heading", heading);
    if (asked.code)
        editor_refuse(use, NULL, &asked);
    else
        json_object_set_new(use, "holders", holders_of(c, asked.body));
    json_object_set_new(use, "IsTruncated",
                        json_boolean(json_is_true(json_object_get(asked.body, "IsTruncated"))));
    return use;
}

static json_t *versions_of(struct call *c, const char *arn)
{
    struct asked asked;
    ask(c, "iam", "ListPolicyVersions", json_pack("{s:s}", "PolicyArn", arn), &asked);
    json_t *listed = asked_json(&asked), *versions = json_object_get(listed, "Versions");
    for (size_t i = 0; i < json_array_size(versions); i++)
        set_time(json_array_get(versions, i), "created", "CreateDate");
    return listed;
}

/* The page without the document; VERSION: the one that is wanted, and becomes the default one where
   none is. NULL: the policy cannot be shown. */
static const char *policy_data(struct call *c, const char *named, json_t *data,
                               const char **version, int *ret_status)
{
    struct asked asked;
    const char *arn = find_policy(c, named, &asked);
    bool local = !str_starts(str_of(arn), STR(MANAGED_ARN_PREFIX));
    *ret_status = asked.status;
    json_object_set_new(data, "here", json_string("policies"));
    json_object_set_new(data, "title", json_string(named));
    json_object_set_new(data, "arn", json_string(arn));
    json_object_set_new(data, "local", json_boolean(local));
    if (asked.code) {
        editor_refuse(data, "problem", &asked);
        return NULL;
    }
    json_t *policy = json_object_get(asked.body, "Policy");
    set_time(policy, "changed", "UpdateDate");
    json_object_set(data, "policy", policy);
    json_object_set(data, "title", json_object_get(policy, "PolicyName"));
    if (!*version)
        *version = json_member(policy, "DefaultVersionId");
    json_object_set_new(data, "shown_version", json_string(*version));
    json_object_set_new(data, "versions", json_true());
    json_object_set_new(data, "listed", versions_of(c, arn));
    json_object_set_new(data, "uses",
                        json_pack("[o, o]", use_of(c, arn, "PermissionsPolicy", "Attached to"),
                                  use_of(c, arn, "PermissionsBoundary", "A boundary of")));
    return arn;
}

static const char *read_version(struct call *c, const char *arn, const char *version, json_t *data)
{
    struct asked asked;
    ask(c, "iam", "GetPolicyVersion",
        json_pack("{s:s, s:s}", "PolicyArn", arn, "VersionId", version), &asked);
    if (asked.code)
        editor_refuse(data, "problem", &asked);
    return editor_document(c, json_object_get(asked.body, "PolicyVersion"), "Document");
}

int console_get_policy(struct call *c, const struct console_get_policy_in *in)
{
    json_t *data = json_object();
    const char *version = in->version;
    int status;
    const char *arn = policy_data(c, in->policy, data, &version, &status);
    const char *text = arn ? read_version(c, arn, version, data) : NULL;
    if (text) {
        const char *self = console_path(c, "policies", arn, NULL);
        editor_add(c, data, text, POLICY_MANAGED, self, in->at);
        if (in->action && in->resource)
            json_object_set_new(
                data, "text", json_string(editor_document_with(c, text, in->action, in->resource)));
    }
    return page_show_status(c, status, &page_policy, data);
}

/* What the form wants to be done, if it is more than a check. False: it is a check. */
static bool change(struct call *c, const struct console_post_policy_in *in, struct asked *ret)
{
    json_t *members = json_pack("{s:s}", "PolicyArn", in->policy);
    const char *op = strcmp(in->choice, "save") == 0      ? "CreatePolicyVersion"
                     : strcmp(in->choice, "default") == 0 ? "SetDefaultPolicyVersion"
                     : strcmp(in->choice, "delete") == 0  ? "DeletePolicy"
                                                          : "DeletePolicyVersion";
    if (strcmp(in->choice, "check") == 0) {
        json_decref(members);
        return false;
    }
    if (strcmp(in->choice, "save") == 0) {
        const char *document = document_of_form(c->arena, in->document ? in->document : "");
        json_object_set_new(members, "PolicyDocument", json_string(document));
        json_object_set_new(members, "SetAsDefault", json_boolean(in->as_default));
    } else if (strcmp(in->choice, "delete") != 0) {
        json_object_set_new(members, "VersionId", json_string(in->version ? in->version : ""));
    }
    ask(c, "iam", op, members, ret);
    return true;
}

static int go_on(struct call *c, const struct console_post_policy_in *in, const struct asked *asked)
{
    const char *made = json_member(json_object_get(asked->body, "PolicyVersion"), "VersionId");
    if (strcmp(in->choice, "delete") == 0)
        return page_go(c, "/console/policies");
    return page_go(c, "%s%s%s", console_path(c, "policies", in->policy, NULL),
                   made ? "?version=" : "", made ? made : "");
}

int console_post_policy(struct call *c, const struct console_post_policy_in *in)
{
    struct asked asked;
    bool asks = change(c, in, &asked), edits = in->document;
    if (asks && !asked.code)
        return go_on(c, in, &asked);
    json_t *data = json_object();
    const char *version = in->version;
    int status;
    const char *arn = policy_data(c, in->policy, data, &version, &status);
    const char *self = console_path(c, "policies", arn ? arn : in->policy, NULL);
    if (edits || !arn)
        editor_add_sent(c, data, in->document, POLICY_MANAGED, self, asks ? &asked : NULL);
    else {
        const char *text = read_version(c, arn, version, data);
        if (text)
            editor_add(c, data, text, POLICY_MANAGED, self, NULL);
    }
    if (asks && !edits)
        editor_refuse(data, "problem", &asked);
    if (in->as_default)
        json_object_set_new(data, "default", json_true());
    return editor_show(c, &page_policy, data, asks ? &asked : NULL);
}
