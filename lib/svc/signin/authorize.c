/* SPDX-License-Identifier: Apache-2.0 */
#include "access/session.h"
#include "model/ids.h"
#include "signin_api.h"
#include "svc/signin/oauth.h"

/* AWS undocumented: how long a code is good. */
enum { CODE_SECONDS = 300 };

enum {
    KEPT = 64,    /* of one owner */
    CLEANED = 16, /* of those that have ended, with each new one */
};

/* The oldest ones beyond those that are kept. */
static int trim(struct call *c, const char *owner)
{
    struct oauth_grant_place oldest;
    int code = q_oauth_grant_nth(c->tx, &(struct q_oauth_grant_nth){owner, KEPT - 1}, &oldest);
    if (code < 0)
        return code == ERR_NOT_FOUND ? OK : code;
    return q_oauth_grant_delete_oldest(
        c->tx, &(struct q_oauth_grant_delete_oldest){owner, oldest.created, oldest.id});
}

/* Of those who signed in with one; 0: they came in another way. */
static int find_password(struct call *c, int64_t *ret)
{
    struct password_row row;
    const struct session *s = c->session;
    *ret = 0;
    if (s->kind != PRINCIPAL_USER && s->kind != PRINCIPAL_ROOT)
        return OK;
    int code = q_password_get(c->tx, &(struct q_password_get){s->owner}, &row);
    if (code == OK)
        *ret = row.changed;
    return code == ERR_NOT_FOUND ? OK : code;
}

int signin_authorize_o_auth2_access(struct call *c,
                                    const struct signin_authorize_o_auth2_access_in *in,
                                    struct signin_authorize_o_auth2_access_out *out)
{
    char id[UUID_SIZE];
    int64_t password_changed, end = c->now + CODE_SECONDS;
    const struct session *s = c->session;
    ENSURE(s && c->signed_in);               /* only the page asks, for who is signed in */
    const char *owner = c->signed_in->owner; /* whatever role that has switched to */
    TRY(q_oauth_grant_delete_over(c->tx, &(struct q_oauth_grant_delete_over){c->now, CLEANED}));
    TRY(trim(c, owner));
    TRY(find_password(c, &password_changed));
    uuid_new(&c->sandbox->rand, id);
    out->code = oauth_code(c, id);
    return q_oauth_grant_insert(
        c->tx,
        &(struct q_oauth_grant_insert){.id = id,
                                       .owner = owner,
                                       .client = in->client_id,
                                       .redirect_uri = in->redirect_uri,
                                       .challenge = in->code_challenge,
                                       .token = session_seal(c->arena, c->sandbox->session_key, s),
                                       .password_changed = password_changed,
                                       .created = c->now,
                                       .expires = end < s->expires ? end : s->expires,
                                       .ends = s->expires});
}
