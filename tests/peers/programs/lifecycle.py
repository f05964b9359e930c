"""Upstream's side of the lifecycle tests.

    lifecycle.py drive NODE     changes the managed node NODE by its services, through every state, and prints what the services answered and what
                                the events were, a line each; the same for each node that behaves as upstream's
    lifecycle.py serve NAME...  managed nodes of rclpy; prints the calls of their functions
    lifecycle.py watch TOPIC    prints the events of TOPIC; ends with standard input
"""
import sys
import threading
import time

import rclpy
from lifecycle_msgs.msg import Transition, TransitionEvent
from lifecycle_msgs.srv import ChangeState, GetAvailableStates, GetAvailableTransitions, GetState
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.lifecycle import LifecycleNode, TransitionCallbackReturn

DEADLINE = 25


def say(*words):
    print(*words, flush=True)


def told(event):
    return (event.timestamp, event.transition.id, event.transition.label, event.start_state.id, event.start_state.label,
            event.goal_state.id, event.goal_state.label)


class Driver:
    def __init__(self, name):
        self.node = rclpy.create_node("driver")
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.events = []
        self.subscription = self.node.create_subscription(TransitionEvent, f"{name}/transition_event",
                                                          lambda event: self.events.append(told(event)), 100)
        types = {"change_state": ChangeState, "get_state": GetState, "get_available_states": GetAvailableStates,
                 "get_available_transitions": GetAvailableTransitions, "get_transition_graph": GetAvailableTransitions}
        self.clients = {service: self.node.create_client(type_, f"{name}/{service}") for service, type_ in types.items()}
        for client in self.clients.values():
            assert client.wait_for_service(DEADLINE)
        self.until(lambda: self.node.count_publishers(f"{name}/transition_event") > 0)

    def until(self, holds):
        end = time.monotonic() + DEADLINE
        while not holds():
            assert time.monotonic() < end
            self.executor.spin_once(timeout_sec=1)

    def call(self, service, **fields):
        client = self.clients[service]
        future = client.call_async(client.srv_type.Request(**fields))
        self.executor.spin_until_future_complete(future, timeout_sec=DEADLINE)
        return future.result()

    def transitions(self, service):
        return [(t.transition.id, t.transition.label, t.start_state.id, t.start_state.label, t.goal_state.id, t.goal_state.label)
                for t in self.call(service).available_transitions]

    def change(self, number, label, events):
        self.events.clear()
        success = self.call("change_state", transition=Transition(id=number, label=label)).success
        self.until(lambda: len(self.events) >= events)
        state = self.call("get_state").current_state
        say("change", number, repr(label), success, state.id, state.label, self.transitions("get_available_transitions"), self.events)

    def drive(self):
        say("states", [(s.id, s.label) for s in self.call("get_available_states").available_states])
        say("graph", self.transitions("get_transition_graph"))
        for number, label, events in ((0, "nope", 0), (1, "activate", 0), (1, "", 2), (3, "configure", 0), (0, "activate", 2), (4, "cleanup", 0),
                                      (4, "", 2), (2, "cleanup", 2), (99, "configure", 2), (3, "", 2), (0, "shutdown", 2), (0, "shutdown", 0)):
            self.change(number, label, events)


class Managed(LifecycleNode):
    def note(self, what):
        say(self.get_name(), what)
        return TransitionCallbackReturn.SUCCESS

    def on_configure(self, state):
        return self.note("configure")

    def on_cleanup(self, state):
        return self.note("cleanup")

    def on_activate(self, state):
        return self.note("activate")

    def on_deactivate(self, state):
        return self.note("deactivate")

    def on_shutdown(self, state):
        return self.note("shutdown")


def serve(names):
    executor = SingleThreadedExecutor()
    nodes = [Managed(name) for name in names]
    for node in nodes:
        executor.add_node(node)
    say("ready")
    try:
        executor.spin()
    except (KeyboardInterrupt, ExternalShutdownException):
        pass


def watch(topic):
    node = rclpy.create_node("watcher")
    node.create_subscription(TransitionEvent, topic, lambda event: say(*told(event)), 100)
    threading.Thread(target=lambda: (sys.stdin.read(), rclpy.shutdown()), daemon=True).start()
    matched = False
    while rclpy.ok():
        if not matched and node.count_publishers(topic):
            matched = True
            say("matched")
        try:
            rclpy.spin_once(node, timeout_sec=0.2)
        except ExternalShutdownException:
            break


if __name__ == "__main__":
    rclpy.init()
    if sys.argv[1] == "drive":
        Driver(sys.argv[2]).drive()
        say("driven")
    elif sys.argv[1] == "serve":
        serve(sys.argv[2:])
    else:
        watch(sys.argv[2])
