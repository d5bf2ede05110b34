/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/suite.h"
#include "found.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

#define AT " HTTP/1.1\nHost: localhost:4566\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\n\n"
#define JSON(target) "Content-Type: application/x-amz-json-1.0\nX-Amz-Target: " target "\n\n{}"
#define TARGET(target) "Content-Type: application/x-amz-json-1.1\nX-Amz-Target: " target "\n\n"
#define CBOR "Smithy-Protocol: rpc-v2-cbor\nContent-Type: application/cbor\n\n"

static const struct find_sample by_name[] = {
    {"dynamodb", "POST /" AT JSON("DynamoDB_20120810.GetItem"), "dynamodb.GetItem"},
    {"dynamodb", "POST /" AT JSON("DynamoDBStreams_20120810.GetRecords"),
     "dynamodbstreams.GetRecords"},
    {NULL, "POST /" AT JSON("AWSCognitoIdentityService.GetId"), "cognito-identity.GetId"},
    {"timestream", "POST /" AT JSON("Timestream_20181101.Query"), "timestream-query.Query"},
    {"timestream", "POST /" AT JSON("Timestream_20181101.WriteRecords"),
     "timestream-write.WriteRecords"},
    {"timestream", "POST /" AT JSON("Timestream_20181101.DescribeEndpoints"),
     "timestream-query.DescribeEndpoints"},
    {NULL, "POST /" AT JSON("Timestream_20181101.DescribeEndpoints"), "AMBIGUOUS"},
    {"kinesis",
     "POST /" AT "X-Amz-Target: Kinesis_20131202.PutRecord\n"
     "Content-Type: application/x-amz-cbor-1.1\n\n",
     "kinesis.PutRecord"},
    {"dynamodb", "POST /" AT "X-Amz-Target: DynamoDB_20120810.GetItem\n\n{}", "dynamodb.GetItem"},
    {"dynamodb", "POST /" AT JSON("DynamoDB_20120810.getItem"), "NO_OPERATION"},
    {"dynamodb", "POST /" AT JSON("DynamoDB_20120810."), "NO_OPERATION"},
    {"dynamodb", "POST /" AT JSON("GetItem"), "NO_OPERATION"},
    {"dynamodb", "POST /" AT JSON(""), "NO_OPERATION"},
    {"dynamodb", "POST /" AT JSON("AmazonSQS.SendMessage"), "NO_OPERATION"},
    {"nothing", "POST /" AT JSON("DynamoDB_20120810.GetItem"), "NO_SERVICE"},
    {"", "POST /" AT JSON("DynamoDB_20120810.GetItem"), "NO_SERVICE"},

    {"monitoring", "POST /service/GraniteServiceVersion20100801/operation/PutMetricData" AT CBOR,
     "cloudwatch.PutMetricData"},
    {"monitoring", "POST /" AT JSON("GraniteServiceVersion20100801.PutMetricData"),
     "cloudwatch.PutMetricData"},
    {"monitoring", "POST /" AT FORM "Action=PutMetricData&Version=2010-08-01",
     "cloudwatch.PutMetricData"},
    {"monitoring", "POST /service/GraniteServiceVersion20100801/operation/PutMetricData/x" AT CBOR,
     "AMBIGUOUS"},
    {"monitoring", "POST /service/GraniteServiceVersion20100801/operation/" AT CBOR, "AMBIGUOUS"},
    {"monitoring", "POST /service//operation/PutMetricData" AT CBOR, "AMBIGUOUS"},
    {"monitoring", "POST /service/x/operation/PutMetricData" AT CBOR, "NO_OPERATION"},
    {"monitoring", "GET /service/GraniteServiceVersion20100801/operation/PutMetricData" AT CBOR,
     "AMBIGUOUS"},

    {"sqs", "POST /" AT JSON("AmazonSQS.SendMessage"), "sqs.SendMessage"},
    {"sqs", "POST /" AT FORM "Action=SendMessage&Version=2012-11-05", "sqs.SendMessage"},
    {"sqs",
     "POST /123456789012/q" AT FORM "Action=SendMessage&Version=2012-11-05"
     "&QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F123456789012%2Fq",
     "sqs.SendMessage"},
    {"sqs",
     "GET /123456789012/q?Action=ReceiveMessage&Version=2012-11-05"
     "&QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F123456789012%2Fq" AT "\n",
     "sqs.ReceiveMessage"},
    {"sqs",
     "POST /123456789012/other" AT FORM "Action=SendMessage&Version=2012-11-05"
     "&QueueUrl=http%3A%2F%2Flocalhost%3A4566%2F123456789012%2Fq",
     "AMBIGUOUS"},
    {"sqs", "POST /123456789012/q" AT FORM "Action=SendMessage&Version=2012-11-05", "AMBIGUOUS"},
    {"sqs", "POST /123456789012/q" AT JSON("AmazonSQS.SendMessage"), "AMBIGUOUS"},

    {"ec2", "POST /" AT FORM "Action=RunInstances&Version=2016-11-15&ImageId=ami-1",
     "ec2.RunInstances"},
    {"ec2", "POST /" AT FORM "Action=RunInstances&Version=2014-10-01", "ec2.RunInstances"},
    {"ec2", "POST /" AT FORM "Action=RunInstances&Version=1999-01-01", "NO_OPERATION"},
    {"ec2", "POST /" AT FORM "Action=RunInstances", "NO_OPERATION"},
    {"ec2", "POST /" AT FORM "Action=RunInstance&Version=2016-11-15", "NO_OPERATION"},
    {"ec2", "POST /" AT FORM "action=RunInstances&Version=2016-11-15", "NO_OPERATION"},
    {"ec2", "POST /" AT FORM, "NO_OPERATION"},
    {"ec2", "GET /?Action=DescribeVpcs&Version=2016-11-15" AT "\n", "ec2.DescribeVpcs"},
    {"ec2", "POST /?Action=DescribeVpcs&Version=2016-11-15" AT FORM "VpcId.1=vpc-1",
     "ec2.DescribeVpcs"},
    {"ec2", "POST /" AT FORM "%41ction=DescribeVpcs&Versio%6E=2016-11-15", "ec2.DescribeVpcs"},
    {"ec2", "POST /" AT "\nAction=DescribeVpcs&Version=2016-11-15", "ec2.DescribeVpcs"},
    {"elasticloadbalancing", "POST /" AT FORM "Action=CreateLoadBalancer&Version=2012-06-01",
     "elb.CreateLoadBalancer"},
    {"elasticloadbalancing", "POST /" AT FORM "Action=CreateLoadBalancer&Version=2015-12-01",
     "elbv2.CreateLoadBalancer"},
    {"rds", "POST /" AT FORM "Action=CreateDBCluster&Version=2014-10-31", "rds.CreateDBCluster"},
    {NULL, "POST /" AT FORM "Action=AssumeRoleWithSAML&Version=2011-06-15",
     "sts.AssumeRoleWithSAML"},
    {"sts", "GET /?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60" AT "\n",
     "sts.GetCallerIdentity"},
    {"ses", "POST /" AT FORM "Action=SendEmail&Version=2010-12-01", "ses.SendEmail"},
    {"ses", "POST /v2/email/outbound-emails" AT "\n{}", "sesv2.SendEmail"},
};

static const struct find_sample by_path[] = {
    {"lambda", "GET /2015-03-31/functions/f" AT "\n", "lambda.GetFunction"},
    {"lambda", "GET /2015-03-31/functions" AT "\n", "lambda.ListFunctions"},
    {"lambda", "GET /2015-03-31/functions/" AT "\n", "lambda.ListFunctions"},
    {"lambda", "POST /2015-03-31/functions/f/invocations" AT "\n", "lambda.Invoke"},
    {"lambda", "GET /2018-10-31/layers?find=LayerVersion&Arn=a" AT "\n",
     "lambda.GetLayerVersionByArn"},
    {"lambda", "GET /2018-10-31/layers" AT "\n", "lambda.ListLayers"},
    {"lambda", "DELETE /2015-03-31/functions" AT "\n", "NO_OPERATION"},
    {"lambda", "get /2015-03-31/functions" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /2015-03-31/Functions/f" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /" AT "\n", "NO_OPERATION"},
    {"cloudfront", "GET /2020-05-31/distribution" AT "\n", "cloudfront.ListDistributions"},
    {"cloudfront", "GET /2019-03-26/distribution" AT "\n", "cloudfront.ListDistributions"},
    {"cloudfront", "GET /2001-01-01/distribution" AT "\n", "NO_OPERATION"},
    {"cloudfront", "POST /2020-05-31/tagging?Operation=Tag&Resource=r" AT "\n",
     "cloudfront.TagResource"},
    {"cloudfront", "POST /2020-05-31/tagging?Operation=Other&Resource=r" AT "\n", "NO_OPERATION"},
    {"geo-routes", "POST /v2/isolines" AT "\n{}", "geo-routes.CalculateIsolines"},
    {"geo-routes", "POST /isolines" AT "\n{}", "geo-routes.CalculateIsolines"},
    {"workspaces-web", "PUT /portals/arn:aws:w:::portal/1/browserSettings" AT "\n",
     "workspaces-web.AssociateBrowserSettings"},
    {"workspaces-web", "DELETE /portals/arn%3Aaws%3Aw%3A%3A%3Aportal%2F1" AT "\n",
     "workspaces-web.DeletePortal"},
    {"wisdom", "GET /assistants" AT "\n", "wisdom.ListAssistants"},
    {"apigateway", "GET /restapis/x" AT "\n", "apigateway.GetRestApi"},
    {"apigateway", "GET /v2/apis/x" AT "\n", "apigatewayv2.GetApi"},
    {"bedrock", "POST /agents/a" AT "\n{}", "bedrock-agent-runtime.InvokeInlineAgent"},
    {"bedrock", "POST /agents/a/" AT "\n", "bedrock-agent.PrepareAgent"},
    {"bedrock", "POST /agents/a HTTP/1.1\nHost: bedrock-agent.us-east-1.amazonaws.com\n\n",
     "bedrock-agent.PrepareAgent"},
    {"lex", "POST /imports/" AT "\n{}", "AMBIGUOUS"},
    {"lex", "POST /imports/ HTTP/1.1\nHost: models.lex.us-east-1.amazonaws.com\n\n{}",
     "lex-models.StartImport"},
    {"lex", "POST /imports/ HTTP/1.1\nHost: models-v2-lex.us-east-1.amazonaws.com\n\n{}",
     "lexv2-models.ListImports"},
    {"chime", "GET /tags?arn=a HTTP/1.1\nHost: voice-chime.us-east-1.amazonaws.com\n\n",
     "chime-sdk-voice.ListTagsForResource"},
    {"cloudsearch", "POST /2013-01-01/search" AT FORM "q=x", "cloudsearchdomain.Search"},
    {"bedrock", "POST /model/m/invoke" AT "\n{}", "bedrock-runtime.InvokeModel"},

    {"s3", "GET /" AT "\n", "s3.ListBuckets"},
    {"s3", "GET /b" AT "\n", "s3.ListObjects"},
    {"s3", "GET /b/" AT "\n", "s3.ListObjects"},
    {"s3", "GET /b?list-type=2&prefix=p" AT "\n", "s3.ListObjectsV2"},
    {"s3", "GET /b?list-type=%32" AT "\n", "s3.ListObjectsV2"},
    {"s3", "GET /b?versions" AT "\n", "s3.ListObjectVersions"},
    {"s3", "GET /b?versions=" AT "\n", "s3.ListObjectVersions"},
    {"s3", "GET /b?lifecycle" AT "\n", "s3.GetBucketLifecycleConfiguration"},
    {"s3", "GET /b?analytics" AT "\n", "s3.ListBucketAnalyticsConfigurations"},
    {"s3", "GET /b?analytics&id=1" AT "\n", "s3.GetBucketAnalyticsConfiguration"},
    {"s3", "GET /b/k" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/k?x-id=GetObject" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/k?versionId=1" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/k/" AT "\n", "s3.GetObject"},
    {"s3", "GET /b//k" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/a%2Fb%20c" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/k?acl" AT "\n", "s3.GetObjectAcl"},
    {"s3", "GET /b/k?%61cl" AT "\n", "s3.GetObjectAcl"},
    {"s3", "GET /b/k?Acl" AT "\n", "s3.GetObject"},
    {"s3", "HEAD /b/k" AT "\n", "s3.HeadObject"},
    {"s3", "HEAD /b" AT "\n", "s3.HeadBucket"},
    {"s3", "PUT /b/k" AT "\nx", "s3.PutObject"},
    {"s3", "PUT /b/k" AT "X-Amz-Copy-Source: /a/b\n\n", "s3.CopyObject"},
    {"s3", "PUT /b/k?partNumber=1&uploadId=u" AT "\nx", "s3.UploadPart"},
    {"s3", "PUT /b/k?partNumber=1&uploadId=u" AT "X-Amz-Copy-Source: /a/b\n\n",
     "s3.UploadPartCopy"},
    {"s3", "POST /b/k?uploads" AT "\n", "s3.CreateMultipartUpload"},
    {"s3", "POST /b/k?uploadId=u" AT "\n", "s3.CompleteMultipartUpload"},
    {"s3", "DELETE /b/k?uploadId=u" AT "\n", "s3.AbortMultipartUpload"},
    {"s3", "DELETE /b/k" AT "\n", "s3.DeleteObject"},
    {"s3", "POST /b?delete" AT "\n", "s3.DeleteObjects"},
    {"s3", "POST /b/k?select&select-type=2" AT "\n", "s3.SelectObjectContent"},
    {"s3", "POST /b/k?select&select-type=1" AT "\n", "NO_OPERATION"},
    {"s3", "POST /b" AT "Content-Type: multipart/form-data; boundary=x\n\n", "s3.PostObject"},
    {"s3", "POST /b" AT "Content-Type: text/plain\n\n", "NO_OPERATION"},
    {"s3", "OPTIONS /b/k" AT "\n", "NO_OPERATION"},
    {"s3", "PUT /b" AT "\n", "s3.CreateBucket"},
    {"s3", "PUT /v20180820/jobs" AT "\n", "s3.PutObject"},
    {"s3", "GET /v20180820/jobs/1" AT "\n", "s3control.DescribeJob"},
    {NULL, "GET /b/k" AT "\n", "s3.GetObject"},
    {NULL, "GET /2015-03-31/functions/f" AT "\n", "lambda.GetFunction"},
    /* Several services have that path. */
    {NULL, "GET /tags/x" AT "\n", "AMBIGUOUS"},
    {NULL, "GET /tags/x HTTP/1.1\nHost: s3.amazonaws.com\n\n", "s3.GetObject"},
    {NULL, "GET /assignment/accounts HTTP/1.1\nHost: portal.sso.us-east-1.amazonaws.com\n\n",
     "sso.ListAccounts"},
    /* Nothing has to be allowed for that, and it may be an object. */
    {NULL, "GET /assignment/accounts" AT "\n", "AMBIGUOUS"},
    {"execute-api", "POST /participant/connection" AT "\n",
     "connectparticipant."
     "CreateParticipantConnection"},
    {"execute-api",
     "POST /participant/connection HTTP/1.1\nHost: a1.execute-api.us-east-1.amazonaws.com\n\n",
     "execute-api.Invoke"},
    {"execute-api", "GET /prod HTTP/1.1\nHost: a1.execute-api.us-east-1.amazonaws.com\n\n",
     "execute-api.Invoke"},
    {"execute-api", "GET /prod/pets" AT "\n", "NO_OPERATION"},
    {"lambda", "GET / HTTP/1.1\nHost: u1.lambda-url.us-east-1.on.aws\n\n",
     "lambda-url.InvokeFunctionUrl"},
    {"es", "GET / HTTP/1.1\nHost: search-d-x1.us-east-1.es.amazonaws.com\n\n", "es-http.ESHttpGet"},
    {"es", "GET /2021-01-01/opensearch/domain/d" AT "\n", "opensearch.DescribeDomain"},
};

/* What another reader would read otherwise. */
static const struct find_sample attacks[] = {
    {"s3", "GET /b/../c/k" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/./k" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/.." AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/%2e%2E/c/k" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/x%2F..%2Fk" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/..k" AT "\n", "s3.GetObject"},
    {"s3", "GET /b%2Fk" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b%2fk/l" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /arn%3Aaws%3As3%3Aus-east-1%3A123456789012%3Aaccesspoint%2Fa/k" AT "\n",
     "s3.GetObject"},
    {"s3", "GET //b/k" AT "\n", "NO_OPERATION"},
    {"s3", "GET //" AT "\n", "NO_OPERATION"},
    {"s3", "GET /b/k;v=1" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/a+b" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/a%2Bb" AT "\n", "s3.GetObject"},
    {"s3", "GET /b\\k" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/k#x" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/\xc3\xa9" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%C3%A9" AT "\n", "s3.GetObject"},
    {"s3", "GET /b/%FF" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%C0%AE%C0%AE/k" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%00" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%4" AT "\n", "MALFORMED"},
    {"s3", "GET /b/%zz" AT "\n", "MALFORMED"},
    {"s3", "GET /b/k?acl&policy" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/k?acl&tagging" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/k?policy" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b?delete" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?acl&partNumber=1&uploadId=u" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?acl" AT "X-Amz-Copy-Source: /a/b\n\n", "AMBIGUOUS"},
    {"s3", "POST /b/k?uploads&uploadId=u" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?partNumber=1&uploadId=u&uploadId=v" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?partNumber=1&uploadId=" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?partNumber=1&uploadId" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b?list-type=2&list-type=1" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b?list-type=1&list-type=2" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/k?acl&acl" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/k?%zz=1" AT "\n", "MALFORMED"},
    {"s3", "PUT /b/k" AT "X-Amz-Copy-Source: /a/b\nx-amz-copy-source: /c/d\n\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "X-Amz-Copy-Source:\n\n", "AMBIGUOUS"},
    {"s3", "POST /b?delete" AT "Content-Type: multipart/form-data; boundary=x\n\n", "AMBIGUOUS"},
    {"s3", "GET /b/k" AT "X-Amz-Target: DynamoDB_20120810.GetItem\n\n", "AMBIGUOUS"},
    {"s3", "POST /" AT JSON("DynamoDB_20120810.GetItem"), "NO_OPERATION"},
    {"s3", "GET /b/k" AT "X-HTTP-Method-Override: DELETE\n\n", "AMBIGUOUS"},
    {"s3", "GET /b/k" AT "Host: b.s3.amazonaws.com\n\n", "AMBIGUOUS"},
    {"s3", "GET /b/k" AT "Smithy-Protocol: rpc-v2-cbor\n\n", "AMBIGUOUS"},
    {"s3", "GET /service/x/operation/y" AT "\n", "s3.GetObject"},
    {"lambda", "GET //2015-03-31/functions/f" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /2015-03-31//functions/f" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /2015-03-31/functions//" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /2015-03-31/%66unctions/f" AT "\n", "AMBIGUOUS"},
    {"lambda", "GET /2015-03-31/functions%2Ff" AT "\n", "NO_OPERATION"},
    {"lambda", "GET /2015-03-31/functions/f%2Fpolicy" AT "\n", "lambda.GetFunction"},
    {"lambda", "GET /2015-03-31/functions/x/../f" AT "\n", "AMBIGUOUS"},
    {"chime", "POST /accounts/a/users?operation=add&operation=suspend" AT "\n{}", "AMBIGUOUS"},
    {"dynamodb",
     "POST /" AT "X-Amz-Target: DynamoDB_20120810.PutItem\n"
     "x-amz-target: DynamoDB_20120810.GetItem\n\n{}",
     "AMBIGUOUS"},
    {"dynamodb",
     "POST /" AT "Content-Type: application/json\nContent-Type: text/xml\n"
     "X-Amz-Target: DynamoDB_20120810.GetItem\n\n{}",
     "AMBIGUOUS"},
    {"dynamodb", "GET /" AT JSON("DynamoDB_20120810.GetItem"), "AMBIGUOUS"},
    {"dynamodb", "POST /x" AT JSON("DynamoDB_20120810.GetItem"), "AMBIGUOUS"},
    {"dynamodb", "POST //" AT JSON("DynamoDB_20120810.GetItem"), "AMBIGUOUS"},
    {"dynamodb", "POST /?Action=PutItem" AT JSON("DynamoDB_20120810.GetItem"), "AMBIGUOUS"},
    {"dynamodb", "POST /?%41ction=PutItem" AT JSON("DynamoDB_20120810.GetItem"), "AMBIGUOUS"},
    {"sqs", "POST /" AT "X-Amz-Target: AmazonSQS.GetQueueUrl\n" FORM "Action=DeleteQueue",
     "AMBIGUOUS"},
    {"sqs", "POST /" AT "X-Amz-Target: AmazonSQS.GetQueueUrl\nSmithy-Protocol: rpc-v2-cbor\n\n{}",
     "AMBIGUOUS"},
    {"monitoring",
     "POST /service/GraniteServiceVersion20100801/operation/PutMetricData" AT
     "Smithy-Protocol: rpc-v2-cbor\nContent-Type: application/json\n\n{}",
     "AMBIGUOUS"},
    {"monitoring",
     "POST /service/GraniteServiceVersion20100801/operation/PutMetricData" AT
     "Smithy-Protocol: rpc-v2-json\nContent-Type: application/json\n\n{}",
     "AMBIGUOUS"},
    {"ec2", "POST /" AT FORM "Action=A&Action=RunInstances&Version=2016-11-15", "AMBIGUOUS"},
    {"ec2", "POST /" AT FORM "Action=RunInstances&%41ction=A&Version=2016-11-15", "AMBIGUOUS"},
    {"ec2", "POST /" AT FORM "Action=RunInstances&Version=2016-11-15&Version=2014-10-01",
     "AMBIGUOUS"},
    {"ec2", "POST /?Action=DescribeVpcs" AT FORM "Action=DeleteVpc&Version=2016-11-15",
     "AMBIGUOUS"},
    {"ec2", "POST /?Version=2014-10-01" AT FORM "Action=DeleteVpc&Version=2016-11-15", "AMBIGUOUS"},
    {"ec2", "GET /?Action=DescribeVpcs&Version=2016-11-15" AT FORM "Action=DeleteVpc", "AMBIGUOUS"},
    {"ec2",
     "POST /?Action=DescribeVpcs&Version=2016-11-15" AT
     "Content-Type: application/json\n\n{\"Action\":\"DeleteVpc\"}",
     "AMBIGUOUS"},
    {"ec2", "PUT /?Action=DescribeVpcs&Version=2016-11-15" AT "\n", "NO_OPERATION"},
    {"ec2", "POST /x" AT FORM "Action=DescribeVpcs&Version=2016-11-15", "AMBIGUOUS"},
    {"ec2", "POST //" AT FORM "Action=DescribeVpcs&Version=2016-11-15", "AMBIGUOUS"},
    {"ec2", "POST /" AT "Content-Type: multipart/form-data; boundary=x\n\nAction=DescribeVpcs",
     "NO_OPERATION"},
    /* moto looks for an Action before it looks at the target or the path. */
    {"ssm", "POST /" AT TARGET("AmazonSSM.ListDocuments") "{\"x\":\"&Action=PutParameter&\"}",
     "AMBIGUOUS"},
    {"ssm", "POST /" AT TARGET("AmazonSSM.ListDocuments") "{\"x\":\"&%41ction=put_parameter&\"}",
     "AMBIGUOUS"},
    {"ssm", "POST /" AT TARGET("AmazonSSM.ListDocuments") "{\"x\":\"&Action=PutItem&\"}",
     "ssm.ListDocuments"},
    {"ssm", "POST /" AT TARGET("AmazonSSM.ListDocuments") "{\"x\":\"&Action=ListDocuments&\"}",
     "ssm.ListDocuments"},
    {"ssm", "POST /" AT TARGET("AmazonSSM.ListDocuments") "{\"x\":\"Action=PutParameter&y\"}",
     "ssm.ListDocuments"},
    {"ssm", "POST /" AT "Action: PutParameter\n" TARGET("AmazonSSM.ListDocuments"), "AMBIGUOUS"},
    {"iot", "GET /things/t?Action=DeleteThing" AT "\n", "AMBIGUOUS"},
    {"iot", "GET /things/t" AT FORM "Action=DeleteThing", "AMBIGUOUS"},
    {"iot", "PATCH /things/t" AT "\n{\"x\":\"&Action=DeleteThing&\"}", "AMBIGUOUS"},
    {"s3", "PUT /b?versioning" AT FORM "a=b&Action=AssumeRoleWithSAML", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "\na&Action=PutObjectAcl", "s3.PutObject"},
    /* Headers that mean more to some, and those that gateways make of others. */
    {"s3", "PUT /b/k" AT "X-Moto-Account-Id: 999988887777\n\n", "AMBIGUOUS"},
    {"s3", "GET /b/k" AT "X-Original-URL: /c/k\n\n", "AMBIGUOUS"},
    {"s3", "GET /b/k" AT "X-Rewrite-URL: /c/k\n\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "X_Amz_Acl: public-read\n\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "x-amz_copy-source: a/b\n\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "Content_Type: text/xml\n\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "x-amz-meta-my_name: a\nmy_header: b\n\n", "s3.PutObject"},
    /* Where a body ends. */
    {"s3", "PUT /b/k" AT "Content-Length: 3\nTransfer-Encoding: chunked\n\nabc", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "Content-Length: 2\n\nabc", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "Content-Length: 3\nContent-Length: 3\n\nabc", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "Content-Length: +3\n\nabc", "AMBIGUOUS"},
    {"s3", "PUT /b/k" AT "Content-Length: 3\n\nabc", "s3.PutObject"},
    {"s3", "PUT /b/k" AT "Transfer-Encoding: chunked\n\nabc", "s3.PutObject"},
    /* What back ends keep for themselves. */
    {"s3", "POST /moto-api/seed?uploads" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /latest/meta-data/iam/security-credentials/r" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /_localstack/health" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /minio/admin/v3/add-user" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /%6Doto-api/data.json" AT "\n", "AMBIGUOUS"},
    {"s3", "GET /b/moto-api/data.json" AT "\n", "s3.GetObject"},
    /* moto goes by the path, where AWS goes by the host. */
    {"s3", "PUT /v20180820/accesspoint/a HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\n\n",
     "AMBIGUOUS"},
    {"s3", "PUT /v20180820/other HTTP/1.1\nHost: s3.us-east-1.amazonaws.com\n\n", "s3.PutObject"},
    {"s3", "DELETE /b/k?x;tagging" AT "\n", "AMBIGUOUS"},
    {"lambda", "DELETE /2015-03-31/functions/f?x;Qualifier=1" AT "\n", "AMBIGUOUS"},
    {"s3", "PUT /b/k?X-Amz-Copy-Source=a%2Fb" AT "\n", "AMBIGUOUS"},
};

START_TEST(is_told_by_name)
{
    found_check(&a, &by_name[_i], true);
}
END_TEST

START_TEST(is_told_by_path)
{
    found_check(&a, &by_path[_i], true);
}
END_TEST

START_TEST(is_not_read_in_two_ways)
{
    found_check(&a, &attacks[_i], true);
}
END_TEST

static const struct find_sample bodiless[] = {
    {"ec2", "POST /" AT FORM, "NEEDS_BODY"},
    {"sqs", "POST /" AT FORM, "NEEDS_BODY"},
    {"ec2", "GET /?Action=DescribeVpcs&Version=2016-11-15" AT "\n", "ec2.DescribeVpcs"},
    {"dynamodb", "POST /" AT JSON("DynamoDB_20120810.GetItem"), "dynamodb.GetItem"},
    {"s3", "PUT /b/k" AT "\n", "s3.PutObject"},
};

START_TEST(body_did_not_come)
{
    found_check(&a, &bodiless[_i], false);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("find");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, is_told_by_name, 0, ARRAY_LEN(by_name));
    tcase_add_loop_test(tcase, is_told_by_path, 0, ARRAY_LEN(by_path));
    tcase_add_loop_test(tcase, is_not_read_in_two_ways, 0, ARRAY_LEN(attacks));
    tcase_add_loop_test(tcase, body_did_not_come, 0, ARRAY_LEN(bodiless));
    return suite_run("recognize find", tcase);
}
