# SPDX-License-Identifier: Apache-2.0
"""250 users, page by page, with boto3's paginators."""
from concurrent.futures import ThreadPoolExecutor

import aws
import harness

NAMES = [f"{'Uu'[i % 2]}ser-{i:03}" for i in range(250)]


class Paging(aws.BotoCase):
    def setUp(self):
        super().setUp()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self.create, reversed(NAMES)))

    def create(self, name):
        path = "/even/" if int(name[-1]) % 2 == 0 else "/"
        self.iam.create_user(UserName=name, Path=path)

    def pages(self, operation, member, config, **arguments):
        found = self.iam.get_paginator(operation).paginate(PaginationConfig=config, **arguments)
        return [[user["UserName"] for user in page[member]] for page in found]

    def test_users(self):
        pages = self.pages("list_users", "Users", {"PageSize": 100})
        self.assertEqual([100, 100, 50], [len(page) for page in pages])
        self.assertEqual(sorted(NAMES, key=str.lower), sum(pages, []))
        pages = self.pages("list_users", "Users", {"PageSize": 125})
        self.assertEqual([125, 125], [len(page) for page in pages])
        self.assertEqual(100, len(self.iam.list_users()["Users"]))

    def test_users_of_a_path(self):
        pages = self.pages("list_users", "Users", {"PageSize": 50}, PathPrefix="/ev")
        self.assertEqual([50, 50, 25], [len(page) for page in pages])
        self.assertEqual([name for name in NAMES if int(name[-1]) % 2 == 0], sum(pages, []))

    def test_a_listing_that_is_continued_later(self):
        paginator = self.iam.get_paginator("list_users")
        first = paginator.paginate(PaginationConfig={"MaxItems": 7}).build_full_result()
        rest = paginator.paginate(
            PaginationConfig={"StartingToken": first["NextToken"]}).build_full_result()
        self.assertEqual((7, 243), (len(first["Users"]), len(rest["Users"])))

    def test_a_page_goes_on_where_the_last_one_ended_whatever_happened_between(self):
        first = self.iam.list_users(MaxItems=100)
        self.iam.delete_user(UserName=first["Users"][-1]["UserName"])
        self.iam.create_user(UserName="aaron")
        second = self.iam.list_users(MaxItems=1, Marker=first["Marker"])
        self.assertEqual(["User-100"], [user["UserName"] for user in second["Users"]])

    def test_a_marker_belongs_to_its_listing(self):
        marker = self.iam.list_users(MaxItems=10)["Marker"]
        with self.refused("ValidationError", 400):
            self.iam.list_groups(Marker=marker)

    def test_members_of_a_group(self):
        self.iam.create_group(GroupName="all")
        for name in NAMES[:30]:
            self.iam.add_user_to_group(GroupName="all", UserName=name)
        pages = self.pages("get_group", "Users", {"PageSize": 12}, GroupName="all")
        self.assertEqual([12, 12, 6], [len(page) for page in pages])
        self.assertEqual(set(NAMES[:30]), set(sum(pages, [])))


class Mixed(aws.BotoCase):
    """Listings that run through several kinds of things, in pages of every size."""

    MANAGED = [f"arn:aws:iam::aws:policy/{name}"
               for name in ("AdministratorAccess", "job-function/ViewOnlyAccess", "ReadOnlyAccess")]
    OF_EVERY_ACCOUNT = [f"arn:aws:iam::aws:policy/aws-service-role/AWS{name}ServiceRolePolicy"
                        for name in ("Support", "TrustedAdvisor")]

    def setUp(self):
        super().setUp()
        for name in ("alice", "bob"):
            self.iam.create_user(UserName=name)
            self.iam.create_group(GroupName=f"{name}s")
            arn = self.iam.create_policy(PolicyName=f"{name}-may",
                                         PolicyDocument=aws.ADMINISTRATOR)["Policy"]["Arn"]
            self.iam.attach_user_policy(UserName=name, PolicyArn=arn)
        for arn in self.MANAGED:
            self.iam.attach_group_policy(GroupName="bobs", PolicyArn=arn)

    def everything(self, size, **arguments):
        pages = self.iam.get_paginator("get_account_authorization_details").paginate(
            PaginationConfig={"PageSize": size}, **arguments)
        members = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        found = [[thing["Arn"] for member in members for thing in page[member]] for page in pages]
        self.assertTrue(all(len(page) == size for page in found[:-1]), found)
        return sum(found, [])

    def test_details_of_an_account(self):
        whole = self.everything(1000)
        self.assertEqual(13, len(whole))
        self.assertEqual({*self.MANAGED, *self.OF_EVERY_ACCOUNT}, set(whole[8:]))
        for size in range(1, 14):
            self.assertEqual(whole, self.everything(size))
        managed = self.everything(2, Filter=["AWSManagedPolicy"])
        self.assertEqual(whole[8:], managed)

    def test_policies_of_customers_and_of_aws(self):
        def names(size, **arguments):
            pages = self.iam.get_paginator("list_policies").paginate(
                PaginationConfig={"PageSize": size}, **arguments)
            return [policy["PolicyName"] for page in pages for policy in page["Policies"]]

        attached = names(100, OnlyAttached=True)
        self.assertEqual({"alice-may", "bob-may"}, set(attached[:2]))
        self.assertEqual(["AdministratorAccess", "AWSSupportServiceRolePolicy",
                          "AWSTrustedAdvisorServiceRolePolicy", "ReadOnlyAccess",
                          "ViewOnlyAccess"], attached[2:])
        for size in range(1, 8):
            self.assertEqual(attached, names(size, OnlyAttached=True))
        everything = names(1000)
        self.assertEqual(len(everything), len(set(everything)))
        self.assertEqual(everything, names(100))


if __name__ == "__main__":
    harness.main()
