"""What every response carries, and what no request may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from cimflow.dashboard.web.security_headers import HEADERS, LARGEST_FORM, LARGEST_UPLOAD
from cimflow.monitoring.access import audit_log
from tests.dashboard.conftest import BIRCH, OURS, PEOPLE, PROCESS, Browser

PLACES = [
    ("a page", f"/p/{PROCESS}", 200),
    ("a redirect", "/", 303),
    ("no such page", "/nowhere", 404),
    ("an unknown process", "/p/no-such-process", 404),
    ("a day that is none", f"/p/{PROCESS}?as_of=yesterday", 400),
    ("a file of ours", "/assets/cimflow.css", 200),
    ("a file that is not there", "/assets/nothing.css", 404),
    ("out of the folder", "/assets/../../pyproject.toml", 404),
    ("out of the folder, in disguise", "/assets/..%2f..%2f..%2fpyproject.toml", 404),
]


@pytest.mark.parametrize(("what", "path", "status"), PLACES)
def test_every_answer_carries_the_headers(
    what: str, path: str, status: int, browser: Callable[[str], Browser]
) -> None:
    answer = browser("admin").get(path)
    assert answer.status_code == status, what
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, what
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_pages_are_kept_by_no_cache(browser: Callable[[str], Browser]) -> None:
    assert browser("admin").get(f"/p/{PROCESS}").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8400",
        "",
        "[",
        "localhost@evil.example",
    ],
)
def test_another_host_gets_nothing(host: str, browser: Callable[[str], Browser]) -> None:
    answer = browser("admin").client.get(f"/p/{PROCESS}", headers={"host": host})
    assert answer.status_code == 421
    assert "Elm Crossing" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


@pytest.mark.parametrize("host", ["127.0.0.1:8400", "localhost:8400", "LOCALHOST", "[::1]:8400"])
def test_our_own_names_are_answered(host: str, browser: Callable[[str], Browser]) -> None:
    answer = browser("nobody").client.get("/sign-in", headers={"host": host})
    assert answer.status_code == 200


def test_a_foreign_web_origin_gets_no_permission(browser: Callable[[str], Browser]) -> None:
    answer = browser("admin").client.get(
        f"/p/{PROCESS}", headers={"origin": "https://evil.example"}
    )
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("application/x-www-form-urlencoded", LARGEST_FORM + 1),
        ("multipart/form-data; boundary=x", LARGEST_UPLOAD + 1),
    ],
)
def test_too_much_is_refused_before_it_is_read(
    kind: str, size: int, browser: Callable[[str], Browser]
) -> None:
    answer = browser("admin").client.post(
        "/sign-out", content=b"a" * size, headers={"content-type": kind}
    )
    assert answer.status_code == 413
    assert "Nothing was recorded" in answer.text


FORM = f"/p/{PROCESS}/leas/{BIRCH}/receive/consolidation"
TOO_LARGE = "You can send at most 25 MB at once. Nothing was recorded."


def send_too_much(person: Browser, path: str) -> str:
    answer = person.client.post(
        path,
        content=b"a" * (LARGEST_UPLOAD + 1),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert TOO_LARGE in answer.text
    return answer.text


@pytest.mark.parametrize(
    ("path", "back"),
    [
        (FORM, FORM),
        (f"{FORM}?a=1&b=<2>", f"{FORM}?a=1&amp;b=%3C2%3E"),
        (f"/p/{PROCESS}/go-live", f"/p/{PROCESS}/go-live"),
        (f"/p/{PROCESS}/nowhere", None),
        ("/p/no-such-process/runs", None),
        ("//evil.example/p/x", None),
        ("/sign-in", None),
        ("/sign-out", None),
    ],
)
def test_who_sent_too_much_is_still_signed_in_and_finds_the_form_again(
    path: str, back: str | None, browser: Callable[[str], Browser]
) -> None:
    page = send_too_much(browser("admin"), path)
    assert "Sign out" in page
    assert "/sign-in" not in page
    assert ("Back to the form" in page) is (back is not None)
    assert back is None or f'<a href="{back}">Back to the form</a>' in page
    assert "evil" not in page


@pytest.mark.parametrize("who", ["admin", "lead", "other-admin", "nobody"])
def test_the_log_says_who_sent_too_much(who: str, browser: Callable[[str], Browser]) -> None:
    person = browser(who)
    send_too_much(person, FORM)
    entry = audit_log.entries(person.context, limit=1)[0]
    assert (entry.action, entry.outcome) == ("too-large", "refused")
    assert entry.actor == PEOPLE.get(who, "").lower()
    assert (entry.cds_code, entry.selpa_code) == (BIRCH, OURS)
    assert entry.request == "POST /p/{process_id}/leas/{cds_code}/receive/{activity_id}"


def test_nobody_is_led_to_a_form_that_is_not_theirs(browser: Callable[[str], Browser]) -> None:
    page = send_too_much(browser("nobody"), FORM)
    assert "Sign in" in page
    assert "Back to the form" not in page
    assert "Birch Hollow" not in send_too_much(browser("other-admin"), FORM)


def test_a_page_that_is_not_there_signs_nobody_out(browser: Callable[[str], Browser]) -> None:
    page = browser("admin").get("/nowhere").text
    assert "Sign out" in page
    assert "Back to the home page" in page


def test_too_much_without_saying_how_much_is_refused_too(
    browser: Callable[[str], Browser],
) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(LARGEST_FORM // 65536 + 2):
            yield b"a" * 65536

    answer = browser("admin").client.post(
        "/sign-out",
        content=drip(),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413


def test_a_form_that_was_broken_off_is_no_fault_of_the_program(
    browser: Callable[[str], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    """Back right after a button, before all of the form had come."""
    admin = browser("admin")
    cookies = "; ".join(f"{name}={value}" for name, value in admin.client.cookies.items())
    headers = {
        "host": "127.0.0.1:8400",
        "cookie": cookies,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": "40",
    }
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "server": ("127.0.0.1", 8400),
        "path": FORM,
        "query_string": b"",
        "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
    }
    come = iter(
        [
            {"type": "http.request", "body": b"how=fact", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    told: list[int] = []

    async def receive() -> dict[str, object]:
        return next(come)

    async def send(message: Any) -> None:
        told.append(message.get("status", 0))

    anyio.run(admin.client.app, scope, receive, send)
    assert told[0] == 400
    entry = audit_log.entries(admin.context, limit=1)[0]
    assert (entry.action, entry.actor) == ("broken-off", PEOPLE["admin"].lower())
    assert caplog.records == []


def test_a_page_that_breaks_says_so_without_a_traceback(
    browser: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("cimflow.dashboard.cohort.cohort_page.grid_of", breaks)
    admin = browser("admin")
    admin.client._transport.raise_server_exceptions = False  # as uvicorn, which only logs it
    answer = admin.get(f"/p/{PROCESS}")
    assert answer.status_code == 500
    assert "secret inside" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
