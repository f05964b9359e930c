/* src/mw/rtps/writer.hpp: a writer whose samples each go to the readers they are for.
 *
 *   W1  A sample has a list of readers. Others get a GAP, never the bytes (rtps.h, RT2).
 *   W2  A reader of Cyclone is in step once it has acknowledged a number that was assigned after it matched (SRV-10): only a HEARTBEAT
 *       that it has seen makes it do so. The number is that of an empty sample for nobody, which stays in the history until then, so
 *       that HEARTBEATs cover it. Until the reader is in step, samples for it are held, in order, and HEARTBEATs are sent to each reader
 *       by itself (SRV-13).
 *   W3  `depth` samples at most are held or not acknowledged. Beyond it send says so, or gives up the oldest: its owner decides.
 *       Refusals do not count; of them a thousand are kept, or `depth`.
 *   W4  A sample whose readers have all left is dropped at once.
 *   W5  What is acknowledged is removed when it is looked at: at a write now and then, and when a reader leaves.
 *   W6  Before a writer goes it waits for acknowledgements, half a second at most, and not again for two seconds after one of its
 *       participant waited in vain: what was answered just before the end arrives, and a peer that hangs costs an exit half a second once.
 * Threads: any. Locks: `writing_` (fast.hpp, L2) guards history and held samples; `lock_` is a leaf. Tests: tests/mw/test_rtps_*.c. */
#ifndef RCLIO_MW_RTPS_WRITER_HPP
#define RCLIO_MW_RTPS_WRITER_HPP

#include "mw/rtps/message.hpp"
#include "mw/rtps/participant.hpp"

#include <list>

namespace rclio_rtps
{
struct EndpointOptions {
    const char *topic, *type, *user_data, *service;
    const char *id_key; /* of the peers: "serviceid" or "clientid" (DIS-3) */
    size_t depth;
};

/* A reader that is matched. */
struct ReaderPeer {
    std::string id;      /* "": none */
    uint64_t number = 0; /* in the order they were met, from 1 (SRV-4) */
    bool in_step = true; /* W2, as the rest */
    int64_t awaited = 0; /* the number that it is to acknowledge; 0: none yet */
    Time met, due;
    milliseconds again{1};
};
using ReaderPeers = std::map<GUID_t, ReaderPeer>;

class Writer;
class WriterOwner
{
  public:
    enum class Route { send, hold, drop };

    virtual void readers_changed() = 0; /* in a listener */
    /* The next with the writer's `writing_` held; they may take leaf locks. Fills `to` anew, for a sample that is sent or was held. */
    virtual Route route(const Sample &sample, std::vector<GUID_t> *to) = 0;
    virtual void numbered(const Sample &sample, int64_t sequence) = 0; /* before it is sent */
    /* `depth` is reached, and `oldest` is dropped. What it adds to `instead` is sent beyond the limit. false: it is not dropped, the new
     * sample is refused. */
    virtual bool give_up(const Sample &oldest, std::vector<Sample> *instead) = 0;

  protected:
    ~WriterOwner() = default;
};

class Writer final : public fast::WriterListener, public eprosima::fastdds::rtps::IReaderDataFilter
{
  public:
    Writer(Participant &participant, WriterOwner &owner, const EndpointOptions &options); /* throws std::runtime_error */
    ~Writer() override;
    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    GUID_t guid() const;
    rclio_status send(Sample &&sample, std::string *why); /* as the table; RCLIO_UNAVAILABLE: dropped by route() */
    Time work(Time now);                                  /* of the pump, by its owner's */
    void reroute();                                       /* route() may say something else now; in a listener, too */
    void drain();                                         /* W6 */
    void close();                                         /* no listener runs any more */

    /* `look` takes the peers; it must do nothing else (leaf). */
    template <typename Look> void look_at_readers(Look look)
    {
        std::lock_guard<std::mutex> hold(lock_);
        look(peers_);
    }
    void number_anew(Dialect dialect);

    void on_reader_discovery(fast::RTPSWriter *writer, fast::ReaderDiscoveryInfo::DISCOVERY_STATUS reason, const GUID_t &reader,
                             const fast::ReaderProxyData *data) override;
    bool is_relevant(const fast::CacheChange_t &change, const GUID_t &reader) const override; /* W1 */

  private:
    struct Pending {
        Sample sample;
        int64_t sequence;
        uint64_t age;
        fast::CacheChange_t *change;
    };
    struct Held {
        Sample sample;
        uint64_t age;
    };

    void meet(const GUID_t &reader, const fast::ReaderProxyData &data);
    rclio_status dispatch(Sample &&sample, uint64_t age, std::string *why);
    rclio_status write(Sample &&sample, uint64_t age, std::string *why);
    void forget(std::list<Pending>::iterator it);
    void sweep(bool all);
    size_t load() const;
    bool make_room();
    bool give_up_oldest(bool refusals, std::vector<Sample> *instead);
    void drop_excess_refusals();
    void retry_held();
    void ask_for_acknowledgements();

    void await_fresh();
    std::map<GUID_t, int64_t> acknowledged_by_awaited();
    void remove_marks();
    void beat();

    Participant &participant_;
    WriterOwner &owner_;
    const std::string service_, id_key_;
    const size_t depth_;
    Gate gate_;
    fast::WriterHistory history_;
    fast::StatefulWriter *writer_ = nullptr;

    std::mutex writing_; /* of the history and of all below */
    std::list<Pending> pending_;
    std::list<Held> held_;
    std::map<int64_t, fast::CacheChange_t *> marks_; /* W2: empty samples for nobody */
    uint64_t ages_ = 0;
    size_t refusals_ = 0, sweep_at_ = 16, unasked_ = 0;

    mutable std::mutex lock_; /* leaf; of all below */
    ReaderPeers peers_;
    std::map<int64_t, std::vector<GUID_t>> destinations_; /* W1 */
    uint64_t last_number_ = 0;
    bool rerouted_ = false, left_ = false; /* since work() last looked */
};

} // namespace rclio_rtps

#endif
