/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_api.h"
#include "err.h"
#include "parts_api.h"
#include "support.h"

static int decode(struct fix *f, const char *body, const struct node *elsewhere,
                  const struct shape *shape, void *ret)
{
    f->message = "untouched";
    return shape_decode_json(&f->arena, shape, elsewhere, str_of(body), ret, &f->message);
}

/* Refused, with MESSAGE or without any. */
static void refuses(const char *body, const char *message)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    int code = decode(&f, body, NULL, &parts_put_part_in_shape, &in);
    ck_assert_msg(code == ERR_SERIALIZATION, "%s: %d", body, code);
    if (message)
        ck_assert_str_eq(f.message, message);
    else
        ck_assert_msg(!f.message, "%s: %s", body, f.message);
    fix_done(&f);
}

START_TEST(what_is_no_object)
{
    refuses("", NULL);
    refuses("{", NULL);
    refuses("null", NULL);
    refuses("\"x\"", NULL);
    refuses("{\"Limit\":1,}", NULL);
    refuses("{\"Limit\":1,\"Limit\":1}", NULL);
    refuses("{\"Name\":\"\\u0000\"}", NULL);
    refuses("{\"Name\":\"\xff\"}", NULL);
    refuses("[]", "Start of list found where not expected");
}
END_TEST

/* As recorded. */
START_TEST(values_of_a_wrong_type)
{
    refuses("{\"Limit\":\"1\"}", "STRING_VALUE can not be converted to an Integer");
    refuses("{\"Limit\":true}", "TRUE_VALUE can not be converted to an Integer");
    refuses("{\"Limit\":[1]}", "Start of list found where not expected");
    refuses("{\"Limit\":{\"a\":1}}", "Start of structure or map found where not expected.");
    refuses("{\"Limit\":1.5}", NULL);
    refuses("{\"Words\":[1]}", "NUMBER_VALUE can not be converted to a String");
    refuses("{\"Words\":[false]}", "FALSE_VALUE can not be converted to a String");
    refuses("{\"Words\":\"x\"}", "Expected list or null");
    refuses("{\"Words\":{}}", "Start of structure or map found where not expected.");
    refuses("{\"Part\":\"x\"}", "Expected null");
    refuses("{\"Part\":[]}", "Start of list found where not expected");
    refuses("{\"Parts\":[1]}", "Expected null");
    refuses("{\"Flag\":1}", "NUMBER_VALUE can not be converted to a Boolean");
    refuses("{\"Counts\":1}", "Expected null");
    refuses("{\"Counts\":[]}", "Start of list found where not expected");
    refuses("{\"Counts\":{\"a\":\"1\"}}", "STRING_VALUE can not be converted to an Integer");
    refuses("{\"Seen\":\"2020-01-01T00:00:00Z\"}",
            "STRING_VALUE can not be converted to milliseconds since epoch");
    refuses("{\"Seen\":1e30}", NULL);
    refuses("{\"Seen\":253402300800}", NULL);
    refuses("{\"Made\":0}", NULL);
    refuses("{\"Made\":\"yesterday\"}", NULL);
    refuses("{\"Flag\":\"x\"}", "STRING_VALUE can not be converted to an Boolean");
}
END_TEST

static const struct node name_kid = {.name = {"Name", 4}, .value = {"ab", 2}};
static const struct node named = {.kids = &name_kid, .n = 1};

START_TEST(fills_structs)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    ck_assert_int_eq(decode(&f,
                            "{\"Parts\":[{\"Name\":\"x\",\"Count\":5,\"Flag\":false},null,"
                            "{\"Name\":\"y\"}],\"Part\":{\"Name\":\"\xc3\xa4\"},\"Limit\":9,"
                            "\"More\":{\"b\":[1, null],\"a\":0},\"Words\":[\"a\",\"b\"],"
                            "\"Name\":\"not from here\",\"Unknown\":1}",
                            &named, &parts_put_part_in_shape, &in),
                     OK);
    ck_assert_str_eq(in.name, "ab");
    ck_assert_uint_eq(in.parts.n, 2);
    ck_assert(in.parts.v[0].count == 5 && in.parts.v[0].has_count);
    ck_assert(in.parts.v[0].has_flag && !in.parts.v[0].flag);
    ck_assert_str_eq(in.parts.v[1].name, "y");
    ck_assert(!in.parts.v[1].has_count && !in.parts.v[1].has_flag);
    ck_assert_str_eq(in.part->name, "\xc3\xa4");
    ck_assert_int_eq(in.limit, 9);
    ck_assert(in.flag);
    ck_assert_str_eq(in.more, "{\"b\":[1,null],\"a\":0}");
    ck_assert_uint_eq(in.words.n, 2);
    ck_assert_str_eq(in.words.v[1], "b");
    fix_done(&f);
}
END_TEST

START_TEST(times_and_maps)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    ck_assert_int_eq(decode(&f,
                            "{\"Seen\":1631121728.678,\"Exact\":1.631121728678E9,"
                            "\"Made\":\"2020-11-30T18:44:37.5+01:00\","
                            "\"Counts\":{\"b\":2,\"x\":null,\"a\":0}}",
                            &named, &parts_put_part_in_shape, &in),
                     OK);
    ck_assert(in.has_seen && in.seen == 1631121728);
    ck_assert(in.has_exact && in.exact == 1631121728678);
    ck_assert(in.has_made && in.made == 1606758277);
    ck_assert_uint_eq(in.counts.n, 2);
    ck_assert_str_eq(in.counts.v[0].key, "b");
    ck_assert(in.counts.v[0].value == 2 && in.counts.v[0].has_value);
    ck_assert_str_eq(in.counts.v[1].key, "a");
    ck_assert_int_eq(
        decode(&f, "{\"Seen\":-1.5,\"Exact\":-1.5}", &named, &parts_put_part_in_shape, &in), OK);
    ck_assert(in.seen == -2 && in.exact == -1500);
    fix_done(&f);
}
END_TEST

/* N structs in each other. */
static const char *nested(struct fix *f, size_t n)
{
    struct buf b = {.arena = &f->arena};
    buf_add_text(&b, "{\"Part\":");
    for (size_t i = 0; i < n; i++)
        buf_add_text(&b, i % 2 ? "{\"Name\":\"x\",\"Parts\":[" : "{\"Name\":\"x\",\"Next\":");
    buf_add_text(&b, "{\"Name\":\"end\"}");
    for (size_t i = n; i--;)
        buf_add_text(&b, i % 2 ? "]}" : "}");
    buf_add_text(&b, "}");
    return buf_text(&b);
}

START_TEST(structs_in_themselves)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    ck_assert_int_eq(decode(&f, nested(&f, 2), &named, &parts_put_part_in_shape, &in), OK);
    ck_assert_str_eq(in.part->next->parts.v[0].name, "end");
    ck_assert_int_eq(decode(&f, nested(&f, 30), &named, &parts_put_part_in_shape, &in), OK);
    ck_assert_int_eq(decode(&f, nested(&f, 31), &named, &parts_put_part_in_shape, &in),
                     ERR_SERIALIZATION);
    fix_done(&f);
}
END_TEST

START_TEST(an_empty_body_beside_other_places)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    ck_assert_int_eq(decode(&f, "", &named, &parts_put_part_in_shape, &in), OK);
    ck_assert_str_eq(in.name, "ab");
    ck_assert_int_eq(in.limit, 7);
    ck_assert(in.flag && !in.part && !in.more && !in.words.v);
    fix_done(&f);
}
END_TEST

START_TEST(checks_what_it_read)
{
    struct fix f;
    struct parts_put_part_in in;
    fix_init(&f);
    ck_assert_int_eq(
        decode(&f, "{\"Part\":{\"Count\":99999999999}}", &named, &parts_put_part_in_shape, &in),
        ERR_VALIDATION_ERROR);
    ck_assert_str_eq(f.message,
                     "2 validation errors detected: Value null at 'part.name' failed to satisfy "
                     "constraint: Member must not be null; Value '99999999999' at 'part.count' "
                     "failed to satisfy constraint: Member must have value less than or equal to "
                     "10");
    fix_done(&f);
}
END_TEST

START_TEST(a_payload_is_the_whole_body)
{
    struct fix f;
    const struct node none = {.n = 0};
    struct parts_put_text_in text;
    struct parts_put_any_in any;
    fix_init(&f);
    ck_assert_int_eq(decode(&f, "{ not JSON", &none, &parts_put_text_in_shape, &text), OK);
    ck_assert(str_is(text.body, "{ not JSON"));
    ck_assert_int_eq(decode(&f, "[1, \"a\"]", &none, &parts_put_any_in_shape, &any), OK);
    ck_assert_str_eq(any.any, "[1,\"a\"]");
    ck_assert_int_eq(decode(&f, "null", &none, &parts_put_any_in_shape, &any), OK);
    ck_assert_str_eq(any.any, "null");
    ck_assert_int_eq(decode(&f, "", &none, &parts_put_any_in_shape, &any), OK);
    ck_assert_ptr_null(any.any);
    ck_assert_int_eq(decode(&f, "[1", &none, &parts_put_any_in_shape, &any), ERR_SERIALIZATION);
    fix_done(&f);
}
END_TEST

START_TEST(encodes_as_declared)
{
    struct fix f;
    struct parts_part part = {.name = "n"};
    struct parts_get_part_out out = {.status = 201,
                                     .has_status = true,
                                     .e_tag = "e",
                                     .name = "x",
                                     .parts = {1, &part},
                                     .more = "[1]"};
    fix_init(&f);
    struct buf b = {.arena = &f.arena};
    shape_encode_json(&b, &parts_get_part_out_shape, &out, false);
    ck_assert_str_eq(buf_text(&b),
                     "{\"Name\":\"x\",\"Parts\":[{\"Name\":\"n\"}],\"More\":[1],\"Note\":null}");
    struct parts_entry entries[] = {{"b", 2, true}, {"a", 1, true}};
    struct parts_put_part_out times = {.name = "n",
                                       .seen = -1,
                                       .has_seen = true,
                                       .exact = -1500,
                                       .has_exact = true,
                                       .made = 0,
                                       .has_made = true,
                                       .counts = {2, entries}};
    b = (struct buf){.arena = &f.arena};
    shape_encode_json(&b, &parts_put_part_out_shape, &times, false);
    ck_assert_str_eq(buf_text(&b),
                     "{\"Name\":\"n\",\"Seen\":-1,\"Exact\":-1.500,"
                     "\"Made\":\"1970-01-01T00:00:00Z\",\"Counts\":{\"b\":2,\"a\":1}}");
    fix_done(&f);
}
END_TEST

static enum shape_wrong first_wrong(struct fix *f, const char *body)
{
    struct parts_put_part_in in;
    ck_assert_int_eq(decode(f, body, &named, &parts_put_part_in_shape, &in), ERR_VALIDATION_ERROR);
    return shape_first_fault(&f->arena, &parts_put_part_in_shape, &in).wrong;
}

START_TEST(what_is_wrong_first)
{
    struct fix f;
    fix_init(&f);
    ck_assert_int_eq(first_wrong(&f, "{\"Part\":{\"Count\":1}}"), SHAPE_MISSING);
    ck_assert_int_eq(first_wrong(&f, "{\"Part\":{\"Name\":\"\",\"Count\":1}}"), SHAPE_SHORT);
    ck_assert_int_eq(first_wrong(&f, "{\"Words\":[\"a\",\"abcd\"]}"), SHAPE_LONG);
    ck_assert_int_eq(first_wrong(&f, "{\"Part\":{\"Name\":\"a\",\"Count\":4}}"), SHAPE_LOW);
    ck_assert_int_eq(first_wrong(&f, "{\"Part\":{\"Name\":\"a\",\"Count\":11}}"), SHAPE_HIGH);
    ck_assert_int_eq(first_wrong(&f, "{\"Parts\":[{\"Name\":\"a\"},{\"Name\":\"b\"},{}]}"),
                     SHAPE_LONG);
    struct demo_read_thing_in in = {.name = "ab", .path = "x", .color = "blue"};
    ck_assert_int_eq(shape_first_fault(&f.arena, &demo_read_thing_in_shape, &in).wrong,
                     SHAPE_CHOICE);
    in.name = "a!";
    ck_assert_int_eq(shape_first_fault(&f.arena, &demo_read_thing_in_shape, &in).wrong,
                     SHAPE_PATTERN);
    fix_done(&f);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("decode_json");
    tcase_add_test(tcase, what_is_no_object);
    tcase_add_test(tcase, values_of_a_wrong_type);
    tcase_add_test(tcase, fills_structs);
    tcase_add_test(tcase, times_and_maps);
    tcase_add_test(tcase, structs_in_themselves);
    tcase_add_test(tcase, an_empty_body_beside_other_places);
    tcase_add_test(tcase, checks_what_it_read);
    tcase_add_test(tcase, what_is_wrong_first);
    tcase_add_test(tcase, a_payload_is_the_whole_body);
    tcase_add_test(tcase, encodes_as_declared);
    return fix_run("decode_json", tcase);
}
