"""A recorded graph and its derivatives as the text of one straight-line function.

The text is made to be read: forward in the order of the layers, then backward in the document's
order, with the labels of the graph as names; `d_w` is the derivative of the loss by `w`, where
there are several outputs `d_r1_w` that of `r1`. In Python it runs as it is printed after `from math
import *`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property

from autograd.core.constants import folded, in_fewer_bits
from autograd.core.graph import below, below_all, document_order, leaves_in_order, named
from autograd.core.notation import Notation
from autograd.core.rows import Row
from autograd.core.value import Value
from autograd.program.backward import Backward, Meanings, Way, beginnings
from autograd.program.language import (
    PYTHON_LANGUAGE,
    Language,
    Line,
    Outline,
    Result,
    Statement,
    answer,
    in_brackets,
    in_python,
)
from autograd.program.sharing import duplicates


class Source:
    """Graphs laid out as a program: their order, the names in it, and what is worth a derivative.

    `outputs` are what the program gives; `term` is added to the one output, outside the mean over
    samples. `inputs` are the leaves that change from call to call. Of the others `parameters` are
    those by which the program differentiates, in this order, or all of them, in the document's; the
    rest are `constants`. `leaves` are the parameters, then the constants. `by`, the leaves whose
    derivatives the text gives, are the parameters if nothing else is said. Names and text are made
    when they are asked for.
    """

    def __init__(
        self,
        outputs: Sequence[Value],
        inputs: Sequence[Value],
        parameters: Iterable[Value] | None = None,
        *,
        term: Value | None = None,
        by: Iterable[Value] | None = None,
        is_several: bool = False,
    ) -> None:
        self.outputs = list(outputs)
        self.term = term
        self.is_several = is_several
        self.inputs = list(inputs)
        self.operations, self._leaves_below = below_all(self._roots)
        given = set(inputs)
        others = [leaf for leaf in leaves_in_order(self.operations) if leaf not in given]
        self.parameters = others if parameters is None else list(parameters)
        chosen = set(self.parameters)
        self.constants = [leaf for leaf in others if leaf not in chosen]
        self.leaves = [*self.parameters, *self.constants]
        self.by = self.parameters if by is None else list(by)
        self.language = PYTHON_LANGUAGE
        self._tags: dict[Value, str] = {}
        self._outline: Outline | None = None
        self._is_for_doubles = True

    @property
    def _roots(self) -> list[Value]:
        return self.outputs if self.term is None else [*self.outputs, self.term]

    def differentiated_by(self, by: Iterable[Value]) -> "Source":
        """The same program, which gives the derivatives by other leaves, or by none."""
        return Source(
            self.outputs,
            self.inputs,
            self.parameters,
            term=self.term,
            by=by,
            is_several=self.is_several,
        )

    def without_term(self) -> "Source":
        """The same program, of the same leaves, without the term outside the mean."""
        return Source(self.outputs, self.inputs, self.leaves, by=self.by)

    def of_term(self) -> "Source":
        """The program of the term, of the same leaves."""
        assert self.term is not None
        return Source([self.term], [], self.leaves, by=self.by)

    @cached_property
    def forward(self) -> list[Value]:
        """The operations in the document's order."""
        return document_order(self.operations)[0]

    @cached_property
    def ways(self) -> dict[Value, Way]:
        """The way back from each output, and from the term; none where nothing is asked for."""
        if not self.by:
            return {}
        return {root: Way(root, below(root)[0], self.by) for root in self._roots}

    @cached_property
    def names(self) -> dict[Value, str]:
        """The identifiers of leaves and results."""
        # Leaves first, as they are met.
        by_label = named((*self._leaves_below, *self.operations, *self.inputs, *self.parameters))
        return self._identified(by_label)

    def _identified(self, wanted: Mapping[Value, str]) -> dict[Value, str]:
        """Identifiers of the language, such that the names of adjoints are nobody else's.

        Those of several ways back say of which output they are, the only loss aside; so outputs
        are named first. What they say is kept as `_tags`.
        """
        nodes = self._named()
        plain = beginnings([""])
        identifiers = self.language.identifiers(wanted, nodes, lambda node: plain)
        self._tags = {root: f"{identifiers[root]}_" for root in self._roots}
        if not self.is_several:
            self._tags[self.outputs[0]] = ""
        if len(self._tags) == 1 and not self.is_several:
            return identifiers

        def of_ways(node: Value) -> list[str]:
            ways = self.ways.items()
            return beginnings(self._tags[root] for root, way in ways if node in way.reached)

        return self.language.identifiers(wanted, nodes, of_ways)

    def in_fewer_bits(self) -> "Source":
        """The same for numbers that are no doubles."""
        source = copy(self)
        source._outline = None
        source._is_for_doubles = False
        return source

    def written_in(self, language: Language) -> "Source":
        """The same in another language; names stay where that allows them."""
        source = copy(self)
        source._outline = None
        source.language = language
        source.names = source._identified(self.names)
        return source

    def one_sample(self) -> str:
        """A function of inputs and other leaves that gives the outputs and the gradients."""
        return self.language.function(self.outline)

    def many_samples(self) -> str:
        """The same lines in a loop over samples in Python, giving the means of all results."""
        outline = self.outline
        # Once each: outputs that are alike have one name.
        summed = dict.fromkeys(x.of_sample for x in outline.results if x.of_sample)
        lines = [
            f"{in_brackets([*outline.parameters, *outline.constants])} = leaves",
            *map(self.language.line, outline.once),
            " = ".join(f"sum_{name}" for name in summed) + " = -0.0",
            "for place in batch:",
            f"    {in_brackets(outline.inputs)} = samples[place]",
            *(f"    {self.language.line(line)}" for line in outline.body),
            *(f"    sum_{name} += {name}" for name in summed),
        ]
        means = answer(outline, lambda result: result.written("sum_{} / len(batch)"))
        return in_python(["samples", "batch", "leaves"], lines, means)

    def many_samples_in_array(self) -> str:
        """The same with the sums in one array, and the gradients given as its part.

        Machine code adds to a few hundred places of an array faster than to as many names, and
        numba compiles no tuple as long.
        """
        outline = self.outline
        results = [*enumerate(outline.results)]
        lines = [
            f"{in_brackets([*outline.parameters, *outline.constants])} = leaves",
            *map(self.language.line, outline.once),
            f"sums = -zeros({len(results)})",
            "for place in batch:",
            f"    {in_brackets(outline.inputs)} = samples[place]",
            *(f"    {self.language.line(line)}" for line in outline.body),
            *(f"    sums[{i}] += {result.of_sample}" for i, result in results if result.of_sample),
            "sums /= len(batch)",
        ]
        for i, result in results:
            if not result.of_sample:
                lines.append(f"sums[{i}] = {result.written()}")
            elif result.once:
                lines.append(f"sums[{i}] += {result.once}")
        return in_python(["samples", "batch", "leaves"], lines, "sums[0], sums[1:]")

    def each_sample(self) -> str:
        """The same lines in a loop in Python that fills in the results of each sample, over zeros.

        values[place][i] is that of output i, gradients[place][i][k] its derivative by leaf k.
        """
        outline = self.outline
        stored = _stored("values[place]", outline.values)
        # A name for each row: of places in places numba compiles three times as long.
        for i, row in enumerate(outline.gradients):
            stored += _stored(f"gradients[place][{i}]", row)
        lines = [
            f"{in_brackets([*outline.parameters, *outline.constants])} = leaves",
            *map(self.language.line, outline.once),
            "for place in range(len(samples)):",
            f"    {in_brackets(outline.inputs)} = samples[place]",
            *(f"    {self.language.line(line)}" for line in outline.body),
            *(f"    {line}" for line in stored),
        ]
        return in_python(["samples", "leaves", "values", "gradients"], lines)

    @property
    def outline(self) -> Outline:
        """The names and the statements, forward and backward."""
        if self._outline is None:
            backward = {root: self._backward(way) for root, way in self.ways.items()}
            self._outline = Outline(
                inputs=[self.names[leaf] for leaf in self.inputs],
                parameters=[self.names[leaf] for leaf in self.parameters],
                constants=[self.names[leaf] for leaf in self.constants],
                once=self._once(backward),
                body=self._body(backward),
                values=[self._result(output) for output in self.outputs],
                gradients=[self._gradients(output, backward) for output in self.outputs],
                renamed=self._renamed(),
                is_several=self.is_several,
            )
        return self._outline

    def _named(self) -> list[Value]:
        """What has a name, in the order in which names are given."""
        return [*self.inputs, *self.leaves, *self.forward]

    def _renamed(self) -> dict[str, str]:
        """The labels that are no names here, by the names that their Values have instead."""
        both = [(self.names[node], node.label) for node in self._named()]
        return {name: label for name, label in both if label and name != label}

    def _backward(self, way: Way) -> Backward:
        names = self.names  # before the tags, which come with them
        return Backward(way, self._tags[way.output], names, self._notation, self._row)

    def _result(self, output: Value) -> Result:
        return Result(self._read(output), "" if self.term is None else self._read(self.term))

    def _gradients(self, output: Value, backward: Mapping[Value, Backward]) -> list[Result]:
        """The derivatives of an output, and of the term with it."""

        def adjoint(root: Value | None, leaf: Value) -> str:
            is_there = root is not None and leaf in backward[root].way.reached
            return backward[root].adjoint(leaf) if root is not None and is_there else ""

        return [Result(adjoint(output, leaf), adjoint(self.term, leaf)) for leaf in self.by]

    @cached_property
    def _of_term(self) -> set[Value]:
        """The operations below the term, which no sample changes."""
        return set() if self.term is None else set(below(self.term)[0])

    def _once(self, backward: Mapping[Value, Backward]) -> list[Line]:
        """The statements for the term and its derivatives."""
        if self.term is None:
            return []
        meanings = self._meanings()
        lines: list[Line] = ["the term outside the mean, forward"]
        lines += self._values(self._of_term, meanings)
        if self.by:
            lines += ["its derivatives", *backward[self.term].lines(meanings)]
        return lines

    def _body(self, backward: Mapping[Value, Backward]) -> list[Line]:
        """The statements for a sample: forward, all outputs together, then back from each."""
        meanings = self._meanings()
        rest = set(self.operations) - self._of_term
        lines: list[Line] = ["forward", *self._values(rest, meanings)]
        for output in self.outputs if self.by else ():
            lines.append(f"backward from {self._read(output)}" if self.is_several else "backward")
            lines += backward[output].lines(meanings)
        return lines

    @property
    def _notation(self) -> Notation:
        return self.language.notation

    def _values(self, nodes: set[Value], meanings: Meanings) -> Iterator[Statement]:
        for node in self.forward:
            if node in nodes:
                yield from self._value(node, meanings[node])

    def _value(self, node: Value, meaning: Mapping[str, str]) -> Iterator[Statement]:
        """The statements for the value of a node; a label keeps its name."""
        if node in self._same:
            if node.label:
                yield Statement(self.names[node], self._read(self._same[node]))
            return
        computed = self._row(node).computed
        for step, text in computed.steps:
            yield Statement(meaning[step], self._notation.written(text, meaning))
        yield Statement(self.names[node], self._notation.written(computed.primal, meaning))

    @cached_property
    def _same(self) -> dict[Value, Value]:
        """The operations that are not computed, as one before them computes the same."""
        first = [node for node in self.forward if node in self._of_term]
        rest = [node for node in self.forward if node not in self._of_term]
        return duplicates([*first, *rest])

    def _read(self, node: Value) -> str:
        """The name that a node is read by: its own, unless it has no label and is not computed."""
        return self.names[node if node.label else self._same.get(node, node)]

    def _row(self, node: Value) -> Row:
        """The row of a node, with the branches that its constants decide."""
        row = folded(node.op, node.operands)
        return row if self._is_for_doubles else in_fewer_bits(row)

    def _meanings(self) -> dict[Value, Mapping[str, str]]:
        return {node: self._meaning(node) for node in self.operations}

    def _meaning(self, node: Value) -> dict[str, str]:
        """What the names in the row of a node stand for."""
        number = self._notation.number
        meaning = {
            name: number(x) if isinstance(x, float) else self._read(x)
            for name, x in zip(node.op.operands, node.operands, strict=True)
        }
        meaning["out"] = self._read(node)
        computed = self._same.get(node, node)
        for step, _ in node.op.computed.steps:
            meaning[step] = f"{step}_{self.names[computed]}"
        return meaning


def _stored(row: str, results: Sequence[Result]) -> list[str]:
    """The lines that put results into a row of zeros, but for those that are 0 anyway."""
    lines = [f"row[{i}] = {x.written()}" for i, x in enumerate(results) if any(x)]
    return [f"row = {row}", *lines] if lines else []
