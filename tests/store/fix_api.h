/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for a header that apigen.py generates: a row type that SQL files do not declare. */
#pragma once

#include "shape/shape.h"

struct fix_inner {
    const char *note;
    int64_t size;
};

struct fix_thing {
    const char *thing_id;
    const char *note;
    int64_t create_date;
    struct fix_inner *inner;
    struct shape_list tags; /* never a column */
};

extern const struct shape fix_thing_shape;
