/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body as a flat list of what is in it, in the order of the text: one allocation, 24 bytes for
 * a value, and nothing is decoded or copied before somebody asks for it. JSON, XML, CBOR and
 * multipart forms become the same list; forms of the Query protocols become the tree of
 * shape/form.h, whose names say how they nest.
 */
#pragma once

#include "recognize/members_priv.h"
#include "shape/node.h"

enum {
    BODY_DEPTH = 128,   /* values of DynamoDB nest 32 deep, of two objects each */
    BODY_MAX = 1 << 30, /* offsets are of 32 bits */
};

enum item_kind { ITEM_NULL, ITEM_TEXT, ITEM_LIST, ITEM_MAP };

struct item {
    uint32_t name, name_n; /* in an ITEM_MAP; offset into the text, or into the tape's names */
    uint32_t text, text_n; /* of an ITEM_TEXT: as written */
    uint32_t end;          /* number of the item behind it and all that is in it */
    uint8_t kind;          /* enum item_kind */
    uint8_t coding;        /* what tape.decode makes its text of; 0: it is as it is written */
    bool renamed;          /* the name was decoded, and is in the tape's names */
};

struct tape {
    struct arena *arena;
    struct str text;
    struct item *v; /* the first is the whole body */
    uint32_t n, cap;
    struct buf names;
    bool elements; /* lists are elements of one name (XML) */
    bool flat;     /* nothing in it has members of its own, and names have no letter case (forms) */
    /* The text of an item with a coding; p == NULL: it is none that could be compared. */
    struct str (*decode)(const struct tape *t, struct str written, uint8_t coding);
    struct str filename; /* of an upload by a browser; p == NULL: it has none */
    const char *reason;  /* of a failure */
};

/* Each reads t->text; not RECOGNIZED: t->reason says why. */
enum recognize_why body_read_json(struct tape *t);
enum recognize_why body_read_xml(struct tape *t);
enum recognize_why body_read_cbor(struct tape *t);
enum recognize_why body_read_multipart(struct tape *t, struct str content_type);

/* The number of a new item, which ends behind itself. */
uint32_t tape_add(struct tape *t);
void tape_rename(struct tape *t, uint32_t item, struct str name); /* to a decoded name */

/* One question on its way through a body. */
struct finding {
    struct arena *arena;
    struct member_list found;
    size_t cap;
    struct member now; /* numbers of the elements so far */
    enum recognize_why why;
    const char *reason;
};

/* Both return whether the search goes on: refusing ends it. */
bool finding_add(struct finding *f, struct str value, bool inner);
bool finding_refuse(struct finding *f, enum recognize_why why, const char *reason);

void tape_find(const struct tape *t, struct finding *f, struct str path);

/* The same in the tree of a form. */
void form_find(const struct node *root, struct finding *f, struct str path, bool as_query);
