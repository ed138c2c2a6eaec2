r"""Graphs and networks as drawings, and gradients explained step by step.

## Drawing large graphs

| you have | write | you get |
|---|---|---|
| a small graph | `draw(y, backward=True)` | each value and operation, each derivative |
| a long chain | `draw(y)` | rows, one under the other |
| weights that go into every step | `draw(y)` | the same, with names again in each row |
| a mean over many samples | `draw(loss)` | one sample of them, layer by layer |
| any large graph | `draw(y, depth=3)` | what is within three operations of the result |
| a network | `draw_layers(net)` | its matrices, as in the document |
| a network | `draw_network(net)` | its neurons |
| a question about one gradient | `explain(y, w)` | each step of the chain rule, as text |
| the same, to click through | `explain(y).page("steps.html")` | one HTML file |

### Draw a graph

```python
>>> from autograd import MLP, Value, draw, explain, half_squared_error, mean
>>> x, w, b = Value(2.0, "x"), Value(-3.0, "w"), Value(6.5, "b")
>>> y = (x * w + b).tanh()
>>> y.label = "y"
>>> y.backward()
>>> path = draw(y, backward=True, edges="formula").save("build/neuron.svg")

```

![each red arrow carries the formula of a local derivative](../../demos/pictures/neuron.svg)

Boxes are values, blue circles operations. Leaves, parameters, constants, results and the output
have a shape and a colour each; a line below the drawing says which.

| `edges=` | what a red arrow says |
|---|---|
| `"derivative"`, the default | the local derivative, a number |
| `"formula"` | the local derivative, a formula |
| `"contribution"` | adjoint × local derivative: what this arrow adds to the gradient |

`save(path)` writes SVG, PNG or PDF, by the ending of the name. SVG needs nothing else. PDF, and
Chinese in PNG, need Graphviz' own `dot`. `format=` and `rankdir=` are as in Graphviz, `style=` is
the look. A notebook shows a drawing by itself, and a Value as the drawing of its graph if that is
small.

This is a neuron with another loss. The arrow from the loss to z says σ(z) - y, the derivative of
cross entropy after a sigmoid:

![the arrow from the loss to z says 1 / (1 + exp(-z)) - y](../../demos/pictures/loss.svg)

### Follow one weight

`highlight` lights the paths between the result and one Value. All else is grey:

```python
>>> net = MLP(1, [3, 1], activation="sigmoid", seed=0)
>>> loss = half_squared_error(net(0.5), 0.2)
>>> loss.backward()
>>> weight = net.layers[0].W[0][0]
>>> figure = draw(loss, backward=True, edges="contribution", highlight=weight)

```

![what reaches w1_11 of the document's network; all else is grey](../../demos/pictures/paths.svg)

`make drawings` makes these pictures.

### Past 300 values

Nobody reads a drawing of thousands of boxes. Past 300 values `draw` draws parts that are alike only
once, and says so below the drawing:

1. terms of a sum that are alike are drawn once: one sample of a mean;
2. if that is not enough, a network is drawn layer by layer.

This is the mean loss of a 2-16-16-1 network over 100 samples, 7,238 values:

```python
>>> wide = MLP(2, [16, 16, 1], activation="tanh", seed=0)
>>> predictions = [wide([i / 100, 0.5]) for i in range(100)]
>>> figure = draw(mean([half_squared_error(z, 1.0) for z in predictions]))

```

![one sample of a hundred, layer by layer](../../demos/pictures/samples.svg)

| option | asks for |
|---|---|
| `group="sample"` | terms that are alike drawn once, however small the graph |
| `group="layer"` | a network layer by layer |
| `depth=3` | what is within three operations of the result |
| `max_nodes=1000` | all of it, up to so many values |

A drawing that is still too large raises LayoutError when it is rendered, as its layout would take
minutes. `explain` tells up to 100,000 gradients, and its page shows up to 300 values.

### Where the layout comes from

Graphviz' own `dot`, if it is installed. Else graphviz-pure, a port of Graphviz that pip installs
along on Linux, macOS and Windows; its licence is the EPL 2.0, that of Graphviz. As it is a native
program, its version is pinned, and it runs only if its SHA-256 is one of those in
`autograd/show/bundled.py`. A layout is ended after 20 seconds, with all that it has started.

## Every gradient, explained

`explain` tells the backward pass step by step. For each Value it gives the formula of the local
derivative, with names and with numbers. It multiplies this by the gradient from above, and adds up
over all uses of the Value. With a leaf, it tells only what reaches that leaf, and along which
paths:

```python
>>> print(explain(y, w))
forward
  v1 = x · w    = 2 · (-3)  = -6
  v2 = v1 + b   = -6 + 6.5  = 0.5
  y  = tanh(v2) = tanh(0.5) = 0.462117
backward
  dy  = 1
  dv2 = ∂y/∂v2        = 1 - y · y = 0.786448
  dv1 = dv2 · ∂v2/∂v1 = dv2 · 1   = 0.786448 · 1 = 0.786448
  dw  = dv1 · ∂v1/∂w  = dv1 · x   = 0.786448 · 2 = 1.5729
1 path
  y → v2 → v1 → w:   (1 - y · y) · 1 · x = 0.786448 · 1 · 2 = 1.5729
  dw               = 1.5729

```

`explain(y).latex()` is for a paper, `.markdown()` for notes. A notebook shows an explanation by
itself. `matrices=True` groups the steps of a network as dZ2, dW2, dB2, …; `proven=True` says how
many digits of each gradient are true (see `autograd.proof`).

### Its page

`page` writes the explanation as one HTML file:

```python
>>> path = explain(y).page("build/steps.html")

```

![a path in the drawing, its step, and why the derivative is x](../../demos/pictures/steps.png)

- Step forward and backward through the drawing, with the whole path from the result in view.
- Ask why a local derivative is what it is: see the limit of its difference quotient, line by line.
- Change any leaf, and see every number follow. Take a gradient step.

The page needs no internet connection. It works with a keyboard, with a screen reader, on a phone,
and in dark mode. Its language is English or Chinese, as the browser prefers; a button changes it.
In a notebook `.show()` opens it in the cell. `make demo` writes one for the document's network.

### The command line

An expression is enough to ask:

```
python -m autograd 'sigmoid(x*w + b)' x=1.5 w=-2 b=0.3

```

| option | adds |
|---|---|
| `--check` | a difference quotient beside each derivative, and where there is a kink |
| `--prove` | bounds of the true numbers, and how many digits are true (extra `proof`) |
| `--page FILE`, `--svg FILE` | the page; the drawing |
| `--latex` | the explanation in LaTeX |
| `--program`, `--c` | the program in Python; in C, and nothing else |

The expression is parsed, never run. For `x·w`, `x²`, `2x`, `e^x` and `ln x` it says what to write
instead.

## Pictures of what a derivative is

`make derivative` shows ΔY/ΔX on the way to its limit, and where rounding wins. `make gradient`
shows what a gradient is:

![secants turn into the tangent, until rounding wins](../../demos/pictures/derivative.png)

![partial derivatives are slopes of cuts through a surface](../../demos/pictures/gradient.png)

## In this folder

`style` says how drawings look, and `folding` which part of a graph is drawn. `graph` and `networks`
draw; `figure` is what they draw on.
"""
