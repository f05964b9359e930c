"""How much services and clients tell of their calls on ``<service>/_service_event``."""

from enum import IntEnum


class ServiceIntrospectionState(IntEnum):
    """OFF: nothing, METADATA: what, when, which client, which call; CONTENTS: the messages, too."""

    OFF = 0
    METADATA = 1
    CONTENTS = 2
