/* src/types/codec.h: a message type's encode and decode plan: flat arrays of steps, made once by codec_compile.c, walked by
 * codec_encode.c and codec_decode.c.
 *
 *   PL1  A run is plain data that lies the same way in memory and on the wire: one copy. It begins at its own alignment; where
 *        its members lie after that is known when the plan is made. Padding inside a run is a gap: zeros when written.
 *   PL2  Nested messages are inlined into their parent's steps. Elements of sequences, and what would grow the plan beyond
 *        INLINE_LIMIT, have a plan of their own, one per type, which may begin at any position.
 *   PL3  A plan never contains itself; plans nest at most RCLIO_CDR_DEPTH deep, and so does the recursion that walks them.
 *   PL4  `minimum` is a lower limit of a message's bytes on the wire, never 0. What a sequence claims is divided by it before
 *        memory is made; an element in memory is less than 8 times its minimum, and its strings' own bytes once the input's.
 * Threads: immutable once made. */
#ifndef RCLIO_TYPES_CODEC_H
#define RCLIO_TYPES_CODEC_H

#include "rclio/cdr.h"
#include "types/message_internal.h"

/* PL4: a string or sequence takes 24 bytes for 4 on the wire, a byte that stands alone beside it 8 for 1, a string's own bytes 1
 * for 1. tests/programs/cdr_hostile.c holds rclio_decode() to it. */
#define CODEC_MEMORY_PER_BYTE 9

enum { CDR_HEADER_SIZE = 4 };

enum codec_step_kind {
    STEP_RUN,              /* `size` bytes at once */
    STEP_STRINGS,          /* `count` strings in place */
    STEP_WSTRINGS,         /* the same, of UTF-16 */
    STEP_STRING_SEQUENCE,  /* of at most `bound` */
    STEP_WSTRING_SEQUENCE, /* of at most `bound` */
    STEP_PLAIN_SEQUENCE,   /* primitives of `align` bytes, at most `bound` */
    STEP_MESSAGES,         /* `count` messages in place, by the plan `element` */
    STEP_MESSAGE_SEQUENCE, /* of at most `bound`, by the plan `element` */
};

/* A part of a run: `count` values of `width` bytes, `offset` bytes into it. */
struct codec_lane {
    size_t offset;
    size_t count;
    uint8_t width;
    bool is_bool;
    const char *path;
};

struct codec_gap {
    size_t offset;
    size_t size;
};

struct codec_plan;

struct codec_step {
    enum codec_step_kind kind;
    uint8_t align;
    bool has_bool; /* a run or a plain sequence with bools, which are normalised when read */
    size_t memory; /* offset in the message */
    size_t size;
    size_t count;
    size_t bound;        /* SIZE_MAX: none */
    size_t string_bound; /* SIZE_MAX: none */
    const struct codec_plan *element;
    size_t first_lane;
    size_t lane_count;
    size_t first_gap;
    size_t gap_count;
    size_t minimum_after; /* of the steps that follow in the plan: bytes that nothing in this step may claim */
    const char *path;     /* of the (first) field, from the plan's message on */
};

struct codec_plan {
    struct codec_plan *next; /* of the codec's plans */
    const rclio_type *type;
    struct codec_step *steps;
    size_t step_count;
    struct codec_lane *lanes;
    size_t lane_count;
    struct codec_gap *gaps;
    size_t gap_count;
    size_t minimum;      /* PL4 */
    size_t depth;        /* 1: contains no other message */
    bool is_packed;      /* memory and wire agree byte for byte where the position is a multiple of the type's alignment */
    bool has_bool;       /* somewhere in a packed one */
    uint8_t first_align; /* of a packed one: of its first value */
};

struct rclio_codec {
    const rclio_type *type;
    const struct codec_plan *root; /* begins at a multiple of 8; the others begin anywhere */
    struct codec_plan *plans;      /* all, the root too */
    char **paths;                  /* all texts that steps and lanes point to */
    size_t path_count;
    size_t path_capacity;
};

/* Makes codec->root and all it needs; what was made on failure stays in the codec. */
rclio_status codec_compile(rclio_codec *codec);

/* Where a walk stands, for error messages: the elements of messages it is inside of, innermost first. */
struct codec_place {
    const struct codec_place *outer;
    const char *path;
    size_t index;
};

/* Records "cannot <verb> <type>: field '<path>' <reason>". `path` NULL: no field. */
void codec_fail(rclio_status status, const char *verb, const rclio_type *type, const struct codec_place *place, const char *path,
                const char *format, ...) RCLIO_PRINTF(6, 7);

/* The other byte order for `count` values of `width` bytes, in place, at any address. */
void codec_swap(uint8_t *bytes, size_t width, size_t count);

static inline bool host_is_big_endian(void)
{
    const uint16_t one = 1;
    return *(const uint8_t *)&one == 0;
}

#endif
