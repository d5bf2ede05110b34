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
    {"my.bucket.localhost", "AMBIGUOUS"},
    {"my.bucket.s3.localhost", "AMBIGUOUS"},
    {"b.us-east-1.localhost", "AMBIGUOUS"},
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
    {"us-east-1.localhost.localstack.cloud:4566", "AMBIGUOUS"},
    {"127.1", "AMBIGUOUS"},
    {"127.0.0.0.1", "AMBIGUOUS"},
    {"127.0.0.1.s3.amazonaws.com", "AMBIGUOUS"},
    {"localhost.s3.amazonaws.com", "AMBIGUOUS"},
    {"localstack.localhost", "AMBIGUOUS"},
    {"host.docker.internal.s3.amazonaws.com", "AMBIGUOUS"},
    {"www.b.s3.amazonaws.com", "AMBIGUOUS"},
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

static void check(const struct find_sample *sample, enum recognize_hosts mode)
{
    const char *text = found_text(&a, sample, true, mode);
    ck_assert_msg(strcmp(text, sample->expected) == 0, "%s instead of %s: %s", text,
                  sample->expected, sample->request);
}

static void check_host(const char *host, enum recognize_hosts mode, const char *expected)
{
    struct find_sample sample = {"s3", arena_printf(&a, "GET /k/l HTTP/1.1\nHost: %s\n\n", host),
                                 expected};
    check(&sample, mode);
}

START_TEST(bucket_of_a_host)
{
    check_host(hosts[_i].host, RECOGNIZE_HOSTS_OF_SDKS, hosts[_i].expected);
}
END_TEST

/* A back end that looks at paths alone does so whatever host its clients make up. */
START_TEST(back_end_without_hosts)
{
    check_host(hosts[_i].host, RECOGNIZE_HOSTS_PLAIN, "s3.GetObject /k/l");
}
END_TEST

START_TEST(back_end_with_s3_in_hosts)
{
    check_host("b.localhost", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /k/l");
    check_host("my.bucket.localhost", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /k/l");
    check_host("b.localhost.localstack.cloud", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /k/l");
    check_host("localstack.s3.localhost", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /localstack/k/l");
    check_host("b.s3.localhost", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /b/k/l");
    check_host("b.s3.amazonaws.com", RECOGNIZE_HOSTS_WITH_S3, "s3.GetObject /b/k/l");
    check_host("b.example.com", RECOGNIZE_HOSTS_WITH_S3, "AMBIGUOUS");
}
END_TEST

static const struct find_sample of_buckets[] = {
    {"s3", "GET / HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.ListObjects /b/"},
    {"s3", "PUT / HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.CreateBucket /b/"},
    {"s3", "GET /?acl HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.GetBucketAcl /b/"},
    {"s3", "GET //k HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "s3.GetObject /b//k"},
    {"s3", "POST /WriteGetObjectResponse HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "NO_OPERATION"},
    {"s3", "GET /b/k HTTP/1.1\n\n", "s3.GetObject /b/k"},
    {"s3", "GET /v20180820/jobs/1 HTTP/1.1\nHost: b.s3.amazonaws.com\n\n", "AMBIGUOUS"},
    {"s3", "GET /v20180820/x HTTP/1.1\nHost: b.s3.amazonaws.com\n\n",
     "s3.GetObject /b/v20180820/x"},
    {"s3",
     "GET /v20180820/jobs/1 HTTP/1.1\nHost: 123456789012.s3-control.us-east-1.amazonaws.com\n\n",
     "s3control.DescribeJob /v20180820/jobs/1"},
    {"lambda", "GET /2015-03-31/functions HTTP/1.1\nHost: b.example.com\n\n",
     "lambda.ListFunctions /2015-03-31/functions"},
};

START_TEST(bucket_alone)
{
    check(&of_buckets[_i], RECOGNIZE_HOSTS_OF_SDKS);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("host");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, bucket_of_a_host, 0, ARRAY_LEN(hosts));
    tcase_add_loop_test(tcase, back_end_without_hosts, 0, ARRAY_LEN(hosts));
    tcase_add_test(tcase, back_end_with_s3_in_hosts);
    tcase_add_loop_test(tcase, bucket_alone, 0, ARRAY_LEN(of_buckets));
    return suite_run("recognize host", tcase);
}
