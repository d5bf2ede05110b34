/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition keys that are not one service's: AWS's global keys, and those that the credentials
 * of a session carry (IAM User Guide, "AWS global condition context keys").
 */
#pragma once

#include "base/str.h"

enum condition_key_type {
    CONDITION_KEY_STRING,
    CONDITION_KEY_ARN,
    CONDITION_KEY_BOOL,
    CONDITION_KEY_DATE,
    CONDITION_KEY_NUMERIC,
    CONDITION_KEY_IP,
};

/* Symbol, name (a family of tags ends with its slash), type, whether it holds a list; sorted by
   name, ignoring letter case. */
/* clang-format off */
#define CONDITION_KEYS(X) \
    X(ASSUMED_ROOT, "aws:AssumedRoot", BOOL, false)                                    \
    X(CALLED_VIA, "aws:CalledVia", STRING, true)                                       \
    X(CALLED_VIA_AWS_MCP, "aws:CalledViaAWSMCP", STRING, false)                        \
    X(CALLED_VIA_FIRST, "aws:CalledViaFirst", STRING, false)                           \
    X(CALLED_VIA_LAST, "aws:CalledViaLast", STRING, false)                             \
    X(CHATBOT_SOURCE_ARN, "aws:ChatbotSourceArn", ARN, false)                          \
    X(CURRENT_TIME, "aws:CurrentTime", DATE, false)                                    \
    X(EC2_INSTANCE_SOURCE_PRIVATE_IPV4, "aws:Ec2InstanceSourcePrivateIPv4", IP, false) \
    X(EC2_INSTANCE_SOURCE_VPC, "aws:Ec2InstanceSourceVpc", STRING, false)              \
    X(EPOCH_TIME, "aws:EpochTime", DATE, false)                                        \
    X(FEDERATED_PROVIDER, "aws:FederatedProvider", STRING, false)                      \
    X(IS_MCP_SERVICE_ACTION, "aws:IsMcpServiceAction", BOOL, false)                    \
    X(MULTI_FACTOR_AUTH_AGE, "aws:MultiFactorAuthAge", NUMERIC, false)                 \
    X(MULTI_FACTOR_AUTH_PRESENT, "aws:MultiFactorAuthPresent", BOOL, false)            \
    X(PRINCIPAL_ACCOUNT, "aws:PrincipalAccount", STRING, false)                        \
    X(PRINCIPAL_ARN, "aws:PrincipalArn", ARN, false)                                   \
    X(PRINCIPAL_IS_AWS_SERVICE, "aws:PrincipalIsAWSService", BOOL, false)              \
    X(PRINCIPAL_ORG_ID, "aws:PrincipalOrgID", STRING, false)                           \
    X(PRINCIPAL_ORG_MASTER_ACCOUNT_ID, "aws:PrincipalOrgMasterAccountId", STRING, false) \
    X(PRINCIPAL_ORG_PATHS, "aws:PrincipalOrgPaths", STRING, true)                      \
    X(PRINCIPAL_SERVICE_NAME, "aws:PrincipalServiceName", STRING, false)               \
    X(PRINCIPAL_SERVICE_NAMES_LIST, "aws:PrincipalServiceNamesList", STRING, true)     \
    X(PRINCIPAL_TAG, "aws:PrincipalTag/", STRING, false)                               \
    X(PRINCIPAL_TYPE, "aws:PrincipalType", STRING, false)                              \
    X(REFERER, "aws:referer", STRING, false)                                           \
    X(REQUESTED_REGION, "aws:RequestedRegion", STRING, false)                          \
    X(REQUEST_TAG, "aws:RequestTag/", STRING, false)                                   \
    X(RESOURCE_ACCOUNT, "aws:ResourceAccount", STRING, false)                          \
    X(RESOURCE_ORG_ID, "aws:ResourceOrgID", STRING, false)                             \
    X(RESOURCE_ORG_PATHS, "aws:ResourceOrgPaths", STRING, true)                        \
    X(RESOURCE_TAG, "aws:ResourceTag/", STRING, false)                                 \
    X(SECURE_TRANSPORT, "aws:SecureTransport", BOOL, false)                            \
    X(SOURCE_ACCOUNT, "aws:SourceAccount", STRING, false)                              \
    X(SOURCE_ARN, "aws:SourceArn", ARN, false)                                         \
    X(SOURCE_IDENTITY, "aws:SourceIdentity", STRING, false)                            \
    X(SOURCE_IP, "aws:SourceIp", IP, false)                                            \
    X(SOURCE_ORG_ID, "aws:SourceOrgID", STRING, false)                                 \
    X(SOURCE_ORG_PATHS, "aws:SourceOrgPaths", STRING, true)                            \
    X(SOURCE_OWNER, "aws:SourceOwner", STRING, false)                                  \
    X(SOURCE_VPC, "aws:SourceVpc", STRING, false)                                      \
    X(SOURCE_VPC_ARN, "aws:SourceVpcArn", ARN, false)                                  \
    X(SOURCE_VPCE, "aws:SourceVpce", STRING, false)                                    \
    X(TAG_KEYS, "aws:TagKeys", STRING, true)                                           \
    X(TOKEN_ISSUE_TIME, "aws:TokenIssueTime", DATE, false)                             \
    X(USER_AGENT, "aws:UserAgent", STRING, false)                                      \
    X(USERID, "aws:userid", STRING, false)                                             \
    X(USERNAME, "aws:username", STRING, false)                                         \
    X(VIA_AWS_MCP_SERVICE, "aws:ViaAWSMCPService", BOOL, false)                        \
    X(VIA_AWS_SERVICE, "aws:ViaAWSService", BOOL, false)                               \
    X(VPCE_ACCOUNT, "aws:VpceAccount", STRING, false)                                  \
    X(VPCE_ORG_ID, "aws:VpceOrgID", STRING, false)                                     \
    X(VPCE_ORG_PATHS, "aws:VpceOrgPaths", STRING, true)                                \
    X(VPC_SOURCE_IP, "aws:VpcSourceIp", IP, false)                                     \
    X(EC2_ROLE_DELIVERY, "ec2:RoleDelivery", NUMERIC, false)                           \
    X(EC2_SOURCE_INSTANCE_ARN, "ec2:SourceInstanceArn", ARN, false)                    \
    X(GLUE_CREDENTIAL_ISSUING_SERVICE, "glue:CredentialIssuingService", STRING, false) \
    X(GLUE_ROLE_ASSUMED_BY, "glue:RoleAssumedBy", STRING, false)                       \
    X(IDENTITYSTORE_USER_ID, "identitystore:UserId", STRING, false)                    \
    X(LAMBDA_SOURCE_FUNCTION_ARN, "lambda:SourceFunctionArn", ARN, false)              \
    X(SSM_SOURCE_INSTANCE_ARN, "ssm:SourceInstanceArn", ARN, false)                    \
    X(STS_TRANSITIVE_TAG_KEYS, "sts:TransitiveTagKeys", STRING, true)
/* clang-format on */

#define CONDITION_KEY_ID(symbol, name, type, list) AWS_KEY_##symbol,
enum condition_key_id { CONDITION_KEYS(CONDITION_KEY_ID) AWS_KEY_COUNT };
#undef CONDITION_KEY_ID

struct condition_key {
    const char *name;
    enum condition_key_type type;
    bool multivalued;
};

/* The key with this name in lower case, "aws:principaltag/team" included; NULL: unknown. */
const struct condition_key *condition_key_find(struct str folded);
enum condition_key_id condition_key_id(const struct condition_key *key);
const char *condition_key_name(enum condition_key_id id); /* as AWS spells it */

/* The known key that FOLDED is probably a misspelling of; NULL: none is near. */
const struct condition_key *condition_key_nearest(struct str folded);
