/* SPDX-License-Identifier: Apache-2.0 */
#include "../support/suite.h"
#include "members_samples.h"

static struct arena a;

static void setup(void)
{
    arena_init(&a);
}

static void teardown(void)
{
    arena_done(&a);
}

static const struct sample json[] = {
    {"{\"TableName\":\"t\"}", "TableName", "t"},
    {" {\"A\" : {\"B\" : [ {\"C\" : \"x\"} , {} , {\"C\" : 1.50e3} ] } } \n", "A.B.#.C",
     "x@0 1.50e3@2"},
    {"{\"A\":{\"B\":\"x\"}}", "A", "{}"},
    {"{\"A\":[]}", "A", "{}"},
    {"{\"A\":[]}", "A.#", ""},
    {"{\"A\":[\"x\"]}", "A.#", "x@0"},
    {"{\"A\":[\"x\",null,\"z\"]}", "A.#", "x@0 z@2"},
    {"{\"A\":[[\"x\",\"y\"],[\"z\"]]}", "A.#.#", "x@0.0 y@0.1 z@1.0"},
    {"{\"Tags\":{\"a\":\"1\",\"b\":\"2\"}}", "Tags.@", "a@0 b@1"},
    {"{\"Tags\":{\"a\":\"1\",\"b\":\"2\"}}", "Tags.*", "1@0 2@1"},
    {"{\"R\":{\"t\":{\"Keys\":[{\"k\":1},{}]},\"u\":{\"Keys\":[{}]}}}", "R.*.Keys.#",
     "{}@0.0 {}@0.1 {}@1.0"},
    {"{\"A\":null}", "A", ""},
    {"{\"A\":null}", "A.B", ""},
    {"{\"A\":null}", "A.#", ""},
    {"{\"A\":true,\"B\":false}", "B", "false"},
    {"{\"A\":\"\"}", "A", ""},
    {"{}", "A.B.#.C", ""},
    {"", "A", ""},
    {"{\"\\u0041\":\"\\u00e9\\n\\\"\"}", "A", "\xc3\xa9\n\""},
    {"{\"A\":\"\\ud83d\\ude00\"}", "A", "\xf0\x9f\x98\x80"},
    {"{\"A\":-12345678901234567890}", "A", "-12345678901234567890"},
    {"{\"x\":{\"x\":1,\"x\":2},\"A\":\"y\"}", "A", "y"},
    /* Two readers, two values. */
    {"{\"A\":\"x\",\"A\":\"y\"}", "A", "AMBIGUOUS"},
    {"{\"A\":\"x\",\"\\u0041\":\"y\"}", "A", "AMBIGUOUS"},
    {"{\"A\":\"x\",\"a\":\"y\"}", "A", "AMBIGUOUS"},
    {"{\"a\":\"y\"}", "A", "AMBIGUOUS"},
    {"{\"A\":{\"B\":\"x\"},\"A\":{}}", "A.B", "AMBIGUOUS"},
    {"{\"A\":null,\"A\":\"y\"}", "A", "AMBIGUOUS"},
    {"{\"T\":{\"k\":1,\"k\":2}}", "T.@", "AMBIGUOUS"},
    {"{\"T\":{\"k\":1,\"K\":2}}", "T.@", "k@0 K@1"},
    {"{\"T\":{\"k\":1,\"k\":2}}", "T.*", "AMBIGUOUS"},
    /* Of another kind than the operation's members. */
    {"{\"A\":\"x\"}", "A.#", "MALFORMED"},
    {"{\"A\":\"x\"}", "A.B", "MALFORMED"},
    {"{\"A\":{\"B\":1}}", "A.#", "MALFORMED"},
    {"{\"A\":[{\"B\":1}]}", "A.B", "MALFORMED"},
    {"{\"A\":[\"B\"]}", "A.@", "MALFORMED"},
    {"{\"A\":1e999}", "A", "MALFORMED"},
    {"{\"A\":1e999,\"B\":1}", "B", "1"},
    /* No JSON. */
    {"[]", "A", "MALFORMED"},
    {"\"A\"", "A", "MALFORMED"},
    {"{\"A\":\"x\"", "A", "MALFORMED"},
    {"{\"A\":\"x\"}}", "A", "MALFORMED"},
    {"{\"A\":\"x\"} {}", "A", "MALFORMED"},
    {"{\"A\":\"x\",}", "A", "MALFORMED"},
    {"{'A':\"x\"}", "A", "MALFORMED"},
    {"{A:\"x\"}", "A", "MALFORMED"},
    {"{\"A\":01}", "A", "MALFORMED"},
    {"{\"A\":NaN}", "A", "MALFORMED"},
    {"{\"A\":\"x\" /* */}", "A", "MALFORMED"},
    {"{\"A\":\"\xff\"}", "A", "MALFORMED"},
    {"{\"A\":\"\xc0\xaf\"}", "A", "MALFORMED"},
    {"{\"A\":\"\\u0000\"}", "A", "MALFORMED"},
    {"{\"A\":\"\\ud83d\"}", "A", "MALFORMED"},
    {"{\"A\":\"\n\"}", "A", "MALFORMED"},
    {"{\"A\":\"\\x41\"}", "A", "MALFORMED"},
    {"\xef\xbb\xbf{\"A\":\"x\"}", "A", "MALFORMED"},
};

START_TEST(in_json)
{
    const struct sample *s = &json[_i];
    members_check(&a, members_of(&a, RECOGNIZE_JSON, false, str_of(s->body), NULL), s);
}
END_TEST

static const struct sample query[] = {
    {"Action=A&Name=x+y%2Fz&Version=1", "Name", "x y/z"},
    {"Name=", "Name", ""},
    {"Name", "Name", ""},
    {"", "Name", ""},
    {"L.member.2=b&L.member.1=a", "L.member.#", "a@0 b@1"},
    {"L.member.1=a&L.member.2=b&L.member.3=c&L.member.4=d&L.member.5=e&L.member.6=f&L.member.7=g&"
     "L.member.8=h&L.member.9=i&L.member.10=j",
     "L.member.#", "a@0 b@1 c@2 d@3 e@4 f@5 g@6 h@7 i@8 j@9"},
    {"T.member.1.Key=a&T.member.2.Key=b&T.member.2.Value=2", "T.member.#.Value", "2@1"},
    {"T.1.Tag.1.Key=a&T.1.Tag.2.Key=b&T.2.Tag.1.Key=c", "T.#.Tag.#.Key", "a@0.0 b@0.1 c@1.0"},
    {"T.item.1.Tags.Tag.1.Key=a", "T.item.#.Tags.Tag.#.Key", "a@0.0"},
    {"L=", "L.member.#", ""},
    {"L.member=", "L.member.#", ""},
    {"P.Name=x&P.Arn=y", "P", "{}"},
    {"P.Name=x&P.Arn=y", "P.Arn", "y"},
    {"%4eame=x", "Name", "x"},
    {"L%2Emember%2E1=a", "L.member.#", "a@0"},
    {"&&Name=x&", "Name", "x"},
    {"N=a%3Bb", "N", "a;b"},
    {"N=a%00b", "N", "MALFORMED"},
    {"N=%ff", "N", "MALFORMED"},
    {"N=%4", "N", "MALFORMED"},
    {"N=%zz", "N", "MALFORMED"},
    {"N=a&M=%zz", "N", "MALFORMED"},
    {"N=a&N=b", "N", "AMBIGUOUS"},
    {"N=a&N=a", "N", "AMBIGUOUS"},
    {"N=a&%4E=b", "N", "AMBIGUOUS"},
    {"N=a&n=b", "N", "AMBIGUOUS"},
    {"n=b", "N", "AMBIGUOUS"},
    {"N=a&M=1&M=2", "N", "a"},
    {"N=a;N=b", "N", "AMBIGUOUS"},
    {"N=a&N.1=b", "N", "AMBIGUOUS"},
    {"L.1=a", "L.member.#", "AMBIGUOUS"},
    {"L.1=a&L.member.1=b", "L.member.#", "AMBIGUOUS"},
    {"L.1=a&L.member.1=b", "L.#", "AMBIGUOUS"},
    {"L.member.1=a", "L.#", "AMBIGUOUS"},
    {"L.member.1=a", "L.Tag.#", "AMBIGUOUS"},
    {"L=a", "L.#", "AMBIGUOUS"},
    {"L.0=a&L.1=b", "L.#", "AMBIGUOUS"},
    {"L.1=a&L.3=b", "L.#", "AMBIGUOUS"},
    {"L.2=b", "L.#", "AMBIGUOUS"},
    {"L.01=a", "L.#", "AMBIGUOUS"},
    {"L.1=a&L.01=b", "L.#", "AMBIGUOUS"},
    {"L.1=a&L.-1=b", "L.#", "AMBIGUOUS"},
    {"L.1=a&L.99999999999999999999=b", "L.#", "AMBIGUOUS"},
};

START_TEST(in_query)
{
    const struct sample *s = &query[_i];
    members_check(&a, members_of(&a, RECOGNIZE_QUERY, false, str_of(s->body), NULL), s);
    members_check(&a, members_of(&a, RECOGNIZE_EC2, false, str_of(s->body), NULL), s);
}
END_TEST

/* The paths of JSON and CBOR in the Query forms of CloudWatch, and of SQS before it spoke JSON. */
static const struct sample as_query[] = {
    {"AlarmNames.member.1=a&AlarmNames.member.2=b", "AlarmNames.#", "a@0 b@1"},
    {"MetricData.member.1.Dimensions.member.1.Name=d", "MetricData.#.Dimensions.#.Name", "d@0.0"},
    {"Namespace=n", "Namespace", "n"},
    {"M.entry.1.key=a&M.entry.1.value=1&M.entry.2.key=b&M.entry.2.value=2", "M.@", "a@0 b@1"},
    {"M.entry.1.key=a&M.entry.1.value=1&M.entry.2.key=b&M.entry.2.value=2", "M.*", "1@0 2@1"},
    {"Tag.1.Key=a&Tag.1.Value=1&Tag.2.Key=b", "Tags.@", "a@0 b@1"},
    {"Tags.1.Key=a&Tags.1.Value=1", "Tags.*", "1@0"},
    {"Tag.1.Key=a&Tag.1.Value=1", "tags.@", "a@0"},
    {"TagKey.1=a&TagKey.2=b", "TagKeys.#", "a@0 b@1"},
    {"Attribute.1.Name=P&Attribute.1.Value=v", "Attributes.P", "v"},
    {"Attribute.1.Name=P&Attribute.1.Value=v", "Attributes.Q", ""},
    {"Attribute.1.Name=P&Attribute.1.Value=v&Attribute.2.Name=P&Attribute.2.Value=w",
     "Attributes.P", "AMBIGUOUS"},
    {"Attribute.1.Name=P", "Attributes", "{}"},
    {"Tag.1.Key=a&Tags.1.Key=b", "Tags.@", "AMBIGUOUS"},
    {"Tag.1.Key=a&Tags.entry.1.key=b", "Tags.@", "AMBIGUOUS"},
    {"Tag.1.Key=a&Tag.1.key=b", "Tags.@", "AMBIGUOUS"},
    {"TagKey.1=a&TagKeys.member.1=b", "TagKeys.#", "AMBIGUOUS"},
    {"TagKey.2=a", "TagKeys.#", "AMBIGUOUS"},
    {"Tag.2.Key=a", "Tags.@", "AMBIGUOUS"},
};

START_TEST(in_query_of_others)
{
    const struct sample *s = &as_query[_i];
    members_check(&a, members_of(&a, RECOGNIZE_JSON, true, str_of(s->body), NULL), s);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("members");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, in_json, 0, ARRAY_LEN(json));
    tcase_add_loop_test(tcase, in_query, 0, ARRAY_LEN(query));
    tcase_add_loop_test(tcase, in_query_of_others, 0, ARRAY_LEN(as_query));
    return suite_run("recognize members", tcase);
}
