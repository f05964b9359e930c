/* src/mw/split/library.c: loads librclio_rtps.so, once for the process.
 *
 * It is looked for beside the object that this code is in (librclio.so, or a program that has it linked in), in `lib` beside that one's
 * folder, and then where the system looks. Once loaded it stays: Fast DDS has threads and singletons that no unloading survives, so this
 * is, like Cyclone's domains, a thing of the process and not of a context.
 * Threads: any. Tests: tests/mw/test_split.c. */
#include "mw/split/split.h"

#include "base/error.h"
#include "base/text.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "librclio_rtps.so"
#define MISSING "build rclio where the package libfastrtps-dev is installed, or install the library beside librclio.so"

static mutex loading = MUTEX_INITIALIZER;
static const rtps_ops *loaded; /* under `loading` */

static void *open_beside(const char *object, const char *folder)
{
    const char *slash = object ? strrchr(object, '/') : NULL;
    char *path = slash ? copy_format("%.*s%s/" LIBRARY, (int)(slash - object), object, folder) : NULL;
    void *handle = path && access(path, R_OK) == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    free(path);
    return handle;
}

static void *open_library(void)
{
    Dl_info self;
    void *handle;
    const char *given = getenv("RCLIO_RTPS_LIBRARY");
    if (given && *given) return dlopen(given, RTLD_NOW | RTLD_LOCAL);
    char *object =
        dladdr(&loaded, &self) && self.dli_fname && strchr(self.dli_fname, '/') ? realpath(self.dli_fname, NULL) : NULL;
    if (!object) object = realpath("/proc/self/exe", NULL); /* a program's name is what it was called by */
    handle = open_beside(object, "");
    if (!handle) handle = open_beside(object, "/../lib");
    free(object);
    return handle ? handle : dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
}

static const rtps_ops *load(void)
{
    void *handle = open_library();
    if (!handle) return rclio_fail_null(RCLIO_NOT_FOUND, "%s: " MISSING, dlerror());
    const rtps_ops *ops = dlsym(handle, "rclio_rtps_ops");
    if (ops && ops->version == RTPS_VERSION) return ops;
    dlclose(handle);
    return rclio_fail_null(RCLIO_NOT_FOUND, LIBRARY " is of another version of rclio: install both from one build");
}

const rtps_ops *library_get(void)
{
    mutex_lock(&loading);
    if (!loaded) loaded = load();
    const rtps_ops *ops = loaded;
    mutex_unlock(&loading);
    return ops;
}
