/* Ondine: a code trains a surrogate in its own process.
   Generated from bindings/trainer/src; see bindings/README.md. */

#ifndef ONDINE_TRAINER_H
#define ONDINE_TRAINER_H

#include <stddef.h>
#include <stdint.h>
#include "ondine_surrogate.h"

// Handle of a training.
typedef struct ondine_trainer ondine_trainer;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Begins the training of a recipe, in a new run directory; or goes on with that of the run where recipe is NULL. It waits for
// its turns, which ondine_train_for gives. A recipe with source.kind = "connect" waits for clients, which may be of this
// process. On an error *out is NULL.
int ondine_trainer_open(const char *recipe,
                        const char *run,
                        struct ondine_trainer **out);

// Sets *endpoint to that of the training, for ondine_open; an empty string where its simulations come
// from elsewhere. The text is valid until the training is closed.
int ondine_trainer_endpoint(const struct ondine_trainer *trainer,
                            const char **endpoint);

// Gives the training a turn of so many milliseconds, 0 or more, and waits for the step that is under way then; *steps, which may
// be NULL, becomes the number of steps that are done. Between turns the training rests, but where the code waits for it in another
// call: because its buffer is full, or for its end behind the last simulation. ONDINE_END: all steps are done, and the run has its report. ONDINE_FAILED: it has failed.
int ondine_train_for(struct ondine_trainer *trainer,
                     int milliseconds,
                     uint64_t *steps);

// Closes a training, with a checkpoint where it has not ended. Clients in this process are to be closed before.
int ondine_trainer_close(struct ondine_trainer *trainer);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ONDINE_TRAINER_H */
