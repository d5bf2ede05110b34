/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requests need, written down by hand from AWS's documentation: lines of JSON as asked.h has
 * them, each with "needs", a list of "ACTION RESOURCE", or "why" there is none. "keys" are, for one
 * of these, what its context has and, with null, what it has not; aws:RequestTag/K and aws:TagKeys
 * count as keys.
 */
#include <stdio.h>

#include "asked.h"
#include "support/suite.h"

static struct arena arena;

static json_t *context_of(const json_t *permission, const char *key)
{
    static const char prefix[] = "aws:RequestTag/";
    if (strcmp(key, "aws:TagKeys") == 0) {
        json_t *keys = json_object_get(permission, "tag_keys");
        return json_array_size(keys) ? keys : NULL;
    }
    if (strncmp(key, prefix, sizeof prefix - 1) == 0)
        return json_object_get(json_object_get(permission, "tags"), key + sizeof prefix - 1);
    return json_object_get(json_object_get(permission, "keys"), key);
}

static const char *name_of(const json_t *permission)
{
    return arena_printf(&arena, "%s %s", json_string_value(json_object_get(permission, "action")),
                        json_string_value(json_object_get(permission, "resource")));
}

/* Whether one of those that are called NAME has the keys. */
static bool has_keys(const json_t *permissions, const char *name, json_t *keys)
{
    size_t i;
    json_t *permission, *wanted;
    json_array_foreach(permissions, i, permission)
    {
        const char *key;
        bool all = strcmp(name_of(permission), name) == 0;
        json_object_foreach(keys, key, wanted)
        {
            json_t *got = context_of(permission, key);
            all &= json_is_null(wanted) ? !got : json_equal(wanted, got);
        }
        if (all)
            return true;
    }
    return false;
}

static bool is_in(const json_t *list, const char *text)
{
    size_t i;
    json_t *each;
    json_array_foreach(list, i, each)
    {
        if (strcmp(json_string_value(each), text) == 0)
            return true;
    }
    return false;
}

static bool same_needs(const json_t *needs, const json_t *permissions)
{
    json_t *names = json_array();
    size_t i;
    json_t *each;
    bool same = true;
    json_array_foreach(permissions, i, each)
    {
        json_array_append_new(names, json_string(name_of(each)));
        same &= is_in(needs, name_of(each));
    }
    json_array_foreach(needs, i, each) same &= is_in(names, json_string_value(each));
    json_decref(names);
    return same;
}

static bool as_expected(const json_t *line, const json_t *answer)
{
    const char *why = json_string_value(json_object_get(line, "why"));
    const char *got = json_string_value(json_object_get(answer, "why"));
    if (why || got)
        return why && got && strcmp(why, got) == 0;
    json_t *permissions = json_object_get(answer, "permissions"), *keys;
    const char *name;
    bool ok = same_needs(json_object_get(line, "needs"), permissions);
    json_object_foreach(json_object_get(line, "keys"), name, keys) ok &=
        has_keys(permissions, name, keys);
    return ok;
}

static void check_line(const char *text, size_t number)
{
    json_error_t error;
    json_t *line = json_loads(text, JSON_ALLOW_NUL, &error);
    ck_assert_msg(line != NULL, "line %zu: %s", number, error.text);
    struct asked asked = asked_of(&arena, line);
    json_t *answer = asked_permissions(&arena, &asked);
    if (!as_expected(line, answer)) {
        char *got = json_dumps(answer, JSON_COMPACT);
        ck_abort_msg("line %zu: %s%s", number, text, got);
    }
    json_decref(answer);
    json_decref(line);
    arena_reset(&arena);
}

static void check_file(const char *name)
{
    FILE *file = fopen(name, "r");
    ck_assert_msg(file != NULL, "%s", name);
    char *line = NULL;
    size_t size = 0, number = 0;
    arena_init(&arena);
    while (getline(&line, &size, file) > 0) {
        number++;
        if (line[0] == '{')
            check_line(line, number);
    }
    ck_assert_uint_gt(number, 10);
    arena_done(&arena);
    free(line);
    fclose(file);
}

START_TEST(test_operations)
{
    check_file(CASES "/operations.jsonl");
}
END_TEST

START_TEST(test_items)
{
    check_file(CASES "/dynamodb.jsonl");
}
END_TEST

START_TEST(test_attacks)
{
    check_file(CASES "/attacks.jsonl");
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("permissions");
    tcase_add_test(tcase, test_operations);
    tcase_add_test(tcase, test_items);
    tcase_add_test(tcase, test_attacks);
    return suite_run("permissions", tcase);
}
