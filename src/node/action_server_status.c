/* src/node/action_server_status.c: the status topic of an action server (ACT-3). See action_server.h. */
#include "base/array.h"
#include "base/error.h"
#include "node/action_server.h"

void action_server_show(rclio_action_server *server, rclio_goal *goal)
{
    list_append(&server->shown, &goal->shown_link);
}

void action_server_unshow(rclio_action_server *server, rclio_goal *goal)
{
    list_remove(&goal->shown_link);
    if (list_is_empty(&goal->finished_link)) return;
    list_remove(&goal->finished_link);
    server->finished_count--;
}

void action_server_show_finished(rclio_action_server *server, rclio_goal *goal)
{
    list_append(&server->finished, &goal->finished_link);
    if (++server->finished_count > ACTION_SHOWN_FINISHED) {
        action_server_unshow(server, list_entry(server->finished.next, rclio_goal, finished_link));
    }
}

rclio_status action_server_publish(rclio_action_server *server, mw_writer *writer, const rclio_codec *codec, const void *message)
{
    size_t size = rclio_encoded_size(codec, message, 0);
    if (size == SIZE_MAX) return rclio_error_status();
    mw_buffer *buffer = server->ops->writer_buffer(writer, size);
    if (!buffer) return rclio_error_status();
    rclio_encode(codec, message, 0, buffer->data, size); /* its size is right, so it cannot fail */
    return server->ops->writer_write(writer, buffer, 0);
}

static rclio_status collect(rclio_action_server *server)
{
    goal_status_array *message = &server->status_message;
    message->size = 0;
    list_each(it, &server->shown) {
        const rclio_goal *goal = list_entry(it, rclio_goal, shown_link);
        goal_status entry = {.info = {.goal_id = goal->id, .stamp = goal->stamp}, .status = (int8_t)goal->state};
        if (!array_append(message, entry)) return RCLIO_NO_MEMORY;
    }
    return RCLIO_OK;
}

void action_server_publish_status(rclio_action_server *server)
{
    rclio_status status = collect(server);
    if (status == RCLIO_OK) status = action_server_publish(server, server->status, server->status_codec, &server->status_message);
    if (status != RCLIO_OK)
        RCLIO_ERROR(server->entity.node, "action '%s': its status was not published: %s", server->name, rclio_error());
}
