/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/password.h"

#include <crypt.h>

#include "base/mem.h"
#include "queries.h"

enum { SALT_BYTES = 16, HASH_DIGITS = 43 };

/* A text in the arena, or NULL. What is left of the password in between is wiped. */
static const char *hash_with(struct arena *a, const char *password, const char *setting)
{
    struct crypt_data *data = mem_alloc(sizeof *data);
    const char *hash = crypt_rn(password, setting, data, sizeof *data);
    const char *kept = hash ? arena_strdup(a, hash) : NULL;
    explicit_bzero(data, sizeof *data);
    mem_free(data);
    return kept;
}

typedef char setting_text[CRYPT_GENSALT_OUTPUT_SIZE];

static void new_setting(struct sandbox *sandbox, struct rand *rand, setting_text ret)
{
    unsigned char salt[SALT_BYTES];
    int64_t cost = atomic_load(&sandbox->settings[SETTING_PASSWORD_COST]);
    rand_bytes(rand, salt, sizeof salt);
    ENSURE(crypt_gensalt_rn("$y$", (unsigned long)cost, (const char *)salt, sizeof salt, ret,
                            sizeof(setting_text)));
}

static int hash_anew(struct sandbox *sandbox, struct rand *rand, struct arena *a,
                     const char *password, const char **ret)
{
    setting_text setting;
    new_setting(sandbox, rand, setting);
    *ret = hash_with(a, password, setting);
    return *ret ? OK : ERR_SERVICE_UNAVAILABLE;
}

int password_hash(struct sandbox *sandbox, struct arena *a, const char *password, const char **ret)
{
    return hash_anew(sandbox, &sandbox->rand, a, password, ret);
}

const char *password_of_nobody(struct sandbox *sandbox, struct arena *a)
{
    static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    setting_text setting;
    unsigned char chance[HASH_DIGITS];
    char hash[HASH_DIGITS + 1] = "";
    new_setting(sandbox, &sandbox->rand, setting);
    rand_bytes(&sandbox->rand, chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        hash[i] = digits[chance[i] % 64];
    return arena_printf(a, "%s$%s", setting, hash);
}

int password_is(struct sandbox *sandbox, struct arena *a, const char *password, const char *hash,
                bool *ret)
{
    const char *made;
    bool too_long = strlen(password) >= CRYPT_MAX_PASSPHRASE_SIZE;
    *ret = false;
    if (!hash || !*hash || too_long) {
        const char *given = hash && !*hash ? sandbox->root_password : NULL;
        TRY(password_hash(sandbox, a, too_long ? "" : password, &made));
        *ret = given && secret_equal(str_of(password), str_of(given));
        return OK;
    }
    made = hash_with(a, password, hash);
    if (!made)
        return ERR_SERVICE_UNAVAILABLE;
    *ret = secret_equal(str_of(made), str_of(hash));
    return OK;
}

static int has_to_settle(struct sandbox *sandbox, struct arena *a, bool *ret)
{
    struct tx tx;
    struct password_row row;
    TRY(store_begin(sandbox->store, false, a, &tx));
    int code = q_password_get(&tx, &(struct q_password_get){sandbox->default_account}, &row);
    int end = store_end(&tx, true);
    *ret = code == OK && !*row.hash;
    return code < 0 && code != ERR_NOT_FOUND ? code : end;
}

static int settle(struct sandbox *sandbox, struct arena *a, const char *hash)
{
    struct tx tx;
    TRY(store_begin(sandbox->store, true, a, &tx));
    int code = q_password_settle(&tx, &(struct q_password_settle){sandbox->default_account, hash});
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* The salt is not one of the sandbox's random numbers, whose order may matter to others. */
int password_settle(struct sandbox *sandbox, struct arena *a)
{
    struct rand rand;
    const char *hash;
    bool wanted = sandbox->kept && sandbox->root_password;
    if (wanted)
        TRY(has_to_settle(sandbox, a, &wanted));
    if (!wanted)
        return OK;
    rand_init(&rand);
    int code = hash_anew(sandbox, &rand, a, sandbox->root_password, &hash);
    rand_done(&rand);
    return code < 0 ? code : settle(sandbox, a, hash);
}

int password_add(struct tx *tx, const struct password_new *p, bool *ret)
{
    TRY(q_password_insert(
        tx, &(struct q_password_insert){p->owner, p->account, p->hash, p->now, p->reset_required}));
    *ret = tx->changes != 0;
    return OK;
}

int password_replace(struct tx *tx, const struct password_new *p)
{
    TRY(q_password_remember(tx, &(struct q_password_remember){p->owner}));
    TRY(q_password_forget(tx, &(struct q_password_forget){p->owner, PASSWORDS_KEPT - 1}));
    TRY(q_password_change(tx, &(struct q_password_change){p->owner, p->hash, p->now}));
    return q_password_set_reset(tx, &(struct q_password_set_reset){p->owner, p->reset_required});
}

int password_put(struct tx *tx, const struct password_new *p)
{
    bool added;
    TRY(password_add(tx, p, &added));
    return added ? OK : password_replace(tx, p);
}

int password_drop(struct tx *tx, const char *owner, bool *ret)
{
    TRY(q_password_delete(tx, &(struct q_password_delete){owner}));
    *ret = tx->changes != 0;
    return q_password_forget_all(tx, &(struct q_password_forget_all){owner});
}
