# SPDX-License-Identifier: Apache-2.0
"""What AWS itself says that requests need. PAGES holds calls with all permissions that a page of
AWS's documentation names for them; DENIALS calls that AWS has refused, and the sentence that
somebody has quoted: what stands in it behind "User: ... is not authorized to perform: ". Names,
accounts and regions in the sentences are ours; those of before 2021 end with the resource. The
tables that recognising goes by are not looked at.

A denial may tell the status and the code of the answer, too. The options are those of calls.py.
"""
from sample import ACCOUNT, REGION

A, R = ACCOUNT, REGION
PAGES, DENIALS = [], []
DOCS = "https://docs.aws.amazon.com/"
GUIDES = "https://github.com/awsdocs/"
HUB = "https://github.com/"
ROLE = f"arn:aws:iam::{A}:role/work"
source = ""  # of the rows below


def page(where):
    global source  # pylint: disable=global-statement
    source = where


def call(service, operation, parameters, *permissions, **options):
    PAGES.append((source, service, operation, parameters, sorted(permissions), options))


def arn(service, rest):
    return f"arn:aws:{service}:{R}:{A}:{rest}"


def denied(where, service, operation, parameters, action, resource, answer=None, since=True,
           action_is=None, of=None, **options):
    """AWS refused ACTION on RESOURCE, None: the sentence names none. SINCE: it gives a reason.
    ACTION_IS: the action when the sentence spells it otherwise; OF: the resource when the sentence
    leaves it out and it is not "*". ANSWER: status and code.
    """
    sentence = action + (f" on resource: {resource}" if resource else "")
    if since:
        sentence += f" because no identity-based policy allows the {action} action"
    where = where if "://" in where else HUB + where
    DENIALS.append((where, service, operation, parameters,
                    [action_is or action, (of or resource or "*").strip('"')], sentence, answer,
                    options))


JSON = (400, "AccessDeniedException")
REST = (403, "AccessDeniedException")
QUERY = (403, "AccessDenied")

# --- s3
B = "arn:aws:s3:::reports"
O = B + "/2026/q3.pdf"
BUCKET = {"Bucket": "reports"}
OBJECT = {**BUCKET, "Key": "2026/q3.pdf"}
UPLOAD = {**OBJECT, "UploadId": "u"}
PART = {**UPLOAD, "PartNumber": 1}
COPY = {"Bucket": "copies", "Key": "c", "CopySource": "reports/2026/q3.pdf"}
TO = "arn:aws:s3:::copies/c"
VERSION = {**OBJECT, "VersionId": "v1"}

page(GUIDES + "amazon-s3-userguide/blob/main/doc_source/walkthrough1.md")
call("s3", "ListBuckets", {}, "s3:ListAllMyBuckets arn:aws:s3:::*")

page(GUIDES + "amazon-s3-userguide/blob/main/doc_source/mpuoverview.md")
call("s3", "CreateMultipartUpload", OBJECT, f"s3:PutObject {O}")
call("s3", "UploadPart", {**PART, "Body": b"x"}, f"s3:PutObject {O}")
call("s3", "UploadPartCopy", {**COPY, "UploadId": "u", "PartNumber": 1},
     f"s3:GetObject {O}", f"s3:PutObject {TO}")
call("s3", "CompleteMultipartUpload", UPLOAD, f"s3:PutObject {O}")
call("s3", "AbortMultipartUpload", UPLOAD, f"s3:AbortMultipartUpload {O}")
call("s3", "ListParts", UPLOAD, f"s3:ListMultipartUploadParts {O}")
call("s3", "ListMultipartUploads", BUCKET, f"s3:ListBucketMultipartUploads {B}")

page(DOCS + "AmazonS3/latest/userguide/using-with-s3-policy-actions.html")
for operation, action in [
        ("DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
        ("DeleteBucketInventoryConfiguration", "PutInventoryConfiguration"),
        ("DeleteBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration"),
        ("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"),
        ("GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"),
        ("GetBucketMetricsConfiguration", "GetMetricsConfiguration")]:
    call("s3", operation, {**BUCKET, "Id": "1"}, f"s3:{action} {B}")
for operation, action in [
        ("HeadBucket", "ListBucket"), ("ListObjectsV2", "ListBucket"),
        ("DeleteBucketCors", "PutBucketCORS"), ("DeleteBucketWebsite", "DeleteBucketWebsite"),
        ("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
        ("DeleteBucketReplication", "PutReplicationConfiguration"),
        ("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
        ("GetBucketLogging", "GetBucketLogging"), ("GetBucketTagging", "GetBucketTagging"),
        ("GetBucketRequestPayment", "GetBucketRequestPayment"),
        ("GetBucketPolicyStatus", "GetBucketPolicyStatus"),
        ("GetBucketOwnershipControls", "GetBucketOwnershipControls"),
        ("ListBucketInventoryConfigurations", "GetInventoryConfiguration")]:
    call("s3", operation, BUCKET, f"s3:{action} {B}")
call("s3", "CreateBucket", {**BUCKET, "ACL": "private", "ObjectLockEnabledForBucket": True,
                            "ObjectOwnership": "ObjectWriter"},
     f"s3:CreateBucket {B}", f"s3:PutBucketAcl {B}", f"s3:PutBucketObjectLockConfiguration {B}",
     f"s3:PutBucketVersioning {B}", f"s3:PutBucketOwnershipControls {B}")
call("s3", "PutObject", {**OBJECT, "Body": b"x", "ObjectLockMode": "GOVERNANCE",
                         "ObjectLockRetainUntilDate": "2030-01-01T00:00:00Z",
                         "ObjectLockLegalHoldStatus": "ON"},
     f"s3:PutObject {O}", f"s3:PutObjectRetention {O}", f"s3:PutObjectLegalHold {O}")
call("s3", "DeleteObject", {**VERSION, "BypassGovernanceRetention": True},
     f"s3:DeleteObjectVersion {O}", f"s3:BypassGovernanceRetention {O}")
call("s3", "DeleteObject", OBJECT, f"s3:DeleteObject {O}")
call("s3", "HeadObject", OBJECT, f"s3:GetObject {O}")
call("s3", "GetObjectAcl", VERSION, f"s3:GetObjectVersionAcl {O}")
call("s3", "PutObjectAcl", {**OBJECT, "ACL": "private"}, f"s3:PutObjectAcl {O}")
call("s3", "GetObjectAttributes", {**OBJECT, "ObjectAttributes": ["ETag"]},
     f"s3:GetObject {O}", f"s3:GetObjectAttributes {O}")
call("s3", "GetObjectAttributes", {**VERSION, "ObjectAttributes": ["ETag"]},
     f"s3:GetObjectVersion {O}", f"s3:GetObjectVersionAttributes {O}")
call("s3", "DeleteObjectTagging", VERSION, f"s3:DeleteObjectVersionTagging {O}")
call("s3", "PutObjectRetention", {**OBJECT, "Retention": {"Mode": "GOVERNANCE"},
                                  "BypassGovernanceRetention": True},
     f"s3:PutObjectRetention {O}", f"s3:BypassGovernanceRetention {O}")
call("s3", "RestoreObject", {**OBJECT, "RestoreRequest": {"Days": 1}}, f"s3:RestoreObject {O}")
call("s3", "SelectObjectContent",
     {**OBJECT, "Expression": "SELECT 1", "ExpressionType": "SQL",
      "InputSerialization": {"JSON": {}}, "OutputSerialization": {"JSON": {}}},
     f"s3:GetObject {O}")

denied("Privado-Inc/privado/issues/573", "s3", "PutObject", {**OBJECT, "Body": b"x"},
       "s3:PutObject", f'"{O}"', QUERY)
denied("aws-samples/serverless-patterns/pull/2457", "s3", "GetObject", OBJECT, "s3:GetObject",
       f'"{O}"')

# --- dynamodb
T = arn("dynamodb", "table/orders")
TABLE = {"TableName": "orders"}
ID = {"id": {"S": "7"}}
G = f"arn:aws:dynamodb::{A}:global-table/orders"
BACKUP = T + "/backup/01489602797149-73d8d5bc"
STREAM = T + "/stream/2026-01-01T00:00:00.000"

page(GUIDES + "amazon-dynamodb-developer-guide/blob/master/doc_source/"
     "api-permissions-reference.md")
call("dynamodb", "BatchGetItem", {"RequestItems": {"orders": {"Keys": [ID]}}},
     f"dynamodb:BatchGetItem {T}")
call("dynamodb", "BatchWriteItem", {"RequestItems": {"orders": [{"DeleteRequest": {"Key": ID}}]}},
     f"dynamodb:BatchWriteItem {T}")
for operation in ("DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive",
                  "DeleteTable", "Scan", "UpdateTable"):
    call("dynamodb", operation, TABLE, f"dynamodb:{operation} {T}")
call("dynamodb", "CreateBackup", {**TABLE, "BackupName": "weekly"}, f"dynamodb:CreateBackup {T}")
call("dynamodb", "DeleteBackup", {"BackupArn": BACKUP}, f"dynamodb:DeleteBackup {BACKUP}")
call("dynamodb", "RestoreTableFromBackup", {"TargetTableName": "copy", "BackupArn": BACKUP},
     f"dynamodb:RestoreTableFromBackup {BACKUP}",
     f"dynamodb:RestoreTableFromBackup {arn('dynamodb', 'table/copy')}")
call("dynamodb", "DescribeGlobalTable", {"GlobalTableName": "orders"},
     f"dynamodb:DescribeGlobalTable {G}")
call("dynamodb", "CreateGlobalTable", {"GlobalTableName": "orders", "ReplicationGroup": []},
     f"dynamodb:CreateGlobalTable {G}", f"dynamodb:CreateGlobalTable {T}")
for operation in ("GetItem", "DeleteItem", "UpdateItem"):
    call("dynamodb", operation, {**TABLE, "Key": ID}, f"dynamodb:{operation} {T}")
call("dynamodb", "PutItem", {**TABLE, "Item": ID}, f"dynamodb:PutItem {T}")
call("dynamodb", "Query", {**TABLE, "IndexName": "by-day"}, f"dynamodb:Query {T}/index/by-day")
call("dynamodb", "ListTagsOfResource", {"ResourceArn": T}, f"dynamodb:ListTagsOfResource {T}")
call("dynamodbstreams", "DescribeStream", {"StreamArn": STREAM},
     f"dynamodb:DescribeStream {STREAM}")
call("dynamodbstreams", "ListStreams", TABLE, f"dynamodb:ListStreams {T}/stream/*")

denied("appsmithorg/appsmith/issues/21846", "dynamodb", "DescribeTable", TABLE,
       "dynamodb:DescribeTable", T, JSON)
denied("praetorian-inc/chariot-ui/issues/565", "dynamodb", "Query", TABLE, "dynamodb:Query", T,
       JSON)
denied("anomalyco/sst/issues/1400", "dynamodb", "Query", {**TABLE, "IndexName": "byCreator"},
       "dynamodb:Query", T + "/index/byCreator", JSON, since=False)
denied("alexa-samples/skill-sample-python-highlowgame/issues/1", "dynamodb", "CreateTable",
       {**TABLE, "AttributeDefinitions": [],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}, "dynamodb:CreateTable", T, JSON,
       since=False)
denied("aws/aws-sdk-js/issues/832", "dynamodb", "UpdateItem", {**TABLE, "Key": ID},
       "dynamodb:UpdateItem", T, since=False)

# --- sqs, sns
Q = arn("sqs", "orders")
URL = {"QueueUrl": f"https://sqs.{R}.amazonaws.com/{A}/orders"}
SQS = (403, "AccessDenied")
denied("RaiderIO/keystone.guru/issues/3901", "sqs", "ReceiveMessage", URL, "sqs:receivemessage", Q,
       SQS, action_is="sqs:ReceiveMessage")
page(HUB + "widdix/complete-aws-iam-reference/pull/8")
call("sqs", "ListQueues", {}, f"sqs:ListQueues {arn('sqs', '*')}")

N = arn("sns", "news")
SNS = (403, "AuthorizationError")
denied("aws-ia/terraform-aws-control_tower_account_factory/issues/151", "sns", "Publish",
       {"TopicArn": N, "Message": "m"}, "SNS:Publish", N, SNS, action_is="sns:Publish")
denied("obie/saws/issues/4", "sns", "CreateTopic", {"Name": "news"}, "SNS:CreateTopic", N,
       since=False, action_is="sns:CreateTopic")
denied("ministryofjustice/cloud-platform-environments/pull/21094", "sns", "GetTopicAttributes",
       {"TopicArn": N}, "SNS:GetTopicAttributes", N, SNS, action_is="sns:GetTopicAttributes")
denied("prowler-cloud/prowler/issues/12", "sns", "ListSubscriptionsByTopic", {"TopicArn": N},
       "SNS:ListSubscriptionsByTopic", N, SNS, since=False,
       action_is="sns:ListSubscriptionsByTopic")
denied("MassTransit/MassTransit/issues/3061", "sns", "ListTopics", {}, "SNS:ListTopics",
       arn("sns", "*"), SNS, action_is="sns:ListTopics")

# --- lambda
F = arn("lambda", "function:orders")
NAME = {"FunctionName": "orders"}
CODE = {**NAME, "Role": ROLE, "Code": {"S3Bucket": "code", "S3Key": "k"}}
LAYER = arn("lambda", "layer:tools")

page(GUIDES + "aws-lambda-developer-guide/blob/main/doc_source/lambda-api-permissions-ref.md")
call("lambda", "Invoke", NAME, f"lambda:InvokeFunction {F}")
for operation in ("DeleteFunction", "DeleteFunctionConcurrency", "GetFunction", "GetPolicy",
                  "GetFunctionConfiguration", "ListAliases", "ListVersionsByFunction",
                  "PublishVersion", "UpdateFunctionCode"):
    call("lambda", operation, NAME, f"lambda:{operation} {F}")
call("lambda", "GetAccountSettings", {}, "lambda:GetAccountSettings *")
call("lambda", "GetLayerVersion", {"LayerName": "tools", "VersionNumber": 3},
     f"lambda:GetLayerVersion {LAYER}:3")
call("lambda", "PublishLayerVersion", {"LayerName": "tools", "Content": {}},
     f"lambda:PublishLayerVersion {LAYER}")
call("lambda", "ListLayerVersions", {"LayerName": "tools"}, f"lambda:ListLayerVersions {LAYER}")

denied("awslabs/aws-deployment-framework/issues/460", "lambda", "Invoke", NAME,
       "lambda:InvokeFunction", F, REST)
denied("hashicorp-education/learn-terraform-lambda-api-gateway/issues/18", "lambda",
       "ListVersionsByFunction", NAME, "lambda:ListVersionsByFunction", F, REST)
denied("RhinoSecurityLabs/cloudgoat/issues/384", "lambda", "ListFunctions", {},
       "lambda:ListFunctions", "*", REST)
denied("alexcasalboni/aws-lambda-power-tuning/issues/59", "lambda", "GetFunctionConfiguration",
       NAME, "lambda:GetFunctionConfiguration", F, REST, since=False)
denied("bakdata/aws-lambda-r-runtime/issues/49", "lambda", "ListLayerVersions",
       {"LayerName": "tools"}, "lambda:ListLayerVersions", LAYER, REST, since=False)
denied("crucial-project/serverless-shell/issues/2", "lambda", "CreateFunction",
       {**CODE, "Layers": [LAYER + ":3"]}, "lambda:GetLayerVersion", LAYER + ":3", REST,
       since=False)
denied("amazon-archives/amazon-cognito-identity-js/issues/670", "lambda", "CreateFunction", CODE,
       "iam:PassRole", ROLE, REST, since=False)

# --- kms
KEY = arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab")
BY_KEY = {"KeyId": KEY}
denied("aws/copilot-cli/issues/5500", "kms", "GenerateDataKey", {**BY_KEY, "KeySpec": "AES_256"},
       "kms:GenerateDataKey", KEY)
denied("aws-ia/terraform-aws-control_tower_account_factory/issues/569", "kms", "CreateKey", {},
       "kms:CreateKey", "*", JSON)
denied("aws-samples/eks-workshop-v2/issues/1177", "kms", "CreateAlias",
       {"AliasName": "alias/eks/work", "TargetKeyId": KEY}, "kms:CreateAlias",
       arn("kms", "alias/eks/work"), JSON)
denied("Netflix/security_monkey/issues/721", "kms", "ListKeyPolicies", BY_KEY,
       "kms:ListKeyPolicies", KEY, JSON, since=False)
denied("ministryofjustice/modernisation-platform-environments/pull/10745", "kms", "Decrypt",
       {**BY_KEY, "CiphertextBlob": b"x"}, "kms:Decrypt", KEY)

# --- ec2
page(GUIDES + "amazon-ec2-user-guide/blob/master/doc_source/ExamplePolicies_EC2.md")
I = "i-1234567890abcdef0"
V = "vol-1234567890abcdef0"
for operation in ("StopInstances", "StartInstances", "TerminateInstances"):
    call("ec2", operation, {"InstanceIds": [I]}, f"ec2:{operation} {arn('ec2', f'instance/{I}')}")
call("ec2", "DescribeImages", {}, "ec2:DescribeImages *")
call("ec2", "AttachVolume", {"Device": "/dev/sdh", "InstanceId": I, "VolumeId": V},
     f"ec2:AttachVolume {arn('ec2', f'instance/{I}')}",
     f"ec2:AttachVolume {arn('ec2', f'volume/{V}')}")
call("ec2", "DetachVolume", {"InstanceId": I, "VolumeId": V},
     f"ec2:DetachVolume {arn('ec2', f'instance/{I}')}",
     f"ec2:DetachVolume {arn('ec2', f'volume/{V}')}")
call("ec2", "CreateVolume", {"AvailabilityZone": R + "a", "Size": 8, "TagSpecifications": [
    {"ResourceType": "volume", "Tags": [{"Key": "purpose", "Value": "test"}]}]},
     f"ec2:CreateVolume {arn('ec2', 'volume/*')}", f"ec2:CreateTags {arn('ec2', 'volume/*')}")
call("ec2", "CreateSnapshot", {"VolumeId": V},
     f"ec2:CreateSnapshot arn:aws:ec2:{R}::snapshot/*",
     f"ec2:CreateSnapshot {arn('ec2', f'volume/{V}')}")

EC2 = (403, "UnauthorizedOperation")
RUN = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
denied("aws/karpenter-provider-aws/issues/7370", "ec2", "RunInstances", RUN, "ec2:RunInstances",
       arn("ec2", "instance/*"), EC2)
denied("kubernetes-sigs/karpenter/issues/2813", "ec2", "CreateFleet",
       {"LaunchTemplateConfigs": [{"LaunchTemplateSpecification": {
           "LaunchTemplateName": "work", "Version": "1"}}],
        "TargetCapacitySpecification": {"TotalTargetCapacity": 1}},
       "ec2:CreateFleet", arn("ec2", "launch-template/*"), EC2)
denied("gigascience/gigadb-website/issues/1791", "ec2", "ModifyInstanceAttribute",
       {"InstanceId": I, "InstanceType": {"Value": "t3.large"}}, "ec2:ModifyInstanceAttribute",
       arn("ec2", f"instance/{I}"), EC2)

# --- ecs, ecr, eks, batch
SERVICE = arn("ecs", "service/main/orders")
TASK = {"cluster": "main", "taskDefinition": "orders:9"}
denied("doctorray117/minecraft-ondemand/issues/53", "ecs", "DescribeServices",
       {"cluster": "main", "services": ["orders"]}, "ecs:DescribeServices", SERVICE, JSON)
denied("LBHackney-IT/Data-Platform/pull/1818", "ecs", "RunTask", TASK, "ecs:RunTask",
       arn("ecs", "task-definition/orders:9"), JSON)
denied("cdklabs/construct-hub/pull/1207", "ecs", "ListTasks", {"cluster": "main"},
       "ecs:ListTasks", "*", JSON)
denied("fabfuel/ecs-deploy/issues/119", "ecs", "DescribeTasks",
       {"cluster": "main", "tasks": ["0a1b"]}, "ecs:DescribeTasks", arn("ecs", "task/main/0a1b"),
       since=False)
denied("boto/boto3/issues/2441", "ecs", "UpdateService", {"cluster": "main", "service": "orders"},
       "ecs:UpdateService", SERVICE, JSON, since=False)
denied("LBHackney-IT/Data-Platform/pull/1992", "ecs", "RunTask",
       {**TASK, "overrides": {"taskRoleArn": ROLE}}, "iam:PassRole", ROLE, JSON)
denied("ministryofjustice/modernisation-platform/pull/8443", "ecs", "RegisterTaskDefinition",
       {"family": "orders", "containerDefinitions": [], "taskRoleArn": ROLE}, "iam:PassRole", ROLE)

REPOSITORY = arn("ecr", "repository/tools/build")
denied("awsdocs/amazon-ecr-user-guide/pull/19", "ecr", "GetAuthorizationToken", {},
       "ecr:GetAuthorizationToken", "*", JSON, since=False)
denied("everything2/everything2/issues/2562", "ecr", "BatchGetImage",
       {"repositoryName": "tools/build", "imageIds": [{"imageTag": "1"}]}, "ecr:BatchGetImage",
       REPOSITORY)
denied("aws-amplify/amplify-cli/issues/10828", "ecr", "DescribeRepositories", {},
       "ecr:DescribeRepositories", arn("ecr", "repository/*"))
denied("ministryofjustice/modernisation-platform-environments/pull/10067", "ecr", "DescribeImages",
       {"repositoryName": "tools/build"}, "ecr:DescribeImages", REPOSITORY, JSON)
denied("nrdg/cloudknot/issues/152", "ecr", "DescribeRepositories",
       {"repositoryNames": ["tools/build"]}, "ecr:DescribeRepositories", REPOSITORY, JSON,
       since=False)

denied("linz/topo-workflows/pull/279", "eks", "DescribeCluster", {"name": "main"},
       "eks:DescribeCluster", arn("eks", "cluster/main"), REST, since=False)
denied("awslabs/idf-modules/pull/311", "eks", "DescribeClusterVersions", {},
       "eks:DescribeClusterVersions", arn("eks", "*"), REST, since=False)

QUEUE = arn("batch", "job-queue/queue1")
JOB = {"jobName": "j", "jobQueue": "queue1"}
page(GUIDES + "aws-batch-user-guide/blob/master/doc_source/ExamplePolicies_BATCH.md")
call("batch", "SubmitJob", {**JOB, "jobDefinition": "JobDefA_1:4"},
     f"batch:SubmitJob {arn('batch', 'job-definition/JobDefA_1:4')}", f"batch:SubmitJob {QUEUE}")
call("batch", "DescribeJobs", {"jobs": ["j"]}, "batch:DescribeJobs *")
denied("aws/aws-sdk-js/issues/4280", "batch", "SubmitJob", {**JOB, "jobDefinition": "my-job"},
       "batch:SubmitJob", arn("batch", "job-definition/my-job"), REST, since=False)
denied("wri/gfw-data-api/pull/175", "batch", "SubmitJob",
       {**JOB, "jobDefinition": "my-job:4", "tags": {"k": "v"}}, "batch:TagResource",
       arn("batch", "job-definition/my-job:4"), REST, since=False)

# --- ssm, secretsmanager
P = arn("ssm", "parameter/cdk/version")
denied("aws-samples/aws-bootstrap-kit-examples/issues/34", "ssm", "GetParameter",
       {"Name": "/cdk/version"}, "ssm:GetParameter", P, JSON, since=False)
denied("YumaInaura/YumaInaura/issues/3444", "ssm", "GetParameter", {"Name": "testparam"},
       "ssm:GetParameter", arn("ssm", "parameter/testparam"), JSON)
denied("aws-ia/terraform-aws-control_tower_account_factory/issues/174", "ssm",
       "GetParametersByPath", {"Path": "/aft/custom-fields/"}, "ssm:GetParametersByPath",
       arn("ssm", "parameter/aft/custom-fields/"), JSON)
denied("peterkimzz/aws-ssm-send-command/issues/14", "ssm", "SendCommand",
       {"DocumentName": "AWS-RunShellScript", "InstanceIds": [I]}, "ssm:SendCommand",
       f"arn:aws:ssm:{R}::document/AWS-RunShellScript", JSON, since=False)
denied("msaad00/agent-bom/pull/3952", "ssm", "SendCommand",
       {"DocumentName": "AWS-RunShellScript", "InstanceIds": [I]}, "ssm:SendCommand",
       arn("ec2", f"instance/{I}"), JSON, since=False)
denied("aws-solutions/automated-security-response-on-aws/issues/29", "ssm",
       "StartAutomationExecution", {"DocumentName": "AWSConfigRemediation-EnableEbsEncryption"},
       "ssm:StartAutomationExecution",
       f"arn:aws:ssm:{R}::automation-definition/AWSConfigRemediation-EnableEbsEncryption:$DEFAULT",
       since=False)

SECRET = arn("secretsmanager", "secret:/notifications/argocd-Sa3w0p")
denied("binbashar/le-tf-infra-aws/pull/874", "secretsmanager", "GetResourcePolicy",
       {"SecretId": SECRET}, "secretsmanager:GetResourcePolicy", SECRET, JSON)
denied("binbashar/le-tf-infra-aws/pull/869", "secretsmanager", "DescribeSecret",
       {"SecretId": SECRET}, "secretsmanager:DescribeSecret", SECRET, JSON)
denied("Kralizek/AWSSecretsManagerConfigurationExtensions/issues/78", "secretsmanager",
       "ListSecrets", {}, "secretsmanager:ListSecrets", None)

# --- logs, cloudwatch, events, states
GROUP = arn("logs", "log-group:/aws/lambda/orders:log-stream:")
denied("elastic/apm-aws-lambda/issues/526", "logs", "CreateLogGroup",
       {"logGroupName": "/aws/lambda/orders"}, "logs:CreateLogGroup", GROUP, JSON)
denied("prowler-cloud/prowler/pull/37", "logs", "DescribeMetricFilters",
       {"logGroupName": "/aws/lambda/orders"}, "logs:DescribeMetricFilters", GROUP, JSON,
       since=False)
denied("FormidableLabs/terraform-aws-serverless/issues/49", "logs", "DescribeLogGroups", {},
       "logs:DescribeLogGroups", arn("logs", "log-group::log-stream:"), JSON, since=False)
denied("hashicorp/terraform-provider-aws/issues/8804", "logs", "DescribeLogGroups",
       {"logGroupNamePrefix": "/aws/lambda/orders"}, "logs:DescribeLogGroups",
       arn("logs", "log-group::log-stream:"), JSON, since=False)

QUERIES = {"protocol": "query"}
denied("RafalWilinski/cloudwatch-public-metrics/issues/6", "cloudwatch", "GetMetricStatistics",
       {"Namespace": "n", "MetricName": "m", "StartTime": 1, "EndTime": 2, "Period": 60},
       "cloudwatch:GetMetricStatistics", None, QUERY, since=False, **QUERIES)
denied("tomaszkiewicz/prometheus-alertmanager-cloudwatch-webhook/issues/3", "cloudwatch",
       "PutMetricData", {"Namespace": "n", "MetricData": []}, "cloudwatch:PutMetricData", None,
       QUERY, since=False, **QUERIES)

RULE = arn("events", "rule/nightly")
denied("ministryofjustice/modernisation-platform/pull/1253", "events", "PutRule",
       {"Name": "nightly", "ScheduleExpression": "rate(1 day)"}, "events:PutRule", RULE, JSON)

M = arn("states", "stateMachine:orders")
MACHINE = {"stateMachineArn": M}
page(GUIDES + "aws-step-functions-developer-guide/blob/master/doc_source/"
     "concept-create-iam-advanced.md")
for operation in ("DescribeStateMachine", "StartExecution", "DeleteStateMachine",
                  "ListExecutions", "UpdateStateMachine"):
    call("stepfunctions", operation, MACHINE, f"states:{operation} {M}")
E = arn("states", "execution:orders:1")
for operation in ("DescribeExecution", "GetExecutionHistory", "StopExecution",
                  "DescribeStateMachineForExecution"):
    call("stepfunctions", operation, {"executionArn": E}, f"states:{operation} {E}")
ACTIVITY = arn("states", "activity:a")
for operation in ("DescribeActivity", "DeleteActivity", "GetActivityTask"):
    call("stepfunctions", operation, {"activityArn": ACTIVITY}, f"states:{operation} {ACTIVITY}")
denied("FormidableLabs/aws-lambda-serverless-reference/issues/31", "stepfunctions",
       "StartExecution", MACHINE, "states:StartExecution", M, JSON, since=False)
denied("aws-amplify/amplify-hosting/issues/2597", "stepfunctions", "CreateStateMachine",
       {"name": "orders", "definition": "{}", "roleArn": ROLE}, "states:CreateStateMachine", M,
       JSON)
denied("scribd/terraform-aws-datadog/pull/18", "stepfunctions", "ListStateMachines", {},
       "states:ListStateMachines", arn("states", "stateMachine:*"), since=False)

# --- rds, elasticache, elb, autoscaling
denied("awslabs/pireporter/issues/8", "rds", "DescribeDBInstances", {}, "rds:DescribeDBInstances",
       arn("rds", "db:*"), QUERY)
denied("hashicorp/terraform-provider-aws/issues/35737", "rds", "DescribeDBInstances",
       {"DBInstanceIdentifier": "db-1"}, "rds:DescribeDBInstances", arn("rds", "db:db-1"), QUERY)
denied("vantage-sh/ec2instances.info/pull/951", "rds", "DescribeDBEngineVersions", {},
       "rds:DescribeDBEngineVersions", None, QUERY)
denied("department-of-veterans-affairs/va.gov-team/issues/44525", "elasticache",
       "DescribeCacheClusters", {}, "elasticache:DescribeCacheClusters",
       arn("elasticache", "cluster:*"))
GROUP_OF_TARGETS = arn("elasticloadbalancing", "targetgroup/apiserver/3f59cb53e328bfb0")
denied("kubernetes-sigs/cluster-api-provider-aws/issues/4436", "elbv2",
       "ModifyTargetGroupAttributes", {"TargetGroupArn": GROUP_OF_TARGETS, "Attributes": []},
       "elasticloadbalancing:ModifyTargetGroupAttributes", GROUP_OF_TARGETS, QUERY)
denied("interuss/dss/issues/1127", "elbv2", "DescribeListenerAttributes", {"ListenerArn": arn(
    "elasticloadbalancing", "listener/app/a/1/2")},
       "elasticloadbalancing:DescribeListenerAttributes", None, QUERY)
denied("kubernetes/autoscaler/pull/5129", "autoscaling", "DescribeTags", {},
       "autoscaling:DescribeTags", None, QUERY)
denied("hashicorp/nomad-autoscaler/issues/952", "autoscaling", "DescribeInstanceRefreshes",
       {"AutoScalingGroupName": "g"}, "autoscaling:DescribeInstanceRefreshes", None, QUERY)

# --- route53, cloudfront, acm
Z = "arn:aws:route53:::hostedzone/Z1"
page(GUIDES + "amazon-route53-docs/blob/master/doc_source/r53-api-permissions-ref.md")
call("route53", "ChangeResourceRecordSets", {"HostedZoneId": "Z1", "ChangeBatch": {"Changes": [
    {"Action": "DELETE", "ResourceRecordSet": {"Name": "a.example", "Type": "A"}}]}},
     f"route53:ChangeResourceRecordSets {Z}")
call("route53", "ListHostedZonesByName", {}, "route53:ListHostedZonesByName *")
call("route53", "GetHealthCheck", {"HealthCheckId": "h"},
     "route53:GetHealthCheck arn:aws:route53:::healthcheck/h")
denied("go-acme/lego/issues/716", "route53", "ListResourceRecordSets", {"HostedZoneId": "Z1"},
       "route53:ListResourceRecordSets", Z, QUERY, since=False)
denied("acmesh-official/acme.sh/issues/65", "route53", "ListHostedZones", {},
       "route53:ListHostedZones", None, QUERY, since=False)

DISTRIBUTION = f"arn:aws:cloudfront::{A}:distribution/E1"
denied("EasyDynamics/oscal.io/issues/39", "cloudfront", "CreateInvalidation",
       {"DistributionId": "E1", "InvalidationBatch": {
           "Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "r"}},
       "cloudfront:CreateInvalidation", DISTRIBUTION, QUERY)
denied("aws/aws-cdk/issues/33249", "cloudfront", "ListDistributions", {},
       "cloudfront:ListDistributions", None, QUERY)

CERTIFICATE = arn("acm", "certificate/e39aab35-6d1c-4c9a-a499-15811ed3a482")
page(GUIDES + "aws-certificate-user-guide/blob/main/doc_source/authen-apipermissions.md")
for operation in ("DeleteCertificate", "ExportCertificate", "ListTagsForCertificate"):
    more = {"Passphrase": b"secret"} if operation == "ExportCertificate" else {}
    call("acm", operation, {"CertificateArn": CERTIFICATE, **more},
         f"acm:{operation} {CERTIFICATE}")
denied("DFE-Digital/teaching-vacancies/pull/6568", "acm", "GetCertificate",
       {"CertificateArn": CERTIFICATE}, "acm:GetCertificate", CERTIFICATE, JSON)
denied("trautonen/cdk-dns-validated-certificate/issues/79", "acm", "DescribeCertificate",
       {"CertificateArn": CERTIFICATE}, "acm:DescribeCertificate", CERTIFICATE)

# --- cloudformation, cloudcontrol
S = arn("cloudformation", "stack/hpc/")
denied("aws-samples/aws-hpc-tutorials/issues/271", "cloudformation", "DescribeStacks",
       {"StackName": "hpc"}, "cloudformation:DescribeStacks", S + "*")
denied("anomalyco/sst/issues/3006", "cloudformation", "DescribeStacks",
       {"StackName": S + "026d1450-0fbe-11ee"}, "cloudformation:DescribeStacks",
       S + "026d1450-0fbe-11ee", QUERY)
denied("scopely-devops/skew/issues/81", "cloudformation", "DescribeStacks", {},
       "cloudformation:DescribeStacks", None, QUERY, since=False)
denied("ruby-no-kai/rubykaigi-net/pull/61", "cloudformation", "ListStacks", {},
       "cloudformation:ListStacks", arn("cloudformation", "stack/*/*"), QUERY)
denied("aws/aws-sdk/issues/140", "cloudcontrol", "ListResources",
       {"TypeName": "AWS::Logs::LogGroup"}, "cloudformation:ListResources",
       arn("cloudformation", "resource/*"), JSON)

# --- apigateway
def api(path):
    return f"arn:aws:apigateway:{R}::{path}"


denied("serverless/examples/issues/253", "apigateway", "CreateRestApi", {"name": "n"},
       "apigateway:POST", api("/restapis"), since=False)
denied("Open-SL/serverless-permission-generator/issues/12", "apigatewayv2", "CreateApi",
       {"Name": "n", "ProtocolType": "HTTP"}, "apigateway:POST", api("/apis"), REST, since=False)
denied("aws-amplify/amplify-category-api/issues/736", "apigateway", "GetSdk",
       {"restApiId": "abc", "stageName": "sandbox", "sdkType": "swift"}, "apigateway:GET",
       api("/restapis/abc/stages/sandbox/sdks/swift"))
denied("FormidableLabs/terraform-aws-serverless/issues/49", "apigateway", "UpdateStage",
       {"restApiId": "abc", "stageName": "sandbox"}, "apigateway:PATCH",
       api("/restapis/abc/stages/sandbox"), since=False)

# --- cognito-idp, kinesis, firehose
denied("lgallard/terraform-aws-cognito-user-pool/issues/116", "cognito-idp", "CreateUserPool",
       {"PoolName": "p"}, "cognito-idp:CreateUserPool", "*", JSON)
denied("awslabs/amazon-kinesis-connector-flink/issues/65", "kinesis", "DescribeStreamSummary",
       {"StreamName": "orders"}, "kinesis:DescribeStreamSummary", arn("kinesis", "stream/orders"),
       JSON)

# --- glue, athena
CATALOG, DATABASE = arn("glue", "catalog"), arn("glue", "database/db")
page(GUIDES + "aws-glue-developer-guide/blob/master/doc_source/glue-specifying-resource-arns.md")
IN_TABLE = {"DatabaseName": "db", "TableName": "t"}
call("glue", "DeleteDatabase", {"Name": "db"}, *(f"glue:DeleteDatabase {each}" for each in (
    CATALOG, DATABASE, arn("glue", "table/db/*"), arn("glue", "userDefinedFunction/db/*"))))
call("glue", "BatchCreatePartition", {**IN_TABLE, "PartitionInputList": []}, *(
    f"glue:BatchCreatePartition {each}"
    for each in (CATALOG, DATABASE, arn("glue", "table/db/t"))))
call("glue", "GetDevEndpoint", {"EndpointName": "e"},
     f"glue:GetDevEndpoint {arn('glue', 'devEndpoint/e')}")
call("glue", "GetConnection", {"Name": "c"},
     f"glue:GetConnection {CATALOG}", f"glue:GetConnection {arn('glue', 'connection/c')}")
denied("Altinity/ClickHouse/issues/954", "glue", "GetTable", {"DatabaseName": "db", "Name": "t"},
       "glue:GetTable", DATABASE)
denied("dacort/metabase-athena-driver/issues/105", "glue", "GetCatalogImportStatus", {},
       "glue:GetCatalogImportStatus", CATALOG, JSON)
denied("LBHackney-IT/Data-Platform/pull/1823", "glue", "GetDatabases", {}, "glue:GetDatabases",
       CATALOG, JSON)
denied("ministryofjustice/modernisation-platform-environments/pull/10521", "glue",
       "GetTableVersions", IN_TABLE, "glue:GetTableVersions", CATALOG, JSON)
denied("jtblin/kube2iam/issues/224", "glue", "CreateCrawler",
       {"Name": "c", "Role": ROLE, "Targets": {}}, "iam:PassRole", ROLE, JSON, since=False)

# --- config, cloudtrail, bedrock, sagemaker, codebuild, wafv2
denied("mattclay/aws-terminator/pull/133", "config", "DescribeConfigurationRecorders", {},
       "config:DescribeConfigurationRecorders", None, since=False)
denied("scribd/terraform-aws-datadog/pull/19", "cloudtrail", "LookupEvents", {},
       "cloudtrail:LookupEvents", None, since=False)
MODEL = f"arn:aws:bedrock:{R}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
denied("pytorch/test-infra/issues/5721", "bedrock-runtime", "InvokeModel",
       {"modelId": "anthropic.claude-3-haiku-20240307-v1:0", "body": b"{}"}, "bedrock:InvokeModel",
       MODEL, REST)
denied("aws-samples/dify-self-hosted-on-aws/issues/74", "bedrock", "ListFoundationModels", {},
       "bedrock:ListFoundationModels", None, REST)
denied("philschmid/cdk-samples/issues/2", "sagemaker-runtime", "InvokeEndpoint",
       {"EndpointName": "labse", "Body": b"{}"}, "sagemaker:InvokeEndpoint",
       arn("sagemaker", "endpoint/labse"), REST)
denied("awslabs/cdk-eks-blueprints/issues/483", "codebuild", "StartBuild", {"projectName": "p"},
       "codebuild:StartBuild", arn("codebuild", "project/p"), JSON)
denied("aws-samples/multi-branch-cdk-pipelines/pull/7", "codebuild", "CreateProject",
       {"name": "project", "serviceRole": ROLE, "source": {"type": "NO_SOURCE"},
        "artifacts": {"type": "NO_ARTIFACTS"},
        "environment": {"type": "LINUX_CONTAINER", "image": "i", "computeType": "c"}},
       "iam:PassRole", ROLE, JSON)
SET = arn("wafv2", "global/ipset/office/1")
denied("aws/aws-pdk/pull/104", "wafv2", "CreateWebACL",
       {"Name": "w", "Scope": "CLOUDFRONT", "DefaultAction": {}, "VisibilityConfig": {
           "SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
        "Rules": [{"Name": "r", "Priority": 1, "VisibilityConfig": {
            "SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"},
            "Statement": {"IPSetReferenceStatement": {"ARN": SET}}}]},
       "wafv2:CreateWebACL", SET)

# --- listings, and others that services have changed since what the threads above quote. These
# sentences stand in several public repositories of 2024 to 2026 each.
SEEN = "https://github.com/search?type=code&q="


def seen(service, operation, parameters, action, resource, answer, **options):
    denied(SEEN + '"not authorized to perform: ' + action + '"', service, operation, parameters,
           action, resource, answer, **options)


seen("s3", "ListBuckets", {}, "s3:ListAllMyBuckets", None, QUERY, of="arn:aws:s3:::*")
seen("dynamodb", "ListTables", {}, "dynamodb:ListTables", arn("dynamodb", "table/*"), JSON)
seen("eks", "ListClusters", {}, "eks:ListClusters", arn("eks", "cluster/*"), REST)
seen("ecs", "ListClusters", {}, "ecs:ListClusters", "*", JSON)
seen("kms", "ListKeys", {}, "kms:ListKeys", "*", JSON)
seen("ssm", "DescribeParameters", {}, "ssm:DescribeParameters", arn("ssm", "*"), JSON)
seen("ssm", "DescribeInstanceInformation", {}, "ssm:DescribeInstanceInformation", arn("ssm", "*"),
     JSON)
seen("events", "ListRules", {}, "events:ListRules", arn("events", "rule/*"), JSON)
seen("cognito-idp", "ListUserPools", {"MaxResults": 1}, "cognito-idp:ListUserPools", "*", JSON)
seen("cognito-identity", "ListIdentityPools", {"MaxResults": 1},
     "cognito-identity:ListIdentityPools", arn("cognito-identity", "identitypool/"), JSON)
seen("apigateway", "GetRestApis", {}, "apigateway:GET", api("/restapis"), REST)
seen("cloudtrail", "DescribeTrails", {}, "cloudtrail:DescribeTrails", None, JSON)
seen("codebuild", "ListProjects", {}, "codebuild:ListProjects", None, JSON)
seen("autoscaling", "DescribeAutoScalingInstances", {},
     "autoscaling:DescribeAutoScalingInstances", None, QUERY)
for operation in ("DescribeInstances", "DescribeVpcs", "DescribeSubnets"):
    seen("ec2", operation, {}, "ec2:" + operation, None, EC2)

# --- iam:PassRole of others
page(DOCS + "IAM/latest/UserGuide/id_roles_use_passrole.html")
call("ec2", "AssociateIamInstanceProfile", {"InstanceId": I, "IamInstanceProfile": {
    "Arn": f"arn:aws:iam::{A}:instance-profile/web"}},
     f"ec2:AssociateIamInstanceProfile {arn('ec2', f'instance/{I}')}",
     f"iam:PassRole arn:aws:iam::{A}:role/*")
denied("alphagov/govuk-infrastructure/pull/2439", "bedrock",
       "PutModelInvocationLoggingConfiguration",
       {"loggingConfig": {"cloudWatchConfig": {"logGroupName": "g", "roleArn": ROLE}}},
       "iam:PassRole", ROLE, (403, ""))
