/* SPDX-License-Identifier: Apache-2.0 */
/* Effective policies, merged when somebody asks for one, and what is wrong with them. */
#include "call/page.h"
#include "svc/organizations/policy_type.h"

/* So many bytes of documents are merged for a page of accounts, or those of one. */
enum { PAGE_BYTES = 1024 * 1024 };

/* What binds an account, from the root down. */
struct chain {
    const struct inherit_rule *grammar;
    const char *type;
    struct inherit_policy *v;
    size_t n;
    size_t bytes; /* of the documents */
};

/* Documents that do not fit the grammar are those of another version of it. */
static void add_document(struct call *c, struct chain *chain,
                         const struct organization_document_row *row, size_t level)
{
    struct inherit_policy *policy = &chain->v[chain->n];
    struct policy_error error;
    chain->bytes += strlen(row->content);
    *policy = (struct inherit_policy){.id = row->policy, .level = level};
    if (inherit_read(c->arena, str_of(row->content), chain->grammar, &policy->document, &error) ==
        OK)
        chain->n++;
}

static int add_level(struct call *c, struct chain *chain, const char *target, size_t level)
{
    struct organization_document_row_list rows;
    TRY(q_target_documents(c->tx, &(struct q_target_documents){target, chain->type}, &rows));
    chain->v = arena_grow(c->arena, chain->v, chain->n * sizeof *chain->v,
                          (chain->n + rows.n) * sizeof *chain->v);
    for (size_t i = 0; i < rows.n; i++)
        add_document(c, chain, &rows.v[i], level);
    return OK;
}

/* The path is that of the unit which the account is in: o-.../r-.../ou-.../ */
static int read_chain(struct call *c, const char *type,
                      const struct organization_member_row *member, struct chain *ret)
{
    struct str rest = str_of(member->path);
    size_t level = 0;
    *ret = (struct chain){.grammar = inherit_grammar(type), .type = type};
    str_cut(&rest, '/');
    while (rest.n)
        TRY(add_level(c, ret, str_dup(c->arena, str_cut(&rest, '/')), level++));
    return add_level(c, ret, member->account, level);
}

static const struct inherit_setting *merge(struct call *c, const struct chain *chain)
{
    return inherit_merge(c->arena, chain->grammar, chain->v, chain->n);
}

/* AWS undocumented: that its documentation's sentence is the one that is answered. */
static int check_attached(struct call *c, const struct chain *chain)
{
    if (chain->n)
        return OK;
    return call_fail(c, ERR_EFFECTIVE_POLICY_NOT_FOUND,
                     "If you ran this action on the management account, this policy type is not "
                     "enabled. If you ran the action on a member account, the account doesn't have "
                     "an effective policy of this type. Contact the administrator of your "
                     "organization about attaching a policy of this type to the account.");
}

static int not_found(struct call *c)
{
    return call_fail(c, ERR_EFFECTIVE_POLICY_NOT_FOUND,
                     "The specified policy type is not enabled. Enable that policy type on your "
                     "organization root and then retry.");
}

/* When something was last done to policies of the type, or EffectivePolicyNotFound. */
static int last_change(struct call *c, const char *type, int64_t *ret)
{
    struct organization_policy_kind_row kind = {.updated = 0};
    int code = q_organization_policy_kind_get(
        c->tx, &(struct q_organization_policy_kind_get){c->organization, type}, &kind);
    *ret = kind.updated;
    return code == ERR_NOT_FOUND ? not_found(c) : code;
}

static int find_account(struct call *c, const char *id, struct organization_member_row *ret)
{
    if (!ascii_is_digit(*id))
        return call_no_good(c, NULL, "TARGET_NOT_SUPPORTED",
                            "You specified a target that is not currently supported.");
    int code = find_member(c, id, ret);
    return code == ERR_ACCOUNT_NOT_FOUND ? find_missing(c, ERR_TARGET_NOT_FOUND) : code;
}

/* AWS undocumented: what it takes for a change; here it is one of any policy of the type, or that
   the account came. */
int organizations_describe_effective_policy(
    struct call *c, const struct organizations_describe_effective_policy_in *in,
    struct organizations_describe_effective_policy_out *out)
{
    struct organization_member_row member = {.joined = 0};
    struct chain chain;
    int64_t changed = 0;
    TRY(find_account(c, in->target_id ? in->target_id : c->account, &member));
    TRY(check_all_features(c));
    TRY(last_change(c, in->policy_type, &changed));
    TRY(read_chain(c, in->policy_type, &member, &chain));
    TRY(check_attached(c, &chain));
    out->effective_policy = NEW(c->arena, struct organizations_effective_policy);
    *out->effective_policy = (struct organizations_effective_policy){
        .policy_content = inherit_text(c->arena, merge(c, &chain)),
        .has_last_updated_timestamp = true,
        .last_updated_timestamp = changed > member.joined ? changed : member.joined,
        .target_id = member.account,
        .policy_type = in->policy_type,
    };
    return OK;
}

static void show_fault(const struct inherit_fault *fault,
                       struct organizations_effective_policy_validation_error *ret)
{
    *ret = (struct organizations_effective_policy_validation_error){
        .error_code = fault->code,
        .error_message = fault->message,
        .path_to_error = fault->path,
        .contributing_policies = {fault->n, fault->policies},
    };
}

static void show_faults(struct call *c, const struct chain *chain, const char *after,
                        struct organizations_effective_policy_validation_error_list *ret)
{
    const struct inherit_fault *faults;
    size_t n = inherit_faults(c->arena, merge(c, chain), &faults), from = 0;
    while (*after && from < n && strcmp(faults[from].path, after) != 0)
        from++;
    from += *after && from < n;
    struct organizations_effective_policy_validation_error *v =
        NEW_ARRAY(c->arena, struct organizations_effective_policy_validation_error, n - from);
    for (size_t i = from; i < n; i++)
        show_fault(&faults[i], &v[i - from]);
    *ret = (struct organizations_effective_policy_validation_error_list){n - from, v};
}

/* Pages go on behind a path. */
int organizations_list_effective_policy_validation_errors(
    struct call *c, const struct organizations_list_effective_policy_validation_errors_in *in,
    struct organizations_list_effective_policy_validation_errors_out *out)
{
    struct organization_member_row member;
    struct chain chain;
    const char *after;
    int64_t changed = 0;
    TRY(page_after(c, in->next_token, &after));
    TRY(find_member(c, in->account_id, &member));
    TRY(check_all_features(c));
    TRY(last_change(c, in->policy_type, &changed));
    TRY(read_chain(c, in->policy_type, &member, &chain));
    TRY(check_attached(c, &chain));
    show_faults(c, &chain, after, &out->effective_policy_validation_errors);
    PAGE_CUT_NEXT(
        c, in, out, effective_policy_validation_errors,
        out->effective_policy_validation_errors.v[out->effective_policy_validation_errors.n - 1]
            .path_to_error);
    out->account_id = member.account;
    out->policy_type = in->policy_type;
    out->path = arena_printf(c->arena, "%s%s/", member.path, member.account);
    out->has_evaluation_timestamp = true;
    out->evaluation_timestamp = clock_now_ms(&c->sandbox->clock);
    return OK;
}

/* Adds the account if its policy is no good. */
static int add_invalid(struct call *c, const char *type,
                       const struct organization_member_row *member, size_t *bytes,
                       struct organizations_account_list *ret)
{
    const struct inherit_fault *faults;
    struct chain chain;
    TRY(read_chain(c, type, member, &chain));
    *bytes += chain.bytes;
    if (inherit_faults(c->arena, merge(c, &chain), &faults))
        member_show(c, member, &ret->v[ret->n++]);
    return OK;
}

/* A page is of so many accounts that are looked at, and may be empty although there are more. */
int organizations_list_accounts_with_invalid_effective_policy(
    struct call *c, const struct organizations_list_accounts_with_invalid_effective_policy_in *in,
    struct organizations_list_accounts_with_invalid_effective_policy_out *out)
{
    const char *organization = c->organization, *after;
    struct organization_member_row_list rows;
    size_t bytes = 0, n = 0;
    int64_t changed = 0;
    TRY(page_after(c, in->next_token, &after));
    TRY(check_all_features(c));
    TRY(last_change(c, in->policy_type, &changed));
    TRY(q_organization_member_page(
        c->tx, &(struct q_organization_member_page){organization, after, in->max_results + 1},
        &rows));
    out->accounts.v = NEW_ARRAY(c->arena, struct organizations_account, rows.n);
    for (; n < rows.n && n < (size_t)in->max_results && bytes < PAGE_BYTES; n++)
        TRY(add_invalid(c, in->policy_type, &rows.v[n], &bytes, &out->accounts));
    out->policy_type = in->policy_type;
    PAGE_CUT_AT(c, n, rows, rows.v[rows.n - 1].account, out->next_token);
    return OK;
}
