"""Where something of AltiGen is that the guide leaves open, or contradicts itself on: a path with places to fill in."""

from urllib.parse import parse_qsl

from starlette.requests import HTTPConnection


class Template:
    """A path such as `/sessions/{session}/record?callHandle={call}`, as a route and as the place of each value."""

    def __init__(self, template: str) -> None:
        self.path, _, query = template.partition("?")
        self._query = parse_qsl(query)

    def holds(self, name: str) -> bool:
        """Whether its path or its query has a place of this name."""
        return f"{{{name}}}" in self.path or bool(self._keys(name))

    def value(self, name: str, asked: HTTPConnection) -> str:
        """What a request or a handshake has in this place, empty when it has nothing there."""
        if name in asked.path_params:
            return str(asked.path_params[name])
        return next((asked.query_params[key] for key in self._keys(name) if key in asked.query_params), "")

    def _keys(self, name: str) -> list[str]:
        return [key for key, value in self._query if value == f"{{{name}}}"]
