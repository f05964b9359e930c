"""What upstream says of pairs of profiles is what tests/mw/test_qos_compatibility.c expects of rclio."""
from pathlib import Path

HERE = Path(__file__).parent


def test_upstream_still_says_what_is_on_record(start, upstream):  # QOS-10
    program = start(upstream, HERE / "programs" / "qos.py")
    assert program.finish() == 0, program.report()
    recorded = (HERE.parent / "data" / "qos" / "compatibility.tsv").read_text()
    assert program.stdout.split("\n") == recorded.rstrip("\n").split("\n")
