/* tests/failures/other_version.c: one side of a service whose definition is another version than the other side's.
 *   failures_other_version call|serve SERVICE TYPE DEFINITION [REQUEST]
 * DEFINITION is the text of TYPE as this program has it. `call` sends REQUEST (YAML), prints "answered" or the reason, and ends; `serve`
 * answers with default values until it is interrupted.
 * Threads: main. */
#include <rclio/rclio.h>
#include <stdio.h>
#include <string.h>

static int failed(void)
{
    fprintf(stderr, "other_version: %s\n", rclio_error());
    return 1;
}

static void serve(const void *request, void *response, void *arg)
{
    (void)request, (void)response, (void)arg;
}

static int call(rclio_node *node, const rclio_type *type, const char *name, const char *yaml)
{
    rclio_client *client = rclio_client_new(node, type, name, NULL);
    void *request = client ? rclio_message_new(type->parts[RCLIO_PART_REQUEST]) : NULL;
    if (!request || rclio_message_from_yaml(type->parts[RCLIO_PART_REQUEST], yaml, 0, request)) return failed();
    rclio_future *reply = rclio_client_call(client, request);
    const void *response = rclio_await_for(reply, RCLIO_S(3));
    puts(response ? "answered" : rclio_error());
    rclio_future_unref(reply);
    rclio_message_destroy(type->parts[RCLIO_PART_REQUEST], request);
    return response ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: failures_other_version call|serve SERVICE TYPE DEFINITION [REQUEST]\n");
        return 2;
    }
    rclio_context *context = rclio_init(0, NULL, NULL);
    rclio_node *node = rclio_node_new(context, "other_version", &(rclio_node_options){.no_rosout = true});
    const rclio_type *type =
        node ? rclio_types_parse(rclio_context_types(context), argv[3], "definition", argv[4], strlen(argv[4])) : NULL;
    int status = type ? 0 : failed();
    if (type && strcmp(argv[1], "call") == 0) {
        status = call(node, type, argv[2], argc > 5 ? argv[5] : "{}");
    } else if (type) {
        if (rclio_service_new(node, type, argv[2], serve, NULL, NULL)) return rclio_spin(node);
        status = failed();
    }
    rclio_context_destroy(context);
    return status;
}
