/* Numbers that left the graph, as core/tracking.py notes them. Whoever trains by hand looks at each
   parameter four times a step. */
#include "node.h"

int is_watched;
static int64_t departed;

#ifdef _MSC_VER /* which knows no other word for it in C */
#define THREAD_LOCAL __declspec(thread)
#else
#define THREAD_LOCAL _Thread_local
#endif

#define LONGEST 1000 /* departures that a thread remembers, as in Python */

typedef struct {
    int64_t serial;
    PyObject *how;
    PyObject *label; /* NULL for "" */
} Departure;

typedef struct {
    Departure items[LONGEST];
    Py_ssize_t count; /* of all so far; the last of them are kept */
} Log;

typedef struct {
    Log latest;
    Log aside;
} Logs;

static THREAD_LOCAL Logs *logs; /* those of this thread, which its dictionary owns */

static void clear(Log *log) {
    for (Py_ssize_t i = 0; i < LONGEST; i++) {
        Py_CLEAR(log->items[i].how);
        Py_CLEAR(log->items[i].label);
    }
}

static void free_logs(PyObject *capsule) {
    Logs *theirs = PyCapsule_GetPointer(capsule, NULL);
    if (theirs == logs) logs = NULL; /* a thread of the system may begin one of Python's anew */
    clear(&theirs->latest);
    clear(&theirs->aside);
    PyMem_Free(theirs);
}

static Logs *logs_of_thread(void) {
    if (logs) return logs;
    PyObject *owner = PyThreadState_GetDict();
    Logs *fresh = owner ? PyMem_Calloc(1, sizeof(Logs)) : NULL;
    PyObject *capsule = fresh ? PyCapsule_New(fresh, NULL, free_logs) : NULL;
    if (!capsule) {
        PyMem_Free(fresh);
        PyErr_NoMemory();
        return NULL;
    }
    if (!PyDict_SetItemString(owner, "autograd's departures", capsule)) logs = fresh;
    Py_DECREF(capsule);
    return logs;
}

/* Note that a number left. -1 on errors. */
int leave(PyObject *how, PyObject *label, int is_aside) {
    Logs *own = logs_of_thread();
    if (!own) return -1;
    Log *log = is_aside ? &own->aside : &own->latest;
    Departure *departure = &log->items[log->count++ % LONGEST];
    Departure before = *departure;
    *departure = (Departure){++departed, Py_NewRef(how), Py_XNewRef(label)};
    Py_XDECREF(before.how);
    Py_XDECREF(before.label);
    return 0;
}

/* number_left(how, label="", aside=False) */
PyObject *number_left(PyObject *module, PyObject *arguments, PyObject *keywords) {
    (void)module;
    static char *names[] = {"how", "label", "aside", NULL};
    PyObject *how, *label = NULL;
    int is_aside = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "U|Up", names, &how, &label, &is_aside) ||
        leave(how, label, is_aside)) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* logged(aside): the last departures of this thread, as (serial, how, label). */
PyObject *logged(PyObject *module, PyObject *aside) {
    (void)module;
    Logs *own = logs_of_thread();
    PyObject *list = own ? PyList_New(0) : NULL;
    if (!list) return NULL;
    const Log *log = PyObject_IsTrue(aside) ? &own->aside : &own->latest;
    Py_ssize_t first = log->count > LONGEST ? log->count - LONGEST : 0;
    for (Py_ssize_t i = first; i < log->count; i++) {
        const Departure *departure = &log->items[i % LONGEST];
        PyObject *label = departure->label ? Py_NewRef(departure->label) : PyUnicode_FromString("");
        PyObject *how = Py_NewRef(departure->how); /* as the collector may run, and more may leave */
        PyObject *entry = Py_BuildValue("LNN", (long long)departure->serial, how, label);
        int failed = !entry || PyList_Append(list, entry);
        Py_XDECREF(entry);
        if (failed) {
            Py_DECREF(list);
            return NULL;
        }
    }
    return list;
}

PyObject *departures(PyObject *module, PyObject *nothing) {
    (void)module;
    (void)nothing;
    return PyLong_FromLongLong(departed);
}

/* watch(lines): whether Python says where nodes are made. */
PyObject *watch(PyObject *module, PyObject *lines) {
    (void)module;
    is_watched = PyObject_IsTrue(lines);
    Py_RETURN_NONE;
}

PyObject *moment(void) {
    static PyObject *now; /* kept, as most nodes are made at the moment of the one before */
    static int64_t at = -1;
    if (at != departed || !now) {
        PyObject *before = now;
        now = PyLong_FromLongLong(departed);
        at = departed;
        Py_XDECREF(before);
    }
    return Py_XNewRef(now);
}
