/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/cli/ask.h"

enum { STATUS_UNPROVED = 1, STATUS_TROUBLE = 2, TIMEOUT_MS = 60000 };

static const char default_url[] = "http://127.0.0.1:4566";

struct options {
    struct arena *arena;
    const char *principal, *url;
    struct buf query; /* "&name=value" */
    bool json;
};

static int complain(const char *message)
{
    fprintf(stderr, "iam-local: policy: %s\n", message);
    return STATUS_TROUBLE;
}

static void print_json(const json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    puts(text ? text : "");
    free(text);
}

static size_t count(const json_t *answer, const char *name)
{
    return json_array_size(json_object_get(answer, name));
}

/* What has to be known before the policy is used; to standard error, since that is no policy. */
static void warn(const json_t *answer, const char *name, const char *what)
{
    const json_t *list = json_object_get(answer, name);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *note = json_array_get(list, i);
        char *text = json_dumps(note, JSON_COMPACT | JSON_ENSURE_ASCII);
        fprintf(stderr, "%s: %s\n", what, text ? text : "");
        free(text);
    }
}

/* Whether all was replayed, and nothing is superfluous. */
static bool is_proved(const json_t *answer)
{
    const json_t *proof = json_object_get(answer, "proof"),
                 *statements = json_object_get(proof, "statements");
    bool proved = json_integer_value(json_object_get(proof, "replayed")) ==
                  json_integer_value(json_object_get(proof, "allowed"));
    for (size_t i = 0; i < json_array_size(statements); i++)
        proved &= json_is_true(json_object_get(json_array_get(statements, i), "refused_without"));
    return proved && count(answer, "lint") == 0;
}

static void sum_up(const json_t *answer)
{
    const json_t *proof = json_object_get(answer, "proof");
    fprintf(stderr,
            "observed permissions: %lld, statements: %zu, replayed decisions: %lld, of them "
            "allowed: %lld\n",
            (long long)json_integer_value(json_object_get(answer, "observed")),
            count(proof, "statements"),
            (long long)json_integer_value(json_object_get(proof, "replayed")),
            (long long)json_integer_value(json_object_get(proof, "allowed")));
    if (!json_is_true(json_object_get(answer, "complete")))
        fprintf(stderr, "incomplete: some of what was observed has been forgotten\n");
    warn(answer, "still_refused", "still refused");
    warn(answer, "left_out", "left out");
    warn(answer, "widened", "widened");
    warn(answer, "lint", "lint");
}

static void print_policies(const json_t *answer)
{
    const json_t *policy = json_object_get(answer, "policy"),
                 *policies = json_object_get(answer, "policies");
    if (policy)
        print_json(policy);
    for (size_t i = 0; i < json_array_size(policies); i++)
        print_json(json_array_get(policies, i));
}

static void add_query(struct options *o, struct str name, const char *value)
{
    buf_printf(&o->query, "&%.*s=", STR_FMT(name));
    buf_pct_encode(&o->query, str_of(value), "");
}

static const char *read_word(struct options *o, const char *word)
{
    const char **place = o->principal ? &o->url : &o->principal;
    if (*place)
        return arena_printf(o->arena, "unexpected argument '%s'", word);
    *place = word;
    return NULL;
}

/* Reads the argument **argv and moves *argv to its last word; returns what is wrong. */
static const char *read_argument(struct options *o, char *const **argv)
{
    struct str value = str_of(**argv), name = str_cut(&value, '=');
    if (!str_starts(name, STR("--")))
        return read_word(o, **argv);
    name = (struct str){name.p + 2, name.n - 2};
    if (!value.p && str_is(name, "json")) {
        o->json = true;
        return NULL;
    }
    if (!value.p && (str_is(name, "conditions") || str_is(name, "generalize"))) {
        add_query(o, name, "true");
        return NULL;
    }
    if (!str_is(name, "include") && !str_is(name, "since"))
        return arena_printf(o->arena, "unknown option --%.*s; see --help", STR_FMT(name));
    const char *text = value.p ? value.p : (*argv)[1];
    if (!text)
        return arena_printf(o->arena, "--%.*s: expected a value", STR_FMT(name));
    *argv += !value.p;
    add_query(o, name, text);
    return NULL;
}

static json_t *ask_policy(struct options *o, const struct url *url, const char **message)
{
    struct buf target = buf_new(o->arena, 256);
    buf_add_text(&target, "/_iam-local/policy?principal=");
    buf_pct_encode(&target, str_of(o->principal), "");
    buf_add(&target, buf_str(&o->query));
    const struct ask ask = {.target = buf_text(&target), .timeout_ms = TIMEOUT_MS};
    return ask_json(o->arena, url, &ask, message);
}

int policy_main(struct arena *a, char *const argv[])
{
    struct options o = {.arena = a, .query = buf_new(a, 128)};
    struct url url;
    const char *wrong = NULL;
    for (; *argv && !wrong; argv++)
        wrong = read_argument(&o, &argv);
    if (wrong)
        return complain(wrong);
    if (!o.principal)
        return complain("expected the ARN of a user or a role");
    if (!url_parse(a, o.url ? o.url : default_url, &url) || url.tls)
        return complain("expected a URL of the form http://HOST:PORT[/PATH]");
    json_t *answer = ask_policy(&o, &url, &wrong);
    if (!answer)
        return complain(wrong);
    bool proved = is_proved(answer);
    if (o.json) {
        print_json(answer);
    } else {
        print_policies(answer);
        sum_up(answer);
    }
    json_decref(answer);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(strerror(errno));
    return proved ? EXIT_SUCCESS : STATUS_UNPROVED;
}
