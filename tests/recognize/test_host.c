/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts of S3: which bucket they name, and which do not tell. */
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

#define POINT "arn:aws:s3:us-east-1:123456789012:accesspoint%2Fp"

static const struct {
    const char *host, *expected;
} hosts[] = {
    {"localhost", "s3.GetObject /k/l"},
    {"localhost:9000", "s3.GetObject /k/l"},
    {"minio:9000", "s3.GetObject /k/l"},
    {"127.0.0.1:9000", "s3.GetObject /k/l"},
    {"[::1]:9000", "s3.GetObject /k/l"},
    {"host.docker.internal:4566", "s3.GetObject /k/l"},
    {"s3.amazonaws.com", "s3.GetObject /k/l"},
    {"s3.us-west-2.amazonaws.com", "s3.GetObject /k/l"},
    {"s3-us-west-2.amazonaws.com", "s3.GetObject /k/l"},
    {"s3.dualstack.us-west-2.amazonaws.com", "s3.GetObject /k/l"},
    {"s3-fips.us-west-2.amazonaws.com", "s3.GetObject /k/l"},
    {"s3.us-east-1.localhost.localstack.cloud:4566", "s3.GetObject /k/l"},
    {"s3.localhost.localstack.cloud:4566", "s3.GetObject /k/l"},
    {"localhost.localstack.cloud:4566", "s3.GetObject /k/l"},
    {"s3.example.com", "s3.GetObject /k/l"},
    {"b.s3.amazonaws.com", "s3.GetObject /b/k/l"},
    {"B.S3.AmazonAWS.com:443", "s3.GetObject /b/k/l"},
    {"b.s3.us-west-2.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3-us-west-2.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3-external-1.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3.dualstack.us-west-2.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3-accelerate.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3-accelerate.dualstack.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3-fips.us-gov-west-1.amazonaws.com", "s3.GetObject /b/k/l"},
    {"b.s3.cn-north-1.amazonaws.com.cn", "s3.GetObject /b/k/l"},
    {"my.s3.data.s3.eu-west-1.amazonaws.com", "s3.GetObject /my.s3.data/k/l"},
    {"b.us-east-1.s3.amazonaws.com", "s3.GetObject /b.us-east-1/k/l"},
    {"b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com",
     "s3.GetObject /b--use1-az4--x-s3/k/l"},
    {"b.s3.localhost:9000", "s3.GetObject /b/k/l"},
    {"b.localhost:9000", "s3.GetObject /b/k/l"},
    {"my.bucket.localhost", "s3.GetObject /my.bucket/k/l"},
    {"b.s3.localhost.localstack.cloud:4566", "s3.GetObject /b/k/l"},
    {"b.s3.us-east-1.localhost.localstack.cloud:4566", "s3.GetObject /b/k/l"},
    {"p-123456789012.s3-accesspoint.us-east-1.amazonaws.com", "s3.GetObject /" POINT "/k/l"},
    {"p-123456789012.s3-accesspoint.dualstack.us-east-1.amazonaws.com",
     "s3.GetObject /" POINT "/k/l"},
    {"p-1-123456789012.s3-accesspoint-fips.us-gov-west-1.amazonaws.com",
     "s3.GetObject /arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint%2Fp-1/k/l"},
    {"m1.mrap.accesspoint.s3-global.amazonaws.com",
     "s3.GetObject /arn:aws:s3::*:accesspoint%2Fm1.mrap/k/l"},
    {"b.localhost.localstack.cloud:4566", "AMBIGUOUS"},
    {"b.example.com", "AMBIGUOUS"},
    {"minio.default.svc.cluster.local:9000", "AMBIGUOUS"},
    {"b.s3.example.com", "AMBIGUOUS"},
    {"ec2.us-east-1.amazonaws.com", "AMBIGUOUS"},
    {"b.s3-website-us-east-1.amazonaws.com", "AMBIGUOUS"},
    {"amazonaws.com", "AMBIGUOUS"},
    {"p.s3-accesspoint.us-east-1.amazonaws.com", "AMBIGUOUS"},
    {"p-12345678901.s3-accesspoint.us-east-1.amazonaws.com", "AMBIGUOUS"},
    {"p-123456789012.s3-accesspoint.amazonaws.com", "AMBIGUOUS"},
    {".s3.amazonaws.com", "AMBIGUOUS"},
    {"b..s3.amazonaws.com", "AMBIGUOUS"},
    {"b/x.s3.amazonaws.com", "AMBIGUOUS"},
    {"b%2fx.s3.amazonaws.com", "AMBIGUOUS"},
    {"x@b.s3.amazonaws.com", "AMBIGUOUS"},
    {"b.s3.amazonaws.com.", "AMBIGUOUS"},
    {"b.s3.amazonaws.com.evil.example", "AMBIGUOUS"},
    {"b.s3xamazonaws.com", "AMBIGUOUS"},
    {"notlocalhost.example", "AMBIGUOUS"},
    {"..localhost", "AMBIGUOUS"},
};

START_TEST(bucket_of_a_host)
{
    struct find_sample sample = {
        "s3", arena_printf(&a, "GET /k/l HTTP/1.1\nHost: %s\n\n", hosts[_i].host),
        hosts[_i].expected};
    found_check(&a, &sample, true, true);
}
END_TEST

static const struct find_sample of_buckets[] = {
    {"s3", "GET / HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.ListObjects /b/"},
    {"s3", "PUT / HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.CreateBucket /b/"},
    {"s3", "GET /?acl HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.GetBucketAcl /b/"},
    {"s3", "GET //k HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.GetObject /b//k"},
    {"s3", "POST /WriteGetObjectResponse HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "NO_OPERATION"},
    {"s3", "GET /b/k HTTP/1.1\n\n", "s3.GetObject /b/k"},
    {"s3", "GET /v20180820/jobs/1 HTTP/1.1\nHost: b.s3.amazonaws.com\n\n",
     "s3.GetObject /b/v20180820/jobs/1"},
    {"s3",
     "GET /v20180820/jobs/1 HTTP/1.1\nHost: 123456789012.s3-control.us-east-1.amazonaws.com\n\n",
     "s3control.DescribeJob /v20180820/jobs/1"},
    {"lambda", "GET /2015-03-31/functions HTTP/1.1\nHost: b.example.com\n\n",
     "lambda.ListFunctions /2015-03-31/functions"},
};

START_TEST(bucket_alone)
{
    found_check(&a, &of_buckets[_i], true, true);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("host");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, bucket_of_a_host, 0, ARRAY_LEN(hosts));
    tcase_add_loop_test(tcase, bucket_alone, 0, ARRAY_LEN(of_buckets));
    return suite_run("recognize host", tcase);
}
