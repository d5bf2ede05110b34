/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of the structs that apigen.py generates from schema/api, and the one engine that
 * decodes, checks and encodes them. The descriptors are const; nothing here keeps state.
 */
#pragma once

#include "base/str.h"

/* Structs hold: STR `const char *` (NULL: absent), INT `int64_t`, BOOL `bool`, TIME `int64_t`
   (seconds, or milliseconds), STRUCT `struct x *` (NULL: absent), LIST `struct x_list` (v == NULL:
   absent), which also holds the entries of a map; DOCUMENT `const char *`, any value as JSON (NULL:
   absent); RAW `struct str`, bytes (p == NULL: absent). Optional INT, BOOL and TIME members have a
   `bool has_<member>` beside them. */
enum shape_kind {
    SHAPE_STR,
    SHAPE_INT,
    SHAPE_BOOL,
    SHAPE_TIME,
    SHAPE_STRUCT,
    SHAPE_LIST,
    SHAPE_DOCUMENT,
    SHAPE_RAW
};

/* Where a member stands in a message of HTTP. All but the body are for members of operations. */
enum shape_place {
    SHAPE_IN_BODY,
    SHAPE_IN_PATH,
    SHAPE_IN_QUERY,
    SHAPE_IN_HEADER,
    SHAPE_IN_PAYLOAD, /* it is the whole body */
    SHAPE_IN_STATUS,  /* of an answer */
};

/* A regular expression as a table: each character has a class, which leads from state to state. */
struct shape_pattern {
    const char *text;      /* the expression, as messages print it */
    const uint8_t *ascii;  /* the class of each ASCII character */
    const uint32_t *spans; /* the others: first code point << 8 | class, ascending from 0x80 */
    size_t n_spans;
    const uint16_t *next; /* [state * classes + class]; nothing leads out of state 0 */
    uint16_t classes, start;
    uint16_t accepting; /* the first of the states in which a text may end */
};

/* What a string type permits. */
struct shape_rule {
    size_t min, max;                     /* code points; max 0: unlimited */
    const struct shape_pattern *pattern; /* that the whole text fits; NULL: any */
    const char *must;           /* what IAM says instead of printing it: "must contain ..." */
    const char *const *choices; /* enum values, ended by NULL; NULL: free text */
    bool shown;                 /* validation messages print the value */
    bool encoded;               /* answers carry it percent-encoded (policy documents) */
    bool sensitive;             /* never logged */
    bool folded;                /* of a request: taken in lower case */
    /* Why a text that it refuses is no good, and the sentence; NULL: as the service says. */
    const char *reason, *sentence;
};

/* Why a request is no good. */
enum shape_wrong {
    SHAPE_MISSING,
    SHAPE_CHOICE,
    SHAPE_PATTERN,
    SHAPE_SHORT,
    SHAPE_LONG,
    SHAPE_LOW,
    SHAPE_HIGH,
    SHAPE_TOKEN, /* of a page */
};

/* What is wrong, and what the type has to say about it; NULL: what the service has. */
struct shape_fault {
    enum shape_wrong wrong;
    const char *reason, *sentence;
    const char *member; /* where it is, as in TAGS_2_MEMBER_KEY; NULL: that is not told */
};

struct shape;

struct shape_field {
    const char *name; /* wire name, and column alias in SQL */
    size_t name_size; /* bytes of it, for answers */
    const char *wire; /* the name in validation messages: lower camel case */
    enum shape_kind kind;
    enum shape_kind item;          /* of a LIST: SHAPE_STR or SHAPE_STRUCT */
    uint16_t off, has_off;         /* has_off: 0 when there is no presence flag */
    const struct shape_rule *rule; /* STR, or LIST of STR; NULL: free text */
    const struct shape *shape;     /* STRUCT, or LIST of STRUCT */
    const char *dflt;              /* default of an absent STR, INT or BOOL request member */
    int64_t min, max;              /* INT: range; LIST: number of members; max 0: any */
    bool between;                  /* INT: the message names both ends of the range */
    bool millis;                   /* TIME: in milliseconds, and printed with them */
    bool iso8601;                  /* TIME: so in JSON, too, where others are numbers */
    enum shape_place place;
    const char *header; /* SHAPE_IN_HEADER: its name; SHAPE_IN_PAYLOAD: its media type */
    bool map;           /* LIST of STRUCT: a map; the members are `key` and `value` */
    bool required;      /* request: must be there; answer: an empty list is printed */
    bool kept;          /* LIST in answers: printed when empty, but not when absent */
    bool nullable;      /* JSON answer: null is printed for what is absent */
};

struct shape {
    const char *name;
    size_t size, n;
    const struct shape_field *fields;
    const uint8_t *sorted; /* field numbers in name order: the order of JSON answers */
    const uint8_t *hashed; /* field numbers in the order of XML answers */
};

/* A list of strings. */
struct str_list {
    size_t n;
    const char **v;
};

/* Layout shared by str_list and all generated list types. */
struct shape_list {
    size_t n;
    void *v; /* n structs, or n `const char *` */
};

/* Of one item of a LIST. */
static inline size_t shape_item_size(const struct shape_field *field)
{
    return field->item == SHAPE_STRUCT ? field->shape->size : sizeof(const char *);
}

/* Whether member number FIELD of the struct at V is there. */
bool shape_is_set(const struct shape *shape, const void *v, size_t field);

/* Whether an answer prints FIELD of the struct at V: what is set, and no list without members
   unless it is required. */
bool shape_is_shown(const struct shape_field *field, const void *v);

/* Whether the whole of TEXT, which is well-formed UTF-8, fits. Takes time for each character once.
 */
bool shape_pattern_fits(const struct shape_pattern *pattern, struct str text);
