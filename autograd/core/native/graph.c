/* What is below a node, and the chain rule along it. */
#include "node.h"
#include <math.h>

/* ---- order ---- */

/* Nodes in a row. It has no references of its own: it is for as long as no code of Python runs. */
typedef struct {
    Node **items;
    Py_ssize_t count;
    Py_ssize_t room;
} Nodes;

typedef struct {
    Node *node;
    Py_ssize_t next; /* the operand that is visited next */
} Visit;

typedef struct {
    Visit *items;
    Py_ssize_t count;
    Py_ssize_t room;
} Stack;

/* Make room for one item more. */
static int grow(void *items, Py_ssize_t *room, size_t size) {
    Py_ssize_t wider = *room ? 2 * *room : 64;
    void *moved = PyMem_Realloc(*(void **)items, wider * size);
    if (!moved) {
        PyErr_NoMemory();
        return -1;
    }
    *(void **)items = moved;
    *room = wider;
    return 0;
}

static inline int append(Nodes *nodes, Node *node) {
    if (nodes->count == nodes->room && grow(&nodes->items, &nodes->room, sizeof(Node *))) return -1;
    nodes->items[nodes->count++] = node;
    return 0;
}

static inline int push(Stack *stack, Node *node) {
    if (stack->count == stack->room && grow(&stack->items, &stack->room, sizeof(Visit))) return -1;
    stack->items[stack->count++] = (Visit){node, 0};
    return 0;
}

/* The operations below a root, operands before results, and the leaves as they are met. */
typedef struct {
    Nodes operations;
    Nodes leaves;
} Below;

static void forget(Below *found) {
    PyMem_Free(found->operations.items);
    PyMem_Free(found->leaves.items);
}

/* Stages are counted over all traversals: that nodes are met is one, that adjoints reach them is
   the next. A node keeps the last that it came to, so that none has to be told to forget. */
static uint64_t stages;

/* Whether a node is met for the first time: by its stage, or by a set of Python's. -1 on errors. */
static inline int is_new(Node *node, uint64_t met, PyObject *seen) {
    if (seen) {
        int is_known = PySet_Contains(seen, (PyObject *)node);
        if (is_known) return is_known < 0 ? -1 : 0;
        return PySet_Add(seen, (PyObject *)node) ? -1 : 1;
    }
    if (node->mark.stage == met) return 0;
    node->mark.stage = met;
    return 1;
}

/* Note a leaf, or go on to the operands of an operation. */
static inline int enter(Node *node, Stack *stack, Nodes *leaves) {
    return count_operands(node) ? push(stack, node) : append(leaves, node);
}

/* Depth first from the left; an operation is done once all its operands are. */
static int walk(Node *root, PyObject *seen, Below *found) {
    Stack stack = {NULL, 0, 0};
    uint64_t met = ++stages;
    int fresh = is_new(root, met, seen);
    int failed = fresh > 0 ? enter(root, &stack, &found->leaves) : fresh;
    while (!failed && stack.count) {
        Visit *top = &stack.items[stack.count - 1];
        if (top->next == count_operands(top->node)) {
            failed = append(&found->operations, top->node);
            stack.count--;
            continue;
        }
        PyObject *operand = edges_of(top->node)[top->next++].operand;
        if (PyFloat_CheckExact(operand)) continue;
        fresh = is_new((Node *)operand, met, seen);
        failed = fresh > 0 ? enter((Node *)operand, &stack, &found->leaves) : fresh;
    }
    PyMem_Free(stack.items);
    return failed;
}

static PyObject *listed(const Nodes *nodes) {
    PyObject *list = PyList_New(nodes->count);
    for (Py_ssize_t i = 0; list && i < nodes->count; i++) {
        PyList_SetItem(list, i, Py_NewRef((PyObject *)nodes->items[i]));
    }
    return list;
}

/* below(root, seen) */
PyObject *below(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    PyObject *root = count ? arguments[0] : Py_None;
    PyObject *seen = count > 1 ? arguments[1] : Py_None;
    if (!is_root(root)) return PyObject_CallFunctionObjArgs(python("below"), root, seen, NULL);
    Below found = {{NULL, 0, 0}, {NULL, 0, 0}};
    PyObject *both = NULL;
    if (!walk((Node *)root, seen == Py_None ? NULL : seen, &found)) {
        PyObject *operations = listed(&found.operations);
        PyObject *leaves = operations ? listed(&found.leaves) : NULL;
        both = leaves ? PyTuple_Pack(2, operations, leaves) : NULL;
        Py_XDECREF(operations);
        Py_XDECREF(leaves);
    }
    forget(&found);
    return both;
}

PyObject *recorded_partials(PyObject *module, PyObject *self) {
    (void)module;
    if (!is_value(self)) return PyObject_CallFunctionObjArgs(python("recorded_partials"), self, NULL);
    Node *node = (Node *)self;
    Py_ssize_t count = node->operation ? node->operation->partials : 0;
    PyObject *partials = PyTuple_New(count);
    for (Py_ssize_t i = 0; partials && i < count; i++) {
        PyTuple_SetItem(partials, i, PyFloat_FromDouble(edges_of(node)[i].partial));
    }
    return partials;
}

/* ---- the chain rule ---- */

static inline void arrive(Node *node, double adjoint, uint64_t reached) {
    if (node->mark.stage == reached) {
        node->grad += adjoint;
    } else {
        node->mark.stage = reached;
        set_grad(node, adjoint);
    }
}

/* Where nothing arrives the grad is -0.0, as in Python: the zero that changes no sum. */
static inline int is_reached(Node *node, uint64_t reached) {
    if (node->mark.stage == reached) return 1;
    set_grad(node, -0.0);
    return 0;
}

/* Leave in each operation and leaf the derivative of root by it, and give the stage of those that
   an adjoint has reached. Results come before operands, so that it is complete when passed down. */
static uint64_t chain_rule(Node *root, double seed, const Below *found) {
    uint64_t reached = ++stages;
    arrive(root, seed, reached);
    for (Py_ssize_t i = found->operations.count; i--;) {
        Node *node = found->operations.items[i];
        if (!is_reached(node, reached)) continue;
        const Edge *edges = edges_of(node);
        for (Py_ssize_t k = 0; k < node->operation->partials; k++) {
            if (PyFloat_CheckExact(edges[k].operand)) continue;
            arrive((Node *)edges[k].operand, node->grad * edges[k].partial, reached);
        }
    }
    for (Py_ssize_t i = 0; i < found->leaves.count; i++) is_reached(found->leaves.items[i], reached);
    return reached;
}

/* What a sweep overwrites. */
typedef struct {
    double grad;
    Mark mark;
} Saved;

static Saved *save(const Nodes *nodes, Saved *saved) {
    for (Py_ssize_t i = 0; i < nodes->count; i++) {
        *saved++ = (Saved){nodes->items[i]->grad, nodes->items[i]->mark};
    }
    return saved;
}

static Saved *restore(const Nodes *nodes, Saved *saved) {
    for (Py_ssize_t i = 0; i < nodes->count; i++, saved++) {
        nodes->items[i]->grad = saved->grad;
        nodes->items[i]->mark = saved->mark;
    }
    return saved;
}

static PyObject *list_of_floats(const double *numbers, Py_ssize_t count) {
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list && i < count; i++) {
        PyObject *number = PyFloat_FromDouble(numbers[i]);
        if (!number || PyList_SetItem(list, i, number)) Py_CLEAR(list);
    }
    return list;
}

/* Add what leaves have got to what they had, if that is finite; else leave them as they were. */
static int accumulate(const Nodes *leaves, const Saved *before) {
    int is_finite = 1;
    for (Py_ssize_t i = 0; i < leaves->count; i++) is_finite &= isfinite(leaves->items[i]->grad);
    for (Py_ssize_t i = 0; i < leaves->count; i++) {
        Node *leaf = leaves->items[i];
        leaf->grad = is_finite ? before[i].grad + leaf->grad : before[i].grad;
        if (!is_finite) leaf->mark.has_no_grad = before[i].mark.has_no_grad;
    }
    return is_finite;
}

/* sweep(root, operations, leaves, seed): it finds the two anew, which is faster than lists are. */
PyObject *sweep(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    Node *root = (Node *)arguments[0];
    Below found = {{NULL, 0, 0}, {NULL, 0, 0}};
    int failed = walk(root, NULL, &found);
    Py_ssize_t leaves = found.leaves.count;
    Saved *before = failed ? NULL : PyMem_Malloc((leaves + 1) * sizeof(Saved));
    double *adjoints = before ? PyMem_Malloc((leaves + 1) * sizeof(double)) : NULL;
    if (!failed && !adjoints) PyErr_NoMemory();
    if (adjoints) {
        save(&found.leaves, before);
        chain_rule(root, PyFloat_AsDouble(arguments[3]), &found);
        for (Py_ssize_t i = 0; i < leaves; i++) adjoints[i] = found.leaves.items[i]->grad;
        restore(&found.leaves, before);
    }
    PyObject *list = adjoints ? list_of_floats(adjoints, leaves) : NULL;
    PyMem_Free(adjoints);
    PyMem_Free(before);
    forget(&found);
    return list;
}

/* add_gradients(leaves, gradients) */
PyObject *add_gradients(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    for (Py_ssize_t i = 0; i < PyList_Size(arguments[0]); i++) {
        Node *leaf = (Node *)PyList_GetItem(arguments[0], i);
        set_grad(leaf, leaf->grad + PyFloat_AsDouble(PyList_GetItem(arguments[1], i)));
    }
    Py_RETURN_NONE;
}

/* The same as Python's for a seed that is a float, unless a gradient is not finite. */
static int run_backward(Node *root, double seed, int *is_done) {
    Below found = {{NULL, 0, 0}, {NULL, 0, 0}};
    int failed = walk(root, NULL, &found);
    Saved *before = failed ? NULL : PyMem_Malloc((found.leaves.count + 1) * sizeof(Saved));
    if (!failed && !before) PyErr_NoMemory();
    if (before) {
        save(&found.leaves, before);
        chain_rule(root, seed, &found);
        *is_done = accumulate(&found.leaves, before);
    }
    PyMem_Free(before);
    forget(&found);
    return before ? 0 : -1;
}

PyObject *backward(PyObject *self, PyObject *arguments, PyObject *keywords) {
    Py_ssize_t count = PyTuple_Size(arguments);
    PyObject *seed = count ? PyTuple_GetItem(arguments, 0) : NULL;
    int is_ordinary =
        is_root(self) && !keywords && count <= 1 && (!seed || PyFloat_CheckExact(seed));
    int is_done = 0;
    if (is_ordinary) {
        int failed = run_backward((Node *)self, seed ? PyFloat_AsDouble(seed) : 1.0, &is_done);
        if (failed) return NULL;
    }
    if (is_done) Py_RETURN_NONE;
    return call_written("backward", self, arguments, keywords);
}

/* ---- the same without a trace ---- */

/* What a sweep leaves at a node that was asked for. */
typedef struct {
    double adjoint;
    int is_reached;
} Arrived;

static void note(PyObject *wanted, uint64_t reached, Arrived *arrived) {
    for (Py_ssize_t i = 0; i < PyList_Size(wanted); i++) {
        Node *node = (Node *)PyList_GetItem(wanted, i);
        int is_reached = is_value((PyObject *)node) && node->mark.stage == reached;
        arrived[i] = (Arrived){is_reached ? node->grad : 0.0, is_reached};
    }
}

/* Sweep, and leave each grad as it was before. Nobody sees it meanwhile, as no code of Python runs. */
static int sweep_aside(Node *output, PyObject *wanted, Arrived *arrived) {
    Below found = {{NULL, 0, 0}, {NULL, 0, 0}};
    int failed = walk(output, NULL, &found);
    Py_ssize_t count = found.operations.count + found.leaves.count;
    Saved *saved = failed ? NULL : PyMem_Malloc((count + 1) * sizeof(Saved));
    if (!failed && !saved) PyErr_NoMemory();
    if (saved) {
        save(&found.leaves, save(&found.operations, saved));
        note(wanted, chain_rule(output, 1.0, &found), arrived);
        restore(&found.leaves, restore(&found.operations, saved));
    }
    PyMem_Free(saved);
    forget(&found);
    return saved ? 0 : -1;
}

/* A dict of what has arrived, by node: the hash of a subclass may be Python's. */
static PyObject *by_node(PyObject *wanted, const Arrived *arrived) {
    PyObject *adjoints = PyDict_New();
    for (Py_ssize_t i = 0; adjoints && i < PyList_Size(wanted); i++) {
        if (!arrived[i].is_reached) continue;
        PyObject *adjoint = PyFloat_FromDouble(arrived[i].adjoint);
        int failed = !adjoint || PyDict_SetItem(adjoints, PyList_GetItem(wanted, i), adjoint);
        Py_XDECREF(adjoint);
        if (failed) Py_CLEAR(adjoints);
    }
    return adjoints;
}

/* adjoints_of(output, wanted) */
PyObject *adjoints_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    (void)count;
    PyObject *output = arguments[0];
    PyObject *wanted = arguments[1];
    if (!is_root(output)) {
        return PyObject_CallFunctionObjArgs(python("adjoints_of"), output, wanted, NULL);
    }
    Arrived *arrived = PyMem_Malloc((PyList_Size(wanted) + 1) * sizeof(Arrived));
    if (!arrived) return PyErr_NoMemory();
    int failed = sweep_aside((Node *)output, wanted, arrived);
    PyObject *adjoints = failed ? NULL : by_node(wanted, arrived);
    PyMem_Free(arrived);
    return adjoints;
}
