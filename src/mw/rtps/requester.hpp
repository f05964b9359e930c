/* src/mw/rtps/requester.hpp: the client's side of a service: a request writer and a reply reader (SRV-7), in both dialects.
 *
 *   Q1  A server counts for `oldest` when its request reader is matched with our writer and a reply writer of the same serviceid, or
 *       of the same participant where there is no id, with our reader (SRV-5).
 *   Q2  Requests go to the matched readers of one dialect: Fast DDS's when one of those counts, else Cyclone's when one of those does,
 *       else Fast DDS's when one is matched. Both would execute the call otherwise.
 *   Q3  `oldest` is of both dialects: a server that requests do not go to any more can still answer those of before. When calls went to
 *       Fast DDS and now go to Cyclone, Cyclone's servers are numbered anew, because those calls never reached them (SRV-4).
 *   Q4  A call's number is ours. A reply of Fast DDS bears the number of the request's DATA instead: `runs_` tells one from the other.
 * Threads: any. Locks: `counting_` is taken before the leaves of writer and reader; `lock_` is a leaf. Tests: tests/mw/test_rtps_*.c. */
#ifndef RCLIO_MW_RTPS_REQUESTER_HPP
#define RCLIO_MW_RTPS_REQUESTER_HPP

#include "mw/rtps/side.hpp"

#include <atomic>

namespace rclio_rtps
{
class Requester final : public Side
{
  public:
    Requester(Participant &participant, const rtps_service &service); /* throws std::runtime_error */
    ~Requester();
    rclio_status send(mw_buffer *buffer, int64_t *sequence, std::string *why);
    rclio_status take(mw_sample *sample, int64_t *sequence);
    void server_range(uint64_t *oldest, uint64_t *newest);

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
    struct Run { /* Q4: calls whose number is `ahead` of the DATA's, from `sequence` on */
        int64_t sequence, ahead;
    };
    struct Server {
        GUID_t reader;
        uint64_t number;
        bool answers; /* Q1 */
    };

    void changed();
    std::vector<Server> servers();
    void count(); /* with counting_ */
    bool find_call(int64_t sequence, int64_t *number);

    uint64_t client_; /* SRV-2 */

    std::atomic<bool> stale_{true}; /* servers are to be counted */
    std::mutex counting_;           /* of the next four, and of the order of calls */
    Dialect dialect_ = Dialect::fast;
    uint64_t oldest_ = 0, newest_ = 0;
    std::vector<GUID_t> to_; /* where a request goes now */
    int64_t last_call_ = 0;

    std::mutex lock_; /* leaf; of runs_ */
    std::deque<Run> runs_;
    int64_t last_data_ = 0;
};

} // namespace rclio_rtps

#endif
