/* Calls that have to fail, each with its code and a sentence: calls RUN. */
#include "ondine_surrogate.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static int wrong = 0;

static void expect(int line, int found, int code, const char *part) {
    if (found != code || strstr(ondine_last_error(), part) == NULL) {
        fprintf(stderr, "line %d: %s, %s\n", line, ondine_code_name(found), ondine_last_error());
        wrong = 1;
    }
}

#define EXPECT(call, code, part) expect(__LINE__, call, code, part)

int main(int argc, char **argv) {
    ondine_surrogate *surrogate = NULL;
    const char *json;
    double u[16] = {0}, out[16], velocity = 0.7;
    if (argc < 2) {
        return 2;
    }
    EXPECT(ondine_load("/no/such/run", NULL, &surrogate), ONDINE_FILE, "/no/such/run");
    EXPECT(ondine_load(NULL, NULL, &surrogate), ONDINE_ARGUMENT, "`path` is NULL");
    EXPECT(ondine_load(argv[1], "abacus", &surrogate), ONDINE_ARGUMENT, "abacus");
    EXPECT(ondine_load(argv[1], NULL, NULL), ONDINE_ARGUMENT, "`out` is NULL");
    EXPECT(ondine_step(NULL, u, &velocity, out), ONDINE_HANDLE, "the surrogate is NULL");
    if (ondine_load(argv[1], "cpu", &surrogate) != ONDINE_OK) {
        fprintf(stderr, "%s\n", ondine_last_error());
        return 1;
    }
    EXPECT(ondine_info(surrogate, NULL), ONDINE_ARGUMENT, "`json` is NULL");
    if (ondine_info(surrogate, &json) != ONDINE_OK || strstr(json, "\"values\":16") == NULL) {
        fprintf(stderr, "%s\n", json);
        wrong = 1;
    }
    EXPECT(ondine_step(surrogate, NULL, &velocity, out), ONDINE_ARGUMENT, "`in` is NULL");
    EXPECT(ondine_step(surrogate, u, NULL, out), ONDINE_ARGUMENT, "`conditions` is NULL");
    EXPECT(ondine_step(surrogate, u, &velocity, NULL), ONDINE_ARGUMENT, "`out` is NULL");
    u[3] = NAN;
    EXPECT(ondine_step(surrogate, u, &velocity, out), ONDINE_NOT_FINITE, "`in` has values");
    u[3] = 0.0;
    velocity = INFINITY;
    EXPECT(ondine_step(surrogate, u, &velocity, out), ONDINE_VALUES, "`velocity` is inf");
    velocity = 0.7;
    EXPECT(ondine_step_ensemble(surrogate, u, &velocity, 1, out, NULL), ONDINE_ARGUMENT, "2 or more");
    EXPECT(ondine_step_ensemble(surrogate, u, &velocity, 4, out, NULL), ONDINE_ARGUMENT, "same rollout");
    EXPECT(ondine_layout(surrogate, 7, ONDINE_ROW_MAJOR), ONDINE_ARGUMENT, "`dtype` = 7");
    EXPECT(ondine_layout(surrogate, ONDINE_F32, 7), ONDINE_ARGUMENT, "`order` = 7");
    if (ondine_step(surrogate, u, &velocity, u) != ONDINE_OK || ondine_restart(surrogate) != ONDINE_OK ||
        ondine_free(surrogate) != ONDINE_OK) {
        fprintf(stderr, "%s\n", ondine_last_error());
        wrong = 1;
    }
    EXPECT(ondine_step(surrogate, u, &velocity, out), ONDINE_HANDLE, "closed before");
    EXPECT(ondine_restart(surrogate), ONDINE_HANDLE, "closed before");
    EXPECT(ondine_free(surrogate), ONDINE_HANDLE, "closed before");
    return wrong;
}
