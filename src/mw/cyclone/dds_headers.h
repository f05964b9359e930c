/* src/mw/cyclone/dds_headers.h: Cyclone's headers, private ones included, made to compile as strict C11: they use the keyword `asm`,
 * which -std=c11 leaves out. */
#ifndef RCLIO_MW_CYCLONE_DDS_HEADERS_H
#define RCLIO_MW_CYCLONE_DDS_HEADERS_H

#define asm __asm__
#include <dds/dds.h>
#include <dds/ddsi/ddsi_serdata.h>
#include <dds/ddsi/ddsi_sertype.h>
#include <dds/ddsi/ddsi_xqos.h>
#include <dds/ddsi/q_radmin.h>
#include <dds/ddsrt/log.h>
#undef asm

/* What is written waits until it is told to be sent (batching.h): Cyclone has a policy of the writer for it from 0.10.3 on, and deprecates
 * what 0.10.2 has, an element of the domain's configuration. */
#ifdef QP_CYCLONE_WRITER_BATCHING
#define CYCLONE_BATCHES ""
#define CYCLONE_BATCHES_WRITER(qos) dds_qset_writer_batching(qos, true)
#else
#define CYCLONE_BATCHES "<WriteBatch>true</WriteBatch>"
#define CYCLONE_BATCHES_WRITER(qos) ((void)(qos))
#endif

#endif
