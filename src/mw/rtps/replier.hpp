/* src/mw/rtps/replier.hpp: the server's side of a service: a reply writer and a request reader (SRV-7), in both dialects.
 *
 *   P1  A client is known by its request writer; it has gone when that is matched no more.
 *   P2  A reply goes to one reader: in Fast DDS's dialect the one that the request names (SRV-12), in Cyclone's the one with the
 *       clientid of the request's writer, of the same participant. Where nothing is named it goes to the participant's readers of
 *       that dialect. Until the reader is matched the reply is held (SRV-6), or until the client has gone.
 *   P3  What is needed to answer travels in mw_request_id::opaque: nothing is remembered about a request.
 *   P4  A request that the reader has no room for is refused with RCLIO_LIMIT (SRV-11), by the pump, as a listener may not write.
 * Threads: any. Locks: `lock_`, a leaf. Tests: tests/mw/test_rtps_*.c. */
#ifndef RCLIO_MW_RTPS_REPLIER_HPP
#define RCLIO_MW_RTPS_REPLIER_HPP

#include "mw/rtps/side.hpp"

namespace rclio_rtps
{
class Replier final : public Side
{
  public:
    Replier(Participant &participant, const rtps_service &service); /* throws std::runtime_error */
    ~Replier();
    rclio_status take(mw_sample *sample, mw_request_id *id);
    rclio_status send(const mw_request_id &id, mw_buffer *buffer, std::string *why);
    rclio_status refuse(const mw_request_id &id, rclio_status status, const char *text);
    bool is_gone(const GUID_t &client);

    Time work(Time now) override;
    void readers_changed() override;
    Route route(const Sample &sample, std::vector<GUID_t> *to) override;
    void numbered(const Sample &sample, int64_t sequence) override;
    bool give_up(const Sample &oldest, std::vector<Sample> *instead) override;
    void writers_changed() override;
    bool accept(Received *received, const GUID_t &own_reader) override;
    void ready() override;
    void no_room_for(const Received &received) override;

  private:
    mw_request_id id_of(const Received &received) const;
    void forget_told();
    void refuse_unkept();
    bool is_for(const Sample &sample, const std::string &client_id, const GUID_t &reader, const ReaderPeer &peer) const;

    const size_t depth_;
    std::mutex lock_;                   /* leaf; of the two below */
    std::set<GUID_t> told_;             /* clients that the log has a line about */
    std::vector<mw_request_id> unkept_; /* requests that there was no room for; to be refused by the pump (P4) */
};

} // namespace rclio_rtps

#endif
