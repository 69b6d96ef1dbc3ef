/* Passes over bytes that Python's own do slower, for docspasta/passes.py, which says what each gives. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

/* count: written so that a compiler makes vectors of it. A run of 255 fits the byte that it is counted in. */

enum { RUN = 255 };

static Py_ssize_t count_one(const unsigned char *data, Py_ssize_t size, unsigned char first) {
    Py_ssize_t found = 0;
    for (Py_ssize_t at = 0; at < size; at += RUN) {
        Py_ssize_t end = size - at < RUN ? size - at : RUN;
        unsigned char some = 0;
        for (Py_ssize_t each = 0; each < end; each++)
            some += data[at + each] == first;
        found += some;
    }
    return found;
}

static Py_ssize_t count_two(const unsigned char *data, Py_ssize_t size, unsigned char first, unsigned char second) {
    Py_ssize_t found = 0;
    for (Py_ssize_t at = 0; at + 1 < size; at += RUN) {
        Py_ssize_t end = size - 1 - at < RUN ? size - 1 - at : RUN;
        unsigned char some = 0;
        for (Py_ssize_t each = 0; each < end; each++)
            some += (data[at + each] == first) & (data[at + each + 1] == second);
        found += some;
    }
    return found;
}

static PyObject *count(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    if (given != 4 || !PyBytes_Check(arguments[0]) || !PyBytes_Check(arguments[1]))
        return PyErr_Format(PyExc_TypeError, "count takes two bytes objects, a start and an end");
    Py_ssize_t start = PyLong_AsSsize_t(arguments[2]), end = PyLong_AsSsize_t(arguments[3]);
    if (PyErr_Occurred())
        return NULL;
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(arguments[0]);
    const unsigned char *sought = (const unsigned char *)PyBytes_AS_STRING(arguments[1]);
    Py_ssize_t length = PyBytes_GET_SIZE(arguments[1]);
    if (end > PyBytes_GET_SIZE(arguments[0]))
        end = PyBytes_GET_SIZE(arguments[0]);
    if (start < 0 || length < 1 || length > 2 || (length == 2 && sought[0] == sought[1]))
        return PyErr_Format(PyExc_ValueError, "count takes one byte or two that differ, and a start from 0 on");
    if (start >= end)
        return PyLong_FromLong(0);
    if (length == 1)
        return PyLong_FromSsize_t(count_one(data + start, end - start, sought[0]));
    return PyLong_FromSsize_t(count_two(data + start, end - start, sought[0], sought[1]));
}

/* tally: four tables, so that the same byte twice does not wait for itself. */

static PyObject *tally(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    if (given != 3 || !PyBytes_Check(arguments[0]) || !PyBytes_Check(arguments[1]) || PyBytes_GET_SIZE(arguments[1]) != 256)
        return PyErr_Format(PyExc_TypeError, "tally takes bytes, a table of 256 bytes and a number of kinds");
    Py_ssize_t kinds = PyLong_AsSsize_t(arguments[2]), size = PyBytes_GET_SIZE(arguments[0]), at = 0;
    if (kinds == -1 && PyErr_Occurred())
        return NULL;
    if (kinds < 0 || kinds > 256)
        return PyErr_Format(PyExc_ValueError, "tally takes 0 to 256 kinds, not %zd", kinds);
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(arguments[0]);
    const unsigned char *table = (const unsigned char *)PyBytes_AS_STRING(arguments[1]);
    size_t counts[4][256] = {{0}}, sums[256] = {0};
    for (; at + 4 <= size; at += 4)
        for (int each = 0; each < 4; each++)
            counts[each][data[at + each]]++;
    for (; at < size; at++)
        counts[0][data[at]]++;
    for (int byte = 0; byte < 256; byte++)
        sums[table[byte]] += counts[0][byte] + counts[1][byte] + counts[2][byte] + counts[3][byte];
    PyObject *found = PyTuple_New(kinds);
    for (Py_ssize_t kind = 0; found != NULL && kind < kinds; kind++) {
        PyObject *sum = PyLong_FromSize_t(sums[kind]);
        if (sum == NULL)
            Py_CLEAR(found);
        else
            PyTuple_SET_ITEM(found, kind, sum);
    }
    return found;
}

/* opened: each `<` is looked at, and what follows it is compared with the names that begin so. */

static unsigned char lower(unsigned char byte) { return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte; }

static int begins(const unsigned char *data, Py_ssize_t left, PyObject *name) {
    const unsigned char *wanted = PyUnicode_DATA(name);
    Py_ssize_t size = PyUnicode_GET_LENGTH(name);
    if (left < size)
        return 0;
    for (Py_ssize_t at = 0; at < size; at++)
        if (lower(data[at]) != wanted[at])
            return 0;
    return 1;
}

static PyObject *opened(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    enum { MOST = 64 };
    if (given != 2 || !PyBytes_Check(arguments[0]) || !PyTuple_Check(arguments[1]) || PyTuple_GET_SIZE(arguments[1]) > MOST)
        return PyErr_Format(PyExc_TypeError, "opened takes bytes and a tuple of at most %d names", MOST);
    PyObject *names = arguments[1], *found = PyFrozenSet_New(NULL);
    Py_ssize_t count = PyTuple_GET_SIZE(names);
    unsigned long long first[256] = {0}, seen = 0;  /* which names begin with a byte; which were found: a bit each */
    for (Py_ssize_t each = 0; each < count; each++) {
        PyObject *name = PyTuple_GET_ITEM(names, each);
        if (!PyUnicode_Check(name) || !PyUnicode_IS_ASCII(name) || PyUnicode_GET_LENGTH(name) == 0) {
            Py_XDECREF(found);
            return PyErr_Format(PyExc_TypeError, "opened takes names in ASCII that are not empty");
        }
        first[*(const unsigned char *)PyUnicode_DATA(name)] |= 1ull << each;
    }
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(arguments[0]);
    const unsigned char *end = data + PyBytes_GET_SIZE(arguments[0]);
    while (found != NULL && (data = memchr(data, '<', (size_t)(end - data))) != NULL && ++data < end) {
        unsigned long long possible = first[lower(*data)] & ~seen;
        for (Py_ssize_t each = 0; possible && each < count; each++)
            if ((possible >> each & 1) && begins(data, end - data, PyTuple_GET_ITEM(names, each))) {
                seen |= 1ull << each;
                if (PySet_Add(found, PyTuple_GET_ITEM(names, each)) < 0) {
                    Py_CLEAR(found);
                    break;
                }
            }
    }
    return found;
}

/* holding: needles hang in chains by their first three bytes; at each byte the chain of the three that stand there
   is gone through, which is empty nearly always. */

static PyObject *holding(PyObject *module, PyObject *const *arguments, Py_ssize_t given) {
    enum { MOST = 255, CHAINS = 4096 };
    if (given != 2 || !PyBytes_Check(arguments[0]) || !PyTuple_Check(arguments[1]) || PyTuple_GET_SIZE(arguments[1]) > MOST)
        return PyErr_Format(PyExc_TypeError, "holding takes bytes and a tuple of at most %d needles", MOST);
    PyObject *needles = arguments[1];
    Py_ssize_t count = PyTuple_GET_SIZE(needles);
    unsigned char chain[CHAINS] = {0}, next[MOST + 1] = {0}, seen[MOST + 1] = {0};  /* needles by their number + 1 */
#define CHAIN(at) (((at)[0] ^ (at)[1] << 3 ^ (at)[2] << 6) % CHAINS)
    for (Py_ssize_t each = 0; each < count; each++) {
        PyObject *needle = PyTuple_GET_ITEM(needles, each);
        if (!PyBytes_Check(needle) || PyBytes_GET_SIZE(needle) < 3)
            return PyErr_Format(PyExc_ValueError, "holding takes needles of three bytes and more");
        const unsigned char *text = (const unsigned char *)PyBytes_AS_STRING(needle);
        next[each + 1] = chain[CHAIN(text)];
        chain[CHAIN(text)] = (unsigned char)(each + 1);
    }
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(arguments[0]);
    Py_ssize_t size = PyBytes_GET_SIZE(arguments[0]);
    for (Py_ssize_t at = 0; at + 2 < size; at++)
        for (unsigned char each = chain[CHAIN(data + at)]; each; each = next[each]) {
            PyObject *needle = PyTuple_GET_ITEM(needles, each - 1);
            Py_ssize_t length = PyBytes_GET_SIZE(needle);
            if (!seen[each] && length <= size - at && !memcmp(data + at, PyBytes_AS_STRING(needle), (size_t)length))
                seen[each] = 1;
        }
    PyObject *found = PyFrozenSet_New(NULL);
    for (Py_ssize_t each = 0; found != NULL && each < count; each++)
        if (seen[each + 1] && PySet_Add(found, PyTuple_GET_ITEM(needles, each)) < 0)
            Py_CLEAR(found);
    return found;
}

static PyMethodDef methods[] = {
    {"holding", (PyCFunction)(void (*)(void))holding, METH_FASTCALL, NULL},
    {"count", (PyCFunction)(void (*)(void))count, METH_FASTCALL, NULL},
    {"tally", (PyCFunction)(void (*)(void))tally, METH_FASTCALL, NULL},
    {"opened", (PyCFunction)(void (*)(void))opened, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_passes", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__passes(void) { return PyModule_Create(&definition); }
