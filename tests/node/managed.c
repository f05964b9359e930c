/* tests/node/managed.c: see managed.h. */
#include "managed.h"

static rclio_lifecycle_result tell(managed *m, const char *name, rclio_lifecycle_state previous, int which)
{
    size_t length = strlen(m->told);
    snprintf(m->told + length, sizeof m->told - length, "%s%s(%s)", length ? " " : "", name,
             rclio_lifecycle_state_name(previous));
    if (m->within) m->within(m, name);
    return m->results[which] ? (rclio_lifecycle_result)m->results[which] : RCLIO_LIFECYCLE_SUCCESS;
}

static rclio_lifecycle_result on_configure(rclio_lifecycle_state previous, void *arg)
{
    managed *m = arg;
    if (m->entered) rclio_future_complete(m->entered, NULL);
    if (m->gate) rclio_await(m->gate);
    return tell(m, "configure", previous, CONFIGURE);
}

static rclio_lifecycle_result on_cleanup(rclio_lifecycle_state previous, void *arg)
{
    return tell(arg, "cleanup", previous, CLEANUP);
}

static rclio_lifecycle_result on_activate(rclio_lifecycle_state previous, void *arg)
{
    return tell(arg, "activate", previous, ACTIVATE);
}

static rclio_lifecycle_result on_deactivate(rclio_lifecycle_state previous, void *arg)
{
    return tell(arg, "deactivate", previous, DEACTIVATE);
}

static rclio_lifecycle_result on_shutdown(rclio_lifecycle_state previous, void *arg)
{
    return tell(arg, "shutdown", previous, SHUTDOWN);
}

static rclio_lifecycle_result on_error(rclio_lifecycle_state previous, void *arg)
{
    return tell(arg, "error", previous, ON_ERROR);
}

rclio_lifecycle_options managed_options(managed *m)
{
    return (rclio_lifecycle_options){
        .on_configure = on_configure,
        .on_cleanup = on_cleanup,
        .on_activate = on_activate,
        .on_deactivate = on_deactivate,
        .on_shutdown = on_shutdown,
        .on_error = on_error,
        .arg = m,
    };
}

void managed_open(managed *m, rclio_node *node)
{
    rclio_lifecycle_options o = managed_options(m);
    m->lifecycle = rclio_lifecycle_new(node, &o);
    if (!m->lifecycle) fail_msg("%s", rclio_error());
}

void assert_told(managed *m, const char *told)
{
    assert_string_equal(m->told, told);
    m->told[0] = 0;
}

void assert_change(managed *m, rclio_lifecycle_transition transition, rclio_lifecycle_result result, rclio_lifecycle_state state)
{
    assert_int_equal(rclio_lifecycle_change(m->lifecycle, transition), result);
    assert_string_equal(rclio_lifecycle_state_name(rclio_lifecycle_get_state(m->lifecycle)), rclio_lifecycle_state_name(state));
}
