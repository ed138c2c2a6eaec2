"""Why the partials of the table of rows are what they are: what is written by hand.

It is text in the rows' own grammar, over the operands, `out`, and `h`, by which the operand grows.
The difference quotient before these lines and the partial after them are made from the row, by
why.py. Tests compute every line with numbers.
"""

from autograd.show.argument import Argument, follows, stays
from autograd.show.slopes import SLOPES


def _tie(row: str, operand: str, quotient: str, slopes: str) -> Argument:
    between = f"{quotient}\n{slopes}"
    when = "a <= b <= a"
    return Argument(row, operand, "kink_middle", between, when, partial="0.5", is_convention=True)


def _jump(
    row: str, operand: str, quotient: str, slopes: str, when: str = "a <= b <= a"
) -> Argument:
    between = f"{quotient}\n{slopes}"
    return Argument(row, operand, "jump", between, when, partial="0.0", is_convention=True)


def _inverse(function: str, inverse: str, lines: str) -> Argument:
    """By the difference quotient of the inverse function."""
    quotient = f"({function}(a + h) - out) / ({inverse}({function}(a + h)) - {inverse}(out))"
    return Argument(function, "a", "inverse", f"{quotient}{lines}")


def _logarithm(function: str, base: str) -> Argument:
    lines = (
        f"(log(a + h) - log(a)) / log({base}) / h",
        f"log(1.0 + h / a) / log({base}) / h",
        f"1.0 / (a * log({base})) * (log(1.0 + h / a) / (h / a))",
        "→",
    )
    return Argument(function, "a", "log_base", "\n".join(lines))


def _far_from(operand: str, distance: str, slope: str) -> Argument:
    """On one of the two lines of huber, where a distance is larger than delta."""
    primal = f"delta * ({distance} - 0.5 * delta)"
    when = f"{distance} > delta"
    return Argument("huber", operand, "side", f"{slope} * h / h", when, primal, slope)


_GROWTH = "b * log(1.0 + h / a)"
_SIGMOID = "1.0 / (1.0 + exp(-a))"
_SIGMOID_LATER = "1.0 / (1.0 + exp(-(a + h)))"
_SOFTPLUS = "log(1.0 + exp(a))"
_SOFTPLUS_LATER = "log(1.0 + exp(a + h))"
_EXP_GROWTH = "(exp(a + h) - exp(a))"
_PHI = "0.5 * erfc(-a / sqrt(2.0))"
_PHI_LATER = "0.5 * erfc(-(a + h) / sqrt(2.0))"

_IS_MULTIPLE = "0.0 <= fmod(a / b, 1.0) <= 0.0"
_IS_BETWEEN = "abs(fmod(a / b, 1.0)) > 0.0"

# fmt: off
_TABLE = (
    Argument("add", "a", "", """
        h / h"""),
    Argument("add", "b", "", """
        h / h"""),
    Argument("sub", "a", "", """
        h / h"""),
    Argument("sub", "b", "", """
        -h / h"""),
    Argument("mul", "a", "", """
        (a * b + h * b - a * b) / h
        h * b / h"""),
    Argument("mul", "b", "", """
        (a * b + a * h - a * b) / h
        a * h / h"""),
    Argument("div", "a", "", """
        (a + h - a) / b / h
        h / b / h"""),
    Argument("div", "b", "cancelled", """
        (a * b - a * (b + h)) / ((b + h) * b) / h
        -a * h / ((b + h) * b) / h
        -a / ((b + h) * b)
        → -a / pow(b, 2.0)"""),
    Argument("neg", "a", "", """
        -h / h"""),
    stays("floordiv", "a", _IS_BETWEEN, "out"),
    _jump("floordiv", "a", "((out if h / b > 0.0 else out - 1.0) - out) / h",
        "0.0 if h / b > 0.0 else -1.0 / h", _IS_MULTIPLE),
    stays("floordiv", "b", _IS_BETWEEN, "out"),
    _jump("floordiv", "b", "((out - 1.0 if a * h > 0.0 else out) - out) / h",
        "-1.0 / h if a * h > 0.0 else 0.0", _IS_MULTIPLE),
    Argument("mod", "a", "remainder", """
        (out + h - out) / h
        h / h""", when=_IS_BETWEEN),
    Argument("mod", "a", "jump_side", """
        ((out + h if h / b > 0.0 else out + h + b) - out) / h
        1.0 if h / b > 0.0 else 1.0 + b / h""", when=_IS_MULTIPLE, is_convention=True),
    Argument("mod", "b", "remainder", """
        (a - (a - out) / b * (b + h) - out) / h
        -((a - out) / b) * h / h""", when=_IS_BETWEEN),
    Argument("mod", "b", "jump_side", """
        ((out - a / b * h + b + h if a * h > 0.0 else out - a / b * h) - out) / h
        1.0 - a / b + b / h if a * h > 0.0 else -a / b""", when=_IS_MULTIPLE, is_convention=True),
    Argument("power", "a", "cancelled", """
        (pow(a, 2.0) + 2.0 * a * h + pow(h, 2.0) - pow(a, 2.0)) / h
        (2.0 * a * h + pow(h, 2.0)) / h
        2.0 * a + h
        →""", when="2.0 <= b <= 2.0", primal="pow(a, 2.0)", partial="2.0 * a"),
    Argument("power", "a", "cancelled", """
        (3.0 * pow(a, 2.0) * h + 3.0 * a * pow(h, 2.0) + pow(h, 3.0)) / h
        3.0 * pow(a, 2.0) + 3.0 * a * h + pow(h, 2.0)
        →""",
        when="3.0 <= b <= 3.0", primal="pow(a, 3.0)", partial="3.0 * pow(a, 2.0)"),
    Argument("power", "a", "to_the_zero", """
        (1.0 - 1.0) / h""", when="0.0 <= b <= 0.0", partial="0.0"),
    Argument("power", "a", "power_at_zero", """
        pow(h, b) / h
        pow(h, b - 1.0)
        →""", when="0.0 <= a <= 0.0 < b", partial="b * pow(a, b - 1.0)"),
    Argument("power", "a", "power", f"""
        out * (pow(1.0 + h / a, b) - 1.0) / h
        out * (exp({_GROWTH}) - 1.0) / h
        out * ((exp({_GROWTH}) - 1.0) / ({_GROWTH})) * ({_GROWTH} / h)
        → out * 1.0 * (b / a)""",
        when="abs(a * b) > 0.0", partial="b * pow(a, b - 1.0)"),
    Argument("power", "b", "power_by_exponent", """
        (out * pow(a, h) - out) / h
        out * ((exp(h * log(a)) - 1.0) / h)
        →""",
        when="a > 0.0", partial="out * log(a)"),
    Argument("power", "b", "power_of_zero", """
        (0.0 - 0.0) / h""", when="0.0 <= a <= 0.0 < b", partial="0.0"),
    Argument("exp", "a", "exp", """
        (out * exp(h) - out) / h
        out * ((exp(h) - 1.0) / h)
        →"""),
    Argument("exp2", "a", "power_by_exponent", """
        (out * pow(2.0, h) - out) / h
        out * ((exp(h * log(2.0)) - 1.0) / h)
        →"""),
    Argument("expm1", "a", "exp", """
        (exp(a + h) - 1.0 - (exp(a) - 1.0)) / h
        (exp(a) * exp(h) - exp(a)) / h
        exp(a) * ((exp(h) - 1.0) / h)
        →"""),
    Argument("log", "a", "log", """
        log((a + h) / a) / h
        log(1.0 + h / a) / h
        1.0 / a * (log(1.0 + h / a) / (h / a))
        →"""),
    Argument("log1p", "a", "log", """
        (log(1.0 + a + h) - log(1.0 + a)) / h
        log(1.0 + h / (1.0 + a)) / h
        1.0 / (1.0 + a) * (log(1.0 + h / (1.0 + a)) / (h / (1.0 + a)))
        →"""),
    _logarithm("log2", "2.0"),
    _logarithm("log10", "10.0"),
    Argument("sqrt", "a", "conjugate", """
        (a + h - a) / (sqrt(a + h) + sqrt(a)) / h
        1.0 / (sqrt(a + h) + sqrt(a))
        → 1.0 / (2.0 * sqrt(a))"""),
    Argument("cbrt", "a", "cubes", """
        (a + h - a) / (pow(a + h, 2.0 / 3.0) + pow(a + h, 1.0 / 3.0) * out + out * out) / h
        1.0 / (pow(a + h, 2.0 / 3.0) + pow(a + h, 1.0 / 3.0) * out + out * out)
        →""", when="a > 0.0", primal="pow(a, 1.0 / 3.0)"),
    Argument("cbrt", "a", "cubes", """
        (a + h - a) / (pow(-a - h, 2.0 / 3.0) - pow(-a - h, 1.0 / 3.0) * out + out * out) / h
        1.0 / (pow(-a - h, 2.0 / 3.0) - pow(-a - h, 1.0 / 3.0) * out + out * out)
        →""", when="a < 0.0", primal="-pow(-a, 1.0 / 3.0)"),
    Argument("logaddexp", "a", "log_of_sum", """
        (log(exp(a + h) + exp(b)) - out) / (exp(a + h) - exp(a)) * ((exp(a + h) - exp(a)) / h)
        → 1.0 / (exp(a) + exp(b)) * exp(a)"""),
    Argument("logaddexp", "b", "log_of_sum", """
        (log(exp(a) + exp(b + h)) - out) / (exp(b + h) - exp(b)) * ((exp(b + h) - exp(b)) / h)
        → 1.0 / (exp(a) + exp(b)) * exp(b)"""),
    Argument("sin", "a", "sine", """
        (sin(a) * cos(h) + cos(a) * sin(h) - sin(a)) / h
        cos(a) * (sin(h) / h) - sin(a) * ((1.0 - cos(h)) / h)
        → cos(a) * 1.0 - sin(a) * 0.0"""),
    Argument("cos", "a", "sine", """
        (cos(a) * cos(h) - sin(a) * sin(h) - cos(a)) / h
        -sin(a) * (sin(h) / h) - cos(a) * ((1.0 - cos(h)) / h)
        → -sin(a) * 1.0 - cos(a) * 0.0"""),
    Argument("tan", "a", "tangent", """
        (sin(a + h) / cos(a + h) - sin(a) / cos(a)) / h
        (sin(a + h) * cos(a) - cos(a + h) * sin(a)) / (cos(a + h) * cos(a)) / h
        sin(h) / h / (cos(a + h) * cos(a))
        → 1.0 / pow(cos(a), 2.0)"""),
    _inverse("asin", "sin", """
        → 1.0 / cos(out)
        1.0 / sqrt(1.0 - pow(sin(out), 2.0))"""),
    _inverse("acos", "cos", """
        → -1.0 / sin(out)
        -1.0 / sqrt(1.0 - pow(cos(out), 2.0))"""),
    _inverse("atan", "tan", """
        → 1.0 / (1.0 + pow(tan(out), 2.0))"""),
    Argument("atan2", "a", "cut", """
        (atan2(h, b) - pi) / h""",
        when="b < 0.0 <= a <= 0.0", partial="1.0 / b", is_convention=True),
    Argument("atan2", "a", "angle", """
        atan(h * b / (a * (a + h) + b * b)) / h
        →"""),
    Argument("atan2", "b", "angle", """
        atan(-a * h / (a * a + b * (b + h))) / h
        →"""),
    Argument("sinh", "a", "hyperbolic_sine", """
        (sinh(a) * cosh(h) + cosh(a) * sinh(h) - sinh(a)) / h
        cosh(a) * (sinh(h) / h) + sinh(a) * ((cosh(h) - 1.0) / h)
        → cosh(a) * 1.0 + sinh(a) * 0.0"""),
    Argument("cosh", "a", "hyperbolic_sine", """
        (cosh(a) * cosh(h) + sinh(a) * sinh(h) - cosh(a)) / h
        sinh(a) * (sinh(h) / h) + cosh(a) * ((cosh(h) - 1.0) / h)
        → sinh(a) * 1.0 + cosh(a) * 0.0"""),
    Argument("tanh", "a", "hyperbolic_tangent", """
        (sinh(a + h) / cosh(a + h) - sinh(a) / cosh(a)) / h
        (sinh(a + h) * cosh(a) - cosh(a + h) * sinh(a)) / (cosh(a + h) * cosh(a)) / h
        sinh(h) / h / (cosh(a + h) * cosh(a))
        → 1.0 / pow(cosh(a), 2.0)"""),
    _inverse("asinh", "sinh", """
        → 1.0 / cosh(out)
        1.0 / sqrt(1.0 + pow(sinh(out), 2.0))"""),
    _inverse("acosh", "cosh", """
        → 1.0 / sinh(out)
        1.0 / sqrt(pow(cosh(out), 2.0) - 1.0)"""),
    _inverse("atanh", "tanh", """
        → 1.0 / (1.0 - pow(tanh(out), 2.0))"""),
    Argument("erf", "a", "strip", """
        → 2.0 / sqrt(pi) * exp(-a * a) * h / h"""),
    Argument("erfc", "a", "strip", """
        -(erf(a + h) - erf(a)) / h
        → -2.0 / sqrt(pi) * exp(-a * a) * h / h"""),
    Argument("normal_cdf", "a", "bell_strip", """
        → exp(-0.5 * a * a) / sqrt(2.0 * pi) * h / h"""),
    Argument("hypot", "a", "conjugate", """
        (pow(a + h, 2.0) + pow(b, 2.0) - (pow(a, 2.0) + pow(b, 2.0))) / (hypot(a + h, b) + out) / h
        (2.0 * a * h + pow(h, 2.0)) / (hypot(a + h, b) + out) / h
        (2.0 * a + h) / (hypot(a + h, b) + out)
        → 2.0 * a / (2.0 * out)"""),
    Argument("hypot", "b", "conjugate", """
        (pow(a, 2.0) + pow(b + h, 2.0) - (pow(a, 2.0) + pow(b, 2.0))) / (hypot(a, b + h) + out) / h
        (2.0 * b * h + pow(h, 2.0)) / (hypot(a, b + h) + out) / h
        (2.0 * b + h) / (hypot(a, b + h) + out)
        → 2.0 * b / (2.0 * out)"""),
    follows("abs", "a", "a > 0.0", "a"),
    Argument("abs", "a", "side", """
        -h / h""", when="a < 0.0", primal="-a", partial="-1.0"),
    Argument("abs", "a", "kink_middle", """
        abs(h) / h
        1.0 if h > 0.0 else -1.0""", when="0.0 <= a <= 0.0", partial="0.0", is_convention=True),
    stays("sign", "a", "a > 0.0", "1.0"),
    stays("sign", "a", "a < 0.0", "-1.0"),
    Argument("sign", "a", "jump_both", """
        (1.0 if h > 0.0 else -1.0) / h
        1.0 / abs(h)""", when="0.0 <= a <= 0.0", is_convention=True),
    stays("floor", "a", "abs(fmod(a, 1.0)) > 0.0", "out"),
    _jump("floor", "a", "((out if h > 0.0 else out - 1.0) - out) / h",
        "0.0 if h > 0.0 else -1.0 / h", "0.0 <= fmod(a, 1.0) <= 0.0"),
    Argument("detach", "a", "detached", """
        (a + h - a) / h
        h / h""", is_convention=True),
    follows("max", "a", "a > b", "a"),
    stays("max", "a", "a < b", "b"),
    _tie("max", "a", "((a + h if h > 0.0 else b) - b) / h", "1.0 if h > 0.0 else 0.0"),
    follows("max", "b", "a < b", "b"),
    stays("max", "b", "a > b", "a"),
    _tie("max", "b", "((b + h if h > 0.0 else a) - a) / h", "1.0 if h > 0.0 else 0.0"),
    follows("min", "a", "a < b", "a"),
    stays("min", "a", "a > b", "b"),
    _tie("min", "a", "((a + h if h < 0.0 else b) - b) / h", "1.0 if h < 0.0 else 0.0"),
    follows("min", "b", "a > b", "b"),
    stays("min", "b", "a < b", "a"),
    _tie("min", "b", "((b + h if h < 0.0 else a) - a) / h", "1.0 if h < 0.0 else 0.0"),
    Argument("sigmoid", "a", "sigmoid", """
        (exp(-a) - exp(-(a + h))) / ((1.0 + exp(-(a + h))) * (1.0 + exp(-a))) / h
        exp(-a) * ((1.0 - exp(-h)) / h) / ((1.0 + exp(-(a + h))) * (1.0 + exp(-a)))
        → exp(-a) / pow(1.0 + exp(-a), 2.0)
        1.0 / (1.0 + exp(-a)) * (1.0 - 1.0 / (1.0 + exp(-a)))"""),
    Argument("softplus", "a", "softplus", """
        (log(1.0 + exp(a + h)) - out) / (exp(a + h) - exp(a)) * ((exp(a + h) - exp(a)) / h)
        → 1.0 / (1.0 + exp(a)) * exp(a)
        (exp(out) - 1.0) / exp(out)"""),
    follows("relu", "a", "a > 0.0", "a"),
    stays("relu", "a", "a < 0.0", "0.0"),
    Argument("relu", "a", "kink_left", """
        (0.0 if h <= 0.0 else h) / h
        0.0 if h < 0.0 else 1.0""", when="0.0 <= a <= 0.0", partial="0.0", is_convention=True),
    follows("leaky_relu", "a", "a > 0.0", "a"),
    Argument("leaky_relu", "a", "side", """
        slope * h / h""", when="a < 0.0", primal="slope * a", partial="slope"),
    Argument("leaky_relu", "a", "kink_left", """
        (slope * h if h <= 0.0 else h) / h
        slope if h < 0.0 else 1.0""", when="0.0 <= a <= 0.0", partial="slope", is_convention=True),
    Argument("leaky_relu", "slope", "", """
        h * a / h""", when="a <= 0.0", primal="slope * a", partial="a"),
    stays("leaky_relu", "slope", "a > 0.0", "a"),
    follows("elu", "a", "a > 0.0", "a"),
    Argument("elu", "a", "exp", """
        alpha * (exp(a + h) - exp(a)) / h
        alpha * exp(a) * ((exp(h) - 1.0) / h)
        →""",
        when="a < 0.0", primal="alpha * expm1(a)", partial="alpha * exp(a)"),
    Argument("elu", "a", "kink_left", """
        (alpha * expm1(h) if h <= 0.0 else h) / h
        → alpha if h < 0.0 else 1.0""",
        when="0.0 <= a <= 0.0", partial="alpha", is_convention=True),
    Argument("elu", "alpha", "", """
        h * expm1(a) / h""", when="a <= 0.0", primal="alpha * expm1(a)", partial="expm1(a)"),
    stays("elu", "alpha", "a > 0.0", "a"),
    Argument("silu", "a", "silu", f"""
        {_SIGMOID_LATER} + a * (({_SIGMOID_LATER} - {_SIGMOID}) / h)
        → {_SIGMOID} + a * (exp(-a) / pow(1.0 + exp(-a), 2.0))"""),
    Argument("gelu", "a", "gelu", f"""
        {_PHI_LATER} + a * (({_PHI_LATER} - {_PHI}) / h)
        →"""),
    stays("less", "a", "a < b", "1.0"),
    stays("less", "a", "a > b", "0.0"),
    _jump("less", "a", "((1.0 if h < 0.0 else 0.0) - 0.0) / h", "1.0 / h if h < 0.0 else 0.0"),
    stays("less", "b", "a < b", "1.0"),
    stays("less", "b", "a > b", "0.0"),
    _jump("less", "b", "((1.0 if h > 0.0 else 0.0) - 0.0) / h", "1.0 / h if h > 0.0 else 0.0"),
    stays("at_most", "a", "a < b", "1.0"),
    stays("at_most", "a", "a > b", "0.0"),
    _jump("at_most", "a", "((1.0 if h <= 0.0 else 0.0) - 1.0) / h", "-1.0 / h if h > 0.0 else 0.0"),
    stays("at_most", "b", "a < b", "1.0"),
    stays("at_most", "b", "a > b", "0.0"),
    _jump("at_most", "b", "((1.0 if h >= 0.0 else 0.0) - 1.0) / h", "-1.0 / h if h < 0.0 else 0.0"),
    stays("equal", "a", "a < b", "0.0"),
    stays("equal", "a", "a > b", "0.0"),
    _jump("equal", "a", "(0.0 - 1.0) / h", "-1.0 / h"),
    stays("equal", "b", "a < b", "0.0"),
    stays("equal", "b", "a > b", "0.0"),
    _jump("equal", "b", "(0.0 - 1.0) / h", "-1.0 / h"),
    stays("where", "a", "0.0 <= condition <= 0.0", "b", "condition"),
    follows("where", "a", "abs(condition) > 0.0", "a", "condition"),
    follows("where", "b", "0.0 <= condition <= 0.0", "b", "condition"),
    stays("where", "b", "abs(condition) > 0.0", "a", "condition"),
    Argument("half_squared_error", "a", "cancelled", """
        0.5 * (pow(a - b, 2.0) + 2.0 * (a - b) * h + pow(h, 2.0) - pow(a - b, 2.0)) / h
        ((a - b) * h + pow(h, 2.0) / 2.0) / h
        a - b + h / 2.0
        →""", primal="0.5 * pow(a - b, 2.0)"),
    Argument("half_squared_error", "b", "cancelled", """
        0.5 * (pow(a - b, 2.0) - 2.0 * (a - b) * h + pow(h, 2.0) - pow(a - b, 2.0)) / h
        ((b - a) * h + pow(h, 2.0) / 2.0) / h
        b - a + h / 2.0
        →""", primal="0.5 * pow(a - b, 2.0)"),
    Argument("binary_cross_entropy", "a", "softplus", f"""
        ({_SOFTPLUS_LATER} - {_SOFTPLUS}) / h - h * b / h
        ({_SOFTPLUS_LATER} - {_SOFTPLUS}) / {_EXP_GROWTH} * ({_EXP_GROWTH} / h) - b
        → 1.0 / (1.0 + exp(a)) * exp(a) - b""", primal="log(1.0 + exp(a)) - a * b"),
    Argument("binary_cross_entropy", "b", "", """
        (h * log(1.0 + exp(-a)) - h * log(1.0 + exp(a))) / h
        log(1.0 + exp(-a)) - log(1.0 + exp(a))
        log((1.0 + exp(-a)) / (1.0 + exp(a)))
        log(exp(-a))"""),
    Argument("huber", "a", "cancelled", """
        0.5 * (pow(a - b, 2.0) + 2.0 * (a - b) * h + pow(h, 2.0) - pow(a - b, 2.0)) / h
        a - b + h / 2.0
        →""", when="abs(a - b) < delta", primal="0.5 * pow(a - b, 2.0)", partial="a - b"),
    _far_from("a", "a - b", "delta"),
    _far_from("a", "b - a", "-delta"),
    Argument("huber", "a", "joint", "→"),
    Argument("huber", "b", "cancelled", """
        0.5 * (pow(a - b, 2.0) - 2.0 * (a - b) * h + pow(h, 2.0) - pow(a - b, 2.0)) / h
        b - a + h / 2.0
        →""", when="abs(a - b) < delta", primal="0.5 * pow(a - b, 2.0)", partial="b - a"),
    _far_from("b", "a - b", "-delta"),
    _far_from("b", "b - a", "delta"),
    Argument("huber", "b", "joint", "→"),
)
# fmt: on

# A power by its base is the same, whether the exponent is a constant for the row or not.
_SHARED = [
    argument._replace(row="power_constant")
    for argument in _TABLE
    if (argument.row, argument.operand) == ("power", "a")
]
ARGUMENTS = (*_TABLE, *_SHARED, *SLOPES)
