# SPDX-License-Identifier: Apache-2.0
"""Does the size of an account cost anything? Every operation that names one entity is sent to a
server with few users and to one with many, and the server's CPU per request is compared."""
import json
import re

FEW, MANY = 1000, 100_000
ROUNDS = 25
BATCH = 1000            # requests of one operation, each about another entity
ACCOUNT = "arn:aws:iam::123456789012:"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"{ACCOUNT}user/admin"}}]})
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]})
EVERYTHING = DOCUMENT.replace("iam:GetUser", "*")


def user(i):
    return {"UserName": f"user-{i}"}


def group(i):
    return {"GroupName": f"group-{i}"}


def role(i):
    return {"RoleName": f"role-{i}"}


def profile(i):
    return {"InstanceProfileName": f"profile-{i}"}


def device(i):
    return {"SerialNumber": f"{ACCOUNT}mfa/device-{i}"}


def provider(i):
    return {"OpenIDConnectProviderArn": f"{ACCOUNT}oidc-provider/idp-{i}.example"}


def policy(i):
    return {"PolicyArn": f"{ACCOUNT}policy/policy-{i}"}


def named(name, **more):
    """The entity number I, and what else the operation wants."""
    return lambda i, _: {**name(i), **more}


def key(**more):
    return lambda i, ids: {**user(i), "AccessKeyId": ids[i], **more}


TAG = {"Tags.member.1.Key": "team", "Tags.member.1.Value": "blue"}
INLINE = {"PolicyName": "inline", "PolicyDocument": DOCUMENT}

# In an order in which each finds what it needs and the last ones take everything away again.
OPERATIONS = {
    "GetUser": named(user),
    "TagUser": named(user, **TAG),
    "ListUserTags": named(user),
    "UntagUser": named(user, **{"TagKeys.member.1": "team"}),
    "UpdateUser": named(user, NewPath="/moved/"),

    "PutUserPolicy": named(user, **INLINE),
    "GetUserPolicy": named(user, PolicyName="inline"),
    "ListUserPolicies": named(user),
    "DeleteUserPolicy": named(user, PolicyName="inline"),
    "AttachUserPolicy": named(user, PolicyArn=READ_ONLY),
    "ListAttachedUserPolicies": named(user),
    "DetachUserPolicy": named(user, PolicyArn=READ_ONLY),
    "PutUserPermissionsBoundary": named(user, PermissionsBoundary=READ_ONLY),
    "DeleteUserPermissionsBoundary": named(user),
    "CreateAccessKey": named(user),
    "ListAccessKeys": named(user),
    "UpdateAccessKey": key(Status="Inactive"),
    "GetAccessKeyLastUsed": lambda i, ids: {"AccessKeyId": ids[i]},
    "DeleteAccessKey": key(),
    "CreateGroup": named(group),
    "AddUserToGroup": lambda i, _: {**user(i), **group(i)},
    "GetGroup": named(group),
    "ListGroupsForUser": named(user),
    "RemoveUserFromGroup": lambda i, _: {**user(i), **group(i)},
    "UpdateGroup": named(group, NewPath="/moved/"),
    "PutGroupPolicy": named(group, **INLINE),
    "GetGroupPolicy": named(group, PolicyName="inline"),
    "ListGroupPolicies": named(group),
    "DeleteGroupPolicy": named(group, PolicyName="inline"),
    "AttachGroupPolicy": named(group, PolicyArn=READ_ONLY),
    "ListAttachedGroupPolicies": named(group),
    "DetachGroupPolicy": named(group, PolicyArn=READ_ONLY),
    "DeleteGroup": named(group),
    "CreatePolicy": lambda i, _: {"PolicyName": f"policy-{i}", "PolicyDocument": DOCUMENT},
    "GetPolicy": named(policy),
    "TagPolicy": named(policy, **TAG),
    "ListPolicyTags": named(policy),
    "UntagPolicy": named(policy, **{"TagKeys.member.1": "team"}),
    "CreatePolicyVersion": named(policy, PolicyDocument=DOCUMENT, SetAsDefault="true"),
    "GetPolicyVersion": named(policy, VersionId="v2"),
    "ListPolicyVersions": named(policy),
    "SetDefaultPolicyVersion": named(policy, VersionId="v1"),
    "DeletePolicyVersion": named(policy, VersionId="v2"),
    "ListEntitiesForPolicy": named(policy),
    "DeletePolicy": named(policy),
    "CreateRole": named(role, AssumeRolePolicyDocument=TRUST),
    "GetRole": named(role),
    "TagRole": named(role, **TAG),
    "ListRoleTags": named(role),
    "UntagRole": named(role, **{"TagKeys.member.1": "team"}),
    "UpdateRole": named(role, MaxSessionDuration="7200"),
    "UpdateRoleDescription": named(role, Description="other"),
    "UpdateAssumeRolePolicy": named(role, PolicyDocument=TRUST),
    "PutRolePolicy": named(role, **INLINE),
    "GetRolePolicy": named(role, PolicyName="inline"),
    "ListRolePolicies": named(role),
    "DeleteRolePolicy": named(role, PolicyName="inline"),
    "AttachRolePolicy": named(role, PolicyArn=READ_ONLY),
    "ListAttachedRolePolicies": named(role),
    "DetachRolePolicy": named(role, PolicyArn=READ_ONLY),
    "PutRolePermissionsBoundary": named(role, PermissionsBoundary=READ_ONLY),
    "DeleteRolePermissionsBoundary": named(role),
    "CreateInstanceProfile": named(profile),
    "AddRoleToInstanceProfile": lambda i, _: {**profile(i), **role(i)},
    "GetInstanceProfile": named(profile),
    "ListInstanceProfilesForRole": named(role),
    "RemoveRoleFromInstanceProfile": lambda i, _: {**profile(i), **role(i)},
    "DeleteInstanceProfile": named(profile),
    "DeleteRole": named(role),
    "CreateVirtualMFADevice": lambda i, _: {"VirtualMFADeviceName": f"device-{i}"},
    "TagMFADevice": named(device, **TAG),
    "ListMFADeviceTags": named(device),
    "UntagMFADevice": named(device, **{"TagKeys.member.1": "team"}),
    "ListMFADevices": named(user),
    "DeleteVirtualMFADevice": named(device),
    "CreateOpenIDConnectProvider": lambda i, _: {"Url": f"https://idp-{i}.example",
                                                 "ClientIDList.member.1": "app"},
    "GetOpenIDConnectProvider": named(provider),
    "AddClientIDToOpenIDConnectProvider": named(provider, ClientID="other"),
    "RemoveClientIDFromOpenIDConnectProvider": named(provider, ClientID="other"),
    "TagOpenIDConnectProvider": named(provider, **TAG),
    "UntagOpenIDConnectProvider": named(provider, **{"TagKeys.member.1": "team"}),
    "DeleteOpenIDConnectProvider": named(provider),
    "CreateUser": lambda i, _: {"UserName": f"other-{i}", "Path": "/x/"},
    "DeleteUser": lambda i, _: {"UserName": f"other-{i}"},
    "GetAccountSummary": lambda i, _: {},
}


def new_user(server, name, document):
    """The key of an IAM user with a policy: permissions are part of what is measured."""
    root = server.signer("iam")
    server.ask(root.call("CreateUser", UserName=name))
    server.ask(root.call("PutUserPolicy", UserName=name, PolicyName="p", PolicyDocument=document))
    answer = server.ask(root.call("CreateAccessKey", UserName=name))
    return tuple(re.search(f"<{name}>([^<]+)<", answer).group(1)
                 for name in ("AccessKeyId", "SecretAccessKey"))


def key_ids(server, signer):
    """One key of each of the first users, by the number of the user."""
    return [re.search("<AccessKeyId>([^<]+)<", server.ask(
        signer.call("ListAccessKeys", **user(i)))).group(1) for i in range(BATCH)]


def new_role(server, name, document):
    """A role with a policy, and the key of a user who may assume it: key, ARN of the role."""
    root = server.signer("iam")
    key = new_user(server, name + "-user", DOCUMENT)
    trust = json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"AWS": f"{ACCOUNT}user/{name}-user"},
        "Action": "sts:AssumeRole"}})
    server.ask(root.call("CreateRole", RoleName=name, AssumeRolePolicyDocument=trust))
    server.ask(root.call("PutRolePolicy", RoleName=name, PolicyName="p", PolicyDocument=document))
    return key, f"{ACCOUNT}role/{name}"


def assume(server, key, arn):
    """Id, secret and token of a session."""
    answer = server.ask(server.signer("sts", *key).call("AssumeRole", RoleArn=arn,
                                                        RoleSessionName="session"))
    return tuple(re.search(f"<{name}>([^<]+)<", answer).group(1)
                 for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))


class Account:
    def __init__(self, server, users, load):
        self.server, self.load, self.ids = server, load, None
        root = server.signer("iam")
        self.load(server, (root.call("CreateUser", **user(i)) for i in range(users)))
        self.key = new_user(server, "admin", EVERYTHING)

    def cost(self, operation):
        """CPU microseconds of one request."""
        signer = self.server.signer("iam", *self.key)
        if operation == "UpdateAccessKey":
            self.ids = key_ids(self.server, signer)
        parameters = OPERATIONS[operation]
        return self.load(self.server, (signer.call(operation, **parameters(i, self.ids))
                                       for i in range(BATCH)))["server_cpu_us"]
