r"""Proofs: the true numbers of a graph, enclosed in bounds, and compared with the engine's.

## What we promise and what it rests on

| we promise | it rests on | shown by |
|---|---|---|
| the gradient of your graph is right to so many digits | proof: bounds that enclose the true one | `autograd.certify(loss)` |
| value, first and second derivative of a row of one operand are right | all numbers of 16 bits tried | `make test-all` |
| every row is right at any double | samples: a million points a row, and a search from the worst | `make conform` |
| a row computes the formula that you read, apart from rounding | tests, against 350 digits | `make test` |
| all engines give one answer for graphs of all rows | tests: properties of random graphs | `make test` |
| a fault in a row is found | 6,000 rows with a fault put in, all rejected | `make test-all` |
| a fault in the code is found | 2,277 of 2,461 small faults found | `make mutants` |

"Right" means: within 4 units in the last place of the true number, second derivatives of powers
within 6. `make test` tries every seventh of the 6,000 wrong rows.

### Prove the gradient of your own graph

`certify` runs a recorded graph once more, forward and back, on balls: numbers with an error bound,
by [Arb](https://arblib.org), which `pip install 'scalar-autograd[proof]'` brings. It starts from
the exact doubles of the leaves, follows the mathematics of each row, and takes as many bits as are
needed. So it encloses the true value and each true derivative, and says how far ours are off:

```python
>>> from autograd import MLP, Value, certify, mean_squared_error
>>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
>>> y = (x * w + b).tanh()
>>> y.label = "y"
>>> print(certify(y))
       ours                 the true number                           off by
y      0.46211715726000974  0.46211715726000974 … 0.4621171572600098  0.40 ulp  true to 16 digits
∂y/∂x  -2.359343198897782   -2.3593431988977827 … -2.359343198897782  0.04 ulp  true to 17 digits
∂y/∂w  1.5728954659318548   1.5728954659318548 … 1.572895465931855    0.06 ulp  true to 17 digits
∂y/∂b  0.7864477329659274   0.7864477329659274 … 0.7864477329659275   0.06 ulp  true to 17 digits

```

The true number lies between the two doubles in the middle. A ulp is a unit in the last place.

Where digits cancel, the number that floats give may be wrong altogether. This is Rump's polynomial,
where no digit is right, not even the sign:

```python
>>> a, b = Value(77617.0, "a"), Value(33096.0, "b")
>>> inner = 11 * a**2 * b**2 - b**6 - 121 * b**4 - 2
>>> y = 333.75 * b**6 + a**2 * inner + 5.5 * b**8 + a / (2 * b)
>>> y.label = "y"
>>> print(certify(y, []))
   ours                     the true number                            off by
y  -1.1805916207174113e+21  -0.8273960599468214 … -0.8273960599468213  1.1e+37 ulp  no digit is true

```

It takes graphs of a training's size. Here are the gradients of a network of 337 parameters over 100
samples, in a third of a second:

```python
>>> from math import cos, pi, sin
>>> turns = [pi * i / 50 for i in range(50)]  # two moons, 100 samples
>>> moons = [[cos(t), sin(t)] for t in turns]
>>> moons += [[1 - cos(t), 0.5 - sin(t)] for t in turns]
>>> wide = MLP(2, [16, 16, 1], activation="tanh", seed=0)
>>> loss = mean_squared_error([wide(x) for x in moons], [1.0] * 50 + [-1.0] * 50)
>>> gradients = certify(loss, wide.parameters()).gradients
>>> len(gradients), min(gradient.digits for gradient in gradients)
(337, 13)

```

A graph of 100,000 operations takes some seconds.

### What `certify` answers

| where | answer |
|---|---|
| ours is within what rounding explains | a `Certificate`: `value` and `gradients`, an enclosure each |
| ours is outside it: a fault of the engine or of a row | CertificationError, which names the first such node |
| there is nothing to enclose, such as the derivative of √ at 0 | CertificationError, which names the node |
| no precision tells on which side of a kink a number lies | enclosures of what both sides give, and `kinks` |
| an operation is `custom`: it has no formula | CertificationError |

Rounding explains 4 units in the last place for each operation on the way.

What is proven is the recorded graph. Comparisons that led to it are not looked into. A row of your
own is certified from its own text. Its derivatives are taken on trust: `autograd.gradcheck` tests
them.

`explain(y, proven=True)` counts the true digits of each gradient, and so does `--prove` on the
command line.

## Every row against the truth

`make conform` holds every row to the truth at a million points (sums at 10,000): its value, its
derivatives, its second derivatives. The points are doubles of all exponents, and the neighbours of
special points. The true numbers are enclosed by Arb.

From the worst of these points it climbs: to neighbours powers of two away, a part of themselves
away, a few steps of the last place away, as long as one is worse. What it finds with `--keep` stays
in `tests/worst.json`, and `make test` holds every row to its bound there.

| who | which points | bound |
|---|---|---|
| Python | all | 4 units in the last place |
| numba, C | all; of powers with a fixed exponent, those with one of two exponents | the same |
| tapes, JavaScript of a page | 10,000 of these | the same, except where a browser's function is worse |
| JAX by `to_jax()` | those without denormal operands | the same, except where its function is worse |
| PyTorch and JAX, their own functions | those without denormal operands | none |

Second derivatives of powers may be off by 6 units, and more where a power on the way is no normal
number. Far below the normal numbers the bound is one unit of the smallest number, of second
derivatives two, of powers 1 + |b|. Where a function crosses zero between two doubles, the unit is
that of the largest summand.
`tests/rows.py` states the bounds; `tests/conformance.py` states where a browser or JAX is worse,
and by how much.

`make conform` also compares 2,000 random graphs with PyTorch. The whole table is
`build/conformance.md`.

The table shows the largest errors at 10,000 points and in the search from there, in units in the
last place, for the rows where ours, PyTorch or JAX are worst. ∞ stands for a 0, an infinity or a
NaN where the truth is a normal number.

<!-- conformance -->
| row | ours | our bound | PyTorch | JAX |
|---|---|---|---|---|
| `power` | 3.14 (∂² at 0.009178, -1.414) | 6, where all on the way is normal | ∞ (∂ at 1, -3.264e+18) | ∞ (∂ at 3.142, -622.4) |
| `power_constant` | 3.87 (∂² at 2.092e-34, -0.001953) | 6, where all on the way is normal | ∞ (∂ at -1.2, 9.512e+261) | ∞ (∂ at -1.2, 9.512e+261) |
| `logaddexp` | 2.28 (∂² at 9.299, -0.4927) | 4 | ∞ (∂² at -614.3, -37.64) | ∞ (∂² at 1, -35.74) |
| `atan2` | 3.15 (∂² at -1.048e+93, 4.078e+91) | 4 | ∞ (∂ at -7.402e-162, -5.573e-162) | ∞ (∂ at -7.402e-162, -5.573e-162) |
| `tanh` | 3.02 (∂ at -16.34) | 4 | ∞ (∂ at -38.12) | 5.0e+17 (∂ at 20) |
| `asinh` | 2.16 (∂² at 0.1209) | 4 | ∞ (∂ at -1.321e+269) | ∞ (∂ at -1.321e+269) |
| `acosh` | 3.87 (∂² at 9.581e+07) | 4 | ∞ (∂ at 7.234e+221) | ∞ (∂ at 7.234e+221) |
| `erf` | 2.23 (∂² at -22.34) | 4 | 503.58 (∂ at 26.5) | ∞ (∂² at 26.68) |
| `erfc` | 2.14 (∂² at 14.54) | 4 | 465.56 (∂² at -23.44) | ∞ (∂² at -26.63) |
| `normal_cdf` | 2.88 (∂² at -1.92) | 4 | ∞ (value at -10.35) | ∞ (∂² at 37.68) |
| `sigmoid` | 2.27 (∂² at -1.278) | 4 | ∞ (∂ at 47.83) | ∞ (∂ at 47.83) |
| `gelu` | 3.04 (∂ at -5.676) | 4 | ∞ (value at -37.52) | ∞ (value at -37.6) |
| `binary_cross_entropy` | 3.23 (∂ at -2, 7.048e-17) | 4 | ∞ (value at -6.704e+153, 1.492e-154) | ∞ (∂ at 1.492e-154, 1.492e-154) |
<!-- end of conformance -->

`python -m tests.conformance --guide` measures this table anew.
"""
