#include "unlikely_to_return.h"

#include <rclio/rclio.h>
#include <stdio.h>
#include <stdlib.h>

void unlikely_to_return(void *arg)
{
    struct gamble *gamble = arg;
    double roll;
    while ((roll = (double)random() / (double)RAND_MAX) > 0.1) {
        printf("%s retry needed (roll = %.17g > 0.1).\n", gamble->tag, roll);
        if (rclio_sleep(RCLIO_MS(100))) return; /* cancelled */
    }
    printf("%s Done.\n", gamble->tag);
    gamble->result = roll;
    rclio_task_return(gamble, NULL);
}
