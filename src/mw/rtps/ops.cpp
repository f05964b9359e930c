/* src/mw/rtps/ops.cpp: the table (rtps.h): where C ends. Every function catches what C++ throws and says it as a status and a text.
 * Threads: as rtps.h says. Tests: tests/mw/test_rtps_*.c. */
#include "mw/rtps/replier.hpp"
#include "mw/rtps/requester.hpp"

#include <cstdio>
#include <mutex>
#include <new>

using namespace rclio_rtps;

struct rtps {
    Participant participant;
    explicit rtps(const rtps_options &options) : participant(options)
    {
    }
};

struct rtps_requester {
    Requester requester;
    rtps_requester(Participant &participant, const rtps_service &service) : requester(participant, service)
    {
    }
};

struct rtps_replier {
    Replier replier;
    rtps_replier(Participant &participant, const rtps_service &service) : replier(participant, service)
    {
    }
};

namespace
{
void say(char *why, const char *reason)
{
    if (why) std::snprintf(why, RTPS_WHY_SIZE, "%s", reason);
}

template <typename Body> rclio_status guarded(char *why, Body body) noexcept
{
    try {
        std::string reason;
        rclio_status status = body(&reason);
        if (status != RCLIO_OK && !reason.empty()) say(why, reason.c_str());
        return status;
    } catch (const std::bad_alloc &) {
        say(why, "memory is short");
        return RCLIO_NO_MEMORY;
    } catch (const std::exception &thrown) {
        say(why, thrown.what());
        return RCLIO_SYSTEM;
    } catch (...) {
        say(why, "Fast DDS failed without a reason");
        return RCLIO_SYSTEM;
    }
}

template <typename Make> auto guarded_new(char *why, Make make) noexcept
{
    decltype(make()) made = nullptr;
    guarded(why, [&](std::string *) {
        made = make();
        return RCLIO_OK;
    });
    return made;
}

/* One participant of the process at a time is made: Fast DDS fills registries of the process when it makes the first. */
std::mutex opening;

rtps *open(const rtps_options *options, char why[RTPS_WHY_SIZE])
{
    return guarded_new(why, [&] {
        std::lock_guard<std::mutex> one(opening);
        return new rtps(*options);
    });
}

void close(rtps *r)
{
    guarded(nullptr, [&](std::string *) {
        delete r;
        return RCLIO_OK;
    });
}

void gid(const rtps *r, uint8_t gid[RCLIO_GID_SIZE])
{
    gid_from(r->participant.guid(), gid);
}

size_t locators(const rtps *r, rtps_locator *locators, size_t room)
{
    size_t count = 0;
    guarded(nullptr, [&](std::string *) {
        auto found = r->participant.locators();
        for (size_t i = 0; i < found.size() && i < room; i++) locators[i] = found[i];
        count = found.size();
        return RCLIO_OK;
    });
    return count;
}

void sample_return(mw_sample *sample)
{
    Received::free(static_cast<Received *>(sample->handle));
    *sample = mw_sample{};
}

rtps_requester *requester_new(rtps *r, const rtps_service *service, char why[RTPS_WHY_SIZE])
{
    return guarded_new(why, [&] { return new rtps_requester(r->participant, *service); });
}

void requester_destroy(rtps_requester *requester)
{
    guarded(nullptr, [&](std::string *) {
        delete requester;
        return RCLIO_OK;
    });
}

void requester_gids(const rtps_requester *requester, uint8_t writer[RCLIO_GID_SIZE], uint8_t reader[RCLIO_GID_SIZE])
{
    gid_from(requester->requester.writer_guid(), writer);
    gid_from(requester->requester.reader_guid(), reader);
}

rclio_status requester_send(rtps_requester *requester, mw_buffer *buffer, int64_t *sequence, char why[RTPS_WHY_SIZE])
{
    return guarded(why, [&](std::string *reason) { return requester->requester.send(buffer, sequence, reason); });
}

rclio_status requester_take(rtps_requester *requester, mw_sample *sample, int64_t *sequence)
{
    return guarded(nullptr, [&](std::string *) { return requester->requester.take(sample, sequence); });
}

void requester_server_range(rtps_requester *requester, uint64_t *oldest, uint64_t *newest)
{
    *oldest = *newest = 0;
    guarded(nullptr, [&](std::string *) {
        requester->requester.server_range(oldest, newest);
        return RCLIO_OK;
    });
}

rtps_replier *replier_new(rtps *r, const rtps_service *service, char why[RTPS_WHY_SIZE])
{
    return guarded_new(why, [&] { return new rtps_replier(r->participant, *service); });
}

void replier_destroy(rtps_replier *replier)
{
    guarded(nullptr, [&](std::string *) {
        delete replier;
        return RCLIO_OK;
    });
}

void replier_gids(const rtps_replier *replier, uint8_t writer[RCLIO_GID_SIZE], uint8_t reader[RCLIO_GID_SIZE])
{
    gid_from(replier->replier.writer_guid(), writer);
    gid_from(replier->replier.reader_guid(), reader);
}

rclio_status replier_take(rtps_replier *replier, mw_sample *sample, mw_request_id *id)
{
    return guarded(nullptr, [&](std::string *) { return replier->replier.take(sample, id); });
}

rclio_status replier_send(rtps_replier *replier, const mw_request_id *id, mw_buffer *buffer, char why[RTPS_WHY_SIZE])
{
    return guarded(why, [&](std::string *reason) { return replier->replier.send(*id, buffer, reason); });
}

rclio_status replier_refuse(rtps_replier *replier, const mw_request_id *id, rclio_status status, const char *text)
{
    return guarded(nullptr, [&](std::string *) { return replier->replier.refuse(*id, status, text); });
}

bool replier_client_is_gone(rtps_replier *replier, const mw_request_id *id)
{
    return replier->replier.is_gone(guid_from(id->client_gid));
}
} // namespace

const rtps_ops rclio_rtps_ops = {
    RTPS_VERSION,
    "Fast DDS " FASTRTPS_VERSION_STR,
    open,
    close,
    gid,
    locators,
    buffer_new,
    buffer_discard,
    sample_return,
    requester_new,
    requester_destroy,
    requester_gids,
    requester_send,
    requester_take,
    requester_server_range,
    replier_new,
    replier_destroy,
    replier_gids,
    replier_take,
    replier_send,
    replier_refuse,
    replier_client_is_gone,
};
