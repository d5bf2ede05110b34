/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that tell something of resources, and what is known afterwards. */
#pragma once

#include "authorize_box.h"

#define OTHER "222222222222"
#define S3 "s3.us-east-1.amazonaws.com"
#define BUCKET "arn:aws:s3:::photos"
#define OBJECT BUCKET "/a b"
#define QUEUE "arn:aws:sqs:us-east-1:" ACCOUNT ":q"
#define TOPIC "arn:aws:sns:us-east-1:" ACCOUNT ":t"
#define KEY "arn:aws:kms:us-east-1:" ACCOUNT ":key/k"
#define TABLE "arn:aws:dynamodb:us-east-1:" ACCOUNT ":table/t"
#define FUNCTION "arn:aws:lambda:us-east-1:" ACCOUNT ":function:f"
#define STATEMENT "{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}"
#define POLICY "{'Statement':" STATEMENT "}"
/* Of a text in JSON: single quotes become escaped double ones. */
#define TEXT_POLICY                                                                                \
    "{\\'Statement\\':{\\'Effect\\':\\'Allow\\',\\'Principal\\':\\'*\\',\\'Action\\':\\'*\\',"     \
    "\\'Resource\\':\\'*\\'}}"
#define FORM_POLICY                                                                                \
    "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22*%22%2C"            \
    "%22Action%22%3A%22*%22%2C%22Resource%22%3A%22*%22%7D%7D"

#define FORM "Content-Type: application/x-www-form-urlencoded"
#define JSON(TARGET) "Content-Type: application/x-amz-json-1.1\nX-Amz-Target: " TARGET
#define REST "Content-Type: application/json"
#define LEARNED(ACCOUNT_POLICY, TAGS, ATTRIBUTES)                                                  \
    "{" ACCOUNT_POLICY "'tags':{" TAGS "},'attributes':{" ATTRIBUTES "},'learned':true}"
#define OWNED "'account':'" ACCOUNT "',"

/* One after the other, for one server. */
static const struct {
    const char *service, *line, *headers, *body;
    const char *arn, *known; /* afterwards */
} steps[] = {
    {"s3", "PUT /photos", NULL, "", BUCKET, LEARNED(OWNED, "", "")},
    {"s3", "PUT /photos?publicAccessBlock", NULL,
     "<PublicAccessBlockConfiguration xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>"
     "<BlockPublicAcls>true</BlockPublicAcls><RestrictPublicBuckets>false</RestrictPublicBuckets>"
     "</PublicAccessBlockConfiguration>",
     BUCKET,
     LEARNED(OWNED, "",
             "'BlockPublicAcls':'true','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "PUT /photos?policy", NULL, POLICY, BUCKET,
     LEARNED(OWNED "'policy':" POLICY ",", "",
             "'BlockPublicAcls':'true','BlockPublicPolicy':"
             "'false','RestrictPublicBuckets':'false'")},
    {"s3", "DELETE /photos?policy", NULL, "", BUCKET,
     LEARNED(OWNED, "",
             "'BlockPublicAcls':'true','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "DELETE /photos?publicAccessBlock", NULL, "", BUCKET,
     LEARNED(OWNED, "",
             "'BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "PUT /photos?tagging", NULL,
     "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>A</Key><Value>2</Value>"
     "</Tag></TagSet></Tagging>",
     BUCKET,
     LEARNED(OWNED, "'A':'2','a':'1'",
             "'BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "PUT /photos?tagging", NULL,
     "<Tagging><TagSet><Tag><Key>b</Key><Value>3</Value></Tag></TagSet></Tagging>", BUCKET,
     LEARNED(OWNED, "'b':'3'",
             "'BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "DELETE /photos?tagging", NULL, "", BUCKET,
     LEARNED(OWNED, "",
             "'BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "PUT /photos/a%20b", NULL, "text", OBJECT, NULL}, /* of which nothing is told */
    {"s3", "PUT /photos/a%20b", "x-amz-tagging: team=red&x=%20y", "text", OBJECT,
     LEARNED(OWNED, "'team':'red','x':' y'", "")},
    {"s3", "PUT /photos/a%20b?tagging", NULL,
     "<Tagging><TagSet><Tag><Key>b</Key><Value>3</Value></Tag></TagSet></Tagging>", OBJECT,
     LEARNED(OWNED, "'b':'3'", "")},
    {"s3", "PUT /photos/a%20b?tagging&versionId=1", NULL,
     "<Tagging><TagSet><Tag><Key>c</Key><Value>4</Value></Tag></TagSet></Tagging>", OBJECT,
     LEARNED(OWNED, "'b':'3'", "")},
    {"s3", "DELETE /photos/a%20b?versionId=1", NULL, "", OBJECT, LEARNED(OWNED, "'b':'3'", "")},
    {"s3", "PUT /photos/copy", "x-amz-copy-source: /photos/a%20b", "", OBJECT,
     LEARNED(OWNED, "'b':'3'", "")},
    {"s3", "PUT /photos/a%20b", NULL, "text", OBJECT, LEARNED(OWNED, "", "")},
    {"s3", "DELETE /photos/a%20b", NULL, "", OBJECT, NULL},
    {"s3", "PUT /photos/a%20b", "x-amz-tagging: team=red", "text", OBJECT,
     LEARNED(OWNED, "'team':'red'", "")},
    {"s3", "POST /photos?delete", NULL,
     "<Delete><Object><Key>x</Key></Object><Object><Key>a b</Key></Object></Delete>", OBJECT, NULL},
    {"s3", "PUT /photos/a%20b", "x-amz-tagging: team=red", "text", OBJECT,
     LEARNED(OWNED, "'team':'red'", "")},
    {"s3", "PUT /photos?abac", NULL, "<AbacStatus><Status>Enabled</Status></AbacStatus>", BUCKET,
     LEARNED(OWNED, "",
             "'Abac':'Enabled','BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'false'")},
    {"s3", "DELETE /photos", NULL, "", BUCKET, NULL},
    {"s3", "GET /photos/a%20b", NULL, "", OBJECT, NULL}, /* which went with it */
    {"s3-control", "PUT /v20180820/configuration/publicAccessBlock", "x-amz-account-id: " ACCOUNT,
     "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets>"
     "</PublicAccessBlockConfiguration>",
     "arn:aws:s3::" ACCOUNT ":account",
     LEARNED(OWNED, "",
             "'BlockPublicAcls':'false','BlockPublicPolicy':'false',"
             "'RestrictPublicBuckets':'true'")},

    {"sqs", "POST /", JSON("AmazonSQS.CreateQueue"),
     "{'QueueName':'q','Attributes':{'Policy':'" TEXT_POLICY "','DelaySeconds':'5'},"
     "'tags':{'a':'1'}}",
     QUEUE, LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.SetQueueAttributes"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Attributes':{'Policy':''}}", QUEUE,
     LEARNED(OWNED, "'a':'1'", "")},
    {"sqs", "POST /", FORM,
     "Action=SetQueueAttributes&Version=2012-11-05&QueueUrl=http%3A%2F%2Fx%2F" ACCOUNT "%2Fq"
     "&Attribute.1.Name=DelaySeconds&Attribute.1.Value=3"
     "&Attribute.2.Name=Policy&Attribute.2.Value=" FORM_POLICY,
     QUEUE, LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.SetQueueAttributes"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Attributes':{'Policy':''}}", QUEUE,
     LEARNED(OWNED, "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.AddPermission"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Label':'x','AWSAccountIds':['" OTHER
     "'],'Actions':['SendMessage','ReceiveMessage']}",
     QUEUE,
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'x','Effect':'Allow',"
                   "'Principal':{'AWS':['arn:aws:iam::" OTHER ":root']},'Action':"
                   "['SQS:SendMessage','SQS:ReceiveMessage'],'Resource':'" QUEUE "'}]},",
             "'a':'1'", "")},
    {"sqs", "POST /", FORM,
     "Action=AddPermission&Version=2012-11-05&QueueUrl=http%3A%2F%2Fx%2F" ACCOUNT "%2Fq&Label=y"
     "&AWSAccountId.1=" OTHER "&ActionName.1=*",
     QUEUE,
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'x','Effect':'Allow',"
                   "'Principal':{'AWS':['arn:aws:iam::" OTHER ":root']},'Action':"
                   "['SQS:SendMessage','SQS:ReceiveMessage'],'Resource':'" QUEUE "'},"
                   "{'Sid':'y','Effect':'Allow',"
                   "'Principal':{'AWS':['arn:aws:iam::" OTHER ":root']},'Action':"
                   "['SQS:*'],'Resource':'" QUEUE "'}]},",
             "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.RemovePermission"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Label':'x'}", QUEUE,
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':["
                   "{'Sid':'y','Effect':'Allow',"
                   "'Principal':{'AWS':['arn:aws:iam::" OTHER ":root']},'Action':"
                   "['SQS:*'],'Resource':'" QUEUE "'}]},",
             "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.RemovePermission"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Label':'y'}", QUEUE,
     LEARNED(OWNED, "'a':'1'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.TagQueue"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','Tags':{'b':'2','a':'3'}}", QUEUE,
     LEARNED(OWNED, "'a':'3','b':'2'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.UntagQueue"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','TagKeys':['a','z']}", QUEUE,
     LEARNED(OWNED, "'b':'2'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.DeleteMessage"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q','ReceiptHandle':'x'}", QUEUE,
     LEARNED(OWNED, "'b':'2'", "")},
    {"sqs", "POST /", JSON("AmazonSQS.DeleteQueue"),
     "{'QueueUrl':'http://localhost:4566/" ACCOUNT "/q'}", QUEUE, NULL},

    {"sns", "POST /", FORM,
     "Action=CreateTopic&Version=2010-03-31&Name=t&Attributes.entry.1.key=DisplayName"
     "&Attributes.entry.1.value=x&Attributes.entry.2.key=Policy&Attributes.entry.2."
     "value=" FORM_POLICY "&Tags.member.1.Key=a&Tags.member.1.Value=1",
     TOPIC, LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"sns", "POST /", FORM,
     "Action=SetTopicAttributes&Version=2010-03-31&TopicArn=" TOPIC
     "&AttributeName=Policy&AttributeValue=",
     TOPIC, LEARNED(OWNED, "'a':'1'", "")},
    {"sns", "POST /", FORM,
     "Action=SetTopicAttributes&Version=2010-03-31&TopicArn=" TOPIC
     "&AttributeName=DisplayName&AttributeValue=" FORM_POLICY,
     TOPIC, LEARNED(OWNED, "'a':'1'", "")},
    {"sns", "POST /", FORM,
     "Action=AddPermission&Version=2010-03-31&TopicArn=" TOPIC
     "&Label=x&AWSAccountId.member.1=" OTHER "&ActionName.member.1=Publish",
     TOPIC,
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'x','Effect':'Allow',"
                   "'Principal':{'AWS':['arn:aws:iam::" OTHER ":root']},'Action':"
                   "['SNS:Publish'],'Resource':'" TOPIC "'}]},",
             "'a':'1'", "")},
    {"sns", "POST /", FORM, "Action=DeleteTopic&Version=2010-03-31&TopicArn=" TOPIC, TOPIC, NULL},

    {"lambda", "POST /2015-03-31/functions/f/policy", REST,
     "{'StatementId':'s','Action':'lambda:InvokeFunction','Principal':'s3.amazonaws.com',"
     "'SourceArn':'" BUCKET "','SourceAccount':'" ACCOUNT "'}",
     FUNCTION,
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'s','Effect':'Allow',"
                   "'Principal':{'Service':'s3.amazonaws.com'},'Action':'lambda:InvokeFunction',"
                   "'Condition':{'ArnLike':{'AWS:SourceArn':'" BUCKET "'},'StringEquals':"
                   "{'AWS:SourceAccount':'" ACCOUNT "'}},'Resource':'" FUNCTION "'}]},",
             "", "")},
    {"lambda", "POST /2015-03-31/functions/f/policy?Qualifier=prod", REST,
     "{'StatementId':'s','Action':'lambda:InvokeFunction','Principal':'" OTHER "'}",
     FUNCTION ":prod",
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'s','Effect':'Allow',"
                   "'Principal':{'AWS':'arn:aws:iam::" OTHER ":root'},'Action':"
                   "'lambda:InvokeFunction','Resource':'" FUNCTION ":prod'}]},",
             "", "")},
    {"lambda", "DELETE /2015-03-31/functions/f/policy/s", NULL, "", FUNCTION,
     LEARNED(OWNED, "", "")},
    {"lambda", "DELETE /2015-03-31/functions/f", NULL, "", FUNCTION ":prod", NULL},

    {"kms", "POST /", JSON("TrentService.PutKeyPolicy"),
     "{'KeyId':'k','PolicyName':'default','Policy':'" TEXT_POLICY "'}", KEY,
     LEARNED(OWNED "'policy':" POLICY ",", "", "")},
    {"kms", "POST /", JSON("TrentService.TagResource"),
     "{'KeyId':'k','Tags':[{'TagKey':'a','TagValue':'1'}]}", KEY,
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"kms", "POST /", JSON("TrentService.CreateAlias"), "{'AliasName':'alias/a','TargetKeyId':'k'}",
     "arn:aws:kms:us-east-1:" ACCOUNT ":alias/a", LEARNED(OWNED, "", "'key':'k'")},
    {"kms", "POST /", JSON("TrentService.PutKeyPolicy"), /* of the key that the alias is one of */
     "{'KeyId':'alias/a','PolicyName':'default','Policy':'" TEXT_POLICY "'}", KEY,
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"kms", "POST /", JSON("TrentService.CreateGrant"),
     "{'KeyId':'k','GranteePrincipal':'" ALICE "','Operations':['Decrypt'],'Constraints':"
     "{'EncryptionContextSubset':{'x':'y'}}}",
     KEY,
     "{" OWNED "'policy':" POLICY ",'tags':{'a':'1'},'attributes':{},'grants':[{'id':'" ALICE
     " Decrypt {} {\\'x\\':\\'y\\'}','grantee':'" ALICE "','operations':['Decrypt'],"
     "'context_subset':{'x':'y'}}],'learned':true}"},
    {"kms", "POST /", JSON("TrentService.RevokeGrant"), "{'KeyId':'k','GrantId':'g'}", KEY,
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"kms", "POST /", JSON("TrentService.DeleteAlias"), "{'AliasName':'alias/a'}",
     "arn:aws:kms:us-east-1:" ACCOUNT ":alias/a", NULL},

    {"secretsmanager", "POST /", JSON("secretsmanager.CreateSecret"),
     "{'Name':'s','Tags':[{'Key':'a','Value':'1'}]}",
     "arn:aws:secretsmanager:us-east-1:" ACCOUNT ":secret:s-??????", LEARNED(OWNED, "'a':'1'", "")},
    {"secretsmanager", "POST /", JSON("secretsmanager.PutResourcePolicy"),
     "{'SecretId':'s','ResourcePolicy':'" TEXT_POLICY "'}",
     "arn:aws:secretsmanager:us-east-1:" ACCOUNT ":secret:s-??????",
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"secretsmanager", "POST /", JSON("secretsmanager.DeleteSecret"), "{'SecretId':'s'}",
     "arn:aws:secretsmanager:us-east-1:" ACCOUNT ":secret:s-??????",
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "")},
    {"secretsmanager", "POST /", JSON("secretsmanager.DeleteSecret"),
     "{'SecretId':'s','ForceDeleteWithoutRecovery':true}",
     "arn:aws:secretsmanager:us-east-1:" ACCOUNT ":secret:s-??????", NULL},

    {"dynamodb", "POST /", JSON("DynamoDB_20120810.CreateTable"),
     "{'TableName':'t','KeySchema':[{'AttributeName':'r','KeyType':'RANGE'},{'AttributeName':'h',"
     "'KeyType':'HASH'}],'GlobalSecondaryIndexes':[{'IndexName':'i','KeySchema':[{'AttributeName':"
     "'g','KeyType':'HASH'}]},{'IndexName':'j','KeySchema':[{'AttributeName':'r','KeyType':"
     "'HASH'}]}],'Tags':[{'Key':'a','Value':'1'}]}",
     TABLE, LEARNED(OWNED, "'a':'1'", "'hash':'h'")},
    {"dynamodb", "POST /", JSON("DynamoDB_20120810.DescribeTable"), "{'TableName':'t'}",
     TABLE "/index/j", LEARNED(OWNED, "", "'hash':'r'")},
    {"dynamodb", "POST /", JSON("DynamoDB_20120810.PutResourcePolicy"),
     "{'ResourceArn':'" TABLE "','Policy':'" TEXT_POLICY "'}", TABLE,
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "'hash':'h'")},
    {"dynamodb", "POST /", JSON("DynamoDB_20120810.DeleteItem"),
     "{'TableName':'t','Key':{'h':{'S':'x'}}}", TABLE,
     LEARNED(OWNED "'policy':" POLICY ",", "'a':'1'", "'hash':'h'")},
    {"dynamodb", "POST /", JSON("DynamoDB_20120810.DeleteTable"), "{'TableName':'t'}",
     TABLE "/index/i", NULL},

    {"ecr", "POST /", JSON("AmazonEC2ContainerRegistry_V20150921.SetRepositoryPolicy"),
     "{'repositoryName':'r','policyText':'" TEXT_POLICY "'}",
     "arn:aws:ecr:us-east-1:" ACCOUNT ":repository/r",
     LEARNED(OWNED "'policy':" POLICY ",", "", "")},
    {"ec2", "POST /", FORM,
     "Action=CreateTags&Version=2016-11-15&ResourceId.1=i-1&ResourceId.2=vol-2&Tag.1.Key=a"
     "&Tag.1.Value=1&Tag.2.Key=b&Tag.2.Value=2",
     "arn:aws:ec2:us-east-1:" ACCOUNT ":volume/vol-2", LEARNED(OWNED, "'a':'1','b':'2'", "")},
    {"ec2", "POST /", FORM,
     "Action=DeleteTags&Version=2016-11-15&ResourceId.1=i-1&Tag.1.Key=a&Tag.1.Value=1",
     "arn:aws:ec2:us-east-1:" ACCOUNT ":instance/i-1", LEARNED(OWNED, "'b':'2'", "")},
    {"logs", "POST /", JSON("Logs_20140328.CreateLogGroup"),
     "{'logGroupName':'/app/x','tags':{'a':'1'}}",
     "arn:aws:logs:us-east-1:" ACCOUNT ":log-group:/app/x", LEARNED(OWNED, "'a':'1'", "")},
    {"logs", "POST /", JSON("Logs_20140328.DeleteLogGroup"), "{'logGroupName':'/app/x'}",
     "arn:aws:logs:us-east-1:" ACCOUNT ":log-group:/app/x", NULL},
    {"glue", "POST /", JSON("AWSGlue.PutResourcePolicy"), "{'PolicyInJson':'" TEXT_POLICY "'}",
     "arn:aws:glue:us-east-1:" ACCOUNT ":catalog", LEARNED(OWNED "'policy':" POLICY ",", "", "")},
    {"events", "POST /", JSON("AWSEvents.PutPermission"),
     "{'EventBusName':'b','Action':'events:PutEvents','Principal':'*','StatementId':'s',"
     "'Condition':{'Type':'StringEquals','Key':'aws:PrincipalOrgID','Value':'o-1'}}",
     "arn:aws:events:us-east-1:" ACCOUNT ":event-bus/b",
     LEARNED(OWNED "'policy':{'Version':'2012-10-17','Statement':[{'Sid':'s','Effect':'Allow',"
                   "'Principal':'*','Action':'events:PutEvents','Condition':{'StringEquals':"
                   "{'aws:PrincipalOrgID':'o-1'}},'Resource':'arn:aws:events:us-east-1:" ACCOUNT
                   ":event-bus/b'}]},",
             "", "")},
    {"backup", "PUT /backup-vaults/v/access-policy", REST, "{'Policy':'" TEXT_POLICY "'}",
     "arn:aws:backup:us-east-1:" ACCOUNT ":backup-vault:v",
     LEARNED(OWNED "'policy':" POLICY ",", "", "")},
    {"es", "POST /2021-01-01/opensearch/domain", REST,
     "{'DomainName':'d','AccessPolicies':'" TEXT_POLICY "'}",
     "arn:aws:es:us-east-1:" ACCOUNT ":domain/d", LEARNED(OWNED "'policy':" POLICY ",", "", "")},
};
