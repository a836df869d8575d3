"""A server between the kit and the practice Twilio: it passes requests on and answers some of them itself."""

import http.client
import json
import socket
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

LOGIN = "<html><title>Sign in</title><p>Please sign in to the guest network.</p></html>"


@dataclass
class Reply:
    """A reply given in Twilio's place to requests whose address contains *path*."""

    path: str
    status: int
    #: A text, or what makes one of the address that was asked for.
    body: object
    method: str | None = None
    times: int = 1_000
    #: Whether the request is passed on all the same, and only its answer is replaced.
    carried_out: bool = False
    #: Headers in place of those that a web server writes by itself.
    headers: dict[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Say nothing of a connection that the kit ended: it may, and others may not."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class InBetween:
    """A web server that stands in front of a practice Twilio."""

    def __init__(self, simulator):
        self._twilio = urlsplit(simulator.url)
        self.words: list[Reply] = []
        #: Change what Twilio said: each is given the path and the JSON of an answer, and alters it.
        self.changes: list[Callable[[str, dict], None]] = []
        #: The addresses that were answered here.
        self.answered: list[str] = []
        #: How many requests were under way at once, at the most.
        self.most_at_once = 0
        self._under_way, self._counting = 0, Lock()
        #: The connections that were ever taken.
        self.connections: set[socket.socket] = set()
        self._server = _Server(("127.0.0.1", 0), self._listener())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answers(self, path, status, body, **more):
        """Answer requests to *path* from now on: with a text as a web page, with anything else as JSON."""
        self.words.append(Reply(path, status, body, **more))

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def unplug(self):
        """Break every connection, and take no new one: from here on no request leaves."""
        self.close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def counted(self):
        """Count a request for as long as it is under way."""
        with self._counting:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            yield
        finally:
            with self._counting:
                self._under_way -= 1

    def take_reply(self, method, path):
        for reply in self.words:
            if reply.path in path and reply.method in {None, method} and reply.times > 0:
                reply.times -= 1
                return reply
        return None

    def pass_on(self, listener):
        body = listener.rfile.read(int(listener.headers.get("Content-Length") or 0))
        connection = http.client.HTTPConnection(self._twilio.hostname, self._twilio.port, timeout=5)
        connection.request(listener.command, listener.path, body, dict(listener.headers))
        answer = connection.getresponse()
        status, body, kind = answer.status, answer.read(), answer.getheader("Content-Type")
        connection.close()
        if self.changes and body and status == 200:
            content = json.loads(body)
            for change in self.changes:
                change(listener.path, content)
            body = json.dumps(content).encode()
        return status, body, kind

    def _listener(self):
        between = self

        class Listener(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave apart, and the body would wait 40 ms for the acknowledgement of the headers.
            disable_nagle_algorithm = True

            def log_message(self, *_):
                pass

            def setup(self):
                super().setup()
                between.connections.add(self.connection)

            def _answer(self):
                with between.counted():
                    self._answer_it()

            def _answer_it(self):
                reply = between.take_reply(self.command, self.path)
                if reply is None or reply.carried_out:
                    status, body, kind = between.pass_on(self)
                else:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if reply is not None:
                    between.answered.append(self.path)
                    content = reply.body(self.path) if callable(reply.body) else reply.body
                    text = content if isinstance(content, str) else json.dumps(content)
                    status, body = reply.status, text.encode()
                    kind = "text/html" if text.startswith("<") else "application/json"
                self.send_response_only(status)
                headers = {"Server": "in between", "Date": self.date_time_string()} | (reply.headers if reply else {})
                for header in headers.items():
                    self.send_header(*header)
                self.send_header("Content-Type", kind or "application/json")
                if status != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(body)

            do_GET = do_POST = do_DELETE = _answer  # noqa: N815  # so the standard library calls them

        return Listener


@contextmanager
def in_front_of(simulator):
    standing = InBetween(simulator)
    yield standing
    standing.close()


class Talker:
    """Whoever answers a connection with bytes of a test's own, and not with HTTP as it should be."""

    def __init__(self, talk, *, tls=None):
        self._talk, self._tls = talk, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://localhost:{self.port}"
        #: How many connections there were, and what was read of their requests.
        self.connections, self.heard = 0, []
        Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection):
        with suppress(OSError), connection:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            # What is wrapped is another one, to be closed itself.
            with connection:
                while head := self.request_of(connection):
                    self.heard.append(head)
                    self._talk(connection)

    @staticmethod
    def request_of(connection):
        """Read the head of a request; nothing where the connection ended."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := connection.recv(65_536)):
                return b""
            head += more
        return head

    def close(self):
        # Closing alone does not wake who accepts.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def talker(talk, *, tls=None):
    talking = Talker(talk, tls=tls)
    yield talking
    talking.close()
