"""The state machine of a managed node: which transitions there are, and where it is.

Wire: LIF-2 (states), LIF-3 (transitions), LIF-6 (results), LIF-7 (shutdown).
"""

from enum import Enum

from rclpy import _rclio
from rclpy.logging import get_logger


class TransitionCallbackReturnType(Enum):
    """How a step of a managed node went."""

    SUCCESS = 97
    FAILURE = 98
    ERROR = 99

    def __int__(self):
        return self.value

    __index__ = __int__

    def to_label(self):
        """The label of the transition that follows."""
        return f'transition_{self.name.lower()}'


TransitionCallbackReturn = TransitionCallbackReturnType

STATES = {0: 'unknown', 1: 'unconfigured', 2: 'inactive', 3: 'active', 4: 'finalized', 10: 'configuring', 11: 'cleaningup',
          12: 'shuttingdown', 13: 'activating', 14: 'deactivating', 15: 'errorprocessing'}  # LIF-2


def _step(number, label, start, through, success, failure):
    """A transition and the three that may end it: (id, label, start, goal) each."""
    ends = zip(('success', 'failure', 'error'), (success, failure, 15))
    return [(number, label, start, through)], [(number * 10 + i, f'transition_{end}', through, goal) for i, (end, goal) in enumerate(ends)]


def _transitions():
    made = []
    for step in ((1, 'configure', 1, 10, 2, 1), (2, 'cleanup', 2, 11, 1, 2), (3, 'activate', 2, 13, 3, 2), (4, 'deactivate', 3, 14, 2, 3)):
        begins, ends = _step(*step)
        made += begins + ends
    shutdown = _step(5, 'shutdown', 1, 12, 4, 4)
    made += [(number, 'shutdown', start, 12) for number, start in ((5, 1), (6, 2), (7, 3))] + shutdown[1]
    made += [(60, 'transition_success', 15, 1), (61, 'transition_failure', 15, 4), (62, 'transition_error', 15, 4)]
    return made


TRANSITIONS = _transitions()  # LIF-3


class StateMachine:
    """Where a managed node is. `on_step(start, goal)`: ids of states, called for each step. `service_...`: the node's, None without."""

    service_change_state = service_get_state = service_get_available_states = service_get_available_transitions = None
    service_get_transition_graph = None
    initialized = True

    def __init__(self, on_step):
        self._on_step = on_step
        self._state = 1

    @property
    def current_state(self):
        """(id, label)."""
        return self._state, STATES[self._state]

    @property
    def available_states(self):
        return list(STATES.items())

    @property
    def available_transitions(self):
        """Those that begin in the current state: (id, label, id and label of the start, id and label of the goal) each."""
        return [self._described(*one) for one in TRANSITIONS if one[2] == self._state]

    @property
    def transition_graph(self):
        return [self._described(*one) for one in TRANSITIONS]

    @staticmethod
    def _described(number, label, start, goal):
        return number, label, start, STATES[start], goal, STATES[goal]

    def get_transition_by_label(self, label):
        """The id of the transition that begins here; -1: there is none."""
        return next((number for number, name, start, _ in TRANSITIONS if name == label and start == self._state), -1)

    def trigger_transition_by_id(self, wanted, publish=True):
        """Takes a step. RCLError: there is no such transition here."""
        self._trigger(lambda number, label: number == wanted, wanted, publish)

    def trigger_transition_by_label(self, wanted, publish=True):
        """As trigger_transition_by_id()."""
        self._trigger(lambda number, label: label == wanted, wanted, publish)

    def allows(self, wanted):
        """Whether a transition, by its id or its label, begins here."""
        return any(wanted in (number, label) for number, label, start, _ in TRANSITIONS if start == self._state)

    def refuse(self, wanted):
        """Says that it does not."""
        get_logger('rcl_lifecycle').warn(f'No transition matching {wanted} found for current state {STATES[self._state]}')

    def _trigger(self, is_it, wanted, publish):
        for number, label, start, goal in TRANSITIONS:
            if start == self._state and is_it(number, label):
                self._state = goal
                if publish:
                    self._on_step(start, goal)
                return
        self.refuse(wanted)
        raise _rclio.RCLError('Failed to trigger lifecycle state machine transition: Transition is not registered.')
