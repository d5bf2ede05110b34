# SPDX-License-Identifier: Apache-2.0
"""Does the size of an account cost anything? Every operation that names one entity is sent to a
server with few users and to one with many, and the server's CPU per request is compared; pages are
compared by their instructions, which valgrind counts."""
import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from statistics import median

import accounts
import servers
from accounts import ACCOUNT, DOCUMENT

FEW, MANY, MILLION = 1000, 100_000, 1_000_000
ROUNDS = 2              # for each of the others': single runs are short, and spread
SUSPECTS = 5            # that are looked at twice
BATCH = 1000            # requests of one operation, each about another entity
CHUNK = 20_000          # requests that are signed at a time
PER_ROLE = 10           # users; also for each member of the one group
RARE = 10               # users whose path is another one
CALLGRIND = ("valgrind", "--tool=callgrind", "--log-file=/dev/null")
CALLGRIND_SECONDS = 120
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": {"AWS": f"{ACCOUNT}user/admin"}}]})
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


def key_ids(server, signer):
    """One key of each of the first users, by the number of the user."""
    return [re.search("<AccessKeyId>([^<]+)<", server.ask(
        signer.call("ListAccessKeys", **user(i)))).group(1) for i in range(BATCH)]


class Account:
    def __init__(self, bench, stack, users, *options):
        self.bench, self.users, self.ids = bench, users, None
        self.server = servers.start_ours(stack, bench.build, *options)
        self.fill("CreateUser", users, user)
        self.key = accounts.new_user(self.server, "admin", EVERYTHING)

    def fill(self, operation, count, parameters):
        root = self.server.signer("iam")
        for first in range(0, count, CHUNK):
            self.bench.load(self.server, (root.call(operation, **parameters(i))
                                          for i in range(first, min(count, first + CHUNK))),
                            None, every=True)

    def fill_pages(self):
        """Roles, members of a group, and a few users at a path of their own."""
        count = self.users // PER_ROLE
        self.server.ask(self.server.signer("iam").call("CreateGroup", GroupName="all"))
        self.fill("CreateRole", count, lambda i: {**role(f"listed-{i}"),
                                                  "AssumeRolePolicyDocument": TRUST})
        self.fill("AddUserToGroup", count, lambda i: {**user(i), "GroupName": "all"})
        self.fill("CreateUser", RARE, lambda i: {"UserName": f"rare-{i}", "Path": "/rare/"})

    def load(self, messages):
        return self.bench.load(self.server, messages, None, every=True)["server_cpu_us"]

    def cost(self, operation):
        """CPU microseconds of one request."""
        signer = self.server.signer("iam", *self.key)
        if operation == "UpdateAccessKey":
            self.ids = key_ids(self.server, signer)
        parameters = OPERATIONS[operation]
        return self.load(signer.call(operation, **parameters(i, self.ids)) for i in range(BATCH))

    def page_cost(self, **parameters):
        signer = self.server.signer("iam")
        return self.load(signer.call("ListUsers", MaxItems=100, **parameters)
                         for _ in range(BATCH // 5))


def ratio(pairs):
    return median(b for _, b in pairs) / median(a for a, _ in pairs)


def compare(bench, few, many, rounds, where):
    """The operation that suffers most from the size of the account. Half of the rounds say which
    ones may be it, the other half what they cost: among a hundred that are measured, one looks bad
    by chance."""
    costs = {operation: [] for operation in OPERATIONS}
    for _ in range(2 * rounds):
        for operation, pairs in costs.items():
            pairs.append((few.cost(operation), many.cost(operation)))
    suspects = sorted(costs, key=lambda name: ratio(costs[name][::2]), reverse=True)[:SUSPECTS]
    ratios = {name: ratio(costs[name][1::2]) for name in suspects}
    worst = sorted(ratios, key=ratios.get, reverse=True)
    bench.at_most(f"{worst[0]}, {many.users} users{where}", 1.3, ratios[worst[0]],
                  f"of {few.users} users'",
                  "then " + ", ".join(f"{name} {ratios[name]:.2f}" for name in worst[1:]))


def compare_prefix(bench, many, where):
    """Pages of few, that lie behind many others."""
    ratios = [many.page_cost(PathPrefix="/rare/") / many.page_cost()
              for _ in range(bench.rounds)]
    bench.at_most(f"ListUsers of {RARE} by path, {many.users} users{where}", 1.5, median(ratios),
                  "of a page of 100")


PAGES = {"ListUsers of 100": ("ListUsers", {"MaxItems": 100}),
         "ListUsers of 100, by path": ("ListUsers", {"MaxItems": 100, "PathPrefix": "/rare/"}),
         "ListRoles of 100": ("ListRoles", {"MaxItems": 100}),
         "GetGroup of 100": ("GetGroup", {"MaxItems": 100, "GroupName": "all"})}


def counted(bench, data, operation, parameters, count):
    """Instructions of a server that answers so many requests, from its start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "callgrind"
        with contextlib.ExitStack() as stack:
            server = servers.start_ours(
                stack, bench.build, "--data", data, patience=CALLGRIND_SECONDS,
                wrapper=(*CALLGRIND, f"--callgrind-out-file={out}"))
            message = server.signer("iam").call(operation, **parameters)
            for _ in range(count):
                server.ask(message)
        return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M).group(1))


def compare_pages(bench, few, many):
    """The data directories of a server that has few, and of one that has many."""
    if not shutil.which("valgrind"):
        print("valgrind is not installed: no instructions of pages", file=sys.stderr)
        return
    for name, (operation, parameters) in PAGES.items():
        costs = [(counted(bench, data, operation, parameters, 30)
                  - counted(bench, data, operation, parameters, 10)) / 20 for data in (few, many)]
        bench.at_most(f"{name}, {MILLION} users", 1.2, costs[1] / costs[0],
                      f"of {FEW} users'", f"{costs[1]:.0f} instructions, {costs[0]:.0f}")


def run(bench, stack):
    few, many = (Account(bench, stack, users) for users in (FEW, MANY))
    compare(bench, few, many, ROUNDS * bench.rounds, "")
    many.fill_pages()
    compare_prefix(bench, many, "")


def run_million(bench, stack):
    """In memory, and with --data."""
    with contextlib.ExitStack() as inner:
        few, many = (Account(bench, inner, users) for users in (FEW, MILLION))
        compare(bench, few, many, bench.rounds, "")
        many.fill_pages()
        compare_prefix(bench, many, "")
    data = [stack.enter_context(tempfile.TemporaryDirectory(dir=bench.build)) for _ in range(2)]
    with contextlib.ExitStack() as inner:
        few, many = (Account(bench, inner, users, "--data", folder)
                     for users, folder in zip((FEW, MILLION), data))
        compare(bench, few, many, bench.rounds, ", --data")
        few.fill_pages()
        many.fill_pages()
        compare_prefix(bench, many, ", --data")
    compare_pages(bench, *data)
