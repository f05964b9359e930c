/* python/extension/flight.c: see flight.h. */
#include "flight.h"

void py_flight_begin(struct py_flight *self, const struct py_flight_kind *kind, struct py_entity *entity)
{
    self->kind = kind;
    self->landed = false;
    atomic_init(&self->references, 2);
    self->entity = entity;
    self->next = entity->flights;
    self->link = &entity->flights;
    if (self->next) self->next->link = &self->next;
    entity->flights = self;
}

void py_flight_ref(struct py_flight *self)
{
    atomic_fetch_add(&self->references, 1);
}

void py_flight_unref(struct py_flight *self)
{
    if (atomic_fetch_sub(&self->references, 1) == 1) self->kind->free(self);
}

void py_flight_release(void *self)
{
    py_flight_unref(self);
}

bool py_flight_land(struct py_flight *self)
{
    bool first = !self->landed;
    self->landed = true;
    return first;
}

void py_flight_unlist(struct py_flight *self)
{
    if (!self->link) return;
    *self->link = self->next;
    if (self->next) self->next->link = self->link;
    self->link = NULL;
    py_flight_unref(self);
}

void py_flight_put(struct py_flight *self, int what, bool completes)
{
    if (!self->entity) {
        py_flight_unref(self);
        return;
    }
    py_entity_put(self->entity,
                  (struct py_item){.what = what, .completes = completes, .payload = self, .release = py_flight_release});
}

void py_flights_close(struct py_entity *entity)
{
    for (struct py_flight *self; (self = entity->flights);) {
        py_flight_ref(self);
        py_flight_unlist(self);
        bool first = py_flight_land(self);
        PY_TURN_BEGIN(entity->node->context);
        self->entity = NULL; /* FL3 */
        PY_TURN_END();
        if (first) self->kind->closed(self, entity);
        py_flight_unref(self);
    }
}
