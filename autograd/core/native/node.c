/* Value: its memory, its attributes, and how nodes are freed. */
#include "node.h"

PyTypeObject *ValueType;
PyTypeObject *CollectedType;

/* ---- memory ---- */

/* A graph has no cycles, as operands are never changed and other attributes lead nowhere: nodes need
   no collector. Only an instance of a Python subclass may have attributes that hold what is made of
   it. A node above one is of a type of its own, which the collector visits. */

Node *new_node(double data, int is_collected) {
    Node *node;
    if (is_collected) {
        node = PyObject_GC_New(Node, CollectedType);
    } else {
        node = PyObject_Malloc(sizeof(Node));
        if (node) PyObject_Init((PyObject *)node, ValueType);
    }
    if (!node) return (Node *)PyErr_NoMemory();
    node->operation = NULL;
    node->data = data;
    node->grad = 0.0;
    node->label = NULL;
    node->made = moment(); /* after the collector has run, and with it any code */
    node->mark = (Mark){0, 0};
    return node;
}

/* Subclasses that were found to have no room, such as Parameter: the last few. */
#define REMEMBERED 8
static PyTypeObject *roomless_types[REMEMBERED];
static int oldest;

static long number_of(PyTypeObject *type, const char *attribute) {
    PyObject *number = PyObject_GetAttrString((PyObject *)type, attribute);
    long result = number ? PyLong_AsLong(number) : -1;
    Py_XDECREF(number);
    return result;
}

/* Whether the instances of a subclass have more in them than those of Value, which may refer to what
   is made of them. A Parameter has not, though it takes attributes: set_attribute lets no graph in,
   as networks would take three times as long if all above their parameters were collected. */
int has_room(PyTypeObject *type) {
    for (int i = 0; i < REMEMBERED; i++) {
        if (roomless_types[i] == type) return 0;
    }
    long size = number_of(type, "__basicsize__");
    int is_as_value = size == sizeof(Node) && !number_of(type, "__dictoffset__");
    int is_parameter = (PyObject *)type == PyDict_GetItemString(scope, "Parameter");
    if (type == CollectedType || !(is_as_value || is_parameter)) return 1;
    PyTypeObject *before = roomless_types[oldest];
    Py_INCREF(type);
    roomless_types[oldest] = type;
    oldest = (oldest + 1) % REMEMBERED;
    Py_XDECREF(before);
    return 0;
}

static int traverse(PyObject *self, visitproc visit, void *arg) {
    Node *node = (Node *)self;
    Edge *edges = edges_of(node);
    for (Py_ssize_t i = 0; edges && i < count_operands(node); i++) {
        Py_VISIT(edges[i].operand);
    }
    Py_VISIT(Py_TYPE(self));
    return 0;
}

/* Let go of an operand. If nobody else has it, and it is a node as ours are, it is freed later. */
static void release(PyObject *operand, Node **waiting) {
    int is_ours = Py_IS_TYPE(operand, ValueType) || Py_IS_TYPE(operand, CollectedType);
    if (is_ours && Py_REFCNT(operand) == 1) {
        /* At once: nobody may find it by the collector while others are freed, which may run code. */
        if (Py_IS_TYPE(operand, CollectedType)) PyObject_GC_UnTrack(operand);
        ((Node *)operand)->next_to_free = *waiting;
        *waiting = (Node *)operand;
    } else {
        Py_DECREF(operand);
    }
}

static void release_edges(Node *node, Node **waiting) {
    Py_ssize_t count = count_operands(node);
    Edge *edges = edges_of(node);
    for (Py_ssize_t i = 0; edges && i < count; i++) {
        release(edges[i].operand, waiting);
    }
    if (count > 2) PyMem_Free(edges);
    node->operation = NULL;
}

static void give_back(Node *node) {
    PyTypeObject *type = Py_TYPE(node);
    Py_XDECREF(node->label);
    Py_XDECREF(node->made);
    if (type == ValueType) {
        PyObject_Free(node);
    } else {
        freefunc give = (freefunc)PyType_GetSlot(type, Py_tp_free);
        give(node);
    }
    Py_DECREF(type);
}

/* Free a node, and in a loop what is then nobody's below it: Python's recursion would end at a
   chain of some ten thousand. */
static void free_graph(PyObject *self) {
    Node *waiting = (Node *)self;
    if (Py_IS_TYPE(self, CollectedType)) PyObject_GC_UnTrack(self);
    waiting->next_to_free = NULL;
    while (waiting) {
        Node *node = waiting;
        waiting = node->next_to_free;
        release_edges(node, &waiting);
        give_back(node);
    }
}

/* ---- what a node is made of ---- */

static void free_edges(Node *node) {
    Node *waiting = NULL;
    release_edges(node, &waiting);
    while (waiting) {
        Node *next = waiting->next_to_free;
        waiting->mark = (Mark){0, 0};
        Py_DECREF(waiting);
        waiting = next;
    }
}

/* Become the result of an operation. The references to the operands are the node's from then on,
   unless this fails. */
int keep_edges(Node *node, const Operation *operation, PyObject *const *operands,
               const double *partials) {
    Edge *edges = node->edges.few;
    if (operation->operands > 2) {
        edges = PyMem_Malloc(operation->operands * sizeof(Edge));
        if (!edges) {
            node->operation = NULL;
            PyErr_NoMemory();
            return -1;
        }
        node->edges.many = edges;
    }
    for (Py_ssize_t i = 0; i < operation->operands; i++) {
        edges[i].operand = operands[i];
        edges[i].partial = i < operation->partials ? partials[i] : 0.0;
    }
    node->operation = operation;
    return 0;
}

/* _keep(row, operands, partials): become the result of an operation, or a leaf. */
PyObject *keep(PyObject *self, PyObject *arguments) {
    Node *node = (Node *)self;
    PyObject *row, *operands, *partials;
    if (!PyArg_ParseTuple(arguments, "OO!O!", &row, &PyTuple_Type, &operands, &PyTuple_Type,
                          &partials)) {
        return NULL;
    }
    const Operation *operation = operation_of(row);
    if (!operation) return NULL;
    Py_ssize_t count = PyTuple_Size(operands);
    Py_ssize_t known = PyTuple_Size(partials);
    if (count != operation->operands || known > count) {
        PyErr_SetString(PyExc_SystemError, "a node keeps as many operands as its row has");
        return NULL;
    }
    PyObject **kept = PyMem_Malloc((count + 1) * sizeof(PyObject *));
    double *numbers = PyMem_Malloc((count + 1) * sizeof(double));
    int failed = !kept || !numbers;
    if (failed) PyErr_NoMemory();
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        kept[i] = PyTuple_GetItem(operands, i);
        numbers[i] = i < known ? PyFloat_AsDouble(PyTuple_GetItem(partials, i)) : 0.0;
    }
    failed = failed || PyErr_Occurred();
    if (!failed) {
        free_edges(node);
        failed = keep_edges(node, operation, kept, numbers);
    }
    for (Py_ssize_t i = 0; !failed && i < count; i++) Py_INCREF(kept[i]);
    PyMem_Free(kept);
    PyMem_Free(numbers);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

/* Value(data, label): what is not a float and a string is for Python to say. */
static int initialize(PyObject *self, PyObject *arguments, PyObject *keywords) {
    Node *node = (Node *)self;
    Py_ssize_t count = PyTuple_Size(arguments);
    PyObject *data = count > 0 ? PyTuple_GetItem(arguments, 0) : NULL;
    PyObject *label = count > 1 ? PyTuple_GetItem(arguments, 1) : NULL;
    int is_ordinary = data && PyFloat_CheckExact(data) && count <= 2 && !keywords && !is_watched &&
                      (!label || PyUnicode_CheckExact(label));
    if (!is_ordinary) {
        PyObject *nothing = call_written("__init__", self, arguments, keywords);
        Py_XDECREF(nothing);
        return nothing ? 0 : -1;
    }
    free_edges(node);
    PyObject *label_before = node->label;
    PyObject *made_before = node->made;
    Py_XINCREF(label);
    node->operation = operation_of(PyDict_GetItemString(scope, "LEAF"));
    node->data = PyFloat_AsDouble(data);
    set_grad(node, 0.0);
    node->label = label;
    node->made = moment();
    Py_XDECREF(label_before);
    Py_XDECREF(made_before);
    return 0;
}

/* ---- attributes ---- */

int complain(void) {
    PyErr_SetString(PyExc_AttributeError, "a Value without data: its __init__ has to call super().__init__(data)");
    return -1;
}

static PyObject *get_data(PyObject *self, void *closure) {
    (void)closure;
    if (check_made(self)) return NULL;
    return PyFloat_FromDouble(((Node *)self)->data);
}

static int set_data(PyObject *self, PyObject *x, void *closure) {
    (void)closure;
    double data = x ? PyFloat_AsDouble(x) : -1.0;
    if (!x) PyErr_SetString(PyExc_AttributeError, "the data of a Value cannot be deleted");
    if (PyErr_Occurred()) return -1;
    ((Node *)self)->data = data;
    return 0;
}

static PyObject *get_grad(PyObject *self, void *closure) {
    (void)closure;
    Node *node = (Node *)self;
    if (check_made(self)) return NULL;
    if (node->mark.has_no_grad) Py_RETURN_NONE;
    return PyFloat_FromDouble(node->grad);
}

static int put_grad(PyObject *self, PyObject *x, void *closure) {
    (void)closure;
    Node *node = (Node *)self;
    double grad = x && x != Py_None ? PyFloat_AsDouble(x) : 0.0;
    if (!x) PyErr_SetString(PyExc_AttributeError, "the grad of a Value cannot be deleted");
    if (PyErr_Occurred()) return -1;
    set_grad(node, grad);
    node->mark.has_no_grad = x == Py_None;
    return 0;
}

static PyObject *get_label(PyObject *self, void *closure) {
    (void)closure;
    PyObject *label = ((Node *)self)->label;
    if (check_made(self)) return NULL;
    return label ? Py_NewRef(label) : PyUnicode_FromString("");
}

static PyObject *get_made(PyObject *self, void *closure) {
    (void)closure;
    PyObject *made = ((Node *)self)->made;
    if (!made) complain();
    return Py_XNewRef(made);
}

static int put(PyObject **attribute, PyObject *x) {
    if (!x) {
        PyErr_SetString(PyExc_AttributeError, "this attribute of a Value cannot be deleted");
        return -1;
    }
    PyObject *before = *attribute;
    *attribute = Py_NewRef(x);
    Py_XDECREF(before);
    return 0;
}

/* Set an attribute as Python does. */
static int put_as_written(const char *attribute, PyObject *self, PyObject *x) {
    PyObject *written = PyObject_GetAttrString(python("Value"), attribute);
    PyObject *nothing = NULL;
    if (written && x) nothing = PyObject_CallMethod(written, "__set__", "OO", self, x);
    if (written && !x) nothing = PyObject_CallMethod(written, "__delete__", "O", self);
    Py_XDECREF(nothing);
    Py_XDECREF(written);
    return nothing ? 0 : -1;
}

static int put_label(PyObject *self, PyObject *x, void *closure) {
    (void)closure;
    if (!x || !PyUnicode_CheckExact(x)) return put_as_written("label", self, x);
    return put(&((Node *)self)->label, x);
}

/* `data` and `grad` for all: each look is noted, as a number that leaves the graph. */

PyObject *data_read;
PyObject *data_set;
PyObject *grad_read;

static PyObject *look_at_data(PyObject *self, void *closure) {
    return leave(data_read, ((Node *)self)->label, 0) ? NULL : get_data(self, closure);
}

static int change_data(PyObject *self, PyObject *x, void *closure) {
    Node *node = (Node *)self;
    int is_ordinary = x && PyFloat_CheckExact(x) && !count_operands(node);
    if (!is_ordinary) return put_as_written("data", self, x);
    return leave(data_set, node->label, 0) ? -1 : set_data(self, x, closure);
}

static PyObject *look_at_grad(PyObject *self, void *closure) {
    return leave(grad_read, ((Node *)self)->label, 0) ? NULL : get_grad(self, closure);
}

static int change_grad(PyObject *self, PyObject *x, void *closure) {
    int is_ordinary = x && PyFloat_CheckExact(x);
    return is_ordinary ? put_grad(self, x, closure) : put_as_written("grad", self, x);
}

static int put_made(PyObject *self, PyObject *x, void *closure) {
    (void)closure;
    return put(&((Node *)self)->made, x);
}

static PyObject *get_row(PyObject *self, void *closure) {
    (void)closure;
    if (check_made(self)) return NULL;
    return Py_NewRef(((Node *)self)->operation->row);
}

static PyObject *get_operands(PyObject *self, void *closure) {
    (void)closure;
    if (check_made(self)) return NULL;
    Node *node = (Node *)self;
    Py_ssize_t count = count_operands(node);
    PyObject *operands = PyTuple_New(count);
    for (Py_ssize_t i = 0; operands && i < count; i++) {
        PyTuple_SetItem(operands, i, Py_NewRef(edges_of(node)[i].operand));
    }
    return operands;
}

/* Let Python say what it thinks of an attribute; whether it raises an error. */
static int ask_python(const char *function, PyObject *self, PyObject *name, PyObject *x) {
    PyObject *asked = PyDict_GetItemString(scope, function);
    PyObject *nothing = PyObject_CallFunctionObjArgs(asked, self, name, x, NULL);
    Py_XDECREF(nothing);
    return nothing ? 0 : -1;
}

static int refers_to_nothing(PyObject *x) {
    return !x || x == Py_None || PyFloat_CheckExact(x) || PyLong_CheckExact(x) || PyBool_Check(x) ||
           PyUnicode_CheckExact(x);
}

/* Set any attribute as all objects do, but keep graphs out of a Parameter, and say what to do where
   there is no such attribute. */
static int set_attribute(PyObject *self, PyObject *name, PyObject *x) {
    PyTypeObject *type = Py_TYPE(self);
    int is_own = type == ValueType || type == CollectedType;
    if (!is_own && !refers_to_nothing(x) && !has_room(type)) {
        if (ask_python("check_kept", self, name, x)) return -1;
    }
    if (!PyObject_GenericSetAttr(self, name, x)) return 0;
    if (x && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyObject *kind, *error, *trace;
        PyErr_Fetch(&kind, &error, &trace);
        if (ask_python("refuse_attribute", self, name, NULL)) {
            Py_XDECREF(kind);
            Py_XDECREF(error);
            Py_XDECREF(trace);
        } else {
            PyErr_Restore(kind, error, trace);
        }
    }
    return -1;
}

/* What these tell is what the properties of core/value.py tell, word by word. */
static PyGetSetDef attributes[] = {
    {"data", look_at_data, change_data,
     "The number of this Value, a Python float.\n\n"
     "Another number may be assigned to it (int, float or NumPy scalar). Results that were\n"
     "computed before keep theirs; those computed later use the new one.",
     NULL},
    {"grad", look_at_grad, change_grad,
     "The derivative by this Value, a float, as `backward()` left it; 0.0 before.\n\n"
     "Each call of `backward()` adds to the `grad` of a leaf, and sets that of a result anew.",
     NULL},
    {"_data", get_data, set_data, NULL, NULL},
    {"_grad", get_grad, put_grad, NULL, NULL},
    {"_label", get_label, put_label, NULL, NULL},
    {"label", get_label, put_label,
     "The name that drawings, programs and errors show, a string; empty if there is none.\n\n"
     "Assigning anything but a string raises `TypeError`.",
     NULL},
    {"_made", get_made, put_made, NULL, NULL},
    {"op", get_row, NULL,
     "The operation that made this Value, as a row of the calculus: `op.name` is its name.\n\n"
     "Of a leaf it is the row named \"leaf\".",
     NULL},
    {"operands", get_operands, NULL,
     "What the operation was applied to, a tuple: Values, and floats for plain numbers.\n\n"
     "Of a leaf it is empty.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* ---- the types ---- */

static PyType_Slot value_slots[] = {
    {Py_tp_init, initialize},        {Py_tp_dealloc, free_graph},     {Py_tp_getset, attributes},
    {Py_tp_methods, node_methods},   {Py_tp_setattro, set_attribute}, {Py_nb_add, add},
    {Py_nb_subtract, subtract},      {Py_nb_multiply, multiply},      {Py_nb_true_divide, divide},
    {Py_nb_floor_divide, floor_divide}, {Py_nb_remainder, modulo},    {Py_nb_power, power},
    {Py_nb_negative, negative},      {Py_nb_absolute, absolute},      {0, NULL},
};
static PyType_Spec value_spec = {"autograd.core.value.Value", sizeof(Node), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, value_slots};

static PyType_Slot collected_slots[] = {
    {Py_tp_dealloc, free_graph},
    {Py_tp_traverse, traverse},
    {Py_tp_free, PyObject_GC_Del},
    {0, NULL},
};
static PyType_Spec collected_spec = {"autograd.core.value.Value", sizeof(Node), 0,
                                     Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, collected_slots};

/* A type whose instances errors call 'Value', as those of a class in Python, without the module. */
static PyTypeObject *made_type(PyType_Spec *spec, PyObject *bases) {
    PyObject *type = PyType_FromSpecWithBases(spec, bases);
    PyObject *name = PyUnicode_FromString("Value");
    if (type && (!name || PyObject_SetAttrString(type, "__name__", name))) Py_CLEAR(type);
    Py_XDECREF(name);
    return (PyTypeObject *)type;
}

int make_types(void) {
    ValueType = made_type(&value_spec, NULL);
    if (!ValueType) return -1;
    CollectedType = made_type(&collected_spec, (PyObject *)ValueType);
    return CollectedType ? 0 : -1;
}
