"""The benchmarks run, small; the figures that count are measured on a machine with nothing else to do."""

import json

from tests.bench import company


def test_a_company_is_measured(capsys):
    """Each figure has its target, says whether it was reached, and stands in the JSON as well."""
    company.main(["8x20"])
    *table, last = capsys.readouterr().out.strip().splitlines()
    figures = {figure["name"]: figure["value"] for figure in json.loads(last)["figures"]}

    for name in figures:
        (line,) = [line for line in table if line.startswith(f"{name} ")]
        assert "at most" in line
        assert "reached" in line or "missed by a factor of" in line
    assert figures["requests after one release"] == 4
