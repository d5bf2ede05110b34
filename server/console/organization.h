/* SPDX-License-Identifier: Apache-2.0 */
/* What the pages about organizations share. */
#pragma once

#include "server/console/rooms.h"

/* The types of policies that are enabled in the root, as of ListRoots: in DATA, `types`, each with
   the path of its page. A list that DATA has; NULL: nobody may know. */
json_t *organization_types(json_t *data, json_t *roots);

/* In words, as for a heading. */
const char *organization_type_label(const char *type);

/* The units and accounts of ROOT, an object of ListRoots, with what is attached to each: in DATA,
   `tree`. TYPES are looked at. MANAGEMENT is bound by nothing; NULL: it is not known. */
void organization_tree(struct call *c, json_t *data, json_t *root, json_t *types,
                       const char *management);
