"""The types that SLOT_TYPES is made of, with the names and attributes of upstream's module of this name."""

SIGNED_NONEXPLICIT_INTEGER_TYPES = ('short', 'long', 'long long')
UNSIGNED_NONEXPLICIT_INTEGER_TYPES = tuple(f'unsigned {name}' for name in SIGNED_NONEXPLICIT_INTEGER_TYPES)
NONEXPLICIT_INTEGER_TYPES = SIGNED_NONEXPLICIT_INTEGER_TYPES + UNSIGNED_NONEXPLICIT_INTEGER_TYPES
SIGNED_EXPLICIT_INTEGER_TYPES = ('int8', 'int16', 'int32', 'int64')
UNSIGNED_EXPLICIT_INTEGER_TYPES = tuple(f'u{name}' for name in SIGNED_EXPLICIT_INTEGER_TYPES)
EXPLICIT_INTEGER_TYPES = SIGNED_EXPLICIT_INTEGER_TYPES + UNSIGNED_EXPLICIT_INTEGER_TYPES
SIGNED_INTEGER_TYPES = SIGNED_NONEXPLICIT_INTEGER_TYPES + SIGNED_EXPLICIT_INTEGER_TYPES
UNSIGNED_INTEGER_TYPES = UNSIGNED_NONEXPLICIT_INTEGER_TYPES + UNSIGNED_EXPLICIT_INTEGER_TYPES
INTEGER_TYPES = SIGNED_INTEGER_TYPES + UNSIGNED_INTEGER_TYPES
FLOATING_POINT_TYPES = ('float', 'double', 'long double')
CHARACTER_TYPES = ('char', 'wchar')
BOOLEAN_TYPE = 'boolean'
OCTET_TYPE = 'octet'
BASIC_TYPES = (*INTEGER_TYPES, *FLOATING_POINT_TYPES, *CHARACTER_TYPES, BOOLEAN_TYPE, OCTET_TYPE)
SERVICE_REQUEST_MESSAGE_SUFFIX, SERVICE_RESPONSE_MESSAGE_SUFFIX, SERVICE_EVENT_MESSAGE_SUFFIX = '_Request', '_Response', '_Event'
ACTION_GOAL_SUFFIX, ACTION_RESULT_SUFFIX, ACTION_FEEDBACK_SUFFIX = '_Goal', '_Result', '_Feedback'
ACTION_GOAL_SERVICE_SUFFIX, ACTION_RESULT_SERVICE_SUFFIX, ACTION_FEEDBACK_MESSAGE_SUFFIX = '_SendGoal', '_GetResult', '_FeedbackMessage'
EMPTY_STRUCTURE_REQUIRED_MEMBER_NAME = 'structure_needs_at_least_one_member'


class AbstractType:
    """Base of all types. Types are equal when they are of one class and all their attributes are equal."""

    __slots__ = ()

    def _values(self):
        return tuple(getattr(self, name) for cls in type(self).__mro__ for name in getattr(cls, '__slots__', ()))

    def __eq__(self, other):
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self):
        return hash((type(self).__name__, repr(self._values())))

    def __repr__(self):
        return f'{type(self).__name__}({", ".join(map(repr, self._values()))})'


class AbstractNestableType(AbstractType):
    """A type that arrays and sequences may have elements of."""

    __slots__ = ()


class BasicType(AbstractNestableType):
    """A number, 'boolean' or 'octet'."""

    __slots__ = ('typename',)

    def __init__(self, typename):
        self.typename = typename


class NamedType(AbstractNestableType):
    """A type known by its name alone."""

    __slots__ = ('name',)

    def __init__(self, name):
        self.name = name


class NamespacedType(AbstractNestableType):
    """A message: namespaces ['geometry_msgs', 'msg'], name 'Point'."""

    __slots__ = ('namespaces', 'name')

    def __init__(self, namespaces, name):
        self.namespaces = namespaces
        self.name = name

    def namespaced_name(self):
        return (*self.namespaces, self.name)


class AbstractGenericString(AbstractNestableType):
    """Text, bounded or not."""

    __slots__ = ()

    def has_maximum_size(self):
        return hasattr(self, 'maximum_size')


class AbstractString(AbstractGenericString):
    """string"""

    __slots__ = ()


class AbstractWString(AbstractGenericString):
    """wstring"""

    __slots__ = ()


class BoundedString(AbstractString):
    __slots__ = ('maximum_size',)

    def __init__(self, maximum_size):
        self.maximum_size = maximum_size


class UnboundedString(AbstractString):
    __slots__ = ()


class BoundedWString(AbstractWString):
    __slots__ = ('maximum_size',)

    def __init__(self, maximum_size):
        self.maximum_size = maximum_size


class UnboundedWString(AbstractWString):
    __slots__ = ()


class AbstractNestedType(AbstractType):
    """Many elements of one type."""

    __slots__ = ('value_type',)

    def __init__(self, value_type):
        self.value_type = value_type

    def has_maximum_size(self):
        return hasattr(self, 'maximum_size') or hasattr(self, 'size')


class Array(AbstractNestedType):
    __slots__ = ('size',)

    def __init__(self, value_type, size):
        super().__init__(value_type)
        self.size = size


class AbstractSequence(AbstractNestedType):
    __slots__ = ()


class BoundedSequence(AbstractSequence):
    __slots__ = ('maximum_size',)

    def __init__(self, value_type, maximum_size):
        super().__init__(value_type)
        self.maximum_size = maximum_size


class UnboundedSequence(AbstractSequence):
    __slots__ = ()
