/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account.h"

#include "access/linked.h"
#include "err.h"
#include "model/ids.h"
#include "queries.h"

int account_insert(struct tx *tx, const struct account_spec *spec, int64_t now)
{
    TRY(q_account_insert(tx, &(struct q_account_insert){spec->id, spec->email, now}));
    if (tx->changes == 0)
        return ERR_ENTITY_ALREADY_EXISTS;
    TRY(linked_give(tx, spec->id, now));
    if (!spec->access_key_id)
        return OK;
    TRY(q_key_insert(tx, &(struct q_key_insert){.id = spec->access_key_id,
                                                .account = spec->id,
                                                .owner = spec->id,
                                                .secret = spec->secret,
                                                .created = now}));
    return tx->changes == 0 ? ERR_ENTITY_ALREADY_EXISTS : OK;
}

int account_create(struct sandbox *sandbox, struct arena *a, const struct account_spec *spec)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = account_insert(&tx, spec, clock_now(&sandbox->clock));
    int end = store_end(&tx, code == OK);
    return end < 0 ? end : code;
}

bool account_email_ok(struct str email)
{
    struct str domain = email, local = str_cut(&domain, '@');
    for (size_t i = 0; i < email.n; i++) {
        if (email.p[i] <= ' ' || email.p[i] > '~')
            return false;
    }
    return local.n && domain.n && email.n <= 64 && !memchr(domain.p, '@', domain.n);
}

const char *account_email(struct arena *a, const char *id)
{
    return arena_printf(a, "root@%s.example", id);
}

void account_new_key(struct sandbox *sandbox, struct arena *a, struct account_spec *spec)
{
    char *id = arena_alloc(a, ACCESS_KEY_SIZE), *secret = arena_alloc(a, SECRET_SIZE);
    access_key_new(&sandbox->rand, "AKIA", spec->id, id);
    secret_new(&sandbox->rand, secret);
    spec->access_key_id = id;
    spec->secret = secret;
}
