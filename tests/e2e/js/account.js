// SPDX-License-Identifier: Apache-2.0
// What an account tells of itself, by rest-json.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Account, ConflictException, ResourceNotFoundException, ValidationException }
  from "@aws-sdk/client-account";
import { ACCOUNT, allow, newUser, refused, root } from "./support.js";

const account = (credentials) => new Account({ maxAttempts: 1, credentials });
const lab = account();
const JANE = { AddressLine1: "1 Main Street", City: "Seattle", CountryCode: "US",
  FullName: "Jane Doe", PhoneNumber: "+1 206 555 0100", PostalCode: "98109" };

test("contact information", async () => {
  await assert.rejects(lab.getContactInformation({}), ResourceNotFoundException);
  await lab.putContactInformation({ ContactInformation: { ...JANE, CountryCode: "us" } });
  assert.deepEqual((await lab.getContactInformation({})).ContactInformation, JANE);
});

test("alternate contacts", async () => {
  const bill = { AlternateContactType: "BILLING", EmailAddress: "bill@example.com", Name: "Bill",
    PhoneNumber: "+1 206 555 0101", Title: "Head" };
  const { AlternateContactType } = bill;
  await lab.putAlternateContact(bill);
  assert.deepEqual((await lab.getAlternateContact({ AlternateContactType })).AlternateContact,
    bill);
  await lab.deleteAlternateContact({ AlternateContactType });
  await refused(lab.getAlternateContact({ AlternateContactType }), "ResourceNotFoundException",
    404, "No contact of the inputted alternate contact type found.");
});

test("the name of the account", async () => {
  await lab.putAccountName({ AccountName: "Acme" });
  const { AccountCreatedDate, AccountId, AccountName } = await lab.getAccountInformation({});
  assert.ok(AccountCreatedDate instanceof Date);
  assert.deepEqual([AccountId, AccountName], [ACCOUNT, "Acme"]);
});

test("regions", async () => {
  await lab.enableRegion({ RegionName: "ap-east-1" });
  await assert.rejects(lab.disableRegion({ RegionName: "ap-east-1" }), ConflictException);
  await assert.rejects(lab.disableRegion({ RegionName: "us-east-1" }), (error) => {
    assert.ok(error instanceof ValidationException);
    assert.equal(error.reason, "invalidRegionOptTarget");
    assert.equal(error.fieldList[0].name, "RegionName");
    return true;
  });
  const { Regions } = await lab.listRegions({ RegionOptStatusContains: ["ENABLING"] });
  assert.deepEqual(Regions, [{ RegionName: "ap-east-1", RegionOptStatus: "ENABLING" }]);
});

test("who may", async () => {
  const user = account(await newUser("accountant"));
  await refused(user.getContactInformation({}), "AccessDeniedException", 403);
  await root.putUserPolicy({ UserName: "accountant", PolicyName: "p",
    PolicyDocument: allow("account:GetContactInformation") });
  assert.equal((await user.getContactInformation({})).ContactInformation.City, "Seattle");
});
