/* cli/pythons.c: programs of packages that pip installed, read from their entry points without starting Python.
 *
 *   Y1  The folders are those of the `python3` on PATH: PYTHONPATH, its own (of the virtual environment if it is in one), the user's.
 *       A `python3` that is a script itself (pyenv's) is asked where Python is.
 *   Y2  A name stands for a distribution when both are equal in small letters with "-", "_" and "." taken as the same.
 * Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_LINE 1024

struct search {
    const char *package;
    cli_script_fn *each;
    void *arg;
    bool found;
};

static char *join(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 2;
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s/%s", a, b);
    return path;
}

char *cli_find_program(const char *name)
{
    const char *value = getenv("PATH");
    char *copy = strdup(value ? value : "/usr/local/bin:/usr/bin:/bin"), *rest = copy, *path = NULL;
    for (const char *folder; rest && !path && (folder = strsep(&rest, ":"));) {
        path = join(*folder ? folder : ".", name);
        if (path && access(path, X_OK) == 0) break;
        free(path);
        path = NULL;
    }
    free(copy);
    return path;
}

/* Y1: the program that the script starts, in place of the script. */
static char *ask_script(char *script)
{
    char line[LONGEST_LINE] = "";
    FILE *answer = popen("python3 -c 'import sys; print(sys.executable)' 2>/dev/null </dev/null", "re");
    if (answer && fgets(line, sizeof line, answer)) line[strcspn(line, "\n")] = '\0';
    if (answer) pclose(answer);
    if (line[0] != '/') return script;
    free(script);
    return strdup(line);
}

static char *find_python(void)
{
    char *python = cli_find_program("python3"), start[2] = "";
    FILE *file = python ? fopen(python, "r") : NULL;
    bool script = file && fread(start, 1, 2, file) == 2 && start[0] == '#' && start[1] == '!';
    if (file) fclose(file);
    return script ? ask_script(python) : python;
}

/* ---- entry points ---- */

static char *trim(char *text)
{
    text += strspn(text, " \t");
    for (size_t length = strlen(text); length && isspace((unsigned char)text[length - 1]);) text[--length] = '\0';
    return text;
}

/* "talker = demo.talker:main [extra]" */
static void read_script(struct search *s, char *line)
{
    char *equals = strchr(line, '=');
    if (!equals || *line == '#' || *line == ';') return;
    *equals = '\0';
    char *name = trim(line), *module = trim(equals + 1);
    module[strcspn(module, " \t[")] = '\0';
    char *attribute = strchr(module, ':');
    if (!attribute || attribute == module || !attribute[1] || !*name) return;
    *attribute++ = '\0';
    s->each(name, module, attribute, s->arg);
}

static void read_entry_points(struct search *s, const char *folder)
{
    char *path = join(folder, "entry_points.txt"), line[LONGEST_LINE];
    FILE *file = path ? fopen(path, "r") : NULL;
    bool scripts = false;
    s->found = true;
    while (file && fgets(line, sizeof line, file)) {
        char *text = trim(line);
        if (*text == '[')
            scripts = strncmp(text, "[console_scripts]", 17) == 0 || strncmp(text, "[gui_scripts]", 13) == 0;
        else if (scripts)
            read_script(s, text);
    }
    if (file) fclose(file);
    free(path);
}

/* Y2 */
static bool same_name(const char *a, size_t length, const char *b)
{
    size_t i = 0;
    for (; i < length && b[i]; i++) {
        bool mark = strchr("-_.", a[i]) != NULL;
        if (mark != (strchr("-_.", b[i]) != NULL)) return false;
        if (!mark && tolower((unsigned char)a[i]) != tolower((unsigned char)b[i])) return false;
    }
    return i == length && !b[i];
}

/* "demo_nodes-1.0.dist-info", "demo_nodes.egg-info" */
static bool is_of_package(const char *folder, const char *package)
{
    size_t length = strlen(folder);
    if (length > 10 && strcmp(folder + length - 10, ".dist-info") == 0)
        length -= 10;
    else if (length > 9 && strcmp(folder + length - 9, ".egg-info") == 0)
        length -= 9;
    else
        return false;
    for (size_t i = 1; i < length; i++) /* the version begins with a digit behind a '-' */
        if (folder[i] == '-' && isdigit((unsigned char)folder[i + 1])) length = i;
    return same_name(folder, length, package);
}

static void search_site(struct search *s, const char *site)
{
    DIR *folder = s->found ? NULL : opendir(site);
    for (const struct dirent *entry; folder && !s->found && (entry = readdir(folder));) {
        char *path = is_of_package(entry->d_name, s->package) ? join(site, entry->d_name) : NULL;
        if (path) read_entry_points(s, path);
        free(path);
    }
    if (folder) closedir(folder);
}

/* ---- where they lie ---- */

/* <lib>/python3.11/site-packages; `version` "python3.11", or NULL: any. */
static void search_library(struct search *s, const char *library, const char *version)
{
    DIR *folder = s->found ? NULL : opendir(library);
    for (const struct dirent *entry; folder && (entry = readdir(folder));) {
        if (strncmp(entry->d_name, "python3", 7) != 0) continue;
        if (version && entry->d_name[7] && strcmp(entry->d_name, version) != 0) continue;
        static const char *const sites[] = {"site-packages", "dist-packages"};
        char *python = join(library, entry->d_name);
        for (size_t i = 0; python && i < 2; i++) {
            char *site = join(python, sites[i]);
            if (site) search_site(s, site);
            free(site);
        }
        free(python);
    }
    if (folder) closedir(folder);
}

static void search_prefix(struct search *s, const char *prefix, const char *version)
{
    static const char *const libraries[] = {"lib", "lib64", "local/lib"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        char *library = join(prefix, libraries[i]);
        if (library) search_library(s, library, version);
        free(library);
    }
}

/* What pyvenv.cfg says: false: it is no virtual environment. *home, if it lets the system's packages in, is theirs: free it. */
static bool is_virtual(const char *prefix, char **home)
{
    char *path = join(prefix, "pyvenv.cfg"), line[LONGEST_LINE];
    FILE *file = path ? fopen(path, "r") : NULL;
    bool open = false;
    *home = NULL;
    while (file && fgets(line, sizeof line, file)) {
        char *equals = strchr(line, '=');
        if (!equals) continue;
        *equals = '\0';
        const char *value = trim(equals + 1), *key = trim(line);
        if (strcmp(key, "home") == 0 && !*home) *home = strdup(value);
        if (strcmp(key, "include-system-site-packages") == 0) open = strcasecmp(value, "true") == 0;
    }
    if (file) fclose(file);
    if (!open) {
        free(*home);
        *home = NULL;
    }
    free(path);
    return file != NULL;
}

/* The folder above the one that the file is in, in place. */
static char *prefix_of(char *path)
{
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(path, '/');
        if (!slash) return NULL;
        *(slash == path ? slash + 1 : slash) = '\0';
    }
    return path;
}

static void search_python(struct search *s, char *python)
{
    char *real = realpath(python, NULL), *home = NULL, *user = NULL;
    const char *version = real ? strrchr(real, '/') + 1 : NULL;
    if (version && (strncmp(version, "python3.", 8) != 0 || strchr(version + 8, '-'))) version = NULL;
    const char *prefix = prefix_of(python);
    if (!prefix) goto done;
    bool virtual_environment = is_virtual(prefix, &home);
    search_prefix(s, prefix, version);
    if (home && strrchr(home, '/')) {
        *strrchr(home, '/') = '\0'; /* home is the folder of the programs */
        search_prefix(s, home, version);
    }
    const char *own = virtual_environment ? NULL : getenv("HOME");
    if (own && (user = join(own, ".local"))) search_prefix(s, user, version);
done:
    free(user);
    free(home);
    free(real);
}

bool cli_python_scripts(const char *package, cli_script_fn *each, void *arg)
{
    struct search s = {.package = package, .each = each, .arg = arg};
    const char *value = getenv("PYTHONPATH");
    char *copy = value ? strdup(value) : NULL, *rest = copy, *python = find_python();
    for (const char *site; rest && (site = strsep(&rest, ":"));)
        if (*site) search_site(&s, site);
    if (python) search_python(&s, python); /* Y1 */
    free(python);
    free(copy);
    return s.found;
}

char *cli_python_prefix(void)
{
    char *python = find_python();
    if (python && prefix_of(python)) return python;
    free(python);
    return NULL;
}
