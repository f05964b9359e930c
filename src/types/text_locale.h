/* src/types/text_locale.h: a decimal point is a point, whatever the program's locale says.
 *
 * Threads: the locale is the calling thread's; enter and leave on the same one, with nothing between that suspends a task. */
#ifndef RCLIO_TYPES_TEXT_LOCALE_H
#define RCLIO_TYPES_TEXT_LOCALE_H

#include <locale.h>

typedef struct text_locale {
    locale_t plain;
    locale_t before;
} text_locale;

text_locale text_locale_enter(void);
void text_locale_leave(const text_locale *entered);

#endif
