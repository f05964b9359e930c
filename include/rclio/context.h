/* include/rclio/context.h: one participation in the ROS network: arguments, environment, middleware, executor, log. Floor: node. */
#ifndef RCLIO_CONTEXT_H
#define RCLIO_CONTEXT_H

#include "rclio/clock.h"
#include "rclio/executor.h"
#include "rclio/logging.h"
#include "rclio/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which signals shut the context down, as upstream's SignalHandlerOptions. The handler is installed with the first context that wants the
 * signal and put back with the last. A handler the program installed before is called after ours, under its own flags and mask; one that
 * it installs later replaces ours (it may call the handler it found) and calls rclio_shutdown() itself. What a signal does: docs/shutdown.md. */
typedef enum rclio_signals {
    RCLIO_SIGNALS_ALL = 0, /* SIGINT and SIGTERM */
    RCLIO_SIGNALS_NONE,
    RCLIO_SIGNALS_SIGINT,
    RCLIO_SIGNALS_SIGTERM,
} rclio_signals;

typedef struct rclio_context_options {
    uint32_t domain_id; /* with has_domain_id; else ROS_DOMAIN_ID */
    bool has_domain_id;
    rclio_signals signals;
    bool no_rosout;     /* nodes make no /rosout writer */
    bool no_inspection; /* `ros2 tasks`, `trace` and `top` are not answered (docs/tracing.md); also with RCLIO_INSPECT=0 */
    bool
        few_threads; /* one thread receives in place of up to three: for many small processes (docs/middleware.md). The first context of
                               a domain in the process decides */
    const char *middleware; /* NULL: RMW_IMPLEMENTATION */
    rclio_executor_options executor;
} rclio_context_options;

/* Reads the arguments (--ros-args) and the environment; opens no socket before the first node. A parse error is also printed to
 * standard error in upstream's words, for programs that do not look.
 * argc, argv  borrowed until it returns; 0 and NULL are allowed.
 * returns     NULL with the error set: RCLIO_INVALID names the argument or variable, its value and what is allowed.
 * thread      any
 * wire        ARG-1 .. ARG-4, ENV-1, ENV-2 */
RCLIO_API rclio_context *rclio_init(int argc, char *const argv[], const rclio_context_options *options);

/* Destroys all that was made below it, then the context. NULL is allowed. Inside a callback call rclio_shutdown() instead: tasks that still
 * run could not end (the process is aborted).
 * thread  one that spins nothing, while nobody spins it */
RCLIO_API void rclio_context_destroy(rclio_context *context);

/* Ends it: spin functions return, pending calls fail with RCLIO_SHUTDOWN. The objects stay until they are destroyed. A second time does
 * nothing. Signals come here too.
 * thread  any; async-signal-safe */
RCLIO_API void rclio_shutdown(rclio_context *context);
RCLIO_API bool rclio_ok(const rclio_context *context); /* false after shutdown or for NULL. thread any */

/* The signal that shut it down; 0: none did. thread any */
RCLIO_API int rclio_shutdown_signal(const rclio_context *context);

/* Chooses anew which signals shut it down. fails RCLIO_LIMIT: more than 64 contexts; RCLIO_SYSTEM. thread any */
RCLIO_API rclio_status rclio_context_set_signals(rclio_context *context, rclio_signals signals);

/* Calls `call` once when the context has been shut down (by a signal too) or is destroyed: in the thread that spun or destroys it, in the
 * order they were added, before pending calls fail. It may publish a last message, which nothing else can by then; it must not await.
 * Added after those were called, it is called at once. A thread that loops without spinning gets to it in rclio_context_destroy().
 * returns  an id for rclio_on_shutdown_remove(); 0 with the error set: RCLIO_INVALID, RCLIO_NO_MEMORY.
 * thread   any */
RCLIO_API uint64_t rclio_on_shutdown(rclio_context *context, void (*call)(void *arg), void *arg);

/* true: it will not be called. false: it was called before, has returned (unless the caller is it), or there is none.
 * thread  any */
RCLIO_API bool rclio_on_shutdown_remove(rclio_context *context, uint64_t id);

RCLIO_API rclio_executor *rclio_context_executor(rclio_context *context); /* lent */
RCLIO_API rclio_types *rclio_context_types(rclio_context *context);       /* lent */
RCLIO_API uint32_t rclio_context_domain_id(const rclio_context *context);

/* As rclio_clock_sleep_until, by a clock that belongs to no node: ended by this context's shutdown (RCLIO_SHUTDOWN); outside of tasks
 * the context's executor is spun. thread as rclio_await */
#define rclio_context_sleep_until(context, clock, time_ns) \
    rclio_context_sleep_until_at((context), (clock), (time_ns), __FILE__, __LINE__)
RCLIO_API rclio_status rclio_context_sleep_until_at(rclio_context *context, rclio_clock *clock, int64_t time_ns, const char *file,
                                                    int line);

/* Blocks the thread, and spins nothing: somebody else has to set the time of a ROS clock. A shutdown ends it within 100 ms.
 * returns  as rclio_clock_sleep_until; RCLIO_BAD_STATE inside an executor's turn
 * thread   one that spins nothing */
RCLIO_API rclio_status rclio_context_block_until(rclio_context *context, rclio_clock *clock, int64_t time_ns);

/* argv without what stood between --ros-args and --, ended by NULL; lent until the context is destroyed. thread any */
RCLIO_API char *const *rclio_context_arguments(const rclio_context *context, int *count);

/* The same for who has no context: what ROS reads is checked, and not used. The first word is one like the others.
 * returns  ended by NULL, to free with rclio_names_free(). NULL: RCLIO_INVALID, RCLIO_NOT_FOUND (a file), RCLIO_NO_MEMORY
 * thread   any. wire ARG-1 */
RCLIO_API char **rclio_remove_ros_arguments(int argc, char *const argv[]);

#ifdef __cplusplus
}
#endif
#endif
