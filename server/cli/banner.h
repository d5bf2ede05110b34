/* SPDX-License-Identifier: Apache-2.0 */
/* What the program tells the person who started it. All texts are arena-owned. */
#pragma once

#include "server/server.h"

/* Lines for a shell, the secret included, for a server at URL that has the configured key. */
char *banner_exports(struct arena *a, const struct config *config, const char *url);

/*
 * The lines that the banner has for a shell. A secret that is not the one of the AWS documentation
 * is left out, and so is a key that the root user does not have.
 */
char *banner_settings(struct arena *a, const struct server *server, const char *url);

/*
 * Endpoints and the settings above; the last line is "Ready.". An admin token that was made for
 * this start is shown, since nothing else tells it.
 */
char *banner_text(struct arena *a, const struct server *server, const char *const *urls, size_t n);

/* The first address of CONFIG as clients would write it, for commands that do not listen. */
char *banner_url(struct arena *a, const struct config *config);

/* FILE may be absent; EEXIST: it is no regular file, such as /dev/stdout. Returns 0 or an errno. */
int banner_remove_ready_file(const char *file);

/* Replaces FILE in one step with URLS, one per line. Returns 0 or an errno. */
int banner_write_ready_file(struct arena *a, const char *file, const char *const *urls, size_t n);
