"""The view of a table: a search takes each value of a column once, and finds what reading row by row finds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from helpers.panels.shared.html import without_punctuation
from helpers.panels.shared.view import View
from tests.support.grid_tools import NOW, frame_of, many, number, unknown, used

QUERIES = [
    "a",
    "pn 0",
    "012",
    "acme 2026",
    "2026-03-02",
    "1.15",
    "(415) 555-01",
    "quiet",
    "nan",
    "<na>",
    "none",
    "no such",
    "İ",
]


@pytest.fixture(params=["many", "few", "none"])
def frame(request):
    """Many rows, in which names are told apart at once; few, with odd values and missing ones; and no row."""
    odd = [
        number(1, name="İstanbul", monthly=None, account=None, country=None, created=None),
        number(2, name="", monthly=Decimal("1.150"), next_billing=date(2026, 3, 31), calls=None),
        used(3, 12),
        unknown(4),
        number(5, name="İstanbul", created=NOW - timedelta(seconds=1)),
    ]
    whole = frame_of(odd)
    return {"many": many(500), "few": whole, "none": whole.head(0)}[request.param]


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_finds_what_reading_row_by_row_finds(frame, query):
    """Whatever a column holds: texts, choices, amounts, times, and nothing."""
    columns = [key for key in frame.columns if str(frame[key].dtype) != "boolean"]
    texts = frame[columns].astype("string[pyarrow]").fillna("").apply(lambda column: column.str.lower())
    asked = [(word, without_punctuation(word)) for word in query.lower().split()]
    expected = [
        place
        for place, row in enumerate(texts.itertuples(index=False))
        if all(any(word in text or bare in text for text in row) for word, bare in asked)
    ]

    view = View(frame)
    everything = frame["sid"].notna().to_numpy(dtype=bool)
    assert view.places(matches=everything, query=query, columns=frame.columns, sort=()).tolist() == expected


def test_the_first_key_typed_reads_each_value_of_a_column_once(monkeypatch):
    """A hundred thousand numbers have a thousand accounts; a second key reads none again."""
    frame = many(1000)
    view, everything = View(frame), frame["sid"].notna().to_numpy(dtype=bool)
    columns = ["account", "country", "monthly", "verdict", "next_billing"]
    view.places(matches=everything, query="acme", columns=columns, sort=())
    read = {key: len(texts) for key, (_, texts) in view._texts.items()}
    monkeypatch.setattr("helpers.panels.shared.view._once_each", None)
    view.places(matches=everything, query="acme 1.15", columns=columns, sort=())

    assert read == {key: frame[key].nunique(dropna=False) for key in columns}
    assert max(read.values()) < 100
