/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/simulation.h"

#include "access/view.h"
#include "entities.h"
#include "svc/context_keys.h"

static int no_such_source(struct call *c)
{
    c->message = "Unable to retrieve specified IAM entity.";
    return ERR_NO_SUCH_ENTITY;
}

/* The kind and name of a user, group or role of the caller's account. */
static int check_source(struct call *c, const char *text, struct str *ret_kind,
                        struct str *ret_name)
{
    struct arn arn;
    if (!arn_parse(str_of(text), &arn))
        return call_fail(c, ERR_VALIDATION_ERROR, "%s is invalid", text);
    if (!str_is(arn.service, "iam"))
        return call_fail(c, ERR_INVALID_INPUT, "Invalid ARN provided in the request: %s", text);
    bool entity =
        arn_entity(&arn, ret_kind, ret_name) &&
        (str_is(*ret_kind, "user") || str_is(*ret_kind, "group") || str_is(*ret_kind, "role"));
    if (!entity) {
        return call_fail(c, ERR_INVALID_INPUT,
                         "Invalid Entity Arn: %s does not clearly define entity type and name.",
                         text);
    }
    if (!str_is(arn.account, c->account)) {
        return call_fail(c, ERR_INVALID_INPUT,
                         "Invalid Policy Source Arn: caller's account %s does not have access to "
                         "policies in account %.*s",
                         c->account, STR_FMT(arn.account));
    }
    return OK;
}

static int read_source(struct call *c, struct str kind, const char *name, struct view **ret)
{
    struct iam_user *user;
    struct iam_group *group;
    struct iam_role *role;
    if (str_is(kind, "user")) {
        TRY(entity_user(c, name, &user));
        return view_read(c->sandbox, c->tx, user->user_id, ret);
    }
    if (str_is(kind, "group")) {
        TRY(entity_group(c, name, &group));
        return view_read_group(c->sandbox, c->tx, group, ret);
    }
    TRY(entity_role(c, name, &role));
    return view_read(c->sandbox, c->tx, role->role_id, ret);
}

/* The policies of ARN, to be released. AWS undocumented: its path is not looked at. */
static int acquire_source(struct call *c, const char *arn, struct view **ret)
{
    struct str kind = {NULL, 0}, name = {NULL, 0};
    TRY(check_source(c, arn, &kind, &name));
    int code = read_source(c, kind, str_dup(c->arena, name), ret);
    return code == ERR_NOT_FOUND ? no_such_source(c) : code;
}

static int add_inputs(struct call *c, struct context_keys *keys, const struct str_list *texts)
{
    for (size_t i = 0; i < texts->n; i++) {
        const struct policy *policy;
        const char *name = arena_printf(c->arena, "PolicyInputList.%zu", i + 1);
        TRY(simulation_policy(c, texts->v[i], POLICY_IDENTITY, name, &policy));
        context_keys_add(keys, policy);
    }
    return OK;
}

int iam_get_context_keys_for_custom_policy(
    struct call *c, const struct iam_get_context_keys_for_custom_policy_in *in,
    struct iam_get_context_keys_for_custom_policy_out *out)
{
    struct context_keys keys = {.arena = c->arena};
    int code = add_inputs(c, &keys, &in->policy_input_list);
    out->context_key_names = context_keys_end(&keys);
    return code;
}

int iam_get_context_keys_for_principal_policy(
    struct call *c, const struct iam_get_context_keys_for_principal_policy_in *in,
    struct iam_get_context_keys_for_principal_policy_out *out)
{
    struct view *view;
    TRY(acquire_source(c, in->policy_source_arn, &view));
    struct context_keys keys = {.arena = c->arena};
    for (size_t i = 0; i < view->principal.n_policies; i++)
        context_keys_add(&keys, view->principal.policies[i].policy);
    int code = add_inputs(c, &keys, &in->policy_input_list);
    out->context_key_names = context_keys_end(&keys);
    view_release(view);
    return code;
}

/* The two requests are different structs with the same members. */
#define REQUEST_OF(in)                                                                             \
    {                                                                                              \
        .policies = &(in)->policy_input_list,                                                      \
        .boundaries = &(in)->permissions_boundary_policy_input_list,                               \
        .actions = &(in)->action_names, .resources = &(in)->resource_arns,                         \
        .context = &(in)->context_entries, .resource_policy = (in)->resource_policy,               \
        .resource_owner = (in)->resource_owner, .caller = (in)->caller_arn,                        \
        .handling = (in)->resource_handling_option, .marker = (in)->marker,                        \
        .max_items = (in)->max_items,                                                              \
    }

int iam_simulate_custom_policy(struct call *c, const struct iam_simulate_custom_policy_in *in,
                               struct iam_simulate_custom_policy_out *out)
{
    const struct simulation_request request = REQUEST_OF(in);
    struct simulation_page page;
    TRY(simulate(c, &request, NULL, &page));
    out->evaluation_results = page.results;
    out->is_truncated = page.is_truncated;
    out->marker = page.marker;
    return OK;
}

int iam_simulate_principal_policy(struct call *c, const struct iam_simulate_principal_policy_in *in,
                                  struct iam_simulate_principal_policy_out *out)
{
    const struct simulation_request request = REQUEST_OF(in);
    struct simulation_page page;
    struct view *view;
    TRY(acquire_source(c, in->policy_source_arn, &view));
    int code = simulate(c, &request, &view->principal, &page);
    view_release(view);
    out->evaluation_results = page.results;
    out->is_truncated = page.is_truncated;
    out->marker = page.marker;
    return code;
}
