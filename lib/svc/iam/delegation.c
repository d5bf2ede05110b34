/* SPDX-License-Identifier: Apache-2.0 */
/* Delegation requests: made, owned, approved, rejected, and the token given out. */
#include "access/session.h"
#include "authz/authz.h"
#include "model/ids.h"
#include "policy/template.h"
#include "svc/delegations.h"
#include "svc/policies.h"

/* The longest session that a root user may approve (IAM User Guide, "Temporary delegation"). */
enum { ROOT_DURATION_MAX = 4 * 3600 };

/* AWS undocumented: all sentences of these operations. */
static int invalid(struct call *c, const char *what)
{
    return call_fail(c, ERR_INVALID_INPUT, "%s", what);
}

/* AWS undocumented: the codes for a template that is unknown, and for one of another account. */
static int find_template(struct call *c, const char *arn, struct delegation_template_row *ret)
{
    struct count_row count;
    if (!arn)
        return invalid(c, "Permissions need a PolicyTemplateArn.");
    int code = q_delegation_template_get(c->tx, &(struct q_delegation_template_get){arn}, ret);
    if (code == OK && strcmp(ret->account, c->account) == 0)
        return OK;
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    TRY(q_delegation_template_count(c->tx, &(struct q_delegation_template_count){c->account},
                                    &count));
    if (count.n)
        return call_fail(c, ERR_INVALID_INPUT, "The policy template %s cannot be found.", arn);
    return call_fail(c, ERR_ACCESS_DENIED,
                     "The account %s is not registered to create delegation requests.", c->account);
}

/* AWS undocumented: whether types begin with a capital; both are seen. */
static bool read_type(const char *type, bool *ret_list)
{
    struct str text = str_of(type ? type : "");
    *ret_list = str_eq_fold(text, STR("stringList"));
    return *ret_list || str_eq_fold(text, STR("string"));
}

static bool is_named_before(const struct iam_policy_parameter_list *list, size_t number)
{
    for (size_t i = 0; i < number; i++) {
        if (strcmp(list->v[i].name, list->v[number].name) == 0)
            return true;
    }
    return false;
}

static int read_parameters(struct call *c, const struct iam_policy_parameter_list *list,
                           struct template_parameter *ret)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct iam_policy_parameter *from = &list->v[i];
        bool is_list = false;
        if (!from->name || !read_type(from->type, &is_list))
            return invalid(c, "A parameter needs a Name, and string or stringList as its Type.");
        if (is_named_before(list, i))
            return invalid(c, "The names of parameters have to differ.");
        if (!from->values.n || (!is_list && from->values.n > 1))
            return invalid(c, "A string has one value, and a stringList one or more.");
        ret[i] = (struct template_parameter){from->name, from->values.v, from->values.n, is_list};
    }
    return OK;
}

static const char *write_parameters(struct arena *a, const struct template_parameter *list,
                                    size_t n)
{
    struct buf b = buf_new(a, 256);
    for (size_t i = 0; i < n; i++) {
        buf_add_text(&b, i ? ",{\"Name\":" : "[{\"Name\":");
        buf_json(&b, str_of(list[i].name));
        buf_printf(&b, ",\"Type\":\"%s\",\"Values\":[", list[i].list ? "stringList" : "string");
        for (size_t k = 0; k < list[i].n; k++) {
            if (k)
                buf_add_char(&b, ',');
            buf_json(&b, str_of(list[i].values[k]));
        }
        buf_add(&b, STR("]}"));
    }
    buf_add_text(&b, n ? "]" : "[]");
    return buf_text(&b);
}

/* The policy that is asked for; the parameters as they are stored. */
static int render(struct call *c, const struct iam_delegation_permission *from,
                  const struct delegation_template_row *template, const char **ret_parameters,
                  const char **ret)
{
    size_t n = from->parameters.n;
    struct template_parameter *list = NEW_ARRAY(c->arena, struct template_parameter, n);
    TRY(read_parameters(c, &from->parameters, list));
    *ret_parameters = write_parameters(c->arena, list, n);
    if (template_render(c->arena, str_of(template->document), list, n, ret) < 0)
        return invalid(c, *ret);
    int code = policy_check_grammar(c, *ret, POLICY_SESSION);
    return code == ERR_MALFORMED_POLICY_DOCUMENT ? ERR_INVALID_INPUT : code;
}

/* Those that nobody can see any more make room. */
static int make_room(struct call *c)
{
    struct count_row count;
    int64_t gone = c->now - DELEGATION_SEEN_FOR;
    TRY(q_delegation_notice_delete_gone(
        c->tx, &(struct q_delegation_notice_delete_gone){c->account, gone}));
    TRY(q_delegation_delete_gone(c->tx, &(struct q_delegation_delete_gone){c->account, gone}));
    TRY(q_delegation_count(c->tx, &(struct q_delegation_count){c->account}, &count));
    return call_check_quota(c, QUOTA_DELEGATION_REQUESTS, count.n + 1);
}

/* AWS undocumented: the form of ids, and where the link leads. */
static void name_it(struct call *c, struct iam_create_delegation_request_out *out)
{
    char *id = arena_alloc(c->arena, ORGANIZATION_ID_SIZE);
    organization_id_new(&c->sandbox->rand, "dr-", 20, id);
    out->delegation_request_id = id;
    out->console_deep_link =
        arena_printf(c->arena, "https://console.aws.amazon.com/iam/home#/delegationRequest/%s",
                     out->delegation_request_id);
}

int iam_create_delegation_request(struct call *c, const struct iam_create_delegation_request_in *in,
                                  struct iam_create_delegation_request_out *out)
{
    struct delegation_template_row template = {.document = ""};
    const char *parameters, *policy;
    TRY(find_template(c, in->permissions->policy_template_arn, &template));
    TRY(render(c, in->permissions, &template, &parameters, &policy));
    TRY(make_room(c));
    name_it(c, out);
    TRY(q_delegation_insert(c->tx, &(struct q_delegation_insert){
                                       .id = out->delegation_request_id,
                                       .requestor = c->account,
                                       .requestor_name = template.partner,
                                       .workflow = in->requestor_workflow_id,
                                       .channel = in->notification_channel,
                                       .description = in->description,
                                       .message = in->request_message,
                                       .redirect = in->redirect_url,
                                       .template = template.arn,
                                       .parameters = parameters,
                                       .policy = policy,
                                       .restrictions = template.restrictions,
                                       .duration = in->session_duration,
                                       .only_by_owner = in->only_send_by_owner,
                                       .owner_account = in->owner_account_id,
                                       .now = c->now,
                                       .expires = delegation_expiry("UNASSIGNED", c->now),
                                   }));
    if (c->tx->changes)
        return OK;
    return call_fail(c, ERR_ENTITY_ALREADY_EXISTS,
                     "A delegation request with the requestor workflow id %s already exists.",
                     in->requestor_workflow_id);
}

/* AWS undocumented: that AcceptDelegationRequest, which has no InvalidInput, says so otherwise. */
static int find_in(struct call *c, const char *id, const char *const *states, size_t n,
                   struct delegation_row *ret)
{
    TRY(delegation_find(c, id, ret));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(ret->state, states[i]) == 0)
            return OK;
    }
    bool accepts = strcmp(c->op->name, "AcceptDelegationRequest") == 0;
    return call_fail(c, accepts ? ERR_CONCURRENT_MODIFICATION : ERR_INVALID_INPUT,
                     "The delegation request %s is in the state %s.", id, ret->state);
}

/* What the partner is told, too. */
static int notice(struct call *c, const struct delegation_row *row, const char *state)
{
    static const char *const states[] = {"ASSIGNED", "PENDING_APPROVAL", "ACCEPTED", "REJECTED",
                                         "FINALIZED"};
    size_t number = 0;
    while (strcmp(state, states[number]) != 0)
        number++;
    return q_delegation_notice_put(
        c->tx, &(struct q_delegation_notice_put){row->requestor, row->id, (int64_t)number, state,
                                                 clock_now_ms(&c->sandbox->clock)});
}

static int move(struct call *c, const struct delegation_row *row, const char *state,
                const char *notes, const char *rejection)
{
    TRY(q_delegation_move(c->tx,
                          &(struct q_delegation_move){row->id, state, notes, rejection, c->now,
                                                      delegation_expiry(state, c->now)}));
    return notice(c, row, state);
}

int iam_associate_delegation_request(struct call *c,
                                     const struct iam_associate_delegation_request_in *in)
{
    static const char *const from[] = {"UNASSIGNED"};
    struct delegation_row row;
    TRY(find_in(c, in->delegation_request_id, from, ARRAY_LEN(from), &row));
    TRY(q_delegation_associate(
        c->tx, &(struct q_delegation_associate){row.id, c->account, c->principal->arn, c->now,
                                                delegation_expiry("ASSIGNED", c->now)}));
    return notice(c, &row, "ASSIGNED");
}

int iam_update_delegation_request(struct call *c, const struct iam_update_delegation_request_in *in)
{
    static const char *const from[] = {"ASSIGNED"};
    struct delegation_row row;
    TRY(find_in(c, in->delegation_request_id, from, ARRAY_LEN(from), &row));
    return move(c, &row, "PENDING_APPROVAL", in->notes, NULL);
}

/* Who the approver is, as what the partner's sessions will be made from. */
static const char *identity_of(struct call *c)
{
    const struct authz_principal *p = c->principal;
    const struct session *from = c->session;
    struct session identity = {
        .kind = p->kind,
        .key_id = "",
        .secret = "",
        .account = c->account,
        .owner = from ? from->owner : p->id,
        .name = from ? from->name : "",
        .issued = c->now,
        .mfa_at = p->mfa_at,
        .source_identity = p->source_identity ? p->source_identity : "",
        .provider = p->provider ? p->provider : "",
        .tags = from ? from->tags : NULL,
        .n_tags = from ? from->n_tags : 0,
        .policy = "",
    };
    const char *sealed = session_seal(c->arena, c->sandbox->session_key, &identity);
    ENSURE(sealed); /* it has less than the session that it was made from */
    return sealed;
}

/* AWS undocumented: that sessions which session policies limit cannot approve, since what they may
   do could not be told by one policy more; and the codes. */
static int check_approver(struct call *c, const struct delegation_row *row)
{
    if (c->principal->scoped || c->principal->kind == PRINCIPAL_FEDERATED)
        return call_fail(c, ERR_ACCESS_DENIED,
                         "Sessions with session policies cannot accept delegation requests.");
    if (c->principal->kind == PRINCIPAL_ROOT && row->duration > ROOT_DURATION_MAX) {
        return call_fail(c, ERR_ACCESS_DENIED,
                         "The root user cannot accept delegation requests for more than %d "
                         "seconds.",
                         ROOT_DURATION_MAX);
    }
    return OK;
}

int iam_accept_delegation_request(struct call *c, const struct iam_accept_delegation_request_in *in)
{
    static const char *const from[] = {"ASSIGNED", "PENDING_APPROVAL"};
    struct delegation_row row;
    TRY(find_in(c, in->delegation_request_id, from, ARRAY_LEN(from), &row));
    TRY(check_approver(c, &row));
    TRY(q_delegation_approve(
        c->tx, &(struct q_delegation_approve){row.id, c->principal->arn, identity_of(c)}));
    return move(c, &row, "ACCEPTED", NULL, NULL);
}

int iam_reject_delegation_request(struct call *c, const struct iam_reject_delegation_request_in *in)
{
    static const char *const from[] = {"ASSIGNED", "PENDING_APPROVAL", "ACCEPTED"};
    struct delegation_row row;
    TRY(find_in(c, in->delegation_request_id, from, ARRAY_LEN(from), &row));
    return move(c, &row, "REJECTED", NULL, in->notes);
}

int iam_send_delegation_token(struct call *c, const struct iam_send_delegation_token_in *in)
{
    static const char *const from[] = {"ACCEPTED"};
    struct delegation_row row;
    TRY(find_in(c, in->delegation_request_id, from, ARRAY_LEN(from), &row));
    if (row.only_by_owner && strcmp(row.owner, c->principal->arn) != 0)
        return call_fail(c, ERR_ACCESS_DENIED,
                         "Only the owner of the delegation request %s can send its token.", row.id);
    return move(c, &row, "FINALIZED", NULL, NULL);
}
