/* SPDX-License-Identifier: Apache-2.0 */
/* Delegation requests as far as permissions are concerned: some of them need no policy (IAM API
   Reference, GetDelegationRequest; IAM User Guide, "Temporary delegation"). */
#include "entities.h"
#include "model/arn.h"

#define GRANT(ACTIONS)                                                                             \
    "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\","         \
    "\"Action\":[" ACTIONS "],\"Resource\":\"*\"}}"
#define READ "\"iam:GetDelegationRequest\",\"iam:GetHumanReadableSummary\""

static const char of_nobody[] = GRANT(READ ",\"iam:AssociateDelegationRequest\"");
static const char of_owner[] =
    GRANT(READ ",\"iam:AssociateDelegationRequest\",\"iam:RejectDelegationRequest\","
               "\"iam:SendDelegationToken\",\"iam:UpdateDelegationRequest\"");
static const char of_lister[] = GRANT("\"iam:ListDelegationRequests\"");

/* As long as it is of no account, it is of the one that looks at it. */
int entity_find_face_delegation_request(struct call *c, const char *id, struct entity_face *ret)
{
    struct delegation_row *row;
    ret->name = id;
    TRY(entity_delegation_request(c, id, &row));
    const char *account = row->owner_account ? row->owner_account : c->account;
    ret->arn = iam_delegation_request_arn(c->arena, account, id);
    ret->account = str_of(account);
    ret->holder = row->owner;
    ret->policy = row->owner ? of_owner : of_nobody;
    return OK;
}

/* What is no ARN of a delegation request is for the operation to tell. */
int entity_find_face_summary_subject(struct call *c, const char *text, struct entity_face *ret)
{
    struct arn arn;
    struct entity_face face = {.name = ""};
    struct str id = {NULL, 0};
    ret->arn = text;
    if (arn_parse(str_of(text), &arn) && str_is(arn.service, "iam"))
        id = arn.resource;
    if (!str_is(str_cut(&id, '/'), "delegation-request") || !id.p)
        return ERR_NOT_FOUND;
    TRY(entity_find_face_delegation_request(c, str_dup(c->arena, id), &face));
    if (strcmp(face.arn, text) != 0)
        return ERR_NOT_FOUND;
    *ret = face;
    return OK;
}

int entity_find_face_own_delegation_requests(struct call *c, const char *owner,
                                             struct entity_face *ret)
{
    ret->name = "";
    ret->arn = "*";
    ret->account = str_of(c->account);
    ret->holder = owner;
    ret->policy = of_lister;
    return OK;
}
