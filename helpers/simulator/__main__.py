"""
Serve the practice Twilio for curl, twilio-cli or any other client.

    python3 -m helpers.simulator --port 4010 --world acme

The first line it prints is a JSON object with ``url``, ``account_sid``, ``auth_token`` and ``control_token``;
whoever steers it sends the last one in the header ``Control-Token``.
"""

import argparse
import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from socket import create_server, socket
from typing import NoReturn

from helpers.simulator.restart import start_again

try:
    from helpers.simulator.server import control
    from helpers.simulator.server.server import Server
    from helpers.simulator.server.simulator import Simulator
except ModuleNotFoundError as missing:
    start_again(missing)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        _give_up(f"{message[:1].upper()}{message[1:]}. See python3 -m helpers.simulator --help.")


def _arguments() -> argparse.Namespace:
    parser = _Parser(prog="python3 -m helpers.simulator", description="Serve a practice Twilio on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0, the default: any that is free")
    parser.add_argument("--world", default="acme", help="acme, hostile, empty, or a size like 200x50 or 200x50+2000000")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that every answer takes, at least")
    parser.add_argument("--concurrency", type=int, help="requests to one account at once; one more gets 429")
    parser.add_argument("--state", type=Path, help="the file in which the world is kept")
    parser.add_argument(
        "--watch", type=int, nargs="+", default=[], metavar="PID", help="end when these processes have ended"
    )
    arguments = parser.parse_args()
    if not 0 <= arguments.port <= 65535:
        parser.error("a port is a number from 0 to 65535")
    if not 0 <= arguments.latency <= control.LONGEST_LATENCY:
        parser.error(f"a latency is a number of seconds from 0 to {control.LONGEST_LATENCY}")
    if arguments.concurrency is not None and arguments.concurrency < 1:
        parser.error("the concurrency must be at least 1")
    return arguments


def _listen(port: int) -> socket:
    try:
        return create_server(("127.0.0.1", port))
    except OSError as trouble:
        _give_up(f"The practice Twilio cannot listen on port {port}: {trouble.strerror}. It was not started.")


def _give_up(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(2)


async def _serve(simulator: Simulator, listener: socket) -> None:
    loop = asyncio.get_running_loop()

    def ready() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            # Windows knows no such thing; there, Ctrl-C arrives as KeyboardInterrupt.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, simulator.stop)
        first_line = {"url": simulator.url, "control_token": simulator.control_token, **control.about(simulator)}
        print(json.dumps(first_line), flush=True)

    await Server(simulator).run(listener, ready=ready)


def main() -> None:
    """Serve until a signal, the stop control, or the end of the last watched process."""
    arguments = _arguments()
    with _listen(arguments.port) as listener:
        simulator = _simulator(arguments)
        # Also where all of them have ended already.
        simulator.watch.in_use = bool(arguments.watch)
        for pid in arguments.watch:
            simulator.watch.add(pid)
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(simulator, listener))


def _simulator(arguments: argparse.Namespace) -> Simulator:
    try:
        return Simulator(
            arguments.world,
            latency=arguments.latency,
            concurrency=arguments.concurrency,
            state=arguments.state,
        )
    except ValueError as wrong:
        _give_up(str(wrong))
    except OSError as trouble:
        _give_up(f"The world in {arguments.state} cannot be read: {trouble.strerror}. Nothing was started.")


if __name__ == "__main__":
    main()
