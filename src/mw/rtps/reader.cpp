/* src/mw/rtps/reader.cpp: see reader.hpp. */
#include "mw/rtps/reader.hpp"

#include <algorithm>
#include <stdexcept>

namespace rclio_rtps
{
namespace
{
constexpr size_t inbox_min = 1000;
constexpr milliseconds first_acknack(2), acknack_delay(2); /* longer than writers are deaf (writer.cpp) */

fast::ReaderAttributes reader_attributes()
{
    fast::ReaderAttributes attributes;
    attributes.endpoint.reliabilityKind = fast::RELIABLE;
    attributes.endpoint.durabilityKind = fast::VOLATILE;
    attributes.endpoint.topicKind = fast::NO_KEY; /* DIS-9 */
    attributes.times.initialAcknackDelay = duration_of(first_acknack);
    attributes.times.heartbeatResponseDelay = duration_of(acknack_delay);
    return attributes;
}

eprosima::fastrtps::ReaderQos reader_qos(const char *user_data)
{
    namespace dds = eprosima::fastdds::dds;
    eprosima::fastrtps::ReaderQos qos;
    std::string bytes = user_data;
    qos.m_reliability.kind = dds::RELIABLE_RELIABILITY_QOS;
    qos.m_durability.kind = dds::VOLATILE_DURABILITY_QOS;
    qos.m_userData.assign(bytes.begin(), bytes.end());
    return qos;
}
} // namespace

Reader::Reader(Participant &participant, ReaderOwner &owner, const EndpointOptions &options)
    : participant_(participant), owner_(owner), service_(options.service), id_key_(options.id_key),
      limit_(std::max(options.depth, inbox_min)), history_(fast::HistoryAttributes(fast::DYNAMIC_RESERVE_MEMORY_MODE, 256, 10, 0))
{
    fast::ReaderAttributes attributes = reader_attributes();
    reader_ = fast::RTPSDomain::createRTPSReader(participant.fast(), attributes, &history_, this);
    if (!reader_) throw std::runtime_error("Fast DDS makes no reader of '" + std::string(options.topic) + "'");
    eprosima::fastrtps::TopicAttributes topic(options.topic, options.type, fast::NO_KEY);
    topic.historyQos.depth = 10; /* SRV-8: what others see */
    if (participant.fast()->registerReader(reader_, topic, reader_qos(options.user_data))) return;
    gate_.close();
    fast::RTPSDomain::removeRTPSReader(reader_);
    throw std::runtime_error("Fast DDS announces no reader of '" + std::string(options.topic) + "'");
}

Reader::~Reader()
{
    fast::RTPSDomain::removeRTPSReader(reader_);
}

void Reader::close()
{
    gate_.close();
}

GUID_t Reader::guid() const
{
    return reader_->getGuid();
}

ReceivedPtr Reader::take()
{
    std::lock_guard<std::mutex> hold(lock_);
    if (inbox_.empty()) {
        overflowed_ = false;
        return nullptr;
    }
    ReceivedPtr first = std::move(inbox_.front());
    inbox_.pop_front();
    return first;
}

void Reader::on_writer_discovery(fast::RTPSReader *, fast::WriterDiscoveryInfo::DISCOVERY_STATUS reason, const GUID_t &writer,
                                 const fast::WriterProxyData *data)
{
    listen(gate_, [&] {
        bool gone = reason == fast::WriterDiscoveryInfo::REMOVED_WRITER;
        if (!gone && !data) return;
        WriterPeer peer;
        if (!gone) peer.id = user_data_value(participant_.options(), data->m_qos.m_userData, id_key_.c_str());
        peer.known = true;
        {
            std::lock_guard<std::mutex> hold(lock_);
            if (gone)
                peers_.erase(writer);
            else
                peers_[writer] = peer;
        }
        owner_.writers_changed();
    });
}

/* false: there is no room, it is still the caller's. Called while the writer is matched, under Fast DDS's lock of the reader, so its loss is told later. */
bool Reader::keep(ReceivedPtr &received)
{
    bool first_drop;
    {
        std::lock_guard<std::mutex> hold(lock_);
        peers_[received->writer]; /* WriterPeer::known */
        if (inbox_.size() < limit_) {
            inbox_.push_back(std::move(received));
            return true;
        }
        first_drop = !overflowed_;
        overflowed_ = true;
    }
    if (first_drop)
        participant_.log(RCLIO_LOG_WARN, "service '" + service_ + "': " + std::to_string(limit_) +
                                             " messages wait to be taken; the ones that come now are dropped");
    return false;
}

void Reader::onNewCacheChangeAdded(fast::RTPSReader *reader, const fast::CacheChange_t *const change)
{
    listen(gate_, [&] {
        ReceivedPtr received(Received::copy(*change));
        if (!received || !owner_.accept(received.get(), reader->getGuid())) return;
        if (keep(received))
            owner_.ready();
        else
            owner_.no_room_for(*received);
    });
    reader->getHistory()->remove_change(const_cast<fast::CacheChange_t *>(change));
}

} // namespace rclio_rtps
