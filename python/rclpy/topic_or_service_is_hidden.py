"""Names that tools do not show."""

HIDDEN_TOPIC_PREFIX = '_'


def topic_or_service_is_hidden(name):
    """Whether a part of the name begins with '_'."""
    return any(token.startswith(HIDDEN_TOPIC_PREFIX) for token in name.split('/'))
