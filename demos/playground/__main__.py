"""Serve the playground to this machine.

python -m demos.playground [--port 8080]
"""

from contextlib import suppress
from pathlib import Path

from fastapi import Request
from nicegui import app, run, ui
from nicegui.native import find_open_port

from demos.playground.page import Page
from demos.playground.settings import Settings
from demos.playground.trainer import compiled

HOST = "127.0.0.1"  # nobody else's


@ui.page("/", title="Playground · scalar-autograd")
def playground(request: Request) -> None:
    ui.add_css(Path(__file__).with_name("style.css"))
    try:
        Page(Settings().changed(request.query_params))
    except ValueError as error:
        Page(Settings(), f"This link cannot be opened: {error}. Here is the document's set-up instead.")


def main() -> None:
    port = find_open_port()
    app.on_startup(lambda: print(f"The playground is at http://{HOST}:{port} (Ctrl-C ends it)", flush=True))
    app.on_startup(lambda: run.io_bound(compiled, Settings()))
    with suppress(KeyboardInterrupt):
        ui.run(host=HOST, port=port, reload=False, show=False, show_welcome_message=False, dark=None, language="en-US",
               tailwind=False, message_history_length=0, binding_refresh_interval=None)  # fmt: skip


if __name__ == "__main__":
    main()
