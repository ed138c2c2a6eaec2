/* The node of a graph in C: what `Value` in core/value.py keeps, in 96 bytes.

   C does what is ordinary. Whatever is odd goes to the Python that it stands in for, which alone
   knows the policy for numbers and has the words of errors: an operand that is no float, a result
   that `math` would raise for, a debugger that watches. */
#ifndef AUTOGRAD_NODE_H
#define AUTOGRAD_NODE_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000 /* one binary for Python 3.10 and all later ones */
#include <Python.h>
#include <stdint.h>

/* A row in C: value and partials at some operands. Not 0 if that is odd. */
typedef int (*Kernel)(const double *operands, Py_ssize_t count, double *value, double *partials);

/* What the nodes of one row have in common. It stays as long as the process. */
typedef struct {
    PyObject *row;
    Kernel kernel; /* NULL for a row of the user's, which Python computes */
    Py_ssize_t operands;
    Py_ssize_t partials; /* operands past these are constants of the row */
} Operation;

typedef struct {
    PyObject *operand; /* a Value, or the float of a plain number */
    double partial;
} Edge;

typedef struct Node Node;

typedef struct {
    uint64_t stage : 63; /* of the last traversal that came to this node: see graph.c */
    uint64_t has_no_grad : 1; /* `grad` was set to None, and its number is 0 */
} Mark;

struct Node {
    PyObject_HEAD
    const Operation *operation; /* NULL before __init__ */
    union {
        Mark mark;
        Node *next_to_free; /* once nobody has the node any more */
    };
    double grad;
    union {
        Edge few[2];
        Edge *many; /* if there are more than two */
    } edges;
    /* What sweeps need ends here: most often in one line of the cache. */
    double data;
    PyObject *label; /* NULL for "" */
    PyObject *made;  /* when, as tracking.py counts */
};

static inline Py_ssize_t count_operands(const Node *node) {
    return node->operation ? node->operation->operands : 0;
}

static inline Edge *edges_of(Node *node) {
    return count_operands(node) > 2 ? node->edges.many : node->edges.few;
}

static inline void set_grad(Node *node, double grad) {
    node->grad = grad;
    node->mark.has_no_grad = 0;
}

/* node.c: memory and attributes. */
extern PyTypeObject *ValueType;     /* Value */
extern PyTypeObject *CollectedType; /* a Value above an object that may refer to it */
int make_types(void);
Node *new_node(double data, int is_collected);
int keep_edges(Node *node, const Operation *operation, PyObject *const *operands,
               const double *partials);
PyObject *keep(PyObject *self, PyObject *arguments);
extern PyObject *data_read; /* how a number leaves when it is looked at: sentences of tracking.py */
extern PyObject *data_set;
extern PyObject *grad_read;

static inline int is_value(PyObject *x) {
    return Py_IS_TYPE(x, ValueType) || PyObject_TypeCheck(x, ValueType);
}

/* An error for a Value whose __init__ has not run: that of a subclass has to call Value's. */
int complain(void);
static inline int check_made(PyObject *x) { return ((Node *)x)->operation ? 0 : complain(); }

/* Whether C may take it for the root of a graph; else Python says why not. */
static inline int is_root(PyObject *x) { return is_value(x) && ((Node *)x)->operation; }

/* Whether an operand may refer to what is made of it: not if it has no room for that. */
int has_room(PyTypeObject *type);
static inline int may_refer(PyObject *x) {
    return !Py_IS_TYPE(x, ValueType) && !PyFloat_CheckExact(x) && has_room(Py_TYPE(x));
}

/* recording.c: operations. */
extern const unsigned long built_from; /* which rows and sources */
int list_rows(PyObject *scope);
const Operation *operation_of(PyObject *row);
PyObject *add(PyObject *a, PyObject *b);
PyObject *subtract(PyObject *a, PyObject *b);
PyObject *multiply(PyObject *a, PyObject *b);
PyObject *divide(PyObject *a, PyObject *b);
PyObject *floor_divide(PyObject *a, PyObject *b);
PyObject *modulo(PyObject *a, PyObject *b);
PyObject *power(PyObject *a, PyObject *b, PyObject *modulus);
PyObject *negative(PyObject *a);
PyObject *absolute(PyObject *a);
PyObject *record(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
extern PyMethodDef node_methods[];

/* graph.c: what is below a node, and sweeps over it. */
PyObject *below(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *recorded_partials(PyObject *module, PyObject *self);
PyObject *backward(PyObject *self, PyObject *arguments, PyObject *keywords);
PyObject *sweep(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *add_gradients(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *adjoints_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

/* tape.c: graphs as flat arrays. */
int make_tape_type(void);
PyObject *new_tape(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

/* module.c: Python's own. */
extern PyObject *scope;             /* SCOPE of tracking.py */
PyObject *python(const char *name); /* the class or function that C stands in for; borrowed */
PyObject *call_written(const char *method, PyObject *self, PyObject *arguments, PyObject *keywords);

/* departures.c: numbers that left the graph. */
int leave(PyObject *how, PyObject *label, int is_aside);
extern int is_watched;  /* under debug(), where Python says in which line a node is made */
PyObject *moment(void); /* when a node is made that is made now: a new reference */
PyObject *number_left(PyObject *module, PyObject *arguments, PyObject *keywords);
PyObject *logged(PyObject *module, PyObject *aside);
PyObject *departures(PyObject *module, PyObject *nothing);
PyObject *watch(PyObject *module, PyObject *lines);

#endif
