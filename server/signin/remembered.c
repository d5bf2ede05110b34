/* SPDX-License-Identifier: Apache-2.0 */
#include "server/signin/remembered.h"

#include "server/page/answer.h"

enum { PART_MAX = 64, YEAR = 365 * 24 * 3600 };

static const char *cookie_name(const struct call *c)
{
    return arena_printf(c->arena, "iam-local-%s-user", c->sandbox->name);
}

static const char *decoded(const struct call *c, struct str part)
{
    struct buf b = buf_new(c->arena, part.n + 1);
    bool good = part.n && part.n <= 3 * PART_MAX && buf_pct_decode(&b, part, false);
    return good && !memchr(b.p, '\0', b.n) ? buf_text(&b) : NULL;
}

struct remembered remembered_read(const struct call *c)
{
    struct str rest = request_header(c->rq, "cookie");
    const char *name = cookie_name(c);
    while (rest.n) {
        struct str value = str_cut(&rest, ';'), key = str_trim(str_cut(&value, '='));
        if (!str_is(key, name))
            continue;
        const char *account = decoded(c, str_cut(&value, '/'));
        const char *user = decoded(c, str_trim(value));
        if (account && user)
            return (struct remembered){account, user};
    }
    return (struct remembered){NULL, NULL};
}

static void set(struct call *c, const char *value, int seconds)
{
    struct str path = c->rq->prefix.n ? c->rq->prefix : STR("/");
    page_add_header(c, "set-cookie",
                    arena_printf(c->arena, "%s=%s; Path=%.*s; Max-Age=%d; HttpOnly; SameSite=Lax",
                                 cookie_name(c), value, STR_FMT(path), seconds));
}

/* Names that no account or user can have are not worth it. */
void remembered_write(struct call *c, const char *account, const char *user)
{
    struct buf value = buf_new(c->arena, 128);
    if (strlen(account) > PART_MAX || strlen(user) > PART_MAX)
        return;
    buf_pct_encode(&value, str_of(account), "");
    buf_add_char(&value, '/');
    buf_pct_encode(&value, str_of(user), "");
    set(c, buf_text(&value), YEAR);
}

void remembered_forget(struct call *c)
{
    if (remembered_read(c).account)
        set(c, "", 0);
}
