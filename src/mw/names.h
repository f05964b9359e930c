/* src/mw/names.h: ROS names and DDS names (NAM-1 .. NAM-7). Functions that return char * give a string to free, or NULL with the error
 * set. Threads: any. */
#ifndef RCLIO_MW_NAMES_H
#define RCLIO_MW_NAMES_H

#include "rclio/api.h"

char *names_mangle_topic(const char *topic, bool avoid_conventions);
char *names_mangle_request(const char *service);
char *names_mangle_reply(const char *service);
char *names_mangle_type(const char *ros_type); /* "std_msgs/msg/String" -> "std_msgs::msg::dds_::String_" */

/* NAM-2: the ROS name within `dds`, or NULL without an error when it is not of that kind. Not allocated: *length characters lent. */
const char *names_topic_of(const char *dds, size_t *length);
const char *names_request_of(const char *dds, size_t *length);
const char *names_reply_of(const char *dds, size_t *length);
char *names_demangle_type(const char *dds);         /* NAM-3 */
char *names_demangle_service_type(const char *dds); /* also drops _Request, _Response */
void names_cut_send_goal(char *type);               /* from the type of an action's send_goal service to the action's */
bool names_is_hidden(const char *name);             /* NAM-4 */

/* NAM-5 .. NAM-7, RCLIO_INVALID with upstream's sentence: "Invalid node name: <reason>:\n  'bad-name'\n      ^". */
rclio_status names_check_node(const char *name);
rclio_status names_check_namespace(const char *name_space);
rclio_status names_check_topic(const char *full_name); /* "Invalid topic name: ..." */
rclio_status names_check_given(const char *name);      /* before expansion (wire.md 1.3, last row) */

#endif
