/* cli/verb_wtf_hello.c: `ros2 wtf hello`, the same as `ros2 doctor hello`. */
#include "cli.h"

const cli_verb cli_verb_wtf_hello = {
    "wtf hello",       "Say hello to other machines, by a topic and by multicast, and print who was heard",
    cli_hello_options, sizeof(cli_hello),
    cli_hello_run,     NULL,
};
