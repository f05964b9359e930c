/* cli/verb_run.c: `ros2 run`.
 *
 *   R1  The exit status is the program's; of one that a signal killed, 256 minus the signal's number, as upstream's.
 *   R2  Signals that reach ros2 alone are passed on once; what the terminal sends reaches the program by itself. When the terminal
 *       is another's, the program has a process group of its own, so that what is sent to all of a group does not reach it twice.
 *   R3  The program does not outlive ros2.
 * Threads: main; the signal handler uses nothing but the variables below, clock_gettime() and kill(). */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TWICE RCLIO_MS(50) /* `timeout` sends to a process and then to its group */

struct run {
    const char *prefix, *package, *executable;
    cli_words argv;
};

static const cli_option run_options[] = {
    CLI_STRING(struct run, prefix, "--prefix", "command to put in front of the program, \"gdb -ex run --args\" for example"),
    CLI_ARG(struct run, package, "package_name", "package of the program; or a program's file, talker.py for example"),
    CLI_ARG(struct run, executable, "executable_name", "the program", .verb_checks = true),
    CLI_REST(struct run, argv, "argv", "what the program is called with"),
    {0},
};

/* ---- passing signals on; what a signal handler can reach is static by nature ---- */

static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
static volatile pid_t child;
static volatile sig_atomic_t own_group, last_signal;
static volatile int64_t last_time;

static void pass_on(int number, siginfo_t *info, void *context)
{
    struct timespec now;
    int saved = errno;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t time_ns = RCLIO_S(now.tv_sec) + now.tv_nsec;
    bool typed = info->si_code > 0, twice = number == last_signal && time_ns - last_time < TWICE;
    if (child > 0 && !twice && (own_group || !typed)) {
        last_signal = number;
        last_time = time_ns;
        kill(child, number);
    }
    errno = saved;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        if (sigaction(passed_on[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(passed_on[i], &action, NULL);
}

static bool terminal_is_ours(void)
{
    for (int file = 0; file <= 2; file++)
        if (tcgetpgrp(file) == getpgrp()) return true;
    return false;
}

/* ---- starting it ---- */

/* In the new process; `report` gets the error number if the program cannot be started. */
static _Noreturn void become(char *const *command, const sigset_t *signals, pid_t parent, int report)
{
    int cause;
    if (own_group) setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* R3 */
    if (getppid() != parent) _exit(CLI_FAILED);
    sigprocmask(SIG_SETMASK, signals, NULL);
    if (strchr(command[0], '/')) /* execvp() would give a file without "#!" to a shell */
        execv(command[0], command);
    else
        execvp(command[0], command);
    cause = errno;
    if (write(report, &cause, sizeof cause) < 0) _exit(126);
    _exit(127);
}

/* 0, or why it could not be started. */
static int start(char *const *command)
{
    sigset_t all, before;
    int report[2], cause = 0;
    pid_t parent = getpid();
    if (pipe2(report, O_CLOEXEC) != 0) return errno;
    own_group = !terminal_is_ours(); /* R2 */
    catch_signals();
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before); /* none is lost before `child` is known */
    pid_t made = fork();
    if (made == 0) become(command, &before, parent, report[1]);
    if (made < 0) cause = errno;
    close(report[1]);
    child = made;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (made > 0 && read(report[0], &cause, sizeof cause) == (ssize_t)sizeof cause) {
        waitpid(made, NULL, 0);
        child = 0;
    }
    close(report[0]);
    return cause;
}

static int wait_for_end(cli *c)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    if (WIFSIGNALED(status)) { /* R1 */
        cli_print(c, "[ros2run]: %s\n", strsignal(WTERMSIG(status)));
        return 256 - WTERMSIG(status);
    }
    if (WEXITSTATUS(status)) cli_print(c, "[ros2run]: Process exited with failure %d\n", WEXITSTATUS(status));
    return WEXITSTATUS(status);
}

/* `program`: the words that start it, up to NULL. */
static int run_program(cli *c, const struct run *o, const char *const *program, const char *first)
{
    cli_words prefix = {0};
    char *memory = NULL;
    size_t count = 0;
    int status = CLI_FAILED;
    const char *wrong = o->prefix ? cli_split(o->prefix, &prefix, &memory) : NULL;
    char **command = calloc(prefix.count + o->argv.count + 8, sizeof *command);
    if (wrong || !command) {
        cli_error(c, "The prefix '%s' cannot be read: %s", o->prefix ? o->prefix : "", wrong ? wrong : "out of memory");
        goto done;
    }
    for (size_t i = 0; i < prefix.count; i++) command[count++] = (char *)prefix.data[i];
    for (; *program; program++) command[count++] = (char *)*program;
    if (first) command[count++] = (char *)first;
    for (size_t i = 0; i < o->argv.count; i++) command[count++] = (char *)o->argv.data[i];
    int cause = start(command);
    if (cause == ENOEXEC)
        cli_error(c, "cannot run '%s': it is no program, and does not begin with '#!'", command[0]);
    else if (cause)
        cli_error(c, "cannot run '%s': %s", command[0], strerror(cause));
    else
        status = wait_for_end(c);
done:
    free(command);
    free(prefix.data);
    free(memory);
    return status;
}

/* ---- finding it ---- */

struct found {
    const char *wanted;
    char *path;               /* the first of them */
    char *module, *attribute; /* of a package that pip installed */
    char *names, *paths;      /* of all, and of all that are wanted, divided by '\n' */
    size_t count;
};

static void append(char **text, const char *line)
{
    size_t size = *text ? strlen(*text) : 0;
    char *longer = realloc(*text, size + strlen(line) + 2);
    if (!longer) return;
    *text = longer;
    snprintf(longer + size, strlen(line) + 2, "%s%s", size ? "\n" : "", line);
}

static void on_executable(const char *name, const char *path, void *arg)
{
    struct found *f = arg;
    append(&f->names, name);
    if (strcmp(name, f->wanted) != 0) return;
    append(&f->paths, path);
    if (f->count++ == 0) f->path = strdup(path);
}

static void on_script(const char *name, const char *module, const char *attribute, void *arg)
{
    struct found *f = arg;
    append(&f->names, name);
    if (strcmp(name, f->wanted) != 0 || f->module || f->path) return;
    f->module = strdup(module);
    f->attribute = strdup(attribute);
}

static void found_free(struct found *f)
{
    free(f->path);
    free(f->module);
    free(f->attribute);
    free(f->names);
    free(f->paths);
}

static void suggest_executable(cli *c, struct found *f)
{
    cli_words words = {0};
    char *memory = NULL;
    if (f->names && !cli_split(f->names, &words, &memory)) cli_suggest_word(c, f->wanted, words.data);
    free(words.data);
    free(memory);
}

static int run_found(cli *c, const struct run *o, struct found *f)
{
    static const char call[] = "import functools, importlib, sys\n"
                               "sys.path[:] = [path for path in sys.path if path]\n"
                               "module, attribute, sys.argv = sys.argv[1], sys.argv[2], sys.argv[3:]\n"
                               "sys.exit(functools.reduce(getattr, attribute.split('.'), importlib.import_module(module))())\n";
    if (f->count > 1) {
        cli_error(c, "Multiple executables found:");
        for (char *rest = f->paths, *path; rest && (path = strsep(&rest, "\n"));) cli_error(c, "- %s", path);
        return CLI_FAILED;
    }
    if (f->path) return run_program(c, o, (const char *const[]){f->path, NULL}, NULL);
    if (f->module && f->attribute)
        return run_program(c, o, (const char *const[]){"python3", "-c", call, f->module, f->attribute, o->executable, NULL},
                           NULL);
    cli_error(c, "No executable found");
    suggest_executable(c, f);
    return CLI_FAILED;
}

static int run_package(cli *c, const struct run *o)
{
    struct found f = {.wanted = o->executable};
    cli_package_list packages;
    int status = CLI_FAILED;
    if (!cli_packages(c, &packages)) return CLI_FAILED;
    const cli_package *package = cli_package_find(&packages, o->package);
    if (package) cli_package_executables(package, on_executable, &f);
    bool installed = cli_python_scripts(o->package, on_script, &f);
    if (package || installed) {
        status = run_found(c, o, &f);
    } else {
        cli_error(c, "Package '%s' not found", o->package);
        cli_suggest_package(c, &packages, o->package);
    }
    found_free(&f);
    cli_packages_free(&packages);
    return status;
}

/* ---- the verb ---- */

static bool ends_with_py(const char *name)
{
    size_t length = strlen(name);
    return length > 3 && strcmp(name + length - 3, ".py") == 0;
}

static int run_file(cli *c, const struct run *o)
{
    struct stat about;
    if (stat(o->package, &about) != 0) return cli_error(c, "cannot run '%s': %s", o->package, strerror(errno));
    if (S_ISDIR(about.st_mode)) return cli_error(c, "cannot run '%s': it is a folder", o->package);
    if (ends_with_py(o->package)) return run_program(c, o, (const char *const[]){"python3", o->package, NULL}, o->executable);
    return run_program(c, o, (const char *const[]){o->package, NULL}, o->executable);
}

static int run_run(cli *c, const void *options)
{
    const struct run *o = options;
    if (strchr(o->package, '/') || ends_with_py(o->package)) return run_file(c, o);
    if (o->executable) return run_package(c, o);
    cli_parse parse = {.c = c, .program = c->program, .options = run_options};
    return cli_usage_error(&parse, "the following arguments are required: executable_name");
}

const cli_verb cli_verb_run = {
    "run",
    "Run a program of a package",
    run_options,
    sizeof(struct run),
    run_run,
    "The package may be one that pip installed: its entry points are read without starting Python, and the `python3` on PATH "
    "runs\n"
    "them. In place of package and program a file may be named, `ros2 run talker.py --ros-args -p x:=1`. The nearest package or\n"
    "program is offered. Signals sent to ros2 alone are passed on, and the program does not outlive ros2 (upstream: it is left\n"
    "behind). A program that cannot be started is one line.",
};
