/* src/types/registry_search.h: in which folder a package's interface definitions lie (IDL-1).
 *
 *   SE1  Places in order, the first that has the package wins: rclio's own definitions, share/ of each prefix of
 *        AMENT_PREFIX_PATH (both hold <package>/{msg,srv,action}/), packages anywhere below the folders of
 *        RCLIO_INTERFACE_PATH.
 *   SE2  The environment is read when a search is made, folders only when something is looked up. A package of the first two
 *        places costs a few stat calls; the folders of RCLIO_INTERFACE_PATH are walked once, for a package that is not there or
 *        for a list.
 *   SE3  A package found in two places (not two names of one folder) is one warning, when it is looked up or listed.
 * Threads: the lock of whoever owns the search. */
#ifndef RCLIO_TYPES_REGISTRY_SEARCH_H
#define RCLIO_TYPES_REGISTRY_SEARCH_H

#include "types/registry_names.h"

typedef struct search search;

/* NULL with the error set when memory is short. `warn` gets one line per duplicate package or unreadable folder. */
search *search_new(void (*warn)(const char *line, void *arg), void *arg);
void search_destroy(search *s);

/* The folder that holds the package's msg/, srv/ and action/; lent until search_destroy.
 * Fails with RCLIO_NOT_FOUND (the error's text is only "no package 'x'"), RCLIO_NO_MEMORY. */
const char *search_package(search *s, const char *package);

/* Adds every package there is, unsorted, once each. */
rclio_status search_packages(search *s, names *found);

#endif
