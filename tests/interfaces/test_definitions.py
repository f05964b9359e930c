"""Checks every file under interfaces/ against the reference list of types.

The parser here shares nothing with the code generator, so that one can catch
the mistakes of the other.  Runs under pytest or ``python3 -m unittest``.

The reference is the directory named by RCLIO_REFERENCE (it holds
interfaces.json), by default ../shared/reference seen from the repository
root.  Comparisons are skipped when it is absent; the checks that need only
the repository still run.
"""
import json
import math
import os
import pathlib
import re
import struct
import unittest
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
INTERFACES = ROOT / 'interfaces'
REFERENCE = pathlib.Path(
    os.environ.get('RCLIO_REFERENCE') or ROOT.parent / 'shared' / 'reference')

SECTIONS = {
    'msg': ('message',),
    'srv': ('request', 'response'),
    'action': ('goal', 'result', 'feedback'),
}

# `ros2 interface show` must print these without any comment.
BARE = {
    'action_tutorials_interfaces/action/Fibonacci',
    'example_interfaces/action/Fibonacci',
    'example_interfaces/srv/AddTwoInts',
    'rcl_interfaces/srv/SetParameters',
}

# Recorded output of `ros2 interface show`.
EXACT = {
    'action_tutorials_interfaces/action/Fibonacci':
        'int32 order\n---\nint32[] sequence\n---\nint32[] partial_sequence\n',
    'example_interfaces/srv/AddTwoInts':
        'int64 a\nint64 b\n---\nint64 sum\n',
}

# Code lines that recorded `ros2 interface show --no-comments` output contains.
SPELLING = {
    'geometry_msgs/msg/PoseStamped': ['std_msgs/Header header', 'Pose pose'],
    'geometry_msgs/msg/Pose': ['Point position', 'Quaternion orientation'],
    'geometry_msgs/msg/Point': ['float64 x', 'float64 y', 'float64 z'],
    'geometry_msgs/msg/Quaternion':
        ['float64 x 0', 'float64 y 0', 'float64 z 0', 'float64 w 1'],
    'std_msgs/msg/Header': ['builtin_interfaces/Time stamp', 'string frame_id'],
    'std_msgs/msg/String': ['string data'],
    'builtin_interfaces/msg/Time': ['int32 sec', 'uint32 nanosec'],
    'rcl_interfaces/srv/SetParameters':
        ['Parameter[] parameters', '---', 'SetParametersResult[] results'],
    'rcl_interfaces/msg/Parameter': ['string name', 'ParameterValue value'],
    'rcl_interfaces/msg/SetParametersResult': ['bool successful', 'string reason'],
}

INTEGERS = {
    'byte': (0, 2**8 - 1), 'char': (0, 2**8 - 1),
    'int8': (-2**7, 2**7 - 1), 'uint8': (0, 2**8 - 1),
    'int16': (-2**15, 2**15 - 1), 'uint16': (0, 2**16 - 1),
    'int32': (-2**31, 2**31 - 1), 'uint32': (0, 2**32 - 1),
    'int64': (-2**63, 2**63 - 1), 'uint64': (0, 2**64 - 1),
}
FLOATS = ('float32', 'float64')
TEXTS = ('string', 'wstring')

TYPE = re.compile(
    r'(?P<base>[A-Za-z]\w*(?:/[A-Za-z]\w*)?)(?:<=(?P<chars>[1-9]\d*))?'
    r'(?P<many>\[(?:(?:<=)?[1-9]\d*)?\])?')
NUMBER = re.compile(r'[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?')
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')


class Bad(Exception):
    """A line that is not valid interface text."""


def strip_comment(line):
    """Return the code of a line and whether a comment follows it."""
    quote = None
    at = 0
    while at < len(line):
        c = line[at]
        if quote:
            if c == '\\':
                at += 1
            elif c == quote:
                quote = None
        elif c in '"\'':
            quote = c
        elif c == '#':
            return line[:at].rstrip(), True
        at += 1
    if quote:
        raise Bad('unclosed quote')
    return line.rstrip(), False


def parse_scalar(base, text):
    if base == 'bool':
        if text not in ('true', 'false'):
            raise Bad('not true or false: ' + text)
        return text == 'true'
    if base in INTEGERS:
        if not re.fullmatch(r'-?\d+', text):
            raise Bad('not an integer: ' + text)
        low, high = INTEGERS[base]
        if not low <= int(text) <= high:
            raise Bad('out of range for {}: {}'.format(base, text))
        return int(text)
    if base in FLOATS:
        if not NUMBER.fullmatch(text):
            raise Bad('not a number: ' + text)
        return float(text)
    if base in TEXTS:
        if not QUOTED.fullmatch(text):
            raise Bad('not a quoted string: ' + text)
        return re.sub(r'\\(["\'\\])', r'\1', text[1:-1])
    raise Bad('no value possible for type ' + base)


def parse_list(base, text):
    if not (text.startswith('[') and text.endswith(']')):
        raise Bad('not a list: ' + text)
    text = text[1:-1].strip()
    values = []
    item = re.compile(QUOTED.pattern + r'|[^,\s"\']+')
    while text:
        match = item.match(text)
        if not match:
            raise Bad('bad list item: ' + text)
        values.append(parse_scalar(base, match.group()))
        text = text[match.end():].lstrip()
        if text:
            if text[0] != ',' or not text[1:].strip():
                raise Bad('comma expected: ' + text)
            text = text[1:].lstrip()
    return values


def parse_line(code, package):
    """Return ('constants' or 'fields', entry) in the manner of the reference."""
    match = TYPE.match(code)
    if not match or not re.match(r'[ \t]', code[match.end():]):
        raise Bad('no type')
    base, chars, many = match.group('base', 'chars', 'many')
    primitive = base == 'bool' or base in INTEGERS or base in FLOATS or base in TEXTS
    if chars and base not in TEXTS:
        raise Bad('bound on ' + base)
    if not primitive:
        if base.startswith(package + '/'):
            raise Bad('own type not written relative: ' + base)
        if '/' not in base:
            base = package + '/' + base
    full = base + ('<=' + chars if chars else '') + (many or '')
    rest = code[match.end():].strip()

    match = re.fullmatch(r'([A-Z][A-Z0-9_]*)\s*=\s*(.+)', rest)
    if match:
        if many or not primitive:
            raise Bad('constant of type ' + full)
        return 'constants', {'type': full, 'name': match.group(1),
                             'value': parse_scalar(base, match.group(2))}

    match = re.fullmatch(r'([a-z](?:_?[a-z0-9])*)(?:\s+(.+))?', rest)
    if not match:
        raise Bad('neither a field nor a constant')
    name, text = match.groups()
    default = None
    if text is not None:
        if not primitive:
            raise Bad('default of nested type')
        default = parse_list(base, text) if many else parse_scalar(base, text)
        if many and many != '[]':
            size = int(many.strip('[<=]'))
            if len(default) > size or ('<' not in many and len(default) != size):
                raise Bad('wrong number of defaults')
        if chars:
            for item in default if many else [default]:
                if len(item) > int(chars):
                    raise Bad('default longer than its bound')
    return 'fields', {'type': full, 'name': name, 'default': default}


def parse_file(path):
    """Return the sections, the code lines and the number of comment lines."""
    package, kind = path.parts[-3:-1]
    text = path.read_bytes().decode('utf-8')
    if text and not text.endswith('\n'):
        raise Bad('{}: no newline at the end'.format(path))
    if '\r' in text or '\t' in text:
        raise Bad('{}: tab or carriage return'.format(path))
    names = SECTIONS[kind]
    sections = [{'constants': [], 'fields': []}]
    lines = []
    comments = 0
    for number, line in enumerate(text.split('\n'), 1):
        try:
            if line != line.rstrip():
                raise Bad('trailing space')
            code, has_comment = strip_comment(line)
            comments += has_comment
            if not code:
                continue
            lines.append(code)
            if code == '---':
                if len(sections) == len(names):
                    raise Bad('too many sections')
                sections.append({'constants': [], 'fields': []})
                continue
            where, entry = parse_line(code, package)
            taken = sections[-1]['constants'] + sections[-1]['fields']
            if any(entry['name'] == other['name'] for other in taken):
                raise Bad('name used twice')
            sections[-1][where].append(entry)
        except Bad as e:
            raise Bad('{}:{}: {}: {!r}'.format(path, number, e, line))
    if len(sections) != len(names):
        raise Bad('{}: {} sections, not {}'.format(path, len(sections), len(names)))
    return dict(zip(names, sections)), lines, comments


def same(a, b):
    """Equality that tells 1 from True and 1.0, and -0.0 from 0.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) and not math.isnan(a):
        return struct.pack('<d', a) == struct.pack('<d', b)
    return a == b


class Definitions(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.types = {}
        cls.manifests = {}
        cls.problems = []
        for path in sorted(p for p in INTERFACES.rglob('*') if not p.is_dir()):
            where = path.relative_to(INTERFACES).parts
            if len(where) == 2 and where[1] == 'package.xml':
                cls.manifests[where[0]] = path
            elif (len(where) == 3 and where[1] in SECTIONS
                    and path.suffix == '.' + where[1]):
                try:
                    cls.types['/'.join(where[:2] + (path.stem,))] = parse_file(path)
                except (Bad, UnicodeDecodeError) as e:
                    cls.problems.append(str(e))
            else:
                cls.problems.append('unexpected file {}'.format(path))

    def reference(self):
        path = REFERENCE / 'interfaces.json'
        if not path.is_file():
            reason = '{} not found (set RCLIO_REFERENCE)'.format(path)
            print('skipped: ' + reason)
            self.skipTest(reason)
        with path.open(encoding='utf-8') as f:
            return json.load(f)['packages']

    def test_files_parse(self):
        self.assertEqual(self.problems, [])
        self.assertTrue(self.types)

    def test_nested_types_exist(self):
        missing = []
        for name, (sections, _, _) in self.types.items():
            for section in sections.values():
                for field in section['fields']:
                    base = TYPE.match(field['type']).group('base')
                    if '/' in base and base.replace('/', '/msg/') not in self.types:
                        missing.append('{}: {}'.format(name, base))
        self.assertEqual(missing, [])

    def test_comments(self):
        for name in sorted(BARE):
            self.assertIn(name, self.types)
        wrong = [name for name, (_, _, comments) in self.types.items()
                 if (comments == 0) != (name in BARE)]
        self.assertEqual(wrong, [])

    def test_recorded_spelling(self):
        for name, text in EXACT.items():
            path = INTERFACES / (name + '.' + name.split('/')[1])
            self.assertEqual(path.read_text(encoding='utf-8'), text)
        for name, lines in SPELLING.items():
            self.assertEqual(self.types[name][1], lines, name)

    def test_same_types_as_reference(self):
        expected = {package + '/' + name
                    for package, entry in self.reference().items()
                    for name in entry['types']}
        self.assertEqual(sorted(expected - set(self.types)), [], 'missing')
        self.assertEqual(sorted(set(self.types) - expected), [], 'extra')

    def test_same_content_as_reference(self):
        differences = []
        for package, entry in self.reference().items():
            for name, definition in entry['types'].items():
                full = package + '/' + name
                if full not in self.types:
                    continue  # reported by the test above
                expected = {k: v for k, v in definition.items() if k != 'kind'}
                found = self.types[full][0]
                for section in SECTIONS[name.split('/')[0]]:
                    for part in ('constants', 'fields'):
                        a, b = found[section][part], expected[section][part]
                        if not same(a, b):
                            differences.append('{} {} {}:\n  found    {}\n  expected {}'
                                               .format(full, section, part, a, b))
                if set(found) != set(expected):
                    differences.append(full + ': other sections')
        self.assertEqual(differences, [], '\n'.join(differences))

    def test_manifests(self):
        self.assertEqual(set(self.manifests), {n.split('/')[0] for n in self.types})
        for package, path in self.manifests.items():
            root = ElementTree.parse(str(path)).getroot()
            self.assertEqual(root.tag, 'package', path)
            self.assertEqual([e.text for e in root.findall('name')], [package])
            self.assertEqual([e.text for e in root.findall('license')],
                             ['Apache-2.0'], path)
            self.assertEqual([e.text for e in root.findall('member_of_group')],
                             ['rosidl_interface_packages'], path)
            self.assertTrue((root.findtext('description') or '').strip(), path)
            self.assertRegex(root.findtext('version') or '', r'^\d+\.\d+\.\d+$')
            used = set()
            for name, (sections, _, _) in self.types.items():
                if name.startswith(package + '/'):
                    for section in sections.values():
                        for field in section['fields']:
                            if '/' in field['type']:
                                used.add(field['type'].split('/')[0])
            self.assertEqual(sorted(e.text for e in root.findall('depend')),
                             sorted(used - {package}), path)

    def test_manifests_agree_with_reference(self):
        reference = self.reference()
        self.assertEqual(set(self.manifests), set(reference))
        for package, path in self.manifests.items():
            root = ElementTree.parse(str(path)).getroot()
            self.assertEqual(root.findtext('version'),
                             reference[package]['version'], path)
            self.assertEqual([e.text for e in root.findall('depend')],
                             reference[package]['interface_dependencies'], path)


if __name__ == '__main__':
    unittest.main()
