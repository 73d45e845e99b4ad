"""The browser's cookie: issued here, known again among any others, and never made up."""

import pytest

from pages._ui.session import cookie

STRANGE = [
    "a/b=1",
    'prefs={"theme":"dark","open":[1,2]}',
    "a=b=c",
    "=",
    ";;; ;",
    'q="a;b"',
    "navn=blåbær",
    "\x00\x01=\xff",
    "utover",
    "utover=",
    "utover=.",
    "utover=made-up",
    "utover=made-up.0000",
    "utover=æ.ø",
    "xutover=1",
]


@pytest.mark.parametrize("other", STRANGE)
def test_other_cookies_neither_hide_ours_nor_fail(other: str) -> None:
    own = f"{cookie.NAME}={cookie.issued()}"
    key = cookie.known([own])
    assert key
    for headers in ([f"{other}; {own}"], [f"{own};{other}"], [f"{other};{own}; {other}"], [other, own]):
        assert cookie.known(headers) == key
        assert cookie.new_cookie(headers, secure=False) is None


@pytest.mark.parametrize("other", STRANGE)
def test_a_cookie_that_was_not_issued_here_is_none(other: str) -> None:
    assert cookie.known([other]) is None
    assert cookie.new_cookie([other], secure=False)


def test_a_changed_key_does_not_fit_its_signature() -> None:
    key, _, signature = cookie.issued().partition(".")
    assert cookie.known([f"{cookie.NAME}={key}.{signature}"]) == key
    assert cookie.known([f"{cookie.NAME}={key}x.{signature}"]) is None
    assert cookie.known([f"{cookie.NAME}={key}.{signature[:-1]}"]) is None
    assert cookie.known([]) is None


def test_each_browser_gets_its_own_and_no_script_can_read_it() -> None:
    given = cookie.new_cookie([], secure=True)
    assert given and "HttpOnly" in given and "SameSite=Strict" in given and given.endswith("Secure")
    assert cookie.new_cookie([], secure=False) not in (given, None)
