/* src/mw/rtps/writer_in_step.cpp: the writer's work in the pump: held samples, readers that have left, and how a reader of Cyclone gets
 * in step (writer.hpp, W2; SRV-10). No event tells of an ACKNACK: while one is awaited, and only then, the pump looks for it. */
#include "mw/rtps/writer.hpp"

#include <algorithm>

namespace rclio_rtps
{
namespace
{
constexpr milliseconds look_again(1), look_again_late(50);
constexpr milliseconds repeat_max(64), repeat_max_late(1000);
constexpr milliseconds patience(2000); /* one that has not answered for so long hangs, or is not there any more */
} // namespace

/* Gives each reader that was met since a number to acknowledge: that of one empty sample for all of them. */
void Writer::await_fresh()
{
    std::map<GUID_t, uint64_t> fresh;
    look_at_readers([&](ReaderPeers &peers) {
        for (auto &peer : peers)
            if (!peer.second.in_step && peer.second.awaited == 0) fresh[peer.first] = peer.second.number;
    });
    if (fresh.empty()) return;
    fast::CacheChange_t *mark = writer_->new_change([]() -> uint32_t { return header_size; }, fast::ALIVE);
    if (!mark) return; /* tried again with the next call */
    mark->serializedPayload.length = 0;
    if (!history_.add_change(mark)) { /* it has no destinations: for nobody */
        writer_->release_change(mark);
        return;
    }
    int64_t number = number_of(mark->sequenceNumber);
    marks_[number] = mark;
    /* Not to one that was met in between: its number has to be assigned after it matched. */
    look_at_readers([&](ReaderPeers &peers) {
        for (auto &peer : peers) {
            auto found = fresh.find(peer.first);
            if (found != fresh.end() && found->second == peer.second.number) peer.second.awaited = number;
        }
    });
}

std::map<GUID_t, int64_t> Writer::acknowledged_by_awaited()
{
    std::vector<GUID_t> awaited;
    std::map<GUID_t, int64_t> acknowledged;
    look_at_readers([&](ReaderPeers &peers) {
        for (auto &peer : peers)
            if (!peer.second.in_step) awaited.push_back(peer.first);
    });
    for (GUID_t &reader : awaited) {
        std::lock_guard<eprosima::fastrtps::RecursiveTimedMutex> hold(writer_->getMutex());
        fast::ReaderProxy *proxy = nullptr;
        if (writer_->matched_reader_lookup(reader, &proxy) && proxy) acknowledged[reader] = number_of(proxy->changes_low_mark());
    }
    return acknowledged;
}

/* One reader that is awaited. true: it is in step now. `beat`: it is time for a HEARTBEAT. */
static bool look_at_awaited(ReaderPeer *peer, int64_t acknowledged, Time now, Time *due, bool *beat)
{
    if (peer->awaited > 0 && acknowledged >= peer->awaited) return true;
    bool late = now - peer->met > patience;
    if (now >= peer->due) {
        *beat = true;
        peer->due = now + peer->again;
        peer->again = std::min(2 * peer->again, late ? repeat_max_late : repeat_max);
    }
    *due = std::min(*due, std::min(peer->due, now + (late ? look_again_late : look_again)));
    return false;
}

/* A mark has to stay while a reader is to acknowledge it. */
void Writer::remove_marks()
{
    if (marks_.empty()) return;
    int64_t needed = INT64_MAX;
    look_at_readers([&](ReaderPeers &peers) {
        for (auto &peer : peers)
            if (!peer.second.in_step && peer.second.awaited > 0) needed = std::min(needed, peer.second.awaited);
    });
    while (!marks_.empty() && marks_.begin()->first < needed) {
        history_.remove_change(marks_.begin()->second);
        marks_.erase(marks_.begin());
    }
}

/* SRV-13: to each reader by itself. A reader that is not in step is never among those of the last sample. The lock keeps samples, which
 * need no such thing, from being written meanwhile; it is recursive. */
void Writer::beat()
{
    std::lock_guard<eprosima::fastrtps::RecursiveTimedMutex> hold(writer_->getMutex());
    writer_->set_separate_sending(true);
    writer_->send_periodic_heartbeat(false, true);
    writer_->set_separate_sending(false);
}

Time Writer::work(Time now)
{
    Time due = Time::max();
    bool rerouted, left, beat_due = false, more_in_step = false;
    std::lock_guard<std::mutex> hold(writing_);
    {
        std::lock_guard<std::mutex> leaf(lock_);
        rerouted = rerouted_;
        left = left_;
        rerouted_ = left_ = false;
    }
    await_fresh();
    auto acknowledged = acknowledged_by_awaited();
    look_at_readers([&](ReaderPeers &peers) {
        for (auto &peer : peers) {
            if (peer.second.in_step) continue;
            auto found = acknowledged.find(peer.first);
            int64_t number = found == acknowledged.end() ? -1 : found->second;
            peer.second.in_step = look_at_awaited(&peer.second, number, now, &due, &beat_due);
            more_in_step = more_in_step || peer.second.in_step;
        }
    });
    remove_marks();
    if (beat_due) beat();
    if (left) sweep(true); /* W4 */
    if (rerouted || more_in_step) retry_held();
    return due;
}

} // namespace rclio_rtps
