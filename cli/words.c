/* cli/words.c: a line taken apart as a shell does: blanks divide, quotes and '\' keep them. Threads: main. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* Reads one word at *at to `word`, which has room for all of the rest. NULL: what is wrong. */
static const char *read_word(const char **at, char *word)
{
    char quote = 0;
    const char *text = *at;
    for (; *text && (quote || !strchr(" \t\r\n", *text)); text++) {
        if (quote && *text == quote)
            quote = 0;
        else if (!quote && (*text == '\'' || *text == '"'))
            quote = *text;
        else if (*text == '\\' && quote != '\'') {
            if (!text[1]) return "No escaped character";
            if (quote && text[1] != '"' && text[1] != '\\') *word++ = '\\';
            *word++ = *++text;
        } else
            *word++ = *text;
    }
    *word = '\0';
    *at = text;
    return quote ? "No closing quotation" : NULL;
}

const char *cli_split(const char *line, cli_words *words, char **memory)
{
    const char *wrong = NULL;
    char *word = *memory = malloc(strlen(line) + 2);
    words->data = calloc(strlen(line) + 2, sizeof *words->data);
    words->count = 0;
    if (!word || !words->data) return "out of memory";
    while (*(line += strspn(line, " \t\r\n"))) {
        if ((wrong = read_word(&line, word))) break;
        words->data[words->count++] = word;
        word += strlen(word) + 1;
    }
    return wrong;
}
