/* generator/main.c: rclio-gen, which writes C headers and sources for interface packages.
 *
 *   G1  A package is always written whole, with every package that it uses; one folder may serve many calls.
 *   G2  DIR/PACKAGE/FOLDER/NAME.h for each interface, DIR/PACKAGE/interfaces.c for each package; --source is one file that
 *       includes the interfaces.c of all packages of this call: compiling it alone makes the library.
 * Threads: one. */
#include "emit.h"
#include "files.h"
#include "names.h"
#include "rclio/types.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PACKAGES_MAX 1024

typedef struct generator {
    rclio_types *types;
    own_package own;
    const char *output;
    const char *source;
    const char *depfile;
    char *search; /* what RCLIO_INTERFACE_PATH will be, from --path */
    char *packages[PACKAGES_MAX];
    size_t package_count;
    char *dependencies; /* the depfile's text, built by `depend` */
    size_t dependencies_size;
    FILE *depend;
    bool failed;
} generator;

static void usage(FILE *out)
{
    fputs("usage: rclio-gen --output DIR [--path FOLDER]... [--package NAME --file FILE...]\n"
          "                 [--source FILE [--depfile FILE]] [PACKAGE...]\n"
          "Writes C headers and sources for the interfaces of the packages and of all they use.\n"
          "  --output DIR      where PACKAGE/msg/NAME.h and PACKAGE/interfaces.c go\n"
          "  --path FOLDER     look for packages below it, too\n"
          "  --package NAME    the package that the --file definitions make up\n"
          "  --file FILE       a .msg, .srv or .action file of that package\n"
          "  --source FILE     a C file that includes every interfaces.c of this call\n"
          "  --depfile FILE    for make or ninja: the definitions that --source depends on\n",
          out);
}

static bool fail_interface(generator *g)
{
    own_package_print_error(&g->own, rclio_error());
    g->failed = true;
    return false;
}

static void add_package(generator *g, const char *name, size_t length)
{
    for (size_t i = 0; i < g->package_count; i++)
        if (strlen(g->packages[i]) == length && memcmp(g->packages[i], name, length) == 0) return;
    if (g->package_count == PACKAGES_MAX) {
        fprintf(stderr, "rclio-gen: more than %d packages\n", PACKAGES_MAX);
        g->failed = true;
        return;
    }
    g->packages[g->package_count++] = format_path("%.*s", (int)length, name);
}

static void write_dependency(generator *g, const char *path)
{
    fputs(" \\\n  ", g->depend);
    for (const char *c = path; *c; c++) {
        if (*c == ' ' || *c == '#' || *c == '\\') fputc('\\', g->depend);
        if (*c == '$') fputc('$', g->depend);
        fputc(*c, g->depend);
    }
}

/* The file itself, and its folder, whose time changes when a definition is added. */
static bool depend_on(generator *g, const char *name)
{
    char *path = rclio_types_path(g->types, name);
    if (!path) return fail_interface(g);
    char *real = realpath(path, NULL);
    write_dependency(g, real ? real : path);
    free(real);
    free(path);
    return true;
}

static void check_type(const rclio_type *type, void *arg)
{
    generator *g = arg;
    for (size_t i = 0; i < type->field_count; i++) {
        const rclio_field *field = &type->fields[i];
        if (field->nested) add_package(g, field->nested->name, strcspn(field->nested->name, "/"));
        if (!is_c_keyword(field->name)) continue;
        fprintf(stderr, "rclio-gen: field '%s' of %s cannot be a member in C or C++: it is a word of the language; rename it\n",
                field->name, type->name);
        g->failed = true;
    }
}

static bool write_header(generator *g, const rclio_type *type)
{
    char *text = NULL, *name = NULL;
    size_t size = 0, name_size = 0;
    FILE *out = open_memstream(&name, &name_size);
    if (!out) return false;
    write_header_path(out, type->name);
    fclose(out);
    if (!(out = open_memstream(&text, &size))) {
        free(name);
        return false;
    }
    emit_header(out, type);
    fclose(out);
    char *path = format_path("%s/%s", g->output, name);
    bool written = write_file(path, text, size, false);
    free(path);
    free(text);
    free(name);
    return written;
}

static bool write_interface(generator *g, const char *name, FILE *source)
{
    const rclio_type *type = rclio_types_get(g->types, name);
    if (!type) return fail_interface(g);
    each_derived(type, check_type, g);
    if (g->failed) return false;
    fputs("#include \"", source);
    write_header_path(source, name);
    fputs("\"\n\n", source);
    emit_source(source, type);
    return depend_on(g, name) && write_header(g, type);
}

static bool write_interfaces(generator *g, const char *package, FILE *source)
{
    static const char *const folders[] = {"msg", "srv", "action"};
    bool written = true;
    for (size_t f = 0; f < sizeof folders / sizeof *folders && written; f++) {
        char **names = rclio_types_list(g->types, package, folders[f]);
        if (!names) return fail_interface(g);
        for (size_t i = 0; names[i] && written; i++) written = write_interface(g, names[i], source);
        if (names[0] && written) {
            char *path = rclio_types_path(g->types, names[0]);
            char *slash = path ? strrchr(path, '/') : NULL;
            if (slash) *slash = '\0';
            /* Links of a user's own files are made anew each time: their folder says nothing. */
            if (slash && !(g->own.folder && strstr(path, g->own.folder))) write_dependency(g, path);
            free(path);
        }
        rclio_names_free(names);
    }
    return written;
}

static bool write_package(generator *g, const char *package)
{
    char *text = NULL;
    size_t size = 0;
    FILE *source = open_memstream(&text, &size);
    if (!source) return false;
    fprintf(source, "/* Interfaces of %s. Generated by rclio-gen: a change here is lost. */\n", package);
    bool written = write_interfaces(g, package, source);
    fclose(source);
    char *path = format_path("%s/%s/interfaces.c", g->output, package);
    written = written && write_file(path, text, size, false);
    free(path);
    free(text);
    return written;
}

/* A package of that name that is found first would hide the user's definitions. */
static bool own_package_is_seen(generator *g)
{
    for (size_t i = 0; i < g->own.file_count; i++) {
        const char *base = strrchr(g->own.staged[i], '/');
        const char *folder = base;
        while (folder[-1] != '/') folder--;
        char *name =
            format_path("%s/%.*s/%.*s", g->own.name, (int)(base - folder), folder, (int)strcspn(base + 1, "."), base + 1);
        char *path = rclio_types_path(g->types, name);
        bool seen = path && strcmp(path, g->own.staged[i]) == 0;
        if (path && !seen) {
            fprintf(stderr,
                    "rclio-gen: %s would be hidden by %s, which is found first: rename package '%s' or take that one out of "
                    "AMENT_PREFIX_PATH\n",
                    g->own.files[i], path, g->own.name);
            g->failed = true;
        } else if (!path) {
            fail_interface(g);
        }
        free(path);
        free(name);
        if (!seen) return false;
    }
    return true;
}

static bool write_source(generator *g)
{
    char *text = NULL;
    size_t size = 0;
    if (!g->source) return true;
    FILE *out = open_memstream(&text, &size);
    if (!out) return false;
    fputs("/* Generated by rclio-gen: a change here is lost. */\n", out);
    for (size_t i = 0; i < g->package_count; i++) fprintf(out, "#include \"%s/interfaces.c\"\n", g->packages[i]);
    fclose(out);
    bool written = write_file(g->source, text, size, true);
    free(text);
    fputc('\n', g->depend);
    fflush(g->depend);
    if (written && g->depfile) written = write_file(g->depfile, g->dependencies, g->dependencies_size, true);
    return written;
}

static bool generate(generator *g)
{
    if (!own_package_stage(&g->own, g->output)) return false;
    const char *inherited = getenv("RCLIO_INTERFACE_PATH");
    char *search = format_path("%s%s%s%s%s", g->own.folder ? g->own.folder : "", g->own.folder ? ":" : "",
                               g->search ? g->search : "", g->search ? ":" : "", inherited ? inherited : "");
    setenv("RCLIO_INTERFACE_PATH", search, 1);
    free(search);
    if (!(g->types = rclio_types_new(NULL, NULL))) return fail_interface(g);
    if (g->own.name && !own_package_is_seen(g)) return false;
    if (g->own.name) add_package(g, g->own.name, strlen(g->own.name));
    fprintf(g->depend, "%s:", g->source ? g->source : "");
    for (size_t i = 0; i < g->package_count && !g->failed; i++) /* grows while it is read */
        if (!write_package(g, g->packages[i])) return false;
    return !g->failed && write_source(g);
}

static bool parse_arguments(generator *g, int argc, char **argv)
{
    static const struct option options[] = {
        {"output", required_argument, NULL, 'o'},  {"path", required_argument, NULL, 'p'},
        {"package", required_argument, NULL, 'k'}, {"file", required_argument, NULL, 'f'},
        {"source", required_argument, NULL, 's'},  {"depfile", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    for (int option; (option = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        char *longer = NULL;
        switch (option) {
        case 'o': g->output = optarg; break;
        case 'p':
            longer = format_path("%s%s%s", g->search ? g->search : "", g->search ? ":" : "", optarg);
            free(g->search);
            g->search = longer;
            break;
        case 'k': g->own.name = optarg; break;
        case 'f': g->own.files[g->own.file_count++] = optarg; break;
        case 's': g->source = optarg; break;
        case 'd': g->depfile = optarg; break;
        case 'h': usage(stdout); exit(0);
        default: usage(stderr); return false;
        }
    }
    for (int i = optind; i < argc; i++) add_package(g, argv[i], strlen(argv[i]));
    if (g->output && (g->package_count || g->own.file_count) && !g->own.name == !g->own.file_count) return true;
    usage(stderr);
    return false;
}

int main(int argc, char **argv)
{
    generator g = {0};
    int status = 2;
    g.own.files = calloc((size_t)argc + 1, sizeof *g.own.files);
    g.depend = open_memstream(&g.dependencies, &g.dependencies_size);
    if (!g.own.files || !g.depend) return 1;
    if (parse_arguments(&g, argc, argv)) status = generate(&g) ? 0 : 1;
    fclose(g.depend);
    free(g.dependencies);
    for (size_t i = 0; i < g.package_count; i++) free(g.packages[i]);
    rclio_types_destroy(g.types);
    own_package_fini(&g.own);
    free(g.own.files);
    free(g.search);
    return status;
}
