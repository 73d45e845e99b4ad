"""The view in the address: taken up from a link, written by code, and never set back by a browser that lags."""

from datetime import date

from streamlit.testing.v1 import AppTest


def view() -> None:
    import streamlit as st

    from pages._ui.base import address

    address.receive()
    address.select("Which", ["", "a", "b"], key="v_which", format=lambda code: f"name of {code}")
    address.select("Always", ["x", "y"], key="v_always", always=True)
    address.multiselect("Several", ["a", "b", "c"], key="v_several")
    address.text("Words", key="v_words")
    address.toggle("On", key="v_on")
    held = [address.view().data]
    st.text(" ".join(held))
    st.button("put", on_click=lambda: address.change(data="two"))
    address.send()


def opened(**choices: str | list[str]) -> AppTest:
    app = AppTest.from_function(view)
    for key, told in choices.items():
        app.query_params[key] = told
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> dict[str, str | list[str]]:
    return dict(app.query_params)


def test_what_is_default_stays_out_of_the_address_but_for_what_is_always_told() -> None:
    assert told(opened()) == {"v_always": "x"}


def test_a_link_is_taken_up_whole() -> None:
    app = opened(v_which="b", v_always="y", v_several=["a", "c"], v_words="æøå", v_on="1", data="three")
    assert (app.selectbox[0].value, app.selectbox[1].value, app.multiselect[0].value) == ("b", "y", ["a", "c"])
    assert (app.text_input[0].value, app.toggle[0].value, app.text[0].value) == ("æøå", True, "three")


def test_what_a_link_says_that_there_is_not_falls_back_to_the_default() -> None:
    app = opened(v_which="gone", v_always="gone", v_several=["a", "gone"])
    assert (app.selectbox[0].value, app.selectbox[1].value, app.multiselect[0].value) == ("", "x", ["a"])
    assert told(app) == {"v_always": "x", "v_several": "a"}


def test_a_choice_is_written_by_its_code() -> None:
    app = opened()
    app.selectbox[0].select("b")
    app.toggle[0].set_value(True).run()
    assert told(app) == {"v_which": "b", "v_always": "x", "v_on": "1"}


def test_an_address_that_lags_behind_does_not_undo_a_choice() -> None:
    app = opened(v_which="a")
    app.selectbox[0].select("b").run()
    app.query_params["v_which"] = "a"
    app.toggle[0].set_value(True).run()
    assert app.selectbox[0].value == "b"
    assert told(app)["v_which"] == "b"


def test_a_callback_can_put_a_value() -> None:
    app = opened(data="three")
    app.button[0].click().run()
    assert app.text[0].value == "two"
    assert told(app)["data"] == "two"


def a_day() -> None:
    from datetime import date

    import streamlit as st

    from pages._ui.base import address

    address.receive()
    month = address.select("Month", ["2026-10", "2026-09"], key="v_month")
    first = date.fromisoformat(f"{month}-01")
    st.text(str(address.day("Day", first, key="v_day", between=(date(2015, 1, 1), date(2099, 12, 31)))))
    address.send()


def day_shown(**choices: str) -> AppTest:
    app = AppTest.from_function(a_day)
    for key, value in choices.items():
        app.query_params[key] = value
    return app.run()


def test_a_day_moves_on_with_the_month_until_another_is_chosen_which_is_told() -> None:
    app = day_shown()
    assert (app.text[0].value, told(app)) == ("2026-10-01", {})
    app.selectbox[0].select("2026-09").run()
    assert app.text[0].value == "2026-09-01"
    app.date_input[0].set_value(date(2026, 1, 15)).run()
    app.selectbox[0].select("2026-10").run()
    assert (app.text[0].value, told(app)) == ("2026-01-15", {"v_day": "2026-01-15"})


def test_a_link_brings_its_day_and_one_that_is_none_brings_nothing() -> None:
    assert day_shown(v_day="2025-12-31").text[0].value == "2025-12-31"
    for wrong in ("2025-13-01", "1815-01-01", "x"):
        assert day_shown(v_day=wrong).text[0].value == "2026-10-01"
