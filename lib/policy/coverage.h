/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which actions of a service the statements of many policies are about, whatever the request may
 * be. Action patterns are sorted by service once, and the names of a service, which are sorted,
 * are found by what a pattern begins with: all services together take about a millisecond.
 */
#pragma once

#include "model/reference.h"
#include "policy/policy.h"

struct coverage;

/* WORK may run out: then nothing more is told. It is there until coverage_done. */
struct coverage *coverage_new(const struct policy *const *policies, size_t n,
                              struct policy_work *work);
void coverage_done(struct coverage *coverage);

/* One statement, of the service that was begun. */
struct coverage_part {
    size_t policy; /* its number */
    const struct policy_statement *statement;
    bool all; /* it is about every resource */
    const unsigned char
        *about; /* of each action: 1 if it may be asked about one of the resources */
    size_t n;   /* how many are */
};

/* Begins with the statements of an effect; LABELS are there as long as the service is in hand. */
void coverage_begin(struct coverage *coverage, const struct reference_labels *labels,
                    enum policy_effect effect);
/* The next one that is about something. What RET points to is good until the one behind it. */
bool coverage_next(struct coverage *coverage, struct coverage_part *ret);

/* Of the service that was begun, with ARN formats. */
const struct reference_service *coverage_service(struct coverage *coverage);
