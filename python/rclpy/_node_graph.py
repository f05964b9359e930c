"""What nodes know of the network: a part of rclpy.node.Node. Names that nodes are asked for may be relative."""

import time

from rclpy import _names, _rclio
from rclpy._errors import NodeNameNonExistentError, RCLError
from rclpy.expand_topic_name import expand_topic_name
from rclpy.topic_endpoint_info import TopicEndpointInfo, TopicEndpointTypeEnum
from rclpy.validate_full_topic_name import validate_full_topic_name

# rclio_role
_PUBLISHERS, _SUBSCRIPTIONS, _SERVICES, _CLIENTS = range(4)
_DDS_WRITERS, _DDS_READERS = 6, 7


class GraphMethods:
    """Nodes, topics and services of the network, as far as they have been discovered."""

    def resolve_topic_name(self, topic, *, only_expand=False):
        """The topic's full name, after remapping unless only_expand. RCLError: it is not legal."""
        return self.__resolve(topic, False, only_expand)

    def resolve_service_name(self, service, *, only_expand=False):
        """The service's full name, after remapping unless only_expand. RCLError: it is not legal."""
        return self.__resolve(service, True, only_expand)

    def __resolve(self, name, is_service, only_expand):
        try:
            if only_expand:
                return _rclio.expand_name(name, self.get_name(), self.get_namespace())
            return self.handle.resolve(name, is_service)
        except ValueError as error:
            found = _names.reason_of(_names.GIVEN, name)
            raise RCLError(f'failed to resolve name: {found[0] if found else error}') from None

    def get_publisher_names_and_types_by_node(self, node_name, node_namespace, no_demangle=False):
        """What a node publishes: [(topic, [type])]. no_demangle: all that it writes, with DDS's names.

        NodeNameNonExistentError: there is no such node.
        """
        return self.__names_of(node_name, node_namespace, _DDS_WRITERS if no_demangle else _PUBLISHERS, 'publisher')

    def get_subscriber_names_and_types_by_node(self, node_name, node_namespace, no_demangle=False):
        """What a node subscribes to: [(topic, [type])]. no_demangle: all that it reads, with DDS's names.

        NodeNameNonExistentError: there is no such node.
        """
        return self.__names_of(node_name, node_namespace, _DDS_READERS if no_demangle else _SUBSCRIPTIONS, 'subscriber')

    def get_service_names_and_types_by_node(self, node_name, node_namespace):
        """A node's services: [(name, [type])]. NodeNameNonExistentError: there is no such node."""
        return self.__names_of(node_name, node_namespace, _SERVICES, 'service')

    def get_client_names_and_types_by_node(self, node_name, node_namespace):
        """A node's clients: [(service's name, [type])]. NodeNameNonExistentError: there is no such node."""
        return self.__names_of(node_name, node_namespace, _CLIENTS, 'client')

    def __names_of(self, node_name, node_namespace, role, what):
        namespace = node_namespace or '/'
        reason = _names.reason_against_node(node_name, namespace)
        if reason:
            raise RCLError(f'failed to get {what} names and types: {reason}')
        try:
            return self.handle.names_of(node_name, namespace, role)
        except LookupError:
            raise NodeNameNonExistentError(f'cannot get {what} names and types for nonexistent node: error not set') from None

    def get_topic_names_and_types(self, no_demangle=False):
        """All topics: [(name, [type])]. no_demangle: DDS's names of all that DDS has."""
        topics = self.handle.topics(no_demangle)
        return [topic for topic in topics if not topic[0].startswith('DCPS')] if no_demangle else topics

    def get_service_names_and_types(self):
        """All services: [(name, [type])]."""
        return self.handle.services()

    def get_node_names(self):
        """The names of all nodes, without namespaces."""
        return [name for name, _, _ in self.handle.nodes()]

    def get_fully_qualified_node_names(self):
        """The names of all nodes in full, '/ns/name'."""
        return [_full(name, namespace) for name, namespace, _ in self.handle.nodes()]

    def get_node_names_and_namespaces(self):
        """[(name, namespace)] of all nodes."""
        return [(name, namespace) for name, namespace, _ in self.handle.nodes()]

    def get_node_names_and_namespaces_with_enclaves(self):
        """[(name, namespace, enclave)] of all nodes."""
        return self.handle.nodes()

    def get_fully_qualified_name(self):
        """This node's name in full, '/ns/name'."""
        return _full(self.get_name(), self.get_namespace())

    def count_publishers(self, topic_name):
        """How many publishers a topic has. The name may be relative; remapping does not apply."""
        return self.__count(topic_name, _PUBLISHERS, False)

    def count_subscribers(self, topic_name):
        """How many subscriptions a topic has. The name may be relative; remapping does not apply."""
        return self.__count(topic_name, _SUBSCRIPTIONS, False)

    def count_clients(self, service_name):
        """How many clients a service has. The name may be relative; remapping does not apply."""
        return self.__count(service_name, _CLIENTS, True)

    def count_services(self, service_name):
        """How many servers a service has. The name may be relative; remapping does not apply."""
        return self.__count(service_name, _SERVICES, True)

    def __count(self, name, role, is_service):
        full_name = expand_topic_name(name, self.get_name(), self.get_namespace())
        validate_full_topic_name(full_name, is_service=is_service)
        return self.handle.count(full_name, role)

    def get_publishers_info_by_topic(self, topic_name, no_mangle=False):
        """The publishers of a topic, as TopicEndpointInfo. no_mangle: the name is DDS's own."""
        return self.__endpoints(topic_name, no_mangle, TopicEndpointTypeEnum.PUBLISHER)

    def get_subscriptions_info_by_topic(self, topic_name, no_mangle=False):
        """The subscriptions of a topic, as TopicEndpointInfo. no_mangle: the name is DDS's own."""
        return self.__endpoints(topic_name, no_mangle, TopicEndpointTypeEnum.SUBSCRIPTION)

    def __endpoints(self, topic_name, no_mangle, kind):
        if not no_mangle:
            full_name = expand_topic_name(topic_name, self.get_name(), self.get_namespace())
            validate_full_topic_name(full_name)
            topic_name = self.handle.resolve(full_name, False)
        return [TopicEndpointInfo._from_entry(entry) for entry in self.handle.endpoints(topic_name, int(kind), no_mangle)]

    def wait_for_node(self, fully_qualified_node_name, timeout):
        """Waits until there is a node of that name, `timeout` seconds at most. Returns whether there is."""
        if not fully_qualified_node_name.startswith('/'):
            fully_qualified_node_name = f'/{fully_qualified_node_name}'
        end = time.monotonic() + timeout
        while fully_qualified_node_name not in self.get_fully_qualified_node_names():
            left = end - time.monotonic()
            if left <= 0:
                return False
            self.handle.wait_graph(int(min(left, 0.1) * 1e9))
        return True


def _full(name, namespace):
    return f"{'' if namespace == '/' else namespace}/{name}"
