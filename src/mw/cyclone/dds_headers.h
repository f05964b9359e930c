/* src/mw/cyclone/dds_headers.h: Cyclone's headers, private ones included, made to compile as strict C11: they use the keyword `asm`,
 * which -std=c11 leaves out. */
#ifndef RCLIO_MW_CYCLONE_DDS_HEADERS_H
#define RCLIO_MW_CYCLONE_DDS_HEADERS_H

#define asm __asm__
#include <dds/dds.h>
#include <dds/ddsi/ddsi_serdata.h>
#include <dds/ddsi/ddsi_sertype.h>
#include <dds/ddsi/q_radmin.h>
#include <dds/ddsrt/log.h>
#undef asm

#endif
