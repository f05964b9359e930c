/* src/node/parameter_check.c: may a parameter have this value? (PAR-3). Threads: any. Tests: tests/node/test_parameter_ranges.c. */
#include "base/error.h"
#include "base/text.h"
#include "node/parameter_store.h"
#include "node/parameter_value.h"

#include <inttypes.h>
#include <math.h>

#define CLOSE 1e-6 /* relative; how near to a bound or to a step a double must be */

static rclio_status check_integer(const rclio_parameter_descriptor *d, int64_t value)
{
    int64_t low = d->integer_range.from, high = d->integer_range.to;
    if (low > high) {
        low = d->integer_range.to;
        high = d->integer_range.from;
    }
    if (value == low || value == high) return RCLIO_OK;
    if (value < low || value > high)
        return rclio_fail(RCLIO_INVALID, "Parameter %s out of range. Min: %" PRId64 ", Max: %" PRId64 ", value: %" PRId64,
                          d->name, low, high, value);
    uint64_t above = (uint64_t)value - (uint64_t)low, step = d->integer_range.step;
    if (step == 0 || above % step == 0) return RCLIO_OK;
    return rclio_fail(RCLIO_INVALID,
                      "The parameter value for %s is not a valid step. Min: %" PRId64 ", max: %" PRId64 ", value: %" PRId64
                      ", step: %" PRIu64,
                      d->name, low, high, value, step);
}

static bool is_close(double a, double b)
{
    double larger = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    return (a <= b && a >= b) || (isfinite(larger) && fabs(a - b) <= CLOSE * larger);
}

static rclio_status fail_double(const char *format, const char *name, double low, double high, double value, double step,
                                bool with_step)
{
    text t;
    text_init(&t);
    const rclio_parameter_value numbers[] = {rclio_value_double(low), rclio_value_double(high), rclio_value_double(value),
                                             rclio_value_double(step)};
    const char *labels[] = {"Min: ", with_step ? ", max: " : ", Max: ", ", value: ", ", step: "};
    for (size_t i = 0; i < (with_step ? 4 : 3); i++) {
        text_append(&t, labels[i]);
        parameter_value_append(&t, &numbers[i]);
    }
    rclio_fail(RCLIO_INVALID, with_step ? "The parameter value for %s %s %s" : "Parameter %s %s %s", name, format, t.data);
    text_fini(&t);
    return RCLIO_INVALID;
}

static rclio_status check_double(const rclio_parameter_descriptor *d, double value)
{
    double low = d->double_range.from, high = d->double_range.to, step = d->double_range.step;
    if (low > high) {
        low = d->double_range.to;
        high = d->double_range.from;
    }
    if (is_close(value, low) || is_close(value, high)) return RCLIO_OK;
    if (!(value >= low && value <= high)) return fail_double("out of range", d->name, low, high, value, 0, false);
    if (step <= 0 && step >= 0) return RCLIO_OK;
    double nearest = round((value - low) / step) * step + low;
    if (is_close(nearest, value)) return RCLIO_OK;
    return fail_double("is not close enough to a valid step.", d->name, low, high, value, step, true);
}

rclio_status parameter_check_range(const rclio_parameter_descriptor *d, const rclio_parameter_value *value) /* PAR-3 */
{
    if (value->type == RCLIO_PARAMETER_INTEGER && d->has_integer_range) return check_integer(d, value->integer);
    if (value->type == RCLIO_PARAMETER_DOUBLE && d->has_double_range) return check_double(d, value->real);
    return RCLIO_OK;
}

rclio_status parameter_check_value(const rclio_parameter_descriptor *d, const rclio_parameter_value *value)
{
    if (!d->dynamic_typing && value->type != d->type)
        return rclio_fail(RCLIO_INVALID, "Wrong parameter type, expected 'Type.%s' got 'Type.%s'", parameter_type_python(d->type),
                          parameter_type_python(value->type));
    return parameter_check_range(d, value);
}
