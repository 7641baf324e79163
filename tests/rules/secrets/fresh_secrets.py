"""Values that nobody saw before, of every kind that is told by its shape: made from a seed, with check digits worked
out here and not by the code under test."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable

_LETTERS = string.ascii_letters + string.digits
_UPPER = string.ascii_uppercase
_HEX = "0123456789abcdef"
Make = Callable[[random.Random], str]


def _some(draw: random.Random, count: int, alphabet: str = _LETTERS) -> str:
    """Random characters, of three classes where the alphabet has them: a run of one letter is no token."""
    classes = [c for c in (string.digits, string.ascii_lowercase, _UPPER) if set(c) & set(alphabet)]
    must = [draw.choice([c for c in one if c in alphabet]) for one in classes]
    text = must + [draw.choice(alphabet) for _ in range(count - len(must))]
    draw.shuffle(text)
    return "".join(text)


def _digits(draw: random.Random, count: int, first: str = string.digits) -> str:
    return draw.choice(first) + "".join(draw.choice(string.digits) for _ in range(count - 1))


def _b64url(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _jwt(draw: random.Random) -> str:
    claims = {"sub": _some(draw, 12), "iat": draw.randrange(1_600_000_000, 1_800_000_000), "jti": _some(draw, 20)}
    return f"{_b64url({'alg': 'RS256', 'typ': 'JWT'})}.{_b64url(claims)}.{_some(draw, 86, _LETTERS + '-_')}"


def _pem(draw: random.Random) -> str:
    kind = draw.choice(["RSA ", "EC ", "", "OPENSSH "])
    body = "\n".join(_some(draw, 64, _LETTERS + "+/") for _ in range(4))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{body}\n-----END {kind}PRIVATE KEY-----"


def _name(draw: random.Random) -> str:
    return draw.choice(["Marta", "Jonas", "Ilse", "Pavel", "Aino", "Tomas", "Noor", "Birgit", "Luc", "Zofia"])


def _family(draw: random.Random) -> str:
    return draw.choice(
        ["Lindqvist", "Novak", "Okafor", "Haddad", "Ferrari", "Zielinski", "Dubois", "Petrov", "Brandt", "Costa"]
    )


def _email(draw: random.Random) -> str:
    local = f"{_name(draw)}.{_family(draw)}{draw.randrange(100)}".lower()
    return f"{local}@{_some(draw, 7, string.ascii_lowercase)}.{draw.choice(['de', 'com', 'co.uk', 'io'])}"


def _luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _card(draw: random.Random) -> str:
    number = _luhn(draw.choice(["4", "51", "55", "2221"]).ljust(4, draw.choice("123456789")) + _digits(draw, 11))
    return " ".join(number[i : i + 4] for i in range(0, 16, 4)) if draw.random() < 0.5 else number


def _amex(draw: random.Random) -> str:
    return _luhn(draw.choice(["34", "37"]) + _digits(draw, 12))


def _iban(draw: random.Random) -> str:
    country, size = draw.choice([("DE", 18), ("FR", 23), ("ES", 20), ("AT", 16), ("CH", 17), ("IT", 0), ("GB", 0)])
    account = _digits(draw, size) if size else ""
    if country == "GB":
        account = _some(draw, 4, _UPPER) + _digits(draw, 14)
    if country == "IT":
        account = draw.choice(_UPPER) + _digits(draw, 22)
    number = "".join(str(int(c, 36)) for c in f"{account}{country}00")
    whole = f"{country}{98 - int(number) % 97:02d}{account}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if draw.random() < 0.3 else whole


def _ssn(draw: random.Random) -> str:
    return (
        f"{draw.choice([*range(100, 666), *range(667, 899)])}-{draw.randrange(10, 99)}-{draw.randrange(1000, 9999)}"
    )


def _nino(draw: random.Random) -> str:
    pair = draw.choice(
        ["AB", "AE", "CE", "EH", "GH", "JK", "KL", "LP", "MN", "NP", "PR", "RS", "ST", "TW", "WX", "YZ"]
    )
    number = _digits(draw, 6)
    return f"{pair} {number[:2]} {number[2:4]} {number[4:]} {draw.choice('ABCD')}"


def _dni(draw: random.Random) -> str:
    number = draw.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _nie(draw: random.Random) -> str:
    lead, number = draw.randrange(3), draw.randrange(1_000_000, 9_999_999)
    return f"{'XYZ'[lead]}{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[(lead * 10_000_000 + number) % 23]}"


def _nir(draw: random.Random) -> str:
    body = f"{draw.choice('12')}{draw.randrange(40, 99)}{draw.randrange(1, 13):02d}{draw.randrange(1, 20):02d}"
    body += f"{draw.randrange(1, 990):03d}{draw.randrange(1, 999):03d}"
    key = 97 - int(body) % 97
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key:02d}"


def _phone(draw: random.Random) -> str:
    return draw.choice(
        [
            f"+49 17{draw.randrange(10)} {_digits(draw, 7, '23456789')}",
            f"+44 7{_digits(draw, 3)} {_digits(draw, 6)}",
            f"+33 6 {' '.join(_digits(draw, 2) for _ in range(4))}",
            f"({draw.randrange(201, 989)}) {draw.randrange(220, 990)}-{_digits(draw, 4)}",
        ]
    )


def _database(draw: random.Random) -> str:
    scheme = draw.choice(["postgres", "postgresql", "mysql", "mongodb", "amqp"])
    return f"{scheme}://svc:{_some(draw, 14)}@db.{_some(draw, 6, string.ascii_lowercase)}.corp:5432/claims"


FRESH: dict[str, Make] = {
    "aws key id": lambda d: d.choice(["AKIA", "ASIA"]) + _some(d, 16, _UPPER + "234567"),
    "github": lambda d: d.choice(["ghp_", "gho_", "ghs_", "ghu_"]) + _some(d, 36),
    "github fine-grained": lambda d: f"github_pat_{_some(d, 22)}_{_some(d, 59)}",
    "gitlab": lambda d: "glpat-" + _some(d, 20),
    "slack": lambda d: f"xoxb-{_digits(d, 12, '123456789')}-{_digits(d, 12, '123456789')}-{_some(d, 24)}",
    "slack webhook": lambda d: (
        f"https://hooks.slack.com/services/T{_some(d, 8, _UPPER + '0123456789')}"
        f"/B{_some(d, 8, _UPPER + '0123456789')}/{_some(d, 24)}"
    ),
    "stripe": lambda d: d.choice(["sk_live_", "rk_live_", "sk_test_"]) + _some(d, 24),
    "openai": lambda d: "sk-proj-" + _some(d, 48, _LETTERS + "-_"),
    "anthropic": lambda d: "sk-ant-api03-" + _some(d, 90, _LETTERS + "-_") + "AA",
    "google api key": lambda d: "AIza" + _some(d, 35, _LETTERS + "-_"),
    "google oauth": lambda d: "ya29." + _some(d, 60, _LETTERS + "-_"),
    "npm": lambda d: "npm_" + _some(d, 36),
    "pypi": lambda d: "pypi-AgEIcHlwaS5vcmc" + _some(d, 90),
    "sendgrid": lambda d: f"SG.{_some(d, 22)}.{_some(d, 43)}",
    "hugging face": lambda d: "hf_" + _some(d, 34),
    "shopify": lambda d: "shpat_" + _some(d, 32, _HEX),
    "databricks": lambda d: "dapi" + _some(d, 32, _HEX),
    "digitalocean": lambda d: "dop_v1_" + _some(d, 64, _HEX),
    "telegram": lambda d: f"{_digits(d, 10, '123456789')}:AA{_some(d, 33)}",
    "jwt": _jwt,
    "private key": _pem,
    "connection string": _database,
    "e-mail": _email,
    "phone": _phone,
    "card": _card,
    "amex": _amex,
    "iban": _iban,
    "us ssn": _ssn,
    "uk nino": _nino,
    "spanish dni": _dni,
    "spanish nie": _nie,
    "french nir": _nir,
}
"""The kind, and what makes one of it."""

HARMLESS: dict[str, Make] = {
    "uuid": lambda d: (
        f"{_some(d, 8, _HEX)}-{_some(d, 4, _HEX)}-4{_some(d, 3, _HEX)}-a{_some(d, 3, _HEX)}-{_some(d, 12, _HEX)}"
    ),
    "git commit": lambda d: _some(d, 40, _HEX),
    "sha-256": lambda d: _some(d, 64, _HEX),
    "image digest": lambda d: "sha256:" + _some(d, 64, _HEX),
    "order number": lambda d: f"ORD-{d.randrange(2020, 2030)}-{_digits(d, 6)}",
    "claim number": lambda d: f"CLM{_digits(d, 7, '123456789')}",
    "version": lambda d: f"{d.randrange(20)}.{d.randrange(40)}.{d.randrange(99)}-rc.{d.randrange(9)}",
    "timestamp": lambda d: (
        f"202{d.randrange(10)}-{d.randrange(1, 13):02d}-{d.randrange(1, 29):02d}"
        f"T{d.randrange(24):02d}:{d.randrange(60):02d}:{d.randrange(60):02d}.{_digits(d, 3)}Z"
    ),
    "epoch": lambda d: str(d.randrange(1_500_000_000, 1_900_000_000)),
    "milliseconds": lambda d: str(d.randrange(1_500_000_000_000, 1_900_000_000_000)),
    "isbn": lambda d: f"978-{d.randrange(10)}-{_digits(d, 2)}-{_digits(d, 6)}-{d.randrange(10)}",
    "amount": lambda d: f"{d.randrange(100000)}.{_digits(d, 2)}",
    "model": lambda d: f"gpt-4.1-mini-202{d.randrange(10)}-{d.randrange(1, 13):02d}-{d.randrange(1, 29):02d}",
    "completion id": lambda d: "chatcmpl-" + _some(d, 29),
    "trace id": lambda d: f"00-{_some(d, 32, _HEX)}-{_some(d, 16, _HEX)}-01",
    "etag": lambda d: f'W/"{_some(d, 16, _HEX)}"',
    "path": lambda d: f"/v{d.randrange(9)}/claims/{d.randrange(99999)}/documents",
    "content type": lambda d: d.choice(["application/json; charset=utf-8", "text/event-stream", "image/png"]),
    "host": lambda d: f"{_some(d, 6, string.ascii_lowercase)}.staging.example",
    "sentence": lambda d: f"The {d.choice(['token', 'password', 'claim'])} policy of {d.randrange(90)} days holds.",
    "coordinates": lambda d: f"{d.randrange(90)}.{_digits(d, 6)},{d.randrange(180)}.{_digits(d, 6)}",
    "currency": lambda d: d.choice(["EUR", "USD", "GBP", "JPY"]),
    "scope": lambda d: d.choice(["read:claims write:claims", "openid profile", "https://api.example/.default"]),
    "ulid": lambda d: "01" + _some(d, 24, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
    "snowflake": lambda d: _digits(d, 18, "123456789"),
}
"""What resembles a secret, or stands where one might, and is none."""
