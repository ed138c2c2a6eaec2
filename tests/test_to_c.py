"""Programs as C: no compiler warns of them, and they have the bits of Python.

Error model: C and Python call the same libm, and without contraction the operators round alike, so
that all bits are the same. Python has a hypot of its own, which programs in C bring along.
"""

import ctypes
import math
import random
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value
from autograd.core.define import define
from autograd.core.graph import below
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, affine_row, mean_row, total_row
from autograd.core.tracking import peek
from autograd.core.value import record
from autograd.program import Program
from autograd.program.backward import SUMMANDS
from tests.conftest import recorded
from tests.draws import draws
from tests.recorded import graphs_at
from tests.strategies import ELEMENTAL, draw_of_all_rows, examples

STRICT = ["-std=c99", "-Wall", "-Wextra", "-Werror"]
GRAPHS = 50
POINTS = 20

Arrays: TypeAlias = Sequence[Sequence[float]]  # inputs, parameters, constants
Function: TypeAlias = Callable[[Arrays], list[float]]  # of them: the loss, then the gradients
Compile: TypeAlias = Callable[[Mapping[str, Program]], dict[str, Function]]


@pytest.fixture
def compiled(cc: str, tmp_path: Path) -> Compile:
    """Compiles programs, each by its name, in one file; what a compiler warns of is a failure."""

    def compiled(programs: Mapping[str, Program]) -> dict[str, Function]:
        source = tmp_path / "programs.c"
        texts = [program.to_c(name) for name, program in programs.items()]
        source.write_text("\n".join(texts), encoding="utf-8")
        library = source.with_suffix(".so")
        options = [*STRICT, "-O2", "-ffp-contract=off", "-shared", "-fPIC"]
        subprocess.run([cc, *options, "-o", library, source, "-lm"], check=True)
        loaded = ctypes.CDLL(str(library))
        return {name: function(loaded[name], program) for name, program in programs.items()}

    return compiled


def function(in_c: Any, program: Program) -> Function:
    """A function of C on lists of floats."""
    in_c.restype = ctypes.c_double
    count = len(program.parameters)

    def called(arrays: Arrays) -> list[float]:
        gradients = (ctypes.c_double * count)()
        given = [(ctypes.c_double * len(numbers))(*numbers) for numbers in arrays if numbers]
        loss = in_c(*given, gradients) if count else in_c(*given)
        return [loss, *gradients]

    return called


def numbers_of(program: Program) -> list[list[float]]:
    """The numbers that its leaves have."""
    count = len(program.parameters)
    data = program.leaf_data()
    return [[peek(leaf) for leaf in program.inputs], data[:count], data[count:]]


def in_python(program: Program, arrays: Arrays) -> list[float]:
    """The same by the text in Python; raises where that does."""
    run: Any = define("program", program.source, {**FUNCTIONS, **CONSTANTS})
    loss, gradients = run(*(x for numbers in arrays for x in numbers))
    return [loss, *gradients]


def shown(numbers: Iterable[float]) -> list[str]:
    """Numbers as texts, by which -0.0 differs from 0.0, and NaNs are alike."""
    return [*map(repr, numbers)]


def flat(answer: tuple[float, tuple[float, ...]]) -> list[float]:
    loss, gradients = answer
    return [loss, *gradients]


def statements(text: str) -> list[str]:
    """The names to which a program gives a formula, in order."""
    return re.findall(r"^    (?:double )?(\w+) = ", text, flags=re.M)


def test_the_documents_network(compiled: Compile) -> None:
    _, x, y, loss = recorded()
    program = autograd.compile(loss, inputs=[x, y])
    text = program.to_c()
    assert "double program(const double inputs[2], const double parameters[10], double" in text
    assert statements(text)[12:] == statements(program.source)
    assert "    // a1_1 * (1.0 - a1_1), written so that no digits are lost\n" in text
    run = compiled({"program": program})["program"]
    assert shown(run(numbers_of(program))) == shown(flat(program(0.5, 0.2)))
    rng = random.Random(0)
    for _ in range(1000):
        arrays = [[rng.uniform(-3.0, 3.0) for _ in range(count)] for count in (2, 10, 0)]
        assert shown(run(arrays)) == shown(in_python(program, arrays))


def random_program(rng: random.Random) -> Program:
    """A graph of any rows; of its leaves the first is a parameter, others are inputs or stay."""
    graph = draw_of_all_rows(rng)
    root = graph.build([Value(x) for x in graph.numbers])
    first, *others = below(root)[1]
    roles = [rng.choice(["input", "parameter", "constant"]) for _ in others]
    inputs = [leaf for leaf, role in zip(others, roles, strict=True) if role == "input"]
    more = [leaf for leaf, role in zip(others, roles, strict=True) if role == "parameter"]
    return autograd.compile(root, inputs, parameters=[first, *more])


def test_random_graphs_of_all_rows(compiled: Compile) -> None:
    rng = random.Random(0)
    programs = {f"graph_{i}": random_program(rng) for i in range(GRAPHS)}
    compared = 0
    for name, run in compiled(programs).items():
        program = programs[name]
        arrays = numbers_of(program)
        ours = flat(program(*arrays[0]))
        assert shown(run(arrays)) == shown(ours), program.source
        for _ in range(POINTS):
            moved = [[rng.uniform(-2.0, 2.0) for _ in numbers] for numbers in arrays]
            with suppress(ArithmeticError, ValueError):
                expected = in_python(program, moved)
                assert shown(run(moved)) == shown(expected), program.source
                compared += 1
    assert compared > 0.5 * GRAPHS * POINTS


def test_every_row_and_its_derivatives(compiled: Compile) -> None:
    rows = (*ELEMENTAL, affine_row(3), total_row(4), mean_row(4))
    points = {row: draws(row, POINTS) for row in rows}
    programs: dict[str, Program] = {}
    samples: dict[str, Any] = {}
    for row in rows:
        for i, graph in enumerate(graphs_at(row, points[row])):
            if graph.program is not None:
                programs[f"{row.name}_{i}"] = graph.program
                samples[f"{row.name}_{i}"] = points[row][:, graph.places]
    compared = 0
    for name, run in compiled(programs).items():
        for point in samples[name].tolist():
            with suppress(ArithmeticError, ValueError):
                expected = in_python(programs[name], [[], point, []])
                assert shown(run([[], point, []])) == shown(expected), name
                compared += 1
    assert compared > 0.9 * POINTS * len(programs)


def test_powers_and_logarithms_of_numbers_are_left_to_libm(compiled: Compile) -> None:
    x = Value(3.0, "x")
    square, log2 = autograd.compile(x**2), autograd.compile(x.log2())
    text = square.to_c()
    assert "double (*const volatile libm_pow)(double, double) = pow;\n" in text
    assert "double v1 = libm_pow(x, 2.0);\n" in text
    assert "double d_x = 1.0 / libm_log(2.0) / x;\n" in log2.to_c()
    assert "volatile" not in autograd.compile(x.gelu()).to_c()  # the root of 2 is exact
    base = autograd.compile(2.0**x).to_c()
    assert "libm_pow(2.0, x)" in base
    assert "libm_log(2.0)" in base
    run = compiled({"square": square})["square"]
    rng = random.Random(0)
    points = [rng.uniform(1.0, 2.0) for _ in range(10_000)]
    assert sum(math.pow(x, 2.0) != x * x for x in points) > 3
    assert all(run([[], [x], []]) == [math.pow(x, 2.0), 2.0 * x] for x in points)


def test_pointers_are_there_only_where_they_are_called() -> None:
    x = Value(3.0, "x")
    assert "volatile" not in autograd.compile(x.exp() * x).to_c()
    text = autograd.compile(autograd.where(x.log2(), x, 2.0)).to_c()
    assert "volatile" not in text


def test_numbers_are_written_as_c_has_them(compiled: Compile) -> None:
    programs = {}
    numbers = (math.inf, -math.inf, math.nan, -0.0, 1e300, 5e-324, -1.5, 1e16)
    for i, number in enumerate(numbers):
        x = Value(1.0, "x")
        programs[f"factor_{i}"] = autograd.compile(x * number, [x])
        # Here it stands in a row on the branches that its constants decide.
        programs[f"chosen_{i}"] = autograd.compile(autograd.where(x, number, x), [x])
    for name, run in compiled(programs).items():
        number = numbers[int(name.partition("_")[2])]
        assert shown(run([[1.0], [], []])) == shown([number]), name


def test_nothing_raises(compiled: Compile) -> None:
    x = Value(1.0, "x")
    run = compiled({"log_x": autograd.compile(x.log()), "over": autograd.compile(1.0 / x)})
    assert shown(run["log_x"]([[], [-1.0], []])) == ["nan", "-1.0"]
    assert shown(run["over"]([[], [0.0], []])) == ["inf", "-inf"]


def test_what_nothing_reads_is_left_out(compiled: Compile) -> None:
    x, c, w = Value(0.5, "x"), Value(0.3, "c"), Value(2.0, "w")
    unread = Value(1.0, "unread")
    programs = {
        "of_no_parameters": autograd.compile(x.erf() * c, [x], parameters=[]),
        "of_no_inputs": autograd.compile(x.gelu() * w),
        "of_an_input_unread": autograd.compile(w * 2.0, [unread]),
        "of_one_branch": autograd.compile(record(ROWS["where"], x.sin(), w, 0.0), [x]),
        "of_no_derivative": autograd.compile(autograd.where(c, 2.0, 3.0) * 1.0),
    }
    functions = compiled(programs)
    for name, program in programs.items():
        arrays = numbers_of(program)
        assert shown(functions[name](arrays)) == shown(flat(program(*arrays[0])))
    text = programs["of_no_parameters"].to_c()
    assert "double program(const double inputs[1], const double constants[1])\n" in text
    assert "h_v1" in programs["of_no_parameters"].source
    assert "h_v1" not in text
    text = programs["of_an_input_unread"].to_c()
    assert "    (void) inputs;\n" in text
    assert "double unread" not in text


def test_gradients_may_take_the_place_of_parameters(cc: str, compiled: Compile) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    program = autograd.compile(x * w)
    expected = compiled({"product": program})["product"](numbers_of(program))
    assert expected == [6.0, 3.0, 2.0]
    text = program.to_c()
    assert text.index("parameters[1];") < text.index("gradients[0] =")


def test_a_long_sum_is_added_up_in_several_statements(compiled: Compile) -> None:
    x = Value(0.5, "x")
    y = autograd.total(x * (0.1 * i) for i in range(3 * SUMMANDS))
    program = autograd.compile(y)
    text = program.to_c()
    assert text.count("    double d_x = ") == 1
    assert text.count("    d_x = d_x + ") == 2
    run = compiled({"long_sum": program})["long_sum"]
    assert shown(run(numbers_of(program))) == shown(flat(program()))


def test_a_program_brings_hypot_along_where_it_is_called(compiled: Compile) -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    programs = {
        "one": autograd.compile(autograd.hypot(x, y)),
        "other": autograd.compile(x.asinh()),  # whose derivative calls it; both in one file
        "without": autograd.compile(x.sinh()),
    }
    told = "a hypot below 2^-1024 is libm's"
    assert [told in program.to_c() for program in programs.values()] == [True, True, False]
    run = compiled(programs)["one"]
    rng = random.Random(0)
    edges = [0.0, -0.0, 1.0, 3.0, 1e-300, 2.0**-1023, 2.0**-1022, 1e300, math.inf]
    points = [(a, b) for a in edges for b in edges]
    points += [(rng.uniform(-9.0, 9.0), rng.uniform(-9.0, 9.0)) for _ in range(20_000)]
    for point in points:
        assert run([[], point, []])[0] == math.hypot(*point), point


def test_a_program_calls_it_as_its_header_says(cc: str, tmp_path: Path) -> None:
    x, w, c = Value(0.5, "x"), Value(2.0, "w"), Value(3.0, "c")
    program = autograd.compile((x * w).exp() + c, [x], parameters=[w])
    text = program.to_c("growth")
    (call,) = re.findall(r"^ \*     call        (.*)$", text, flags=re.M)
    assert call == "double v3 = growth(inputs, parameters, constants, gradients);"
    assert " * A program that calls it is linked with -lm.\n" in text
    main = f"""
#include <stdio.h>
int main(void) {{
    double inputs[] = {{0.5}}, parameters[] = {{2.0}}, constants[] = {{3.0}}, gradients[1];
    {call}
    printf("%.17g %.17g", v3, gradients[0]);
    return 0;
}}
"""
    source, ready = tmp_path / "main.c", tmp_path / "main"
    source.write_text(text + main, encoding="utf-8")
    subprocess.run(
        [cc, *STRICT, "-O2", "-ffp-contract=off", "-o", ready, source, "-lm"], check=True
    )
    printed = subprocess.check_output([ready], encoding="utf-8")
    assert [*map(float, printed.split())] == flat(program(0.5))


def text_of(labels: Sequence[str], name: str = "program") -> str:
    """Leaves with these labels, the first as an input, multiplied with each other."""
    leaves = [Value(float(i), label) for i, label in enumerate(labels, 1)]
    product = leaves[0] * leaves[-1]
    for leaf in leaves[1:-1]:
        product = product * leaf
    return autograd.compile(product, leaves[:1]).to_c(name)


def names_in(text: str) -> list[str]:
    return re.findall(r"^    double (\S+) = ", text, flags=re.M)


def check_syntax(cc: str, text: str, standard: str = "c99") -> None:
    options = [f"-std={standard}", *STRICT[1:], "-fsyntax-only", "-xc", "-"]
    subprocess.run([cc, *options], input=text, encoding="utf-8", check=True)


ODD = ["int", "double", "权重", "λ", "w₁", "y0", "j1", "gamma", "exp", "class", "x y", "_X", "__x"]
ODD += [
    "NAN",
    "linux",
    "inputs",
    "gradients",
    "program",
    "libm_pow",
    "u03bb",
    "v_X",
    "",
    "d_a",
    "a",
]


def test_labels_that_c_has_no_names_for(cc: str) -> None:
    text = text_of(ODD)
    check_syntax(cc, text)
    assert " *     returns     v24\n *                 int_2 is int\n" in text
    assert " *                 u6743u91cd is 权重\n" in text
    assert re.search(r"^ \*                 exp_\d+ is exp$", text, flags=re.M)
    assert " *                 x_y is x y\n" in text
    names = set(names_in(text))
    assert {"w1", "x_y", "a", "u03bb"} <= names
    assert names.isdisjoint({"int", "double", "y0", "j1", "gamma", "NAN", "inputs", "program"})
    assert " is " not in text_of(["x", "y"]).partition("Compile")[0]


HARMFUL = ["a */ b", "a /* b", "/*/", "*/*", "two\nlines", "end\\", "end??/", "\ud800", "a\u202eb"]


def test_no_label_ends_the_comment(cc: str) -> None:
    text = text_of([*HARMFUL, "weight[0]", "w  x", "x" * 200])
    check_syntax(cc, text)
    told = text.partition("Compile")[0]
    assert (told.count("/*"), told.count("*/")) == (1, 0)
    assert r" is a *\/ b" + "\n" in told
    assert r" is two\nlines" + "\n" in told
    assert " weight_0_ is weight[0]\n" in told
    assert " w__x is w  x\n" in told


def test_the_names_told_are_those_that_differ_from_the_labels() -> None:
    labels = ["a", "x", "x", "x y", "x_y", "v1", ""]
    told = text_of(labels).partition("returns")[2].partition("Compile")[0]
    pairs = re.findall(r"^ \* {17}(\S+) is (.*)$", told, flags=re.M)
    assert pairs == [("x_2", "x"), ("x_y", "x y"), ("x_y_2", "x_y")]


@pytest.mark.parametrize("standard", ["c99", "gnu17"])
def test_what_the_compilers_own_math_h_defines_is_no_name(cc: str, standard: str) -> None:
    include = "#include <math.h>\n"
    ask = [cc, f"-std={standard}", "-E", "-xc", "-"]
    macros = subprocess.check_output([*ask, "-dM"], input=include, encoding="utf-8")
    header = subprocess.check_output(ask, input=include, encoding="utf-8")
    defined = re.findall(r"^#define ([A-Za-z]\w*)", macros, flags=re.M)
    declared = re.findall(r"\b([a-z]\w*) *\(", header)
    assert {"NAN", "FP_ZERO"} <= set(defined)
    assert {"sin", "fma"} <= set(declared)
    text = text_of(sorted({*defined, *declared}))
    check_syntax(cc, text, standard)
    assert not {*defined, *declared} & {*names_in(text)}


@examples(100)
@given(labels=st.lists(st.text(max_size=6) | st.sampled_from(ODD), min_size=2, max_size=8))
def test_names_never_collide(labels: list[str]) -> None:
    text = text_of(labels)
    names = names_in(text)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z]\w*", name, flags=re.ASCII) for name in names)


def test_names_that_a_function_cannot_have() -> None:
    program = autograd.compile(Value(2.0, "x") * 3.0)
    for name in ("", "2nd", "a b", "λ", "_x", "f\n"):
        told = f"{name!r} is no name for a function in C: expected a letter, then letters, digits"
        with pytest.raises(ValueError, match=re.escape(told)):
            program.to_c(name)
    for name in ("int", "main", "sin", "NAN", "expf", "printf", "malloc", "cexpl", "errno"):
        told = f"{name!r} is no name for a function in C: C or its library has that"
        with pytest.raises(ValueError, match=re.escape(told)):
            program.to_c(name)
    for other in (None, 3, b"f"):
        with pytest.raises(TypeError, match=f"a name is a string, got {type(other).__name__}: "):
            program.to_c(other)  # type: ignore[arg-type]
    assert "double x_2 = parameters[0];" in program.to_c("x")
    assert "double time = parameters[0];" in autograd.compile(Value(2.0, "time") * 3.0).to_c()


def test_several_outputs_fill_arrays(cc: str, tmp_path: Path) -> None:
    """Values and gradients are Python's to the bit, and so is a term outside the mean."""
    x, w, b = Value(0.5, "x"), Value(-3.0, "w"), Value(2.0, "b")
    hidden = (x * w + b).tanh()
    several = autograd.compile([hidden, hidden * b, x * 2.0], [x], parameters=[b, w])
    values_alone = autograd.compile([hidden, x * 2.0], [x], parameters=[])
    penalized = autograd.compile(hidden, [x], plus=0.1 * w**2)
    text = several.to_c("several") + values_alone.to_c("alone") + penalized.to_c("penalized")
    source = tmp_path / "several.c"
    source.write_text(text, encoding="utf-8")
    library = source.with_suffix(".so")
    options = [*STRICT, "-O2", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run([cc, *options, "-o", library, source, "-lm"], check=True)
    loaded = ctypes.CDLL(str(library))
    inputs, parameters = (ctypes.c_double * 1)(0.25), (ctypes.c_double * 2)(2.0, -3.0)
    values, gradients = (ctypes.c_double * 3)(), (ctypes.c_double * 6)()
    loaded["several"](inputs, parameters, values, gradients)
    expected, rows = several(0.25)
    assert shown(values) == shown(expected)
    assert shown(gradients) == shown(x for row in rows for x in row)
    loaded["alone"](inputs, (ctypes.c_double * 2)(-3.0, 2.0), values)
    assert shown(values[:2]) == shown(values_alone(0.25)[0])
    run = loaded["penalized"]
    run.restype = ctypes.c_double
    slopes = (ctypes.c_double * 2)()
    loss = run(inputs, (ctypes.c_double * 2)(-3.0, 2.0), slopes)
    assert shown([loss, *slopes]) == shown(flat(penalized(0.25)))
    told = "values      " in text and "a row for each value: its derivatives by each param" in text
    assert told


HEADERS = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg
    stdbool stddef stdint stdio stdlib string tgmath time wchar wctype
"""


def test_no_function_takes_the_place_of_one_in_the_library(cc: str) -> None:
    include = "".join(f"#include <{header}.h>\n" for header in HEADERS.split())
    ask = [cc, "-std=c99", "-pedantic", "-E", "-xc", "-"]
    header = subprocess.check_output(ask, input=include, encoding="utf-8")
    declared = set(re.findall(r"\b([a-z]\w*) *\([^*)]", header)) - {"defined", "sizeof", "alignof"}
    assert {"printf", "malloc", "abort", "exit", "free", "csqrtl", "wcslen"} <= declared
    program = autograd.compile(Value(2.0, "x") * 3.0)
    for name in declared:
        with pytest.raises(ValueError, match="C or its library has that"):
            program.to_c(name)
