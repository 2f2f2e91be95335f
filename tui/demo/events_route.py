"""Where the event channel of AltiGen is: the guide does not say it, so the path is a template."""

from urllib.parse import parse_qsl

from starlette.websockets import WebSocket


class EventsRoute:
    """A template that may hold `{session}` in its path or in its query, and finds it again in a handshake."""

    def __init__(self, template: str) -> None:
        self.path, _, query = template.partition("?")
        self._query_names = [name for name, value in parse_qsl(query) if value == "{session}"] or ["sessionId"]

    def session_of(self, websocket: WebSocket) -> str:
        """The session that the address names, empty when it names none."""
        if "session" in websocket.path_params:
            return str(websocket.path_params["session"])
        given = websocket.query_params
        return next((given[name] for name in self._query_names if name in given), "")
