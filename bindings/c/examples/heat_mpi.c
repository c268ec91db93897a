/* The heat equation of heat.c on several ranks, each of which puts its own rows.

   mpicc heat_mpi.c $(pkg-config --cflags --libs ondine) -lm -o heat_mpi
   ONDINE_ENDPOINT=tcp://127.0.0.1:4711 mpirun -n 2 ./heat_mpi

   The first rank asks for simulations and tells the others; blocks make a frame in any order. */
#include <math.h>
#include <mpi.h>
#include <ondine.h>
#include <stdio.h>
#include <stdlib.h>

enum { N = 24, ROW = N + 2, FRAMES = 8, SUBSTEPS = 4 };

static int rank, ranks, rows, first; /* rows of this rank, and the first of them */
static double *u, *next;             /* (rows + 2) x ROW, with a frame of ghost cells */

/* Ends all ranks where a call failed. */
static void check(const char *call, int code)
{
    if (code == ONDINE_OK)
        return;
    fprintf(stderr, "rank %d: %s: %s: %s\n", rank, call, ondine_code_name(code), ondine_last_error());
    MPI_Abort(MPI_COMM_WORLD, code);
}

static void start(double width)
{
    for (int i = 0; i < (rows + 2) * ROW; i++)
        u[i] = next[i] = 0;
    for (int i = 1; i <= rows; i++)
        for (int j = 1; j <= N; j++) {
            double x = (first + i - 0.5) / N - 0.5, y = (j - 0.5) / N - 0.25;
            u[i * ROW + j] = exp(-(x * x + y * y) / (width * width));
        }
}

/* Ghost rows from the neighbours; at the walls there is none, and they stay 0. */
static void exchange(void)
{
    int below = rank > 0 ? rank - 1 : MPI_PROC_NULL;
    int above = rank < ranks - 1 ? rank + 1 : MPI_PROC_NULL;
    MPI_Sendrecv(u + ROW, ROW, MPI_DOUBLE, below, 0, u + (rows + 1) * ROW, ROW, MPI_DOUBLE, above, 0,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Sendrecv(u + rows * ROW, ROW, MPI_DOUBLE, above, 1, u, ROW, MPI_DOUBLE, below, 1,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static void step(double a)
{
    exchange();
    for (int i = 1; i <= rows; i++)
        for (int j = 1; j <= N; j++) {
            const double *c = u + i * ROW + j;
            next[i * ROW + j] = *c + a * (c[-ROW] + c[ROW] + c[-1] + c[1] - 4 * *c);
        }
    double *old = u;
    u = next;
    next = old;
}

static void simulate(ondine_client *client, double a, double width)
{
    const size_t offset[2] = {first, 0}, shape[2] = {rows, N};
    const ptrdiff_t strides[2] = {ROW, 1};
    start(width);
    for (int frame = 0; frame < FRAMES; frame++) {
        check("ondine_put", ondine_put(client, "temperature", u + ROW + 1, offset, shape, strides));
        check("ondine_commit", ondine_commit(client, frame));
        for (int i = 0; i < SUBSTEPS; i++)
            step(a);
    }
    check("ondine_finish", ondine_finish(client, 0));
}

/* The next simulation on all ranks; 0 where no more are wanted. */
static int ask(ondine_client *client, double values[2])
{
    uint64_t number = 0;
    int code = ONDINE_OK;
    if (rank == 0)
        code = ondine_next(client, &number, values, 2);
    MPI_Bcast(&code, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (code == ONDINE_END)
        return 0;
    if (rank == 0)
        check("ondine_next", code);
    MPI_Bcast(&number, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    MPI_Bcast(values, 2, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    if (rank > 0)
        check("ondine_join", ondine_join(client, number));
    return 1;
}

int main(int argc, char **argv)
{
    const size_t shape[2] = {N, N};
    ondine_client *client;
    double values[2];
    char count[16];
    int simulations = 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    first = N * rank / ranks;
    rows = N * (rank + 1) / ranks - first;
    u = malloc((rows + 2) * ROW * sizeof *u);
    next = malloc((rows + 2) * ROW * sizeof *next);
    snprintf(count, sizeof count, "%d", ranks);

    check("ondine_open", ondine_open(NULL, &client));
    check("ondine_set", ondine_set(client, "ranks", count));
    check("ondine_field", ondine_field(client, "temperature", ONDINE_F64, 2, shape));
    while (ask(client, values)) {
        simulate(client, values[0], values[1]);
        simulations++;
    }
    check("ondine_close", ondine_close(client));
    if (rank == 0)
        printf("%d simulations\n", simulations);
    free(u);
    free(next);
    MPI_Finalize();
    return EXIT_SUCCESS;
}
