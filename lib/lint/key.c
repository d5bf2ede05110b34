/* SPDX-License-Identifier: Apache-2.0 */
/* Condition keys, as conditions test them and variables stand for them. */
#include "lint/lint_priv.h"

static const struct issue invalid_format = {
    LINT_ERROR,
    "INVALID_CONDITION_KEY_FORMAT",
    "write aws:NAME or SERVICE:NAME",
};
static const struct issue missing_tag_key = {
    LINT_ERROR,
    "MISSING_TAG_KEY_IN_CONDITION",
    "write the key of the tag behind the slash, as in aws:ResourceTag/team",
};
static const struct issue invalid_global = {
    LINT_ERROR,
    "INVALID_GLOBAL_CONDITION_KEY",
    "use one of AWS's global condition keys",
};
/* No error: services know keys that are not documented, and AWS's own policies use some. */
static const struct issue invalid_service_key = {
    LINT_WARNING,
    "INVALID_SERVICE_CONDITION_KEY",
    "use a condition key that the service documents",
};
static const struct issue deprecated = {
    LINT_WARNING,
    "DEPRECATED_GLOBAL_CONDITION_KEY",
    "use aws:SourceAccount, or aws:SourceArn",
};

/* Unknown services of actions are told of where the action stands. */
static bool is_service_of_actions(const struct statement *s, struct str prefix)
{
    const struct node *element = s->action ? s->action : s->not_action;
    for (const struct node *e = entries_first(element); e; e = entries_next(element, e)) {
        struct str name = e->text;
        if (str_eq_fold(str_cut(&name, ':'), prefix))
            return true;
    }
    return false;
}

static void add_invalid_global(struct lint *l, struct str name, struct str folded, size_t offset)
{
    const struct condition_key *meant = lint_may_guess(l) ? condition_key_nearest(folded) : NULL;
    if (meant)
        lint_add(l, offset, &invalid_global, "There is no global condition key %.*s; %s is one.",
                 STR_FMT(name), meant->name);
    else
        lint_add(l, offset, &invalid_global, "There is no global condition key %.*s.",
                 STR_FMT(name));
}

static const struct condition_key *global_key(struct lint *l, struct str name, struct str folded,
                                              size_t offset)
{
    const struct condition_key *key = condition_key_find(folded);
    if (!key && folded.p[folded.n - 1] == '/')
        lint_add(l, offset, &missing_tag_key, "%.*s names no tag.", STR_FMT(name));
    else if (!key)
        add_invalid_global(l, name, folded, offset);
    else if (!strcmp(key->name, "aws:SourceOwner"))
        lint_add(l, offset, &deprecated, "%.*s is deprecated.", STR_FMT(name));
    return key;
}

const struct condition_key *lint_key(struct lint *l, const struct statement *s, struct str name,
                                     size_t offset)
{
    struct str folded = {str_fold(l->arena, name), name.n}, rest = folded;
    struct str prefix = str_cut(&rest, ':');
    if (!rest.p || rest.n == 0 || prefix.n == 0) {
        lint_add(l, offset, &invalid_format, "\"%.*s\" is not the form of a condition key.",
                 STR_FMT(name));
        return NULL;
    }
    if (str_is(prefix, "aws"))
        return global_key(l, name, folded, offset);
    if (memchr(prefix.p, '.', prefix.n)) /* the host of an identity provider */
        return NULL;
    const struct condition_key *key = condition_key_find(folded);
    const struct reference_service *service = key ? NULL : lint_service(l, prefix);
    if (service)
        key = reference_key_find(service, folded);
    if (!key && (service || !is_service_of_actions(s, prefix)))
        lint_add(l, offset, &invalid_service_key, "There is no condition key %.*s.", STR_FMT(name));
    return key;
}

bool lint_tests_key(const struct statement *s, const char *folded)
{
    const struct node *blocks = s->condition ? s->condition->first : NULL;
    for (const struct node *block = blocks; block; block = block->next) {
        for (const struct node *key = block->first; key; key = key->next) {
            if (str_eq_fold(key->key, str_of(folded)))
                return true;
        }
    }
    return false;
}
