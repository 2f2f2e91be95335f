"""One reader over the settings' types that turns files into settings, and all that is wrong into problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Final, TypeGuard, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from tui.config.layers import Layer, flat
from tui.config.problems import InvalidValue, Problem, key_shown, nearest, shown
from tui.config.secret import NO_SECRET, Secret
from tui.config.settings import Settings
from tui.config.value_reader import ValueReader

_BROKEN: Final = object()

_EMPTY: Final = ("", (), NO_SECRET)
"""What may be written only where it is the default."""


_Written = tuple[object, ValueReader]
"""One value, and who reads it: the file it stands in."""


class SettingsReader:
    """One reading of the files, the last of which goes before the others; collects what is wrong in them."""

    def __init__(self, layers: Sequence[Layer], environment: Mapping[str, str]) -> None:
        self._readers = [ValueReader(layer, environment) for layer in layers]
        self._problems: list[Problem] = []
        self._is_team = False
        """Whether a team's store can be read without asking the systems themselves."""

    @property
    def problems(self) -> list[Problem]:
        """What is wrong."""
        return self._problems + [problem for reader in self._readers for problem in reader.problems]

    @property
    def warnings(self) -> list[Problem]:
        """What is no error but should be put right."""
        return [warning for reader in self._readers for warning in reader.warnings]

    def settings(self) -> Settings | None:
        """The settings; None when there are problems."""
        known = {each.name: each.type for each in fields(Settings)}
        for reader in self._readers:
            for name in reader.layer.table:
                if name not in known:
                    self._unknown(reader, name, known, "")
            archive = reader.layer.table.get("archive")
            if isinstance(archive, dict) and "url" in archive:
                self._is_team = bool(archive["url"])
        sections: dict[str, Any] = {}
        for name, kind in known.items():
            readers = [reader for reader in self._readers if name in reader.layer.table]
            if readers:
                struct = struct_of(kind)
                sections[name] = self._keys(readers) if struct is None else self._section(struct, name, readers)
        return None if self.problems else Settings(**sections)

    def _section(self, kind: type[Struct], name: str, readers: Sequence[ValueReader]) -> Any:
        known = {each.name: each for each in fields(kind)}
        written: dict[str, _Written] = {}
        meant: set[str] = set()
        for reader in readers:
            try:
                table = reader.table(name)
            except InvalidValue as invalid:
                self._report(reader, name, invalid)
                return _BROKEN
            for key, raw in table.items():
                if key not in known:
                    meant.add(self._unknown(reader, key, known, name))
                    continue
                written[key] = raw, reader
                # One that another file goes before can be read all the same.
                reader.holds_secret |= isinstance(raw, str) and raw != "" and is_secret(known[key].type)
        values: dict[str, Any] = {}
        for key, each in known.items():
            is_needed = each.required or (key == getattr(kind, "to_ask", "") and not self._is_team)
            if get_origin(each.type) is dict:
                values[key] = self._entries(each, name, readers)
            elif key in written:
                values[key] = self._value(each, *written[key], f"{name}.{key}", is_needed=is_needed)
            elif is_needed and key not in meant:
                self._report(readers[-1], f"{name}.{key}", InvalidValue(f"is missing, and [{name}] needs it"))
                values[key] = _BROKEN
        if meant or _BROKEN in values.values():
            return _BROKEN
        section = kind(**values)
        for keys, message in getattr(section, "contradictions", tuple)():
            self._contradict(name, keys, message, written)
        return section

    def _unknown(self, reader: ValueReader, name: str, known: Mapping[str, object], place: str) -> str:
        """Report a key that nobody knows; gives back the one that was likely meant."""
        likely = nearest(name, known)
        elsewhere = next((f"{section}.{name}" for section in _homes(name)), "")
        suggestion = likely or elsewhere if place else elsewhere or likely
        key = f"{place}.{key_shown(name)}" if place else key_shown(name)
        self._report(reader, key, InvalidValue(f"is not a known {'key' if place else 'section'}", suggestion))
        return likely

    def _value(self, each: FieldInfo, raw: object, reader: ValueReader, key: str, *, is_needed: bool) -> Any:
        try:
            value = reader.value(each.type, raw, key)
            if value in _EMPTY and (is_needed or each.default not in _EMPTY):
                raise InvalidValue("is empty")  # noqa: TRY301
        except InvalidValue as invalid:
            self._report(reader, key, invalid)
            return _BROKEN
        return value

    def _entries(self, each: FieldInfo, section: str, readers: Sequence[ValueReader]) -> Any:
        """A table whose keys people choose. The files are read entry by entry: the last goes before the others."""
        name_type, value_type = get_args(each.type)
        place = f"{section}.{each.name}"
        found: dict[Any, Any] = {}
        is_broken = False
        for reader in readers:
            try:
                entries = reader.entries(section, each.name)
            except InvalidValue as invalid:
                self._report(reader, place, invalid)
                is_broken = True
                continue
            for written, raw in entries.items():
                key = f"{place}.{key_shown(written)}"
                try:
                    name, value = reader.value(name_type, written, key), reader.value(value_type, raw, key)
                    if not (name and value):
                        raise InvalidValue("is empty" if name else "has nothing before the =")  # noqa: TRY301
                    found[name] = value
                except InvalidValue as invalid:
                    self._report(reader, key, invalid)
                    is_broken = True
        return _BROKEN if is_broken else found

    def _keys(self, readers: Sequence[ValueReader]) -> Any:
        """``[keys]``: the keys of each action."""
        found: dict[str, str] = {}
        is_broken = False
        for reader in readers:
            try:
                table = reader.table("keys")
            except InvalidValue as invalid:
                self._report(reader, "keys", invalid)
                return _BROKEN
            for names, raw in flat(table):
                try:
                    found[".".join(names)] = reader.keys_of_action(raw)
                except InvalidValue as invalid:
                    self._report(reader, ".".join(("keys", *map(key_shown, names))), invalid)
                    is_broken = True
        return _BROKEN if is_broken else found

    def _contradict(self, name: str, keys: Sequence[str], message: str, written: Mapping[str, _Written]) -> None:
        """Report what is wrong together, at the first key; where the others stand elsewhere, this is said, too."""
        first, *others = (key for key in keys if key in written)  # one is: the defaults are right together
        reader = written[first][1]
        elsewhere = {key: written[key][1].layer.file for key in others if written[key][1] is not reader}
        said = "".join(f" ({key} stands in {shown(str(file))})" for key, file in elsewhere.items())
        self._report(reader, f"{name}.{keys[0]}", InvalidValue(message + said))

    def _report(self, reader: ValueReader, key: str, invalid: InvalidValue) -> None:
        self._problems.append(Problem(reader.layer.file, key, invalid.message, invalid.suggestion))


def struct_of(kind: Any) -> type[Struct] | None:
    """The settings of a section, which may be switched off; None for one without a fixed set of keys."""
    options = get_args(kind) if get_origin(kind) is UnionType else (kind,)
    return next(filter(_is_struct, options), None)


def _is_struct(kind: Any) -> TypeGuard[type[Struct]]:
    return isinstance(kind, type) and issubclass(kind, Struct)


def is_secret(kind: Any) -> bool:
    """Whether values of this type are not to be seen."""
    return (get_args(kind)[0] if get_origin(kind) is Annotated else kind) is Secret


def _homes(name: str) -> list[str]:
    """The sections that know a key of this name."""
    kinds = {each.name: struct_of(each.type) for each in fields(Settings)}
    return [section for section, kind in kinds.items() if kind and name in {each.name for each in fields(kind)}]
