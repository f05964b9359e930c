/* cli/verb_action_send_goal.c: `ros2 action send_goal`.
 *
 *   G1  "Goal accepted" comes before the first feedback, feedback before the result.
 *   G2  An interrupt asks the server to cancel; the outcome is waited for and printed. A second interrupt ends at once.
 * Threads: main. */
#include "cli.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct action_send_goal {
    bool from_stdin, feedback;
    const char *action, *type, *goal;
};

static const cli_option action_send_goal_options[] = {
    CLI_FLAG(struct action_send_goal, from_stdin, "--stdin", "read the goal from standard input"),
    CLI_FLAG(struct action_send_goal, feedback, "-f, --feedback", "print the feedback as it comes"),
    CLI_ARG(struct action_send_goal, action, "action_name", "action to send the goal to, /fibonacci for example"),
    CLI_ARG(struct action_send_goal, type, "action_type", "its type, example_interfaces/action/Fibonacci for example"),
    CLI_ARG(struct action_send_goal, goal, "goal",
            "the goal in YAML, \"{order: 10}\" for example; fields that are not named have their defaults", .optional = true),
    {0},
};

struct send {
    cli *c;
    const struct action_send_goal *o;
    const rclio_type *type;
    const char *values;
    void *goal;
    rclio_action_client *client;
    bool accepted_shown;
};

/* Prints "Result:\n    " and the like, then the message as YAML and an empty line. */
static bool print_message(cli *c, const char *before, const rclio_type *type, const void *message)
{
    rclio_yaml_options yaml = {0};
    char *text = rclio_message_to_yaml(type, message, NULL, &yaml);
    if (!text) return cli_fail(c), false;
    cli_print(c, "%s%s\n", before, text);
    free(text);
    return cli_flush(c);
}

static void show_accepted(struct send *s, const rclio_goal_handle *goal)
{
    char id[33];
    if (s->accepted_shown) return;
    s->accepted_shown = true;
    rclio_goal_id_text(rclio_goal_handle_id(goal), id);
    cli_print(s->c, "Goal accepted with ID: %s\n\n", id);
    cli_flush(s->c);
}

static void on_feedback(rclio_goal_handle *goal, const void *feedback, void *arg)
{
    struct send *s = arg;
    show_accepted(s, goal); /* G1 */
    if (!print_message(s->c, "Feedback:\n    ", s->type->parts[RCLIO_PART_FEEDBACK], feedback)) cli_end(s->c, s->c->end_status);
}

/* The goal into s->goal; false after an error line. */
static bool fill_goal(struct send *s)
{
    if (rclio_message_from_yaml(s->type->parts[RCLIO_PART_GOAL], s->values, rclio_now_system(), s->goal) == RCLIO_OK) return true;
    const char *cause = rclio_error(), *class = "TypeError";
    if (isdigit((unsigned char)cause[0])) {
        cli_error(s->c, "The passed value is not valid YAML: %s", cause);
        return false;
    }
    if (strstr(cause, "has no attribute")) class = "AttributeError";
    if (strstr(cause, "invalid literal") || strstr(cause, "could not convert")) class = "ValueError";
    cli_flush(s->c);
    fprintf(stderr, "Failed to populate message fields: %s(", class);
    cli_repr(stderr, cause);
    fputs(")\n", stderr);
    return false;
}

static bool wait_for_server(struct send *s)
{
    cli *c = s->c;
    rclio_future *there = rclio_action_client_wait_for_server(s->client);
    if (!there) return cli_fail(c), false;
    cli_print_text(c, "Waiting for an action server to become available...\n");
    cli_flush(c);
    rclio_status status = cli_wait(c, there, RCLIO_S(1));
    if (status == RCLIO_TIMEOUT) {
        char *name = rclio_node_resolve_topic(c->node, s->o->action);
        if (name) cli_suggest_server(c, CLI_ACTIONS, name, RCLIO_ROLE_ACTION_SERVERS);
        free(name);
        status = cli_wait(c, there, RCLIO_FOREVER);
    }
    rclio_future_unref(there);
    if (status == RCLIO_SHUTDOWN && !c->output_failed)
        cli_error(c, "interrupted while waiting for a server of action '%s'", s->o->action);
    return status == RCLIO_OK;
}

/* Waits for a future of the goal, or the end of the output. */
static rclio_status wait_for_goal(struct send *s, rclio_future *future)
{
    rclio_status status;
    do {
        status = cli_wait(s->c, future, RCLIO_S(1)); /* an output that nobody reads is noticed in between */
    } while (status == RCLIO_TIMEOUT && !s->c->output_failed);
    return status;
}

/* The cause of a goal whose end is not known stands in rclio_error(). */
static int print_unknown_end(struct send *s)
{
    cli_error(s->c, "No result: %s", rclio_error());
    cli_print(s->c, "Goal finished with status: %s\n", rclio_goal_status_name(RCLIO_GOAL_UNKNOWN));
    return CLI_FAILED;
}

static int print_end(struct send *s, rclio_goal_handle *goal)
{
    rclio_future *end = rclio_goal_handle_result(goal);
    if (rclio_future_get_state(end) != RCLIO_DONE) {
        rclio_future_result(end);
        return print_unknown_end(s);
    }
    if (!print_message(s->c, "Result:\n    ", s->type->parts[RCLIO_PART_RESULT], rclio_future_value(end))) return CLI_FAILED;
    cli_print(s->c, "Goal finished with status: %s\n", rclio_goal_status_name(rclio_goal_handle_status(goal)));
    return 0;
}

/* G2 */
static int cancel(struct send *s, rclio_goal_handle *goal)
{
    cli *c = s->c;
    if (c->output_failed) return CLI_FAILED;
    cli_print_text(c, "Canceling goal...\n");
    cli_flush(c);
    rclio_future *answer = rclio_goal_handle_cancel(goal);
    if (!answer) return cli_fail(c);
    cli_interrupt_clear();
    rclio_status status = cli_wait(c, answer, RCLIO_FOREVER);
    bool refused = status == RCLIO_OK && rclio_future_result(answer) != RCLIO_OK;
    if (refused) cli_error(c, "Failed to cancel goal: %s", rclio_error());
    rclio_future_unref(answer);
    if (refused || status != RCLIO_OK) return CLI_FAILED;
    if (wait_for_goal(s, rclio_goal_handle_result(goal)) == RCLIO_OK) print_end(s, goal);
    return CLI_FAILED; /* the goal did not reach its end by itself */
}

static int follow_goal(struct send *s, rclio_goal_handle *goal)
{
    cli *c = s->c;
    rclio_future *accepted = rclio_goal_handle_accepted(goal);
    rclio_status status = wait_for_goal(s, accepted);
    if (status != RCLIO_OK) return cancel(s, goal);
    if (rclio_future_get_state(accepted) != RCLIO_DONE) {
        rclio_status cause = rclio_future_result(accepted);
        if (cause == RCLIO_INVALID && rclio_goal_handle_status(goal) == RCLIO_GOAL_REJECTED)
            return cli_print_text(c, "Goal was rejected.\n"), 0;
        if (s->accepted_shown) return print_unknown_end(s); /* the server went after its first feedback, before its answer came */
        return cli_error(c, "The goal was not accepted: %s", rclio_error());
    }
    show_accepted(s, goal);
    status = wait_for_goal(s, rclio_goal_handle_result(goal));
    return status == RCLIO_OK ? print_end(s, goal) : cancel(s, goal);
}

static int send_goal(struct send *s)
{
    cli *c = s->c;
    if (!cli_node(c, NULL)) return CLI_FAILED;
    if (!(s->client = rclio_action_client_new(c->node, s->type, s->o->action, NULL))) return cli_fail(c);
    if (!wait_for_server(s)) return CLI_FAILED;
    if (!print_message(c, "Sending goal:\n     ", s->type->parts[RCLIO_PART_GOAL], s->goal)) return CLI_FAILED;
    rclio_goal_handle *goal = rclio_action_send_goal(s->client, s->goal, s->o->feedback ? on_feedback : NULL, s);
    if (!goal) return cli_fail(c);
    int status = follow_goal(s, goal);
    rclio_goal_handle_unref(goal);
    return status;
}

static int action_send_goal_run(cli *c, const void *options)
{
    const struct action_send_goal *o = options;
    struct send s = {.c = c, .o = o, .values = o->goal ? o->goal : ""};
    char *input = NULL;
    int status = CLI_FAILED;
    if (!(s.type = cli_type(c, o->type, RCLIO_ACTION, "action"))) return CLI_FAILED;
    if (o->from_stdin) {
        if (!(input = cli_read_stdin(c))) return CLI_FAILED;
        s.values = input;
    }
    if (!(s.goal = rclio_message_new(s.type->parts[RCLIO_PART_GOAL])))
        cli_fail(c);
    else if (fill_goal(&s)) /* before anything is opened */
        status = send_goal(&s);
    rclio_message_destroy(s.type->parts[RCLIO_PART_GOAL], s.goal);
    free(input);
    return status;
}

const cli_verb cli_verb_action_send_goal = {
    "action send_goal",
    "Send a goal to an action server and print its result",
    action_send_goal_options,
    sizeof(struct action_send_goal),
    action_send_goal_run,
    "Ctrl-C asks the server to cancel, then prints the outcome (upstream ends in an error); the exit status stays 1. A server "
    "that\n"
    "disappears ends the goal with status UNKNOWN and exit status 1 (upstream waits for ever). The goal is checked before the "
    "network\n"
    "is opened. \"Goal accepted\" always comes before the first feedback.",
};
