"""The seed documents, which lie beside this checkout or where RCLIO_SEEDS says, and the programs below them."""
import os
from pathlib import Path

import pytest

from support.processes import ROOT

SEEDS = Path(os.environ.get("RCLIO_SEEDS", ROOT.parent / "shared/seeds"))
PROGRAMS = SEEDS / "programs"
needs_seeds = pytest.mark.skipif(not PROGRAMS.is_dir(), reason=f"the seeds are not here: no {SEEDS}; RCLIO_SEEDS names another folder")
