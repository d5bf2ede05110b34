/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all kinds of entities have in common, interpreted from the `resource` lines of the model:
 * how they are looked up, what is said when there is none, how many there may be, and what keeps
 * them from being deleted. Code outside uses the typed functions of the generated entities.h, such
 * as entity_user and entity_find_user. What was found stays with the call, so that authorization
 * and handler look each up once. Names ignore letter case, ARNs and ids do not.
 */
#pragma once

#include "call/call.h"

struct iam_tag_list;
struct tx;

/* An entity as far as permissions are concerned. */
struct entity_face {
    const char *name, *path, *arn; /* arn NULL: what follows from name and path */
    const char *id;                /* NULL: it does not exist (yet) */
    const char *told;              /* to the one key that it tells: the ARN of its permissions
                                      boundary, its place in the organization, or the direction
                                      of a transfer; NULL: none */
    const char *policy;            /* what it grants by itself, in words of one; NULL: nothing */
    const char *holder;            /* ARN of whom it grants that; NULL: everybody of the account */
    struct str account;            /* whose it is; p == NULL: whom the ARN names */
};

/* By what requests name it. */
enum entity_naming {
    ENTITY_NOT_NAMED,
    ENTITY_BY_NAME,
    ENTITY_BY_ARN,
    ENTITY_BY_SERIAL,
    ENTITY_BY_ID
};

/* Offsets are of `const char *` members of the row, plus one; 0: it has no such member. */
struct entity_kind {
    const char *word;   /* of refusals: "user" */
    const char *prefix; /* of unique ids: "AIDA"; NULL: it has none */
    enum entity_naming naming;
    bool cached;   /* rows are kept in memory */
    bool trusting; /* its trust policy decides, too */
    uint16_t name_at, path_at, arn_at, id_at;
    uint16_t key_at;      /* what it tells condition keys */
    uint16_t boundary_at; /* of a struct iam_attached_permissions_boundary */
    size_t size;          /* of the row */
    char *(*arn)(struct arena *a, const char *account, const char *path, const char *name);
    int (*get)(struct tx *tx, const char *account, const char *key, void *row);
    int (*get_by_id)(struct tx *tx, const char *id, void *row);
    /* For kinds that are more than a row of a table: */
    int (*read)(struct call *c, const char *name, struct call_entity *ret);
    int (*find_face)(struct call *c, const char *name, struct entity_face *ret);
    void (*new_face)(struct call *c, const char *name, const char *path, struct entity_face *ret);
    const char *missing, *taken;   /* AWS's sentences, with %s for the name */
    const char *counter;           /* of those of an account: "Users"; NULL: they are not counted */
    const char *quota_called;      /* "UsersPerAccount" */
    enum quota quota;              /* of the account */
    enum quota each;               /* of an owner */
    const char *blocks;            /* why an owner who has any stays; NULL: he does not */
    enum api_resource owner;       /* RESOURCE_NONE: it has no owner */
    const enum api_resource *owns; /* what blocks, in the order it is told in, and RESOURCE_NONE;
                                      NULL: nothing does */
    /* How many one has. */
    int (*owned)(struct tx *tx, const char *owner, int64_t *ret);
    int (*below)(struct tx *tx, const char *account, const char *prefix, const char *end,
                 int64_t most, int64_t *ret);
    int (*conflicts)(struct tx *tx, const char *id, const char **ret);
};

extern const struct entity_kind entity_kinds[RESOURCE_COUNT];

/* ERR_NOT_FOUND, without a message. RET gets the row. */
int entity_get(struct call *c, enum api_resource kind, const char *name, void **ret) MUST_USE;
int entity_get_by_id(struct call *c, enum api_resource kind, const char *id, void **ret) MUST_USE;
/* NoSuchEntity, with AWS's sentence. */
int entity_find(struct call *c, enum api_resource kind, const char *name, void **ret) MUST_USE;
int entity_missing(struct call *c, enum api_resource kind, const char *name) MUST_USE;
/* The row under its folded name in any account; it does not stay with the call. */
int entity_lookup(struct call *c, enum api_resource kind, const char *account, const char *key,
                  struct call_entity *ret) MUST_USE;

/* What an entity that was looked up tells condition keys. */
const char *entity_key(enum api_resource kind, const void *row);

/* All tags of an entity, by its id; those of the one that was found last may be known. */
int entity_tags(struct call *c, enum api_resource kind, const char *owner,
                struct iam_tag_list *ret) MUST_USE;

/* ERR_NOT_FOUND: RET is what the request says of it. Both start from RET's name and path. */
int entity_face(struct call *c, enum api_resource kind, const char *name,
                struct entity_face *ret) MUST_USE;
void entity_new_face(struct call *c, enum api_resource kind, const char *name, const char *path,
                     struct entity_face *ret);
/* The face of the row that was found last. */
void entity_face_of(const struct call *c, enum api_resource kind, struct entity_face *ret);
/* Whether things of this kind have ARNs; permissions for others are those for "*". */
bool entity_has_arn(enum api_resource kind);
char *entity_arn(struct call *c, enum api_resource kind, const struct entity_face *face);

/* After an insert: EntityAlreadyExists if the name was taken, LimitExceeded, or one more. */
int entity_added(struct call *c, enum api_resource kind, const char *name) MUST_USE;
int entity_taken(struct call *c, enum api_resource kind, const char *name) MUST_USE;
/* Before one more of an owner's: LimitExceeded when he has all he may have. */
int entity_check_room(struct call *c, enum api_resource kind, const char *owner) MUST_USE;
/* So many more of what is counted in the account: "Users". ERR_LIMIT_EXCEEDED, without a message:
   there would be more than MOST. */
int entity_count(struct tx *tx, const char *account, const char *counter, int64_t more,
                 int64_t most) MUST_USE;
/* DeleteConflict, with the first thing that is in the way. */
int entity_check_deletable(struct call *c, enum api_resource kind, const char *id) MUST_USE;
/* Before a delete: its tags, and one less. */
int entity_drop(struct call *c, enum api_resource kind, const char *id) MUST_USE;

/* Whether so few are below a path that it is better to read all of them, by path, than to look
   for them by name. */
int entity_few_below(struct call *c, enum api_resource kind, const char *prefix,
                     bool *ret) MUST_USE;

/* A unique id for a new one. */
const char *entity_new_id(struct call *c, enum api_resource kind);
