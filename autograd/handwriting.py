"""Expressions as people write them: x·w, x², 2x, √x, |x|, e^x, ln x, and what Python reads for it.

Nothing is run or guessed at in silence: what is read differently is told, with its column.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
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

_INVERSES = {"sin": "asin", "cos": "acos", "tan": "atan"}
_INVERSES |= {f"{name}h": f"{inverse}h" for name, inverse in _INVERSES.items()}

_LONGEST_PRODUCT = 12  # letters of a name that is taken apart, for which there are many ways

_SUPERSCRIPT = "".join(_SUPERSCRIPTS)
_LETTER = rf"(?:(?![{_SUPERSCRIPT}])\w)"
_TOKEN = re.compile(
    rf"""
    (?P<gap>\s*)
    (?: (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
    |   (?P<raised>[{_SUPERSCRIPT}]+)
    |   (?:(?:math|np|numpy|torch|jnp)\.)?(?P<name>(?!\d){_LETTER}+)
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
    """An expression as Python reads it, and what was written otherwise, from left to right.

    `other` is a second reading: what stands side by side is read as narrowly as can be, sin x² as
    sin(x)**2, and in `text` as widely, sin(x**2). It is `text` itself where there is but one.
    """

    text: str
    fixes: list[Fix]
    other: str

    def told(self) -> str:
        """What to write, in one sentence."""
        if self.text != self.other:
            return f"it may be read in two ways: write {self.text!r}, or {self.other!r}"
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
        tokens = _taken_apart(list(_tokens(upright)), given, functions)
        narrow = _Reader(upright, tokens, given, functions, is_wide=False)
        reader = _Reader(upright, tokens, given, functions, is_wide=True)
        other = narrow.until("")
        found = reader.until("")
    except (_UnreadableError, RecursionError):
        return None
    wide = [
        Fix(i, was, becomes)
        for i, (was, becomes) in enumerate(zip(text, upright, strict=True))
        if was != becomes
    ]
    fixes = wide + reader.fixes
    return Rewritten(found, fixes, other) if fixes else None


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
        yield Token(kind, match[kind], match.end("gap"), match.end(kind))
        at = match.end()


def _taken_apart(
    tokens: Sequence[Token], given: Collection[str], functions: Collection[str]
) -> list[Token]:
    """The tokens, with names that have no number taken apart: xw is x and w, lnx is ln and x.

    The letter e is taken for a number beside another one, or where it has an exponent.
    """
    found: list[Token] = []
    known = {*given, *functions, *_SYNONYMS}
    for i, token in enumerate(tokens):
        before = found[-1] if found else None
        after = tokens[i + 1] if i + 1 < len(tokens) else None
        parts = []
        if token.kind == "name" and token.text not in known | {*_INSTEAD}:
            is_beside = before and before.kind == "number" and before.end == token.start
            has_power = after and (after.kind == "raised" or after.text in ("^", "**"))
            names = known | {"π"} | ({"e"} if is_beside or has_power else set())
            parts = _split(token.text.translate(_SUBSCRIPTS), names)
        if not {*given, "π"}.intersection(parts):
            parts = [token.text]
        end = token.end - len("".join(parts))
        start = token.start
        for part in parts:
            end += len(part)
            found.append(Token(token.kind, token.text if len(parts) == 1 else part, start, end))
            start = end
    return found


class _Reader:
    """Reads tokens from left to right, and notes what it writes otherwise."""

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        given: Collection[str],
        functions: Collection[str],
        *,
        is_wide: bool,
    ) -> None:
        self.is_wide = is_wide
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
                value = (token.start, self._operand())
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
        product = _times(factor, value)
        self._note(start, product)
        found.append(f"*{value}")
        return start, product

    def _operand(self) -> str:
        """Read what follows a sign: in the wide reading, of / all that stands side by side."""
        start = self.at
        before = self.tokens[start - 1].text if start else ""
        if before in ("-", "−", "–", "—") and start > 1:
            before = self.tokens[start - 2].text
        if before == "^":
            return self._exponent(in_brackets=True)
        if not self.is_wide or before not in ("/", "÷", "∕", "⁄"):
            return self._value()
        factors = self._factors()
        if len(factors) == 1:
            return factors[0]
        return self._noted(self.tokens[start].start, f"({'*'.join(factors)})")

    def _factors(self, *, before_functions: bool = False) -> list[str]:
        """Read values that stand side by side, each with its power."""
        factors = [self._powered()]
        while self.at < len(self.tokens) and self._begins_value(self._token(), "|"):
            if before_functions and self._is_function(self._token()):
                break
            value = self._powered()
            _times(factors[-1], value)
            factors.append(value)
        return factors

    def _powered(self) -> str:
        """Read a value with its power, which is one value too: x²/2 is no x^(2/2)."""
        value = self._value()
        if self._next() in ("^", "**"):
            self._take()
            return f"{value}**{self._narrow_exponent()}"
        power = self._raised()
        return f"{value}**{power}" if power else value

    def _narrow_exponent(self) -> str:
        """Read an exponent with its minus and its own exponent."""
        if self._next() in ("-", "−"):
            self._take()
            return f"-{self._narrow_exponent()}"
        return self._powered()

    def _is_function(self, token: Token) -> bool:
        return token.kind == "name" and token.text not in self.given and self._ours(token) != ""

    def _ours(self, token: Token) -> str:
        """The function of ours that a name means, or nothing."""
        for name in (token.text, token.text.lower()):
            ours = _SYNONYMS.get(name, name)
            if ours in self.functions:
                return ours
        return ""

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
            is_wide = self.is_wide and self._next() != "("
            under = "*".join(self._factors(before_functions=True)) if is_wide else self._value()
            return self._noted(token.start, _called("sqrt", under))
        raise _UnreadableError

    def _named(self, token: Token) -> str:
        name = token.text
        if name in self.given:
            return self._unless_same(token.start, name)
        if name == "e":
            return self._noted(token.start, self._power_of_e())
        ours = self._ours(token)
        if ours:
            return self._call(token, ours)
        if self._next() == "(":  # of a function that is not known
            self._take()
            return f"{name}({self.until(')')})"
        becomes = "pi" if name == "π" else name.translate(_SUBSCRIPTS)
        return self._unless_same(token.start, becomes)

    def _call(self, token: Token, ours: str) -> str:
        if ours != self.text[token.start : token.end]:
            self._note(token.start, ours)
        power = self._power_of_function()
        is_inverse = power == "-1" and ours in _INVERSES
        if power.startswith("-") and not is_inverse:
            raise _UnreadableError  # log^-1(x) is 1/log(x) to some, and exp(x) to others
        name = _INVERSES[ours] if is_inverse else ours
        has_brackets = self._next() == "("
        if has_brackets:
            self._take()
            call = f"{name}({self.until(')')})"
        else:
            call = _called(name, self._argument())
        if has_brackets and not power:
            return call
        return self._noted(token.start, call if is_inverse or not power else f"{call}**{power}")

    def _power_of_function(self) -> str:
        """Read the 2 of sin²(x), or of sin^2(x)."""
        if self._next() not in ("^", "**"):
            return self._raised()
        self._take()
        minus = "-" if self._next() in ("-", "−") else ""
        if minus:
            self._take()
        token = self._take()
        if token.kind != "number":
            raise _UnreadableError
        return minus + token.text

    def _argument(self) -> str:
        """Read what a function without brackets is of: 2x of sin 2x, and widely x² of sin x²."""
        if not self._begins_value(self._token(), ""):
            raise _UnreadableError
        if self._token().text in ("(", "|"):
            return self._value()
        if self.is_wide:
            argument = "*".join(self._factors(before_functions=True))
            while self._is_close_sign():
                sign = _SIGNS.get(self._next(), self._next())
                self._take()
                argument += sign + "*".join(self._factors(before_functions=True))
            return argument
        first = self._token()
        factors = [self._value()]
        while first.kind == "number" and self.at < len(self.tokens):
            token = self._token()
            if not self._begins_value(token, "|") or self._is_function(token):
                break
            factors.append(self._value())
            _times(factors[-2], factors[-1])
        return "*".join(factors)

    def _is_close_sign(self) -> bool:
        """Whether a × or / follows with no space around it, and then a number or a name."""
        if self.at + 1 >= len(self.tokens):
            return False
        sign, after = self.tokens[self.at : self.at + 2]
        is_close = self._last_end() == sign.start and sign.end == after.start
        is_sign = _SIGNS.get(sign.text, sign.text) in ("*", "/")
        return is_close and is_sign and after.kind in ("number", "name")

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

    def _exponent(self, *, in_brackets: bool = False) -> str:
        """Read an exponent, with its minus and its own exponent; widely 2x of e^2x, 1/2 of x^1/2.

        With `in_brackets` there are some around more than one value.
        """
        if self._next() in ("-", "−"):
            self._take()
            return f"-{self._exponent(in_brackets=in_brackets)}"
        first = self._token()
        start = self.at
        exponent = self._powered()
        if not self.is_wide or first.text in ("(", "|", "√"):
            return exponent
        parts = [exponent]
        while self._is_close_value():
            parts.append(self._powered())
            _times(parts[-2], parts[-1])
        exponent = "*".join(parts)
        if self._is_close_sign() and self._is_fraction(exponent):
            self._take()
            exponent += f"/{self._value()}"
            parts.append(exponent)
        if in_brackets and len(parts) > 1:
            return self._noted(self.tokens[start].start, f"({exponent})")
        return exponent

    def _is_close_value(self) -> bool:
        if self.at == len(self.tokens):
            return False
        token = self._token()
        is_close = token.start == self._last_end() and token.kind in ("number", "name")
        return is_close and not self._is_function(token)

    def _is_fraction(self, above: str) -> bool:
        """Whether / and a number follow what may stand above them: not 2/2, as in x^2/2."""
        sign, below = self.tokens[self.at : self.at + 2]
        if sign.text != "/" or below.kind != "number":
            return False
        is_number = above.isdigit() and below.text.isdigit()
        return not is_number or int(below.text) == 0 or int(above) % int(below.text) != 0

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

    def _unless_same(self, start: int, becomes: str) -> str:
        same = becomes == self.text[start : self._last_end()]
        return becomes if same else self._noted(start, becomes)

    def _noted(self, start: int, becomes: str) -> str:
        self._note(start, becomes)
        return becomes


def _times(factor: str, value: str) -> str:
    if value[0] == "_" or (factor[0].isdigit() and value[0].isdigit()):
        raise _UnreadableError
    return f"{factor}*{value}"


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
