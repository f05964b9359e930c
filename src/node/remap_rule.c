/* src/node/remap_rule.c: reads a remap rule: a small scanner over tokens ([A-Za-z_][A-Za-z0-9_]*) and '/'.
 *
 *   RR1  A rule is accepted whole or not at all; what it says is checked for form here and for legal names when it is applied.
 *   RR2  Wildcards and back references are known and refused, as upstream does.
 * Threads: any; no state. Tests: tests/node/test_arguments.c, fuzz/fuzz_arguments.c. */
#include "node/remap_rule.h"

#include "base/error.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATOR ":="

static bool is_word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t token_length(const char *source)
{
    size_t length = 0;
    if (!is_word_start(source[0])) return 0;
    while (is_word_start(source[length]) || (source[length] >= '0' && source[length] <= '9')) length++;
    return length;
}

size_t remap_node_prefix(const char *source, const char **rest)
{
    size_t length = token_length(source);
    *rest = source;
    if (length == 0 || source[length] != ':' || source[length + 1] == '=' || starts_with(source + length, "://")) return 0;
    *rest = source + length + 1;
    return length;
}

/* RR2 */
static rclio_status not_a_token(const char *at, bool match)
{
    if (match && starts_with(at, "**")) return rclio_fail(RCLIO_INVALID, "Wildcard '**' is not implemented");
    if (match && *at == '*') return rclio_fail(RCLIO_INVALID, "Wildcard '*' is not implemented");
    if (!match && at[0] == '\\' && at[1] >= '1' && at[1] <= '9')
        return rclio_fail(RCLIO_INVALID, "Backreferences are not implemented");
    if (match) return rclio_fail(RCLIO_INVALID, "Expecting token or wildcard at '%s'", at);
    return rclio_fail(RCLIO_INVALID, "Expecting token or backreference at '%s'", at);
}

/* ["~/" | "/"] token { "/" token }: the end of the name in *end. */
static rclio_status scan_name(const char *source, bool match, const char **end)
{
    if (starts_with(source, "~/"))
        source += 2;
    else if (*source == '/')
        source++;
    for (;;) {
        size_t length = token_length(source);
        if (length == 0) return not_a_token(source, match);
        source += length;
        if (match && *source == '*') return not_a_token(source, true);
        if (!match && *source == '\\') return not_a_token(source, false);
        if (*source != '/') break;
        source++;
    }
    *end = source;
    return RCLIO_OK;
}

static rclio_status expect_end(const char *at)
{
    return *at ? rclio_fail(RCLIO_INVALID, "unexpected '%s' after the replacement", at) : RCLIO_OK;
}

static rclio_status parse_node_name(const char *source, remap_rule *rule)
{
    size_t length = token_length(source);
    if (length == 0) return rclio_fail(RCLIO_INVALID, "a node name starts with a letter or '_', found '%s'", source);
    if (source[length])
        return rclio_fail(RCLIO_INVALID, "a node name has letters, digits and '_' only, found '%s'", source + length);
    rule->kinds = REMAP_NODE_NAME;
    rule->replacement = copy_string(source);
    return rule->replacement ? RCLIO_OK : rclio_error_status();
}

static rclio_status parse_namespace(const char *source, remap_rule *rule)
{
    const char *end = source + 1;
    if (*source != '/') return rclio_fail(RCLIO_INVALID, "a namespace starts with '/', found '%s'", source);
    if (source[1] && scan_name(source, false, &end) != RCLIO_OK) return rclio_error_status();
    if (expect_end(end) != RCLIO_OK) return rclio_error_status();
    rule->kinds = REMAP_NAMESPACE;
    rule->replacement = copy_string(source);
    return rule->replacement ? RCLIO_OK : rclio_error_status();
}

static rclio_status parse_name_rule(const char *source, remap_rule *rule)
{
    const char *end = source;
    rule->kinds = REMAP_TOPIC | REMAP_SERVICE;
    if (starts_with(source, "rostopic://")) {
        rule->kinds = REMAP_TOPIC;
        source += strlen("rostopic://");
    } else if (starts_with(source, "rosservice://")) {
        rule->kinds = REMAP_SERVICE;
        source += strlen("rosservice://");
    }
    if (scan_name(source, true, &end) != RCLIO_OK) return rclio_error_status();
    if (!starts_with(end, SEPARATOR)) return rclio_fail(RCLIO_INVALID, "Expecting ':=' at '%s'", end);
    const char *replacement = end + strlen(SEPARATOR);
    rule->match = copy_bytes(source, (size_t)(end - source));
    if (!rule->match) return rclio_error_status();
    if (!*replacement) return rclio_fail(RCLIO_INVALID, "nothing stands after ':='");
    if (scan_name(replacement, false, &end) != RCLIO_OK || expect_end(end) != RCLIO_OK) return rclio_error_status();
    rule->replacement = copy_string(replacement);
    return rule->replacement ? RCLIO_OK : rclio_error_status();
}

static rclio_status parse(const char *source, remap_rule *rule)
{
    const char *rest;
    if (!strstr(source, SEPARATOR)) return rclio_fail(RCLIO_INVALID, "there is no ':=' in it");
    size_t prefix = remap_node_prefix(source, &rest);
    if (prefix && !(rule->node = copy_bytes(source, prefix))) return rclio_error_status();
    if (starts_with(rest, "__node" SEPARATOR)) return parse_node_name(rest + strlen("__node" SEPARATOR), rule);
    if (starts_with(rest, "__name" SEPARATOR)) return parse_node_name(rest + strlen("__name" SEPARATOR), rule);
    if (starts_with(rest, "__ns" SEPARATOR)) return parse_namespace(rest + strlen("__ns" SEPARATOR), rule);
    return parse_name_rule(rest, rule);
}

rclio_status remap_rule_parse(const char *source, remap_rule *rule)
{
    *rule = (remap_rule){0};
    rclio_status status = parse(source, rule);
    if (status != RCLIO_OK) remap_rule_fini(rule);
    return status;
}

void remap_rule_fini(remap_rule *rule)
{
    free(rule->node);
    free(rule->match);
    free(rule->replacement);
    *rule = (remap_rule){0};
}
