/* run_alone: the main function of a program with one node; CMake says which. */
#include "nodes.h"

int main(int argc, char **argv)
{
    struct NODE node = {0};
    return rclio_spin(START(&node, rclio_init(argc, argv, NULL)));
}
