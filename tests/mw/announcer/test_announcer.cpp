/* tests/mw/announcer/test_announcer.cpp: AN1 to AN4. The participants here announce themselves once and then not for an hour: an answer that
 * is lost is lost, and a test that needs a second one hangs until its deadline. */
#include "mw/rtps/announcer.cpp" // with it, the headers of Fast DDS are read once
#include "support/domain.h"

#include <fastdds/rtps/RTPSDomain.h>
#include <fastdds/rtps/attributes/RTPSParticipantAttributes.h>
#include <fastdds/rtps/common/Locator.h>
#include <fastdds/rtps/participant/ParticipantDiscoveryInfo.h>
#include <fastdds/rtps/participant/RTPSParticipant.h>
#include <fastdds/rtps/participant/RTPSParticipantListener.h>
#include <fastdds/rtps/transport/ChainingTransport.h>
#include <fastdds/rtps/transport/ChainingTransportDescriptor.h>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>
#include <fastrtps/utils/IPLocator.h>
#include <fastrtps/xmlparser/XMLProfileManager.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <set>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mw/goodbye.h"
}

namespace fast = eprosima::fastrtps::rtps;
namespace transport = eprosima::fastdds::rtps;
using rclio_rtps::Announcer;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

static const std::chrono::seconds DEADLINE(30);
static uint32_t domain;

/* What the tests wait on. */
struct News {
    std::mutex lock;
    std::condition_variable changed;

    void tell(const std::function<void()> &change)
    {
        std::lock_guard<std::mutex> hold(lock);
        change();
        changed.notify_all();
    }
    bool await(const std::function<bool()> &happened, Clock::time_point until = Clock::now() + DEADLINE)
    {
        std::unique_lock<std::mutex> hold(lock);
        return changed.wait_until(hold, until, happened);
    }
};

/* A transport that drops what it receives until it may hear: the hole of a peer that has announced itself and does not listen yet. */
struct Deaf : transport::ChainingTransport {
    struct Descriptor : transport::ChainingTransportDescriptor {
        Descriptor(std::shared_ptr<TransportDescriptorInterface> below, News &told)
            : ChainingTransportDescriptor(below), news(told)
        {
        }
        transport::TransportInterface *create_transport() const override
        {
            return new Deaf(*this);
        }
        News &news;
        mutable std::atomic<bool> hears{false};
        mutable int dropped = 0; /* news.lock; of `sender` */
        fast::GuidPrefix_t sender;
    };
    explicit Deaf(const Descriptor &d) : ChainingTransport(d), own(d), copy(d.low_level_descriptor, d.news)
    {
    }
    transport::TransportDescriptorInterface *get_configuration() override
    {
        return &copy;
    }
    bool send(fast::SenderResource *below, const fast::octet *bytes, uint32_t size, transport::LocatorsIterator *first,
              transport::LocatorsIterator *last, const Clock::time_point &timeout) override
    {
        return below->send(bytes, size, first, last, timeout);
    }
    void receive(transport::TransportReceiverInterface *above, const fast::octet *bytes, uint32_t size,
                 const fast::Locator_t &local, const fast::Locator_t &remote) override
    {
        if (own.hears)
            above->OnDataReceived(bytes, size, local, remote);
        else if (size >= 20 && std::memcmp(bytes + 8, own.sender.value, fast::GuidPrefix_t::size) == 0)
            own.news.tell([this] { own.dropped++; });
    }
    const Descriptor &own; /* the test keeps it */
    Descriptor copy;
};

static std::shared_ptr<transport::TransportDescriptorInterface> loopback()
{
    auto udp = std::make_shared<transport::UDPv4TransportDescriptor>();
    udp->interfaceWhiteList.push_back("127.0.0.1");
    return udp;
}

struct Side : fast::RTPSParticipantListener {
    Side(News &told, Announcer::Transport way, Announcer *own = nullptr) : news(told), announcer(own)
    {
        fast::RTPSParticipantAttributes attributes;
        auto &discovery = attributes.builtin.discovery_config;
        discovery.discoveryProtocol = fast::DiscoveryProtocol_t::SIMPLE;
        discovery.m_simpleEDP.use_PublicationReaderANDSubscriptionWriter = true;
        discovery.m_simpleEDP.use_PublicationWriterANDSubscriptionReader = true;
        discovery.initial_announcements.count = 0;
        discovery.leaseDuration = {7200, 0};
        discovery.leaseDuration_announcementperiod = {3600, 0};
        attributes.useBuiltinTransports = false;
        attributes.userTransports.push_back(way);
        participant = fast::RTPSDomain::createParticipant(domain, attributes, this);
        assert_non_null(participant);
    }
    ~Side() override
    {
        fast::RTPSDomain::removeRTPSParticipant(participant);
    }
    fast::GuidPrefix_t prefix() const
    {
        return participant->getGuid().guidPrefix;
    }
    bool knows(const Side &other) const
    {
        return met.count(other.prefix()) > 0;
    }
    void onParticipantDiscovery(fast::RTPSParticipant *, fast::ParticipantDiscoveryInfo &&info) override
    {
        if (info.status == fast::ParticipantDiscoveryInfo::REMOVED_PARTICIPANT)
            news.tell([&] { met.erase(info.info.m_guid.guidPrefix); });
        if (info.status != fast::ParticipantDiscoveryInfo::DISCOVERED_PARTICIPANT) return;
        if (announcer) announcer->discovered(info.info.m_guid.guidPrefix, Clock::now());
        news.tell([&] { met.insert(info.info.m_guid.guidPrefix); });
    }
    News &news;
    Announcer *announcer;
    std::set<fast::GuidPrefix_t> met; /* news.lock */
    fast::RTPSParticipant *participant;
};

/* DIS-15, DIS-16 */
static void the_answer_to_the_first_announcement_is_held_until_the_participant_is_complete(void **)
{
    News news;
    Announcer announcer;
    Side peer(news, loopback());
    Side self(news, announcer.hold(loopback()));
    assert_true(news.await([&] { return peer.knows(self); })); /* now its one answer is out */
    assert_false(self.knows(peer));
    announcer.start(self.prefix());
    assert_true(news.await([&] { return self.knows(peer); }));
}

static void a_participant_that_was_never_started_can_be_removed(void **)
{
    News news;
    Announcer announcer;
    Side peer(news, loopback());
    Side self(news, announcer.hold(loopback()));
    assert_true(news.await([&] { return peer.knows(self); }));
}

/* The pump, until no peer is awaited. With its first announcement the peer hears. Returns how often it announced. */
static int pump(News &news, Announcer &announcer, Side &self, Deaf::Descriptor &ears)
{
    int announced = 0;
    for (Clock::time_point due;;) {
        if (announcer.step(Clock::now(), &due)) {
            ears.hears = true;
            self.participant->announceRTPSParticipantState();
            announced++;
        }
        if (due == Clock::time_point::max()) return announced;
        news.await([] { return false; }, due);
    }
}

/* DIS-15, DIS-16 */
static void a_peer_that_dropped_the_answer_is_announced_to_until_it_knows_us(void **)
{
    News news;
    Announcer announcer;
    auto ears = std::make_shared<Deaf::Descriptor>(loopback(), news);
    Side self(news, announcer.hold(loopback()), &announcer);
    announcer.start(self.prefix());
    ears->sender = self.prefix();
    Side peer(news, ears);
    assert_true(news.await([&] { return self.knows(peer) && ears->dropped > 0; }));
    int announced = pump(news, announcer, self, *ears);
    assert_in_range(announced, 1, Announcer::TRIES - 1); /* it ends because the peer has answered */
    assert_true(news.await([&] { return peer.knows(self); }));
}

/* AN4. DIS-14 */
static void a_goodbye_that_comes_to_the_place_of_data_ends_the_participant(void **)
{
    News news;
    Announcer announcer;
    Side self(news, announcer.hold(loopback()));
    announcer.start(self.prefix());
    Side peer(news, loopback());
    assert_true(news.await([&] { return self.knows(peer); }));
    const fast::Locator_t place = *self.participant->getRTPSParticipantAttributes().defaultUnicastLocatorList.begin();
    goodbye_locator to = {};
    std::strcpy(to.address, "127.0.0.1");
    to.port = eprosima::fastrtps::rtps::IPLocator::getPhysicalPort(place);
    uint8_t gid[RCLIO_GID_SIZE] = {};
    std::memcpy(gid, peer.prefix().value, fast::GuidPrefix_t::size);
    gid[14] = 1, gid[15] = 0xc1; /* the participant's own entity */
    goodbye_send(gid, &to);
    assert_true(news.await([&] { return !self.knows(peer); }));
}

static fast::GuidPrefix_t some_prefix(uint8_t number)
{
    fast::GuidPrefix_t prefix;
    prefix.value[0] = number;
    return prefix;
}

static void a_peer_that_stays_silent_is_announced_to_a_few_times_at_growing_distances(void **)
{
    Announcer announcer;
    Clock::time_point now = Clock::now(), due;
    assert_false(announcer.step(now, &due));
    assert_true(due == Clock::time_point::max());
    announcer.discovered(some_prefix(1), now);
    assert_false(announcer.step(now, &due));
    milliseconds distance(5);
    for (int i = 0; i < Announcer::TRIES; i++, distance *= 2) {
        assert_true(due == now + distance);
        assert_false(announcer.step(due - milliseconds(1), &due));
        now = due;
        assert_true(announcer.step(now, &due));
    }
    assert_true(due == Clock::time_point::max());
    assert_false(announcer.step(now + DEADLINE, &due));
}

static void one_announcement_serves_all_peers_that_are_due(void **)
{
    Announcer announcer;
    Clock::time_point now = Clock::now(), due;
    announcer.discovered(some_prefix(1), now);
    announcer.discovered(some_prefix(2), now + milliseconds(1));
    assert_true(announcer.step(now + milliseconds(6), &due));
    assert_false(announcer.step(now + milliseconds(6), &due));
    assert_true(due == now + milliseconds(16));
}

static void a_peer_that_has_gone_is_not_awaited(void **)
{
    Announcer announcer;
    Clock::time_point now = Clock::now(), due;
    announcer.discovered(some_prefix(1), now);
    announcer.removed(some_prefix(1));
    assert_false(announcer.step(now + DEADLINE, &due));
    assert_true(due == Clock::time_point::max());
}

int main(void)
{
    domain = static_cast<uint32_t>(test_domain_take());
    eprosima::fastrtps::LibrarySettingsAttributes settings;
    settings.intraprocess_delivery = eprosima::fastrtps::INTRAPROCESS_OFF; /* these participants stand for two processes */
    eprosima::fastrtps::xmlparser::XMLProfileManager::library_settings(settings);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_to_the_first_announcement_is_held_until_the_participant_is_complete),
        cmocka_unit_test(a_participant_that_was_never_started_can_be_removed),
        cmocka_unit_test(a_peer_that_dropped_the_answer_is_announced_to_until_it_knows_us),
        cmocka_unit_test(a_goodbye_that_comes_to_the_place_of_data_ends_the_participant),
        cmocka_unit_test(a_peer_that_stays_silent_is_announced_to_a_few_times_at_growing_distances),
        cmocka_unit_test(one_announcement_serves_all_peers_that_are_due),
        cmocka_unit_test(a_peer_that_has_gone_is_not_awaited),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
