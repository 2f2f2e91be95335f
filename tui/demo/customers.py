"""Who calls and who helps: organisations and places, role names and documentation addresses, never a person."""

import random
import unicodedata

from msgspec import Struct

ORGANISATIONS = (
    "Harbour Dental",
    "Çağrı Lojistik",
    "İstanbul Şubesi",
    "Nordlicht GmbH",
    "東京支店",
    "Riverside Clinic",
    "Oak Street Books",
    "Ege Tarım A.Ş.",
    "Bakkerij De Molen",
    "Północ Serwis",
    "Summit Outdoor",
    "Ankara Merkez",
    "Lakeview School",
    "Café du Port",
    "Maple & Pine Law",
    "Kuzey Yapı",
    "Quarry Lane Vets",
    "Öresund Frakt",
    "Bluebird Travel",
    "서울 지점",
    "Granite Insurance",
    "Zeytin Gıda",
    "Old Mill Hotel",
    "Αθήνα Υποκατάστημα",
    "Copper Kettle Catering",
    "Ilgaz Orman Ürünleri",
    "Westgate Pharmacy",
    "Fjordheim Fisk",
    "Lantern Theatre",
    "Doğu Anadolu Bölge",
    "Prairie Feed Co.",
    "Saint-Malo Marine",
)
PLACES = ("Reception", "Warehouse", "Till 1", "Till 2", "Back office", "Accounts", "Workshop", "Front desk")
TECHNICIANS = ("desk1", "desk2", "tech-north", "tech-south", "nöbetçi", "night-shift")
WORKGROUPS = ("Support", "Billing", "Rollout")
AREAS = ("202", "303", "312", "415", "503", "617", "718", "919")
NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
DOMAINS = ("example.com", "example.org", "example.net")

EXPLANATIONS = (
    "Printer driver reinstalled",
    "Mailbox full, archived the old folders",
    "Yazıcı kuyruğu temizlendi",
    "VPN profile renewed",
    "Till 2 would not print receipts: cable",
    "Update looked at, nothing to do",
    "Şifre sıfırlandı, kullanıcı bilgilendirildi",
    "Backup checked after the power cut",
    "Second screen set up",
    "Called back, will be continued tomorrow",
)


class Customer(Struct, frozen=True):
    """One customer, with the telephone and the machine it is known by."""

    name: str
    number: str
    address: str
    local_address: str
    device: str
    alpemix_id: str
    email: str


def customers(rng: random.Random) -> list[Customer]:
    """The customers of a desk; the same rng, the same customers."""
    return [_customer(rng, name) for name in ORGANISATIONS]


def email_of(name: str, place: int, domain: str) -> str:
    """An address for an organisation's account, in plain letters."""
    plain = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("ø", "o").replace("ł", "l"))
    words = "".join(
        each if each.isascii() and each.isalnum() else " " for each in plain.lower() if not unicodedata.combining(each)
    ).split()
    stem = "-".join(words) or f"branch-{ORGANISATIONS.index(name) if name in ORGANISATIONS else 0}"
    return f"{stem}@{domain}" if place == 0 else f"{stem}.{place}@{domain}"


def _customer(rng: random.Random, name: str) -> Customer:
    return Customer(
        name=name,
        number=f"{rng.choice(AREAS)}555{rng.randrange(100, 200):04d}",
        address=f"{rng.choice(NETWORKS)}.{rng.randrange(1, 255)}",
        local_address=f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}",
        device=f"{rng.getrandbits(48):012X}",
        alpemix_id=f"{rng.randrange(10**8, 10**9)}",
        email=email_of(name, 0, rng.choice(DOMAINS)),
    )
