// bench/raw_fast.cpp: see raw.h. The least that Fast DDS's RTPS layer needs to carry bytes; the same transport as src/mw/rtps.
#include "raw.h"

#include <fastdds/rtps/RTPSDomain.h>
#include <fastdds/rtps/attributes/HistoryAttributes.h>
#include <fastdds/rtps/attributes/RTPSParticipantAttributes.h>
#include <fastdds/rtps/attributes/ReaderAttributes.h>
#include <fastdds/rtps/attributes/WriterAttributes.h>
#include <fastdds/rtps/history/ReaderHistory.h>
#include <fastdds/rtps/history/WriterHistory.h>
#include <fastdds/rtps/participant/RTPSParticipant.h>
#include <fastdds/rtps/reader/RTPSReader.h>
#include <fastdds/rtps/reader/ReaderListener.h>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>
#include <fastdds/rtps/writer/RTPSWriter.h>
#include <fastdds/rtps/writer/WriterListener.h>
#include <fastrtps/attributes/TopicAttributes.h>
#include <fastrtps/qos/ReaderQos.h>
#include <fastrtps/qos/WriterQos.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <unistd.h>
#include <vector>

namespace rtps = eprosima::fastrtps::rtps;
namespace fast = eprosima::fastrtps;

namespace
{

rtps::RTPSParticipant *participant;

[[noreturn]] void fail(const char *what)
{
    std::fprintf(stderr, "raw Fast DDS: no %s\n", what);
    std::exit(1);
}

rtps::HistoryAttributes history_attributes()
{
    return rtps::HistoryAttributes(rtps::DYNAMIC_REUSABLE_MEMORY_MODE, 256, 10, 0);
}

fast::TopicAttributes topic_attributes(const char *topic)
{
    return fast::TopicAttributes(topic, "bench::msg::dds_::Opaque_", rtps::NO_KEY);
}

} // namespace

struct raw_writer : rtps::WriterListener {
    rtps::WriterHistory history{history_attributes()};
    rtps::RTPSWriter *writer = nullptr;
    std::atomic<int> matched{0};
    void onWriterMatched(rtps::RTPSWriter *, rtps::MatchingInfo &info) override
    {
        matched += info.status == rtps::MATCHED_MATCHING ? 1 : -1;
    }
};

struct raw_reader : rtps::ReaderListener {
    rtps::ReaderHistory history{history_attributes()};
    rtps::RTPSReader *reader = nullptr;
    int event_fd = -1;
    std::atomic<int> matched{0};
    std::mutex lock;
    std::deque<std::vector<uint8_t>> taken;
    void onReaderMatched(rtps::RTPSReader *, rtps::MatchingInfo &info) override
    {
        matched += info.status == rtps::MATCHED_MATCHING ? 1 : -1;
    }
    void onNewCacheChangeAdded(rtps::RTPSReader *from, const rtps::CacheChange_t *const change) override
    {
        const uint8_t *bytes = change->serializedPayload.data;
        {
            std::lock_guard<std::mutex> guard(lock);
            taken.emplace_back(bytes, bytes + change->serializedPayload.length);
        }
        from->getHistory()->remove_change(const_cast<rtps::CacheChange_t *>(change));
        uint64_t one = 1;
        if (::write(event_fd, &one, sizeof one) < 0) return;
    }
};

namespace
{

void fast_open(uint32_t domain)
{
    rtps::RTPSParticipantAttributes attributes;
    auto &discovery = attributes.builtin.discovery_config;
    discovery.discoveryProtocol = rtps::DiscoveryProtocol_t::SIMPLE;
    discovery.use_SIMPLE_EndpointDiscoveryProtocol = true;
    discovery.m_simpleEDP.use_PublicationReaderANDSubscriptionWriter = true;
    discovery.m_simpleEDP.use_PublicationWriterANDSubscriptionReader = true;
    attributes.builtin.use_WriterLivelinessProtocol = true;
    attributes.useBuiltinTransports = false;
    auto transport = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
    transport->interfaceWhiteList.push_back("127.0.0.1");
    attributes.userTransports.push_back(transport);
    participant = rtps::RTPSDomain::createParticipant(domain, attributes, nullptr);
    if (!participant) fail("participant");
}

void fast_close()
{
    rtps::RTPSDomain::removeRTPSParticipant(participant);
}

raw_writer *fast_writer_new(const char *topic, bool)
{
    auto made = new raw_writer;
    rtps::WriterAttributes attributes;
    attributes.endpoint.reliabilityKind = rtps::RELIABLE;
    attributes.endpoint.topicKind = rtps::NO_KEY;
    made->writer = rtps::RTPSDomain::createRTPSWriter(participant, attributes, &made->history, made);
    fast::WriterQos qos;
    qos.m_reliability.kind = eprosima::fastdds::dds::RELIABLE_RELIABILITY_QOS;
    if (!made->writer || !participant->registerWriter(made->writer, topic_attributes(topic), qos)) fail("writer");
    return made;
}

raw_reader *fast_reader_new(const char *topic, bool, int event_fd)
{
    auto made = new raw_reader;
    made->event_fd = event_fd;
    rtps::ReaderAttributes attributes;
    attributes.endpoint.reliabilityKind = rtps::RELIABLE;
    attributes.endpoint.topicKind = rtps::NO_KEY;
    made->reader = rtps::RTPSDomain::createRTPSReader(participant, attributes, &made->history, made);
    fast::ReaderQos qos;
    qos.m_reliability.kind = eprosima::fastdds::dds::RELIABLE_RELIABILITY_QOS;
    if (!made->reader || !participant->registerReader(made->reader, topic_attributes(topic), qos)) fail("reader");
    return made;
}

bool fast_write(raw_writer *writer, const void *bytes, size_t size)
{
    rtps::CacheChange_t *oldest;
    while (writer->history.getHistorySize() > 10 && writer->history.get_min_change(&oldest))
        writer->history.remove_change(oldest);
    auto change = writer->writer->new_change([size]() -> uint32_t { return static_cast<uint32_t>(size); }, rtps::ALIVE);
    if (!change) return false;
    std::memcpy(change->serializedPayload.data, bytes, size);
    change->serializedPayload.length = static_cast<uint32_t>(size);
    return writer->history.add_change(change);
}

ptrdiff_t fast_take(raw_reader *reader, void *bytes, size_t capacity)
{
    std::lock_guard<std::mutex> guard(reader->lock);
    if (reader->taken.empty()) return -1;
    const auto &first = reader->taken.front();
    size_t size = first.size() < capacity ? first.size() : capacity;
    std::memcpy(bytes, first.data(), size);
    reader->taken.pop_front();
    return static_cast<ptrdiff_t>(size);
}

bool fast_is_matched(const raw_writer *writer, const raw_reader *reader)
{
    return (!writer || writer->matched > 0) && (!reader || reader->matched > 0);
}

} // namespace

extern "C" const raw_stack raw_fast = {"raw Fast DDS",  fast_open,  fast_close, fast_writer_new,
                                       fast_reader_new, fast_write, fast_take,  fast_is_matched};
