/* SPDX-License-Identifier: Apache-2.0 */
/* Items of DynamoDB: their keys and attributes, in members and in expressions. */
#pragma once

#include "recognize/reading_priv.h"

/* Stands for what cannot be told, or is all there is: no name equals it. */
#define ANY_VALUE STR("*")

/* --- item.c: what PATH leads to, of the element that ASPECT is about; each path is looked for
 * once. */
enum recognize_why item_members(struct reading *r, const struct aspect *aspect, struct str path,
                                struct found *ret);

/* Name of the partition key of what ASPECT is about; p == NULL: nobody has told. */
struct str item_hash(const struct reading *r, const struct aspect *aspect);

/* --- expression.c: KeyConditionExpression, ProjectionExpression ... Names and values that stand
   for others are looked up below PREFIX. */
struct expression {
    struct reading *r;
    const struct aspect *aspect;
    struct str prefix, text;
};

enum recognize_why expression_attributes(const struct expression *e, struct key_values *values);
/* What the partition key is equal to, in a KeyConditionExpression. */
enum recognize_why expression_leading(const struct expression *e, struct key_values *values);

/* --- statement.c: of PartiQL; TEXT is of an element, STATEMENTS the path that it was found by. */
struct statement {
    struct reading *r;
    const struct aspect *aspect;
    struct str path;
    struct str text;
    struct partiql parsed;
};

/* False in *RET: what ASPECT is about is told by no statement. */
enum recognize_why statement_of(struct reading *r, const struct aspect *aspect,
                                struct statement *statement, bool *ret);
enum recognize_why statement_attributes(const struct statement *s, struct key_values *values);
enum recognize_why statement_leading(const struct statement *s, struct key_values *values,
                                     bool *ret_scan);
