"""What names may be, and the sentences for those that may not."""
from rclpy.expand_topic_name import expand_topic_name
from rclpy.topic_or_service_is_hidden import topic_or_service_is_hidden
from rclpy.validate_full_topic_name import validate_full_topic_name
from rclpy.validate_namespace import validate_namespace
from rclpy.validate_node_name import validate_node_name
from rclpy.validate_parameter_name import validate_parameter_name
from rclpy.validate_topic_name import validate_topic_name
from tell import tell

NAMES = ["", "/", "chatter", "/chatter", "a/b", "/a/b/", "/a//b", "~", "~/x", "/~/x", "a~", "1a", "/1a", "a b", "a-b", "{node}", "{ns}/x", "{what}",
         "a{", "_hidden", "/a/_hidden", "a__b", "ü", "a" * 260, "/" + "a" * 260, "a.b", "a..b", ".a", "a."]
for name in NAMES:
    short = name if len(name) < 40 else f"{len(name)} letters"
    tell(f"topic {short}", lambda: validate_topic_name(name))
    tell(f"service {short}", lambda: validate_topic_name(name, is_service=True))
    tell(f"full topic {short}", lambda: validate_full_topic_name(name))
    tell(f"full service {short}", lambda: validate_full_topic_name(name, is_service=True))
    tell(f"namespace {short}", lambda: validate_namespace(name))
    tell(f"node {short}", lambda: validate_node_name(name))
    tell(f"parameter {short}", lambda: validate_parameter_name(name))
    tell(f"expanded {short}", lambda: expand_topic_name(name, "node", "/space"))
    tell(f"hidden {short}", lambda: topic_or_service_is_hidden(name))
tell("bad node", lambda: expand_topic_name("x", "no node", "/"))
tell("bad namespace", lambda: expand_topic_name("x", "node", "space"))
