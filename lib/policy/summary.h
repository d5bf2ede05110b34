/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/str.h"

/* What a policy without principals lets somebody do, in English: a sentence for each statement.
   TEXT is a document that policy_compile takes. */
void policy_summary(struct buf *b, struct str text);
