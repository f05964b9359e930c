/* src/mw/rtps/participant.cpp: see participant.hpp. */
#include "mw/rtps/participant.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <memory>
#include <netdb.h>
#include <pthread.h>
#include <random>
#include <stdexcept>
#include <unistd.h>

namespace rclio_rtps
{
namespace
{
using eprosima::fastrtps::rtps::IPLocator;

/* Room for a burst of fragments of a sample of some megabytes; the kernel grants less where its own limit is lower. */
constexpr uint32_t socket_buffer = 4 << 20;
constexpr uint32_t peers_per_address = 32; /* participants of one machine that a unicast announcement can reach */
constexpr milliseconds lease(10000), lease_renewal(3000);
constexpr milliseconds drain_again(2000);
constexpr char multicast_address[] = "239.255.0.1";

fast::Locator_t locator_of(const char *address)
{
    fast::Locator_t locator;
    locator.kind = LOCATOR_KIND_UDPv4;
    locator.port = 0; /* the domain's */
    IPLocator::setIPv4(locator, address);
    return locator;
}

/* A name that does not resolve is one peer less, as it may come up later under static discovery: said, not fatal. */
bool resolve(const char *name, std::string *address)
{
    if (std::strcmp(name, "localhost") == 0) { /* a container may have no /etc/hosts */
        *address = "127.0.0.1";
        return true;
    }
    struct addrinfo hints = {}, *found = nullptr;
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    if (getaddrinfo(name, nullptr, &hints, &found) != 0) return false;
    char text[INET_ADDRSTRLEN];
    auto *internet = reinterpret_cast<struct sockaddr_in *>(found->ai_addr);
    bool resolved = inet_ntop(AF_INET, &internet->sin_addr, text, sizeof text) != nullptr;
    if (resolved) *address = text;
    freeaddrinfo(found);
    return resolved;
}

void choose_transport(const rtps_options &options, Announcer *announcer, fast::RTPSParticipantAttributes *attributes)
{
    auto udp = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
    udp->sendBufferSize = udp->receiveBufferSize = socket_buffer;
    udp->maxInitialPeersRange = peers_per_address;
    for (size_t i = 0; i < options.address_count; i++) udp->interfaceWhiteList.emplace_back(options.addresses[i]);
    attributes->useBuiltinTransports =
        false; /* no shared memory: what is left of it after kill -9 slows down those who come later */
    attributes->userTransports.push_back(announcer->hold(udp)); /* AN1 */
}

void choose_discovery(const rtps_options &options, const Participant &log, fast::RTPSParticipantAttributes *attributes)
{
    auto &builtin = attributes->builtin;
    auto &discovery = builtin.discovery_config;
    discovery.discoveryProtocol = fast::DiscoveryProtocol_t::SIMPLE;
    discovery.use_SIMPLE_EndpointDiscoveryProtocol = true;
    discovery.m_simpleEDP.use_PublicationReaderANDSubscriptionWriter = true;
    discovery.m_simpleEDP.use_PublicationWriterANDSubscriptionReader = true;
    discovery.leaseDuration = duration_of(lease);
    discovery.leaseDuration_announcementperiod = duration_of(lease_renewal);
    builtin.use_WriterLivelinessProtocol = true;
    if (!options.multicast)
        builtin.metatrafficUnicastLocatorList.push_back(locator_of("0.0.0.0")); /* given: only these are used */
    if (options.multicast && options.peer_count > 0) builtin.initialPeersList.push_back(locator_of(multicast_address));
    for (size_t i = 0; i < options.peer_count; i++) {
        std::string address;
        if (resolve(options.peers[i], &address))
            builtin.initialPeersList.push_back(locator_of(address.c_str()));
        else
            log.log(RCLIO_LOG_WARN, std::string("the address of peer '") + options.peers[i] + "' is not found");
    }
}

/* SRV-14: what a reader cannot take yet could be lost for good. Through the transport it is asked for again.
 * Once, before the first participant is made: the setting is the library's, and its threads read it without a lock. */
void no_intraprocess()
{
    using eprosima::fastrtps::xmlparser::XMLProfileManager;
    static const bool done = [] {
        eprosima::fastrtps::LibrarySettingsAttributes settings = XMLProfileManager::library_settings();
        settings.intraprocess_delivery = eprosima::fastrtps::INTRAPROCESS_OFF;
        XMLProfileManager::library_settings(settings);
        return true;
    }();
    static_cast<void>(done);
}

const pid_t loaded_in = getpid();

/* Fast DDS takes a participant's prefix from a process id that it reads once. After fork() the child's participants would bear the
 * parent's, and what the child sends to it would be taken for a call within the process. */
void choose_prefix(fast::RTPSParticipantAttributes *attributes)
{
    if (getpid() == loaded_in) return;
    std::random_device random;
    std::uniform_int_distribution<int> byte(0, 255);
    attributes->prefix.value[0] = 0x01; /* GID-2 */
    attributes->prefix.value[1] = 0x0f;
    for (unsigned i = 2; i < GuidPrefix_t::size; i++) attributes->prefix.value[i] = static_cast<uint8_t>(byte(random));
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool parse_prefix(const std::string &text, Prefix *prefix)
{
    if (text.size() != 2 * prefix->size()) return false;
    for (size_t i = 0; i < prefix->size(); i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        (*prefix)[i] = static_cast<uint8_t>(high << 4 | low);
    }
    return true;
}

/* DIS-13 */
template <typename Octets> Marker read_marker(const rtps_options &options, const GUID_t &guid, const Octets &user_data)
{
    Marker marker;
    marker.is_rclio = !user_data_value(options, user_data, "rclio").empty();
    marker.topics = prefix_of(guid);
    Prefix topics;
    if (marker.is_rclio && parse_prefix(user_data_value(options, user_data, "topics"), &topics)) marker.topics = topics;
    return marker;
}

std::vector<std::string> own_addresses()
{
    std::vector<std::string> addresses;
    struct ifaddrs *all = nullptr;
    if (getifaddrs(&all) != 0) return addresses;
    for (struct ifaddrs *it = all; it; it = it->ifa_next) {
        char text[INET_ADDRSTRLEN];
        if (!it->ifa_addr || it->ifa_addr->sa_family != AF_INET) continue;
        auto *internet = reinterpret_cast<struct sockaddr_in *>(it->ifa_addr);
        if (inet_ntop(AF_INET, &internet->sin_addr, text, sizeof text)) addresses.emplace_back(text);
    }
    freeifaddrs(all);
    return addresses;
}
} // namespace

Participant::Participant(const rtps_options &options)
{
    options_.user_data_find = options.user_data_find;
    options_.log = options.log;
    options_.log_arg = options.log_arg;
    options_.participant = options.participant;
    options_.participant_arg = options.participant_arg;
    addresses_.assign(options.addresses, options.addresses + options.address_count);
    no_intraprocess();
    fast::RTPSParticipantAttributes attributes;
    attributes.setName("rclio");
    choose_transport(options, &announcer_, &attributes);
    choose_discovery(options, *this, &attributes);
    choose_prefix(&attributes);
    std::string user_data = options.user_data ? options.user_data : "";
    attributes.userData.assign(user_data.begin(), user_data.end());
    participant_ = fast::RTPSDomain::createParticipant(options.domain_id, attributes, this);
    if (!participant_)
        throw std::runtime_error("Fast DDS makes no participant in domain " + std::to_string(options.domain_id) +
                                 ": are its ports in use, and is an interface up?");
    {
        std::lock_guard<std::mutex> hold(lock_);
        markers_[prefix_of(guid())] = read_marker(options_, guid(), user_data);
    }
    announcer_.start(guid().guidPrefix);
    try {
        thread_ = std::thread([this] { pump(); });
        pthread_setname_np(thread_.native_handle(), "rclio-rtps");
    } catch (...) {
        gate_.close();
        fast::RTPSDomain::removeRTPSParticipant(participant_);
        throw;
    }
}

Participant::~Participant()
{
    gate_.close();
    {
        std::lock_guard<std::mutex> hold(lock_);
        stop_ = true;
        woken_.notify_all();
    }
    thread_.join();
    fast::RTPSDomain::removeRTPSParticipant(participant_);
}

GUID_t Participant::guid() const
{
    return participant_->getGuid();
}

/* One that listens at all addresses is reached at each that it may use. */
std::vector<rtps_locator> Participant::locators() const
{
    std::vector<rtps_locator> found;
    std::vector<std::string> everywhere = addresses_.empty() ? own_addresses() : addresses_;
    for (const auto &locator : participant_->getRTPSParticipantAttributes().defaultUnicastLocatorList) { /* AN4 */
        std::vector<std::string> addresses = {IPLocator::toIPv4string(locator)};
        if (IPLocator::isAny(locator)) addresses = everywhere;
        for (const auto &address : addresses) {
            rtps_locator one = {};
            address.copy(one.address, sizeof one.address - 1);
            one.port = IPLocator::getPhysicalPort(locator);
            found.push_back(one);
        }
    }
    return found;
}

void Participant::log(rclio_log_level level, const std::string &line) const
{
    if (options_.log) options_.log(options_.log_arg, level, line.c_str());
}

Marker Participant::marker(const GUID_t &guid) const
{
    std::lock_guard<std::mutex> hold(lock_);
    auto found = markers_.find(prefix_of(guid));
    if (found != markers_.end()) return found->second;
    Marker unknown;
    unknown.topics = prefix_of(guid);
    return unknown;
}

void Participant::tell(const fast::ParticipantDiscoveryInfo &info, bool gone) const
{
    if (!options_.participant) return;
    uint8_t gid[RCLIO_GID_SIZE];
    gid_from(info.info.m_guid, gid);
    const auto &bytes = info.info.m_userData;
    options_.participant(options_.participant_arg, gid, bytes.data(), bytes.size(), gone);
}

void Participant::note(const fast::ParticipantDiscoveryInfo &info)
{
    Prefix prefix = prefix_of(info.info.m_guid);
    bool gone = info.status == fast::ParticipantDiscoveryInfo::REMOVED_PARTICIPANT ||
                info.status == fast::ParticipantDiscoveryInfo::DROPPED_PARTICIPANT;
    Marker marker = read_marker(options_, info.info.m_guid, info.info.m_userData);
    const auto &peer = info.info.m_guid.guidPrefix;
    if (info.status == fast::ParticipantDiscoveryInfo::DISCOVERED_PARTICIPANT) announcer_.discovered(peer, Clock::now());
    if (gone) announcer_.removed(peer);
    tell(info, gone);
    std::lock_guard<std::mutex> hold(lock_);
    if (gone)
        markers_.erase(prefix);
    else
        markers_[prefix] = marker;
}

void Participant::onParticipantDiscovery(fast::RTPSParticipant *, fast::ParticipantDiscoveryInfo &&info)
{
    listen(gate_, [&] {
        note(info);
        wake();
    });
}

bool Participant::may_drain() const
{
    std::lock_guard<std::mutex> hold(lock_);
    return Clock::now() >= no_drain_before_;
}

void Participant::drained_in_vain()
{
    std::lock_guard<std::mutex> hold(lock_);
    no_drain_before_ = Clock::now() + drain_again;
}

void Participant::wake()
{
    std::lock_guard<std::mutex> hold(lock_);
    wakes_++;
    woken_.notify_all();
}

void Participant::add(Worker *worker)
{
    {
        std::lock_guard<std::mutex> hold(working_);
        workers_.insert(worker);
    }
    wake(); /* for what happened before */
}

void Participant::remove(Worker *worker)
{
    std::lock_guard<std::mutex> hold(working_);
    workers_.erase(worker);
}

Time Participant::work(Time now)
{
    Time due;
    if (announcer_.step(now, &due)) participant_->announceRTPSParticipantState();
    std::lock_guard<std::mutex> hold(working_);
    for (Worker *worker : workers_) {
        try {
            due = std::min(due, worker->work(now));
        } catch (...) { /* L4: memory is short */
            due = std::min(due, now + milliseconds(100));
        }
    }
    return due;
}

void Participant::pump()
{
    std::unique_lock<std::mutex> hold(lock_);
    while (!stop_) {
        uint64_t seen = wakes_;
        hold.unlock();
        Time due = work(Clock::now());
        hold.lock();
        auto woken = [&] { return stop_ || wakes_ != seen; };
        if (due == Time::max())
            woken_.wait(hold, woken);
        else
            woken_.wait_until(hold, due, woken);
    }
}

} // namespace rclio_rtps
