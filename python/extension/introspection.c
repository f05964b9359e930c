/* python/extension/introspection.c: see introspection.h. */
#include "introspection.h"

#include "clock.h"
#include "topic.h"

const char py_introspection_doc[] = "configure_introspection(clock, qos, state, /)\n--\n\nstate: 0 off, 1 metadata, 2 contents.";

PyObject *py_configure_introspection(struct py_entity *self, PyObject *args, py_introspect_fn *configure)
{
    struct py_state *module = PyType_GetModuleState(Py_TYPE(self->node));
    PyObject *clock;
    rclio_qos qos = {0};
    unsigned state;
    if (!PyArg_ParseTuple(args, "O!O&I", module->clock_type, &clock, py_qos_of, &qos, &state)) return NULL;
    if (!py_entity_is_alive(self)) return NULL;
    rclio_clock *handle = ((struct py_clock *)clock)->handle;
    rclio_status status = RCLIO_OK;
    PY_TURN_BEGIN(self->node->context);
    if (self->handle) status = configure(self->handle, (rclio_introspection)state, &qos, handle);
    PY_TURN_END();
    if (!py_entity_is_alive(self)) return NULL; /* another thread has destroyed it until the turn came */
    return status ? py_raise(module, status) : Py_NewRef(Py_None);
}
