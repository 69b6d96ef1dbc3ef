/* The terms of what stands between two blanks, in ASCII, for docspasta/search/terms.py, which says in Python what they
   are: each step here has its twin there. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

enum { MOST_RUN = 200, MOST_TERM = 80, MOST_LEVELS = 5, SHORTEST = 4, LONGEST = 32 };
enum { LOWER = 1, UPPER = 2, DIGIT = 4, UNDERSCORE = 8, BLANK = 16, BETWEEN = 32, ANGLE = 64, SIGN = 128 };
enum { LETTER = LOWER | UPPER, WORD = LETTER | DIGIT | UNDERSCORE };
static unsigned char kinds[256];

static void set(const char *members, unsigned char kind) {
    for (; *members; members++)
        kinds[(unsigned char)*members] |= kind;
}

typedef struct {
    const char *text;
    Py_ssize_t size;
} Span;

typedef struct {
    PyObject *stem, *seen, *found; /* what makes stems; a dictionary of words or None; the terms, a list */
    Py_ssize_t first, most;        /* where the run's terms begin; how many words are remembered */
} Reading;

static int is(unsigned char byte, unsigned char kind) { return (kinds[byte] & kind) != 0; }

static int all(Span span, unsigned char kind) {
    for (Py_ssize_t at = 0; at < span.size; at++)
        if (!is((unsigned char)span.text[at], kind))
            return 0;
    return span.size > 0;
}

static PyObject *lowered(Span span) {
    PyObject *low = PyUnicode_New(span.size, 127);
    for (Py_ssize_t at = 0; low != NULL && at < span.size; at++)
        PyUnicode_1BYTE_DATA(low)[at] = (unsigned char)(span.text[at] | (is((unsigned char)span.text[at], UPPER) ? 0x20 : 0));
    return low;
}

/* Adds a term that the run does not have yet; takes over the reference. */
static int add(Reading *reading, PyObject *term) {
    if (term == NULL)
        return -1;
    Py_ssize_t size = PyUnicode_GET_LENGTH(term), count = PyList_GET_SIZE(reading->found);
    int wanted = 0 < size && size <= MOST_TERM, failed = 0;
    for (Py_ssize_t at = reading->first; wanted && at < count; at++) {
        PyObject *other = PyList_GET_ITEM(reading->found, at);
        wanted = PyUnicode_GET_LENGTH(other) != size || PyUnicode_Compare(other, term) != 0;
    }
    if (wanted)
        failed = PyList_Append(reading->found, term);
    Py_DECREF(term);
    return failed;
}

/* Notes the term of a word; a stem takes the place of the word itself, not the other way round. */
static int note(Reading *reading, PyObject *low, PyObject *term, int stem) {
    Span span = {(const char *)PyUnicode_1BYTE_DATA(low), PyUnicode_GET_LENGTH(low)};
    if (reading->seen == Py_None || span.size < SHORTEST || span.size > LONGEST || !all(span, LETTER) ||
        PyDict_GET_SIZE(reading->seen) >= reading->most)
        return 0;
    if (stem)
        return PyDict_SetItem(reading->seen, low, term);
    return PyDict_SetDefault(reading->seen, low, term) == NULL ? -1 : 0;
}

/* The stem of a word in small letters, noted; takes over the reference. */
static PyObject *stemmed(Reading *reading, PyObject *low, int stem) {
    if (low == NULL)
        return NULL;
    PyObject *term = stem ? PyObject_CallOneArg(reading->stem, low) : Py_NewRef(low);
    if (term != NULL && !PyUnicode_Check(term)) {
        PyErr_SetString(PyExc_TypeError, "a stem has to be a str");
        Py_CLEAR(term);
    }
    if (term != NULL && note(reading, low, term, stem) < 0)
        Py_CLEAR(term);
    Py_DECREF(low);
    return term;
}

/* The next part of a word that is made of several, from `at` on; its size, 0 for none. */
static Py_ssize_t part(Span word, Py_ssize_t *at) {
    for (; *at < word.size; ++*at) {
        Py_ssize_t end = *at, start = *at;
        while (end < word.size && is((unsigned char)word.text[end], UPPER))
            end++;
        int small = end < word.size && is((unsigned char)word.text[end], LOWER);
        if (end - start > small)
            return end - start - small;
        while (end < word.size && is((unsigned char)word.text[end], LOWER))
            end++;
        while (!is((unsigned char)word.text[start], LETTER) && end < word.size && is((unsigned char)word.text[end], DIGIT))
            end++;
        if (end > start)
            return end - start;
    }
    return 0;
}

static int is_plain(Span word) { /* small letters, the first one perhaps large */
    Span rest = {word.text + 1, word.size - 1};
    return word.size > 0 && is((unsigned char)word.text[0], LETTER) && (rest.size == 0 || all(rest, LOWER));
}

/* Whether a word has parts: several, or one that is not all of it. */
static int has_parts(Span word) {
    if (is_plain(word))
        return 0;
    Py_ssize_t at = 0, count = 0, first = 0, telling = 0, size;
    for (; (size = part(word, &at)) > 0; at += size) {
        first = count++ ? first : size;
        telling += !is((unsigned char)word.text[at], DIGIT);
    }
    return telling > 0 && (count > 1 || first != word.size);
}

static int add_word(Reading *reading, Span word) {
    int parts = has_parts(word);
    if (add(reading, stemmed(reading, lowered(word), !parts && all(word, LETTER))) < 0)
        return -1;
    if (!parts)
        return 0;
    char bare[MOST_RUN];
    Span joined = {bare, 0};
    for (Py_ssize_t at = 0; at < word.size; at++)
        if (word.text[at] != '_')
            bare[joined.size++] = word.text[at];
    if (add(reading, lowered(joined)) < 0)
        return -1;
    Py_ssize_t size;
    for (Py_ssize_t at = 0; (size = part(word, &at)) > 0; at += size) {
        Span one = {word.text + at, size};
        if (!is((unsigned char)word.text[at], DIGIT) && add(reading, stemmed(reading, lowered(one), 1)) < 0)
            return -1;
    }
    return 0;
}

static int add_wholes(Reading *reading, Span whole) {
    Span levels[MOST_RUN + 1];
    Py_ssize_t count = 0, start = 0;
    for (Py_ssize_t at = 0; at <= whole.size; at++) {
        int end = at == whole.size, arrow = !end && whole.text[at] == '-' && at + 1 < whole.size && whole.text[at + 1] == '>';
        if (!end && !arrow && strchr("./:#", whole.text[at]) == NULL)
            continue;
        if (at > start)
            levels[count++] = (Span){whole.text + start, at - start};
        at += arrow;
        start = at + 1;
    }
    if (add(reading, lowered(whole)) < 0)
        return -1;
    for (Py_ssize_t from = count > MOST_LEVELS ? count - MOST_LEVELS : 0; from < count; from++) {
        char joined[2 * MOST_RUN];
        Span span = {joined, 0};
        for (Py_ssize_t each = from; each < count; each++) {
            if (each > from)
                joined[span.size++] = '.';
            memcpy(joined + span.size, levels[each].text, (size_t)levels[each].size);
            span.size += levels[each].size;
        }
        if (add(reading, lowered(span)) < 0)
            return -1;
    }
    Span bare = whole;
    for (; bare.size > 0 && strchr("-@$#.:", *bare.text) != NULL; bare.size--)
        bare.text++;
    if (add(reading, lowered(bare)) < 0)
        return -1;
    if (count != 1)
        return 0;
    char letters[MOST_RUN];
    Span joined = {letters, 0};
    for (Py_ssize_t at = 0; at < bare.size; at++)
        if (bare.text[at] != '-' && bare.text[at] != '_')
            letters[joined.size++] = bare.text[at];
    return add(reading, lowered(joined));
}

static int add_run(Reading *reading, Span run) {
    if (run.size > MOST_RUN)
        return 0;
    reading->first = PyList_GET_SIZE(reading->found);
    Py_ssize_t words = 0, at = 0;
    for (; at < run.size; at++)
        words += !is((unsigned char)run.text[at], BETWEEN) && (at == 0 || is((unsigned char)run.text[at - 1], BETWEEN));
    int split = 0;
    for (at = 0; at < run.size && !split; at++)
        split = is((unsigned char)run.text[at], BETWEEN);
    if (!words)
        return add(reading, lowered(run));
    if (split) {
        const char *angle = memchr(run.text, '<', (size_t)run.size);
        if (add_wholes(reading, run) < 0 || (angle != NULL && add_wholes(reading, (Span){run.text, angle - run.text}) < 0))
            return -1;
    }
    for (at = 0; at < run.size; at++) {
        Py_ssize_t start = at;
        while (at < run.size && !is((unsigned char)run.text[at], BETWEEN))
            at++;
        if (at > start && add_word(reading, (Span){run.text + start, at - start}) < 0)
            return -1;
    }
    return 0;
}

/* How far a separator between two words of a run goes, 0 for none. */
static Py_ssize_t separator(Span text, Py_ssize_t at) {
    static const char *const all_of_them[] = {".", "::", "->", "-", "/", ":", "'"};
    for (size_t each = 0; each < sizeof all_of_them / sizeof *all_of_them; each++) {
        Py_ssize_t size = (Py_ssize_t)strlen(all_of_them[each]);
        if (at + size < text.size && !memcmp(text.text + at, all_of_them[each], (size_t)size) &&
            is((unsigned char)text.text[at + size], WORD))
            return size;
    }
    return 0;
}

/* How long the marks are that a run may begin with. */
static Py_ssize_t prefix(Span text, Py_ssize_t at) {
    char before = at > 0 ? text.text[at - 1] : ' ', here = text.text[at];
#define NEXT(far, kind) (at + (far) < text.size && is((unsigned char)text.text[at + (far)], kind))
    if (here == '-' && !is((unsigned char)before, WORD) && before != '-')
        return NEXT(1, LETTER) ? 1 : text.size - at > 2 && text.text[at + 1] == '-' && NEXT(2, LETTER) ? 2 : 0;
    if (is((unsigned char)before, WORD) || before == '.' || before == ':')
        return 0;
    if (here == ':')
        return text.size - at > 2 && text.text[at + 1] == ':' && NEXT(2, LETTER | UNDERSCORE) ? 2 : 0;
    return here && strchr(".@$#", here) != NULL && NEXT(1, LETTER | UNDERSCORE) ? 1 : 0;
}

/* Where the run ends that begins at `at`; `at` itself if none does. */
static Py_ssize_t run_end(Span text, Py_ssize_t at) {
    Py_ssize_t end = at + prefix(text, at), step, inside;
    if (end < text.size && is((unsigned char)text.text[end], WORD)) {
        while (end < text.size && is((unsigned char)text.text[end], WORD))
            if (++end < text.size && (step = separator(text, end)) > 0)
                end += step;
        if (end < text.size && text.text[end] == '<') {
            for (inside = end + 1; inside < text.size && is((unsigned char)text.text[inside], WORD | ANGLE);)
                inside++;
            if (inside < text.size && text.text[inside] == '>' && inside - end > 1 && inside - end <= 61)
                end = inside + 1;
        }
        if (end + 1 < text.size && text.text[end] == '+' && text.text[end + 1] == '+')
            return end + 2;
        return end < text.size && text.text[end] == '#' && !(end + 1 < text.size && is((unsigned char)text.text[end + 1], WORD)) ? end + 1 : end;
    }
    if (at > 0 && !is((unsigned char)text.text[at - 1], BLANK))
        return at;
    for (end = at; end < text.size && end - at < 3 && is((unsigned char)text.text[end], SIGN);)
        end++;
    for (; end - at >= 2; end--)
        if (end == text.size || is((unsigned char)text.text[end], BLANK))
            return end;
    return at;
}

/* Whether the run was read before; what was is in `known`, unless that is NULL. -1 for an error. */
static int is_known(PyObject *known, Span run) {
    PyObject *text = known == NULL ? NULL : PyUnicode_FromStringAndSize(run.text, run.size);
    if (text == NULL)
        return PyErr_Occurred() ? -1 : 0;
    int found = PySet_Contains(known, text);
    if (found == 0 && PySet_Add(known, text) < 0)
        found = -1;
    Py_DECREF(text);
    return found;
}

/* Reads every run of a text, those in `known` not again; how many there were, -1 for an error. */
static Py_ssize_t read_runs(Reading *reading, Span text, PyObject *known) {
    Py_ssize_t count = 0, end;
    for (Py_ssize_t at = 0; at < text.size; at = end > at ? end : at + 1) {
        end = run_end(text, at);
        if (end == at)
            continue;
        Span run = {text.text + at, end - at};
        int before = is_known(known, run);
        if (before < 0 || (!before && add_run(reading, run) < 0))
            return -1;
        count++;
    }
    return count;
}

static PyObject *read_text(PyObject *const *arguments, Py_ssize_t given, int is_line) {
    if (given != 4 || !PyUnicode_Check(arguments[0]) || !PyUnicode_IS_ASCII(arguments[0]) ||
        !(arguments[2] == Py_None || PyDict_Check(arguments[2])))
        return PyErr_Format(PyExc_TypeError, "a text in ASCII is read, with what makes stems, a dictionary or None, and its size");
    Span text = {(const char *)PyUnicode_1BYTE_DATA(arguments[0]), PyUnicode_GET_LENGTH(arguments[0])};
    Reading reading = {arguments[1], arguments[2], NULL, 0, PyLong_AsSsize_t(arguments[3])};
    PyObject *known = is_line && !PyErr_Occurred() ? PySet_New(NULL) : NULL, *found = NULL;
    if (!PyErr_Occurred() && (reading.found = PyList_New(0)) != NULL) {
        Py_ssize_t runs = read_runs(&reading, text, known);
        PyObject *terms = runs < 0 ? NULL : PyList_AsTuple(reading.found);
        found = terms == NULL || !is_line ? terms : Py_BuildValue("(nN)", runs, terms);
    }
    Py_XDECREF(known);
    Py_XDECREF(reading.found);
    return found;
}

static PyObject *chunk(PyObject *module, PyObject *const *arguments, Py_ssize_t given) { return read_text(arguments, given, 0); }

static PyObject *line(PyObject *module, PyObject *const *arguments, Py_ssize_t given) { return read_text(arguments, given, 1); }

static PyMethodDef methods[] = {
    {"chunk", (PyCFunction)(void (*)(void))chunk, METH_FASTCALL, NULL},
    {"line", (PyCFunction)(void (*)(void))line, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_terms", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__terms(void) {
    set("abcdefghijklmnopqrstuvwxyz", LOWER);
    set("ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER);
    set("0123456789", DIGIT);
    set("_", UNDERSCORE);
    set(" \t\n\r\f\v\x1c\x1d\x1e\x1f", BLANK);
    set(".:/-'<>,&*@$#+", BETWEEN);
    set(":.,&*", ANGLE);
    set("=!<>?&+:%^~", SIGN);
    return PyModule_Create(&definition);
}
