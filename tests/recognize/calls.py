# SPDX-License-Identifier: Apache-2.0
"""Calls whose permissions are written down by hand, from the Service Authorization Reference and
from what the developer guides of the services say about permissions; the tables that recognising
goes by are not looked at. CALLS holds tuples of service, operation, parameters, permissions and
options: a permission is an action and a resource, an option what the client is told besides.

    keys      condition keys that have to be in the context of one of the permissions
    endpoint  of this host instead of AWS's
    config    of botocore: addressing style, payload signing
    form      "presigned", "post" (a browser's form), or "stream" (a body that is sent in chunks)
    protocol  one of the service's others
    older     by a botocore that is older, in the form that services had then
"""
from sample import ACCOUNT, REGION

CALLS = []
LOCAL = "http://localhost:4566"
A, R = ACCOUNT, REGION
ROLE = f"arn:aws:iam::{A}:role/work"


def call(service, operation, parameters, *permissions, **options):
    CALLS.append((service, operation, parameters, sorted(permissions), options))


def arn(service, rest):
    return f"arn:aws:{service}:{R}:{A}:{rest}"


# --- s3: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"
B = "arn:aws:s3:::reports"
OBJECT = {"Bucket": "reports", "Key": "2026/q3.pdf"}
O = B + "/2026/q3.pdf"
PATH_STYLE = {"s3": {"addressing_style": "path"}}
VIRTUAL = {"s3": {"addressing_style": "virtual"}}

call("s3", "ListBuckets", {}, "s3:ListAllMyBuckets arn:aws:s3:::*")
call("s3", "HeadBucket", {"Bucket": "reports"}, f"s3:ListBucket {B}")
for style in (PATH_STYLE, VIRTUAL):
    for endpoint in (None, LOCAL):
        for operation, parameters, action in [
                ("GetObject", OBJECT, "GetObject"), ("HeadObject", OBJECT, "GetObject"),
                ("PutObject", {**OBJECT, "Body": b"text"}, "PutObject"),
                ("DeleteObject", OBJECT, "DeleteObject")]:
            call("s3", operation, parameters, f"s3:{action} {O}", config=style, endpoint=endpoint)
        call("s3", "ListObjectsV2", {"Bucket": "reports", "Prefix": "2026/", "Delimiter": "/"},
             f"s3:ListBucket {B}", config=style, endpoint=endpoint,
             keys={"s3:prefix": ["2026/"], "s3:delimiter": ["/"]})
call("s3", "GetObject", {"Bucket": "my.reports", "Key": "a"},
     "s3:GetObject arn:aws:s3:::my.reports/a")
call("s3", "GetObject", {"Bucket": "reports", "Key": "a b/ü+%2F.txt"},
     f"s3:GetObject {B}/a b/ü+%2F.txt")
call("s3", "GetObject", {**OBJECT, "VersionId": "v1"}, f"s3:GetObjectVersion {O}",
     keys={"s3:VersionId": ["v1"]})
call("s3", "GetObject", OBJECT, f"s3:GetObject {O}", form="presigned")
call("s3", "PutObject", OBJECT, f"s3:PutObject {O}", form="presigned")
call("s3", "GetObject", OBJECT, f"s3:GetObject {O}", form="presigned", endpoint=LOCAL)
call("s3", "PutObject", {**OBJECT, "Body": b"text"}, f"s3:PutObject {O}", form="stream")
call("s3", "PutObject", {**OBJECT, "Body": b"text", "ChecksumAlgorithm": "SHA256"},
     f"s3:PutObject {O}", form="stream")
call("s3", "PostObject", OBJECT, f"s3:PutObject {O}", form="post")
call("s3", "PutObject", {**OBJECT, "Body": b"text", "ServerSideEncryption": "aws:kms"},
     f"s3:PutObject {O}", keys={"s3:x-amz-server-side-encryption": ["aws:kms"]})
call("s3", "PutObject", {**OBJECT, "Body": b"text", "ACL": "public-read"},
     f"s3:PutObject {O}", f"s3:PutObjectAcl {O}", keys={"s3:x-amz-acl": ["public-read"]})
call("s3", "PutObject", {**OBJECT, "Body": b"text", "Tagging": "team=red"},
     f"s3:PutObject {O}", f"s3:PutObjectTagging {O}", keys={"s3:RequestObjectTag/team": ["red"]})
call("s3", "CopyObject", {"Bucket": "copies", "Key": "c", "CopySource": "reports/2026/q3.pdf",
                          "TaggingDirective": "REPLACE"},
     f"s3:GetObject {O}", "s3:PutObject arn:aws:s3:::copies/c")
call("s3", "CopyObject", {"Bucket": "copies", "Key": "c", "TaggingDirective": "REPLACE",
                          "CopySource": {"Bucket": "reports", "Key": "a b", "VersionId": "v1"}},
     f"s3:GetObjectVersion {B}/a b", "s3:PutObject arn:aws:s3:::copies/c")
call("s3", "UploadPartCopy", {"Bucket": "copies", "Key": "c", "UploadId": "u", "PartNumber": 1,
                              "CopySource": "reports/2026/q3.pdf"},
     f"s3:GetObject {O}", "s3:PutObject arn:aws:s3:::copies/c")
call("s3", "DeleteObject", {**OBJECT, "VersionId": "v1"}, f"s3:DeleteObjectVersion {O}")
call("s3", "DeleteObjects", {"Bucket": "reports", "Delete": {"Objects": [
    {"Key": "a"}, {"Key": "b/c", "VersionId": "v1"}, {"Key": "d & <e>"}]}},
     f"s3:DeleteObject {B}/a", f"s3:DeleteObjectVersion {B}/b/c", f"s3:DeleteObject {B}/d & <e>")
call("s3", "CreateBucket", {"Bucket": "reports"}, f"s3:CreateBucket {B}")
call("s3", "DeleteBucket", {"Bucket": "reports"}, f"s3:DeleteBucket {B}")
for operation, action in [
        ("GetBucketLocation", "GetBucketLocation"), ("GetBucketPolicy", "GetBucketPolicy"),
        ("DeleteBucketPolicy", "DeleteBucketPolicy"), ("GetBucketAcl", "GetBucketAcl"),
        ("GetBucketEncryption", "GetEncryptionConfiguration"),
        ("DeleteBucketEncryption", "PutEncryptionConfiguration"),
        ("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
        ("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
        ("GetBucketCors", "GetBucketCORS"), ("DeleteBucketCors", "PutBucketCORS"),
        ("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
        ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
        ("GetBucketReplication", "GetReplicationConfiguration"),
        ("DeleteBucketTagging", "PutBucketTagging"), ("GetBucketVersioning", "GetBucketVersioning"),
        ("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
        ("ListObjects", "ListBucket"), ("ListObjectVersions", "ListBucketVersions"),
        ("ListMultipartUploads", "ListBucketMultipartUploads"),
        ("GetBucketNotificationConfiguration", "GetBucketNotification")]:
    call("s3", operation, {"Bucket": "reports"}, f"s3:{action} {B}")
call("s3", "PutBucketPolicy", {"Bucket": "reports", "Policy": "{}"}, f"s3:PutBucketPolicy {B}")
call("s3", "PutBucketVersioning", {"Bucket": "reports", "VersioningConfiguration":
                                   {"Status": "Enabled"}}, f"s3:PutBucketVersioning {B}")
call("s3", "PutBucketReplication", {"Bucket": "reports", "ReplicationConfiguration": {
    "Role": ROLE, "Rules": [{"Status": "Enabled", "Destination": {"Bucket": B + "-copy"}}]}},
     f"s3:PutReplicationConfiguration {B}", f"iam:PassRole {ROLE}",
     keys={"iam:PassedToService": ["s3.amazonaws.com"]})
call("s3", "CreateMultipartUpload", OBJECT, f"s3:PutObject {O}")
call("s3", "UploadPart", {**OBJECT, "UploadId": "u", "PartNumber": 1, "Body": b"x"},
     f"s3:PutObject {O}")
call("s3", "CompleteMultipartUpload", {**OBJECT, "UploadId": "u"}, f"s3:PutObject {O}")
call("s3", "AbortMultipartUpload", {**OBJECT, "UploadId": "u"}, f"s3:AbortMultipartUpload {O}")
call("s3", "ListParts", {**OBJECT, "UploadId": "u"}, f"s3:ListMultipartUploadParts {O}")
call("s3", "PutObjectTagging", {**OBJECT, "Tagging": {"TagSet": [{"Key": "k", "Value": "v"}]}},
     f"s3:PutObjectTagging {O}", keys={"s3:RequestObjectTag/k": ["v"]})
call("s3", "GetObjectTagging", {**OBJECT, "VersionId": "v1"}, f"s3:GetObjectVersionTagging {O}")
call("s3", "GetObjectAcl", OBJECT, f"s3:GetObjectAcl {O}")
call("s3", "GetObject", {"Bucket": f"arn:aws:s3:{R}:{A}:accesspoint/ap", "Key": "k"},
     f"s3:GetObject arn:aws:s3:{R}:{A}:accesspoint/ap/object/k")
call("s3", "ListObjectsV2", {"Bucket": f"arn:aws:s3:{R}:{A}:accesspoint/ap"},
     f"s3:ListBucket arn:aws:s3:{R}:{A}:accesspoint/ap")
call("s3control", "GetPublicAccessBlock", {"AccountId": A}, "s3:GetAccountPublicAccessBlock *")

# --- dynamodb: Developer Guide, "DynamoDB API permissions"
T = arn("dynamodb", "table/orders")
ID = {"id": {"S": "7"}}
call("dynamodb", "GetItem", {"TableName": "orders", "Key": ID}, f"dynamodb:GetItem {T}")
call("dynamodb", "PutItem", {"TableName": T, "Item": ID}, f"dynamodb:PutItem {T}")
call("dynamodb", "Query", {"TableName": "orders", "IndexName": "by-day"},
     f"dynamodb:Query {T}/index/by-day")
call("dynamodb", "Scan", {"TableName": "orders"}, f"dynamodb:Scan {T}", endpoint=LOCAL)
call("dynamodb", "ListTables", {}, f"dynamodb:ListTables {arn('dynamodb', 'table/*')}")
call("dynamodb", "BatchGetItem", {"RequestItems": {"orders": {"Keys": [ID]},
                                                   "people": {"Keys": [ID]}}},
     f"dynamodb:BatchGetItem {T}", f"dynamodb:BatchGetItem {arn('dynamodb', 'table/people')}")
call("dynamodb", "BatchWriteItem", {"RequestItems": {"orders": [{"PutRequest": {"Item": ID}}]}},
     f"dynamodb:BatchWriteItem {T}")
call("dynamodb", "TransactWriteItems", {"TransactItems": [
    {"Put": {"TableName": "orders", "Item": ID}},
    {"Delete": {"TableName": "people", "Key": ID}},
    {"ConditionCheck": {"TableName": "stock", "Key": ID, "ConditionExpression": "n > :n"}}]},
     f"dynamodb:PutItem {T}", f"dynamodb:DeleteItem {arn('dynamodb', 'table/people')}",
     f"dynamodb:ConditionCheckItem {arn('dynamodb', 'table/stock')}",
     keys={"dynamodb:EnclosingOperation": ["TransactWriteItems"]})
call("dynamodb", "TransactGetItems", {"TransactItems": [
    {"Get": {"TableName": "orders", "Key": ID}}]}, f"dynamodb:GetItem {T}")
call("dynamodb", "ExecuteStatement", {"Statement": "SELECT * FROM \"orders\" WHERE id='7'"},
     f"dynamodb:PartiQLSelect {T}")
call("dynamodb", "ExecuteStatement", {"Statement": "DELETE FROM orders WHERE id='7'"},
     f"dynamodb:PartiQLDelete {T}")
call("dynamodb", "DescribeTable", {"TableName": "orders"}, f"dynamodb:DescribeTable {T}")
call("dynamodb", "TagResource", {"ResourceArn": T, "Tags": [{"Key": "k", "Value": "v"}]},
     f"dynamodb:TagResource {T}", keys={"aws:RequestTag/k": ["v"]})
call("dynamodb", "DescribeBackup", {"BackupArn": T + "/backup/01"},
     f"dynamodb:DescribeBackup {T}/backup/01")
call("dynamodb", "DescribeLimits", {}, "dynamodb:DescribeLimits *")
call("dynamodbstreams", "GetShardIterator", {"StreamArn": T + "/stream/s", "ShardId": "x" * 28,
                                             "ShardIteratorType": "LATEST"},
     f"dynamodb:GetShardIterator {T}/stream/s")

# --- ec2: User Guide, "Example policies to control access the Amazon EC2 API"
def ec2(kind, name):
    return arn("ec2", f"{kind}/{name}")


I = "i-0123456789abcdef0"
call("ec2", "DescribeInstances", {}, "ec2:DescribeInstances *")
call("ec2", "DescribeInstances", {"InstanceIds": [I]}, "ec2:DescribeInstances *", endpoint=LOCAL)
SUBNET, GROUP = "subnet-0123456789abcdef0", "sg-0123456789abcdef0"
LAUNCH = [f"ec2:RunInstances arn:aws:ec2:{R}::image/ami-0123456789abcdef0",
          *(f"ec2:RunInstances {ec2(kind, '*')}" for kind in (
              "instance", "network-interface", "volume")),
          f"ec2:RunInstances {ec2('security-group', GROUP)}",
          f"ec2:RunInstances {ec2('subnet', SUBNET)}",
          f"ec2:RunInstances {ec2('key-pair', 'alice')}"]
RUN = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1,
       "SubnetId": SUBNET, "SecurityGroupIds": [GROUP], "KeyName": "alice"}
call("ec2", "RunInstances", RUN, *LAUNCH, keys={"ec2:InstanceType": ["t3.micro"]})
call("ec2", "RunInstances", {**RUN, "TagSpecifications": [
    {"ResourceType": "instance", "Tags": [{"Key": "team", "Value": "red"}]}]},
     *LAUNCH, f"ec2:CreateTags {ec2('instance', '*')}",
     keys={"ec2:CreateAction": ["RunInstances"], "aws:RequestTag/team": ["red"]})
for operation in ("StartInstances", "StopInstances", "TerminateInstances", "RebootInstances"):
    call("ec2", operation, {"InstanceIds": [I, I[:-1] + "1"]},
         f"ec2:{operation} {ec2('instance', I)}",
         f"ec2:{operation} {ec2('instance', I[:-1] + '1')}")
call("ec2", "CreateTags", {"Resources": [I, "vpc-0123456789abcdef0"],
                           "Tags": [{"Key": "team", "Value": "red"}]},
     f"ec2:CreateTags {ec2('instance', I)}",
     f"ec2:CreateTags {ec2('vpc', 'vpc-0123456789abcdef0')}",
     keys={"aws:RequestTag/team": ["red"], "aws:TagKeys": ["team"]})
call("ec2", "AttachVolume", {"InstanceId": I, "VolumeId": "vol-0123456789abcdef0",
                             "Device": "/dev/sdf"},
     f"ec2:AttachVolume {ec2('instance', I)}",
     f"ec2:AttachVolume {ec2('volume', 'vol-0123456789abcdef0')}")
call("ec2", "DeleteVpc", {"VpcId": "vpc-0123456789abcdef0"},
     f"ec2:DeleteVpc {ec2('vpc', 'vpc-0123456789abcdef0')}")
call("ec2", "DeleteSnapshot", {"SnapshotId": "snap-0123456789abcdef0"},
     f"ec2:DeleteSnapshot arn:aws:ec2:{R}::snapshot/snap-0123456789abcdef0")
call("ec2", "AuthorizeSecurityGroupIngress", {"GroupId": "sg-0123456789abcdef0", "IpPermissions": [
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]},
     f"ec2:AuthorizeSecurityGroupIngress {ec2('security-group', 'sg-0123456789abcdef0')}")
call("ec2", "CreateVpc", {"CidrBlock": "10.0.0.0/16"}, f"ec2:CreateVpc {ec2('vpc', '*')}")
call("ec2", "DeleteKeyPair", {"KeyName": "alice"}, f"ec2:DeleteKeyPair {ec2('key-pair', 'alice')}")
call("ec2", "DescribeVpcs", {"Filters": [{"Name": "tag:a", "Values": ["b"]}]}, "ec2:DescribeVpcs *")

# --- sqs, in its three forms: Developer Guide, "Amazon SQS API permissions"
Q, QUEUE = f"https://sqs.{R}.amazonaws.com/{A}/orders", arn("sqs", "orders")
call("sqs", "SendMessage", {"QueueUrl": Q, "MessageBody": "m"}, f"sqs:SendMessage {QUEUE}")
call("sqs", "SendMessage", {"QueueUrl": f"{LOCAL}/{A}/orders", "MessageBody": "m"},
     f"sqs:SendMessage {QUEUE}", endpoint=LOCAL)
call("sqs", "SendMessageBatch", {"QueueUrl": Q, "Entries": [{"Id": "1", "MessageBody": "m"}]},
     f"sqs:SendMessage {QUEUE}")
call("sqs", "ReceiveMessage", {"QueueUrl": Q}, f"sqs:ReceiveMessage {QUEUE}")
call("sqs", "DeleteMessageBatch", {"QueueUrl": Q, "Entries": [{"Id": "1", "ReceiptHandle": "r"}]},
     f"sqs:DeleteMessage {QUEUE}")
call("sqs", "GetQueueUrl", {"QueueName": "orders"}, f"sqs:GetQueueUrl {QUEUE}")
call("sqs", "CreateQueue", {"QueueName": "orders"}, f"sqs:CreateQueue {QUEUE}")
call("sqs", "ListQueues", {}, f"sqs:ListQueues {arn('sqs', '*')}")
call("sqs", "ReceiveMessage", {"QueueUrl": f"https://sqs.{R}.amazonaws.com/999999999999/orders"},
     f"sqs:ReceiveMessage arn:aws:sqs:{R}:999999999999:orders")
call("sqs", "SendMessage", {"QueueUrl": Q, "MessageBody": "m"}, f"sqs:SendMessage {QUEUE}",
     older=True)
call("sqs", "SendMessage", {"QueueUrl": f"{LOCAL}/{A}/orders", "MessageBody": "m"},
     f"sqs:SendMessage {QUEUE}", endpoint=LOCAL, older=True)
call("sqs", "DeleteMessageBatch", {"QueueUrl": Q, "Entries": [{"Id": "1", "ReceiptHandle": "r"}]},
     f"sqs:DeleteMessage {QUEUE}", older=True)
call("sqs", "CreateQueue", {"QueueName": "orders", "tags": {"team": "red"}},
     f"sqs:CreateQueue {QUEUE}", f"sqs:TagQueue {QUEUE}", older=True,
     keys={"aws:RequestTag/team": ["red"]})
call("sqs", "CreateQueue", {"QueueName": "orders", "tags": {"team": "red"}},
     f"sqs:CreateQueue {QUEUE}", f"sqs:TagQueue {QUEUE}", keys={"aws:RequestTag/team": ["red"]})
call("s3", "GetObject", OBJECT, f"s3:GetObject {O}", older=True)
call("s3", "PutObject", {**OBJECT, "Body": b"text"}, f"s3:PutObject {O}", older=True)
call("dynamodb", "GetItem", {"TableName": "orders", "Key": ID}, f"dynamodb:GetItem {T}", older=True)
call("ec2", "StopInstances", {"InstanceIds": [I]}, f"ec2:StopInstances {ec2('instance', I)}",
     older=True)

# --- sns
TOPIC = arn("sns", "news")
call("sns", "Publish", {"TopicArn": TOPIC, "Message": "m"}, f"sns:Publish {TOPIC}")
call("sns", "PublishBatch", {"TopicArn": TOPIC, "PublishBatchRequestEntries": [
    {"Id": "1", "Message": "m"}]}, f"sns:Publish {TOPIC}")
call("sns", "Subscribe", {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "a@example.com"},
     f"sns:Subscribe {TOPIC}", keys={"sns:Protocol": ["email"], "sns:Endpoint": ["a@example.com"]})
call("sns", "CreateTopic", {"Name": "news"}, f"sns:CreateTopic {TOPIC}")
call("sns", "ListTopics", {}, f"sns:ListTopics {arn('sns', '*')}")
call("sns", "DeleteTopic", {"TopicArn": TOPIC}, f"sns:DeleteTopic {TOPIC}", endpoint=LOCAL)

# --- lambda: Developer Guide, "Fine-tuning the Resources and Conditions sections of policies"
F = arn("lambda", "function:resize")
call("lambda", "Invoke", {"FunctionName": "resize", "Payload": b"{}"}, f"lambda:InvokeFunction {F}")
call("lambda", "Invoke", {"FunctionName": F, "Qualifier": "live", "Payload": b"{}"},
     f"lambda:InvokeFunction {F}:live")
call("lambda", "Invoke", {"FunctionName": f"{A}:function:resize", "Payload": b"{}"},
     f"lambda:InvokeFunction {F}")
call("lambda", "ListFunctions", {}, "lambda:ListFunctions *")
call("lambda", "GetFunction", {"FunctionName": "resize"}, f"lambda:GetFunction {F}")
call("lambda", "CreateFunction", {"FunctionName": "resize", "Role": ROLE, "Runtime": "python3.13",
                                  "Handler": "a.b", "Code": {"ZipFile": b"zip"}},
     f"lambda:CreateFunction {F}", f"iam:PassRole {ROLE}",
     keys={"iam:PassedToService": ["lambda.amazonaws.com"]})
call("lambda", "UpdateFunctionCode", {"FunctionName": "resize", "ZipFile": b"zip"},
     f"lambda:UpdateFunctionCode {F}")
call("lambda", "DeleteFunction", {"FunctionName": "resize"}, f"lambda:DeleteFunction {F}",
     endpoint=LOCAL)
call("lambda", "AddPermission", {"FunctionName": "resize", "StatementId": "s",
                                 "Action": "lambda:InvokeFunction",
                                 "Principal": "s3.amazonaws.com"},
     f"lambda:AddPermission {F}", keys={"lambda:Principal": ["s3.amazonaws.com"]})
call("lambda", "TagResource", {"Resource": F, "Tags": {"team": "red"}}, f"lambda:TagResource {F}",
     keys={"aws:RequestTag/team": ["red"]})
call("lambda", "GetLayerVersion", {"LayerName": "base", "VersionNumber": 3},
     f"lambda:GetLayerVersion {arn('lambda', 'layer:base:3')}")

# --- kms: Developer Guide, "AWS KMS permissions"
K = "1234abcd-12ab-34cd-56ef-1234567890ab"
KARN = arn("kms", "key/" + K)
call("kms", "Encrypt", {"KeyId": K, "Plaintext": b"p", "EncryptionContext": {"dept": "tax"}},
     f"kms:Encrypt {KARN}", keys={"kms:EncryptionContext:dept": ["tax"],
                                  "kms:EncryptionContextKeys": ["dept"]})
call("kms", "Decrypt", {"KeyId": KARN, "CiphertextBlob": b"c"}, f"kms:Decrypt {KARN}")
call("kms", "GenerateDataKey", {"KeyId": K, "KeySpec": "AES_256"}, f"kms:GenerateDataKey {KARN}")
call("kms", "ListKeys", {}, "kms:ListKeys *")
call("kms", "CreateKey", {}, "kms:CreateKey *", endpoint=LOCAL)
call("kms", "CreateAlias", {"AliasName": "alias/app", "TargetKeyId": K},
     f"kms:CreateAlias {arn('kms', 'alias/app')}", f"kms:CreateAlias {KARN}")
call("kms", "ReEncrypt", {"CiphertextBlob": b"c", "SourceKeyId": K,
                          "DestinationKeyId": KARN[:-1] + "c"},
     f"kms:ReEncryptFrom {KARN}", f"kms:ReEncryptTo {KARN[:-1]}c")
call("kms", "DescribeKey", {"KeyId": K}, f"kms:DescribeKey {KARN}")
call("kms", "ScheduleKeyDeletion", {"KeyId": K, "PendingWindowInDays": 7},
     f"kms:ScheduleKeyDeletion {KARN}",
     keys={"kms:ScheduleKeyDeletionPendingWindowInDays": ["7"]})

# --- cloudwatch, in its three forms, and logs
METRICS = {"Namespace": "Shop", "MetricData": [{"MetricName": "orders", "Value": 1.0}]}
ALARM = arn("cloudwatch", "alarm:high")
for form in ({"protocol": "smithy-rpc-v2-cbor"}, {"protocol": "json"}, {"older": True}):
    call("cloudwatch", "PutMetricData", METRICS, "cloudwatch:PutMetricData *", **form,
         keys={"cloudwatch:namespace": ["Shop"]})
    call("cloudwatch", "DeleteAlarms", {"AlarmNames": ["high"]}, f"cloudwatch:DeleteAlarms {ALARM}",
         **form)
    call("cloudwatch", "ListMetrics", {}, "cloudwatch:ListMetrics *", **form)
G = arn("logs", "log-group:/shop/web")
call("logs", "DescribeLogStreams", {"logGroupName": "/shop/web"},
     f"logs:DescribeLogStreams {G}:log-stream:")
call("logs", "PutLogEvents", {"logGroupName": "/shop/web", "logStreamName": "s", "logEvents": [
    {"timestamp": 1, "message": "m"}]}, f"logs:PutLogEvents {G}:log-stream:s")
call("logs", "ListTagsForResource", {"resourceArn": G}, f"logs:ListTagsForResource {G}")

# --- route53
Z = "arn:aws:route53:::hostedzone/Z1"
call("route53", "ListHostedZones", {}, "route53:ListHostedZones *")
call("route53", "GetHostedZone", {"Id": "/hostedzone/Z1"}, f"route53:GetHostedZone {Z}")
call("route53", "ChangeResourceRecordSets", {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [
    {"Action": "UPSERT", "ResourceRecordSet": {"Name": "WWW.Example.com.", "Type": "A", "TTL": 60,
                                               "ResourceRecords": [{"Value": "192.0.2.1"}]}}]}},
     f"route53:ChangeResourceRecordSets {Z}", keys={
         "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["www.example.com"],
         "route53:ChangeResourceRecordSetsRecordTypes": ["A"],
         "route53:ChangeResourceRecordSetsActions": ["UPSERT"]})

# --- secretsmanager, ssm
S = arn("secretsmanager", "secret:db-AbCdEf")
call("secretsmanager", "GetSecretValue", {"SecretId": S}, f"secretsmanager:GetSecretValue {S}")
call("secretsmanager", "GetSecretValue", {"SecretId": "db"},
     f"secretsmanager:GetSecretValue {arn('secretsmanager', 'secret:db-??????')}")
call("secretsmanager", "ListSecrets", {}, "secretsmanager:ListSecrets *")
call("secretsmanager", "PutSecretValue", {"SecretId": S, "SecretString": "s"},
     f"secretsmanager:PutSecretValue {S}", endpoint=LOCAL)
call("ssm", "GetParameter", {"Name": "/shop/db"},
     f"ssm:GetParameter {arn('ssm', 'parameter/shop/db')}")
call("ssm", "GetParameters", {"Names": ["/shop/db", "flat"]},
     f"ssm:GetParameters {arn('ssm', 'parameter/shop/db')}",
     f"ssm:GetParameters {arn('ssm', 'parameter/flat')}")
call("ssm", "GetParametersByPath", {"Path": "/shop", "Recursive": True},
     f"ssm:GetParametersByPath {arn('ssm', 'parameter/shop')}", keys={"ssm:Recursive": ["true"]})
call("ssm", "PutParameter", {"Name": "/shop/db", "Value": "v", "Type": "String"},
     f"ssm:PutParameter {arn('ssm', 'parameter/shop/db')}")
call("ssm", "DescribeParameters", {}, f"ssm:DescribeParameters {arn('ssm', '*')}")

# --- events, states, ecs, ecr, eks
call("events", "PutEvents", {"Entries": [{"Source": "shop", "DetailType": "Paid", "Detail": "{}"}]},
     f"events:PutEvents {arn('events', 'event-bus/default')}",
     keys={"events:source": ["shop"], "events:detail-type": ["Paid"]})
call("events", "PutEvents", {"Entries": [{"Source": "a", "DetailType": "b", "Detail": "{}",
                                          "EventBusName": "shop"}]},
     f"events:PutEvents {arn('events', 'event-bus/shop')}")
call("events", "DescribeRule", {"Name": "nightly"},
     f"events:DescribeRule {arn('events', 'rule/nightly')}")
call("events", "DescribeRule", {"Name": "nightly", "EventBusName": "shop"},
     f"events:DescribeRule {arn('events', 'rule/shop/nightly')}")
MACHINE = arn("states", "stateMachine:pay")
call("stepfunctions", "StartExecution", {"stateMachineArn": MACHINE},
     f"states:StartExecution {MACHINE}")
call("stepfunctions", "StartSyncExecution", {"stateMachineArn": MACHINE},
     f"states:StartSyncExecution {MACHINE}")
call("stepfunctions", "DescribeExecution", {"executionArn": arn("states", "execution:pay:7")},
     f"states:DescribeExecution {arn('states', 'execution:pay:7')}")
call("stepfunctions", "CreateStateMachine", {"name": "pay", "definition": "{}", "roleArn": ROLE},
     f"states:CreateStateMachine {MACHINE}", f"iam:PassRole {ROLE}",
     keys={"iam:PassedToService": ["states.amazonaws.com"]})
call("stepfunctions", "ListStateMachines", {},
     f"states:ListStateMachines {arn('states', 'stateMachine:*')}")
call("ecs", "ListClusters", {}, "ecs:ListClusters *")
call("ecs", "DeleteCluster", {"cluster": "shop"}, f"ecs:DeleteCluster {arn('ecs', 'cluster/shop')}")
call("ecs", "DescribeServices", {"cluster": "shop", "services": ["web"]},
     f"ecs:DescribeServices {arn('ecs', 'service/shop/web')}",
     keys={"ecs:cluster": [arn("ecs", "cluster/shop")]})
call("ecs", "StopTask", {"cluster": "shop", "task": "1234"},
     f"ecs:StopTask {arn('ecs', 'task/shop/1234')}")
REPOSITORY = arn("ecr", "repository/shop/web")
call("ecr", "GetAuthorizationToken", {}, "ecr:GetAuthorizationToken *")
call("ecr", "BatchGetImage", {"repositoryName": "shop/web", "imageIds": [{"imageTag": "1"}]},
     f"ecr:BatchGetImage {REPOSITORY}")
call("ecr", "PutImage", {"repositoryName": "shop/web", "imageManifest": "{}"},
     f"ecr:PutImage {REPOSITORY}")
call("eks", "DescribeCluster", {"name": "prod"},
     f"eks:DescribeCluster {arn('eks', 'cluster/prod')}")
call("eks", "ListClusters", {}, f"eks:ListClusters {arn('eks', 'cluster/*')}")
call("eks", "DeleteCluster", {"name": "prod"},
     f"eks:DeleteCluster {arn('eks', 'cluster/prod')}", endpoint=LOCAL)

# --- rds, iam, sts
call("rds", "DescribeDBInstances", {"DBInstanceIdentifier": "main"},
     f"rds:DescribeDBInstances {arn('rds', 'db:main')}")
call("rds", "DeleteDBInstance", {"DBInstanceIdentifier": "main", "SkipFinalSnapshot": True},
     f"rds:DeleteDBInstance {arn('rds', 'db:main')}")
call("rds", "RebootDBInstance", {"DBInstanceIdentifier": "main"},
     f"rds:RebootDBInstance {arn('rds', 'db:main')}")
call("rds", "DeleteDBCluster", {"DBClusterIdentifier": "c", "SkipFinalSnapshot": True},
     f"rds:DeleteDBCluster {arn('rds', 'cluster:c')}")
call("iam", "GetUser", {"UserName": "alice"}, f"iam:GetUser arn:aws:iam::{A}:user/alice")
call("iam", "ListUsers", {}, f"iam:ListUsers *")
call("iam", "GetRole", {"RoleName": "work"}, f"iam:GetRole {ROLE}")
call("iam", "CreateUser", {"UserName": "bob", "Path": "/staff/"},
     f"iam:CreateUser arn:aws:iam::{A}:user/staff/bob")
call("iam", "AttachRolePolicy", {"RoleName": "work",
                                 "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
     f"iam:AttachRolePolicy {ROLE}",
     keys={"iam:PolicyARN": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]})
call("sts", "GetCallerIdentity", {})
call("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "ci"}, f"sts:AssumeRole {ROLE}",
     keys={"sts:RoleSessionName": ["ci"]})
call("sts", "DecodeAuthorizationMessage", {"EncodedMessage": "m"},
     "sts:DecodeAuthorizationMessage *")

# --- one or two of others
call("kinesis", "PutRecord", {"StreamName": "clicks", "Data": b"d", "PartitionKey": "p"},
     f"kinesis:PutRecord {arn('kinesis', 'stream/clicks')}")
call("firehose", "PutRecord", {"DeliveryStreamName": "clicks", "Record": {"Data": b"d"}},
     f"firehose:PutRecord {arn('firehose', 'deliverystream/clicks')}")
call("cloudformation", "DescribeStacks", {"StackName": "shop"},
     f"cloudformation:DescribeStacks {arn('cloudformation', 'stack/shop/*')}")
call("cloudformation", "ListStacks", {},
     f"cloudformation:ListStacks {arn('cloudformation', 'stack/*/*')}")
call("cloudfront", "GetDistribution", {"Id": "E1"},
     f"cloudfront:GetDistribution arn:aws:cloudfront::{A}:distribution/E1")
call("cloudfront", "CreateInvalidation", {"DistributionId": "E1", "InvalidationBatch": {
    "Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "1"}},
     f"cloudfront:CreateInvalidation arn:aws:cloudfront::{A}:distribution/E1")
call("acm", "DescribeCertificate", {"CertificateArn": arn("acm", "certificate/" + K)},
     f"acm:DescribeCertificate {arn('acm', 'certificate/' + K)}")
call("athena", "StartQueryExecution", {"QueryString": "SELECT 1", "WorkGroup": "main"},
     f"athena:StartQueryExecution {arn('athena', 'workgroup/main')}")
call("codebuild", "StartBuild", {"projectName": "web"},
     f"codebuild:StartBuild {arn('codebuild', 'project/web')}")
call("codecommit", "GetRepository", {"repositoryName": "web"},
     f"codecommit:GetRepository {arn('codecommit', 'web')}")
call("cognito-idp", "AdminGetUser", {"UserPoolId": f"{R}_abc", "Username": "u"},
     f"cognito-idp:AdminGetUser {arn('cognito-idp', f'userpool/{R}_abc')}")
call("ses", "SendEmail", {"Source": "a@example.com",
                          "Destination": {"ToAddresses": ["b@example.com"]},
                          "Message": {"Subject": {"Data": "s"}, "Body": {}}},
     f"ses:SendEmail {arn('ses', 'identity/a@example.com')}")
call("elbv2", "DescribeLoadBalancers", {}, "elasticloadbalancing:DescribeLoadBalancers *")
call("autoscaling", "DescribeAutoScalingGroups", {}, "autoscaling:DescribeAutoScalingGroups *")
call("batch", "SubmitJob", {"jobName": "j", "jobQueue": "q", "jobDefinition": "d:1"},
     f"batch:SubmitJob {arn('batch', 'job-definition/d:1')}",
     f"batch:SubmitJob {arn('batch', 'job-queue/q')}")
call("backup", "DescribeBackupVault", {"BackupVaultName": "v"},
     f"backup:DescribeBackupVault {arn('backup', 'backup-vault:v')}")
call("glue", "GetDatabase", {"Name": "sales"}, f"glue:GetDatabase {arn('glue', 'catalog')}",
     f"glue:GetDatabase {arn('glue', 'database/sales')}")
call("sagemaker", "DescribeEndpoint", {"EndpointName": "e"},
     f"sagemaker:DescribeEndpoint {arn('sagemaker', 'endpoint/e')}")
call("efs", "DeleteFileSystem", {"FileSystemId": "fs-01234567"},
     f"elasticfilesystem:DeleteFileSystem {arn('elasticfilesystem', 'file-system/fs-01234567')}")
call("cloudtrail", "GetTrailStatus", {"Name": "main"},
     f"cloudtrail:GetTrailStatus {arn('cloudtrail', 'trail/main')}")
call("redshift", "DescribeClusters", {"ClusterIdentifier": "c"},
     f"redshift:DescribeClusters {arn('redshift', 'cluster:c')}")
call("bedrock-runtime", "InvokeModel", {"modelId": "amazon.titan-text-lite-v1", "body": b"{}"},
     f"bedrock:InvokeModel arn:aws:bedrock:{R}::foundation-model/amazon.titan-text-lite-v1")
call("scheduler", "GetSchedule", {"Name": "nightly", "GroupName": "default"},
     f"scheduler:GetSchedule {arn('scheduler', 'schedule/default/nightly')}")
call("apigateway", "GetRestApi", {"restApiId": "abc"},
     f"apigateway:GET arn:aws:apigateway:{R}::/restapis/abc")
call("apigateway", "CreateDeployment", {"restApiId": "abc"},
     f"apigateway:POST arn:aws:apigateway:{R}::/restapis/abc/deployments")
call("organizations", "ListAccounts", {}, "organizations:ListAccounts *")
