/* cli/verb_pkg_create.c: `ros2 pkg create`.
 *
 *   K1  Everything is checked before anything is written.
 *   K2  The package is made in a folder of another name beside its place and renamed at the end: it is there as a whole or not at
 *       all, also when the disk is full or somebody presses Ctrl-C.
 * Threads: main. */
#include "package_files.h"

#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pkg_create {
    const char *format, *description, *license, *destination, *build_type, *email, *maintainer, *node, *library, *name;
    cli_words dependencies;
};

static const char *const formats[] = {"2", "3", NULL};
static const char *const build_types[] = {"cmake", "ament_cmake", "ament_python", NULL};

static const cli_option pkg_create_options[] = {
    CLI_STRING(struct pkg_create, format, "--package-format", "format of package.xml", .choices = formats, .preset = "3"),
    CLI_STRING(struct pkg_create, description, "--description", "what package.xml says the package does",
               .preset = "TODO: Package description"),
    CLI_STRING(struct pkg_create, license, "--license", "license of the package; '?' lists those whose text is written too",
               .preset = "TODO: License declaration"),
    CLI_STRING(struct pkg_create, destination, "--destination-directory", "folder to make the package in", .preset = "."),
    CLI_STRING(struct pkg_create, build_type, "--build-type",
               "cmake: a C package that needs rclio alone; ament_cmake: one that needs ament too; ament_python: Python",
               .choices = build_types, .preset = "cmake"),
    CLI_STRINGS(struct pkg_create, dependencies, "--dependencies", "packages that it uses"),
    CLI_STRING(struct pkg_create, email, "--maintainer-email", "e-mail address of who looks after it; left out: git's"),
    CLI_STRING(struct pkg_create, maintainer, "--maintainer-name", "name of who looks after it; left out: the user's"),
    CLI_STRING(struct pkg_create, node, "--node-name", "make a program with this name"),
    CLI_STRING(struct pkg_create, library, "--library-name", "make a library with this name"),
    CLI_ARG(struct pkg_create, name, "package_name", "name of the package"),
    {0},
};

/* ---- what was asked for ---- */

/* K1: letters, digits and "_"; a package begins with a small letter and has no capitals. */
static bool check_name(cli *c, const char *what, const char *name, bool package)
{
    bool good = package ? islower((unsigned char)name[0]) : isalpha((unsigned char)name[0]) || name[0] == '_';
    for (const char *at = name; *at && good; at++)
        good = *at == '_' || isdigit((unsigned char)*at) || (package ? islower((unsigned char)*at) : isalpha((unsigned char)*at));
    if (good && strlen(name) < 200) return true;
    cli_error(c, "The %s name '%s' is invalid: it must begin with a %s and have only %s, digits and '_'", what, name,
              package ? "small letter" : "letter", package ? "small letters" : "letters");
    return false;
}

/* What git knows; a string you free, or NULL. */
static char *ask_git(void)
{
    char line[256] = "";
    FILE *answer = popen("git config --get user.email 2>/dev/null </dev/null", "re");
    if (answer && fgets(line, sizeof line, answer)) line[strcspn(line, "\n")] = '\0';
    if (answer) pclose(answer);
    return line[0] ? strdup(line) : NULL;
}

static const char *user_name(void)
{
    const char *variable = getenv("USER");
    const struct passwd *user = variable && *variable ? NULL : getpwuid(getuid());
    return variable && *variable ? variable : user ? user->pw_name : "user";
}

/* Dependencies whose messages rclio generates, and others. */
static bool sort_dependencies(cli *c, cli_new_package *p)
{
    char **known = cli_types(c) ? rclio_types_packages(c->types) : NULL;
    size_t count = p->dependencies.count;
    p->interfaces.data = calloc(count + 1, sizeof *p->interfaces.data);
    p->others.data = calloc(count + 1, sizeof *p->others.data);
    for (size_t i = 0; p->interfaces.data && p->others.data && i < count; i++) {
        const char *name = p->dependencies.data[i];
        bool interface = false;
        for (size_t k = 0; known && known[k]; k++) interface |= strcmp(known[k], name) == 0;
        if (interface)
            p->interfaces.data[p->interfaces.count++] = name;
        else if (strcmp(name, "rclio") != 0)
            p->others.data[p->others.count++] = name;
    }
    rclio_names_free(known);
    return p->interfaces.data && p->others.data;
}

static void print_plan(cli *c, const cli_new_package *p, const char *folder)
{
    cli_print(c,
              "going to create a new package\npackage name: %s\ndestination directory: %s\npackage format: %s\nversion: 0.0.0\n"
              "description: %s\nmaintainer: ['%s <%s>']\nlicenses: ['%s']\nbuild type: %s\ndependencies: [",
              p->name, folder, p->format, p->description, p->maintainer_name, p->maintainer_email, p->license, p->build_type);
    for (size_t i = 0; i < p->dependencies.count; i++) cli_print(c, "%s'%s'", i ? ", " : "", p->dependencies.data[i]);
    cli_print_text(c, "]\n");
    if (p->node) cli_print(c, "node_name: %s\n", p->node);
    if (p->library) cli_print(c, "library_name: %s\n", p->library);
}

/* ---- writing it ---- */

static bool make_folders(const char *path, size_t from)
{
    char part[1024];
    size_t length = strlen(path);
    if (length >= sizeof part) return errno = ENAMETOOLONG, false;
    for (size_t i = from; i <= length; i++) {
        if (i == 0 || (path[i] != '/' && path[i] != '\0')) continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        if (mkdir(part, 0777) != 0 && errno != EEXIST) return false;
    }
    return true;
}

static bool write_file(const char *path, const cli_package_file *file, const cli_new_package *p)
{
    FILE *out = fopen(path, "wx");
    if (!out) return false;
    file->write(out, p);
    bool good = fflush(out) == 0 && !ferror(out);
    return fclose(out) == 0 && good;
}

static bool wanted(const cli_package_file *file, const cli_new_package *p)
{
    if (strcmp(file->path, "LICENSE") == 0) return cli_license_known(p->license);
    return file->of == CLI_OF_PACKAGE || (file->of == CLI_OF_NODE ? p->node : p->library) != NULL;
}

/* Its path in the package; the name it is of comes first, the package second. */
static void path_of(const cli_package_file *file, const cli_new_package *p, char *path, size_t size)
{
    const char *name = file->of == CLI_OF_NODE ? p->node : file->of == CLI_OF_LIBRARY ? p->library : p->name;
    const char *rest = file->path;
    size_t used = 0;
    path[0] = '\0';
    while (*rest && used < size - 1) {
        bool second = strncmp(rest, "%2$s", 4) == 0, first = strncmp(rest, "%1$s", 4) == 0 || strncmp(rest, "%s", 2) == 0;
        if (first || second)
            used += (size_t)snprintf(path + used, size - used, "%s", second ? p->name : name);
        else
            used += (size_t)snprintf(path + used, size - used, "%c", *rest);
        rest += !first && !second ? 1 : rest[1] == 's' ? 2 : 4;
    }
}

/* false: errno says why. *where: what could not be written. */
static bool write_all(cli *c, const cli_new_package *p, const char *made, const char *shown, char *where, size_t size)
{
    char path[512];
    for (const cli_package_file *file = cli_package_files(p); file->path; file++) {
        if (!wanted(file, p)) continue;
        path_of(file, p, path, sizeof path);
        snprintf(where, size, "%s/%s", made, path);
        cli_print(c, "creating %s%s/%s\n", file->write ? "" : "folder ", shown, path);
        if (file->write ? !write_file(where, file, p) : !make_folders(where, strlen(made) + 1)) return false;
    }
    return true;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *walk)
{
    (void)about, (void)type, (void)walk;
    return remove(path);
}

static int create(cli *c, const cli_new_package *p, const char *destination)
{
    char made[1024], place[1024], where[2048];
    sigset_t interrupts, before;
    int status = CLI_FAILED;
    snprintf(place, sizeof place, "%s/%s", destination, p->name);
    snprintf(made, sizeof made, "%s/.%s.XXXXXX", destination, p->name);
    snprintf(where, sizeof where, "%s", destination);
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigprocmask(SIG_BLOCK, &interrupts, &before); /* K2: it takes a few milliseconds */
    if (!make_folders(destination, 0) || !mkdtemp(made)) {
        cli_error(c, "cannot create '%s': %s", place, strerror(errno));
        goto done;
    }
    cli_print(c, "creating folder %s\n", place);
    mode_t mask = umask(0);
    umask(mask);
    if (!write_all(c, p, made, place, where, sizeof where) || chmod(made, 0777 & ~mask) != 0 || rename(made, place) != 0) {
        cli_error(c, "cannot create '%s': %s", place, strerror(errno));
        nftw(made, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        goto done;
    }
    status = 0;
done:
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}

static void warn_of_license(cli *c, const cli_new_package *p)
{
    if (cli_license_known(p->license)) return;
    cli_print(c,
              "\n[WARNING]: Unknown license '%s'.  This has been set in the package.xml, but no LICENSE file has been created.\n"
              "It is recommended to use one of the ament license identifiers:\n",
              p->license);
    for (size_t i = 0; cli_licenses[i]; i++) cli_print(c, "%s\n", cli_licenses[i]);
}

/* ---- the verb ---- */

static bool check(cli *c, const cli_new_package *p, const char *destination)
{
    char place[1024];
    if (!check_name(c, "package", p->name, true)) return false;
    if (p->node && !check_name(c, "node", p->node, false)) return false;
    if (p->library && !check_name(c, "library", p->library, false)) return false;
    for (size_t i = 0; i < p->dependencies.count; i++)
        if (!check_name(c, "dependency", p->dependencies.data[i], false)) return false;
    if (strlen(destination) > 500) return cli_error(c, "cannot create '%s': %s", p->name, strerror(ENAMETOOLONG)), false;
    snprintf(place, sizeof place, "%s/%s", destination, p->name);
    if (access(place, F_OK) != 0) return true;
    cli_error(
        c,
        "Aborted!\nThe directory already exists: %s\nEither remove the directory or choose a different destination directory "
        "or package name",
        place);
    return false;
}

static int create_checked(cli *c, const struct pkg_create *o, cli_new_package *p)
{
    char *folder = NULL;
    int status = CLI_FAILED;
    if (!check(c, p, o->destination)) return CLI_FAILED;
    if (!sort_dependencies(c, p)) {
        cli_error(c, "out of memory");
    } else {
        folder = realpath(o->destination, NULL);
        print_plan(c, p, folder ? folder : o->destination);
        status = create(c, p, o->destination);
        if (status == 0) warn_of_license(c, p);
    }
    free(folder);
    free(p->interfaces.data);
    free(p->others.data);
    return status;
}

static int pkg_create_run(cli *c, const void *options)
{
    const struct pkg_create *o = options;
    char node[256], email[300], *from_git = NULL;
    cli_new_package p = {.name = o->name,
                         .format = o->format,
                         .description = o->description,
                         .license = o->license,
                         .build_type = o->build_type,
                         .node = o->node,
                         .library = o->library,
                         .dependencies = o->dependencies,
                         .maintainer_name = o->maintainer ? o->maintainer : user_name()};
    if (strcmp(o->license, "?") == 0) {
        cli_print_text(c, "Supported licenses:\n");
        for (size_t i = 0; cli_licenses[i]; i++) cli_print(c, "%s\n", cli_licenses[i]);
        return 0;
    }
    if (o->node && o->library && strcmp(o->node, o->library) == 0) { /* as upstream */
        snprintf(node, sizeof node, "%.200s_node", o->node);
        cli_print(c, "[WARNING]: The node name can not be equal to the library name; it is changed to '%s'\n", node);
        p.node = node;
    }
    if (!(p.maintainer_email = o->email) && !(p.maintainer_email = from_git = ask_git())) {
        snprintf(email, sizeof email, "%.200s@todo.todo", p.maintainer_name);
        p.maintainer_email = email;
    }
    int status = create_checked(c, o, &p);
    free(from_git);
    return status;
}

const cli_verb cli_verb_pkg_create = {
    "pkg create",
    "Make a new package",
    pkg_create_options,
    sizeof(struct pkg_create),
    pkg_create_run,
    "The programs it makes are C ones on rclio, or Python ones on rclpy; without ament by default (`--build-type cmake`; "
    "upstream:\n"
    "`ament_cmake`, C++): `cmake --install` makes what `ros2 run` finds. Messages of `--dependencies` are generated. A Python "
    "package\n"
    "has no tests of ament's linters. The package is there as a whole or not at all, whatever happens while it is written.",
};
