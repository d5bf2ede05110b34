/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition keys of one request: global keys (IAM User Guide, "AWS global condition context
 * keys") from facts about the caller and the request, service keys from its members. Values are
 * made when a policy asks for them.
 */
#pragma once

#include "authz/authz.h"

/* A service key: one value, such as iam:PolicyARN's, or a list. */
struct authz_key_value {
    const char *name;
    struct str value;
    const struct str *list; /* NULL: VALUE is meant */
    size_t n;
};

/* Where an account stands in its organization. */
struct authz_place {
    const char *organization; /* "o-..." */
    const char *management;   /* account */
    const char *path;         /* "o-.../r-.../ou-.../", without the account's own id */
};

enum {
    AUTHZ_CONTEXT_SLOTS = AWS_KEY_COUNT,
    AUTHZ_TIME_SIZE = 28,
    AUTHZ_TAG_NAME_SIZE = 1024, /* a tag key has at most 128 characters of 4 bytes */
};

struct authz_context {
    struct policy_context base;
    const struct authz_principal *principal;
    struct str resource_account; /* p == NULL: the resource belongs to nobody ("*") */
    /* Of the accounts of the principal, the resource, and what a service calls for; NULL: in no
       organization. */
    const struct authz_place *principal_place, *resource_place, *source_place;
    struct str source_ip, user_agent, referer, region; /* p == NULL: absent */
    const char *resource_service; /* "iam": its ResourceTag keys follow aws:ResourceTag */
    int64_t now;
    bool secure_transport;
    const struct authz_tag *request_tags;
    size_t n_request_tags;
    const struct str *tag_keys; /* aws:TagKeys */
    size_t n_tag_keys;
    const struct authz_key_value *keys;
    size_t n_keys;
    const struct authz_key_value *given; /* by full names, tags too: they win over all others */
    size_t n_given;
    /* Tags of the resource, looked up when a policy asks. Returns their number. */
    size_t (*resource_tags)(void *owner, const struct authz_tag **ret);
    void *owner;

    struct str slots[AUTHZ_CONTEXT_SLOTS]; /* values made on demand */
    char time[AUTHZ_TIME_SIZE], epoch[AUTHZ_TIME_SIZE], issued[AUTHZ_TIME_SIZE],
        mfa_age[AUTHZ_TIME_SIZE];
};

/* Sets the hook that policies ask through; the other fields are the caller's to fill. */
void authz_context_init(struct authz_context *context);
