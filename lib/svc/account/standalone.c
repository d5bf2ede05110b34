/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/account/standalone.h"

#include "authz/authz.h"

int account_refused(struct call *c, const char *why)
{
    return call_fail(c, ERR_ACCESS_DENIED, "User: %s is not authorized to perform: account:%s%s",
                     c->principal->arn, c->op->name, why);
}

/* AWS undocumented: that those who are in no organization are told what its members are, also
   about an id of their own. */
int account_standalone(struct call *c, const char *account_id)
{
    if (!account_id)
        return OK;
    return account_refused(c, "");
}
