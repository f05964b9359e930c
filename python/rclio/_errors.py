"""What can go wrong."""


class RclioError(Exception):
    """The base of all of these."""


class Closed(RclioError):
    """The stream, the node or the context was closed while something of it was awaited."""


class CallFailed(RclioError):
    """A call or a goal came to no result: the server has gone, or its handler failed. The text says which."""


class GoalRejected(RclioError):
    """The server did not accept the goal."""


class GoalFailed(RclioError):
    """The goal ended, but not well. `result` is what the server sent with it."""

    def __init__(self, text, result):
        super().__init__(text)
        self.result = result


class GoalAborted(GoalFailed):
    """The server gave the goal up."""


class GoalCanceled(GoalFailed):
    """The goal was cancelled, by whoever."""
