/* src/mw/rtps/replier.cpp: see replier.hpp. */
#include "mw/rtps/replier.hpp"

#include <algorithm>

namespace rclio_rtps
{
namespace
{
constexpr size_t unkept_max = 1000; /* refusals that wait for the pump */

/* P3 */
struct Opaque {
    uint8_t related[RCLIO_GID_SIZE]; /* FA */
    uint64_t client;                 /* CY */
    uint8_t dialect;
};
static_assert(sizeof(Opaque) <= sizeof(mw_request_id::opaque), "a request's id has room for what its reply needs");

std::string text_of(const GUID_t &guid)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t gid[RCLIO_GID_SIZE];
    std::string text;
    gid_from(guid, gid);
    for (uint8_t byte : gid) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

/* The sample that answers a request, without its payload. */
Sample answer_to(const mw_request_id &id)
{
    Opaque opaque;
    std::memcpy(&opaque, id.opaque, sizeof opaque);
    Sample sample;
    sample.client = guid_from(id.client_gid);
    sample.dialect = opaque.dialect ? Dialect::cyclone : Dialect::fast;
    if (sample.dialect == Dialect::cyclone) {
        sample.id = {opaque.client, id.sequence};
        return sample;
    }
    GUID_t related = guid_from(opaque.related);
    sample.has_related = true;
    sample.related = related == GUID_t::unknown() ? sample.client : related;
    sample.related_sequence = id.sequence;
    return sample;
}

void set_payload(Sample *sample, Payload payload)
{
    sample->payload = std::move(payload);
    if (sample->dialect == Dialect::cyclone) sample->payload.insert_id(sample->id); /* SRV-3 */
}
} // namespace

Replier::Replier(Participant &participant, const rtps_service &service) : Side(participant, service), depth_(service.depth)
{
    open({service.reply_topic, service.reply_type, service.reply_user_data, service.service, "clientid", service.depth},
         {service.request_topic, service.request_type, service.request_user_data, service.service, "clientid", service.depth});
}

Replier::~Replier()
{
    shut();
}

/* ---- requests ---- */

bool Replier::accept(Received *received, const GUID_t &)
{
    return received->read_request();
}

void Replier::ready()
{
    call(ready_);
}

mw_request_id Replier::id_of(const Received &received) const
{
    bool cyclone = dialect_of(received.writer) == Dialect::cyclone;
    Marker marker = participant_.marker(received.writer);
    Opaque opaque = {};
    opaque.dialect = cyclone;
    opaque.client = received.id.client;
    if (!cyclone) gid_from(received.related, opaque.related);
    mw_request_id id{};
    gid_from(received.writer, id.client_gid);
    std::memcpy(id.client_topics, marker.topics.data(), sizeof id.client_topics);
    id.client_is_rclio = marker.is_rclio;
    std::memcpy(id.opaque, &opaque, sizeof opaque);
    id.sequence = cyclone ? received.id.sequence : received.sequence;
    return id;
}

/* P4 */
void Replier::no_room_for(const Received &received)
{
    mw_request_id id = id_of(received);
    if (!id.client_is_rclio) return;
    {
        std::lock_guard<std::mutex> hold(lock_);
        if (unkept_.size() == unkept_max) return;
        unkept_.push_back(id);
    }
    participant_.wake();
}

void Replier::refuse_unkept()
{
    std::vector<mw_request_id> unkept;
    {
        std::lock_guard<std::mutex> hold(lock_);
        unkept.swap(unkept_);
    }
    for (const mw_request_id &id : unkept) refuse(id, RCLIO_LIMIT, "too many requests wait for it already");
}

rclio_status Replier::take(mw_sample *sample, mw_request_id *id)
{
    ReceivedPtr received = reader_->take();
    if (!received) return RCLIO_EMPTY;
    *id = id_of(*received);
    received.release()->lend(sample);
    return RCLIO_OK;
}

/* ---- clients ---- */

/* P1 */
bool Replier::is_gone(const GUID_t &client)
{
    bool gone = true;
    reader_->look_at_writers([&](WriterPeers &writers) { gone = writers.find(client) == writers.end(); });
    return gone;
}

void Replier::readers_changed()
{
    call(changed_);
}

void Replier::writers_changed()
{
    writer_->reroute();
    call(changed_);
}

/* P2 */
bool Replier::is_for(const Sample &sample, const std::string &client_id, const GUID_t &reader, const ReaderPeer &peer) const
{
    if (sample.dialect == Dialect::fast && is_reader(sample.related)) return reader == sample.related;
    if (reader.guidPrefix != sample.client.guidPrefix) return false;
    return sample.dialect == Dialect::fast || client_id.empty() || peer.id == client_id;
}

WriterOwner::Route Replier::route(const Sample &sample, std::vector<GUID_t> *to)
{
    bool gone = true;
    WriterPeer client;
    reader_->look_at_writers([&](WriterPeers &writers) {
        auto found = writers.find(sample.client);
        gone = found == writers.end();
        if (!gone) client = found->second;
    });
    if (gone) return Route::drop;
    if (!client.known) return Route::hold;
    to->clear();
    writer_->look_at_readers([&](ReaderPeers &readers) {
        for (const auto &peer : readers)
            if (is_for(sample, client.id, peer.first, peer.second)) to->push_back(peer.first);
    });
    return to->empty() ? Route::hold : Route::send;
}

/* ---- replies ---- */

void Replier::numbered(const Sample &, int64_t)
{
}

/* SRV-11 for those that understand it; one line for each client. */
bool Replier::give_up(const Sample &oldest, std::vector<Sample> *instead)
{
    std::string text =
        "service '" + service_ + "': a reply was given up: " + std::to_string(depth_) + " newer ones wait to be acknowledged";
    bool first;
    {
        std::lock_guard<std::mutex> hold(lock_);
        first = told_.insert(oldest.client).second;
    }
    if (first) participant_.log(RCLIO_LOG_WARN, text + " (client " + text_of(oldest.client) + ")");
    if (!participant_.marker(oldest.client).is_rclio) return true;
    Sample sample = oldest;
    set_payload(&sample, refusal(RCLIO_LIMIT, text.c_str()));
    instead->push_back(std::move(sample));
    return true;
}

rclio_status Replier::send(const mw_request_id &id, mw_buffer *buffer, std::string *why)
{
    Payload payload(buffer);
    Sample sample = answer_to(id);
    set_payload(&sample, std::move(payload));
    rclio_status status = writer_->send(std::move(sample), why);
    if (status == RCLIO_UNAVAILABLE) *why = "the client that called service '" + service_ + "' has gone";
    return status;
}

rclio_status Replier::refuse(const mw_request_id &id, rclio_status status, const char *text)
{
    if (!id.client_is_rclio) return RCLIO_UNAVAILABLE;
    std::string ignored;
    Sample sample = answer_to(id);
    sample.is_refusal = true;
    set_payload(&sample, refusal(status, text));
    return writer_->send(std::move(sample), &ignored);
}

void Replier::forget_told()
{
    std::set<GUID_t> told, gone;
    {
        std::lock_guard<std::mutex> hold(lock_);
        told = told_;
    }
    for (const GUID_t &client : told)
        if (is_gone(client)) gone.insert(client);
    std::lock_guard<std::mutex> hold(lock_);
    for (const GUID_t &client : gone) told_.erase(client);
}

Time Replier::work(Time now)
{
    forget_told();
    refuse_unkept();
    return writer_->work(now);
}

} // namespace rclio_rtps
