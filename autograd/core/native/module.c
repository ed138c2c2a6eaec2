/* The module: it takes the place of some classes and functions of Python, which keep what is odd. */
#include "node.h"

PyObject *scope;
static PyObject *taken_over; /* their names, and they themselves */

PyObject *python(const char *name) { return PyDict_GetItemString(taken_over, name); }

/* Call a method of the Value in Python on one in C. */
PyObject *call_written(const char *method, PyObject *self, PyObject *arguments,
                       PyObject *keywords) {
    PyObject *written = PyObject_GetAttrString(python("Value"), method);
    PyObject *first = PyTuple_Pack(1, self);
    PyObject *all = first ? PySequence_Concat(first, arguments) : NULL;
    PyObject *result = written && all ? PyObject_Call(written, all, keywords) : NULL;
    Py_XDECREF(all);
    Py_XDECREF(first);
    Py_XDECREF(written);
    return result;
}

/* begin(scope): know the rows, and the names of Python's that written methods use. What they are is
   known once for the process: a second interpreter would take Value away from the first. */
static PyObject *begin(PyObject *module, PyObject *names) {
    static PyInterpreterState *owner;
    if (!owner) owner = PyInterpreterState_Get();
    if (owner != PyInterpreterState_Get()) {
        PyErr_SetString(PyExc_ImportError, "Value in C serves one interpreter of a process; in "
                                           "others set AUTOGRAD_NATIVE=0 before the import");
        return NULL;
    }
    scope = Py_NewRef(names);
    data_read = PyDict_GetItemString(names, "DATA_READ");
    data_set = PyDict_GetItemString(names, "DATA_SET");
    grad_read = PyDict_GetItemString(names, "GRAD_READ");
    if (list_rows(names) || make_types() || make_tape_type()) return NULL;
    if (PyModule_AddObjectRef(module, "Value", (PyObject *)ValueType)) return NULL;
    Py_RETURN_NONE;
}

/* instead_of(name, thing): what stands in for a class or function, which is kept. */
static PyObject *instead_of(PyObject *module, PyObject *arguments) {
    PyObject *name, *thing;
    if (!PyArg_ParseTuple(arguments, "UO", &name, &thing)) return NULL;
    if (PyDict_SetItem(taken_over, name, thing)) return NULL;
    return PyObject_GetAttr(module, name);
}

/* kind_of_node(operands): the class of the result of an operation on them. */
static PyObject *kind_of_node(PyObject *module, PyObject *operands) {
    (void)module;
    int is_collected = 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(operands); i++) {
        is_collected |= may_refer(PyTuple_GetItem(operands, i));
    }
    return Py_NewRef((PyObject *)(is_collected ? CollectedType : ValueType));
}

/* show(type, name, function): let a name of a type lead to a Python function, for people who look at
   it, or with None to what it inherits, while its slot stays in C. Set as an attribute, or deleted,
   it would take the slot along. */
static PyObject *show(PyObject *module, PyObject *arguments) {
    (void)module;
    PyObject *type, *name, *function;
    if (!PyArg_ParseTuple(arguments, "OUO", &type, &name, &function)) return NULL;
    PyObject *names = PyObject_GenericGetDict(type, NULL);
    int is_nothing = function == Py_None;
    int failed = !names || (is_nothing ? PyDict_DelItem(names, name)
                                       : PyDict_SetItem(names, name, function));
    Py_XDECREF(names);
    PyType_Modified((PyTypeObject *)type);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

#define FAST(function) {#function, (PyCFunction)(void (*)(void))function, METH_FASTCALL, NULL}
static PyMethodDef functions[] = {
    {"begin", begin, METH_O, NULL},
    {"instead_of", instead_of, METH_VARARGS, NULL},
    {"show", show, METH_VARARGS, NULL},
    {"kind_of_node", kind_of_node, METH_O, NULL},
    {"recorded_partials", recorded_partials, METH_O, NULL},
    {"number_left", (PyCFunction)(void (*)(void))number_left, METH_VARARGS | METH_KEYWORDS, NULL},
    {"logged", logged, METH_O, NULL},
    {"departures", departures, METH_NOARGS, NULL},
    {"watch", watch, METH_O, NULL},
    FAST(record),
    FAST(below),
    FAST(sweep),
    FAST(add_gradients),
    FAST(adjoints_of),
    FAST(new_tape),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "autograd.core.native._native", NULL, -1, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) {
    PyObject *module = PyModule_Create(&definition);
    taken_over = PyDict_New();
    if (!module || !taken_over) return NULL;
    if (PyModule_AddObject(module, "built_from", PyLong_FromUnsignedLong(built_from))) return NULL;
    return module;
}
