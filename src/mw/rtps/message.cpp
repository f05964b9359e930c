/* src/mw/rtps/message.cpp: see message.hpp. */
#include "mw/rtps/message.hpp"

#include <cstdlib>
#include <new>

namespace rclio_rtps
{
namespace
{
constexpr size_t size_max = UINT32_MAX - 64; /* RTPS counts a sample's bytes with 32 bits */
constexpr uint8_t refusal_mark[] = {0xc0, 0x72};

uint64_t read_number(const uint8_t *bytes, size_t size, bool big_endian)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) value |= static_cast<uint64_t>(bytes[i]) << 8 * (big_endian ? size - 1 - i : i);
    return value;
}

void write_number(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(value >> 8 * i);
}

int64_t system_now()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

bool is_plain_cdr(const uint8_t *data)
{
    return data[0] == 0 && data[1] <= 1;
}
} // namespace

/* The buffer, id_size bytes of room, and the bytes: one allocation. */
mw_buffer *buffer_new(size_t size)
{
    if (size < header_size || size > size_max) return nullptr;
    auto *buffer = static_cast<mw_buffer *>(std::malloc(sizeof(mw_buffer) + id_size + size));
    if (!buffer) return nullptr;
    buffer->data = reinterpret_cast<uint8_t *>(buffer + 1) + id_size;
    buffer->size = size;
    return buffer;
}

void buffer_discard(mw_buffer *buffer)
{
    std::free(buffer);
}

Payload::Payload(mw_buffer *buffer) : buffer_(buffer, buffer_discard), begin_(buffer->data), size_(buffer->size)
{
}

/* SRV-1. The header moves to the front; the message stays. */
void Payload::insert_id(const CallId &id)
{
    std::memmove(begin_ - id_size, begin_, header_size);
    begin_ -= id_size;
    size_ += id_size;
    write_number(begin_ + header_size, 8, id.client);
    write_number(begin_ + header_size + 8, 8, static_cast<uint64_t>(id.sequence));
}

Payload refusal(rclio_status status, const char *text)
{
    size_t length = std::strlen(text);
    mw_buffer *buffer = buffer_new(header_size + 4 + length);
    if (!buffer) throw std::bad_alloc();
    std::memcpy(buffer->data, refusal_mark, sizeof refusal_mark);
    std::memset(buffer->data + 2, 0, 2);
    write_number(buffer->data + header_size, 4, static_cast<uint64_t>(status));
    std::memcpy(buffer->data + header_size + 4, text, length);
    return Payload(buffer);
}

Received *Received::copy(const fast::CacheChange_t &change)
{
    const auto &payload = change.serializedPayload;
    if (change.kind != fast::ALIVE || payload.length < header_size || !payload.data) return nullptr; /* QOS-4 */
    void *memory = std::malloc(sizeof(Received) + payload.length);
    if (!memory) return nullptr;
    auto *received = new (memory) Received();
    auto *bytes = reinterpret_cast<uint8_t *>(received + 1);
    std::memcpy(bytes, payload.data, payload.length);
    const auto &related = change.write_params.sample_identity(); /* Fast DDS puts the received related identity there */
    received->writer = change.writerGUID;
    received->related = related.writer_guid();
    received->related_sequence = number_of(related.sequence_number());
    received->sequence = number_of(change.sequenceNumber);
    received->source_ns = change.sourceTimestamp.to_ns();
    received->received_ns = system_now();
    received->data = bytes;
    received->size = payload.length;
    return received;
}

void Received::free(Received *received)
{
    if (!received) return;
    received->~Received();
    std::free(received);
}

bool Received::read_id()
{
    if (size < header_size + id_size) return false;
    bool big_endian = data[0] == 0 && data[1] == 0; /* SRV-2 */
    id.client = read_number(data + header_size, 8, big_endian);
    id.sequence = static_cast<int64_t>(read_number(data + header_size + 8, 8, big_endian));
    offset = id_size;
    return true;
}

bool Received::read_request()
{
    if (!is_plain_cdr(data)) return false;
    return dialect_of(writer) == Dialect::fast || read_id();
}

/* SRV-11 */
bool Received::read_refusal()
{
    size_t before = header_size + offset;
    if (size < before + 4) return false;
    uint64_t status = read_number(data + before, 4, false);
    failure = status > RCLIO_OK && status <= RCLIO_SYSTEM ? static_cast<rclio_status>(status) : RCLIO_SYSTEM;
    data += before + 4;
    size -= before + 4;
    offset = 0;
    return true;
}

bool Received::read_reply()
{
    bool refused = std::memcmp(data, refusal_mark, sizeof refusal_mark) == 0;
    if (!refused && !is_plain_cdr(data)) return false;
    if (dialect_of(writer) == Dialect::cyclone && !read_id()) return false;
    return !refused || read_refusal();
}

void Received::lend(mw_sample *sample)
{
    *sample = mw_sample{};
    sample->data = data;
    sample->size = size;
    sample->offset = offset;
    sample->source_timestamp_ns = source_ns;
    sample->received_timestamp_ns = received_ns;
    gid_from(writer, sample->publisher_gid);
    sample->failure = failure;
    sample->handle = this;
}

} // namespace rclio_rtps
