"""A program on a terminal of its own, as a person has it: what it draws is kept as a screen, keys are typed. Knows as much of xterm's
language as ncurses, readline, zle and fish use."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

from support.processes import DEADLINE, environment

SEQUENCE = re.compile(r"\x1b(?:\[([?>=!]?)([0-9;:]*)([ !\"$']?)([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|([()*+])(.)|([=>78MDEHc\\]))")
PARTIAL = re.compile(r"\x1b(?:\[[?>=!]?[0-9;:]*[ !\"$']?|\][^\x07\x1b]*\x1b?|P[^\x1b]*\x1b?|[()*+])?$")


class Screen:
    """Rows of characters, each with whether it is reversed and coloured."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.pending = ""
        self.row = self.column = 0
        self.saved = (0, 0)
        self.top, self.bottom = 0, rows - 1
        self.reverse = self.coloured = False
        self.cells = [self.blank() for _ in range(rows)]
        self.asked = []

    def blank(self):
        return [(" ", False, False)] * self.columns

    @property
    def lines(self):
        return ["".join(cell[0] for cell in line).rstrip() for line in self.cells]

    @property
    def text(self):
        return "\n".join(self.lines)

    def reversed_lines(self):
        return ["".join(cell[0] for cell in line).rstrip() for line in self.cells if sum(cell[1] for cell in line) > self.columns // 3]

    def has_colour(self):
        return any(cell[2] for line in self.cells for cell in line)

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                if found:
                    self.sequence(found)
                    at = found.end()
                    continue
                if PARTIAL.match(text, at):
                    self.pending = text[at:]
                    return
            self.character(text[at])
            at += 1

    def line_feed(self):
        if self.row == self.bottom:
            del self.cells[self.top]
            self.cells.insert(self.bottom, self.blank())
        elif self.row < self.rows - 1:
            self.row += 1

    def character(self, character):
        if character == "\r":
            self.column = 0
        elif character in "\n\v\f":
            self.line_feed()
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif character >= " ":
            if self.column >= self.columns:
                self.column = 0
                self.line_feed()
            self.cells[self.row][self.column] = (character, self.reverse, self.coloured)
            self.column += 1

    def sequence(self, found):
        private, numbers, between, final, _, _, single = found.groups()
        if single == "M" and self.row == self.top:
            del self.cells[self.bottom]
            self.cells.insert(self.top, self.blank())
        elif single == "M":
            self.row = max(0, self.row - 1)
        elif single == "D":
            self.line_feed()
        elif single == "E":
            self.column = 0
            self.line_feed()
        elif single == "7":
            self.saved = (self.row, self.column)
        elif single == "8":
            self.row, self.column = self.saved
        if not final or between:
            return
        values = [int(n) if n.isdigit() else 0 for n in numbers.split(";")] if numbers else []
        first = values[0] if values else 0
        if private:
            if final == "h" and 1049 in values:
                self.cells = [self.blank() for _ in range(self.rows)]
            return
        self.csi(final, first, values)

    def csi(self, final, first, values):
        many = max(1, first)
        line = self.cells[self.row]
        self.column = min(self.column, self.columns - 1) if final != "m" else self.column
        if final in "Hf":
            self.row = min(self.rows, many) - 1
            self.column = min(self.columns, max(1, values[1] if len(values) > 1 else 1)) - 1
        elif final == "A":
            self.row = max(0, self.row - many)
        elif final in "Be":
            self.row = min(self.rows - 1, self.row + many)
        elif final in "Ca":
            self.column = min(self.columns - 1, self.column + many)
        elif final == "D":
            self.column = max(0, self.column - many)
        elif final in "G`":
            self.column = min(self.columns, many) - 1
        elif final == "d":
            self.row = min(self.rows, many) - 1
        elif final == "K":
            begin, end = [(self.column, self.columns), (0, self.column + 1), (0, self.columns)][first]
            line[begin:end] = self.blank()[begin:end]
        elif final == "J":
            if first == 0:
                line[self.column:] = self.blank()[self.column:]
            if first == 1:
                line[:self.column + 1] = self.blank()[:self.column + 1]
            for row in range(self.rows):
                if first == 2 or (first == 0 and row > self.row) or (first == 1 and row < self.row):
                    self.cells[row] = self.blank()
        elif final == "X":
            line[self.column:self.column + many] = self.blank()[self.column:self.column + many]
        elif final == "P":
            self.cells[self.row] = (line[:self.column] + line[self.column + many:] + self.blank())[:self.columns]
        elif final == "@":
            self.cells[self.row] = (line[:self.column] + self.blank()[:many] + line[self.column:])[:self.columns]
        elif final == "b":
            before = line[self.column - 1]
            for _ in range(many):
                self.character(before[0])
        elif final in "LM":
            for _ in range(many):
                del self.cells[self.bottom if final == "L" else self.row]
                self.cells.insert(self.row if final == "L" else self.bottom, self.blank())
        elif final in "ST":
            for _ in range(many):
                del self.cells[self.top if final == "S" else self.bottom]
                self.cells.insert(self.bottom if final == "S" else self.top, self.blank())
        elif final == "r":
            self.top, self.bottom = (values[0] - 1, values[1] - 1) if len(values) > 1 else (0, self.rows - 1)
        elif final == "m":
            self.attributes(values or [0])
        elif final in "nc":
            self.asked.append((final, first))

    def attributes(self, values):
        for value in values:
            if value == 0:
                self.reverse = self.coloured = False
            elif value in (7, 27):
                self.reverse = value == 7
            elif 30 <= value <= 38 or 40 <= value <= 48 or 90 <= value <= 107:
                self.coloured = True
            elif value == 39:
                self.coloured = False


class Terminal:
    """A child process whose terminal this is."""

    def __init__(self, *command, domain, rows=24, columns=100, term="xterm-256color", **more_environment):
        own = environment(domain)
        del own["COLUMNS"], own["NO_COLOR"]
        own.update(more_environment, TERM=term)
        self.command = [str(part) for part in command]
        self.screen = Screen(rows, columns)
        self.raw = ""
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(self.command[0], self.command, own)
        self.status = None

    def resize(self, rows, columns):
        self.screen = Screen(rows, columns)
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.file, keys.encode())

    def read(self, timeout):
        """False: nothing came; None: it has ended."""
        if not select.select([self.file], [], [], max(0, timeout))[0]:
            return False
        try:
            data = os.read(self.file, 65536)
        except OSError:
            return None
        if not data:
            return None
        text = data.decode(errors="replace")
        self.raw += text
        self.screen.feed(text)
        for final, first in self.screen.asked:  # fish wants to know who it talks to
            answer = f"\x1b[{self.screen.row + 1};{self.screen.column + 1}R" if (final, first) == ("n", 6) else "\x1b[?62;c" if final == "c" else ""
            os.write(self.file, answer.encode())
        self.screen.asked = []
        return True

    def wait_for(self, wanted, deadline=DEADLINE):
        """Until the pattern is on the screen, or the function says so of the screen. Returns the match."""
        until = time.monotonic() + deadline
        while True:
            found = wanted(self.screen) if callable(wanted) else re.search(wanted, self.screen.text, re.M)
            if found:
                return found
            came = self.read(until - time.monotonic())
            if came is None:
                raise AssertionError(f"ended before {wanted!r}\n{self.report()}")
            if not came:
                raise AssertionError(f"no {wanted!r} in {deadline} s\n{self.report()}")

    def finish(self, deadline=DEADLINE):
        """Waits for the end; returns the exit status."""
        until = time.monotonic() + deadline
        while (came := self.read(until - time.monotonic())) is not None:
            if not came:
                self.kill()
                raise AssertionError(f"did not end in {deadline} s\n{self.report()}")
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.file)
        return self.status

    def signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self.file)

    def report(self):
        return f"$ {' '.join(self.command)}\n" + "\n".join(f"|{line}" for line in self.screen.lines)
