/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that a job makes. It is in the cache from the beginning, in progress, and once more
 * when the job has come to its end. Reports do not change; the last ones are kept, as long as there
 * is room for them.
 */
#pragma once

#include "base/cache.h"
#include "call/call.h"
#include "iam_api.h"

/* What all of them begin with. */
struct job_report {
    struct cached base;
    struct arena arena;
    const char *asker; /* who had it made */
    const char *status;
    int64_t created, completed;      /* milliseconds; completed 0: it is in progress */
    struct iam_error_details *error; /* why it has failed; NULL: it has not */
};

/* What the states of the jobs begin with. READ is a slice, within a transaction that reads: OK,
   CALL_AGAIN or why the report has failed, with the message of the job's call. */
struct report_maker {
    struct call *c;
    struct job_report *report;
    int (*read)(struct report_maker *maker);
    const char *key, *progress; /* of the report and of the one before */
    int code;                   /* how the job ends */
    bool flushed;
};

/* An empty one of SIZE bytes. */
struct job_report *job_report_new(const struct call *c, size_t size);

/* A state of SIZE bytes, in the job of the call that it begins. */
struct report_maker *job_report_maker(struct call *c, size_t size,
                                      int (*read)(struct report_maker *maker));

/* Begins to make the report: its id. FIRST is shown in the meantime. Ids are those of a KIND. */
const char *job_report_begin(struct call *c, struct report_maker *maker, const char *kind,
                             struct job_report *first, struct job_report *report);

/* One of the caller's, until the end of the call; NoSuchEntity for all others. */
int job_report_find(struct call *c, const char *kind, const char *id,
                    const struct job_report **ret) MUST_USE;
