/* What is below a node, and the chain rule along it. */
#include "node.h"

/* ---- order ---- */

typedef struct {
    Node *node;
    Py_ssize_t next; /* the operand that is visited next */
} Visit;

typedef struct {
    Visit *visits;
    Py_ssize_t count;
    Py_ssize_t room;
} Stack;

static int push(Stack *stack, Node *node) {
    if (stack->count == stack->room) {
        Py_ssize_t room = stack->room ? 2 * stack->room : 1024;
        Visit *visits = PyMem_Realloc(stack->visits, room * sizeof(Visit));
        if (!visits) {
            PyErr_NoMemory();
            return -1;
        }
        stack->visits = visits;
        stack->room = room;
    }
    stack->visits[stack->count++] = (Visit){node, 0};
    return 0;
}

static uint64_t traversals;

/* Whether a node is met for the first time: by its mark, or by a set of Python's. -1 on errors. */
static int is_new(Node *node, uint64_t traversal, PyObject *seen) {
    if (seen != Py_None) {
        int is_known = PySet_Contains(seen, (PyObject *)node);
        if (is_known) return is_known < 0 ? -1 : 0;
        return PySet_Add(seen, (PyObject *)node) ? -1 : 1;
    }
    if (node->mark.traversal == traversal) return 0;
    node->mark.traversal = traversal;
    return 1;
}

/* Note a leaf, or go on to the operands of an operation. */
static int enter(Node *node, Stack *stack, PyObject *leaves) {
    return count_operands(node) ? push(stack, node) : PyList_Append(leaves, (PyObject *)node);
}

/* Depth first from the left; an operation is done once all its operands are. */
static int walk(Node *root, PyObject *seen, Stack *stack, PyObject *operations, PyObject *leaves) {
    uint64_t traversal = ++traversals;
    int failed = is_new(root, traversal, seen) > 0 ? enter(root, stack, leaves) : 0;
    while (!failed && stack->count) {
        Visit *top = &stack->visits[stack->count - 1];
        if (top->next == count_operands(top->node)) {
            failed = PyList_Append(operations, (PyObject *)top->node);
            stack->count--;
            continue;
        }
        PyObject *operand = edges_of(top->node)[top->next++].operand;
        if (PyFloat_CheckExact(operand)) continue;
        int fresh = is_new((Node *)operand, traversal, seen);
        failed = fresh > 0 ? enter((Node *)operand, stack, leaves) : fresh;
    }
    return failed || PyErr_Occurred() ? -1 : 0;
}

PyObject *below(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    PyObject *root = count ? arguments[0] : Py_None;
    PyObject *seen = count > 1 ? arguments[1] : Py_None;
    if (!is_value(root)) return PyObject_CallFunctionObjArgs(python("below"), root, seen, NULL);
    Stack stack = {NULL, 0, 0};
    PyObject *operations = PyList_New(0);
    PyObject *leaves = PyList_New(0);
    int failed = !operations || !leaves || walk((Node *)root, seen, &stack, operations, leaves);
    PyMem_Free(stack.visits);
    PyObject *both = failed ? NULL : PyTuple_Pack(2, operations, leaves);
    Py_XDECREF(operations);
    Py_XDECREF(leaves);
    return both;
}

PyObject *recorded_partials(PyObject *module, PyObject *self) {
    (void)module;
    Node *node = (Node *)self;
    Py_ssize_t count = node->operation ? node->operation->partials : 0;
    PyObject *partials = PyTuple_New(count);
    for (Py_ssize_t i = 0; partials && i < count; i++) {
        PyTuple_SetItem(partials, i, PyFloat_FromDouble(edges_of(node)[i].partial));
    }
    return partials;
}

/* ---- the chain rule ---- */

static inline Node *item(PyObject *list, Py_ssize_t place) {
    return (Node *)PyList_GetItem(list, place);
}

/* An adjoint starts at -0.0, the zero that changes no number it is added to. */
static void start_afresh(PyObject *nodes) {
    for (Py_ssize_t i = 0; i < PyList_Size(nodes); i++) {
        Node *node = item(nodes, i);
        set_grad(node, -0.0);
        node->mark.is_reached = 0;
    }
}

/* Leave in each node the derivative of root by it: results come before operands. */
static void chain_rule(Node *root, double seed, PyObject *operations) {
    set_grad(root, seed);
    root->mark.is_reached = 1;
    for (Py_ssize_t i = PyList_Size(operations); i--;) {
        Node *node = item(operations, i);
        if (!node->mark.is_reached) continue;
        Edge *edges = edges_of(node);
        for (Py_ssize_t k = 0; k < node->operation->partials; k++) {
            if (PyFloat_CheckExact(edges[k].operand)) continue;
            Node *operand = (Node *)edges[k].operand;
            operand->grad += node->grad * edges[k].partial;
            operand->mark.is_reached = 1;
        }
    }
}

static void forget_reached(PyObject *nodes) {
    for (Py_ssize_t i = 0; i < PyList_Size(nodes); i++) item(nodes, i)->mark.is_reached = 0;
}

/* sweep(root, operations, leaves, seed) */
PyObject *sweep(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    PyObject *operations = arguments[1];
    PyObject *leaves = arguments[2];
    start_afresh(operations);
    start_afresh(leaves);
    chain_rule((Node *)arguments[0], PyFloat_AsDouble(arguments[3]), operations);
    forget_reached(operations);
    forget_reached(leaves);
    Py_RETURN_NONE;
}

/* ---- the same without a trace ---- */

typedef struct {
    double grad;
    Mark mark;
} Saved;

static Saved *save(PyObject *nodes, Saved *saved) {
    for (Py_ssize_t i = 0; i < PyList_Size(nodes); i++) {
        *saved++ = (Saved){item(nodes, i)->grad, item(nodes, i)->mark};
    }
    return saved;
}

static Saved *restore(PyObject *nodes, Saved *saved) {
    for (Py_ssize_t i = 0; i < PyList_Size(nodes); i++, saved++) {
        item(nodes, i)->grad = saved->grad;
        item(nodes, i)->mark = saved->mark;
    }
    return saved;
}

static int note_reached(PyObject *wanted, PyObject *found) {
    for (Py_ssize_t i = 0; i < PyList_Size(wanted); i++) {
        Node *node = item(wanted, i);
        if (!node->mark.is_reached) continue;
        PyObject *adjoint = PyFloat_FromDouble(node->grad);
        int failed = !adjoint || PyDict_SetItem(found, (PyObject *)node, adjoint);
        Py_XDECREF(adjoint);
        if (failed) return -1;
    }
    return 0;
}

/* adjoints_of(output, operations, leaves, wanted): the sweep, after which each grad is as before.
   Nobody sees them meanwhile, as no code of Python runs. */
PyObject *adjoints_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    PyObject *operations = arguments[1];
    PyObject *leaves = arguments[2];
    Py_ssize_t nodes = PyList_Size(operations) + PyList_Size(leaves);
    PyObject *found = PyDict_New();
    Saved *saved = PyMem_Malloc((nodes + 1) * sizeof(Saved));
    if (!found || !saved) {
        PyMem_Free(saved);
        Py_XDECREF(found);
        return PyErr_NoMemory();
    }
    save(leaves, save(operations, saved));
    start_afresh(operations);
    start_afresh(leaves);
    chain_rule((Node *)arguments[0], 1.0, operations);
    int failed = note_reached(arguments[3], found);
    restore(leaves, restore(operations, saved));
    PyMem_Free(saved);
    if (failed) Py_CLEAR(found);
    return found;
}
