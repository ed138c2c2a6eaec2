/* The published training run of a 1-3-1 network by hand: the shuffle, the mini-batches,
   formulas (1) to (12), and the step. */
#include <math.h>
#include "shuffle.h"

/* The loss of one sample; its gradient is added to sums: of w1, b1, w2 and b2. */
static double sample(double x, double y, const double *parameters, double *sums) {
    const double *w1 = parameters;
    const double *b1 = parameters + 3;
    const double *w2 = parameters + 6;
    double z2 = parameters[9];
    double a1[3];
    for (int j = 0; j < 3; j++) {
        a1[j] = 1.0 / (1.0 + exp(-(x * w1[j] + b1[j])));
        z2 += a1[j] * w2[j];
    }
    double dz2 = z2 - y;
    for (int j = 0; j < 3; j++) {
        double dz1 = dz2 * w2[j] * (a1[j] * (1.0 - a1[j]));
        sums[j] += dz1 * x;
        sums[3 + j] += dz1;
        sums[6 + j] += dz2 * a1[j];
    }
    sums[9] += dz2;
    return 0.5 * dz2 * dz2;
}

void train(const double *xs, const double *ys, int64_t *order, int64_t count, int64_t size,
           int64_t epochs, double rate, double *parameters, double *losses) {
    uint64_t state = 0;
    for (int64_t epoch = 0; epoch < epochs; epoch++) {
        state = shuffle(order, count, state);
        losses[epoch] = 0.0;
        for (int64_t start = 0; start < count; start += size) {
            int64_t end = start + size < count ? start + size : count;
            double sums[10] = {0};
            double loss = 0.0;
            for (int64_t k = start; k < end; k++) {
                loss += sample(xs[order[k]], ys[order[k]], parameters, sums);
            }
            for (int p = 0; p < 10; p++) {
                parameters[p] -= rate * sums[p] / (end - start);
            }
            losses[epoch] += loss / count;
        }
    }
}
