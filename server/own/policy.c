/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest policy that what was observed of somebody needs, and the proof of it. */
#include "access/organization.h"
#include "access/view.h"
#include "model/ids.h"
#include "observe/smallest.h"
#include "own_api.h"
#include "server/own/times.h"
#include "svc/access_subject.h"

/* The role behind a session is found among those that were observed. */
static int find_principal(struct call *c, const char *text, const char **ret)
{
    struct arn arn;
    struct str kind, name;
    const char *behind = observe_behind(c->sandbox->observations, c->arena, str_of(text));
    const char *found = behind ? behind : text;
    bool good = arn_parse(str_of(found), &arn) && account_id_ok(arn.account);
    if (good && str_is(arn.service, "iam") && str_is(arn.resource, "root"))
        return call_fail(c, ERR_INVALID_INPUT,
                         "A root user needs no policy: it may do everything in its account.");
    if (good && str_is(arn.service, "sts"))
        return call_fail(c, ERR_NO_SUCH_ENTITY, "Nothing was observed of the role behind %s.",
                         text);
    if (!good || !arn_entity(&arn, &kind, &name) || !(str_is(kind, "user") || str_is(kind, "role")))
        return call_fail(c, ERR_INVALID_INPUT, "The principal is the ARN of a user or a role.");
    c->account = str_dup(c->arena, arn.account);
    *ret = found;
    return OK;
}

/* What binds it besides. Who is there no more was observed all the same. */
static int find_bounds(struct call *c, struct smallest_options *options)
{
    const struct membership *m;
    const char *subject;
    struct view *view;
    int code = access_subject_read(c, options->principal, false, &subject, &view);
    if (code == ERR_NO_SUCH_ENTITY) {
        c->message = NULL;
        return OK;
    }
    TRY(code);
    cached_keep(&view->base, c->arena);
    TRY(membership_of(c, c->account, &m));
    options->bound = &view->principal;
    options->scps = &m->scps;
    options->rcps = &m->rcps;
    options->place = m->organization ? &m->place : NULL;
    return OK;
}

/* A look at who it is about, kept for the slices. */
struct work {
    struct smallest *smallest;
    const char *principal;
    bool known; /* it is there */
};

static int begin(struct call *c, const struct own_get_policy_in *in, struct work **ret)
{
    struct work *work = NEW(c->arena, struct work);
    struct smallest_options options = {.conditions = in->conditions,
                                       .generalize = in->generalize,
                                       .all = strcmp(in->include, "all") == 0,
                                       .stop = &c->sandbox->stopping};
    TRY(time_read(c, in->since, INT64_MIN, &options.since));
    TRY(find_principal(c, in->principal, &options.principal));
    TRY(find_bounds(c, &options));
    work->principal = options.principal;
    work->known = options.bound;
    work->smallest = smallest_begin(c->arena, c->sandbox->observations, &options);
    *ret = work;
    return OK;
}

static const char *list_policies(struct arena *a, const struct smallest_result *r)
{
    struct buf b = buf_new(a, 4096);
    buf_add_char(&b, '[');
    for (size_t i = 0; i < r->n; i++) {
        buf_add_text(&b, i ? "," : "");
        buf_add_text(&b, r->policies[i]);
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static const char *type_name(enum lint_type type)
{
    static const char *const names[] = {"ERROR", "SECURITY_WARNING", "WARNING", "SUGGESTION"};
    return names[type];
}

static void add_finding(struct buf *b, size_t policy, const struct lint_finding *f)
{
    buf_add_text(b, b->n > 1 ? ",{" : "{");
    buf_json_number(b, "policy", policy);
    buf_add_char(b, ',');
    buf_json_text(b, "type", type_name(f->type));
    buf_add_char(b, ',');
    buf_json_text(b, "code", f->code);
    buf_add_char(b, ',');
    buf_json_text(b, "message", f->message);
    buf_add_char(b, ',');
    buf_json_text(b, "fix", f->fix);
    buf_add_char(b, '}');
}

static const char *list_findings(struct arena *a, const struct smallest_result *r)
{
    struct buf b = buf_new(a, 64);
    buf_add_char(&b, '[');
    for (size_t i = 0; i < r->n; i++) {
        for (size_t k = 0; k < r->lint[i].n; k++)
            add_finding(&b, i, &r->lint[i].findings[k]);
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static void add_pair(struct buf *b, struct str action, struct str resource)
{
    buf_add(b, STR("\"action\":"));
    buf_json(b, action);
    buf_add(b, STR(",\"resource\":"));
    buf_json(b, resource);
}

static void add_statement(struct buf *b, const struct smallest_statement *s)
{
    buf_add_char(b, '{');
    buf_json_text(b, "sid", s->sid);
    buf_add_char(b, ',');
    buf_json_number(b, "policy", s->policy);
    buf_add(b, STR(",\"needed_by\":{"));
    add_pair(b, s->action, s->resource);
    buf_add_text(b, s->proved ? "},\"refused_without\":true}" : "},\"refused_without\":false}");
}

static const char *prove(struct arena *a, const struct smallest_result *r)
{
    struct buf b = buf_new(a, 1024);
    buf_add_char(&b, '{');
    buf_json_number(&b, "replayed", r->replayed);
    buf_add_char(&b, ',');
    buf_json_number(&b, "allowed", r->allowed);
    buf_add(&b, STR(",\"statements\":["));
    for (size_t i = 0; i < r->n_statements; i++) {
        buf_add_text(&b, i ? "," : "");
        add_statement(&b, &r->statements[i]);
    }
    buf_add(&b, STR("]}"));
    return buf_text(&b);
}

static void add_decision(struct buf *b, const struct authz_decision *d)
{
    buf_add_char(b, ',');
    buf_json_text(b, "decision", authz_outcome_name(d->outcome));
    buf_add_char(b, ',');
    buf_json_text(b, "layer", authz_layer_name(d->layer));
    if (d->policy) {
        buf_add_char(b, ',');
        buf_json_text(b, "policy", d->policy->name);
    }
}

/* With the decision, if there is one to tell. */
static const char *list_notes(struct arena *a, const struct smallest_notes *notes, bool decided)
{
    struct buf b = buf_new(a, 64);
    buf_add_char(&b, '[');
    for (size_t i = 0; i < notes->n; i++) {
        const struct smallest_note *note = &notes->v[i];
        buf_add_text(&b, i ? ",{" : "{");
        add_pair(&b, note->observation->action, note->observation->resource);
        if (decided)
            add_decision(&b, &note->decision);
        buf_add_char(&b, ',');
        buf_json_text(&b, "why", note->why);
        buf_add_char(&b, '}');
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static const char *list_widened(struct arena *a, const struct smallest_result *r)
{
    struct buf b = buf_new(a, 64);
    buf_add_char(&b, '[');
    for (size_t i = 0; i < r->n_widened; i++) {
        buf_add_text(&b, i ? ",{" : "{");
        add_pair(&b, r->widened[i].action, r->widened[i].resource);
        buf_add_char(&b, ',');
        buf_json_number(&b, "observed", r->widened[i].observed);
        buf_add_char(&b, '}');
    }
    buf_add_char(&b, ']');
    return buf_text(&b);
}

static void tell(struct arena *a, const struct work *work, const struct smallest_result *r,
                 struct own_get_policy_out *out)
{
    *out = (struct own_get_policy_out){
        .principal = work->principal,
        .policy = r->n == 1 ? r->policies[0] : NULL,
        .policies = r->n > 1 ? list_policies(a, r) : NULL,
        .observed = (int64_t)r->observed,
        .complete = r->complete,
        .fewest = r->least,
        .lint = list_findings(a, r),
        .proof = prove(a, r),
        .still_refused = list_notes(a, &r->still_refused, true),
        .left_out = list_notes(a, &r->left_out, false),
        .not_needed = list_notes(a, &r->not_needed, false),
        .widened = list_widened(a, r),
    };
}

int own_get_policy(struct call *c, const struct own_get_policy_in *in,
                   struct own_get_policy_out *out)
{
    struct work *work = c->progress;
    if (!work)
        TRY(begin(c, in, &work));
    c->progress = work;
    bool more = smallest_go_on(work->smallest);
    if (atomic_load(&c->sandbox->stopping))
        return call_stopped(c);
    if (more)
        return CALL_AGAIN;
    const struct smallest_result *r = smallest_end(work->smallest);
    if (!work->known && !r->observed && !r->not_needed.n && !r->left_out.n)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "There is no %s, and nothing was observed of it.",
                         work->principal);
    tell(c->arena, work, r, out);
    return OK;
}
