# SPDX-License-Identifier: Apache-2.0
"""The controls about IAM of AWS Security Hub, as its user guide describes them, from what the API
of IAM tells. Those about tags and about Access Analyzer are left out. As a program it checks the
account that the environment has credentials of."""
import datetime
import json
import os
import sys
import urllib.parse

import boto3
from botocore.exceptions import ClientError

SUPPORT = "arn:aws:iam::aws:policy/AWSSupportAccess"
SHELL = "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"


def all_of(iam, operation, key, **parameters):
    pages = iam.get_paginator(operation).paginate(**parameters)
    return [one for page in pages for one in page[key]]


def or_none(call, **parameters):
    """None: there is no such entity."""
    try:
        return call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchEntity":
            raise
        return None


class User:
    def __init__(self, iam, row):
        name = {"UserName": row["UserName"]}
        self.policies = (iam.list_user_policies(**name)["PolicyNames"]
                         + iam.list_attached_user_policies(**name)["AttachedPolicies"])
        self.devices = iam.list_mfa_devices(**name)["MFADevices"]
        keys = iam.list_access_keys(**name)["AccessKeyMetadata"]
        self.keys = [key for key in keys if key["Status"] == "Active"]
        self.profile = or_none(iam.get_login_profile, **name)
        self.used = [self.key_used(iam, key) for key in self.keys]
        if self.profile:
            self.used.append(row.get("PasswordLastUsed",
                                     self.profile["LoginProfile"]["CreateDate"]))

    @staticmethod
    def key_used(iam, key):
        used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
        return used.get("LastUsedDate", key["CreateDate"])


def as_list(value):
    return value if isinstance(value, list) else [value]


def allowed(iam):
    """Actions and resources of what the customer managed policies allow."""
    for policy in all_of(iam, "list_policies", "Policies", Scope="Local"):
        version = iam.get_policy_version(PolicyArn=policy["Arn"],
                                         VersionId=policy["DefaultVersionId"])
        document = version["PolicyVersion"]["Document"]
        if isinstance(document, str):
            document = json.loads(urllib.parse.unquote(document))
        for statement in as_list(document["Statement"]):
            if statement["Effect"] == "Allow":
                yield as_list(statement.get("Action", [])), as_list(statement.get("Resource", []))


def attached(iam, arn):
    try:
        found = iam.list_entities_for_policy(PolicyArn=arn)
    except ClientError:
        return False
    return any(found[kind] for kind in ("PolicyUsers", "PolicyGroups", "PolicyRoles"))


def check_policy(policy):
    """Of passwords; None: the account has none of its own."""
    def at_least(name, least):
        return bool(policy) and policy.get(name, 0) >= least

    age = (policy or {}).get("MaxPasswordAge", 0)
    letters = {name: bool(policy) and policy[name] for name in (
        "RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers",
        "RequireSymbols")}
    upper, lower, digit, symbol = letters.values()
    fresh = 1 <= age <= 90
    return {"IAM.7": all(letters.values()) and at_least("MinimumPasswordLength", 8),
            "IAM.10": upper and lower and digit and fresh
                      and at_least("MinimumPasswordLength", 7)
                      and at_least("PasswordReusePrevention", 4),
            "IAM.11": upper, "IAM.12": lower, "IAM.13": symbol, "IAM.14": digit,
            "IAM.15": at_least("MinimumPasswordLength", 14),
            "IAM.16": at_least("PasswordReusePrevention", 24), "IAM.17": fresh}


def check_users(iam, now):
    users = [User(iam, row) for row in all_of(iam, "list_users", "Users")]

    def none_older(times, days):
        return all(now - time <= datetime.timedelta(days=days) for time in times)

    used = [time for user in users for time in user.used]
    return {"IAM.2": not any(user.policies for user in users),
            "IAM.3": none_older([key["CreateDate"] for user in users for key in user.keys], 90),
            "IAM.5": all(user.devices for user in users if user.profile),
            "IAM.8": none_older(used, 90), "IAM.19": all(user.devices for user in users),
            "IAM.22": none_older(used, 45)}


def check(iam, now):
    """Control -> whether it is met."""
    summary = iam.get_account_summary()["SummaryMap"]
    policy = or_none(iam.get_account_password_policy)
    virtual = all_of(iam, "list_virtual_mfa_devices", "VirtualMFADevices",
                     AssignmentStatus="Assigned")
    of_root = [one for one in virtual if one["User"]["Arn"].endswith(":root")]
    statements = list(allowed(iam))
    expired = [one for one in all_of(iam, "list_server_certificates",
                                     "ServerCertificateMetadataList") if one["Expiration"] < now]
    found = {
        "IAM.1": not any("*" in actions and "*" in resources for actions, resources in statements),
        "IAM.4": summary["AccountAccessKeysPresent"] == 0,
        "IAM.6": summary["AccountMFAEnabled"] == 1 and not of_root,
        "IAM.9": summary["AccountMFAEnabled"] == 1,
        "IAM.18": attached(iam, SUPPORT),
        "IAM.21": not any(action == "*" or action.endswith(":*")
                          for actions, _ in statements for action in actions),
        "IAM.26": not expired, "IAM.27": not attached(iam, SHELL),
        **check_policy(policy and policy["PasswordPolicy"]), **check_users(iam, now)}
    return dict(sorted(found.items(), key=lambda one: int(one[0].split(".")[1])))


def main():
    iam = boto3.client("iam", endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))
    found = check(iam, datetime.datetime.now(datetime.timezone.utc))
    for control, good in found.items():
        print(control, "PASSED" if good else "FAILED")
    return 0 if all(found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
