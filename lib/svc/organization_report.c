/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organization_report.h"

#include "access/session.h"
#include "authn/last_used.h"
#include "authz/authz.h"
#include "base/mem.h"
#include "call/job.h"
#include "model/ids.h"
#include "model/organization_policy.h"
#include "model/reference.h"
#include "queries.h"

enum {
    TRACKED_SECONDS = 400 * 24 * 3600,
    SERVICES = 16, /* of a slice */
    MEMBERS = 16,
    LEVELS = 8, /* the root, five units and the account */
};

#define SCP "SERVICE_CONTROL_POLICY"
#define IN_PROGRESS "organization %s in progress"
#define DONE "organization %s"

/* When accounts last used a service. */
struct use {
    const char *service, *region, *path;
    int64_t at, accounts;
};

struct level {
    const struct policy **policies;
    size_t n;
};

/* What the job has made so far. */
struct maker {
    struct call *c;
    struct organization_report *report;
    const char *organization, *path, *policy, *key, *progress;
    const char *place; /* path of the unit below which accounts count, with a / at its end */
    const char *only;  /* the one account that counts; NULL: all below */
    bool flushed, begun, counted, all; /* all: the management account, which no SCP binds */
    int code;
    struct level levels[LEVELS];
    size_t n_levels, n_services;
    const char *after; /* the last account that was counted */
    struct use *uses;
    size_t n_uses, cap_uses;
};

static int compile(struct maker *m, const char *text, const struct policy **ret)
{
    struct policy_error error;
    return policy_compile(m->c->arena, str_of(text), POLICY_SCP, ret, &error);
}

/* The SCPs that are attached to one of the places. */
static int add_level(struct maker *m, const char *target)
{
    struct level_row_list rows;
    TRY(q_organization_level(m->c->tx, &(struct q_organization_level){target, SCP}, &rows));
    struct level *level = &m->levels[m->n_levels++];
    level->policies = NEW_ARRAY(m->c->arena, const struct policy *, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        const struct level_row *row = &rows.v[i];
        const char *text =
            row->content ? row->content : organization_managed_policy(row->policy)->content;
        TRY(compile(m, text, &level->policies[level->n++]));
    }
    return OK;
}

/* One policy instead of all that bind. */
static int add_policy(struct maker *m)
{
    struct organization_policy_row row;
    const struct organization_managed_policy *managed = organization_managed_policy(m->policy);
    const char *text = managed ? managed->content : NULL;
    if (!managed) {
        TRY(q_organization_policy_get(
            m->c->tx, &(struct q_organization_policy_get){m->organization, m->policy}, &row));
        text = row.content;
    }
    struct level *level = &m->levels[m->n_levels++];
    level->policies = NEW_ARRAY(m->c->arena, const struct policy *, 1);
    return compile(m, text, &level->policies[level->n++]);
}

/* Whether the one policy binds what the report is about. */
static int check_attached(struct maker *m)
{
    struct str rest = str_of(arena_printf(m->c->arena, "%s%s", m->place, m->only ? m->only : ""));
    bool attached = false;
    str_cut(&rest, '/');
    while (rest.n && !attached) {
        struct level_row_list rows;
        const char *target = str_dup(m->c->arena, str_cut(&rest, '/'));
        TRY(q_organization_level(m->c->tx, &(struct q_organization_level){target, SCP}, &rows));
        for (size_t i = 0; i < rows.n; i++)
            attached |= strcmp(rows.v[i].policy, m->policy) == 0;
    }
    m->counted = !attached;
    return OK;
}

/* The last part of the path, whose place has to be what the path says. */
static int find_place(struct maker *m)
{
    struct str path = str_of(m->path);
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    const char *text = str_dup(m->c->arena, path), *last = strrchr(text, '/') + 1;
    if (account_id_ok(str_of(last))) {
        struct organization_member_row row;
        TRY(q_organization_member_get(
            m->c->tx, &(struct q_organization_member_get){m->organization, last}, &row));
        m->only = row.account;
        m->place = row.path;
        m->all = strcmp(row.account, row.management) == 0;
        const char *whole = arena_printf(m->c->arena, "%s%s", row.path, row.account);
        return strcmp(whole, text) == 0 ? OK : ERR_NOT_FOUND;
    }
    struct unit_row unit;
    TRY(q_unit_get(m->c->tx, &(struct q_unit_get){m->organization, last}, &unit));
    m->place = unit.path;
    return strcmp(unit.path, arena_printf(m->c->arena, "%s/", text)) == 0 ? OK : ERR_NOT_FOUND;
}

/* AWS undocumented: which jobs fail, and what is told of them. */
static int refuse(struct maker *m, const char *what)
{
    m->c->message = what;
    return ERR_NO_SUCH_ENTITY;
}

static int begin(struct maker *m)
{
    struct organization_policy_kind_row kind;
    int code = q_organization_policy_kind_get(
        m->c->tx, &(struct q_organization_policy_kind_get){m->organization, SCP}, &kind);
    if (code == ERR_NOT_FOUND)
        return refuse(m, "Service control policies are not enabled in the organization.");
    TRY(code);
    code = find_place(m);
    if (code == OK && m->policy && !m->all) {
        code = add_policy(m);
        if (code == ERR_NOT_FOUND)
            return refuse(m, "There is no such policy.");
        return code == OK ? check_attached(m) : code;
    }
    if (code == ERR_NOT_FOUND)
        return refuse(m, "There is nothing at the entity path.");
    TRY(code);
    struct str rest = str_of(m->place);
    str_cut(&rest, '/');
    while (rest.n && m->n_levels < LEVELS - 1)
        TRY(add_level(m, str_dup(m->c->arena, str_cut(&rest, '/'))));
    return m->only ? add_level(m, m->only) : OK;
}

static struct use *use_of(struct maker *m, const char *service)
{
    for (size_t i = 0; i < m->n_uses; i++) {
        if (strcmp(m->uses[i].service, service) == 0)
            return &m->uses[i];
    }
    if (m->n_uses == m->cap_uses) {
        size_t cap = m->cap_uses ? 2 * m->cap_uses : 16;
        m->uses =
            arena_grow(m->c->arena, m->uses, m->cap_uses * sizeof *m->uses, cap * sizeof *m->uses);
        m->cap_uses = cap;
    }
    m->uses[m->n_uses] = (struct use){.service = service};
    return &m->uses[m->n_uses++];
}

/* Rows of one service follow each other. */
static int count_member(struct maker *m, const struct organization_member_row *member)
{
    struct account_use_row_list rows;
    const char *before = "";
    TRY(q_access_of_account(
        m->c->tx, &(struct q_access_of_account){member->account, m->c->now - TRACKED_SECONDS},
        &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct account_use_row *row = &rows.v[i];
        struct use *use = use_of(m, row->service);
        use->accounts += strcmp(before, row->service) != 0;
        before = row->service;
        if (row->at <= use->at)
            continue;
        use->at = row->at;
        use->region = row->region;
        use->path = arena_printf(m->c->arena, "%s%s", member->path, member->account);
    }
    return OK;
}

static bool counts(const struct maker *m, const struct organization_member_row *member)
{
    if (strcmp(member->account, member->management) == 0)
        return false;
    return m->only ? strcmp(m->only, member->account) == 0
                   : str_starts(str_of(member->path), str_of(m->place));
}

static int count_some(struct maker *m)
{
    struct organization_member_row_list rows;
    TRY(q_organization_member_page(
        m->c->tx, &(struct q_organization_member_page){m->organization, m->after, MEMBERS}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        if (counts(m, &rows.v[i]))
            TRY(count_member(m, &rows.v[i]));
        m->after = rows.v[i].account;
    }
    m->counted = rows.n < MEMBERS;
    return CALL_AGAIN;
}

static bool level_allows(const struct level *level, const struct reference_service *service,
                         const struct reference_action *action)
{
    bool allows = false;
    for (size_t i = 0; i < level->n; i++) {
        struct policy_reach reach = policy_reach(level->policies[i], service, action);
        if (reach.denies)
            return false;
        allows |= reach.allows;
    }
    return allows;
}

static bool is_allowed(const struct maker *m, const struct reference_service *service)
{
    for (size_t i = 0; i < service->n_actions; i++) {
        size_t passed = 0;
        while (passed < m->n_levels &&
               level_allows(&m->levels[passed], service, &service->actions[i]))
            passed++;
        if (m->all || passed == m->n_levels)
            return true;
    }
    return false;
}

static void add_service(struct maker *m, const struct reference_service *service)
{
    struct arena *a = &m->report->arena;
    struct iam_access_detail *to = &m->report->services.v[m->report->services.n++];
    *to = (struct iam_access_detail){.service_name = str_dup(a, service->title),
                                     .service_namespace = str_dup(a, service->name),
                                     .has_total_authenticated_entities = true};
    for (size_t i = 0; i < m->n_uses; i++) {
        const struct use *use = &m->uses[i];
        if (strcmp(use->service, to->service_namespace) != 0)
            continue;
        to->region = arena_strdup(a, use->region);
        to->entity_path = arena_strdup(a, use->path);
        to->last_authenticated_time = use->at;
        to->has_last_authenticated_time = true;
        to->total_authenticated_entities = use->accounts;
    }
}

static int add_services(struct maker *m)
{
    struct arena scratch;
    const char *prefix = NULL;
    arena_init(&scratch);
    for (int i = 0; i < SERVICES && (prefix = reference_prefix(m->n_services)); i++) {
        arena_reset(&scratch);
        const struct reference_service *service = reference_load(&scratch, str_of(prefix));
        if (is_allowed(m, service))
            add_service(m, service);
        m->n_services++;
    }
    arena_done(&scratch);
    return prefix ? CALL_AGAIN : OK;
}

static int read_some(struct maker *m)
{
    struct tx tx;
    size_t n = 0;
    TRY(call_begin_look(m->c, &tx));
    if (m->begun)
        return call_end_look(m->c, m->counted ? add_services(m) : count_some(m));
    m->begun = true;
    while (reference_prefix(n))
        n++;
    m->report->services.v = NEW_ARRAY(&m->report->arena, struct iam_access_detail, n);
    int code = begin(m);
    return call_end_look(m->c, code < 0 ? code : CALL_AGAIN);
}

/* What has been called so far is to be in the report; what cannot be stored is not. */
static int flush(struct maker *m)
{
    struct arena scratch;
    const struct sandbox *s = m->c->sandbox;
    arena_init(&scratch);
    UNUSED int code = last_used_flush(s->last_used, s->store, s->entities, &scratch);
    arena_done(&scratch);
    m->flushed = true;
    return CALL_AGAIN;
}

static int make(struct call *c)
{
    struct maker *m = c->progress;
    if (atomic_load(&c->sandbox->stopping))
        return ERR_SERVICE_UNAVAILABLE;
    int code = m->flushed ? read_some(m) : flush(m);
    if (code != CALL_AGAIN)
        m->code = code;
    return code;
}

static const char *asker(const struct call *c)
{
    return c->session ? c->session->key_id : c->principal->id;
}

static void destroy(struct cached *entry)
{
    struct organization_report *report = (struct organization_report *)entry;
    arena_done(&report->arena);
    mem_free(report);
}

static struct organization_report *new_report(const struct call *c)
{
    struct organization_report *report = mem_alloc(sizeof *report);
    arena_init_small(&report->arena, 512);
    report->base.destroy = destroy;
    report->asker = arena_strdup(&report->arena, asker(c));
    report->status = "IN_PROGRESS";
    report->created = clock_now_ms(&c->sandbox->clock);
    return report;
}

/* Under KEY; and by the name of the key it is dropped. */
static void insert(struct call *c, struct organization_report *report, const char *key)
{
    const char **deps = NEW_ARRAY(&report->arena, const char *, 1);
    deps[0] = arena_strdup(&report->arena, key);
    report->base.key = str_of(deps[0]);
    report->base.deps = deps;
    report->base.n_deps = 1;
    report->base.size = sizeof *report + report->arena.total;
    uint64_t ticket = cache_ticket(c->sandbox->access_reports);
    cached_release(cache_insert(c->sandbox->access_reports, &report->base, ticket));
}

static void note_failure(struct organization_report *report, const struct maker *m)
{
    const char *message = m->c->message ? m->c->message : "The report could not be made.";
    report->status = "FAILED";
    report->services.n = 0;
    report->error = NEW(&report->arena, struct iam_error_details);
    report->error->code = err_face(m->code)->code;
    report->error->message = arena_strdup(&report->arena, message);
}

/* Whatever has become of it. The one in progress is there until then. */
static void release(void *maker)
{
    struct maker *m = maker;
    struct sandbox *sandbox = m->c->sandbox;
    m->report->status = "COMPLETED";
    if (m->code < 0)
        note_failure(m->report, m);
    m->report->completed = clock_now_ms(&sandbox->clock);
    insert(m->c, m->report, m->key);
    cache_invalidate(sandbox->access_reports, m->progress);
}

const char *organization_report_begin(struct call *c, const char *organization, const char *path,
                                      const char *policy)
{
    char id[UUID_SIZE];
    struct call *of_job = &job_new(c, make)->call;
    struct arena *a = of_job->arena;
    struct maker *m = NEW(a, struct maker);
    uuid_new(&c->sandbox->rand, id);
    *m = (struct maker){.c = of_job,
                        .report = new_report(c),
                        .organization = arena_strdup(a, organization),
                        .path = arena_strdup(a, path),
                        .policy = policy ? arena_strdup(a, policy) : NULL,
                        .key = arena_printf(a, DONE, id),
                        .progress = arena_printf(a, IN_PROGRESS, id),
                        .after = "",
                        .code = ERR_SERVICE_UNAVAILABLE};
    of_job->progress = m;
    arena_keep(a, release, m);
    insert(c, new_report(c), m->progress);
    return arena_strdup(c->arena, id);
}

/* AWS undocumented: the sentence. */
int organization_report_find(struct call *c, const char *id, const struct organization_report **ret)
{
    struct cache *reports = c->sandbox->access_reports;
    struct cached *entry = cache_acquire(reports, str_of(arena_printf(c->arena, IN_PROGRESS, id)));
    if (!entry)
        entry = cache_acquire(reports, str_of(arena_printf(c->arena, DONE, id)));
    if (entry)
        cached_keep(entry, c->arena);
    *ret = (const struct organization_report *)entry;
    if (!entry || strcmp((*ret)->asker, asker(c)) != 0)
        return call_fail(c, ERR_NO_SUCH_ENTITY, "The job with id %s cannot be found.", id);
    return OK;
}
