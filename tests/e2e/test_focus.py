"""Where the keyboard is can be seen: a ring of 3 px that reaches 3:1 against what is on either side, as it is drawn."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.e2e.conftest import NewVisitor
from tests.e2e.visitor import Visitor

WIDTH, LEAST, ROOM = 3, 3.0, 9
"""Pixels of the ring, its contrast, and the pixels looked at outside and inside an edge."""

RINGED = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const kind = at.dataset.testid ?? at.getAttribute('role') ?? at.tagName;
    let ringed = at;
    while (ringed && getComputedStyle(ringed).outlineStyle === 'none') ringed = ringed.parentElement;
    const box = (ringed ?? at).getBoundingClientRect();
    return [kind, box.left, box.top, box.right, box.bottom];
}"""
"""What kind of thing has the keyboard's focus, and the box that its ring goes around."""

KINDS = {
    "stSkipToContent", "stSidebarNavLink", "radio", "SUMMARY", "combobox", "stTextInputField", "switch",
    "stBaseButton-elementToolbar", "stBaseButton-secondary", "stPopoverButton", "stPageLink-NavLink", "BUTTON",
}  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_around_what_has_the_focus_is_seen(new_visitor: NewVisitor, theme: str) -> None:
    visitor = new_visitor(color_scheme=theme)
    faint: dict[tuple[str, str], list[str]] = {}
    seen: set[str] = set()
    for name in ("advice", "charges", "upload", "simulate"):
        visitor.open(name)
        for kind, box in _reached(visitor, seen):
            seen.add(kind)
            # What a tool is for may be written over one side.
            if len(missing := _sides_without_ring(visitor, box)) > 1:
                faint[name, kind] = missing
    assert faint == {}
    assert seen >= KINDS


def _reached(visitor: Visitor, seen: set[str], most: int = 45) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Kind and box of what Tab reaches, in turn, of the kinds not `seen`."""
    visitor.page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        found = visitor.page.evaluate(RINGED)
        if found and found[0] not in seen:
            # A table's tools slide into their place.
            visitor.page.wait_for_timeout(400)
            kind, *edges = visitor.page.evaluate(RINGED)
            # A table draws its cells, and the ring around one, itself.
            if not kind.startswith("glide-cell"):
                yield kind, tuple(round(edge) for edge in edges)


def _sides_without_ring(visitor: Visitor, box: tuple[int, ...]) -> list[str]:
    """The sides of a box, of those on the screen, on whose middle no ring is drawn."""
    screen = Image.open(io.BytesIO(visitor.page.screenshot())).convert("RGB")
    left, top, right, bottom = box
    across, down = (left + right) // 2, (top + bottom) // 2
    rays = {
        "left": [(left + step, down) for step in range(-ROOM, ROOM)],
        "right": [(right - step, down) for step in range(-ROOM, ROOM)],
        "top": [(across, top + step) for step in range(-ROOM, ROOM)],
        "bottom": [(across, bottom - step) for step in range(-ROOM, ROOM)],
    }
    there = {side: [at for at in ray if _on(screen, at)] for side, ray in rays.items()}
    return [side for side, ray in there.items() if len(ray) > ROOM and not _ring([screen.getpixel(at) for at in ray])]


def _on(screen: Image.Image, at: tuple[int, int]) -> bool:
    return 0 <= at[0] < screen.width and 0 <= at[1] < screen.height


def _ring(colours: list[tuple[int, ...]]) -> bool:
    """Whether pixels in a row have one colour for the ring's width, with enough contrast to those before and after."""
    for first in range(len(colours) - WIDTH - 1):
        inside = colours[first + 1 : first + 1 + WIDTH]
        before, after = colours[first], colours[first + 1 + WIDTH]
        if len(set(inside)) == 1 and min(_contrast(inside[0], before), _contrast(inside[0], after)) >= LEAST:
            return True
    return False


def _contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """As WCAG reckons it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
