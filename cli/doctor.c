/* cli/doctor.c: `ros2 doctor` and `ros2 wtf`: three checks, and reports.
 *
 *   X1  Warnings and errors are lines on standard error; a check with an error has failed, one with warnings only on demand.
 *   X2  /rosout and /parameter_events are on every node and are not judged; hidden nodes neither.
 * Threads: main. */
#include "cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* ---- reports ---- */

void cli_report_add(cli_report *report, const char *name, const char *format, ...)
{
    va_list args;
    char *content = NULL;
    struct cli_report_item *data = realloc(report->data, (report->size + 1) * sizeof *data);
    if (data) report->data = data;
    va_start(args, format);
    if (vasprintf(&content, format, args) < 0) content = NULL;
    va_end(args);
    if (data && content)
        data[report->size++] = (struct cli_report_item){name, content};
    else
        free(content);
}

void cli_report_print(cli *c, const cli_report *report)
{
    size_t longest = 0, width = 8;
    for (size_t i = 0; i < report->size; i++)
        if (strlen(report->data[i].name) > longest) longest = strlen(report->data[i].name);
    if (longest >= width) width = longest + 4;
    cli_print(c, "\n   %s\n", report->title);
    for (size_t i = 0; i < report->size; i++)
        cli_print(c, "%-*s: %s\n", (int)width, report->data[i].name, report->data[i].content);
}

void cli_report_fini(cli_report *report)
{
    for (size_t i = 0; i < report->size; i++) free(report->data[i].content);
    free(report->data);
    *report = (cli_report){0};
}

/* ---- findings ---- */

static void say(cli *c, cli_emphasis emphasis, const char *kind, const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0) return;
    cli_error(c, "%s%s:%s %s", cli_bold(emphasis), kind, cli_bold(CLI_PLAIN), text);
    free(text);
}

void cli_doctor_error(cli *c, cli_findings *findings, const char *format, ...)
{
    va_list args;
    findings->errors++;
    va_start(args, format);
    say(c, CLI_ERROR_WORD, "error", format, args);
    va_end(args);
}

void cli_doctor_warn(cli *c, cli_findings *findings, const char *format, ...)
{
    va_list args;
    findings->warnings++;
    va_start(args, format);
    say(c, CLI_WARNING, "warning", format, args);
    va_end(args);
}

/* ---- topics ---- */

static bool everywhere(const char *topic) /* X2 */
{
    return strcmp(topic, "/rosout") == 0 || strcmp(topic, "/parameter_events") == 0;
}

/* What one definition of a type is called among several. */
static bool same_definition(const rclio_endpoint *a, const rclio_endpoint *b)
{
    return strcmp(a->type, b->type) != 0 || !a->type_hash[0] || !b->type_hash[0] || strcmp(a->type_hash, b->type_hash) == 0;
}

static void check_definitions(cli *c, const char *topic, const rclio_endpoint_list *publishers, const rclio_endpoint_list *others,
                              cli_findings *findings)
{
    for (size_t i = 0; i < publishers->size; i++)
        for (size_t j = 0; j < others->size; j++) {
            const rclio_endpoint *a = &publishers->data[i], *b = &others->data[j];
            if (same_definition(a, b)) continue;
            cli_doctor_error(c, findings, "Nodes '%s' and '%s' have different definitions of '%s', the type of topic %s.",
                             a->node_name, b->node_name, a->type, topic);
            return;
        }
}

static void check_topic(cli *c, const rclio_name_and_types *topic, cli_findings *findings)
{
    rclio_endpoint_list publishers = {0}, subscriptions = {0};
    size_t offered = rclio_graph_count(c->node, topic->name, RCLIO_ROLE_PUBLISHERS);
    size_t wanted = rclio_graph_count(c->node, topic->name, RCLIO_ROLE_SUBSCRIPTIONS);
    if (topic->type_count > 1) {
        char *types = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&types, &size);
        for (size_t i = 0; out && i < topic->type_count; i++) fprintf(out, "%s%s", i ? ", " : "", topic->types[i]);
        if (out) fclose(out);
        cli_doctor_error(c, findings, "Topic %s has more than one type: [%s].", topic->name, types ? types : "");
        free(types);
    }
    if (rclio_graph_endpoints(c->node, topic->name, RCLIO_PUBLISHER, &publishers) == RCLIO_OK &&
        rclio_graph_endpoints(c->node, topic->name, RCLIO_SUBSCRIPTION, &subscriptions) == RCLIO_OK)
        check_definitions(c, topic->name, &publishers, &subscriptions, findings);
    rclio_endpoint_list_free(&publishers);
    rclio_endpoint_list_free(&subscriptions);
    if (everywhere(topic->name)) return;
    if (offered > wanted && wanted == 0)
        cli_doctor_warn(c, findings, "Publisher without subscriber detected on %s.", topic->name);
    if (wanted > offered && offered == 0)
        cli_doctor_warn(c, findings, "Subscriber without publisher detected on %s.", topic->name);
}

static void check_topics(cli *c, cli_findings *findings)
{
    rclio_name_list topics = {0};
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) cli_fail(c);
    for (size_t i = 0; i < topics.size; i++) check_topic(c, &topics.data[i], findings);
    rclio_name_list_free(&topics);
}

static void report_topics(cli *c)
{
    cli_report report = {.title = "TOPIC LIST"};
    rclio_name_list topics = {0};
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) cli_fail(c);
    for (size_t i = 0; i < topics.size; i++) {
        const char *name = topics.data[i].name;
        if (everywhere(name)) continue;
        cli_report_add(&report, "topic", "%s", name);
        cli_report_add(&report, "publisher count", "%zu", rclio_graph_count(c->node, name, RCLIO_ROLE_PUBLISHERS));
        cli_report_add(&report, "subscriber count", "%zu", rclio_graph_count(c->node, name, RCLIO_ROLE_SUBSCRIPTIONS));
    }
    if (report.size == 0) {
        cli_report_add(&report, "topic", "none");
        cli_report_add(&report, "publisher count", "0");
        cli_report_add(&report, "subscriber count", "0");
    }
    cli_report_print(c, &report);
    cli_report_fini(&report);
    rclio_name_list_free(&topics);
}

/* ---- QoS ---- */

typedef void pair_fn(cli *c, const char *topic, const rclio_endpoint *publisher, const rclio_endpoint *subscription, void *arg);

/* Each publisher with each subscription of the same type. */
static void each_pair(cli *c, pair_fn *each, void *arg)
{
    rclio_name_list topics = {0};
    if (rclio_graph_topics(c->node, false, &topics) != RCLIO_OK) cli_fail(c);
    for (size_t i = 0; i < topics.size; i++) {
        rclio_endpoint_list publishers = {0}, subscriptions = {0};
        const char *topic = topics.data[i].name;
        if (rclio_graph_endpoints(c->node, topic, RCLIO_PUBLISHER, &publishers) != RCLIO_OK ||
            rclio_graph_endpoints(c->node, topic, RCLIO_SUBSCRIPTION, &subscriptions) != RCLIO_OK)
            cli_fail(c);
        for (size_t p = 0; p < publishers.size; p++)
            for (size_t s = 0; s < subscriptions.size; s++)
                if (strcmp(publishers.data[p].type, subscriptions.data[s].type) == 0)
                    each(c, topic, &publishers.data[p], &subscriptions.data[s], arg);
        rclio_endpoint_list_free(&publishers);
        rclio_endpoint_list_free(&subscriptions);
    }
    rclio_name_list_free(&topics);
}

static void check_pair(cli *c, const char *topic, const rclio_endpoint *publisher, const rclio_endpoint *subscription, void *arg)
{
    char reason[RCLIO_QOS_REASON_SIZE];
    switch (rclio_qos_check_compatible(&publisher->qos, &subscription->qos, reason, sizeof reason)) {
    case RCLIO_QOS_OK: break;
    case RCLIO_QOS_WARNING: cli_doctor_warn(c, arg, "QoS compatibility warning found on topic [%s]: %s", topic, reason); break;
    case RCLIO_QOS_ERROR: cli_doctor_error(c, arg, "QoS compatibility error found on topic [%s]: %s", topic, reason); break;
    }
}

static void check_qos(cli *c, cli_findings *findings)
{
    each_pair(c, check_pair, findings);
}

static void report_pair(cli *c, const char *topic, const rclio_endpoint *publisher, const rclio_endpoint *subscription, void *arg)
{
    char reason[RCLIO_QOS_REASON_SIZE];
    rclio_qos_compatibility fits = rclio_qos_check_compatible(&publisher->qos, &subscription->qos, reason, sizeof reason);
    (void)c;
    cli_report_add(arg, "topic [type]", "%s [%s]", topic, publisher->type);
    cli_report_add(arg, "publisher node", "%s", publisher->node_name);
    cli_report_add(arg, "subscriber node", "%s", subscription->node_name);
    cli_report_add(arg, "compatibility status", "%s", fits == RCLIO_QOS_OK ? "OK" : reason);
}

static void report_qos(cli *c)
{
    cli_report report = {.title = "QOS COMPATIBILITY LIST"};
    each_pair(c, report_pair, &report);
    if (report.size == 0) cli_report_add(&report, "compatibility status", "No publisher/subscriber pairs found");
    cli_report_print(c, &report);
    cli_report_fini(&report);
}

/* ---- what this is ---- */

static void report_middleware(cli *c)
{
    const char *name = getenv("RMW_IMPLEMENTATION");
    cli_report report = {.title = "RMW MIDDLEWARE"};
    cli_report_add(&report, "middleware name", "%s", name && *name ? name : "rmw_fastrtps_cpp");
    cli_report_print(c, &report);
    cli_report_fini(&report);
}

static void report_platform(cli *c)
{
    struct utsname about;
    cli_report report = {.title = "PLATFORM INFORMATION"};
    if (uname(&about) != 0) return;
    cli_report_add(&report, "system", "%s", about.sysname);
    cli_report_add(&report, "platform info", "%s-%s-%s", about.sysname, about.release, about.machine);
    cli_report_add(&report, "release", "%s", about.release);
    cli_report_add(&report, "processor", "%s", about.machine);
    cli_report_print(c, &report);
    cli_report_fini(&report);
}

static const char *setting(const char *variable, const char *unset)
{
    const char *value = getenv(variable);
    return value && *value ? value : unset;
}

static void report_rclio(cli *c)
{
    cli_report report = {.title = "RCLIO INFORMATION"};
    char **packages = cli_types(c) ? rclio_types_packages(c->types) : NULL;
    size_t count = 0;
    while (packages && packages[count]) count++;
    cli_report_add(&report, "version", "%s", RCLIO_CLI_VERSION);
    cli_report_add(&report, "domain", "%s", setting("ROS_DOMAIN_ID", "0"));
    cli_report_add(&report, "discovery range", "%s", setting("ROS_AUTOMATIC_DISCOVERY_RANGE", "SUBNET"));
    cli_report_add(&report, "interface packages", "%zu", count);
    cli_report_print(c, &report);
    cli_report_fini(&report);
    rclio_names_free(packages);
}

/* ---- the whole ---- */

static const struct check {
    const char *category;
    void (*run)(cli *c, cli_findings *findings);
    void (*reports[2])(cli *c); /* what --report-failed shows of it */
} checks[] = {
    {"network", cli_check_network, {cli_report_network, NULL}},
    {"middleware", check_qos, {report_qos, report_middleware}},
    {"topic", check_topics, {report_topics, NULL}},
};
#define CHECKS (sizeof checks / sizeof *checks)

static void report_all(cli *c)
{
    static void (*const all[])(cli * c) = {cli_report_network, report_platform, report_qos,
                                           report_middleware,  report_rclio,    report_topics};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) all[i](c);
}

static int check_all(cli *c)
{
    bool failed[CHECKS];
    size_t count = 0;
    for (size_t i = 0; i < CHECKS; i++) {
        cli_findings findings = {0};
        checks[i].run(c, &findings);
        failed[i] = findings.errors > 0 || (c->doctor.include_warnings && findings.warnings > 0); /* X1 */
        count += failed[i];
    }
    if (count == 0) {
        cli_print(c, "\nAll %zu checks passed\n\n", CHECKS);
        return 0;
    }
    cli_print(c, "\n%zu/%zu check(s) failed\n\nFailed modules:", count, CHECKS);
    for (size_t i = 0; i < CHECKS; i++)
        if (failed[i]) cli_print(c, " %s", checks[i].category);
    cli_print_text(c, "\n");
    for (size_t i = 0; i < CHECKS && c->doctor.report_failed; i++)
        for (size_t r = 0; failed[i] && r < 2 && checks[i].reports[r]; r++) checks[i].reports[r](c);
    return CLI_FAILED;
}

int cli_doctor_run(cli *c)
{
    rclio_status status = cli_look(c, NULL, NULL, NULL);
    if (status != RCLIO_OK) return cli_look_status(status);
    if (!c->doctor.report) return check_all(c);
    report_all(c);
    return 0;
}
