/* SPDX-License-Identifier: Apache-2.0 */
/* No account has contacts. */
#include "account_api.h"
#include "svc/account/standalone.h"

int account_get_contact_information(struct call *c,
                                    const struct account_get_contact_information_in *in,
                                    UNUSED struct account_get_contact_information_out *out)
{
    TRY(account_standalone(c, in->account_id));
    /* AWS undocumented: the sentence, since accounts of AWS have to tell it at their sign-up */
    return call_fail(c, ERR_RESOURCE_NOT_FOUND, "No contact information found.");
}

int account_get_alternate_contact(struct call *c, const struct account_get_alternate_contact_in *in,
                                  UNUSED struct account_get_alternate_contact_out *out)
{
    TRY(account_standalone(c, in->account_id));
    return call_fail(c, ERR_RESOURCE_NOT_FOUND,
                     "No contact of the inputted alternate contact type found.");
}
