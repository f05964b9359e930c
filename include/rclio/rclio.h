/* include/rclio/rclio.h: all of rclio. */
#ifndef RCLIO_RCLIO_H
#define RCLIO_RCLIO_H

#include "rclio/action.h"
#include "rclio/api.h"
#include "rclio/callback_group.h"
#include "rclio/cdr.h"
#include "rclio/clock.h"
#include "rclio/context.h"
#include "rclio/executor.h"
#include "rclio/future.h"
#include "rclio/generic.h"
#include "rclio/graph.h"
#include "rclio/lifecycle.h"
#include "rclio/loan.h"
#include "rclio/logging.h"
#include "rclio/message.h"
#include "rclio/message_filters.h"
#include "rclio/node.h"
#include "rclio/parameter.h"
#include "rclio/process.h"
#include "rclio/qos.h"
#include "rclio/service.h"
#include "rclio/statistics.h"
#include "rclio/task.h"
#include "rclio/topic.h"
#include "rclio/type.h"
#include "rclio/types.h"
#include "rclio/yaml.h"

#endif
