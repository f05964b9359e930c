"""Names by random walks: nodes with any name, namespace and remap rules, and what becomes of the names of their topics and services."""
import random

import rclpy
from std_msgs.msg import String
from std_srvs.srv import Empty
from tell import text

PARTS = ["a", "b", "a/b", "/a", "/a/b", "~", "~/a", "~/a/b", "{node}", "{ns}", "{namespace}", "{node}/a", "/x/{node}", "rosservice", "foo", "*", "**",
         "/**", "/*/a", "\\1", "\\2", "rostopic://a", "rosservice://a", "/n1", "n1", "/ns/a", "/ns", "a_b", "A", "9a", "a//b", "a/", "_a", "a b", "",
         "~a", "{", "{x}", "/"]
GIVEN = ["a", "a/b", "/a", "~/a", "{node}", "foo", "/ns/a", "~", "a b", "a_b"]
dice = random.Random(3)


def rule():
    before = dice.choice(["", "", "", "n1:", "n2:", "n1:"])
    special = dice.choice(["__node", "__ns", "__name", "", "", "", "", ""])
    return f"{before}{special or dice.choice(PARTS)}:={dice.choice(PARTS)}"


def said(do):
    try:
        return do()
    except Exception as error:
        return type(error).__name__


def made(node, name):
    publisher = node.create_publisher(String, name, 1)
    node.destroy_publisher(publisher)
    client = node.create_client(Empty, name)
    node.destroy_client(client)
    return publisher.topic, client.srv_name


rclpy.init()
for number in range(300):
    arguments = ["--ros-args"]
    for _ in range(dice.randrange(1, 4)):
        arguments += ["-r", rule()]
    space = dice.choice([None, "", "/", "ns", "/ns", "/ns/b"])
    try:
        node = rclpy.create_node(dice.choice(["n1", "n2"]), namespace=space, cli_args=arguments, start_parameter_services=False, enable_rosout=False)
    except Exception as error:
        print(number, arguments, type(error).__name__)
        continue
    print(number, space, arguments, node.get_fully_qualified_name(), node.get_namespace())
    for name in GIVEN:
        print("  ", name, [said(lambda: node.resolve_topic_name(name, only_expand=only)) for only in (True, False)],
              [said(lambda: node.resolve_service_name(name, only_expand=only)) for only in (True, False)], text(said(lambda: made(node, name))))
    node.destroy_node()
rclpy.shutdown()
