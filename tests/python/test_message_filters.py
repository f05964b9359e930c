"""message_filters: upstream's matching results, by an oracle that tries every set, and each class of the module."""
import itertools
import random
import sys
import threading

import pytest
from message_filters import ApproximateTimeSynchronizer, Cache, Chain, SimpleFilter, TimeSynchronizer
from rclpy.clock import ROSClock
from rclpy.clock_type import ClockType
from rclpy.duration import Duration
from rclpy.time import Time
from std_msgs.msg import Header, String


class Message:
    def __init__(self, stamp, name=None):
        self.header = Header(stamp=Time(nanoseconds=round(stamp * 10**9)).to_msg())
        self.name = name

    def __repr__(self):
        return str(self.name)


def collect(synchronizer):
    found = []
    synchronizer.registerCallback(lambda *messages: found.append(tuple(message.name for message in messages)))
    return found


def oracle(events, topics, queue_size, slop):
    """What upstream's synchronizers put out: for each event (topic, stamp in ns, name) the nearest set that is complete. slop None: equal."""
    queues, out = [{} for _ in range(topics)], []
    for topic, stamp, name in events:
        queues[topic][stamp] = name
        while len(queues[topic]) > queue_size:
            del queues[topic][min(queues[topic])]
        if slop is None:
            for common in sorted(set.intersection(*(set(queue) for queue in queues))):
                out.append(tuple(queue.pop(common) for queue in queues))
                for queue in queues:  # 4.11.10 and later drop what is older than a set
                    for old in [one for one in queue if one < common]:
                        del queue[old]
            continue
        others = [sorted((one for one in queue if abs(one - stamp) <= slop), key=lambda one: abs(one - stamp))
                  for i, queue in enumerate(queues) if i != topic]
        if stamp not in queues[topic]:
            continue  # it was dropped at once
        for choice in itertools.product(*others):
            times = list(choice[:topic]) + [stamp] + list(choice[topic:])
            if max(times) - min(times) < slop:
                out.append(tuple(queue.pop(one) for queue, one in zip(queues, times)))
                break
    return out


@pytest.mark.parametrize("seed", range(40))
def test_sets_are_those_that_upstream_finds(seed):
    chance = random.Random(seed)
    topics, queue_size = chance.randint(1, 4), chance.randint(1, 8)
    slop = None if seed % 2 else chance.choice([1, 3, 10, 50])
    events = [(chance.randrange(topics), chance.randrange(40), number) for number in range(120)]
    filters = [SimpleFilter() for _ in range(topics)]
    synchronizer = (TimeSynchronizer(filters, queue_size) if slop is None else ApproximateTimeSynchronizer(filters, queue_size, slop / 10**9))
    found = collect(synchronizer)
    for topic, stamp, number in events:
        filters[topic].signalMessage(Message(stamp / 10**9, number))
    assert found == oracle(events, topics, queue_size, slop)


def test_scrambled_messages_are_recombined():
    for count in range(1, 10):
        one, other = SimpleFilter(), SimpleFilter()
        found = collect(ApproximateTimeSynchronizer([one, other], count, 0.1))
        for source, letter in ((one, "a"), (other, "b")):
            for number in random.sample(range(count), count):
                source.signalMessage(Message(number, f"{letter}{number}"))
        assert sorted(found) == [(f"a{number}", f"b{number}") for number in range(count)]


def test_a_callback_may_feed_the_synchronizer_and_another_thread_too():
    one, other = SimpleFilter(), SimpleFilter()
    synchronizer = TimeSynchronizer([one, other], 10)
    found = collect(synchronizer)

    def again(first, second):
        if first.name < 3:
            thread = threading.Thread(target=one.signalMessage, args=(Message(first.name + 1, first.name + 1),))
            thread.start()
            thread.join()
            other.signalMessage(Message(first.name + 1, first.name + 1))
    synchronizer.registerCallback(again)
    one.signalMessage(Message(0, 0))
    other.signalMessage(Message(0, 0))
    assert found == [(number, number) for number in range(4)]


def test_messages_without_a_header_need_leave(capfd):
    one, other = SimpleFilter(), SimpleFilter()
    found = []
    ApproximateTimeSynchronizer([one, other], 5, 10.0).registerCallback(lambda *messages: found.append(messages))
    one.signalMessage(String(data="a"))
    assert not found and "no header" in capfd.readouterr().err
    for options in ({"allow_headerless": True}, {"sync_arrival_time": True}):
        one, other = SimpleFilter(), SimpleFilter()
        ApproximateTimeSynchronizer([one, other], 5, 10.0, **options).registerCallback(lambda *messages: found.append(messages))
        one.signalMessage(String(data="a"))
        other.signalMessage(String(data="b"))
    assert found == [(String(data="a"), String(data="b"))] * 2


def test_a_cache_answers_questions_about_times():
    cache, seen = Cache(SimpleFilter(), 5), []
    cache.registerCallback(seen.append)
    assert (cache.getLast(), cache.getOldestTime(), cache.getLatestTime(), cache.getElemAfterTime(Time())) == (None,) * 4
    messages = [Message(second, second) for second in range(6)]
    for message in messages:
        cache.add(message)
    assert seen == messages and cache.cache_msgs == messages[1:]

    def at(seconds):
        return Time(seconds=seconds, clock_type=ClockType.ROS_TIME)
    assert cache.getInterval(at(2), at(3)) == messages[2:4] and cache.getInterval(at(2.5), at(3.5)) == messages[3:4]
    assert cache.getElemAfterTime(at(2)) is messages[2] and cache.getElemBeforeTime(at(3.5)) is messages[3]
    assert cache.getElemBeforeTime(at(0.5)) is None and cache.getElemAfterTime(at(6)) is None
    assert cache.getLastestTime() == cache.getLatestTime() == at(5) and cache.getOldestTime() == at(1) and cache.getLast() is messages[5]
    with pytest.raises(AssertionError):
        cache.getInterval(at(3), at(2))


def test_a_cache_takes_messages_without_a_header_by_leave(capfd):
    source = SimpleFilter()
    refusing, taking = Cache(source, 5), Cache(source, 5, allow_headerless=True)
    source.signalMessage(String())
    assert refusing.getLast() is None and "no header" in capfd.readouterr().err
    now = ROSClock().now()
    assert taking.getLast() == String() and taking.getInterval(now - Duration(seconds=10), now) == [String()]


def test_a_chain_is_its_filters_one_after_the_other():
    source, chain, seen = SimpleFilter(), Chain(), []
    chain.connectInput(source)
    chain.registerCallback(lambda message: seen.append(message.name))
    source.signalMessage(Message(0, "empty"))
    caches = [Cache(SimpleFilter(), 5) for _ in range(3)]
    for cache in caches:
        chain.addFilter(cache)
    source.signalMessage(Message(1, "through"))
    assert seen == ["empty", "through"] and [len(cache.cache_msgs) for cache in caches] == [1, 1, 1]
    assert chain.getFilter(1) is caches[1]
    with pytest.raises(KeyError):
        chain.getFilter(3)
    with pytest.raises(RuntimeError, match="Already connected"):
        chain.connectInput(source)


def test_callbacks_get_their_own_arguments():
    source, seen = SimpleFilter(), []
    assert [source.registerCallback(lambda *all_of_it: seen.append(all_of_it), "x", 1), source.registerCallback(print)] == [0, 1]
    del source.callbacks[1]
    source.signalMessage("message")
    assert seen == [("message", "x", 1)] and source.registerCallback(print) == 2


def test_topics_are_synchronized(start):
    process = start(sys.executable, "-u", "-c", """
import message_filters, rclpy
from builtin_interfaces.msg import Time
from sensor_msgs.msg import CameraInfo, Image
rclpy.init()
node = rclpy.create_node('node')
image = message_filters.Subscriber(node, Image, 'image')
info = message_filters.Subscriber(node, CameraInfo, 'info', qos_profile=5)
print(image.getTopic(), image.topic_name, info.get_publisher_count())
synchronizer = message_filters.TimeSynchronizer([image, info], 10)
synchronizer.registerCallback(lambda image, info: (print(image.header.stamp.sec, image.width, info.height), rclpy.shutdown()))
images, infos = node.create_publisher(Image, 'image', 10), node.create_publisher(CameraInfo, 'info', 10)
count = 0
def publish():
    global count
    if not images.get_subscription_count() or not infos.get_subscription_count():
        return
    count += 1
    image, info = Image(width=count), CameraInfo(height=count)
    image.header.stamp, info.header.stamp = Time(sec=count), Time(sec=2 * count)
    images.publish(image)
    infos.publish(info)
node.create_timer(0.01, publish)
rclpy.spin(node)
""")
    assert process.finish() == 0, process.report()
    assert process.stdout.splitlines() == ["image /image 0", "2 2 1"]


def test_messages_are_let_go():
    import gc
    import weakref
    filters = [SimpleFilter(), SimpleFilter()]
    synchronizer, kept = TimeSynchronizer(filters, 2), []
    for number in range(10):
        message = Message(number)
        kept.append(weakref.ref(message))
        filters[0].signalMessage(message)
    del message
    gc.collect()
    assert sum(one() is not None for one in kept) == 2
    filters.clear()
    del synchronizer
    gc.collect()
    assert not any(one() for one in kept)
