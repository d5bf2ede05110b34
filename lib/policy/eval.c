/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy_priv.h"

static uint64_t hash_fold(uint64_t hash, struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        hash = (hash ^ (unsigned char)ascii_lower(text.p[i])) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t bit_of(uint64_t hash)
{
    return UINT64_C(1) << ((hash ^ hash >> 32) & 63);
}

uint64_t service_bit(struct str service)
{
    return bit_of(hash_fold(0, service));
}

uint64_t action_bit(struct str service, struct str name)
{
    return bit_of(hash_fold(hash_fold(0, service), name));
}

struct policy_subject policy_prepare(const struct policy_request *request)
{
    struct policy_subject s = {.request = request, .name = request->action};
    s.service = str_cut(&s.name, ':');
    s.has_arn = arn_parse(request->resource, &s.arn);
    s.action_bit = action_bit(s.service, s.name);
    s.service_bit = service_bit(s.service);
    return s;
}

static bool may_be_about(const struct action_filter *filter, const struct policy_subject *s)
{
    return filter->actions & s->action_bit || filter->services & s->service_bit;
}

static bool action_matches(const struct action_pattern *pattern, const struct policy_subject *s)
{
    if (pattern->service.p && !str_eq_fold(pattern->service, s->service))
        return false;
    const struct scope scope = {NULL, s->request->work};
    return pattern_matches(&pattern->name, s->name, FOLD_ALL, &scope);
}

static bool actions_match(const struct policy_match *m, const struct policy_subject *s)
{
    if (!work_spend(s->request->work, m->n_actions))
        return false;
    for (size_t i = 0; i < m->n_actions; i++) {
        if (action_matches(&m->actions[i], s))
            return !m->not_action;
    }
    return m->not_action;
}

bool statement_is_about(const struct policy_statement *statement, const struct policy_subject *s)
{
    return may_be_about(&statement->match->filter, s) && actions_match(statement->match, s);
}

static struct scope scope_of(const struct policy_subject *s)
{
    return (struct scope){s->request->context, s->request->work};
}

/* A statement of a trust policy has no resource: it is about the role it belongs to. */
static bool resources_match(const struct policy_match *m, const struct policy_subject *s)
{
    if (!m->resources)
        return true;
    const struct arn *arn = s->has_arn ? &s->arn : NULL;
    const struct scope scope = scope_of(s);
    if (!work_spend(scope.work, ARN_FIELDS * m->n_resources))
        return false;
    for (size_t i = 0; i < m->n_resources; i++) {
        if (arn_pattern_matches(&m->resources[i], arn, true, &scope))
            return !m->not_resource;
    }
    return m->not_resource;
}

static bool conditions_hold(const struct policy_statement *statement,
                            const struct policy_subject *s)
{
    const struct scope scope = scope_of(s);
    for (size_t i = 0; i < statement->n_conditions; i++) {
        if (!condition_holds(&statement->conditions[i], &scope))
            return false;
    }
    return true;
}

enum { WORD = 64 }; /* bits of held */

bool policy_step_held(const struct policy_step *step, size_t condition)
{
    uint64_t word = condition < WORD ? step->held : step->held_more[condition / WORD - 1];
    return word >> condition % WORD & 1;
}

size_t policy_step_more(const struct policy_step *step)
{
    return step->held_more ? step->statement->n_conditions / WORD : 0;
}

/* Like conditions_hold, but tests them all and remembers which were true. */
static bool conditions_traced(const struct policy_statement *statement,
                              const struct policy_subject *s, struct arena *a,
                              struct policy_step *ret)
{
    const struct scope scope = scope_of(s);
    bool all = true;
    uint64_t *more = NULL;
    if (statement->n_conditions > WORD)
        more = NEW_ARRAY(a, uint64_t, statement->n_conditions / WORD);
    for (size_t i = 0; i < statement->n_conditions; i++) {
        bool holds = condition_holds(&statement->conditions[i], &scope);
        all &= holds;
        *(i < WORD ? &ret->held : &more[i / WORD - 1]) |= (uint64_t)holds << i % WORD;
    }
    ret->held_more = more;
    return all;
}

static void add_step(struct policy_trace *trace, const struct policy_step *step)
{
    if (trace->n == trace->cap) {
        size_t size = trace->cap * sizeof *step;
        trace->cap = trace->cap ? 2 * trace->cap : 32;
        trace->steps = arena_grow(trace->arena, trace->steps, size, trace->cap * sizeof *step);
    }
    trace->steps[trace->n++] = *step;
}

static enum policy_level level_of(const struct policy_statement *statement,
                                  const struct policy_request *request)
{
    const struct policy_caller *caller = request->caller;
    size_t n = statement->match->n_principals;
    if (n && !work_spend(request->work, n))
        return POLICY_NOBODY;
    return caller ? principal_level(statement->match, statement->effect, caller) : POLICY_DIRECTLY;
}

/* On which level the statement applies; POLICY_NOBODY: it does not. */
static enum policy_level statement_fits(const struct policy_statement *statement,
                                        const struct policy_subject *s)
{
    if (!statement_is_about(statement, s))
        return POLICY_NOBODY;
    enum policy_level level = level_of(statement, s->request);
    bool fits = level != POLICY_NOBODY && resources_match(statement->match, s) &&
                conditions_hold(statement, s);
    return fits ? level : POLICY_NOBODY;
}

static enum policy_level statement_traced(const struct policy_statement *statement,
                                          const struct policy_subject *s,
                                          struct policy_trace *trace)
{
    if (!statement_is_about(statement, s))
        return POLICY_NOBODY;
    struct policy_step step = {.statement = statement, .fit = POLICY_OTHER_PRINCIPAL};
    enum policy_level level = level_of(statement, s->request);
    if (level != POLICY_NOBODY)
        step.fit = resources_match(statement->match, s) ? POLICY_FITS : POLICY_OTHER_RESOURCE;
    if (step.fit == POLICY_FITS && !conditions_traced(statement, s, trace->arena, &step))
        step.fit = POLICY_OTHER_CONDITION;
    add_step(trace, &step);
    return step.fit == POLICY_FITS ? level : POLICY_NOBODY;
}

/* Whether the statement, applied on its closest level, would change the result. */
static bool decides(const struct policy_result *result, const struct policy_statement *statement)
{
    if (statement->effect == POLICY_DENY)
        return result->verdict != POLICY_DENIES;
    return result->verdict == POLICY_SILENT ||
           (result->verdict == POLICY_ALLOWS && result->level != POLICY_DIRECTLY);
}

static void take(struct policy_result *result, const struct policy_statement *statement,
                 enum policy_level level)
{
    bool denies = statement->effect == POLICY_DENY;
    if (!denies && level <= result->level)
        return;
    result->verdict = denies ? POLICY_DENIES : POLICY_ALLOWS;
    result->level = level;
    result->statement = statement;
}

struct policy_result policy_eval(const struct policy *policy, const struct policy_subject *subject,
                                 struct policy_trace *trace)
{
    struct policy_result result = {.verdict = POLICY_SILENT};
    if (!may_be_about(&policy->filter, subject))
        return result;
    if (!work_spend(subject->request->work, policy->n))
        return result;
    for (size_t i = 0; i < policy->n; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        bool counts = decides(&result, statement);
        if (!trace && !counts)
            continue;
        enum policy_level level = trace ? statement_traced(statement, subject, trace)
                                        : statement_fits(statement, subject);
        if (level == POLICY_NOBODY || !counts)
            continue;
        take(&result, statement, level);
        if (result.verdict == POLICY_DENIES && !trace)
            break;
    }
    return result;
}
