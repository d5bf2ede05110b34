/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the log that are about requests, made of their records. */
#pragma once

#include "base/log.h"
#include "call/response.h"
#include "record/record.h"

/* A refusal, and one that soft enforcement let pass. LOST: the data directory is in trouble, which
   has a line of its own, for all requests. */
void request_log_outcome(const struct log *log, const struct record *record, struct arena *a,
                         bool lost);

/* Every request, for those who want to see them all. */
void request_log(const struct log *log, const struct record *record, const struct request *rq,
                 const struct response *response);
