/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread that fetches the keys of token issuers, so that those who serve requests need not
 * wait. It starts with the first fetch.
 */
#pragma once

#include "base/base.h"

struct fetcher;
struct server;

struct fetcher *fetcher_new(const struct server *server);

/* Fetches what issuer_keys wants of URL, then calls DONE(OWNER) in the fetcher's thread; URL lives
   until then. False when too many wait, or when it is stopping: DONE is not called. */
bool fetcher_add(struct fetcher *fetcher, const char *url, void (*done)(void *owner),
                 void *owner) MUST_USE;

/* Gives up what is being fetched, calls DONE for all who wait, and takes no more. */
void fetcher_stop(struct fetcher *fetcher);
void fetcher_free(struct fetcher *fetcher); /* stopped; accepts NULL */
