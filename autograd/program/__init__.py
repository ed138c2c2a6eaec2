r"""Graphs as programs: their text, the engines that run them, and the functions that you call.

## Which engine when

Recording a graph costs far more than computing it. So a graph is recorded once, and then run at
other numbers. There are several ways to run it:

| engine | when | needs | first call takes |
|---|---|---|---|
| `y.backward()` | a graph that is run once | – | – |
| `compile(y)` | one sample at a time | – | 12 µs an operator |
| `compile(y, engine="numba")` | arrays of samples | `fast` | 1 s, 1 to 3 ms an operator |
| `compile(y, engine="tape")` | large graphs | C or `fast` | 2 µs an operation |
| `program.to_c()` | where there is no Python | a C compiler | – |
| `program.to_jax()` | GPUs, several machines | `jax` | what `jax.jit` takes |
| `replay(f)` | graphs of several shapes | C or `fast` | 3 calls of `f` for each shape |
| `value_and_grad(f)` | SciPy's optimizers | – | 3 calls of `f` |

- `fast` and `jax` are extras: `pip install 'scalar-autograd[fast]'`. C is the C of `Value`, which
  `pip install` builds where there is a compiler: `autograd.native` says whether it did.
- `fit` chooses an engine by itself (see `autograd.nn`), and `autograd.vectors` is the guide to
  `value_and_grad`.

### Whose numbers are the same

`y.backward()` is the reference. Value, first and second derivatives of each row were compared with
it, on Linux with glibc, by `python -m tests.same_numbers --guide`. Numbers of two graphs are the
same if the numbers of their rows are, as all engines add in one order. `replay` and
`value_and_grad` run the engines of this table.

<!-- same numbers -->
| engine | rows that are apart from eager | by so many ulp at most |
|---|---|---|
| `compile(y)` | none: all bits are the same | 0 |
| `engine="numba"` | none: all bits are the same | 0 |
| `engine="tape"`, by numba | none: all bits are the same | 0 |
| `engine="tape"`, in C | none: all bits are the same | 0 |
| `to_c()` | none: all bits are the same | 0 |
| pages, in JavaScript | `power_constant`, `acosh` | 1 |
| pages, in JavaScript | `power`, `asinh`, `erf`, `hypot` | 2 |
| pages, in JavaScript | `erfc`, `normal_cdf` | 5 |
| pages, in JavaScript | `gelu` | 50 |
| `to_jax()`, in 64 bits | `div`, `power_constant`, `exp`, `log2`, `sqrt` | 1 |
| `to_jax()`, in 64 bits | `floordiv`, `log10`, `tan`, `acos`, `atan` | 2 |
| `to_jax()`, in 64 bits | `exp2`, `expm1`, `cbrt`, `asin`, `atan2` | 5 |
| `to_jax()`, in 64 bits | `asinh`, `acosh`, `erf`, `normal_cdf`, `hypot` | 5 |
| `to_jax()`, in 64 bits | `sigmoid`, `softplus`, `elu` | 5 |
| `to_jax()`, in 64 bits | `tanh` | 10 |
| `to_jax()`, in 64 bits | `silu`, `gelu`, `binary_cross_entropy` | 100 |
| `to_jax()`, in 64 bits | `log1p`, `logaddexp`, `atanh` | 200 |
| `to_jax()`, in 64 bits | `power`, `sinh`, `cosh` | 500 |
| `to_jax()`, in 64 bits | `erfc` | 1,000 |
| `to_jax()`, in 64 bits | `affine` | 2,000 |
<!-- end of same numbers -->

- The sign of a zero is not looked at.
- A program in C needs the mathematical library that Python calls, and `-ffp-contract=off`.
- JAX was asked where neither operands nor results are below 1e-289: it counts numbers below
  2.2e-308 as 0, on the way too. It also contracts `a * b + c` in graphs, and may add in another
  order.
- Where a derivative crosses 0, as that of `silu` at -1.28, JAX and pages are not held to its units.

### A program in Python

`compile` lays out the graph below a result as statements, forward and backward:

```python
>>> import autograd
>>> from autograd import Value
>>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
>>> y = (x * w + b).tanh()
>>> y.label = "y"
>>> program = autograd.compile(y, inputs=[x])
>>> print(program.source, end="")
def program(x, w, b):
    # forward
    v1 = x * w
    v2 = v1 + b
    e_y = exp(-abs(v2))
    y = tanh(v2)
    # backward
    # 1.0 - y * y, written so that no digits are lost
    d_v2 = 4.0 * e_y / (1.0 + e_y * e_y * (2.0 + e_y * e_y)) * e_y
    d_b = d_v2
    d_v1 = d_v2
    d_w = d_v1 * x
    return y, (d_w, d_b)
>>> program(2.0)  # value, and the derivatives by w and b
(0.46211715726000974, (1.5728954659318548, 0.7864477329659274))

```

`inputs` change from call to call. `parameters` are the leaves to differentiate by, in the order of
the gradients: by default all other leaves. Any other leaf is a constant: a call uses the number
that it has then.

The numbers are those of the graph, and no graph is recorded:

```python
>>> y.backward()
>>> program(2.0) == (y.data, (w.grad, b.grad))
True

```

What was recorded twice is computed once: `x * y` and `y * x` are one line.

### When `compile` refuses

A program replays one graph. If code looked at a number while that graph was recorded, another
number might have led to another graph. Then `compile` refuses, and says what to do. Code looks at a
number by a comparison, by `.data` or `.grad`, by printing, or by a copy:

```python
>>> u = Value(2.0, "u")
>>> autograd.compile(u * u.data, inputs=[u])  # doctest: +ELLIPSIS
Traceback (most recent call last):
autograd.program.errors.CompileError: the data of u was read after the inputs were made and ...

```

To choose by a number inside a program, write `where`, `max`, `min` or `relu`: these choose anew at
each call.

### Many samples at once

A program takes one sample, and gives its results. Or it takes sequences, and gives the means over
all samples; a plain number beside sequences holds for all samples. `map` gives the results of each
sample:

```python
>>> t, rate, start = Value(1.0, "t"), Value(0.5, "rate"), Value(8.0, "start")
>>> left = start * (-rate * t).exp()
>>> left.label = "left"
>>> decay = autograd.compile(left, inputs=[t], parameters=[start, rate])
>>> decay(0.0)  # one sample: a value, two derivatives
(8.0, (1.0, -0.0))
>>> [round(value, 3) for value in decay.map([0.0, 1.0, 2.0])[0]]
[8.0, 4.852, 2.943]

```

A vector before the inputs gives the numbers of the parameters, in the order of
`program.parameters`. Then no parameter is read or written, and the gradients are of the vector's
kind, a list or an array:

```python
>>> decay([2.0, 0.0], 5.0)  # at start = 2, rate = 0
(2.0, [1.0, -10.0])
>>> values, gradients, by_t = decay.map([8.0, 0.5], [0.0, 1.0], by_inputs=True)
>>> by_t[0]  # -rate · start
[-4.0]

```

`map` gives lists with "python", arrays with "numba", and arrays with "tape" where numba is
installed.

### Numbers that are not finite

| call | where the value or a derivative is not finite |
|---|---|
| `program(x)` | an error that names the node |
| `program.map(xs)` | the same, with the place of the sample |
| `program.value(x)` | inf or NaN; it runs forward only |
| any but `value`, with `allow_nonfinite=True` | inf or NaN |

```python
>>> decay.value([1.0, -800.0], 1.0)
inf

```

Give `value` to an optimizer, whose trial steps may go too far.

### Several outputs, and a term outside the mean

Several outputs make one program. It computes once what they share, and goes back from each:
`d_doubled_start` is ∂doubled/∂start.

```python
>>> doubled = left * 2.0
>>> doubled.label = "doubled"
>>> both = autograd.compile([left, doubled], inputs=[t], parameters=[start])
>>> print(both.source, end="")
def program(t, start, rate):
    # forward
    v1 = -rate
    v2 = v1 * t
    v3 = exp(v2)
    left = start * v3
    doubled = left * 2.0
    # backward from left
    d_left_start = v3
    # backward from doubled
    d_doubled_left = 2.0
    d_doubled_start = d_doubled_left * v3
    return (left, doubled), ((d_left_start,), (d_doubled_start,))
>>> both(0.0)
((8.0, 16.0), ((1.0,), (2.0,)))

```

`plus` is a term outside the mean over samples, such as a penalty or a prior. It is computed once:

```python
>>> held = autograd.compile(left, inputs=[t], parameters=[start], plus=0.5 * start**2)
>>> held([0.0, 0.0])  # 8 + 32, and 1 + 8
(40.0, (9.0,))

```

`make greeks` compiles the price of an option, by Black and Scholes, with two of its derivatives.
`program.map(100.0, strikes, 0.2, times, 0.03, by_inputs=True)` then gives the others, of first and
second order, at 200 strikes. All have 10 right digits or more, even where the option is worth
1e-219. Difference quotients of prices lose these digits. Where the price is high, its rounding
error is larger than the second differences, and they give 0 or noise.

![eight quantities over the strikes, and the right digits of each](../../demos/pictures/greeks.png)

## Machine code by numba

With `pip install 'scalar-autograd[fast]'` the same lines run as machine code over arrays:

```python
>>> import numpy as np
>>> net = autograd.MLP(1, [3, 1], activation="sigmoid", seed=0)
>>> x, y = Value(0.5, "x"), Value(0.2, "y")
>>> loss = autograd.half_squared_error(net(x), y)
>>> program = autograd.compile(loss, inputs=[x, y], engine="numba")
>>> many = np.linspace(0.0, 1.0, 100_000)
>>> mean_loss, mean_gradients = program(many, many * many)
>>> len(mean_gradients)
10

```

numba compiles at the first call, 10 to 20 ms for each operation: some 7 s for 400. Where more than
2 s are expected, a process of its own compiles, and this one loads the machine code. So Ctrl-C is
answered at once. After 200 s that process is ended, with a `CompileError`; a program that is
expected to take longer is refused at once. `fit` then goes on by a tape, if it chose numba itself.

Of each text that numba compiles in this process LLVM keeps 1.7 MB until the process ends; of one
that another process compiled 0.2 MB. A text holds no numbers of leaves: a graph that is compiled
again, or trained again, takes no more. To compile hundreds of different graphs take
`engine="tape"`, `replay` or Python, which keep nothing.

## Tapes: graphs of any size

A program's text of more than 300,000 operands is refused. `engine="tape"` writes no text: it lays
the graph out as flat arrays and sweeps over them, by one loop for all graphs. Where numba is
installed, it compiles that loop once, in some seconds, and keeps it on disk for the next process.
Without numba the C of `Value` does it, with nothing to compile, but it cannot run functions of your
own.

A graph of a million nodes is laid out in a second or two, and swept in 12 ms.

```python
>>> start, factor = Value(0.5, "start"), Value(0.99, "factor")
>>> end = start
>>> for _ in range(5_000):
...     end = (end * factor).tanh() + start
>>> chain = autograd.compile(end, inputs=[start], engine="tape")  # of 15,000 operations
>>> end.backward()
>>> chain(0.5) == (end.data, (factor.grad,))  # to the bit
True

```

## C, for a program without Python

`to_c()` writes the program as one function in C99. It calls the library of mathematics, allocates
nothing, and has the statements of the Python text, with the names of the graph. This is one neuron
and its loss, forward and back: formulas (1) to (4) of the document, which README has.

```python
>>> given, wanted = Value(0.5, "x"), Value(0.2, "y")
>>> z = autograd.affine([given], [Value(-3.0, "w")], Value(6.5, "b"))
>>> a = z.sigmoid()
>>> z.label, a.label = "z", "a"
>>> loss = autograd.half_squared_error(a, wanted)
>>> neuron = autograd.compile(loss, inputs=[given, wanted])
>>> print(neuron.to_c("neuron"), end="")
/*
 * A recorded graph and its derivatives.
 *
 *     call        double loss = neuron(inputs, parameters, gradients);
 *     inputs      x, y
 *     parameters  w, b
 *     gradients   of loss by each parameter
 *     returns     loss
 *
 * Compile by cc -std=c99 -O2 -ffp-contract=off, so that a * b + c rounds twice; never -ffast-math.
 * Then the numbers are Python's to the last bit, where doubles have 64 bits and libm is Python's.
 * A program that calls it is linked with -lm.
 * Nothing is checked: what is not defined, or past the largest double, is a NaN or an infinity.
 */
#include <math.h>
<BLANKLINE>
double neuron(const double inputs[2], const double parameters[2], double gradients[2])
{
    double x = inputs[0];
    double y = inputs[1];
    double w = parameters[0];
    double b = parameters[1];
    // forward
    double z = x * w + b;
    double e_a = exp(-fabs(z));
    double a = (z > 0.0 ? 1.0 : e_a) / (1.0 + e_a);
    double loss = 0.5 * (a - y) * (a - y);
    // backward
    double d_a = a - y;
    // a * (1.0 - a), written so that no digits are lost
    double d_z = d_a * (e_a / (1.0 + e_a * (2.0 + e_a)));
    double d_w = d_z * x;
    double d_b = d_z;
    gradients[0] = d_w;
    gradients[1] = d_b;
    return loss;
}

```

The function checks nothing: what is not defined is a NaN, what is too large an infinity. The
document's network is 824 bytes of code for a Cortex-M4 (`arm-none-eabi-gcc -mcpu=cortex-m4 -O2`),
not counting the library. gcc and clang were tried on 1.2 million numbers: values, first and second
derivatives of all rows. Every bit was as in Python. A program that calls `hypot` brings a function
along that computes it as Python does, which is nearer to the truth than that of the C library.

From the command line, `python -m autograd 'tanh(x*w)' x=1 w=2 --c` prints such a function and
nothing else.

## JAX, for GPUs and several machines

`to_jax()` gives the program as a pure function over `jax.numpy`. It takes the parameters and the
inputs, and gives the loss and the gradients. It works with `jax.jit` and `jax.vmap`, and can be
spread over devices. Here each device takes its share of 8,000 samples:

```python
>>> import jax, jax.numpy as jnp
>>> from jax.sharding import NamedSharding, PartitionSpec
>>> step = jax.jit(program.to_jax())  # (parameters, *inputs) → (loss, gradients)
>>> parameters = jnp.array([p.data for p in program.parameters])
>>> devices = jax.make_mesh((jax.device_count(),), ("samples",))
>>> shares = NamedSharding(devices, PartitionSpec("samples"))
>>> x_all = jax.device_put(jnp.linspace(0.0, 1.0, 8000), shares)
>>> losses = []
>>> for _ in range(100):
...     mean_loss, gradients = step(parameters, x_all, x_all**2)
...     parameters -= 0.5 * gradients
...     losses.append(float(mean_loss))
>>> for p, x_new in zip(program.parameters, parameters.tolist()):  # back into the network
...     p.data = x_new
>>> losses[-1] < losses[0]
True

```

Conditionals become `where`. What is undefined is a NaN, and no error is raised. JAX computes in 32
bits, unless `jax_enable_x64` is set.

## Replay: a loss whose graph changes its shape

Some functions record a graph of another shape from call to call, for example for texts of several
lengths. For these there is `replay`. It keeps a tape for each structure of the arguments, and gives
the loss and a dict with the gradient by each leaf that the function reads:

```python
>>> @autograd.replay
... def loss_of(xs, ys):
...     return autograd.mean_squared_error([net(x) for x in xs], ys)
>>> for xs in ([0.0, 0.5, 1.0], [0.25, 0.75], [0.1, 0.6, 0.9]):  # the third is like the first
...     value, gradients = loss_of(xs, [x * x for x in xs])
...     for p in net.parameters():
...         p.data -= 0.1 * gradients[p]
>>> loss_of
<replay of loss_of: 1 call replayed, 2 recorded>

```

| what the function reads | at each call |
|---|---|
| floats and Values among its arguments | put into the tape |
| whole numbers among them | part of the structure, as they index and count: each has its own tape |
| its parameters and other leaves | read as they are then |
| names, attributes, items of lists | compared; if they differ, it is recorded anew |
| files, the environment, the time | not looked at, until `loss_of.forget()` |

A function that looks at a number, as by `if x > 0`, or that draws random numbers, is called each
time. `loss_of.why` says why. Pass `1.0`, not `1`, where it is a number to compute with.
"""

from autograd.program.compiling import compile
from autograd.program.errors import CompileError
from autograd.program.program import Program

__all__ = ["CompileError", "Program", "compile"]
