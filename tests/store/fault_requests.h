/* SPDX-License-Identifier: Apache-2.0 */
/* The requests of test_faults.c. */
#pragma once

#include <stddef.h>

#define ALLOW_ALL                                                                                  \
    "{\"Version\":\"2012-10-17\",\"Statement\":"                                                   \
    "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"

/* Takes away again what ALLOW_ALL allows, unless the user's tag has been read. */
#define DENY_UNLESS_BLUE                                                                           \
    "{\"Version\":\"2012-10-17\",\"Statement\":"                                                   \
    "{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"arn:aws:iam::123456789012:user/alice\"," \
    "\"Condition\":{\"StringNotEquals\":{\"aws:ResourceTag/team\":\"blue\"}}}}"

/* Trusted is whoever the role is made for. */
#define TRUST(arn)                                                                                 \
    "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":"            \
    "{\"AWS\":\"" arn "\"}}}"
#define ALICE_ARN "arn:aws:iam::123456789012:user/alice"

#define POLICY "PolicyArn=arn:aws:iam::123456789012:policy/"
#define DEVICE "SerialNumber=arn:aws:iam::123456789012:mfa/"
#define CODES "&AuthenticationCode1="
#define PROVIDER "OpenIDConnectProviderArn=arn:aws:iam::123456789012:oidc-provider/"
#define THUMBPRINT "990f4193972f2becf12ddeda5237f9c952f20d9e"
#define SAML "SAMLProviderArn=arn:aws:iam::123456789012:saml-provider/idp"
/* A public key with an exponent of 3 and a modulus of mostly zeros. */
#define ZEROS                                                                                      \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SSH_KEY(last)                                                                              \
    "SSHPublicKeyBody=ssh-rsa+AAAAB3NzaC1yc2EAAAABAwAAAQEB" ZEROS ZEROS ZEROS ZEROS last "%3D%3D"
/* The template is there before. */
#define TEMPLATE "arn:aws:iam::aws:delegation-template/acme/deploy"
#define DELEGATION(workflow)                                                                       \
    "Description=d&Permissions.PolicyTemplateArn=" TEMPLATE "&RequestorWorkflowId=" workflow       \
    "&NotificationChannel=topic&SessionDuration=3600"
#define DELEGATION_ID "NoSuchParameter=1&DelegationRequestId="
#define TAG "Tags.member.1.Key=team&Tags.member.1.Value=blue"

#define MEMBER "{\"Email\":\"member@example.com\",\"AccountName\":\"Member\"}"
#define TRUSTED(service) "{\"ServicePrincipal\":\"" service ".amazonaws.com\"}"
#define DELEGATE "{\"AccountId\":\"@account\",\"ServicePrincipal\":\"iam.amazonaws.com\"}"
#define NEW_EMAIL "{\"AccountId\":\"@account\",\"PrimaryEmail\":\"new@example.com\"}"
#define RESOURCE_POLICY                                                                            \
    "{\"Content\":\"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":{\\\"Effect\\\":"        \
    "\\\"Allow\\\",\\\"Principal\\\":{\\\"AWS\\\":\\\"@account\\\"},\\\"Action\\\":"               \
    "\\\"organizations:ListRoots\\\",\\\"Resource\\\":\\\"*\\\"}}\",\"Tags\":[" ORG_TAG "]}"
#define ORG_TAG "{\"Key\":\"team\",\"Value\":\"blue\"}"
#define ATTACHMENT "{\"PolicyId\":\"@p-\",\"TargetId\":\"@ou-\"}"
#define TAG_POLICY "\"{\\\"tags\\\":{}}\""
#define CONTACT                                                                                    \
    "{\"ContactInformation\":{\"FullName\":\"Jane\",\"AddressLine1\":\"1 Main Street\","           \
    "\"City\":\"Seattle\",\"PostalCode\":\"98109\",\"CountryCode\":\"US\","                        \
    "\"PhoneNumber\":\"+1 206 555 0100\"}}"
#define ALTERNATE_CONTACT                                                                          \
    "{\"AlternateContactType\":\"BILLING\",\"Name\":\"Bill\",\"Title\":\"Head\","                  \
    "\"EmailAddress\":\"bill@example.com\",\"PhoneNumber\":\"+1 206 555 0101\"}"
#define OTHER "222222222222"
#define INVITATION "{\"Target\":{\"Id\":\"" OTHER "\",\"Type\":\"ACCOUNT\"},\"Tags\":[" ORG_TAG "]}"
#define TRANSFER                                                                                   \
    "{\"Type\":\"BILLING\",\"Target\":{\"Id\":\"" OTHER "\",\"Type\":\"ACCOUNT\"},"                \
    "\"StartTimestamp\":1701388800,\"SourceName\":\"Bills\",\"Tags\":[" ORG_TAG "]}"
#define HANDSHAKE "{\"HandshakeId\":\"@h-\"}"
#define REGION "{\"RegionName\":\"eu-south-1\"}"

/* One request of each operation that succeeds after `before`, completed where it ends in "=". A
   value that begins with "@" names a file of tests/certificates, and an object is the body of one
   in JSON, where "@ou-" is the newest id that begins so, and "@account" the newest account. */
static const struct {
    const char *service, *op, *parameters;
} writes[] = {
    {"account", "AcceptPrimaryEmailUpdate",
     "{\"AccountId\":\"@account\",\"PrimaryEmail\":\"new@example.com\",\"Otp\":\"@otp\"}"},
    {"account", "DeleteAlternateContact", "{\"AlternateContactType\":\"BILLING\"}"},
    {"account", "DisableRegion", REGION},
    {"account", "EnableRegion", REGION},
    {"account", "PutAccountName", "{\"AccountName\":\"Example\"}"},
    {"account", "PutAlternateContact", ALTERNATE_CONTACT},
    {"account", "PutContactInformation", CONTACT},
    {"account", "StartPrimaryEmailUpdate", NEW_EMAIL},
    {"iam", "AcceptDelegationRequest", DELEGATION_ID},
    {"iam", "AssociateDelegationRequest", DELEGATION_ID},
    {"iam", "CreateDelegationRequest", DELEGATION("deploy-2")},
    {"iam", "RejectDelegationRequest", "Notes=no&DelegationRequestId="},
    {"iam", "SendDelegationToken", DELEGATION_ID},
    {"iam", "UpdateDelegationRequest", "Notes=look&DelegationRequestId="},
    {"iam", "AddClientIDToOpenIDConnectProvider", "ClientID=new&" PROVIDER "idp.example"},
    {"iam", "AddRoleToInstanceProfile", "InstanceProfileName=spare&RoleName=deploy"},
    {"iam", "AddUserToGroup", "GroupName=crew&UserName=bob"},
    {"iam", "AttachGroupPolicy", "GroupName=empty&" POLICY "edge"},
    {"iam", "AttachRolePolicy", "RoleName=idle&" POLICY "edge"},
    {"iam", "AttachUserPolicy", "UserName=bob&" POLICY "edge"},
    {"iam", "ChangePassword", "OldPassword=Correct-Horse1&NewPassword=Correct-Horse2"},
    {"iam", "CreateAccessKey", "UserName=bob"},
    {"iam", "CreateAccountAlias", "AccountAlias=acme-2"},
    {"iam", "CreateGroup", "GroupName=new&Path=/x/"},
    {"iam", "CreateInstanceProfile", "InstanceProfileName=new&Path=/x/&" TAG},
    {"iam", "CreateLoginProfile", "UserName=bob&Password=Correct-Horse1"},
    {"iam", "CreateOpenIDConnectProvider",
     "Url=https://new.example&ClientIDList.member.1=a&ClientIDList.member.2=b&" TAG},
    {"iam", "CreatePolicy", "PolicyName=new&PolicyDocument=" ALLOW_ALL "&" TAG},
    {"iam", "CreatePolicyVersion", "SetAsDefault=true&PolicyDocument=" ALLOW_ALL "&" POLICY "free"},
    {"iam", "CreateRole",
     "RoleName=new&Path=/x/&PermissionsBoundary=arn:aws:iam::123456789012:policy/edge&"
     "AssumeRolePolicyDocument=" TRUST(ALICE_ARN) "&" TAG},
    {"iam", "CreateSAMLProvider", "Name=new&" TAG "&SAMLMetadataDocument="},
    {"iam", "CreateServiceSpecificCredential",
     "UserName=bob&ServiceName=bedrock.amazonaws.com&CredentialAgeDays=1"},
    {"iam", "CreateServiceLinkedRole", "AWSServiceName=rds.amazonaws.com"},
    {"iam", "CreateVirtualMFADevice", "VirtualMFADeviceName=new&Path=/x/&" TAG},
    {"iam", "CreateUser", "UserName=new&Path=/x/&Tags.member.1.Key=a&Tags.member.1.Value=b"},
    {"iam", "UpdateAccountPasswordPolicy", "MaxPasswordAge=90"},
    {"iam", "UpdateLoginProfile",
     "UserName=admin&Password=Correct-Horse2&PasswordResetRequired=true"},
    {"iam", "DeleteAccountPasswordPolicy", ""},
    {"iam", "DeactivateMFADevice", "UserName=alice&" DEVICE "phone"},
    {"iam", "DeleteAccessKey", "UserName=alice&AccessKeyId="},
    {"iam", "DeleteAccountAlias", "AccountAlias=acme"},
    {"iam", "DeleteGroup", "GroupName=empty"},
    {"iam", "DeleteGroupPolicy", "GroupName=crew&PolicyName=p"},
    {"iam", "DeleteInstanceProfile", "InstanceProfileName=spare"},
    {"iam", "DeleteLoginProfile", "UserName=admin"},
    {"iam", "DeleteOpenIDConnectProvider", PROVIDER "idp.example"},
    {"iam", "DeletePolicy", POLICY "free"},
    {"iam", "DeletePolicyVersion", "VersionId=v2&" POLICY "edge"},
    {"iam", "DeleteRole", "RoleName=idle"},
    {"iam", "DeleteRolePermissionsBoundary", "RoleName=idle"},
    {"iam", "DeleteRolePolicy", "RoleName=deploy&PolicyName=p"},
    {"iam", "DeleteSAMLProvider", SAML},
    {"iam", "DeleteServerCertificate", "ServerCertificateName=site"},
    {"iam", "DeleteServiceLinkedRole", "RoleName=AWSServiceRoleForECS"},
    {"iam", "DeleteServiceSpecificCredential", "UserName=alice&ServiceSpecificCredentialId="},
    {"iam", "DeleteSigningCertificate", "UserName=alice&CertificateId="},
    {"iam", "DeleteSSHPublicKey", "UserName=alice&SSHPublicKeyId="},
    {"iam", "DeleteUser", "UserName=bob"},
    {"iam", "DeleteUserPermissionsBoundary", "UserName=alice"},
    {"iam", "DeleteUserPolicy", "UserName=alice&PolicyName=p"},
    {"iam", "DeleteVirtualMFADevice", DEVICE "spare"},
    {"iam", "DetachGroupPolicy", "GroupName=crew&" POLICY "edge"},
    {"iam", "DetachRolePolicy", "RoleName=deploy&" POLICY "edge"},
    {"iam", "DetachUserPolicy", "UserName=alice&" POLICY "edge"},
    {"iam", "EnableMFADevice", "UserName=bob&" DEVICE "spare" CODES},
    {"iam", "DisableOutboundWebIdentityFederation", "NoSuchParameter=1"},
    {"iam", "EnableOutboundWebIdentityFederation", "NoSuchParameter=1"},
    {"iam", "PutGroupPolicy", "GroupName=crew&PolicyName=new&PolicyDocument=" ALLOW_ALL},
    {"iam", "PutRolePermissionsBoundary",
     "RoleName=idle&PermissionsBoundary=arn:aws:iam::aws:policy/PowerUserAccess"},
    {"iam", "PutRolePolicy", "RoleName=deploy&PolicyName=new&PolicyDocument=" ALLOW_ALL},
    {"iam", "PutUserPermissionsBoundary",
     "UserName=alice&PermissionsBoundary=arn:aws:iam::aws:policy/PowerUserAccess"},
    {"iam", "PutUserPolicy", "UserName=alice&PolicyName=p&PolicyDocument=" DENY_UNLESS_BLUE},
    {"iam", "RemoveClientIDFromOpenIDConnectProvider", "ClientID=a&" PROVIDER "idp.example"},
    {"iam", "RemoveRoleFromInstanceProfile", "InstanceProfileName=web&RoleName=deploy"},
    {"iam", "RemoveUserFromGroup", "GroupName=crew&UserName=alice"},
    {"iam", "ResyncMFADevice", "UserName=alice&" DEVICE "phone" CODES},
    {"iam", "ResetServiceSpecificCredential", "UserName=alice&ServiceSpecificCredentialId="},
    {"iam", "SetDefaultPolicyVersion", "VersionId=v2&" POLICY "edge"},
    {"iam", "SetSecurityTokenServicePreferences", "GlobalEndpointTokenVersion=v2Token"},
    {"iam", "TagInstanceProfile", "InstanceProfileName=web&" TAG},
    {"iam", "TagMFADevice", TAG "&" DEVICE "phone"},
    {"iam", "TagOpenIDConnectProvider", TAG "&" PROVIDER "idp.example"},
    {"iam", "TagPolicy", TAG "&" POLICY "free"},
    {"iam", "TagRole", "RoleName=deploy&" TAG},
    {"iam", "TagSAMLProvider", SAML "&Tags.member.1.Key=stage&Tags.member.1.Value=prod"},
    {"iam", "TagServerCertificate",
     "ServerCertificateName=site&Tags.member.1.Key=a&Tags.member.1.Value=b"},
    {"iam", "TagUser", "UserName=alice&Tags.member.1.Key=team&Tags.member.1.Value=red"},
    {"iam", "UntagInstanceProfile", "InstanceProfileName=spare&TagKeys.member.1=team"},
    {"iam", "UntagMFADevice", "TagKeys.member.1=team&" DEVICE "spare"},
    {"iam", "UntagOpenIDConnectProvider", "TagKeys.member.1=team&" PROVIDER "idp.example"},
    {"iam", "UntagPolicy", "TagKeys.member.1=team&" POLICY "edge"},
    {"iam", "UntagRole", "RoleName=idle&TagKeys.member.1=team"},
    {"iam", "UntagSAMLProvider", SAML "&TagKeys.member.1=team"},
    {"iam", "UntagServerCertificate", "ServerCertificateName=site&TagKeys.member.1=team"},
    {"iam", "UntagUser", "UserName=alice&TagKeys.member.1=team"},
    {"iam", "UpdateAccessKey", "UserName=alice&Status=Inactive&AccessKeyId="},
    {"iam", "UpdateAssumeRolePolicy",
     "RoleName=deploy&PolicyDocument=" TRUST("arn:aws:iam::123456789012:role/idle")},
    {"iam", "UpdateGroup", "GroupName=crew&NewGroupName=team"},
    {"iam", "UpdateOpenIDConnectProviderThumbprint",
     "ThumbprintList.member.1=" THUMBPRINT "&" PROVIDER "idp.example"},
    {"iam", "UpdateRole", "RoleName=deploy&Description=new&MaxSessionDuration=7200"},
    {"iam", "UpdateRoleDescription", "RoleName=deploy&Description=new"},
    {"iam", "UpdateSAMLProvider", SAML "&SAMLMetadataDocument="},
    {"iam", "UpdateServerCertificate",
     "ServerCertificateName=site&NewServerCertificateName=moved&NewPath=/x/"},
    {"iam", "UpdateServiceSpecificCredential",
     "UserName=alice&Status=Inactive&ServiceSpecificCredentialId="},
    {"iam", "UpdateSigningCertificate", "UserName=alice&Status=Inactive&CertificateId="},
    {"iam", "UpdateUser", "UserName=alice&NewUserName=alicia&NewPath=/x/"},
    {"iam", "UploadServerCertificate",
     "ServerCertificateName=new&CertificateBody=@rsa1024.pem&PrivateKey=@rsa1024.key&" TAG},
    {"iam", "UploadSigningCertificate", "UserName=bob&CertificateBody=@person2.pem"},
    {"iam", "UpdateSSHPublicKey", "UserName=alice&Status=Inactive&SSHPublicKeyId="},
    {"iam", "UploadSSHPublicKey", "UserName=alice&" SSH_KEY("Aw")},
    {"iam", "DisableOrganizationsRootCredentialsManagement", ""},
    {"iam", "DisableOrganizationsRootSessions", ""},
    {"iam", "EnableOrganizationsRootCredentialsManagement", ""},
    {"iam", "EnableOrganizationsRootSessions", ""},
    {"organizations", "AcceptHandshake", HANDSHAKE},
    {"organizations", "AttachPolicy", ATTACHMENT},
    {"organizations", "CancelHandshake", HANDSHAKE},
    {"organizations", "CloseAccount", "{\"AccountId\":\"@account\"}"},
    {"organizations", "CreateAccount",
     "{\"Email\":\"member@example.com\",\"AccountName\":\"Member\",\"Tags\":[" ORG_TAG "]}"},
    {"organizations", "CreateOrganization", "{}"},
    {"organizations", "DeclineHandshake", HANDSHAKE},
    {"organizations", "EnableAllFeatures", "{}"},
    {"organizations", "InviteAccountToOrganization", INVITATION},
    {"organizations", "InviteOrganizationToTransferResponsibility", TRANSFER},
    {"organizations", "LeaveOrganization", "{}"},
    {"organizations", "RemoveAccountFromOrganization", "{\"AccountId\":\"" OTHER "\"}"},
    {"organizations", "TerminateResponsibilityTransfer", "{\"Id\":\"@rt-\"}"},
    {"organizations", "UpdateResponsibilityTransfer", "{\"Id\":\"@rt-\",\"Name\":\"Ours\"}"},
    {"organizations", "CreatePolicy",
     "{\"Content\":" TAG_POLICY ",\"Description\":\"\",\"Name\":\"new\",\"Type\":\"TAG_POLICY\","
     "\"Tags\":[" ORG_TAG "]}"},
    {"organizations", "CreateOrganizationalUnit",
     "{\"ParentId\":\"@r-\",\"Name\":\"New\",\"Tags\":[" ORG_TAG "]}"},
    {"organizations", "DeleteOrganization", "{}"},
    {"organizations", "DeleteOrganizationalUnit", "{\"OrganizationalUnitId\":\"@ou-\"}"},
    {"organizations", "DeletePolicy", "{\"PolicyId\":\"@p-\"}"},
    {"organizations", "DetachPolicy", ATTACHMENT},
    {"organizations", "DisablePolicyType", "{\"RootId\":\"@r-\",\"PolicyType\":\"TAG_POLICY\"}"},
    {"organizations", "EnablePolicyType",
     "{\"RootId\":\"@r-\",\"PolicyType\":\"SERVICE_CONTROL_POLICY\"}"},
    {"organizations", "DeleteResourcePolicy", "{}"},
    {"organizations", "DeregisterDelegatedAdministrator", DELEGATE},
    {"organizations", "DisableAWSServiceAccess", TRUSTED("iam")},
    {"organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"organizations", "MoveAccount",
     "{\"AccountId\":\"123456789012\",\"SourceParentId\":\"@r-\","
     "\"DestinationParentId\":\"@ou-\"}"},
    {"organizations", "PutResourcePolicy", RESOURCE_POLICY},
    {"organizations", "RegisterDelegatedAdministrator", DELEGATE},
    {"organizations", "TagResource", "{\"ResourceId\":\"@r-\",\"Tags\":[" ORG_TAG "]}"},
    {"organizations", "UntagResource", "{\"ResourceId\":\"@ou-\",\"TagKeys\":[\"team\"]}"},
    {"organizations", "UpdateOrganizationalUnit",
     "{\"OrganizationalUnitId\":\"@ou-\",\"Name\":\"Other\"}"},
    {"organizations", "UpdatePolicy",
     "{\"PolicyId\":\"@p-\",\"Content\":" TAG_POLICY ",\"Name\":\"other\"}"},
    {"sts", "GetSessionToken", DEVICE "admins&TokenCode="},
};

enum { ADMIN_KEY = 1 };

/* Sent by the root user. The admin, who is to send `writes`, is made first. */
static const char *const before[] = {
    "CreateUser&UserName=admin",
    [ADMIN_KEY] = "CreateAccessKey&UserName=admin",
    "CreateUser&UserName=alice&Tags.member.1.Key=team&Tags.member.1.Value=blue",
    "CreateAccessKey&UserName=alice",
    "CreateUser&UserName=bob&Tags.member.1.Key=team&Tags.member.1.Value=blue",
    "CreateGroup&GroupName=empty",
    "CreateGroup&GroupName=crew",
    "AddUserToGroup&GroupName=crew&UserName=alice",
    "AddUserToGroup&GroupName=crew&UserName=admin",
    "PutGroupPolicy&GroupName=crew&PolicyName=p&PolicyDocument=" DENY_UNLESS_BLUE,
    "PutUserPolicy&UserName=alice&PolicyName=p&PolicyDocument=" ALLOW_ALL,
    "PutUserPolicy&UserName=admin&PolicyName=p&PolicyDocument=" ALLOW_ALL,
    "CreatePolicy&PolicyName=edge&PolicyDocument=" ALLOW_ALL "&" TAG,
    "CreatePolicyVersion&PolicyDocument=" ALLOW_ALL "&" POLICY "edge",
    "CreatePolicy&PolicyName=free&PolicyDocument=" ALLOW_ALL,
    "AttachUserPolicy&UserName=alice&" POLICY "edge",
    "AttachGroupPolicy&GroupName=crew&" POLICY "edge",
    ("PutUserPermissionsBoundary&UserName=alice&PermissionsBoundary="
     "arn:aws:iam::123456789012:policy/edge"),
    "CreateAccountAlias&AccountAlias=acme",
    "UpdateAccountPasswordPolicy&MinimumPasswordLength=10&PasswordReusePrevention=24",
    "CreateRole&RoleName=deploy&AssumeRolePolicyDocument=" TRUST(ALICE_ARN),
    ("CreateRole&RoleName=idle&PermissionsBoundary=arn:aws:iam::123456789012:policy/edge&"
     "AssumeRolePolicyDocument=" TRUST(ALICE_ARN) "&" TAG),
    "AttachRolePolicy&RoleName=deploy&" POLICY "edge",
    "PutRolePolicy&RoleName=deploy&PolicyName=p&PolicyDocument=" ALLOW_ALL,
    "CreateInstanceProfile&InstanceProfileName=web",
    "CreateInstanceProfile&InstanceProfileName=spare&" TAG,
    "AddRoleToInstanceProfile&InstanceProfileName=web&RoleName=deploy",
    "CreateServiceLinkedRole&AWSServiceName=ecs.amazonaws.com",
    "CreateVirtualMFADevice&VirtualMFADeviceName=phone",
    "CreateVirtualMFADevice&VirtualMFADeviceName=admins",
    "CreateVirtualMFADevice&VirtualMFADeviceName=spare&" TAG,
    "EnableMFADevice&UserName=alice&" DEVICE "phone" CODES,
    "EnableMFADevice&UserName=admin&" DEVICE "admins" CODES,
    ("CreateOpenIDConnectProvider&Url=https://idp.example&ClientIDList.member.1=a&"
     "Tags.member.1.Key=team&Tags.member.1.Value=red"),
    "EnableOutboundWebIdentityFederation",
    "CreateSAMLProvider&Name=idp&" TAG "&SAMLMetadataDocument=",
    ("UploadServerCertificate&ServerCertificateName=site&CertificateBody=@server.pem&"
     "CertificateChain=@intermediate.pem&PrivateKey=@server.key&" TAG),
    "UploadSigningCertificate&UserName=alice&CertificateBody=@person.pem",
    "UploadSSHPublicKey&UserName=alice&" SSH_KEY("AQ"),
    "CreateServiceSpecificCredential&UserName=alice&ServiceName=codecommit.amazonaws.com",
    "CreateDelegationRequest&" DELEGATION("deploy-1"),
};

/* The same before operations of Organizations, but for the one that makes it. */
static const struct {
    const char *op, *body;
} organization[] = {
    {"CreateOrganization", "{}"},
    {"ListRoots", "{}"},
    {"CreateOrganizationalUnit", "{\"ParentId\":\"@r-\",\"Name\":\"Unit\",\"Tags\":[" ORG_TAG "]}"},
    {"EnablePolicyType", "{\"RootId\":\"@r-\",\"PolicyType\":\"TAG_POLICY\"}"},
    {"CreatePolicy", "{\"Content\":" TAG_POLICY ",\"Description\":\"\",\"Name\":\"tags\","
                     "\"Type\":\"TAG_POLICY\",\"Tags\":[" ORG_TAG "]}"},
};

#define PROFILE "UserName=admin&Password=Correct-Horse1"

/* What an operation needs in front of it that would be in the way of others, or take them long. */
static const struct {
    const char *op, *service, *first, *parameters;
} first[] = {
    {"ChangePassword", "iam", "CreateLoginProfile", PROFILE},
    {"DeleteLoginProfile", "iam", "CreateLoginProfile", PROFILE},
    {"UpdateLoginProfile", "iam", "CreateLoginProfile", PROFILE},
    {"DeleteAlternateContact", "account", "PutAlternateContact", ALTERNATE_CONTACT},
    {"DisableRegion", "account", "EnableRegion", REGION},
    {"DetachPolicy", "organizations", "AttachPolicy", ATTACHMENT},
    {"DisablePolicyType", "organizations", "AttachPolicy", ATTACHMENT},
    {"AcceptPrimaryEmailUpdate", "organizations", "EnableAWSServiceAccess", TRUSTED("account")},
    {"AcceptPrimaryEmailUpdate", "organizations", "CreateAccount", MEMBER},
    {"AcceptPrimaryEmailUpdate", "organizations", "ListCreateAccountStatus", "{}"},
    {"AcceptPrimaryEmailUpdate", "account", "StartPrimaryEmailUpdate", NEW_EMAIL},
    {"CancelHandshake", "organizations", "InviteAccountToOrganization", INVITATION},
    {"CloseAccount", "organizations", "CreateAccount", MEMBER},
    {"CloseAccount", "organizations", "ListCreateAccountStatus", "{}"},
    {"EnableAllFeatures", "organizations", "DeleteOrganization", "{}"},
    {"EnableAllFeatures", "organizations", "CreateOrganization",
     "{\"FeatureSet\":\"CONSOLIDATED_BILLING\"}"},
    {"EnableAllFeatures", "organizations", "InviteAccountToOrganization", INVITATION},
    {"UpdateResponsibilityTransfer", "organizations", "InviteOrganizationToTransferResponsibility",
     TRANSFER},
    {"DeleteResourcePolicy", "organizations", "CreateAccount", MEMBER},
    {"DeleteResourcePolicy", "organizations", "ListCreateAccountStatus", "{}"},
    {"DeleteResourcePolicy", "organizations", "PutResourcePolicy", RESOURCE_POLICY},
    {"DeregisterDelegatedAdministrator", "organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"DeregisterDelegatedAdministrator", "organizations", "CreateAccount", MEMBER},
    {"DeregisterDelegatedAdministrator", "organizations", "ListCreateAccountStatus", "{}"},
    {"DeregisterDelegatedAdministrator", "organizations", "RegisterDelegatedAdministrator",
     DELEGATE},
    {"DisableAWSServiceAccess", "organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"DisableOrganizationsRootCredentialsManagement", "organizations", "EnableAWSServiceAccess",
     TRUSTED("iam")},
    {"DisableOrganizationsRootCredentialsManagement", "iam",
     "EnableOrganizationsRootCredentialsManagement", ""},
    {"DisableOrganizationsRootSessions", "organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"DisableOrganizationsRootSessions", "iam", "EnableOrganizationsRootSessions", ""},
    {"EnableOrganizationsRootCredentialsManagement", "organizations", "EnableAWSServiceAccess",
     TRUSTED("iam")},
    {"EnableOrganizationsRootSessions", "organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"PutResourcePolicy", "organizations", "CreateAccount", MEMBER},
    {"PutResourcePolicy", "organizations", "ListCreateAccountStatus", "{}"},
    {"RegisterDelegatedAdministrator", "organizations", "EnableAWSServiceAccess", TRUSTED("iam")},
    {"RegisterDelegatedAdministrator", "organizations", "CreateAccount", MEMBER},
    {"RegisterDelegatedAdministrator", "organizations", "ListCreateAccountStatus", "{}"},
    {"StartPrimaryEmailUpdate", "organizations", "EnableAWSServiceAccess", TRUSTED("account")},
    {"StartPrimaryEmailUpdate", "organizations", "CreateAccount", MEMBER},
    {"StartPrimaryEmailUpdate", "organizations", "ListCreateAccountStatus", "{}"},
    {"AcceptDelegationRequest", "iam", "AssociateDelegationRequest", DELEGATION_ID},
    {"RejectDelegationRequest", "iam", "AssociateDelegationRequest", DELEGATION_ID},
    {"SendDelegationToken", "iam", "AssociateDelegationRequest", DELEGATION_ID},
    {"SendDelegationToken", "iam", "AcceptDelegationRequest", DELEGATION_ID},
    {"UpdateDelegationRequest", "iam", "AssociateDelegationRequest", DELEGATION_ID},
    {"EnableOutboundWebIdentityFederation", "iam", "DisableOutboundWebIdentityFederation", ""},
};

/* Seconds that pass behind them: a region is enabled then. */
enum { LATER = 120 };

/* What an operation needs that another account does in front of it, by its root user: operations of
   Organizations, after what the management account does. */
static const struct {
    const char *op, *management, *body;
    const char *others[3]; /* ended by NULL; AcceptHandshake is of the newest one */
    bool by_other;         /* and so does it the operation itself */
} between[] = {
    {"AcceptHandshake", "InviteAccountToOrganization", INVITATION, {NULL}, true},
    {"DeclineHandshake", "InviteAccountToOrganization", INVITATION, {NULL}, true},
    {"LeaveOrganization", "InviteAccountToOrganization", INVITATION, {"AcceptHandshake"}, true},
    {"RemoveAccountFromOrganization",
     "InviteAccountToOrganization",
     INVITATION,
     {"AcceptHandshake"},
     false},
    {"TerminateResponsibilityTransfer",
     "InviteOrganizationToTransferResponsibility",
     TRANSFER,
     {"CreateOrganization", "AcceptHandshake"},
     true},
};
