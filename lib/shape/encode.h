/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the struct that a handler filled to the bytes of an answer. The envelope around it
 * (CreateUserResponse, ResponseMetadata) is the server's. Absent members are left out; so are
 * empty lists, unless the model says `required`.
 */
#pragma once

#include "shape/shape.h"

/* The members of the struct at V, one element a line, indented by 2 * depth blanks. */
void shape_encode_xml(struct buf *b, const struct shape *shape, const void *v, int depth);

/* The struct at V as an object without white space, members as they are declared, or sorted by
   name. Those that do not stand in the body are left out. */
void shape_encode_json(struct buf *b, const struct shape *shape, const void *v, bool sorted);

/* Character data of an element. What XML 1.0 cannot hold becomes U+FFFD. */
void xml_text(struct buf *b, struct str text);
