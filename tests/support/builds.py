"""What tests need of the build that they run on."""
import pytest

from support.processes import BIN

both_dialects = pytest.mark.skipif(not any((BIN.parent / "lib").glob("librclio_rtps.so*")),
                                   reason="services between rclio and Fast DDS need librclio_rtps.so")
