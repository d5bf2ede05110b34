/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/reference.h"
#include "observe/cover.h"
#include "observe/smallest.h"

/* An observation that the policy has to allow. */
struct needed {
    const struct observation *observation;
    struct str action;
    struct str pattern; /* of its resource, as an entry of Resource */
    struct str keys;    /* that conditions could be about; n == 0: none */
    uint32_t row, col;  /* the number of the action, and of the pattern */
};

/* Actions on the resources of a pattern, each once; a pattern is there as often as there are
   different keys; sorted by action, then by pattern. */
struct need_table {
    const struct str *actions, *patterns;
    size_t n_actions, n_patterns;
    const struct cover_cell *cells;
    const size_t *first; /* of each cell its first needed; one more than cells */
    size_t n;
};

/* A statement on its way. */
struct draft {
    const uint32_t *rows, *cols;
    size_t n_rows, n_cols;
    const char *conditions; /* JSON, or "" */
    const char *sid, *text;
    size_t size, policy;
    size_t needs; /* the cell that nothing else has; SIZE_MAX: there is none */
};

struct reference_of {
    struct str prefix;
    const struct reference_service *service; /* NULL: there is none */
};

struct smallest {
    struct arena *arena;
    struct observations *observations;
    struct smallest_options options;
    struct observe_cursor cursor;
    size_t step, at; /* what comes next, and how far that has come */

    struct observation *seen;
    size_t n_seen, cap_seen;
    struct needed *needed; /* sorted by action and pattern */
    size_t n_needed;
    struct need_table table;
    struct draft *drafts;
    size_t n_drafts, cap_drafts;
    struct lint_report *lint;
    const char **texts;            /* of the policies */
    struct authz_policy *compiled; /* the same, of those that compile */
    size_t n_compiled;
    struct smallest_statement *statements;
    struct smallest_widened *widened;
    struct reference_of references[64]; /* of the services that conditions name */
    size_t n_references;
    struct smallest_result result;
};

void notes_add(struct smallest *s, struct smallest_notes *notes, struct smallest_note note);

/* order.c: of texts by their bytes, and of actions, whose letter case comes last. */
int order_texts(struct str a, struct str b);
int order_actions(struct str a, struct str b);

/* need.c: what the policy has to allow. Each returns false when there is more to do. */
bool need_sort_out(struct smallest *s);
/* The table, in two slices or, where there are conditions, more. */
bool need_tabulate(struct smallest *s);
bool need_tell_apart(struct smallest *s);

/* table.c */
/* What the reference has about the services of that prefix; NULL: nothing. */
const struct reference_service *need_reference(struct smallest *s, struct str prefix);
/* The cell of a row and a column, which is there. */
size_t need_cell(const struct need_table *t, uint32_t row, uint32_t col);

/* generalize.c: objects become the folders that they are in. */
void generalize(struct smallest *s);

/* drafts.c: statements, and into which policy they go. */
void drafts_make(struct smallest *s);

/* write.c */
/* TEXT as a JSON string of ASCII characters. */
void write_text(struct buf *b, struct str text);
/* TEXT in which nothing is a wildcard or a variable, but, where it is UNNAMED, a "*" that is all
   there is between two slashes or colons. False: no policy can say it. */
bool write_pattern(struct arena *a, struct str text, bool unnamed, struct str *ret);
/* The statement of a draft. */
void write_statement(struct smallest *s, struct draft *draft);
/* The policy with that number, without one statement; SIZE_MAX: with all. NULL: nothing is left. */
const char *write_policy(struct smallest *s, struct arena *a, size_t policy, size_t without);

/* conditions.c: what all observations of a draft share, as JSON; "" when that is nothing. */
const char *conditions_of(struct smallest *s, const struct draft *draft);
/* Notes which keys the observations of a cell share, so that cells which do not share the same come
   into different statements. */
void conditions_tell_apart(struct smallest *s, size_t cell);

/* proof.c: each is one slice, false when there is more to do. */
bool proof_compile(struct smallest *s);   /* and the findings of the linter */
bool proof_replay(struct smallest *s);    /* all of it is allowed */
bool proof_take_away(struct smallest *s); /* all statements are needed */
bool proof_limits(struct smallest *s);    /* what is refused all the same */
