/* src/mw/local/message.c: see message.h. */
#include "mw/local/message.h"

#include "base/error.h"
#include "base/list.h"
#include "base/thread.h"
#include "types/registry.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define IDLE_MAX 4 /* messages that a pool keeps; more are out at one time only while readers lag behind */
#define SIZE_LIMIT (UINT32_MAX - 64)

struct local_message {
    list link; /* of a pool's lists */
    local_pool *pool;
    void *data;
    atomic_uint references;
    uint8_t *bytes; /* LO2 */
    size_t size;    /* 0: not sealed */
    size_t capacity;
    mutex encoding;
    atomic_bool is_encoded; /* set once `bytes` are there */
};

struct local_pool {
    atomic_uint references; /* the maker's, and one for each message that is out */
    const rclio_type *type;
    rclio_types *types;
    rclio_codec *codec;
    mutex lock;
    list idle, lent; /* below: under `lock` */
    size_t idle_count, lent_count;
    bool closed;
};

/* ---- pools ---- */

local_pool *local_pool_new(rclio_types *types, const rclio_type *type)
{
    local_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for messages %s", type->name);
    pool->codec = rclio_codec_new(type);
    if (!pool->codec || mutex_init(&pool->lock) != RCLIO_OK) {
        rclio_codec_destroy(pool->codec);
        free(pool);
        return NULL;
    }
    atomic_init(&pool->references, 1);
    pool->type = type;
    pool->types = types ? registry_ref(types) : NULL;
    list_init(&pool->idle);
    list_init(&pool->lent);
    return pool;
}

static void pool_unref(local_pool *pool)
{
    if (atomic_fetch_sub_explicit(&pool->references, 1, memory_order_acq_rel) != 1) return;
    rclio_types *types = pool->types;
    rclio_codec_destroy(pool->codec);
    mutex_fini(&pool->lock);
    free(pool);
    rclio_types_destroy(types);
}

const rclio_codec *local_pool_codec(const local_pool *pool)
{
    return pool->codec;
}

static void message_free(local_message *message)
{
    rclio_message_destroy(message->pool->type, message->data);
    mutex_fini(&message->encoding);
    free(message->bytes);
    free(message);
}

static local_message *message_new(local_pool *pool)
{
    local_message *message = calloc(1, sizeof *message);
    if (!message) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a message %s", pool->type->name);
    message->data = rclio_message_new(pool->type);
    if (!message->data || mutex_init(&message->encoding) != RCLIO_OK) {
        if (message->data) rclio_message_destroy(pool->type, message->data);
        free(message);
        return NULL;
    }
    message->pool = pool;
    list_init(&message->link);
    return message;
}

static local_message *pop_idle(local_pool *pool)
{
    local_message *message = NULL;
    mutex_lock(&pool->lock);
    if (!list_is_empty(&pool->idle)) {
        message = list_entry(pool->idle.previous, local_message, link); /* the last one back is the warmest */
        list_remove(&message->link);
        pool->idle_count--;
    }
    mutex_unlock(&pool->lock);
    return message;
}

static void unseal(local_message *message)
{
    message->size = 0;
    atomic_store_explicit(&message->is_encoded, false, memory_order_relaxed);
}

local_message *local_pool_get(local_pool *pool)
{
    local_message *message = pop_idle(pool);
    if (!message && !(message = message_new(pool))) return NULL;
    atomic_store_explicit(&message->references, 1, memory_order_relaxed);
    unseal(message);
    atomic_fetch_add_explicit(&pool->references, 1, memory_order_relaxed);
    return message;
}

static void free_all(list *messages)
{
    list_each(it, messages) {
        local_message *message = list_entry(it, local_message, link);
        list_remove(it);
        message_free(message);
    }
}

/* Moves all of `from` to `to`, which is empty. */
static void move_all(list *from, list *to)
{
    while (!list_is_empty(from)) {
        list *node = from->next;
        list_remove(node);
        list_append(to, node);
    }
}

void local_pool_close(local_pool *pool)
{
    list idle, lent;
    if (!pool) return;
    list_init(&idle);
    list_init(&lent);
    mutex_lock(&pool->lock);
    pool->closed = true;
    move_all(&pool->idle, &idle);
    move_all(&pool->lent, &lent);
    pool->idle_count = pool->lent_count = 0;
    mutex_unlock(&pool->lock);
    free_all(&idle);
    list_each(it, &lent) {
        list_remove(it);
        local_message_unref(list_entry(it, local_message, link));
    }
    pool_unref(pool);
}

/* ---- references ---- */

local_message *local_message_ref(local_message *message)
{
    atomic_fetch_add_explicit(&message->references, 1, memory_order_relaxed);
    return message;
}

void local_message_unref(local_message *message)
{
    if (!message || atomic_fetch_sub_explicit(&message->references, 1, memory_order_acq_rel) != 1) return;
    local_pool *pool = message->pool;
    mutex_lock(&pool->lock);
    bool kept = !pool->closed && pool->idle_count < IDLE_MAX; /* LO3 */
    if (kept) {
        list_append(&pool->idle, &message->link);
        pool->idle_count++;
    }
    mutex_unlock(&pool->lock);
    if (!kept) message_free(message);
    pool_unref(pool);
}

bool local_message_is_sole(const local_message *message)
{
    return atomic_load_explicit(&message->references, memory_order_acquire) == 1;
}

void *local_message_data(local_message *message)
{
    return message->data;
}

const rclio_type *local_message_type(const local_message *message)
{
    return message->pool->type;
}

bool local_message_fits(const local_message *message, const rclio_type *type)
{
    const rclio_type *own = message->pool->type;
    if (own == type) return true;
    return own->size == type->size && own->alignment == type->alignment && memcmp(own->hash, type->hash, sizeof own->hash) == 0 &&
           strcmp(own->name, type->name) == 0;
}

local_message *local_message_own(local_message *message)
{
    if (local_message_is_sole(message)) {
        unseal(message);
        return message;
    }
    local_message *copy = local_pool_get(message->pool);
    if (!copy) return NULL;
    if (rclio_message_copy(message->pool->type, message->data, copy->data) != RCLIO_OK) {
        local_message_unref(copy);
        return NULL;
    }
    local_message_unref(message);
    return copy;
}

/* ---- bytes ---- */

static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

static rclio_status seal(local_message *message)
{
    size_t size = rclio_encoded_size(message->pool->codec, message->data, 0);
    if (size == SIZE_MAX) return rclio_error_status();
    if (size > SIZE_LIMIT) return rclio_fail(RCLIO_LIMIT, "a message of %zu bytes: DDS carries at most 4 GB", size);
    if (padded(size) > message->capacity) {
        free(message->bytes); /* not realloc: its content is of no use */
        message->capacity = 0;
        message->bytes = malloc(padded(size));
        if (!message->bytes) return rclio_fail(RCLIO_NO_MEMORY, "no memory for a message of %zu bytes", size);
        message->capacity = padded(size);
    }
    message->size = size;
    return RCLIO_OK;
}

rclio_status local_message_seal(local_message *message)
{
    mutex_lock(&message->encoding); /* several that have kept it may publish it at one time */
    rclio_status status = message->size > 0 ? RCLIO_OK : seal(message);
    mutex_unlock(&message->encoding);
    return status;
}

size_t local_message_size(const local_message *message)
{
    return message->size;
}

static void encode(local_message *message)
{
    rclio_status status = rclio_encode(message->pool->codec, message->data, 0, message->bytes, message->size);
    if (status) memset(message->bytes, 0, message->size); /* somebody wrote after all (LO1): not old bytes, at least */
    memset(message->bytes + message->size, 0, padded(message->size) - message->size);
}

const uint8_t *local_message_bytes(local_message *message)
{
    if (local_message_is_encoded(message)) return message->bytes;
    mutex_lock(&message->encoding);
    if (!local_message_is_encoded(message)) encode(message);
    atomic_store_explicit(&message->is_encoded, true, memory_order_release);
    mutex_unlock(&message->encoding);
    return message->bytes;
}

bool local_message_is_encoded(const local_message *message)
{
    return atomic_load_explicit(&message->is_encoded, memory_order_acquire);
}

/* ---- lending ---- */

void *local_pool_lend(local_pool *pool)
{
    local_message *message = local_pool_get(pool);
    if (!message) return NULL;
    mutex_lock(&pool->lock);
    bool lent = !pool->closed && pool->lent_count < LOCAL_LENT_MAX;
    if (lent) {
        list_append(&pool->lent, &message->link);
        pool->lent_count++;
    }
    mutex_unlock(&pool->lock);
    if (lent) return message->data;
    local_message_unref(message);
    return rclio_fail_null(RCLIO_LIMIT, "%d messages %s are on loan: publish them or give them back", LOCAL_LENT_MAX,
                           pool->type->name);
}

local_message *local_pool_take_back(local_pool *pool, const void *data) /* LO5 */
{
    local_message *found = NULL;
    mutex_lock(&pool->lock);
    for (list *it = pool->lent.previous; it != &pool->lent && !found; it = it->previous) { /* the newest first */
        local_message *message = list_entry(it, local_message, link);
        if (message->data == data) found = message;
    }
    if (found) {
        list_remove(&found->link);
        pool->lent_count--;
    }
    mutex_unlock(&pool->lock);
    if (found) return found;
    return rclio_fail_null(RCLIO_INVALID, "this message %s is not on loan from here: it was published or given back before",
                           pool->type->name);
}
