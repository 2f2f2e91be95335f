"""The changes to RemotePC accounts: each is sent once, and what no answer came to is looked up on the list.

There is no idempotency key and no undo, and an account costs money. So nothing here is ever sent a second time by
itself, whatever went wrong: the person is told what is known and decides.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tui.config import Secret
from tui.models.users import (
    EXISTS,
    INVITED,
    LISTED,
    UNKNOWN,
    Added,
    EarlierInvitation,
    Fate,
    Invitation,
    InviteResult,
    User,
    UserDraft,
    account_of,
)
from tui.services.errors import Rejected, ServiceError, Unreachable, describe_error

if TYPE_CHECKING:
    from pathlib import Path

    from tui.config import RemotePCSettings
    from tui.desk.counter import Counter
    from tui.models.invite_run import InviteRun
    from tui.models.user_board import UserBoard
    from tui.services.remotepc import RemotePCService


ONE_DAY: Final = timedelta(days=1)
"""Largest difference expected between the date of RemotePC's server and ours."""


INVITE: Final = "invite"
"""What the audit calls it."""


class Accounts:
    """The commands of the users pane. They raise ServiceError where nothing was changed."""

    def __init__(self, counter: Counter[RemotePCSettings, Any, UserBoard]) -> None:
        self._counter = counter
        self._audit = counter.audit
        self._users = counter.board

    async def add(self, draft: UserDraft) -> Added:
        """Create an account, once; says what became of it.

        Raises:
            Rejected: the draft is not accepted; ``field`` names the field.
        """
        self._counter.allow("users.add")
        service = self._service()
        was_known = self._users.get(draft.email) is not None
        async with self._audit.change("add user", _costs(draft.email, draft.computers)) as change:
            try:
                await service.add_user(draft)
                added = Added(email=draft.email, fate=Fate.CREATED, sentence=f"{draft.email} was created")
            except Unreachable as error:
                if not error.may_have_acted:
                    raise
                if was_known:
                    sentence = f"{error.sentence} {draft.email} was on the list before already."
                    raise Rejected(sentence, field="email") from error
                added = await self._look_up(service, draft.email, error.sentence)
            change.result = added.fate.value
        self._counter.refresh()
        return added

    async def look_up(self, added: Added) -> Added:
        """Look on the list again for an account of which nobody knew."""
        return await self._look_up(self._service(), added.email, "")

    async def invite(self, run: InviteRun) -> None:
        """Send what a run holds, batch after batch, until it is done, stopped, or something goes wrong."""
        try:
            self._counter.allow("users.invite")
            service = self._service()
            while batch := run.next_batch():
                await self._invite(service, run, batch)
        except ServiceError as error:
            run.end(describe_error(error))
        finally:
            if not run.is_over:
                run.end()
            self._counter.refresh()

    async def invited_before(self) -> dict[str, EarlierInvitation]:
        """The addresses, folded, that were invited from this account before, by its audit.

        Raises:
            OSError: the audit cannot be read.
        """
        path = self._audit.path
        return {} if path is None else await asyncio.to_thread(_invited_before, path)

    async def sign_in_link(self, username: str, password: Secret) -> Secret:
        """A link that opens the account for whoever has it."""
        self._counter.allow("users.sign_in")
        service = self._service()
        async with self._audit.change("get sign-in link", username):
            return await service.sign_in_link(username, password)

    def _service(self) -> RemotePCService:
        from tui.services.remotepc import RemotePCService

        return self._counter.service(RemotePCService)

    async def _invite(self, service: RemotePCService, run: InviteRun, batch: tuple[Invitation, ...]) -> None:
        """Send one batch. Raises what went wrong, also where the results of the batch are known all the same."""
        known_before = {account_of(each.email) for each in batch if self._users.get(each.email) is not None}
        failure: Unreachable | None = None
        named = {account_of(each.email): _costs(each.email, each.computers) for each in batch}
        async with self._audit.change(INVITE, *named.values()) as change:
            try:
                results = list(await service.invite(batch))
            except Unreachable as error:
                if not error.may_have_acted:
                    raise
                failure = error
                results = [InviteResult(email=each.email, status=UNKNOWN, sentence=error.sentence) for each in batch]
            if any(result.status == UNKNOWN for result in results):
                results = await self._looked_up(service, run, results, known_before)
            for result in results:
                if (name := named.get(account_of(result.email))) is not None:
                    change.results[name] = result.status
        run.take(results)
        if failure is not None:
            raise failure

    async def _looked_up(
        self, service: RemotePCService, run: InviteRun, results: list[InviteResult], known_before: set[str]
    ) -> list[InviteResult]:
        from tui.models.invite_run import after_no_answer  # the first frame does not wait for it

        try:
            await self._fetch(service)
        except ServiceError:
            return results
        listed = {account_of(user.username): LISTED if self._may_be_new(user) else EXISTS for user in self._users}
        answered = [*results, *(result for _, result in run.rows())]
        lists_invited = any(each.status == INVITED and account_of(each.email) in listed for each in answered)
        return after_no_answer(results, known_before, listed, lists_invited=lists_invited)

    async def _look_up(self, service: RemotePCService, email: str, sentence: str) -> Added:
        try:
            await self._fetch(service)
        except ServiceError as error:
            unknown = f"{sentence} Whether {email} was created is unknown: the list could not be fetched either."
            return Added(email=email, fate=Fate.UNKNOWN, sentence=f"{unknown.strip()} {error.sentence}")
        found = self._users.get(email)
        if found is not None and not self._may_be_new(found):
            raise Rejected(f"{sentence} {email} has an account since {found.created}.".strip(), field="email")
        if found is not None:
            after_all = f"no answer came, but the list has it: {email} was created after all"
            return Added(email=email, fate=Fate.CREATED_AFTER_ALL, sentence=after_all)
        not_created = f"{sentence} {email} is not on the list: it was not created."
        return Added(email=email, fate=Fate.NOT_CREATED, sentence=not_created.strip())

    def _may_be_new(self, user: User) -> bool:
        """Whether an account of the list can have come from what was just sent; the list that we had may be old."""
        today = self._counter.clock.now().at.date()
        return user.created is None or today - user.created <= ONE_DAY

    async def _fetch(self, service: RemotePCService) -> None:
        users = await service.list_users()
        self._users.replace(users, self._counter.clock.now())


def _invited_before(path: Path) -> dict[str, EarlierInvitation]:
    from tui.audit import ASKED, last_results

    found: dict[str, EarlierInvitation] = {}
    for on, record in last_results(path, INVITE).items():
        email = account_of(on.partition(" (")[0])
        is_open = record.result == ASKED or record.result.startswith("unknown")
        at = _moment(record.at)
        before = found.get(email)
        if before is None or before.at is None or (at is not None and at >= before.at):
            found[email] = EarlierInvitation(status=UNKNOWN if is_open else record.result, at=at)
    return found


def _moment(at: str) -> datetime | None:
    try:
        return datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError):
        return None


def _costs(email: str, computers: int) -> str:
    """An address with what it costs, for the audit."""
    return f"{email} ({computers} computers)"
