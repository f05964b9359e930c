"""Time sources: /clock sets the clocks of a node whose parameter use_sim_time is true."""

import weakref

from rclpy import _rclio
from rclpy._elsewhere import from_elsewhere
from rclpy.clock import ROSClock
from rclpy.clock_type import ClockType
from rclpy.time import Time

__getattr__ = from_elsewhere(__name__, 'rclpy.parameter Parameter', 'rclpy.qos QoSProfile ReliabilityPolicy',
                             'rcl_interfaces.msg SetParametersResult')
CLOCK_TOPIC = '/clock'
USE_SIM_TIME_NAME = 'use_sim_time'


def _nobody():
    """A reference to no node."""


class TimeSource:
    """Follows a node's parameter use_sim_time, and moves ROS clocks by /clock while it is true.

    Messages of /clock are heard in the extension, by whoever spins or waits (time_source.c).
    """

    def __init__(self, *, node=None):
        self._clocks = []
        self._handles = []  # of the clocks; the extension sets what is in it
        self._node_weak_ref = _nobody
        self._subscription = None
        self._last_time_set = None
        self._ros_time_is_active = False
        if node is not None:
            self.attach_node(node)

    @property
    def ros_time_is_active(self):
        return self._ros_time_is_active

    @ros_time_is_active.setter
    def ros_time_is_active(self, enabled):
        if self._ros_time_is_active == enabled:
            return
        self._ros_time_is_active = enabled
        if enabled:
            self._subscribe()
        else:
            self._unsubscribe()
        for clock in self._clocks:
            clock._set_ros_time_is_active(enabled)

    def _subscribe(self):
        node = self._node_weak_ref()
        if self._subscription is None and node is not None:
            self._subscription = _rclio.TimeSource(node.handle, self._handles)

    def _unsubscribe(self):
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            subscription.destroy()

    def attach_node(self, node):
        """Follows this node from now on, and no other."""
        from rclpy.parameter import Parameter
        if self._node_weak_ref() is not None:
            self.detach_node()
        self._node_weak_ref = weakref.ref(node)
        if not node.has_parameter(USE_SIM_TIME_NAME):
            node.declare_parameter(USE_SIM_TIME_NAME, False)
        parameter = node.get_parameter(USE_SIM_TIME_NAME)
        if parameter.type_ == Parameter.Type.BOOL:
            self.ros_time_is_active = parameter.value
        elif parameter.type_ != Parameter.Type.NOT_SET:
            node.get_logger().error(f"Invalid type for parameter '{USE_SIM_TIME_NAME}' {parameter.type_!r} should be bool")
        if self._ros_time_is_active:
            self._subscribe()  # it was before there was a node
        node.add_on_set_parameters_callback(self._on_parameter_event)

    def detach_node(self):
        """Follows no node."""
        node, self._node_weak_ref = self._node_weak_ref(), _nobody
        self._unsubscribe()
        if node is None:
            return
        try:
            node.remove_on_set_parameters_callback(self._on_parameter_event)
        except ValueError:
            pass

    def attach_clock(self, clock):
        """Moves this clock, too. ValueError: it is no ROSClock."""
        if not isinstance(clock, ROSClock):
            raise ValueError('Only clocks with type ROS_TIME can be attached.')
        time = self._time_set()
        if time is not None:
            clock.set_ros_time_override(time)
        clock._set_ros_time_is_active(self._ros_time_is_active)
        self._clocks.append(clock)
        self._handles.append(clock.handle)

    def _time_set(self):
        """What its clocks say by /clock; None: nothing came yet."""
        heard = self._clocks[0].now() if self._clocks and self._ros_time_is_active else None
        return heard if heard is not None and heard.nanoseconds > 0 else self._last_time_set

    def clock_callback(self, msg):
        """What a rosgraph_msgs.msg.Clock does: it sets the clocks."""
        self._last_time_set = Time.from_msg(msg.clock, clock_type=ClockType.ROS_TIME)
        for clock in self._clocks:
            clock.set_ros_time_override(self._last_time_set)

    def _on_parameter_event(self, parameters):
        from rcl_interfaces.msg import SetParametersResult
        from rclpy.parameter import Parameter
        for parameter in parameters:
            if parameter.name != USE_SIM_TIME_NAME:
                continue
            if parameter.type_ != Parameter.Type.BOOL:
                reason = f'{USE_SIM_TIME_NAME} parameter set to something besides a bool'
                self._node_weak_ref().get_logger().error(reason)
                return SetParametersResult(successful=False, reason=reason)
            self.ros_time_is_active = parameter.value
        return SetParametersResult(successful=True)

    def _close(self):
        """The node goes: nobody moves its clocks any more, which ends sleeps by them."""
        self._node_weak_ref = _nobody
        self._unsubscribe()
        for clock in self._clocks:
            clock._set_ros_time_is_active(False)
