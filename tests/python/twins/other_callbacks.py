"""Callbacks that a program replaces, of every kind of entity; and those of every kind that Python can call."""
import functools

import rclpy
from std_msgs.msg import String
from std_srvs.srv import SetBool
from tell import spin_until, tell

rclpy.init()
node = rclpy.create_node("node")
called = []


def calls():
    spin_until(node, lambda: called)
    try:
        return list(called)
    finally:
        called.clear()


def answer(request, response, message):
    response.message = message
    return response


async def answer_later(request, response):
    return answer(request, response, "later")


def said_by_the_service():
    future = client.call_async(SetBool.Request())
    rclpy.spin_until_future_complete(node, future, timeout_sec=10)
    return future.result().message


publisher = node.create_publisher(String, "words", 10)
subscription = node.create_subscription(String, "words", lambda message: called.append("first"), 10)
spin_until(node, lambda: publisher.get_subscription_count() == 1 and subscription.get_publisher_count() == 1)
publisher.publish(String())
tell("subscription", calls)
subscription.callback = lambda message: called.append("second")
publisher.publish(String())
tell("subscription's other", calls)
service = node.create_service(SetBool, "ask", functools.partial(answer, message="first"))
client = node.create_client(SetBool, "ask")
client.wait_for_service()
tell("service", said_by_the_service)
service.callback = functools.partial(answer, message="second")
tell("service's other", said_by_the_service)
service.callback = answer_later
tell("service's coroutine", said_by_the_service)
tell("it has it", lambda: service.callback is answer_later)
guard = node.create_guard_condition(lambda: called.append("first"))
guard.trigger()
tell("guard", calls)
guard.callback = lambda: called.append("second")
guard.trigger()
tell("guard's other", calls)
timer = node.create_timer(0.01, lambda: called.append("first"))
timer.callback = lambda: (timer.cancel(), called.append("second"))
tell("timer's other", calls)


class Thing:
    def method(self, message):
        called.append("method")

    @classmethod
    def of_class(cls, message):
        called.append("of class")

    @staticmethod
    def static(message):
        called.append("static")

    def __call__(self, message):
        called.append("thing")


for callback in (Thing().method, Thing(), Thing.of_class, Thing.static, functools.partial(lambda word, message: called.append(word), "partial"),
                 functools.partial(lambda message, word: called.append(word), word="keyword"), lambda *messages: called.append(len(messages)),
                 lambda message, info: called.append(sorted(info)), lambda message, info=None: called.append(info is None)):
    subscription.callback = callback
    publisher.publish(String())
    tell("called", calls)
tell("not a callback", lambda: setattr(subscription, "callback", lambda: None))
rclpy.shutdown()
