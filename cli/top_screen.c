/* cli/top_screen.c: the screen of `ros2 top`, on ncurses; without that there is none.
 *
 *   TS1  The terminal is put back in order whatever ends the screen: q, an interrupt, an error.
 *   TS2  The executor runs while keys are awaited: both are files of one poll().
 *   TS3  Colour only when the terminal has it and NO_COLOR is not set.
 * Threads: main. */
#include "top.h"

#ifdef RCLIO_HAVE_NCURSES

#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ESCAPE 27
#define ENTER 13
#define HEAD_LINES 2
#define FAR (1L << 24) /* more rows than there are */

enum { ALARM = 1 }; /* pair of colours */

typedef struct screen {
    top *t;
    top_view view;
    size_t selected[TOP_VIEWS];
    char name[600]; /* what is selected; it stays so when rows move */
    size_t first;   /* row at the top */
    size_t skipped; /* lines of what is looked into, above the top */
    bool looks_into, shows_help, paused, ends, changed;
    table rows;
    int status;
} screen;

static const char *const help[] = {
    "Tab, n, t     nodes or topics",
    "up, down      choose one; also j, k, page up, page down, home, end",
    "Enter         look into it, up and down move it; Escape or Backspace: back",
    "s, S          sort by the next, the previous of name, cpu, rate, bandwidth, drops",
    "c r b d N     sort by CPU, rate, bandwidth, drops, name",
    "a             show hidden nodes and topics, or not",
    "space         stop and go on",
    "q             quit",
    "",
    "Rates are counted by listening, best effort. CPU is that of the node's process.",
    "-             not known: a node of another computer or user, or not of rclio",
    NULL,
};

static size_t body_lines(void)
{
    int lines = LINES - HEAD_LINES - 2; /* heads of the table, and the last line */
    return lines > 1 ? (size_t)lines : 1;
}

static size_t row_count(const screen *s)
{
    return s->rows.size ? s->rows.size - 1 : 0;
}

/* Rows have been made anew: what was selected is selected again, if it is still there. */
static void find_selected(screen *s)
{
    for (size_t i = 0; i < row_count(s); i++)
        if (s->rows.rows[i + 1][0] && strcmp(s->rows.rows[i + 1][0], s->name) == 0) s->selected[s->view] = i;
    if (row_count(s) && s->selected[s->view] >= row_count(s)) s->selected[s->view] = row_count(s) - 1;
}

static void remember_selected(screen *s)
{
    const char *name = row_count(s) ? s->rows.rows[s->selected[s->view] + 1][0] : NULL;
    snprintf(s->name, sizeof s->name, "%s", name ? name : "");
}

static void make_rows(screen *s)
{
    table_fini(&s->rows);
    top_table(s->t, s->view, &s->rows);
    find_selected(s);
    remember_selected(s);
}

/* ---- drawing ---- */

static void draw_line(int y, const char *text, attr_t attributes)
{
    move(y, 0);
    clrtoeol();
    attron(attributes);
    addnstr(text, COLS);
    for (int x = getcurx(stdscr); (attributes & A_REVERSE) && getcury(stdscr) == y && x < COLS - 1; x++) addch(' ');
    attroff(attributes);
}

static void draw_head(const screen *s)
{
    char head[160], line[320];
    top_head(s->t, head, sizeof head);
    snprintf(line, sizeof line, " ros2 top   %s%s", head, s->paused ? "   stopped" : "");
    draw_line(0, line, A_REVERSE);
    snprintf(line, sizeof line, " %s   by %s", s->view == TOP_NODES ? "[Nodes]  Topics " : " Nodes  [Topics]",
             top_key_names[s->t->key]);
    if (s->looks_into) snprintf(line, sizeof line, " %s %.200s", s->view == TOP_NODES ? "Node" : "Topic", s->name);
    draw_line(1, line, A_BOLD);
}

static void draw_keys(const screen *s)
{
    const char *keys = s->shows_help || s->looks_into ? " Escape back   q quit"
                                                      : " Tab view   s sort   Enter look into   a all   ? help   q quit";
    draw_line(LINES - 1, keys, A_DIM);
}

/* Something is lost: a number but 0 in a column of losses. */
static bool alarms(const screen *s, size_t row)
{
    size_t from = s->view == TOP_NODES ? 8 : 5, to = s->view == TOP_NODES ? 10 : 6;
    for (size_t i = from; i <= to; i++) {
        const char *cell = s->rows.rows[row][i];
        if (cell && strcmp(cell, "0") != 0 && strcmp(cell, "-") != 0) return true;
    }
    return false;
}

static void draw_row(const screen *s, int y, size_t row, const size_t widths[TABLE_COLUMNS], attr_t attributes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return;
    fputc(' ', out);
    table_line(out, &s->rows, row, widths);
    fclose(out);
    if (row && has_colors() && alarms(s, row)) attributes |= COLOR_PAIR(ALARM);
    draw_line(y, text, attributes);
    free(text);
}

static void draw_rows(screen *s)
{
    size_t widths[TABLE_COLUMNS], selected = s->selected[s->view], body = body_lines();
    if (selected < s->first) s->first = selected;
    if (selected >= s->first + body) s->first = selected - body + 1;
    if (s->first && s->first + body > row_count(s)) s->first = row_count(s) > body ? row_count(s) - body : 0;
    table_widths(&s->rows, widths);
    draw_row(s, HEAD_LINES, 0, widths, A_BOLD);
    for (size_t i = 0; i < body; i++) {
        int y = HEAD_LINES + 1 + (int)i;
        if (s->first + i < row_count(s))
            draw_row(s, y, s->first + i + 1, widths, s->first + i == selected ? A_REVERSE : A_NORMAL);
        else
            draw_line(y, "", A_NORMAL);
    }
}

/* Lines from `skipped` on, which is moved so that the last ones fill the screen. */
static void draw_text(screen *s, const char *text)
{
    int y = HEAD_LINES;
    size_t lines = 0, room = LINES > HEAD_LINES + 1 ? (size_t)(LINES - HEAD_LINES - 1) : 1;
    for (const char *at = text; *at; at++) lines += *at == '\n';
    if (s->skipped + room > lines) s->skipped = lines > room ? lines - room : 0;
    for (size_t i = 0; i < s->skipped; i++) text = strchr(text, '\n') + 1;
    for (; *text && y < LINES - 1; y++) {
        char line[512];
        size_t length = strcspn(text, "\n");
        snprintf(line, sizeof line, " %.*s", (int)length, text);
        draw_line(y, line, A_NORMAL);
        text += length + (text[length] == '\n');
    }
    for (; y < LINES - 1; y++) draw_line(y, "", A_NORMAL);
}

static void draw_help(void)
{
    int y = HEAD_LINES;
    for (size_t i = 0; help[i] && y < LINES - 1; i++) {
        char line[160];
        snprintf(line, sizeof line, " %s", help[i]);
        draw_line(y++, line, A_NORMAL);
    }
    for (; y < LINES - 1; y++) draw_line(y, "", A_NORMAL);
}

static void draw(screen *s)
{
    draw_head(s);
    if (s->shows_help) {
        draw_help();
    } else if (s->looks_into) {
        char *text = top_details(s->t, s->view, s->name);
        draw_text(s, text ? text : "out of memory");
        free(text);
    } else {
        draw_rows(s);
    }
    draw_keys(s);
    move(LINES - 1, 0);
    refresh();
}

/* ---- keys ---- */

static void switch_to(screen *s, top_view view)
{
    s->view = view;
    s->first = 0;
    s->looks_into = false;
    s->name[0] = '\0';
    make_rows(s);
}

static void sort_by(screen *s, top_key key)
{
    s->t->key = key;
    make_rows(s);
}

static void go(screen *s, long by)
{
    if (s->looks_into) {
        s->skipped = by < 0 && (size_t)-by > s->skipped ? 0 : (size_t)((long)s->skipped + by);
        return;
    }
    long last = (long)row_count(s) - 1, to = (long)s->selected[s->view] + by;
    if (last < 0) return;
    s->selected[s->view] = (size_t)(to < 0 ? 0 : to > last ? last : to);
    remember_selected(s);
}

static void go_back(screen *s)
{
    if (s->shows_help)
        s->shows_help = false;
    else
        s->looks_into = false;
}

static bool on_movement(screen *s, int key)
{
    long page = (long)body_lines();
    switch (key) {
    case KEY_UP:
    case 'k': go(s, -1); return true;
    case KEY_DOWN:
    case 'j': go(s, 1); return true;
    case KEY_PPAGE: go(s, -page); return true;
    case KEY_NPAGE: go(s, page); return true;
    case KEY_HOME: go(s, -FAR); return true;
    case KEY_END: go(s, FAR); return true;
    default: return false;
    }
}

static bool on_sorting(screen *s, int key)
{
    switch (key) {
    case 's': sort_by(s, (s->t->key + 1) % TOP_KEYS); return true;
    case 'S': sort_by(s, (s->t->key + TOP_KEYS - 1) % TOP_KEYS); return true;
    case 'N': sort_by(s, TOP_BY_NAME); return true;
    case 'c': sort_by(s, TOP_BY_CPU); return true;
    case 'r': sort_by(s, TOP_BY_RATE); return true;
    case 'b': sort_by(s, TOP_BY_BANDWIDTH); return true;
    case 'd': sort_by(s, TOP_BY_DROPS); return true;
    default: return false;
    }
}

static void on_key(screen *s, int key)
{
    s->changed = true;
    if (on_movement(s, key) || on_sorting(s, key)) return;
    switch (key) {
    case 'q': s->ends = true; break;
    case '\t': switch_to(s, s->view == TOP_NODES ? TOP_TOPICS : TOP_NODES); break;
    case 'n': switch_to(s, TOP_NODES); break;
    case 't': switch_to(s, TOP_TOPICS); break;
    case ENTER:
    case '\n':
    case KEY_ENTER:
    case KEY_RIGHT:
        s->looks_into = row_count(s) > 0;
        s->skipped = 0;
        break;
    case ESCAPE:
    case KEY_LEFT:
    case KEY_BACKSPACE:
    case '\b':
    case 0x7f: go_back(s); break;
    case '?':
    case 'h': s->shows_help = !s->shows_help; break;
    case ' ': s->paused = !s->paused; break;
    case 'a': s->t->all = !s->t->all; break;
    default: break; /* KEY_RESIZE: drawn anew */
    }
}

/* ---- the loop ---- */

/* Until a key came (true) or the deadline. TS2 */
static bool wait_for_key(screen *s, int64_t deadline_ns)
{
    rclio_executor *executor = rclio_context_executor(s->t->c->context);
    struct pollfd files[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = rclio_executor_fd(executor), .events = POLLIN}};
    while (!cli_interrupted()) {
        int64_t left_ns = deadline_ns - rclio_now_steady();
        if (left_ns <= 0) return false;
        if (poll(files, 2, (int)(left_ns / RCLIO_MS(1)) + 1) < 0) return true; /* the size of the terminal, or an interrupt */
        if (files[1].revents) rclio_executor_dispatch(executor, 0);
        if (files[0].revents & (POLLERR | POLLHUP)) s->ends = true; /* the terminal has gone */
        if (files[0].revents) return true;
    }
    return false;
}

static void read_keys(screen *s)
{
    for (int key; (key = getch()) != ERR;) on_key(s, key);
}

static void run(screen *s)
{
    int64_t interval_ns = (int64_t)(s->t->options->interval * 1e9), next_ns = 0;
    while (!s->ends && !cli_interrupted()) {
        if (rclio_now_steady() >= next_ns) {
            if (!s->paused && !top_update(s->t)) {
                s->status = CLI_FAILED;
                return;
            }
            next_ns = rclio_now_steady() + interval_ns; /* from here: however long it took, messages are taken in between */
            make_rows(s);
            s->changed = true;
        }
        if (s->changed) draw(s);
        s->changed = false;
        if (wait_for_key(s, next_ns)) read_keys(s);
    }
    if (cli_interrupted()) s->status = CLI_INTERRUPTED;
}

static void choose_colours(void) /* TS3 */
{
    if (!cli_has_colour() || start_color() == ERR || !has_colors()) return;
    use_default_colors();
    init_pair(ALARM, COLOR_RED, -1);
}

int top_screen(top *t)
{
    screen s = {.t = t};
    SCREEN *terminal = newterm(NULL, stdout, stdin);
    if (!terminal) {
        cli_error(t->c, "no screen on a terminal of type '%s': plain lines follow", getenv("TERM") ? getenv("TERM") : "");
        return -1;
    }
    choose_colours();
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    run(&s);
    endwin(); /* TS1 */
    delscreen(terminal);
    table_fini(&s.rows);
    return s.status;
}

#else

int top_screen(top *t)
{
    cli_error(t->c, "this ros2 was built without ncurses: plain lines follow");
    return -1;
}

#endif
