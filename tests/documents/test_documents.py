"""The documents are true: floors, wire facts, the tour; and no test waits by the clock."""
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE_FOLDERS = ("src", "cli", "python", "examples", "generator", "bench", "fuzz", "include")


def sources(*folders, suffixes=(".c", ".h", ".cpp", ".hpp")):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def table_rows(text, heading):
    """The rows of the Markdown table whose header line starts with `heading`, as lists of cells."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(heading):
            next(lines)
            break
    else:
        raise AssertionError(f"no table '{heading}'")
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip("|").split("|")]


def names_in_backticks(cell):
    return re.findall(r"`([^`]+)`", cell)


ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
MAY_INCLUDE = {names_in_backticks(row[0])[0]: set(names_in_backticks(row[2])) for row in table_rows(ARCHITECTURE, "| folder |")}
HEADER_FLOOR = {
    f"rclio/{name}": row[1] for row in table_rows(ARCHITECTURE, "| public header |") for name in names_in_backticks(row[0])
}
FLOORS_BELOW = {
    "base": {"base"},
    "types": {"base", "types"},
    "async": {"base", "async"},
    "mw": {"base", "types", "mw"},
    "node": {"base", "types", "async", "mw", "node"},
}


def folder_of(path):
    """The most specific folder of the table that holds the file."""
    relative = path.relative_to(ROOT).as_posix()
    found = [folder for folder in MAY_INCLUDE if relative.startswith(folder + "/")]
    return max(found, key=len) if found else None


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1)


def included_folder(name, path):
    """The table's folder that the included header lies in; None for the system's and other libraries' headers."""
    if name.startswith("rclio/"):
        return "include/rclio"
    for base in (ROOT / "src", path.parent, ROOT / "cli"):
        if (base / name).is_file():
            return folder_of((base / name).resolve())
    return None


def test_every_folder_with_sources_is_in_the_architecture_table():
    for path in sources("src", "cli", "python", "examples", "generator", "bench", "fuzz"):
        assert folder_of(path), f"{path.relative_to(ROOT)}: its folder is not in docs/architecture.md"


def test_no_file_includes_upwards():
    wrong = []
    for path in sources("src", "cli", "examples", "generator", "bench", "fuzz"):
        folder = folder_of(path)
        for number, name in includes(path):
            target = included_folder(name, path)
            if target and target != folder and target not in MAY_INCLUDE[folder]:
                wrong.append(f"{path.relative_to(ROOT)}:{number} includes {name}: {folder} may include {sorted(MAY_INCLUDE[folder])}")
    assert not wrong, "\n".join(wrong)


def test_floors_include_public_headers_of_their_own_floor_and_below():
    wrong = []
    for path in sources("src"):
        floor = path.relative_to(ROOT / "src").parts[0]
        for number, name in includes(path):
            if name.startswith("rclio/") and HEADER_FLOOR.get(name) not in FLOORS_BELOW[floor]:
                wrong.append(f"{path.relative_to(ROOT)}:{number}: {floor} includes {name}, which is of floor {HEADER_FLOOR.get(name)}")
    assert not wrong, "\n".join(wrong)


def test_public_headers_include_no_higher_floor_and_all_are_listed():
    headers = {f"rclio/{path.name}" for path in (ROOT / "include/rclio").glob("*.h")}
    assert headers == set(HEADER_FLOOR)
    for header in sorted(headers):
        for number, name in includes(ROOT / "include" / header):
            if name.startswith("rclio/"):
                assert HEADER_FLOOR[name] in FLOORS_BELOW[HEADER_FLOOR[header]], f"{header}:{number} includes {name}"


FACT = re.compile(r"\b([A-Z]{3}-[0-9]+)\b")
FACTS = re.findall(r"^- \*\*([A-Z]{3}-[0-9]+)\*\*", (ROOT / "docs/wire.md").read_text(), re.M)


def facts_in(*folders, suffixes):
    found = {}
    for path in sources(*folders, suffixes=suffixes):
        if path == Path(__file__).resolve():
            continue
        for fact in FACT.findall(path.read_text(errors="replace")):
            found.setdefault(fact, []).append(path.relative_to(ROOT).as_posix())
    return found


def test_each_wire_fact_has_code_and_a_test():
    code = facts_in("src", "cli", "generator", "include", suffixes=(".c", ".h", ".cpp", ".hpp"))
    tests = facts_in("tests", suffixes=(".c", ".h", ".cpp", ".py"))
    assert len(FACTS) == len(set(FACTS)), "an id stands twice in docs/wire.md"
    missing = [f"{fact} has no code" for fact in FACTS if fact not in code]
    missing += [f"{fact} has no test" for fact in FACTS if fact not in tests]
    assert not missing, "\n".join(missing)


def test_each_mark_names_a_fact_of_the_list():
    groups = {fact.split("-")[0] for fact in FACTS}
    marks = facts_in("src", "cli", "generator", "include", "tests", suffixes=(".c", ".h", ".py"))
    unknown = {fact: places for fact, places in marks.items() if fact.split("-")[0] in groups and fact not in FACTS}
    assert not unknown, unknown


TOUR = (ROOT / "docs/tour.md").read_text() if (ROOT / "docs/tour.md").exists() else ""
STEPS = re.findall(r"^\d+\. `(\w+)\(\)` in `([^`]+)`", TOUR, re.M)


def test_the_tour_has_its_four_walks():
    for title in ("## A message in", "## A message out", "## A call", "## A goal"):
        assert title in TOUR
    assert len(STEPS) >= 20


@pytest.mark.parametrize("function,file", STEPS)
def test_each_step_of_the_tour_exists(function, file):
    text = (ROOT / file).read_text()
    assert re.search(rf"^[\w *]+\b{function}\(", text, re.M), f"{file} defines no {function}()"


WAITS = re.compile(r"\b(u?sleep|nanosleep|clock_nanosleep|thrd_sleep|time\.sleep|asyncio\.sleep)\s*\(")


def test_nothing_in_tests_waits_by_the_clock():
    found = []
    for path in sources("tests", suffixes=(".c", ".h", ".py", ".sh")):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if WAITS.search(line) and "WAITS" not in line and path.parent.name != "seeds":  # programs as the documents show them
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, "\n".join(found)


def test_no_test_is_skipped_without_a_reason():
    skips = re.compile(r"(?<!->)\bskip\(\)|pytest\.skip\(\)|mark\.skip\b(?!\w|\(reason=)|mark\.skipif\((?![^#]*reason=)")
    found = []
    for path in sources("tests", suffixes=(".c", ".h", ".cpp", ".py")):
        if path.name in ("skip.h", "test_documents.py"):
            continue
        text = path.read_text(errors="replace")
        found += [f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}" for match in skips.finditer(text)]
    assert not found, f"say why: SKIP(reason) of tests/support/skip.h, pytest.skip(reason): {', '.join(found)}"


COMMENT_OR_FUNCTION = re.compile(r"^(?P<comment>/\*.*?\*/)[ \t]*$|^[ \t]*(?P<function>RCLIO_API\b[^;]*;)", re.M | re.S)


@pytest.mark.parametrize("header", sorted((ROOT / "include/rclio").glob("*.h")), ids=lambda path: path.name)
def test_each_public_function_says_which_threads_may_call_it(header):
    """In the comment above it, which may be that of a group, or for all functions in the head of the header."""
    comment, head, missing = "", None, []
    for match in COMMENT_OR_FUNCTION.finditer(header.read_text()):
        if match["comment"]:
            comment = match["comment"]
            head = head or comment
        elif not re.search(r"\bthread\b", comment) and "Threads:" not in head:
            missing.append(" ".join(match["function"].split()))
    assert not missing, "no `thread` line:\n" + "\n".join(missing)


def test_links_between_documents_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_no_path_of_a_developers_machine_is_committed():
    own = re.compile(r"/work/(main|shared)|/root/")
    for path in sources(*SOURCE_FOLDERS, "tests", "scripts", "docs", "cmake", suffixes=(".c", ".h", ".py", ".md", ".cmake", ".txt", "")):
        if path.name in ("test_documents.py",) or path.is_dir() or not os.access(path, os.R_OK):
            continue
        match = own.search(path.read_text(errors="replace"))
        assert not match, f"{path.relative_to(ROOT)} names {match.group(0)}"
