"""A network that has read the names of the chemical elements makes up new ones.

    python demos/names.py [--epochs 30]

It is told the last three letters, and gives each letter a chance to be the next. Letters are
points in space that it places itself, an `Embedding`; a name ends at a full stop.
"""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Any

from autograd import MLP, Adam, Embedding, Module, Value, cross_entropy, fit, softmax
from autograd.nn import Fit
from autograd.writing import escape_what_cannot_be_printed

ELEMENTS = """
    hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium
    aluminium silicon phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium
    chromium manganese iron cobalt nickel copper zinc gallium germanium arsenic selenium bromine
    krypton rubidium strontium yttrium zirconium niobium molybdenum technetium ruthenium rhodium
    palladium silver cadmium indium tin antimony tellurium iodine xenon caesium barium lanthanum
    cerium praseodymium neodymium promethium samarium europium gadolinium terbium dysprosium holmium
    erbium thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold
    mercury thallium lead bismuth polonium astatine radon francium radium actinium thorium
    protactinium uranium neptunium plutonium americium curium berkelium californium einsteinium
    fermium mendelevium nobelium lawrencium rutherfordium dubnium seaborgium bohrium hassium
    meitnerium darmstadtium roentgenium copernicium nihonium flerovium moscovium livermorium
    tennessine oganesson
""".split()
LETTERS = ".abcdefghijklmnopqrstuvwxyz"
LONGEST = 20  # of a name, as nothing else makes it end

Samples = tuple[list[list[int]], list[int]]  # three letters each, and the next; by their places


class NextLetter(Module):
    """A score for each letter to come next: letters → points → hidden layer → scores."""

    def __init__(self, width: int = 3, hidden: int = 24, seed: int = 0) -> None:
        self.letters = Embedding(len(LETTERS), width, seed=seed)
        self.net = MLP(3 * width, [hidden, len(LETTERS)], activation="tanh", seed=seed)

    def __call__(self, context: Sequence[int | Value]) -> Any:  # a list of Values
        points = self.letters(context)
        return self.net([number for point in points for number in point])


def samples(names: Sequence[str]) -> Samples:
    """What comes after what: of `tin` that is ... → t, ..t → i, .ti → n, tin → the end."""
    words = [[LETTERS.index(letter) for letter in "..." + name + "."] for name in names]
    contexts = [word[i - 3 : i] for word in words for i in range(3, len(word))]
    return contexts, [letter for word in words for letter in word[3:]]


def mean_loss(model: NextLetter, letters: Samples) -> float:
    """What the next letter costs on average: −log of the chance that it was given."""
    losses = [cross_entropy(model(x), y).data for x, y in zip(*letters, strict=True)]
    return sum(losses) / len(losses)


def loss_by_pairs(seen: Samples, letters: Samples) -> float:
    """The same by counting in `seen` which letter follows which, each once more than it does."""
    counts = Counter((x[-1], y) for x, y in zip(*seen, strict=True))
    firsts = Counter(x[-1] for x in seen[0])
    pairs = [(x[-1], y) for x, y in zip(*letters, strict=True)]
    chances = [(counts[a, b] + 1) / (firsts[a] + len(LETTERS)) for a, b in pairs]
    return -sum(map(log, chances)) / len(chances)


def train(model: NextLetter, seen: Samples, others: Samples, epochs: int, **how: Any) -> Fit:
    """Without the decay it learns the names by heart, and the others get worse."""
    rule = Adam(0.01, weight_decay=0.003)
    return fit(
        model, *seen, loss=cross_entropy, optimizer=rule, epochs=epochs, validation=others, **how
    )


def name(model: NextLetter, rng: random.Random) -> str:
    """A name letter by letter, each drawn by its chance after the last three."""
    places = [0, 0, 0]
    while len(places) < LONGEST:
        chances = [chance.data for chance in softmax(model(places[-3:]))]
        places += rng.choices(range(len(LETTERS)), chances)
        if places[-1] == 0:
            break
    return "".join(LETTERS[place] for place in places).strip(".")


def told(when: str, model: NextLetter, others: Samples) -> str:
    """The loss on names that it has not read, and ten that it makes up."""
    rng = random.Random(2)
    made = [name(model, rng) for _ in range(10)]
    new = sum(word not in ELEMENTS for word in made)
    return f"{mean_loss(model, others):.2f} {when}; {new} of its names are new: {' '.join(made)}"


def main(arguments: list[str] | None = None) -> Fit:
    escape_what_cannot_be_printed()
    parser = argparse.ArgumentParser(description="Make up names of chemical elements.")
    parser.add_argument("--epochs", type=int, default=30)
    epochs = parser.parse_args(arguments).epochs
    names = random.Random(0).sample(ELEMENTS, len(ELEMENTS))
    seen, others = samples(names[:100]), samples(names[100:])
    model = NextLetter()
    print("mean loss of a letter in 18 names that it has not read, and ten names that it makes up")
    print(f"{log(len(LETTERS)):.2f} all letters alike")
    print(f"{loss_by_pairs(seen, others):.2f} by counts of pairs of letters")
    print(told("before", model, others))
    run = train(model, seen, others, epochs)
    print(told(f"after {epochs} epochs, {run.seconds:.1f} s by {run.engine}", model, others))
    return run


if __name__ == "__main__":
    main()
