/* cli/cli.h: what a verb of the `ros2` command is made of, and what it may use.
 *
 *   C1  A verb is one file (cli/verb_<group>_<verb>.c) with one cli_verb; CMake lists the files. Usage, help, docs/cli.md and the
 *       parser come from its option table.
 *   C2  Nothing is opened before a verb asks for it: cli_types() reads folders, cli_node() joins the network.
 *   C3  Results go to standard output through cli_print(), trouble to standard error through cli_error(); a verb returns the exit status.
 *   C4  SIGINT and SIGTERM never kill in the middle of a line: waiting functions return RCLIO_SHUTDOWN, the verb says what was left.
 * Threads: everything here belongs to the main thread. */
#ifndef RCLIO_CLI_H
#define RCLIO_CLI_H

#include "rclio/rclio.h"

#include <stdio.h>

/* Exit statuses, as upstream's. */
#define CLI_FAILED 1       /* unknown thing, bad value, interrupted while waiting for somebody */
#define CLI_USAGE 2        /* wrong usage; interrupted while looking around */
#define CLI_INTERRUPTED 15 /* interrupted while receiving or publishing */

typedef struct cli cli;
typedef struct cli_option cli_option;

typedef enum cli_kind {
    CLI_KIND_END = 0,
    CLI_KIND_ARGUMENT,  /* const char *: by position */
    CLI_KIND_STRING,    /* const char *: NULL when not given */
    CLI_KIND_INT,       /* int64_t: CLI_UNSET when not given and without a preset */
    CLI_KIND_DOUBLE,    /* double: NAN when not given and without a preset */
    CLI_KIND_FLAG,      /* bool */
    CLI_KIND_COUNT,     /* int64_t: how often it was given */
    CLI_KIND_ARGUMENTS, /* cli_words: by position, one or more, behind all other arguments */
    CLI_KIND_STRINGS,   /* cli_words: one or more behind the option */
    CLI_KIND_REST,      /* cli_words: everything that follows the other arguments, options too */
    CLI_KIND_HELP,      /* -h: every command has it */
} cli_kind;

typedef enum cli_range { CLI_ANY = 0, CLI_POSITIVE, CLI_NOT_NEGATIVE, CLI_UNSIGNED } cli_range;

#define CLI_UNSET INT64_MIN

typedef struct cli_words { /* lent for the run */
    const char **data;
    size_t count;
} cli_words;

struct cli_option {
    cli_kind kind;
    size_t offset;              /* of the member in the verb's options struct */
    const char *names;          /* "-w, --window" in the order that help shows; the name of an argument */
    const char *help;           /* one sentence, no full stop */
    const char *value;          /* what usage calls the value; NULL: the long name in capitals, or the choices */
    const char *preset;         /* the value when it is not given, as a user would write it */
    const char *const *choices; /* the only values allowed, ended by NULL */
    cli_range range;            /* of a number */
    bool optional;              /* an argument that may be left out */
    bool verb_checks;           /* an argument that may only be left out when the verb says so: usage shows it as needed */
    int exclusive;              /* options that follow each other with the same number here (not 0) exclude each other */
};

/* The offset of a member, if it has the type that the kind of option stores. */
#define CLI_MEMBER(type, member, stored) _Generic(&((type *)0)->member, stored * : offsetof(type, member))

#define CLI_ARG(type, member, name_, help_, ...)                                                                        \
    {                                                                                                                   \
        .kind = CLI_KIND_ARGUMENT, .offset = CLI_MEMBER(type, member, const char *), .names = (name_), .help = (help_), \
        __VA_ARGS__                                                                                                     \
    }
#define CLI_STRING(type, member, names_, help_, ...)                                                                   \
    {                                                                                                                  \
        .kind = CLI_KIND_STRING, .offset = CLI_MEMBER(type, member, const char *), .names = (names_), .help = (help_), \
        __VA_ARGS__                                                                                                    \
    }
#define CLI_INT(type, member, names_, help_, ...)                                                                          \
    {                                                                                                                      \
        .kind = CLI_KIND_INT, .offset = CLI_MEMBER(type, member, int64_t), .names = (names_), .help = (help_), __VA_ARGS__ \
    }
#define CLI_DOUBLE(type, member, names_, help_, ...)                                                                         \
    {                                                                                                                        \
        .kind = CLI_KIND_DOUBLE, .offset = CLI_MEMBER(type, member, double), .names = (names_), .help = (help_), __VA_ARGS__ \
    }
#define CLI_FLAG(type, member, names_, help_, ...)                                                                       \
    {                                                                                                                    \
        .kind = CLI_KIND_FLAG, .offset = CLI_MEMBER(type, member, bool), .names = (names_), .help = (help_), __VA_ARGS__ \
    }
#define CLI_COUNT(type, member, names_, help_, ...)                                                                          \
    {                                                                                                                        \
        .kind = CLI_KIND_COUNT, .offset = CLI_MEMBER(type, member, int64_t), .names = (names_), .help = (help_), __VA_ARGS__ \
    }
#define CLI_ARGS(type, member, name_, help_, ...)                                                                     \
    {                                                                                                                 \
        .kind = CLI_KIND_ARGUMENTS, .offset = CLI_MEMBER(type, member, cli_words), .names = (name_), .help = (help_), \
        __VA_ARGS__                                                                                                   \
    }
#define CLI_STRINGS(type, member, names_, help_, ...)                                                                            \
    {                                                                                                                            \
        .kind = CLI_KIND_STRINGS, .offset = CLI_MEMBER(type, member, cli_words), .names = (names_), .help = (help_), __VA_ARGS__ \
    }

#define CLI_REST(type, member, name_, help_, ...)                                                                            \
    {                                                                                                                        \
        .kind = CLI_KIND_REST, .offset = CLI_MEMBER(type, member, cli_words), .names = (name_), .help = (help_), __VA_ARGS__ \
    }

typedef struct cli_verb {
    const char *path;          /* "topic list"; "run": it stands right behind `ros2` */
    const char *summary;       /* one sentence, no full stop */
    const cli_option *options; /* ended by {0} */
    size_t size;               /* of the struct that the options fill */
    int (*run)(cli *c, const void *options);
    const char *notes; /* where it differs from upstream, for docs/cli.md; NULL: nowhere */
} cli_verb;

typedef struct cli_group {
    const char *name; /* "topic" */
    const char *summary;
    const cli_option *options; /* into struct cli */
    const char *later;         /* NULL; of a group that has no verbs yet: the line that answers all of them */
    int (*run)(cli *c);        /* NULL; what the group does without a verb behind it */
    const char *notes;         /* of `run`: as a verb's */
} cli_group;

typedef struct cli_doctor { /* options of `ros2 doctor` and `ros2 wtf` */
    bool report, report_failed, exclude_packages, include_warnings;
} cli_doctor;

/* One run of the program. */
struct cli {
    const char *program;    /* "ros2 topic list", for messages about usage */
    bool default_buffering; /* --use-python-default-buffering: nothing to do */
    bool include_hidden;    /* --include-hidden-... of the group */
    cli_doctor doctor;
    bool output_failed; /* standard output is closed or full */
    rclio_types *types;
    rclio_context *context;
    rclio_node *node;
    int64_t joined_ns;   /* when the node was made, on the steady clock */
    rclio_future *ended; /* completed by cli_end() */
    int end_status;
};

/* ---- the tables (cli/verbs.c, cli/groups.c) ---- */

extern const cli_group cli_groups[]; /* ended by an empty one, sorted by name */
extern const cli_option cli_program_options[];
const cli_verb *const *cli_verbs(void); /* ended by NULL, sorted by path */
bool cli_is_lone(const cli_verb *verb); /* "top": it belongs to no group */

/* ---- the command line (cli/parse.c) ---- */

typedef struct cli_parse {
    cli *c;
    const char *program; /* "ros2 topic info" */
    const cli_option *options;
    const struct cli_command *commands; /* of a group; NULL: a verb */
    void *values;                       /* the struct that the options fill */
    const char **extra;                 /* what nobody recognised, room for all of argv */
    size_t extra_count;
    uint64_t seen; /* bit i: options[i] was given */
} cli_parse;

typedef enum cli_parse_result { CLI_PARSED, CLI_HELP, CLI_ERROR } cli_parse_result;

#define CLI_OPTIONS_MAX 64

extern const cli_option cli_help_option; /* -h, --help: of every command */

/* Presets into `values`; frees what parsing put there. */
void cli_preset(const cli_option *options, void *values);
void cli_release(const cli_option *options, void *values);

/* Reads arguments as Python's argparse does. With `command` not NULL it stops behind the first positional argument, which goes to
 * *command (NULL: none), and says in *used how many arguments that took; errors were printed with the usage. */
cli_parse_result cli_parse_arguments(cli_parse *p, int argc, char *const argv[], const char **command, int *used);

/* ---- usage and help (cli/help.c) ---- */

typedef struct cli_command { /* a name below a group, for help */
    const char *name;
    const char *summary;
} cli_command;

size_t cli_columns(void); /* COLUMNS, else the terminal's width, else 80 */

/* `commands` NULL: a verb. The usage as argparse wraps it, ended by a newline. */
void cli_usage(FILE *out, const char *program, const cli_option *options, const cli_command *commands, size_t columns);
void cli_help(FILE *out, const char *program, const char *summary, const cli_option *options, const cli_command *commands,
              size_t columns);

/* "-r N, --rate N" as help shows it, "-r/--rate" as errors do, "N" as usage does. */
void cli_option_invocation(FILE *out, const cli_option *option);
void cli_option_name(FILE *out, const cli_option *option);
void cli_option_value(FILE *out, const cli_option *option);
bool cli_is_argument(const cli_option *option);
bool cli_takes_value(const cli_option *option);

/* The next name of an option's "-w, --window": copies it to `name`, returns what follows; NULL after the last. */
#define CLI_NAME_SIZE 64
const char *cli_next_name(const char *names, char name[CLI_NAME_SIZE]);

/* docs/cli.md (cli/markdown.c) */
void cli_markdown(FILE *out);
/* ros2(1) (cli/manual.c) */
void cli_manual(FILE *out);

/* ---- output (cli/output.c) ---- */

void cli_print(cli *c, const char *format, ...) RCLIO_PRINTF(2, 3);
void cli_print_text(cli *c, const char *text);
/* Hands on what was printed; false when standard output is closed (silently) or full (with a line): the verb should end. */
bool cli_flush(cli *c);
/* Begins and ends what stands out on a standard error that is a terminal; "" elsewhere, and with NO_COLOR. */
typedef enum cli_emphasis { CLI_PLAIN, CLI_NAME, CLI_WARNING, CLI_ERROR_WORD } cli_emphasis;
const char *cli_bold(cli_emphasis emphasis);
/* A line on standard error, after what was printed. Returns CLI_FAILED. */
int cli_error(cli *c, const char *format, ...) RCLIO_PRINTF(2, 3);
/* rclio_error() on standard error; CLI_FAILED. */
int cli_fail(cli *c);
/* Usage and "program: error: ..." on standard error; CLI_USAGE. */
int cli_usage_error(cli_parse *p, const char *format, ...) RCLIO_PRINTF(2, 3);
/* A text or bytes as Python shows them: 'it', "it's", b'\x00'. */
void cli_repr(FILE *out, const char *text);
void cli_repr_bytes(FILE *out, const uint8_t *bytes, size_t size);

/* ---- types (cli/types.c) ---- */

rclio_types *cli_types(cli *c); /* NULL after an error line */

/* The type of that kind; NULL after "The passed message type is invalid" and a line that says why. `what`: "message". */
const rclio_type *cli_type(cli *c, const char *name, rclio_kind kind, const char *what);

/* Fills a message from YAML; false after an error line. `now_ns`: the time that `now` and `auto` stand for. */
bool cli_fill(cli *c, const rclio_type *type, const char *yaml, int64_t now_ns, void *message);

/* All of standard input, or of a file, as a string you free; NULL after an error line. */
char *cli_read_stdin(cli *c);
char *cli_read_file(cli *c, const char *path);

/* ---- the network (cli/session.c) ---- */

/* Joins the network, once, as `name` (NULL: a hidden name with the process id). NULL after an error line. */
rclio_node *cli_node(cli *c, const char *name);

/* The context alone, which opens nothing: its domain is known. NULL after an error line. */
rclio_context *cli_context(cli *c);

void cli_catch_interrupts(void); /* from the beginning: an interrupt is never lost */
bool cli_interrupted(void);      /* SIGINT or SIGTERM came */

bool cli_wait_readable(int file); /* without a node. false: interrupted */

/* Runs the executor until the future has ended in any way (RCLIO_OK), the time is over (RCLIO_TIMEOUT) or an interrupt came
 * (RCLIO_SHUTDOWN). */
rclio_status cli_wait(cli *c, rclio_future *future, int64_t timeout_ns);

/* Runs the executor until cli_end(), with the same results. */
rclio_status cli_run(cli *c, int64_t timeout_ns);
void cli_end(cli *c, int status); /* from a callback: the status is in c->end_status */

/* Forgets an interrupt, so that waiting works again: for a verb that has something to put in order first. */
void cli_interrupt_clear(void);

void cli_close(cli *c); /* leaves the network, frees all */

/* ---- waiting for somebody (cli/pacing.c) ---- */

#define CLI_GRACE RCLIO_MS(500) /* how long a wait is silent: discovery takes that long at most when the other side is there */

/* As cli_wait(); prints `line` after the grace and then each second, and calls `explain` (may be NULL) after the first one. */
rclio_status cli_wait_for(cli *c, rclio_future *there, int64_t timeout_ns, const char *line, void (*explain)(cli *c, void *arg),
                          void *arg);

/* Lets the executor run until that point on the steady clock. RCLIO_OK: it is there; RCLIO_SHUTDOWN: interrupted, or cli_end() was
 * called, or nobody reads the output. */
rclio_status cli_pause(cli *c, int64_t deadline_ns);

/* cli_pause() until what was begun at `start_ns` and is done `rate` times a second is due after `number` times. */
rclio_status cli_pace(cli *c, int64_t start_ns, int64_t number, double rate);

/* ---- looking around (cli/discovery.c) ---- */

/* Options that all verbs which look at the network share. */
typedef struct cli_discovery {
    double spin_time;
    bool sim_time;
    bool no_daemon;
} cli_discovery;
#define CLI_SPIN_TIME(type, member)                                                                               \
    CLI_DOUBLE(type, member.spin_time, "--spin-time",                                                             \
               "look around for this many seconds, instead of until the network is quiet", .value = "SPIN_TIME"), \
        CLI_FLAG(type, member.sim_time, "-s, --use-sim-time", "accepted for compatibility: no clock is used here")
#define CLI_DISCOVERY(type, member) \
    CLI_SPIN_TIME(type, member), CLI_FLAG(type, member.no_daemon, "--no-daemon", "accepted for compatibility: there is no daemon")

/* Says whether what a verb looks for is there and complete. */
typedef bool cli_found_fn(cli *c, void *arg);

/* Joins the network and waits until it is quiet, or `found` says so (NULL: never). RCLIO_OK, RCLIO_SHUTDOWN (interrupted), else
 * after an error line. */
rclio_status cli_look(cli *c, const cli_discovery *discovery, cli_found_fn *found, void *arg);

/* The exit status for what cli_look() returned when it was not RCLIO_OK. */
int cli_look_status(rclio_status status);

/* The nearest of the other names to `wanted`; NULL when none is near. Lent. */
const char *cli_nearest(const char *wanted, const rclio_name_list *names);
/* "Did you mean '/chatter'?" on standard error, if there is one. */
void cli_suggest(cli *c, const char *wanted, const rclio_name_list *names);
void cli_did_you_mean(cli *c, const char *name);
/* The same among words, ended by NULL; NULL: none at all. */
void cli_suggest_word(cli *c, const char *wanted, const char *const *words);
size_t cli_distance(const char *a, const char *b); /* edits from one to the other */

const rclio_name_and_types *cli_find_name(const rclio_name_list *names, const char *name); /* NULL: not there */

/* Prints "/a" or "/a [type]" lines, or their number; hidden names only with `hidden`. */
void cli_print_names(cli *c, const rclio_name_list *names, bool types, bool count, bool hidden);
void cli_print_types(cli *c, const rclio_name_and_types *entry); /* "a, b" */
void cli_print_type(cli *c, const rclio_name_and_types *entry);  /* "Type: a"; several: "Type: ['a', 'b']" */

typedef enum cli_things { CLI_TOPICS, CLI_SERVICES, CLI_ACTIONS } cli_things;
rclio_status cli_list(cli *c, cli_things things, rclio_name_list *names); /* what is known now */

/* As cli_suggest() for who waits for a server that is not there. */
void cli_suggest_server(cli *c, cli_things things, const char *wanted, rclio_role servers);

/* A warning when that service or action is there, but of other types. */
void cli_warn_other_type(cli *c, cli_things things, const char *name, const char *type);

/* A whole verb: looks until the named thing is there and prints its types, one a line; returns the exit status. Hidden ones count
 * only with `hidden`. */
int cli_print_type_of(cli *c, const cli_discovery *discovery, cli_things things, const char *name, bool hidden);

/* ---- one node of the network (cli/remote.c) ---- */

/* Options of verbs that talk to a node. */
typedef struct cli_remote {
    cli_discovery discovery;
    bool hidden;
    double timeout;
} cli_remote;
#define CLI_HIDDEN_NODES(type, member) CLI_FLAG(type, member.hidden, "--include-hidden-nodes", "consider hidden nodes as well")
/* Not given, 0 or not an option of the verb: until the network is quiet. */
#define CLI_NODE_TIMEOUT(type, member)                                                                         \
    CLI_DOUBLE(type, member.timeout, "--timeout",                                                              \
               "look for the node for this many seconds, instead of until the network is quiet", .value = "N", \
               .range = CLI_NOT_NEGATIVE)

/* Looks until the node is there. returns its full name as a string you free; NULL after "Node not found" (or an interrupt): *status
 * is the exit status then. */
char *cli_find_node(cli *c, const cli_remote *remote, const char *name, int *status);

/* The parameters of that node, whose services are there; NULL after an error line. Belongs to the node of the command. */
rclio_parameter_client *cli_parameter_client(cli *c, const cli_remote *remote, const char *node);
/* Without an error line: whether they came while the network was looked at. */
bool cli_parameters_there(cli *c, const cli_remote *remote, rclio_parameter_client *client, const char *node);

/* find, client and the name for error lines, in one. false: *status is the exit status. */
typedef struct cli_parameters {
    char *node;
    rclio_parameter_client *client;
} cli_parameters;
bool cli_parameters_open(cli *c, const cli_remote *remote, const char *name, cli_parameters *parameters, int *status);

/* "Did you mean 'speed'?", unless the node has a parameter of that name. */
void cli_suggest_parameter(cli *c, const cli_parameters *node, const char *name);

/* The value of a call, lent until the future's last unref; NULL after an error line that names `node`. A future that is NULL is an
 * error that is set. */
const void *cli_answer(cli *c, rclio_future *future, const char *node);

/* ---- managed nodes (cli/managed.c) ---- */

/* Messages of lifecycle_msgs in memory. */
typedef struct cli_lifecycle_item { /* State, Transition */
    uint8_t id;
    rosidl_runtime_c__String label;
} cli_lifecycle_item;
typedef struct cli_lifecycle_step { /* TransitionDescription */
    cli_lifecycle_item transition, start, goal;
} cli_lifecycle_step;
typedef struct cli_lifecycle_steps { /* GetAvailableTransitions_Response */
    cli_lifecycle_step *data;
    size_t size, capacity;
} cli_lifecycle_steps;

/* Names of the managed nodes that are known now, sorted, ended by NULL; freed with rclio_names_free. NULL after an error line. */
char **cli_managed_nodes(cli *c, bool hidden);
/* Looks until the managed node is there; as cli_find_node(). */
char *cli_find_managed(cli *c, const cli_remote *remote, const char *name, int *status);
/* Calls `<node>/<service>` of type lifecycle_msgs/srv/<type>. NULL after an error line; else unref *call when the response, which it
 * lends, is not needed any more. `request` NULL: an empty one. */
const void *cli_lifecycle_call(cli *c, const char *node, const char *service, const char *type, const void *request,
                               rclio_future **call);

/* ---- topics to listen to (cli/topics.c) ---- */

/* "Cannot echo topic ..., as it contains more than one type"; CLI_FAILED. */
int cli_several_types(cli *c, const char *verb, const rclio_name_and_types *topic);
/* The type of a topic that is there, from the definitions that are here or from those who have it; NULL after an error line, or
 * without one after an interrupt. `type_name` NULL: its only one. */
const rclio_type *cli_learn_type(cli *c, const char *topic, const char *type_name);
/* The type to listen with when the user named it: that of the publishers who have another definition, if they tell it; else `type`,
 * after a warning. */
const rclio_type *cli_agree_on_type(cli *c, const char *topic, const rclio_type *type);
/* Looks; with nobody publishing it says so and waits. */
rclio_status cli_wait_for_topic(cli *c, const cli_discovery *discovery, const char *given, const char *topic);

/* A verb that watches one topic: waits for it, learns its type, runs. */
typedef struct cli_watch {
    const char *verb; /* "measure" */
    int (*run)(cli *c, const char *topic, const rclio_type *type, const void *arg);
} cli_watch;
int cli_watch_topic(cli *c, const cli_discovery *discovery, const char *given, const cli_watch *watch, const void *arg);

/* ---- numbers of the last messages (cli/measure.c) ---- */

typedef struct cli_window {
    double *data;
    size_t capacity, count, allocated, first; /* first: the oldest */
} cli_window;
typedef struct cli_summary {
    size_t count;
    double sum, mean, minimum, maximum, deviation;
} cli_summary;
bool cli_window_add(cli_window *window, double value); /* false: no memory */
double cli_window_first(const cli_window *window);     /* the oldest; there is one */
cli_summary cli_window_summary(const cli_window *window);
void cli_window_fini(cli_window *window);

typedef struct cli_measuring {
    cli *c;
    void (*print)(cli *c, void *arg); /* once a second */
    void *arg;                        /* of print and on_message */
} cli_measuring;
/* Listens until interrupted; the exit status. */
int cli_measure(cli_measuring *measuring, const rclio_type *type, const char *topic, rclio_message_fn *on_message, bool raw);
/* When a message came: by the system's clock, or by /clock with --use-sim-time. */
int64_t cli_arrival(cli *c, const rclio_message_info *info);

/* ---- events of services and actions (cli/events.c) ---- */

typedef struct cli_event_options {
    bool csv, full_length, no_arr, no_str, flow_style;
    int64_t truncate_length;
} cli_event_options;
#define CLI_EVENT_OPTIONS(type, member)                                                                                 \
    CLI_FLAG(type, member.csv, "--csv", "print the values of an event on one line, separated by commas"),               \
        CLI_FLAG(type, member.full_length, "--full-length, -f", "print all elements of arrays and all of texts"),       \
        CLI_INT(type, member.truncate_length, "--truncate-length, -l", "print at most so many elements and characters", \
                .preset = "128", .range = CLI_UNSIGNED),                                                                \
        CLI_FLAG(type, member.no_arr, "--no-arr", "print type and length of arrays instead of their elements"),         \
        CLI_FLAG(type, member.no_str, "--no-str", "print the length of texts instead of the texts"),                    \
        CLI_FLAG(type, member.flow_style, "--flow-style", "print arrays on one line")

/* One topic of events. Lives as long as the command listens. */
typedef struct cli_events {
    cli *c;
    const cli_event_options *options;
    const char *title; /* printed before each as "interface: TITLE"; NULL: not */
    const rclio_type *type;
} cli_events;
/* qos: NULL: what all publishers that are known offer. fails after an error line. */
rclio_status cli_listen_events(cli_events *events, const char *topic, const rclio_qos *qos);

/* ---- packages that are installed (cli/packages.c) ---- */

typedef struct cli_package {
    char *name, *prefix, *share;
} cli_package;
typedef struct cli_package_list { /* sorted by name */
    cli_package *data;
    size_t size;
} cli_package_list;
bool cli_packages(cli *c, cli_package_list *list); /* false after an error line */
const cli_package *cli_package_find(const cli_package_list *list, const char *name);
void cli_suggest_package(cli *c, const cli_package_list *list, const char *name);
void cli_packages_free(cli_package_list *list);
/* What lies below lib/<package> and may be run. */
void cli_package_executables(const cli_package *package, void (*each)(const char *name, const char *path, void *arg), void *arg);

/* ---- `ros2 doctor` (cli/doctor.c, cli/doctor_network.c, cli/verb_doctor_hello.c) ---- */

int cli_doctor_run(cli *c);

/* What was found out. A list of names with contents is printed under its title, as upstream lines it up. */
typedef struct cli_report {
    const char *title; /* "NETWORK CONFIGURATION" */
    struct cli_report_item {
        const char *name;
        char *content;
    } * data;
    size_t size;
} cli_report;
void cli_report_add(cli_report *report, const char *name, const char *format, ...) RCLIO_PRINTF(3, 4);
void cli_report_print(cli *c, const cli_report *report);
void cli_report_fini(cli_report *report);

typedef struct cli_findings {
    size_t errors, warnings;
} cli_findings;
void cli_doctor_error(cli *c, cli_findings *findings, const char *format, ...) RCLIO_PRINTF(3, 4);
void cli_doctor_warn(cli *c, cli_findings *findings, const char *format, ...) RCLIO_PRINTF(3, 4);
void cli_check_network(cli *c, cli_findings *findings);
void cli_report_network(cli *c);

/* `doctor hello` and `wtf hello` */
typedef struct cli_hello {
    const char *topic;
    double emit_period, print_period;
    int64_t ttl;
    bool once;
} cli_hello;
extern const cli_option cli_hello_options[];
int cli_hello_run(cli *c, const void *options);

/* ---- programs (cli/pythons.c, cli/words.c) ---- */

char *cli_find_program(const char *name); /* on PATH; a string you free, or NULL */

/* Calls `each` for every program of a package that pip installed for the `python3` on PATH. false: there is no such package. */
typedef void cli_script_fn(const char *name, const char *module, const char *attribute, void *arg);
bool cli_python_scripts(const char *package, cli_script_fn *each, void *arg);
char *cli_python_prefix(void); /* of that `python3`; a string you free, or NULL */

/* Takes a line apart as a shell does. NULL, or what is wrong with it. The words live in *memory; free both it and words->data. */
const char *cli_split(const char *line, cli_words *words, char **memory);

/* ---- --filter (cli/filter.c) ---- */

/* Whether the message passes; *failed: it could not be told, after an error line. */
bool cli_filter_passes(cli *c, const char *expression, const rclio_type *type, const void *message, bool *failed);
bool cli_filter_check(cli *c, const char *expression); /* as far as it needs no message. false after an error line */
/* Whether the fields that it names are there, as far as a message with its defaults leads to them. false after an error line. */
bool cli_filter_fits(cli *c, const char *expression, const rclio_type *type);

/* ---- QoS options (cli/qos_options.c) ---- */

typedef struct cli_qos {
    const char *profile;
    int64_t depth;
    const char *history, *reliability, *durability, *liveliness;
    double lease;
} cli_qos;
extern const char *const cli_qos_profiles[],
    *const cli_qos_histories[], *const cli_qos_reliabilities[], *const cli_qos_durabilities[], *const cli_qos_livelinesses[];
#define CLI_QOS(type, member)                                                                                              \
    CLI_STRING(type, member.profile, "--qos-profile", "start from this profile", .choices = cli_qos_profiles),             \
        CLI_INT(type, member.depth, "--qos-depth", "how many messages a keep_last queue holds", .value = "N"),             \
        CLI_STRING(type, member.history, "--qos-history", "keep the last messages or all", .choices = cli_qos_histories),  \
        CLI_STRING(type, member.reliability, "--qos-reliability", "send again what was lost, or not",                      \
                   .choices = cli_qos_reliabilities),                                                                      \
        CLI_STRING(type, member.durability, "--qos-durability", "keep messages for subscriptions that come later, or not", \
                   .choices = cli_qos_durabilities),                                                                       \
        CLI_STRING(type, member.liveliness, "--qos-liveliness", "who says that the publisher is alive",                    \
                   .choices = cli_qos_livelinesses),                                                                       \
        CLI_DOUBLE(type, member.lease, "--qos-liveliness-lease-duration-seconds",                                          \
                   "how long a publisher may be silent and count as alive")

bool cli_qos_given(const cli_qos *options); /* any of them was */
rclio_qos cli_qos_resolve(const cli_qos *options, rclio_qos preset);

/* ---- what endpoints of the network say (cli/endpoints.c) ---- */

void cli_print_endpoint(cli *c, const rclio_endpoint *endpoint);

/* A whole verb: looks around and prints the names of those of a type, or their number; the exit status. */
int cli_print_found(cli *c, const cli_discovery *discovery, cli_things things, const char *type, bool count, bool hidden);

#endif
