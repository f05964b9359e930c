/* src/mw/rtps/fast.hpp: Fast DDS's headers, in one place, and small helpers for its types. The same source compiles with 2.9 (Debian 12)
 * and 2.14 (ROS 2 Jazzy).
 *
 * Rules of all files of this library; rtps.h has those of the table:
 *   L1  Fast DDS calls listeners with its own locks held, in its own threads and in those that make or remove an endpoint of the
 *       same participant; were it not for SRV-14, also inside add_change of the other side. So a listener takes leaf locks only: no
 *       lock may be taken, and nothing of Fast DDS be called, while a leaf is held. A callback that was handed down is called without
 *       a leaf.
 *   L2  The order of the locks that are no leaves: Participant::working_, Writer::writing_, then Fast DDS's. None of ours is taken by
 *       a listener, so what Fast DDS holds when it calls us never meets them.
 *   L3  An object's listeners pass its Gate; destroying closes the gate, which waits for those inside, before anything is removed.
 *   L4  No exception leaves a listener, the pump or the table. */
#ifndef RCLIO_MW_RTPS_FAST_HPP
#define RCLIO_MW_RTPS_FAST_HPP

#include <fastdds/rtps/RTPSDomain.h>
#include <fastdds/rtps/attributes/HistoryAttributes.h>
#include <fastdds/rtps/attributes/RTPSParticipantAttributes.h>
#include <fastdds/rtps/attributes/ReaderAttributes.h>
#include <fastdds/rtps/attributes/WriterAttributes.h>
#include <fastdds/rtps/builtin/data/ReaderProxyData.h>
#include <fastdds/rtps/builtin/data/WriterProxyData.h>
#include <fastdds/rtps/history/ReaderHistory.h>
#include <fastdds/rtps/history/WriterHistory.h>
#include <fastdds/rtps/interfaces/IReaderDataFilter.hpp>
#include <fastdds/rtps/participant/ParticipantDiscoveryInfo.h>
#include <fastdds/rtps/participant/RTPSParticipant.h>
#include <fastdds/rtps/participant/RTPSParticipantListener.h>
#include <fastdds/rtps/reader/RTPSReader.h>
#include <fastdds/rtps/reader/ReaderDiscoveryInfo.h>
#include <fastdds/rtps/reader/ReaderListener.h>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>
#include <fastdds/rtps/writer/ReaderProxy.h>
#include <fastdds/rtps/writer/StatefulWriter.h>
#include <fastdds/rtps/writer/WriterDiscoveryInfo.h>
#include <fastdds/rtps/writer/WriterListener.h>
#include <fastrtps/attributes/TopicAttributes.h>
#include <fastrtps/config.h>
#include <fastrtps/qos/ReaderQos.h>
#include <fastrtps/qos/WriterQos.h>
#include <fastrtps/utils/IPLocator.h>
#include <fastrtps/xmlparser/XMLProfileManager.h>

#include "mw/rtps/rtps.h"

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>

namespace rclio_rtps
{
namespace fast = eprosima::fastrtps::rtps;
using eprosima::fastrtps::Duration_t;
using fast::GUID_t;
using fast::GuidPrefix_t;
using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using std::chrono::milliseconds;

enum class Dialect : uint8_t { fast, cyclone }; /* SRV-9 */

/* GID-2. Whatever is not Cyclone's is taken for the default of ROS 2. */
inline Dialect dialect_of(const GUID_t &guid)
{
    return guid.guidPrefix.value[0] == 0x01 && guid.guidPrefix.value[1] == 0x10 ? Dialect::cyclone : Dialect::fast;
}

inline bool is_reader(const GUID_t &guid)
{
    return (guid.entityId.value[3] & 0x04) != 0;
}

inline void gid_from(const GUID_t &guid, uint8_t gid[RCLIO_GID_SIZE])
{
    std::memcpy(gid, guid.guidPrefix.value, GuidPrefix_t::size);
    std::memcpy(gid + GuidPrefix_t::size, guid.entityId.value, fast::EntityId_t::size);
}

inline GUID_t guid_from(const uint8_t gid[RCLIO_GID_SIZE])
{
    GUID_t guid;
    std::memcpy(guid.guidPrefix.value, gid, GuidPrefix_t::size);
    std::memcpy(guid.entityId.value, gid + GuidPrefix_t::size, fast::EntityId_t::size);
    return guid;
}

/* -1 for "unknown". */
inline int64_t number_of(const fast::SequenceNumber_t &sequence)
{
    return sequence == fast::SequenceNumber_t::unknown() ? -1 : static_cast<int64_t>(sequence.to64long());
}

inline Duration_t duration_of(milliseconds time)
{
    return Duration_t(static_cast<int32_t>(time.count() / 1000), static_cast<uint32_t>(time.count() % 1000 * 1000000));
}

inline void call(const mw_callback &callback)
{
    if (callback.call) callback.call(callback.arg);
}

/* The value of a key in USER_DATA, "" for none. Bytes of others: a value may hold anything. */
template <typename Octets> std::string user_data_value(const rtps_options &options, const Octets &bytes, const char *key)
{
    size_t length = 0;
    const char *value = options.user_data_find(bytes.data(), bytes.size(), key, &length);
    return value ? std::string(value, length) : std::string();
}

/* L3 */
class Gate
{
  public:
    bool enter()
    {
        std::lock_guard<std::mutex> hold(lock_);
        if (closed_) return false;
        inside_++;
        return true;
    }
    void leave()
    {
        std::lock_guard<std::mutex> hold(lock_);
        if (--inside_ == 0 && closed_) left_.notify_all();
    }
    void close()
    {
        std::unique_lock<std::mutex> hold(lock_);
        closed_ = true;
        left_.wait(hold, [this] { return inside_ == 0; });
    }

  private:
    std::mutex lock_; /* leaf */
    std::condition_variable left_;
    unsigned inside_ = 0;
    bool closed_ = false;
};

/* L3, L4. Runs a listener's body, unless its object is being destroyed. What is thrown here is shortage of memory: the event is lost,
 * as it would be to a network that drops it. */
template <typename Body> void listen(Gate &gate, Body body) noexcept
{
    if (!gate.enter()) return;
    try {
        body();
    } catch (...) {
    }
    gate.leave();
}

} // namespace rclio_rtps

#endif
