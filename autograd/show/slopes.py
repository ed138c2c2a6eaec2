"""Why the partials of slopes are what they are: the second derivatives of the table of rows.

What is known of a function is used of its slope: its own difference quotient goes to that.
"""

from autograd.core.formula import parsed, replaced
from autograd.core.notation import PYTHON
from autograd.show.argument import Argument, stays


def _later(text: str) -> str:
    """A formula after `a` has grown by h."""
    return PYTHON.template(replaced(parsed(text), {"a": parsed("a + h")})).fill({})


def _over_root(row: str, square: str, change: str, limit: str) -> Argument:
    """For 1 over the root of `square`, which falls by h · `change`."""
    root = f"sqrt({square})"
    later = _later(root)
    lines = (
        f"({root} - {later}) / h * out / {later}",
        f"{change} / ({root} + {later}) * out / {later}",
        f"→ {limit}",
    )
    return Argument(row, "a", "over_root", "\n".join(lines), primal=f"1.0 / {root}")


def _of_product(row: str, factor: str, slope: str, curve: str) -> Argument:
    """For `factor` + a · `slope`, the slope of a · `factor`; that of `slope` itself is `curve`."""
    by_factor = f"({_later(factor)} - {factor}) / h"
    by_slope = f"({_later(slope)} - {slope}) / h"
    lines = (
        f"{by_factor} + {_later(slope)} + a * ({by_slope})",
        f"→ 2.0 * ({slope}) + a * ({curve})",
    )
    return Argument(row, "a", row, "\n".join(lines), primal=f"{factor} + a * ({slope})")


_GROWTH = "(b - 1.0) * log(1.0 + h / a)"
_THIRDS = "-2.0 / 3.0 * log(1.0 + h / a)"

# fmt: off
SLOPES = (
    Argument("power_slope", "a", "power", f"""
        out * (pow(1.0 + h / a, b - 1.0) - 1.0) / h
        out * (exp({_GROWTH}) - 1.0) / h
        out * ((exp({_GROWTH}) - 1.0) / ({_GROWTH})) * ({_GROWTH} / h)
        → out * 1.0 * ((b - 1.0) / a)""",
        when="abs(a * b * (b - 1.0)) > 0.0", primal="b * pow(a, b - 1.0)",
        partial="b * (b - 1.0) * pow(a, b - 2.0)"),
    Argument("power_slope", "b", "power_by_exponent", """
        pow(a, b + h - 1.0) + b * pow(a, b - 1.0) * ((pow(a, h) - 1.0) / h)
        pow(a, b + h - 1.0) + b * pow(a, b - 1.0) * ((exp(h * log(a)) - 1.0) / h)
        → pow(a, b - 1.0) + b * pow(a, b - 1.0) * log(a)""",
        when="a > 0.0", primal="b * pow(a, b - 1.0)"),
    Argument("sqrt_slope", "a", "over_root", """
        0.5 * (sqrt(a) - sqrt(a + h)) / (sqrt(a + h) * sqrt(a)) / h
        -0.5 / (sqrt(a + h) + sqrt(a)) / (sqrt(a + h) * sqrt(a))
        → -0.5 / (2.0 * sqrt(a)) / a"""),
    Argument("exp2_slope", "a", "power_by_exponent", """
        (out * pow(2.0, h) - out) / h
        out * ((exp(h * log(2.0)) - 1.0) / h)
        →"""),
    Argument("cbrt_slope", "a", "power", f"""
        out * (pow(1.0 + h / a, -2.0 / 3.0) - 1.0) / h
        out * (exp({_THIRDS}) - 1.0) / h
        out * ((exp({_THIRDS}) - 1.0) / ({_THIRDS})) * ({_THIRDS} / h)
        → out * 1.0 * (-2.0 / 3.0 / a)"""),
    Argument("logaddexp_slope", "a", "sigmoid", """
        (exp(b - a) - exp(b - (a + h))) / ((1.0 + exp(b - (a + h))) * (1.0 + exp(b - a))) / h
        exp(b - a) * ((1.0 - exp(-h)) / h) / ((1.0 + exp(b - (a + h))) * (1.0 + exp(b - a)))
        → exp(b - a) / pow(1.0 + exp(b - a), 2.0)"""),
    Argument("logaddexp_slope", "b", "exp", """
        (exp(b - a) - exp(b + h - a)) / ((1.0 + exp(b + h - a)) * (1.0 + exp(b - a))) / h
        -exp(b - a) * ((exp(h) - 1.0) / h) / ((1.0 + exp(b + h - a)) * (1.0 + exp(b - a)))
        → -exp(b - a) / pow(1.0 + exp(b - a), 2.0)"""),
    _over_root("asin_slope", "1.0 - pow(a, 2.0)", "(2.0 * a + h)", "a * out * out * out"),
    _over_root("asinh_slope", "1.0 + pow(a, 2.0)", "-(2.0 * a + h)", "-a * out * out * out"),
    _over_root("acosh_slope", "pow(a, 2.0) - 1.0", "-(2.0 * a + h)", "-a * out * out * out"),
    Argument("atan_slope", "a", "cancelled", """
        (pow(a, 2.0) - pow(a + h, 2.0)) / h * out / (1.0 + pow(a + h, 2.0))
        -(2.0 * a + h) * out / (1.0 + pow(a + h, 2.0))
        →""", primal="1.0 / (1.0 + pow(a, 2.0))"),
    Argument("atanh_slope", "a", "cancelled", """
        (pow(a + h, 2.0) - pow(a, 2.0)) / h * out / (1.0 - pow(a + h, 2.0))
        (2.0 * a + h) * out / (1.0 - pow(a + h, 2.0))
        →""", primal="1.0 / (1.0 - pow(a, 2.0))"),
    Argument("atan2_slope", "a", "cancelled", """
        (b * b - a * a - a * h) / (((a + h) * (a + h) + b * b) * (a * a + b * b))
        → (b * b - a * a) / pow(a * a + b * b, 2.0)"""),
    Argument("atan2_slope", "b", "cancelled", """
        -a * (2.0 * b * h + h * h) / ((a * a + (b + h) * (b + h)) * (a * a + b * b)) / h
        -a * (2.0 * b + h) / ((a * a + (b + h) * (b + h)) * (a * a + b * b))
        → -2.0 * a * b / pow(a * a + b * b, 2.0)"""),
    Argument("tanh_slope", "a", "squared_tanh", """
        (pow(tanh(a), 2.0) - pow(tanh(a + h), 2.0)) / h
        -(tanh(a + h) + tanh(a)) * ((tanh(a + h) - tanh(a)) / h)
        →""", primal="1.0 - pow(tanh(a), 2.0)"),
    Argument("sigmoid_slope", "a", "sigmoid_slope", """
        -0.25 * (tanh(0.5 * (a + h)) + tanh(0.5 * a)) * ((tanh(0.5 * (a + h)) - tanh(0.5 * a)) / h)
        → -0.25 * (2.0 * tanh(0.5 * a)) * (2.0 * out)""",
        primal="0.25 * (1.0 - pow(tanh(0.5 * a), 2.0))"),
    Argument("hypot_slope", "a", "over_hypot", """
        ((a + h) * hypot(a, b) - a * hypot(a + h, b)) / (hypot(a + h, b) * hypot(a, b)) / h
        (hypot(a, b) - a * ((hypot(a + h, b) - hypot(a, b)) / h)) / (hypot(a + h, b) * hypot(a, b))
        → (hypot(a, b) - a * (a / hypot(a, b))) / pow(hypot(a, b), 2.0)"""),
    Argument("hypot_slope", "b", "over_hypot", """
        -a * ((hypot(a, b + h) - hypot(a, b)) / h) / (hypot(a, b + h) * hypot(a, b))
        → -a * (b / hypot(a, b)) / pow(hypot(a, b), 2.0)"""),
    Argument("erf_slope", "a", "bell", """
        out * (exp(-2.0 * a * h - h * h) - 1.0) / h
        out * ((exp(-h * (2.0 * a + h)) - 1.0) / (-h * (2.0 * a + h))) * (-(2.0 * a + h))
        → out * 1.0 * (-2.0 * a)"""),
    Argument("normal_cdf_slope", "a", "bell", """
        out * (exp(-a * h - 0.5 * h * h) - 1.0) / h
        out * ((exp(-h * (a + 0.5 * h)) - 1.0) / (-h * (a + 0.5 * h))) * (-(a + 0.5 * h))
        → out * 1.0 * (-a)"""),
    stays("elu_slope", "a", "a > 0.0", "1.0"),
    Argument("elu_slope", "a", "exp", """
        alpha * (exp(a + h) - exp(a)) / h
        alpha * exp(a) * ((exp(h) - 1.0) / h)
        →""",
        when="a < 0.0", primal="alpha * exp(a)", partial="alpha * exp(a)"),
    Argument("elu_slope", "a", "jump_left", """
        ((alpha * exp(h) if h <= 0.0 else 1.0) - alpha) / h
        → alpha if h < 0.0 else (1.0 - alpha) / h""",
        when="0.0 <= a <= 0.0", partial="alpha", is_convention=True),
    Argument("elu_slope", "alpha", "", """
        h * exp(a) / h""", when="a <= 0.0", primal="alpha * exp(a)", partial="exp(a)"),
    stays("elu_slope", "alpha", "a > 0.0", "1.0"),
    _of_product(
        "silu_slope", "1.0 / (1.0 + exp(-a))", "exp(-a) / pow(1.0 + exp(-a), 2.0)",
        "-exp(-a) / pow(1.0 + exp(-a), 2.0) * tanh(0.5 * a)"),
    _of_product(
        "gelu_slope", "0.5 * erfc(-a / sqrt(2.0))", "exp(-0.5 * a * a) / sqrt(2.0 * pi)",
        "-a * exp(-0.5 * a * a) / sqrt(2.0 * pi)"),
)
# fmt: on
