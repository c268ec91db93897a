! Ondine for Fortran 2003: a trained surrogate in the time loop of a code, and the gate between both; link with the libondine that
! has surrogates.
!
! States are arrays u(x), u(x, y) or u(x, y, z) of a surrogate with one field, or with a last axis over its fields, in real32 or
! real64. Contiguous ones are handed over as they are, others through a copy.
!
!   type(ondine_surrogate) :: surrogate
!   type(ondine_gate_handle) :: gate
!   call ondine_load(surrogate, 'convection.safetensors', code)   ! of `ondine export`, or a run directory
!   call ondine_step(surrogate, u, [rayleigh], code)              ! u is advanced in place
!   call ondine_gate_open(gate, surrogate, 'tolerance = 0.1', code)
!   call ondine_gate(gate, before, u, [rayleigh], decision, score, code)
!   if (decision == ondine_solver) then                           ! the solver makes the state that follows `before`
!     ...
!     call ondine_gate_truth(gate, u, truth, code)
!   end if
!   call ondine_gate_close(gate, code)
!   call ondine_free(surrogate, code)
module ondine_surrogates
  use, intrinsic :: iso_c_binding
  implicit none
  private

  public :: ondine_surrogate, ondine_load, ondine_info, ondine_step, ondine_step_ensemble, ondine_restart, &
            ondine_free
  public :: ondine_gate_handle, ondine_gate_open, ondine_gate, ondine_gate_truth, ondine_gate_feed, ondine_gate_close

  !> Decisions of a gate: the state of the surrogate is good; the solver has to make it; the code should stop.
  integer(c_int), parameter, public :: ondine_accept = 0, ondine_solver = 1, ondine_stop = 2

  integer(c_int), parameter :: f32 = 1, f64 = 2, column_major = 1, wrong_shape = 10

  !> A surrogate: its handle in the C library.
  type :: ondine_surrogate
    private
    type(c_ptr) :: handle = c_null_ptr
    integer :: values = 0
  end type ondine_surrogate

  !> A gate: its handle in the C library, and its surrogate.
  type :: ondine_gate_handle
    private
    type(c_ptr) :: handle = c_null_ptr
    type(ondine_surrogate) :: surrogate
  end type ondine_gate_handle

  !> Advances a state by one step, in place: ondine_step(surrogate, u, conditions, code).
  interface ondine_step
    module procedure step_1_32, step_2_32, step_3_32, step_4_32, step_1_64, step_2_64, step_3_64, step_4_64
  end interface ondine_step

  !> Mean and standard deviation of members that sample their answers: ondine_step_ensemble(surrogate, u, conditions, members,
  !> mean, spread, code).
  interface ondine_step_ensemble
    module procedure ensemble_1_32, ensemble_2_32, ensemble_3_32, ensemble_4_32
    module procedure ensemble_1_64, ensemble_2_64, ensemble_3_64, ensemble_4_64
  end interface ondine_step_ensemble

  !> Decides on the step that a surrogate made from a state to the next: ondine_gate(gate, before, after, conditions, decision,
  !> score, code). The score is the largest of the reasons; its limit is 1.
  interface ondine_gate
    module procedure gate_1_32, gate_2_32, gate_3_32, gate_4_32, gate_1_64, gate_2_64, gate_3_64, gate_4_64
  end interface ondine_gate

  !> Tells a gate the truth for the last state of the surrogate: ondine_gate_truth(gate, predicted, truth, code).
  interface ondine_gate_truth
    module procedure truth_1_32, truth_2_32, truth_3_32, truth_4_32, truth_1_64, truth_2_64, truth_3_64, truth_4_64
  end interface ondine_gate_truth

  interface
    integer(c_int) function c_load(path, device, out) bind(C, name='ondine_load')
      import :: c_int, c_ptr, c_char
      character(kind=c_char), intent(in) :: path(*)
      type(c_ptr), value :: device
      type(c_ptr), intent(out) :: out
    end function c_load

    integer(c_int) function c_layout(surrogate, dtype, order) bind(C, name='ondine_layout')
      import :: c_int, c_ptr
      type(c_ptr), value :: surrogate
      integer(c_int), value :: dtype, order
    end function c_layout

    integer(c_int) function c_info(surrogate, json) bind(C, name='ondine_info')
      import :: c_int, c_ptr
      type(c_ptr), value :: surrogate
      type(c_ptr), intent(out) :: json
    end function c_info

    integer(c_int) function c_step(surrogate, state, conditions, next) bind(C, name='ondine_step')
      import :: c_int, c_ptr, c_double
      type(c_ptr), value :: surrogate, state, next
      real(c_double), intent(in) :: conditions(*)
    end function c_step

    integer(c_int) function c_ensemble(surrogate, state, conditions, members, mean, spread) bind(C, name='ondine_step_ensemble')
      import :: c_int, c_ptr, c_double
      type(c_ptr), value :: surrogate, state, mean, spread
      real(c_double), intent(in) :: conditions(*)
      integer(c_int), value :: members
    end function c_ensemble

    integer(c_int) function c_restart(surrogate) bind(C, name='ondine_restart')
      import :: c_int, c_ptr
      type(c_ptr), value :: surrogate
    end function c_restart

    integer(c_int) function c_free(surrogate) bind(C, name='ondine_free')
      import :: c_int, c_ptr
      type(c_ptr), value :: surrogate
    end function c_free

    integer(c_int) function c_gate_open(surrogate, policy, out) bind(C, name='ondine_gate_open')
      import :: c_int, c_ptr, c_char
      type(c_ptr), value :: surrogate
      character(kind=c_char), intent(in) :: policy(*)
      type(c_ptr), intent(out) :: out
    end function c_gate_open

    integer(c_int) function c_gate(gate, before, after, conditions, decision, score) bind(C, name='ondine_gate')
      import :: c_int, c_ptr, c_double
      type(c_ptr), value :: gate, before, after
      real(c_double), intent(in) :: conditions(*)
      integer(c_int), intent(out) :: decision
      real(c_double), intent(out) :: score
    end function c_gate

    integer(c_int) function c_gate_truth(gate, predicted, truth) bind(C, name='ondine_gate_truth')
      import :: c_int, c_ptr
      type(c_ptr), value :: gate, predicted, truth
    end function c_gate_truth

    integer(c_int) function c_gate_feed(gate, endpoint) bind(C, name='ondine_gate_feed')
      import :: c_int, c_ptr
      type(c_ptr), value :: gate, endpoint
    end function c_gate_feed

    integer(c_int) function c_gate_close(gate) bind(C, name='ondine_gate_close')
      import :: c_int, c_ptr
      type(c_ptr), value :: gate
    end function c_gate_close

    integer(c_size_t) function c_strlen(text) bind(C, name='strlen')
      import :: c_size_t, c_ptr
      type(c_ptr), value :: text
    end function c_strlen
  end interface

contains

  !> Opens the surrogate of a run directory, or of the file of an export, on the CPU.
  subroutine ondine_load(surrogate, path, code)
    type(ondine_surrogate), intent(inout) :: surrogate
    character(*), intent(in) :: path
    integer, intent(out) :: code
    code = c_load(trim(path)//c_null_char, c_null_ptr, surrogate%handle)
    if (code == 0) surrogate%values = values_of(surrogate)
  end subroutine ondine_load

  !> The description of a surrogate as JSON.
  function ondine_info(surrogate) result(json)
    type(ondine_surrogate), intent(in) :: surrogate
    character(:), allocatable :: json
    character(kind=c_char), pointer :: text(:)
    type(c_ptr) :: place
    integer :: i
    json = ''
    if (c_info(surrogate%handle, place) /= 0) return
    call c_f_pointer(place, text, [c_strlen(place)])
    json = repeat(' ', size(text))
    do i = 1, size(text)
      json(i:i) = text(i)
    end do
  end function ondine_info

  !> Begins another rollout by steps: noise that is correlated in time is drawn anew.
  subroutine ondine_restart(surrogate, code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer, intent(out) :: code
    code = c_restart(surrogate%handle)
  end subroutine ondine_restart

  subroutine ondine_free(surrogate, code)
    type(ondine_surrogate), intent(inout) :: surrogate
    integer, intent(out) :: code
    code = c_free(surrogate%handle)
    surrogate%handle = c_null_ptr
  end subroutine ondine_free

  !> Values of a state; 0 for no surrogate.
  integer function values_of(surrogate)
    type(ondine_surrogate), intent(in) :: surrogate
    character(:), allocatable :: json
    integer :: place, failed
    json = ondine_info(surrogate)
    place = index(json, '"values":')
    values_of = 0
    if (place > 0) read(json(place + 9:place + 9 + verify(json(place + 9:), '0123456789') - 2), *, iostat=failed) values_of
  end function values_of

  !> Opens a gate for the states of a surrogate, whose run has a calibration; '' stands for the defaults of its policy.
  subroutine ondine_gate_open(gate, surrogate, policy, code)
    type(ondine_gate_handle), intent(inout) :: gate
    type(ondine_surrogate), intent(in) :: surrogate
    character(*), intent(in) :: policy
    integer, intent(out) :: code
    gate%surrogate = surrogate
    code = c_gate_open(surrogate%handle, trim(policy)//c_null_char, gate%handle)
  end subroutine ondine_gate_open

  !> Sends each truth from now on into the training at an endpoint, with the state before it; '' stands for ONDINE_ENDPOINT.
  subroutine ondine_gate_feed(gate, endpoint, code)
    type(ondine_gate_handle), intent(in) :: gate
    character(*), intent(in) :: endpoint
    integer, intent(out) :: code
    character(kind=c_char), target :: text(len_trim(endpoint) + 1)
    text = transfer(trim(endpoint)//c_null_char, text)
    if (size(text) > 1) then
      code = c_gate_feed(gate%handle, c_loc(text))
    else
      code = c_gate_feed(gate%handle, c_null_ptr)
    end if
  end subroutine ondine_gate_feed

  subroutine ondine_gate_close(gate, code)
    type(ondine_gate_handle), intent(inout) :: gate
    integer, intent(out) :: code
    code = c_gate_close(gate%handle)
    gate%handle = c_null_ptr
  end subroutine ondine_gate_close

  !> Checks sizes of arrays, and says what they hold.
  integer function laid_out(surrogate, dtype, sizes) result(code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer(c_int), intent(in) :: dtype
    integer, intent(in) :: sizes(:)
    code = c_layout(surrogate%handle, dtype, column_major)
    if (code == 0 .and. any(sizes /= surrogate%values)) code = wrong_shape
  end function laid_out

  ! An array of any rank arrives in the routines of a number type as its values in their order in memory; the routines of a rank
  ! beneath them do nothing but tell one rank from another.

  subroutine step_32(surrogate, state, length, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer, intent(in) :: length
    real(c_float), intent(inout), target :: state(length)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    code = laid_out(surrogate, f32, [length])
    if (code == 0) code = c_step(surrogate%handle, c_loc(state), conditions, c_loc(state))
  end subroutine step_32

  subroutine ensemble_32(surrogate, state, conditions, members, mean, spread, sizes, code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer, intent(in) :: members, sizes(3)
    real(c_float), intent(in), target :: state(sizes(1))
    real(c_float), intent(inout), target :: mean(sizes(2)), spread(sizes(3))
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    code = laid_out(surrogate, f32, sizes)
    if (code == 0) code = c_ensemble(surrogate%handle, c_loc(state), conditions, members, c_loc(mean), c_loc(spread))
  end subroutine ensemble_32

  subroutine gate_32(gate, before, after, sizes, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    integer, intent(in) :: sizes(2)
    real(c_float), intent(in), target :: before(sizes(1)), after(sizes(2))
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    decision = ondine_stop
    score = huge(score)
    code = laid_out(gate%surrogate, f32, sizes)
    if (code == 0) code = c_gate(gate%handle, c_loc(before), c_loc(after), conditions, decision, score)
  end subroutine gate_32

  subroutine truth_32(gate, predicted, truth, sizes, code)
    type(ondine_gate_handle), intent(in) :: gate
    integer, intent(in) :: sizes(2)
    real(c_float), intent(in), target :: predicted(sizes(1)), truth(sizes(2))
    integer, intent(out) :: code
    code = laid_out(gate%surrogate, f32, sizes)
    if (code == 0) code = c_gate_truth(gate%handle, c_loc(predicted), c_loc(truth))
  end subroutine truth_32

  subroutine step_64(surrogate, state, length, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer, intent(in) :: length
    real(c_double), intent(inout), target :: state(length)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    code = laid_out(surrogate, f64, [length])
    if (code == 0) code = c_step(surrogate%handle, c_loc(state), conditions, c_loc(state))
  end subroutine step_64

  subroutine ensemble_64(surrogate, state, conditions, members, mean, spread, sizes, code)
    type(ondine_surrogate), intent(in) :: surrogate
    integer, intent(in) :: members, sizes(3)
    real(c_double), intent(in), target :: state(sizes(1))
    real(c_double), intent(inout), target :: mean(sizes(2)), spread(sizes(3))
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    code = laid_out(surrogate, f64, sizes)
    if (code == 0) code = c_ensemble(surrogate%handle, c_loc(state), conditions, members, c_loc(mean), c_loc(spread))
  end subroutine ensemble_64

  subroutine gate_64(gate, before, after, sizes, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    integer, intent(in) :: sizes(2)
    real(c_double), intent(in), target :: before(sizes(1)), after(sizes(2))
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    decision = ondine_stop
    score = huge(score)
    code = laid_out(gate%surrogate, f64, sizes)
    if (code == 0) code = c_gate(gate%handle, c_loc(before), c_loc(after), conditions, decision, score)
  end subroutine gate_64

  subroutine truth_64(gate, predicted, truth, sizes, code)
    type(ondine_gate_handle), intent(in) :: gate
    integer, intent(in) :: sizes(2)
    real(c_double), intent(in), target :: predicted(sizes(1)), truth(sizes(2))
    integer, intent(out) :: code
    code = laid_out(gate%surrogate, f64, sizes)
    if (code == 0) code = c_gate_truth(gate%handle, c_loc(predicted), c_loc(truth))
  end subroutine truth_64

  subroutine step_1_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_32(surrogate, state, size(state), conditions, code)
  end subroutine step_1_32

  subroutine ensemble_1_32(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(in) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_float), intent(inout) :: mean(:), spread(:)
    integer, intent(out) :: code
    call ensemble_32(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_1_32

  subroutine gate_1_32(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: before(:), after(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_32(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_1_32

  subroutine truth_1_32(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: predicted(:), truth(:)
    integer, intent(out) :: code
    call truth_32(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_1_32

  subroutine step_2_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_32(surrogate, state, size(state), conditions, code)
  end subroutine step_2_32

  subroutine ensemble_2_32(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(in) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_float), intent(inout) :: mean(:,:), spread(:,:)
    integer, intent(out) :: code
    call ensemble_32(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_2_32

  subroutine gate_2_32(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: before(:,:), after(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_32(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_2_32

  subroutine truth_2_32(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: predicted(:,:), truth(:,:)
    integer, intent(out) :: code
    call truth_32(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_2_32

  subroutine step_3_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_32(surrogate, state, size(state), conditions, code)
  end subroutine step_3_32

  subroutine ensemble_3_32(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(in) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_float), intent(inout) :: mean(:,:,:), spread(:,:,:)
    integer, intent(out) :: code
    call ensemble_32(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_3_32

  subroutine gate_3_32(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: before(:,:,:), after(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_32(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_3_32

  subroutine truth_3_32(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: predicted(:,:,:), truth(:,:,:)
    integer, intent(out) :: code
    call truth_32(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_3_32

  subroutine step_4_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_32(surrogate, state, size(state), conditions, code)
  end subroutine step_4_32

  subroutine ensemble_4_32(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(in) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_float), intent(inout) :: mean(:,:,:,:), spread(:,:,:,:)
    integer, intent(out) :: code
    call ensemble_32(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_4_32

  subroutine gate_4_32(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: before(:,:,:,:), after(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_32(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_4_32

  subroutine truth_4_32(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_float), intent(in) :: predicted(:,:,:,:), truth(:,:,:,:)
    integer, intent(out) :: code
    call truth_32(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_4_32

  subroutine step_1_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_64(surrogate, state, size(state), conditions, code)
  end subroutine step_1_64

  subroutine ensemble_1_64(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:), spread(:)
    integer, intent(out) :: code
    call ensemble_64(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_1_64

  subroutine gate_1_64(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: before(:), after(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_64(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_1_64

  subroutine truth_1_64(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: predicted(:), truth(:)
    integer, intent(out) :: code
    call truth_64(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_1_64

  subroutine step_2_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_64(surrogate, state, size(state), conditions, code)
  end subroutine step_2_64

  subroutine ensemble_2_64(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:), spread(:,:)
    integer, intent(out) :: code
    call ensemble_64(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_2_64

  subroutine gate_2_64(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: before(:,:), after(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_64(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_2_64

  subroutine truth_2_64(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: predicted(:,:), truth(:,:)
    integer, intent(out) :: code
    call truth_64(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_2_64

  subroutine step_3_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_64(surrogate, state, size(state), conditions, code)
  end subroutine step_3_64

  subroutine ensemble_3_64(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:,:), spread(:,:,:)
    integer, intent(out) :: code
    call ensemble_64(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_3_64

  subroutine gate_3_64(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: before(:,:,:), after(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_64(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_3_64

  subroutine truth_3_64(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: predicted(:,:,:), truth(:,:,:)
    integer, intent(out) :: code
    call truth_64(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_3_64

  subroutine step_4_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    call step_64(surrogate, state, size(state), conditions, code)
  end subroutine step_4_64

  subroutine ensemble_4_64(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:,:,:), spread(:,:,:,:)
    integer, intent(out) :: code
    call ensemble_64(surrogate, state, conditions, members, mean, spread, [size(state), size(mean), size(spread)], code)
  end subroutine ensemble_4_64

  subroutine gate_4_64(gate, before, after, conditions, decision, score, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: before(:,:,:,:), after(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: decision, code
    real(c_double), intent(out) :: score
    call gate_64(gate, before, after, [size(before), size(after)], conditions, decision, score, code)
  end subroutine gate_4_64

  subroutine truth_4_64(gate, predicted, truth, code)
    type(ondine_gate_handle), intent(in) :: gate
    real(c_double), intent(in) :: predicted(:,:,:,:), truth(:,:,:,:)
    integer, intent(out) :: code
    call truth_64(gate, predicted, truth, [size(predicted), size(truth)], code)
  end subroutine truth_4_64

end module ondine_surrogates
