/* include/rclio/cdr.h: messages to and from CDR, the bytes on the wire (CDR-1 .. CDR-8 in docs/wire.md). Floor: types.
 *
 * A codec is a message type's encode and decode plan, compiled once; immutable after that. Sizes include the 4-byte header. */
#ifndef RCLIO_CDR_H
#define RCLIO_CDR_H

#include "rclio/type.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rclio_codec rclio_codec;

/* Compiles the plans of a message type; `type` must outlive the codec.
 * fails   RCLIO_NO_MEMORY; RCLIO_INVALID: a service or an action, or nested deeper than RCLIO_CDR_DEPTH.
 * thread  any */
#define RCLIO_CDR_DEPTH 64
RCLIO_API rclio_codec *rclio_codec_new(const rclio_type *type);
RCLIO_API void rclio_codec_destroy(rclio_codec *codec); /* NULL is allowed */
RCLIO_API const rclio_type *rclio_codec_type(const rclio_codec *codec);

/* Bytes that rclio_encode() will write after `offset` bytes that stand between header and message (0, or 16 for SRV-1); SIZE_MAX
 * with the error set when the message breaks a bound. thread any */
RCLIO_API size_t rclio_encoded_size(const rclio_codec *codec, const void *message, size_t offset);

/* Writes the header, skips `offset` bytes, writes the message; padding is zero. `size` must be what rclio_encoded_size() said.
 * fails   RCLIO_INVALID: a bound is broken (names the field); RCLIO_LIMIT: `size` is too small.
 * thread  any, on a message of one owner */
RCLIO_API rclio_status rclio_encode(const rclio_codec *codec, const void *message, size_t offset, uint8_t *bytes, size_t size);

/* Both in one, with no bytes between: malloc'ed bytes that you free, their number in *size; NULL with the error set.
 * thread  any, on a message of one owner */
RCLIO_API uint8_t *rclio_encode_new(const rclio_codec *codec, const void *message, size_t *size);

/* Reads a message into `message`, which is initialised and is reused (its memory is kept where it is large enough). On failure it is
 * valid, with unspecified content. Never allocates more than nine times `size`.
 * fails   RCLIO_BAD_DATA: names the field and what is wrong with it; RCLIO_NO_MEMORY.
 * thread  any, on a message of one owner */
RCLIO_API rclio_status rclio_decode(const rclio_codec *codec, const uint8_t *bytes, size_t size, size_t offset, void *message);

/* `size` bytes, aligned for anything, that live as long as the message they are for; NULL: there are none. */
typedef void *rclio_room_fn(size_t size, void *arg);

/* As rclio_decode(), without copies: for readers that make something else of the message at once. Strings and sequences of numbers
 * point into `bytes` wherever they can, at any alignment (read them with memcpy), and what cannot lie there is in memory from `room`.
 * Their `capacity` is 0: the message owns nothing, and rclio_message_fini() must not be called.
 * message  memory of the type's size; need not be initialised. Valid as long as `bytes` and the memory from `room`; not at all on failure.
 * fails    as rclio_decode(); never asks for more than nine times `size`.
 * thread   any */
RCLIO_API rclio_status rclio_decode_lent(const rclio_codec *codec, const uint8_t *bytes, size_t size, size_t offset,
                                         void *message, rclio_room_fn *room, void *arg);

#ifdef __cplusplus
}
#endif
#endif
