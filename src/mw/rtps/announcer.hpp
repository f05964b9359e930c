/* src/mw/rtps/announcer.hpp: no start waits for the period of an announcement that was missed. docs/discovery.md has the captures.
 *
 * Fast DDS announces a participant before it listens: its receivers are attached to their sockets only after the first DATA(p) has left, and
 * what arrives between is dropped (DIS-15). But to that first DATA(p) each peer gives its one answer (DIS-16), a fraction of a
 * millisecond later. When it is dropped, peer and participant wait for the peer's period: 3 s. Both sides have this hole; each is closed here:
 *
 *   AN1  Our own: what our sockets receive before the participant is complete is held, in the sockets' buffers, and handled in order
 *        then. Nothing is dropped, however long it takes.
 *   AN2  The peer's: a peer that was discovered is announced to again, 5 ms later and at doubled distances, until it shows that it knows us:
 *        it directs a message at us (INFO_DST with our prefix), which takes our announcement to do. At most TRIES times: then
 *        the period is left, as it is for a participant that is lost.
 *   AN3  Nothing is sent, and nothing is looked at but one flag for each message, when no peer is awaited.
 *   AN4  A goodbye that is said for a killed peer (goodbye.h) comes to the place of data, behind all that the peer had sent, and is handed from
 *        there to the receivers of discovery. By their own sockets, whose threads are others, it overtook replies.
 * Threads: any; all functions take a leaf lock only and call nothing of Fast DDS. Messages pass on Fast DDS's receiving threads.
 * Tests: tests/mw/announcer/test_announcer.cpp; bench/start_to_reply.py measures. */
#ifndef RCLIO_MW_RTPS_ANNOUNCER_HPP
#define RCLIO_MW_RTPS_ANNOUNCER_HPP

#include <fastdds/rtps/common/GuidPrefix_t.hpp>
#include <fastdds/rtps/transport/TransportDescriptorInterface.h>

#include <chrono>
#include <memory>

namespace rclio_rtps
{

class Announcer
{
  public:
    using Prefix = eprosima::fastrtps::rtps::GuidPrefix_t;
    using Time = std::chrono::steady_clock::time_point;
    using Transport = std::shared_ptr<eprosima::fastdds::rtps::TransportDescriptorInterface>;
    static constexpr int TRIES = 8; /* 5, 15, 35 .. 1275 ms after the peer was discovered */

    Announcer();

    /* A transport on top of `below` (UDP), for userTransports: it holds what it receives until `start` (AN1), and listens for peers
     * that know us (AN2). It may outlive the announcer. */
    Transport hold(Transport below);

    /* To be called as soon as createParticipant has returned a participant, with its prefix. Without it nothing is ever received;
     * removing the participant does not wait for it. */
    void start(const Prefix &self);

    /* From onParticipantDiscovery; then wake the pump. */
    void discovered(const Prefix &peer, Time now);
    void removed(const Prefix &peer);

    /* Whether to call announceRTPSParticipantState now; `due`: when to ask again, Time::max() when no peer is awaited. */
    bool step(Time now, Time *due);

  private:
    struct State; /* shared with the transport */
    std::shared_ptr<State> state_;
};

} // namespace rclio_rtps

#endif
