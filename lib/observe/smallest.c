/* SPDX-License-Identifier: Apache-2.0 */
#include "observe/smallest.h"

#include "base/clock.h"
#include "observe/smallest_priv.h"

enum {
    SLICE_MS = 2,
    BATCH = 128, /* observations that are read together */
};

static bool is_wanted(const struct smallest *s, const struct observation *o)
{
    return o->last >= s->options.since && (o->through || s->options.all);
}

/* Steps, in their order: each does a little, and is done once it returns true. */
static bool step_read(struct smallest *s)
{
    struct observation batch[BATCH];
    size_t n = observe_read(s->observations, &s->cursor, s->arena, batch, BATCH), kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_wanted(s, &batch[i]))
            batch[kept++] = batch[i];
    }
    if (s->n_seen + kept > s->cap_seen) {
        size_t cap = s->cap_seen ? s->cap_seen * 2 : (size_t)2 * BATCH;
        s->seen = arena_grow(s->arena, s->seen, s->cap_seen * sizeof *batch, cap * sizeof *batch);
        s->cap_seen = cap;
    }
    for (size_t i = 0; i < kept; i++)
        s->seen[s->n_seen++] = batch[i];
    return n < BATCH;
}

static bool step_generalize(struct smallest *s)
{
    if (s->options.generalize)
        generalize(s);
    return true;
}

static bool step_draft(struct smallest *s)
{
    drafts_make(s);
    s->result.observed = s->table.n;
    s->result.complete = s->cursor.complete;
    return true;
}

static bool (*const steps[])(struct smallest *s) = {
    step_read,  need_sort_out, step_generalize, need_tabulate,   need_tell_apart,
    step_draft, proof_compile, proof_replay,    proof_take_away, proof_limits,
};

struct smallest *smallest_begin(struct arena *a, struct observations *o,
                                const struct smallest_options *options)
{
    struct smallest *s = NEW(a, struct smallest);
    s->arena = a;
    s->observations = o;
    s->options = *options;
    s->options.principal = arena_strdup(a, options->principal);
    s->cursor = observe_begin(o, s->options.principal);
    return s;
}

bool smallest_go_on(struct smallest *s)
{
    int64_t end = clock_monotonic_ms() + SLICE_MS;
    while (s->step < ARRAY_LEN(steps) && !atomic_load(s->options.stop)) {
        if (steps[s->step](s)) {
            s->step++;
            s->at = 0;
        }
        if (clock_monotonic_ms() >= end)
            break;
    }
    return s->step < ARRAY_LEN(steps) && !atomic_load(s->options.stop);
}

const struct smallest_result *smallest_end(const struct smallest *s)
{
    return &s->result;
}
