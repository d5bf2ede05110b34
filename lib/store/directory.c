/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "store/store_priv.h"

static bool lacks_parent(const char *directory, struct arena *a)
{
    struct str path = str_of(directory);
    while (path.n > 0 && path.p[path.n - 1] == '/')
        path.n--;
    while (path.n > 0 && path.p[path.n - 1] != '/')
        path.n--;
    return path.n > 0 && access(str_dup(a, path), F_OK) < 0 && errno == ENOENT;
}

static int refuse(const char *directory, struct arena *a, const char **message)
{
    char text[128];
    const char *reason = strerror_r(errno, text, sizeof text);
    if (errno == ENOENT && lacks_parent(directory, a))
        reason = "its parent directory does not exist";
    *message = arena_printf(a, "cannot use data directory %s: %s", directory, reason);
    return ERR_STORE;
}

/* SQLite gives its side files the mode of the database file, so that one is made here. */
static int make_database(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    return close(fd);
}

int directory_lock(const char *directory, struct arena *a, char **ret_path, const char **message)
{
    if (mkdir(directory, 0700) < 0 && errno != EEXIST)
        return refuse(directory, a, message);
    const char *lock = arena_printf(a, "%s/iam-local.lock", directory);
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(directory, a, message);

    char *path = arena_printf(a, "%s/iam-local.db", directory);
    int code = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
        *message = arena_printf(a, "data directory %s is in use by another process", directory);
        code = ERR_STORE;
    } else if (make_database(path) < 0) {
        code = refuse(directory, a, message);
    }
    if (code < 0)
        close(fd);
    else
        *ret_path = path;
    return code;
}
