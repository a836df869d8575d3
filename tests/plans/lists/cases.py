"""Every list with what becomes of it: the files, by expected.toml, and the variations of one line."""

import tomllib
from pathlib import Path

from helpers.plans.number_list import Unfit
from tests.plans.lists.variations import VARIATIONS, Case

HERE = Path(__file__).parent
FILES = sorted((HERE / "files").iterdir())
EXPECTED = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))


def in_file(file):
    told = dict(EXPECTED[file.name])
    said = {int(place): Unfit[name] for place, name in told.pop("said", {}).items()}
    return Case(file.name, file.read_bytes(), said=said, columns=tuple(told.pop("columns", ())), **told)


CASES = [*map(in_file, FILES), *VARIATIONS]
