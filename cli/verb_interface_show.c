/* cli/verb_interface_show.c: `ros2 interface show`: a definition's own lines, with those of nested types indented below their field. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32

struct interface_show {
    const char *type;
    bool all_comments, no_comments;
};

static const cli_option interface_show_options[] = {
    CLI_ARG(struct interface_show, type, "type", "type to show, std_msgs/msg/String for example; - reads it from standard input"),
    CLI_FLAG(struct interface_show, all_comments, "--all-comments", "keep comments and empty lines of nested types too",
             .exclusive = 1),
    CLI_FLAG(struct interface_show, no_comments, "--no-comments", "leave out all comments and empty lines", .exclusive = 1),
    {0},
};

/* Where a line's comment starts: a '#' outside of quotes; the line's end when it has none. */
static size_t comment_start(const char *line, size_t length)
{
    char quote = '\0';
    for (size_t i = 0; i < length; i++) {
        if (quote) {
            if (line[i] == '\\')
                i++;
            else if (line[i] == quote)
                quote = '\0';
        } else if (line[i] == '#') {
            return i;
        } else if (line[i] == '"' || line[i] == '\'') {
            quote = line[i];
        }
    }
    return length;
}

/* "geometry_msgs/msg/Point" for "Point[3] corners" in package geometry_msgs; NULL for a primitive or no field. Freed by the caller. */
static char *nested_type(const char *package, const char *line, size_t length)
{
    static const char *const primitives[] = {"bool",   "byte",  "char",   "float32", "float64", "int8",   "uint8",   "int16",
                                             "uint16", "int32", "uint32", "int64",   "uint64",  "string", "wstring", NULL};
    size_t size = strcspn(line, " \t<[#=");
    char name[256], *full = NULL;
    size_t full_size = 0;
    if (size > length) size = length;
    if (size == 0 || size >= sizeof name || line[0] == '-') return NULL;
    snprintf(name, sizeof name, "%.*s", (int)size, line);
    for (size_t i = 0; primitives[i]; i++)
        if (strcmp(name, primitives[i]) == 0) return NULL;
    FILE *out = open_memstream(&full, &full_size);
    if (!out) return NULL;
    const char *slash = strchr(name, '/');
    if (!slash)
        fprintf(out, "%s/msg/%s", package, name);
    else if (strchr(slash + 1, '/'))
        fputs(name, out);
    else
        fprintf(out, "%.*s/msg/%s", (int)(slash - name), name, slash + 1);
    fclose(out);
    return full;
}

static int show(cli *c, const char *name, const struct interface_show *o, int depth)
{
    bool comments = o->all_comments || (depth == 0 && !o->no_comments);
    char package[128], *source = rclio_types_source(c->types, name);
    int status = 0;
    if (!source) return cli_fail(c);
    snprintf(package, sizeof package, "%.*s", (int)strcspn(name, "/"), name);
    for (const char *line = source; *line && status == 0;) {
        size_t length = strcspn(line, "\r\n"), kept = comments ? length : comment_start(line, length),
               start = strspn(line, " \t");
        while (kept > 0 && strchr(" \t", line[kept - 1])) kept--;
        if (comments || kept > 0) {
            for (int i = 0; i < depth; i++) cli_print_text(c, "\t");
            cli_print(c, "%.*s\n", (int)kept, line);
        }
        char *nested = start < length ? nested_type(package, line + start, length - start) : NULL;
        if (nested && depth < DEPTH_MAX) status = show(c, nested, o, depth + 1);
        free(nested);
        line += length;
        if (*line == '\r') line++;
        if (*line == '\n') line++;
    }
    free(source);
    return status;
}

/* Prints why there is no such type, in upstream's words. */
static int not_found(cli *c, const char *name)
{
    static const char *const folders[] = {"msg", "srv", "action"};
    const char *first = strchr(name, '/'), *second = first ? strchr(first + 1, '/') : NULL;
    char package[128];
    bool known = false;
    if (!second || strchr(second + 1, '/')) return cli_error(c, "Invalid name '%s'. Expected three parts separated by '/'", name);
    snprintf(package, sizeof package, "%.*s", (int)(first - name), name);
    for (size_t i = 0; i < 3; i++) {
        char **names = rclio_types_list(c->types, package, folders[i]);
        if (!names) continue;
        known = true;
        char *path = names[0] ? rclio_types_path(c->types, names[0]) : NULL; /* <folder>/<package>/msg/Name.msg */
        rclio_names_free(names);
        if (!path) continue;
        for (int up = 0; up < 3; up++)
            if (strrchr(path, '/')) *strrchr(path, '/') = '\0';
        cli_error(c, "Could not find the interface '%s/%s.%.*s'", path, name, (int)(second - first - 1), first + 1);
        free(path);
        return CLI_FAILED;
    }
    if (known) return cli_error(c, "Could not find the interface '%s'", name);
    return cli_error(c, "Unknown package '%s'", package);
}

static int interface_show_run(cli *c, const void *options)
{
    const struct interface_show *o = options;
    char *input = NULL;
    const char *name = o->type;
    int status = CLI_FAILED;
    if (!cli_types(c)) return CLI_FAILED;
    if (strcmp(name, "-") == 0) {
        if (!(input = cli_read_stdin(c))) return CLI_FAILED;
        input[strcspn(input, "\r\n")] = '\0';
        name = input;
        if (!*name) {
            cli_error(c, "No type on standard input: write one line, std_msgs/msg/String for example");
            goto done;
        }
    }
    if (rclio_types_get(c->types, name)) {
        status = show(c, name, o, 0);
    } else if (rclio_error_status() == RCLIO_BAD_DATA) {
        status = cli_fail(c);
    } else {
        char cause[512];
        snprintf(cause, sizeof cause, "%s", rclio_error());
        bool missing = rclio_error_status() == RCLIO_NOT_FOUND;
        status = not_found(c, name);
        if (missing) cli_error(c, "%s", cause);
    }
done:
    free(input);
    return status;
}

const cli_verb cli_verb_interface_show = {
    "interface show",
    "Print the definition of an interface type, nested types included",
    interface_show_options,
    sizeof(struct interface_show),
    interface_show_run,
    "Of an unknown type the path ends in .msg, .srv or .action (rclio reads the definitions themselves), and the nearest name "
    "follows.",
};
