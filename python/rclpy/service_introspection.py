"""How much services and clients tell of their calls on ``<service>/_service_event``."""

from rclpy._enums import NamedNumber


class ServiceIntrospectionState(NamedNumber):
    """OFF: nothing, METADATA: what, when, which client, which call; CONTENTS: the messages, too."""

    OFF = 0
    METADATA = 1
    CONTENTS = 2
