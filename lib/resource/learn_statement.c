/* SPDX-License-Identifier: Apache-2.0 */
/* The statements that AddPermission and its like make of their members, as services show them
   afterwards. */
#include "model/arn.h"
#include "model/ids.h"
#include "resource/learn_priv.h"

static struct buf begin(struct learner *l, const char *sid)
{
    struct buf b = buf_new(l->arena, 512);
    buf_add_text(&b, "{\"Sid\":");
    buf_json(&b, str_of(sid));
    buf_add_text(&b, ",\"Effect\":\"Allow\"");
    return b;
}

static void end(struct learner *l, struct buf *b, const char *sid)
{
    buf_add_text(b, ",\"Resource\":");
    buf_json(b, str_of(l->change->arn));
    buf_add_char(b, '}');
    l->change->statement = buf_text(b);
    l->change->sid = sid;
}

/* A list of texts, each behind PREFIX and in front of SUFFIX. */
static size_t add_list(struct buf *b, struct learner *l, const char *source, const char *prefix,
                       const char *suffix)
{
    struct seen_list seen = look_at(l->look, source);
    buf_add_char(b, '[');
    for (size_t i = 0; i < seen.n; i++) {
        buf_add_text(b, i ? "," : "");
        buf_json(b, str_of(arena_printf(l->arena, "%s%.*s%s", prefix, STR_FMT(seen.v[i].value),
                                        suffix)));
    }
    buf_add_char(b, ']');
    return seen.n;
}

/* Of accounts and actions (SQS and SNS API Reference, AddPermission). */
struct account_form {
    const char *form, *accounts, *actions, *prefix;
};

static void of_accounts(struct learner *l, const struct account_form *form)
{
    const char *label = learner_text(l, "b:Label");
    if (!label)
        return;
    struct buf b = begin(l, label);
    buf_add_text(&b, ",\"Principal\":{\"AWS\":");
    size_t accounts = add_list(&b, l, form->accounts, "arn:aws:iam::", ":root");
    buf_add_text(&b, "},\"Action\":");
    size_t actions = add_list(&b, l, form->actions, form->prefix, "");
    if (accounts && actions)
        end(l, &b, label);
}

/* "*", an account, an ARN, or the name of a service. */
static void add_principal(struct buf *b, struct learner *l, struct str principal)
{
    bool account = account_id_ok(principal), arn = memchr(principal.p, ':', principal.n) != NULL;
    buf_add_text(b, ",\"Principal\":");
    if (str_is(principal, "*")) {
        buf_add_text(b, "\"*\"");
        return;
    }
    buf_add_text(b, account || arn ? "{\"AWS\":" : "{\"Service\":");
    if (account)
        principal = str_of(arena_printf(l->arena, "arn:aws:iam::%.*s:root", STR_FMT(principal)));
    buf_json(b, principal);
    buf_add_char(b, '}');
}

/* Lambda API Reference, AddPermission; Lambda Developer Guide, "Working with resource-based IAM
   policies in Lambda", shows the operators. */
static void add_conditions(struct buf *b, struct learner *l)
{
    static const struct {
        const char *source, *operator, * key;
    } conditions[] = {
        {"b:SourceArn", "ArnLike", "AWS:SourceArn"},
        {"b:SourceAccount", "StringEquals", "AWS:SourceAccount"},
        {"b:PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"},
        {"b:FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"},
        {"b:EventSourceToken", "StringEquals", "lambda:EventSourceToken"},
        {"b:InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"},
    };
    const char *open = NULL;
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        struct str value = look_for(l->look, conditions[i].source);
        if (!value.n)
            continue;
        bool same = open && strcmp(open, conditions[i].operator) == 0;
        buf_add_text(b, same ? "," : open ? "}," : ",\"Condition\":{");
        if (!same)
            buf_printf(b, "\"%s\":{", conditions[i].operator);
        buf_json(b, str_of(conditions[i].key));
        buf_add_char(b, ':');
        buf_json(b, value);
        open = conditions[i].operator;
    }
    buf_add_text(b, open ? "}}" : "");
}

static void of_function(struct learner *l)
{
    const char *sid = learner_text(l, "b:StatementId"), *action = learner_text(l, "b:Action");
    struct str principal = look_for(l->look, "b:Principal");
    if (!sid || !action || !principal.n)
        return;
    struct buf b = begin(l, sid);
    add_principal(&b, l, principal);
    buf_add_text(&b, ",\"Action\":");
    buf_json(&b, str_of(action));
    add_conditions(&b, l);
    end(l, &b, sid);
}

/* EventBridge API Reference, PutPermission. */
static void of_bus(struct learner *l)
{
    const char *sid = learner_text(l, "b:StatementId"), *action = learner_text(l, "b:Action");
    struct str principal = look_for(l->look, "b:Principal");
    struct str operator= look_for(l->look, "b:Condition.Type");
    struct str key = look_for(l->look, "b:Condition.Key");
    struct str value = look_for(l->look, "b:Condition.Value");
    if (!sid || !action || !principal.n)
        return;
    struct buf b = begin(l, sid);
    add_principal(&b, l, principal);
    buf_add_text(&b, ",\"Action\":");
    buf_json(&b, str_of(action));
    if (operator.n && key.n && value.n) {
        const struct str parts[] = {STR(",\"Condition\":{"), STR(":{"), STR(":")};
        const struct str texts[] = {operator, key, value};
        for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
            buf_add(&b, parts[i]);
            buf_json(&b, texts[i]);
        }
        buf_add_text(&b, "}}");
    }
    end(l, &b, sid);
}

void learn_statement(struct learner *l, const char *form)
{
    static const struct account_form forms[] = {
        {"sqs", "b:AWSAccountIds.#", "b:Actions.#", "SQS:"},
        {"sqs", "b:AWSAccountId.#", "b:ActionName.#", "SQS:"}, /* of the Query protocol */
        {"sns", "b:AWSAccountId.member.#", "b:ActionName.member.#", "SNS:"},
    };
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (strcmp(form, forms[i].form) == 0 && !l->change->statement)
            of_accounts(l, &forms[i]);
    }
    if (strcmp(form, "lambda") == 0)
        of_function(l);
    else if (strcmp(form, "events") == 0)
        of_bus(l);
}
