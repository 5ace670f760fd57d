"""What goes wrong in a database, as one plain sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from cimflow.store.database.errors import StoreError

BUSY = "the database is busy: another cimflow has held it for more than 10 seconds; try again"
UNREACHABLE = "the database cannot be reached"
NOT_OURS = "the database is not a cimflow database"

# SQLSTATE classes of PostgreSQL, and words of messages; the first that fits counts.
_POSTGRES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("55P03", "40P01", "40001", "25P03"), BUSY),
    (("42P01", "3F000"), NOT_OURS),
    (("42P07",), "another program's table in the database has a name that cimflow needs"),
    (("42501", "25006"), "this user does not have permission to write to the database"),
    (("53100", "53200"), "the database is out of space"),
    (("22",), "a value has characters or a size that the database cannot store"),
)
_SQLITE: tuple[tuple[str, str], ...] = (
    ("locked", BUSY),
    ("unable to open", f"{UNREACHABLE}: its file or folder cannot be opened"),
    ("not a database", NOT_OURS),
    ("no such table", NOT_OURS),
    ("readonly", "the database file is read-only"),
    ("full", "the disk is full: nothing was changed"),
    ("malformed", "the database file is damaged; move it away and restore a backup"),
    ("disk i/o error", "the database file cannot be read or written: the disk reports an error"),
)
_CONNECTING: tuple[tuple[str, str], ...] = (
    ("authentication failed", "the server does not accept the user name or the password"),
    ("no password supplied", "the server requires a password"),
    ("does not exist", "the server has no such database or user"),
    ("refused", "nothing answers at its address"),
    ("resolve", "the name of its server cannot be found"),
    ("name or service", "the name of its server cannot be found"),
    ("timeout", "its server does not answer"),
)


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn a fault of the database into a StoreError; an error of ours stays what it is."""
    try:
        yield
    except exc.DBAPIError as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        raise StoreError(sentence) from error
    except exc.TimeoutError as error:
        raise StoreError(BUSY) from error


def _sentence(error: exc.DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    message = str(error.orig).lower()
    if state is not None:
        for prefixes, sentence in _POSTGRES:
            if state.startswith(prefixes):
                return sentence
    elif type(error.orig).__module__ == "sqlite3":
        for words, sentence in _SQLITE:
            if words in message and not isinstance(error, exc.IntegrityError):
                return sentence
    is_connection = isinstance(error, exc.OperationalError | exc.InterfaceError)
    if not (error.connection_invalidated or is_connection):
        return None
    why = next((f": {sentence}" for words, sentence in _CONNECTING if words in message), "")
    return f"{UNREACHABLE}{why}"
