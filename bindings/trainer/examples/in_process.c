/* Heat conduction in a rod with cold ends: a code that trains a surrogate of itself in its own process, in turns.

   ./in_process RECIPE RUN    begins a training; without RECIPE ("-") it goes on with that of RUN
   ./in_process RECIPE RUN 3  leaves after three simulations */
#include "ondine_trainer.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 16, FRAMES = 8, SUBSTEPS = 4, TURN = 30 /* ms */ };

static void check(int code)
{
    if (code != ONDINE_OK) {
        fprintf(stderr, "%s: %s\n", ondine_code_name(code), ondine_last_error());
        exit(EXIT_FAILURE);
    }
}

/* A warm spot, another one per simulation. */
static void start(double u[N], unsigned long number)
{
    double middle = 0.3 + 0.4 * fmod(0.618034 * (double)number, 1.0);
    for (int i = 0; i < N; i++) {
        double x = (i + 0.5) / N - middle;
        u[i] = exp(-x * x / 0.02);
    }
}

/* Explicit Euler steps to the next frame; beyond the ends u has the opposite sign. */
static void solve(double u[N], double a)
{
    double next[N];
    for (int step = 0; step < SUBSTEPS; step++) {
        for (int i = 0; i < N; i++) {
            double west = i > 0 ? u[i - 1] : -u[i], east = i < N - 1 ? u[i + 1] : -u[i];
            next[i] = u[i] + a * (west + east - 2 * u[i]);
        }
        memcpy(u, next, sizeof next);
    }
}

/* One simulation; ONDINE_END where no more are wanted. */
static int simulate(ondine_client *client)
{
    uint64_t number;
    double u[N], a;
    int code = ondine_next(client, &number, &a, 1);
    if (code != ONDINE_OK)
        return code;
    start(u, (unsigned long)number);
    for (int frame = 0; frame < FRAMES; frame++) {
        check(ondine_put(client, "temperature", u, NULL, NULL, NULL));
        code = ondine_commit(client, frame);
        if (code == ONDINE_END || code == ONDINE_GAP)
            return ONDINE_OK; /* the training ended meanwhile; the next call says so */
        check(code);
        solve(u, a);
    }
    code = ondine_finish(client, 0);
    return code == ONDINE_END || code == ONDINE_GAP ? ONDINE_OK : code;
}

int main(int argc, char **argv)
{
    const size_t shape[1] = {N};
    const char *recipe = argc > 1 && strcmp(argv[1], "-") != 0 ? argv[1] : NULL, *endpoint;
    ondine_trainer *trainer;
    ondine_client *client;
    uint64_t steps = 0;
    int limit = argc > 3 ? atoi(argv[3]) : 1000000, simulations = 0, training = ONDINE_OK, code;

    if (argc < 3)
        return 2;
    check(ondine_trainer_open(recipe, argv[2], &trainer));
    check(ondine_trainer_endpoint(trainer, &endpoint));
    check(ondine_open(endpoint, &client));
    check(ondine_field(client, "temperature", ONDINE_F64, 1, shape));
    while (simulations < limit && (code = simulate(client)) != ONDINE_END) {
        check(code);
        simulations++;
        training = ondine_train_for(trainer, TURN, &steps);
        if (training != ONDINE_END)
            check(training);
    }
    while (simulations < limit && training != ONDINE_END)
        if ((training = ondine_train_for(trainer, TURN, &steps)) != ONDINE_END)
            check(training);
    check(ondine_close(client));
    check(ondine_trainer_close(trainer));
    printf("%d simulations, %lu steps\n", simulations, (unsigned long)steps);
    return EXIT_SUCCESS;
}
