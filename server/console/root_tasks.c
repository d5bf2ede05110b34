/* SPDX-License-Identifier: Apache-2.0 */
/* What only root users can do, a page for each task, done as who is signed in. */
#include "console_api.h"
#include "model/root_task.h"
#include "pages.h"
#include "server/console/rooms.h"
#include "server/page/show.h"

struct field {
    const char *name, *label, *type, *hint;
};

/* What the table of the tasks does not say: the fields of a form, or how it is done elsewhere. */
static const struct detail {
    const char *task;
    struct field fields[2];
    const char *how;  /* in a sentence; NULL: by the form */
    const char *page; /* of the console, where it is done; NULL: there is none */
    const char *command;
    bool typed; /* it cannot simply be undone, and the number of the account is to be typed */
} details[] = {
    {.task = "change-root-email",
     .fields = {{"email", "E-mail address", "email", "No other account may have it."}}},
    {.task = "change-root-password",
     .fields = {{"password", "Password", "password",
                 "8 to 128 characters of three kinds at least: capital letters, small letters, "
                 "digits, symbols. Whoever is signed in with the one before is signed out."}}},
    {.task = "create-root-access-key",
     .how = "By CreateAccessKey without a user name, signed in as the root user or with a key of "
            "it. A root user has two at most, and better none.",
     .page = "/console/me",
     .command = "aws iam create-access-key"},
    {.task = "close-account", .typed = true},
    {.task = "reopen-account"},
    {.task = "restore-iam-permissions",
     .how =
         "By the operations of IAM, which no policy of the account keeps from the root user: the "
         "pages of the administrator have their forms.",
     .page = "/console/users",
     .command = "aws iam attach-user-policy --user-name NAME --policy-arn "
                "arn:aws:iam::aws:policy/AdministratorAccess"},
    {.task = "activate-iam-access-to-billing"},
    {.task = "deactivate-iam-access-to-billing"},
    {.task = "view-tax-invoices"},
    {.task = "register-as-marketplace-seller",
     .fields = {{"legal_name", "Legal name", "text", "Up to 200 characters."},
                {"tax_id", "Tax number", "text", "May be left out."}}},
    {.task = "change-support-plan", .fields = {{"plan", "Plan", "plan", ""}}},
    {.task = "sign-up-for-govcloud"},
    {.task = "request-govcloud-root-keys"},
    {.task = "link-mechanical-turk-requester",
     .fields = {{"email", "E-mail address of the requester", "email", ""}}},
    {.task = "recover-kms-key",
     .fields = {{"key", "ARN of the key", "text", "arn:aws:kms:REGION:ACCOUNT:key/ID"}}},
    {.task = "enable-s3-mfa-delete",
     .how = "S3 is not served here, but its decision is: a line for evaluate that names the task "
            "makes the operation the root user's alone."},
    {.task = "unlock-bucket-policy",
     .how = "S3 is not served here, but its decision is: a policy of the bucket that denies "
            "everybody keeps out neither the root user nor a session of AssumeRoot for this task."},
    {.task = "unlock-queue-policy",
     .how = "SQS is not served here, but its decision is: a policy of the queue that denies "
            "everybody keeps out neither the root user nor a session of AssumeRoot for this task."},
};

#define ROOT "'principal': 'arn:aws:iam::ACCOUNT:root', "
#define ADMINISTRATOR                                                                              \
    "'principal': 'arn:aws:iam::ACCOUNT:user/admin', "                                             \
    "'identity_policies': ['arn:aws:iam::aws:policy/AdministratorAccess'], "
#define SESSION(policy)                                                                            \
    ROOT "'context': {'aws:PrincipalArn': 'arn:aws:iam::ACCOUNT:root'}, "                          \
         "'session_policy': 'arn:aws:iam::aws:policy/root-task/" policy "', "
#define DENIES                                                                                     \
    "'resource_account': 'ACCOUNT', 'resource_policy': {'Version': '2012-10-17', 'Statement': "    \
    "{'Effect': 'Deny', 'Principal': '*', 'Action': '*', 'Resource': '*'}}"
#define MFA_DELETE                                                                                 \
    "'action': 's3:PutBucketVersioning', 'resource': 'arn:aws:s3:::bucket', "                      \
    "'root_task': 'enable-s3-mfa-delete'"
#define BUCKET "'action': 's3:DeleteBucketPolicy', 'resource': 'arn:aws:s3:::bucket', " DENIES
#define QUEUE                                                                                      \
    "'action': 'sqs:SetQueueAttributes', 'resource': "                                             \
    "'arn:aws:sqs:us-east-1:ACCOUNT:queue', " DENIES

/* Lines for evaluate about tasks of services that are not here, with ' for " and ACCOUNT for the
   number of the account. */
static const struct {
    const char *task, *who, *line;
} lines[] = {
    {"enable-s3-mfa-delete", "An administrator", ADMINISTRATOR MFA_DELETE},
    {"enable-s3-mfa-delete", "The root user", ROOT MFA_DELETE},
    {"unlock-bucket-policy", "An administrator", ADMINISTRATOR BUCKET},
    {"unlock-bucket-policy", "The root user", ROOT BUCKET},
    {"unlock-bucket-policy", "A session of AssumeRoot", SESSION("S3UnlockBucketPolicy") BUCKET},
    {"unlock-queue-policy", "An administrator", ADMINISTRATOR QUEUE},
    {"unlock-queue-policy", "The root user", ROOT QUEUE},
    {"unlock-queue-policy", "A session of AssumeRoot", SESSION("SQSUnlockQueuePolicy") QUEUE},
};

static const struct detail *detail_of(const struct root_task *task)
{
    static const struct detail none;
    for (size_t i = 0; i < ARRAY_LEN(details); i++) {
        if (strcmp(details[i].task, task->name) == 0)
            return &details[i];
    }
    return &none;
}

static const char *who_may(const struct root_task *task)
{
    switch (task->rule) {
    case ROOT_TASK_ROOT:
        return "Only the root user, whatever policies allow.";
    case ROOT_TASK_ROOT_OR_SESSION:
        return "The root user, and sessions of AssumeRoot with the task policy below, whatever the "
               "policy of the resource denies.";
    default:
        return "Whoever policies allow; the root user, since no policy of the account limits it.";
    }
}

/* What it is, as a heading: the phrase up to its colon. */
static const char *title_of(struct arena *a, const struct root_task *task)
{
    return str_dup(a, (struct str){task->about, strcspn(task->about, ":")});
}

static json_t *describe(struct call *c, const struct root_task *task)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:s, s:b, s:b}", "name", task->name, "title",
                     title_of(c->arena, task), "about", task->about, "who_may", who_may(task),
                     "source", task->source, "session_policy", task->session_policy, "of", task->of,
                     "longer", strchr(task->about, ':') != NULL, "root_only",
                     task->rule == ROOT_TASK_ROOT);
}

int console_get_root_tasks(struct call *c, UNUSED const struct console_get_root_tasks_in *in)
{
    json_t *data =
        json_pack("{s:s, s:s}", "title", "What only the root user can do", "here", "organization");
    json_t *list = json_array();
    for (size_t i = 0; i < root_tasks_n; i++)
        json_array_append_new(list, describe(c, &root_tasks[i]));
    json_object_set_new(data, "tasks", list);
    rooms_ask(c, data, "state", "own", "GetAccountState", NULL);
    json_object_set_new(data, "tab", json_string("root-tasks"));
    return page_show(c, &page_root_tasks, data);
}

/* A line as it is typed. */
static const char *line_of(struct call *c, const char *line)
{
    struct str rest = str_of(line), word = STR("ACCOUNT");
    struct buf b = buf_new(c->arena, 512);
    buf_add_char(&b, '{');
    for (; rest.n; rest = (struct str){rest.p + 1, rest.n - 1}) {
        if (str_starts(rest, word)) {
            buf_add_text(&b, c->account);
            rest = (struct str){rest.p + word.n - 1, rest.n - word.n + 1};
        } else {
            buf_add_char(&b, *rest.p == '\'' ? '"' : *rest.p);
        }
    }
    buf_add_char(&b, '}');
    return buf_text(&b);
}

/* What is decided about it, as evaluate decides it. */
static void add_decisions(struct call *c, json_t *data, const char *task)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (strcmp(lines[i].task, task) != 0)
            continue;
        const char *line = line_of(c, lines[i].line);
        json_t *one = json_pack("{s:s, s:s}", "who", lines[i].who, "line", line);
        json_t *body =
            rooms_ask(c, one, "answer", "own", "Evaluate", json_pack("{s:s}", "lines", line));
        const char *decision = json_string_value(json_object_get(body, "decision"));
        json_object_set_new(one, "allowed",
                            json_boolean(decision && strcmp(decision, "Allow") == 0));
        json_array_append_new(list, one);
    }
    json_object_set_new(data, "decisions", list);
}

static json_t *fields_of(const struct detail *detail)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ARRAY_LEN(detail->fields) && detail->fields[i].name; i++) {
        const struct field *field = &detail->fields[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s, s:s}", "name", field->name, "label",
                                        field->label, "type", field->type, "hint", field->hint));
    }
    return list;
}

/* What the account has of it, with details as texts: they differ by task. */
static void add_state(struct call *c, json_t *data, const struct root_task *task)
{
    size_t i;
    json_t *one, *done = json_array();
    json_t *state = rooms_ask(c, data, "state", "own", "GetAccountState", NULL);
    json_array_foreach(json_object_get(state, "tasks"), i, one)
    {
        const char *name = json_string_value(json_object_get(one, "task"));
        if (!name || strcmp(name, task->name) != 0)
            continue;
        const char *member;
        json_t *value, *list = json_array();
        json_object_foreach(json_object_get(one, "detail"), member, value)
            json_array_append_new(list, json_pack("{s:s, s:O}", "name", member, "value", value));
        json_array_append_new(
            done, json_pack("{s:O*, s:o}", "at", json_object_get(one, "at"), "details", list));
    }
    json_object_set_new(data, "already", done);
}

static json_t *task_page(struct call *c, const struct root_task *task)
{
    const struct detail *detail = detail_of(task);
    json_t *data = describe(c, task);
    json_object_set_new(data, "here", json_string("organization"));
    json_object_set_new(data, "form", json_boolean(strcmp(task->way, "own") == 0));
    json_object_set_new(data, "fields", fields_of(detail));
    json_object_set_new(data, "typed", json_boolean(detail->typed));
    json_object_set_new(data, "how", detail->how ? json_string(detail->how) : json_null());
    json_object_set_new(data, "at", detail->page ? json_string(detail->page) : json_null());
    json_object_set_new(data, "command",
                        detail->command ? json_string(detail->command) : json_null());
    add_decisions(c, data, task->name);
    add_state(c, data, task);
    return data;
}

static int find_task(struct call *c, const char *name, const struct root_task **ret)
{
    *ret = root_task_find(str_of(name));
    return *ret ? OK : call_fail(c, ERR_NO_SUCH_ENTITY, "There is no such task.");
}

int console_get_root_task(struct call *c, const struct console_get_root_task_in *in)
{
    const struct root_task *task;
    TRY(find_task(c, in->task, &task));
    json_t *data = task_page(c, task);
    json_object_set_new(data, "done", json_boolean(in->done));
    return page_show(c, &page_root_task, data);
}

/* Fields that the task has none of are of no use to it. */
static int input_of(struct call *c, const struct detail *detail,
                    const struct console_post_root_task_in *in, json_t **ret)
{
    struct buf fields = buf_new(c->arena, 64);
    for (size_t i = 0; i < ARRAY_LEN(detail->fields) && detail->fields[i].name; i++)
        buf_printf(&fields, "%s%s", i ? " " : "", detail->fields[i].name);
    TRY(rooms_input(c, buf_text(&fields), in, ret));
    if (detail->typed)
        json_object_set_new(*ret, "account", json_string(in->typed));
    return OK;
}

/* A refusal is told where the form is, in AWS's words; invoices are the answer itself. */
int console_post_root_task(struct call *c, const struct console_post_root_task_in *in)
{
    json_t *input;
    struct asked asked;
    const struct root_task *task;
    TRY(find_task(c, in->task, &task));
    if (strcmp(task->way, "own") != 0)
        return call_fail(c, ERR_VALIDATION_ERROR, "This task has no form.");
    if (detail_of(task)->typed)
        TRY(rooms_check_typed(c, in->typed, c->account));
    TRY(input_of(c, detail_of(task), in, &input));
    ask(c, "own", task->of, input, &asked);
    json_t *invoices = json_object_get(asked.body, "invoices");
    if (asked.body && !invoices)
        return page_go(c, "/console/root-tasks/%s?done=true", task->name);
    json_t *data = task_page(c, task), *answer = asked_json(&asked);
    json_object_set(data, "refused", json_object_get(answer, "refused"));
    json_decref(answer);
    json_object_set_new(data, "viewed", json_boolean(invoices != NULL));
    if (invoices)
        json_object_set(data, "invoices", invoices);
    return page_show_status(c, asked.body ? 200 : asked.status, &page_root_task, data);
}
