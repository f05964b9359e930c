/* src/mw/rtps/writer.cpp: see writer.hpp. How a reader of Cyclone gets in step (W2) is in writer_in_step.cpp. */
#include "mw/rtps/writer.hpp"

#include <algorithm>
#include <stdexcept>

namespace rclio_rtps
{
namespace
{
constexpr milliseconds heartbeat_period(100); /* while something is not acknowledged: what a lost packet costs at most */
constexpr milliseconds resend_delay(1);
/* How long after a sample Fast DDS ignores that it is asked for again. Its event thread wakes when that ends, and takes the writer's lock: with
 * the 0 of its defaults, beside each sample that is being sent. Nobody asks sooner (reader.cpp: acknack_delay; upstream's wait 5 ms, Cyclone's
 * are in step), and one wake-up is for all samples of that time. */
constexpr milliseconds deaf_to_nacks(1);
constexpr milliseconds drain_max(500), drain_look(10); /* W6 */
constexpr size_t ask_after_max = 64;                   /* samples written since acknowledgements were last asked for */
constexpr size_t refusals_kept = 1000;                 /* W3 */

fast::WriterAttributes writer_attributes()
{
    fast::WriterAttributes attributes;
    attributes.endpoint.reliabilityKind = fast::RELIABLE;
    attributes.endpoint.durabilityKind = fast::VOLATILE;
    attributes.endpoint.topicKind = fast::NO_KEY; /* DIS-9 */
    attributes.times.heartbeatPeriod = duration_of(heartbeat_period);
    attributes.times.nackResponseDelay = duration_of(resend_delay);
    attributes.times.nackSupressionDuration = duration_of(deaf_to_nacks);
    return attributes;
}

eprosima::fastrtps::WriterQos writer_qos(const char *user_data)
{
    namespace dds = eprosima::fastdds::dds;
    eprosima::fastrtps::WriterQos qos;
    std::string bytes = user_data;
    qos.m_reliability.kind = dds::RELIABLE_RELIABILITY_QOS;
    qos.m_reliability.max_blocking_time = duration_of(milliseconds(100));
    qos.m_durability.kind = dds::VOLATILE_DURABILITY_QOS;
    qos.m_userData.assign(bytes.begin(), bytes.end());
    qos.representation.m_value.push_back(dds::XCDR_DATA_REPRESENTATION);
    return qos;
}
} // namespace

Writer::Writer(Participant &participant, WriterOwner &owner, const EndpointOptions &options)
    : participant_(participant), owner_(owner), service_(options.service), id_key_(options.id_key),
      depth_(std::max<size_t>(options.depth, 1)), history_(fast::HistoryAttributes(fast::DYNAMIC_RESERVE_MEMORY_MODE, 256, 10, 0))
{
    fast::WriterAttributes attributes = writer_attributes();
    fast::RTPSWriter *made = fast::RTPSDomain::createRTPSWriter(participant.fast(), attributes, &history_, this);
    writer_ = dynamic_cast<fast::StatefulWriter *>(made);
    if (!writer_) throw std::runtime_error("Fast DDS makes no writer of '" + std::string(options.topic) + "'");
    writer_->reader_data_filter(this);
    eprosima::fastrtps::TopicAttributes topic(options.topic, options.type, fast::NO_KEY);
    topic.historyQos.depth = 10; /* SRV-8: what others see */
    if (participant.fast()->registerWriter(writer_, topic, writer_qos(options.user_data))) return;
    fast::RTPSDomain::removeRTPSWriter(writer_);
    throw std::runtime_error("Fast DDS announces no writer of '" + std::string(options.topic) + "'");
}

Writer::~Writer()
{
    fast::RTPSDomain::removeRTPSWriter(writer_);
}

void Writer::drain()
{
    const Time until = Clock::now() + drain_max;
    while (participant_.may_drain()) {
        {
            std::lock_guard<std::mutex> hold(writing_);
            sweep(true);
            if (pending_.empty() && held_.empty()) return;
            writer_->send_periodic_heartbeat(false, false);
        }
        if (Clock::now() >= until) participant_.drained_in_vain();
        writer_->wait_for_all_acked(duration_of(drain_look));
    }
}

void Writer::close()
{
    gate_.close();
}

GUID_t Writer::guid() const
{
    return writer_->getGuid();
}

/* ---- listeners ---- */

void Writer::meet(const GUID_t &reader, const fast::ReaderProxyData &data)
{
    std::string id = user_data_value(participant_.options(), data.m_qos.m_userData, id_key_.c_str());
    std::lock_guard<std::mutex> hold(lock_);
    auto met = peers_.find(reader);
    if (met != peers_.end()) { /* its QoS changed */
        met->second.id = id;
        return;
    }
    ReaderPeer peer;
    peer.id = id;
    peer.number = ++last_number_;
    peer.in_step = dialect_of(reader) == Dialect::fast;
    peer.met = Clock::now();
    peers_.emplace(reader, peer);
}

void Writer::on_reader_discovery(fast::RTPSWriter *, fast::ReaderDiscoveryInfo::DISCOVERY_STATUS reason, const GUID_t &reader,
                                 const fast::ReaderProxyData *data)
{
    listen(gate_, [&] {
        bool gone = reason == fast::ReaderDiscoveryInfo::REMOVED_READER;
        if (!gone && !data) return;
        if (!gone) meet(reader, *data);
        {
            std::lock_guard<std::mutex> hold(lock_);
            if (gone) peers_.erase(reader);
            left_ = left_ || gone;
            rerouted_ = true;
        }
        participant_.wake();
        owner_.readers_changed();
    });
}

/* W1. Fast DDS asks once for each reader, when the sample is added. */
bool Writer::is_relevant(const fast::CacheChange_t &change, const GUID_t &reader) const
{
    std::lock_guard<std::mutex> hold(lock_);
    auto found = destinations_.find(number_of(change.sequenceNumber));
    if (found == destinations_.end()) return false;
    return std::find(found->second.begin(), found->second.end(), reader) != found->second.end();
}

void Writer::reroute()
{
    {
        std::lock_guard<std::mutex> hold(lock_);
        rerouted_ = true;
    }
    participant_.wake();
}

void Writer::number_anew(Dialect dialect)
{
    std::lock_guard<std::mutex> hold(lock_);
    std::vector<ReaderPeer *> renumbered;
    for (auto &peer : peers_)
        if (dialect_of(peer.first) == dialect) renumbered.push_back(&peer.second);
    std::sort(renumbered.begin(), renumbered.end(), [](auto *a, auto *b) { return a->number < b->number; });
    for (ReaderPeer *peer : renumbered) peer->number = ++last_number_;
}

/* ---- history ---- */

void Writer::forget(std::list<Pending>::iterator it)
{
    history_.remove_change(it->change);
    {
        std::lock_guard<std::mutex> hold(lock_);
        destinations_.erase(it->sequence);
    }
    if (it->sample.is_refusal) refusals_--;
    pending_.erase(it);
}

/* W5. All, or the two oldest: two out for one in. */
void Writer::sweep(bool all)
{
    int looks = 2;
    for (auto it = pending_.begin(); it != pending_.end() && (all || looks-- > 0);) {
        auto next = std::next(it);
        if (writer_->is_acked_by_all(it->change)) forget(it);
        it = next;
    }
    if (all) sweep_at_ = std::max<size_t>(16, 2 * pending_.size());
}

size_t Writer::load() const
{
    return pending_.size() + held_.size() - refusals_;
}

/* Readers acknowledge when a HEARTBEAT asks them to; the next one of its own comes only when the period ends. */
void Writer::ask_for_acknowledgements()
{
    size_t ask_after = std::min(ask_after_max, depth_ / 4 + 1);
    if (++unasked_ < ask_after || pending_.size() < ask_after) return;
    unasked_ = 0;
    writer_->send_periodic_heartbeat(false, false);
}

bool Writer::give_up_oldest(bool refusals, std::vector<Sample> *instead)
{
    auto pending = pending_.end();
    auto held = held_.end();
    for (auto it = pending_.begin(); it != pending_.end(); ++it)
        if (it->sample.is_refusal == refusals && (pending == pending_.end() || it->age < pending->age)) pending = it;
    for (auto it = held_.begin(); it != held_.end(); ++it)
        if (it->sample.is_refusal == refusals && (held == held_.end() || it->age < held->age)) held = it;
    if (pending == pending_.end() && held == held_.end()) return false;
    bool from_held = pending == pending_.end() || (held != held_.end() && held->age < pending->age);
    const Sample &oldest = from_held ? held->sample : pending->sample;
    if (!refusals && !owner_.give_up(oldest, instead)) return false;
    if (!from_held) {
        forget(pending);
        return true;
    }
    if (refusals) refusals_--;
    held_.erase(held);
    return true;
}

/* W3: they are small, and who is not told waits for ever. */
void Writer::drop_excess_refusals()
{
    while (refusals_ > std::max(depth_, refusals_kept) && give_up_oldest(true, nullptr))
        ;
}

/* W3 */
bool Writer::make_room()
{
    sweep(pending_.size() >= sweep_at_ || load() >= depth_);
    while (load() >= depth_) {
        std::vector<Sample> instead;
        if (!give_up_oldest(false, &instead)) return false;
        for (Sample &sample : instead) {
            sample.is_refusal = true;
            std::string ignored;
            dispatch(std::move(sample), ++ages_, &ignored);
        }
        drop_excess_refusals();
    }
    return true;
}

/* ---- sending ---- */

rclio_status Writer::write(Sample &&sample, uint64_t age, std::string *why)
{
    uint32_t size = static_cast<uint32_t>(sample.payload.size());
    fast::CacheChange_t *change = writer_->new_change([size] { return size; }, fast::ALIVE);
    if (!change) {
        *why = "Fast DDS has no room for a sample of '" + service_ + "'";
        return RCLIO_NO_MEMORY;
    }
    std::memcpy(change->serializedPayload.data, sample.payload.data(), size);
    change->serializedPayload.length = size;
    change->serializedPayload.encapsulation = CDR_LE;
    fast::WriteParams parameters;
    if (sample.has_related) { /* SRV-12 */
        fast::SampleIdentity related;
        related.writer_guid(sample.related);
        related.sequence_number(sample.related_sequence < 0
                                    ? fast::SequenceNumber_t::unknown()
                                    : fast::SequenceNumber_t(static_cast<uint64_t>(sample.related_sequence)));
        parameters.related_sample_identity(related);
    }
    int64_t sequence = number_of(history_.next_sequence_number());
    {
        std::lock_guard<std::mutex> hold(lock_);
        destinations_[sequence] = sample.to;
    }
    owner_.numbered(sample, sequence);
    sample.payload = Payload();
    bool refusal = sample.is_refusal;
    pending_.push_back({std::move(sample), sequence, age, change});
    if (refusal) refusals_++;
    if (!history_.add_change(change, parameters)) {
        if (refusal) refusals_--;
        pending_.pop_back();
        writer_->release_change(change);
        std::lock_guard<std::mutex> hold(lock_);
        destinations_.erase(sequence);
        *why = "Fast DDS does not take a sample of '" + service_ + "'";
        return RCLIO_SYSTEM;
    }
    ask_for_acknowledgements();
    return RCLIO_OK;
}

/* Sends to those of the readers that are in step, holds for the others, forgets those that have left. */
rclio_status Writer::dispatch(Sample &&sample, uint64_t age, std::string *why)
{
    std::vector<GUID_t> to, now, later;
    WriterOwner::Route route = owner_.route(sample, &to);
    if (route == WriterOwner::Route::drop) return RCLIO_UNAVAILABLE;
    bool refusal = sample.is_refusal;
    if (route == WriterOwner::Route::hold) {
        held_.push_back({std::move(sample), age});
        if (refusal) refusals_++;
        return RCLIO_OK;
    }
    {
        std::lock_guard<std::mutex> hold(lock_);
        for (const GUID_t &reader : to) {
            auto peer = peers_.find(reader);
            if (peer == peers_.end()) continue;
            (peer->second.in_step ? now : later).push_back(reader);
            if (peer->second.in_step) continue;
            peer->second.due = Time(); /* somebody waits for it: HEARTBEATs at once */
            peer->second.again = milliseconds(1);
        }
    }
    if (!later.empty()) {
        Held held = {sample, age};
        held.sample.to = later;
        held_.push_back(std::move(held));
        if (refusal) refusals_++;
        participant_.wake();
    }
    if (now.empty()) return RCLIO_OK;
    sample.to = now;
    return write(std::move(sample), age, why);
}

rclio_status Writer::send(Sample &&sample, std::string *why)
{
    std::lock_guard<std::mutex> hold(writing_);
    std::vector<GUID_t> to;
    if (!sample.is_refusal) {
        if (owner_.route(sample, &to) == WriterOwner::Route::drop) return RCLIO_UNAVAILABLE; /* before another gives way to it */
        if (!make_room()) {
            *why = std::to_string(load()) + " samples of '" + service_ +
                   "' are not acknowledged by the other side, which is the limit";
            return RCLIO_LIMIT;
        }
    }
    rclio_status status = dispatch(std::move(sample), ++ages_, why);
    drop_excess_refusals();
    return status;
}

/* In order; what cannot go yet is held again. */
void Writer::retry_held()
{
    std::list<Held> held;
    held.swap(held_);
    for (Held &it : held) {
        std::string why;
        if (it.sample.is_refusal) refusals_--;
        rclio_status status = dispatch(std::move(it.sample), it.age, &why);
        if (status != RCLIO_OK && status != RCLIO_UNAVAILABLE) participant_.log(RCLIO_LOG_WARN, "a held sample is lost: " + why);
    }
}

} // namespace rclio_rtps
