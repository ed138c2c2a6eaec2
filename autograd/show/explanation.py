"""Where every gradient comes from: upstream × local derivative, added up over all uses of a Value.

A step tells the gradient of one Value, complete: results come before operands, layer by layer as in
the document, whose formulas (5) to (12) these are for its network. Every formula is that of a row.
"""

from collections.abc import Iterator, Sequence
from os import PathLike, fspath
from typing import TypeAlias

from autograd.core.diagnosis import described
from autograd.core.graph import below, depending_on, document_order, names
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.derivative_graphs import check_unchanged
from autograd.proof.certificate import Enclosure, certify
from autograd.show.cell import in_cell, notebook
from autograd.show.equations import (
    Equation,
    aligned,
    backward_equations,
    columns,
    forward_equation,
    math,
    path_equations,
)
from autograd.show.flows import (
    UNCOUNTED,
    Flow,
    Path,
    Step,
    count_paths,
    flows_by_node,
    gradient,
    largest_paths,
)
from autograd.show.folding import LIMIT
from autograd.show.frames import framed
from autograd.show.matrices import matrix_equation, matrix_name, steps_by_matrix
from autograd.show.spelling import AsciiSpelling, LatexSpelling, MathSpelling, Spelling
from autograd.show.steps.page import check_page_size, page_text
from autograd.writing import can_be_printed, write_whole

__all__ = ["Explanation", "Flow", "Path", "Step", "explain"]

MOST = 100_000  # gradients that are told: a text of 10 MB, which takes seconds to write

Section: TypeAlias = tuple[str, list[Equation]]  # with its title


class Explanation:
    """Where every gradient comes from: how each is computed from those before it.

    `explain` is another name of this class. `print` shows the equations, forward and backward, in
    the order of the document's formulas (5) to (12); a notebook shows them as formulas. No `grad`
    is read or written. The numbers are those recorded; infinities and NaNs are shown too.

    Arguments:

    - `root`: the Value to explain, such as a loss.
    - `leaf`: explains only what reaches this Value, and adds the paths to it from `root`. None, the
      default, explains all gradients.
    - `matrices`: True groups the gradients of a network as dZ2, dW2, dB2, …, by labels such as
      `z2_1`. It is for the loss of one sample through an `MLP`. False by default.
    - `proven`: True says beside each gradient how many of its digits are true, as `certify` finds.
      It needs the extra `proof`. False by default.

    Attributes:

    - `root` and `leaf`: as given.
    - `names`: the name of each Value in the equations, as a dict.
    - `forward`: the list of the operations, in order.
    - `steps`: the list of the gradients, results before operands, each a named tuple of `node`,
      `gradient` and `flows`.
    - `paths`: the list of the paths to `leaf`, the largest product first, each a named tuple of
      `flows` and `product`. Of more than 1,000 paths the 10 largest.
    - `path_count`: how many paths there are, counted up to `10^18`; 0 without `leaf`.

    Raises:

    - `TypeError` if `root` is no Value, or `leaf` is neither a Value nor None.
    - `ValueError` if `root` does not depend on `leaf`, if data changed since the graph was
      recorded, for more than 100,000 gradients, or if `matrices` finds other labels than those of a
      network.
    - `CertificationError` and `ModuleNotFoundError` if `proven` is True, as `certify` does.

    >>> x, w = Value(1.5, "x"), Value(-2.0, "w")
    >>> print(explain((x * w).tanh(), w))
    forward
      v1 = x · w    = 1.5 · (-2) = -3
      v2 = tanh(v1) = tanh(-3)   = -0.995055
    backward
      dv2 = 1
      dv1 = ∂v2/∂v1      = 1 - v2 · v2 = 0.00986604
      dw  = dv1 · ∂v1/∂w = dv1 · x     = 0.00986604 · 1.5 = 0.0147991
    1 path
      v2 → v1 → w:   (1 - v2 · v2) · x = 0.00986604 · 1.5 = 0.0147991
      dw           = 0.0147991
    """

    def __init__(
        self,
        root: Value,
        leaf: Value | None = None,
        *,
        matrices: bool = False,
        proven: bool = False,
    ) -> None:
        operations, leaves = below(root)
        if not isinstance(leaf, Value | None):
            raise TypeError(f"a leaf is a Value, not its name or number; got {leaf!r:.80}")
        if leaf is None:
            told = {*leaves, *operations}
        else:
            told = depending_on([leaf], operations)
            if root not in told:
                raise ValueError(f"{names(root)[root]} does not depend on {described(leaf)}")
        _check_size(len(told))
        graph = _Graph(root)
        graph.check_unchanged()
        number_left("{} was explained", root.label)
        self.root = root
        self.leaf = leaf
        self.names = names(root)
        self._numbers = {node: peek(node) for node in self.names}
        self.forward = [node for node in graph.forward if node in told]
        self.steps = [step for step in graph.steps() if step.node in told]
        self._find_paths()
        self._group_by_matrix(matrices)
        self._prove(proven)

    def _find_paths(self) -> None:
        self.path_count = 0
        self.paths: list[Path] = []
        if self.leaf is not None:
            self.path_count = count_paths(self.steps, self.leaf)
            self.paths = largest_paths(self.steps, self.leaf, self.path_count)

    def _group_by_matrix(self, matrices: bool) -> None:
        self._matrices: dict[str, list[Step]] = {}
        self._matrix_names: dict[Value, str] = {}
        if matrices:
            self._matrices = steps_by_matrix(self.steps, self.leaf)
            self._matrix_names = {node: matrix_name(node) for node in self.names}

    def _prove(self, proven: bool) -> None:
        self._enclosures: dict[Value, Enclosure] = {}
        if proven:
            nodes = [step.node for step in self.steps]
            certificate = certify(self.root, nodes, allow_unused=True)
            self._enclosures = dict(zip(nodes, certificate.gradients, strict=True))

    def __repr__(self) -> str:
        count = f"{len(self.steps):,} gradients"
        return f"<Explanation of {self.names[self.root]}: {count}, to be printed>"

    def __str__(self) -> str:
        text = self._text(Spelling)
        return text if can_be_printed(text) else self._text(AsciiSpelling)

    def _text(self, spelling: type[Spelling]) -> str:
        sections = self._sections(spelling)
        return "\n".join(f"{title}\n{columns(equations)}" for title, equations in sections)

    def latex(self) -> str:
        r"""Give the equations in LaTeX: one `aligned` environment, for an equation or between `$$`.

        >>> print(explain(Value(3.0, "x") ** 2).latex())
        \begin{aligned}
        \textbf{forward} \\ v_{1} & = {x}^{2} = {3}^{2} = 9 \\
        \textbf{backward} \\ dv_{1} & = 1 \\
        dx & = \frac{\partial v_{1}}{\partial x} = 2 \cdot x = 6
        \end{aligned}
        """
        sections = self._sections(LatexSpelling)
        parts = [rf"\textbf{{{title}}} \\ {aligned(equations)}" for title, equations in sections]
        return "\\begin{aligned}\n" + " \\\\\n".join(parts) + "\n\\end{aligned}"

    def markdown(self) -> str:
        """Give the equations as a formula in Markdown: the LaTeX between lines of `$$`."""
        return f"$$\n{self.latex()}\n$$\n"

    def _repr_markdown_(self) -> str | None:
        """For what makes a paper of a notebook; anything that shows one takes HTML first."""
        return self.markdown() if len(self.steps) <= LIMIT else None

    def _repr_html_(self) -> str | None:
        """What a notebook shows, as MathML: it needs no library, and no network to load one."""
        if len(self.steps) > LIMIT:
            return None
        sections = self._sections(MathSpelling)
        parts = [f"<p><b>{title}</b></p><p>{math(lines)}</p>" for title, lines in sections]
        return framed("".join(parts))

    def html(self, language: str | None = None) -> str:
        """Give one page of HTML, to step through the whole graph and to change its leaves.

        The page needs no other file and no network. With a `leaf` it opens at the gradient of that
        leaf.

        Arguments:

        - `language`: the language that it begins in: "en" for English or "zh" for Chinese. None,
          the default, leaves it to the reader's browser. A button changes it.

        Returns the text of the page.

        Raises:

        - `ValueError` for another language, for a graph of more than 300 Values, if data changed
          since it was recorded, and for an operation made by `custom`, as the page computes by
          formulas.
        - `LayoutError` if the drawing cannot be laid out.
        """
        check_page_size(self.root)
        graph = _Graph(self.root)
        graph.check_unchanged()
        return page_text(self.root, self.leaf, graph.forward, graph.backward, language)

    def page(self, path: str | PathLike[str], language: str | None = None) -> str:
        """Write the page of `html` to a file, whole or not at all.

        Arguments:

        - `path`: the file. Folders that are missing are made.
        - `language`: as for `html`.

        Returns the path. Raises what `html` raises, and `ValueError` if `path` is a folder.

        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = explain(Value(0.5, "x").tanh()).page(f"{folder}/steps.html", language="en")
        ...     "</svg>" in Path(path).read_text(encoding="utf-8")
        True
        """
        write_whole(path, self.html(language))
        return fspath(path)

    def show(self, language: str | None = None) -> None:
        """Show the page of `html` in the cell of the notebook that calls this.

        Arguments:

        - `language`: as for `html`.

        Raises what `html` raises, and `RuntimeError` where no notebook runs.

        >>> explain(Value(0.5, "x").tanh()).show(language="zh")
        Traceback (most recent call last):
        RuntimeError: no notebook is running: .page(path) writes a file that any browser opens
        """
        display = notebook()
        title = f"{self.names[self.root]}, step by step"
        display(in_cell(self.html(language), title), raw=True)  # HTML() would warn of a frame

    def _sections(self, spelling: type[Spelling]) -> Iterator[Section]:
        spell = spelling(self.names, self._numbers)
        if self.forward:
            yield "forward", [forward_equation(node, spell) for node in self.forward]
        yield "backward", self._backward(spelling)
        if self.leaf is not None:
            last = self.steps[-1]
            paths = path_equations(self.paths, self.path_count, last, spell)
            yield self._counted_paths(), [*paths]

    def _backward(self, spelling: type[Spelling]) -> list[Equation]:
        if self._matrices:
            spell = spelling(self._matrix_names, self._numbers)
            groups = self._matrices.values()
            tables = ((matrix_equation(steps, self.root, spell), steps) for steps in groups)
            return [self._noted(table, steps, spell) for table, steps in tables]
        spell = spelling(self.names, self._numbers)
        lines: list[Equation] = []
        for step in self.steps:
            *flows, last = backward_equations(step, self.root, spell)
            lines += [*flows, self._noted(last, [step], spell)]
        return lines

    def _noted(self, equation: Equation, steps: Sequence[Step], spell: Spelling) -> Equation:
        """An equation of gradients with what is proven of the worst of them."""
        if not self._enclosures:
            return equation
        enclosures = [self._enclosures[step.node] for step in steps]
        worst = min(enclosures, key=lambda enclosure: (enclosure.digits, -enclosure.ulps))
        return equation._replace(note=spell.words(f"({worst})"))

    def _counted_paths(self) -> str:
        if self.path_count == 1:
            return "1 path"
        is_counted = self.path_count < UNCOUNTED
        return f"{self.path_count:,} paths" if is_counted else "more than 10^18 paths"


explain = Explanation  # as a verb


class _Graph:
    """All that is below a root, in the order in which it is told."""

    def __init__(self, root: Value) -> None:
        self.root = root
        self.operations, self.leaves = below(root)
        self.forward, _, backward = document_order(self.operations)
        self.backward = backward or self.leaves
        if any(leaf.trained for leaf in self.leaves):
            self.backward = sorted(self.backward, key=_is_data)  # told last

    def check_unchanged(self) -> None:
        """Raise ValueError if data changed since it was recorded."""
        for node in self.operations:
            check_unchanged(node)

    def steps(self) -> list[Step]:
        flows = flows_by_node(self.root, self.operations)
        return [
            Step(node, gradient(node, self.root, flows[node]), flows[node])
            for node in self.backward
        ]


def _check_size(count: int) -> None:
    if count > MOST:
        most = f"an explanation tells at most {MOST:,} gradients, here there are {count:,}"
        ways = "explain the loss of one sample, or a part of the graph; grad() gives the numbers"
        raise ValueError(f"{most}: {ways}")


def _is_data(node: Value) -> bool:
    return not node.operands and not node.trained
