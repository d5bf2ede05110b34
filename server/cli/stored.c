/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/stored.h"

#include "server/cli/ask.h"

enum { TIMEOUT_MS = 30 * 1000 };

static json_t *read_object(struct str line)
{
    return json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
}

bool stored_is(struct str line)
{
    if (!memmem(line.p, line.n, "\"stored\"", strlen("\"stored\"")))
        return false;
    json_t *object = read_object(line);
    bool stored = json_is_true(json_object_get(object, "stored"));
    json_decref(object);
    return stored;
}

/* JSON in the arena. NULL is null. */
static struct str dump(struct arena *a, const json_t *json)
{
    size_t n = json ? json_dumpb(json, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
    if (!n)
        return STR("null");
    char *text = arena_alloc(a, n);
    json_dumpb(json, text, n, JSON_COMPACT | JSON_ENCODE_ANY);
    return (struct str){text, n};
}

/* What the server is asked: all but what is ours to look at. */
static struct str question_of(struct arena *a, const json_t *line)
{
    static const char *const ours[] = {"id", "comment", "expected", "stored"};
    json_t *question = json_copy((json_t *)(uintptr_t)line);
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        json_object_del(question, ours[i]);
    struct str ret = dump(a, question);
    json_decref(question);
    return ret;
}

/* Each member that is expected, or the decision. */
static bool meets(const json_t *expected, const json_t *answer)
{
    const char *name;
    json_t *value;
    bool all = true;
    if (json_is_string(expected))
        return json_equal(expected, json_object_get(answer, "decision"));
    json_object_foreach((json_t *)(uintptr_t)expected, name, value) all &=
        json_equal(value, json_object_get(answer, name));
    return all;
}

static enum evaluated compare(struct arena *a, const json_t *line, const json_t *answer,
                              const char **reason)
{
    const json_t *expected = json_object_get(line, "expected");
    if (!expected)
        return EVALUATED;
    if (meets(expected, answer))
        return EVALUATED_AS_EXPECTED;
    *reason = arena_printf(a, "expected %.*s, but got %s: %s", STR_FMT(dump(a, expected)),
                           ask_text(answer, "decision"), ask_text(answer, "message"));
    return EVALUATED_OTHERWISE;
}

static void add_answer(struct arena *a, struct buf *out, struct str id, const json_t *answer,
                       enum evaluated result)
{
    struct str text = dump(a, answer);
    buf_add(out, STR("{\"id\":"));
    buf_add(out, id);
    buf_add_char(out, ',');
    buf_add(out, (struct str){text.p + 1, text.n - 2}); /* without its braces */
    if (result != EVALUATED)
        buf_add_text(out,
                     result == EVALUATED_AS_EXPECTED ? ",\"passed\":true" : ",\"passed\":false");
    buf_add(out, STR("}\n"));
}

static enum evaluated malformed(struct buf *out, struct str id, size_t number, const char *reason)
{
    buf_add(out, STR("{\"id\":"));
    buf_add(out, id);
    buf_add(out, STR(",\"error\":{"));
    buf_json_number(out, "line", number);
    buf_add_char(out, ',');
    buf_json_text(out, "message", reason);
    buf_add(out, STR("}}\n"));
    return EVALUATED_MALFORMED;
}

enum evaluated stored_evaluate(struct arena *a, const struct url *url, struct str line,
                               size_t number, struct buf *out, const char **reason)
{
    json_t *object = read_object(line);
    const struct ask ask = {.target = "/_iam-local/authorize",
                            .body = question_of(a, object),
                            .timeout_ms = TIMEOUT_MS};
    struct str id = dump(a, json_object_get(object, "id"));
    json_t *answer = ask_json(a, url, &ask, reason);
    enum evaluated result;
    if (!json_is_object(answer)) {
        result = malformed(out, id, number, answer ? "the answer is no object" : *reason);
    } else {
        result = compare(a, object, answer, reason);
        add_answer(a, out, id, answer, result);
    }
    json_decref(answer);
    json_decref(object);
    return result;
}
