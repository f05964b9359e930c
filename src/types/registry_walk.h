/* src/types/registry_walk.h: finds packages with interfaces below a folder of source packages.
 *
 *   RW1  A package is a folder with package.xml; its name is the text of <name>. Nothing below a package is looked into.
 *   RW2  Folders are taken in the order of their names, so the result is the same on every machine. Folders that start with '.'
 *        or hold COLCON_IGNORE or AMENT_IGNORE are left out; links are followed, depth is limited.
 * Threads: any. */
#ifndef RCLIO_TYPES_REGISTRY_WALK_H
#define RCLIO_TYPES_REGISTRY_WALK_H

#include "rclio/api.h"

typedef struct walk_visitor {
    rclio_status (*found)(const char *package, const char *path, void *arg); /* an error ends the walk */
    void (*unreadable)(const char *cause, void *arg);
    void *arg;
} walk_visitor;

rclio_status walk_packages(const char *root, const walk_visitor *visitor);

/* true: the folder has msg/, srv/ or action/. */
bool has_interfaces(const char *path);

#endif
