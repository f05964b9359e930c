/* generator/literal.c: see literal.h. */
#include "literal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const char *literal_type(rclio_base_type base)
{
    static const char *const names[] = {
        [RCLIO_INT8] = "const int8_t",        [RCLIO_UINT8] = "const uint8_t",       [RCLIO_INT16] = "const int16_t",
        [RCLIO_UINT16] = "const uint16_t",    [RCLIO_INT32] = "const int32_t",       [RCLIO_UINT32] = "const uint32_t",
        [RCLIO_INT64] = "const int64_t",      [RCLIO_UINT64] = "const uint64_t",     [RCLIO_FLOAT32] = "const float",
        [RCLIO_FLOAT64] = "const double",     [RCLIO_BOOL] = "const bool",           [RCLIO_BYTE] = "const uint8_t",
        [RCLIO_STRING] = "const char *const", [RCLIO_WSTRING] = "const char *const",
    };
    return names[base];
}

void write_string_literal(FILE *out, const char *string)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)string; *c; c++) {
        if (*c == '"' || *c == '\\' || *c == '?') /* '?': no trigraphs */
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            fprintf(out, "\\%03o", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

/* 17 digits give every double back, 9 every float. */
static void write_floating(FILE *out, double value, int digits, const char *suffix)
{
    char number[64];
    if (isnan(value)) {
        fputs("__builtin_nan(\"\")", out);
    } else if (isinf(value)) {
        fputs(value < 0 ? "-__builtin_inf()" : "__builtin_inf()", out);
    } else {
        snprintf(number, sizeof number, "%.*g", digits, value);
        fprintf(out, "%s%s%s", number, strpbrk(number, ".e") ? "" : ".0", suffix);
    }
}

static void write_signed(FILE *out, int64_t value)
{
    if (value == INT64_MIN)
        fputs("(-9223372036854775807ll - 1)", out);
    else
        fprintf(out, "%" PRId64 "%s", value, value > INT32_MAX || value < INT32_MIN ? "ll" : "");
}

static void write_unsigned(FILE *out, uint64_t value)
{
    fprintf(out, "%" PRIu64 "%s", value, value > UINT32_MAX ? "ull" : value > INT32_MAX ? "u" : "");
}

void write_literal(FILE *out, rclio_base_type base, const void *values, size_t index)
{
    switch (base) {
    case RCLIO_INT8: write_signed(out, ((const int8_t *)values)[index]); break;
    case RCLIO_UINT8:
    case RCLIO_BYTE: write_unsigned(out, ((const uint8_t *)values)[index]); break;
    case RCLIO_INT16: write_signed(out, ((const int16_t *)values)[index]); break;
    case RCLIO_UINT16: write_unsigned(out, ((const uint16_t *)values)[index]); break;
    case RCLIO_INT32: write_signed(out, ((const int32_t *)values)[index]); break;
    case RCLIO_UINT32: write_unsigned(out, ((const uint32_t *)values)[index]); break;
    case RCLIO_INT64: write_signed(out, ((const int64_t *)values)[index]); break;
    case RCLIO_UINT64: write_unsigned(out, ((const uint64_t *)values)[index]); break;
    case RCLIO_FLOAT32: write_floating(out, ((const float *)values)[index], 9, "f"); break;
    case RCLIO_FLOAT64: write_floating(out, ((const double *)values)[index], 17, ""); break;
    case RCLIO_BOOL: fputs(((const bool *)values)[index] ? "true" : "false", out); break;
    case RCLIO_STRING:
    case RCLIO_WSTRING: write_string_literal(out, ((const char *const *)values)[index]); break;
    case RCLIO_NESTED: break;
    }
}
