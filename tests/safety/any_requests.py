"""Random requests to every address that the practice Twilio serves: it answers each as Twilio does."""

import ast
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from inspect import getsourcefile
from pathlib import Path
from re import MULTILINE, findall
from urllib.parse import urlencode

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from helpers.simulator import RunningSimulator, resources, serve
from helpers.simulator.resources.access import token_of
from helpers.simulator.server.routes import API, OTHER_HOSTS
from helpers.simulator.world.belongings import PREFIXES
from helpers.simulator.world.world import World
from tests.safety.figures import Figures
from tests.safety.odd_requests import FORM, Odd, answered_wrongly
from tests.support.simulator_tools import control

WORLD = {"world": "acme", "seed": "any"}
#: Every address that is served, with its host and what can be asked there.
ADDRESSES = [
    (host, address, verbs)
    for host, routes in {"api.twilio.com": API, **OTHER_HOSTS}.items()
    for address, verbs in routes
]
#: The sources of what answers there; they name the parameters that are read.
SOURCES = sorted(Path(resources.__file__).parent.glob("*.py"))
OTHER_VERBS = ["GET", "POST", "DELETE", "PATCH", "BREW"]
#: Values at the edges of what a parameter can be.
EDGES = ["", "0", "-1", "1" * 30, "9" * 5000, "\0", "true", "0001-01-01", "9999-12-31", "2026-02-30", "+", "*" * 20]
EDGES += ["https://", "https://[", "{}", "[" * 9000, '{"allow": [1]}', "PA" + "f" * 32, "AC" + "0" * 32]
#: The same requests at every run, and none of them made smaller afterwards.
_SAME = settings(
    phases=[Phase.generate], deadline=None, database=None, derandomize=True, suppress_health_check=HealthCheck
)
#: Credentials, and a request with them.
Asked = tuple[Sequence[str], Odd]


def measure(runs: int) -> Figures:
    """Ask so many new worlds for up to a dozen things each; the first wrong answer is shown, and ends it."""
    figures = Figures("any requests")
    # Its clock stands still, so that the same requests have the same answers.
    with serve(**WORLD, now=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) as simulator:

        @settings(_SAME, max_examples=runs)
        @given(some.lists(_requests(simulator), min_size=6, max_size=12))
        def ask(requests: list[Asked]) -> None:
            control(simulator, "reset", WORLD)
            for login, odd in requests:
                figures.runs += 1
                wrong = answered_wrongly(simulator.url, login, odd)
                assert wrong is None, f"{odd.method} {odd.path} {odd.body!r}: {wrong}"

        try:
            ask()
        except AssertionError as failure:
            figures.untrue += 1
            print(f"  {failure}")
    return figures


def _requests(simulator: RunningSimulator) -> some.SearchStrategy[Asked]:
    """Make requests: verb, address, parameters, form and credentials, each as it should be or not."""
    world = simulator.world
    sids = {account: _sids(world, account) for account in world.accounts}
    things = [sid for kinds in sids.values() for kind in kinds.values() for sid in kind]
    logins = [pair for pair in simulator.credentials.values() if pair]
    parameters = {source: _parameters(source, things) for source in SOURCES}

    @some.composite
    def request(draw: some.DrawFn) -> Asked:
        account = draw(some.sampled_from([*sids]))
        host, address, verbs = draw(some.sampled_from(ADDRESSES))
        path = draw(some.from_regex(address, fullmatch=True))
        match = address.fullmatch(path)
        # From the last to the first, so that the places of the others stay.
        for group in sorted((group for group, text in match.groupdict().items() if text), key=match.start)[::-1]:
            text = match[group]
            kind = "AC" if group == "account_sid" else text[:2]
            sid = draw(some.sampled_from([*sids[account].get(kind, ()), *sids[account].get(kind, ()), text]))
            path = path[: match.start(group)] + sid + path[match.end(group) :]
        verb = draw(some.sampled_from([*verbs] * 9 + OTHER_VERBS))
        source = Path(getsourcefile(verbs.get(verb, resources)) or "")
        query, form = draw(parameters[source]), draw(parameters[source])
        headers: dict[str, str | bytes] = {"Host": draw(some.sampled_from([host, "127.0.0.1"])), "Content-Type": FORM}
        own = (account, token_of(world, account)) if host != "api.twilio.com" else logins[0]
        login = draw(some.sampled_from([own] * 9 + logins))
        return login, Odd(verb, f"{path}?{query}", form.encode(), headers)

    return request()


def _parameters(source: Path, things: list[str]) -> some.SearchStrategy[str]:
    """Make parameters with names and values of a source and what it imports, and others."""
    own = sorted({word for each in _sources_of(source) for word in _words(each)})
    all_ = [word for other in SOURCES for word in _words(other)]
    names = [[word for word in words if word.isalpha() and word[0].isupper()] for words in (own, own, own, all_)]
    name = some.one_of(some.sampled_from(some_names) for some_names in names if some_names)
    values = [own or all_, EDGES, EDGES, things]
    value = some.one_of(some.text(max_size=70), some.binary(max_size=9), *map(some.sampled_from, values))
    marked = some.builds(str.__add__, name, some.sampled_from(["", "", "<", ">"]))
    return some.dictionaries(marked, value, max_size=8).map(urlencode)


def _sids(world: World, account: str) -> dict[str, list[str]]:
    """Collect the sids of an account and of what it has, by their first letters, and its phone numbers."""
    sids = defaultdict(list, AC=[account])
    for one in [*world.numbers(account), *(one for kind in PREFIXES for one in world.belongings(account, kind))]:
        sids[one.sid[:2]].append(one.sid)
    return sids | {"+": [number.fields["phone_number"] for number in world.numbers(account)]}


def _sources_of(source: Path) -> set[Path]:
    """Find a source and those of the resources that it imports, near and far."""
    found, left = set[Path](), {source}
    while left:
        found.add(one := left.pop())
        names = findall(
            r"^from helpers\.simulator\.resources\.(\w+) import", one.read_text(encoding="utf-8"), MULTILINE
        )
        left |= {one.with_name(f"{name}.py") for name in names} - found
    return found


def _words(source: Path) -> list[str]:
    """Collect the short texts in a source: names of parameters are among them, and their values."""
    nodes = ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return sorted(text for text in texts if text.isprintable() and " " not in text and 0 < len(text) < 40)
