/* src/node/client_warning.c: see client_warning.h. */
#include "node/client_warning.h"

#include "base/text.h"
#include "mw/names.h"

#include <stdlib.h>
#include <string.h>

struct wrong_type {
    const char *topic, *type; /* DDS names */
    char *found;              /* the other type, DDS name */
};

static bool find_wrong_type(const graph_endpoint *endpoint, void *arg)
{
    struct wrong_type *wrong = arg;
    if (endpoint->kind != RCLIO_SUBSCRIPTION || strcmp(endpoint->topic, wrong->topic) != 0 ||
        strcmp(endpoint->type, wrong->type) == 0)
        return true;
    wrong->found = copy_string(endpoint->type);
    return false;
}

bool client_warn_of_wrong_type(rclio_node *node, const char *service, const rclio_type *type)
{
    mw *participant = node->context->participant;
    char *topic = names_mangle_request(service), *dds_type = names_mangle_type(type->parts[RCLIO_PART_REQUEST]->name),
         *ros = NULL;
    struct wrong_type wrong = {.topic = topic, .type = dds_type};
    if (topic && dds_type) graph_visit_endpoints(participant->ops->graph_of(participant), find_wrong_type, &wrong);
    char *own = wrong.found ? copy_string(type->name) : NULL;
    if (own) ros = names_demangle_service_type(wrong.found);
    if (ros) {
        const char *action = strstr(service, "/_action/send_goal");
        if (action) names_cut_send_goal(own);
        if (action) names_cut_send_goal(ros);
        RCLIO_WARN(node, "%s '%.*s' is offered with the type '%s', this client has '%s': its %s wait for a server of that type",
                   action ? "action" : "service", (int)(action ? action - service : (ptrdiff_t)strlen(service)), service, ros,
                   own, action ? "goals" : "calls");
    }
    bool warned = ros != NULL;
    free(own);
    free(ros);
    free(wrong.found);
    free(dds_type);
    free(topic);
    return warned;
}
