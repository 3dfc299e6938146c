"""Makes wrong things of right ones: values of JSON changed at random places, and bytes of them."""

from collections.abc import Callable
import copy
import json
from random import Random
from typing import Any

# What programs stumble over.
JUNK: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    0.1,
    1e308,
    10**30,
    -(10**400),
    float("nan"),
    float("inf"),
    "",
    " ",
    "nan",
    "Infinity",
    "0",
    "1e9999",
    "-0",
    -0.0,
    "DIRECT_DEBIT",
    "2099-01-01T00:00:00Z",
    "![x](https://example.com/x.png)",
    "x" * 3000,
    "\x00",
    "💷",
    "<b>",
    "{product}",
    "../..",
    "2026-11-24",
    "2026-11-24T12:00:00",
    "2026-11-24T12:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "24:00:00",
    "07:00:00",
    "99:99",
    "AGILE-24-10-01",
    "agile-24-10-01",
    "E-1R-AGILE-24-10-01-C",
    "_C",
    "_Z",
    "IMPORT",
    "EH1 1YZ",
    "https://api.octopus.energy/v1/products/",
    "https://example.com/",
    [],
    {},
    [[]],
    [{}],
    {"": None},
]

type Path = list[Any]


def junk(rng: Random) -> Any:
    """Return something that is rarely right."""
    return copy.deepcopy(rng.choice(JUNK))


def _paths(value: Any, path: Path | None = None) -> list[Path]:
    """Return where there is something inside a value."""
    path = path or []
    found = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += _paths(each, [*path, key])
    elif isinstance(value, list):
        # The first and last few stand for all.
        for index in {*range(min(3, len(value))), *range(max(0, len(value) - 2), len(value))}:
            found += _paths(value[index], [*path, index])
    return found


def _nudged(rng: Random, value: Any) -> Any:
    """Return something close to a value."""
    if isinstance(value, bool) or value is None:
        return junk(rng)
    if isinstance(value, int | float):
        return rng.choice([-value, value + 1, value * 10**6, value // 3, str(value)])
    if isinstance(value, str) and value:
        at = rng.randrange(len(value))
        return rng.choice([value[:at], value[:at] + rng.choice("0Z:-+ é") + value[at + 1 :], value * 2])
    return junk(rng)


def _change(rng: Random, holder: Any, key: Any) -> None:
    """Change one thing in a dict or a list."""
    others = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    other = rng.choice(others)
    match rng.randrange(6):
        case 0:
            holder[key] = junk(rng)
        case 1:
            del holder[key]
        case 2:
            holder[key], holder[other] = holder[other], holder[key]
        case 3 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[other]))
        case 4:
            holder[key] = {"nested": [holder[key]]}
        case _:
            holder[key] = _nudged(rng, holder[key])


def mutated(rng: Random, value: Any) -> Any:
    """Return a value with up to four things changed; now and then junk in its place, or itself."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 4])):
        paths = _paths(value)
        if not paths or rng.random() < 0.02:
            return junk(rng)
        *way, key = rng.choice(paths)
        holder = value
        for step in way:
            holder = holder[step]
        _change(rng, holder, key)
    return value


def as_bytes(rng: Random, value: Any) -> bytes:
    """Return a value as a body, whole as a rule, else cut, stained or something else entirely."""
    body = json.dumps(value).encode()
    damage: list[Callable[[], bytes]] = [
        lambda: body[: rng.randrange(len(body) + 1)],
        lambda: body.replace(b'"', rng.choice([b"'", b"", b'"\x00']), rng.randrange(1, 9)),
        lambda: body + rng.choice([body, b",", b"\xff", b" " * 1000]),
        lambda: bytes(rng.randrange(256) for _ in range(rng.randrange(60))),
        lambda: b"[" * rng.choice([1, 2000, 200_000]),
        lambda: b'{"results": ' * rng.choice([1, 1000]) + body,
        lambda: body.replace(b":", rng.choice([b":1e999999,", b":" + b"9" * 5000 + b","]), 1),
        lambda: rng.choice(
            [b"", b"null", b"NaN", b"\xef\xbb\xbf" + body, body.decode().encode("utf-16")]
        ),
    ]
    return rng.choice(damage)() if rng.random() < 0.35 else body
