/* cli/output.c: standard output and standard error.
 *
 *   O1  Output is handed on in whole messages: cli_flush() after each, so that what comes over time is seen as it comes.
 *   O2  A closed pipe is no error: the program ends without a word. Any other failure gets one line.
 *   O3  Standard error never overtakes standard output.
 *   O4  Colour is on standard error alone, only when it is a terminal that can, and not with NO_COLOR.
 * Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void cli_print_text(cli *c, const char *text)
{
    if (!c->output_failed) fputs(text, stdout);
}

void cli_print(cli *c, const char *format, ...)
{
    va_list args;
    if (c->output_failed) return;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
}

bool cli_flush(cli *c)
{
    if (c->output_failed) return false;
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    int cause = errno;
    c->output_failed = true;
    c->end_status = cause == EPIPE ? 0 : CLI_FAILED;
    if (cause != EPIPE && cause != EINTR) fprintf(stderr, "cannot write to standard output: %s\n", strerror(cause));
    return false;
}

/* O4 */
static bool errors_have_colour(void)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(no && *no) && !(terminal && strcmp(terminal, "dumb") == 0);
}

const char *cli_bold(cli_emphasis emphasis)
{
    static const char *const on[] = {
        [CLI_PLAIN] = "\033[0m", [CLI_NAME] = "\033[1m", [CLI_WARNING] = "\033[33m", [CLI_ERROR_WORD] = "\033[31m"};
    return errors_have_colour() ? on[emphasis] : "";
}

int cli_error(cli *c, const char *format, ...)
{
    va_list args;
    cli_flush(c);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return CLI_FAILED;
}

int cli_fail(cli *c)
{
    const char *cause = rclio_error();
    return cli_error(c, "%s", *cause ? cause : "out of memory");
}

int cli_usage_error(cli_parse *p, const char *format, ...)
{
    va_list args;
    cli_flush(p->c);
    cli_usage(stderr, p->program, p->options, p->commands, cli_columns());
    fprintf(stderr, "%s: %serror:%s ", p->program, cli_bold(CLI_ERROR_WORD), cli_bold(CLI_PLAIN));
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return CLI_USAGE;
}

static void repr_byte(FILE *out, unsigned char byte, char quote)
{
    if (byte == (unsigned char)quote || byte == '\\')
        fprintf(out, "\\%c", byte);
    else if (byte == '\n')
        fputs("\\n", out);
    else if (byte == '\r')
        fputs("\\r", out);
    else if (byte == '\t')
        fputs("\\t", out);
    else if (byte < 0x20 || byte >= 0x7f)
        fprintf(out, "\\x%02x", byte);
    else
        fputc(byte, out);
}

void cli_repr(FILE *out, const char *text)
{
    char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
    fputc(quote, out);
    for (; *text; text++) {
        if ((unsigned char)*text >= 0x80)
            fputc(*text, out); /* UTF-8 stays readable */
        else
            repr_byte(out, (unsigned char)*text, quote);
    }
    fputc(quote, out);
}

void cli_repr_bytes(FILE *out, const uint8_t *bytes, size_t size)
{
    char quote = size && memchr(bytes, '\'', size) && !memchr(bytes, '"', size) ? '"' : '\'';
    fprintf(out, "b%c", quote);
    for (size_t i = 0; i < size; i++) repr_byte(out, bytes[i], quote);
    fputc(quote, out);
}
