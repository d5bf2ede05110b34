/* SPDX-License-Identifier: Apache-2.0 */
#include "access/console_session.h"
#include "console_api.h"
#include "queries.h"
#include "record/records.h"
#include "server/page/show.h"
#include "server/page/visit.h"

int console_post_sign_out(struct call *c, UNUSED const struct console_post_sign_out_in *in)
{
    TRY(q_console_session_delete(c->tx, &(struct q_console_session_delete){c->signed_in->id}));
    records_dismiss(c->sandbox->records, str_of(c->signed_in->owner));
    visit_end(c);
    return page_go(c, "/signin");
}

/* Many may have signed in as one role, each in a session of its own: there this one ends. */
int console_post_sign_out_everywhere(struct call *c,
                                     UNUSED const struct console_post_sign_out_everywhere_in *in)
{
    if (c->signed_in->password_changed)
        TRY(console_end_all(c->tx, c->signed_in->owner));
    return console_post_sign_out(c, NULL);
}
