/* src/mw/rtps/message.hpp: messages: on their way out (with room for the id of Cyclone's dialect in front) and received (a copy, so
 * that nothing of Fast DDS is lent), and what stands around them on the wire: SRV-1, SRV-2, SRV-11, SRV-12.
 * Threads: any; no state. Tests: tests/mw/test_rtps_services.c, tests/mw/test_rtps_bytes.c. */
#ifndef RCLIO_MW_RTPS_MESSAGE_HPP
#define RCLIO_MW_RTPS_MESSAGE_HPP

#include "mw/rtps/fast.hpp"

#include <memory>
#include <vector>

namespace rclio_rtps
{
constexpr size_t header_size = 4;
constexpr size_t id_size = 16; /* SRV-1 */

struct CallId { /* SRV-2 */
    uint64_t client;
    int64_t sequence;
};

/* ---- out ---- */

mw_buffer *buffer_new(size_t size); /* NULL when memory is short, or the size cannot be one of a sample */
void buffer_discard(mw_buffer *buffer);

/* A buffer as it goes out. It may be held, and sent to several at different times. */
class Payload
{
  public:
    Payload() = default;
    explicit Payload(mw_buffer *buffer); /* takes it over; of FA's dialect until an id is inserted */
    void insert_id(const CallId &id);    /* once */
    const uint8_t *data() const
    {
        return begin_;
    }
    size_t size() const
    {
        return size_;
    }

  private:
    std::shared_ptr<mw_buffer> buffer_;
    uint8_t *begin_ = nullptr;
    size_t size_ = 0;
};

Payload refusal(rclio_status status, const char *text); /* SRV-11; an id is inserted as into any other */

/* A sample for some readers. */
struct Sample {
    Payload payload;
    std::vector<GUID_t> to;          /* of a request: its servers' readers, fixed (SRV-4); of a reply: found by its owner */
    bool has_related = false;        /* SRV-12 */
    GUID_t related;                  /* FA: the reply reader */
    int64_t related_sequence = -1;   /* FA, of a reply: the request's */
    int64_t call = 0;                /* of a request: its number above */
    GUID_t client;                   /* of a reply, as the next three: the request writer */
    CallId id{};                     /* CY */
    Dialect dialect = Dialect::fast; /* of the client */
    bool is_refusal = false;
};

/* ---- in ---- */

/* One allocation with its bytes behind it; what mw_sample::handle points to. */
struct Received {
    GUID_t writer;
    GUID_t related;           /* FA: as it came */
    int64_t related_sequence; /* FA */
    int64_t sequence;         /* of the DATA */
    int64_t source_ns, received_ns;
    CallId id;           /* CY */
    int64_t call;        /* of a reply: the call that it ends */
    const uint8_t *data; /* as the next three: of the mw_sample */
    size_t size, offset;
    rclio_status failure;

    static Received *copy(const fast::CacheChange_t &change); /* NULL: no memory, or no payload */
    static void free(Received *received);
    /* Checks what stands before the message and reads it. false: not to be used. */
    bool read_request();
    bool read_reply();
    void lend(mw_sample *sample); /* hands itself over */

  private:
    bool read_id();
    bool read_refusal();
};

struct ReceivedFree {
    void operator()(Received *received) const
    {
        Received::free(received);
    }
};
using ReceivedPtr = std::unique_ptr<Received, ReceivedFree>;

} // namespace rclio_rtps

#endif
