/* generator/emit_source.c: descriptors (emit.h). */
#include "emit.h"

#include "literal.h"
#include "names.h"

static const char *base_name(rclio_base_type base)
{
    static const char *const names[] = {
        [RCLIO_NESTED] = "RCLIO_NESTED",   [RCLIO_INT8] = "RCLIO_INT8",       [RCLIO_UINT8] = "RCLIO_UINT8",
        [RCLIO_INT16] = "RCLIO_INT16",     [RCLIO_UINT16] = "RCLIO_UINT16",   [RCLIO_INT32] = "RCLIO_INT32",
        [RCLIO_UINT32] = "RCLIO_UINT32",   [RCLIO_INT64] = "RCLIO_INT64",     [RCLIO_UINT64] = "RCLIO_UINT64",
        [RCLIO_FLOAT32] = "RCLIO_FLOAT32", [RCLIO_FLOAT64] = "RCLIO_FLOAT64", [RCLIO_BOOL] = "RCLIO_BOOL",
        [RCLIO_BYTE] = "RCLIO_BYTE",       [RCLIO_STRING] = "RCLIO_STRING",   [RCLIO_WSTRING] = "RCLIO_WSTRING",
    };
    return names[base];
}

static const char *shape_name(rclio_shape shape)
{
    static const char *const names[] = {"RCLIO_SINGLE", "RCLIO_ARRAY", "RCLIO_BOUNDED_SEQUENCE", "RCLIO_SEQUENCE"};
    return names[shape];
}

static void emit_values(FILE *out, rclio_base_type base, const void *values, size_t count)
{
    fprintf(out, "(%s[]){", literal_type(base));
    for (size_t i = 0; i < count; i++) {
        if (i) fputs(", ", out);
        write_literal(out, base, values, i);
    }
    fputc('}', out);
}

static void emit_field(FILE *out, const rclio_type *type, const rclio_field *field)
{
    fprintf(out, "    {.name = \"%s\", .base = %s", field->name, base_name(field->base));
    if (field->shape != RCLIO_SINGLE) fprintf(out, ", .shape = %s", shape_name(field->shape));
    if (field->capacity) fprintf(out, ", .capacity = %zu", field->capacity);
    if (field->string_bound) fprintf(out, ", .string_bound = %zu", field->string_bound);
    if (field->is_char) fputs(", .is_char = true", out);
    if (field->nested) {
        fputs(", .nested = &", out);
        write_symbol(out, field->nested->name);
        fputs("__rclio_type_data", out);
    }
    fputs(", .offset = offsetof(", out);
    write_symbol(out, type->name);
    fprintf(out, ", %s)", field->name);
    /* An empty array cannot be written in C11, and means what no default means. */
    if (field->default_value && field->default_count) {
        fputs(",\n     .default_value = ", out);
        emit_values(out, field->base, field->default_value, field->default_count);
        fprintf(out, ", .default_count = %zu", field->default_count);
    }
    fputs("},\n", out);
}

static void emit_table_name(FILE *out, const rclio_type *type, const char *what)
{
    write_symbol(out, type->name);
    fprintf(out, "__rclio_%s", what);
}

static void emit_tables(FILE *out, const rclio_type *type)
{
    fputs("static const rclio_field ", out);
    emit_table_name(out, type, "fields[] = {\n");
    for (size_t i = 0; i < type->field_count; i++) emit_field(out, type, &type->fields[i]);
    fputs("};\n", out);
    if (type->constant_count == 0) return;
    fputs("static const rclio_constant ", out);
    emit_table_name(out, type, "constants[] = {\n");
    for (size_t i = 0; i < type->constant_count; i++) {
        const rclio_constant *constant = &type->constants[i];
        fprintf(out, "    {.name = \"%s\", .base = %s, .value = ", constant->name, base_name(constant->base));
        emit_values(out, constant->base, constant->value, 1);
        fputs("},\n", out);
    }
    fputs("};\n", out);
}

static void emit_parts(FILE *out, const rclio_type *type)
{
    fputs("    .parts = {", out);
    for (int part = 0; part < RCLIO_PARTS; part++) {
        if (!type->parts[part]) continue;
        fprintf(out, "%s[%d] = &", part ? ", " : "", part);
        write_symbol(out, type->parts[part]->name);
        fputs("__rclio_type_data", out);
    }
    fputs("},\n", out);
}

static void emit_descriptor(const rclio_type *type, void *arg)
{
    static const char *const kinds[] = {"", "RCLIO_MESSAGE", "RCLIO_SERVICE", "RCLIO_ACTION"};
    FILE *out = arg;
    if (type->kind == RCLIO_MESSAGE) emit_tables(out, type);
    fputs("RCLIO_GENERATED const rclio_type ", out);
    emit_table_name(out, type, "type_data = {\n");
    fprintf(out, "    .name = \"%s\",\n    .kind = %s,\n    .hash = {", type->name, kinds[type->kind]);
    for (size_t i = 0; i < sizeof type->hash; i++) fprintf(out, "%s%u", i ? ", " : "", type->hash[i]);
    fputs("},\n", out);
    if (type->kind == RCLIO_MESSAGE) {
        fputs("    .fields = ", out);
        emit_table_name(out, type, "fields");
        fprintf(out, ",\n    .field_count = %zu,\n", type->field_count);
        if (type->constant_count) {
            fputs("    .constants = ", out);
            emit_table_name(out, type, "constants");
            fprintf(out, ",\n    .constant_count = %zu,\n", type->constant_count);
        }
        fputs("    .size = sizeof(", out);
        write_symbol(out, type->name);
        fputs("),\n    .alignment = _Alignof(", out);
        write_symbol(out, type->name);
        fputs("),\n", out);
    } else {
        emit_parts(out, type);
    }
    fprintf(out, "};\nRCLIO_DEFINE_%s(", type->kind == RCLIO_MESSAGE ? "MESSAGE" : "DESCRIPTOR");
    write_symbol(out, type->name);
    fputs(")\n\n", out);
}

void emit_source(FILE *out, const rclio_type *interface)
{
    each_derived(interface, emit_descriptor, out);
}
