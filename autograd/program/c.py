"""A program in C99: Python's statements one for one, and the same bits.

A compiler may compute a function itself where it knows the numbers, and not to the last bit as libm
does; `libm_pow`, a pointer to libm's function that it cannot see through, keeps it from that.
"""

import ast
from collections.abc import Iterator, Sequence
from math import isinf, isnan
from textwrap import fill

from autograd.core import notation
from autograd.core.formula import names_in
from autograd.core.graph import printable
from autograd.core.notation import Written
from autograd.core.rows import CONSTANTS, FUNCTIONS, arity
from autograd.program.language import Language, Line, Outline, Statement

# Of C99, and of what came after it.
_KEYWORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline
    int long register restrict return short signed sizeof static struct switch typedef union
    unsigned void volatile while
    alignas alignof bool constexpr false nullptr static_assert thread_local true typeof
    typeof_unqual asm main
"""
# Of math.h: each function has a sister for float and one for long double.
_FUNCTIONS = """
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh drem erf erfc exp exp10 exp2
    expm1 fabs fdim finite floor fma fmax fmin fmod frexp gamma hypot ilogb isinf isnan j0 j1 jn
    ldexp lgamma llrint llround log log10 log1p log2 logb lrint lround modf nan nearbyint nextafter
    nexttoward pow pow10 remainder remquo rint round scalb scalbln scalbn significand sin sincos
    sinh sqrt tan tanh tgamma trunc y0 y1 yn
"""
_OTHERS = """
    DOMAIN FP_FAST_FMA FP_FAST_FMAF FP_FAST_FMAL FP_ILOGB0 FP_ILOGBNAN FP_INFINITE FP_NAN FP_NORMAL
    FP_SUBNORMAL FP_ZERO HUGE HUGE_VAL HUGE_VALF HUGE_VALL INFINITY MATH_ERREXCEPT MATH_ERRNO
    MAXFLOAT M_1_PI M_2_PI M_2_SQRTPI M_E M_LN10 M_LN2 M_LOG10E M_LOG2E M_PI M_PI_2 M_PI_4 M_SQRT1_2
    M_SQRT2 NAN OVERFLOW PLOSS SING TLOSS UNDERFLOW X_TLOSS double_t float_t fpclassify isfinite
    isgreater isgreaterequal isless islessequal islessgreater isnormal isunordered linux
    lgamma_r lgammaf_r lgammal_r math_errhandling signbit signgam unix
"""
# Of the other headers of the standard library: a function called so would take their place.
_LIBRARY = """
    abort abs asctime assert atexit atof atoi atol atoll bsearch btowc cabs cacos cacosh calloc carg
    casin casinh catan catanh ccos ccosh cexp cimag clearerr clock clog conj cpow cproj creal csin
    csinh csqrt ctan ctanh ctime difftime div errno exit fclose feclearexcept fegetenv
    fegetexceptflag fegetround feholdexcept feof feraiseexcept ferror fesetenv fesetexceptflag
    fesetround fetestexcept feupdateenv fflush fgetc fgetpos fgets fgetwc fgetws fopen fprintf fputc
    fputs fputwc fputws fread free freopen fscanf fseek fsetpos ftell fwide fwprintf fwrite fwscanf
    getc getchar getenv gets getwc getwchar gmtime imaxabs imaxdiv isalnum isalpha isblank iscntrl
    isdigit isgraph islower isprint ispunct isspace isupper iswalnum iswalpha iswblank iswcntrl
    iswctype iswdigit iswgraph iswlower iswprint iswpunct iswspace iswupper iswxdigit isxdigit labs
    ldiv llabs lldiv localeconv localtime longjmp malloc mblen mbrlen mbrtowc mbsinit mbsrtowcs
    mbstowcs mbtowc memchr memcmp memcpy memmove memset mktime perror printf putc putchar puts putwc
    putwchar qsort raise rand realloc remove rename rewind scanf setbuf setjmp setlocale setvbuf
    signal snprintf sprintf srand sscanf stderr stdin stdout strcat strchr strcmp strcoll strcpy
    strcspn strerror strftime strlen strncat strncmp strncpy strpbrk strrchr strspn strstr strtod
    strtof strtoimax strtok strtol strtold strtoll strtoul strtoull strtoumax strxfrm swprintf
    swscanf system time tmpfile tmpnam tolower toupper towctrans towlower towupper ungetc ungetwc
    va_arg va_copy va_end va_start vfprintf vfscanf vfwprintf vfwscanf vprintf vscanf vsnprintf
    vsprintf vsscanf vswprintf vswscanf vwprintf vwscanf wcrtomb wcscat wcschr wcscmp wcscoll wcscpy
    wcscspn wcsftime wcslen wcsncat wcsncmp wcsncpy wcspbrk wcsrchr wcsrtombs wcsspn wcsstr wcstod
    wcstof wcstoimax wcstok wcstol wcstold wcstoll wcstombs wcstoul wcstoull wcstoumax wcsxfrm
    wctob wctomb wctrans wctype wmemchr wmemcmp wmemcpy wmemmove wmemset wprintf wscanf
"""
_ARRAYS = ("inputs", "parameters", "constants", "values", "gradients")
_FILLED = ("values", "gradients")
_SUFFIXES = ("", "f", "l")
_SISTERS = (name + suffix for name in _FUNCTIONS.split() for suffix in _SUFFIXES)
_TAKEN = frozenset([*_KEYWORDS.split(), *_SISTERS, *_OTHERS.split()])
# Those of complex.h have sisters too, and the others lose little by it.
_NO_FUNCTIONS = _TAKEN | {name + suffix for name in _LIBRARY.split() for suffix in _SUFFIXES}

_EXACT = ("abs", "sqrt")  # which IEEE 754 defines to the last bit
_AS_IN_LIBM = {function: f"libm_{function}" for function in FUNCTIONS}

# The same as in machine.py, which says what it does; 5.562684646268003e-309 is 2⁻¹⁰²⁴.
_HYPOT = """\
#ifndef PYTHON_HYPOT
#define PYTHON_HYPOT
/* hypot as Python has it, nearer to the truth than libm's. */
static void python_add_square(double sum[3], double x, double sign)
{
    double upper = x * 134217729.0 - (x * 134217729.0 - x);
    double lower = x - upper;
    double square = x * x;
    double larger = sum[0] + sign * square;
    sum[1] += sign * (lower * lower - ((square - upper * upper) - 2.0 * upper * lower));
    sum[2] += sum[0] - larger + sign * square;
    sum[0] = larger;
}

static double python_hypot(double a, double b)
{
    double largest = fmax(fabs(a), fabs(b));
    double sum[3] = {1.0, 0.0, 0.0};
    int exponent;
    if (!isfinite(a) || !isfinite(b) || largest < 5.562684646268003e-309)
        return hypot(a, b);
    frexp(largest, &exponent);
    double scale = ldexp(1.0, -exponent);
    python_add_square(sum, a * scale, 1.0);
    python_add_square(sum, b * scale, 1.0);
    double h = sqrt(sum[0] - 1.0 + (sum[1] + sum[2]));
    python_add_square(sum, h, -1.0);
    h += (sum[0] - 1.0 + (sum[1] + sum[2])) / (2.0 * h);
    return h / scale;
}
#endif

"""
_OF_HYPOT = ("python_hypot", "python_add_square", "PYTHON_HYPOT")


class Formulas(notation.C):
    """C's formulas, with functions called in libm that a compiler might compute."""

    def number(self, x: float) -> str:
        if isnan(x):
            return "NAN"
        if isinf(x):
            return "INFINITY" if x > 0.0 else "-INFINITY"
        return repr(x)

    def call(self, function: str, arguments: Sequence[ast.expr]) -> Written:
        is_number = not any(names_in(x) - {*CONSTANTS, *FUNCTIONS} for x in arguments)
        # Any exponent may be a number by the time that its name is filled in.
        if function == "hypot":
            function = "python_hypot"
        elif function == "pow" or (is_number and function not in _EXACT):
            function = _AS_IN_LIBM[function]
        return super().call(function, arguments)


FORMULAS = Formulas()


class C(Language):
    """One function in C99, which needs libm and allocates nothing.

    Raises ValueError if it cannot have that name, TypeError for a name that is no string.
    """

    def __init__(self, function: str) -> None:
        _check_name(function)
        super().__init__(FORMULAS)
        self.function_name = function
        self.reserved = _TAKEN | {function, *_ARRAYS, *_AS_IN_LIBM.values(), *_OF_HYPOT}

    def identifier(self, name: str) -> str:
        """A name of Python's; signs beyond ASCII are their code points: λ is u03bb."""
        text = "".join(sign if sign.isascii() else f"u{ord(sign):04x}" for sign in name)
        return f"v{text}" if text.startswith("_") else text

    def line(self, line: Line) -> str:
        if isinstance(line, str):
            return f"// {line}"
        declared = "double " if line.is_first else ""
        return f"{declared}{line.name} = {line.formula};"

    def function(self, outline: Outline) -> str:
        body, read = _read(outline)
        loss = outline.values[0].written()
        formulas = "\n".join(line.formula for line in body if isinstance(line, Statement))
        lines = [
            *_libm(formulas),
            *_unpacked("inputs", outline.inputs, read),
            *_unpacked("parameters", outline.parameters, read),
            *_unpacked("constants", outline.constants, read),
            *(self.line(line) for line in body),
            *_stored(outline),
            *([] if outline.is_several else [f"return {loss};"]),
        ]
        indented = "".join(f"    {line}\n" for line in lines)
        kind = "void" if outline.is_several else "double"
        head = f"{kind} {self.function_name}({_arguments(outline)})"
        told = _told(self.function_name, outline, formulas)
        called = _HYPOT if "python_hypot(" in formulas else ""
        return f"{told}#include <math.h>\n\n{called}{head}\n{{\n{indented}}}\n"


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"a name is a string, got {type(name).__name__}: {name!r:.80}")
    if not (name.isidentifier() and name.isascii() and not name.startswith("_")):
        expected = "a letter, then letters, digits and _"
        raise ValueError(f"{name!r} is no name for a function in C: expected {expected}")
    if name in _OF_HYPOT:
        raise ValueError(f"{name!r} is no name for a function in C: programs have one of that name")
    if name in _NO_FUNCTIONS:
        raise ValueError(f"{name!r} is no name for a function in C: C or its library has that")


def _read(outline: Outline) -> tuple[list[Line], set[str]]:
    """The lines that anything reads, and the names that are read.

    Compilers warn of others. Python has them, as they may raise.
    """
    read = {name for result in outline.results for name in result}
    lines: list[Line] = []
    for line in reversed([*outline.once, *outline.body]):
        if isinstance(line, str):
            lines.append(line)
        elif line.name in read:
            lines.append(line)
            read |= _words(line.formula)
    return lines[::-1], read


def _words(formula: str) -> set[str]:
    signs = [sign if sign.isalnum() or sign == "_" else " " for sign in formula]
    return set("".join(signs).split())


def _libm(formulas: str) -> Iterator[str]:
    """The pointers to functions of libm by which formulas call them."""
    called = [function for function in FUNCTIONS if f"libm_{function}(" in formulas]
    if called:
        yield "// volatile, as compilers make x * x of pow(x, 2.0), which has another last bit"
    for function in called:
        arguments = ", ".join(["double"] * arity(function))
        yield f"double (*const volatile libm_{function})({arguments}) = {function};"


def _unpacked(array: str, names: Sequence[str], read: set[str]) -> Iterator[str]:
    if names and read.isdisjoint(names):
        yield f"(void) {array};"
    for i, name in enumerate(names):
        if name in read:
            yield f"double {name} = {array}[{i}];"


def _stored(outline: Outline) -> Iterator[str]:
    """Fill in the results; the only value is given back instead."""
    for i, value in enumerate(outline.values if outline.is_several else ()):
        yield f"values[{i}] = {value.written()};"
    for i, row in enumerate(outline.gradients):
        of_output = f"[{i}]" if outline.is_several else ""
        for k, gradient in enumerate(row):
            yield f"gradients{of_output}[{k}] = {gradient.written()};"


def _arrays(outline: Outline) -> dict[str, str]:
    """The lengths of the arrays that are not empty, which C has none of: `[2]`, or `[3][2]`."""
    outputs = len(outline.values) if outline.is_several else 0
    parameters = len(outline.gradients[0])
    sizes = (
        [len(outline.inputs)],
        [len(outline.parameters)],
        [len(outline.constants)],
        [outputs],
        [outputs, parameters] if outline.is_several else [parameters],
    )
    named = zip(_ARRAYS, sizes, strict=True)
    return {array: "".join(f"[{size}]" for size in of) for array, of in named if all(of)}


def _arguments(outline: Outline) -> str:
    arguments = []
    for array, lengths in _arrays(outline).items():
        kind = "double" if array in _FILLED else "const double"
        arguments.append(f"{kind} {array}{lengths}")
    return ", ".join(arguments) or "void"


_TOLD = """\
/*
 * A recorded graph and its derivatives.
 *
{table}
 *
 * Compile by cc -std=c99 -O2 -ffp-contract=off, so that a * b + c rounds twice; never -ffast-math.
 * Then the numbers are Python's to the last bit, where doubles have 64 bits and libm is Python's.
 * A program that calls it is linked with -lm.
 * Nothing is checked: what is not defined, or past the largest double, is a NaN or an infinity.
{but} */
"""
_BUT = " * But a hypot below 2^-1024 is libm's, as versions of Python differ in it.\n"


def _told(function: str, outline: Outline, formulas: str) -> str:
    """What the function takes and gives, and how to compile it."""
    values = ", ".join(value.written() for value in outline.values)
    call = f"{function}({', '.join(_arrays(outline))});"
    by = f"of {values} by each parameter"
    if outline.is_several:
        by = "a row for each value: its derivatives by each parameter"
    else:
        result = values if values.isidentifier() else "result"
        call = f"double {result} = {call}"
    rows = [
        ("call", call),
        ("inputs", ", ".join(outline.inputs)),
        ("parameters", ", ".join(outline.parameters)),
        ("constants", ", ".join(outline.constants)),
        ("values" if outline.is_several else "", values),
        ("gradients" if outline.gradients[0] else "", by),
        ("" if outline.is_several else "returns", values),
    ]
    lines = [_row(title, text) for title, text in rows if title and text]
    for name, label in outline.renamed.items():
        lines.append(f" *     {'':12}{name} is {_in_comment(label)}")
    return _TOLD.format(table="\n".join(lines), but=_BUT if "hypot(" in formulas else "")


def _in_comment(label: str) -> str:
    """A label on one line, with escapes for what does not print, or means something in a comment.

    ??/ at the end of a line joins it to the next, as a backslash does.
    """
    text = printable(label.replace("\\", r"\\"))
    return text.replace("*/", r"*\/").replace("/*", r"/\*").replace("??", r"?\?")


def _row(title: str, text: str) -> str:
    return fill(
        text,
        100,
        initial_indent=f" *     {title:12}",
        subsequent_indent=f" *     {'':12}",
        break_long_words=False,
    )
