/* SPDX-License-Identifier: Apache-2.0 */
#include "federation/federation.h"

#include <dlfcn.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* Steps from build/tests/MODULE, where the tests are, to the top of the build tree. */
enum { LEVELS = 2 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const struct federation *loaded;
static char failure[PATH_MAX + 64];

/* Cuts the last component off PATH; false for the root. */
static bool to_parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* Whether FOLDER/NAME is a file that can be read; its path goes to RET. */
static bool is_there(const char *folder, const char *name, char ret[static PATH_MAX])
{
    int n = snprintf(ret, PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < PATH_MAX && access(ret, R_OK) == 0;
}

/* Where the module is, seen from the program: installed with it, or built with it. */
static bool find_module(char ret[static PATH_MAX])
{
    char folder[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    if (n <= 0)
        return false;
    folder[n] = '\0';
    if (!to_parent(folder))
        return false;
    if (is_there(folder, FEDERATION_INSTALLED, ret))
        return true;
    for (int i = 0; i < LEVELS && to_parent(folder); i++) {
        if (is_there(folder, "lib/federation/federation.so", ret))
            return true;
    }
    return false;
}

static void load(void)
{
    char path[PATH_MAX];
    if (!find_module(path)) {
        snprintf(failure, sizeof failure, "federation.so is not where it was installed");
        return;
    }
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    loaded = module ? dlsym(module, "federation_module") : NULL;
    if (!loaded)
        snprintf(failure, sizeof failure, "%s", dlerror());
}

const struct federation *federation_load(const char **why)
{
    pthread_once(&once, load);
    *why = failure;
    return loaded;
}
