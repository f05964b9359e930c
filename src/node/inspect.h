/* src/node/inspect.h: a running process tells about itself: `ros2 tasks`, `ros2 trace` and `ros2 top` ask.
 *
 *   IN1  Each context has a socket in the abstract name space, @rclio/<domain>/<pid>/<number>, from its first node to its last: no file is
 *        left behind however the process ends. docs/tracing.md has the questions and answers.
 *   IN2  A thread of its own answers, "rclio-inspect", so a process that hangs can still tell why. It sleeps until somebody asks; what it
 *        does then runs beside the program, under the context's lock for as long as it takes to write the answer down.
 *   IN3  Only processes of the same user, and root, are answered: SO_PEERCRED.
 *   IN4  Entities are traced (node/trace.h) while somebody has asked to and is connected.
 *   IN5  Nothing that goes wrong here is the program's trouble: without a socket it runs as ever.
 * Threads: inspect_start and inspect_stop of one thread at a time (context->opening). Tests: tests/node/test_inspect.c. */
#ifndef RCLIO_NODE_INSPECT_H
#define RCLIO_NODE_INSPECT_H

#include "base/text.h"
#include "node/node.h"

typedef struct inspect inspect;

/* NULL: switched off (rclio_context_options.no_inspection, RCLIO_INSPECT=0), or it could not be made (IN5). */
inspect *inspect_start(rclio_context *context);
void inspect_stop(inspect *server); /* NULL is allowed. No answer is being written when it returns */

/* inspect_answer.c: answers a question, "nodes", "tasks" or "trace"; the end of the answer included. */
void inspect_answer(rclio_context *context, const char *question, text *out);

/* IN4: of all entities there are now. */
void inspect_trace(rclio_context *context, bool on);

#endif
