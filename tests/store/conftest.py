"""A database for each test: SQLite always, PostgreSQL where CIMFLOW_TEST_POSTGRES_URL is set."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from cimflow.store.database import session
from cimflow.store.schema.all_tables import metadata

SKIPPED = "CIMFLOW_TEST_POSTGRES_URL is not set: the PostgreSQL half of the store is not tested"
BOTH = [
    pytest.param("sqlite"),
    pytest.param("postgresql", marks=pytest.mark.postgres),
]


@pytest.fixture(scope="session")
def postgres_schema() -> Iterator[Callable[[], str]]:
    """Makes URLs of new, empty schemas; all are dropped at the end."""
    if not os.environ.get("CIMFLOW_TEST_POSTGRES_URL"):
        pytest.skip(SKIPPED)
    url = make_url(os.environ["CIMFLOW_TEST_POSTGRES_URL"]).set(drivername="postgresql+psycopg")
    # Away from this program's own engine: tests of it must not depend on it.
    outside = create_engine(url, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"cimflow_test_{os.getpid()}_{secrets.token_hex(4)}"
        with outside.connect() as conn:
            conn.execute(text(f"CREATE SCHEMA {name}"))
        made.append(name)
        own = url.set(drivername="postgresql").update_query_dict(
            {"options": f"-csearch_path={name}"}
        )
        return own.render_as_string(hide_password=False)

    yield make
    with outside.connect() as conn:
        for name in made:
            conn.execute(text(f"DROP SCHEMA {name} CASCADE"))
    outside.dispose()


@pytest.fixture(scope="session")
def upgraded_schema(postgres_schema: Callable[[], str]) -> str:
    url = postgres_schema()
    engine = session.open_engine(url)
    session.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def upgraded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("upgraded") / "cimflow.db"
    engine = session.open_engine(f"sqlite:///{path}")
    session.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables and no rows."""
    if request.param == "sqlite":
        path = tmp_path / "cimflow.db"
        shutil.copyfile(request.getfixturevalue("upgraded_file"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("upgraded_schema")
    yield url
    engine = session.open_engine(url)
    with engine.begin() as conn:
        conn.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
    engine.dispose()


@pytest.fixture(params=BOTH)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes empty databases of one kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_schema")
    numbers = itertools.count()
    return lambda: f"sqlite:///{tmp_path / f'new{next(numbers)}.db'}"


@pytest.fixture
def open_engine() -> Iterator[Callable[[str], Engine]]:
    """Opens engines that are closed after the test."""
    opened: list[Engine] = []

    def opens(url: str) -> Engine:
        opened.append(session.open_engine(url))
        return opened[-1]

    yield opens
    for engine in opened:
        engine.dispose()


@pytest.fixture
def engine(url: str, open_engine: Callable[[str], Engine]) -> Engine:
    """The database of the test, with all tables and no rows."""
    return open_engine(url)
