/* SPDX-License-Identifier: Apache-2.0 */
#include "authz/report.h"

/*
 * Bytes of the text that the report is written into. The policies that the limits of AWS allow one
 * principal have 15,000 statements at most, all of which fit; conditions repeat the request's
 * values and may not.
 */
enum {
    CONDITIONS_MAX = 4 << 20, /* behind this, conditions are left out, */
    STATEMENTS_MAX = 8 << 20, /* behind this statements, but for the one that decided, */
    DECIDED_MAX = 12 << 20,   /* and behind this its conditions */
};

static void add_values(struct buf *b, const struct str *values, size_t n)
{
    buf_add_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_add_char(b, ',');
        buf_json(b, values[i]);
    }
    buf_add_char(b, ']');
}

static void add_condition(struct buf *b, const struct policy_condition *condition, bool held,
                          const struct policy_context *context)
{
    struct policy_values values = {.n = 0};
    bool present = context->find(context, &condition->key, &values);
    buf_add_char(b, '{');
    buf_json_text(b, "operator", condition->op);
    buf_add(b, STR(",\"key\":"));
    buf_json(b, condition->key.name);
    buf_add(b, STR(",\"policy_values\":"));
    add_values(b, condition->values, condition->n_values);
    buf_add(b, STR(",\"request_values\":"));
    if (present)
        add_values(b, values.v, values.n);
    else
        buf_add(b, STR("null"));
    buf_add_text(b, held ? ",\"met\":true" : ",\"met\":false");
    const char *note = policy_condition_note(b->arena, condition, &values);
    if (note) {
        buf_add_char(b, ',');
        buf_json_text(b, "note", note);
    }
    buf_add_char(b, '}');
}

static void add_count(struct buf *b, const char *name, size_t n)
{
    if (n) {
        buf_add_char(b, ',');
        buf_json_number(b, name, n);
    }
}

/* What does not fit is counted. */
static void add_conditions(struct buf *b, const struct policy_step *step,
                           const struct policy_context *context, size_t max)
{
    const struct policy_statement *s = step->statement;
    bool tested = step->fit == POLICY_FITS || step->fit == POLICY_OTHER_CONDITION;
    size_t n = tested ? s->n_conditions : 0, i = 0;
    buf_add(b, STR(",\"conditions\":["));
    for (; i < n && b->n < max; i++) {
        if (i)
            buf_add_char(b, ',');
        add_condition(b, &s->conditions[i], policy_step_held(step, i), context);
    }
    buf_add_char(b, ']');
    add_count(b, "conditions_left_out", n - i);
}

static void add_step(struct buf *b, const struct policy_step *step,
                     const struct policy_context *context, size_t max)
{
    static const char *const fits[] = {"applies", "principal does not match",
                                       "resource does not match", "condition not met"};
    const struct policy_statement *s = step->statement;
    buf_add_char(b, '{');
    buf_json_number(b, "statement", s->index);
    buf_add_char(b, ',');
    buf_json_text(b, "sid", s->sid);
    buf_add_char(b, ',');
    buf_json_number(b, "line", s->line);
    buf_add_char(b, ',');
    buf_json_number(b, "column", s->column);
    buf_add_text(b, s->effect == POLICY_ALLOW ? ",\"effect\":\"Allow\"," : ",\"effect\":\"Deny\",");
    buf_json_text(b, "result", fits[step->fit]);
    add_conditions(b, step, context, max);
    buf_add_char(b, '}');
}

/* The steps from FIRST up to END, which are of one policy; returns how many are left out. */
static size_t add_steps(struct buf *b, const struct authz_report *r, size_t first, size_t end)
{
    size_t left_out = 0;
    const char *between = "";
    for (size_t i = first; i < end; i++) {
        const struct policy_step *step = &r->trace->steps.steps[i];
        bool decided = step->statement == r->decision->statement;
        if (b->n > STATEMENTS_MAX && !decided) {
            left_out++;
            continue;
        }
        buf_add_text(b, between);
        add_step(b, step, r->request->context, decided ? DECIDED_MAX : CONDITIONS_MAX);
        between = ",";
    }
    return left_out;
}

/* One policy with its statements about the action; returns how many are left out. */
static size_t add_policy(struct buf *b, const struct authz_report *r,
                         const struct authz_policy *policy, size_t first, size_t end)
{
    buf_add_text(b, b->p[b->n - 1] == '}' ? ",{" : "{");
    buf_json_text(b, "policy", policy->name);
    buf_add_char(b, ',');
    buf_json_text(b, "arn", policy->arn);
    buf_add_char(b, ',');
    buf_json_text(b, "layer", authz_layer_name(policy->layer));
    buf_add_char(b, ',');
    buf_json_text(b, "attached_to", policy->owner);
    buf_add(b, STR(",\"statements\":["));
    size_t left_out = add_steps(b, r, first, end);
    buf_add(b, STR("]}"));
    return left_out;
}

/* Every policy that was asked. */
static void add_policies(struct buf *b, const struct authz_report *r)
{
    size_t at = 0, policies = 0, statements = 0;
    buf_add(b, STR(",\"policies\":["));
    for (size_t i = 0; i < r->trace->n_asked; i++) {
        const struct authz_asked *asked = &r->trace->asked[i];
        if (b->n <= STATEMENTS_MAX || asked->policy == r->decision->policy) {
            statements += add_policy(b, r, asked->policy, at, asked->end);
        } else {
            statements += asked->end - at;
            policies++;
        }
        at = asked->end;
    }
    buf_add_char(b, ']');
    add_count(b, "policies_left_out", policies);
    add_count(b, "statements_left_out", statements);
}

/* A statement that allows the action but does not apply. */
struct miss {
    const struct authz_policy *policy;
    const struct policy_step *step; /* NULL: there is none */
};

/* Whether an allow of this policy is what is missing: of SCPs each level needs one. */
static bool would_help(const struct authz_report *r, const struct authz_policy *policy)
{
    return policy->layer == r->decision->layer &&
           (policy->layer != AUTHZ_LAYER_SCP || policy->level == r->decision->level);
}

/* The nearest in the layer that decided. */
static struct miss near_miss(const struct authz_report *r)
{
    struct miss best = {NULL, NULL};
    const struct policy_step *steps = r->trace->steps.steps;
    size_t at = 0;
    for (size_t i = 0; i < r->trace->n_asked; i++) {
        const struct authz_asked *asked = &r->trace->asked[i];
        for (; at < asked->end; at++) {
            if (would_help(r, asked->policy) && steps[at].statement->effect == POLICY_ALLOW &&
                steps[at].fit != POLICY_FITS && (!best.step || steps[at].fit > best.step->fit))
                best = (struct miss){asked->policy, &steps[at]};
        }
    }
    return best;
}

static void name_statement(struct buf *b, const struct authz_policy *policy,
                           const struct policy_statement *statement)
{
    static const char *const kinds[AUTHZ_LAYER_COUNT] = {
        [AUTHZ_LAYER_SCP] = "service control policy",
        [AUTHZ_LAYER_RCP] = "resource control policy",
        [AUTHZ_LAYER_ENDPOINT] = "VPC endpoint policy",
        [AUTHZ_LAYER_RESOURCE] = "resource policy",
        [AUTHZ_LAYER_TRUST] = "trust policy",
        [AUTHZ_LAYER_IDENTITY] = "policy",
        [AUTHZ_LAYER_BOUNDARY] = "permissions boundary",
        [AUTHZ_LAYER_SESSION] = "session policy",
    };
    buf_printf(b, "Statement %zu", statement->index);
    if (statement->sid)
        buf_printf(b, " (%s)", statement->sid);
    buf_printf(b, " of %s", kinds[policy->layer]);
    if (strcmp(policy->name, kinds[policy->layer]) != 0)
        buf_printf(b, " %s", policy->name);
    if (policy->owner)
        buf_printf(b, " (%s)", policy->owner);
}

/* The conditions that kept a statement from applying. */
static void name_conditions(struct buf *b, const struct policy_step *step)
{
    const struct policy_statement *s = step->statement;
    const char *between = "not under this condition: ";
    for (size_t i = 0; i < s->n_conditions; i++) {
        if (policy_step_held(step, i))
            continue;
        buf_printf(b, "%s%s %.*s", between, s->conditions[i].op,
                   STR_FMT(s->conditions[i].key.name));
        between = ", ";
    }
}

static void tell_miss(struct buf *b, const struct miss *miss)
{
    name_statement(b, miss->policy, miss->step->statement);
    buf_add(b, STR(" allows it, but "));
    if (miss->step->fit == POLICY_OTHER_PRINCIPAL)
        buf_add(b, STR("to other principals"));
    else if (miss->step->fit == POLICY_OTHER_RESOURCE)
        buf_add(b, STR("on other resources"));
    else
        name_conditions(b, miss->step);
    buf_add_char(b, '.');
}

/* Where the level of SCPs that allows nothing is attached. */
static const char *level_owner(const struct authz_report *r)
{
    const struct authz_levels *scps = r->request->scps;
    for (size_t i = 0; scps && i < scps->n_policies; i++) {
        if (scps->policies[i].level == r->decision->level && scps->policies[i].owner)
            return scps->policies[i].owner;
    }
    return "one level";
}

/* When no statement of the layer that decided would allow the action. */
static void tell_silence(struct buf *b, const struct authz_report *r)
{
    static const char *const who[AUTHZ_LAYER_COUNT] = {
        [AUTHZ_LAYER_ENDPOINT] = "the VPC endpoint policy",
        [AUTHZ_LAYER_RESOURCE] = "the resource's policy",
        [AUTHZ_LAYER_TRUST] = "the role's trust policy",
        [AUTHZ_LAYER_IDENTITY] = "the policies in effect",
        [AUTHZ_LAYER_BOUNDARY] = "the permissions boundary",
        [AUTHZ_LAYER_SESSION] = "the session policies",
    };
    const char *account = r->request->principal->account;
    struct str owner = r->request->resource_account;
    if (r->decision->layer == AUTHZ_LAYER_ROOT && !r->request->root_only) {
        buf_add(b, STR("Root users cannot assume roles, nor be other root users."));
    } else if (r->decision->layer == AUTHZ_LAYER_ROOT) {
        buf_add(b, STR("Only the root user of the account can do this, whatever policies allow."));
    } else if (r->decision->layer == AUTHZ_LAYER_BILLING) {
        buf_add(b, STR("IAM access to Billing is not activated: until the root user does that, by "
                       "the task activate-iam-access-to-billing, no policy of a user or a role "
                       "counts here."));
    } else if (r->decision->layer == AUTHZ_LAYER_RESOURCE && account && owner.p &&
               !str_is(owner, account)) {
        buf_add(b, STR("The resource belongs to another account, where nothing allows it."));
    } else if (r->decision->layer == AUTHZ_LAYER_SCP) {
        buf_printf(b, "No statement of the service control policies of %s allows %.*s.",
                   level_owner(r), STR_FMT(r->request->action));
    } else {
        buf_printf(b, "No statement of %s allows %.*s.", who[r->decision->layer],
                   STR_FMT(r->request->action));
    }
}

/* A statement without Principal would help where the layer's documents have none. */
static bool is_addable(const struct authz_report *r, const struct miss *miss)
{
    bool ours = r->decision->layer == AUTHZ_LAYER_IDENTITY ||
                r->decision->layer == AUTHZ_LAYER_BOUNDARY ||
                r->decision->layer == AUTHZ_LAYER_SESSION;
    return ours && r->decision->outcome == AUTHZ_IMPLICIT_DENY &&
           (!miss->step || miss->step->fit == POLICY_OTHER_RESOURCE);
}

/* What an allow lacks: in words, and where a statement would help, that statement. */
static void add_missing(struct buf *b, const struct authz_report *r)
{
    struct buf text = buf_new(b->arena, 256);
    struct miss miss = near_miss(r);
    if (r->decision->unfinished) {
        buf_add_text(&text, authz_unfinished);
    } else if (r->decision->outcome == AUTHZ_EXPLICIT_DENY) {
        name_statement(&text, r->decision->policy, r->decision->statement);
        buf_add(&text, STR(" denies it; no allow can outweigh that."));
    } else if (miss.step) {
        tell_miss(&text, &miss);
    } else {
        tell_silence(&text, r);
    }
    buf_add(b, STR(",\"missing\":"));
    buf_json(b, buf_str(&text));
    if (!is_addable(r, &miss))
        return;
    buf_add(b, STR(",\"would_allow\":{\"Effect\":\"Allow\",\"Action\":"));
    buf_json(b, r->request->action);
    buf_add(b, STR(",\"Resource\":"));
    buf_json(b, r->request->resource);
    buf_add_char(b, '}');
}

void authz_report_decision(struct buf *b, const struct authz_decision *decision)
{
    buf_json_text(b, "decision", authz_outcome_name(decision->outcome));
    buf_add_char(b, ',');
    buf_json_text(b, "layer", authz_layer_name(decision->layer));
    buf_add_char(b, ',');
    buf_json_text(b, "policy", decision->policy ? decision->policy->name : NULL);
    buf_add_char(b, ',');
    buf_json_text(b, "attached_to", decision->policy ? decision->policy->owner : NULL);
    if (!decision->statement)
        return;
    buf_add_char(b, ',');
    buf_json_number(b, "statement", decision->statement->index);
}

void authz_report_trace(struct buf *b, const struct authz_report *r)
{
    bool by_policies = r->request->principal->kind != PRINCIPAL_ROOT || r->trace->n_asked;
    if (by_policies)
        add_policies(b, r);
    if (r->decision->outcome != AUTHZ_ALLOW)
        add_missing(b, r);
}
