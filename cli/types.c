/* cli/types.c: interface types by name, and messages from what a user wrote. Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void warn(const char *line, void *arg)
{
    cli_error(arg, "warning: %s", line);
}

rclio_types *cli_types(cli *c)
{
    if (!c->types && !(c->types = rclio_types_new(warn, c))) cli_fail(c);
    return c->types;
}

const rclio_type *cli_type(cli *c, const char *name, rclio_kind kind, const char *what)
{
    rclio_types *types = cli_types(c);
    const rclio_type *type = types ? rclio_types_get(types, name) : NULL;
    if (!types || (type && type->kind == kind)) return type;
    cli_error(c, "The passed %s type is invalid", what);
    if (type)
        cli_error(c, "'%s' is not %s %s type", name, what[0] == 'a' ? "an" : "a", what);
    else
        cli_fail(c);
    return NULL;
}

bool cli_fill(cli *c, const rclio_type *type, const char *yaml, int64_t now_ns, void *message)
{
    if (rclio_message_from_yaml(type, yaml, now_ns, message) == RCLIO_OK) return true;
    const char *cause = rclio_error();
    if (isdigit((unsigned char)cause[0])) /* "1:17: ..." */
        cli_error(c, "The passed value is not valid YAML: %s", cause);
    else if (strstr(cause, "needs to be a dictionary"))
        cli_error(c, "%s", cause);
    else
        cli_error(c, "Failed to populate field: %s", cause);
    return false;
}

static char *read_all(cli *c, FILE *file, const char *name)
{
    char *text = NULL, part[4096];
    size_t size = 0, got;
    FILE *out = open_memstream(&text, &size);
    if (!out) return cli_error(c, "out of memory"), NULL;
    while ((got = fread(part, 1, sizeof part, file)) > 0) fwrite(part, 1, got, out);
    int cause = ferror(file) ? errno : 0;
    bool good = fclose(out) == 0;
    if (good && !cause) return text;
    cli_error(c, "cannot read %s: %s", name, cause ? strerror(cause) : "out of memory");
    free(text);
    return NULL;
}

char *cli_read_stdin(cli *c)
{
    return read_all(c, stdin, "standard input");
}

char *cli_read_file(cli *c, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) return cli_error(c, "cannot read '%s': %s", path, strerror(errno)), NULL;
    char *text = read_all(c, file, path);
    fclose(file);
    return text;
}
