/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of an observation: every part is a piece of memory of its own. */
#pragma once

#include "observe/observe.h"
#include "record/record.h"

struct kept_value {
    struct kept_value *next;
    size_t n;
    char text[];
};

struct kept_key {
    struct kept_key *next;
    struct kept_value *values; /* the newest first */
    uint64_t seen;             /* how often it was there */
    unsigned n;                /* values */
    bool list, many;           /* as in observed_key; MANY: the values are gone */
    size_t n_name;
    char name[];
};

/* What is told apart, in front of the texts: an observation is found by all of it together. */
struct kept_head {
    uint8_t outcome, layer, through, foreign, mfa, unnamed, n_region, n_owner;
    uint16_t n_principal, n_action;
};

struct kept_principal;

struct kept {
    struct kept *newer, *older;      /* of all */
    struct kept *newer_of_principal; /* of the same principal */
    struct kept_principal *principal;
    uint64_t number; /* they only grow */
    int64_t first, last;
    uint64_t n;
    struct kept_key *keys;
    size_t n_keys;
    size_t bytes;
    size_t n_source_ip;
    size_t n_id;
    char id[]; /* a head, principal, region, owner, action and resource; behind it the source IP */
};

/* Keys and values of DECISION, noted with KEPT. Returns the bytes that were added. */
size_t kept_note_keys(struct kept *kept, const struct record_decision *decision);

/* Gives it back with all its parts. */
void kept_free(struct kept *kept);

/* A copy for those who read. */
struct observation kept_copy(struct arena *a, const struct kept *kept);
