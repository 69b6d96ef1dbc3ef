/* Counts of sections' terms, and the postings made of them, for docspasta/search/postings.py, where Python has the same. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { MOST_CHUNKS = 1 << 17, MOST_TEXT = 1 << 28, LEVELS = 64, WIDE = 1 << 16 };

typedef struct {
    uint32_t stamp, fixed, body; /* the section in which it was counted last, and what it counts there */
    uint32_t size, room;
    uint32_t *held; /* a section's number of 16 bits, what headings count and what texts do, 8 bits each */
} Term;

typedef struct {
    uint64_t hash; /* 0 for a free place */
    uint32_t text, size, terms, count;
} Chunk;

typedef struct {
    PyObject *read; /* what tells a chunk's terms */
    Chunk *chunks;
    char *texts;
    uint32_t *terms;
    size_t count, room, text_size, text_room, term_size, term_room;
} Known;

typedef struct {
    PyObject_HEAD PyObject *numbers; /* of terms, by term */
    Term *terms;
    uint32_t *touched; /* in this section */
    size_t count, room, touched_size;
    uint32_t section;
    Known *known;
    size_t known_count;
} Counts;

static void *grown(void *old, size_t *room, size_t wanted, size_t each) {
    if (wanted <= *room)
        return old;
    size_t more = *room * 2 > wanted ? *room * 2 : wanted < 64 ? 64 : wanted;
    void *new = PyMem_Realloc(old, more * each);
    if (new == NULL)
        PyErr_NoMemory();
    else
        *room = more;
    return new;
}

/* The number of a term; -1 for an error. */
static int64_t number_of(Counts *self, PyObject *term) {
    PyObject *known = PyDict_GetItemWithError(self->numbers, term);
    if (known != NULL)
        return PyLong_AsLongLong(known);
    if (PyErr_Occurred())
        return -1;
    size_t before = self->room;
    void *terms = grown(self->terms, &self->room, self->count + 1, sizeof(Term));
    if (terms == NULL)
        return -1;
    self->terms = terms;
    if (self->room != before) {
        void *touched = PyMem_Realloc(self->touched, self->room * sizeof(uint32_t));
        if (touched == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->touched = touched;
    }
    PyObject *number = PyLong_FromSize_t(self->count);
    int failed = number == NULL || PyDict_SetItem(self->numbers, term, number) < 0;
    Py_XDECREF(number);
    if (failed)
        return -1;
    memset(&self->terms[self->count], 0, sizeof(Term));
    return (int64_t)self->count++;
}

static Term *touched(Counts *self, uint32_t number) {
    Term *term = &self->terms[number];
    if (term->stamp != self->section + 1) {
        term->stamp = self->section + 1;
        term->fixed = term->body = 0;
        self->touched[self->touched_size++] = number;
    }
    return term;
}

/* Reads a chunk that is not known yet. */
static int read_chunk(Counts *self, Known *known, Chunk *chunk, const char *text, size_t size) {
    PyObject *one = PyUnicode_DecodeUTF8(text, (Py_ssize_t)size, NULL);
    PyObject *terms = one == NULL ? NULL : PyObject_CallOneArg(known->read, one);
    Py_XDECREF(one);
    if (terms != NULL && !PyTuple_Check(terms)) {
        PyErr_SetString(PyExc_TypeError, "terms have to be a tuple");
        Py_CLEAR(terms);
    }
    if (terms == NULL)
        return -1;
    size_t count = (size_t)PyTuple_GET_SIZE(terms);
    void *numbers = grown(known->terms, &known->term_room, known->term_size + count + 1, sizeof(uint32_t));
    void *texts = numbers == NULL ? NULL : grown(known->texts, &known->text_room, known->text_size + size + 1, 1);
    if (numbers != NULL)
        known->terms = numbers;
    if (texts != NULL)
        known->texts = texts;
    int failed = texts == NULL;
    for (size_t each = 0; !failed && each < count; each++) {
        int64_t number = number_of(self, PyTuple_GET_ITEM(terms, each));
        failed = number < 0;
        known->terms[known->term_size + each] = (uint32_t)number;
    }
    Py_DECREF(terms);
    if (failed) {
        chunk->hash = 0;
        return -1;
    }
    memcpy(known->texts + known->text_size, text, size);
    chunk->text = (uint32_t)known->text_size;
    chunk->size = (uint32_t)size;
    chunk->terms = (uint32_t)known->term_size;
    chunk->count = (uint32_t)count;
    known->text_size += size;
    known->term_size += count;
    known->count++;
    return 0;
}

static int more_room(Known *known) {
    size_t room = known->room ? known->room * 2 : 1 << 12;
    Chunk *chunks = PyMem_Calloc(room, sizeof(Chunk));
    if (chunks == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t at = 0; at < known->room; at++)
        if (known->chunks[at].hash) {
            size_t place = known->chunks[at].hash & (room - 1);
            while (chunks[place].hash)
                place = (place + 1) & (room - 1);
            chunks[place] = known->chunks[at];
        }
    PyMem_Free(known->chunks);
    known->chunks = chunks;
    known->room = room;
    return 0;
}

/* The chunk of a text, read when it is new; NULL for an error. */
static Chunk *chunk_of(Counts *self, Known *known, const char *text, size_t size, uint64_t hash) {
    if (known->count >= MOST_CHUNKS || known->text_size >= MOST_TEXT || known->term_size >= MOST_TEXT) {
        memset(known->chunks, 0, known->room * sizeof(Chunk));
        known->count = known->text_size = known->term_size = 0;
    }
    if (2 * (known->count + 1) > known->room && more_room(known) < 0)
        return NULL;
    hash = hash ? hash : 1;
    size_t place = hash & (known->room - 1);
    for (; known->chunks[place].hash; place = (place + 1) & (known->room - 1)) {
        Chunk *one = &known->chunks[place];
        if (one->hash == hash && one->size == size && !memcmp(known->texts + one->text, text, size))
            return one;
    }
    Chunk *made = &known->chunks[place];
    if (read_chunk(self, known, made, text, size) < 0)
        return NULL;
    made->hash = hash;
    return made;
}

static Known *known_of(Counts *self, PyObject *read) {
    for (size_t at = 0; at < self->known_count; at++)
        if (self->known[at].read == read)
            return &self->known[at];
    Known *more = PyMem_Realloc(self->known, (self->known_count + 1) * sizeof(Known));
    if (more == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    self->known = more;
    memset(&more[self->known_count], 0, sizeof(Known));
    more[self->known_count].read = Py_NewRef(read);
    return &more[self->known_count++];
}

static unsigned char separating[256];
static uint64_t secret; /* of this process, so that no site can choose words that share a place */

/* How many bytes that separate stand there: blanks as str.split has them, and what separates as they do. */
static size_t blank(const unsigned char *at, size_t left) {
    if (*at < 0x80 || left < 2)
        return separating[*at];
    if (*at == 0xC2)
        return at[1] == 0x85 || at[1] == 0xA0 ? 2 : 0;
    if (left < 3 || *at < 0xE1 || *at > 0xE3)
        return 0;
    if (*at == 0xE1)
        return at[1] == 0x9A && at[2] == 0x80 ? 3 : 0;
    if (*at == 0xE3)
        return at[1] == 0x80 && at[2] == 0x80 ? 3 : 0;
    if (at[1] == 0x81)
        return at[2] == 0x9F ? 3 : 0;
    return at[1] == 0x80 && (at[2] <= 0x8A || at[2] == 0xA8 || at[2] == 0xA9 || at[2] == 0xAF) ? 3 : 0;
}

static PyObject *text(Counts *self, PyObject *const *arguments, Py_ssize_t given) {
    if (given != 3 || !PyUnicode_Check(arguments[1]))
        return PyErr_Format(PyExc_TypeError, "text takes what reads a chunk, a text and what each term counts");
    long each = PyLong_AsLong(arguments[2]);
    Known *known = each == -1 && PyErr_Occurred() ? NULL : known_of(self, arguments[0]);
    PyObject *held = known == NULL ? NULL : PyUnicode_AsEncodedString(arguments[1], "utf-8", "replace");
    if (held == NULL)
        return NULL;
    const unsigned char *data = (const unsigned char *)PyBytes_AS_STRING(held);
    size_t size = (size_t)PyBytes_GET_SIZE(held), step;
    long chunks = 0;
    for (size_t at = 0; at < size;) {
        if ((step = blank(data + at, size - at)) > 0) {
            at += step;
            continue;
        }
        size_t start = at;
        uint64_t hash = 0;
        for (; at < size && !blank(data + at, size - at); at++)
            hash = (hash + data[at] + 1) * secret;
        Chunk *chunk = chunk_of(self, known, (const char *)data + start, at - start, hash ^ hash >> 32);
        if (chunk == NULL) {
            Py_DECREF(held);
            return NULL;
        }
        for (uint32_t one = 0; one < chunk->count; one++)
            touched(self, known->terms[chunk->terms + one])->body += (uint32_t)each;
        chunks++;
    }
    Py_DECREF(held);
    return PyLong_FromLong(chunks);
}

static PyObject *told(Counts *self, PyObject *const *arguments, Py_ssize_t given) {
    if (given != 2 || !PyTuple_Check(arguments[0]))
        return PyErr_Format(PyExc_TypeError, "told takes a tuple of terms and what each of them counts");
    long each = PyLong_AsLong(arguments[1]);
    if (each == -1 && PyErr_Occurred())
        return NULL;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(arguments[0]); at++) {
        int64_t number = number_of(self, PyTuple_GET_ITEM(arguments[0], at));
        if (number < 0)
            return NULL;
        touched(self, (uint32_t)number)->fixed += (uint32_t)each;
    }
    Py_RETURN_NONE;
}

static PyObject *end(Counts *self, PyObject *nothing) {
    if (self->section >= WIDE)
        return PyErr_Format(PyExc_OverflowError, "%d sections are the most", WIDE);
    for (size_t at = 0; at < self->touched_size; at++) {
        Term *term = &self->terms[self->touched[at]];
        if (term->size == term->room) {
            size_t room = term->room ? term->room * 2 : 1;
            uint32_t *held = PyMem_Realloc(term->held, room * sizeof(uint32_t));
            if (held == NULL)
                return PyErr_NoMemory();
            term->held = held;
            term->room = (uint32_t)room;
        }
        uint32_t fixed = term->fixed < 255 ? term->fixed : 255, body = term->body < 255 ? term->body : 255;
        term->held[term->size++] = self->section << 16 | fixed << 8 | body;
    }
    self->touched_size = 0;
    self->section++;
    Py_RETURN_NONE;
}

static PyObject *having(Counts *self, PyObject *term) {
    PyObject *known = PyDict_GetItemWithError(self->numbers, term);
    if (known == NULL)
        return PyErr_Occurred() ? NULL : PyLong_FromLong(0);
    return PyLong_FromUnsignedLong(self->terms[PyLong_AsSize_t(known)].size);
}

typedef struct {
    double norms[LEVELS], k1, scale;
    const unsigned char *levels; /* of sections */
    unsigned char *table;        /* weights that are known, by level and both counts */
} Weighing;

static unsigned char weight(Weighing *weighing, uint32_t posting) {
    uint32_t level = weighing->levels[posting >> 16];
    unsigned char *known = &weighing->table[level << 16 | (posting & 0xFFFF)];
    if (!*known) {
        double count = ((posting >> 8 & 0xFF) + (posting & 0xFF) / weighing->norms[level]) / weighing->scale;
        int found = (int)(255 * count / (weighing->k1 + count));
        *known = (unsigned char)(found > 1 ? found : 1);
    }
    return *known;
}

/* A term's key and its value; the postings are gone then. */
static PyObject *entry(Counts *self, PyObject *name, Weighing *weighing) {
    PyObject *number = PyDict_GetItemWithError(self->numbers, name);
    Py_ssize_t length;
    const char *bytes = number == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, &length);
    if (bytes == NULL)
        return NULL;
    Term *term = &self->terms[PyLong_AsSize_t(number)];
    PyObject *key = PyBytes_FromStringAndSize(NULL, length + 1);
    PyObject *value = PyBytes_FromStringAndSize(NULL, 3 * (Py_ssize_t)term->size);
    if (key != NULL && value != NULL) {
        *PyBytes_AS_STRING(key) = 't';
        memcpy(PyBytes_AS_STRING(key) + 1, bytes, (size_t)length);
        unsigned char *numbers = (unsigned char *)PyBytes_AS_STRING(value), *weights = numbers + 2 * term->size;
        for (uint32_t at = 0; at < term->size; at++) {
            numbers[2 * at] = term->held[at] >> 16 & 0xFF;
            numbers[2 * at + 1] = (unsigned char)(term->held[at] >> 24);
            weights[at] = weight(weighing, term->held[at]);
        }
        PyMem_Free(term->held);
        term->held = NULL;
    }
    PyObject *both = key == NULL || value == NULL ? NULL : PyTuple_Pack(2, key, value);
    Py_XDECREF(key);
    Py_XDECREF(value);
    return both;
}

static PyObject *sorted_entries(Counts *self, Weighing *weighing) {
    PyObject *names = PyDict_Keys(self->numbers);
    if (names == NULL || PyList_Sort(names) < 0) {
        Py_XDECREF(names);
        return NULL;
    }
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0; found != NULL && at < PyList_GET_SIZE(names); at++) {
        PyObject *name = PyList_GET_ITEM(names, at), *number = PyDict_GetItemWithError(self->numbers, name);
        if (number != NULL && self->terms[PyLong_AsSize_t(number)].held == NULL)
            continue; /* it was read, but of a section that was not ended */
        PyObject *one = entry(self, name, weighing);
        if (one == NULL || PyList_Append(found, one) < 0)
            Py_CLEAR(found);
        Py_XDECREF(one);
    }
    Py_DECREF(names);
    return found;
}

static PyObject *entries(Counts *self, PyObject *const *arguments, Py_ssize_t given) {
    if (given != 4 || !PyBytes_Check(arguments[0]) || !PyTuple_Check(arguments[1]) || PyTuple_GET_SIZE(arguments[1]) != LEVELS)
        return PyErr_Format(PyExc_TypeError, "entries takes levels as bytes, a tuple of %d norms, k1 and a scale", LEVELS);
    if (PyBytes_GET_SIZE(arguments[0]) != (Py_ssize_t)self->section)
        return PyErr_Format(PyExc_ValueError, "%zd levels of %u sections", PyBytes_GET_SIZE(arguments[0]), self->section);
    Weighing weighing = {.k1 = PyFloat_AsDouble(arguments[2]), .scale = PyFloat_AsDouble(arguments[3])};
    weighing.levels = (const unsigned char *)PyBytes_AS_STRING(arguments[0]);
    for (int at = 0; at < LEVELS; at++)
        weighing.norms[at] = PyFloat_AsDouble(PyTuple_GET_ITEM(arguments[1], at));
    if (PyErr_Occurred())
        return NULL;
    for (uint32_t at = 0; at < self->section; at++)
        if (weighing.levels[at] >= LEVELS)
            return PyErr_Format(PyExc_ValueError, "a level of %d is too high", weighing.levels[at]);
    weighing.table = PyMem_Calloc(LEVELS, WIDE);
    if (weighing.table == NULL)
        return PyErr_NoMemory();
    PyObject *found = sorted_entries(self, &weighing);
    PyMem_Free(weighing.table);
    return found;
}

static void freed(Counts *self) {
    PyTypeObject *type = Py_TYPE(self);
    for (size_t at = 0; at < self->count; at++)
        PyMem_Free(self->terms[at].held);
    for (size_t at = 0; at < self->known_count; at++) {
        Py_DECREF(self->known[at].read);
        PyMem_Free(self->known[at].chunks);
        PyMem_Free(self->known[at].texts);
        PyMem_Free(self->known[at].terms);
    }
    PyMem_Free(self->terms);
    PyMem_Free(self->touched);
    PyMem_Free(self->known);
    Py_XDECREF(self->numbers);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *made(PyTypeObject *type, PyObject *arguments, PyObject *named) {
    Counts *self = (Counts *)type->tp_alloc(type, 0);
    if (self != NULL && (self->numbers = PyDict_New()) == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static PyMethodDef counting[] = {
    {"text", (PyCFunction)(void (*)(void))text, METH_FASTCALL, NULL},
    {"told", (PyCFunction)(void (*)(void))told, METH_FASTCALL, NULL},
    {"end", (PyCFunction)end, METH_NOARGS, NULL},
    {"having", (PyCFunction)having, METH_O, NULL},
    {"entries", (PyCFunction)(void (*)(void))entries, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {{Py_tp_new, made}, {Py_tp_dealloc, freed}, {Py_tp_methods, counting}, {0, NULL}};

static PyType_Spec spec = {"docspasta._counts.Counts", sizeof(Counts), 0, Py_TPFLAGS_DEFAULT, slots};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_counts", .m_size = 0};

PyMODINIT_FUNC PyInit__counts(void) {
    for (const char *each = "\t\n\v\f\r\x1c\x1d\x1e\x1f \"()[]{};|\\`"; *each; each++)
        separating[(unsigned char)*each] = 1;
    PyObject *named = PyUnicode_FromString("chunks of texts"); /* Python's hashes of texts have a secret */
    Py_hash_t hashed = named == NULL ? -1 : PyObject_Hash(named);
    Py_XDECREF(named);
    secret = (uint64_t)hashed << 1 | 1;
    PyObject *module = hashed == -1 ? NULL : PyModule_Create(&definition), *type = module == NULL ? NULL : PyType_FromSpec(&spec);
    if (module == NULL || type == NULL || PyModule_AddObjectRef(module, "Counts", type) < 0)
        Py_CLEAR(module);
    Py_XDECREF(type);
    return module;
}
