/* A trained surrogate in the time loop of a C code: forecast RUN|FILE STEPS [CONDITION...]. Prints the time of a step, and where the
   state ends. */
#define _POSIX_C_SOURCE 199309L
#include "ondine_surrogate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(int code) {
    if (code != ONDINE_OK) {
        fprintf(stderr, "%s: %s\n", ondine_code_name(code), ondine_last_error());
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The number behind a key of the description; enough for whole numbers. */
static size_t number(const char *json, const char *key) {
    const char *place = strstr(json, key);
    return place == NULL ? 0 : (size_t)strtoul(place + strlen(key), NULL, 10);
}

int main(int argc, char **argv) {
    ondine_surrogate *surrogate;
    const char *json;
    if (argc < 3) {
        fprintf(stderr, "forecast RUN STEPS [CONDITION...]\n");
        return 2;
    }
    check(ondine_load(argv[1], NULL, &surrogate));
    check(ondine_info(surrogate, &json));
    size_t values = number(json, "\"values\":"), told = number(json, "\"told\":");
    int steps = atoi(argv[2]);
    if (argc != 3 + (int)told || steps < 1) {
        fprintf(stderr, "%zu conditions are needed: %s\n", told, json);
        return 2;
    }
    double conditions[16], *u = malloc(values * sizeof *u), *times = malloc((size_t)steps * sizeof *times);
    for (size_t i = 0; i < told && i < 16; i++) {
        conditions[i] = atof(argv[3 + i]);
    }
    for (size_t i = 0; i < values; i++) {
        u[i] = sin(6.283185307179586 * (double)i / (double)values);
    }
    for (int step = 0; step < steps; step++) {
        double since = now();
        check(ondine_step(surrogate, u, told > 0 ? conditions : NULL, u));
        times[step] = now() - since;
    }
    qsort(times, (size_t)steps, sizeof *times, compare);
    printf("a step takes %.1f us, 1 in 100 more than %.1f us\n", 1e6 * times[steps / 2], 1e6 * times[steps * 99 / 100]);
    printf("%.17g %.17g\n", u[0], u[values - 1]);
    check(ondine_free(surrogate));
    free(times);
    free(u);
    return 0;
}
