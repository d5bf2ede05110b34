/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/password.h"

#include <crypt.h>
#include <inttypes.h>
#include <nettle/sha2.h>

#include "access/console_session.h"
#include "authn/password_memory.h"
#include "base/mem.h"
#include "queries.h"

enum { SALT_BYTES = 16, HASH_DIGITS = 43 };

/* A text in the arena, or NULL. What is left of the password in between is wiped. */
static const char *hash_with(struct arena *a, const char *password, const char *setting)
{
    struct crypt_data *data = mem_alloc(sizeof *data);
    password_memory_begin();
    const char *hash = crypt_rn(password, setting, data, sizeof *data);
    password_memory_end();
    const char *kept = hash ? arena_strdup(a, hash) : NULL;
    explicit_bzero(data, sizeof *data);
    mem_free(data);
    return kept;
}

typedef char setting_text[CRYPT_GENSALT_OUTPUT_SIZE];

/* What comes before the salt tells the cost. */
static void make_setting(int64_t cost, const unsigned char salt[static SALT_BYTES],
                         setting_text ret)
{
    ENSURE(crypt_gensalt_rn("$y$", (unsigned long)cost, (const char *)salt, SALT_BYTES, ret,
                            sizeof(setting_text)));
}

/* 0: the hash is none of ours. */
static int64_t cost_of(const char *hash)
{
    static const unsigned char salt[SALT_BYTES];
    const struct setting_range *range = &setting_ranges[SETTING_PASSWORD_COST];
    setting_text setting;
    for (int64_t cost = range->least; cost <= range->most; cost++) {
        make_setting(cost, salt, setting);
        size_t n = (size_t)(strrchr(setting, '$') - setting) + 1;
        if (strncmp(hash, setting, n) == 0)
            return cost;
    }
    return 0;
}

static void new_setting(struct rand *rand, int64_t cost, setting_text ret)
{
    unsigned char salt[SALT_BYTES];
    rand_bytes(rand, salt, sizeof salt);
    make_setting(cost, salt, ret);
}

static int hash_anew(struct rand *rand, struct arena *a, const char *password, int64_t cost,
                     const char **ret)
{
    setting_text setting;
    new_setting(rand, cost, setting);
    *ret = hash_with(a, password, setting);
    return *ret ? OK : ERR_SERVICE_UNAVAILABLE;
}

static int64_t cost_now(struct sandbox *sandbox)
{
    return atomic_load(&sandbox->settings[SETTING_PASSWORD_COST]);
}

const char *password_of_nobody(struct sandbox *sandbox, struct arena *a)
{
    static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    setting_text setting;
    unsigned char chance[HASH_DIGITS];
    char hash[HASH_DIGITS + 1] = "";
    new_setting(&sandbox->rand, cost_now(sandbox), setting);
    rand_bytes(&sandbox->rand, chance, sizeof chance);
    for (size_t i = 0; i < sizeof chance; i++)
        hash[i] = digits[chance[i] % 64];
    return arena_printf(a, "%s$%s", setting, hash);
}

int password_hash(struct sandbox *sandbox, struct arena *a, const char *password, const char **ret)
{
    return hash_anew(&sandbox->rand, a, password, cost_now(sandbox), ret);
}

const char *password_mark(struct arena *a, const struct password_row *row)
{
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    struct buf mark = buf_new(a, 96);
    sha256_init(&sha);
    sha256_update(&sha, strlen(row->hash), (const uint8_t *)row->hash);
    sha256_digest(&sha, sizeof digest, digest);
    buf_add_int(&mark, row->changed);
    buf_add_char(&mark, ' ');
    buf_base64(&mark, digest, sizeof digest);
    return buf_text(&mark);
}

/* Each cost takes twice as long as the one below it: a hash of FROM and one of each cost from there
   on take together as long as one of TO. */
static int catch_up(struct arena *a, const char *password, int64_t from, int64_t to)
{
    static const unsigned char salt[SALT_BYTES];
    setting_text setting;
    for (int64_t cost = from; cost > 0 && cost < to; cost++) {
        make_setting(cost, salt, setting);
        if (!hash_with(a, password, setting))
            return ERR_SERVICE_UNAVAILABLE;
    }
    return OK;
}

int password_is(struct sandbox *sandbox, struct arena *a, const struct password_question *question,
                bool *ret)
{
    const char *made, *password = question->password, *hash = question->hash;
    bool too_long = strlen(password) >= CRYPT_MAX_PASSPHRASE_SIZE;
    *ret = false;
    if (!hash || !*hash || too_long) {
        int64_t cost = question->cost ? question->cost : cost_now(sandbox);
        const char *given = hash && !*hash ? sandbox->root_password : NULL;
        TRY(hash_anew(&sandbox->rand, a, too_long ? "" : password, cost, &made));
        *ret = given && secret_equal(str_of(password), str_of(given));
        return OK;
    }
    made = hash_with(a, password, hash);
    if (!made)
        return ERR_SERVICE_UNAVAILABLE;
    *ret = secret_equal(str_of(made), str_of(hash));
    return catch_up(a, password, cost_of(hash), question->cost);
}

/* Of the sandbox. */
static const char cost_setting[] = "password-cost";

int password_cost(struct tx *tx, int64_t *ret)
{
    struct setting_row row;
    *ret = 0;
    int code = q_setting_get(tx, &(struct q_setting_get){cost_setting}, &row);
    if (code == OK && !str_to_int64(str_of(row.value), ret))
        *ret = 0;
    return code == ERR_NOT_FOUND ? OK : code;
}

static int note_cost(struct tx *tx, const char *hash)
{
    int64_t most, cost = cost_of(hash);
    TRY(password_cost(tx, &most));
    if (cost <= most)
        return OK;
    const char *text = arena_printf(tx->arena, "%" PRId64, cost);
    return q_setting_set(tx, &(struct q_setting_set){cost_setting, text});
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
    if (code == OK)
        code = note_cost(&tx, hash);
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
    int code = hash_anew(&rand, a, sandbox->root_password, cost_now(sandbox), &hash);
    rand_done(&rand);
    return code < 0 ? code : settle(sandbox, a, hash);
}

int password_add(struct tx *tx, const struct password_new *p, bool *ret)
{
    TRY(q_password_insert(
        tx, &(struct q_password_insert){p->owner, p->account, p->hash, p->now, p->reset_required}));
    *ret = tx->changes != 0;
    return note_cost(tx, p->hash);
}

/* Whoever is signed in with the one before is not any more, even if that is of the same second. */
int password_replace(struct tx *tx, const struct password_new *p)
{
    TRY(console_end_all(tx, p->owner));
    TRY(note_cost(tx, p->hash));
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
    TRY(console_end_all(tx, owner));
    return q_password_forget_all(tx, &(struct q_password_forget_all){owner});
}
