/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cli/banner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* VALUE so that a shell reads it as one word; the single quote is the one hard case. */
static void add_quoted(struct buf *b, const char *value)
{
    if (value[strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "/:.+=,@%_-[]")] == '\0') {
        buf_add_text(b, value);
        return;
    }
    buf_add_char(b, '\'');
    for (const char *p = value; *p; p++) {
        if (*p == '\'')
            buf_add_text(b, "'\\''");
        else
            buf_add_char(b, *p);
    }
    buf_add_char(b, '\'');
}

static void add_export(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "export %s=", name);
    add_quoted(b, value);
    buf_add_char(b, '\n');
}

/*
 * What some SDK goes by instead of, or together with, what is exported: profiles (JavaScript),
 * what belongs to other credentials, and what makes endpoints of one's own an error or ignored.
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 */
static const char rivals[] =
    "unset AWS_PROFILE AWS_DEFAULT_PROFILE\n"
    "unset AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION\n"
    "unset AWS_ROLE_ARN AWS_ROLE_SESSION_NAME AWS_WEB_IDENTITY_TOKEN_FILE\n"
    "unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\n"
    "unset AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\n"
    "unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS AWS_USE_FIPS_ENDPOINT AWS_USE_DUALSTACK_ENDPOINT\n";

/* The commented line is for those who know that name and wonder. */
static void add_exports(struct buf *b, const struct config *config, const char *url)
{
    add_export(b, "AWS_ENDPOINT_URL_IAM", url);
    add_export(b, "AWS_ENDPOINT_URL_STS", url);
    add_export(b, "AWS_ENDPOINT_URL_ORGANIZATIONS", url);
    add_export(b, "AWS_ENDPOINT_URL_ACCOUNT", url);
    add_export(b, "AWS_ENDPOINT_URL_SIGNIN", url);
    buf_add_text(b, "# AWS_ENDPOINT_URL would send the requests to all other services here, too\n");
    add_export(b, "AWS_REGION", config->region);
    add_export(b, "AWS_DEFAULT_REGION", config->region);
}

char *banner_exports(struct arena *a, const struct config *config, const char *url)
{
    struct buf b = buf_new(a, 512);
    add_exports(&b, config, url);
    add_export(&b, "AWS_ACCESS_KEY_ID", config->root_key_id);
    add_export(&b, "AWS_SECRET_ACCESS_KEY", config->root_secret);
    buf_add_text(&b, rivals);
    return buf_text(&b);
}

static void add_key_exports(struct buf *b, const struct server *server)
{
    if (server->root_keys != ROOT_KEYS_CONFIGURED) {
        buf_add_text(b, "# the root user's access keys are those in the data directory\n");
        return;
    }
    add_export(b, "AWS_ACCESS_KEY_ID", server->config.root_key_id);
    if (config_has_well_known_secret(&server->config))
        add_export(b, "AWS_SECRET_ACCESS_KEY", server->config.root_secret);
    else
        buf_add_text(b, "# export AWS_SECRET_ACCESS_KEY=(what --root-secret-access-key says)\n");
}

static const char *root_keys_text(const struct server *server)
{
    switch (server->root_keys) {
    case ROOT_KEYS_CONFIGURED:
        return server->config.root_key_id;
    case ROOT_KEYS_STORED:
        return "as in the data directory";
    case ROOT_KEYS_GONE:
        return "the account was closed, and is gone; POST /_iam-local/accounts makes it anew";
    case ROOT_KEYS_NONE:
        break;
    }
    return "none is active; the way back is POST /_iam-local/reset, which deletes everything,\n"
           "                or to serve with --enforce off and make one";
}

/* As long as the root user has one. */
static const char root_key_advice[] =
    "                no policy limits it: make an administrator with it, then delete it\n";

static void add_settings(struct buf *b, const struct server *server, const char *url)
{
    add_exports(b, &server->config, url);
    add_key_exports(b, server);
    buf_add_text(b, rivals);
}

char *banner_settings(struct arena *a, const struct server *server, const char *url)
{
    struct buf b = buf_new(a, 1024);
    add_settings(&b, server, url);
    return buf_text(&b);
}

char *banner_text(struct arena *a, const struct server *server, const char *const *urls, size_t n)
{
    const struct config *config = &server->config;
    struct buf b = buf_new(a, 1024);
    buf_add_text(&b, "IAM Local " IAM_LOCAL_VERSION "\n");
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "  endpoint      %s\n", urls[i]);
    buf_printf(&b, "  enforcement   %s\n", config_enforcement_name(config->enforcement));
    buf_printf(&b, "  account       %s\n", config->account);
    for (size_t i = 0; i < config->n_more_accounts; i++)
        buf_printf(&b, "                %s\n", config->more_accounts[i]);
    buf_printf(&b, "  root key      %s\n", root_keys_text(server));
    if (server->root_keys == ROOT_KEYS_CONFIGURED || server->root_keys == ROOT_KEYS_STORED)
        buf_add_text(&b, root_key_advice);
    if (config->admin_token_made)
        buf_printf(&b, "  admin token   %s\n", config->admin_token);
    buf_add_char(&b, '\n');
    add_settings(&b, server, urls[0]);
    buf_add_text(&b, "\nReady.\n");
    return buf_text(&b);
}

char *banner_url(struct arena *a, const struct config *config)
{
    return listen_url(a, &config->listen.v[0]);
}

static int write_all(int fd, const char *text)
{
    for (size_t left = strlen(text); left > 0;) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0) {
            text += n;
            left -= (size_t)n;
        }
    }
    return 0;
}

int banner_remove_ready_file(const char *file)
{
    struct stat found;
    if (lstat(file, &found) != 0)
        return errno == ENOENT ? 0 : errno;
    if (!S_ISREG(found.st_mode))
        return EEXIST;
    return unlink(file) == 0 ? 0 : errno;
}

int banner_write_ready_file(struct arena *a, const char *file, const char *const *urls, size_t n)
{
    struct buf b = buf_new(a, 128);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s\n", urls[i]);
    char *temporary = arena_printf(a, "%s.%d", file, (int)getpid());
    /* Its name can be guessed: what is there already is neither kept nor followed. */
    unlink(temporary);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno;
    int error = write_all(fd, buf_text(&b));
    close(fd);
    if (!error && rename(temporary, file) != 0)
        error = errno;
    if (error)
        unlink(temporary);
    return error;
}
