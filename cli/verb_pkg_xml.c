/* cli/verb_pkg_xml.c: `ros2 pkg xml`. Of XML it reads what a package.xml has: tags, comments, declarations and the five entities. */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (1 << 20)

struct pkg_xml {
    const char *tag, *package;
};

static const cli_option pkg_xml_options[] = {
    CLI_STRING(struct pkg_xml, tag, "-t, --tag", "print only what this tag says, version for example"),
    CLI_ARG(struct pkg_xml, package, "package_name", "package, std_msgs for example"),
    {0},
};

static char *read_whole(cli *c, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = file ? malloc(LARGEST + 1) : NULL;
    if (text) text[fread(text, 1, LARGEST, file)] = '\0';
    if (!text) cli_error(c, "cannot read '%s': %s", path, strerror(errno));
    if (file) fclose(file);
    return text;
}

/* Behind "<!--...-->", "<?...?>" or "<!...>" at `at`; NULL: it is none of them. */
static const char *skip_markup(const char *at)
{
    const char *close = strncmp(at, "<!--", 4) == 0 ? "-->" : at[1] == '?' ? "?>" : at[1] == '!' ? ">" : NULL;
    const char *end = close ? strstr(at, close) : NULL;
    return !close ? NULL : end ? end + strlen(close) : at + strlen(at);
}

/* The text of a tag with its entities, on one line as it stands. */
static void print_text(cli *c, const char *at)
{
    static const char *const entities[][2] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};
    while (*at && *at != '<') {
        size_t i = 0;
        while (i < 5 && strncmp(at, entities[i][0], strlen(entities[i][0])) != 0) i++;
        if (i < 5)
            cli_print_text(c, entities[i][1]);
        else
            cli_print(c, "%c", *at);
        at += i < 5 ? strlen(entities[i][0]) : 1;
    }
    cli_print_text(c, "\n");
}

/* Prints every tag of that name right below the root. */
static size_t print_tags(cli *c, const char *text, const char *tag)
{
    size_t found = 0, length = strlen(tag);
    int depth = 0;
    for (const char *at = text; (at = strchr(at, '<'));) {
        const char *behind = skip_markup(at), *end = strchr(at, '>');
        if (behind) {
            at = behind;
            continue;
        }
        if (!end) break;
        bool closing = at[1] == '/', empty = end[-1] == '/';
        if (depth == 1 && !closing && strncmp(at + 1, tag, length) == 0 && strchr(" \t\r\n/>", at[1 + length])) {
            found++;
            print_text(c, empty ? "" : end + 1);
        }
        depth += closing ? -1 : empty ? 0 : 1;
        at = end + 1;
    }
    return found;
}

static int show(cli *c, const struct pkg_xml *o, const cli_package *package)
{
    char path[1024];
    int status = 0;
    snprintf(path, sizeof path, "%s/package.xml", package->share);
    char *text = read_whole(c, path);
    if (!text) return CLI_FAILED;
    if (!o->tag)
        cli_print_text(c, text);
    else if (print_tags(c, text, o->tag) == 0)
        status = cli_error(c, "'%s' has no tag '%s'", path, o->tag);
    free(text);
    return status;
}

static int pkg_xml_run(cli *c, const void *options)
{
    const struct pkg_xml *o = options;
    cli_package_list packages;
    int status;
    if (!cli_packages(c, &packages)) return CLI_FAILED;
    const cli_package *package = cli_package_find(&packages, o->package);
    if (package) {
        status = show(c, o, package);
    } else {
        status = cli_error(c, "Package not found");
        cli_suggest_package(c, &packages, o->package);
    }
    cli_packages_free(&packages);
    return status;
}

const cli_verb cli_verb_pkg_xml = {
    "pkg xml",       "Print a package's package.xml, or what one of its tags says",
    pkg_xml_options, sizeof(struct pkg_xml),
    pkg_xml_run,     NULL,
};
