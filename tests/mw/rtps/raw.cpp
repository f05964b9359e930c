/* tests/mw/rtps/raw.cpp: see sides.h. */
#include "mw/rtps/fast.hpp"

#include <atomic>
#include <cstdlib>
#include <memory>

extern "C" {
struct raw;
raw *raw_reader_new(uint32_t domain, const char *topic, const char *type);
raw *raw_writer_new(uint32_t domain, const char *topic, const char *type);
void raw_add_reader(raw *r, const char *topic, const char *type);
void raw_destroy(raw *r);
int raw_matched(raw *r);
int raw_samples(raw *r);
int raw_taken(raw *r);
void raw_write(raw *r, const void *bytes, size_t size);
void wake_all(void *arg);
}

using namespace rclio_rtps;
namespace dds = eprosima::fastdds::dds;

struct raw : fast::ReaderListener, fast::WriterListener {
    fast::RTPSParticipant *participant;
    fast::ReaderHistory received{fast::HistoryAttributes(fast::DYNAMIC_RESERVE_MEMORY_MODE, 256, 10, 0)};
    fast::WriterHistory written{fast::HistoryAttributes(fast::DYNAMIC_RESERVE_MEMORY_MODE, 256, 10, 0)};
    fast::RTPSReader *reader = nullptr;
    fast::RTPSWriter *writer = nullptr;
    std::atomic<int> matched{0}, samples{0};

    explicit raw(uint32_t domain)
    {
        fast::RTPSParticipantAttributes attributes;
        auto udp = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
        udp->interfaceWhiteList.push_back("127.0.0.1");
        attributes.useBuiltinTransports = false;
        attributes.userTransports.push_back(udp);
        auto &discovery = attributes.builtin.discovery_config;
        discovery.discoveryProtocol = fast::DiscoveryProtocol_t::SIMPLE;
        discovery.use_SIMPLE_EndpointDiscoveryProtocol = true;
        discovery.m_simpleEDP.use_PublicationReaderANDSubscriptionWriter = true;
        discovery.m_simpleEDP.use_PublicationWriterANDSubscriptionReader = true;
        discovery.leaseDuration_announcementperiod = duration_of(milliseconds(200));
        attributes.builtin.use_WriterLivelinessProtocol = true;
        participant = fast::RTPSDomain::createParticipant(domain, attributes);
        if (!participant) std::abort();
    }
    ~raw() override
    {
        fast::RTPSDomain::removeRTPSParticipant(participant);
    }
    void onReaderMatched(fast::RTPSReader *, fast::MatchingInfo &info) override
    {
        matched += info.status == fast::MATCHED_MATCHING ? 1 : -1;
        wake_all(nullptr);
    }
    void onWriterMatched(fast::RTPSWriter *, fast::MatchingInfo &info) override
    {
        matched += info.status == fast::MATCHED_MATCHING ? 1 : -1;
        wake_all(nullptr);
    }
    void onNewCacheChangeAdded(fast::RTPSReader *from, const fast::CacheChange_t *const change) override
    {
        samples++;
        from->getHistory()->remove_change(const_cast<fast::CacheChange_t *>(change));
        wake_all(nullptr);
    }
    using fast::ReaderListener::onReaderMatched;
    using fast::WriterListener::onWriterMatched;
};

void raw_add_reader(raw *r, const char *topic, const char *type)
{
    fast::ReaderAttributes attributes;
    attributes.endpoint.reliabilityKind = fast::RELIABLE;
    attributes.endpoint.topicKind = fast::NO_KEY;
    r->reader = fast::RTPSDomain::createRTPSReader(r->participant, attributes, &r->received, r);
    eprosima::fastrtps::ReaderQos qos;
    qos.m_reliability.kind = dds::RELIABLE_RELIABILITY_QOS;
    eprosima::fastrtps::TopicAttributes about(topic, type, fast::NO_KEY);
    if (!r->participant->registerReader(r->reader, about, qos)) std::abort();
}

raw *raw_reader_new(uint32_t domain, const char *topic, const char *type)
{
    auto *r = new raw(domain);
    raw_add_reader(r, topic, type);
    return r;
}

raw *raw_writer_new(uint32_t domain, const char *topic, const char *type)
{
    auto *r = new raw(domain);
    fast::WriterAttributes attributes;
    attributes.endpoint.reliabilityKind = fast::RELIABLE;
    attributes.endpoint.durabilityKind = fast::VOLATILE;
    attributes.endpoint.topicKind = fast::NO_KEY;
    attributes.times.heartbeatPeriod = duration_of(milliseconds(20));
    r->writer = fast::RTPSDomain::createRTPSWriter(r->participant, attributes, &r->written, r);
    eprosima::fastrtps::WriterQos qos;
    qos.m_reliability.kind = dds::RELIABLE_RELIABILITY_QOS;
    eprosima::fastrtps::TopicAttributes about(topic, type, fast::NO_KEY);
    if (!r->participant->registerWriter(r->writer, about, qos)) std::abort();
    return r;
}

void raw_destroy(raw *r)
{
    if (r->reader) fast::RTPSDomain::removeRTPSReader(r->reader);
    if (r->writer) fast::RTPSDomain::removeRTPSWriter(r->writer);
    delete r;
}

int raw_matched(raw *r)
{
    return r->matched;
}

int raw_samples(raw *r)
{
    return r->samples;
}

int raw_taken(raw *r)
{
    return r->writer->wait_for_all_acked(duration_of(milliseconds(20000)));
}

void raw_write(raw *r, const void *bytes, size_t size)
{
    fast::CacheChange_t *change = r->writer->new_change([size] { return static_cast<uint32_t>(size); }, fast::ALIVE);
    if (!change) std::abort();
    std::memcpy(change->serializedPayload.data, bytes, size);
    change->serializedPayload.length = static_cast<uint32_t>(size);
    r->written.add_change(change);
}
