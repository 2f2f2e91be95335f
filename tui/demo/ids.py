"""The ids that a sloppy server gives to its sessions."""

import base64
import uuid

from tui.demo.sloppiness import Form


def new_id(form: Form) -> str:
    """An id as one scheme or another makes it: GUIDs in .NET's formats, numbers, base64.

    None has a slash: many web servers refuse it within a path, however it is escaped.
    """
    guid = uuid.UUID(int=form.rng.getrandbits(128))
    if form.has("ids in braces"):
        first, second, third = (f"0x{each:x}" for each in guid.fields[:3])
        rest = ",".join(f"0x{each:02x}" for each in guid.bytes[8:])
        return str(form.one_of(f"{{{guid}}}", f"{{{first},{second},{third},{{{rest}}}}}", f"<{guid}>", f"{guid} 1"))
    if not form.has("ids of every look"):
        return guid.hex
    encoded = base64.b64encode(guid.bytes).decode().replace("/", "+")
    return str(
        form.one_of(
            str(guid),
            str(guid).upper(),
            f"({guid})",
            form.rng.randrange(10**9, 10**15),
            encoded,
            base64.urlsafe_b64encode(guid.bytes).decode(),
            f"{guid.hex[:8]}.{guid.hex[8:20]}~{guid.hex[20:]}",
        )
    )
