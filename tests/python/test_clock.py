"""Clocks without a network: what they show, jump callbacks, sleeping."""
import gc
import threading

import pytest
import rclpy
from rclpy.clock import Clock, ClockChange, JumpHandle, JumpThreshold, ROSClock, TimeJump
from rclpy.clock_type import ClockType
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.exceptions import NotInitializedException
from rclpy.time import Time

ANY = {"min_forward": Duration(nanoseconds=1), "min_backward": Duration(nanoseconds=-1)}


def ros(seconds):
    return Time(seconds=seconds, clock_type=ClockType.ROS_TIME)


@pytest.fixture
def context():
    with Context() as context:
        yield context


@pytest.fixture
def clock():
    clock = ROSClock()
    clock._set_ros_time_is_active(True)
    return clock


def test_each_kind_of_clock_tells_its_time():
    assert isinstance(Clock(clock_type=ClockType.ROS_TIME), ROSClock) and not isinstance(Clock(), ROSClock)
    for kind in (ClockType.ROS_TIME, ClockType.SYSTEM_TIME, ClockType.STEADY_TIME):
        clock = Clock(clock_type=kind)
        first = clock.now()
        assert clock.clock_type is first.clock_type is kind and clock.now() >= first and first.nanoseconds > 0
        assert repr(clock) == f"Clock(clock_type={kind.name})"
    with pytest.raises(RuntimeError):
        Clock(clock_type=ClockType.UNINITIALIZED).now()
    with pytest.raises(TypeError, match="Clock type must be a ClockType enum"):
        Clock(clock_type=1)


def test_ros_time_is_what_it_was_set_to_while_it_is_active():
    clock = ROSClock()
    assert not clock.ros_time_is_active
    clock.set_ros_time_override(ros(5))
    assert clock.now().nanoseconds > 10**18
    clock._set_ros_time_is_active(True)
    assert clock.ros_time_is_active and clock.now() == ros(5)
    with pytest.raises(TypeError, match="Time must be specified as rclpy.time.Time. Received type: <class 'int'>"):
        clock.set_ros_time_override(3)


def test_jumps_call_back_before_and_after():
    clock, seen = ROSClock(), []
    handle = clock.create_jump_callback(
        JumpThreshold(min_forward=Duration(seconds=1), min_backward=Duration(seconds=-1)),
        pre_callback=lambda: seen.append(clock.now().nanoseconds // 10**9 if clock.ros_time_is_active else "system"),
        post_callback=lambda jump: seen.append((jump.clock_change.name, jump.delta.nanoseconds / 10**9)))
    clock._set_ros_time_is_active(True)
    for seconds in (5, 5.5, 7, 6.5, 5):
        clock.set_ros_time_override(ros(seconds))
    clock._set_ros_time_is_active(True)
    clock._set_ros_time_is_active(False)
    assert seen == ["system", ("ROS_TIME_ACTIVATED", 0), 0, ("ROS_TIME_NO_CHANGE", 5), 5, ("ROS_TIME_NO_CHANGE", 1.5), 6,
                    ("ROS_TIME_NO_CHANGE", -1.5), 5, ("ROS_TIME_DEACTIVATED", 0)]
    handle.unregister()
    handle.unregister()
    clock._set_ros_time_is_active(True)
    assert len(seen) == 10


def test_a_jump_handle_ends_with_its_block_or_when_it_is_forgotten(clock):
    seen = []
    with clock.create_jump_callback(JumpThreshold(**ANY), pre_callback=lambda: seen.append("block")):
        clock.set_ros_time_override(ros(1))
    clock.set_ros_time_override(ros(2))
    forgotten = clock.create_jump_callback(JumpThreshold(**ANY), pre_callback=lambda: seen.append("forgotten"))
    clock.set_ros_time_override(ros(3))
    del forgotten
    gc.collect()
    clock.set_ros_time_override(ros(4))
    assert seen == ["block", "forgotten"]


def test_a_handle_made_by_hand_gets_a_dictionary(clock):
    seen = []
    handle = JumpHandle(clock=clock, threshold=JumpThreshold(**ANY), pre_callback=None, post_callback=seen.append)
    clock.set_ros_time_override(ros(1))
    assert seen == [{"clock_change": ClockChange.ROS_TIME_NO_CHANGE, "delta": 10**9}]
    handle.unregister()


@pytest.mark.parametrize("moment", ["pre_callback", "post_callback"])
def test_an_exception_of_a_jump_callback_is_raised_where_the_time_is_set(clock, moment):
    def boom(*jump):
        raise ValueError("boom")
    with clock.create_jump_callback(JumpThreshold(**ANY), **{moment: boom}):
        with pytest.raises(ValueError, match="boom"):
            clock.set_ros_time_override(ros(1))
    clock.set_ros_time_override(ros(2))
    assert clock.now() == ros(2)


def test_a_jump_callback_may_set_the_time_and_unregister_itself(clock):
    seen = []

    def after(jump):
        seen.append(jump.delta.nanoseconds // 10**9)
        if len(seen) == 1:
            clock.set_ros_time_override(ros(10))
        else:
            handle.unregister()
    handle = clock.create_jump_callback(JumpThreshold(**ANY), post_callback=after)
    clock.set_ros_time_override(ros(1))
    clock.set_ros_time_override(ros(20))
    assert seen == [1, 9] and clock.now() == ros(20)


def test_threads_may_set_and_unregister_at_once(clock):
    stop = threading.Event()

    def register():
        while not stop.is_set():
            with clock.create_jump_callback(JumpThreshold(**ANY), post_callback=lambda jump: clock.now()):
                pass
    threads = [threading.Thread(target=register) for _ in range(3)]
    for thread in threads:
        thread.start()
    for second in range(2000):
        clock.set_ros_time_override(ros(second))
    stop.set()
    for thread in threads:
        thread.join()
    assert clock.now() == ros(1999)


@pytest.mark.parametrize("wrong, kind, text", [
    (lambda: JumpThreshold(min_forward=None, min_backward=None, on_clock_change=False), ValueError, "At least one jump threshold must be enabled"),
    (lambda: JumpThreshold(min_forward=Duration(), min_backward=None), ValueError, "min_forward must be a positive non-zero duration"),
    (lambda: JumpThreshold(min_forward=None, min_backward=Duration(seconds=1)), ValueError, "min_backward must be a negative non-zero duration"),
    (lambda: Clock().create_jump_callback(JumpThreshold(**ANY)), ValueError, "One of pre_callback or post_callback must be callable"),
    (lambda: Clock().create_jump_callback(JumpThreshold(**ANY), post_callback=3), ValueError, "One of pre_callback or post_callback must be callable"),
    (lambda: Clock().create_jump_callback(JumpThreshold(**ANY), pre_callback=3), ValueError, "pre_callback must be callable if given"),
    (lambda: TimeJump(3, Duration()), TypeError, "clock_change must be an instance of rclpy.clock.ClockChange"),
])
def test_what_is_wrong_is_said_in_upstreams_words(wrong, kind, text):
    with pytest.raises(kind) as failure:
        wrong()
    assert str(failure.value) == text


def test_sleeping_by_each_clock_lasts_as_long_as_it_says(context):
    for kind in (ClockType.STEADY_TIME, ClockType.SYSTEM_TIME, ClockType.ROS_TIME):
        clock = Clock(clock_type=kind)
        before = clock.now()
        assert clock.sleep_for(Duration(seconds=0.02), context) is True
        assert clock.now() - before >= Duration(seconds=0.02)
        assert clock.sleep_until(before, context) is True
        assert clock.sleep_for(Duration(seconds=-1), context) is True


def test_a_sleep_by_ros_time_ends_when_its_time_is_reached_even_after_a_jump_back(clock, context):
    clock.set_ros_time_override(ros(10))
    result, began = [], threading.Event()

    def go_to_rest():
        began.set()
        result.append(clock.sleep_until(ros(20), context))
    thread = threading.Thread(target=go_to_rest)
    thread.start()
    began.wait()
    for second in (15, 5, 19):
        clock.set_ros_time_override(ros(second))
    assert not result
    clock.set_ros_time_override(ros(20))
    thread.join()
    assert result == [True]


@pytest.mark.parametrize("end", [lambda clock, context: context.shutdown(), lambda clock, context: context.destroy(),
                                 lambda clock, context: clock._set_ros_time_is_active(not clock.ros_time_is_active)],
                         ids=["shutdown", "destroyed context", "other source"])
@pytest.mark.parametrize("active", [True, False])
def test_a_sleep_ends_early_with(context, end, active):
    clock = ROSClock()
    clock._set_ros_time_is_active(active)
    result, began = [], threading.Event()

    def go_to_rest():
        began.set()
        result.append(clock.sleep_for(Duration(seconds=1000), context))
    thread = threading.Thread(target=go_to_rest)
    thread.start()
    began.wait()
    end(clock, context)
    thread.join()
    assert result == [False]


def test_a_sleep_needs_a_context_in_use_and_a_time_of_its_clock(context):
    with pytest.raises(NotInitializedException, match="has not been called"):
        Clock().sleep_for(Duration(), Context())
    with pytest.raises(ValueError, match="until's clock type does not match this clock's type"):
        Clock().sleep_until(ros(1), context)
    rclpy.try_shutdown()


def test_a_change_of_the_clock_prints_as_that_of_upstreams_jumps():
    change = ClockChange.ROS_TIME_ACTIVATED
    assert (str(change), f"{change}", "%s" % change, change == 2) == (*["ClockChange.ROS_TIME_ACTIVATED"] * 3, True)
    assert repr(change) == "<ClockChange.ROS_TIME_ACTIVATED: 2>"
