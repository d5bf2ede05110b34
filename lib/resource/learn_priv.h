/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "recognize/look.h"
#include "resource/learn.h"

/* schema/README.md says what they mean. */
enum learning_fact {
    LEARN_OWNER,
    LEARN_POLICY,
    LEARN_NO_POLICY,
    LEARN_STATEMENT,
    LEARN_NO_STATEMENT,
    LEARN_ATTRIBUTE,
    LEARN_INDEXES,
    LEARN_ALL_TAGS,
    LEARN_NO_TAGS,
    LEARN_UNTAG,
    LEARN_GRANT,
    LEARN_NO_GRANT,
    LEARN_FORGET,
};

/* A line of schema/learning.txt. What it does not have is NULL. */
struct learning {
    const char *service, *operation;
    const char *name;                     /* of an attribute, or of how statements are made */
    const char *source, *values, *wanted; /* of a pair all three */
    const char *fallback;
    const char *given, *given_text; /* holds only if that source is that text */
    const char *type;               /* of the resource that it is about */
    const char *account;            /* source: it is about the settings of S3 of this account */
    enum learning_fact fact;
};

extern const struct learning learnings[]; /* sorted by service and operation */
extern const size_t learnings_n;

/* One permission of a lesson. */
struct learner {
    struct arena *arena;
    struct sandbox *sandbox;
    const struct lesson *lesson;
    struct look *look;
    const struct recognize_permission *permission;
    const struct resource_view *view; /* of the resource, as it is known */
    struct resource_change *change;   /* of that */
    bool is_first;                    /* the permission, of those that tell */
    struct resource_changes *changes; /* all that is news */
    size_t cap;
};

/* A new change, and the one that there is of a resource, perhaps just now. */
struct resource_change *learner_add(struct learner *l, const char *arn);
struct resource_change *learner_for(struct learner *l, const char *arn);
struct resource_pair *learner_pair(struct learner *l, const char *name, struct str value);
void learner_attribute(struct learner *l, struct resource_change *change, const char *name,
                       struct str value);

/* The value that a row is about; p == NULL: there is none. */
struct str learner_value(struct learner *l, const struct learning *row);

const char *learner_text(struct learner *l, const char *source); /* NULL: it is not there */

void learn_grant(struct learner *l);
void learn_indexes(struct learner *l);
void learn_statement(struct learner *l, const char *form);
