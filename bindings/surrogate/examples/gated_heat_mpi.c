/* Heat conduction in a square with cold walls, u_t = a (u_xx + u_yy), on several ranks that divide N: a code that streams into a
   training, and then runs what that gives behind a gate. The first rank has the surrogate; the others give it their rows.

   mpirun -n 2 ./gated_heat_mpi                 streams simulations to ONDINE_ENDPOINT
   mpirun -n 2 ./gated_heat_mpi RUN a POLICY    advances one of them by surrogate and solver */
#include "ondine_surrogate.h"
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 16, FRAMES = 12, SUBSTEPS = 8 };

static int rank, ranks, rows;
static double u[N + 2][N]; /* the rows of this rank, between one of each neighbour */

/* Ends all ranks where a call failed. */
static void check(int code)
{
    if (code == ONDINE_OK)
        return;
    fprintf(stderr, "rank %d: %s: %s\n", rank, ondine_code_name(code), ondine_last_error());
    MPI_Abort(MPI_COMM_WORLD, code);
}

/* A warm spot, another one per simulation. */
static void start(uint64_t number)
{
    double middle = 0.3 + 0.4 * fmod(0.618034 * (double)number, 1.0), width = 0.1 + 0.1 * fmod(0.754878 * (double)number, 1.0);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < N; j++) {
            double x = (rank * rows + i + 0.5) / N - middle, y = (j + 0.5) / N - 0.5;
            u[i + 1][j] = exp(-(x * x + y * y) / (width * width));
        }
}

/* The solver to the next frame; beyond the walls u has the opposite sign. */
static void solve(double a)
{
    double next[N + 2][N];
    int below = rank > 0 ? rank - 1 : MPI_PROC_NULL, above = rank < ranks - 1 ? rank + 1 : MPI_PROC_NULL;
    for (int step = 0; step < SUBSTEPS; step++) {
        for (int j = 0; j < N; j++) {
            u[0][j] = -u[1][j];
            u[rows + 1][j] = -u[rows][j];
        }
        MPI_Sendrecv(u[1], N, MPI_DOUBLE, below, 0, u[rows + 1], N, MPI_DOUBLE, above, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Sendrecv(u[rows], N, MPI_DOUBLE, above, 1, u[0], N, MPI_DOUBLE, below, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        for (int i = 1; i <= rows; i++)
            for (int j = 0; j < N; j++) {
                double south = j > 0 ? u[i][j - 1] : -u[i][j], north = j < N - 1 ? u[i][j + 1] : -u[i][j];
                next[i][j] = u[i][j] + a * (u[i - 1][j] + u[i + 1][j] + south + north - 4 * u[i][j]);
            }
        memcpy(u[1], next[1], rows * sizeof u[1]);
    }
}

/* The next simulation on all ranks; 0 where no more are wanted. */
static int ask(ondine_client *client, uint64_t *number, double *a)
{
    int code = rank == 0 ? ondine_next(client, number, a, 1) : ONDINE_OK;
    MPI_Bcast(&code, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (code == ONDINE_END)
        return 0;
    check(code);
    MPI_Bcast(number, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    MPI_Bcast(a, 1, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    if (rank > 0)
        check(ondine_join(client, *number));
    return 1;
}

static void stream(void)
{
    const size_t whole[2] = {N, N}, offset[2] = {rank * rows, 0}, shape[2] = {rows, N};
    ondine_client *client;
    uint64_t number = 0;
    double a = 0;
    char count[16];
    snprintf(count, sizeof count, "%d", ranks);
    check(ondine_open(NULL, &client));
    check(ondine_set(client, "ranks", count));
    check(ondine_field(client, "temperature", ONDINE_F64, 2, whole));
    while (ask(client, &number, &a)) {
        start(number);
        for (int frame = 0; frame < FRAMES; frame++) {
            check(ondine_put(client, "temperature", u[1], offset, shape, NULL));
            check(ondine_commit(client, frame));
            solve(a);
        }
        check(ondine_finish(client, 0));
    }
    check(ondine_close(client));
}

static void forecast(const char *run, double a, const char *policy)
{
    double before[N][N], after[N][N], truth[N][N];
    ondine_surrogate *surrogate = NULL;
    ondine_gate_handle *gate = NULL;
    int accepted = 0, decision = ONDINE_SOLVER, share = rows * N;
    if (rank == 0) {
        check(ondine_load(run, NULL, &surrogate));
        check(ondine_gate_open(surrogate, policy, &gate));
    }
    start(12345);
    for (int frame = 1; frame < FRAMES && decision != ONDINE_STOP; frame++) {
        MPI_Gather(u[1], share, MPI_DOUBLE, before, share, MPI_DOUBLE, 0, MPI_COMM_WORLD);
        if (rank == 0) {
            check(ondine_step(surrogate, before, &a, after));
            check(ondine_gate(gate, before, after, &a, &decision, NULL));
        }
        MPI_Bcast(&decision, 1, MPI_INT, 0, MPI_COMM_WORLD);
        if (decision == ONDINE_ACCEPT) {
            MPI_Scatter(after, share, MPI_DOUBLE, u[1], share, MPI_DOUBLE, 0, MPI_COMM_WORLD);
            accepted++;
        } else if (decision == ONDINE_SOLVER) {
            solve(a);
            MPI_Gather(u[1], share, MPI_DOUBLE, truth, share, MPI_DOUBLE, 0, MPI_COMM_WORLD);
            if (rank == 0)
                check(ondine_gate_truth(gate, after, truth));
        }
    }
    if (rank == 0) {
        printf("%d of %d steps by the surrogate\n", accepted, FRAMES - 1);
        check(ondine_gate_close(gate));
        check(ondine_free(surrogate));
    }
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    rows = N / ranks;
    if (argc > 3)
        forecast(argv[1], atof(argv[2]), argv[3]);
    else
        stream();
    MPI_Finalize();
    return EXIT_SUCCESS;
}
