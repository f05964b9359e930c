"""docs/rclpy_api.md: every public name of upstream's rclpy, and whether rclio has it. Run by a Python that has rclpy:

    tests/python/api_table.py            prints what is missing or other than upstream's, module by module
    tests/python/api_table.py --write    writes docs/rclpy_api.md, which test_api.py holds true
    tests/python/api_table.py --reduce rclpy_api.json    writes tests/data/rclpy_api.tsv from upstream's whole list

A name is done when it is there with upstream's signature: names, kinds and defaults of parameters. What is added to upstream's has a default.
DIFFERENT gives the reason of each that is other by choice; a reason that fits nothing is an error."""
import argparse
import enum
import fnmatch
import importlib
import inspect
import json
import sys
import types
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ROOT / "tests/data/rclpy_api.tsv"
TABLE = ROOT / "docs/rclpy_api.md"
QOS = ("history", "depth", "reliability", "durability", "deadline", "lifespan", "liveliness", "liveliness_lease_duration",
       "avoid_ros_namespace_conventions")

# (kinds, names, reason): both are patterns; the first that fits is the reason. Only for names that are missing or other.
DIFFERENT = [
    ("import", "*", "a name that upstream's module only imports for its own use"),
    ("method", "*.__del__", "no API: how a thing ends when nobody has it any more"),
    ("method", "*.__exit__", "called by `with` only"),
    ("method", "*.__ne__", "Python's own"),
    ("*", "rclpy.action.client.ActionClient.*", "there are no wait sets here: events come by themselves"),
    ("*", "rclpy.action.server.ActionServer.*", "there are no wait sets here: events come by themselves"),
    ("class", "rclpy.action.*", "there are no wait sets here: events come by themselves"),
    ("*", "rclpy.clock.ClockHandle*", "the type of a private handle; here it is another"),
    ("*", "rclpy.context.ContextHandle*", "the type of a private handle; here it is another"),
    ("*", "rclpy.time.TimeHandle*", "the type of a private handle; here it is another"),
    ("*", "rclpy.clock.TimeHandle", "the type of a private handle; here it is another"),
    ("*", "rclpy.duration.DurationType*", "the type of a private handle; here it is another"),
    ("*", "*DestroyableType*", "the type of a private handle; here it is another"),
    ("*", "rclpy.destroyable*", "the type of a private handle; here it is another"),
    ("method", "rclpy.task.Future.set_*", "its argument has no name"),
    ("method", "rclpy.task.Future.add_done_callback", "its argument has no name"),
    ("constant", "*.TYPE_CHECKING", "belongs to upstream's own imports"),
    ("constant", "*.g_*", "upstream's private state"),
]


# ---- upstream's list, reduced to lines of kind, name and detail

def signature_text(parameters):
    """Upstream's parameters as a line of Python's own notation."""
    parts, star = [], False
    for one in parameters:
        kind, text = one["kind"], one["name"]
        if kind == "*":
            text, star = "*" + text, True
        elif kind == "**":
            text = "**" + text
        elif kind == "kw" and not star:
            parts.append("*")
            star = True
        if "default" in one:
            text += "=" + one["default"]
        parts.append(text)
        if kind == "pos":
            parts.append("/")
    return ", ".join(parts)


def flags(function):
    return "".join(word + " " for word in ("static", "classmethod", "async") if function.get(word))


def class_lines(name, cls):
    yield "class", name, ", ".join(base for base in cls.get("bases", []) if base != "object")
    for method, function in cls.get("methods", {}).items():
        if isinstance(function, dict):
            yield "method", f"{name}.{method}", f"{flags(function)}({signature_text(function['params'][0 if function.get('static') else 1:])})"
        elif method != "__init__":
            yield "native method", f"{name}.{method}", ""
    for one, facts in cls.get("properties", {}).items():
        yield "property", f"{name}.{one}", "writable" if facts.get("writable") else ""
    for member, value in cls.get("members", []):
        yield "member", f"{name}.{member}", str(value)
    for one in cls.get("instance_attributes_set_in_init", []):
        yield "instance attribute", f"{name}.{one}", ""
    for one, value in cls.get("attributes", {}).items():
        yield "attribute", f"{name}.{one}", value if value == "None" else ""
    for one in cls.get("inherited", []):
        yield "inherited", f"{name}.{one}", ""
    for one, nested in cls.get("nested", {}).items():
        if "alias_of" in nested:
            yield "alias", f"{name}.{one}", nested["alias_of"]
        else:
            yield from class_lines(f"{name}.{one}", nested)


def reduce(source):
    api = json.loads(Path(source).read_text())
    native = api["native_names_reexported_publicly"]
    lines = []
    for module, names in api["modules"].items():
        lines.append(("module", module, ""))
        for name, function in names.get("functions", {}).items():
            lines.append(("function", f"{module}.{name}", f"{flags(function)}({signature_text(function['params'])})"))
        for name, cls in names.get("classes", {}).items():
            lines.extend(class_lines(f"{module}.{name}", cls))
        for name, value in names.get("constants", {}).items():
            plain = value["type"] in ("int", "str", "rclpy.qos.QoSProfile", "rclpy.duration.Duration")
            lines.append(("constant", f"{module}.{name}", value["value"] if plain and not name.startswith("g_") else ""))
        for name, target in names.get("reexports", {}).items():
            if not target.startswith("rclpy."):
                lines.append(("import", f"{module}.{name}", ""))
            elif "_rclpy_pybind11" in target and name in native:
                lines.append(("alias", f"{module}.{name}", ""))
                lines.extend(line for line in class_lines(f"{module}.{name}", native[name]) if line[0] != "class")
            else:
                lines.append(("alias", f"{module}.{name}", "" if "_rclpy_pybind11" in target else target))
        for kind in ("typevars", "type_aliases"):
            lines.extend(("alias", f"{module}.{name}", "") for name in names.get(kind, {}))
    NAMES.write_text("".join("\t".join(line) + "\n" for line in lines))


# ---- what is here, in the same notation

def value_text(value):
    if type(value).__name__ == "QoSProfile":
        def one(name):
            field = getattr(value, name, None)
            if hasattr(field, "nanoseconds"):
                return f"{field.nanoseconds}ns"
            return field.name if isinstance(field, enum.Enum) else repr(field)
        return f"QoSProfile({', '.join(f'{name}={one(name)}' for name in QOS)})"
    if isinstance(value, enum.Enum):
        return f"<{type(value).__name__}.{value.name}: {int(value.value)}>"
    if isinstance(value, type):
        return f"<class '{value.__module__}.{value.__qualname__}'>"
    if callable(value):
        return f"<function {value.__name__}>"
    return repr(value)


def parameters_of(function):
    """Name, kind and default of each parameter."""
    kinds = {inspect.Parameter.POSITIONAL_ONLY: "pos", inspect.Parameter.POSITIONAL_OR_KEYWORD: "poskw", inspect.Parameter.VAR_POSITIONAL: "*",
             inspect.Parameter.KEYWORD_ONLY: "kw", inspect.Parameter.VAR_KEYWORD: "**"}
    found = []
    for one in inspect.signature(function).parameters.values():
        entry = {"name": one.name, "kind": kinds[one.kind]}
        if one.default is not one.empty:
            entry["default"] = value_text(one.default)
        found.append(entry)
    return found


def is_addition(parameter):
    return "default" in parameter or parameter["kind"] in ("*", "**")


def split(text):
    """Parameters of a signature's text; commas within brackets and quotes do not separate."""
    parts, depth, start = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter in "([{<") - (letter in ")]}>")
        if letter == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [part for part in [*parts, text[start:].strip()] if part]


def same_signature(theirs, ours):
    """Upstream's parameters in their order; additions have defaults and come by keyword or last."""
    expected = split(theirs)
    found = split(signature_text(ours))
    if found == expected:
        return True
    added = {signature_text([one]).replace("*, ", "") for one in ours if is_addition(one)}
    left = [part for part in found if part not in added or part in expected]
    if "*" in left and "*" not in expected:
        left.remove("*")
    positional = [part for part in found if not part.startswith("*")]
    wanted = [part for part in expected if not part.startswith("*")]
    return left == expected and (positional[:len(wanted)] == wanted or "*" in found)


def resolve(name):
    """The object of a dotted name, its owner, and its name there."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            owner = importlib.import_module(".".join(parts[:count]))
            break
        except ImportError:
            continue
    else:
        raise AttributeError(name)
    if count == len(parts):
        return owner, None, name
    for part in parts[count:-1]:
        owner = getattr(owner, part)
    return getattr(owner, parts[-1]), owner, parts[-1]


def is_set_by_init(name):
    owner, attribute = name.rsplit(".", 1)
    cls = resolve(owner)[0]
    for base in cls.__mro__:
        if attribute in base.__dict__ or attribute in getattr(base, "__annotations__", {}):
            return True
        try:
            if f"self.{attribute} =" in inspect.getsource(base) or f"self.{attribute}:" in inspect.getsource(base):
                return True
        except (OSError, TypeError):
            pass
    return False


def method_fault(detail, found, owner, name):
    words = detail[:detail.index("(")].split()
    static = inspect.getattr_static(owner, name)
    bound = isinstance(static, (classmethod, types.ClassMethodDescriptorType)) or "classmethod" in words
    if "classmethod" in words and not (isinstance(static, classmethod) or inspect.ismethod(found) or inspect.isbuiltin(found)):
        return "is no class method"
    if name == "__init__" and (static is object.__init__ or not inspect.isfunction(static)):
        ours = parameters_of(owner)
    elif name == "__new__":
        ours = parameters_of(owner)
        detail = detail.replace("static (cls, ", "(").replace("static (cls)", "()")
        if detail.startswith("static (_cls"):
            detail = detail.replace("static (_cls, ", "(")
    else:
        ours = parameters_of(found)
        if not (bound or isinstance(static, staticmethod)) and ours and ours[0]["kind"] in ("pos", "poskw"):
            ours = ours[1:]
    if "async" in words and not inspect.iscoroutinefunction(found):
        return "is no coroutine function"
    theirs = detail[detail.index("(") + 1:-1]
    return None if same_signature(theirs, ours) else f"({signature_text(ours)}) instead of ({theirs})"


def alias_fault(detail, found):
    if not detail:
        return None
    try:
        target = resolve(detail)[0]
    except AttributeError:
        return f"{detail} is missing"
    return None if target is found or target == found else f"is not {detail}"


def fault(kind, name, detail):
    """What is missing or other; None when the name is done."""
    try:
        if kind == "instance attribute" or (kind == "property" and not hasattr(resolve(name.rpartition(".")[0])[0], name.rpartition(".")[2])):
            return None if is_set_by_init(name) else "missing"
        found, owner, attribute = resolve(name)
    except (AttributeError, ImportError):
        return "missing"
    try:
        if kind == "function":
            theirs = detail[detail.index("(") + 1:-1]
            ours = parameters_of(found)
            if detail.startswith("async") and not inspect.iscoroutinefunction(found):
                return "is no coroutine function"
            return None if same_signature(theirs, ours) else f"({signature_text(ours)}) instead of ({theirs})"
        if kind == "method":
            return method_fault(detail, found, owner, attribute)
    except (ValueError, TypeError):
        return "has no signature to look at"
    if kind == "class":
        above = {base.__name__ for base in found.__mro__}
        gone = [base for base in split(detail) if base.split(".")[0] not in ("typing", "contextlib") and base.rsplit(".", 1)[-1] not in above]
        return f"is no {', '.join(gone)}" if gone else None
    if kind == "member":
        value = value_text(found.value)
        return None if value == detail else f"is {value}, not {detail}"
    if kind == "attribute" and detail == "None":
        return None if found is None else "is not None"
    if kind == "constant" and detail:
        text = f"Duration(nanoseconds={found.nanoseconds})" if type(found).__name__ == "Duration" else value_text(found)
        return None if text == detail else f"{text} instead of {detail}"
    if kind == "alias":
        return alias_fault(detail, found)
    if kind == "property" and detail == "writable":
        static = inspect.getattr_static(owner, attribute)
        return "cannot be set" if isinstance(static, property) and static.fset is None else None
    return None


def names():
    return [line.split("\t") for line in NAMES.read_text().splitlines()]


def survey():
    """(kind, name, fault or None, reason or None) of each name, and the reasons that fit none."""
    warnings.simplefilter("ignore")  # deprecated names
    used, rows = Counter(), []
    for kind, name, detail in names():
        wrong = fault(kind, name, detail)
        reason = None
        if wrong:
            for at, (kinds, pattern, why) in enumerate(DIFFERENT):
                if fnmatch.fnmatchcase(kind, kinds) and fnmatch.fnmatchcase(name, pattern):
                    reason, used[at] = why, used[at] + 1
                    break
        rows.append((kind, name, wrong, reason))
    return rows, [DIFFERENT[at] for at in range(len(DIFFERENT)) if not used[at]]


def module_of(name, modules):
    parts = name.split(".")
    return next(".".join(parts[:count]) for count in range(len(parts), 0, -1) if ".".join(parts[:count]) in modules)


def by_module(rows):
    modules = {name for kind, name, _, _ in rows if kind == "module"}
    grouped = {}
    for row in rows:
        grouped.setdefault(module_of(row[1], modules), []).append(row)
    return grouped


def shown(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")


def render():
    rows, _ = survey()
    count = Counter("done" if not wrong else "different" if reason else "not yet" for _, _, wrong, reason in rows)
    text = ["# The names of rclpy\n",
            "Every public name of upstream's rclpy 7.1.3 (Jazzy) with its signature, and what rclio has of it. Made by\n"
            "`tests/python/api_table.py --write`; `tests/python/test_api.py` holds it true. A name in a list is done: it is there, with upstream's\n"
            "parameters, kinds and defaults.\n",
            "| done | different | not yet |\n|---|---|---|\n" + f"| {count['done']} | {count['different']} | {count['not yet']} |\n"]
    for module, members in by_module(rows).items():
        text.append(f"## {module}\n")
        done = [name[len(module) + 1:] for kind, name, wrong, _ in members if not wrong and kind != "module"]
        line, lines = "", []
        for name in done:
            if len(line) + len(name) + 4 > 140:
                lines.append(line.rstrip())
                line = ""
            line += f"`{name}`, "
        if line:
            lines.append(line.rstrip(", "))
        if lines:
            text.append("\n".join(lines) + "\n")
        other = [(name[len(module) + 1:] or module, wrong, reason) for _, name, wrong, reason in members if wrong]
        if other:
            text.append("| name | | why |\n|---|---|---|")
            text.extend(f"| `{name}` | {'different' if reason else 'not yet'} | {shown(reason or wrong)} |" for name, wrong, reason in other)
            text.append("")
    return "\n".join(text)


def missing():
    rows, unused = survey()
    left = [row for row in rows if row[2] and not row[3]]
    print(f"{len(rows)} names: {sum(not row[2] for row in rows)} done, {sum(bool(row[3]) for row in rows)} different, {len(left)} not yet")
    for module, members in by_module(rows).items():
        faults = [(name, wrong) for _, name, wrong, reason in members if wrong and not reason]
        if faults and faults[0][0] == module:
            print(f"{module}: the module is missing ({len(faults)} names)")
            continue
        for name, wrong in faults:
            print(f"{name}: {wrong}")
    for entry in unused:
        print("a reason that fits nothing:", entry)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--reduce", metavar="FILE")
    options = parser.parse_args()
    if options.reduce:
        reduce(options.reduce)
    elif options.write:
        TABLE.write_text(render())
    else:
        missing()


if __name__ == "__main__":
    sys.exit(main())
