/* python/extension/introspection.h: configure_introspection() of services and clients. Threads: node.h. Tests: tests/python/test_services.py. */
#ifndef RCLIO_PYTHON_INTROSPECTION_H
#define RCLIO_PYTHON_INTROSPECTION_H

#include "entity.h"

/* rclio_service_configure_introspection() or the client's, of the entity's handle. */
typedef rclio_status py_introspect_fn(void *handle, rclio_introspection state, const rclio_qos *qos, rclio_clock *clock);

extern const char py_introspection_doc[];
PyObject *py_configure_introspection(struct py_entity *self, PyObject *args, py_introspect_fn *configure);

#endif
