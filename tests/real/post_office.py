"""A mail server on loopback that keeps what it receives."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType


class _Counter(socketserver.StreamRequestHandler):
    """Enough of SMTP (RFC 5321) for one message per connection."""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.keep()
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 ok")

    def keep(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.letters.append(message)  # type: ignore[attr-defined]

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class PostOffice:
    """`with PostOffice() as office:` … `office.letters`, `office.url`."""

    def __init__(self) -> None:
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Counter)
        self.server.daemon_threads = True
        self.server.letters = []  # type: ignore[attr-defined]

    @property
    def letters(self) -> list[EmailMessage]:
        """What arrived, in order."""
        return self.server.letters  # type: ignore[attr-defined,no-any-return]

    @property
    def url(self) -> str:
        """The address for PALABRE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> PostOffice:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
