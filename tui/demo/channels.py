"""The event channel of an AltiGen session: it is bound once, then carries frames until one side leaves."""

import asyncio

from msgspec import Struct, field
from starlette.websockets import WebSocket, WebSocketDisconnect

FRAMES_WAITING_MOST = 20_000
CLOSE_SECONDS = 1.0

Frame = str | bytes


class Session(Struct, eq=False):
    """A licence that is in use."""

    id: str
    channels: set["Channel"] = field(default_factory=set)


class Channel:
    """One bound WebSocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._frames: asyncio.Queue[tuple[Frame, float]] = asyncio.Queue(FRAMES_WAITING_MOST)
        self._gone = asyncio.Event()
        self.client: tuple[str, int] = (websocket.client.host, websocket.client.port) if websocket.client else ("", 0)

    def put(self, frame: Frame, pause: float = 0.0) -> bool:
        """Send it after those that wait and some seconds; false when the other side has stopped reading."""
        try:
            self._frames.put_nowait((frame, pause))
        except asyncio.QueueFull:
            return False
        return True

    async def carry(self) -> None:
        """Send what is put, until the other side leaves."""
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send())
                await self._until_gone()
                sending.cancel()
        finally:
            self._gone.set()

    async def close(self, code: int) -> bool:
        """Close with this code and wait until it is done; false when the other side does not listen."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._websocket.close(code)
                await self._gone.wait()
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return self._gone.is_set()
        return True

    async def gone(self) -> None:
        """Wait until it carries nothing more."""
        await self._gone.wait()

    async def _send(self) -> None:
        try:
            while True:
                frame, pause = await self._frames.get()
                if pause:
                    await asyncio.sleep(pause)
                if isinstance(frame, bytes):
                    await self._websocket.send_bytes(frame)
                else:
                    await self._websocket.send_text(frame)
        except (RuntimeError, WebSocketDisconnect):
            return  # it closed meanwhile; the reading side tells the rest

    async def _until_gone(self) -> None:
        while (await self._websocket.receive())["type"] != "websocket.disconnect":
            pass  # nothing a bound client could say has a meaning
