"""The option parser reads a command line as Python's argparse does (cli/parse.c)."""
import subprocess

import pytest

from support.processes import BIN, environment

OPTIONS = "0"
NUMBER_OPTIONS = "1"
WORD_OPTIONS = "2"


def parse(*arguments, table=OPTIONS, columns="140"):
    env = dict(environment(0), COLUMNS=columns)
    return subprocess.run([str(BIN / "cli_parse_probe"), table, *arguments], env=env, capture_output=True, text=True, timeout=10)


def values(*arguments, table=OPTIONS):
    done = parse(*arguments, table=table)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return dict(pair.split("=", 1) for pair in done.stdout.split())


def error(*arguments, table=OPTIONS):
    done = parse(*arguments, table=table)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("usage: probe [-h] ")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("probe: error: ")
    return last[len("probe: error: "):]


def test_what_is_not_given_has_its_preset():
    found = values("x")
    assert found["name"] == "x" and found["second"] == "-" and found["window"] == "10000"
    assert found["number"] == str(-2**63) and found["rate"] == "nan" and found["verbose"] == "0" and found["flag"] == "0"


@pytest.mark.parametrize("arguments", [
    ["x", "--window", "5"], ["x", "--window=5"], ["x", "-w", "5"], ["x", "-w5"], ["--win", "5", "x"], ["x", "--w=5"], ["-fw5", "x"],
    ["-fw", "5", "x"],
])
def test_a_value_may_be_written_in_many_ways(arguments):
    assert values(*arguments)["window"] == "5"


def test_short_options_are_bundled_and_counted():
    found = values("-fvv", "x", "--verbose")
    assert found["flag"] == "1" and found["verbose"] == "3"


def test_options_and_arguments_mix():
    found = values("x", "-f", "y", "--choice", "two")
    assert (found["name"], found["second"], found["flag"], found["choice"]) == ("x", "y", "1", "two")


def test_a_negative_number_is_a_value():
    assert values("x", "-n", "-5")["number"] == "-5"
    assert values("-5")["name"] == "-5"


def test_it_is_an_option_where_one_looks_like_a_number():
    assert error("-r", "-1", table=NUMBER_OPTIONS) == "argument -r/--rate: expected one argument"
    assert values("-r-1", table=NUMBER_OPTIONS)["rate"] == "-1"
    assert values("-1", table=NUMBER_OPTIONS)["once"] == "1"


def test_after_two_dashes_all_are_arguments():
    found = values("--", "-f", "--flag")
    assert (found["name"], found["second"], found["flag"]) == ("-f", "--flag", "0")


def test_a_text_with_a_blank_is_an_argument():
    assert parse("-x y").stdout.startswith("name=-x y second=- ")


def test_a_single_dash_is_an_argument():
    assert values("-")["name"] == "-"


def test_what_nobody_knows_is_collected():
    assert values("x", "y", "z", "--nope", "-q")["extra"] == "3"


@pytest.mark.parametrize("arguments, text", [
    ([], "the following arguments are required: name"),
    (["x", "--cho", "one"], "ambiguous option: --cho could match --choice, --chosen"),
    (["x", "-n"], "argument -n/--number: expected one argument"),
    (["x", "-n", "--flag"], "argument -n/--number: expected one argument"),
    (["x", "-n", "1.5"], "argument -n/--number: invalid int value: '1.5'"),
    (["x", "-n", "it's"], "argument -n/--number: invalid int value: \"it's\""),
    (["x", "-n", "99999999999999999999"], "argument -n/--number: invalid int value: '99999999999999999999'"),
    (["x", "-w", "0"], "argument --window/-w: Value must be positive"),
    (["x", "-r", "0"], "argument -r/--rate: Value must be positive"),
    (["x", "-r", "nan"], "argument -r/--rate: Value must be positive"),
    (["x", "-r", "fast"], "argument -r/--rate: invalid positive_float value: 'fast'"),
    (["x", "-t", "-3"], "argument -t/--times: Value must be positive or zero"),
    (["x", "--choice", "three"], "argument --choice: invalid choice: 'three' (choose from 'one', 'two')"),
    (["x", "-o", "-t", "3"], "argument -t/--times: not allowed with argument -o/--once"),
    (["x", "-t3", "-o"], "argument -o/--once: not allowed with argument -t/--times"),
    (["x", "--flag=1"], "argument -f/--flag: ignored explicit argument '1'"),
    (["x", "-fq"], "argument -f/--flag: ignored explicit argument 'q'"),
])
def test_wrong_usage_is_named(arguments, text):
    assert error(*arguments) == text


def test_help_wins_over_what_follows_it():
    done = parse("-h", "--nope")
    assert done.returncode == 0 and done.stdout.startswith("usage: probe [-h] ") and done.stderr == ""


def test_usage_is_wrapped_where_argparse_wraps_it():
    assert parse("-h", columns="80").stdout.split("\n\n")[0] == (
        "usage: probe [-h] [-f] [--verbose] [--text TEXT] [-n NUMBER] [--window WINDOW]\n"
        "             [-r N] [--choice {one,two}] [--chosen] [-o | -t TIMES]\n"
        "             name [second]")
    # too narrow for the program's own column
    assert parse("-h", columns="17").stdout.splitlines()[:3] == ["usage: probe", "       [-h]", "       [-f]"]


def test_help_texts_start_in_one_column_and_are_wrapped():
    lines = parse("-h", columns="60").stdout.splitlines()
    assert "  --window WINDOW, -w WINDOW" in lines
    assert "                        messages to average over (default:" in lines
    assert "                        10000)" in lines
    assert "  -f, --flag            a flag" in lines
    assert all(len(line) <= 58 for line in lines)


@pytest.mark.parametrize("arguments, text", [
    (["n", "a"], "rest=a prefixes= name=n flag=0"), (["n", "a", "b", "-f", "c"], "rest=a,b,c prefixes= name=n flag=1"),
    (["n", "a", "--prefixes", "p", "q"], "rest=a prefixes=p,q name=n flag=0"),
    (["n", "--prefixes", "p", "q", "-f", "a"], "rest=a prefixes=p,q name=n flag=1"),
    (["--prefixes", "p", "--prefixes", "q", "r", "--", "n", "-a"], "rest=-a prefixes=q,r name=n flag=0"),
    (["--prefixes=p", "n", "a"], "rest=a prefixes=p name=n flag=0"),
])
def test_some_take_several_words(arguments, text):
    assert parse(*arguments, table=WORD_OPTIONS).stdout.rstrip("\n") == text


@pytest.mark.parametrize("arguments, text", [
    (["n"], "the following arguments are required: rest"),
    (["n", "a", "--prefixes"], "argument --prefixes: expected at least one argument"),
    (["n", "a", "--prefixes", "-f"], "argument --prefixes: expected at least one argument"),
])
def test_of_several_words_one_is_needed(arguments, text):
    assert error(*arguments, table=WORD_OPTIONS) == text


def test_several_words_are_shown_as_argparse_shows_them():
    found = parse("-h", table=WORD_OPTIONS)
    assert found.stdout.splitlines()[0] == "usage: probe [-h] [-f] [--prefixes PREFIXES [PREFIXES ...]] name rest [rest ...]"
    assert "  --prefixes PREFIXES [PREFIXES ...]" in found.stdout.splitlines()
