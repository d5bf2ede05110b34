/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_api.h"
#include "iam_api.h"
#include "sts_api.h"
#include "support.h"

static const char *xml(struct fix *f, const struct shape *shape, const void *v, int depth)
{
    struct buf b = {.arena = &f->arena};
    shape_encode_xml(&b, shape, v, depth);
    return buf_text(&b);
}

static const char *json(struct fix *f, const struct shape *shape, const void *v)
{
    struct buf b = {.arena = &f->arena};
    shape_encode_json(&b, shape, v, true);
    return buf_text(&b);
}

START_TEST(a_user)
{
    struct fix f;
    fix_init(&f);
    struct iam_tag tag = {"team", "a&b"};
    struct iam_user user = {.path = "/",
                            .user_name = "Alice",
                            .user_id = "AIDA",
                            .arn = "arn:aws:iam::123456789012:user/Alice",
                            .create_date = 1700000000,
                            .tags = {1, &tag}};
    struct iam_create_user_out out = {&user};
    ck_assert_str_eq(xml(&f, &iam_create_user_out_shape, &out, 2),
                     "    <User>\n"
                     "      <Path>/</Path>\n"
                     "      <Arn>arn:aws:iam::123456789012:user/Alice</Arn>\n"
                     "      <UserName>Alice</UserName>\n"
                     "      <UserId>AIDA</UserId>\n"
                     "      <CreateDate>2023-11-14T22:13:20Z</CreateDate>\n"
                     "      <Tags>\n"
                     "        <member>\n"
                     "          <Value>a&amp;b</Value>\n"
                     "          <Key>team</Key>\n"
                     "        </member>\n"
                     "      </Tags>\n"
                     "    </User>\n");
    ck_assert_str_eq(json(&f, &iam_create_user_out_shape, &out),
                     "{\"User\":{\"Arn\":\"arn:aws:iam::123456789012:user/Alice\","
                     "\"CreateDate\":1700000000,\"Path\":\"/\","
                     "\"Tags\":[{\"Key\":\"team\",\"Value\":\"a&b\"}],"
                     "\"UserId\":\"AIDA\",\"UserName\":\"Alice\"}}");
    fix_done(&f);
}
END_TEST

START_TEST(lists_and_the_end_of_a_page)
{
    struct fix f;
    fix_init(&f);
    const char *names[] = {"a", "b"};
    struct iam_list_user_policies_out out = {
        .policy_names = {2, names}, .is_truncated = true, .marker = "m"};
    ck_assert_str_eq(xml(&f, &iam_list_user_policies_out_shape, &out, 0),
                     "<IsTruncated>true</IsTruncated>\n"
                     "<Marker>m</Marker>\n"
                     "<PolicyNames>\n"
                     "  <member>a</member>\n"
                     "  <member>b</member>\n"
                     "</PolicyNames>\n");
    ck_assert_str_eq(json(&f, &iam_list_user_policies_out_shape, &out),
                     "{\"IsTruncated\":true,\"Marker\":\"m\",\"PolicyNames\":[\"a\",\"b\"]}");
    out = (struct iam_list_user_policies_out){.marker = NULL};
    ck_assert_str_eq(xml(&f, &iam_list_user_policies_out_shape, &out, 1),
                     "  <IsTruncated>false</IsTruncated>\n  <PolicyNames/>\n");
    ck_assert_str_eq(json(&f, &iam_list_user_policies_out_shape, &out),
                     "{\"IsTruncated\":false,\"PolicyNames\":[]}");
    fix_done(&f);
}
END_TEST

START_TEST(caller_identity_in_the_order_of_aws)
{
    struct fix f;
    fix_init(&f);
    struct sts_get_caller_identity_out out = {
        .arn = "arn:aws:iam::1:root", .user_id = "1", .account = "1"};
    ck_assert_str_eq(xml(&f, &sts_get_caller_identity_out_shape, &out, 2),
                     "    <Arn>arn:aws:iam::1:root</Arn>\n"
                     "    <UserId>1</UserId>\n"
                     "    <Account>1</Account>\n");
    ck_assert_str_eq(json(&f, &sts_get_caller_identity_out_shape, &out),
                     "{\"Account\":\"1\",\"Arn\":\"arn:aws:iam::1:root\",\"UserId\":\"1\"}");
    fix_done(&f);
}
END_TEST

START_TEST(policy_documents_are_percent_encoded)
{
    struct fix f;
    fix_init(&f);
    struct iam_get_user_policy_out out = {
        .user_name = "u", .policy_name = "p", .policy_document = "{ \"a\":\n[\"*~-_.%3A=,<\"]}"};
    const char *text = "%7B%20%22a%22%3A%0A%5B%22%2A~-_.%253A%3D%2C%3C%22%5D%7D";
    const char *want = arena_printf(&f.arena,
                                    "<PolicyDocument>%s</PolicyDocument>\n"
                                    "<PolicyName>p</PolicyName>\n<UserName>u</UserName>\n",
                                    text);
    ck_assert_str_eq(xml(&f, &iam_get_user_policy_out_shape, &out, 0), want);
    want = arena_printf(
        &f.arena, "{\"PolicyDocument\":\"%s\",\"PolicyName\":\"p\",\"UserName\":\"u\"}", text);
    ck_assert_str_eq(json(&f, &iam_get_user_policy_out_shape, &out), want);
    fix_done(&f);
}
END_TEST

START_TEST(every_kind)
{
    struct fix f;
    fix_init(&f);
    struct demo_inner inner = {.count = 0, .has_count = true, .flag = false, .has_flag = true};
    struct demo_inner inners[] = {{.script = ""}, {.count = 3}};
    struct demo_entry counts[] = {{"b\"", 2}, {"a", 1}};
    struct demo_outer outer = {.zeta = "",
                               .counts = {2, counts},
                               .alpha = &inner,
                               .inners = {2, inners},
                               .seen = 0,
                               .has_seen = true,
                               .made = -1,
                               .number = -42,
                               .flag = true,
                               .data = "bytes+=="};
    ck_assert_str_eq(xml(&f, &demo_outer_shape, &outer, 0),
                     "<Zeta/>\n"
                     "<Number>-42</Number>\n"
                     "<Inners>\n  <member>\n    <Script/>\n  </member>\n  <member/>\n"
                     "</Inners>\n"
                     "<Flag>true</Flag>\n"
                     "<Data>bytes+==</Data>\n"
                     "<Counts>\n  <entry>\n    <key>b\"</key>\n    <value>2</value>\n  </entry>\n"
                     "  <entry>\n    <key>a</key>\n    <value>1</value>\n  </entry>\n</Counts>\n"
                     "<Made>1969-12-31T23:59:59Z</Made>\n"
                     "<Alpha>\n  <Flag>false</Flag>\n  <Count>0</Count>\n</Alpha>\n"
                     "<Seen>1970-01-01T00:00:00Z</Seen>\n");
    ck_assert_str_eq(json(&f, &demo_outer_shape, &outer),
                     "{\"Alpha\":{\"Count\":0,\"Flag\":false},"
                     "\"Counts\":{\"b\\\"\":2,\"a\":1},\"Data\":\"bytes+==\",\"Flag\":true,"
                     "\"Inners\":[{\"Script\":\"\"},{}],\"Made\":-1,\"Number\":-42,"
                     "\"Seen\":0,\"Zeta\":\"\"}");
    struct demo_read_thing_out out = {NULL};
    ck_assert_str_eq(xml(&f, &demo_read_thing_out_shape, &out, 0), "");
    ck_assert_str_eq(json(&f, &demo_read_thing_out_shape, &out), "{}");
    fix_done(&f);
}
END_TEST

START_TEST(times_with_milliseconds)
{
    static const struct {
        int64_t at;
        const char *xml, *json;
    } cases[] = {
        {1700000000679, "2023-11-14T22:13:20.679Z", "1700000000.679"},
        {1700000000000, "2023-11-14T22:13:20.000Z", "1700000000.000"},
        {1700000000007, "2023-11-14T22:13:20.007Z", "1700000000.007"},
        {-1, "1969-12-31T23:59:59.999Z", "-0.001"},
    };
    struct fix f;
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct demo_outer outer = {.exact = cases[i].at, .has_exact = true};
        const char *element = arena_printf(&f.arena, "<Exact>%s</Exact>\n", cases[i].xml);
        const char *member = arena_printf(&f.arena, "\"Exact\":%s,", cases[i].json);
        ck_assert_ptr_nonnull(strstr(xml(&f, &demo_outer_shape, &outer, 0), element));
        ck_assert_ptr_nonnull(strstr(json(&f, &demo_outer_shape, &outer), member));
    }
    fix_done(&f);
}
END_TEST

START_TEST(optional_lists_without_members_are_left_out)
{
    struct fix f;
    fix_init(&f);
    struct iam_tag none;
    struct iam_user user = {.user_id = "x", .arn = "y", .tags = {0, &none}};
    ck_assert_str_eq(xml(&f, &iam_user_shape, &user, 0),
                     "<Arn>y</Arn>\n<UserId>x</UserId>\n"
                     "<CreateDate>1970-01-01T00:00:00Z</CreateDate>\n");
    fix_done(&f);
}
END_TEST

/* The order of members in answers that were recorded. */
START_TEST(order_of_recorded_answers)
{
    static const struct {
        const struct shape *shape;
        const char *order;
    } cases[] = {
        {&iam_policy_shape, "PermissionsBoundaryUsageCount Path UpdateDate DefaultVersionId "
                            "PolicyId IsAttachable PolicyName Description AttachmentCount Arn "
                            "CreateDate Tags "},
        {&iam_policy_version_shape, "VersionId IsDefaultVersion Document CreateDate "},
        {&iam_group_shape, "Path GroupName GroupId Arn CreateDate "},
        {&iam_list_users_out_shape, "IsTruncated Marker Users "},
        {&iam_attached_policy_shape, "PolicyArn PolicyName "},
        {&iam_get_group_policy_out_shape, "PolicyDocument GroupName PolicyName "},
    };
    struct fix f;
    fix_init(&f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {.arena = &f.arena};
        for (size_t k = 0; k < cases[i].shape->n; k++)
            buf_printf(&b, "%s ", cases[i].shape->fields[cases[i].shape->hashed[k]].name);
        ck_assert_str_eq(buf_text(&b), cases[i].order);
    }
    fix_done(&f);
}
END_TEST

START_TEST(text_stays_well_formed)
{
    struct fix f;
    fix_init(&f);
    struct buf b = {.arena = &f.arena};
    xml_text(&b, STR("<a b=\"c\" d='e'>&amp;\t\n\r\x01\x1f\x7f \xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"
                     "\xef\xbb\xbf\xc3\xa4|\xff|\xc3|\xed\xa0\x80|\xf0\x9f\x98\x80|\xef"));
    ck_assert_str_eq(
        buf_text(&b),
        "&lt;a b=\"c\" d='e'&gt;&amp;amp;\t\n&#xD;\xef\xbf\xbd\xef\xbf\xbd\x7f "
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbb\xbf\xc3\xa4|\xef\xbf\xbd|\xef\xbf\xbd|"
        "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xf0\x9f\x98\x80|\xef\xbf\xbd");
    fix_done(&f);
}
END_TEST

/* What stands for a character does not depend on where it is. */
START_TEST(characters_at_every_place)
{
    struct fix f;
    fix_init(&f);
    char text[20], alone[] = {(char)_i, '\0'};
    struct buf one = {.arena = &f.arena};
    xml_text(&one, str_of(alone));
    for (size_t place = 0; place < sizeof text; place++) {
        struct buf b = {.arena = &f.arena}, wanted = {.arena = &f.arena};
        memset(text, 'a', sizeof text);
        text[place] = (char)_i;
        xml_text(&b, (struct str){text, sizeof text});
        buf_add(&wanted, (struct str){text, place});
        buf_add(&wanted, buf_str(&one));
        buf_add(&wanted, (struct str){text + place + 1, sizeof text - place - 1});
        ck_assert_str_eq(buf_text(&b), buf_text(&wanted));
    }
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("encode");
    tcase_add_loop_test(tcase, characters_at_every_place, 1, 256);
    tcase_add_test(tcase, a_user);
    tcase_add_test(tcase, lists_and_the_end_of_a_page);
    tcase_add_test(tcase, caller_identity_in_the_order_of_aws);
    tcase_add_test(tcase, policy_documents_are_percent_encoded);
    tcase_add_test(tcase, every_kind);
    tcase_add_test(tcase, times_with_milliseconds);
    tcase_add_test(tcase, optional_lists_without_members_are_left_out);
    tcase_add_test(tcase, order_of_recorded_answers);
    tcase_add_test(tcase, text_stays_well_formed);
    return fix_run("encode", tcase);
}
