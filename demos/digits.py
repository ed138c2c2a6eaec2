"""A network learns to read handwritten digits, and is asked about some it has never seen.

    python demos/digits.py [--epochs 30] [--engine auto] [--out build/digits.png]

The digits are scikit-learn's own, 1,797 images of 8 × 8 pixels. A 64-32-10 network is trained on
1,200 of them by Adam, under the cross-entropy of its ten scores. 200 say after each epoch how it
does on others; the last 397 are kept for the end.
"""

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from autograd import MLP, Adam, cross_entropy, fit
from autograd.extras import brought_by
from autograd.nn import Fit
from autograd.writing import escape_what_cannot_be_printed

with brought_by("plot"):
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
with brought_by("digits"):
    from sklearn.datasets import load_digits

SIDE = 8  # pixels of an image
HIDDEN = 32
TRAINED = 1200
VALIDATED = 200
BATCH = 20
SHOWN = 60  # of the digits that are read well
RIGHT = "#2166ac"
WRONG = "#b2182b"


class Digits(NamedTuple):
    """Images as 64 numbers from 0, paper, to 1, ink; and what they show."""

    images: list[list[float]]
    labels: list[int]


def digits(seed: int = 0) -> tuple[Digits, Digits, Digits]:
    """Those to train on, those to validate on, and those that are kept for the end."""
    data = load_digits()
    images = (data.data / 16.0).tolist()
    labels = data.target.tolist()
    order = list(range(len(labels)))
    random.Random(seed).shuffle(order)  # as they come, a few people's follow one another

    def some(places: Sequence[int]) -> Digits:
        return Digits([images[i] for i in places], [labels[i] for i in places])

    seen = TRAINED + VALIDATED
    return some(order[:TRAINED]), some(order[TRAINED:seen]), some(order[seen:])


def train(net: MLP, trained: Digits, validated: Digits, epochs: int, engine: str) -> Fit:
    """Adam, whose rate falls to 0; the decay takes weights of pixels without ink to 0."""
    steps = epochs * -(-len(trained.labels) // BATCH)
    rule = Adam(lambda step: 0.01 * (1.0 - step / steps), weight_decay=3e-4)
    return fit(
        net,
        *trained,
        loss=cross_entropy,
        optimizer=rule,
        batch_size=BATCH,
        epochs=epochs,
        validation=validated,
        engine=engine,
    )


def read(net: Callable[[Any], Any], images: Iterable[Sequence[float]]) -> list[int]:
    """What the network says each image shows: the digit of the highest score."""
    scores = [[score.data for score in net(image)] for image in images]
    return [row.index(max(row)) for row in scores]


def corner(place: int, columns: int) -> tuple[int, int]:
    """Row and column of the upper left pixel of a tile, which has room for a text below it."""
    row, column = divmod(place, columns)
    return row * (SIDE + 5), column * (SIDE + 2)


def plot_tiles(
    axes: Axes, images: Sequence[Any], texts: Sequence[str], columns: int, **style: Any
) -> None:
    """Images side by side as one, and the text of each below it."""
    rows = max(1, -(-len(images) // columns))
    sheet = np.full((rows * (SIDE + 5), columns * (SIDE + 2)), np.nan)
    color = style.pop("color", "black")
    for place, (image, text) in enumerate(zip(images, texts, strict=True)):
        top, left = corner(place, columns)
        sheet[top : top + SIDE, left : left + SIDE] = np.reshape(image, (SIDE, SIDE))
        axes.text(left + 3.5, top + 9.7, text, color=color, ha="center", va="center")
    axes.imshow(sheet, **style)
    axes.set_anchor("N")
    axes.axis("off")


def plot_digits(axes: Axes, images: Sequence[Any], said: Sequence[str], color: str) -> None:
    plot_tiles(axes, images, said, 12, color=color, cmap="gray_r", vmin=0.0, vmax=1.0)


def plot_weights(axes: Axes, net: MLP) -> None:
    """The weights into each hidden unit as an image, in order of the digit that it speaks for."""
    into = np.array([[w.data for w in row] for row in net.layers[0].W]).T
    out = np.array([[w.data for w in row] for row in net.layers[1].W])
    digit = out.argmax(axis=1)
    order = np.argsort(digit, kind="stable")
    most = np.quantile(np.abs(into), 0.99)
    texts = [f"→ {digit[unit]}" for unit in order]
    plot_tiles(axes, list(into[order]), texts, 8, cmap="RdBu", vmin=-most, vmax=most)
    axes.set_title("weights into each hidden unit (blue +, red −), → what it speaks for")


def plot_confusion(axes: Axes, labels: Sequence[int], said: Sequence[int]) -> None:
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (labels, said), 1)
    axes.imshow(np.eye(10) * counts, cmap="Blues", vmax=2.0 * counts.max())
    for label, digit in zip(*np.nonzero(counts), strict=True):
        is_right = label == digit
        axes.text(
            digit,
            label,
            str(counts[label, digit]),
            color="black" if is_right else WRONG,
            weight="normal" if is_right else "bold",
            ha="center",
            va="center",
        )
    axes.set(title="how often each digit is taken for which", xlabel="said", ylabel="shown")
    axes.set(xticks=range(10), yticks=range(10))


def plot_losses(axes: Axes, run: Fit) -> None:
    epochs = range(1, len(run.losses) + 1)
    axes.semilogy(
        epochs, run.losses, color="black", label=f"{TRAINED:,} digits that it learns from"
    )
    axes.semilogy(epochs, run.validation_losses, color="#ED7D31", label=f"{VALIDATED} others")
    axes.set(title="mean loss of each epoch", xlabel="epoch")
    axes.legend(frameon=False)


def plot(net: MLP, run: Fit, kept: Digits, said: Sequence[int], path: Path) -> None:
    images, labels = kept
    right = [i for i, digit in enumerate(said) if digit == labels[i]][:SHOWN]
    wrong = [i for i, digit in enumerate(said) if digit != labels[i]][:SHOWN]
    figure = Figure(figsize=(13, 9.5), layout="constrained")
    quarters: Any = figure.subfigures(2, 2, wspace=0.02, hspace=0.03)
    lines = (SHOWN // 12, max(1, -(-len(wrong) // 12)))
    well, badly = quarters[0][0].subplots(2, 1, height_ratios=lines)
    plot_digits(well, [images[i] for i in right], [str(said[i]) for i in right], RIGHT)
    well.set_title("digits it has never seen, and what it says")
    answers = [f"{said[i]}, is {labels[i]}" for i in wrong]
    plot_digits(badly, [images[i] for i in wrong], answers, WRONG)
    count = sum(digit != label for digit, label in zip(said, labels, strict=True))
    which = f"all {count}" if count == len(wrong) else f"{len(wrong)} of the {count}"
    badly.set_title(f"{which} of {len(labels)} that it takes for another: said, and shown")
    plot_weights(quarters[0][1].subplots(), net)
    plot_confusion(quarters[1][0].subplots(), labels, said)
    plot_losses(quarters[1][1].subplots(), run)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a network to read handwritten digits.")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--out", type=Path, default=Path("build/digits.png"))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> float:
    escape_what_cannot_be_printed()
    options = parse(arguments)
    trained, validated, kept = digits()
    net = MLP(SIDE * SIDE, [HIDDEN, 10], activation="tanh", seed=0)
    run = train(net, trained, validated, options.epochs, options.engine)
    said = read(net, kept.images)
    hits = [digit == label for digit, label in zip(said, kept.labels, strict=True)]
    share = sum(hits) / len(hits)
    plot(net, run, kept, said, options.out)
    course = f"{options.epochs} epochs took {run.seconds:.1f} s by {run.engine}"
    print(f"{share:.1%} of {len(hits)} fresh digits are read right; {course}; {options.out}")
    return share


if __name__ == "__main__":
    main()
