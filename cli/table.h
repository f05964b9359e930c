/* cli/table.h: columns as wide as what is in them, for lines of plain text. Threads: main. */
#ifndef RCLIO_CLI_TABLE_H
#define RCLIO_CLI_TABLE_H

#include "cli.h"

#define TABLE_COLUMNS 16

typedef struct table {
    char *(*rows)[TABLE_COLUMNS]; /* the first has the heads */
    size_t size;
    size_t columns;
    bool right[TABLE_COLUMNS]; /* numbers: to the right */
    bool failed;
} table;

/* `heads`: separated by '|'; one that begins with '>' is a number's. */
void table_begin(table *t, const char *heads);
void table_row(table *t); /* the cells that follow are in it */
void table_cell(table *t, size_t column, const char *format, ...) RCLIO_PRINTF(3, 4);
/* A line without its newline. */
void table_line(FILE *out, const table *t, size_t row, const size_t widths[TABLE_COLUMNS]);
void table_widths(const table *t, size_t widths[TABLE_COLUMNS]);
/* Each line behind `indent`; columns without any cell are left out. With colour heads are bold. */
void table_print(cli *c, const table *t, const char *indent, bool colour);
void table_fini(table *t);

/* Standard output is a terminal and NO_COLOR is not set. */
bool cli_has_colour(void);

#endif
