/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/account/target.h"

#include "access/organization.h"
#include "authz/authz.h"
#include "queries.h"

static const char service[] = "account.amazonaws.com";

int account_refused(struct call *c, const char *why)
{
    return call_fail(c, ERR_ACCESS_DENIED, "User: %s is not authorized to perform: account:%s%s",
                     c->principal->arn, c->op->name, why);
}

static int check_trusted(struct call *c, const char *organization)
{
    struct trusted_service_row row;
    int code =
        q_trusted_service_get(c->tx, &(struct q_trusted_service_get){organization, service}, &row);
    return code == ERR_NOT_FOUND
               ? account_refused(c, " (Your organization must first enable trusted access with AWS "
                                    "Account Management.)")
               : code;
}

/* AWS undocumented: that those who are in no organization, and those who name an account of another
   one, are told what members are; and which of several reasons is told. */
int account_target(struct call *c, const char *account_id, const char **ret)
{
    const struct membership *own, *other;
    *ret = account_id ? account_id : c->account;
    if (!account_id)
        return OK;
    TRY(membership_of(c, c->account, &own));
    if (!own->organization || (!own->is_management && !membership_delegates(own, service))) {
        c->reason = "An AccountId is for the management account of an organization and its "
                    "delegated administrator for account.amazonaws.com.";
        return account_refused(c, "");
    }
    if (strcmp(account_id, own->management) == 0)
        return account_refused(c, " (The management account can only be managed using the "
                                  "standalone context from the management account.)");
    TRY(check_trusted(c, own->organization));
    TRY(membership_of(c, account_id, &other));
    bool same = other->organization && strcmp(other->organization, own->organization) == 0;
    if (same)
        return OK;
    c->reason = "The account is no member of the caller's organization.";
    return account_refused(c, "");
}
