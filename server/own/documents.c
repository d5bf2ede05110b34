/* SPDX-License-Identifier: Apache-2.0 */
#include "server/own/documents.h"

#include <jansson.h>

#include "model/arn.h"
#include "model/ids.h"

/* Documents have one thing where they might have a list. */
static size_t count(const json_t *value)
{
    return json_is_array(value) ? json_array_size(value) : value != NULL;
}

static json_t *item(json_t *value, size_t i)
{
    return json_is_array(value) ? json_array_get(value, i) : value;
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static bool is_allow(const json_t *statement)
{
    return strcmp(member(statement, "Effect"), "Allow") == 0;
}

static bool has_star(json_t *values)
{
    for (size_t i = 0; i < count(values); i++) {
        const char *text = json_string_value(item(values, i));
        if (text && (strcmp(text, "*") == 0 || strcmp(text, "*:*") == 0))
            return true;
    }
    return false;
}

bool document_allows_all(const char *document)
{
    if (!strchr(document, '*'))
        return false;
    bool found = false;
    json_t *json = json_loads(document, 0, NULL), *statements = json_object_get(json, "Statement");
    for (size_t i = 0; i < count(statements) && !found; i++) {
        const json_t *statement = item(statements, i);
        found = is_allow(statement) && has_star(json_object_get(statement, "Action")) &&
                has_star(json_object_get(statement, "Resource"));
    }
    json_decref(json);
    return found;
}

/* An account, an ARN, or the unique id of a user or role, which tells its account. */
static bool is_inside(const char *name, const char *account)
{
    struct arn arn;
    char of_id[ACCOUNT_SIZE];
    if (arn_parse(str_of(name), &arn))
        return str_is(arn.account, account);
    if (account_id_ok(str_of(name)))
        return strcmp(name, account) == 0;
    return strcmp(name, "*") != 0 &&
           (!id_account(str_of(name), of_id) || strcmp(of_id, account) == 0);
}

static enum document_trust trust_of(const json_t *statement, const char *account)
{
    json_t *principal = json_object_get(statement, "Principal");
    json_t *names = json_is_object(principal) ? json_object_get(principal, "AWS") : principal;
    enum document_trust trust = TRUST_INSIDE;
    bool conditions = json_object_size(json_object_get(statement, "Condition")) > 0;
    for (size_t i = 0; i < count(names) && is_allow(statement); i++) {
        const char *name = json_string_value(item(names, i));
        if (!name || is_inside(name, account))
            continue;
        if (strcmp(name, "*") == 0 && !conditions)
            return TRUST_EVERYBODY;
        trust = TRUST_OTHERS;
    }
    return trust;
}

enum document_trust document_trust(const char *document, const char *account)
{
    enum document_trust most = TRUST_INSIDE;
    json_t *json = json_loads(document, 0, NULL), *statements = json_object_get(json, "Statement");
    for (size_t i = 0; i < count(statements); i++) {
        enum document_trust trust = trust_of(item(statements, i), account);
        most = trust > most ? trust : most;
    }
    json_decref(json);
    return most;
}

static json_t *names_inside(json_t *names, const char *account)
{
    json_t *inside = json_array();
    for (size_t i = 0; i < count(names); i++) {
        const char *name = json_string_value(item(names, i));
        if (name && is_inside(name, account))
            json_array_append(inside, item(names, i));
    }
    return inside;
}

/* Whether anybody is left. */
static bool cut_principals(json_t *statement, const char *account)
{
    json_t *principal = json_object_get(statement, "Principal");
    if (!json_is_object(principal))
        return false;
    json_t *inside = names_inside(json_object_get(principal, "AWS"), account);
    if (json_array_size(inside) > 0)
        json_object_set(principal, "AWS", inside);
    else
        json_object_del(principal, "AWS");
    json_decref(inside);
    return json_object_size(principal) > 0;
}

static int add_text(const char *text, size_t n, void *buf)
{
    buf_add(buf, (struct str){text, n});
    return 0;
}

static json_t *statement_of_account(const char *account)
{
    return json_pack("{s:s, s:{s:s}, s:s}", "Effect", "Allow", "Principal", "AWS", account,
                     "Action", "sts:AssumeRole");
}

const char *document_trust_inside(struct arena *a, const char *document, const char *account)
{
    json_t *json = json_loads(document, 0, NULL), *left = json_array();
    json_t *statements = json_object_get(json, "Statement");
    for (size_t i = 0; i < count(statements); i++) {
        json_t *statement = item(statements, i);
        bool outside = trust_of(statement, account) != TRUST_INSIDE;
        if (!outside || cut_principals(statement, account))
            json_array_append(left, statement);
    }
    if (json_array_size(left) == 0)
        json_array_append_new(left, statement_of_account(account));
    json_object_set_new(json, "Statement", left);
    struct buf b = buf_new(a, strlen(document) + 256);
    json_dump_callback(json, add_text, &b, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(json);
    return buf_text(&b);
}
