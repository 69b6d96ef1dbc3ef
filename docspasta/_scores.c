/* The best of a segment's sections for a query, for docspasta/search/ranking.py, where Python finds the same. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

enum { SECTIONS = 1 << 16 };

typedef struct {
    double score;
    long number;
} Scored;

/* Whether one comes behind the other: it has less, or as much and a higher number. */
static int behind(Scored one, Scored other) {
    return one.score < other.score || (one.score == other.score && one.number > other.number);
}

/* Puts one at the top of a heap, and down to its place: whose top comes behind all others. */
static void sink(Scored *heap, Py_ssize_t size, Scored one) {
    Py_ssize_t at = 0, child;
    while ((child = 2 * at + 1) < size) {
        child += child + 1 < size && behind(heap[child + 1], heap[child]);
        if (!behind(heap[child], one))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = one;
}

/* Adds a term's postings: numbers of 16 bits, then as many weights of 8. -1 for an error. */
static int add(double *scores, PyObject *value, PyObject *weight) {
    double each = PyFloat_AsDouble(weight);
    if (PyErr_Occurred())
        return -1;
    if (!PyBytes_Check(value) || PyBytes_GET_SIZE(value) % 3) {
        PyErr_SetString(PyExc_ValueError, "postings have to be bytes, three for each");
        return -1;
    }
    Py_ssize_t count = PyBytes_GET_SIZE(value) / 3;
    const unsigned char *numbers = (const unsigned char *)PyBytes_AS_STRING(value), *strengths = numbers + 2 * count;
    for (Py_ssize_t at = 0; at < count; at++)
        scores[numbers[2 * at] | numbers[2 * at + 1] << 8] += each * strengths[at];
    return 0;
}

static PyObject *chosen(const double *scores, Scored *heap, Py_ssize_t most, double least) {
    for (Py_ssize_t at = 0; at < most; at++)
        heap[at] = (Scored){least, -1}; /* which nothing with as much comes before */
    for (long number = 0; number < SECTIONS; number++)
        if (scores[number] > least && behind(heap[0], (Scored){scores[number], number}))
            sink(heap, most, (Scored){scores[number], number});
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0; found != NULL && at < most; at++) {
        if (heap[at].number < 0)
            continue;
        PyObject *one = Py_BuildValue("(ld)", heap[at].number, heap[at].score);
        if (one == NULL || PyList_Append(found, one) < 0)
            Py_CLEAR(found);
        Py_XDECREF(one);
    }
    return found;
}

static PyObject *scores(PyObject *module, PyObject *arguments) {
    PyObject *values, *weights, *found = NULL;
    Py_ssize_t most;
    double least;
    if (!PyArg_ParseTuple(arguments, "O!O!nd", &PyList_Type, &values, &PyList_Type, &weights, &most, &least))
        return NULL;
    if (PyList_GET_SIZE(values) != PyList_GET_SIZE(weights) || most < 1 || most > SECTIONS || least < 0)
        return PyErr_Format(PyExc_ValueError, "scores takes as many weights as values, and at least 1 section");
    double *all = PyMem_Calloc(SECTIONS, sizeof(double));
    Scored *heap = PyMem_Malloc((size_t)most * sizeof(Scored));
    int failed = all == NULL || heap == NULL;
    if (failed)
        PyErr_NoMemory();
    for (Py_ssize_t at = 0; !failed && at < PyList_GET_SIZE(values); at++)
        failed = add(all, PyList_GET_ITEM(values, at), PyList_GET_ITEM(weights, at)) < 0;
    if (!failed)
        found = chosen(all, heap, most, least);
    PyMem_Free(all);
    PyMem_Free(heap);
    return found;
}

static PyMethodDef methods[] = {{"scores", scores, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_scores", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__scores(void) { return PyModule_Create(&definition); }
