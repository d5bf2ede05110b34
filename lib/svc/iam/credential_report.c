/* SPDX-License-Identifier: Apache-2.0 */
/*
 * IAM User Guide, "Generate credential reports". A job makes it after the answer, page by page of
 * users. A page is one state of the account. The report goes to the store in parts, so that it
 * takes up no memory while it is made, and lives as long as the data of the account.
 */
#include "access/account_state.h"
#include "authn/password_policy.h"
#include "authn/reports.h"
#include "base/clock.h"
#include "call/job.h"
#include "iam_api.h"
#include "svc/people.h"

enum {
    FRESH = 4 * 60 * 60, /* seconds for which a report is kept as it is */
    USERS = 200,         /* of a slice, which takes about a millisecond */
    PART = 48 * 1024,    /* bytes; a multiple of 3, since base64 of parts is base64 of the whole */
    DROPPED = 4,         /* parts of an earlier report that go in one slice */
    READ = 64,           /* parts that are read together */
    SLOTS = 2,           /* keys, and certificates, that have columns */
};

static const char header[] =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/* A report on its way. */
struct making {
    bool cleared; /* nothing of an earlier one is left */
    bool begun;   /* with the header and the root user */
    const char *after;
    struct buf text; /* not in the store yet */
    int64_t parts;
};

/* AWS undocumented: how names with a comma are told from two columns. */
static void add_name(struct buf *b, const char *name)
{
    const char *quote = strchr(name, ',') ? "\"" : "";
    buf_add_text(b, quote);
    buf_add_text(b, name);
    buf_add_text(b, quote);
}

static void add(struct buf *b, const char *value)
{
    buf_add_char(b, ',');
    buf_add_text(b, value);
}

static void add_bool(struct buf *b, bool value)
{
    add(b, value ? "true" : "false");
}

/* AWS undocumented: the form of the zone, which was Z in other reports. */
static void add_time(struct buf *b, int64_t at)
{
    char text[CLOCK_TEXT_SIZE];
    clock_iso8601(at, text);
    *strchr(text, 'Z') = '\0';
    add(b, text);
    buf_add_text(b, "+00:00");
}

static void add_password_use(struct buf *b, const struct person *person)
{
    if (person->row.has_password_last_used)
        add_time(b, person->row.password_last_used);
    else
        add(b, "no_information");
}

static void add_password(struct buf *b, const struct person *person,
                         const struct password_rules *rules)
{
    bool has = person->row.has_password_changed;
    add_bool(b, has);
    if (!has) {
        buf_add_text(b, ",N/A,N/A,N/A");
        return;
    }
    int64_t end = password_end(rules, person->row.password_changed);
    add_password_use(b, person);
    add_time(b, person->row.password_changed);
    if (end == INT64_MAX)
        add(b, "N/A");
    else
        add_time(b, end);
}

static void add_password_of_root(struct buf *b, const struct person *root)
{
    add(b, "not_supported");
    add_password_use(b, root);
    buf_add_text(b, ",not_supported,not_supported");
}

static void add_key(struct buf *b, const struct key_row *key)
{
    add_bool(b, strcmp(key->status, "Active") == 0);
    add_time(b, key->rotated);
    if (!key->has_last_used) {
        buf_add_text(b, ",N/A,N/A,N/A");
        return;
    }
    add_time(b, key->last_used);
    add(b, key->last_region);
    add(b, key->last_service);
}

/* RULES == NULL: it is the root user. */
static void add_person(struct buf *b, const struct person *person,
                       const struct password_rules *rules)
{
    buf_add_char(b, '\n');
    add_name(b, person->row.name);
    buf_add_char(b, ',');
    add_name(b, person->row.arn);
    add_time(b, person->row.created);
    if (rules)
        add_password(b, person, rules);
    else
        add_password_of_root(b, person);
    add_bool(b, person->row.mfa);
    for (size_t i = 0; i < SLOTS; i++) {
        if (i < person->n_keys)
            add_key(b, &person->keys[i]);
        else
            buf_add_text(b, ",false,N/A,N/A,N/A,N/A");
    }
    for (size_t i = 0; i < SLOTS; i++) {
        bool has = i < person->n_certificates;
        add_bool(b, has && strcmp(person->certificates[i].status, "Active") == 0);
        if (has)
            add_time(b, person->certificates[i].rotated);
        else
            add(b, "N/A");
    }
}

static int find(struct call *c, struct tx *tx, bool *ret_there, bool *ret_fresh,
                struct report_row *ret)
{
    int code = q_report_get(tx, &(struct q_report_get){c->account}, ret);
    *ret_there = code == OK;
    *ret_fresh = code == OK && c->now - ret->generated < FRESH;
    return code == ERR_NOT_FOUND ? OK : code;
}

/* Between two slices the account can be closed, and what it has be deleted. */
static int check_account(struct call *c, struct tx *tx)
{
    struct account_state state = {.closed = true};
    int code = account_state_get(tx, c->account, &state);
    if (code != OK && code != ERR_NOT_FOUND)
        return code;
    return account_is_closed(&state, &c->sandbox->clock) ? ERR_INVALID_CLIENT_TOKEN_ID : OK;
}

static int drop_some(struct call *c, struct tx *tx, struct making *m)
{
    TRY(q_report_delete(tx, &(struct q_report_delete){c->account}));
    tx->changes = 1;
    for (int i = 0; i < DROPPED && tx->changes; i++)
        TRY(q_report_part_drop(tx, &(struct q_report_part_drop){c->account}));
    m->cleared = tx->changes == 0;
    return OK;
}

/* An earlier report, and parts of one that was not finished. */
static int clear(struct call *c, struct arena *a, struct making *m)
{
    struct tx tx;
    TRY(store_begin(c->sandbox->store, true, a, &tx));
    int code = drop_some(c, &tx, m);
    int end = store_end(&tx, code == OK);
    return code < 0 ? code : end;
}

/* The next people, as text. */
static int read_some(struct call *c, struct tx *tx, struct making *m, bool *ret_end)
{
    struct person root;
    struct people people;
    struct password_rules rules;
    TRY(check_account(c, tx));
    if (!m->begun) {
        TRY(people_root(c, tx, &root));
        buf_add(&m->text, STR(header));
        add_person(&m->text, &root, NULL);
        m->begun = true;
    }
    TRY(password_rules_get(tx, c->account, &rules));
    TRY(people_page(c, tx, m->after, USERS, &people));
    for (size_t i = 0; i < people.n; i++)
        add_person(&m->text, &people.v[i], &rules);
    if (people.n)
        m->after = arena_strdup(c->arena, people.v[people.n - 1].row.name_key);
    *ret_end = people.n < USERS;
    return OK;
}

static int write_parts(struct call *c, struct tx *tx, struct making *m, bool end)
{
    size_t done = 0;
    TRY(check_account(c, tx));
    while (m->text.n - done >= PART || (end && done < m->text.n)) {
        size_t n = m->text.n - done < PART ? m->text.n - done : PART;
        struct buf base64 = buf_new(tx->arena, 2 * PART);
        buf_base64(&base64, (const unsigned char *)m->text.p + done, n);
        TRY(q_report_part_add(
            tx, &(struct q_report_part_add){c->account, ++m->parts, buf_text(&base64)}));
        done += n;
    }
    memmove(m->text.p, m->text.p + done, m->text.n - done);
    m->text.n -= done;
    return end ? q_report_put(tx, &(struct q_report_put){c->account, c->now}) : OK;
}

static int go_on(struct call *c, struct arena *scratch, struct making *m)
{
    struct tx tx;
    bool end = false;
    if (!m->cleared) {
        TRY(clear(c, scratch, m));
        return CALL_AGAIN;
    }
    TRY(store_begin(c->sandbox->store, false, scratch, &tx));
    int code = read_some(c, &tx, m, &end), closed = store_end(&tx, true);
    TRY(code < 0 ? code : closed);
    if (!end && m->text.n < PART)
        return CALL_AGAIN;
    TRY(store_begin(c->sandbox->store, true, scratch, &tx));
    code = write_parts(c, &tx, m, end);
    closed = store_end(&tx, code == OK);
    TRY(code < 0 ? code : closed);
    return end ? OK : CALL_AGAIN;
}

/* A slice. When it fails, nobody is told: there is no report then. */
static int make(struct call *c)
{
    struct arena scratch;
    struct making *m = c->progress;
    if (atomic_load(&c->sandbox->stopping))
        return ERR_SERVICE_UNAVAILABLE;
    arena_init(&scratch);
    int code = go_on(c, &scratch, m);
    arena_done(&scratch);
    return code;
}

static void release(void *call)
{
    const struct call *c = call;
    reports_release(c->sandbox->reports, str_of(c->account));
}

static void begin(struct call *c)
{
    struct call *of_job = &job_new(c, make)->call;
    struct making *m = NEW(of_job->arena, struct making);
    m->after = "";
    m->text = buf_new(of_job->arena, 2 * PART);
    of_job->progress = m;
    arena_keep(of_job->arena, release, of_job);
}

int iam_generate_credential_report(struct call *c,
                                   UNUSED const struct iam_generate_credential_report_in *in,
                                   struct iam_generate_credential_report_out *out)
{
    struct report_row row;
    bool there = false, fresh = false;
    TRY(find(c, c->tx, &there, &fresh, &row));
    bool starts = !fresh && reports_claim(c->sandbox->reports, str_of(c->account));
    out->state = fresh ? "COMPLETE" : starts ? "STARTED" : "INPROGRESS";
    if (starts && !there)
        out->description = "No report exists. Starting a new report generation task";
    if (starts)
        begin(c);
    return OK;
}

static int read_content(struct call *c, const char **ret)
{
    struct buf content = buf_new(c->arena, 4 * PART);
    struct q_report_part_page page = {.account = c->account, .limit = READ};
    struct report_part_row_list rows = {.n = READ};
    while (rows.n == READ) {
        TRY(q_report_part_page(c->tx, &page, &rows));
        for (size_t i = 0; i < rows.n; i++)
            buf_add_text(&content, rows.v[i].base64);
        page.after = rows.n ? rows.v[rows.n - 1].number : 0;
    }
    *ret = buf_text(&content);
    return OK;
}

int iam_get_credential_report(struct call *c, UNUSED const struct iam_get_credential_report_in *in,
                              struct iam_get_credential_report_out *out)
{
    bool there = false, fresh = false;
    struct report_row row;
    TRY(find(c, c->tx, &there, &fresh, &row));
    if (!fresh && reports_claimed(c->sandbox->reports, str_of(c->account)))
        return ERR_REPORT_IN_PROGRESS;
    if (!there)
        return ERR_REPORT_NOT_PRESENT;
    if (!fresh)
        return ERR_REPORT_EXPIRED;
    TRY(read_content(c, &out->content));
    out->report_format = "text/csv";
    out->generated_time = row.generated;
    out->has_generated_time = true;
    return OK;
}
