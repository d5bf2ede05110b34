/* SPDX-License-Identifier: Apache-2.0 */
#include "access/console_session.h"

#include <nettle/base64.h>
#include <nettle/hmac.h>

#include "access/account_state.h"
#include "model/ids.h"
#include "queries.h"

enum {
    COOKIE_BYTES = 32,
    COOKIE_TEXT = 43, /* of these */
    KEPT = 64,        /* of one owner */
    CLEANED = 16,     /* of those that have ended, at each beginning */
};

static char *base64url(struct arena *a, const unsigned char *bytes, size_t n)
{
    char *text = arena_alloc(a, BASE64_ENCODE_RAW_LENGTH(n) + 1);
    struct base64_encode_ctx ctx;
    base64url_encode_init(&ctx);
    size_t size = base64_encode_update(&ctx, text, n, bytes);
    size += base64_encode_final(&ctx, text + size);
    while (size && text[size - 1] == '=')
        size--;
    text[size] = '\0';
    return text;
}

char *console_cookie_new(struct call *c)
{
    unsigned char bytes[COOKIE_BYTES];
    rand_bytes(&c->sandbox->rand, bytes, sizeof bytes);
    return base64url(c->arena, bytes, sizeof bytes);
}

bool console_cookie_ok(struct str cookie)
{
    for (size_t i = 0; i < cookie.n; i++) {
        char x = cookie.p[i];
        if (!ascii_is_digit(x) && !(ascii_lower(x) >= 'a' && ascii_lower(x) <= 'z') && x != '-' &&
            x != '_')
            return false;
    }
    return cookie.n == COOKIE_TEXT;
}

static const char *digest_of(struct arena *a, struct str cookie)
{
    unsigned char digest[SHA256_DIGEST_SIZE];
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, cookie.n, (const uint8_t *)cookie.p);
    sha256_digest(&ctx, sizeof digest, digest);
    return base64url(a, digest, sizeof digest);
}

char *console_csrf(const struct call *c, struct str cookie)
{
    static const char purpose[] = "form ";
    unsigned char digest[SHA256_DIGEST_SIZE];
    struct hmac_sha256_ctx ctx;
    hmac_sha256_set_key(&ctx, sizeof c->sandbox->session_key, c->sandbox->session_key);
    hmac_sha256_update(&ctx, sizeof purpose - 1, (const uint8_t *)purpose);
    hmac_sha256_update(&ctx, cookie.n, (const uint8_t *)cookie.p);
    hmac_sha256_digest(&ctx, sizeof digest, digest);
    return base64url(c->arena, digest, sizeof digest);
}

/* The oldest ones beyond those that are kept. */
static int trim(struct call *c, const char *owner)
{
    struct console_session_place oldest;
    int code =
        q_console_session_nth(c->tx, &(struct q_console_session_nth){owner, KEPT - 1}, &oldest);
    if (code < 0)
        return code == ERR_NOT_FOUND ? OK : code;
    return q_console_session_delete_oldest(
        c->tx, &(struct q_console_session_delete_oldest){owner, oldest.created, oldest.id});
}

int console_issue(struct call *c, struct session *who, char **token)
{
    char *key_id = arena_alloc(c->arena, ACCESS_KEY_SIZE);
    char *secret = arena_alloc(c->arena, SECRET_SIZE);
    struct account_state account;
    int64_t end = c->now + CONSOLE_SECONDS;
    TRY(account_state_get(c->tx, who->account, &account));
    access_key_new(&c->sandbox->rand, "ASIA", who->account, key_id);
    secret_new(&c->sandbox->rand, secret);
    who->key_id = key_id;
    who->secret = secret;
    who->issued = who->issued ? who->issued : c->now; /* what is revoked stays so */
    who->expires = who->expires && who->expires < end ? who->expires : end;
    who->reopened = account.reopened;
    who->console = true;
    *token = session_seal(c->arena, c->sandbox->session_key, who);
    return *token
               ? OK
               : call_fail(c, ERR_PACKED_POLICY_TOO_LARGE,
                           "Packed size of session policy consumes more than the allotted space.");
}

int console_session_begin(struct call *c, struct session *who, int64_t password_changed,
                          const char *roles, const char **cookie)
{
    char *token;
    *cookie = console_cookie_new(c);
    TRY(q_console_session_delete_over(c->tx,
                                      &(struct q_console_session_delete_over){c->now, CLEANED}));
    TRY(trim(c, who->owner));
    TRY(console_issue(c, who, &token));
    return q_console_session_insert(
        c->tx, &(struct q_console_session_insert){.id = digest_of(c->arena, str_of(*cookie)),
                                                  .owner = who->owner,
                                                  .key_id = who->key_id,
                                                  .token = token,
                                                  .password_changed = password_changed,
                                                  .roles = roles,
                                                  .created = c->now,
                                                  .expires = who->expires});
}

int console_session_end(struct call *c, struct str cookie)
{
    return q_console_session_delete(
        c->tx, &(struct q_console_session_delete){digest_of(c->arena, cookie)});
}

int console_end_all(struct tx *tx, const char *owner)
{
    TRY(q_console_session_delete_all(tx, &(struct q_console_session_delete_all){owner}));
    return q_oauth_grant_end_all(tx,
                                 &(struct q_oauth_grant_end_all){owner, OAUTH_CREDENTIALS_CHANGED});
}

/* Whether the password is still the one that it began with. */
static int check_password(struct call *c, const struct console_session_row *row)
{
    struct password_row password;
    if (row->password_changed == 0)
        return OK;
    TRY(q_password_get(c->tx, &(struct q_password_get){row->owner}, &password));
    return password.changed == row->password_changed ? OK : ERR_NOT_FOUND;
}

static int look(struct call *c, const char *id, struct console_session_row *row)
{
    struct tx tx;
    TRY(call_begin_look(c, &tx));
    int code = q_console_session_get(c->tx, &(struct q_console_session_get){id}, row);
    if (code == OK)
        code = row->expires > c->now ? check_password(c, row) : ERR_NOT_FOUND;
    return call_end_look(c, code);
}

int console_session_find(struct call *c, struct str cookie, struct console_session *ret)
{
    struct console_session_row row;
    if (!console_cookie_ok(cookie))
        return ERR_NOT_FOUND;
    TRY(look(c, digest_of(c->arena, cookie), &row));
    *ret = (struct console_session){.id = row.id,
                                    .owner = row.owner,
                                    .key_id = row.key_id,
                                    .token = row.token,
                                    .base_key_id = row.base_key_id,
                                    .base_token = row.base_token,
                                    .password_changed = row.password_changed,
                                    .by_operator = row.by_operator,
                                    .roles = row.roles,
                                    .created = row.created,
                                    .expires = row.expires};
    return OK;
}
