/* Where a section that is too long is cut, for docspasta/sections: lines.py and cut.py say in Python what each step is. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

enum { HEADING, BLOCK, ITEM, INNER, LINE, CODE, INSIDE, KINDS };
enum { SEEN = 4096 }; /* bytes of a line that are looked at */

typedef struct {
    Py_ssize_t start, end, opening, opening_size; /* the line; the one that opened its code block, 0 long for none */
    int cut;
    long long weight;
} Line;

typedef struct {
    const char *data;
    PyObject *headings; /* offsets, or None: whatever looks like one */
    Py_ssize_t fence, fence_size, opening, opening_size;
    long long details, rows;
    int blank, after_heading, in_list, quote_goes_on;
} Scanner;

typedef struct {
    const char *text;
    Py_ssize_t size;
} Span;

static int in(char byte, const char *members) { return byte && strchr(members, byte) != NULL; }

static int is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static Span stripped(Span line, const char *members) {
    while (line.size > 0 && in(line.text[line.size - 1], members))
        line.size--;
    for (; line.size > 0 && in(*line.text, members); line.size--)
        line.text++;
    return line;
}

/* How long the marker of an item is that stands there, with the blank behind it; 0 for none. */
static Py_ssize_t marker(Span line) {
    Py_ssize_t at = 0;
    if (line.size > 0 && in(*line.text, "-*+"))
        at = 1;
    else {
        while (at < line.size && at < 10 && is_digit(line.text[at]))
            at++;
        if (at < 1 || at > 9 || at >= line.size || !in(line.text[at], ".)"))
            return 0;
        at++;
    }
    return at < line.size && in(line.text[at], " \t") ? at + 1 : 0;
}

/* Where the run of a fence that the line opens begins, and its size; 0 for none. */
static Py_ssize_t fence(Span line, Py_ssize_t *at) {
    Py_ssize_t step, size = 0;
    for (*at = 0; *at < line.size; *at += step) {
        step = in(line.text[*at], " \t>") ? 1 : marker((Span){line.text + *at, line.size - *at});
        if (!step)
            break;
    }
    while (*at + size < line.size && in(line.text[*at], "`~") && line.text[*at + size] == line.text[*at])
        size++;
    if (size < 3)
        return 0;
    const char *rest = line.text + *at + size, *newline = memchr(rest, '\n', (size_t)(line.size - *at - size));
    size_t left = (size_t)(newline ? newline - rest : line.size - *at - size);
    return line.text[*at] == '`' && memchr(rest, '`', left) != NULL ? 0 : size;
}

static int looks_like_heading(Span line) {
    Py_ssize_t at = 0;
    while (at < line.size && at < 7 && line.text[at] == '#')
        at++;
    return at >= 1 && at <= 6 && at < line.size && in(line.text[at], " \t\n");
}

static void count_details(Scanner *scanner, Span line) {
    const char *at = line.text, *end = line.text + line.size;
    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        const char *name = ++at;
        int closing = name < end && *name == '/';
        name += closing;
        if (end - name > 7 && !memcmp(name, "details", 7) && in(name[7], " >"))
            scanner->details = scanner->details + (closing ? -1 : 1) > 0 ? scanner->details + (closing ? -1 : 1) : 0;
    }
}

static int block(Scanner *scanner, Span line, int blank) {
    if (in(*line.text, " \t")) {
        Span inner = line;
        for (; inner.size > 0 && in(*inner.text, " \t>"); inner.size--)
            inner.text++;
        return blank || marker(inner) ? INNER : LINE;
    }
    if (marker(line)) {
        int known = scanner->in_list;
        scanner->in_list = 1;
        return known || !blank ? ITEM : BLOCK;
    }
    if (scanner->rows > 3)
        return ITEM;
    if (!blank)
        return LINE;
    scanner->in_list = 0;
    return BLOCK;
}

static int outside(Scanner *scanner, int heading, Span line) {
    Span text = stripped(line, " \t>\n");
    int blank = scanner->blank, goes_on = scanner->quote_goes_on, inside = scanner->details > 0;
    scanner->blank = text.size == 0;
    scanner->rows = *line.text == '|' ? scanner->rows + 1 : 0;
    scanner->quote_goes_on = text.size == 0 && *line.text == '>';
    if (text.size == 0)
        return LINE;
    if (heading) {
        scanner->in_list = 0;
        return HEADING;
    }
    count_details(scanner, line);
    return scanner->after_heading || inside || goes_on ? INNER : block(scanner, line, blank);
}

static int in_code(Scanner *scanner, Span line) {
    Span text = stripped(line, " \t>\n");
    Py_ssize_t size = scanner->fence_size;
    int closes = text.size >= size;
    for (Py_ssize_t at = 0; closes && at < text.size; at++)
        closes = text.text[at] == scanner->data[scanner->fence];
    if (!closes)
        return CODE;
    scanner->fence_size = 0;
    scanner->blank = 0;
    return INSIDE;
}

/* Fills in how bad a cut before the line is; -1 for an error. */
static int scan(Scanner *scanner, Line *line) {
    Py_ssize_t size = line->end - line->start < SEEN ? line->end - line->start : SEEN, at;
    Span seen = {scanner->data + line->start, size};
    line->opening_size = 0;
    if (scanner->fence_size) {
        line->opening = scanner->opening;
        line->opening_size = scanner->opening_size;
        line->cut = in_code(scanner, seen);
        return 0;
    }
    int heading = looks_like_heading(seen);
    if (scanner->headings != Py_None) {
        PyObject *offset = PyLong_FromSsize_t(line->start);
        heading = offset == NULL ? -1 : PySequence_Contains(scanner->headings, offset);
        Py_XDECREF(offset);
        if (heading < 0)
            return -1;
    }
    line->cut = outside(scanner, heading, seen);
    scanner->after_heading = heading || (scanner->after_heading && scanner->blank);
    if ((scanner->fence_size = fence(seen, &at)) > 0) {
        scanner->fence = line->start + at;
        scanner->opening = line->start;
        while (size > 0 && seen.text[size - 1] == '\n')
            size--;
        scanner->opening_size = size;
    }
    return 0;
}

/* Where a line of more than `longest` bytes is cut first. */
static Py_ssize_t stop(const char *data, Py_ssize_t at, Py_ssize_t longest) {
    for (Py_ssize_t back = at + longest; back > at + longest / 2; back--)
        if (data[back - 1] == ' ')
            return back;
    for (int back = 0; back < 4; back++)
        if ((data[at + longest - back] & 0xC0) != 0x80)
            return at + longest - back;
    return at + longest;
}

typedef struct {
    Line *lines;
    Py_ssize_t count, room;
} Lines;

static int append(Lines *lines, Line line, const char *data, const unsigned char *table) {
    if (lines->count == lines->room) {
        Line *more = PyMem_Realloc(lines->lines, (size_t)(lines->room * 2 + 64) * sizeof(Line));
        if (more == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        lines->lines = more;
        lines->room = lines->room * 2 + 64;
    }
    line.weight = 0;
    for (Py_ssize_t at = line.start; at < line.end; at++)
        line.weight += table[(unsigned char)data[at]];
    lines->lines[lines->count++] = line;
    return 0;
}

static int read_lines(Lines *lines, Scanner *scanner, Py_ssize_t at, Py_ssize_t end, Py_ssize_t longest, const unsigned char *table) {
    while (at < end) {
        const char *newline = memchr(scanner->data + at, '\n', (size_t)(end - at));
        Line line = {.start = at, .end = newline ? newline - scanner->data + 1 : end};
        if (scan(scanner, &line) < 0)
            return -1;
        at = line.end;
        while (at - line.start > longest) {
            Line some = line;
            some.end = stop(scanner->data, line.start, longest);
            if (append(lines, some, scanner->data, table) < 0)
                return -1;
            line.start = some.end;
            line.cut = INSIDE;
        }
        if (append(lines, line, scanner->data, table) < 0)
            return -1;
    }
    return 0;
}

/* The best place for the next cut; half of the limit is left before those from `enough` on. */
static Py_ssize_t place(const Py_ssize_t *latest, Py_ssize_t enough, Py_ssize_t otherwise) {
    static const int tried[][2] = {{HEADING, 1}, {BLOCK, 1}, {ITEM, 1}, {ITEM, 0}, {INNER, 0}, {LINE, 0}, {CODE, 0}, {INSIDE, 0}};
    for (size_t each = 0; each < sizeof tried / sizeof *tried; each++) {
        Py_ssize_t best = -1;
        for (int kind = 0; kind <= tried[each][0]; kind++)
            best = latest[kind] > best ? latest[kind] : best;
        if (best >= (tried[each][1] ? enough : 0))
            return best;
    }
    return otherwise;
}

static Py_ssize_t next(Lines *lines, Py_ssize_t at, long long limit) {
    Py_ssize_t latest[KINDS] = {-1, -1, -1, -1, -1, -1, -1}, enough = lines->count;
    long long total = lines->lines[at].weight;
    for (Py_ssize_t index = at + 1; index < lines->count; index++) {
        if (enough > index && 2 * total >= limit)
            enough = index;
        latest[lines->lines[index].cut] = index;
        total += lines->lines[index].weight;
        if (total > limit)
            return place(latest, enough, index);
    }
    return lines->count;
}

static PyObject *begins(Lines *lines, const char *data, long long limit) {
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0; found != NULL && at < lines->count; at = next(lines, at, limit)) {
        Line line = lines->lines[at];
        PyObject *one = Py_BuildValue("(nniy#)", line.start, line.end, line.cut, data + line.opening, line.opening_size);
        if (one == NULL || PyList_Append(found, one) < 0)
            Py_CLEAR(found);
        Py_XDECREF(one);
    }
    return found;
}

static PyObject *pieces(PyObject *module, PyObject *arguments) {
    Py_buffer table;
    PyObject *markdown, *headings, *found = NULL;
    Py_ssize_t begin, end, longest;
    long long limit, details;
    if (!PyArg_ParseTuple(arguments, "SOnnnLLy*", &markdown, &headings, &begin, &end, &longest, &limit, &details, &table))
        return NULL;
    Scanner scanner = {.data = PyBytes_AS_STRING(markdown), .headings = headings, .details = details, .blank = 1};
    Lines lines = {NULL, 0, 0};
    if (table.len != 256 || begin < 0 || end > PyBytes_GET_SIZE(markdown) || longest < 8)
        PyErr_SetString(PyExc_ValueError, "pieces takes a range of the Markdown, 8 bytes and more, and a table of 256");
    else if (read_lines(&lines, &scanner, begin, end, longest, table.buf) == 0)
        found = begins(&lines, scanner.data, limit);
    PyMem_Free(lines.lines);
    PyBuffer_Release(&table);
    return found;
}

static PyMethodDef methods[] = {{"pieces", pieces, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_cuts", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit__cuts(void) { return PyModule_Create(&definition); }
