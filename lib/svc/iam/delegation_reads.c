/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to see of delegation requests: the requests, whether the caller has what they ask
   for, and that in words. */
#include <inttypes.h>

#include "authz/authz.h"
#include "call/page.h"
#include "entity/entity.h"
#include "model/reference.h"
#include "policy/json.h"
#include "policy/summary.h"
#include "svc/delegations.h"

enum {
    QUESTIONS = 20000,   /* that are put to the caller's policies at most */
    SUMMARY_MAX = 10000, /* characters */
};

/* Whether the caller may do what a policy asks for. */
struct checker {
    struct call *c;
    const struct policy *asked;
    struct str *resources; /* that it names */
    size_t n_resources, questions;
    bool missing, unsure;
};

static bool find_nothing(UNUSED const struct policy_context *context,
                         UNUSED const struct policy_key *key, UNUSED struct policy_values *ret)
{
    return false;
}

/* Whether an action is allowed on all that the policy names, whatever the conditions. */
static bool is_certain(struct checker *k, struct str action)
{
    static const struct policy_context nothing = {.find = find_nothing};
    for (size_t i = 0; i < k->n_resources; i++) {
        const struct authz_request request = {.principal = k->c->principal,
                                              .action = action,
                                              .resource = k->resources[i],
                                              .context = &nothing,
                                              .identity_suffices = true};
        if (k->questions++ >= QUESTIONS || authz_decide(&request, NULL).outcome != AUTHZ_ALLOW)
            return false;
    }
    return k->n_resources > 0;
}

/* Whether identity policies allow it on anything at all. */
static bool is_possible(const struct checker *k, const struct reference_service *service,
                        const struct reference_action *action)
{
    const struct authz_principal *p = k->c->principal;
    bool allows = false;
    for (size_t i = 0; i < p->n_policies; i++) {
        if (p->policies[i].layer != AUTHZ_LAYER_IDENTITY)
            continue;
        struct policy_reach reach = policy_reach(p->policies[i].policy, service, action);
        if (reach.denies)
            return false;
        allows |= reach.allows;
    }
    return allows;
}

static void check_service(struct checker *k, struct arena *a,
                          const struct reference_service *service)
{
    for (size_t i = 0; i < service->n_actions && !k->missing; i++) {
        const struct reference_action *action = &service->actions[i];
        struct policy_reach reach = policy_reach(k->asked, service, action);
        if (!reach.allows || reach.denies)
            continue;
        const char *name =
            arena_printf(a, "%.*s:%.*s", STR_FMT(service->name), STR_FMT(action->name));
        if (!is_possible(k, service, action))
            k->missing = true;
        else if (!k->unsure && !is_certain(k, str_of(name)))
            k->unsure = true;
    }
}

static int check_all(struct checker *k, struct arena *scratch)
{
    for (size_t i = 0; reference_prefix(i) && !k->missing; i++) {
        if (atomic_load_explicit(&k->c->sandbox->stopping, memory_order_relaxed))
            return call_stopped(k->c);
        arena_reset(scratch);
        check_service(k, scratch, reference_load(scratch, str_of(reference_prefix(i))));
    }
    return OK;
}

/* What a document names, in all its statements. */
static void read_resources(struct checker *k, struct str text)
{
    const struct node *root;
    size_t bad, n = 0;
    if (!node_read(k->c->arena, text, &root, &bad))
        return;
    const struct node *all = node_get(root, "Statement");
    for (const struct node *s = entries_first(all); s; s = entries_next(all, s))
        n += entries_count(node_get(s, "Resource"));
    k->resources = NEW_ARRAY(k->c->arena, struct str, n);
    for (const struct node *s = entries_first(all); s; s = entries_next(all, s)) {
        const struct node *list = node_get(s, "Resource");
        for (const struct node *e = entries_first(list); e; e = entries_next(list, e))
            k->resources[k->n_resources++] = e->text;
    }
}

/* AWS undocumented: how it checks; it calls the result approximate. */
static int check_permissions(struct call *c, const char *policy, const char **ret)
{
    struct policy_error error;
    struct arena scratch;
    struct checker k = {.c = c};
    *ret = "ALLOWED";
    if (c->principal->kind == PRINCIPAL_ROOT && !c->principal->scoped)
        return OK;
    TRY(policy_compile(c->arena, str_of(policy), POLICY_SESSION, &k.asked, &error));
    read_resources(&k, str_of(policy));
    arena_init(&scratch);
    int code = check_all(&k, &scratch);
    arena_done(&scratch);
    *ret = k.missing ? "DENIED" : k.unsure ? "UNSURE" : "ALLOWED";
    return code;
}

int iam_get_delegation_request(struct call *c, const struct iam_get_delegation_request_in *in,
                               struct iam_get_delegation_request_out *out)
{
    struct delegation_row row;
    TRY(delegation_find(c, in->delegation_request_id, &row));
    out->delegation_request = NEW(c->arena, struct iam_delegation_request);
    delegation_show(c, &row, out->delegation_request);
    if (!in->delegation_permission_check)
        return OK;
    out->permission_check_status = "COMPLETE";
    return check_permissions(c, row.policy, &out->permission_check_result);
}

int iam_list_delegation_requests(struct call *c, const struct iam_list_delegation_requests_in *in,
                                 struct iam_list_delegation_requests_out *out)
{
    const char *after;
    struct delegation_row_list rows;
    TRY(page_after(c, in->marker, &after));
    TRY(q_delegation_page(c->tx,
                          &(struct q_delegation_page){.account = c->account,
                                                      .owner = in->owner_id,
                                                      .after = after,
                                                      .gone = c->now - DELEGATION_SEEN_FOR,
                                                      .limit = in->max_items + 1},
                          &rows));
    out->delegation_requests.v = NEW_ARRAY(c->arena, struct iam_delegation_request, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        if (c->now >= rows.v[i].expires)
            rows.v[i].state = "EXPIRED";
        delegation_show(c, &rows.v[i], &out->delegation_requests.v[out->delegation_requests.n++]);
    }
    PAGE_CUT(c, in, out, delegation_requests,
             out->delegation_requests.v[out->delegation_requests.n - 1].delegation_request_id);
    return OK;
}

static void add_duration(struct buf *b, int64_t seconds)
{
    enum { MINUTE = 60, HOUR = 60 * MINUTE };
    int64_t unit = seconds % HOUR == 0 ? HOUR : seconds % MINUTE == 0 ? MINUTE : 1;
    int64_t n = seconds / unit;
    const char *name = unit == HOUR ? "hour" : unit == MINUTE ? "minute" : "second";
    buf_printf(b, "%" PRId64 " %s%s", n, name, n == 1 ? "" : "s");
}

/* AWS undocumented: its sentences, which a language model writes. */
static const char *summary_of(struct call *c, const struct delegation_row *row)
{
    struct buf b = buf_new(c->arena, 1024);
    buf_printf(&b, "%s (account %s) asks to act as whoever approves it, for ", row->requestor_name,
               row->requestor);
    add_duration(&b, row->duration);
    buf_add(&b, STR(", and to do no more than this policy says.\n"));
    policy_summary(&b, str_of(row->policy));
    if (b.n > SUMMARY_MAX) {
        static const char rest[] = "...\n";
        b.n = SUMMARY_MAX - strlen(rest);
        buf_add_text(&b, rest);
    }
    return buf_text(&b);
}

static bool is_english(const char *locale)
{
    struct str text = str_of(locale), language = str_cut(&text, strchr(locale, '_') ? '_' : '-');
    return str_eq_fold(language, STR("en"));
}

/* AWS undocumented: what it says of ARNs of other things, and in which languages. */
int iam_get_human_readable_summary(struct call *c,
                                   const struct iam_get_human_readable_summary_in *in,
                                   struct iam_get_human_readable_summary_out *out)
{
    struct delegation_row row;
    const char *id = strstr(in->entity_arn, ":delegation-request/");
    struct entity_face face = {.name = ""};
    if (!id)
        return call_fail(c, ERR_INVALID_INPUT, "Summaries are of delegation requests only: %s",
                         in->entity_arn);
    int code = entity_face(c, RESOURCE_SUMMARY_SUBJECT, in->entity_arn, &face);
    if (code == ERR_NOT_FOUND)
        return entity_missing(c, RESOURCE_DELEGATION_REQUEST, strchr(id, '/') + 1);
    TRY(code);
    TRY(delegation_find(c, face.name, &row));
    out->locale = in->locale;
    out->summary_state = is_english(in->locale) ? "AVAILABLE" : "NOT_SUPPORTED";
    out->summary_content = is_english(in->locale) ? summary_of(c, &row) : NULL;
    return OK;
}
