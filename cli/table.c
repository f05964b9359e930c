/* cli/table.c: see table.h. */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void table_row(table *t)
{
    char *(*rows)[TABLE_COLUMNS] = t->failed ? NULL : realloc(t->rows, (t->size + 1) * sizeof *rows);
    if (!rows) {
        t->failed = true;
        return;
    }
    t->rows = rows;
    memset(rows[t->size++], 0, sizeof *rows);
}

void table_cell(table *t, size_t column, const char *format, ...)
{
    va_list args;
    if (t->failed || column >= t->columns) return;
    char **cell = &t->rows[t->size - 1][column];
    va_start(args, format);
    free(*cell);
    if (vasprintf(cell, format, args) < 0) {
        *cell = NULL;
        t->failed = true;
    }
    va_end(args);
}

void table_begin(table *t, const char *heads)
{
    *t = (table){.columns = TABLE_COLUMNS};
    table_row(t);
    for (t->columns = 0; *heads && t->columns < TABLE_COLUMNS;) {
        size_t length = strcspn(heads, "|");
        size_t column = t->columns++;
        t->right[column] = *heads == '>';
        table_cell(t, column, "%.*s", (int)(length - t->right[column]), heads + t->right[column]);
        heads += length + (heads[length] == '|');
    }
}

static size_t table_width(const table *t, size_t column)
{
    size_t widest = 0;
    bool any = false;
    for (size_t i = 0; i < t->size; i++) {
        const char *cell = t->rows[i][column];
        if (!cell || !*cell) continue;
        any |= i > 0;
        size_t width = 0;
        for (const char *at = cell; *at; at++) width += (*at & 0xc0) != 0x80; /* letters, not bytes */
        if (width > widest) widest = width;
    }
    return any ? widest : 0;
}

void table_line(FILE *out, const table *t, size_t row, const size_t widths[TABLE_COLUMNS])
{
    size_t pending = 0; /* blanks, which do not end a line */
    for (size_t i = 0; i < t->columns; i++) {
        const char *cell = t->rows[row][i] ? t->rows[row][i] : "";
        size_t width = 0;
        if (widths[i] == 0) continue;
        for (const char *at = cell; *at; at++) width += (*at & 0xc0) != 0x80;
        if (t->right[i]) pending += widths[i] - width;
        if (width) {
            fprintf(out, "%*s%s", (int)pending, "", cell);
            pending = 0;
        }
        if (!t->right[i]) pending += widths[i] - width;
        pending += 2;
    }
}

void table_widths(const table *t, size_t widths[TABLE_COLUMNS])
{
    for (size_t i = 0; i < TABLE_COLUMNS; i++) widths[i] = i < t->columns ? table_width(t, i) : 0;
}

void table_print(cli *c, const table *t, const char *indent, bool colour)
{
    size_t widths[TABLE_COLUMNS];
    table_widths(t, widths);
    for (size_t row = 0; row < t->size && !c->output_failed; row++) {
        fputs(indent, stdout);
        if (row == 0 && colour) fputs("\033[1m", stdout);
        table_line(stdout, t, row, widths);
        fputs(row == 0 && colour ? "\033[0m\n" : "\n", stdout);
    }
}

void table_fini(table *t)
{
    for (size_t i = 0; i < t->size; i++)
        for (size_t column = 0; column < TABLE_COLUMNS; column++) free(t->rows[i][column]);
    free(t->rows);
    *t = (table){0};
}

bool cli_has_colour(void)
{
    const char *no = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no && *no);
}
