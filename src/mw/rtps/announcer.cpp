/* src/mw/rtps/announcer.cpp: AN1 to AN4 of announcer.hpp, on Fast DDS's chain of transports. */
#include "mw/rtps/announcer.hpp"

#include <fastdds/rtps/transport/ChainingTransport.h>
#include <fastdds/rtps/transport/ChainingTransportDescriptor.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <vector>

namespace rclio_rtps
{
namespace fast = eprosima::fastrtps::rtps;
namespace transport = eprosima::fastdds::rtps;
using std::chrono::milliseconds;

namespace
{
constexpr milliseconds FIRST{5};

/* An RTPS message: a header of 20 bytes, the sender's prefix at 8, then submessages. A directed one has INFO_DST first. */
constexpr uint32_t SENDER = 8, SUBMESSAGE = 20, DESTINATION = 24, DIRECTED_SIZE = 36;
constexpr fast::octet INFO_DST = 0x0e;

bool is_directed_at(const fast::GuidPrefix_t &self, const fast::octet *message, uint32_t size)
{
    return size >= DIRECTED_SIZE && message[SUBMESSAGE] == INFO_DST &&
           std::memcmp(message + DESTINATION, self.value, fast::GuidPrefix_t::size) == 0;
}

/* AN4: what goodbye_write() of goodbye.h makes: one DATA of the announcements' writer. No participant sends such a one to a place for data. */
constexpr uint32_t WRITER = 32, GOODBYE_SIZE = 104;
constexpr fast::octet DATA = 0x15, ANNOUNCER[4] = {0, 1, 0, 0xc2};

bool is_announcement(const fast::octet *message, uint32_t size)
{
    return size == GOODBYE_SIZE && message[SUBMESSAGE] == DATA && std::memcmp(message + WRITER, ANNOUNCER, sizeof ANNOUNCER) == 0;
}

struct Awaited {
    Announcer::Time due;
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
    std::map<fast::Locator_t, transport::TransportReceiverInterface *> receivers; /* AN4 */
    unsigned handing = 0;                                                         /* messages that are being handed to those */
    std::condition_variable handed;

    /* AN4. Whoever has an announcement's reader takes it; the others pass it by. */
    void hand_to_all(const fast::octet *bytes, uint32_t size, const fast::Locator_t &local, const fast::Locator_t &remote)
    {
        std::vector<transport::TransportReceiverInterface *> all;
        {
            std::lock_guard<std::mutex> hold(lock);
            for (const auto &one : receivers) all.push_back(one.second);
            handing++;
        }
        for (auto *one : all) one->OnDataReceived(bytes, size, local, remote);
        std::lock_guard<std::mutex> hold(lock);
        if (--handing == 0) handed.notify_all();
    }
    void opens(const fast::Locator_t &locator, transport::TransportReceiverInterface *receiver)
    {
        std::lock_guard<std::mutex> hold(lock);
        receivers[locator] = receiver;
    }
    /* As closing waits for the thread that receives: whoever is being handed something has it. */
    void closes(const fast::Locator_t &locator)
    {
        std::unique_lock<std::mutex> hold(lock);
        receivers.erase(locator);
        handed.wait(hold, [this] { return handing == 0; });
    }

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
              transport::LocatorsIterator *last, const Announcer::Time &timeout) override
    {
        return below->send(bytes, size, first, last, timeout);
    }
    void receive(transport::TransportReceiverInterface *above, const fast::octet *bytes, uint32_t size,
                 const fast::Locator_t &local, const fast::Locator_t &remote) override
    {
        state_->pass();
        if (state_->listen.load(std::memory_order_relaxed)) state_->hear(bytes, size);
        if (is_announcement(bytes, size))
            state_->hand_to_all(bytes, size, local, remote);
        else
            above->OnDataReceived(bytes, size, local, remote);
    }
    bool OpenInputChannel(const fast::Locator_t &locator, transport::TransportReceiverInterface *above, uint32_t size) override
    {
        bool is_open = ChainingTransport::OpenInputChannel(locator, above, size);
        if (is_open) state_->opens(locator, above);
        return is_open;
    }
    /* Closing waits for the thread that receives: it must not wait for a participant that could not be made. */
    bool CloseInputChannel(const fast::Locator_t &locator) override
    {
        state_->let_pass();
        state_->closes(locator);
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

Announcer::Transport Announcer::hold(Transport below)
{
    return std::make_shared<EarDescriptor<State>>(std::move(below), state_);
}

void Announcer::start(const Prefix &self)
{
    {
        std::lock_guard<std::mutex> hold(state_->lock);
        state_->self = self; /* before the first message passes: read without the lock */
    }
    state_->let_pass();
}

void Announcer::discovered(const Prefix &peer, Time now)
{
    std::lock_guard<std::mutex> hold(state_->lock);
    Awaited awaited;
    awaited.due = now + FIRST;
    state_->awaited[peer] = awaited;
    state_->listen.store(true, std::memory_order_relaxed);
}

void Announcer::removed(const Prefix &peer)
{
    state_->forget(peer);
}

bool Announcer::step(Time now, Time *due)
{
    std::lock_guard<std::mutex> hold(state_->lock);
    bool announce = false; /* once for all that are due */
    *due = Time::max();
    for (auto it = state_->awaited.begin(); it != state_->awaited.end();) {
        Awaited &peer = it->second;
        if (now >= peer.due) {
            announce = true;
            peer.tries++;
            peer.distance *= 2;
            peer.due = now + peer.distance;
        }
        if (peer.tries == TRIES) {
            it = state_->awaited.erase(it);
        } else {
            *due = std::min(*due, peer.due);
            ++it;
        }
    }
    state_->listen.store(!state_->awaited.empty(), std::memory_order_relaxed);
    return announce;
}

} // namespace rclio_rtps
