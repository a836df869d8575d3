from pathlib import Path
from tests.panel_tools import desk, loud, everything_in
from tests.conftest import *
from helpers.panels.inventory import InventoryPanel


def test_it(desk, loud, tmp_path):
    f = desk.evidence()
    print(f.dtypes, f.attrs)
    p = InventoryPanel(
        place=desk._place,
        frame=desk.evidence,
        evidence=getattr(desk, "_find_out", None) or desk.find_out,
        folder=tmp_path,
        clock=desk._clock,
    )
    print(p.said)
    print(p._sentence.value)
    p.looking.button.click()
    print(p.said, p.looking.told.value, p._remembered.value)
    for key in p.columns:
        p.columns[key].value = True
    p.grid.send = lambda m: print(str(m)[:3000])
    p.grid._send_rows(0, 2)
    for c in p.columns:
        p.grid.sort = [c, "asc"]
    for b in p.exports.values():
        b.click()
        print(p.said)
    assert 0
