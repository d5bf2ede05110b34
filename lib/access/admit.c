/* SPDX-License-Identifier: Apache-2.0 */
#include "access/admit.h"

#include "access/linked.h"
#include "access/organization.h"
#include "queries.h"
#include "record/record.h"

/* Whether it is asked about itself, by name or without one. */
static bool is_own(const struct call *c, const void *in)
{
    const char *named = *(const char *const *)((const char *)in + c->op->own);
    return !named || strcmp(named, c->account) == 0;
}

static bool is_served(const struct call *c, const void *in)
{
    const struct membership *membership = c->membership;
    unsigned standing = c->op->standing;
    if (!membership->organization)
        return standing & API_FOR_STANDALONE;
    return (standing & API_FOR_MEMBER) ||
           ((standing & API_FOR_MANAGEMENT) && membership->is_management) ||
           ((standing & API_FOR_DELEGATE) && membership->services.n) ||
           ((standing & API_FOR_OWN) && is_own(c, in));
}

/* Documents are the same for all that have the same text; no identity policy begins like it. */
int admit_policy(struct call *c, struct document **ret)
{
    struct document_row row;
    TRY(q_organization_resource_policy_text(
        c->tx, &(struct q_organization_resource_policy_text){c->membership->organization}, &row));
    struct str key = str_of(arena_printf(c->arena, "organization\n%s", row.document));
    *ret = document_find(c->sandbox, key);
    return *ret ? OK : document_add(c->sandbox, key, POLICY_RESOURCE, str_of(row.document), ret);
}

/* Whether there is a resource policy, which then is asked about each permission. */
static int find_named(struct call *c, bool *ret)
{
    struct document *document;
    *ret = false;
    if (!(c->op->standing & API_FOR_NAMED) || !c->membership->organization)
        return OK;
    int code = admit_policy(c, &document);
    if (code == OK)
        document_release(document);
    *ret = code == OK;
    return code == ERR_NOT_FOUND ? OK : code;
}

/* AWS Organizations User Guide, "AWS Organizations and service-linked roles". */
int admit_needs_role(struct call *c, const char *handshake, bool *ret)
{
    struct count_row missing;
    TRY(q_handshake_makes_role(c->tx,
                               &(struct q_handshake_makes_role){
                                   .id = handshake,
                                   .account = c->account,
                                   .role_key = linked_role_key(c->arena, LINKED_ORGANIZATIONS),
                                   .now = clock_now_ms(&c->sandbox->clock)},
                               &missing));
    *ret = missing.n > 0;
    return OK;
}

int admit_refuse(struct call *c)
{
    return call_fail(c, ERR_ACCESS_DENIED, "You don't have permissions to access this resource.");
}

/* Says whom the operation is for. */
static const char *why_not(const struct call *c)
{
    unsigned standing = c->op->standing;
    return arena_printf(
        c->arena,
        "The account %s is a member of %s: the operation is for the management account %s%s.%s",
        c->account, c->membership->organization, c->membership->management,
        standing & API_FOR_DELEGATE ? " and delegated administrators" : "",
        standing & API_FOR_NAMED ? " PutResourcePolicy lets others call it." : "");
}

static int refuse(struct call *c)
{
    struct record *record = record_of(c);
    if (!c->membership->organization)
        return call_fail(c, ERR_AWS_ORGANIZATIONS_NOT_IN_USE,
                         "Your account is not a member of an organization.");
    record->kind = RECORD_DECIDED;
    record->why = why_not(c);
    return admit_refuse(c);
}

int access_admit(struct call *c, const void *in)
{
    if (!c->op->standing)
        return OK;
    TRY(membership_of(c, c->account, &c->membership));
    c->organization = c->membership->organization;
    c->management = c->membership->management;
    c->served = is_served(c, in);
    if (!c->membership->is_management)
        TRY(find_named(c, &c->named));
    return c->served || c->named ? OK : refuse(c);
}
