/* src/mw/rtps/reader.hpp: a reader and its inbox. A sample is copied out of Fast DDS, shown to the owner, who may refuse it, and kept until
 * it is taken. Beyond the limit the newest is dropped, with one line in the log until it has been emptied again; the owner is told.
 * Threads: any. Locks: `lock_`, a leaf (fast.hpp, L1). Tests: tests/mw/test_rtps_*.c. */
#ifndef RCLIO_MW_RTPS_READER_HPP
#define RCLIO_MW_RTPS_READER_HPP

#include "mw/rtps/writer.hpp"

#include <deque>

namespace rclio_rtps
{
/* A writer that is matched. */
struct WriterPeer {
    std::string id;     /* "": none */
    bool known = false; /* whether `id` is: a sample may come before the discovery of its writer is told */
};
using WriterPeers = std::map<GUID_t, WriterPeer>;

class ReaderOwner
{
  public:
    virtual void writers_changed() = 0;                                    /* in a listener */
    virtual bool accept(Received *received, const GUID_t &own_reader) = 0; /* in a listener */
    virtual void ready() = 0;                                              /* in a listener */
    virtual void no_room_for(const Received &received) = 0;                /* in a listener */

  protected:
    ~ReaderOwner() = default;
};

class Reader final : public fast::ReaderListener
{
  public:
    Reader(Participant &participant, ReaderOwner &owner, const EndpointOptions &options); /* throws std::runtime_error */
    ~Reader() override;
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    GUID_t guid() const;
    ReceivedPtr take(); /* null: none */
    void close();       /* no listener runs any more */

    /* `look` takes the peers; it must do nothing else (leaf). */
    template <typename Look> void look_at_writers(Look look)
    {
        std::lock_guard<std::mutex> hold(lock_);
        look(peers_);
    }

    void on_writer_discovery(fast::RTPSReader *reader, fast::WriterDiscoveryInfo::DISCOVERY_STATUS reason, const GUID_t &writer,
                             const fast::WriterProxyData *data) override;
    void onNewCacheChangeAdded(fast::RTPSReader *reader, const fast::CacheChange_t *const change) override;

  private:
    bool keep(ReceivedPtr &received);

    Participant &participant_;
    ReaderOwner &owner_;
    const std::string service_, id_key_;
    const size_t limit_;
    Gate gate_;
    fast::ReaderHistory history_;
    fast::RTPSReader *reader_ = nullptr;

    std::mutex lock_; /* leaf; of all below */
    WriterPeers peers_;
    std::deque<ReceivedPtr> inbox_;
    bool overflowed_ = false;
};

} // namespace rclio_rtps

#endif
