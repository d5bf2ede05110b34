/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request to another service that is being read: what the sources of the tables find in it. Reads
 * each source once. Everything belongs to the arena, or points into the request or the tables.
 */
#pragma once

#include "model/arn.h"
#include "recognize/members_priv.h"
#include "recognize/table_priv.h"

enum { SOURCE_BUCKETS = 64, LENGTHS = 64 };

struct source_known;
struct path_known;
struct tag_list;

struct reading {
    struct arena *arena;
    const struct request *rq;
    const struct recognized *op;
    const struct request_op *row;
    const struct request_service *service;
    const struct recognize_caller *caller;
    bool body; /* rq->body came */
    struct members *members;
    uint64_t header_lengths; /* bit N: some header's name has N characters, modulo LENGTHS: most of
                                those that are asked for are not there */
    struct source_known *known[SOURCE_BUCKETS];
    const struct path_known *paths;
    const struct tag_list *tags; /* those that are for whatever it is about; NULL: not looked for */
    const char *reason;          /* one sentence, of whatever was not RECOGNIZED */
    bool unnamed;                /* a "*" was put in the place of a name that nobody told */
};

/* Leaves the calling function with the same reason when EXPR has one. */
#define READ(expr)                                                                                 \
    do {                                                                                           \
        enum recognize_why read_why = (expr);                                                      \
        if (read_why != RECOGNIZED)                                                                \
            return read_why;                                                                       \
    } while (0)

static inline enum recognize_why reading_fail(struct reading *r, enum recognize_why why,
                                              const char *reason)
{
    r->reason = reason;
    return why;
}

/* What a source finds. */
struct value {
    struct str text;   /* p == NULL: this element of the list has none */
    struct str origin; /* the ARN that TEXT was taken out of; p == NULL: none */
    uint32_t at[MEMBER_DEPTH];
    uint8_t n_at; /* 0: of no list */
};

struct found {
    struct value *v; /* in the order of the lists */
    size_t n;
    struct str list; /* the path of the list that the first numbers count in; n == 0: of none */
    bool any;        /* some element has a value, or is there without one of its own */
};

/* --- text.c */
bool text_is_arn(struct str text);
bool text_contains(struct str text, const char *any); /* one of these characters */
struct str text_concat(struct reading *r, struct str a, struct str b);
/* The part of an ARN behind the last of its slashes and colons. */
struct str arn_last_part(struct str arn);
/* What the back end knows about ARN; p == NULL. */
struct str reading_told(const struct reading *r, struct str arn, const char *attribute);

/* --- region.c */
/* Whether nothing in the request is of another region than its signature. */
enum recognize_why region_check(struct reading *r);

/* --- values.c */

/* What a permission is about while its keys are looked for. */
struct aspect {
    const struct request_permission *permission;
    const struct request_entry *entry; /* NULL: "*" */
    struct str resource;
    const char *type;   /* of the resource; NULL: "*" */
    struct str list;    /* it is about an element of this list; n == 0: of none */
    const uint32_t *at; /* the numbers of the element */
    uint8_t n_at;
    bool tagged;
    uint32_t mask; /* request_masks: which keys count */
};

/* Whether the numbers are the same, as far as both of them go. */
bool value_is_at(const struct value *value, const uint32_t *at, uint8_t n_at);

/* Which of FOUND belong to the element that ASPECT is about; all, if they are of another list. */
struct found found_at(const struct found *found, const struct aspect *aspect);
bool found_is_of(const struct found *found, const struct aspect *aspect); /* the same list */

/* The values of one key. */
struct key_values {
    struct arena *arena;
    struct str *v;
    size_t n, cap;
    bool is_list;
};

void key_values_add(struct key_values *values, struct str value);

struct key_list {
    struct arena *arena;
    struct authz_key_value *v;
    size_t n, cap;
};

void key_list_add(struct key_list *keys, const char *name, const struct key_values *values);
/* PREFIX is the name of a family without its "*". */
void key_list_add_member(struct key_list *keys, const char *prefix, struct str name,
                         struct str value);

/* --- source.c */

/* A path of the body that no source has. */
struct path_known {
    struct str path;
    struct found found;
    const struct path_known *next;
};

/* What SOURCE finds, alternatives and transforms done. */
enum recognize_why source_find(struct reading *r, uint32_t source, const struct found **ret);
const struct request_step *source_step(uint32_t source); /* its first */
/* What PATH of the body leads to; elements of its list that have no such value are there, too. */
enum recognize_why source_path(struct reading *r, struct str path, struct found *ret);
/* The same without them. */
enum recognize_why source_members(struct reading *r, struct str path, struct member_list *ret);

/* --- transform.c: value->text becomes what STEP makes of it; p == NULL: nothing. */
enum recognize_why transform_apply(struct reading *r, const struct request_step *step,
                                   struct value *value);
/* NAME and NAME:QUALIFIER of Lambda, and ":QUALIFIER" that the request tells beside it. */
enum recognize_why transform_qualify(struct reading *r, struct str function, struct str qualifier,
                                     struct str *ret);
struct str reading_role_arn(struct reading *r, struct str name); /* of the caller's account */

/* --- fill.c: ARN templates of the tables, "arn:{p}:s3:::{BucketName}". */
struct filling {
    struct str placeholder; /* n == 0: the last one */
    struct str text;        /* p == NULL: "*" stands there */
};

/* ORIGIN tells partition, region and account where it is an ARN of the same service. */
struct str template_fill(struct reading *r, const char *arn, const struct filling *fillings,
                         size_t n, struct str origin);
bool template_fits(const char *arn, struct str text);              /* whether TEXT is such an ARN */
const char *template_of(const struct reading *r, struct str type); /* NULL: no such type */
/* The first type of the service that has such ARNs; NULL: none has. */
const char *type_of_arn(const struct reading *r, struct str text);

enum { ENTRY_FILLS_MAX = 8 };

/* The resource that ENTRY is about when its fills are VALUES, of which some may be NULL; p == NULL:
   what it takes is not there. */
struct str entry_resource(struct reading *r, const struct request_entry *entry,
                          const struct value *const *values);

/* --- partiql.c: a statement of PartiQL. */
enum partiql_kind { PARTIQL_SELECT, PARTIQL_INSERT, PARTIQL_UPDATE, PARTIQL_DELETE };

struct partiql {
    enum partiql_kind kind;
    struct str table, index; /* index.p == NULL: none */
    struct str rest;         /* behind them */
    struct str columns;      /* of SELECT, from it to FROM */
};

/* False: it cannot be told from the statement which table it is about. */
bool partiql_read(struct str statement, struct partiql *ret);

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_MARK };

/* Of PartiQL and of DynamoDB's expressions. */
struct token {
    enum token_kind kind;
    struct str text; /* without quotes; of marks one character */
};

/* Takes the next token off REST. False: the text ends within quotes, or has a comment. */
bool token_next(struct str *rest, struct token *ret);
bool token_is(const struct token *token, const char *word); /* a word or a mark, in any case */

/* --- tags.c: the tags in the request that are for what ASPECT is about. */
struct tag_list {
    struct authz_tag *tags;
    struct str *keys; /* of tags, and keys alone */
    size_t n, n_keys;
};

/* Whether they may be others for another element or type. */
enum recognize_why tags_differ(struct reading *r, const struct aspect *aspect, bool *ret);
enum recognize_why tags_find(struct reading *r, const struct aspect *aspect, struct tag_list *ret);

/* --- keys.c: condition keys and tags of a permission. */

/* The values of a key that has one by its nature, and several in the request. */
struct key_several {
    size_t at; /* of the keys */
    struct key_values values;
    const struct key_several *next;
};

struct key_set {
    struct key_list keys;
    const struct key_several *several;
    size_t turns;
    struct tag_list tags;
    bool own; /* other elements may have others */
};

enum recognize_why keys_find(struct reading *r, const struct aspect *aspect, struct key_set *ret);
/* Keys of several values make several permissions: in each turn they have the next one. */
void keys_turn(struct reading *r, const struct key_set *set, size_t turn,
               struct recognize_permission *ret);

/* --- computed.c: the values of the key NAME, which is none of a single member. */
bool is_computed(const char *name);
enum recognize_why computed_values(struct reading *r, const char *name, const struct aspect *aspect,
                                   struct key_values *values);

/* --- dynamodb.c: of its keys; none is there for what is about no item. */
enum recognize_why leading_keys(struct reading *r, const struct aspect *aspect,
                                struct key_values *values);
enum recognize_why item_attributes(struct reading *r, const struct aspect *aspect,
                                   struct key_values *values);
enum recognize_why full_table_scan(struct reading *r, const struct aspect *aspect,
                                   struct key_values *values);
