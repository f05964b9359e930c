/* src/mw/rtps/requester.cpp: see requester.hpp. */
#include "mw/rtps/requester.hpp"

#include <algorithm>
#include <random>

namespace rclio_rtps
{
namespace
{
constexpr size_t runs_max = 4096; /* one is begun whenever a reader of Cyclone is met: older replies than those do not come */
} // namespace

Requester::Requester(Participant &participant, const rtps_service &service) : Side(participant, service)
{
    std::random_device random;
    client_ = static_cast<uint64_t>(random()) << 32 | random();
    open({service.request_topic, service.request_type, service.request_user_data, service.service, "serviceid", service.depth},
         {service.reply_topic, service.reply_type, service.reply_user_data, service.service, "serviceid", service.depth});
}

Requester::~Requester()
{
    shut();
}

/* ---- servers ---- */

std::vector<Requester::Server> Requester::servers()
{
    struct Found {
        Server server;
        std::string id;
    };
    std::vector<Found> found;
    writer_->look_at_readers([&](ReaderPeers &readers) {
        for (const auto &peer : readers) found.push_back({{peer.first, peer.second.number, false}, peer.second.id});
    });
    reader_->look_at_writers(
        [&](WriterPeers &writers) { /* SRV-5 */
                                    for (Found &it : found)
                                        for (const auto &peer : writers) {
                                            bool same = it.id.empty() ? peer.first.guidPrefix == it.server.reader.guidPrefix
                                                                      : peer.second.id == it.id;
                                            it.server.answers = it.server.answers ||
                                                                (same && dialect_of(peer.first) == dialect_of(it.server.reader));
                                        }
        });
    std::vector<Server> servers;
    servers.reserve(found.size());
    for (const Found &it : found) servers.push_back(it.server);
    return servers;
}

/* Q1, Q2, Q3 */
void Requester::count()
{
    if (!stale_.exchange(false)) return;
    auto now = servers();
    auto any = [&](Dialect dialect, bool answers) {
        return std::any_of(now.begin(), now.end(), [&](const Server &server) {
            return dialect_of(server.reader) == dialect && (server.answers || !answers);
        });
    };
    Dialect before = dialect_;
    dialect_ = Dialect::fast;
    if (!any(Dialect::fast, true) && (any(Dialect::cyclone, true) || !any(Dialect::fast, false))) dialect_ = Dialect::cyclone;
    if (before == Dialect::fast && dialect_ == Dialect::cyclone) {
        writer_->number_anew(Dialect::cyclone);
        now = servers();
    }
    oldest_ = newest_ = 0;
    to_.clear();
    for (const Server &server : now) {
        if (server.answers && (oldest_ == 0 || server.number < oldest_)) oldest_ = server.number;
        if (dialect_of(server.reader) != dialect_) continue;
        newest_ = std::max(newest_, server.number);
        to_.push_back(server.reader);
    }
}

void Requester::server_range(uint64_t *oldest, uint64_t *newest)
{
    std::lock_guard<std::mutex> hold(counting_);
    count();
    *oldest = oldest_;
    *newest = newest_;
}

void Requester::changed()
{
    stale_ = true;
    call(changed_);
}

void Requester::readers_changed()
{
    changed();
}

void Requester::writers_changed()
{
    changed();
}

/* ---- requests ---- */

/* SRV-4: to the servers of this moment. None: it is answered by none, as the one that asked for the range knows. */
rclio_status Requester::send(mw_buffer *buffer, int64_t *sequence, std::string *why)
{
    Sample sample;
    sample.payload = Payload(buffer);
    {
        std::lock_guard<std::mutex> hold(counting_);
        count();
        sample.call = *sequence = ++last_call_;
        sample.dialect = dialect_;
        sample.to = to_;
    }
    if (sample.to.empty()) return RCLIO_OK;
    if (sample.dialect == Dialect::cyclone) {
        sample.payload.insert_id({client_, sample.call});
    } else { /* SRV-12 */
        sample.has_related = true;
        sample.related = reader_->guid();
    }
    return writer_->send(std::move(sample), why);
}

WriterOwner::Route Requester::route(const Sample &sample, std::vector<GUID_t> *to)
{
    *to = sample.to;
    return Route::send;
}

/* Q4 */
void Requester::numbered(const Sample &sample, int64_t sequence)
{
    if (sample.dialect == Dialect::cyclone) return;
    std::lock_guard<std::mutex> hold(lock_);
    last_data_ = sequence;
    int64_t ahead = sample.call - sequence;
    if (!runs_.empty() && runs_.back().ahead == ahead) return;
    runs_.push_back({sequence, ahead});
    if (runs_.size() > runs_max) runs_.pop_front();
}

bool Requester::give_up(const Sample &, std::vector<Sample> *)
{
    return false;
}

Time Requester::work(Time now)
{
    return writer_->work(now);
}

/* ---- replies ---- */

bool Requester::find_call(int64_t sequence, int64_t *number)
{
    std::lock_guard<std::mutex> hold(lock_);
    auto after = std::upper_bound(runs_.begin(), runs_.end(), sequence,
                                  [](int64_t value, const Run &run) { return value < run.sequence; });
    if (after == runs_.begin() || sequence > last_data_) return false;
    *number = sequence + std::prev(after)->ahead;
    return true;
}

/* SRV-3, SRV-12: only replies to own requests. */
bool Requester::accept(Received *received, const GUID_t &own_reader)
{
    if (!received->read_reply()) return false;
    if (dialect_of(received->writer) == Dialect::cyclone) {
        received->call = received->id.sequence;
        return received->id.client == client_;
    }
    if (received->related != own_reader && received->related != writer_->guid()) return false;
    return find_call(received->related_sequence, &received->call);
}

/* Its call waits on; who called has a deadline or not, as for a reply that was lost. */
void Requester::no_room_for(const Received &)
{
}

void Requester::ready()
{
    call(ready_);
}

rclio_status Requester::take(mw_sample *sample, int64_t *sequence)
{
    ReceivedPtr received = reader_->take();
    if (!received) return RCLIO_EMPTY;
    *sequence = received->call;
    received.release()->lend(sample);
    return RCLIO_OK;
}

} // namespace rclio_rtps
