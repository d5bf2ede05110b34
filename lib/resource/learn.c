/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arn.h"
#include "resource/learn_priv.h"
#include "resource/public.h"

/* An id that the back end makes is a wildcard there; so are stars that are meant, which makes
   nothing worse. Names of secrets lack their suffix. */
static bool is_concrete(struct str arn)
{
    struct arn parts;
    static const char suffix[] = "-??????";
    if (!arn_parse(arn, &parts) || !parts.resource.n)
        return false;
    if (str_is(parts.service, "secretsmanager") && parts.resource.n > strlen(suffix)) {
        struct str end = {arn.p + arn.n - strlen(suffix), strlen(suffix)};
        arn.n -= str_is(end, suffix) ? end.n : 0;
    }
    return !memchr(arn.p, '*', arn.n) && !memchr(arn.p, '?', arn.n);
}

/* ARNs of log groups stand for what is in them in most permissions. */
static struct str target_of(struct arena *a, const struct recognize_permission *p)
{
    struct arn arn;
    bool logs = arn_parse(p->resource, &arn) && str_is(arn.service, "logs");
    return logs ? resource_holder(a, p->resource) : p->resource;
}

static struct str name_of(struct str action)
{
    str_cut(&action, ':');
    return action;
}

/* Of one version of an object: what holds of the object is not about it. */
static bool is_of_version(const struct recognize_permission *p)
{
    return p->type && strcmp(p->type, "object") == 0 &&
           memmem(p->action.p, p->action.n, "Version", strlen("Version"));
}

/* "DeleteLogGroup" for VERB Delete and "log-group". */
static bool is_verb(const struct recognized *op, const char *verb,
                    const struct recognize_permission *p)
{
    const char *name = op->operation + strlen(verb), *type = p->type;
    if (!type || !str_starts(str_of(op->operation), str_of(verb)) ||
        !str_is(name_of(p->action), op->operation))
        return false;
    for (; *type; type++) {
        if (!ascii_is_alnum(*type))
            continue;
        if (ascii_lower(*type) != ascii_lower(*name))
            return false;
        name++;
    }
    return *name == '\0';
}

/* What belongs to whoever calls, as far as is known. */
static bool is_at_home(const struct learner *l)
{
    struct arn arn;
    const char *own = l->lesson->account, *known = l->view->account;
    if (!own || !arn_parse(str_of(l->view->arn), &arn))
        return false;
    return arn.account.n ? str_is(arn.account, own) : !known || strcmp(known, own) == 0;
}

static bool holds(struct learner *l, const struct learning *row)
{
    const struct recognize_permission *p = l->permission;
    bool in_body = row->source && (str_starts(str_of(row->source), STR("b:")) ||
                                   str_starts(str_of(row->source), STR("w:")));
    if ((in_body && !l->lesson->body) ||
        (row->type && (!p->type || strcmp(p->type, row->type) != 0)))
        return false;
    return !row->given || str_is(look_for(l->look, row->given), row->given_text);
}

/* Tags of the request: those of objects are keys of their own. */
static void add_tags(struct learner *l)
{
    const struct recognize_permission *p = l->permission;
    struct resource_change *change = l->change;
    static const char family[] = "s3:RequestObjectTag/";
    struct resource_pair *tags = NEW_ARRAY(l->arena, struct resource_pair, p->n_tags + p->n_keys);
    size_t n = 0;
    for (size_t i = 0; i < p->n_tags; i++)
        tags[n++] = (struct resource_pair){str_dup(l->arena, p->tags[i].key),
                                           str_dup(l->arena, p->tags[i].value)};
    for (size_t i = 0; i < p->n_keys; i++) {
        if (str_starts(str_of(p->keys[i].name), STR(family)))
            tags[n++] = *learner_pair(l, p->keys[i].name + strlen(family), p->keys[i].value);
    }
    change->tags = tags;
    change->n_tags = n;
}

static void take_tags_away(struct learner *l)
{
    const struct recognize_permission *p = l->permission;
    const char **names = NEW_ARRAY(l->arena, const char *, p->n_tag_keys);
    for (size_t i = 0; i < p->n_tag_keys; i++)
        names[i] = str_dup(l->arena, p->tag_keys[i]);
    l->change->untagged = (struct str_list){p->n_tag_keys, names};
    l->change->n_tags = 0;
}

static void learn_policy(struct learner *l, const struct learning *row)
{
    struct str value = learner_value(l, row);
    if (value.p)
        l->change->policy = str_dup(l->arena, value);
}

static void learn_attribute(struct learner *l, const struct learning *row)
{
    struct str value = learner_value(l, row);
    if (value.n)
        learner_attribute(l, l->change, row->name, value);
}

/* What others than the owner's principals teach, too. */
static void learn_open_fact(struct learner *l, const struct learning *row)
{
    struct resource_change *change = l->change;
    switch (row->fact) {
    case LEARN_ALL_TAGS:
        change->all_tags = !is_of_version(l->permission);
        if (change->all_tags)
            add_tags(l);
        break;
    case LEARN_NO_TAGS:
        change->all_tags = !is_of_version(l->permission);
        change->n_tags = 0;
        break;
    case LEARN_UNTAG:
        take_tags_away(l);
        break;
    case LEARN_GRANT:
        learn_grant(l);
        break;
    case LEARN_NO_GRANT:
        change->without_grant = learner_text(l, row->source);
        break;
    case LEARN_FORGET:
        change->forget = !is_of_version(l->permission);
        break;
    default:
        break;
    }
}

static void learn_fact(struct learner *l, const struct learning *row)
{
    struct resource_change *change = l->change;
    learn_open_fact(l, row);
    if (!is_at_home(l))
        return;
    switch (row->fact) {
    case LEARN_OWNER:
        change->account = l->lesson->account;
        break;
    case LEARN_POLICY:
        learn_policy(l, row);
        break;
    case LEARN_NO_POLICY:
        change->policy = "";
        break;
    case LEARN_STATEMENT:
        learn_statement(l, row->name);
        break;
    case LEARN_NO_STATEMENT:
        change->without_sid = learner_text(l, row->source);
        break;
    case LEARN_ATTRIBUTE:
        learn_attribute(l, row);
        break;
    case LEARN_INDEXES:
        learn_indexes(l);
        break;
    default:
        break;
    }
    if (change->policy || change->n_attributes)
        change->account = l->lesson->account; /* unless it is known */
}

static const struct learning *first_row(const struct recognized *op)
{
    size_t low = 0, high = learnings_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(learnings[middle].service, op->service_id);
        order = order ? order : strcmp(learnings[middle].operation, op->operation);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return &learnings[low];
}

static bool is_row_of(const struct learning *row, const struct recognized *op)
{
    return row < &learnings[learnings_n] && strcmp(row->service, op->service_id) == 0 &&
           strcmp(row->operation, op->operation) == 0;
}

static bool same_tags(const struct resource_change *change, const struct resource_view *view)
{
    size_t found = 0;
    for (size_t i = 0; i < change->n_tags; i++) {
        for (size_t k = 0; k < view->n_tags; k++)
            found += str_is(view->tags[k].key, change->tags[i].name) &&
                     str_is(view->tags[k].value, change->tags[i].value);
    }
    return found == change->n_tags && (!change->all_tags || found == view->n_tags);
}

static bool same_attributes(const struct resource_change *change, const struct resource_view *view)
{
    for (size_t i = 0; i < change->n_attributes; i++) {
        const char *value = resource_attribute(view, change->attributes[i].name);
        if (!value || strcmp(value, change->attributes[i].value) != 0)
            return false;
    }
    return true;
}

static bool same_policy(const struct resource_change *change, const struct resource_view *view)
{
    if (!change->policy)
        return true;
    return view->policy ? str_is(policy_text(view->policy->policy), change->policy)
                        : !*change->policy;
}

/* Whether a change changes anything. */
static bool is_news(const struct resource_change *change, const struct resource_view *view)
{
    if (change->forget)
        return view->is_known || view->has_below;
    if (change->statement || change->n_grants || (change->account && !view->account))
        return true;
    if (view->is_known && (change->without_sid || change->without_grant || change->untagged.n))
        return true;
    return !same_policy(change, view) || !same_tags(change, view) || !same_attributes(change, view);
}

static const struct learning *row_with(const struct learning *row, const struct recognized *op,
                                       enum learning_fact fact)
{
    while (is_row_of(row, op) && row->fact != fact)
        row++;
    return is_row_of(row, op) ? row : NULL;
}

/* What comes without a row. */
static void learn_by_names(struct learner *l, const struct learning *row)
{
    const struct recognized *op = l->lesson->op;
    l->change->forget = !row_with(row, op, LEARN_FORGET) && is_verb(op, "Delete", l->permission);
    if (is_verb(op, "Create", l->permission) && is_at_home(l))
        l->change->account = l->lesson->account; /* and it is there from now on */
    if (l->permission->n_tags)
        add_tags(l);
    else if (l->permission->n_tag_keys)
        take_tags_away(l);
}

/* Rows are about the resource of the first permission, unless they name a type, and about each
   element of a list. AGAIN: only those that tell whose it is. */
static void learn_by_rows(struct learner *l, const struct learning *row, bool again)
{
    bool primary = l->is_first || l->permission->element != SIZE_MAX;
    for (; is_row_of(row, l->lesson->op); row++) {
        bool counts = !row->account && (!again || row->fact == LEARN_OWNER);
        if (counts && (primary || row->type) && holds(l, row))
            learn_fact(l, row);
    }
}

/* Who makes what there is already is refused by the back end, or gets it as it is: that its policy
   or its tags were others from now on would let him in. Tags and grants are made of what there is.
 */
static bool makes_again(const struct learner *l, const struct learning *row)
{
    const struct recognized *op = l->lesson->op;
    return l->view->is_known && str_starts(str_of(op->operation), STR("Create")) &&
           !strstr(op->operation, "Tags") && !row_with(row, op, LEARN_GRANT);
}

static int look_up(struct learner *l, struct str arn)
{
    struct resource_view *view;
    TRY(resource_acquire(l->sandbox, l->arena, arn, &view));
    cached_keep(&view->base, l->arena);
    l->view = view;
    return OK;
}

static int learn_one(struct learner *l, const struct learning *row, struct str arn)
{
    TRY(look_up(l, arn));
    l->change = NEW(l->arena, struct resource_change);
    l->change->arn = l->view->arn;
    bool again = makes_again(l, row);
    if (!again)
        learn_by_names(l, row);
    learn_by_rows(l, row, again);
    if (is_news(l->change, l->view))
        *learner_add(l, l->change->arn) = *l->change;
    l->is_first = false;
    return OK;
}

/* Requests without a row, request tags and a name that tells tell nothing. */
static bool may_tell(const struct recognized *op, const struct learning *row,
                     const struct recognize_permissions *permissions)
{
    struct str name = str_of(op->operation);
    if (is_row_of(row, op) || str_starts(name, STR("Delete")) || str_starts(name, STR("Create")))
        return true;
    for (size_t i = 0; i < permissions->n; i++) {
        if (permissions->v[i].n_tags || permissions->v[i].n_tag_keys)
            return true;
    }
    return false;
}

/* The settings of S3 of the caller's account are about no resource of the permissions. */
static int learn_of_account(struct learner *l, const struct learning *row)
{
    const char *own = l->lesson->account;
    l->change = NEW(l->arena, struct resource_change);
    for (; is_row_of(row, l->lesson->op); row++) {
        struct str account = row->account ? look_for(l->look, row->account) : STR("");
        if (!own || !str_is(account, own) || (row->source[0] == 'b' && !l->lesson->body))
            continue;
        l->change->arn = s3_account_arn(l->arena, account);
        learn_attribute(l, row);
    }
    if (!l->change->arn)
        return OK;
    TRY(look_up(l, str_of(l->change->arn)));
    if (is_news(l->change, l->view))
        *learner_add(l, l->change->arn) = *l->change;
    return OK;
}

static bool was_seen(const struct recognize_permissions *all, size_t at)
{
    for (size_t i = 0; i < at && all->v[at].element == SIZE_MAX; i++) {
        if (str_eq(all->v[i].resource, all->v[at].resource) && !all->v[i].is_hint)
            return true;
    }
    return false;
}

int resource_lessons(struct sandbox *sandbox, struct arena *a, const struct lesson *lesson,
                     struct resource_changes *ret)
{
    const struct recognize_permissions *all = lesson->permissions;
    const struct learning *row = first_row(lesson->op);
    *ret = (struct resource_changes){NULL, 0};
    if (!may_tell(lesson->op, row, all))
        return OK;
    struct learner l = {.arena = a, .sandbox = sandbox, .lesson = lesson, .changes = ret};
    l.look = look_new(a, lesson->rq, lesson->op, lesson->body);
    l.is_first = true;
    TRY(learn_of_account(&l, row));
    for (size_t i = 0; i < all->n; i++) {
        l.permission = &all->v[i];
        struct str arn = target_of(a, l.permission);
        bool role = str_starts(l.permission->action, STR("iam:"));
        if (!l.permission->is_hint && !role && is_concrete(arn) && !was_seen(all, i))
            TRY(learn_one(&l, row, arn));
    }
    return OK;
}
