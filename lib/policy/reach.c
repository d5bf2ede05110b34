/* SPDX-License-Identifier: Apache-2.0 */
#include "model/reference.h"
#include "policy/policy_priv.h"

/* Whether the entry may be the ARN of something that the action is about. Only services are
   compared: what else there may be, nobody can tell. */
static bool entry_reaches(const struct arn_pattern *entry, const struct reference_service *service,
                          const struct reference_action *action, struct policy_work *work)
{
    enum { PARTITION, SERVICE };
    const struct scope scope = {NULL, work};
    if (entry->all)
        return true;
    if (entry->never || !action->n_formats)
        return false;
    if (entry->written <= SERVICE || pattern_ends_open(&entry->field[PARTITION]))
        return true;
    for (size_t i = 0; i < action->n_formats; i++) {
        struct str owner = service->formats[action->formats[i]].service;
        if (str_is(owner, "*") || pattern_matches(&entry->field[SERVICE], owner, FOLD_ALL, &scope))
            return true;
    }
    return false;
}

bool match_reaches(const struct policy_match *m, const struct reference_service *service,
                   const struct reference_action *action, struct policy_work *work)
{
    if (!work_spend(work, m->n_resources))
        return false;
    for (size_t i = 0; i < m->n_resources && !m->not_resource; i++) {
        if (entry_reaches(&m->resources[i], service, action, work))
            return true;
    }
    return m->not_resource;
}

bool match_is_of_all(const struct policy_match *m)
{
    for (size_t i = 0; i < m->n_resources && !m->not_resource; i++) {
        if (m->resources[i].all)
            return true;
    }
    return false;
}

struct policy_reach policy_reach(const struct policy *policy,
                                 const struct reference_service *service,
                                 const struct reference_action *action)
{
    struct policy_reach reach = {false, false};
    const struct policy_request request = {.action = action->name, .resource = STR("*")};
    struct policy_subject subject = policy_prepare(&request);
    subject.service = service->name;
    subject.name = action->name;
    subject.action_bit = action_bit(subject.service, subject.name);
    subject.service_bit = service_bit(subject.service);
    for (size_t i = 0; i < policy->n; i++) {
        const struct policy_statement *statement = &policy->statements[i];
        if (!statement_is_about(statement, &subject))
            continue;
        if (statement->effect == POLICY_ALLOW)
            reach.allows |= match_reaches(statement->match, service, action, NULL);
        else
            reach.denies |= !statement->n_conditions && match_is_of_all(statement->match);
    }
    return reach;
}
