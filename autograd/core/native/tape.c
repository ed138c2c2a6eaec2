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
    tape->starts = PyMem_Calloc(tape->operations + 1, sizeof(Py_ssize_t));
    tape->operands = PyMem_Calloc(edges + 1, sizeof(Py_ssize_t));
    tape->partials = PyMem_Calloc(edges + 1, sizeof(double));
    tape->values = PyMem_Calloc(tape->places + edges, sizeof(double));
    tape->adjoints = PyMem_Calloc(tape->places + edges, sizeof(double));
    tape->is_reached = PyMem_Calloc(tape->places + edges, 1);
    tape->numbers = PyMem_Calloc(tape->widest + 1, sizeof(double));
    int is_complete = tape->rows && tape->output && tape->starts && tape->operands && tape->partials &&
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
    return write_operations(tape, operations, places);
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

/* ---- sweeping ---- */

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
    for (Py_ssize_t at = 0; at < tape->places; at++) tape->is_reached[at] = 0;
    tape->adjoints[output] = 1.0;
    tape->is_reached[output] = 1;
    for (Py_ssize_t i = output - tape->leaves + 1; i-- > 0;) {
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

/* Put numbers at places in a row. */
static int put_numbers(Tape *tape, Py_ssize_t first, Py_ssize_t expected, PyObject *numbers) {
    if (PyObject_Size(numbers) != expected) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a tape takes as many numbers as it has leaves");
        return -1;
    }
    for (Py_ssize_t i = 0; i < expected; i++) {
        PyObject *number = PySequence_GetItem(numbers, i);
        tape->values[first + i] = number ? PyFloat_AsDouble(number) : 0.0;
        Py_XDECREF(number);
        if (PyErr_Occurred()) return -1;
    }
    return 0;
}

/* Compute all values at one sample. */
static int forward_at(Tape *tape, PyObject *sample) {
    if (!sample || put_numbers(tape, 0, tape->inputs, sample)) return -1;
    if (!forward(tape)) return 0;
    PyErr_SetString(PyExc_ValueError, "Python has to compute this sample");
    return -1;
}

/* The adjoint at a place, after the way back. */
static double adjoint_at(const Tape *tape, Py_ssize_t at) {
    return tape->is_reached[at] ? tape->adjoints[at] : 0.0;
}

/* Sweep at one sample, and add the loss and the gradients to sums. */
static int add_sample(Tape *tape, PyObject *sample, double *sums) {
    if (forward_at(tape, sample)) return -1;
    back(tape, tape->output[0]);
    sums[0] += tape->values[tape->output[0]];
    for (Py_ssize_t i = 0; i < tape->parameters; i++) {
        sums[1 + i] += adjoint_at(tape, tape->inputs + i);
    }
    return 0;
}

/* The derivatives of one output by all inputs and parameters, as a list. */
static PyObject *gradients_of(Tape *tape, Py_ssize_t output) {
    back(tape, output);
    PyObject *gradients = PyList_New(tape->inputs + tape->parameters);
    for (Py_ssize_t i = 0; gradients && i < tape->inputs + tape->parameters; i++) {
        PyList_SetItem(gradients, i, PyFloat_FromDouble(adjoint_at(tape, i)));
    }
    return gradients;
}

/* A list of the outputs, after the way forward. */
static PyObject *values_of_outputs(const Tape *tape) {
    PyObject *list = PyList_New(tape->outputs);
    for (Py_ssize_t i = 0; list && i < tape->outputs; i++) {
        PyList_SetItem(list, i, PyFloat_FromDouble(tape->values[tape->output[i]]));
    }
    return list;
}

/* A list of the derivatives of each output. */
static PyObject *gradients_of_outputs(Tape *tape, Py_ssize_t outputs) {
    PyObject *list = PyList_New(outputs);
    for (Py_ssize_t i = 0; list && i < outputs; i++) {
        PyObject *gradients = gradients_of(tape, tape->output[i]);
        if (!gradients || PyList_SetItem(list, i, gradients)) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

/* each(samples, leaves, with_gradients): values[sample][output], and gradients[sample][output] by
   the inputs and parameters; ValueError where Python raises, or has to go on. */
static PyObject *each(PyObject *self, PyObject *arguments) {
    Tape *tape = (Tape *)self;
    PyObject *samples, *leaves;
    int with_gradients = 1;
    if (!PyArg_ParseTuple(arguments, "OO|p", &samples, &leaves, &with_gradients)) return NULL;
    if (put_numbers(tape, tape->inputs, tape->leaves - tape->inputs, leaves)) return NULL;
    Py_ssize_t size = PyObject_Size(samples);
    PyObject *values = size < 0 ? NULL : PyList_New(size);
    PyObject *gradients = values ? PyList_New(size) : NULL;
    int failed = !gradients;
    for (Py_ssize_t i = 0; !failed && i < size; i++) {
        PyObject *sample = PySequence_GetItem(samples, i);
        failed = forward_at(tape, sample);
        Py_XDECREF(sample);
        PyObject *row = failed ? NULL : values_of_outputs(tape);
        failed = !row || PyList_SetItem(values, i, row);
        row = failed ? NULL : gradients_of_outputs(tape, with_gradients ? tape->outputs : 0);
        failed = !row || PyList_SetItem(gradients, i, row);
    }
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
    PyObject *samples, *batch, *leaves;
    if (!PyArg_ParseTuple(arguments, "OOO", &samples, &batch, &leaves)) return NULL;
    if (put_numbers(tape, tape->inputs, tape->leaves - tape->inputs, leaves)) return NULL;
    double *sums = PyMem_Malloc((tape->parameters + 1) * sizeof(double));
    if (!sums) return PyErr_NoMemory();
    for (Py_ssize_t i = 0; i <= tape->parameters; i++) sums[i] = -0.0; /* which changes no sum */
    Py_ssize_t size = PyObject_Size(batch);
    int failed = size < 0;
    for (Py_ssize_t i = 0; !failed && i < size; i++) {
        PyObject *at = PySequence_GetItem(batch, i);
        PyObject *sample = at ? PyObject_GetItem(samples, at) : NULL;
        failed = add_sample(tape, sample, sums);
        Py_XDECREF(sample);
        Py_XDECREF(at);
    }
    PyObject *answer = failed ? NULL : means(sums, tape->parameters, (double)size);
    PyMem_Free(sums);
    return answer;
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
