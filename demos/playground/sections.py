"""What all parts of the page are made with."""

from nicegui import ui


def section(title: str, name: str) -> ui.element:
    """A part of the page, under a title."""
    made = ui.element("section")
    made.classes(name)
    with made:
        ui.html(title, tag="h2", sanitize=False)
    return made


def line() -> ui.element:
    """A row of controls, in as many lines as they need."""
    made = ui.element("div")
    made.classes("line")
    return made
