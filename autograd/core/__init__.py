r'''What a graph is: rows, notations, numbers, and `Value`. Nothing here imports the rest of
autograd.

## How a row becomes everything

An operation is one row of a table: its formula and its derivatives, as text. All the rest is made
from that text. For × this is:

| step | for `a * b` | made by |
|---|---|---|
| row | the formula `a * b`, the derivatives `b` and `a` | `autograd.core.rows` |
| method | `Value.__mul__`, written as Python | `autograd.core.methods` |
| node | the product, its two operands, its two local derivatives | `autograd.core.value` |
| way back | gradient of the node × local derivative, added up at the operands | `backward()` |
| program | `v1 = a * b`, and on the way back `d_a = d_v1 * b` | `autograd.program` |
| drawing | a blue circle, two arrows in, two red arrows back | `autograd.show` |
| explanation | "da = dv1 · ∂v1/∂a = dv1 · b", with numbers | `autograd.show` |
| C | a function of C for `Value`, and lines of C99 for `to_c()` | `autograd.core.native` |
| test | value, derivatives and second derivatives against the true numbers | `make conform` |

### The row

```python
>>> import autograd
>>> from autograd import Value
>>> from autograd.core.rows import ROWS
>>> ROWS["mul"].primal, ROWS["mul"].partials
('a * b', ('b', 'a'))

```

`primal` is the formula of the value. `partials` are the derivatives by the operands `a` and `b`; a
partial may also use `out`, the value.

### The method

The methods of `Value` that do arithmetic are written from the rows when autograd is imported. This
is the text of one of them. A debugger shows it, too:

```python
>>> import inspect
>>> print(inspect.getsource(Value.__mul__), end="")
def __mul__(self, other):
    """a * b, with the local partials ∂/∂a = b and ∂/∂b = a."""
    a = self._data
    if isinstance(other, Value):
        b = other._data
    else:
        b = other = as_float(other)
        if b is None:
            return NotImplemented
    node = new(Value)
    node._data = a * b
    node._a, node._da = self, b
    node._b, node._db = other, a
    node._row, node._label = MUL, ""
    node._grad, node._made = 0.0, now
    return node

```

`new` makes an empty node, `as_float` makes a float of a number, `MUL` is the row, and `now` counts
how often code has looked at the number of a Value (`compile` needs to know, see
`autograd.program`).

### The node

The method has recorded what the way back needs:

```python
>>> a, b = Value(2.0, "a"), Value(-0.25, "b")
>>> product = a * b
>>> y = product.tanh()
>>> product.data, product.operands == (a, b), product.partials
(-0.5, True, (-0.25, 2.0))

```

A row of one or two operands makes a node of 96 bytes in C. `affine`, `total` and `mean` take any
number of operands and make one node of them.

### The way back

`backward()` walks the nodes from the result down. It multiplies the gradient of each node by its
local derivatives and adds the products up at the operands: the chain rule.

```python
>>> y.backward()
>>> round(a.grad, 6), round((1 - y.data**2) * -0.25, 6)  # tanh′ · ∂(a·b)/∂a
(-0.196612, -0.196612)

```

Gradients of results start afresh at each call. Those of leaves add up over calls until
`zero_grad()`. Nothing here is recursive: a chain of a million nodes needs no deeper stack than a
list of two.

### The program

`compile` puts the same texts together, forward and backward, with the names of the graph:

```python
>>> product.label, y.label = "z", "y"
>>> program = autograd.compile(y, inputs=[a])
>>> print(program.source, end="")
def program(a, b):
    # forward
    z = a * b
    e_y = exp(-abs(z))
    y = tanh(z)
    # backward
    # 1.0 - y * y, written so that no digits are lost
    d_z = 4.0 * e_y / (1.0 + e_y * e_y * (2.0 + e_y * e_y)) * e_y
    d_b = d_z * a
    return y, (d_b,)

```

The row of tanh says `1.0 - out * out`, which loses digits where tanh is near 1. For such a formula
a second text says what floats compute instead, and a comment in the program tells of it.
`autograd.program` is the guide to programs.

### The drawing and the explanation

```python
>>> from autograd import draw, explain
>>> figure = draw(y, backward=True, edges="formula")
>>> print(explain(y, b))
forward
  z = a · b   = 2 · (-0.25) = -0.5
  y = tanh(z) = tanh(-0.5)  = -0.462117
backward
  dy = 1
  dz = ∂y/∂z      = 1 - y · y = 0.786448
  db = dz · ∂z/∂b = dz · a    = 0.786448 · 2 = 1.5729
1 path
  y → z → b:   (1 - y · y) · a = 0.786448 · 2 = 1.5729
  db         = 1.5729

```

![each red arrow carries the formula of a local derivative](../../demos/pictures/neuron.svg)

`autograd.show` is the guide to both.

### Formulas as text can be differentiated again

As a row is text, it can be evaluated on Values instead of floats. Then the derivative is a graph
like any other: it can be differentiated, drawn and compiled. `grad(…, create_graph=True)` does
this, see `autograd.derivatives`.

## A function of your own

| what you have | write | compiled, certified, differentiated twice |
|---|---|---|
| the operations below | a plain Python function of Values | yes |
| a formula and its derivatives | `autograd.elemental` | yes |
| code without a formula, such as an iteration | `autograd.custom` | no |

### With a formula: `elemental`

A function of your own is one row, too. There is nothing else to write:

```python
>>> softsign = autograd.elemental(
...     "softsign", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"]
... )
>>> autograd.gradcheck(softsign, [-3.0])  # your derivative, against differences
True
>>> softsign(-3.0)  # of a number it gives a number
-0.75

```

A formula may call the functions of autograd, and those that you made before: `"a * softsign(b)"`.

### Without a formula: `custom`

`custom` takes two Python functions on floats, one for the value and one for its derivatives. This
one is the root of an equation, which Newton's method finds:

```python
>>> import math
>>> def newton(a):  # the x > 0 at which x + log(x) = a
...     x = 1.0
...     for _ in range(50):
...         x = x * (1.0 + a - math.log(x)) / (1.0 + x)
...     return x
>>> omega = autograd.custom("omega", newton, lambda a, out: out / (1.0 + out))
>>> v = Value(3.0, label="v")
>>> omega(v).backward()
>>> round(omega(3.0), 4), round(v.grad, 4)
(2.2079, 0.6883)

```

It is drawn, explained and checked like a row. `compile`, `certify` and `grad(…, create_graph=True)`
compute from formulas. They refuse it, and say what to do:

```python
>>> autograd.compile(omega(v))  # doctest: +ELLIPSIS
Traceback (most recent call last):
autograd.program.errors.CompileError: omega is custom, two Python functions, and a program is ...

```

## All operations

| kind | names |
|---|---|
| arithmetic | `+ - * / // % **`, `abs`, `sign`, `floor`, `max`, `min`, `hypot` |
| powers and logarithms | `sqrt cbrt exp exp2 expm1 log log1p log2 log10 logaddexp` |
| trigonometric | `sin cos tan asin acos atan atan2` |
| hyperbolic | `sinh cosh tanh asinh acosh atanh` |
| normal distribution | `erf erfc normal_cdf` |
| neurons | `sigmoid softplus relu leaky_relu elu silu gelu` |
| choices | `where`, and `less at_most equal`, which give 1 or 0 |
| many operands | `affine` (x·w + b), `total` (Σ), `mean`, `logsumexp softmax log_softmax` |
| no derivative | `detach`: nothing flows back through it |

Each is a function in `autograd`, of Values and of plain numbers. Those of one operand are methods
as well: `x.exp()`. `max` and `min` take any number of operands, or a list.

Probabilities keep their digits. Here p is 1 to the last digit, yet its derivative p (1 - p), which
is e⁻⁷⁰⁰, has all of its own:

```python
>>> right, wrong = Value(800.0), Value(100.0)
>>> p, q = autograd.softmax([right, wrong])
>>> p.data, autograd.grad(p, [right])
(1.0, [9.85967654375977e-305])

```

NumPy's functions take arrays of Values: `np.arctan(xs)`, `np.hypot(xs, ys)`, `np.std(xs)`,
`np.linalg.norm(xs)`. `np.maximum`, `np.clip` and `np.sign` compare numbers while the graph is
recorded, so that the graph holds at these numbers only, and `compile` refuses it. `autograd.max`
and `autograd.sign` choose anew at each call of a program.

## What happens outside a domain

| where | what there is |
|---|---|
| the operation has no value: log(-1), 1/0 | `DomainError`, at once |
| the value is past the largest float: exp(1000) | ±inf |
| an operand is a NaN; inf - inf, 0 · inf | NaN |
| no finite derivative: √ at 0 | the value; `backward()` raises if a leaf would get inf or NaN |
| a branch that `where`, `max` or `relu` did not take | nothing flows there, not even 0 · inf |

An error names the node where the trouble arose: by its label, or as `v1`, `v2`, … as drawings and
programs do. It leaves every gradient as it was.

```python
>>> price = Value(1.0, "price")
>>> (price - 3).log()
Traceback (most recent call last):
autograd.core.numbers.DomainError: log(a) is not defined at a = price - 3.0 = -2.0: it needs a > 0
>>> (3 * (price - 1).sqrt()).backward()  # doctest: +ELLIPSIS
Traceback (most recent call last):
FloatingPointError: price would get the gradient inf: the derivative of v2 = sqrt(a) by a at ...

```

A branch that is not taken does no harm. Here √x has an infinite derivative at 0, in a branch not
taken, and the result has the derivative 1, in every engine:

```python
>>> x = Value(0.0, "x")
>>> autograd.grad(autograd.where((1 - x).relu(), x, x.sqrt()), [x])
[1.0]

```

Under `autograd.debug()` each node keeps the line of code that made it, and errors name that line:

```python
>>> with autograd.debug():
...     root = x.sqrt()
>>> root.origin.endswith(":2")
True

```

`autograd.first_nonfinite(y)` finds the first node where an infinity or a NaN arose, and says how.

## Copies and pickles

`copy.deepcopy` and `pickle` take a Value with all below it, at any depth. Several results that are
deep-copied together stay one graph. Pickled together, they share their leaves, but each gets its
own copy of the results between. So pickle a graph by its one result, not node by node.

## Threads and signals

Between two lines of Python another thread may run, or a signal raise KeyboardInterrupt. "Whole"
means that an interrupted call has done all that it does to leaves, or nothing:

| what | in several threads at once | after Ctrl-C |
|---|---|---|
| `backward()`, on shared leaves or results too | the `grad` of leaves adds up | leaves: whole |
| `zero_grad()` of a result, a network or an optimizer | before or after a `backward()` | whole |
| `step()`, `fit`, `batches`, `load` | each thread its network, else a RuntimeError | whole |
| `grad`, `vjp`, `explain`, `draw`, `to_c` | yes: they change nothing | nothing is changed |
| `value_and_grad(f)`, `replay(f)`, programs | yes, if `f` may be called so | a call is right |
| `compile` beside comparisons | those of its own thread count | nothing is changed |
| `certify` | one after the other | the precision of balls is put back |
| `debug()` | one thread | ends with its block |

A RuntimeError comes where a step would undo what another thread has moved; that step is not taken.
`load` puts its numbers there in any case, all at once.

The `grad`s of results are those of the last `backward()` that went over them, and after an
interrupt some may be new. `p.grad += 1.0` of your own is a read and a write, between which another
thread may add. While `f` is called for the first time, what it reads, such as global counters and
generators of random numbers, is put back as it was before: let no other thread change it then.
Tasks of asyncio share a thread, so a graph that is recorded over an `await` counts the comparisons
of all of them, and `compile` may refuse it.

The changes that belong together are made by one call of C, see `autograd.core.at_once`. Python
looks at signals and lets other threads run before and after such a call, not in it. That is the
lock of CPython: a build without it, such as 3.13t, promises nothing of this.

```python
>>> from threading import Thread
>>> w = Value(1.0, "w")
>>> def work():
...     for _ in range(100):
...         (2 * w).backward()
>>> threads = [Thread(target=work) for _ in range(5)]
>>> for thread in threads:
...     thread.start()
>>> for thread in threads:
...     thread.join()
>>> w.grad
1000.0

```

## `Value` in C

Where `pip install` finds a C compiler, it writes the rows as C, too, and `Value` is a type written
in C. It gives the same numbers, to the last bit, and the same errors, in about a tenth of the time.

| `AUTOGRAD_NATIVE` | what runs |
|---|---|
| not set | C where it was built, else Python |
| `0` | Python |
| `1` | C; an ImportError where it was not built |

```python
>>> autograd.native in (True, False)  # whether Value is the one in C
True

```

C does the ordinary cases. It hands everything else to the Python code: a number outside a domain, a
row of your own. So the Python is complete, and it is the page to read: `autograd/core/value.py`.
'''
