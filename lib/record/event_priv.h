/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "record/event.h"

/*
 * The struct at V as an object: names begin with a small letter, dates are texts. REQUEST: what has
 * its default is left out, unless it is a boolean. COMMA: behind the year of a date. NAMES_ROOT:
 * its UserName means the root user. Writes `null` when nothing is left.
 */
struct event_style {
    bool request, comma, names_root;
};

void event_add_members(struct buf *b, const struct shape *shape, const void *v,
                       const struct event_style *style);

/* The ARN of the resource that a record names, of a request IN or NULL; n == 0: none. */
struct str event_resource(const struct api_op *op, const void *in);

/* eventSource without ".amazonaws.com"; of a task of the console, that of its permission. */
struct str event_source(const struct api_op *op);

/* What AWS has a page of its console for. */
bool event_is_console_task(const struct api_op *op);

/* The errorCode of a failure of the operation; SCRATCH is empty. */
struct str event_error_name(struct buf *scratch, const struct api_op *op, int failure);
