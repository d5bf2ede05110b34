/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "resource/resource.h"

/* What only a back end knows about a resource; p == NULL: nobody has told. Lasts as long as what is
   in the arena. */
struct str resource_told(struct sandbox *sandbox, struct arena *a, struct str arn,
                         const char *attribute);
