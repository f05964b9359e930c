/* cli/verb_action_echo.c: `ros2 action echo`: feedback, status, and what introspection tells of an action's services. Threads: main. */
#include "cli.h"

#include <stdlib.h>

struct action_echo {
    cli_event_options events;
    const char *action, *type;
};

static const cli_option action_echo_options[] = {
    CLI_EVENT_OPTIONS(struct action_echo, events),
    CLI_ARG(struct action_echo, action, "action_name", "action to look into, /fibonacci for example"),
    CLI_ARG(struct action_echo, type, "action_type", "its type; left out: what its servers and clients say", .optional = true),
    {0},
};

enum { GOAL, CANCEL, RESULT, FEEDBACK, STATUS, INTERFACES };

/* NAM-9 */
static const struct interface {
    const char *title, *topic;
} interfaces[INTERFACES] = {
    [GOAL] = {"GOAL_SERVICE", "send_goal/_service_event"},
    [CANCEL] = {"CANCEL_SERVICE", "cancel_goal/_service_event"},
    [RESULT] = {"RESULT_SERVICE", "get_result/_service_event"},
    [FEEDBACK] = {"FEEDBACK_TOPIC", "feedback"},
    [STATUS] = {"STATUS_TOPIC", "status"},
};

struct wanted {
    const char *name;
};

static bool action_is_there(cli *c, void *arg)
{
    const struct wanted *wanted = arg;
    rclio_name_list actions = {0};
    bool there = rclio_graph_actions(c->node, &actions) == RCLIO_OK && cli_find_name(&actions, wanted->name);
    rclio_name_list_free(&actions);
    return there;
}

static const rclio_type *action_type(cli *c, const char *name, const char *given)
{
    rclio_name_list actions = {0};
    const rclio_type *type = NULL;
    if (given) return cli_type(c, given, RCLIO_ACTION, "action");
    if (rclio_graph_actions(c->node, &actions) != RCLIO_OK) return cli_fail(c), NULL;
    const rclio_name_and_types *entry = cli_find_name(&actions, name);
    if (!entry || entry->type_count == 0) {
        cli_error(c, "Cannot find type for '%s'", name);
        cli_suggest(c, name, &actions);
    } else if (entry->type_count > 1) {
        cli_several_types(c, "echo", entry);
    } else {
        type = cli_type(c, entry->types[0], RCLIO_ACTION, "action");
    }
    rclio_name_list_free(&actions);
    return type;
}

/* false after an error line. */
static bool find_types(cli *c, const rclio_type *action, cli_events events[INTERFACES])
{
    const rclio_type *cancel = cli_type(c, "action_msgs/srv/CancelGoal", RCLIO_SERVICE, "service");
    events[GOAL].type = action->parts[RCLIO_PART_SEND_GOAL]->parts[RCLIO_PART_EVENT];
    events[CANCEL].type = cancel ? cancel->parts[RCLIO_PART_EVENT] : NULL;
    events[RESULT].type = action->parts[RCLIO_PART_GET_RESULT]->parts[RCLIO_PART_EVENT];
    events[FEEDBACK].type = action->parts[RCLIO_PART_FEEDBACK_MESSAGE];
    events[STATUS].type = cli_type(c, "action_msgs/msg/GoalStatusArray", RCLIO_MESSAGE, "message");
    return events[CANCEL].type && events[STATUS].type;
}

static int echo(cli *c, const struct action_echo *o, const char *action)
{
    cli_events events[INTERFACES];
    struct wanted wanted = {action};
    char topic[512];
    const rclio_qos status_qos = RCLIO_QOS_ACTION_STATUS;
    rclio_status status = cli_look(c, NULL, action_is_there, &wanted);
    if (status != RCLIO_OK) return status == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : CLI_FAILED;
    if (o->type) cli_warn_other_type(c, CLI_ACTIONS, action, o->type); /* before one's own subscriptions count */
    const rclio_type *type = action_type(c, action, o->type);
    for (size_t i = 0; i < INTERFACES; i++) events[i] = (cli_events){.c = c, .options = &o->events, .title = interfaces[i].title};
    if (!type || !find_types(c, type, events)) return CLI_FAILED;
    for (size_t i = 0; i < INTERFACES; i++) {
        snprintf(topic, sizeof topic, "%s/_action/%s", action, interfaces[i].topic);
        if (cli_listen_events(&events[i], topic, i == STATUS ? &status_qos : NULL) != RCLIO_OK) return CLI_FAILED;
    }
    status = cli_run(c, RCLIO_FOREVER);
    return status == RCLIO_OK ? c->end_status : status == RCLIO_SHUTDOWN ? CLI_INTERRUPTED : cli_fail(c);
}

static int action_echo_run(cli *c, const void *options)
{
    const struct action_echo *o = options;
    if (o->type && !cli_type(c, o->type, RCLIO_ACTION, "action")) return CLI_FAILED; /* before anything is opened */
    if (!cli_node(c, NULL)) return CLI_FAILED;
    char *action = rclio_node_resolve_topic(c->node, o->action);
    if (!action) return cli_fail(c);
    int status = echo(c, o, action);
    free(action);
    return status;
}

const cli_verb cli_verb_action_echo = {
    "action echo",
    "Print feedback and status of an action, and what introspection tells of its goals",
    action_echo_options,
    sizeof(struct action_echo),
    action_echo_run,
    "Goals, cancels and results are told of where the server or a client has introspection switched on; feedback and status "
    "always.",
};
