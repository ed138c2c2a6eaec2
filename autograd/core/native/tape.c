/* A recorded graph as flat arrays, swept over samples: what autograd/program/tape.py is for numba. */
#include "node.h"
#include <string.h>

/* Each number has a place: first those of the inputs, then of the parameters and of the leaves that
   stay, then of the results, operands before what is made of them, last of the plain numbers. */
typedef struct {
    PyObject_HEAD
    Py_ssize_t inputs;
    Py_ssize_t parameters;
    Py_ssize_t leaves; /* inputs, parameters and those that stay */
    Py_ssize_t operations;
    Py_ssize_t places;
    Py_ssize_t outputs;         /* how many */
    Py_ssize_t *output;         /* the place of each */
    Py_ssize_t *first;          /* of each, the first operation that it depends on */
    Py_ssize_t widest;          /* operands of one operation */
    const Operation **rows;     /* of each operation */
    Py_ssize_t *starts;         /* of each operation, where its operands begin, and at last where they end */
    Py_ssize_t *operands;       /* the place of each operand */
    double *partials;           /* by each operand */
    double *values;             /* at each place */
    double *adjoints;           /* at each place */
    unsigned char *is_reached;  /* at each place, whether an adjoint has arrived, if only -0.0 */
    double *numbers;            /* the operands of one operation */
} Tape;

static void free_tape(PyObject *self) {
    Tape *tape = (Tape *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyMem_Free((void *)tape->rows);
    PyMem_Free(tape->output);
    PyMem_Free(tape->first);
    PyMem_Free(tape->starts);
    PyMem_Free(tape->operands);
    PyMem_Free(tape->partials);
    PyMem_Free(tape->values);
    PyMem_Free(tape->adjoints);
    PyMem_Free(tape->is_reached);
    PyMem_Free(tape->numbers);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ---- writing ---- */

/* Give the next places to nodes. */
static int place(PyObject *nodes, PyObject *places) {
    for (Py_ssize_t i = 0; i < PyList_Size(nodes); i++) {
        PyObject *next = PyLong_FromSsize_t(PyDict_Size(places));
        int failed = !next || PyDict_SetItem(places, PyList_GetItem(nodes, i), next);
        Py_XDECREF(next);
        if (failed) return -1;
    }
    return 0;
}

static int reserve(Tape *tape, Py_ssize_t edges) {
    tape->rows = PyMem_Calloc(tape->operations + 1, sizeof(Operation *));
    tape->output = PyMem_Calloc(tape->outputs + 1, sizeof(Py_ssize_t));
    tape->first = PyMem_Calloc(tape->outputs + 1, sizeof(Py_ssize_t));
    tape->starts = PyMem_Calloc(tape->operations + 1, sizeof(Py_ssize_t));
    tape->operands = PyMem_Calloc(edges + 1, sizeof(Py_ssize_t));
    tape->partials = PyMem_Calloc(edges + 1, sizeof(double));
    tape->values = PyMem_Calloc(tape->places + edges, sizeof(double));
    tape->adjoints = PyMem_Calloc(tape->places + edges, sizeof(double));
    tape->is_reached = PyMem_Calloc(tape->places + edges, 1);
    tape->numbers = PyMem_Calloc(tape->widest + 1, sizeof(double));
    int is_complete = tape->rows && tape->output && tape->first && tape->starts && tape->operands && tape->partials &&
                      tape->values && tape->adjoints && tape->is_reached && tape->numbers;
    if (!is_complete) PyErr_NoMemory();
    return is_complete ? 0 : -1;
}

/* The place of an operand; a plain number gets the next one. */
static Py_ssize_t place_of(Tape *tape, PyObject *operand, PyObject *places) {
    if (PyFloat_CheckExact(operand)) {
        tape->values[tape->places] = PyFloat_AsDouble(operand);
        return tape->places++;
    }
    PyObject *known = PyDict_GetItemWithError(places, operand);
    if (known) return PyLong_AsSsize_t(known);
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_KeyError, "a leaf is missing on the tape");
    return -1;
}

static int write_operations(Tape *tape, PyObject *operations, PyObject *places) {
    Py_ssize_t next = 0;
    for (Py_ssize_t i = 0; i < tape->operations; i++) {
        Node *node = (Node *)PyList_GetItem(operations, i);
        tape->rows[i] = node->operation;
        tape->starts[i] = next;
        for (Py_ssize_t k = 0; k < count_operands(node); k++) {
            Py_ssize_t at = place_of(tape, edges_of(node)[k].operand, places);
            if (at < 0) return -1;
            tape->operands[next++] = at;
        }
    }
    tape->starts[tape->operations] = next;
    return 0;
}

/* Find the first operation below each output: residuals recorded one after the other have ranges of
   their own, and the way back from one is no longer than its range. Nor is the search. */
static void find_ranges(Tape *tape) {
    for (Py_ssize_t k = 0; k < tape->outputs; k++) {
        Py_ssize_t last = tape->output[k] - tape->leaves;
        Py_ssize_t first = last < 0 ? 0 : last; /* a leaf has no range */
        tape->is_reached[tape->output[k]] = 1;
        for (Py_ssize_t i = last; i >= first; i--) {
            if (!tape->is_reached[tape->leaves + i]) continue;
            for (Py_ssize_t edge = tape->starts[i]; edge < tape->starts[i + 1]; edge++) {
                Py_ssize_t at = tape->operands[edge];
                tape->is_reached[at] = 1;
                if (at >= tape->leaves && at - tape->leaves < first) first = at - tape->leaves;
            }
        }
        tape->first[k] = first;
        if (first <= last) memset(tape->is_reached + tape->leaves + first, 0, last - first + 1);
    }
}

/* How many operands there are; -1 where a row has no kernel. */
static Py_ssize_t count_edges(Tape *tape, PyObject *operations) {
    Py_ssize_t edges = 0;
    for (Py_ssize_t i = 0; i < PyList_Size(operations); i++) {
        Node *node = (Node *)PyList_GetItem(operations, i);
        Py_ssize_t width = count_operands(node);
        if (!node->operation->kernel) return -1;
        edges += width;
        if (width > tape->widest) tape->widest = width;
    }
    return edges;
}

static PyTypeObject *TapeType;

/* Lay out a graph. 1 where a row is the user's own, -1 on errors. */
static int lay_out(Tape *tape, PyObject *const *arguments, PyObject *places) {
    PyObject *operations = arguments[1];
    tape->outputs = PyList_Size(arguments[0]);
    if (place(arguments[2], places)) return -1;
    tape->inputs = PyDict_Size(places);
    if (place(arguments[3], places)) return -1;
    tape->parameters = PyDict_Size(places) - tape->inputs;
    if (place(arguments[4], places)) return -1;
    tape->leaves = PyDict_Size(places);
    if (place(operations, places)) return -1;
    tape->operations = PyList_Size(operations);
    tape->places = PyDict_Size(places);
    Py_ssize_t edges = count_edges(tape, operations);
    if (edges < 0) return 1;
    if (reserve(tape, edges)) return -1;
    for (Py_ssize_t i = 0; i < tape->outputs; i++) {
        tape->output[i] = place_of(tape, PyList_GetItem(arguments[0], i), places);
        if (tape->output[i] < 0) return -1;
    }
    if (write_operations(tape, operations, places)) return -1;
    find_ranges(tape);
    return 0;
}

/* new_tape(outputs, operations, inputs, parameters, constants); None where a row is the user's own. */
PyObject *new_tape(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    PyObject *places = PyDict_New();
    Tape *tape = places ? (Tape *)PyType_GenericAlloc(TapeType, 0) : NULL;
    int failed = tape ? lay_out(tape, arguments, places) : -1;
    Py_XDECREF(places);
    if (!failed) return (PyObject *)tape;
    Py_XDECREF(tape);
    if (failed < 0) return NULL;
    Py_RETURN_NONE;
}

/* ---- sweeping ----

   Whenever an object is made, read or freed, Python may run any code: its collector a `__del__`, a
   sample its `__float__`, or another thread. If that sweeps the same tape, other numbers are on it
   then. So a call has its leaves and its answers in memory of its own, and what is between putting
   the leaves on the tape and taking the answers off it makes no objects, but for the floats of
   Python's hypot, for which no code runs. */

/* Compute the value of each operation, and its local partials. Not 0 if that is for Python. */
static int forward(Tape *tape) {
    int odd = 0;
    double *values = tape->values;
    double *result = values + tape->leaves;
    for (Py_ssize_t i = 0; i < tape->operations; i++) {
        Py_ssize_t start = tape->starts[i];
        Py_ssize_t width = tape->starts[i + 1] - start;
        for (Py_ssize_t k = 0; k < width; k++) {
            tape->numbers[k] = values[tape->operands[start + k]];
        }
        odd |= tape->rows[i]->kernel(tape->numbers, width, result++, tape->partials + start);
    }
    return odd;
}

/* Add adjoint · partial to the adjoint of each operand, from an output down. */
static void back(Tape *tape, Py_ssize_t output) {
    Py_ssize_t first = tape->first[output];
    Py_ssize_t last = tape->output[output] - tape->leaves;
    memset(tape->is_reached, 0, tape->leaves);
    if (first <= last) memset(tape->is_reached + tape->leaves + first, 0, last - first + 1);
    tape->adjoints[tape->output[output]] = 1.0;
    tape->is_reached[tape->output[output]] = 1;
    for (Py_ssize_t i = last; i >= first; i--) {
        if (!tape->is_reached[tape->leaves + i]) continue;
        double adjoint = tape->adjoints[tape->leaves + i];
        Py_ssize_t start = tape->starts[i];
        for (Py_ssize_t k = start; k < start + tape->rows[i]->partials; k++) {
            Py_ssize_t at = tape->operands[k];
            double flow = adjoint * tape->partials[k];
            tape->adjoints[at] = tape->is_reached[at] ? tape->adjoints[at] + flow : flow;
            tape->is_reached[at] = 1;
        }
    }
}

/* Memory of a call's own. */
static double *room_for(Py_ssize_t count, size_t size) {
    double *room = PyMem_Calloc(count, size);
    if (!room) PyErr_NoMemory();
    return room;
}

/* Read as many numbers as are expected. */
static int read_numbers(PyObject *numbers, Py_ssize_t expected, double *into) {
    if (PyObject_Size(numbers) != expected) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a tape takes as many numbers as it has leaves");
        return -1;
    }
    for (Py_ssize_t i = 0; i < expected; i++) {
        PyObject *number = PySequence_GetItem(numbers, i);
        into[i] = number ? PyFloat_AsDouble(number) : -1.0;
        Py_XDECREF(number);
        if (into[i] == -1.0 && PyErr_Occurred()) return -1;
    }
    return 0;
}

/* The numbers of all leaves, after room for those of the inputs. */
static double *read_leaves(const Tape *tape, PyObject *others) {
    double *leaves = room_for(tape->leaves, sizeof(double));
    if (!leaves) return NULL;
    Py_ssize_t expected = tape->leaves - tape->inputs;
    if (!read_numbers(others, expected, leaves + tape->inputs)) return leaves;
    PyMem_Free(leaves);
    return NULL;
}

/* Compute all values at one sample, whose numbers become the first of the leaves. */
static int forward_at(Tape *tape, PyObject *sample, double *leaves) {
    if (!sample || read_numbers(sample, tape->inputs, leaves)) return -1;
    memcpy(tape->values, leaves, tape->leaves * sizeof(double));
    if (!forward(tape)) return 0;
    PyErr_SetString(PyExc_ValueError, "Python has to compute this sample");
    return -1;
}

/* The adjoint at a place, after the way back. */
static double adjoint_at(const Tape *tape, Py_ssize_t at) {
    return tape->is_reached[at] ? tape->adjoints[at] : 0.0;
}

/* Sweep at one sample, and add the loss and the gradients to sums. */
static int add_sample(Tape *tape, PyObject *sample, double *leaves, double *sums) {
    if (forward_at(tape, sample, leaves)) return -1;
    back(tape, 0);
    sums[0] += tape->values[tape->output[0]];
    for (Py_ssize_t i = 0; i < tape->parameters; i++) {
        sums[1 + i] += adjoint_at(tape, tape->inputs + i);
    }
    return 0;
}

/* Sweep at one sample, and write all outputs, then of some of them a row of derivatives. */
static int answer(Tape *tape, PyObject *sample, double *leaves, Py_ssize_t rows, double *answers) {
    if (forward_at(tape, sample, leaves)) return -1;
    for (Py_ssize_t k = 0; k < tape->outputs; k++) *answers++ = tape->values[tape->output[k]];
    for (Py_ssize_t k = 0; k < rows; k++) {
        back(tape, k);
        for (Py_ssize_t i = 0; i < tape->inputs + tape->parameters; i++) {
            *answers++ = adjoint_at(tape, i);
        }
    }
    return 0;
}

/* Put a new object into a list. Not 0 if there is none. */
static int put(PyObject *list, Py_ssize_t i, PyObject *item) {
    return !item || PyList_SetItem(list, i, item);
}

static PyObject *list_of(const double *numbers, Py_ssize_t size) {
    PyObject *list = PyList_New(size);
    int failed = !list;
    for (Py_ssize_t i = 0; !failed && i < size; i++) {
        failed = put(list, i, PyFloat_FromDouble(numbers[i]));
    }
    if (failed) Py_CLEAR(list);
    return list;
}

static PyObject *list_of_rows(const double *numbers, Py_ssize_t rows, Py_ssize_t width) {
    PyObject *list = PyList_New(rows);
    int failed = !list;
    for (Py_ssize_t i = 0; !failed && i < rows; i++) {
        failed = put(list, i, list_of(numbers + i * width, width));
    }
    if (failed) Py_CLEAR(list);
    return list;
}

/* each(samples, leaves, with_gradients): values[sample][output], and gradients[sample][output] by
   the inputs and parameters; ValueError where Python raises, or has to go on. */
static PyObject *each(PyObject *self, PyObject *arguments) {
    Tape *tape = (Tape *)self;
    PyObject *samples, *others;
    int with_gradients = 1;
    if (!PyArg_ParseTuple(arguments, "OO|p", &samples, &others, &with_gradients)) return NULL;
    Py_ssize_t rows = with_gradients ? tape->outputs : 0;
    Py_ssize_t width = with_gradients ? tape->inputs + tape->parameters : 0;
    double *leaves = read_leaves(tape, others);
    double *answers = leaves ? room_for(tape->outputs, (1 + width) * sizeof(double)) : NULL;
    Py_ssize_t size = answers ? PyObject_Size(samples) : -1;
    PyObject *values = size < 0 ? NULL : PyList_New(size);
    PyObject *gradients = values ? PyList_New(size) : NULL;
    int failed = !gradients;
    for (Py_ssize_t i = 0; !failed && i < size; i++) {
        PyObject *sample = PySequence_GetItem(samples, i);
        failed = answer(tape, sample, leaves, rows, answers) ||
                 put(values, i, list_of(answers, tape->outputs)) ||
                 put(gradients, i, list_of_rows(answers + tape->outputs, rows, width));
        Py_XDECREF(sample);
    }
    PyMem_Free(leaves);
    PyMem_Free(answers);
    if (!failed) return Py_BuildValue("NN", values, gradients);
    Py_XDECREF(values);
    Py_XDECREF(gradients);
    return NULL;
}

static PyObject *means(const double *sums, Py_ssize_t parameters, double samples) {
    PyObject *gradients = PyTuple_New(parameters);
    for (Py_ssize_t i = 0; gradients && i < parameters; i++) {
        PyTuple_SetItem(gradients, i, PyFloat_FromDouble(sums[1 + i] / samples));
    }
    return gradients ? Py_BuildValue("dN", sums[0] / samples, gradients) : NULL;
}

/* run(samples, batch, leaves): the mean loss and gradients over samples[place] for place in batch;
   ValueError where Python raises, or has to go on. */
static PyObject *run(PyObject *self, PyObject *arguments) {
    Tape *tape = (Tape *)self;
    PyObject *samples, *batch, *others;
    if (!PyArg_ParseTuple(arguments, "OOO", &samples, &batch, &others)) return NULL;
    double *leaves = read_leaves(tape, others);
    double *sums = leaves ? room_for(tape->parameters + 1, sizeof(double)) : NULL;
    for (Py_ssize_t i = 0; sums && i <= tape->parameters; i++) sums[i] = -0.0; /* changes no sum */
    Py_ssize_t size = sums ? PyObject_Size(batch) : -1;
    int failed = size < 0;
    for (Py_ssize_t i = 0; !failed && i < size; i++) {
        PyObject *at = PySequence_GetItem(batch, i);
        PyObject *sample = at ? PyObject_GetItem(samples, at) : NULL;
        failed = add_sample(tape, sample, leaves, sums);
        Py_XDECREF(sample);
        Py_XDECREF(at);
    }
    PyObject *mean = failed ? NULL : means(sums, tape->parameters, (double)size);
    PyMem_Free(leaves);
    PyMem_Free(sums);
    return mean;
}

/* is_same(other): whether two tapes have one graph, but for the numbers of leaves and results. */
static PyObject *is_same(PyObject *self, PyObject *with) {
    const Tape *tape = (Tape *)self;
    const Tape *other = (Tape *)with;
    Py_ssize_t first = tape->leaves + tape->operations; /* place of a plain number */
    int same = Py_TYPE(with) == TapeType && tape->inputs == other->inputs &&
               tape->parameters == other->parameters && tape->leaves == other->leaves &&
               tape->operations == other->operations && tape->places == other->places &&
               tape->outputs == other->outputs;
    if (!same) Py_RETURN_FALSE;
    Py_ssize_t edges = tape->starts[tape->operations];
    same = !memcmp(tape->output, other->output, tape->outputs * sizeof(Py_ssize_t)) &&
           !memcmp(tape->rows, other->rows, tape->operations * sizeof(Operation *)) &&
           !memcmp(tape->operands, other->operands, edges * sizeof(Py_ssize_t)) &&
           !memcmp(tape->values + first, other->values + first,
                   (tape->places - first) * sizeof(double));
    return PyBool_FromLong(same);
}

static PyMethodDef methods[] = {
    {"run", run, METH_VARARGS, NULL},
    {"each", each, METH_VARARGS, NULL},
    {"is_same", is_same, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot slots[] = {
    {Py_tp_dealloc, free_tape},
    {Py_tp_methods, methods},
    {0, NULL},
};
static PyType_Spec spec = {"autograd.core.native._native.Tape", sizeof(Tape), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

int make_tape_type(void) {
    TapeType = (PyTypeObject *)PyType_FromSpec(&spec);
    return TapeType ? 0 : -1;
}
