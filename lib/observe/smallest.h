/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest policy that what a principal was seen to ask for needs: no statement allows an
 * action on a resource that was not observed together; of all such policies it has the fewest
 * statements, as far as these can be found (observe/cover.h), and then the shortest ones. It is
 * proved: every observed decision is made again with it, and with each statement taken away one of
 * them is made otherwise. In slices, since ten thousand observations take a while.
 */
#pragma once

#include "lint/lint.h"
#include "observe/observe.h"

struct smallest_options {
    const char *principal; /* ARN of a user or role */
    bool conditions;       /* that all observations of a statement share */
    bool generalize;       /* several objects of a folder of a bucket to all that are in it */
    bool all;              /* what was refused, too */
    int64_t since;         /* seconds: what was last seen before is left out */
    /* What binds the principal besides what it is given; NULL: it is not there any more. */
    const struct authz_principal *bound;
    const struct authz_levels *scps, *rcps; /* of its account; NULL: none */
    const struct authz_place *place;        /* NULL: in no organization */
    int64_t now;
    const atomic_bool *stop; /* decisions come to no end once it is true */
};

/* A statement, in the order of the policies. */
struct smallest_statement {
    const char *sid;
    size_t policy;               /* it is part of */
    struct str action, resource; /* an observation that nothing else allows */
    bool proved;                 /* without it, that is refused */
};

/* What is not allowed with the policy, or is in it for nothing, and why. */
struct smallest_note {
    const struct observation *observation;
    struct authz_decision decision; /* of still_refused */
    const char *why;
};

struct smallest_notes {
    struct smallest_note *v;
    size_t n, cap;
};

/* A pattern that allows more than was observed. */
struct smallest_widened {
    struct str action, resource;
    size_t observed; /* resources that it stands for */
};

struct smallest_result {
    const char *const *policies;    /* documents; each fits into a managed policy */
    size_t n;                       /* 0: nothing is needed */
    size_t observed;                /* actions on resources that it is made of */
    bool complete;                  /* nothing that was observed has been forgotten */
    bool least;                     /* it is certain that fewer statements cannot do */
    const struct lint_report *lint; /* of each policy */
    const struct smallest_statement *statements;
    size_t n_statements;
    size_t replayed, allowed;
    struct smallest_notes still_refused; /* by what the policy cannot change */
    struct smallest_notes left_out;      /* what no policy can say */
    struct smallest_notes not_needed;    /* policies of resources allow it */
    const struct smallest_widened *widened;
    size_t n_widened;
};

struct smallest;

struct smallest *smallest_begin(struct arena *a, struct observations *o,
                                const struct smallest_options *options);

/* One slice more, of a few milliseconds at most for all but strange observations. False: it is
   done, or decisions were stopped. */
bool smallest_go_on(struct smallest *s);

/* When it is done. */
const struct smallest_result *smallest_end(const struct smallest *s);
