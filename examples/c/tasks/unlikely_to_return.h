/* A coroutine that retries until it is lucky: what the two examples beside it await. */
#ifndef UNLIKELY_TO_RETURN_H
#define UNLIKELY_TO_RETURN_H

struct gamble {
    const char *tag; /* printed in front of each line */
    double result;   /* at most 0.1 when it is done */
};

/* A task: rolls until the roll is at most 0.1, sleeping 0.1 s between rolls. arg: a struct gamble, which is also its value. */
void unlikely_to_return(void *arg);

#endif
