"""The way between two processes, as something that can be cut, slowed down and mended."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 65536
LOOPBACK = "127.0.0.1"


class Proxy:
    """Passes bytes on between a port of its own and another one, in a thread of its own.

    A whole way that is cut gives no answer and no refusal; what was under way is not lost but comes
    when it is mended, as TCP has it.

    Attributes:
        port: where it listens.
        seconds: how long each piece takes on its way.
    """

    def __init__(self, to_port: int, *, host: str = LOOPBACK) -> None:
        """Nothing listens yet.

        Args:
            to_port: where it leads, on this machine.
            host: the address to listen on.
        """
        self.port = 0
        self._host = host
        self.seconds = 0.0
        self._to = (LOOPBACK, to_port)
        self._loop = asyncio.new_event_loop()
        self._open = asyncio.Event()
        self._open.set()
        self._streams: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def cut(self) -> None:
        """Nothing comes through from now on, in either direction."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def mend(self) -> None:
        """What waited comes through, and all that follows."""
        self._loop.call_soon_threadsafe(self._open.set)

    def reset(self) -> None:
        """Break off every connection there is; new ones come through."""
        self._do(self._reset())

    def refuse(self) -> None:
        """Nobody listens any more, and every connection is broken off."""
        self._do(self._refuse())

    def accept(self) -> None:
        """Listen again, on the same port."""
        self._do(self._listen())

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(self, *_error: object) -> None:
        self.mend()
        self.refuse()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connect, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _reset(self) -> None:
        for stream in list(self._streams):
            stream.transport.abort()

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset()

    async def _end(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            await asyncio.wait([task])

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        try:
            await self._open.wait()
            with suppress(OSError, asyncio.CancelledError):
                far_reader, far_writer = await asyncio.open_connection(*self._to)
                self._streams.add(far_writer)
                try:
                    await asyncio.gather(
                        self._pass_on(reader, far_writer), self._pass_on(far_reader, writer)
                    )
                finally:
                    self._streams.discard(far_writer)
                    far_writer.transport.abort()
        finally:
            self._streams.discard(writer)
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(CHUNK):
                if self.seconds:
                    await asyncio.sleep(self.seconds)
                await self._open.wait()
                writer.write(piece)
                await writer.drain()
        writer.transport.abort()


def may_make_networks() -> bool:
    """Whether this process may make network namespaces: root, with iproute2."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    probe = ["unshare", "-n", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@dataclass
class Island:
    """A network namespace, and two cables to this one: one to be cut, and one to look on meanwhile.

    Attributes:
        here: our address on the cable, where servers listen.
        watched: the island's address on the other one, where its processes say how they are.
    """

    name: str
    number: int
    here: str = field(init=False)
    watched: str = field(init=False)

    def __post_init__(self) -> None:
        self.here, self.watched = f"10.213.{self.number}.1", f"10.214.{self.number}.2"

    def command(self, *argv: str) -> list[str]:
        """What runs a program over there."""
        return ["ip", "netns", "exec", self.name, *argv]

    def cut(self) -> None:
        """Pull the cable: packets go nowhere and nobody is told."""
        # The far end: taking down our own would take our address from who listens on it.
        _ip("-n", self.name, "link", "set", "cable", "down")

    def mend(self) -> None:
        """Put the cable back."""
        _ip("-n", self.name, "link", "set", "cable", "up")


@contextmanager
def island() -> Iterator[Island]:
    """A network of its own for some processes, until the end of the block."""
    made = Island(f"oneplan-{os.getpid()}", os.getpid() % 250)
    _ip("netns", "add", made.name)
    try:
        _ip("-n", made.name, "link", "set", "lo", "up")
        for net, name in ((213, "cable"), (214, "wire")):
            near, places = f"op{net}-{made.number}", f"10.{net}.{made.number}"
            _ip("link", "add", near, "type", "veth", "peer", "name", name, "netns", made.name)
            _ip("addr", "add", f"{places}.1/24", "dev", near)
            _ip("link", "set", near, "up")
            _ip("-n", made.name, "addr", "add", f"{places}.2/24", "dev", name)
            _ip("-n", made.name, "link", "set", name, "up")
        yield made
    finally:
        _ip("netns", "del", made.name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
