/* src/mw/rtps/participant.hpp: a participant of Fast DDS: transport, the markers of other participants (DIS-13), and the pump: one
 * thread, named "rclio-rtps", that does what listeners may not (fast.hpp, L1) and what has to wait. It sleeps without a timeout when
 * nothing waits.
 * Threads: as rtps.h says. Tests: tests/mw/test_rtps_services.c, tests/mw/test_rtps_participant.c. */
#ifndef RCLIO_MW_RTPS_PARTICIPANT_HPP
#define RCLIO_MW_RTPS_PARTICIPANT_HPP

#include "mw/rtps/announcer.hpp"
#include "mw/rtps/fast.hpp"

#include <array>
#include <map>
#include <set>
#include <thread>
#include <vector>

namespace rclio_rtps
{
using Prefix = std::array<uint8_t, GuidPrefix_t::size>;

inline Prefix prefix_of(const GUID_t &guid)
{
    Prefix prefix;
    std::memcpy(prefix.data(), guid.guidPrefix.value, prefix.size());
    return prefix;
}

/* DIS-13 */
struct Marker {
    bool is_rclio = false;
    Prefix topics{};
};

/* What the pump works on. */
class Worker
{
  public:
    /* Returns when it wants to be called again, at the latest; Time::max(): not before Participant::wake(). */
    virtual Time work(Time now) = 0;

  protected:
    ~Worker() = default;
};

class Participant final : public fast::RTPSParticipantListener
{
  public:
    explicit Participant(const rtps_options &options); /* throws std::runtime_error with the reason */
    ~Participant() override;
    Participant(const Participant &) = delete;
    Participant &operator=(const Participant &) = delete;

    fast::RTPSParticipant *fast()
    {
        return participant_;
    }
    const rtps_options &options() const /* what is called only: the rest was lent to the constructor */
    {
        return options_;
    }
    GUID_t guid() const;
    std::vector<rtps_locator> locators() const;
    void log(rclio_log_level level, const std::string &line) const;
    Marker marker(const GUID_t &guid) const; /* of the participant that has the endpoint */

    bool may_drain() const; /* writer.hpp, W6 */
    void drained_in_vain();
    void wake(); /* from listeners, too */
    void add(Worker *worker);
    void remove(Worker *worker); /* waits while the pump works */

    using fast::RTPSParticipantListener::onParticipantDiscovery;
    void onParticipantDiscovery(fast::RTPSParticipant *participant, fast::ParticipantDiscoveryInfo &&info) override;

  private:
    void tell(const fast::ParticipantDiscoveryInfo &info, bool gone) const;
    void note(const fast::ParticipantDiscoveryInfo &info);
    void pump();
    Time work(Time now);

    rtps_options options_{};
    std::vector<std::string> addresses_;
    Announcer announcer_;
    fast::RTPSParticipant *participant_ = nullptr;
    Gate gate_;

    std::mutex working_; /* L2; of workers_, held while one works */
    std::set<Worker *> workers_;

    mutable std::mutex lock_; /* leaf; of all below */
    std::condition_variable woken_;
    std::map<Prefix, Marker> markers_;
    Time no_drain_before_{};
    uint64_t wakes_ = 0;
    bool stop_ = false;
    std::thread thread_;
};

} // namespace rclio_rtps

#endif
