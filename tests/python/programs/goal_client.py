"""Sends one goal and prints what becomes of it: goal_client.py ACTION PACKAGE NAME FIELD VALUE [cancel]."""
import importlib
import sys

import rclpy
from rclpy.action import ActionClient

action, package, name, field, value, *cancel = sys.argv[1:]
kind = getattr(importlib.import_module(f"{package}.action"), name)
rclpy.init()
node = rclpy.create_node("goal_client")
client = ActionClient(node, kind, action)
client.wait_for_server()
feedback = []
sent = client.send_goal_async(kind.Goal(**{field: int(value)}), feedback_callback=lambda message: feedback.append(message.feedback))
rclpy.spin_until_future_complete(node, sent)
handle = sent.result()
if not handle.accepted:
    print("rejected")
    sys.exit()
if cancel:
    while not feedback:
        rclpy.spin_once(node, timeout_sec=1)
    answer = handle.cancel_goal_async()
    rclpy.spin_until_future_complete(node, answer)
    print("cancelling", len(answer.result().goals_canceling))
ended = handle.get_result_async()
rclpy.spin_until_future_complete(node, ended)
for _ in range(20):  # the result may be the first to come
    if not cancel and feedback and getattr(feedback[-1], "progress", 1.0) < 0.985:
        rclpy.spin_once(node, timeout_sec=0.1)
print("status", ended.result().status)
print(ended.result().result)
if not cancel:
    print("feedback", len(feedback), *feedback[:1], *feedback[-1:])
node.destroy_node()
rclpy.shutdown()
