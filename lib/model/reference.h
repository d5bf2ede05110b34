/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What AWS services have that policies name: actions, the resources those are about, condition
 * keys (Service Authorization Reference). Loading a service costs a few hundred microseconds at
 * most and memory of the arena only; nothing is kept. The names of services and actions can be had
 * without that.
 */
#pragma once

#include "model/condition_key.h"

enum reference_access {
    REFERENCE_LIST,
    REFERENCE_READ,
    REFERENCE_WRITE,
    REFERENCE_PERMISSIONS,
    REFERENCE_TAGGING,
    REFERENCE_ACCESS_COUNT
};

/* "list", "read" ... */
const char *reference_access_name(enum reference_access access);

/* An action by its name. */
struct reference_label {
    struct str name;
    enum reference_access access;
};

/* What a service has, by names alone. */
struct reference_labels {
    size_t number;
    const char *service, *title;
    const struct reference_label *actions; /* in the order of a reference_service */
    size_t n_actions;
};

size_t reference_count(void);        /* of services, whose numbers begin with 0 */
size_t reference_most_actions(void); /* that one of them has */
/* ROOM is for its actions. */
struct reference_labels reference_label(size_t number, struct reference_label *room);
/* False: there is no service of that prefix, whatever its letter case. */
bool reference_number(struct str prefix, size_t *ret);

/* Of an ARN, service (`*`: any) and resource, in which `*` is any text and `%` any without `/`. */
struct reference_format {
    struct str service, resource;
};

struct reference_action {
    struct str name;
    enum reference_access access;
    const uint16_t *formats; /* of the ARNs it can be about, as indexes; none: only of "*" */
    size_t n_formats;
};

struct reference_service {
    struct str name;
    struct str title; /* "Amazon S3" */
    const struct reference_format *formats;
    size_t n_formats;
    const struct reference_action *actions; /* by name, ignoring case */
    size_t n_actions;
    const struct condition_key *keys; /* by name; a family ends with `/` or `:` */
    size_t n_keys;
};

/* The service whose prefix this is, in any letter case; NULL: unknown. Belongs to the arena. So
   does an identity provider, which may be one of many tenants: "token.actions.acme.ghe.com". */
const struct reference_service *reference_load(struct arena *a, struct str prefix);

/* The prefixes in turn, from 0; NULL behind the last. Those of no service have no actions. */
const char *reference_prefix(size_t number);

/* In any letter case; NULL: there is none. */
const struct reference_action *reference_action_find(const struct reference_service *service,
                                                     struct str name);

/* The action that NAME is probably a misspelling of; NULL: none is near. */
const struct reference_action *reference_action_nearest(const struct reference_service *service,
                                                        struct str name);

/* FOLDED: "s3:prefix", in lower case. */
const struct condition_key *reference_key_find(const struct reference_service *service,
                                               struct str folded);
