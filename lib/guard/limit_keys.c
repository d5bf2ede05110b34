/* SPDX-License-Identifier: Apache-2.0 */
/*
 * KMS keys that a request does not name: that of Decrypt is in the ciphertext (KMS API Reference,
 * Decrypt, KeyId), and what an alias stands for may not be known. Whoever leaves out the key must
 * not get at one whose policy keeps him out: each that something is known of has to let him in.
 */
#include "err.h"
#include "guard/guard_priv.h"
#include "queries.h"

enum {
    AT_ONCE = 16, /* keys, where others wait */
    KEYS = 1000,
};

static bool is_any_key(struct str arn)
{
    static const char end[] = ":key/*";
    return arn.n > strlen(end) &&
           str_is((struct str){arn.p + arn.n - strlen(end), strlen(end)}, end);
}

static int lets_in(const struct guard_permit *p, const char *arn, bool *ret)
{
    struct call *c = p->of->call;
    struct resource_view *view;
    TRY(resource_acquire(c->sandbox, c->arena, str_of(arn), &view));
    const struct authz_policy own = {
        .policy = view->policy->policy, .layer = AUTHZ_LAYER_RESOURCE, .name = "key policy"};
    struct authz_request request = p->request;
    request.resource = str_of(arn);
    request.policies = &own;
    request.n_policies = 1;
    *ret = authz_decide(&request, NULL).outcome == AUTHZ_ALLOW;
    resource_release(view);
    return OK;
}

static void refuse(struct guard_permit *p, const char *arn)
{
    guard_set_denied(p, NULL,
                     arena_printf(p->of->call->arena,
                                  "The request does not tell which key it is about, and it may not "
                                  "use %s, which it might be: KeyId names one.",
                                  arn));
}

int guard_limit_keys(struct guard_permit *p)
{
    struct call *c = p->of->call;
    struct str arn = p->decision->resource;
    struct resource_row_list rows;
    if (!is_any_key(arn))
        return OK;
    const char *begin = str_dup(c->arena, (struct str){arn.p, arn.n - 1});
    struct q_resource_page page = {begin, str_prefix_end(c->arena, begin), "", KEYS};
    TRY(q_resource_page(c->tx, &page, &rows));
    if (rows.n > AT_ONCE && p->of->rq && !p->of->may_wait)
        return CALL_AGAIN;
    if (!p->of->guess)
        p->of->guess = "Which key it is about is not known: its policy is taken for the default.";
    for (size_t i = 0; i < rows.n; i++) {
        bool passes;
        TRY(lets_in(p, rows.v[i].arn, &passes));
        if (passes)
            continue;
        refuse(p, rows.v[i].arn);
        return OK;
    }
    return OK;
}
