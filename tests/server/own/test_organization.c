/* SPDX-License-Identifier: Apache-2.0 */
/* Organizations with many members: what counts for all of them together, and jobs that go through
   them. */
#include "queries.h"
#include "support/client.h"
#include "support/suite.h"

#define MANAGEMENT "123456789012"
#define IAM "Version=2010-05-08&Action="

enum { FIRST = 200000000, MEMBERS = 40 }; /* the ids of members are these and three noughts */

static struct client client;

static bool has(struct str body, const char *words)
{
    return memmem(body.p, body.n, words, strlen(words)) != NULL;
}

/* The first text that is a member of that name, however deep. */
static const char *text_of(struct str body, const char *name)
{
    const char *begin = arena_printf(&client.arena, "\"%s\":\"", name);
    const char *at = memmem(body.p, body.n, begin, strlen(begin));
    ck_assert_msg(at != NULL, "no %s in %.*s", name, STR_FMT(body));
    at += strlen(begin);
    return arena_strndup(&client.arena, at, strcspn(at, "\""));
}

static struct response own(const char *method, const char *path, const char *body)
{
    return client_ask(&client, method, arena_printf(&client.arena, "/_iam-local/%s", path), NULL, 0,
                      str_of(body));
}

static struct response enable_region(const char *account, const char *region)
{
    const char *body =
        strcmp(account, MANAGEMENT) == 0
            ? arena_printf(&client.arena, "{\"RegionName\":\"%s\"}", region)
            : arena_printf(&client.arena, "{\"AccountId\":\"%s\",\"RegionName\":\"%s\"}", account,
                           region);
    const struct request_header headers[] = {{STR("Host"), STR("localhost:4566")},
                                             {STR("Content-Type"), STR("application/json")}};
    struct request rq = {.method = STR("POST"),
                         .path = STR("/enableRegion"),
                         .headers = headers,
                         .n_headers = ARRAY_LEN(headers),
                         .body = str_of(body),
                         .source_ip = "127.0.0.1"};
    const struct signer by = client_signer(&client, NULL, "account");
    sign_header(&client.arena, &by, &rq);
    return client_send(&client, &rq);
}

static struct request *sign_iam(const char *form)
{
    const struct signer by = client_signer(&client, NULL, "iam");
    struct request *rq = sign_form(&client.arena, &by, arena_printf(&client.arena, IAM "%s", form));
    rq->source_ip = "127.0.0.1";
    return rq;
}

static struct response iam(const char *form)
{
    struct response response = client_send(&client, sign_iam(form));
    ck_assert_msg(response.status == 200, "%s: %.*s", form, STR_FMT(response.body));
    return response;
}

static const char *member(size_t number)
{
    return arena_printf(&client.arena, "%d000", (int)(FIRST + number));
}

static void start(void)
{
    client_start(&client, (const char *const[]){"--quota", "AccountsPerOrganization=100", NULL});
    struct buf b = buf_new(&client.arena, 4096);
    buf_add_text(&b, "{\"services\":[\"iam.amazonaws.com\",\"account.amazonaws.com\"],"
                     "\"policy_types\":[\"SERVICE_CONTROL_POLICY\"],\"root\":{\"accounts\":[");
    for (size_t i = 0; i < MEMBERS; i++)
        buf_printf(&b, "%s{\"id\":\"%s\"}", i ? "," : "", member(i));
    buf_add_text(&b, "]}}");
    struct response made = own("POST", "organization", buf_text(&b));
    ck_assert_msg(made.status == 200, "%.*s", STR_FMT(made.body));
}

static void stop(void)
{
    client_stop(&client);
}

/* Six of each account and fifty of all: of the management account, too. */
START_TEST(test_region_changes)
{
    static const char *const regions[] = {"af-south-1", "ap-east-1",      "ap-east-2",
                                          "ap-south-2", "ap-southeast-3", "ap-southeast-4"};
    enum { TOGETHER = 50 };
    const char *sentence = "'Number of concurrent region-opt requests for an organization'";
    for (size_t i = 0; i < TOGETHER; i++) {
        const char *account = i < 6 ? MANAGEMENT : member(i / 6);
        struct response response = enable_region(account, regions[i % 6]);
        ck_assert_msg(response.status == 200, "%zu: %.*s", i, STR_FMT(response.body));
    }
    struct response response = enable_region(member(20), regions[0]);
    ck_assert_int_eq(response.status, 429);
    ck_assert_msg(has(response.body, sentence), "%.*s", STR_FMT(response.body));
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + 120);
    ck_assert_int_eq(enable_region(member(20), regions[0]).status, 200);
}
END_TEST

static struct response put_password(const char *account)
{
    return own("PUT", arena_printf(&client.arena, "accounts/%s/root", account),
               "{\"password\":\"correct-Horse-9\"}");
}

/* Nobody else could let it in again. */
START_TEST(test_whoever_leaves_has_its_root_user)
{
    iam("EnableOrganizationsRootCredentialsManagement");
    struct response response = client_organizations(
        &client, NULL, "CreateAccount", "{\"Email\":\"dev@example.com\",\"AccountName\":\"dev\"}");
    const char *request = text_of(response.body, "Id");
    struct clock *clock = &client.server->sandbox->clock;
    clock_freeze(clock, clock_now(clock) + 7 * 24 * 3600);
    response = client_organizations(
        &client, NULL, "DescribeCreateAccountStatus",
        arena_printf(&client.arena, "{\"CreateAccountRequestId\":\"%s\"}", request));
    const char *dev = text_of(response.body, "AccountId");
    response = put_password(dev);
    ck_assert_int_eq(response.status, 403);
    ck_assert(has(response.body, "The organization keeps the root user from having credentials"));
    response = own("PUT", arena_printf(&client.arena, "accounts/%s/standalone-data", dev), "{}");
    ck_assert_int_eq(response.status, 200);
    response = client_organizations(&client, NULL, "RemoveAccountFromOrganization",
                                    arena_printf(&client.arena, "{\"AccountId\":\"%s\"}", dev));
    ck_assert_msg(response.status == 200, "%.*s", STR_FMT(response.body));
    ck_assert_int_eq(put_password(dev).status, 200);
    response = own("POST", "check-password",
                   "{\"email\":\"dev@example.com\",\"password\":\"correct-Horse-9\"}");
    ck_assert_msg(has(response.body, "\"ok\""), "%.*s", STR_FMT(response.body));
}
END_TEST

/* Sixteen accounts in a slice, then sixteen services. */
START_TEST(test_report_of_many)
{
    struct response response = client_organizations(&client, NULL, "ListRoots", "{}");
    const char *arn = text_of(response.body, "Arn");
    const char *path = strchr(arn, '/') + 1; /* o-.../r-... */
    const char *form =
        arena_printf(&client.arena, "GenerateOrganizationsAccessReport&EntityPath=%s", path);
    struct flow *f = pipeline_begin(client.server, &client.arena, sign_iam(form));
    while (pipeline_place(f) != PLACE_DONE)
        pipeline_go_on(f, pipeline_place(f));
    ck_assert_msg(f->response.status == 200, "%.*s", STR_FMT(f->response.body));
    const char *id = client_element(&client, &f->response, "JobId");
    struct flow *rest = f->rest;
    ck_assert_ptr_nonnull(rest);
    const char *get =
        arena_printf(&client.arena, "GetOrganizationsAccessReport&MaxItems=1000&JobId=%s", id);
    int slices = 0;
    for (; pipeline_place(rest) == PLACE_POOL; slices++) {
        response = iam(get);
        ck_assert_str_eq(client_element(&client, &response, "JobStatus"), "IN_PROGRESS");
        ck_assert_ptr_null(client_element(&client, &response, "AccessDetails"));
        pipeline_go_on(rest, PLACE_POOL);
    }
    pipeline_abandon(rest);
    ck_assert_int_gt(slices, (MEMBERS + 1) / 16 + 20);
    response = iam(get);
    ck_assert_str_eq(client_element(&client, &response, "JobStatus"), "COMPLETED");
    ck_assert_ptr_nonnull(client_element(&client, &response, "ServiceNamespace"));
}
END_TEST

/* After a reset, as the first organization there is. */
static const char *new_root(void)
{
    struct response created = client_organizations(&client, NULL, "CreateOrganization", "{}");
    ck_assert_msg(created.status == 200, "%.*s", STR_FMT(created.body));
    return text_of(client_organizations(&client, NULL, "ListRoots", "{}").body, "Id");
}

START_TEST(test_ids_of_roots_that_occur_twice)
{
    struct tx tx;
    ck_assert_int_eq(own("POST", "reset", "").status, 200);
    const char *taken = new_root();
    ck_assert_int_eq(own("POST", "reset", "").status, 200);
    ck_assert_int_eq(store_begin(client.server->sandbox->store, true, &client.arena, &tx), OK);
    ck_assert_int_eq(q_unit_insert(&tx, &(struct q_unit_insert){.id = taken,
                                                                .organization = "o-another",
                                                                .parent = "",
                                                                .name = "Root",
                                                                .depth = 0,
                                                                .path = "o-another/"}),
                     OK);
    ck_assert_int_eq(store_end(&tx, true), OK);
    ck_assert_str_ne(new_root(), taken);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("organization");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, test_region_changes);
    tcase_add_test(tests, test_whoever_leaves_has_its_root_user);
    tcase_add_test(tests, test_report_of_many);
    tcase_add_test(tests, test_ids_of_roots_that_occur_twice);
    return suite_run("organization", tests);
}
