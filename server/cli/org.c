/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/org.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/cli/ask.h"
#include "server/cli/input.h"
#include "server/cli/yaml.h"

enum { STATUS_DIFFERS = 1, STATUS_TROUBLE = 2, TIMEOUT_MS = 60000, INDENT = 2 };

static const char default_url[] = "http://127.0.0.1:4566";

struct options {
    const char *file, *url;
    bool json;
};

static int complain(const char *message)
{
    fprintf(stderr, "iam-local: org: %s\n", message);
    return STATUS_TROUBLE;
}

/* Names, and between them commas. */
static void print_names(const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        printf("%s", i ? ", " : "");
        ask_print_plain(json_string_value(json_array_get(names, i)));
    }
}

/* The policies of each level, from the root down. */
static void print_levels(const char *kind, const json_t *levels)
{
    for (size_t i = 0; i < json_array_size(levels); i++) {
        printf("%s", i ? " / " : kind);
        print_names(json_object_get(json_array_get(levels, i), "policies"));
    }
}

/* shop 111122223333: SCPs FullAWSAccess / FullAWSAccess, no-users / FullAWSAccess */
static void print_node(const json_t *node)
{
    printf("%*s", INDENT * (int)json_integer_value(json_object_get(node, "depth")), "");
    ask_print_plain(ask_text(node, "name"));
    putchar(' ');
    ask_print_plain(ask_text(node, "id"));
    if (json_is_true(json_object_get(node, "unbound")))
        printf(": nothing binds the management account");
    const json_t *scps = json_object_get(node, "service_control_policies");
    print_levels(": SCPs ", scps);
    print_levels(json_array_size(scps) ? "; RCPs " : ": RCPs ",
                 json_object_get(node, "resource_control_policies"));
    putchar('\n');
}

static void print_human(const json_t *answer)
{
    const json_t *tree = json_object_get(answer, "tree");
    const json_t *differences = json_object_get(answer, "differences");
    printf("%s%s\n", ask_text(answer, "organization"),
           json_is_true(json_object_get(answer, "created")) ? ", which is new" : "");
    for (size_t i = 0; i < json_array_size(tree); i++)
        print_node(json_array_get(tree, i));
    for (size_t i = 0; i < json_array_size(differences); i++) {
        printf("differs: ");
        ask_print_plain(json_string_value(json_array_get(differences, i)));
        putchar('\n');
    }
}

static void print_json(json_t *answer)
{
    char *text = json_dumps(answer, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    puts(text ? text : "");
    free(text);
}

/* Returns what is wrong. */
static const char *read_arguments(struct arena *a, char *const argv[], struct options *ret)
{
    for (; *argv; argv++) {
        if (str_is(str_of(*argv), "--json"))
            ret->json = true;
        else if (str_starts(str_of(*argv), STR("--")))
            return arena_printf(a, "unknown option %s; see --help", *argv);
        else if (!ret->file)
            ret->file = *argv;
        else if (!ret->url)
            ret->url = *argv;
        else
            return arena_printf(a, "unexpected argument '%s'", *argv);
    }
    return ret->file ? NULL : "expected a FILE, or - for standard input";
}

/* The document as JSON, or NULL and a message. JSON has characters that YAML lacks. */
static char *read_document(struct arena *a, const char *file, const char **message)
{
    struct str text;
    if (!input_read(a, file, &text, message))
        return NULL;
    const char *wrong = NULL;
    json_t *json = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        json = yaml_read(a, text, &wrong);
    char *written = json ? json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    char *copy = written ? arena_strdup(a, written) : NULL;
    free(written);
    json_decref(json);
    if (!copy)
        *message = arena_printf(a, "%s: %s", file, wrong);
    return copy;
}

/* Asks and prints; returns the exit status. */
static int apply(struct arena *a, const struct options *o, const struct url *url, const char *body)
{
    const char *message = NULL;
    const struct ask ask = {
        .target = "/_iam-local/organization", .body = str_of(body), .timeout_ms = TIMEOUT_MS};
    json_t *answer = ask_json(a, url, &ask, &message);
    if (!answer)
        return complain(message);
    bool same = json_array_size(json_object_get(answer, "differences")) == 0;
    (o->json ? print_json(answer) : print_human(answer));
    json_decref(answer);
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(strerror(errno));
    return same ? EXIT_SUCCESS : STATUS_DIFFERS;
}

int org_main(struct arena *a, char *const argv[])
{
    struct options o = {.json = false};
    struct url url;
    const char *message = read_arguments(a, argv, &o);
    if (message)
        return complain(message);
    if (!url_parse(a, o.url ? o.url : default_url, &url) || url.tls)
        return complain("expected a URL of the form http://HOST:PORT[/PATH]");
    const char *body = read_document(a, o.file, &message);
    return body ? apply(a, &o, &url, body) : complain(message);
}
