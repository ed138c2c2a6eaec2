"""What one tab of the playground shows, and what happens when a person acts on it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from math import hypot, isfinite
from urllib.parse import urlencode

from nicegui import run, ui

from demos.playground.charts import Course, Fit
from demos.playground.controls import Controls
from demos.playground.inside import Inside
from demos.playground.network import Network
from demos.playground.settings import POINTS, Settings
from demos.playground.trainer import Trainer

PERIOD = 0.07  # seconds from picture to picture
SHARE = 0.045  # and in them of training, by all tabs
PICTURES_A_LINK = 14  # while playing

SUBTITLE = "Train a small network, stop, and look inside the gradient of any sample."
NO_POINTS = "There are no points to learn from: click into the fit to add some."
DIVERGED = "Training diverged, and was stopped. Lower the learning rate, then Reset."
FIRST = {"weights": "", "step": "0"}  # what a reset goes back to

PLAYING: set["Page"] = set()


class Page:
    """What one tab shows. It trains while it is open and plays."""

    def __init__(self, settings: Settings) -> None:
        trainer = Trainer(settings)
        ui.colors(primary="#2B5FB8")
        ui.html(f"<h1>Playground</h1>{SUBTITLE}", sanitize=False)
        self._add_buttons()
        with ui.element("div").classes("board"):
            self.controls = Controls(self.change)
            self.network = Network(self.show)
            self.fit = Fit(self.clicked)
            self.course = Course()
            self.inside = Inside(self.controls, self.look_inside)
        self.use(trainer)
        ui.timer(PERIOD, self.tick)
        ui.context.client.on_disconnect(self.stop)

    def _add_buttons(self) -> None:
        with ui.element("nav"):
            self.play = ui.button("Play", on_click=self.play_or_pause)
            ui.button("One batch", on_click=lambda: self.once(self.trainer.advance))
            ui.button("One sample", on_click=lambda: self.once(self.trainer.learn))
            ui.button("Reset", on_click=lambda: self.change(FIRST))
            self.status = ui.label()
            self.message = ui.label().classes("message").props("role=alert")

    @property
    def is_playing(self) -> bool:
        return self in PLAYING

    def stop(self) -> None:
        PLAYING.discard(self)

    def use(self, trainer: Trainer) -> None:
        """Show another trainer from here on."""
        self.trainer = trainer
        self.pictures = 0
        self.controls.use(trainer)
        self.network.use(trainer)
        self.fit.use(trainer)
        self.inside.clear()
        self.message.text = ""
        if not trainer.samples:
            self.stop()
            self.message.text = NO_POINTS
        self.show()

    async def change(self, texts: Mapping[str, str]) -> None:
        """Go on with other settings, or say what is wrong with them."""
        try:
            new = Trainer(self.trainer.now().changed(texts))
        except ValueError as error:
            self.message.text = f"Not changed: {error}"
            return
        if new.settings.weights:
            new.history = self.trainer.history
        self.use(new)
        if self.is_playing:
            await self.compile()

    def clicked(self, x: float, y: float) -> Awaitable[None]:
        """Add a point where the fit was clicked, or pick the sample nearest to that."""
        if self.trainer.settings.data == POINTS:
            points = self.trainer.now().texts()[POINTS]
            return self.change({POINTS: f"{points},{x:.3f},{y:.3f}"})
        samples = self.trainer.samples
        far = [hypot(x - sample.x, y - sample.y) for sample in samples]
        nearest = far.index(min(far))
        return self.change({"sample": f"{nearest + 1}"})

    async def play_or_pause(self) -> None:
        """Begin to train, if there is something to learn, or stop."""
        if self.is_playing or not self.trainer.samples:
            self.stop()
        else:
            PLAYING.add(self)
        self.show()
        if self.is_playing:
            await self.compile()

    async def once(self, step: Callable[[], None]) -> None:
        """Pause, and take one step if there is something to learn."""
        self.stop()
        if self.trainer.samples and await self.compile():
            self.take(step)

    async def compile(self) -> bool:
        """Have the network's machine code made, if it is not, in another thread.

        False if all has changed meanwhile.
        """
        trainer = self.trainer
        self.message.text = ""
        self.status.text = "compiling …"
        same = Trainer(replace(trainer.settings, weights=()))
        await run.io_bound(same.advance)
        trainer.compiled = True
        return trainer is self.trainer and self.play.client.has_socket_connection

    def tick(self) -> None:
        """Train for a share of the time, while playing."""
        if self.is_playing and self.trainer.compiled:
            seconds = SHARE / len(PLAYING)
            self.take(partial(self.trainer.advance, seconds))

    def take(self, step: Callable[[], None]) -> None:
        """Take a step, and show where it led; or say that training diverged, and stop."""
        try:
            step()
        except FloatingPointError as error:
            self.stop()
            self.message.text = f"{DIVERGED} ({error})"
        self.show()

    def show(self) -> None:
        """Bring pictures and numbers up to date.

        What is inside a sample follows when paused; the address also now and then while playing.
        """
        trainer = self.trainer
        curves = trainer.curves()
        r_squared = trainer.measure()
        self.network.show(curves, self.is_playing)
        self.fit.show(trainer, curves)
        self.course.show(trainer)
        self.status.text = self._status(r_squared)
        self.play.text = "Pause" if self.is_playing else "Play"
        if not self.is_playing or self.pictures % PICTURES_A_LINK == 0:
            self._show_link()
        self.pictures += 1
        self.look_inside()

    def _status(self, r_squared: list[float]) -> str:
        """The numbers beside the buttons: those that are known."""
        now = self.trainer.history[-1]
        numbers = {
            "loss": now[1],
            "loss held out": now[2],
            "R²": r_squared[0],
            "R² held out": r_squared[1],
        }
        told = [f"step {self.trainer.step:,}"]
        for name, number in numbers.items():
            if isfinite(number):
                told.append(f"{name} {number:.3g}")
        if self.is_playing:
            told.append(f"{self.trainer.speed:,.0f} samples/s")
        return " · ".join(told)

    def _show_link(self) -> None:
        texts = self.trainer.now().texts()
        link = {name: text for name, text in texts.items() if text}
        query = urlencode(link, safe=",|")
        ui.navigate.history.replace(f"/?{query}")

    def look_inside(self) -> None:
        """When paused, show what is inside the picked sample, if there is one."""
        if not self.is_playing and self.trainer.samples:
            self.inside.show(self.trainer)
