/* The published training run by hand: the shuffle, the mini-batches, formulas (1) to (12) and the step, one network of 1-3-1. */
#include <math.h>
#include <stdint.h>

void train(const double *xs, const double *ys, int64_t *order, int64_t count, int64_t size, int64_t epochs,
           double rate, double *parameters, double *losses) {
    double *w1 = parameters, *b1 = parameters + 3, *w2 = parameters + 6, *b2 = parameters + 9;
    uint64_t state = 0;
    for (int64_t epoch = 0; epoch < epochs; epoch++) {
        for (int64_t i = count - 1; i > 0; i--) {
            state = (state * 6364136223846793005u + 1442695040888963407u) & 0x7FFFFFFFFFFFFFFFu;
            int64_t j = (state >> 31) * (uint64_t)(i + 1) >> 32, place = order[i];
            order[i] = order[j];
            order[j] = place;
        }
        losses[epoch] = 0.0;
        for (int64_t start = 0; start < count; start += size) {
            int64_t end = start + size < count ? start + size : count;
            double sums[10] = {0}, loss = 0.0;
            for (int64_t k = start; k < end; k++) {
                double x = xs[order[k]], y = ys[order[k]], a1[3], z2 = *b2;
                for (int j = 0; j < 3; j++) {
                    a1[j] = 1.0 / (1.0 + exp(-(x * w1[j] + b1[j])));
                    z2 += a1[j] * w2[j];
                }
                double dz2 = z2 - y;
                loss += 0.5 * dz2 * dz2;
                for (int j = 0; j < 3; j++) {
                    double dz1 = dz2 * w2[j] * (a1[j] * (1.0 - a1[j]));
                    sums[j] += dz1 * x;
                    sums[3 + j] += dz1;
                    sums[6 + j] += dz2 * a1[j];
                }
                sums[9] += dz2;
            }
            for (int p = 0; p < 10; p++) parameters[p] -= rate * sums[p] / (end - start);
            losses[epoch] += loss / count;
        }
    }
}
