"""The hash of an interface type."""


class TypeHash:
    """A version (-1: none) and 32 bytes; as a str 'RIHS01_<hex digits>'."""

    __slots__ = ['_version', '_value']
    _TYPE_HASH_SIZE = 32

    def __init__(self, version=-1, value=bytes(32)):
        self.version = version
        self.value = value

    @property
    def version(self):
        return self._version

    @version.setter
    def version(self, value):
        assert isinstance(value, int)
        self._version = value

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        assert isinstance(value, bytes)
        self._value = value

    @classmethod
    def _from_text(cls, text):
        """Of 'RIHS01_...'; anything else is no hash."""
        if not text.startswith('RIHS'):
            return cls()
        version, _, digits = text[4:].partition('_')
        return cls(int(version), bytes.fromhex(digits))

    def __eq__(self, other):
        return isinstance(other, TypeHash) and (self.version, self.value) == (other.version, other.value)

    __hash__ = None

    def __str__(self):
        if self.version <= 0 or len(self.value) != self._TYPE_HASH_SIZE:
            return 'INVALID'
        return f'RIHS{self.version:02}_{self.value.hex()}'
