/* SPDX-License-Identifier: Apache-2.0 */
#include "authn/password_policy.h"

#include "err.h"
#include "queries.h"

enum {
    DEFAULT_LENGTH = 8, /* and so many of the four kinds of characters: */
    DEFAULT_KINDS = 3,
    DAY = 24 * 60 * 60,
};

/* Of which kinds a password has characters. */
struct kinds {
    bool upper, lower, digit, symbol;
};

int password_rules_get(struct tx *tx, const char *account, struct password_rules *ret)
{
    struct account_row row;
    *ret = (struct password_rules){.custom = true};
    TRY(q_account_get(tx, &(struct q_account_get){.id = account}, &row));
    ret->email = row.email;
    ret->name = row.name;
    int code = q_password_policy_get(tx, &(struct q_password_policy_get){.account = account},
                                     &ret->policy);
    ret->custom = code == OK;
    return code == ERR_NOT_FOUND ? OK : code;
}

static struct kinds kinds_of(struct str password)
{
    struct kinds has = {.upper = false};
    for (size_t i = 0; i < password.n; i++) {
        char c = password.p[i];
        has.upper |= c >= 'A' && c <= 'Z';
        has.lower |= c >= 'a' && c <= 'z';
        has.digit |= ascii_is_digit(c);
        has.symbol |= c && strchr("!@#$%^&*()_+-=[]{}|'", c) != NULL;
    }
    return has;
}

/* AWS undocumented: that letter case makes no difference to address and name. */
static bool conforms_to_default(const struct password_rules *rules, struct str password)
{
    struct kinds has = kinds_of(password);
    return str_utf8_len(password) >= DEFAULT_LENGTH &&
           has.upper + has.lower + has.digit + has.symbol >= DEFAULT_KINDS &&
           !str_eq_fold(password, str_of(rules->email)) &&
           !str_eq_fold(password, str_of(rules->name));
}

bool password_conforms(const struct password_rules *rules, const char *text)
{
    struct str password = str_of(text);
    const struct iam_password_policy *policy = &rules->policy;
    if (!rules->custom)
        return conforms_to_default(rules, password);
    struct kinds has = kinds_of(password);
    return (int64_t)str_utf8_len(password) >= policy->minimum_password_length &&
           (has.upper || !policy->require_uppercase_characters) &&
           (has.lower || !policy->require_lowercase_characters) &&
           (has.digit || !policy->require_numbers) && (has.symbol || !policy->require_symbols);
}

int64_t password_reuse(const struct password_rules *rules)
{
    const struct iam_password_policy *policy = &rules->policy;
    return rules->custom && policy->has_password_reuse_prevention
               ? policy->password_reuse_prevention
               : 0;
}

int64_t password_end(const struct password_rules *rules, int64_t changed)
{
    const struct iam_password_policy *policy = &rules->policy;
    return rules->custom && policy->has_max_password_age ? changed + policy->max_password_age * DAY
                                                         : INT64_MAX;
}
