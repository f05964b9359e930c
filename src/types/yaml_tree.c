/* src/types/yaml_tree.c: see yaml_tree.h. */
#include "types/yaml_tree.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { BLOCK_NODES = 128 };

struct yaml_block {
    struct yaml_block *next;
    size_t used;
    yaml_node nodes[BLOCK_NODES];
};

typedef struct tree_reader {
    yaml_tree *tree;
    yaml_parser_t parser;
    yaml_node *parents[YAML_DEPTH]; /* of the next node, outermost first */
    size_t depth;
} tree_reader;

const yaml_node *yaml_follow(const yaml_node *node)
{
    return node->kind == YAML_ALIAS ? node->target : node;
}

static rclio_status fail_at(const yaml_mark_t *mark, const char *context, const char *problem)
{
    return rclio_fail(RCLIO_BAD_DATA, "%zu:%zu: %s%s%s", mark->line + 1, mark->column + 1, context ? context : "",
                      context ? ": " : "", problem);
}

/* The place of the byte at `offset`, or of the text's end. */
static yaml_mark_t place_of(const char *yaml, size_t size, size_t offset)
{
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < offset && i < size; i++) {
        bool starts_character = ((unsigned char)yaml[i] & 0xc0) != 0x80;
        mark.column = yaml[i] == '\n' ? 0 : mark.column + starts_character;
        mark.line += yaml[i] == '\n';
    }
    return mark;
}

/* An error of libyaml's. One of its reader has a byte offset for a mark; one at the end may stand in a line that is not there. */
static rclio_status fail_parser(tree_reader *r, const char *yaml, size_t size)
{
    const yaml_parser_t *p = &r->parser;
    const char *problem = p->problem ? p->problem : "not YAML";
    yaml_mark_t mark = p->problem_mark, end = place_of(yaml, size, size);
    if (p->error == YAML_MEMORY_ERROR) return rclio_fail(RCLIO_NO_MEMORY, "no memory for a YAML text of %zu bytes", size);
    if (p->error == YAML_READER_ERROR) mark = place_of(yaml, size, p->problem_offset);
    if (mark.line > end.line) mark = end;
    return fail_at(&mark, p->error == YAML_READER_ERROR ? NULL : p->context, problem);
}

static yaml_node *new_node(yaml_tree *tree, yaml_kind kind)
{
    struct yaml_block *block = tree->blocks;
    if (!block || block->used == BLOCK_NODES) {
        block = calloc(1, sizeof *block);
        if (!block) return rclio_fail_null(RCLIO_NO_MEMORY, "no memory for a YAML text of %zu values", tree->node_count);
        block->next = tree->blocks;
        tree->blocks = block;
    }
    yaml_node *node = &block->nodes[block->used++];
    node->kind = kind;
    tree->node_count++;
    return node;
}

/* YT1: every parent is as high as its highest child and one more. */
static rclio_status raise_parent(tree_reader *r, const yaml_node *child, const yaml_mark_t *mark)
{
    yaml_node *parent = r->parents[r->depth - 1];
    if (parent->height <= child->height) parent->height = (unsigned char)(child->height + 1);
    if (parent->height + r->depth > YAML_DEPTH) return fail_at(mark, NULL, "values are nested too deep");
    return RCLIO_OK;
}

static rclio_status place_node(tree_reader *r, yaml_node *node, const yaml_mark_t *mark)
{
    if (r->depth == 0) {
        if (r->tree->root) return fail_at(mark, NULL, "expected a single document");
        r->tree->root = node;
        return RCLIO_OK;
    }
    yaml_node *parent = r->parents[r->depth - 1];
    if (parent->last)
        parent->last->sibling = node;
    else
        parent->first = node;
    parent->last = node;
    parent->child_count++;
    return node->open ? RCLIO_OK : raise_parent(r, yaml_follow(node), mark);
}

static rclio_status keep_anchor(tree_reader *r, const yaml_char_t *anchor, yaml_node *node)
{
    return anchor ? map_set(&r->tree->anchors, (const char *)anchor, node) : RCLIO_OK;
}

static const char common[] = "tag:yaml.org,2002:";

static rclio_status read_tag(const yaml_event_t *event, yaml_tag *tag)
{
    static const struct {
        const char *name;
        yaml_tag tag;
    } tags[] = {
        {"str", YAML_STR},     {"null", YAML_NULL},      {"bool", YAML_BOOL},   {"int", YAML_INT},
        {"float", YAML_FLOAT}, {"timestamp", YAML_DATE}, {"value", YAML_VALUE}, {"binary", YAML_BINARY},
    };
    const char *name = (const char *)event->data.scalar.tag;
    if (!name || strcmp(name, "!") == 0) {
        bool plain = !name && event->data.scalar.plain_implicit;
        *tag = plain ? yaml_resolve((const char *)event->data.scalar.value, event->data.scalar.length) : YAML_STR;
        return RCLIO_OK;
    }
    size_t prefix = sizeof common - 1;
    for (size_t i = 0; strncmp(name, common, prefix) == 0 && i < sizeof tags / sizeof *tags; i++) {
        if (strcmp(name + prefix, tags[i].name) != 0) continue;
        *tag = tags[i].tag;
        return RCLIO_OK;
    }
    return rclio_fail(RCLIO_BAD_DATA, "%zu:%zu: could not determine a constructor for the tag '%s'", event->start_mark.line + 1,
                      event->start_mark.column + 1, name);
}

static rclio_status read_scalar(tree_reader *r, yaml_event_t *event)
{
    yaml_node *node = new_node(r->tree, YAML_SCALAR);
    if (!node) return RCLIO_NO_MEMORY;
    rclio_status status = read_tag(event, &node->tag);
    if (status != RCLIO_OK) return status;
    node->scalar = (char *)event->data.scalar.value; /* taken over: libyaml's memory is malloc's */
    node->size = event->data.scalar.length;
    event->data.scalar.value = NULL;
    status = keep_anchor(r, event->data.scalar.anchor, node);
    return status == RCLIO_OK ? place_node(r, node, &event->start_mark) : status;
}

static rclio_status read_start(tree_reader *r, yaml_kind kind, const yaml_char_t *anchor, const yaml_char_t *tag,
                               const yaml_mark_t *mark)
{
    const char *expected = kind == YAML_SEQUENCE ? "seq" : "map";
    const char *name = (const char *)tag;
    if (name && strcmp(name, "!") != 0 &&
        (strncmp(name, common, sizeof common - 1) != 0 || strcmp(name + sizeof common - 1, expected) != 0))
        return rclio_fail(RCLIO_BAD_DATA, "%zu:%zu: could not determine a constructor for the tag '%s'", mark->line + 1,
                          mark->column + 1, name);
    yaml_node *node = new_node(r->tree, kind);
    if (!node) return RCLIO_NO_MEMORY;
    node->open = true;
    rclio_status status = keep_anchor(r, anchor, node);
    if (status == RCLIO_OK) status = place_node(r, node, mark);
    if (status != RCLIO_OK) return status;
    if (r->depth == YAML_DEPTH) return fail_at(mark, NULL, "values are nested too deep");
    r->parents[r->depth++] = node;
    return RCLIO_OK;
}

static rclio_status read_end(tree_reader *r, const yaml_mark_t *mark)
{
    yaml_node *node = r->parents[--r->depth];
    node->open = false;
    return r->depth ? raise_parent(r, node, mark) : RCLIO_OK;
}

static rclio_status read_alias(tree_reader *r, const yaml_event_t *event)
{
    const char *name = (const char *)event->data.alias.anchor;
    yaml_node *target = map_get(&r->tree->anchors, name);
    const yaml_mark_t *mark = &event->start_mark;
    if (!target) return rclio_fail(RCLIO_BAD_DATA, "%zu:%zu: found undefined alias '%s'", mark->line + 1, mark->column + 1, name);
    if (target->open)
        return rclio_fail(RCLIO_BAD_DATA, "%zu:%zu: alias '%s' contains itself", mark->line + 1, mark->column + 1, name);
    yaml_node *node = new_node(r->tree, YAML_ALIAS);
    if (!node) return RCLIO_NO_MEMORY;
    node->target = target;
    return place_node(r, node, mark);
}

static rclio_status read_event(tree_reader *r, yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT: return read_scalar(r, event);
    case YAML_ALIAS_EVENT: return read_alias(r, event);
    case YAML_SEQUENCE_START_EVENT:
        return read_start(r, YAML_SEQUENCE, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                          &event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return read_start(r, YAML_MAPPING, event->data.mapping_start.anchor, event->data.mapping_start.tag, &event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT: return read_end(r, &event->start_mark);
    default: return RCLIO_OK;
    }
}

rclio_status yaml_tree_read(yaml_tree *tree, const char *yaml, size_t size)
{
    tree_reader r = {.tree = tree};
    rclio_status status = RCLIO_OK;
    *tree = (yaml_tree){0};
    if (!yaml_parser_initialize(&r.parser)) return rclio_fail(RCLIO_NO_MEMORY, "no memory to read YAML");
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)yaml, size);
    for (bool ended = false; !ended && status == RCLIO_OK;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&r.parser, &event)) {
            status = fail_parser(&r, yaml, size);
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        status = read_event(&r, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&r.parser);
    return status;
}

void yaml_tree_fini(yaml_tree *tree)
{
    for (struct yaml_block *block = tree->blocks, *next; block; block = next) {
        next = block->next;
        for (size_t i = 0; i < block->used; i++) free(block->nodes[i].scalar);
        free(block);
    }
    map_fini(&tree->anchors, NULL);
    *tree = (yaml_tree){0};
}
