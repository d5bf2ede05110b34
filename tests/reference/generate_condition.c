/* SPDX-License-Identifier: Apache-2.0 */
/* Contexts, and the conditions that ask about them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "world.h"

enum family {
    STRING,
    ARN,
    NUMBER,
    DATE,
    TRUTH,
    BYTES,
    ADDRESS,
    NOTHING,
};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const *const operators[] = {
    [STRING] = WORDS("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
                     "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "StringLike"),
    [ARN] = WORDS("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
    [NUMBER] = WORDS("NumericEquals", "NumericNotEquals", "NumericLessThan",
                     "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"),
    [DATE] = WORDS("DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
                   "DateGreaterThan", "DateGreaterThanEquals"),
    [TRUTH] = WORDS("Bool"),
    [BYTES] = WORDS("BinaryEquals"),
    [ADDRESS] = WORDS("IpAddress", "NotIpAddress"),
    [NOTHING] = WORDS("Null"),
};

/* Values that may stand in any policy, because they can be read. */
static const char *const *const readable[] = {
    [STRING] = WORDS("alice", "a*", "${aws:username}", "*", ""),
    [ARN] = WORDS("arn:aws:sns:*:*:*", "arn:aws:*:*:*:*", "*"),
    [NUMBER] = WORDS("10", "0", "-1.5", "9.990"),
    [DATE] = WORDS("2020-05-01T12:00:00Z", "1588334400", "2021-01-01"),
    [TRUTH] = WORDS("true", "false"),
    [BYTES] = WORDS("QUJD", "QUI="),
    [ADDRESS] = WORDS("203.0.113.0/24", "::/0", "0.0.0.0/0"),
    [NOTHING] = WORDS("true", "false"),
};

/* A key, what requests have for it, and what policies ask for. */
struct key {
    const char *name;
    enum family family;
    bool list;
    const char *const *values;
    const char *const *wanted;
};

static const struct key keys[] = {
    {"aws:username", STRING, false, WORDS("alice", "bob", "Alice", "alice", "x", ""),
     WORDS("alice", "bob", "ALICE", "al*", "a?ice", "*", "${aws:PrincipalTag/team}",
           "${aws:PrincipalTag/none, 'alice'}", "${aws:UserName}", "${?}lice")},
    {"aws:PrincipalTag/team", STRING, false, WORDS("red", "blue", "alice", "r*"),
     WORDS("red", "r?d", "r*", "${aws:username}", "r${*}", "Blue", "${aws:PrincipalTag/none}",
           "${aws:PrincipalTag/none, 'blue'}", "${$}{x}")},
    {"s3:prefix", STRING, false, WORDS("home/alice/x", "home/bob/", "", "a*", "${x}"),
     WORDS("home/${aws:username}/*", "home/*", "a${*}", "*", "", "home/bob/", "HOME/BOB/",
           "home/${aws:username, 'bob'}/", "${$}{x}", "${x", "${x}", "home/?*/x")},
    {"aws:RequestedRegion", STRING, false, WORDS("eu-west-1", "us-east-1"),
     WORDS("eu-*", "eu-west-1", "us-east-?", "EU-WEST-1")},
    {"aws:TagKeys", STRING, true, WORDS("a", "b", "c", "", "alice"),
     WORDS("a", "b", "c", "*", "A", "", "?", "${aws:username}")},
    {"app:list", STRING, true, WORDS("a", "b", "c", ""), WORDS("a", "b", "c", "*", "A", "")},
    {"aws:CalledVia", STRING, true, WORDS("athena.amazonaws.com", "sns.amazonaws.com"),
     WORDS("athena.amazonaws.com", "*.amazonaws.com", "sns.amazonaws.com")},
    {"aws:SourceArn", ARN, false,
     WORDS("arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:s3:::alice", "topic",
           "arn:aws:sqs:eu-west-1:444455556666:q:a/b"),
     WORDS("arn:aws:sns:*:*:topic", "arn:aws:s3:::*", "arn:aws:s3:::${aws:username}",
           "arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:*", "arn:*:*:*:*:*",
           "arn:aws:sqs:*:444455556666:q*b", "arn:aws:sns:eu-west-?:111122223333:TOPIC",
           "arn:aws:sns:*:topic", "*")},
    {"aws:PrincipalArn", ARN, false,
     WORDS("arn:aws:iam::111122223333:role/ops/dev", "arn:aws:iam::111122223333:user/alice",
           "arn:aws:iam::444455556666:role/dev"),
     WORDS("arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/${aws:username}",
           "arn:aws:iam::${aws:PrincipalAccount}:*", "arn:aws:iam::4444*:role/de?")},
    {"aws:PrincipalAccount", STRING, false, WORDS("111122223333", "444455556666"),
     WORDS("111122223333", "4444*")},
    {"s3:max-keys", NUMBER, false, WORDS("10", "10.0", "9.99", "11", "-1.5", "ten", ""),
     WORDS("10", "9.990", "-1.5", "0", "11", "-20")},
    {"aws:CurrentTime", DATE, false,
     WORDS("2020-05-01T12:00:00Z", "2020-05-01T14:00:00+02:00", "1588334400", "2020-05-01",
           "yesterday", "2020-05-01T12:00:00.5Z"),
     WORDS("2020-05-01T12:00:00Z", "1588334400", "2020-05-01", "2021-01-01T00:00:00Z",
           "1588334400.5", "2020-05-01T10:00:00-02:00")},
    {"aws:TokenIssueTime", DATE, false, WORDS("1999-12-31T23:59:59Z", "2020-02-29", "0"),
     WORDS("2000-01-01", "946684799", "2020-02-29T00:00:00Z", "1970-01-01")},
    {"aws:SecureTransport", TRUTH, false, WORDS("true", "false", "TRUE", "asdf", "true"),
     WORDS("true", "false", "True", "${app:flag}")},
    {"aws:MultiFactorAuthPresent", TRUTH, false, WORDS("true", "false"), WORDS("true", "false")},
    {"app:flag", TRUTH, false, WORDS("true", "false"), WORDS("true", "false")},
    {"app:blob", BYTES, false, WORDS("QUJD", "QUI=", "QUJ=", "QUJ", ""),
     WORDS("QUJD", "QUI=", "QUJ=")},
    {"aws:SourceIp", ADDRESS, false,
     WORDS("203.0.113.7", "10.0.0.1", "10.8.0.0", "2001:db8::1", "x.amazonaws.com"),
     WORDS("203.0.113.0/24", "10.0.0.0/13", "0.0.0.0/0", "2001:db8::/32", "::/0", "203.0.113.7",
           "2001:DB8:0::1", "203.0.113.99/25")},
};

#define KEYS (sizeof(keys) / sizeof(*keys))

/* Small integers and truth values sometimes stand there as such. */
static json_t *value_of(struct world *w, const char *word)
{
    bool bare = dice_chance(&w->dice, 25);
    if (bare && !strcmp(word, "10"))
        return json_integer(10);
    if (bare && (!strcmp(word, "true") || !strcmp(word, "false")))
        return json_boolean(!strcmp(word, "true"));
    return json_string(word);
}

static json_t *context_values(struct world *w, const struct key *key)
{
    /* Several values make a list of any key, but who a session belongs to is one role. */
    bool several = strcmp(key->name, "aws:PrincipalArn") != 0 && dice_chance(&w->dice, 3);
    size_t n = key->list ? dice_roll(&w->dice, 4) : several ? 2 : 1;
    if (n == 1 && !key->list && dice_chance(&w->dice, 60))
        return value_of(w, dice_word(&w->dice, key->values));
    json_t *values = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(values, value_of(w, dice_word(&w->dice, key->values)));
    return values;
}

/* Upper case, now and then: the names of keys and operators ignore case. */
static void maybe_shout(struct world *w, char *name, unsigned percent)
{
    if (dice_chance(&w->dice, percent))
        for (; *name; name++)
            *name = (char)toupper((unsigned char)*name);
}

json_t *gen_context(struct world *w)
{
    json_t *context = json_object();
    for (size_t i = 0; i < KEYS; i++) {
        char name[64];
        if (!dice_chance(&w->dice, 55))
            continue;
        snprintf(name, sizeof(name), "%s", keys[i].name);
        maybe_shout(w, name, 5);
        json_object_set_new(context, name, context_values(w, &keys[i]));
    }
    return context;
}

static bool is_variable(const char *word)
{
    return strstr(word, "${") != NULL;
}

/* A truth value has to be one: variables stand there only where they are variables. */
static const char *wanted_word(struct world *w, struct gen_aim aim, enum family family,
                               const char *const *words)
{
    const char *word = dice_word(&w->dice, words);
    return family == TRUTH && is_variable(word) && !aim.variables ? "true" : word;
}

static json_t *wanted_values(struct world *w, struct gen_aim aim, enum family family,
                             const char *const *words)
{
    json_t *values = json_array();
    /* An empty list is allowed; where nothing can be read either, nobody says what it means. */
    size_t n = family == STRING && dice_chance(&w->dice, 2) ? 0 : 1 + dice_roll(&w->dice, 3);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(values, value_of(w, wanted_word(w, aim, family, words)));
    return n == 1 ? gen_maybe_list(w, values) : values;
}

/* Mostly the family of the key, sometimes another one. */
static enum family family_for(struct world *w, const struct key *key)
{
    size_t roll = dice_roll(&w->dice, 100);
    if (roll < 80)
        return key->family;
    if (roll < 90)
        return NOTHING;
    return roll < 95 ? STRING : (enum family)dice_roll(&w->dice, NOTHING + 1);
}

static void operator_name(struct world *w, const struct key *key, enum family family, char ret[64])
{
    unsigned set_percent = key->list ? 80 : 10;
    const char *set = !dice_chance(&w->dice, set_percent) ? ""
                      : dice_chance(&w->dice, 50)         ? "ForAllValues:"
                                                          : "ForAnyValue:";
    bool if_exists = family != NOTHING && dice_chance(&w->dice, 20);
    snprintf(ret, 64, "%s%s%s", set, dice_word(&w->dice, operators[family]),
             if_exists ? "IfExists" : "");
    maybe_shout(w, ret, 4);
}

static bool has_name(json_t *object, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) if (!strcasecmp(key, name)) return true;
    return false;
}

/* Adds one question; it is left out where its operator or key would stand there twice. */
static void add_question(struct world *w, struct gen_aim aim, json_t *condition)
{
    const struct key *key = &keys[dice_roll(&w->dice, KEYS)];
    enum family family = family_for(w, key);
    char op[64], name[64];
    operator_name(w, key, family, op);
    snprintf(name, sizeof(name), "%s", key->name);
    maybe_shout(w, name, 8);
    json_t *values =
        wanted_values(w, aim, family, family == key->family ? key->wanted : readable[family]);
    json_t *block = json_object_get(condition, op);
    if (block && !has_name(block, name))
        json_object_set(block, name, values);
    else if (!has_name(condition, op))
        json_object_set_new(condition, op, json_pack("{s:O}", name, values));
    json_decref(values);
}

json_t *gen_condition(struct world *w, struct gen_aim aim)
{
    json_t *condition = json_object();
    size_t n = dice_chance(&w->dice, 70) ? 1 : 2 + dice_roll(&w->dice, 2);
    for (size_t i = 0; i < n; i++)
        add_question(w, aim, condition);
    return condition;
}
