/* SPDX-License-Identifier: Apache-2.0 */
#include "access/view.h"

#include "base/mem.h"
#include "err.h"
#include "iam_api.h"
#include "model/ids.h"
#include "queries.h"

enum { ALL = 1000 }; /* rows read of lists that quotas keep far shorter */

static void document_destroy(struct cached *entry)
{
    struct document *document = (struct document *)entry;
    arena_done(&document->arena);
    mem_free(document);
}

/* Documents depend on nothing: their text is their key. */
static int document_acquire(struct sandbox *sandbox, struct str text, struct document **ret)
{
    *ret = (struct document *)cache_acquire(sandbox->documents, text);
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->documents);
    struct document *built = mem_alloc(sizeof *built);
    arena_init(&built->arena);
    struct policy_error error;
    int code = policy_compile(&built->arena, text, POLICY_IDENTITY, &built->policy, &error);
    if (code < 0) {
        document_destroy(&built->base);
        return code;
    }
    built->base.key = str_of(str_dup(&built->arena, text));
    built->base.destroy = document_destroy;
    *ret = (struct document *)cache_insert(sandbox->documents, &built->base, ticket);
    return OK;
}

static void view_destroy(struct cached *entry)
{
    struct view *view = (struct view *)entry;
    for (size_t i = 0; i < view->n_documents; i++)
        cached_release(&view->documents[i]->base);
    arena_done(&view->arena);
    mem_free(view);
}

void view_release(struct view *view)
{
    if (view)
        cached_release(&view->base);
}

/* What a view is made of while it is read: lists of unknown length. */
struct builder {
    struct sandbox *sandbox;
    struct tx *tx;
    struct view *view;
    struct authz_policy *policies;
    const char **deps;
    size_t n_policies, n_deps, cap_policies, cap_deps;
};

static void add_dep(struct builder *b, const char *id)
{
    struct arena *a = &b->view->arena;
    if (b->n_deps == b->cap_deps) {
        size_t cap = b->cap_deps ? b->cap_deps * 2 : 4;
        b->deps = arena_grow(a, b->deps, b->cap_deps * sizeof *b->deps, cap * sizeof *b->deps);
        b->cap_deps = cap;
    }
    b->deps[b->n_deps++] = arena_strdup(a, id);
}

static void reserve_policies(struct builder *b, size_t more)
{
    struct arena *a = &b->view->arena;
    struct view *view = b->view;
    size_t had = b->cap_policies, cap = b->n_policies + more;
    if (cap <= had)
        return;
    b->policies = arena_grow(a, b->policies, had * sizeof *b->policies, cap * sizeof *b->policies);
    view->documents = arena_grow(a, view->documents, had * sizeof(struct document *),
                                 cap * sizeof(struct document *));
    b->cap_policies = cap;
}

/* The inline policies of one user or group. */
static int add_policies(struct builder *b, const char *owner_id, const char *owner)
{
    struct policy_row_list rows;
    TRY(q_policy_all(b->tx, &(struct q_policy_all){.owner = owner_id}, &rows));
    reserve_policies(b, rows.n);
    struct arena *a = &b->view->arena;
    for (size_t i = 0; i < rows.n; i++) {
        struct document *document;
        TRY(document_acquire(b->sandbox, str_of(rows.v[i].document), &document));
        b->view->documents[b->view->n_documents++] = document;
        b->policies[b->n_policies++] = (struct authz_policy){
            .policy = document->policy,
            .name = arena_strdup(a, rows.v[i].name),
            .owner = owner,
        };
    }
    return OK;
}

static int add_groups(struct builder *b, const char *user_id)
{
    struct iam_group_list groups;
    TRY(q_user_group_page(
        b->tx, &(struct q_user_group_page){.user_id = user_id, .after = "", .limit = ALL},
        &groups));
    for (size_t i = 0; i < groups.n; i++) {
        const struct iam_group *group = &groups.v[i];
        add_dep(b, group->group_id);
        TRY(add_policies(b, group->group_id,
                         arena_printf(&b->view->arena, "group %s", group->group_name)));
    }
    return OK;
}

static int add_tags(struct builder *b, const char *owner)
{
    struct arena *a = &b->view->arena;
    struct iam_tag_list rows;
    TRY(q_tag_page(b->tx, &(struct q_tag_page){.owner = owner, .after = "", .limit = ALL}, &rows));
    struct authz_tag *tags = NEW_ARRAY(a, struct authz_tag, rows.n);
    for (size_t i = 0; i < rows.n; i++) {
        tags[i].key = str_of(arena_strdup(a, rows.v[i].key));
        tags[i].value = str_of(arena_strdup(a, rows.v[i].value));
    }
    b->view->principal.tags = tags;
    b->view->principal.n_tags = rows.n;
    return OK;
}

static int build_user(struct builder *b, const char *id)
{
    struct arena *a = &b->view->arena;
    struct iam_user user;
    TRY(q_user_get_by_id(b->tx, &(struct q_user_get_by_id){.id = id}, &user));
    struct authz_principal *principal = &b->view->principal;
    principal->kind = PRINCIPAL_USER;
    principal->arn = arena_strdup(a, user.arn);
    principal->account = arena_strndup(a, user.arn + sizeof "arn:aws:iam::" - 1, 12);
    principal->id = arena_strdup(a, user.user_id);
    principal->name = arena_strdup(a, user.user_name);
    b->view->created = user.create_date;
    TRY(add_tags(b, id));
    TRY(add_policies(b, id, arena_printf(a, "user %s", user.user_name)));
    TRY(add_groups(b, id));
    principal->identity = b->policies;
    principal->n_identity = b->n_policies;
    return OK;
}

static int build_root(struct builder *b, const char *account)
{
    struct arena *a = &b->view->arena;
    struct account_row row;
    TRY(q_account_get(b->tx, &(struct q_account_get){.id = account}, &row));
    struct authz_principal *principal = &b->view->principal;
    principal->kind = PRINCIPAL_ROOT;
    principal->account = principal->id = arena_strdup(a, account);
    principal->arn = arena_printf(a, "arn:aws:iam::%s:root", account);
    b->view->created = row.created;
    return OK;
}

static int build(struct builder *b, struct arena *scratch, const char *id)
{
    struct tx tx;
    TRY(store_begin(b->sandbox->store, false, scratch, &tx));
    b->tx = &tx;
    add_dep(b, id);
    int code = account_id_ok(str_of(id)) ? build_root(b, id) : build_user(b, id);
    int end = store_end(&tx, true);
    b->tx = NULL;
    b->view->base.deps = b->deps;
    b->view->base.n_deps = b->n_deps;
    return code < 0 ? code : end;
}

int view_acquire(struct sandbox *sandbox, struct arena *a, const char *principal_id,
                 struct view **ret)
{
    *ret = (struct view *)cache_acquire(sandbox->views, str_of(principal_id));
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->views);
    struct view *view = mem_alloc(sizeof *view);
    arena_init(&view->arena);
    struct builder b = {.sandbox = sandbox, .view = view};
    int code = build(&b, a, principal_id);
    if (code < 0) {
        view_destroy(&view->base);
        return code;
    }
    view->base.key = str_of(arena_strdup(&view->arena, principal_id));
    view->base.destroy = view_destroy;
    *ret = (struct view *)cache_insert(sandbox->views, &view->base, ticket);
    return OK;
}

void view_publish(struct sandbox *sandbox, const struct store_touched *touched)
{
    for (; touched; touched = touched->next) {
        cache_invalidate(sandbox->views, touched->id);
        cache_invalidate(sandbox->credentials, touched->id);
    }
}
