"""
Short lists, written anew for each request, in the formats of Twilio's 2010 API and of its newer APIs.

Of each of them one row can be asked for by its sid.
"""

import json
from collections.abc import Iterable
from typing import Any

from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.paging import LARGEST_SIZE, turn_to_page
from helpers.simulator.world.records import Record
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: Rows with their places in the list; a row keeps its place when earlier rows disappear.
Rows = Iterable[tuple[int, dict[str, Any]]]


def answer_list(world: World, request: ApiRequest, key: str, rows: Rows) -> ApiResponse:
    """Answer with a page of the list, or with one of its rows, as the 2010 API does."""
    if request.one is not None:
        return _answer_one(request, request.one, rows)
    page = turn_to_page(request.listing(world), _records(rows))
    return ApiResponse(200, page.envelope(key, [record.text for record in page.records]))


def answer_meta_list(
    world: World, request: ApiRequest, key: str, rows: Rows, *, largest: int = LARGEST_SIZE
) -> ApiResponse:
    """Answer with a page of the list, or with one of its rows, as the newer APIs do."""
    if request.one is not None:
        return _answer_one(request, request.one, rows)
    page = turn_to_page(request.listing(world), _records(rows), largest=largest)
    return ApiResponse(200, page.meta_envelope(key, [record.text for record in page.records], host=request.host))


def _answer_one(request: ApiRequest, sid: str, rows: Rows) -> ApiResponse:
    for _, row in rows:
        if row["sid"] == sid:
            return ApiResponse(200, json.dumps(row))
    raise Refused(20404, f"{request.path} {sid}")


def _records(rows: Rows) -> list[Record]:
    return [Record(order, sid="", fields=row) for order, row in rows]
