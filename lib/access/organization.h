/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an account stands in its organization: immutable pictures, built on first use and cached.
 * Every write to an organization touches its id, which makes the pictures of the whole sandbox
 * stale with one increment (sandbox->organization_changes), however many accounts there are.
 */
#pragma once

#include "authz/context.h"
#include "base/cache.h"
#include "call/call.h"

struct membership {
    struct cached base;
    struct arena arena;
    const char *account;
    const char *organization; /* NULL: the account is in none, and nothing below is set */
    const char *management;   /* account */
    const char *root;         /* r-... */
    const char *parent;       /* the unit it is in, or the root */
    const char *path;         /* of that: o-.../r-.../ou-.../ */
    bool is_management;
    bool all_features;
    bool root_credentials, root_sessions; /* of members are managed centrally */
    struct str_list services;             /* whose delegated administrator it is */
    struct authz_place place;             /* the same, for condition keys */
    struct authz_levels scps, rcps;       /* that bind it; of what was acquired */
};

/* A reference. A is for scratch. */
int membership_acquire(struct sandbox *sandbox, struct arena *a, const char *account,
                       struct membership **ret) MUST_USE;
/* The same as a transaction of the caller sees it. Not cached: it may be from before a change that
   others know of, or have changes that are not committed. */
int membership_read(struct tx *tx, const char *account, struct membership **ret) MUST_USE;
void membership_release(struct membership *membership); /* accepts NULL */

/* The membership as the call's transaction sees it when that writes, and else the cached one. It
   stays as long as the call. */
int membership_of(struct call *c, const char *account, const struct membership **ret) MUST_USE;

/* Whether the account is a delegated administrator for the service: "iam.amazonaws.com". */
bool membership_delegates(const struct membership *membership, const char *service);

/* Called after a commit, before the answer, for each id that was touched. */
void membership_publish(struct sandbox *sandbox, const char *id);
