"""Services and actions, from the client's side."""

import asyncio

from rclio._errors import CallFailed, Closed, GoalAborted, GoalCanceled, GoalFailed, GoalRejected
from rclio._streams import Stream
from rclpy import _rclio
from rclpy.task import Future

_SUCCEEDED, _CANCELED, _ABORTED = 4, 5, 6  # action_msgs/msg/GoalStatus


async def result_of(future, what, timeout=None):
    """A future of rclpy's as asyncio has them: what failed or was closed is an exception."""
    try:
        result = await (future if timeout is None else asyncio.wait_for(future, timeout))
    except _rclio.RCLError as error:
        raise CallFailed(str(error)) from None
    if future.cancelled():
        raise Closed(f'{what} is closed')
    return result


async def _server_of(handle, what, timeout):
    """Waits until it has a server."""
    future = Future()
    pending = handle.wait_for_service(future) if hasattr(handle, 'wait_for_service') else handle.wait_for_server(future)
    future._set_on_cancel(lambda cancelled: pending.forget())
    await result_of(future, what, timeout)


class Client:
    """Calls a service."""

    def __init__(self, node, srv_type, name, qos):
        self._client = node.create_client(srv_type, name, **({} if qos is None else {'qos_profile': qos}))
        self._node = node
        self._what = f"the client of '{name}'"

    async def call(self, request, timeout=None):
        """Calls the service and returns its response. It waits for a server when there is none yet.

        Cancelling who awaits forgets the call. asyncio.TimeoutError: no response within `timeout` seconds (None: for ever).
        CallFailed: the server has gone, or its handler failed. Closed.
        """
        return await result_of(self._client.call_async(request), self._what, timeout)

    __call__ = call

    async def ready(self, timeout=None):
        """Returns when there is a server. asyncio.TimeoutError, Closed."""
        await _server_of(self._client.handle, self._what, timeout)

    def close(self):
        """Calls that are under way end with Closed."""
        self._node.destroy_client(self._client)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        self.close()


class ActionClient:
    """Sends goals to an action."""

    def __init__(self, node, action_type, name):
        from rclpy.action import ActionClient as Base
        self._client = Base(node, action_type, name)
        self._what = f"the client of action '{name}'"

    async def send(self, goal, timeout=None):
        """Sends a goal and returns it as a Goal when the server has accepted it. It waits for a server when there is none yet.

        Cancelling who awaits cancels the goal. asyncio.TimeoutError, GoalRejected, CallFailed, Closed.
        """
        feedback = Stream('the goal')
        future = self._client.send_goal_async(goal, feedback_callback=lambda message: feedback._put(message.feedback))
        handle = await result_of(future, self._what, timeout)
        if not handle.accepted:
            raise GoalRejected(f'{self._what}: the goal was rejected')
        return Goal(handle, feedback, self._what)

    async def __call__(self, goal, timeout=None):
        """Sends a goal and returns its result: send() and Goal.result() in one. The timeout is for both."""
        async def both():
            async with await self.send(goal) as sent:
                return await sent.result()
        return await (both() if timeout is None else asyncio.wait_for(both(), timeout))

    async def ready(self, timeout=None):
        """Returns when there is a server. asyncio.TimeoutError, Closed."""
        await _server_of(self._client._handle, self._what, timeout)

    def close(self):
        """What is awaited of it ends with Closed; goals go on."""
        self._client.destroy()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        self.close()


class Goal:
    """A goal that the server has accepted.

        goal = await action.send(request)
        async for feedback in goal:
            print(feedback)
        result = await goal

    Cancelling who reads its feedback or awaits its result cancels the goal; so does leaving `async with goal:` before its end.
    """

    def __init__(self, handle, feedback, what):
        self._handle = handle
        self._feedback = feedback
        self._what = what
        self._end = asyncio.ensure_future(self._wait())
        self._end.add_done_callback(self._ended)

    async def _wait(self):
        return await result_of(self._handle.get_result_async(), self._what)

    def _ended(self, end):
        if not end.cancelled():
            end.exception()  # somebody has looked: the program need not
        self._feedback.close()

    @property
    def done(self):
        return self._end.done()

    @property
    def status(self):
        """The newest that is known, a number of action_msgs.msg.GoalStatus."""
        return self._handle.status

    async def result(self):
        """Waits for its end and returns the Result. GoalAborted, GoalCanceled (both have `.result`), CallFailed, Closed."""
        try:
            response = await asyncio.shield(self._end)
        except asyncio.CancelledError:
            if self._end.cancelled():
                raise Closed(f'{self._what}: the goal was given up') from None
            self._end.cancel()
            raise
        if response.status == _SUCCEEDED:
            return response.result
        failed = {_ABORTED: GoalAborted, _CANCELED: GoalCanceled}.get(response.status, GoalFailed)
        words = {_ABORTED: 'aborted', _CANCELED: 'cancelled'}.get(response.status, f'ended with status {response.status}')
        raise failed(f'{self._what}: the goal was {words}', response.result)

    def __await__(self):
        return self.result().__await__()

    def __aiter__(self):
        return self

    async def __anext__(self):
        """The next feedback; the iteration ends with the goal."""
        try:
            return await self._feedback.__anext__()
        except asyncio.CancelledError:
            self._end.cancel()
            raise

    async def cancel(self):
        """Asks the server to cancel it, and returns whether the server will. The goal's end tells whether it did."""
        response = await result_of(self._handle.cancel_goal_async(), self._what)
        return bool(response.goals_canceling)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        if not self._end.done():
            self._end.cancel()
            await asyncio.wait([self._end])
