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

/* Whatever is wrong with the form of it, and principals that are not of the organization. */
static int no_json(struct call *c)
{
    return no_good(c, "INVALID_RESOURCE_POLICY_JSON",
                   "This resource-based policy contains invalid JSON.");
}

static const char *account_of(struct call *c, struct str text)
{
    struct arn arn;
    struct str account = arn_parse(text, &arn) ? arn.account : text;
    return account_id_ok(account) ? str_dup(c->arena, account) : NULL;
}

/* Everybody, or whoever is in the organization: others would not get in anyway. */
static int check_principal(struct call *c, struct str text)
{
    struct organization_member_row row;
    if (str_is(text, "*"))
        return OK;
    const char *account = account_of(c, text);
    int code = account ? find_member(c, account, &row) : ERR_ACCOUNT_NOT_FOUND;
    return code == ERR_ACCOUNT_NOT_FOUND ? no_json(c) : code;
}

/* "organizations:" and a pattern for nothing but operations that members can be let in to. */
static bool is_delegated(struct call *c, struct str action)
{
    struct str name = action;
    bool fits = false;
    if (!str_eq_fold(str_cut(&name, ':'), STR("organizations")) || !name.p)
        return false;
    for (size_t i = 0; i < organizations_service.n_ops; i++) {
        const struct api_op *op = &organizations_service.ops[i];
        if (!policy_fits(c->arena, name, str_of(op->name)))
            continue;
        if (!(op->standing & API_FOR_NAMED))
            return false;
        fits = true;
    }
    return fits;
}

static int check_action(struct call *c, struct str text)
{
    return is_delegated(c, text)
               ? OK
               : no_good(c, "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
                         arena_printf(c->arena,
                                      "%.*s is not a supported action for this resource-based "
                                      "policy.",
                                      STR_FMT(text)));
}

/* AWS undocumented: the sentence. */
static int check_resource(struct call *c, struct str text)
{
    struct arn arn;
    bool ok = str_is(text, "*") || (arn_parse(text, &arn) && str_is(arn.service, "organizations"));
    return ok ? OK
              : no_good(c, "UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY",
                        "The provided resource policy contains a resource that is not supported.");
}

/* AWS undocumented: the sentence. The types are those by which ListPolicies can be asked. */
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

/* AWS undocumented: that services are not looked up. */
static int check_principals(struct call *c, const struct node *principal)
{
    if (principal->kind != NODE_OBJECT)
        return check_principal(c, principal->text);
    for (const struct node *kind = principal->first; kind; kind = kind->next) {
        if (str_is(kind->key, "AWS"))
            TRY(check_each(c, kind, check_principal));
        else if (!str_is(kind->key, "Service"))
            return no_json(c);
    }
    return OK;
}

/* The policy was compiled: each element has the form that it may have. */
static int check_statement(struct call *c, const struct node *statement)
{
    const struct node *principal = node_get(statement, "Principal");
    if (!principal || !node_get(statement, "Action") || !node_get(statement, "Resource"))
        return no_json(c);
    TRY(check_principals(c, principal));
    TRY(check_each(c, node_get(statement, "Action"), check_action));
    TRY(check_each(c, node_get(statement, "Resource"), check_resource));
    return check_conditions(c, node_get(statement, "Condition"));
}

static void write_node(struct buf *b, const struct node *node, bool principal);

static void write_members(struct buf *b, const struct node *node, bool principal)
{
    for (const struct node *e = node->first; e; e = e->next) {
        if (node->kind == NODE_OBJECT) {
            buf_json(b, e->key);
            buf_add_char(b, ':');
        }
        write_node(b, e, principal || str_is(e->key, "Principal"));
        if (e->next)
            buf_add_char(b, ',');
    }
}

/* Without blanks, and accounts by the ARNs of their root users. */
static void write_node(struct buf *b, const struct node *node, bool principal)
{
    bool object = node->kind == NODE_OBJECT;
    if (object || node->kind == NODE_ARRAY) {
        buf_add_char(b, object ? '{' : '[');
        write_members(b, node, principal);
        buf_add_char(b, object ? '}' : ']');
    } else if (node->kind != NODE_STRING) {
        buf_add(b, node->text);
    } else if (principal && account_id_ok(node->text)) {
        buf_printf(b, "\"arn:aws:iam::%.*s:root\"", STR_FMT(node->text));
    } else {
        buf_json(b, node->text);
    }
}

/* As AWS gives it back. */
static const char *content_kept(struct call *c, const struct node *document)
{
    struct buf b = {.arena = c->arena};
    buf_add_char(&b, '{');
    if (!node_get(document, "Version"))
        buf_add(&b, STR("\"Version\":\"2008-10-17\","));
    write_members(&b, document, false);
    buf_add_char(&b, '}');
    return buf_text(&b);
}

static int check_content(struct call *c, const char *content, const char **kept)
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
    *kept = content_kept(c, document);
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

int organizations_put_resource_policy(struct call *c,
                                      const struct organizations_put_resource_policy_in *in,
                                      struct organizations_put_resource_policy_out *out)
{
    struct resource_policy_row row;
    const char *content = NULL;
    TRY(check_content(c, in->content, &content));
    int code = find(c, &row);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    if (code == OK && in->tags.n) {
        return call_violates(c, ERR_CONSTRAINT_VIOLATION,
                             "UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED",
                             "Adding tags on updating an existing resource-based policy is not "
                             "supported.");
    }
    if (code == ERR_NOT_FOUND) {
        row.id = call_new_organization_id(c, "rp-", ID_CHARACTERS);
        TRY(organization_tags_put(c, row.id, &in->tags));
    }
    row.content = content;
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
