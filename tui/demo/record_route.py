"""Where the record command of AltiGen is: the guide contradicts itself, so the path is a template."""

from urllib.parse import parse_qsl

from starlette.requests import Request

RECORD_PATH = "/sessions/{session}/record?callHandle={call}"


class RecordRoute:
    """A template with `{session}` and `{call}`, as a route and as the place of the call handle."""

    def __init__(self, template: str) -> None:
        self.path, _, query = template.partition("?")
        self._query_names = [name for name, value in parse_qsl(query) if value == "{call}"]
        if "{session}" not in self.path or not ("{call}" in self.path or self._query_names):
            raise ValueError(f"record_path {template!r} has no {{session}} or no {{call}}")

    def call_of(self, request: Request) -> str:
        """The call handle of a request, empty when it has none."""
        if "call" in request.path_params:
            return str(request.path_params["call"])
        return next((request.query_params[name] for name in self._query_names if name in request.query_params), "")
