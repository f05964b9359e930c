/* python/extension/queue.c: see queue.h. Tests: tests/python/test_executors.py. */
#include "queue_items.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct py_queue {
    pthread_mutex_t mutex;
    pthread_cond_t left; /* a group has been left */
    unsigned waiting;    /* for that */
    struct py_list completing;
    struct py_sleeper *asleep;
};

/* QU6: what this thread does just now. rclio's callbacks run in the thread that pumps. */
static _Thread_local bool is_pumping;
static _Thread_local const struct py_lane *pumping_lane;

struct py_queue *py_queue_new(void)
{
    struct py_queue *queue = calloc(1, sizeof *queue);
    if (queue) py_queue_after_fork(queue);
    return queue;
}

void py_queue_after_fork(struct py_queue *queue)
{
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->left, NULL);
    queue->asleep = NULL;
}

void py_queue_destroy(struct py_queue *queue)
{
    if (!queue) return;
    pthread_cond_destroy(&queue->left);
    pthread_mutex_destroy(&queue->mutex);
    free(queue);
}

static void lock(struct py_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
}

static void unlock(struct py_queue *queue)
{
    pthread_mutex_unlock(&queue->mutex);
}

/* --- sleepers --------------------------------------------------------------------------------------------------------------- */

void py_sleeper_wake(struct py_sleeper *sleeper)
{
    uint64_t one = 1;
    ssize_t written = write(sleeper->wake_fd, &one, sizeof one);
    (void)written; /* full: it is woken already */
}

static void get_up(struct py_sleeper *sleeper)
{
    if (!sleeper->asleep) return;
    sleeper->asleep = false;
    *sleeper->all_link = sleeper->next_of_all;
    if (sleeper->next_of_all) sleeper->next_of_all->all_link = sleeper->all_link;
    if (!sleeper->lane) return;
    *sleeper->link = sleeper->next;
    if (sleeper->next) sleeper->next->link = sleeper->link;
}

static void wake_one(struct py_sleeper *sleeper)
{
    if (!sleeper) return;
    get_up(sleeper);
    py_sleeper_wake(sleeper);
}

/* Something is in this lane. */
static void wake_lane(struct py_lane *lane)
{
    if (!lane || !lane->allowed || (is_pumping && pumping_lane == lane)) return;
    if (lane->asleep)
        wake_one(lane->asleep);
    else if (lane->grower)
        py_sleeper_wake(lane->grower);
}

static bool has(const struct py_queue *queue, const struct py_lane *lane)
{
    return queue->completing.first || (lane && lane->allowed && lane->ready.first);
}

bool py_queue_sleep(struct py_queue *queue, struct py_sleeper *sleeper)
{
    lock(queue);
    bool may = !has(queue, sleeper->lane);
    if (may && !sleeper->asleep) {
        sleeper->asleep = true;
        sleeper->next_of_all = queue->asleep;
        sleeper->all_link = &queue->asleep;
        if (sleeper->next_of_all) sleeper->next_of_all->all_link = &sleeper->next_of_all;
        queue->asleep = sleeper;
        if (sleeper->lane) {
            sleeper->next = sleeper->lane->asleep;
            sleeper->link = &sleeper->lane->asleep;
            if (sleeper->next) sleeper->next->link = &sleeper->next;
            sleeper->lane->asleep = sleeper;
        }
    }
    unlock(queue);
    return may;
}

void py_queue_awake(struct py_queue *queue, struct py_sleeper *sleeper)
{
    lock(queue);
    get_up(sleeper);
    unlock(queue);
}

void py_queue_wake_all(struct py_queue *queue)
{
    lock(queue);
    while (queue->asleep) wake_one(queue->asleep);
    unlock(queue);
}

void py_lane_allow(struct py_queue *queue, struct py_lane *lane, long count)
{
    lock(queue);
    lane->allowed = count;
    lane->asking = 0;
    lane->grants++;
    if (count && lane->ready.first) wake_one(lane->asleep);
    unlock(queue);
}

long py_lane_allowed(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    long allowed = lane->allowed < 0 ? lane->allowed : lane->allowed + lane->asking;
    unlock(queue);
    return allowed;
}

void py_lane_grows(struct py_queue *queue, struct py_lane *lane, struct py_sleeper *grower)
{
    lock(queue);
    lane->grower = grower;
    unlock(queue);
}

unsigned long py_backlog_came(struct py_queue *queue, const struct py_backlog *backlog)
{
    lock(queue);
    unsigned long came = backlog->came;
    unlock(queue);
    return came;
}

void py_lane_block(struct py_queue *queue, struct py_lane *lane, bool blocked)
{
    lock(queue);
    if (blocked)
        lane->blocked++;
    else
        lane->blocked--;
    unlock(queue);
}

bool py_lane_is_blocked(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    bool is_blocked = lane->blocked >= lane->threads;
    unlock(queue);
    return is_blocked;
}

bool py_lane_is_due(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    bool is_due = lane->allowed && lane->ready.first;
    unlock(queue);
    return is_due;
}

bool py_lane_is_short(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    bool is_short = lane->allowed && lane->ready.first && !lane->asleep;
    unlock(queue);
    return is_short;
}

__attribute__((noinline)) void py_queue_pumps(bool pumping, const struct py_lane *lane)
{
    is_pumping = pumping;
    pumping_lane = lane;
}

/* What stood there may run now, where its age puts it (QU3). It may stand with nodes of several executors. */
static void unpark(struct py_list *parked)
{
    struct py_list *merging = NULL;
    struct py_item *at = NULL;
    while (parked->first) {
        struct py_item *item = parked->first;
        struct py_home *home = item->backlog->home;
        struct py_list *to = home->lane ? &home->lane->ready : &home->parked;
        if (to != merging) at = to->first;
        merging = to;
        while (at && at->sequence < item->sequence) at = at->next;
        py_item_unlink(item);
        py_list_insert(to, item, at);
        wake_lane(home->lane);
    }
}

/* QU7 */
static void recall(struct py_lane *lane)
{
    if (!lane || !lane->refused.first) return;
    for (struct py_item *item = lane->refused.first; item; item = item->next) item->backlog->refused = false;
    unpark(&lane->refused);
}

/* --- putting ---------------------------------------------------------------------------------------------------------------- */

/* QU3: rclio gives us all that one entity has before it looks at the next, so the newest to be put may not be the newest to have come. */
static void insert_by_age(struct py_list *list, struct py_item *item)
{
    struct py_item *before = list->last;
    while (before && before->sequence > item->sequence && before->backlog != item->backlog) before = before->previous;
    py_list_insert(list, item, before ? before->next : list->first);
}

static struct py_item *first_that_counts(struct py_item *item)
{
    while (item && item->is_event) item = item->next_of_entity;
    return item;
}

/* QU4: the oldest goes; the next of its entity stands in its place, so that whoever has much to do does not lose its turn. */
static struct py_item *drop_oldest(struct py_backlog *backlog)
{
    struct py_item *oldest = first_that_counts(backlog->first);
    struct py_item *heir = oldest ? first_that_counts(oldest->next_of_entity) : NULL;
    if (!heir) return NULL; /* a limit is at least 1, so there are two */
    py_item_unlink(heir);
    heir->sequence = oldest->sequence;
    py_list_insert(oldest->in, heir, oldest);
    py_item_leave_entity(oldest);
    py_item_unlink(oldest);
    return oldest;
}

/* QU4, QU5: where a new item of an entity stands. Returns what it drives out. */
static struct py_item *place(struct py_queue *queue, struct py_item *item)
{
    struct py_backlog *backlog = item->backlog;
    recall(backlog->home->lane);
    if (backlog->last)
        backlog->last->next_of_entity = item;
    else
        backlog->first = item;
    backlog->last = item;
    if (!item->is_event) backlog->count++;
    backlog->came++;
    struct py_lane *lane = backlog->home->lane;
    struct py_item *dropped = backlog->limit && backlog->count > backlog->limit ? drop_oldest(backlog) : NULL;
    if (item->in) return dropped; /* it has the place already, and whoever is to come was woken for that */
    if (item->completes) {
        py_list_append(&queue->completing, item);
        if (!is_pumping) wake_one(queue->asleep);
    } else {
        insert_by_age(lane ? &lane->ready : &backlog->home->parked, item);
        wake_lane(lane);
    }
    return dropped;
}

bool py_queue_put(struct py_queue *queue, const struct py_item *given)
{
    struct py_item *item = py_item_copy(given), *dropped = NULL;
    if (!item) return false;
    lock(queue);
    bool dead = item->backlog->dead;
    if (dead)
        dropped = item;
    else
        dropped = place(queue, item);
    unlock(queue);
    py_item_free(dropped);
    return !dead;
}

bool py_queue_put_task(struct py_queue *queue, struct py_lane *lane, const struct py_item *given)
{
    struct py_item *item = py_item_copy(given);
    if (!item) return false;
    lock(queue);
    recall(lane);
    py_list_append(&lane->ready, item);
    wake_lane(lane);
    unlock(queue);
    return true;
}

/* --- taking ----------------------------------------------------------------------------------------------------------------- */

/* QU3: where it has to wait; NULL: it may run. */
static struct py_list *obstacle(struct py_lane *lane, const struct py_item *item)
{
    struct py_backlog *backlog = item->backlog;
    if (!backlog) return NULL;
    if (backlog->refused) return &lane->refused;
    bool passes = backlog->group && (backlog->group->reentrant || backlog->group->asked);
    if (passes) return NULL;
    if (backlog->busy) return &backlog->parked;
    return backlog->group && backlog->group->running ? &backlog->group->parked : NULL;
}

static void wake_boss(struct py_lane *lane)
{
    if (!lane->allowed && !lane->asking && lane->boss) py_sleeper_wake(lane->boss);
}

/* One of those that may be taken is. */
static void spend(struct py_lane *lane, struct py_item *item, bool is_asked)
{
    lane->allowed--;
    if (is_asked) {
        item->grant = lane->grants;
        lane->asking++;
    }
    wake_boss(lane);
}

/* It is not asked any more. returns: the lane may take another one for it. */
static void settle(struct py_lane *lane, struct py_item *item, bool returns)
{
    bool is_counted =
        item->grant && item->grant == lane->grants; /* else another spin has begun meanwhile, or the last has ended */
    item->grant = 0;
    if (!is_counted) return;
    lane->asking--;
    if (returns) lane->allowed++;
    wake_boss(lane);
}

struct py_item *py_queue_take(struct py_queue *queue, struct py_lane *lane)
{
    struct py_item *item;
    lock(queue);
    while ((item = lane->allowed ? lane->ready.first : NULL)) {
        struct py_list *parked = obstacle(lane, item);
        py_item_unlink(item);
        if (!parked) break;
        py_list_append(parked, item);
    }
    struct py_turnstile *group = item && item->backlog ? item->backlog->group : NULL;
    bool is_asked = group && group->asked;
    if (item && lane->allowed > 0) spend(lane, item, is_asked);
    if (item && item->backlog) {
        py_item_leave_entity(item);
        item->backlog->busy++;
        if (group && !is_asked) group->running++;
    }
    unlock(queue);
    return item;
}

void py_queue_begun(struct py_queue *queue, struct py_lane *lane, struct py_item *item)
{
    lock(queue);
    settle(lane, item, false);
    unlock(queue);
}

/* Back among its entity's items, as old as it is. */
static void rejoin_entity(struct py_item *item)
{
    struct py_backlog *backlog = item->backlog;
    struct py_item **at = &backlog->first;
    while (*at && (*at)->sequence < item->sequence) at = &(*at)->next_of_entity;
    item->next_of_entity = *at;
    *at = item;
    if (!item->next_of_entity) backlog->last = item;
    if (!item->is_event) backlog->count++;
}

void py_queue_refuse(struct py_queue *queue, struct py_lane *lane, struct py_item *item, bool counts)
{
    struct py_backlog *backlog = item->backlog;
    lock(queue);
    backlog->busy--;
    settle(lane, item, !counts);
    bool drops = backlog->dead || (!item->is_event && backlog->limit && backlog->count >= backlog->limit); /* QU4 */
    if (!drops) {
        struct py_home *home = backlog->home;
        rejoin_entity(item);
        backlog->refused = home->lane == lane;
        insert_by_age(backlog->refused ? &lane->refused : home->lane ? &home->lane->ready : &home->parked, item);
        if (!backlog->refused) wake_lane(home->lane);
    }
    unlock(queue);
    if (drops) py_item_free(item);
}

void py_queue_recall(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    recall(lane);
    unlock(queue);
}

struct py_item *py_queue_take_of(struct py_queue *queue, struct py_backlog *backlog)
{
    lock(queue);
    struct py_item *item = first_that_counts(backlog->first);
    if (item) {
        py_item_leave_entity(item);
        py_item_unlink(item);
    }
    unlock(queue);
    return item;
}

size_t py_queue_count_of(struct py_queue *queue, const struct py_backlog *backlog)
{
    lock(queue);
    size_t count = backlog->count;
    unlock(queue);
    return count;
}

struct py_item *py_queue_take_completing(struct py_queue *queue)
{
    lock(queue);
    struct py_item *item = queue->completing.first;
    if (item) {
        py_item_leave_entity(item);
        py_item_unlink(item);
    }
    unlock(queue);
    return item;
}

bool py_queue_has(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    bool is_there = has(queue, lane);
    unlock(queue);
    return is_there;
}

/* --- groups ----------------------------------------------------------------------------------------------------------------- */

void py_queue_leave(struct py_queue *queue, struct py_turnstile *group)
{
    if (!group) return;
    lock(queue);
    group->running--;
    if (!group->running) unpark(&group->parked);
    if (queue->waiting) pthread_cond_broadcast(&queue->left);
    unlock(queue);
}

static bool try_enter(struct py_turnstile *group)
{
    if (group->running && !group->reentrant) return false;
    group->running++;
    return true;
}

bool py_queue_enter(struct py_queue *queue, struct py_turnstile *group)
{
    if (!group) return true;
    lock(queue);
    bool entered = try_enter(group);
    unlock(queue);
    return entered;
}

void py_queue_enter_wait(struct py_queue *queue, struct py_turnstile *group)
{
    if (!group) return;
    lock(queue);
    queue->waiting++;
    while (!try_enter(group)) pthread_cond_wait(&queue->left, &queue->mutex);
    queue->waiting--;
    unlock(queue);
}

void py_queue_end(struct py_queue *queue, struct py_backlog *backlog)
{
    lock(queue);
    backlog->busy--;
    if (!backlog->busy) unpark(&backlog->parked);
    recall(backlog->home->lane);
    unlock(queue);
}

/* --- entities and nodes come and go ----------------------------------------------------------------------------------------- */

static void empty(struct py_queue *queue, struct py_backlog *backlog, bool dies)
{
    struct py_item *removed = NULL;
    lock(queue);
    if (dies) backlog->dead = true;
    for (struct py_item *item; (item = py_backlog_pop(backlog));) {
        item->next = removed;
        removed = item;
    }
    unlock(queue);
    while (removed) {
        struct py_item *next = removed->next;
        py_item_free(removed);
        removed = next;
    }
}

void py_queue_close(struct py_queue *queue, struct py_backlog *backlog)
{
    empty(queue, backlog, true);
}

void py_queue_empty(struct py_queue *queue, struct py_backlog *backlog)
{
    empty(queue, backlog, false);
}

void py_queue_move(struct py_queue *queue, struct py_home *home, struct py_lane *lane)
{
    lock(queue);
    struct py_lane *old = home->lane;
    recall(old);
    home->lane = lane;
    struct py_list *to = lane ? &lane->ready : &home->parked, *from = old ? &old->ready : &home->parked;
    for (struct py_item *item = from->first, *next; to != from && item; item = next) {
        next = item->next;
        if (!item->backlog || item->backlog->home != home) continue;
        py_item_unlink(item);
        py_list_append(to, item);
    }
    if (to->first) wake_lane(lane);
    unlock(queue);
}

void py_queue_forget_lane(struct py_queue *queue, struct py_lane *lane)
{
    lock(queue);
    struct py_item *item = lane->ready.first;
    lane->ready.first = lane->ready.last = NULL;
    while (lane->asleep) get_up(lane->asleep);
    unlock(queue);
    while (item) {
        struct py_item *next = item->next;
        py_item_free(item);
        item = next;
    }
}
