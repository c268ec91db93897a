/* Ondine: a code runs the surrogate of a training in its time loop.
   Generated from bindings/surrogate/src; see bindings/README.md. */

#ifndef ONDINE_SURROGATE_H
#define ONDINE_SURROGATE_H

#include <stddef.h>
#include <stdint.h>
#include "ondine.h"

// States with the last axis of the grid fastest, field after field: arrays of C and NumPy.
#define ONDINE_ROW_MAJOR 0

// States with the first axis of the grid fastest, field after field: arrays u(x, y, field) of Fortran.
#define ONDINE_COLUMN_MAJOR 1

// The state of the surrogate is good.
#define ONDINE_ACCEPT 0

// The solver has to make the state.
#define ONDINE_SOLVER 1

// The code should stop: its state is nothing that the gate knows.
#define ONDINE_STOP 2

// Handle of a gate.
typedef struct ondine_gate_handle ondine_gate_handle;

// Handle of a surrogate.
typedef struct ondine_surrogate ondine_surrogate;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Opens the surrogate of a run directory, or of the file that "ondine export RUN FILE" makes of one, on a device such as "cpu"
// or "cuda:1"; NULL stands for "cpu". A handle may be used by any thread, by one at a time. ONDINE_FILE: there is no such run
// or file, it is damaged, or a newer version wrote it. On an error *out is NULL.
int ondine_load(const char *path,
                const char *device,
                struct ondine_surrogate **out);

// Sets the number type of states, ONDINE_F32 or ONDINE_F64, and the order of their values, ONDINE_ROW_MAJOR or
// ONDINE_COLUMN_MAJOR. ONDINE_F64 and ONDINE_ROW_MAJOR by default.
int ondine_layout(struct ondine_surrogate *surrogate,
                  int dtype,
                  int order);

// Sets *json to a description: "fields", "points" per axis, "values" of a state, "frames" of a state (more than 1 after a
// training with a history or on bundles), "stride" in frames of the training, "conditions" with "name", "range" and "unit", the first of which
// are the conditions of ondine_step, whose number is "told", "steps" of the training, "stochastic", and "horizon", the
// time that forecasts held when they were judged, or null. The text is valid until the surrogate is freed.
int ondine_info(const struct ondine_surrogate *surrogate,
                const char **json);

// Advances a state by one step, in to out, which may be one array. conditions are the values of the first "told"
// conditions of ondine_info, in their order; NULL where there are none. Noise of a surrogate that is correlated in time goes on
// from the call before, until ondine_restart.
int ondine_step(struct ondine_surrogate *surrogate,
                const void *in,
                const double *conditions,
                void *out);

// Advances a state by one step by each of several members that sample their answers: their mean, and their spread, the
// standard deviation per value. Either may be NULL. ONDINE_ARGUMENT for a surrogate that gives one answer only.
int ondine_step_ensemble(struct ondine_surrogate *surrogate,
                         const void *in,
                         const double *conditions,
                         int members,
                         void *mean,
                         void *spread);

// Begins another rollout by ondine_step: the noise of the next step has nothing to do with that of the last one. It changes
// nothing for a surrogate that gives one answer, or draws noise anew per step.
int ondine_restart(struct ondine_surrogate *surrogate);

// Frees a surrogate.
int ondine_free(struct ondine_surrogate *surrogate);

// Opens a gate for the states of a surrogate. policy_toml has the keys of a policy, as "tolerance = 0.1"; NULL stands for
// their defaults. ONDINE_FILE: the run has no calibration, which "ondine evaluate RUN --gate POLICY.toml" writes, or had none
// when its file was exported. On an error *out is NULL.
int ondine_gate_open(const struct ondine_surrogate *surrogate,
                     const char *policy_toml,
                     struct ondine_gate_handle **out);

// Decides on a step that ondine_step(crate::ondine_step) made of in: *decision becomes ONDINE_ACCEPT, ONDINE_SOLVER or
// ONDINE_STOP, *score the largest of its reasons in multiples of their limits. After ONDINE_SOLVER the solver makes the
// state that follows in, and the next step begins with that.
int ondine_gate(struct ondine_gate_handle *gate,
                const void *in,
                const void *out,
                const double *conditions,
                int *decision,
                double *score);

// Sends each truth of ondine_gate_truth into a training from now on, with the state before it: a trajectory of two frames
// under the conditions of its step. The training at endpoint (NULL: ONDINE_ENDPOINT) has a recipe with source.kind =
// "connect", conditions = "brought", and two frames as far apart as steps of the surrogate. Where it wants no more, nothing is
// sent any more.
int ondine_gate_feed(struct ondine_gate_handle *gate,
                     const char *endpoint);

// Tells a gate the truth for the last state that the surrogate gave: the limits of later decisions follow from it too, and the
// training of ondine_gate_feed gets it. Where that can't be reached the gate has learned from the truth all the same.
int ondine_gate_truth(struct ondine_gate_handle *gate,
                      const void *predicted,
                      const void *truth);

// Closes a gate.
int ondine_gate_close(struct ondine_gate_handle *gate);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ONDINE_SURROGATE_H */
