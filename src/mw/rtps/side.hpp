/* src/mw/rtps/side.hpp: what the two sides of a service have in common: a writer and a reader of the other's topics (SRV-7), and the order in
 * which they come and go.
 *
 *   B1  open() is the last thing that a side's constructor does, shut() the first that its destructor does: between them, what listeners
 *       and the pump call is whole. */
#ifndef RCLIO_MW_RTPS_SIDE_HPP
#define RCLIO_MW_RTPS_SIDE_HPP

#include "mw/rtps/reader.hpp"

namespace rclio_rtps
{
class Side : public Worker, public WriterOwner, public ReaderOwner
{
  public:
    Side(const Side &) = delete;
    Side &operator=(const Side &) = delete;

    GUID_t writer_guid() const
    {
        return writer_->guid();
    }
    GUID_t reader_guid() const
    {
        return reader_->guid();
    }

  protected:
    Side(Participant &participant, const rtps_service &service)
        : participant_(participant), ready_(service.ready), changed_(service.changed), service_(service.service)
    {
    }
    ~Side() = default;

    void open(const EndpointOptions &writer, const EndpointOptions &reader) /* throws std::runtime_error */
    {
        writer_ = std::make_unique<Writer>(participant_, *this, writer);
        try {
            reader_ = std::make_unique<Reader>(participant_, *this, reader);
            participant_.add(this);
        } catch (...) {
            if (reader_) reader_->close();
            writer_->close();
            throw;
        }
    }

    /* L3: nothing calls the side any more when it returns. */
    void shut()
    {
        writer_->drain();
        participant_.remove(this);
        reader_->close();
        writer_->close();
    }

    Participant &participant_;
    const mw_callback ready_, changed_;
    const std::string service_;
    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Reader> reader_;
};

} // namespace rclio_rtps

#endif
