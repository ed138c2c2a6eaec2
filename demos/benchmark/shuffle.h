#include <stdint.h>

/* Fisher-Yates on a linear congruential generator, as `fit` shuffles; gives the next state. */
static uint64_t shuffle(int64_t *order, int64_t count, uint64_t state) {
    for (int64_t i = count - 1; i > 0; i--) {
        state = (state * 6364136223846793005u + 1442695040888963407u) & 0x7FFFFFFFFFFFFFFFu;
        int64_t j = (state >> 31) * (uint64_t)(i + 1) >> 32;
        int64_t place = order[i];
        order[i] = order[j];
        order[j] = place;
    }
    return state;
}
