/* src/mw/rtps/announcer.hpp: when a participant announces itself, besides what Fast DDS does by itself: at creation and whenever it
 * meets another one, again and again for a moment, because on loopback single announcements are lost and the next regular one is
 * seconds away. The policy is here and nowhere else.
 * Threads: any. */
#ifndef RCLIO_MW_RTPS_ANNOUNCER_HPP
#define RCLIO_MW_RTPS_ANNOUNCER_HPP

#include "mw/rtps/fast.hpp"

namespace rclio_rtps
{
class Announcer
{
  public:
    /* A participant was met: the series starts anew. The first series is the participant's own start. */
    void meet(Time now)
    {
        std::lock_guard<std::mutex> hold(lock_);
        start_ = now;
        next_ = 0;
    }

    /* Whether to announce now; `due`: when to ask again. */
    bool step(Time now, Time *due)
    {
        std::lock_guard<std::mutex> hold(lock_);
        bool announce = false;
        while (next_ < count && start_ + after[next_] <= now) {
            announce = true;
            next_++;
        }
        *due = next_ < count ? start_ + after[next_] : Time::max();
        return announce;
    }

  private:
    static constexpr size_t count = 6;
    static constexpr milliseconds after[count] = {milliseconds(0),   milliseconds(10),  milliseconds(40),
                                                  milliseconds(100), milliseconds(200), milliseconds(400)};
    std::mutex lock_; /* leaf */
    Time start_;
    size_t next_ = count;
};

} // namespace rclio_rtps

#endif
