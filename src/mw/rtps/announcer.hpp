/* src/mw/rtps/announcer.hpp: no start waits for the period of an announcement that was missed. docs/discovery.md has the captures.
 *
 * Fast DDS announces a participant before it listens: its receivers are attached to their sockets only after the first DATA(p) has left, and
 * what arrives between is dropped (DIS-14). But to that first DATA(p) each peer gives its one answer (DIS-15), a fraction of a
 * millisecond later. When it is dropped, peer and participant wait for the peer's period: 3 s. Both sides have this hole; each is closed here:
 *
 *   AN1  Our own: what our sockets receive before the participant is complete is held, in the sockets' buffers, and handled in order
 *        then. Nothing is dropped, however long it takes.
 *   AN2  The peer's: a peer that was discovered is announced to again, 5 ms later and at doubled distances, until it shows that it knows us:
 *        it directs a message at us (INFO_DST with our prefix), which takes our announcement to do. At most TRIES times: then
 *        the period is left, as it is for a participant that is lost.
 *   AN3  Nothing is sent, and nothing is looked at but one flag for each message, when no peer is awaited.
 * Threads: discovered, removed: any, from listeners too (they take a leaf lock only). step: the pump. The rest: the thread that makes
 * the participant. Messages pass on Fast DDS's receiving threads.
 * Tests: tests/mw/test_rtps_announcer.cpp, tests/peers/test_discovery.py. */
#ifndef RCLIO_MW_RTPS_ANNOUNCER_HPP
#define RCLIO_MW_RTPS_ANNOUNCER_HPP

#include <fastdds/rtps/common/GuidPrefix_t.hpp>
#include <fastdds/rtps/transport/TransportDescriptorInterface.h>

#include <memory>

namespace eprosima::fastrtps::rtps
{
class RTPSParticipant;
}

namespace rclio_rtps
{

class Announcer
{
  public:
    Announcer();
    ~Announcer();
    Announcer(const Announcer &) = delete;
    Announcer &operator=(const Announcer &) = delete;

    /* A transport on top of `below` (UDP), for userTransports: it holds what it receives until `start` (AN1), and listens for peers
     * that know us (AN2). It may outlive the announcer. */
    std::shared_ptr<eprosima::fastdds::rtps::TransportDescriptorInterface>
    hold(std::shared_ptr<eprosima::fastdds::rtps::TransportDescriptorInterface> below);

    /* The participant is complete. To be called right after createParticipant has returned one; when it returned NULL, not at all. */
    void start(eprosima::fastrtps::rtps::RTPSParticipant *participant);

    /* From onParticipantDiscovery. After `discovered` the pump must call `step` soon: wake it. */
    void discovered(const eprosima::fastrtps::rtps::GuidPrefix_t &peer);
    void removed(const eprosima::fastrtps::rtps::GuidPrefix_t &peer);

    /* Announces if it is time to. No lock may be held: calls Fast DDS. Returns ms until the next call, -1 when no peer is awaited. */
    int step();

  private:
    struct State; /* shared with the transport */
    std::shared_ptr<State> state_;
    eprosima::fastrtps::rtps::RTPSParticipant *participant_ = nullptr;
};

} // namespace rclio_rtps

#endif
