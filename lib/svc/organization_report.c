/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/organization_report.h"

#include "authz/authz.h"
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
#define KIND "organization"

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
    struct report_maker base;
    struct organization_report *report;
    const char *organization, *path, *policy;
    const char *place;        /* path of the unit below which accounts count, with a / at its end */
    const char *only;         /* the one account that counts; NULL: all below */
    bool begun, counted, all; /* all: the management account, which no SCP binds */
    struct level levels[LEVELS];
    size_t n_levels, n_services;
    const char *after; /* the last account that was counted */
    struct use *uses;
    size_t n_uses, cap_uses;
};

static int compile(struct maker *m, const char *text, const struct policy **ret)
{
    struct policy_error error;
    return policy_compile(m->base.c->arena, str_of(text), POLICY_SCP, ret, &error);
}

/* The SCPs that are attached to one of the places. */
static int add_level(struct maker *m, const char *target)
{
    struct level_row_list rows;
    TRY(q_organization_level(m->base.c->tx, &(struct q_organization_level){target, SCP}, &rows));
    struct level *level = &m->levels[m->n_levels++];
    level->policies = NEW_ARRAY(m->base.c->arena, const struct policy *, rows.n);
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
            m->base.c->tx, &(struct q_organization_policy_get){m->organization, m->policy}, &row));
        text = row.content;
    }
    struct level *level = &m->levels[m->n_levels++];
    level->policies = NEW_ARRAY(m->base.c->arena, const struct policy *, 1);
    return compile(m, text, &level->policies[level->n++]);
}

/* Whether the one policy binds what the report is about. */
static int check_attached(struct maker *m)
{
    struct str rest =
        str_of(arena_printf(m->base.c->arena, "%s%s", m->place, m->only ? m->only : ""));
    bool attached = false;
    str_cut(&rest, '/');
    while (rest.n && !attached) {
        struct level_row_list rows;
        const char *target = str_dup(m->base.c->arena, str_cut(&rest, '/'));
        TRY(q_organization_level(m->base.c->tx, &(struct q_organization_level){target, SCP},
                                 &rows));
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
    const char *text = str_dup(m->base.c->arena, path), *last = strrchr(text, '/') + 1;
    if (account_id_ok(str_of(last))) {
        struct organization_member_row row;
        TRY(q_organization_member_get(
            m->base.c->tx, &(struct q_organization_member_get){m->organization, last}, &row));
        m->only = row.account;
        m->place = row.path;
        m->all = strcmp(row.account, row.management) == 0;
        const char *whole = arena_printf(m->base.c->arena, "%s%s", row.path, row.account);
        return strcmp(whole, text) == 0 ? OK : ERR_NOT_FOUND;
    }
    struct unit_row unit;
    TRY(q_unit_get(m->base.c->tx, &(struct q_unit_get){m->organization, last}, &unit));
    m->place = unit.path;
    return strcmp(unit.path, arena_printf(m->base.c->arena, "%s/", text)) == 0 ? OK : ERR_NOT_FOUND;
}

/* AWS undocumented: which jobs fail, and what is told of them. */
static int refuse(struct maker *m, const char *what)
{
    m->base.c->message = what;
    return ERR_NO_SUCH_ENTITY;
}

static int begin(struct maker *m)
{
    struct organization_policy_kind_row kind;
    int code = q_organization_policy_kind_get(
        m->base.c->tx, &(struct q_organization_policy_kind_get){m->organization, SCP}, &kind);
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
        TRY(add_level(m, str_dup(m->base.c->arena, str_cut(&rest, '/'))));
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
        m->uses = arena_grow(m->base.c->arena, m->uses, m->cap_uses * sizeof *m->uses,
                             cap * sizeof *m->uses);
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
        m->base.c->tx,
        &(struct q_access_of_account){member->account, m->base.c->now - TRACKED_SECONDS}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct account_use_row *row = &rows.v[i];
        struct use *use = use_of(m, row->service);
        use->accounts += strcmp(before, row->service) != 0;
        before = row->service;
        if (row->at <= use->at)
            continue;
        use->at = row->at;
        use->region = row->region;
        use->path = arena_printf(m->base.c->arena, "%s%s", member->path, member->account);
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
        m->base.c->tx, &(struct q_organization_member_page){m->organization, m->after, MEMBERS},
        &rows));
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
    struct arena *a = &m->report->base.arena;
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

static int read_some(struct report_maker *maker)
{
    struct maker *m = (struct maker *)maker;
    size_t n = 0;
    if (m->begun)
        return m->counted ? add_services(m) : count_some(m);
    m->begun = true;
    while (reference_prefix(n))
        n++;
    m->report->services.v = NEW_ARRAY(&m->report->base.arena, struct iam_access_detail, n);
    TRY(begin(m));
    return CALL_AGAIN;
}

const char *organization_report_begin(struct call *c, const char *organization, const char *path,
                                      const char *policy)
{
    const size_t size = sizeof(struct organization_report);
    struct maker *m = (struct maker *)job_report_maker(c, sizeof(struct maker), read_some);
    struct arena *a = m->base.c->arena;
    m->report = (struct organization_report *)job_report_new(c, size);
    m->organization = arena_strdup(a, organization);
    m->path = arena_strdup(a, path);
    m->policy = policy ? arena_strdup(a, policy) : NULL;
    m->after = "";
    return job_report_begin(c, &m->base, KIND, job_report_new(c, size), &m->report->base);
}

int organization_report_find(struct call *c, const char *id, const struct organization_report **ret)
{
    const struct job_report *report;
    TRY(job_report_find(c, KIND, id, &report));
    *ret = (const struct organization_report *)report;
    return OK;
}
