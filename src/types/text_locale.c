/* src/types/text_locale.c: see text_locale.h. */
#include "types/text_locale.h"

text_locale text_locale_enter(void)
{
    text_locale entered = {.plain = newlocale(LC_ALL_MASK, "C", (locale_t)0)}; /* glibc keeps that one: no allocation */
    if (entered.plain) entered.before = uselocale(entered.plain);
    return entered;
}

void text_locale_leave(const text_locale *entered)
{
    if (!entered->plain) return;
    uselocale(entered->before);
    freelocale(entered->plain);
}
