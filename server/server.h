/* SPDX-License-Identifier: Apache-2.0 */
/* The running program: its configuration and its sandboxes. */
#pragma once

#include "sandbox/sandboxes.h"
#include "server/cli/config.h"

/* Which access keys the default account's root user was found to have at the start. */
enum root_keys {
    ROOT_KEYS_CONFIGURED, /* that of the configuration, perhaps among others */
    ROOT_KEYS_STORED,     /* others, which the data directory holds */
    ROOT_KEYS_NONE,       /* none that is active */
    ROOT_KEYS_GONE,       /* nor is the account there: it was closed, and is gone */
};

struct event_log;

struct server {
    struct config config;
    struct log log;
    enum root_keys root_keys;
    bool guessable;              /* the key that everybody knows may open the door */
    struct event_log *event_log; /* NULL: none is kept */
    struct sandbox_setup setup;  /* of every sandbox */
    struct sandboxes *sandboxes;
    struct sandbox *sandbox; /* "default" */
    int64_t started_ms;      /* monotonic */
};

/*
 * Opens the stores and makes sure that the accounts and their root users exist. Fails with
 * ERR_STORE, ERR_STORE_NEWER, ERR_ENTITY_ALREADY_EXISTS (the data directory has another account
 * under the root access key's id) or ERR_ACCESS_DENIED (what the directory holds does not go
 * together with CONFIG) and one line in *message (arena-owned).
 */
int server_new(const struct config *config, struct arena *a, struct server **ret,
               const char **message) MUST_USE;
void server_free(struct server *server); /* accepts NULL; writes what is pending */

/* What has happened to the directory of a sandbox behind our back, or NULL; the caller has entered
   it. The log has a line when that begins and one when it ends. Not within a transaction. */
const char *server_trouble(struct server *server, struct sandbox *sandbox);

/* Decisions that take long come to no end from now on. */
void server_stop(struct server *server);

/* Called about once a second: writes what was collected in memory. */
void server_tick(struct server *server);

/* sandbox_reset; the log says when it fails. */
int server_reset_alone(struct server *server, struct sandbox *sandbox, struct arena *a) MUST_USE;
/* The same, when everybody has left, which the calling thread waits for. ERR_NO_SUCH_ENTITY: it is
   being deleted. */
int server_reset(struct server *server, struct sandbox *sandbox, struct arena *a) MUST_USE;
