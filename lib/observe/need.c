/* SPDX-License-Identifier: Apache-2.0 */
/* What the policy has to allow, out of what was observed. */
#include <stdlib.h>

#include "observe/smallest_priv.h"

enum { SLICE = 256 }; /* observations that are looked at together */

/* Why the policy does not have to allow it, or cannot; NULL: it has to. */
static const char *unneeded(const struct observation *o)
{
    bool by_resource = o->layer == AUTHZ_LAYER_RESOURCE || o->layer == AUTHZ_LAYER_TRUST;
    if (o->outcome == AUTHZ_ALLOW && by_resource && !o->foreign)
        return "The policy of the resource allows it by itself.";
    return NULL;
}

/* A statement about just that, so that one entry which AWS would not take spoils no policy. */
static const char *why_not(struct arena *a, struct str action, struct str pattern)
{
    const struct policy *policy;
    struct policy_error error = {.message = NULL};
    struct buf b = buf_new(a, 256);
    buf_add(&b, STR("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":"));
    write_text(&b, action);
    buf_add(&b, STR(",\"Resource\":"));
    write_text(&b, pattern);
    buf_add(&b, STR("}}"));
    return policy_compile(a, buf_str(&b), POLICY_MANAGED, &policy, &error) < 0 ? error.message
                                                                               : NULL;
}

static void take(struct smallest *s, const struct observation *o, struct arena *scratch)
{
    struct str pattern = STR("*");
    bool any = str_is(o->resource, "*");
    if (!str_is_utf8(o->action) ||
        (!any && !write_pattern(s->arena, o->resource, o->unnamed, &pattern))) {
        notes_add(s, &s->result.left_out,
                  (struct smallest_note){
                      .observation = o, .why = "Its name is no UTF-8, which policies have to be."});
        return;
    }
    const char *why = why_not(scratch, o->action, pattern);
    if (why) {
        notes_add(s, &s->result.left_out,
                  (struct smallest_note){.observation = o, .why = arena_strdup(s->arena, why)});
        return;
    }
    s->needed[s->n_needed++] =
        (struct needed){.observation = o, .action = o->action, .pattern = pattern};
}

bool need_sort_out(struct smallest *s)
{
    struct arena scratch;
    if (!s->needed)
        s->needed = NEW_ARRAY(s->arena, struct needed, s->n_seen + 1);
    arena_init(&scratch);
    for (size_t n = 0; n < SLICE && s->at < s->n_seen; n++) {
        const struct observation *o = &s->seen[s->at++];
        const char *why = unneeded(o);
        if (why)
            notes_add(s, &s->result.not_needed,
                      (struct smallest_note){.observation = o, .why = why});
        else
            take(s, o, &scratch);
        arena_reset(&scratch);
    }
    arena_done(&scratch);
    return s->at == s->n_seen;
}

static int by_pattern(const void *one, const void *other)
{
    const struct needed *a = one, *b = other;
    int order = order_texts(a->pattern, b->pattern);
    return order ? order : order_texts(a->keys, b->keys);
}

/* Of what is the same otherwise, the first seen is first. */
static int by_action(const void *one, const void *other)
{
    const struct needed *a = one, *b = other;
    int order = order_actions(a->action, b->action);
    if (order)
        return order;
    if (a->col != b->col)
        return a->col < b->col ? -1 : 1;
    order = order_texts(a->action, b->action);
    return order ? order : (a->observation > b->observation) - (a->observation < b->observation);
}

static size_t number_patterns(struct smallest *s)
{
    struct str *patterns = NEW_ARRAY(s->arena, struct str, s->n_needed + 1);
    size_t n = 0;
    qsort(s->needed, s->n_needed, sizeof *s->needed, by_pattern);
    for (size_t i = 0; i < s->n_needed; i++) {
        if (n == 0 || by_pattern(&s->needed[i - 1], &s->needed[i]) != 0)
            patterns[n++] = s->needed[i].pattern;
        s->needed[i].col = (uint32_t)(n - 1);
    }
    s->table.patterns = patterns;
    return n;
}

static size_t number_actions(struct smallest *s)
{
    struct str *actions = NEW_ARRAY(s->arena, struct str, s->n_needed + 1);
    size_t n = 0;
    qsort(s->needed, s->n_needed, sizeof *s->needed, by_action);
    for (size_t i = 0; i < s->n_needed; i++) {
        if (n == 0 || !str_eq_fold(actions[n - 1], s->needed[i].action))
            actions[n++] = s->needed[i].action;
        s->needed[i].row = (uint32_t)(n - 1);
    }
    s->table.actions = actions;
    return n;
}

static bool takes_no_resource(struct smallest *s, struct str action)
{
    struct str name = action;
    const struct reference_service *service = need_reference(s, str_cut(&name, ':'));
    const struct reference_action *found =
        service && name.p ? reference_action_find(service, name) : NULL;
    return found && lint_takes_no_resource(service, found);
}

/* An action that is about no single resource is allowed on all, and so has to be one that was asked
   for without a resource. */
static void widen_to_all(struct smallest *s)
{
    for (size_t i = 0; i < s->n_needed;) {
        size_t end = i;
        bool any = takes_no_resource(s, s->needed[i].action);
        for (; end < s->n_needed && s->needed[end].row == s->needed[i].row; end++)
            any |= str_is(s->needed[end].pattern, "*");
        for (; any && i < end; i++)
            s->needed[i].pattern = STR("*");
        i = end;
    }
}

static void find_cells(struct smallest *s)
{
    struct cover_cell *cells = NEW_ARRAY(s->arena, struct cover_cell, s->n_needed + 1);
    size_t *first = NEW_ARRAY(s->arena, size_t, s->n_needed + 1), n = 0;
    for (size_t i = 0; i < s->n_needed; i++) {
        const struct needed *needed = &s->needed[i];
        if (n && cells[n - 1].row == needed->row && cells[n - 1].col == needed->col)
            continue;
        first[n] = i;
        cells[n++] = (struct cover_cell){needed->row, needed->col};
    }
    first[n] = s->n_needed;
    s->table.cells = cells;
    s->table.first = first;
    s->table.n = n;
}

static void tabulate(struct smallest *s)
{
    s->table.n_patterns = number_patterns(s);
    s->table.n_actions = number_actions(s);
    find_cells(s);
}

bool need_tabulate(struct smallest *s)
{
    tabulate(s);
    widen_to_all(s);
    tabulate(s);
    return true;
}

bool need_tell_apart(struct smallest *s)
{
    size_t end = s->options.conditions ? s->table.n : 0;
    for (size_t n = 0; n < SLICE && s->at < end; n++)
        conditions_tell_apart(s, s->at++);
    if (s->at < end)
        return false;
    if (end)
        tabulate(s);
    return true;
}
