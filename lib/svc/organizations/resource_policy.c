/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy by which an organization lets members manage its policies (Organizations User Guide,
 * "Delegated administrator for AWS Organizations").
 */
#include "model/ids.h"
#include "policy/json.h"
#include "policy/policy.h"
#include "svc/organizations/find.h"
#include "svc/organizations/tags.h"

enum { ID_CHARACTERS = 8 };

static int no_good(struct call *c, const char *reason, const char *message)
{
    return call_violates(c, ERR_INVALID_INPUT, reason, message);
}

/* AWS undocumented: the sentences of the reasons, and which of several is told. */
static int no_json(struct call *c)
{
    return no_good(c, "INVALID_RESOURCE_POLICY_JSON",
                   "The provided resource policy content contains invalid JSON.");
}

static const char *account_of(struct call *c, struct str text)
{
    struct arn arn;
    struct str account = arn_parse(text, &arn) ? arn.account : text;
    return account_id_ok(account) ? str_dup(c->arena, account) : NULL;
}

/* Only members are let in, and what is theirs. */
static int check_principal(struct call *c, struct str text)
{
    const char *account = account_of(c, text);
    struct organization_member_row row;
    int code = ERR_ACCOUNT_NOT_FOUND;
    if (account && strcmp(account, c->membership->management) != 0)
        code = find_member(c, account, &row);
    return code == ERR_ACCOUNT_NOT_FOUND
               ? no_good(c, "INVALID_PRINCIPAL",
                         "You specified an invalid principal element in the policy.")
               : code;
}

/* "organizations:" and the name of an operation that members can be let in to. */
static bool is_delegated(struct str action)
{
    struct str name = action;
    if (!str_eq_fold(str_cut(&name, ':'), STR("organizations")))
        return false;
    for (size_t i = 0; name.p && i < organizations_service.n_ops; i++) {
        const struct api_op *op = &organizations_service.ops[i];
        if (str_eq_fold(name, str_of(op->name)))
            return op->standing & API_FOR_NAMED;
    }
    return false;
}

/* AWS undocumented: that there are no wildcards in the names of actions. */
static int check_action(struct call *c, struct str text)
{
    return is_delegated(text) ? OK
                              : no_good(c, "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
                                        "The provided resource policy contains an action that is "
                                        "not supported.");
}

static int check_resource(struct call *c, struct str text)
{
    struct arn arn;
    bool ok = str_is(text, "*") || (arn_parse(text, &arn) && str_is(arn.service, "organizations"));
    return ok ? OK
              : no_good(c, "UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY",
                        "The provided resource policy contains a resource that is not supported.");
}

/* The types are those by which ListPolicies can be asked. */
static int check_policy_type(struct call *c, struct str text)
{
    const struct shape *request = api_find(&organizations_service, STR("ListPolicies"))->in;
    const char *const *types = request->fields[0].rule->choices;
    for (size_t i = 0; types[i]; i++) {
        if (str_is(text, types[i]))
            return OK;
    }
    return no_good(c, "UNSUPPORTED_POLICY_TYPE_IN_RESOURCE_POLICY",
                   "The provided resource policy contains a policy type that is not supported.");
}

typedef int check_fn(struct call *c, struct str text);

/* Of an element that has texts; it may be absent. */
static int check_each(struct call *c, const struct node *element, check_fn *check)
{
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e))
        TRY(check(c, e->text));
    return OK;
}

static bool is_policy_type_key(const struct node *condition)
{
    return str_eq_fold(condition->key, STR("organizations:PolicyType"));
}

static int check_conditions(struct call *c, const struct node *conditions)
{
    for (const struct node *operator= conditions ? conditions->first : NULL; operator;
         operator= operator->next) {
        bool wild = memmem(operator->key.p, operator->key.n, "Like", 4) != NULL;
        for (const struct node *key = operator->first; key; key = key->next) {
            if (is_policy_type_key(key) && !wild)
                TRY(check_each(c, key, check_policy_type));
        }
    }
    return OK;
}

/* The policy was compiled: each element has the form that it may have. */
static int check_statement(struct call *c, const struct node *statement)
{
    const struct node *principal = node_get(statement, "Principal");
    if (!principal || principal->kind != NODE_OBJECT)
        return check_principal(c, STR("*"));
    if (!node_get(statement, "Action") || !node_get(statement, "Resource"))
        return no_json(c);
    for (const struct node *kind = principal->first; kind; kind = kind->next) {
        if (!str_is(kind->key, "AWS"))
            return check_principal(c, STR("*"));
        TRY(check_each(c, kind, check_principal));
    }
    TRY(check_each(c, node_get(statement, "Action"), check_action));
    TRY(check_each(c, node_get(statement, "Resource"), check_resource));
    return check_conditions(c, node_get(statement, "Condition"));
}

static int check_content(struct call *c, const char *content)
{
    const struct policy *policy;
    struct policy_error error;
    const struct node *document;
    size_t bad;
    int code = policy_compile(c->arena, str_of(content), POLICY_RESOURCE, &policy, &error);
    if (code == ERR_MALFORMED || !node_read(c->arena, str_of(content), &document, &bad))
        return no_json(c);
    TRY(code);
    const struct node *statements = node_get(document, "Statement");
    for (const struct node *e = entries_first(statements); e; e = entries_next(statements, e))
        TRY(check_statement(c, e));
    return OK;
}

static struct organizations_resource_policy *show(struct call *c,
                                                  const struct resource_policy_row *row)
{
    struct organizations_resource_policy *policy =
        NEW(c->arena, struct organizations_resource_policy);
    policy->resource_policy_summary = NEW(c->arena, struct organizations_resource_policy_summary);
    policy->resource_policy_summary->id = row->id;
    policy->resource_policy_summary->arn =
        arena_printf(c->arena, "arn:aws:organizations::%s:resourcepolicy/%s/%s",
                     c->membership->management, c->membership->organization, row->id);
    policy->content = row->content;
    return policy;
}

static int find(struct call *c, struct resource_policy_row *ret)
{
    return q_resource_policy_get(c->tx,
                                 &(struct q_resource_policy_get){c->membership->organization}, ret);
}

static int find_or_tell(struct call *c, struct resource_policy_row *ret)
{
    int code = find(c, ret);
    return code == ERR_NOT_FOUND
               ? call_fail(c, ERR_RESOURCE_POLICY_NOT_FOUND, "No resource-based policy found.")
               : code;
}

/* Tags are for one that is made. AWS undocumented: that they are ignored else. */
int organizations_put_resource_policy(struct call *c,
                                      const struct organizations_put_resource_policy_in *in,
                                      struct organizations_put_resource_policy_out *out)
{
    struct resource_policy_row row;
    TRY(check_content(c, in->content));
    int code = find(c, &row);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    if (code == ERR_NOT_FOUND) {
        row.id = call_new_organization_id(c, "rp-", ID_CHARACTERS);
        TRY(organization_tags_put(c, row.id, &in->tags));
    }
    row.content = in->content;
    out->resource_policy = show(c, &row);
    return q_resource_policy_put(
        c->tx, &(struct q_resource_policy_put){c->membership->organization, row.id, row.content});
}

int organizations_describe_resource_policy(
    struct call *c, UNUSED const struct organizations_describe_resource_policy_in *in,
    struct organizations_describe_resource_policy_out *out)
{
    struct resource_policy_row row;
    TRY(find_or_tell(c, &row));
    out->resource_policy = show(c, &row);
    return OK;
}

int organizations_delete_resource_policy(
    struct call *c, UNUSED const struct organizations_delete_resource_policy_in *in)
{
    struct resource_policy_row row;
    TRY(find_or_tell(c, &row));
    TRY(q_tag_delete_all(c->tx, &(struct q_tag_delete_all){.owner = row.id}));
    return q_resource_policy_delete(
        c->tx, &(struct q_resource_policy_delete){c->membership->organization});
}
