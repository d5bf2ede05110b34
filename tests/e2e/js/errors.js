// SPDX-License-Identifier: Apache-2.0
// Errors are instances of the classes that the SDK has for them.
import test from "node:test";
import { DeleteConflictException, EntityAlreadyExistsException, InvalidInputException,
  LimitExceededException, MalformedPolicyDocumentException, NoSuchEntityException }
  from "@aws-sdk/client-iam";
import { allow, newUser, refused, root, sts, thrown } from "./support.js";

test("classes of errors", async () => {
  await newUser("alice");
  await root.createAccessKey({ UserName: "alice" });
  await thrown(root.getUser({ UserName: "bob" }), NoSuchEntityException, 404,
    "The user with name bob cannot be found.");
  await thrown(root.createUser({ UserName: "ALICE" }), EntityAlreadyExistsException, 409,
    "User with name ALICE already exists.");
  await thrown(root.deleteUser({ UserName: "alice" }), DeleteConflictException, 409);
  await thrown(root.createAccessKey({ UserName: "alice" }), LimitExceededException, 409,
    "Cannot exceed quota for AccessKeysPerUser: 2");
  await thrown(root.putUserPolicy({ UserName: "alice", PolicyName: "p", PolicyDocument: "{" }),
    MalformedPolicyDocumentException, 400);
  await thrown(root.tagUser({ UserName: "alice", Tags: [{ Key: "aws:x", Value: "" }] }),
    InvalidInputException, 400);
});

test("errors without a class keep AWS's name", async () => {
  await refused(root.createUser({ UserName: "no spaces" }), "ValidationError", 400);
  await refused(root.putUserPolicy({ UserName: "alice", PolicyName: "p".repeat(129),
    PolicyDocument: allow("iam:GetUser") }), "ValidationError", 400);
  await refused(sts().getAccessKeyInfo({ AccessKeyId: "short" }), "ValidationError", 400);
  await refused(sts({ accessKeyId: "AKIAIOSFODNN7UNKNOWN", secretAccessKey: "x" })
    .getCallerIdentity({}), "InvalidClientTokenId", 403);
});
