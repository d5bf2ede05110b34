/* SPDX-License-Identifier: Apache-2.0 */
/* What services refuse although alice's policies allow everything. */
#include "authorize_box.h"

#define OTHER "222222222222"
#define KEY "arn:aws:kms:us-east-1:" ACCOUNT ":key/"
#define JSON(TARGET) "Content-Type: application/x-amz-json-1.1\nX-Amz-Target: " TARGET
#define FORM "Content-Type: application/x-www-form-urlencoded"
#define CONTROL "s3-control.us-east-1.amazonaws.com"
#define IN_ACL(GRANTEE)                                                                            \
    "<AccessControlPolicy xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><Owner><ID>1</ID>"       \
    "</Owner><AccessControlList><Grant><Grantee xmlns:xsi='http://www.w3.org/2001/XMLSchema-"      \
    "instance' xsi:type='Group'>" GRANTEE "</Grantee><Permission>READ</Permission></Grant>"        \
    "</AccessControlList></AccessControlPolicy>"
#define EVERYBODY "<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>"

static void start(void)
{
    box_start(NULL, "{'Effect':'Allow','Action':'*','Resource':'*'}");
}

static void tell(const char *arn, const char *body)
{
    struct response answer =
        client_ask(&client, "PUT", arena_printf(&client.arena, "/_iam-local/resources/%s", arn),
                   NULL, 0, str_of(quoted(body)));
    ck_assert_msg(answer.status == 200, "%.*s", STR_FMT(answer.body));
}

/* The decision of an answer, which ends with that. */
static void expect(json_t *json, const char *decision, const char *reason)
{
    ck_assert_msg(strcmp(text_of(json, "decision"), decision) == 0 &&
                      (!reason || strstr(text_of(json, "reason"), reason)),
                  "%s: %s: %s: %s", text_of(json, "operation"), text_of(json, "decision"),
                  text_of(json, "message"), text_of(json, "reason"));
    json_decref(json);
}

static json_t *s3(const char *host, const char *method, const char *target, const char *headers,
                  const char *content, bool body)
{
    struct request *rq = make(method, host, target, headers, quoted(content));
    return show(sign(rq, NULL, "s3", "digest"), body);
}

static json_t *bucket(const char *method, const char *target, const char *headers,
                      const char *content, bool body)
{
    return s3("s3.us-east-1.amazonaws.com", method, target, headers, content, body);
}

/* What no policy decides about needs a signature all the same. */
START_TEST(test_free_operations)
{
    struct request *rq = make("POST", "sts.us-east-1.amazonaws.com", "/", FORM,
                              "Action=GetCallerIdentity&Version=2011-06-15");
    expect(show(rq, true), "NotAuthenticated", NULL);
    expect(show(sign(rq, NULL, "sts", NULL), true), "Allow", NULL);
    expect(show(make("POST", "dynamodb.us-east-1.amazonaws.com", "/",
                     JSON("DynamoDB_20120810.DescribeEndpoints"), "{}"),
                true),
           "NotAuthenticated", NULL);
}
END_TEST

/* The grants of an ACL that is in the body are looked at like those in headers. */
START_TEST(test_acls_in_bodies)
{
    static const char mine[] = "<ID>1</ID>";
    tell("arn:aws:s3:::b", "{'account':'" ACCOUNT "'}");
    expect(bucket("PUT", "/b?acl", NULL, IN_ACL(EVERYBODY), true), "ImplicitDeny", "BlockPublic");
    expect(bucket("PUT", "/b/k?acl", NULL, IN_ACL(EVERYBODY), true), "ImplicitDeny", NULL);
    expect(bucket("PUT", "/b/k?acl&versionId=1", NULL, IN_ACL(EVERYBODY), true), "ImplicitDeny",
           NULL);
    expect(bucket("PUT", "/b?acl", NULL, IN_ACL("<ID>1</ID>"), true), "Allow", NULL);
    expect(bucket("PUT", "/b?acl", NULL, IN_ACL("<ID>1</ID>"), false), "ImplicitDeny", "read");
    expect(bucket("PUT", "/b?acl", NULL, mine, true), "ImplicitDeny", "read");
    expect(bucket("PUT", "/b?acl", "x-amz-acl: private", "", true), "Allow", NULL);
    expect(bucket("PUT", "/b?acl", "x-amz-acl: private", IN_ACL(EVERYBODY), true), "ImplicitDeny",
           NULL);
    expect(bucket("PUT", "/b?acl", "X-Amz-Grant-Read: id=1", "", false), "Allow", NULL);
    expect(bucket("PUT", "/b/k", NULL, IN_ACL(EVERYBODY), true), "Allow", NULL); /* an object */
    tell("arn:aws:s3:::b", "{'account':'" ACCOUNT "','attributes':{'BlockPublicAcls':'false'}}");
    expect(bucket("PUT", "/b?acl", NULL, IN_ACL(EVERYBODY), true), "Allow", NULL);
}
END_TEST

#define POINT_POLICY(PRINCIPAL)                                                                    \
    "<PutAccessPointPolicyRequest><Policy>{'Version':'2012-10-17','Statement':{'Effect':'Allow',"  \
    "'Principal':" PRINCIPAL ",'Action':'s3:GetObject','Resource':'*'}}</Policy>"                  \
    "</PutAccessPointPolicyRequest>"

START_TEST(test_public_policies_of_access_points)
{
    static const char target[] = "/v20180820/accesspoint/p/policy";
    static const char headers[] = "x-amz-account-id: " ACCOUNT;
    expect(s3(CONTROL, "PUT", target, headers, POINT_POLICY("'*'"), true), "ImplicitDeny",
           "public");
    expect(s3(CONTROL, "PUT", target, headers, POINT_POLICY("{'AWS':'" OTHER "'}"), true), "Allow",
           NULL);
}
END_TEST

/* Without the body of PutBucketVersioning nobody knows whether it enables MFA delete. */
START_TEST(test_versioning_without_body)
{
    static const char plain[] =
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    expect(bucket("PUT", "/b?versioning", NULL, plain, true), "Allow", NULL);
    expect(bucket("PUT", "/b?versioning", NULL, plain, false), "ImplicitDeny", "MFA delete");
}
END_TEST

/* All of DeleteObjects fails without a code for its versions, and with a wrong one. */
START_TEST(test_mfa_delete_of_many)
{
    static const char keys[] = "<Delete><Object><Key>x</Key></Object><Object><Key>y</Key></Object>"
                               "</Delete>";
    static const char versions[] = "<Delete><Object><Key>x</Key></Object><Object><Key>y</Key>"
                                   "<VersionId>1</VersionId></Object></Delete>";
    tell("arn:aws:s3:::b", "{'account':'" ACCOUNT "','attributes':{'MFADelete':'Enabled'}}");
    expect(bucket("POST", "/b?delete", NULL, keys, true), "Allow", NULL);
    json_t *json = bucket("POST", "/b?delete", NULL, versions, true);
    json_t *refusal = json_object_get(json, "refusal");
    ck_assert_int_eq(json_integer_value(json_object_get(refusal, "status")), 403);
    ck_assert_ptr_nonnull(strstr(text_of(refusal, "body"), "<Error><Code>AccessDenied</Code>"));
    expect(json, "ImplicitDeny", "MFA delete");
    expect(bucket("POST", "/b?delete", "x-amz-mfa: d 123456", keys, true), "ImplicitDeny",
           "MFA delete");
}
END_TEST

/* Members that name an account, where ARNs of permissions have the caller's. */
START_TEST(test_resources_of_others)
{
    static const struct {
        const char *service, *target, *body;
    } rows[] = {
        {"ecr", "AmazonEC2ContainerRegistry_V20150921.BatchGetImage",
         "{'registryId':'%s','repositoryName':'r','imageIds':[{'imageTag':'t'}]}"},
        {"ecr", "AmazonEC2ContainerRegistry_V20150921.GetDownloadUrlForLayer",
         "{'registryId':'%s','repositoryName':'r','layerDigest':'x'}"},
        {"glue", "AWSGlue.GetTable", "{'CatalogId':'%s','DatabaseName':'d','Name':'t'}"},
        {"glue", "AWSGlue.GetTable", "{'CatalogId':'%s:s3tables','DatabaseName':'d','Name':'t'}"},
        {"sqs", "AmazonSQS.GetQueueUrl", "{'QueueName':'q','QueueOwnerAWSAccountId':'%s'}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str body = str_of(rows[i].body), rest = body, before = str_cut(&rest, '%');
        const char *const accounts[] = {ACCOUNT, OTHER};
        for (size_t k = 0; k < ARRAY_LEN(accounts); k++) {
            const char *text =
                arena_printf(&client.arena, "%.*s%s%s", STR_FMT(before), accounts[k], rest.p + 1);
            struct request *rq = json_request(rows[i].service, rows[i].target, text);
            expect(show(rq, true), k ? "ImplicitDeny" : "Allow", k ? "another account" : NULL);
        }
    }
    static const char codeartifact[] = "codeartifact.us-east-1.amazonaws.com";
    struct request *rq =
        make("GET", codeartifact, "/v1/domain?domain=d&domain-owner=" OTHER, NULL, "");
    expect(show(sign(rq, NULL, "codeartifact", NULL), true), "ImplicitDeny", "another account");
    rq = make("GET", codeartifact, "/v1/domain?domain=d&domain-owner=" ACCOUNT, NULL, "");
    expect(show(sign(rq, NULL, "codeartifact", NULL), true), "Allow", NULL);
}
END_TEST

static json_t *kms(const char *operation, const char *body)
{
    const char *target = arena_printf(&client.arena, "TrentService.%s", operation);
    return show(json_request("kms", target, body), true);
}

/* Decrypt does not have to name its key: it is not a way to one that is closed. */
START_TEST(test_keys_that_are_not_named)
{
    static const char closed[] = "{'policy':{'Statement':{'Effect':'Allow','Principal':{'AWS':"
                                 "'arn:aws:iam::" ACCOUNT ":root'},'Action':'kms:PutKeyPolicy',"
                                 "'Resource':'*'}}}";
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA'}"), "Allow", "not known");
    tell(KEY "open", "{'tags':{'a':'b'}}");
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA'}"), "Allow", "not known");
    tell(KEY "closed", closed);
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA'}"), "ImplicitDeny", KEY "closed");
    expect(kms("Encrypt", "{'KeyId':'alias/x','Plaintext':'AAAA'}"), "ImplicitDeny", KEY "closed");
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA','KeyId':'open'}"), "Allow", NULL);
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA','KeyId':'closed'}"), "ImplicitDeny", NULL);
    for (int i = 0; i < 20; i++)
        tell(arena_printf(&client.arena, KEY "a%d", i), "{'tags':{'a':'b'}}");
    expect(kms("Decrypt", "{'CiphertextBlob':'AAAA'}"), "ImplicitDeny", KEY "closed");
}
END_TEST

/* The owner of a bucket that nobody told about is a guess, which the answer says. */
START_TEST(test_guesses)
{
    expect(bucket("GET", "/b/k", NULL, "", true), "Allow", "arn:aws:s3:::b");
    tell("arn:aws:s3:::b", "{'account':'" ACCOUNT "'}");
    json_t *json = bucket("GET", "/b/k", NULL, "", true);
    ck_assert(json_is_null(json_object_get(json, "reason")));
    expect(json, "Allow", NULL);
}
END_TEST

/* RCPs count where a request's resources are not known. */
START_TEST(test_unknown_resources_and_rcps)
{
    static const char organization[] =
        "{'policy_types':['RESOURCE_CONTROL_POLICY'],'management':'999999999999','policies':[{"
        "'name':'Closed','type':'RESOURCE_CONTROL_POLICY','content':{'Version':'2012-10-17',"
        "'Statement':{'Effect':'Deny','Principal':'*','Action':'codebuild:StopSandbox',"
        "'Resource':'arn:aws:codebuild:*:*:sandbox/"
        "*'}}}],'root':{'name':'Root','accounts':[{'id':'" ACCOUNT
        "','name':'dev','policies':['Closed']}]}}";
    struct request *rq = json_request("codebuild", "CodeBuild_20161006.StopSandbox", "{'id':'x'}");
    expect(show(rq, true), "Allow", NULL);
    client_ask(&client, "POST", "/_iam-local/accounts", NULL, 0,
               str_of(quoted("{'account':'999999999999'}")));
    struct response made = client_ask(&client, "POST", "/_iam-local/organization", NULL, 0,
                                      str_of(quoted(organization)));
    ck_assert_msg(made.status == 200, "%.*s", STR_FMT(made.body));
    expect(show(rq, true), "NotRecognized", "not known");
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, start, box_stop);
    tcase_add_test(t, test_free_operations);
    tcase_add_test(t, test_acls_in_bodies);
    tcase_add_test(t, test_public_policies_of_access_points);
    tcase_add_test(t, test_versioning_without_body);
    tcase_add_test(t, test_mfa_delete_of_many);
    tcase_add_test(t, test_resources_of_others);
    tcase_add_test(t, test_keys_that_are_not_named);
    tcase_add_test(t, test_guesses);
    tcase_add_test(t, test_unknown_resources_and_rcps);
    return suite_run("authorize limits", t);
}
