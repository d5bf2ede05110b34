# SPDX-License-Identifier: Apache-2.0
"""Users, roles and sessions for what is measured: permissions are part of it."""
import json
import re

ACCOUNT = "arn:aws:iam::123456789012:"
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]})
CREATES_PER_SECOND = 8000


def new_names(bench, server, round_number):
    """As many users of new names as can be made in the time of one run."""
    root = server.signer("iam")
    return (root.call("CreateUser", UserName=f"new-{round_number}-{i}")
            for i in range(int(bench.seconds * CREATES_PER_SECOND)))


def new_user(server, name, document):
    """The key of an IAM user with a policy."""
    root = server.signer("iam")
    server.ask(root.call("CreateUser", UserName=name))
    server.ask(root.call("PutUserPolicy", UserName=name, PolicyName="p", PolicyDocument=document))
    answer = server.ask(root.call("CreateAccessKey", UserName=name))
    return tuple(re.search(f"<{name}>([^<]+)<", answer).group(1)
                 for name in ("AccessKeyId", "SecretAccessKey"))


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
