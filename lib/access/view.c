/* SPDX-License-Identifier: Apache-2.0 */
#include "access/view.h"

#include "access/organization.h"
#include "base/mem.h"
#include "err.h"
#include "iam_api.h"
#include "model/arn.h"
#include "model/ids.h"
#include "model/linked_role.h"
#include "model/managed.h"
#include "queries.h"

enum { VIEW_BYTES = 1024 }; /* most views are not larger */
enum { ALL = INT32_MAX };   /* rows of lists that quotas keep short; a view must miss none */

static void view_destroy(struct cached *entry)
{
    struct view *view = (struct view *)entry;
    for (size_t i = 0; i < entry->n_parts; i++)
        cached_release(entry->parts[i]);
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
    struct cached **documents; /* one of each policy */
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

/* For documents of AWS the ARN stands: their text is unpacked only to be compiled. */
static int find_document(struct builder *b, struct str key, const struct managed_policy *managed,
                         struct document **ret)
{
    *ret = document_find(b->sandbox, key);
    if (*ret)
        return OK;
    struct str text = managed ? str_of(managed_document(b->tx->arena, managed)) : key;
    return document_add(b->sandbox, key, POLICY_IDENTITY, text, ret);
}

/* Takes the reference to the document. The texts of FACE are the caller's. */
static void add_policy(struct builder *b, struct document *document,
                       const struct authz_policy *face)
{
    struct arena *a = &b->view->arena;
    struct view *view = b->view;
    size_t had = b->cap_policies;
    if (b->n_policies == had) {
        size_t cap = had ? had * 2 : 4;
        b->policies =
            arena_grow(a, b->policies, had * sizeof *b->policies, cap * sizeof *b->policies);
        b->documents = arena_grow(a, b->documents, had * sizeof(struct cached *),
                                  cap * sizeof(struct cached *));
        view->base.parts = b->documents;
        b->cap_policies = cap;
    }
    b->documents[view->base.n_parts++] = &document->base;
    struct authz_policy *policy = &b->policies[b->n_policies++];
    *policy = *face;
    policy->policy = document->policy;
    policy->name = arena_strdup(a, face->name);
    policy->arn = face->arn ? arena_strdup(a, face->arn) : NULL;
}

static int add_inline(struct builder *b, const char *owner_id, const char *owner)
{
    struct policy_row_list rows;
    TRY(q_policy_all(b->tx, &(struct q_policy_all){.owner = owner_id}, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        struct document *document;
        TRY(find_document(b, str_of(rows.v[i].document), NULL, &document));
        add_policy(b, document,
                   &(struct authz_policy){
                       .layer = AUTHZ_LAYER_IDENTITY, .name = rows.v[i].name, .owner = owner});
    }
    return OK;
}

/* The default version of the policy with the ARN of FACE. AWS's own do not change. */
static int add_managed(struct builder *b, const struct authz_policy *face)
{
    struct document *document;
    struct managed_policy managed;
    struct document_row row;
    if (managed_find(str_of(face->arn), &managed)) {
        TRY(find_document(b, str_of(face->arn), &managed, &document));
    } else {
        add_dep(b, face->arn);
        TRY(q_version_default(b->tx, &(struct q_version_default){.policy = face->arn}, &row));
        TRY(find_document(b, str_of(row.document), NULL, &document));
    }
    add_policy(b, document, face);
    return OK;
}

/* Inline and managed policies of one user, group or role. */
static int add_policies(struct builder *b, const char *owner_id, const char *owner)
{
    TRY(add_inline(b, owner_id, owner));
    struct iam_attached_policy_list rows;
    struct q_attachment_page all = {owner_id, "/", "0", "", ALL};
    TRY(q_attachment_page(b->tx, &all, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct authz_policy face = {.layer = AUTHZ_LAYER_IDENTITY,
                                          .name = rows.v[i].policy_name,
                                          .arn = rows.v[i].policy_arn,
                                          .owner = owner};
        TRY(add_managed(b, &face));
    }
    return OK;
}

static int add_boundary(struct builder *b, const char *arn, const char *owner)
{
    b->view->principal.bounded = true;
    return add_managed(b, &(struct authz_policy){.layer = AUTHZ_LAYER_BOUNDARY,
                                                 .name = strrchr(arn, '/') + 1,
                                                 .arn = arn,
                                                 .owner = owner});
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

/*
 * What AllowUsersToChangePassword gives every user of the account, in the words of a policy, beside
 * which all others count as ever (IAM User Guide, "Permit IAM users to change their own
 * passwords"). Users of one name are at most one in an account, below whatever path.
 */
static int add_password_grant(struct builder *b, const char *account)
{
    static const char grant[] =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
        "\"Action\":\"iam:ChangePassword\",\"Resource\":["
        "\"arn:aws:iam::*:user/${aws:username}\","
        "\"arn:aws:iam::*:user/*/${aws:username}\"]},"
        "{\"Effect\":\"Allow\",\"Action\":\"iam:GetAccountPasswordPolicy\",\"Resource\":\"*\"}]}";
    struct iam_password_policy policy;
    struct document *document;
    int code = q_password_policy_get(b->tx, &(struct q_password_policy_get){account}, &policy);
    if (code == ERR_NOT_FOUND || (code == OK && !policy.allow_users_to_change_password))
        return OK;
    TRY(code);
    TRY(find_document(b, STR(grant), NULL, &document));
    add_policy(b, document,
               &(struct authz_policy){.layer = AUTHZ_LAYER_IDENTITY,
                                      .name = "AllowUsersToChangePassword",
                                      .owner = "the account password policy"});
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
    principal->account = arn_account(a, user.arn);
    principal->id = arena_strdup(a, user.user_id);
    principal->name = arena_strdup(a, user.user_name);
    b->view->created = user.create_date;
    TRY(add_tags(b, id));
    const char *owner = arena_printf(a, "user %s", user.user_name);
    TRY(add_policies(b, id, owner));
    TRY(add_groups(b, id));
    add_dep(b, principal->account);
    TRY(add_password_grant(b, principal->account));
    if (user.permissions_boundary)
        TRY(add_boundary(b, user.permissions_boundary->permissions_boundary_arn, owner));
    principal->policies = b->policies;
    principal->n_policies = b->n_policies;
    return OK;
}

/* Sessions are made from it; their policies and tags are not the role's. */
static int build_role(struct builder *b, const char *id)
{
    struct arena *a = &b->view->arena;
    struct iam_role role;
    TRY(q_role_get_by_id(b->tx, &(struct q_role_get_by_id){.id = id}, &role));
    struct authz_principal *principal = &b->view->principal;
    principal->kind = PRINCIPAL_ROLE;
    principal->arn = arena_strdup(a, role.arn);
    principal->account = arn_account(a, role.arn);
    principal->id = arena_strdup(a, role.role_id);
    principal->service_linked = linked_role_is(role.path);
    b->view->created = role.create_date;
    TRY(add_tags(b, id));
    const char *owner = arena_printf(a, "role %s", role.role_name);
    TRY(add_policies(b, id, owner));
    if (role.permissions_boundary)
        TRY(add_boundary(b, role.permissions_boundary->permissions_boundary_arn, owner));
    principal->policies = b->policies;
    principal->n_policies = b->n_policies;
    return OK;
}

static int build_entity(struct builder *b, const char *id)
{
    return str_starts(str_of(id), STR("AROA")) ? build_role(b, id) : build_user(b, id);
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
    principal->alias = row.alias ? arena_strdup(a, row.alias) : NULL;
    b->view->created = row.created;
    return OK;
}

static int build_group(struct builder *b, const struct iam_group *group)
{
    struct view *view = b->view;
    view->principal.kind = PRINCIPAL_USER;
    TRY(add_policies(b, group->group_id,
                     arena_printf(&view->arena, "group %s", group->group_name)));
    view->principal.policies = b->policies;
    view->principal.n_policies = b->n_policies;
    return OK;
}

/* Tags of the session go over those of its role or user. */
static void add_session_tags(struct builder *b, const struct session *s)
{
    struct arena *a = &b->view->arena;
    struct authz_principal *p = &b->view->principal;
    struct authz_tag *tags = NEW_ARRAY(a, struct authz_tag, s->n_tags + p->n_tags);
    size_t n = 0;
    for (size_t i = 0; i < s->n_tags; i++) {
        tags[n].key = str_of(arena_strdup(a, s->tags[i].key));
        tags[n++].value = str_of(arena_strdup(a, s->tags[i].value));
    }
    for (size_t i = 0; i < p->n_tags; i++) {
        bool covered = false;
        for (size_t k = 0; k < s->n_tags; k++)
            covered |= str_eq_fold(tags[k].key, p->tags[i].key);
        if (!covered)
            tags[n++] = p->tags[i];
    }
    p->tags = tags;
    p->n_tags = n;
}

static int add_session_policies(struct builder *b, const struct session *s)
{
    struct document *document;
    struct authz_policy face = {.layer = AUTHZ_LAYER_SESSION, .owner = "the session"};
    if (*s->policy) {
        TRY(find_document(b, str_of(s->policy), NULL, &document));
        face.name = "session policy";
        add_policy(b, document, &face);
    }
    for (size_t i = 0; i < s->n_policy_arns; i++) {
        face.arn = s->policy_arns[i];
        face.name = strrchr(face.arn, '/') + 1;
        TRY(add_managed(b, &face));
    }
    b->view->principal.scoped = *s->policy || s->n_policy_arns;
    return OK;
}

static int build_role_session(struct builder *b, const struct session *s)
{
    struct arena *a = &b->view->arena;
    struct authz_principal *p = &b->view->principal;
    TRY(build_role(b, s->owner));
    p->kind = PRINCIPAL_SESSION;
    p->issuer = p->arn;
    p->arn = arena_printf(a, "arn:aws:sts::%s:assumed-role/%s/%s", p->account,
                          strrchr(p->issuer, '/') + 1, s->name);
    p->id = arena_printf(a, "%s:%s", s->owner, s->name);
    return OK;
}

/* A root user hands on all it may do; AWS has a policy that says as much. */
static int build_federated_root(struct builder *b, const struct session *s)
{
    static const struct authz_policy everything = {
        .layer = AUTHZ_LAYER_IDENTITY,
        .name = "AdministratorAccess",
        .arn = MANAGED_ARN_PREFIX "/AdministratorAccess",
        .owner = "the root user",
    };
    TRY(build_root(b, s->owner));
    return add_managed(b, &everything);
}

static int build_federated(struct builder *b, const struct session *s)
{
    struct arena *a = &b->view->arena;
    bool of_root = account_id_ok(str_of(s->owner));
    TRY(of_root ? build_federated_root(b, s) : build_user(b, s->owner));
    struct authz_principal *p = &b->view->principal;
    p->kind = PRINCIPAL_FEDERATED;
    p->issuer = p->arn;
    p->arn = arena_printf(a, "arn:aws:sts::%s:federated-user/%s", s->account, s->name);
    p->id = arena_printf(a, "%s:%s", s->account, s->name);
    p->name = NULL;
    return OK;
}

static int build_session(struct builder *b, const struct session *s)
{
    struct authz_principal *p = &b->view->principal;
    if (s->kind == PRINCIPAL_SESSION)
        TRY(build_role_session(b, s));
    else if (s->kind == PRINCIPAL_FEDERATED)
        TRY(build_federated(b, s));
    else
        TRY(s->kind == PRINCIPAL_ROOT ? build_root(b, s->owner) : build_user(b, s->owner));
    TRY(add_session_policies(b, s));
    add_session_tags(b, s);
    p->temporary = true;
    p->issued = s->issued;
    p->mfa_at = s->mfa_at;
    p->source_identity =
        *s->source_identity ? arena_strdup(&b->view->arena, s->source_identity) : NULL;
    p->delegate = s->delegate ? arena_strdup(&b->view->arena, s->delegate) : NULL;
    p->provider = *s->provider ? arena_strdup(&b->view->arena, s->provider) : NULL;
    p->policies = b->policies;
    p->n_policies = b->n_policies;
    return OK;
}

/* What the account says of all its callers; a change of it makes them stale. */
static int add_account(struct builder *b)
{
    struct view *view = b->view;
    add_dep(b, view->principal.account);
    TRY(account_state_get(b->tx, view->principal.account, &view->account));
    view->principal.no_billing = !view->account.billing_access;
    view->principal.reopened = view->account.reopened;
    return OK;
}

static int build_one(struct builder *b, const char *id, const struct session *session)
{
    if (session)
        TRY(build_session(b, session));
    else
        TRY(account_id_ok(str_of(id)) ? build_root(b, id) : build_entity(b, id));
    return add_account(b);
}

/* SESSION: NULL for the user or root user ID itself. */
static int build(struct builder *b, struct arena *scratch, const char *id,
                 const struct session *session)
{
    struct tx tx;
    int code;
    TRY(store_begin(b->sandbox->store, false, scratch, &tx));
    b->tx = &tx;
    add_dep(b, id);
    code = build_one(b, id, session);
    int end = store_end(&tx, true);
    b->tx = NULL;
    b->view->base.deps = b->deps;
    b->view->base.n_deps = b->n_deps;
    return code < 0 ? code : end;
}

static struct view *new_view(void)
{
    struct view *view = mem_alloc(sizeof *view);
    arena_init_small(&view->arena, VIEW_BYTES);
    view->base.destroy = view_destroy;
    atomic_store(&view->base.refs, 1);
    return view;
}

static int acquire(struct sandbox *sandbox, struct arena *a, const char *id, const char *key,
                   const struct session *session, struct view **ret)
{
    *ret = (struct view *)cache_acquire(sandbox->views, str_of(key));
    if (*ret)
        return OK;
    uint64_t ticket = cache_ticket(sandbox->views);
    struct view *view = new_view();
    struct builder b = {.sandbox = sandbox, .view = view};
    int code = build(&b, a, id, session);
    if (code < 0) {
        view_release(view);
        return code;
    }
    view->base.key = str_of(arena_strdup(&view->arena, key));
    view->base.size = sizeof *view + view->arena.total;
    *ret = (struct view *)cache_insert(sandbox->views, &view->base, ticket);
    return OK;
}

int view_acquire(struct sandbox *sandbox, struct arena *a, const char *principal_id,
                 struct view **ret)
{
    return acquire(sandbox, a, principal_id, principal_id, NULL, ret);
}

int view_acquire_session(struct sandbox *sandbox, struct arena *a, const struct session *session,
                         struct view **ret)
{
    return acquire(sandbox, a, session->owner, session->key_id, session, ret);
}

int view_read(struct sandbox *sandbox, struct tx *tx, const char *id, struct view **ret)
{
    *ret = new_view();
    struct builder b = {.sandbox = sandbox, .tx = tx, .view = *ret};
    int code = build_entity(&b, id);
    if (code == OK)
        code = add_account(&b);
    if (code < 0)
        view_release(*ret);
    return code;
}

int view_read_group(struct sandbox *sandbox, struct tx *tx, const struct iam_group *group,
                    struct view **ret)
{
    *ret = new_view();
    struct builder b = {.sandbox = sandbox, .tx = tx, .view = *ret};
    int code = build_group(&b, group);
    if (code < 0)
        view_release(*ret);
    return code;
}

int view_read_policy(struct sandbox *sandbox, struct tx *tx, const char *arn, struct view **ret)
{
    *ret = new_view();
    struct builder b = {.sandbox = sandbox, .tx = tx, .view = *ret};
    int code = add_managed(&b, &(struct authz_policy){.layer = AUTHZ_LAYER_IDENTITY,
                                                      .name = strrchr(arn, '/') + 1,
                                                      .arn = arn});
    (*ret)->principal.policies = b.policies;
    (*ret)->principal.n_policies = b.n_policies;
    if (code < 0)
        view_release(*ret);
    return code;
}

void view_publish(struct sandbox *sandbox, const struct store_touched *touched)
{
    for (; touched; touched = touched->next) {
        membership_publish(sandbox, touched->id);
        cache_invalidate(sandbox->views, touched->id);
        cache_invalidate(sandbox->entities, touched->id);
        cache_invalidate(sandbox->credentials, touched->id);
        cache_invalidate(sandbox->resources, touched->id);
    }
}
