/* The published run as loop.c has it, arranged so that a compiler computes several samples at once:
   each formula is a loop over the samples of a batch. It needs -ffast-math, to add up in another
   order and to take exp from libmvec. */
#include <math.h>
#include "shuffle.h"

enum { UNITS = 3, BATCH = 10 };

/* The losses of a batch, added up; the gradient in sums: of w1, b1, w2 and b2. */
static double batch(const double *x, const double *y, const double *parameters, double *sums) {
    const double *w1 = parameters;
    const double *b1 = parameters + UNITS;
    const double *w2 = parameters + 2 * UNITS;
    double a1[UNITS * BATCH];
    for (int j = 0; j < UNITS; j++) {
        for (int k = 0; k < BATCH; k++) {
            a1[j * BATCH + k] = x[k] * w1[j] + b1[j];
        }
    }
    for (int i = 0; i < UNITS * BATCH; i++) {
        a1[i] = 1.0 / (1.0 + exp(-a1[i]));
    }
    double dz2[BATCH];
    double loss = 0.0;
    sums[3 * UNITS] = 0.0;
    for (int k = 0; k < BATCH; k++) {
        double z2 = parameters[3 * UNITS];
        for (int j = 0; j < UNITS; j++) {
            z2 += a1[j * BATCH + k] * w2[j];
        }
        dz2[k] = z2 - y[k];
        loss += 0.5 * dz2[k] * dz2[k];
        sums[3 * UNITS] += dz2[k];
    }
    for (int j = 0; j < UNITS; j++) {
        double dw1 = 0.0;
        double db1 = 0.0;
        double dw2 = 0.0;
        for (int k = 0; k < BATCH; k++) {
            double a = a1[j * BATCH + k];
            double dz1 = dz2[k] * w2[j] * (a * (1.0 - a));
            dw1 += dz1 * x[k];
            db1 += dz1;
            dw2 += dz2[k] * a;
        }
        sums[j] = dw1;
        sums[UNITS + j] = db1;
        sums[2 * UNITS + j] = dw2;
    }
    return loss;
}

/* The arguments of loop.c's train; size is BATCH, and count a multiple of it. */
void train(const double *xs, const double *ys, int64_t *order, int64_t count, int64_t size,
           int64_t epochs, double rate, double *parameters, double *losses) {
    uint64_t state = 0;
    (void)size;
    for (int64_t epoch = 0; epoch < epochs; epoch++) {
        state = shuffle(order, count, state);
        losses[epoch] = 0.0;
        for (int64_t start = 0; start < count; start += BATCH) {
            double x[BATCH];
            double y[BATCH];
            double sums[3 * UNITS + 1];
            for (int k = 0; k < BATCH; k++) {
                x[k] = xs[order[start + k]];
                y[k] = ys[order[start + k]];
            }
            losses[epoch] += batch(x, y, parameters, sums) / count;
            for (int p = 0; p < 3 * UNITS + 1; p++) {
                parameters[p] -= rate / BATCH * sums[p];
            }
        }
    }
}
