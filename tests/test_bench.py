"""The benchmarks run, small; the figures that count are measured on a machine with nothing else to do."""

import json

import pytest

from tests.bench import main as bench
from tests.bench.figure import Figure

#: Each part, and something small to measure it on.
SMALL = {
    "reading": "3x20",
    "company": "3x20",
    "million": "3x20",
    "evidence": "3x5+200",
    "look": "3x5",
    "report": "2x3",
    "choice": "5+100",
    "release": "2x3",
    "journal": "100",
    "limiter": "100x30",
    "screen": "3x20",
}


@pytest.mark.parametrize(("part", "small"), SMALL.items())
def test_each_part_is_measured(part, small, capsys, tmp_path, monkeypatch):
    """Each figure stands in the table and in the file; what has a target says whether it was reached."""
    monkeypatch.setenv("BENCH_LATENCY", "0.01")
    status = bench.main([part, small, "--json", str(tmp_path / "figures.json")])
    lines = capsys.readouterr().out.splitlines()
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]

    assert figures
    for figure in figures:
        (line,) = [line for line in lines if line.startswith(f"{figure['name']} ")]
        assert ("at most" in line) == (figure["target"] is not None)
    missed = [each for each in figures if each["target"] is not None and each["value"] > each["target"]]
    assert sum("missed by" in line for line in lines) == len(missed)
    assert status == bool(missed)


def test_every_part_is_measured_here():
    """A part that nobody runs would be broken unseen."""
    assert tuple(SMALL) == bench.PARTS


@pytest.mark.parametrize(
    ("value", "verdict"), [(1.5, "reached"), (1.51, "missed by 1%"), (3.0, "missed by 100%"), (0.0, "reached")]
)
def test_a_figure_says_by_how_much_it_is_over_its_target(value, verdict):
    """What is as good as its target has reached it."""
    assert str(Figure("a thing", value, "s", 1.5)).endswith(verdict)
