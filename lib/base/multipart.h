/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies of forms with files: multipart/form-data (RFC 7578), read so that no other reader can find
 * other fields in them: what RFC 2046 allows and browsers and SDKs do not send is malformed.
 * Allocates nothing; slices point into the body.
 */
#pragma once

#include "base/str.h"

enum { MULTIPART_BOUNDARY_MAX = 70 }; /* RFC 2046, section 5.1.1 */

struct multipart {
    char delimiter[4 + MULTIPART_BOUNDARY_MAX]; /* CR LF "--" and the boundary */
    size_t n;
    struct str rest;
};

struct multipart_field {
    struct str name;
    struct str filename; /* p == NULL: it has none */
    struct str type;     /* Content-Type; p == NULL: it has none */
    struct str value;
};

enum multipart_step { MULTIPART_FIELD, MULTIPART_END, MULTIPART_MALFORMED };

bool multipart_is(struct str content_type);
/* False: CONTENT_TYPE has no boundary, or BODY does not begin with it. */
bool multipart_begin(struct multipart *m, struct str content_type, struct str body);
/* RET is set with a field. After anything else it goes on being that. */
enum multipart_step multipart_next(struct multipart *m, struct multipart_field *ret);
