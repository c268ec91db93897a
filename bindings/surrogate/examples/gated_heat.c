/* Heat conduction in a square with cold walls, u_t = a (u_xx + u_yy): a code that streams into a training, and then runs what that
   gives behind a gate, which hands bad steps back to the solver.

   ./gated_heat                 streams simulations to ONDINE_ENDPOINT
   ./gated_heat RUN a POLICY    advances one of them by surrogate and solver, whose steps go to ONDINE_ENDPOINT where that is set */
#include "ondine_surrogate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 16, FRAMES = 12, SUBSTEPS = 8 };

typedef double field[N][N];

static void check(int code)
{
    if (code != ONDINE_OK) {
        fprintf(stderr, "%s: %s\n", ondine_code_name(code), ondine_last_error());
        exit(EXIT_FAILURE);
    }
}

/* A warm spot, another one per simulation. */
static void start(field u, unsigned long number)
{
    double middle = 0.3 + 0.4 * fmod(0.618034 * (double)number, 1.0), width = 0.1 + 0.1 * fmod(0.754878 * (double)number, 1.0);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double x = (i + 0.5) / N - middle, y = (j + 0.5) / N - 0.5;
            u[i][j] = exp(-(x * x + y * y) / (width * width));
        }
}

/* The solver: explicit Euler steps to the next frame; beyond the walls u has the opposite sign. */
static void solve(field u, double a)
{
    field next;
    for (int step = 0; step < SUBSTEPS; step++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double west = i > 0 ? u[i - 1][j] : -u[i][j], east = i < N - 1 ? u[i + 1][j] : -u[i][j];
                double south = j > 0 ? u[i][j - 1] : -u[i][j], north = j < N - 1 ? u[i][j + 1] : -u[i][j];
                next[i][j] = u[i][j] + a * (west + east + south + north - 4 * u[i][j]);
            }
        memcpy(u, next, sizeof next);
    }
}

static void stream(void)
{
    const size_t shape[2] = {N, N};
    ondine_client *client;
    uint64_t number;
    double a;
    field u;
    int code;
    check(ondine_open(NULL, &client));
    check(ondine_field(client, "temperature", ONDINE_F64, 2, shape));
    while ((code = ondine_next(client, &number, &a, 1)) == ONDINE_OK) {
        start(u, (unsigned long)number);
        for (int frame = 0; frame < FRAMES && code == ONDINE_OK; frame++) {
            check(ondine_put(client, "temperature", u, NULL, NULL, NULL));
            code = ondine_commit(client, frame);
            solve(u, a);
        }
        if (code == ONDINE_OK)
            code = ondine_finish(client, 0);
        if (code != ONDINE_OK && code != ONDINE_END && code != ONDINE_GAP) /* those end one simulation */
            check(code);
    }
    check(code == ONDINE_END ? ondine_close(client) : code);
}

static void run(const char *path, double a, const char *policy)
{
    ondine_surrogate *surrogate;
    ondine_gate_handle *gate;
    field u, next, truth;
    int decision, accepted = 0;
    double score, error = 0;
    check(ondine_load(path, NULL, &surrogate));
    check(ondine_gate_open(surrogate, policy, &gate));
    if (getenv("ONDINE_ENDPOINT") != NULL)
        check(ondine_gate_feed(gate, NULL)); /* a training learns from the solver's steps, too */
    start(u, 12345);
    memcpy(truth, u, sizeof u);
    for (int frame = 1; frame < FRAMES; frame++) {
        check(ondine_step(surrogate, u, &a, next));
        check(ondine_gate(gate, u, next, &a, &decision, &score));
        if (decision == ONDINE_STOP)
            break;
        if (decision == ONDINE_ACCEPT) {
            memcpy(u, next, sizeof u);
            accepted++;
        } else {
            solve(u, a);
            check(ondine_gate_truth(gate, next, u)); /* the gate learns from what the solver says */
        }
        solve(truth, a); /* for the error that is printed alone */
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                error = fmax(error, fabs(u[i][j] - truth[i][j]));
    }
    printf("%d of %d steps by the surrogate, error at most %.3g\n", accepted, FRAMES - 1, error);
    check(ondine_gate_close(gate));
    check(ondine_free(surrogate));
}

int main(int argc, char **argv)
{
    if (argc > 3)
        run(argv[1], atof(argv[2]), argv[3]);
    else
        stream();
    return EXIT_SUCCESS;
}
