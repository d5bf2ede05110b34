/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
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

/* Directory and lock file, which is locked: its descriptor, or an error. */
static int take_lock(const char *directory, struct arena *a, const char **message)
{
    if (mkdir(directory, 0700) < 0 && errno != EEXIST)
        return refuse(directory, a, message);
    const char *path = arena_printf(a, "%s/iam-local.lock", directory);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return refuse(directory, a, message);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return fd;
    *message = arena_printf(a, "data directory %s is in use by another process", directory);
    close(fd);
    return ERR_STORE;
}

static void read_record(struct directory *d)
{
    char text[64] = "";
    ssize_t n = pread(d->lock, text, sizeof text - 1, 0);
    struct str size = {text, n > 0 ? (size_t)n : 0};
    struct str mark = str_cut(&size, ' ');
    if (!size.p || !str_to_int64(mark, &d->left_mark) || !str_to_int64(size, &d->left_size))
        d->left_mark = d->left_size = 0;
}

void directory_record(const struct directory *d, int64_t mark, int64_t size)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%" PRId64 " %" PRId64, mark, size);
    if (ftruncate(d->lock, 0) < 0 || pwrite(d->lock, text, (size_t)n, 0) != n)
        return; /* a full disk: the next start finds no record, and asks nothing */
}

int directory_open(const char *directory, struct arena *a, struct directory *ret,
                   const char **message)
{
    int lock = take_lock(directory, a, message);
    TRY(lock);
    struct directory d = {.lock = lock, .path = arena_printf(a, "%s/iam-local.db", directory)};
    struct stat status;
    /* SQLite gives its side files the mode of the database file, so that one is made here. */
    d.database = open(d.path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (d.database < 0 || fstat(d.database, &status) < 0) {
        int code = refuse(directory, a, message);
        if (d.database >= 0)
            close(d.database);
        close(lock);
        return code;
    }
    d.path = mem_strdup(d.path);
    d.log = mem_strdup(arena_printf(a, "%s-wal", d.path));
    d.found_size = status.st_size;
    read_record(&d);
    *ret = d;
    return OK;
}

void directory_close(struct directory *d)
{
    if (!d->path)
        return;
    if (d->seen_database.inode)
        close(d->log_file);
    close(d->database);
    close(d->lock);
    mem_free(d->path);
    mem_free(d->log);
}

void store_delete(const char *directory, struct arena *a)
{
    static const char *const files[] = {".db-wal", ".db-shm", ".db", ".lock"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(arena_printf(a, "%s/iam-local%s", directory, files[i]));
    rmdir(directory);
}

int64_t directory_size(const struct directory *d)
{
    struct stat status;
    return fstat(d->database, &status) == 0 ? status.st_size : 0;
}

/* False: there is no such file. */
static bool see(const char *path, struct file_seen *ret)
{
    struct stat status;
    if (stat(path, &status) < 0)
        return false;
    *ret = (struct file_seen){status.st_dev, status.st_ino, status.st_size, status.st_mtim};
    return true;
}

static bool is_same(const struct file_seen *x, const struct file_seen *y)
{
    return x->device == y->device && x->inode == y->inode;
}

static bool is_as_old(const struct file_seen *x, const struct file_seen *y)
{
    return x->changed.tv_sec == y->changed.tv_sec && x->changed.tv_nsec == y->changed.tv_nsec;
}

/*
 * SQLite lets the log grow, or begins it anew in the same file, which stays as long. When somebody
 * shortens it, the next write leaves a hole in front of itself: there is no page 0.
 */
static bool log_is_whole(const struct directory *d, int64_t size)
{
    enum { LOG_HEADER = 32, FRAME_HEADER = 24 };
    int64_t page_size = d->header[16] << 8 | d->header[17], frame = FRAME_HEADER + page_size;
    int64_t last = d->seen_log.size - frame;
    unsigned char page[4] = {1};
    if (last >= LOG_HEADER && (last - LOG_HEADER) % frame == 0 &&
        pread(d->log_file, page, sizeof page, last) != (ssize_t)sizeof page)
        return false;
    return size >= d->seen_log.size && (page[0] || page[1] || page[2] || page[3]);
}

bool directory_look(struct directory *d)
{
    struct file_seen database, log;
    bool first = d->seen_database.inode == 0;
    if (!see(d->path, &database) || !see(d->log, &log))
        return false;
    if (first) { /* identities are never written again: other threads read them */
        d->seen_database = database;
        d->seen_log = log;
        d->log_file = open(d->log, O_RDONLY | O_CLOEXEC);
    } else if (!is_same(&database, &d->seen_database) || !is_same(&log, &d->seen_log) ||
               !log_is_whole(d, log.size)) {
        return false;
    }
    if (first || !is_as_old(&database, &d->seen_database))
        d->header_size = pread(d->database, d->header, sizeof d->header, 0);
    d->seen_database.size = database.size;
    d->seen_database.changed = database.changed;
    d->seen_log.size = log.size;
    return true;
}

static bool header_is_same(const struct directory *d)
{
    unsigned char header[sizeof d->header];
    ssize_t n = pread(d->database, header, sizeof header, 0);
    return n == d->header_size && (n <= 0 || memcmp(header, d->header, (size_t)n) == 0);
}

bool directory_log_is_cut(const struct directory *d)
{
    struct file_seen log;
    return see(d->log, &log) && is_same(&log, &d->seen_log) && log.size != d->seen_log.size;
}

const char *directory_trouble(const struct directory *d)
{
    struct file_seen database, log;
    if (!see(d->path, &database))
        return "iam-local.db is gone";
    if (!see(d->log, &log))
        return "iam-local.db-wal is gone";
    if (!is_same(&database, &d->seen_database))
        return "iam-local.db is another file";
    if (!is_same(&log, &d->seen_log))
        return "iam-local.db-wal is another file";
    if (database.size != d->seen_database.size ||
        (!is_as_old(&database, &d->seen_database) && !header_is_same(d)))
        return "iam-local.db was changed by somebody else";
    return log.size != d->seen_log.size ? "iam-local.db-wal was changed by somebody else" : NULL;
}

bool directory_is_ours(const struct directory *d)
{
    struct file_seen database, log;
    return see(d->path, &database) && see(d->log, &log) && is_same(&database, &d->seen_database) &&
           is_same(&log, &d->seen_log);
}
