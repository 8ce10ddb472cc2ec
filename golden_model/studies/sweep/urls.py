"""URLs of databases: what of them may be seen, and which cannot hold a study."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

from golden_model.network.names import closest

HIDDEN = "***"
_SERVERS = re.compile(r"(\[[^]@]*\]|[^]:,@]*)(:\d*)?(,(\[[^]@]*\]|[^]:,@]*)(:\d*)?)*")
_KINDS = ("postgresql", "mysql", "mariadb", "oracle", "mssql", "sqlite")
_SHORTEST = 3  # characters of a secret; shorter ones are in any text


def shown(url: str) -> str:
    """Return a URL without user information and query, which may hold secrets.

    Where one cannot tell what these are, such as in a password with a question mark, only the kind of
    database is left.
    """
    kind, separator, rest = url.partition("://")
    if not separator:
        return HIDDEN if set(url) & set("@?=") else url
    if kind.startswith("sqlite") and rest.startswith("/"):  # a path, nobody logs in
        return f"{kind}://{rest.partition('?')[0]}"
    login, _, place = rest.rpartition("@")
    place = place.partition("?")[0]
    is_clear = "?" not in login and _SERVERS.fullmatch(place.partition("/")[0])
    return f"{kind}://{place if is_clear else HIDDEN}"


def without_secrets(text: str, url: str) -> str:
    """Return a text with *** for whatever the URL has before its host and in its query, keys included."""
    try:
        secrets = set(_secrets(make_url(url)))
    except (SQLAlchemyError, ValueError):
        return text
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def check_url(url: str) -> None:
    """Raise a ValueError if a URL is none of a database, or of one that only this process would see."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except NoSuchModuleError:
        kind = url.partition("://")[0]
        hint = closest(kind, _KINDS) or f", known are {', '.join(_KINDS)}"
        raise ValueError(f"{shown(url)} cannot be used: unknown kind of database {kind!r}{hint}") from None
    except (SQLAlchemyError, ValueError):
        raise ValueError(f"{shown(url)} is not the URL of a database") from None
    if "@" in (parsed.host or ""):
        raise ValueError(f"{shown(url)} is given with a password that has an @, write %40 for it")
    if parsed.get_backend_name() == "sqlite" and _is_in_memory(parsed):
        raise ValueError(f"{shown(url)} is a database in memory, which ends with its process, name a file")


def _is_in_memory(url: URL) -> bool:
    name = unquote(url.database or "").removeprefix("file:")
    return name in ("", ":memory:") or url.query.get("mode") == "memory" or url.query.get("vfs") == "memdb"


def _secrets(url: URL) -> Iterator[str]:
    """Yield user, password and query, also as drivers read them: in parts, decoded.

    A key may be the rest of a password that has an unescaped &.
    """
    values = [value for listed in url.normalized_query.values() for value in listed]
    for value in [url.username or "", url.password or "", *url.query, *values]:
        for text in (value, unquote_plus(value)):
            yield from (part for part in (text, *re.split(r"[;=&{}\s]+", text)) if len(part) >= _SHORTEST)
