"""RemotePC: the customers' accounts, by the four calls of its reseller API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from tui.config import RemotePCSettings, Secret
from tui.models.clock import Clock
from tui.models.users import Invitation, InviteResult, User, UserDraft
from tui.services.answer import Answer
from tui.services.errors import Unreadable
from tui.services.failures import Peer
from tui.services.http import HttpClient, Timeouts
from tui.services.remotepc.answers import Reply, exact_users_of, explain, invite_results, link_of, reply_of, users_of

LINK_LIMIT: Final = 8192
"""Characters of a sign-in link."""


class RemotePCReader:
    """One reseller's users, to look at; it has no method that changes one.

    Every call may raise Unreachable, Unreadable, ServerFault, Refused and Limited.
    """

    def __init__(
        self,
        settings: RemotePCSettings,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._settings = settings
        peer = Peer("RemotePC", "remotepc", settings.url, settings.ca_file)
        secrets = (settings.api_key,)
        self._http = HttpClient(peer, timeouts=timeouts, transport=transport, secrets=secrets, clock=clock)
        self.trace = self._http.trace

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def list_users(self) -> tuple[User, ...]:
        """Every account ("4. User list"); a row that cannot be read is kept with its problem."""
        answer = await self._send("/list", {})
        exact = exact_users_of(answer)
        if exact is not None:
            return exact
        users = users_of(_succeeded(answer, "list the users"))
        if users is None:
            raise answer.unreadable("without a list of users")
        return users

    async def _post(self, path: str, body: object, doing: str, *, brings_secret: bool = False) -> Reply:
        return _succeeded(await self._send(path, body, brings_secret=brings_secret), doing)

    async def _send(self, path: str, body: object, *, brings_secret: bool = False) -> Answer:
        headers = {"Authorization": Secret(f"Bearer {self._settings.api_key.reveal()}")}
        return await self._http.send("POST", path, headers=headers, body=body, brings_secret=brings_secret)


class RemotePCService(RemotePCReader):
    """The same users with the calls that change something; not built where nothing is to be changed.

    Nothing is tried a second time: where ``may_have_acted`` is true, list the users to see what became of it.
    """

    async def add_user(self, draft: UserDraft) -> None:
        """Make an account ("1. Add user").

        Raises:
            Rejected: the draft is not accepted; ``field`` names the field.
        """
        body = {
            "firstName": draft.first_name,
            "lastName": draft.last_name,
            "invitedUserEmailId": draft.email,
            "password": draft.password,
            "allotedComputers": draft.computers,
            "sendEmailToUser": draft.send_email,
        }
        await self._post("/add", body, "add the user")

    async def invite(self, invitations: Sequence[Invitation]) -> tuple[InviteResult, ...]:
        """Invite addresses by one request ("2. Invite users"); one result for each, in their order."""
        if not invitations:
            return ()
        body = [{"invitedUserEmailId": each.email, "allotedComputers": each.computers} for each in invitations]
        return tuple(invite_results(await self._post("/invite", body, "invite"), invitations))

    async def sign_in_link(self, username: str, password: Secret) -> Secret:
        """A link that signs in whoever opens it, as this user ("3. User sign-in").

        Raises:
            Rejected: not this name and password; ``field`` names the field.
        """
        reply = await self._post("/signin", {"username": username, "password": password}, "sign in", brings_secret=True)
        link = link_of(reply)
        if not self._is_web_address(link.reveal()):
            raise Unreadable("RemotePC answered the sign-in without a link that a browser may open.")
        return link

    def _is_web_address(self, link: str) -> bool:
        """Whether it is what a browser may be given: no file, no script, and not in the clear over a network."""
        if not link.isprintable() or " " in link or len(link) > LINK_LIMIT:
            return False
        try:
            parts = urlsplit(link)
        except ValueError:
            return False
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and self._http.peer.is_loopback)
        )


def _succeeded(answer: Answer, doing: str) -> Reply:
    reply = reply_of(answer)
    if not reply.is_success:
        raise answer.obeyed(explain(reply, doing))
    return reply
