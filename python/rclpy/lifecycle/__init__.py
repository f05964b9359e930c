"""Managed nodes: others bring them from made to working, in steps that may fail.

`from rclpy.lifecycle import Node, Publisher, State, TransitionCallbackReturn` gives the short names.
"""

from rclpy.lifecycle._machine import TransitionCallbackReturn
from rclpy.lifecycle.managed_entity import ManagedEntity, SimpleManagedEntity
from rclpy.lifecycle.node import LifecycleNode, LifecycleNodeMixin, LifecycleState
from rclpy.lifecycle.publisher import LifecyclePublisher

Node = LifecycleNode
NodeMixin = LifecycleNodeMixin
Publisher = LifecyclePublisher
State = LifecycleState

__all__ = ['LifecycleNodeMixin', 'LifecycleNode', 'LifecycleState', 'LifecyclePublisher', 'ManagedEntity', 'SimpleManagedEntity']
