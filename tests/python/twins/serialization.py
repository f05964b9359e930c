"""Serialization: bytes of messages and back; what is refused."""
from geometry_msgs.msg import PoseStamped
from rclpy.serialization import deserialize_message, serialize_message
from rclpy.type_support import check_for_type_support, check_is_valid_msg_type, check_is_valid_srv_type
from sensor_msgs.msg import Image
from std_msgs.msg import Empty, String
from std_srvs.srv import Trigger
from tell import tell, tell_type

for message in (String(data="grün"), Empty(), PoseStamped(), Image(height=1, width=2, encoding="rgb8", data=[1, 2, 3, 4, 5, 6]), Trigger.Request(), Trigger.Response(success=True, message="x")):
    data = serialize_message(message)
    print(type(data).__name__, data[:4].hex(), deserialize_message(data, type(message)) == message)
print(serialize_message(String(data="grün")).hex())
tell_type("too short", lambda: deserialize_message(b"\x00\x01\x00\x00\x09\x00\x00\x00abc", String))
tell_type("no bytes", lambda: deserialize_message("text", String))
tell("no message", lambda: serialize_message(String))
tell("no type", lambda: deserialize_message(b"", int))
tell_type("none", lambda: serialize_message(None))
tell("checked", lambda: (check_for_type_support(String), check_is_valid_msg_type(String), check_is_valid_srv_type(Trigger)))
tell("no message type", lambda: check_is_valid_msg_type(Trigger))
tell("no service type", lambda: check_is_valid_srv_type(String))
tell("no type at all", lambda: check_for_type_support(int))
