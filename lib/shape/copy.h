/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of requests and results that are kept, without what the model calls sensitive. */
#pragma once

#include "base/pack.h"
#include "shape/shape.h"

/* The struct of SHAPE at V with all it points to; NULL while it is only counted. Bytes (RAW) and
   sensitive texts are absent from it. */
const void *shape_copy(struct pack *p, const struct shape *shape, const void *v);
