"""Expressions as people write them: x·w, x², 2x, √x, |x|, e^x, ln x, and what Python reads for it.

Nothing is run or guessed at in silence: what is read differently is told, with its column.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from keyword import iskeyword
from typing import NamedTuple

_SIGNS = {
    **dict.fromkeys("·⋅×∙∗•✕", "*"),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("−–—", "-"),
    "^": "**",
}
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")

# The names that functions of ours have elsewhere, of the same operands.
_SYNONYMS = {
    "ln": "log",
    "loge": "log",
    "lg": "log10",
    "ld": "log2",
    "tg": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arctg": "atan",
    "arctan2": "atan2",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "fabs": "abs",
    "sgn": "sign",
    "signum": "sign",
    "maximum": "max",
    "minimum": "min",
    "norm_cdf": "normal_cdf",
    "ndtr": "normal_cdf",
    "cdf": "normal_cdf",
    "Φ": "normal_cdf",
    "σ": "sigmoid",
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "swish": "silu",
    "ReLU": "relu",
    "lse": "logsumexp",
    "log_sum_exp": "logsumexp",
    "sum": "total",
    "Σ": "total",
    "avg": "mean",
    "average": "mean",
    "stop_gradient": "detach",
    "bce": "binary_cross_entropy",
}

# What others have a function for, and an expression says here.
_INSTEAD = {
    "pow": "x**y",
    "power": "x**y",
    "square": "x**2",
    "cube": "x**3",
    "reciprocal": "1/x",
    "rsqrt": "1/sqrt(x)",
    "relu6": "min(relu(x), 6)",
    "clip": "min(max(x, low), high)",
    "clamp": "min(max(x, low), high)",
    "ceil": "-floor(-x)",
    "round": "floor(x + 0.5)",
    "trunc": "sign(x)*floor(abs(x))",
    "heaviside": "less(0, x)",
    "step": "less(0, x)",
    "cot": "1/tan(x)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "softmax": "exp(x - logsumexp(x, y)), of one class among its scores",
    "log_softmax": "x - logsumexp(x, y), of one class among its scores",
    "mse": "mean((x - 1)**2, (y - 2)**2)",
}

_LONGEST_PRODUCT = 12  # letters of a name that is taken apart, for which there are many ways

_SUPERSCRIPT = "".join(_SUPERSCRIPTS)
_LETTER = rf"(?:(?![{_SUPERSCRIPT}])\w)"
_TOKEN = re.compile(
    rf"""
    (?P<gap>\s*)
    (?: (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    |   (?P<raised>[{_SUPERSCRIPT}]+)
    |   (?P<name>(?!\d){_LETTER}+)
    |   (?P<sign>\*\*|[-+*/(),|√^{"".join(_SIGNS)}])
    )""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A number, a name, a raised number or a sign, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class Fix(NamedTuple):
    """What is written otherwise, and where."""

    start: int
    was: str
    becomes: str


class Rewritten(NamedTuple):
    """An expression as Python reads it, and what was written otherwise, from left to right."""

    text: str
    fixes: list[Fix]

    def told(self) -> str:
        """What to write, in one sentence."""
        first = min(self.fixes)
        at = f"at column {first.start + 1}"
        return f"{first.was} is written {first.becomes}, {at}; write {self.text!r}"


class _UnreadableError(Exception):
    """It is not handwriting either."""


def rewritten(text: str, given: Collection[str], functions: Collection[str]) -> Rewritten | None:
    """What Python reads for an expression as people write it, or None if nothing is to be changed.

    `given` are the names with a number, `functions` those that may be called.
    """
    upright = "".join(map(_half_width, text))
    try:
        reader = _Reader(upright, list(_tokens(upright)), given, functions)
        found = reader.until("")
    except (_UnreadableError, RecursionError):
        return None
    wide = [
        Fix(i, was, becomes)
        for i, (was, becomes) in enumerate(zip(text, upright, strict=True))
        if was != becomes
    ]
    fixes = wide + reader.fixes
    return Rewritten(found, fixes) if fixes else None


def _half_width(sign: str) -> str:
    """The sign of ASCII that a full-width one is, as in Chinese text."""
    return unicodedata.normalize("NFKC", sign) if "！" <= sign <= "～" else sign


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(text, at)
        if not match:
            raise _UnreadableError
        kind = str(match.lastgroup)
        if iskeyword(match[kind]):
            raise _UnreadableError
        yield Token(kind, match[kind], match.start(kind), match.end(kind))
        at = match.end()


class _Reader:
    """Reads tokens from left to right, and notes what it writes otherwise."""

    def __init__(
        self, text: str, tokens: list[Token], given: Collection[str], functions: Collection[str]
    ) -> None:
        self.text = text
        self.tokens = tokens
        self.given = given
        self.functions = functions
        self.fixes: list[Fix] = []
        self.at = 0

    def until(self, closing: str) -> str:
        """Read up to a closing sign, which is passed over, or to the end."""
        found: list[str] = []
        last = self._last_end()
        value: tuple[int, str] | None = None  # where the last one begins, and what it became
        while self._next() != closing or (closing == "|" and value is None):
            token = self._token()
            if value and self._begins_value(token, closing):
                value = self._product(found, value)
            elif self._begins_value(token, ""):
                found.append(self._gap(last))
                value = (token.start, self._value())
                found.append(value[1])
            else:
                found.append(self._gap(last) + self._sign(value))
                value = value if token.kind == "raised" else None
            last = self._last_end()
        if closing:
            found.append(self._gap(last))
            self.at += 1
        return "".join(found)

    def _begins_value(self, token: Token, closing: str) -> bool:
        if token.text == "|":
            return closing != "|"
        return token.kind in ("number", "name") or token.text in ("(", "√")

    def _product(self, found: list[str], before: tuple[int, str]) -> tuple[int, str]:
        """Read what follows a value without a sign between them."""
        start, factor = before
        value = self._value()
        if value[0] == "_" or (factor[0].isdigit() and value[0].isdigit()):
            raise _UnreadableError
        self._note(start, f"{factor}*{value}")
        found.append(f"*{value}")
        return start, f"{factor}*{value}"

    def _sign(self, value: tuple[int, str] | None) -> str:
        power = self._raised()
        if power:
            if value is None:
                raise _UnreadableError
            self._note(value[0], f"{value[1]}**{power}")
            return f"**{power}"
        token = self._take()
        if token.text == ")":
            raise _UnreadableError
        ours = _SIGNS.get(token.text, token.text)
        if ours != token.text:
            self._note(token.start, ours)
        return ours

    def _value(self) -> str:
        """Read a number, a name, a call, or something between brackets or bars."""
        token = self._take()
        if token.kind == "number":
            return token.text
        if token.kind == "name":
            return self._named(token)
        if token.text == "(":
            return f"({self.until(')')})"
        if token.text == "|":
            return self._noted(token.start, f"abs({self.until('|')})")
        if token.text == "√":
            return self._noted(token.start, _called("sqrt", self._value()))
        raise _UnreadableError

    def _named(self, token: Token) -> str:
        name = token.text
        if name in self.given:
            return name
        if name == "e":
            return self._noted(token.start, self._power_of_e())
        ours = _SYNONYMS.get(name, name)
        if ours in self.functions:
            return self._call(token, ours)
        if self._next() == "(":  # of a function that is not known
            self._take()
            return f"{name}({self.until(')')})"
        plain = name.translate(_SUBSCRIPTS)
        factors = _split(plain, [*self.given, "π"])
        becomes = "*".join(factors).replace("π", "pi") if factors else plain
        before = self.tokens[self.at - 2].text if self.at > 1 else ""
        if len(factors) > 1 and before in ("/", "÷", "^", "**"):
            becomes = f"({becomes})"
        return becomes if becomes == name else self._noted(token.start, becomes)

    def _call(self, token: Token, ours: str) -> str:
        if ours != token.text:
            self._note(token.start, ours)
        if self._next() == "(":
            self._take()
            return f"{ours}({self.until(')')})"
        if self.at == len(self.tokens) or not self._begins_value(self._token(), "|"):
            raise _UnreadableError
        call = _called(ours, self._value())
        follows = self.at < len(self.tokens) and self._begins_value(self._token(), "|")
        if follows:  # sin 2x is sin(2x) to some, and sin(2)x to others
            raise _UnreadableError
        return self._noted(token.start, call)

    def _power_of_e(self) -> str:
        if self._next() in ("^", "**"):
            self._take()
            return _called("exp", self._exponent())
        return _called("exp", self._raised() or "1")

    def _raised(self) -> str:
        """Read a raised number, if one follows."""
        if self.at == len(self.tokens) or self._token().kind != "raised":
            return ""
        return "".join(_SUPERSCRIPTS[sign] for sign in self._take().text)

    def _exponent(self) -> str:
        """Read an exponent, with its minus and its own exponent."""
        if self._next() in ("-", "−"):
            self._take()
            return f"-{self._exponent()}"
        value = self._value()
        if self._next() in ("^", "**"):
            self._take()
            return f"{value}**{self._exponent()}"
        power = self._raised()
        return f"{value}**{power}" if power else value

    def _token(self) -> Token:
        if self.at == len(self.tokens):
            raise _UnreadableError
        return self.tokens[self.at]

    def _next(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _take(self) -> Token:
        token = self._token()
        self.at += 1
        return token

    def _last_end(self) -> int:
        return self.tokens[self.at - 1].end if self.at else 0

    def _gap(self, last: int) -> str:
        """The space before the next token."""
        return self.text[last : self.tokens[self.at].start]

    def _note(self, start: int, becomes: str) -> None:
        self.fixes.append(Fix(start, self.text[start : self._last_end()], becomes))

    def _noted(self, start: int, becomes: str) -> str:
        self._note(start, becomes)
        return becomes


def _called(function: str, value: str) -> str:
    is_one_group = value.startswith("(") and value.find(")") == len(value) - 1
    return f"{function}{value}" if is_one_group else f"{function}({value})"


def _split(name: str, given: Collection[str]) -> list[str]:
    """The given names that a name is made of, as xw of x and w; none if it is not."""
    if name in given:
        return [name]
    if len(name) > _LONGEST_PRODUCT:
        return []
    for first in sorted(given, key=len, reverse=True):
        rest = _split(name.removeprefix(first), given) if name.startswith(first) else []
        if rest:
            return [first, *rest]
    return []


def meant(name: str, functions: Iterable[str]) -> str:
    """What somebody may have meant by the name of a function that is not known, or nothing."""
    if name in _INSTEAD:
        return f"write {_INSTEAD[name]}"
    known = {**_SYNONYMS, **{function: function for function in functions}}
    close = difflib.get_close_matches(name, known, n=2, cutoff=0.7)
    ours = dict.fromkeys(known[each] for each in close if known[each] in functions)
    return f"did you mean {' or '.join(ours)}?" if ours else ""
