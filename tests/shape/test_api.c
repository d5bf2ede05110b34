/* SPDX-License-Identifier: Apache-2.0 */
#include "shape/api.h"

#include "demo_api.h"
#include "err.h"
#include "iam_api.h"
#include "support.h"

START_TEST(finds_operations)
{
    ck_assert_uint_eq(demo_service.n_ops, 4);
    for (size_t i = 0; i < demo_service.n_ops; i++) {
        const struct api_op *op = &demo_service.ops[i];
        ck_assert_ptr_eq(api_find(&demo_service, str_of(op->name)), op);
        ck_assert_ptr_eq(op->service, &demo_service);
    }
    ck_assert_ptr_null(api_find(&demo_service, STR("")));
    ck_assert_ptr_null(api_find(&demo_service, STR("ReadThin")));
    ck_assert_ptr_null(api_find(&demo_service, STR("ReadThings")));
    ck_assert_ptr_null(api_find(&demo_service, STR("readThing")));
    ck_assert_str_eq(demo_service.name, "demo");
    ck_assert_str_eq(demo_service.version, "2020-01-01");
    ck_assert_str_eq(demo_service.xmlns, "https://demo.example/doc/");
}
END_TEST

START_TEST(an_operation_not_built)
{
    const struct api_op *op = api_find(&demo_service, STR("ANiceABCThing"));
    ck_assert_int_eq(op->access, API_LIST);
    ck_assert_ptr_null(op->in);
    ck_assert(!op->run);
}
END_TEST

START_TEST(runs_through_the_table)
{
    const struct api_op *read = api_find(&demo_service, STR("ReadThing"));
    struct demo_read_thing_in in = {.count = 6, .has_count = true};
    struct demo_read_thing_out out;
    ck_assert_int_eq(read->run(NULL, &in, &out), 6);
    ck_assert_ptr_null(out.outer);
    ck_assert_ptr_eq(read->out, &demo_read_thing_out_shape);
    const struct api_op *drop = api_find(&demo_service, STR("DropThing"));
    struct demo_drop_thing_in name = {.name = "x"};
    ck_assert_int_eq(drop->run(NULL, &name, NULL), 1);
    ck_assert_ptr_null(drop->out);
    ck_assert_int_eq(drop->auth[0].target, API_ON_STAR);
    ck_assert_int_eq(drop->auth[0].resource, RESOURCE_NONE);
    ck_assert_ptr_null(drop->keys[0].name);
    ck_assert_int_eq(drop->errors[0], 0);
}
END_TEST

static const struct api_auth *row(const char *op, size_t i)
{
    return &api_find(&demo_service, str_of(op))->auth[i];
}

START_TEST(authorization_rows)
{
    const struct api_auth *a = row("ReadThing", 0);
    ck_assert_str_eq(a->action, "demo:ReadThing");
    ck_assert(a->target == API_ON_ENTITY && a->self && a->named);
    ck_assert_uint_eq(a->member, offsetof(struct demo_read_thing_in, name));
    ck_assert_uint_eq(a->path, API_NO_MEMBER);
    ck_assert_int_eq(a->if_field, -1);
    a = row("ReadThing", 1);
    ck_assert(a->target == API_ON_RENAMED && !a->self && !a->named);
    ck_assert_uint_eq(a->old_member, offsetof(struct demo_read_thing_in, name));
    ck_assert_uint_eq(a->member, offsetof(struct demo_read_thing_in, latin));
    ck_assert_uint_eq(a->path, offsetof(struct demo_read_thing_in, path));
    a = row("ReadThing", 2);
    ck_assert(a->target == API_ON_NEW);
    ck_assert_uint_eq(a->path, offsetof(struct demo_read_thing_in, path));
    ck_assert_int_eq(a->if_field, 9);
    a = row("ReadThing", 3);
    ck_assert(a->target == API_ON_PREFIX);
    ck_assert_uint_eq(a->member, offsetof(struct demo_read_thing_in, prefix));
    ck_assert_ptr_null(row("ReadThing", 4)->action);
    const struct api_op *op = api_find(&demo_service, STR("ReadThing"));
    ck_assert_str_eq(op->keys[0].name, "demo:Color");
    ck_assert_uint_eq(op->keys[0].field, 4);
    ck_assert_ptr_null(op->keys[0].value);
    ck_assert_str_eq(op->keys[1].name, "demo:Kind");
    ck_assert_str_eq(op->keys[1].value, "thing");
    ck_assert_uint_eq(op->keys[1].field, API_NO_MEMBER);
    ck_assert_ptr_null(op->keys[2].name);
    ck_assert_int_eq(op->errors[0], ERR_NO_SUCH_ENTITY);
    ck_assert_int_eq(op->errors[1], 0);
}
END_TEST

START_TEST(members_with_codes)
{
    const struct api_mfa *mfa = api_find(&demo_service, STR("DropThing"))->mfa;
    ck_assert_uint_eq(mfa->serial, offsetof(struct demo_drop_thing_in, name));
    ck_assert_uint_eq(mfa->code, offsetof(struct demo_drop_thing_in, code));
    ck_assert_ptr_null(api_find(&demo_service, STR("ReadThing"))->mfa);
}
END_TEST

START_TEST(names_of_resources)
{
    struct fix f;
    fix_init(&f);
    ck_assert_str_eq(demo_user_arn(&f.arena, "1", "/p/", "n"), "arn:demo:1:user/p/n");
    ck_assert_str_eq(iam_group_arn(&f.arena, "123456789012", "/", "admins"),
                     "arn:aws:iam::123456789012:group/admins");
    fix_done(&f);
}
END_TEST

/* What the engine relies on. */
static void check_shape(const struct shape *shape)
{
    uint64_t hashed = 0;
    for (size_t i = 0; i < shape->n; i++) {
        const struct shape_field *field = &shape->fields[i];
        enum shape_kind kind = field->kind == SHAPE_LIST ? field->item : field->kind;
        ck_assert_uint_lt(field->off, shape->size);
        ck_assert((kind == SHAPE_STRUCT) == (field->shape != NULL));
        if (i)
            ck_assert_str_lt(shape->fields[shape->sorted[i - 1]].name,
                             shape->fields[shape->sorted[i]].name);
        hashed |= UINT64_C(1) << shape->hashed[i];
    }
    ck_assert_uint_eq(hashed, (UINT64_C(1) << shape->n) - 1);
}

START_TEST(descriptors_hold_together)
{
    check_shape(&demo_read_thing_in_shape);
    check_shape(&demo_outer_shape);
    check_shape(&iam_user_shape);
    check_shape(&iam_create_user_in_shape);
    check_shape(&iam_get_group_out_shape);
    check_shape(&iam_access_key_shape);
    ck_assert(iam_access_key_shape.fields[2].rule->sensitive);
    ck_assert_uint_eq(iam_user_shape.size, sizeof(struct iam_user));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("api");
    tcase_add_test(tcase, finds_operations);
    tcase_add_test(tcase, an_operation_not_built);
    tcase_add_test(tcase, runs_through_the_table);
    tcase_add_test(tcase, authorization_rows);
    tcase_add_test(tcase, members_with_codes);
    tcase_add_test(tcase, names_of_resources);
    tcase_add_test(tcase, descriptors_hold_together);
    return fix_run("api", tcase);
}
