"""Nonlinear regressions whose answers NIST certifies to 11 digits, computed in 128 bits and more.

The data, starts, parameters, their standard deviations and the residual sums of squares are those
of NIST's Statistical Reference Datasets: https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograd import Value, exp

Parameters = Sequence[Value]
Model = Callable[[Parameters, float], Value]
Numbers = tuple[float, ...]


class Regression(NamedTuple):
    """A model, its data, and what NIST certifies of its least squares.

    NIST's first start is far from the answer, its second close to it.
    """

    name: str
    model: Model
    xs: Numbers
    ys: Numbers
    starts: tuple[Numbers, Numbers]
    parameters: Numbers
    deviations: Numbers
    squares: float  # the sum of the squared residuals

    def residuals(self, parameters: Parameters) -> list[Value]:
        """The model less the data, at each x."""
        return [self.model(parameters, x) - y for x, y in zip(self.xs, self.ys, strict=True)]


def numbers(text: str) -> Numbers:
    """A table, as it is printed."""
    return tuple(float(word) for word in text.split())


def saturation(b: Parameters, x: float) -> Value:
    return b[0] * (1.0 - exp(-b[1] * x))


def attenuation(b: Parameters, x: float) -> Value:
    return exp(-b[0] * x) / (b[1] + b[2] * x)


def three_decays(b: Parameters, x: float) -> Value:
    return b[0] * exp(-b[1] * x) + b[2] * exp(-b[3] * x) + b[4] * exp(-b[5] * x)


def two_decays(b: Parameters, x: float) -> Value:
    return b[0] + b[1] * exp(-x * b[3]) + b[2] * exp(-x * b[4])


def power(b: Parameters, x: float) -> Value:
    return b[0] * x ** b[1]


def quadratic_over_quadratic(b: Parameters, x: float) -> Value:
    return b[0] * (x**2 + x * b[1]) / (x**2 + x * b[2] + b[3])


def thermistor(b: Parameters, x: float) -> Value:
    return b[0] * exp(b[1] / (x + b[2]))


def cubic_over_cubic(b: Parameters, x: float) -> Value:
    above = b[0] + b[1] * x + b[2] * x**2 + b[3] * x**3
    below = 1.0 + b[4] * x + b[5] * x**2 + b[6] * x**3
    return above / below


def logistic(b: Parameters, x: float) -> Value:
    return b[0] / (1.0 + exp(b[1] - b[2] * x))


def richards(b: Parameters, x: float) -> Value:
    return b[0] / (1.0 + exp(b[1] - b[2] * x)) ** (1.0 / b[3])


def peak(b: Parameters, x: float) -> Value:
    return b[0] / b[1] * exp(-0.5 * ((x - b[2]) / b[1]) ** 2)


COPPER = np.loadtxt(Path(__file__).parents[1] / "demos/copper.txt").tolist()
REGRESSIONS = (
    Regression(
        "Misra1a",
        saturation,
        xs=numbers("""
            77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0
        """),
        ys=numbers("""
            10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78
        """),
        starts=((500.0, 0.0001), (250.0, 0.0005)),
        parameters=numbers("2.3894212918E+02 5.5015643181E-04"),
        deviations=numbers("2.7070075241E+00 7.2668688436E-06"),
        squares=1.2455138894e-01,
    ),
    Regression(
        "Chwirut2",
        attenuation,
        xs=numbers("""
            0.500 1.000 1.750 3.750 5.750 0.875 2.250 3.250 5.250 0.750 1.750 2.750 4.750 0.625
            1.250 2.250 4.250 0.500 3.000 0.750 3.000 1.500 6.000 3.000 6.000 1.500 3.000 0.500
            2.000 4.000 0.750 2.000 5.000 0.750 2.250 3.750 5.750 3.000 0.750 2.500 4.000 0.750
            2.500 4.000 0.750 2.500 4.000 0.500 6.000 3.000 0.500 2.750 0.500 1.750
        """),
        ys=numbers("""
            92.9000 57.1000 31.0500 11.5875 8.0250 63.6000 21.4000 14.2500 8.4750 63.8000 26.8000
            16.4625 7.1250 67.3000 41.0000 21.1500 8.1750 81.5000 13.1200 59.9000 14.6200 32.9000
            5.4400 12.5600 5.4400 32.0000 13.9500 75.8000 20.0000 10.4200 59.5000 21.6700 8.5500
            62.0000 20.2000 7.7600 3.7500 11.8100 54.7000 23.7000 11.5500 61.3000 17.7000 8.7400
            59.2000 16.3000 8.6200 81.0000 4.8700 14.6200 81.7000 17.1700 81.3000 28.9000
        """),
        starts=((0.1, 0.01, 0.02), (0.15, 0.008, 0.010)),
        parameters=numbers("1.6657666537E-01 5.1653291286E-03 1.2150007096E-02"),
        deviations=numbers("3.8303286810E-02 6.6621605126E-04 1.5304234767E-03"),
        squares=5.1304802941e02,
    ),
    Regression(
        "Lanczos3",
        three_decays,
        xs=tuple(0.05 * k for k in range(24)),
        ys=numbers("""
            2.5134 2.0443 1.6684 1.3664 1.1232 0.9269 0.7679 0.6389 0.5338 0.4479 0.3776 0.3197
            0.2720 0.2325 0.1997 0.1723 0.1493 0.1301 0.1138 0.1000 0.0883 0.0783 0.0698 0.0624
        """),
        starts=((1.2, 0.3, 5.6, 5.5, 6.5, 7.6), (0.5, 0.7, 3.6, 4.2, 4.0, 6.3)),
        parameters=numbers("""
            8.6816414977E-02 9.5498101505E-01 8.4400777463E-01
            2.9515951832E+00 1.5825685901E+00 4.9863565084E+00
        """),
        deviations=numbers("""
            1.7197908859E-02 9.7041624475E-02 4.1488663282E-02
            1.0766312506E-01 5.8371576281E-02 3.4436403035E-02
        """),
        squares=1.6117193594e-08,
    ),
    Regression(
        "DanWood",
        power,
        xs=numbers("1.309 1.471 1.490 1.565 1.611 1.680"),
        ys=numbers("2.138 3.421 3.597 4.340 4.882 5.660"),
        starts=((1.0, 5.0), (0.7, 4.0)),
        parameters=numbers("7.6886226176E-01 3.8604055871E+00"),
        deviations=numbers("1.8281973860E-02 5.1726610913E-02"),
        squares=4.3173084083e-03,
    ),
    Regression(
        "MGH09",
        quadratic_over_quadratic,
        xs=numbers("4 2 1 0.5 0.25 0.167 0.125 0.1 0.0833 0.0714 0.0625"),
        ys=numbers("""
            0.1957 0.1947 0.1735 0.1600 0.0844 0.0627 0.0456 0.0342 0.0323 0.0235 0.0246
        """),
        starts=((25.0, 39.0, 41.5, 39.0), (0.25, 0.39, 0.415, 0.39)),
        parameters=numbers("1.9280693458E-01 1.9128232873E-01 1.2305650693E-01 1.3606233068E-01"),
        deviations=numbers("1.1435312227E-02 1.9633220911E-01 8.0842031232E-02 9.0025542308E-02"),
        squares=3.0750560385e-04,
    ),
    Regression(
        "MGH10",
        thermistor,
        xs=tuple(50.0 + 5.0 * k for k in range(16)),
        ys=numbers("""
            34780 28610 23650 19630 16370 13720 11540 9744 8261 7030 6005 5147 4427 3820 3307 2872
        """),
        starts=((2.0, 400000.0, 25000.0), (0.02, 4000.0, 250.0)),
        parameters=numbers("5.6096364710E-03 6.1813463463E+03 3.4522363462E+02"),
        deviations=numbers("1.5687892471E-04 2.3309021107E+01 7.8486103508E-01"),
        squares=8.7945855171e01,
    ),
    Regression(
        "MGH17",
        two_decays,
        xs=tuple(10.0 * k for k in range(33)),
        ys=numbers("""
            0.844 0.908 0.932 0.936 0.925 0.908 0.881 0.850 0.818 0.784 0.751 0.718 0.685 0.658
            0.628 0.603 0.580 0.558 0.538 0.522 0.506 0.490 0.478 0.467 0.457 0.448 0.438 0.431
            0.424 0.420 0.414 0.411 0.406
        """),
        starts=((50.0, 150.0, -100.0, 1.0, 2.0), (0.5, 1.5, -1.0, 0.01, 0.02)),
        parameters=numbers("""
            3.7541005211E-01 1.9358469127E+00 -1.4646871366E+00 1.2867534640E-02 2.2122699662E-02
        """),
        deviations=numbers("""
            2.0723153551E-03 2.2031669222E-01 2.2175707739E-01 4.4861358114E-04 8.9471996575E-04
        """),
        squares=5.4648946975e-05,
    ),
    Regression(
        "Thurber",
        cubic_over_cubic,
        xs=numbers("""
            -3.067 -2.981 -2.921 -2.912 -2.840 -2.797 -2.702 -2.699 -2.633 -2.481 -2.363 -2.322
            -1.501 -1.460 -1.274 -1.212 -1.100 -1.046 -0.915 -0.714 -0.566 -0.545 -0.400 -0.309
            -0.109 -0.103 0.010 0.119 0.377 0.790 0.963 1.006 1.115 1.572 1.841 2.047 2.200
        """),
        ys=numbers("""
            80.574 84.248 87.264 87.195 89.076 89.608 89.868 90.101 92.405 95.854 100.696 101.060
            401.672 390.724 567.534 635.316 733.054 759.087 894.206 990.785 1090.109 1080.914
            1122.643 1178.351 1260.531 1273.514 1288.339 1327.543 1353.863 1414.509 1425.208
            1421.384 1442.962 1464.350 1468.705 1447.894 1457.628
        """),
        starts=(
            (1000.0, 1000.0, 400.0, 40.0, 0.7, 0.3, 0.03),
            (1300.0, 1500.0, 500.0, 75.0, 1.0, 0.4, 0.05),
        ),
        parameters=numbers("""
            1.2881396800E+03 1.4910792535E+03 5.8323836877E+02 7.5416644291E+01
            9.6629502864E-01 3.9797285797E-01 4.9727297349E-02
        """),
        deviations=numbers("""
            4.6647963344E+00 3.9571156086E+01 2.8698696102E+01 5.5675370270E+00
            3.1333340687E-02 1.4984928198E-02 6.5842344623E-03
        """),
        squares=5.6427082397e03,
    ),
    Regression(
        "BoxBOD",
        saturation,
        xs=numbers("1 2 3 5 7 10"),
        ys=numbers("109 149 149 191 213 224"),
        starts=((1.0, 1.0), (100.0, 0.75)),
        parameters=numbers("2.1380940889E+02 5.4723748542E-01"),
        deviations=numbers("1.2354515176E+01 1.0455993237E-01"),
        squares=1.1680088766e03,
    ),
    Regression(
        "Rat42",
        logistic,
        xs=numbers("9 14 21 28 42 57 63 70 79"),
        ys=numbers("8.930 10.800 18.590 22.330 39.350 56.110 61.730 64.620 67.080"),
        starts=((100.0, 1.0, 0.1), (75.0, 2.5, 0.07)),
        parameters=numbers("7.2462237576E+01 2.6180768402E+00 6.7359200066E-02"),
        deviations=numbers("1.7340283401E+00 8.8295217536E-02 3.4465663377E-03"),
        squares=8.0565229338e00,
    ),
    Regression(
        "Rat43",
        richards,
        xs=tuple(float(k) for k in range(1, 16)),
        ys=numbers("""
            16.08 33.83 65.80 97.20 191.55 326.20 386.87 520.53 590.03 651.92 724.93 699.56 689.96
            637.56 717.41
        """),
        starts=((100.0, 10.0, 1.0, 1.0), (700.0, 5.0, 0.75, 1.3)),
        parameters=numbers("6.9964151270E+02 5.2771253025E+00 7.5962938329E-01 1.2792483859E+00"),
        deviations=numbers("1.6302297817E+01 2.0828735829E+00 1.9566123451E-01 6.8761936385E-01"),
        squares=8.7864049080e03,
    ),
    Regression(
        "Eckerle4",
        peak,
        xs=numbers("""
            400.0 405.0 410.0 415.0 420.0 425.0 430.0 435.0 436.5 438.0 439.5 441.0 442.5 444.0
            445.5 447.0 448.5 450.0 451.5 453.0 454.5 456.0 457.5 459.0 460.5 462.0 463.5 465.0
            470.0 475.0 480.0 485.0 490.0 495.0 500.0
        """),
        ys=numbers("""
            0.0001575 0.0001699 0.0002350 0.0003102 0.0004917 0.0008710 0.0017418 0.0046400
            0.0065895 0.0097302 0.0149002 0.0237310 0.0401683 0.0712559 0.1264458 0.2073413
            0.2902366 0.3445623 0.3698049 0.3668534 0.3106727 0.2078154 0.1164354 0.0616764
            0.0337200 0.0194023 0.0117831 0.0074357 0.0022732 0.0008800 0.0004579 0.0002345
            0.0001586 0.0001143 0.0000710
        """),
        starts=((1.0, 10.0, 500.0), (1.5, 5.0, 450.0)),
        parameters=numbers("1.5543827178E+00 4.0888321754E+00 4.5154121844E+02"),
        deviations=numbers("1.5408051163E-02 4.6803020753E-02 4.6800518816E-02"),
        squares=1.4635887487e-03,
    ),
    Regression(
        "Hahn1",
        cubic_over_cubic,
        xs=tuple(kelvin for kelvin, _ in COPPER),
        ys=tuple(expansion for _, expansion in COPPER),
        starts=(
            (10.0, -1.0, 0.05, -0.00001, -0.05, 0.001, -0.000001),
            (1.0, -0.1, 0.005, -0.000001, -0.005, 0.0001, -0.0000001),
        ),
        parameters=numbers("""
            1.0776351733E+00 -1.2269296921E-01 4.0863750610E-03 -1.4262662514E-06
            -5.7609940901E-03 2.4053735503E-04 -1.2314450199E-07
        """),
        deviations=numbers("""
            1.7070154742E-01 1.2000289189E-02 2.2508314937E-04 2.7578037666E-07
            2.4712888219E-04 1.0449373768E-05 1.3027335327E-08
        """),
        squares=1.5324382854e00,
    ),
)
