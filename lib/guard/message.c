/* SPDX-License-Identifier: Apache-2.0 */
/* AWS's sentence of a denial, with the habits of the single services. */
#include "access/sealed.h"
#include "guard/guard_priv.h"
#include "model/arn.h"

/* AWS undocumented: how services spell actions in their denials; those of SQS and SNS were seen. */
static struct str shown_action(struct arena *a, const struct recognize_denial *denial,
                               struct str action)
{
    struct str name = action;
    str_cut(&name, ':');
    if (denial->lower_case)
        return (struct str){str_fold(a, action), action.n};
    if (denial->message_prefix)
        return str_of(arena_printf(a, "%s%.*s", denial->message_prefix, STR_FMT(name)));
    return action;
}

enum { SHOWN_DIGITS = 4 };

/* API Gateway shows the last digits of the account. */
static const char *hide_account(struct arena *a, struct str resource, struct str account)
{
    char *text = str_dup(a, resource);
    if (account.n > SHOWN_DIGITS)
        memset(text + (account.p - resource.p), '*', account.n - SHOWN_DIGITS);
    return text;
}

/* A secret whose random suffix nobody told is one that there is not, as far as is known: Secrets
   Manager prints its name then. */
static bool is_unknown_secret(struct str resource, struct str *ret)
{
    const struct str end = STR("-??????"), kind = STR(":secret:");
    struct arn arn;
    const char *at = memmem(resource.p, resource.n, kind.p, kind.n);
    if (!at || resource.n < end.n || !arn_parse(resource, &arn) ||
        !str_is(arn.service, "secretsmanager") ||
        memcmp(resource.p + resource.n - end.n, end.p, end.n) != 0)
        return false;
    at += kind.n;
    *ret = (struct str){at, (size_t)(resource.p + resource.n - at) - end.n};
    return at + end.n <= resource.p + resource.n;
}

/* Of all there are: "*", and what S3 has for the buckets of an account. */
static bool is_everything(struct str resource)
{
    struct arn arn;
    return str_is(resource, "*") || (arn_parse(resource, &arn) && !arn.region.n && !arn.account.n &&
                                     str_is(arn.resource, "*"));
}

/* NULL: the sentence has none. */
static const char *shown_resource(const struct guard_permit *p)
{
    const struct recognize_denial *denial = &p->of->denial;
    const struct record_decision *d = p->decision;
    struct arena *a = p->of->call->arena;
    struct arn arn;
    struct str secret;
    if (denial->omits_star && is_everything(d->resource))
        return NULL;
    if (is_unknown_secret(d->resource, &secret))
        return str_dup(a, secret);
    bool hides = denial->form && strcmp(denial->form, "execute-api") == 0;
    if (hides && arn_parse(d->resource, &arn))
        return hide_account(a, d->resource, arn.account);
    return str_dup(a, d->resource);
}

bool guard_action(struct arena *a, struct str action, struct reference_label *ret)
{
    struct str name = action, prefix = str_cut(&name, ':');
    size_t number;
    if (!reference_number(prefix, &number))
        return false;
    struct reference_label *room = NEW_ARRAY(a, struct reference_label, reference_most_actions());
    struct reference_labels labels = reference_label(number, room);
    for (size_t i = 0; i < labels.n_actions; i++) {
        if (str_eq_fold(labels.actions[i].name, name)) {
            *ret = labels.actions[i];
            return true;
        }
    }
    return false;
}

static bool only_reads(struct arena *a, struct str action)
{
    struct reference_label label;
    return guard_action(a, action, &label) &&
           (label.access == REFERENCE_READ || label.access == REFERENCE_LIST);
}

/* EC2 API Reference, "Error codes", UnauthorizedOperation; sts:DecodeAuthorizationMessage reads
   what is sealed here for the account that is refused. What only reads has been seen without. */
static const char *encoded(const struct guard_permit *p, const char *sentence)
{
    struct call *c = p->of->call;
    const char *own = p->of->record->principal->account;
    const char start[] = "You are not authorized to perform this operation.";
    bool starts = str_starts(str_of(sentence), str_of(start));
    const char *whole = starts ? sentence : arena_printf(c->arena, "%s %s", start, sentence);
    if (only_reads(c->arena, p->decision->action))
        return whole;
    struct str failure = str_of(authz_failure(c->arena, &p->request, &p->decision->decision));
    const char *blob = sealed_write(c->arena, c->sandbox->message_key, own ? own : "", failure);
    bool ends = sentence[strlen(sentence) - 1] == '.';
    return arena_printf(c->arena, "%s%s Encoded authorization failure message: %s", whole,
                        ends ? "" : ".", blob);
}

/* S3 has a sentence of its own for who does not sign; others call him anonymous. */
static const struct authz_principal *shown_principal(const struct guard_permit *p)
{
    const struct authz_principal *principal = p->request.principal;
    const char *form = p->of->denial.form;
    if (principal->kind != PRINCIPAL_ANONYMOUS || !p->of->op || (form && strcmp(form, "s3") == 0))
        return principal;
    struct authz_principal *shown = NEW(p->of->call->arena, struct authz_principal);
    shown->kind = PRINCIPAL_USER;
    return shown;
}

const char *guard_message(const struct guard_permit *p)
{
    const struct guard_case *of = p->of;
    struct arena *a = of->call->arena;
    struct authz_request request = p->request;
    request.principal = shown_principal(p);
    request.action = shown_action(a, &of->denial, request.action);
    const char *sentence = authz_message(a, &request, shown_resource(p), &p->decision->decision);
    return of->op && of->op->protocol == RECOGNIZE_EC2 ? encoded(p, sentence) : sentence;
}
