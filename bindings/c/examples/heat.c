/* Heat conduction in a square with cold walls: u_t = a (u_xx + u_yy), a code that a training asks for simulations.

   cc heat.c $(pkg-config --cflags --libs ondine) -lm -o heat && ONDINE_ENDPOINT=tcp://127.0.0.1:4711 ./heat

   The array has a frame of ghost cells, which hold the walls; strides leave them out of what is sent. */
#include <math.h>
#include <ondine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 24, ROW = N + 2, FRAMES = 8, SUBSTEPS = 4 };

static double u[ROW][ROW], next[ROW][ROW];

/* Says what went wrong; the code decides what to do then. */
static int failed(const char *call, int code)
{
    fprintf(stderr, "%s: %s: %s\n", call, ondine_code_name(code), ondine_last_error());
    return code;
}

static void start(double width)
{
    memset(u, 0, sizeof u);
    for (int i = 1; i <= N; i++)
        for (int j = 1; j <= N; j++) {
            double x = (i - 0.5) / N - 0.5, y = (j - 0.5) / N - 0.25;
            u[i][j] = exp(-(x * x + y * y) / (width * width));
        }
}

static void step(double a)
{
    for (int i = 1; i <= N; i++)
        for (int j = 1; j <= N; j++)
            next[i][j] = u[i][j]
                + a * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] - 4 * u[i][j]);
    memcpy(u, next, sizeof u);
}

/* One simulation: frames at t = 0, 1, 2, ... */
static int simulate(ondine_client *client, double a, double width)
{
    const ptrdiff_t strides[2] = {ROW, 1};
    int code, stop = 0;
    start(width);
    for (int frame = 0; frame < FRAMES && !stop; frame++) {
        if ((code = ondine_put(client, "temperature", &u[1][1], NULL, NULL, strides)))
            return failed("ondine_put", code);
        if ((code = ondine_commit(client, frame)))
            return failed("ondine_commit", code);
        if ((code = ondine_should_stop(client, &stop)))
            return failed("ondine_should_stop", code);
        for (int i = 0; i < SUBSTEPS; i++)
            step(a);
    }
    return 0;
}

int main(void)
{
    const size_t shape[2] = {N, N};
    ondine_client *client;
    uint64_t number;
    double values[2]; /* a dt / dx^2, and the width of the first spot */
    int code, simulations = 0;

    if ((code = ondine_open(NULL, &client)))
        return failed("ondine_open", code);
    if ((code = ondine_field(client, "temperature", ONDINE_F64, 2, shape)))
        return failed("ondine_field", code);
    while ((code = ondine_next(client, &number, values, 2)) == 0) {
        code = simulate(client, values[0], values[1]);
        if ((code = ondine_finish(client, code)))
            return failed("ondine_finish", code);
        simulations++;
    }
    if (code != ONDINE_END)
        return failed("ondine_next", code);
    if ((code = ondine_close(client)))
        return failed("ondine_close", code);
    printf("%d simulations\n", simulations);
    return EXIT_SUCCESS;
}
