/* SPDX-License-Identifier: Apache-2.0 */
#include "access/account.h"

#include "access/linked.h"
#include "err.h"
#include "model/ids.h"
#include "queries.h"

static int insert_account(struct tx *tx, const struct account_spec *spec, int64_t now)
{
    bool is_free;
    const char *email = spec->email ? spec->email : account_email(tx->arena, spec->id);
    TRY(account_email_free(tx, email, spec->id, &is_free));
    if (!is_free && !spec->email_if_free)
        return ERR_ENTITY_ALREADY_EXISTS;
    if (!is_free)
        email = account_email(tx->arena, spec->id);
    TRY(q_account_insert(tx,
                         &(struct q_account_insert){
                             .id = spec->id,
                             .name = spec->name ? spec->name : account_name(tx->arena, spec->id),
                             .email = email,
                             .email_key = str_fold(tx->arena, str_of(email)),
                             .created = now}));
    return tx->changes == 0 ? ERR_ENTITY_ALREADY_EXISTS : OK;
}

int account_insert(struct tx *tx, const struct account_spec *spec, int64_t now)
{
    TRY(insert_account(tx, spec, now));
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
    struct str rest = domain, label = str_cut(&rest, '.');
    return local.n && label.n && rest.n && email.n <= 64 && !memchr(domain.p, '@', domain.n);
}

/* What account_email makes for another account than ID. KEY is folded. */
static bool is_kept_for_another(struct str key, const char *id)
{
    struct str domain = key, local = str_cut(&domain, '@');
    struct str account = str_cut(&domain, '.');
    return str_is(local, "root") && account_id_ok(account) && str_is(domain, "example") &&
           !str_is(account, id);
}

int account_email_free(struct tx *tx, const char *email, const char *id, bool *ret)
{
    struct count_row others;
    const char *key = str_fold(tx->arena, str_of(email));
    TRY(q_account_email_count(tx, &(struct q_account_email_count){key, id}, &others));
    *ret = others.n == 0 && !is_kept_for_another(str_of(key), id);
    return OK;
}

const char *account_email(struct arena *a, const char *id)
{
    return arena_printf(a, "root@%s.example", id);
}

const char *account_name(struct arena *a, const char *id)
{
    return arena_printf(a, "Account %s", id);
}

void account_new_key(struct sandbox *sandbox, struct arena *a, struct account_spec *spec)
{
    char *id = arena_alloc(a, ACCESS_KEY_SIZE), *secret = arena_alloc(a, SECRET_SIZE);
    access_key_new(&sandbox->rand, "AKIA", spec->id, id);
    secret_new(&sandbox->rand, secret);
    spec->access_key_id = id;
    spec->secret = secret;
}
