/* The graph of scalar_graph in graphs.py, recorded and swept with nothing around it: no objects, no
   checks, an array of nodes. No engine that records at run time can be much faster. */
#include <stdint.h>
#include <stdlib.h>

typedef struct {
    double data, grad;
    double by_a, by_b;  /* the local partials */
    int32_t a, b;       /* the places of the operands; of a leaf, none */
} Node;

typedef struct {
    Node *nodes;
    int32_t count;
} Tape;

enum { NONE = -1, LEAVES = 100 };

static int32_t record(Tape *tape, double data, int32_t a, double by_a, int32_t b, double by_b) {
    tape->nodes[tape->count] = (Node){data, 0.0, by_a, by_b, a, b};
    return tape->count++;
}

static double at(const Tape *tape, int32_t place) { return tape->nodes[place].data; }

static int32_t add(Tape *tape, int32_t a, int32_t b) {
    return record(tape, at(tape, a) + at(tape, b), a, 1.0, b, 1.0);
}

static int32_t multiply(Tape *tape, int32_t a, int32_t b) {
    return record(tape, at(tape, a) * at(tape, b), a, at(tape, b), b, at(tape, a));
}

static int32_t relu(Tape *tape, int32_t a) {
    double x = at(tape, a);
    return record(tape, x <= 0.0 ? 0.0 : x, a, x <= 0.0 ? 0.0 : 1.0, NONE, 0.0);
}

static int32_t scalar_graph(Tape *tape, int32_t operations) {
    int32_t length = operations / 5;
    int32_t *row = malloc(length * sizeof *row);
    for (int32_t i = 0; i < length; i++) {
        int32_t product = multiply(tape, i % LEAVES, (7 * (int64_t)i + 3) % LEAVES);
        int32_t sum = add(tape, product, (i + 50) % LEAVES);
        row[i] = relu(tape, multiply(tape, sum, i / LEAVES % LEAVES));
    }
    while (length > 1) {
        int32_t pairs = length / 2;
        for (int32_t i = 0; i < pairs; i++) {
            row[i] = add(tape, row[2 * i], row[2 * i + 1]);
        }
        if (length % 2) {
            row[pairs] = row[length - 1];
        }
        length = pairs + length % 2;
    }
    int32_t root = row[0];
    free(row);
    return root;
}

/* Leaves are the first nodes: operands come before results. */
static void backward(Tape *tape, int32_t root) {
    tape->nodes[root].grad = 1.0;
    for (int32_t i = root; i >= LEAVES; i--) {
        const Node *node = &tape->nodes[i];
        tape->nodes[node->a].grad += node->grad * node->by_a;
        if (node->b != NONE) {
            tape->nodes[node->b].grad += node->grad * node->by_b;
        }
    }
}

/* Build and differentiate; gives the result, and the gradients by the leaves. A tape keeps its memory
   for the next graph: the pages of a new one would take longer than all else. */
double run(const double *leaves, int32_t operations, double *gradients) {
    static Tape tape;
    static int32_t room;
    if (LEAVES + operations > room) {
        room = LEAVES + operations;
        tape.nodes = realloc(tape.nodes, room * sizeof(Node));
    }
    tape.count = 0;
    for (int32_t i = 0; i < LEAVES; i++) {
        record(&tape, leaves[i], NONE, 0.0, NONE, 0.0);
    }
    int32_t root = scalar_graph(&tape, operations);
    backward(&tape, root);
    for (int32_t i = 0; i < LEAVES; i++) {
        gradients[i] = tape.nodes[i].grad;
    }
    return at(&tape, root);
}
