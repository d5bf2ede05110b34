/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/help.h"

#include <inttypes.h>

#include "server/cli/config_priv.h"

enum { INDENT = 6, WIDTH = 94, USAGE_WIDTH = 29 };

static const struct {
    const char *name, *usage, *summary, *details;
} commands[COMMAND_COUNT] = {
    [COMMAND_SERVE] = {"serve", "[serve] [OPTIONS]", "serve until SIGTERM or SIGINT",
                       "Answers IAM, STS, Organizations and Account; people sign in with a "
                       "browser, at the same\n"
                       "address, to a console; and whatever guards other services asks "
                       "/_iam-local/authorize about\n"
                       "their requests. Exit status:\n"
                       "  0  SIGTERM or SIGINT came\n"
                       "  1  it cannot start\n"
                       "  2  an option or a variable is wrong\n"},
    [COMMAND_ENV] = {"env", "env [URL] [OPTIONS]", "print what points AWS clients at a server",
                     "Prints lines for a shell, eval \"$(iam-local env)\", that point AWS clients "
                     "at the server at\n"
                     "URL, as its root user, and unset what clients would go by instead. "
                     "http://HOST:PORT/_sandbox/NAME\n"
                     "is one of its sandboxes. Without URL it is the first address of --listen. "
                     "Other options of\n"
                     "serve are accepted and do not count.\n"},
    [COMMAND_HEALTH] = {"health", "health [URL] [OPTIONS]", "exit 0 when a server is well, else 1",
                        "Asks the server at URL, http://HOST:PORT, or the sandbox at "
                        "http://HOST:PORT/_sandbox/NAME, or\n"
                        "else the first address of --listen. Other options of serve are accepted "
                        "and do not count.\n"
                        "Exit status:\n"
                        "  0  it is well\n"
                        "  1  it is not, and one line says why\n"
                        "  2  an option or a variable is wrong\n"},
    [COMMAND_EVALUATE] =
        {"evaluate", "evaluate [OPTIONS] [FILE|-]", "decide lines of JSON, without a server",
         "Decides one JSON object per line of FILE, or of the standard input, and prints one per "
         "line.\n"
         "Lines with \"expected\" are tests. All members are in the manual page, iam-local(1). "
         "Exit status:\n"
         "  0  no test failed\n"
         "  1  a test failed\n"
         "  2  a line is malformed, no line asks anything, or the arguments are wrong\n"
         "\n"
         "  --explain\n"
         "      with everything the policies said\n"
         "\n"
         "  --encode\n"
         "      denials with an encoded message, for sts:DecodeAuthorizationMessage of a server "
         "with\n"
         "      the same IAM_LOCAL_ROOT_SECRET_ACCESS_KEY\n"
         "\n"
         "  --url URL\n"
         "      where the server is that decides lines with \"stored\": true; default: "
         "http://127.0.0.1:4566;\n"
         "      its admin token is in IAM_LOCAL_ADMIN_TOKEN\n"},
    [COMMAND_LINT] =
        {"lint", "lint [OPTIONS] FILE...", "find what is wrong with policy documents",
         "Checks policy documents; the FILE - is standard input. Exit status:\n"
         "  0  nothing but suggestions\n"
         "  1  findings\n"
         "  2  a file or an option cannot be used\n"
         "\n"
         "  --kind KIND\n"
         "      identity, managed, session, resource, trust, scp, rcp or endpoint; without it, it "
         "is\n"
         "      guessed from each document\n"
         "\n"
         "  --format FORMAT\n"
         "      text, a finding a line, or json, one array of objects; text without it\n"},
    [COMMAND_EVENTS] =
        {"events", "events [URL] [OPTIONS]", "print what happened in a server, or follow it",
         "Asks the server at URL, http://HOST:PORT, or the sandbox at "
         "http://HOST:PORT/_sandbox/NAME, or\n"
         "else http://127.0.0.1:4566, for its last calls, the latest at the end. "
         "IAM_LOCAL_ADMIN_TOKEN is\n"
         "sent when it is set. Exit status:\n"
         "  0  it was asked; also when nothing fits\n"
         "  1  it cannot be asked\n"
         "  2  the arguments are wrong\n"
         "\n"
         "  --follow\n"
         "      go on with what happens from now on, until the server stops or is reset\n"
         "\n"
         "  --json\n"
         "      a record of CloudTrail in a line\n"
         "\n"
         "  --limit N\n"
         "      that many at most, up to 10000; 100 without it\n"
         "\n"
         "  --principal ARN-OR-NAME, --type TYPE, --name EVENT, --source SERVICE, --error "
         "CODE, --account ID\n"
         "      those alone; TYPE is that of userIdentity, such as Root, and the error any is "
         "every error\n"
         "\n"
         "  --since TIME, --until TIME\n"
         "      2026-01-31T12:00:00Z, or seconds since 1970\n"},
    [COMMAND_DECISIONS] =
        {"decisions", "decisions [URL] [OPTIONS]", "print what was decided, or follow it",
         "Asks the server at URL, http://HOST:PORT, or the sandbox at "
         "http://HOST:PORT/_sandbox/NAME, or\n"
         "else http://127.0.0.1:4566, for the last requests that were decided about, the latest at "
         "the end,\n"
         "each denial with the statement that would allow it. IAM_LOCAL_ADMIN_TOKEN is sent when "
         "it is set.\n"
         "Exit status:\n"
         "  0  it was asked; also when nothing fits\n"
         "  1  it cannot be asked\n"
         "  2  the arguments are wrong\n"
         "\n"
         "  --follow\n"
         "      go on with what is decided from now on, until the server stops or is reset\n"
         "\n"
         "  --json\n"
         "      an object in a line\n"
         "\n"
         "  --limit N\n"
         "      that many at most, up to 1000; 100 without it\n"
         "\n"
         "  --principal ARN-OR-NAME, --decision DECISION\n"
         "      those alone; DECISION is Allow, ImplicitDeny, ExplicitDeny,\n"
         "      NotRecognized, or Deny for all but the first\n"},
    [COMMAND_POLICY] =
        {"policy", "policy ARN [URL] [OPTIONS]", "print the smallest policy for what was observed",
         "Asks the server at URL, http://HOST:PORT, or the sandbox at "
         "http://HOST:PORT/_sandbox/NAME, or\n"
         "else http://127.0.0.1:4566, what the user or role ARN was seen to ask for, and prints "
         "the smallest\n"
         "policy that allows it; several where it does not fit into one. What else there is to "
         "know is on\n"
         "standard error. IAM_LOCAL_ADMIN_TOKEN is sent when it is set. Exit status:\n"
         "  0  the policy allows all of it, and no statement is superfluous\n"
         "  1  that could not be proved, or iam-local lint has findings about it\n"
         "  2  the arguments are wrong, or the server cannot be asked\n"
         "\n"
         "  --conditions\n"
         "      with conditions that all observed requests of a statement meet\n"
         "\n"
         "  --generalize\n"
         "      folders in place of several objects that are in them\n"
         "\n"
         "  --include WHAT\n"
         "      allowed, which is what went through, or all; allowed without it\n"
         "\n"
         "  --json\n"
         "      what GET /_iam-local/policy answers, with the proof\n"
         "\n"
         "  --since TIME\n"
         "      what was last seen before is left out: 2026-01-31T12:00:00Z, or seconds since "
         "1970\n"},
    [COMMAND_REPORT] =
        {"report", "report [URL] [OPTIONS]", "print what goes against AWS's best practices",
         "Asks the server at URL, http://HOST:PORT, or the sandbox at "
         "http://HOST:PORT/_sandbox/NAME, or\n"
         "else http://127.0.0.1:4566, about the root user and the users of an account, and prints "
         "each\n"
         "finding with the command that mends it. IAM_LOCAL_ADMIN_TOKEN is sent when it is set. "
         "Exit status:\n"
         "  0  there is no finding\n"
         "  1  there are findings\n"
         "  2  the arguments are wrong, or the server cannot be asked\n"
         "\n"
         "  --json\n"
         "      the report as GET /_iam-local/security-report has it\n"
         "\n"
         "  --account ID\n"
         "      another account than the default one\n"
         "\n"
         "  --key-age DAYS, --unused DAYS\n"
         "      after which access keys are old, and credentials unused; 90 and 45 without it\n"
         "\n"
         "  --limit N\n"
         "      findings of each check that are listed, up to 1000; 20 without it\n"},
    [COMMAND_ORG] =
        {"org", "org FILE [URL] [--json]", "make an organization from a document, or compare it",
         "Makes the organization that FILE, a document of YAML or JSON, describes in the server at "
         "URL,\n"
         "http://HOST:PORT, or the sandbox at http://HOST:PORT/_sandbox/NAME, or else "
         "http://127.0.0.1:4566,\n"
         "and prints its tree with what binds each account. One that is there already is left as "
         "it "
         "is; what\n"
         "differs from the document is listed. The FILE - is standard input. IAM_LOCAL_ADMIN_TOKEN "
         "is sent\n"
         "when it is set. All members of the document are in the manual page, iam-local(1). "
         "Exit status:\n"
         "  0  it is as the document says\n"
         "  1  it differs\n"
         "  2  the document or the arguments are wrong, or the server cannot be asked\n"
         "\n"
         "  --json\n"
         "      what POST /_iam-local/organization answers\n"},
    [COMMAND_HELP] = {"help", "help [COMMAND]", "this, or what COMMAND --help prints", ""},
    [COMMAND_VERSION] = {"version", "version", "print the version, as --version does",
                         "Prints the version.\n"},
};

bool help_find(const char *word, enum config_command *ret)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (str_is(str_of(word), commands[i].name)) {
            *ret = (enum config_command)i;
            return true;
        }
    }
    return false;
}

char *help_names(struct arena *a)
{
    struct buf b = buf_new(a, 128);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const char *between = i < COMMAND_COUNT - 1 ? ", " : " or ";
        buf_printf(&b, "%s%s", i ? between : "", commands[i].name);
    }
    return buf_text(&b);
}

/* TEXT in lines of WIDTH at most, indented. */
static void add_wrapped(struct buf *b, const char *text)
{
    struct str rest = str_of(text);
    size_t column = 0;
    while (rest.p) {
        struct str word = str_cut(&rest, ' ');
        if (column == 0 || column + 1 + word.n > WIDTH) {
            buf_printf(b, "%s%*s", column ? "\n" : "", INDENT, "");
            column = INDENT;
        } else {
            buf_add_char(b, ' ');
            column++;
        }
        buf_add(b, word);
        column += word.n;
    }
    buf_add_char(b, '\n');
}

static void add_option(struct buf *b, const struct config_option *option)
{
    char name[VARIABLE_SIZE];
    config_variable(option, name);
    buf_printf(b, "\n  --%s%s%s\n", option->flag, option->value ? " " : "",
               option->value ? option->value : "");
    add_wrapped(b, option->help);
    buf_printf(b, "%*s%s", INDENT, "", name);
    buf_printf(b, option->dflt ? ", default %s\n" : "%s\n", option->dflt ? option->dflt : "");
}

static void add_quotas(struct buf *b)
{
    buf_add_text(b, "\nQuotas and their defaults:\n");
    for (int i = 0; i < QUOTA_COUNT; i++)
        buf_printf(b, "%*s%s=%" PRId64 "\n", INDENT, "", quota_rows[i].name, quota_rows[i].dflt);
}

/* The options of the table that COMMAND goes by. */
static void add_options(struct buf *b, enum config_command command)
{
    buf_add_text(b, "Options, as --NAME VALUE or --NAME=VALUE. The variable below an option does "
                    "the same;\nflags win, and an empty variable counts as not set. Several values "
                    "of an option that may be\nrepeated are separated by commas in one.\n");
    for (size_t i = 0; i < config_n_options; i++) {
        if (config_options[i].commands & 1U << command)
            add_option(b, &config_options[i]);
    }
    if (command == COMMAND_SERVE)
        add_quotas(b);
}

static void add_overview(struct buf *b)
{
    buf_add_text(b, "iam-local " IAM_LOCAL_VERSION ": a local AWS IAM, STS and Organizations\n\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        buf_printf(b, "  iam-local %-*s%s\n", USAGE_WIDTH, commands[i].usage, commands[i].summary);
    buf_add_text(b, "\nEach has a --help of its own. Below is that of serve.\n\n");
}

char *help_text(struct arena *a, enum config_command command)
{
    struct buf b = buf_new(a, 4096);
    if (command == COMMAND_HELP) {
        add_overview(&b);
        add_options(&b, COMMAND_SERVE);
        return buf_text(&b);
    }
    buf_printf(&b, "usage: iam-local %s\n\n", commands[command].usage);
    buf_add_text(&b, commands[command].details);
    if (command <= COMMAND_HEALTH) {
        buf_add_char(&b, '\n');
        add_options(&b, command);
    }
    return buf_text(&b);
}
