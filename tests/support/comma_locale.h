/* tests/support/comma_locale.h: a locale that writes 1,5, made here: which ones a machine has, a test cannot know. */
#ifndef TESTS_SUPPORT_COMMA_LOCALE_H
#define TESTS_SUPPORT_COMMA_LOCALE_H

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Numbers have a comma until setlocale(LC_NUMERIC, "C"). localedef complains of what the locale lacks, and makes the part that is asked for. */
static inline void comma_locale_set(void)
{
    char folder[] = "/tmp/rclio-locale-XXXXXX", command[512];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command,
             "cd %s && printf 'CHARMAP\\n<U0041> /x41\\nEND CHARMAP\\n' >charmap && "
             "printf 'LC_NUMERIC\\ndecimal_point \",\"\\nthousands_sep \"\"\\ngrouping -1\\nEND LC_NUMERIC\\n' >source && "
             "mkdir made && localedef -c -f ./charmap -i ./source made/comma >/dev/null 2>&1",
             folder);
    if (system(command) < 0) fail_msg("no shell");
    snprintf(command, sizeof command, "%s/made", folder);
    setenv("LOCPATH", command, 1);
    const char *set = setlocale(LC_NUMERIC, "comma");
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    assert_non_null(set);
    assert_string_equal(localeconv()->decimal_point, ",");
}

#endif
