"""Clock, timers and rates of a node: a part of rclpy.node.Node."""

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.clock import Clock, ROSClock
from rclpy.exceptions import InvalidHandle
from rclpy.time_source import TimeSource
from rclpy.timer import Rate, Timer


class TimeMethods:
    """`_rclio_open_clock()` is called when the node's handle is there, `_rclio_open_time()` when parameters can be declared."""

    def _rclio_open_clock(self):
        self._timers, self.__rates = [], []
        self._clock = Clock._of_handle(self.handle.clock(), ROSClock)

    def _rclio_open_time(self):
        self._time_source = TimeSource(node=self)
        self._time_source.attach_clock(self._clock)

    def _rclio_close_time(self):
        rates, self.__rates = self.__rates, []
        for rate in rates:
            rate.destroy()
        self._timers.clear()
        self._time_source._close()

    @property
    def timers(self):
        """Goes through the node's timers."""
        yield from self._timers

    def get_clock(self):
        """The node's clock, a ROSClock."""
        return self._clock

    def create_timer(self, timer_period_sec, callback, callback_group=None, clock=None, autostart=True):
        """A new timer.

        timer_period_sec  seconds between calls
        callback          takes nothing, or a parameter annotated with TimerInfo; may be `async def`
        callback_group    None: the node's default
        clock             that the period is measured by; None: the node's
        autostart         False: it begins with Timer.reset()
        """
        group = self.default_callback_group if callback_group is None else callback_group
        timer = self.__new_timer(timer_period_sec, callback, group, clock, autostart=autostart)
        self._timers.append(timer)
        self._rclio_adopt(timer.handle, group, timer)
        return timer

    def __new_timer(self, period, callback, group, clock, **more):
        clock = self._clock if clock is None else clock
        return Timer(callback, group, int(float(period) * 1000**3), clock, context=self.context, _node=self.handle, **more)

    def create_rate(self, frequency, clock=None):
        """A new Rate of `frequency` hertz. ValueError: that is not more than 0."""
        if frequency <= 0:
            raise ValueError('frequency must be > 0')
        group = ReentrantCallbackGroup()
        timer = self.__new_timer(1.0 / frequency, None, group, clock, _completes=True)
        group.add_entity(timer)
        self._timers.append(timer)
        rate = Rate(timer, context=self.context)
        self.__rates.append(rate)
        return rate

    def destroy_timer(self, timer):
        """Ends a timer of this node. Returns whether it was one."""
        if timer not in self._timers:
            return False
        self._timers.remove(timer)
        try:
            timer.destroy()
        except InvalidHandle:
            return False
        return True

    def destroy_rate(self, rate):
        """Ends a rate of this node, and sleeps by it. Returns whether it was one."""
        if rate not in self.__rates:
            return False
        self.__rates.remove(rate)
        self.destroy_timer(rate._timer)
        rate.destroy()
        return True
