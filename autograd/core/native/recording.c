/* Operations: a node with its operands and local partials, as `record` of core/value.py makes it. */
#include "node.h"
#include <math.h>
#include <string.h>

/* ---- rows ---- */

/* What the kernels are made of. */
static inline double checked(double result, int *odd) {
    *odd |= !isfinite(result);
    return result;
}

static inline double quotient(double a, double b, int *odd) {
    *odd |= b == 0.0;
    return a / b;
}

static double python_hypot(double a, double b) {
    PyObject *function = PyDict_GetItemString(scope, "hypot");
    PyObject *result = PyObject_CallFunction(function, "dd", a, b);
    double length = result ? PyFloat_AsDouble(result) : NAN; /* odd, and so Python's */
    if (!result) PyErr_Clear();
    Py_XDECREF(result);
    return length;
}

#include "kernels.h"
const unsigned long built_from = BUILT_FROM;

/* The rows for any number of operands add from left to right, as their texts do. */
static int kernel_affine(const double *operands, Py_ssize_t count, double *value,
                         double *partials) {
    Py_ssize_t width = count / 2;
    const double *xs = operands;
    const double *ws = operands + width;
    double b = operands[count - 1];
    double sum = 0.0;
    for (Py_ssize_t i = 0; i < width; i++) {
        sum = i ? sum + xs[i] * ws[i] : xs[i] * ws[i];
        partials[i] = ws[i];
        partials[width + i] = xs[i];
    }
    partials[count - 1] = 1.0;
    *value = width ? sum + b : b;
    return 0;
}

static int kernel_total(const double *operands, Py_ssize_t count, double *value,
                        double *partials) {
    double sum = operands[0];
    for (Py_ssize_t i = 1; i < count; i++) sum += operands[i];
    for (Py_ssize_t i = 0; i < count; i++) partials[i] = 1.0;
    *value = sum;
    return 0;
}

static int kernel_mean(const double *operands, Py_ssize_t count, double *value,
                       double *partials) {
    kernel_total(operands, count, value, partials);
    *value /= (double)count;
    for (Py_ssize_t i = 0; i < count; i++) partials[i] = 1.0 / (double)count;
    return 0;
}

#define ROW(name, operands, partials) ROW_##name,
enum { ROWS(ROW) COUNT_ROWS };
#undef ROW

#define ROW(name, operands, partials) {NULL, kernel_##name, operands, partials},
static Operation operations[] = {ROWS(ROW)};
#undef ROW

#define ROW(name, operands, partials) #name,
static const char *const row_names[] = {ROWS(ROW)};
#undef ROW

static PyObject *known_rows; /* each row that was met: its Operation in a capsule */

static int know(PyObject *row, Operation *operation) {
    Py_INCREF(row);
    operation->row = row;
    PyObject *capsule = PyCapsule_New(operation, NULL, NULL);
    int failed = !capsule || PyDict_SetItem(known_rows, row, capsule);
    Py_XDECREF(capsule);
    return failed ? -1 : 0;
}

/* Take the rows out of the names that written methods know. */
int list_rows(PyObject *names) {
    known_rows = PyDict_New();
    if (!known_rows) return -1;
    for (int i = 0; i < COUNT_ROWS; i++) {
        PyObject *name = PyUnicode_FromString(row_names[i]);
        PyObject *constant = name ? PyObject_CallMethod(name, "upper", NULL) : NULL;
        PyObject *row = constant ? PyDict_GetItemWithError(names, constant) : NULL;
        int failed = !row || know(row, &operations[i]);
        Py_XDECREF(name);
        Py_XDECREF(constant);
        if (failed) return -1;
    }
    return 0;
}

static Py_ssize_t length_of(PyObject *row, const char *attribute) {
    PyObject *items = PyObject_GetAttrString(row, attribute);
    Py_ssize_t length = items ? PyObject_Size(items) : -1;
    Py_XDECREF(items);
    return length;
}

/* The kernel of a row for any number of operands, by its name, which no other row may have. */
static Kernel family_of(PyObject *row) {
    PyObject *name = PyObject_GetAttrString(row, "name");
    PyObject *text = name ? PyUnicode_AsUTF8String(name) : NULL;
    const char *family = text ? PyBytes_AsString(text) : "";
    Kernel kernel = !strcmp(family, "affine")  ? kernel_affine
                    : !strcmp(family, "total") ? kernel_total
                    : !strcmp(family, "mean")  ? kernel_mean
                                               : NULL;
    Py_XDECREF(text);
    Py_XDECREF(name);
    return kernel;
}

/* What the nodes of a row have in common; NULL with an error if it is no row. */
const Operation *operation_of(PyObject *row) {
    PyObject *capsule = PyDict_GetItemWithError(known_rows, row);
    if (capsule) return PyCapsule_GetPointer(capsule, NULL);
    if (PyErr_Occurred()) return NULL;
    Operation *operation = PyMem_Malloc(sizeof(Operation));
    if (!operation) return (Operation *)PyErr_NoMemory();
    operation->operands = length_of(row, "operands");
    operation->partials = length_of(row, "partials");
    operation->kernel = family_of(row);
    if (PyErr_Occurred() || know(row, operation)) {
        PyMem_Free(operation);
        return NULL;
    }
    return operation;
}

/* ---- operands ---- */

/* The float of a plain number, a new reference; None for what is no number. */
static PyObject *float_of(PyObject *x) {
    if (PyFloat_CheckExact(x)) return Py_NewRef(x);
    if (PyLong_CheckExact(x)) {
        double number = PyLong_AsDouble(x);
        if (!PyErr_Occurred()) return PyFloat_FromDouble(number);
        PyErr_Clear(); /* past the largest float, which is for Python */
    }
    PyObject *as_float = PyDict_GetItemString(scope, "as_float");
    return PyObject_CallFunctionObjArgs(as_float, x, NULL);
}

/* An operand as a node keeps it, and its number. None for what is no number; NULL on errors. */
static inline PyObject *taken(PyObject *x, double *number) {
    if (is_value(x)) {
        if (check_made(x)) return NULL;
        *number = ((Node *)x)->data;
        return Py_NewRef(x);
    }
    PyObject *plain = float_of(x);
    if (plain && plain != Py_None) *number = PyFloat_AsDouble(plain);
    return plain;
}

/* What an operator gives where an operand is no number, or where that was an error. */
static PyObject *not_taken(PyObject *nothing) {
    if (!nothing) return NULL;
    Py_DECREF(nothing);
    Py_RETURN_NOTIMPLEMENTED;
}

/* ---- recording ---- */

/* The node of an operation, on operands that are Values and floats. It takes the references. */
static inline PyObject *recorded(const Operation *operation, double value,
                                 PyObject *const *operands, const double *partials) {
    int is_collected = 0;
    for (Py_ssize_t i = 0; i < operation->operands; i++) is_collected |= may_refer(operands[i]);
    Node *node = new_node(value, is_collected);
    if (!node || keep_edges(node, operation, operands, partials)) {
        for (Py_ssize_t i = 0; i < operation->operands; i++) Py_DECREF(operands[i]);
        Py_XDECREF(node);
        return NULL;
    }
    if (is_collected) PyObject_GC_Track(node);
    return (PyObject *)node;
}

static inline PyObject *record_one(const Operation *operation, Kernel kernel, PyObject *self) {
    if (check_made(self)) return NULL;
    double number = ((Node *)self)->data;
    double value;
    double partial;
    if (kernel(&number, 1, &value, &partial) || is_watched) {
        return PyObject_CallFunctionObjArgs(python("record"), operation->row, self, NULL);
    }
    Py_INCREF(self);
    return recorded(operation, value, &self, &partial);
}

static inline PyObject *record_two(const Operation *operation, Kernel kernel, PyObject *left,
                                   PyObject *right) {
    double numbers[2];
    double value;
    double partials[2];
    PyObject *operands[2];
    operands[0] = taken(left, &numbers[0]);
    if (!operands[0] || operands[0] == Py_None) return not_taken(operands[0]);
    operands[1] = taken(right, &numbers[1]);
    if (!operands[1] || operands[1] == Py_None) {
        Py_DECREF(operands[0]);
        return not_taken(operands[1]);
    }
    if (!kernel(numbers, 2, &value, partials) && !is_watched) {
        return recorded(operation, value, operands, partials);
    }
    PyObject *result = PyObject_CallFunctionObjArgs(python("record"), operation->row, operands[0],
                                                    operands[1], NULL);
    Py_DECREF(operands[0]);
    Py_DECREF(operands[1]);
    return result;
}

#define OF_TWO(function, row)                                               \
    PyObject *function(PyObject *a, PyObject *b) {                          \
        return record_two(&operations[ROW_##row], kernel_##row, a, b);      \
    }
OF_TWO(add, add)
OF_TWO(subtract, sub)
OF_TWO(multiply, mul)
OF_TWO(divide, div)
OF_TWO(floor_divide, floordiv)
OF_TWO(modulo, mod)

PyObject *power(PyObject *a, PyObject *b, PyObject *modulus) {
    if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
    if (is_value(b)) return record_two(&operations[ROW_power], kernel_power, a, b);
    return record_two(&operations[ROW_power_constant], kernel_power_constant, a, b);
}

#define ROW(name)                                                           \
    static PyObject *method_##name(PyObject *self, PyObject *nothing) {     \
        (void)nothing;                                                      \
        return record_one(&operations[ROW_##name], kernel_##name, self);    \
    }
UNARY_ROWS(ROW)
#undef ROW

PyObject *negative(PyObject *a) { return method_neg(a, NULL); }
PyObject *absolute(PyObject *a) { return method_abs(a, NULL); }

#define ROW(name) {#name, method_##name, METH_NOARGS, NULL},
PyMethodDef node_methods[] = {
    UNARY_ROWS(ROW){"_keep", keep, METH_VARARGS, NULL},
    {"backward", (PyCFunction)(void (*)(void))backward, METH_VARARGS | METH_KEYWORDS, NULL},
    {NULL, NULL, 0, NULL},
};
#undef ROW

/* record(row, *operands) where all are Values and floats; the result is a float if none is a Value. */
static PyObject *record_many(const Operation *operation, PyObject *const *operands, double *room) {
    Py_ssize_t count = operation->operands;
    double *partials = room + count;
    double value;
    int has_value = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (is_value(operands[i])) {
            if (check_made(operands[i])) return NULL;
            room[i] = ((Node *)operands[i])->data;
            has_value = 1;
        } else if (PyFloat_CheckExact(operands[i])) {
            room[i] = PyFloat_AsDouble(operands[i]);
        } else {
            return NULL;
        }
    }
    if (operation->kernel(room, count, &value, partials)) return NULL;
    if (!has_value) return PyFloat_FromDouble(value);
    for (Py_ssize_t i = 0; i < count; i++) Py_INCREF(operands[i]);
    return recorded(operation, value, operands, partials);
}

#define ROOM 64 /* numbers on the stack: of operations on up to 32 operands */

PyObject *record(PyObject *module, PyObject *const *arguments, Py_ssize_t count) {
    (void)module;
    double few[ROOM];
    double *room = few;
    PyObject *result = NULL;
    const Operation *operation = count > 1 ? operation_of(arguments[0]) : NULL;
    int is_ordinary = !is_watched && operation && operation->kernel && operation->operands == count - 1;
    if (is_ordinary && 2 * count > ROOM) room = PyMem_Malloc(2 * count * sizeof(double));
    if (is_ordinary && room) result = record_many(operation, arguments + 1, room);
    if (room != few) PyMem_Free(room);
    if (result || PyErr_Occurred()) return result;
    PyObject *all = PyTuple_New(count);
    for (Py_ssize_t i = 0; all && i < count; i++) {
        PyTuple_SetItem(all, i, Py_NewRef(arguments[i]));
    }
    result = all ? PyObject_CallObject(python("record"), all) : NULL;
    Py_XDECREF(all);
    return result;
}
