/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to the operations of schema/requests.jsonl, made as their rows say, which are read here
   without the generator. */
#pragma once

#include <jansson.h>

#include "call/request.h"

enum { ROW_HEADERS_MAX = 16 };

/* One operation, and a request to it. */
struct row_request {
    struct arena a;
    json_t *service, *op; /* the rows */
    const char *id, *name, *scope;
    struct request rq;
    struct request_header headers[ROW_HEADERS_MAX];
};

/* The services, one by one; none when PATH cannot be read. */
json_t *row_services(const char *path);

const char *row_text(const json_t *row, const char *member); /* NULL: it has none */

typedef void row_check(struct row_request *asked);

/*
 * Makes requests to each operation, one in each form that its service speaks, and calls CHECK with
 * them. CERTAINTY: to those of that one alone, as in "u"; NULL: to all. Returns how many they are.
 */
size_t rows_ask(json_t *services, const char *certainty, row_check *check);
