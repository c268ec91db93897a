/* Ondine: a simulation code streams its fields into a training.
   Generated from bindings/c/src; see bindings/README.md. */

#ifndef ONDINE_H
#define ONDINE_H

#include <stddef.h>
#include <stdint.h>

// Success.
#define ONDINE_OK 0

// No simulation is left to run, or the training has ended.
#define ONDINE_END 1

// A handle is NULL, or was closed before.
#define ONDINE_HANDLE 2

// An argument makes no sense: an option, a name that is too long, a negative number of ranks.
#define ONDINE_ARGUMENT 3

// An endpoint that is neither ipc://PATH nor tcp://HOST:PORT.
#define ONDINE_ENDPOINT 4

// Nobody listens at the endpoint.
#define ONDINE_CONNECT 5

// The endpoint of a listener is in use.
#define ONDINE_IN_USE 6

// The two sides speak different versions.
#define ONDINE_VERSION 7

// A wrong token, or none where one is needed.
#define ONDINE_TOKEN 8

// A field that is not declared, or not the one that the training expects.
#define ONDINE_FIELD 9

// A rank, shape, block or stride that does not fit the field or its array.
#define ONDINE_SHAPE 10

// Blocks of one frame that overlap.
#define ONDINE_OVERLAP 11

// A frame that lacks cells or fields.
#define ONDINE_MISSING 12

// Conditions of a simulation: a wrong number of them, or one outside of its range.
#define ONDINE_VALUES 13

// NaN or an infinity.
#define ONDINE_NOT_FINITE 14

// A time that is not later than that of the frame before.
#define ONDINE_TIME 15

// A call before another one that has to come first.
#define ONDINE_ORDER 16

// The training took nothing within the time limit.
#define ONDINE_TIMEOUT 17

// The training is behind, and the client was told to fail then.
#define ONDINE_FULL 18

// The connection broke and could not be made again.
#define ONDINE_LOST 19

// Frames between those that the training has and the first one that was to come.
#define ONDINE_GAP 20

// A size beyond the limit of the listener.
#define ONDINE_LIMIT 21

// Bytes that are no message.
#define ONDINE_PROTOCOL 22

// A panic inside of the library.
#define ONDINE_PANIC 23

// A call that was interrupted while it waited.
#define ONDINE_INTERRUPTED 24

// A simulation that failed by its own account, or whose program did not run.
#define ONDINE_FAILED 25

// A file or a run that can't be read.
#define ONDINE_FILE 26

// 32-bit floating point.
#define ONDINE_F32 1

// 64-bit floating point.
#define ONDINE_F64 2

// Handle of a client.
typedef struct ondine_client ondine_client;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Connects to the training that listens at an endpoint, ipc://PATH or tcp://HOST:PORT; NULL stands for the
// environment variable ONDINE_ENDPOINT. Options come from the environment: ONDINE_TOKEN, ONDINE_WHEN_FULL (block, drop or
// fail), ONDINE_TIMEOUT and ONDINE_RECONNECT in seconds, ONDINE_WINDOW, ONDINE_RANKS, ONDINE_SIMULATION. On an error
// *out is NULL.
int ondine_open(const char *endpoint,
                struct ondine_client **out);

// Changes an option: "when_full" to "block", "drop" or "fail", "timeout" and "reconnect" to seconds, "window" and "ranks"
// to counts, "simulation" to the number of the next simulation.
int ondine_set(struct ondine_client *client,
               const char *name,
               const char *value);

// Declares a field by its global shape, x first, of rank axes (1 to 4); ONDINE_F32 or ONDINE_F64. All fields are
// declared before the first simulation.
int ondine_field(struct ondine_client *client,
                 const char *name,
                 int dtype,
                 int rank,
                 const size_t *global_shape);

// Asks for a simulation, and waits for it: the training's sampler decides. *simulation becomes its number, values its
// n conditions. ONDINE_END: no more are wanted. ONDINE_VALUES: it has another number of conditions; it has begun all the
// same, and has to be finished.
int ondine_next(struct ondine_client *client,
                uint64_t *simulation,
                double *values,
                size_t n);

// Begins a simulation with n conditions that the code chose; the training chooses its number.
int ondine_begin(struct ondine_client *client,
                 const double *values,
                 size_t n,
                 uint64_t *simulation);

// Begins a simulation of the code's own numbering, or goes on with it after a restart. frame is the index of the frame
// that the code commits next: 0 from its initial state, more from a checkpoint. *frames becomes the number of frames
// that the training has; it takes none twice.
int ondine_resume(struct ondine_client *client,
                  uint64_t simulation,
                  const double *values,
                  size_t n,
                  uint64_t frame,
                  uint64_t *frames);

// Takes part in a simulation that another rank began; that rank tells its number, and both have the option "ranks".
int ondine_join(struct ondine_client *client,
                uint64_t simulation);

// Ends the frame that was put, at this time of the simulation. Times grow. Where the training is behind, the call waits,
// drops the frame or fails, as the option "when_full" says; after ONDINE_TIMEOUT and ONDINE_FULL it may be repeated.
int ondine_commit(struct ondine_client *client,
                  double time);

// Ends the simulation, and waits until the training has all its frames; a status other than 0 says that it failed.
int ondine_finish(struct ondine_client *client,
                  int status);

// Sets *flag to 1 where the training wants no more, its target or budget being reached, and to 0 else.
int ondine_should_stop(struct ondine_client *client,
                       int *flag);

// Sets *frames to the number of frames that were dropped because the training was behind.
int ondine_dropped(struct ondine_client *client, uint64_t *frames);

// Closes a client. ONDINE_ORDER: a simulation was not finished; the client is closed all the same.
int ondine_close(struct ondine_client *client);

// The sentence of the last error of this thread; an empty string where there was none. It is valid up to the next call of
// this library in the thread.
const char *ondine_last_error(void);

// The name of a code, such as "ONDINE_SHAPE"; an empty string for a number that is none.
const char *ondine_code_name(int code);

// Gives a block of a static field, such as a mask, once a simulation. The arguments are those of ondine_field and
// ondine_put together.
int ondine_static(struct ondine_client *client,
                  const char *name,
                  int dtype,
                  int rank,
                  const size_t *global_shape,
                  const void *data,
                  const size_t *offset,
                  const size_t *block_shape,
                  const ptrdiff_t *strides);

// Puts a block of a field into the frame that ondine_commit ends; the values are copied. offset is the block's place
// in the field (NULL: the origin), shape its points (NULL: the whole field), strides the elements from one point of
// data to the next along each axis (NULL: row-major). data points to the first element of the block.
int ondine_put(struct ondine_client *client,
               const char *field,
               const void *data,
               const size_t *offset,
               const size_t *shape,
               const ptrdiff_t *strides);

// The same for languages that know the number type and the rank of their arrays: both are compared with the field's.
int ondine_put_typed(struct ondine_client *client,
                     const char *field,
                     int dtype,
                     int rank,
                     const void *data,
                     const size_t *offset,
                     const size_t *shape,
                     const ptrdiff_t *strides);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* ONDINE_H */
