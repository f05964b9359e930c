/* src/mw/rtps/announcer.cpp: AN1 to AN3 of announcer.hpp, on Fast DDS's chain of transports. */
#include "mw/rtps/announcer.hpp"

#include <fastdds/rtps/participant/RTPSParticipant.h>
#include <fastdds/rtps/transport/ChainingTransport.h>
#include <fastdds/rtps/transport/ChainingTransportDescriptor.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>

namespace rclio_rtps
{
namespace fast = eprosima::fastrtps::rtps;
namespace transport = eprosima::fastdds::rtps;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace
{
constexpr milliseconds FIRST{5};
constexpr int TRIES = 8; /* at 5, 15, 35 .. 1275 ms */

/* An RTPS message: a header of 20 bytes, the sender's prefix at 8, then submessages. A directed one has INFO_DST first. */
constexpr uint32_t SENDER = 8, SUBMESSAGE = 20, DESTINATION = 24, DIRECTED_SIZE = 36;
constexpr fast::octet INFO_DST = 0x0e;

bool is_directed_at(const fast::GuidPrefix_t &self, const fast::octet *message, uint32_t size)
{
    return size >= DIRECTED_SIZE && message[SUBMESSAGE] == INFO_DST &&
           std::memcmp(message + DESTINATION, self.value, fast::GuidPrefix_t::size) == 0;
}

struct Awaited {
    Clock::time_point due;
    milliseconds distance{FIRST};
    int tries = 0;
};
} // namespace

struct Announcer::State {
    std::atomic<bool> open{false};   /* AN1 */
    std::atomic<bool> listen{false}; /* AN3: `awaited` is not empty */
    std::mutex lock;                 /* leaf; the members below */
    std::condition_variable opened;
    fast::GuidPrefix_t self;
    std::map<fast::GuidPrefix_t, Awaited> awaited;

    void pass()
    {
        if (open.load(std::memory_order_acquire)) return;
        std::unique_lock<std::mutex> hold(lock);
        opened.wait(hold, [this] { return open.load(std::memory_order_relaxed); });
    }
    void let_pass()
    {
        std::lock_guard<std::mutex> hold(lock);
        open.store(true, std::memory_order_release);
        opened.notify_all();
    }
    void forget(const fast::GuidPrefix_t &peer)
    {
        std::lock_guard<std::mutex> hold(lock);
        awaited.erase(peer);
        listen.store(!awaited.empty(), std::memory_order_relaxed);
    }
    void hear(const fast::octet *message, uint32_t size)
    {
        fast::GuidPrefix_t sender;
        if (!is_directed_at(self, message, size)) return;
        std::memcpy(sender.value, message + SENDER, fast::GuidPrefix_t::size);
        forget(sender);
    }
};

namespace
{
template <typename State> class Ear : public transport::ChainingTransport
{
  public:
    Ear(const transport::ChainingTransportDescriptor &descriptor, std::shared_ptr<State> state)
        : ChainingTransport(descriptor), descriptor_(descriptor), state_(std::move(state))
    {
    }
    transport::TransportDescriptorInterface *get_configuration() override
    {
        return &descriptor_;
    }
    bool send(fast::SenderResource *below, const fast::octet *bytes, uint32_t size, transport::LocatorsIterator *first,
              transport::LocatorsIterator *last, const Clock::time_point &timeout) override
    {
        return below->send(bytes, size, first, last, timeout);
    }
    void receive(transport::TransportReceiverInterface *above, const fast::octet *bytes, uint32_t size,
                 const fast::Locator_t &local, const fast::Locator_t &remote) override
    {
        state_->pass();
        if (state_->listen.load(std::memory_order_relaxed)) state_->hear(bytes, size);
        above->OnDataReceived(bytes, size, local, remote);
    }
    /* Closing waits for the thread that receives: it must not wait for a participant that could not be made. */
    bool CloseInputChannel(const fast::Locator_t &locator) override
    {
        state_->let_pass();
        return ChainingTransport::CloseInputChannel(locator);
    }
    void shutdown() override
    {
        state_->let_pass();
        low_level_transport_->shutdown();
    }

  private:
    struct Descriptor : transport::ChainingTransportDescriptor {
        using ChainingTransportDescriptor::ChainingTransportDescriptor;
        explicit Descriptor(const ChainingTransportDescriptor &other) : ChainingTransportDescriptor(other)
        {
        }
        transport::TransportInterface *create_transport() const override
        {
            return nullptr; /* a copy to be read */
        }
    };
    Descriptor descriptor_;
    std::shared_ptr<State> state_;
};

template <typename State> struct EarDescriptor : transport::ChainingTransportDescriptor {
    EarDescriptor(std::shared_ptr<transport::TransportDescriptorInterface> below, std::shared_ptr<State> state)
        : ChainingTransportDescriptor(std::move(below)), state_(std::move(state))
    {
    }
    transport::TransportInterface *create_transport() const override
    {
        return new Ear<State>(*this, state_);
    }
    std::shared_ptr<State> state_;
};
} // namespace

Announcer::Announcer() : state_(std::make_shared<State>())
{
}

Announcer::~Announcer() = default;

std::shared_ptr<transport::TransportDescriptorInterface>
Announcer::hold(std::shared_ptr<transport::TransportDescriptorInterface> below)
{
    return std::make_shared<EarDescriptor<State>>(std::move(below), state_);
}

void Announcer::start(fast::RTPSParticipant *participant)
{
    participant_ = participant;
    {
        std::lock_guard<std::mutex> hold(state_->lock);
        state_->self = participant->getGuid().guidPrefix; /* before the first message passes: read without the lock */
    }
    state_->let_pass();
}

void Announcer::discovered(const fast::GuidPrefix_t &peer)
{
    std::lock_guard<std::mutex> hold(state_->lock);
    Awaited awaited;
    awaited.due = Clock::now() + FIRST;
    if (state_->awaited.emplace(peer, awaited).second) state_->listen.store(true, std::memory_order_relaxed);
}

void Announcer::removed(const fast::GuidPrefix_t &peer)
{
    state_->forget(peer);
}

int Announcer::step()
{
    bool announce = false;
    Clock::time_point now = Clock::now(), next = Clock::time_point::max();
    if (!participant_) return -1;
    {
        std::lock_guard<std::mutex> hold(state_->lock);
        for (auto it = state_->awaited.begin(); it != state_->awaited.end();) {
            Awaited &peer = it->second;
            if (now >= peer.due) {
                announce = true; /* one for all that wait */
                peer.distance *= 2;
                peer.due = now + peer.distance;
                peer.tries++;
            }
            if (peer.tries == TRIES) {
                it = state_->awaited.erase(it);
                continue;
            }
            next = std::min(next, peer.due);
            ++it;
        }
        state_->listen.store(!state_->awaited.empty(), std::memory_order_relaxed);
    }
    if (announce) participant_->announceRTPSParticipantState();
    if (next == Clock::time_point::max()) return -1;
    auto left = std::chrono::duration_cast<milliseconds>(next - Clock::now()).count() + 1; /* rounded up: not too early */
    return left > 0 ? static_cast<int>(left) : 0;
}

} // namespace rclio_rtps
