"""The playground's server, for this machine alone: python -m demos.playground."""

from contextlib import suppress
from pathlib import Path

from fastapi import Request
from nicegui import app, run, ui
from nicegui.native import find_open_port

from demos.playground.page import Page
from demos.playground.settings import Settings
from demos.playground.trainer import Trainer

HOST = "127.0.0.1"


@ui.page("/", title="Playground · scalar-autograd")
def playground(request: Request) -> None:
    ui.add_css(Path(__file__).with_name("style.css"))
    try:
        Page(Settings().changed(request.query_params))
    except ValueError as error:
        instead = "Here is the document's set-up instead."
        Page(Settings()).message.text = f"This link cannot be opened: {error}. {instead}"


def main() -> None:
    port = find_open_port()
    address = f"http://{HOST}:{port}"
    told = f"The playground is at {address} (Ctrl-C ends it)"
    app.on_startup(lambda: print(told, flush=True))
    # The document's network is compiled before it is asked for.
    app.on_startup(lambda: run.io_bound(Trainer(Settings()).advance))
    with suppress(KeyboardInterrupt):
        ui.run(
            host=HOST,
            port=port,
            reload=False,
            show=False,
            show_welcome_message=False,
            dark=None,
            language="en-US",
            tailwind=False,
            message_history_length=0,
            reconnect_timeout=30.0,
            binding_refresh_interval=None,
        )


if __name__ == "__main__":
    main()
