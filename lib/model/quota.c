/* SPDX-License-Identifier: Apache-2.0 */
#include "model/quota.h"

bool quota_find(struct str name, enum quota *ret)
{
    for (int i = 0; i < QUOTA_COUNT; i++) {
        if (str_is(name, quota_rows[i].name)) {
            *ret = (enum quota)i;
            return true;
        }
    }
    return false;
}
