! Ondine for Fortran 2003: a trained surrogate in the time loop of a code; link with the libondine that has surrogates.
!
! States are arrays u(x), u(x, y) or u(x, y, z) of a surrogate with one field, or with a last axis over its fields.
!
!   type(ondine_surrogate) :: surrogate
!   call ondine_load(surrogate, 'runs/convection', code)
!   call ondine_step(surrogate, u, [rayleigh], code)         ! u is advanced in place
!   call ondine_free(surrogate, code)
module ondine_surrogates
  use, intrinsic :: iso_c_binding
  implicit none
  private

  public :: ondine_surrogate, ondine_load, ondine_info, ondine_step, ondine_step_ensemble, ondine_free

  integer(c_int), parameter :: f32 = 1, f64 = 2, column_major = 1, wrong_shape = 10

  !> A surrogate: its handle in the C library.
  type :: ondine_surrogate
    private
    type(c_ptr) :: handle = c_null_ptr
    integer :: values = 0
  end type ondine_surrogate

  !> Advances a state by one step, in place: step(surrogate, u, conditions, code).
  interface ondine_step
    module procedure step_1_32, step_2_32, step_3_32, step_4_32, step_1_64, step_2_64, step_3_64, step_4_64
  end interface ondine_step

  !> Mean and standard deviation of members that sample their answers: step_ensemble(surrogate, u, conditions, members, mean,
  !> spread, code).
  interface ondine_step_ensemble
    module procedure ensemble_1, ensemble_2, ensemble_3, ensemble_4
  end interface ondine_step_ensemble

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

    integer(c_int) function c_free(surrogate) bind(C, name='ondine_free')
      import :: c_int, c_ptr
      type(c_ptr), value :: surrogate
    end function c_free

    integer(c_size_t) function c_strlen(text) bind(C, name='strlen')
      import :: c_size_t, c_ptr
      type(c_ptr), value :: text
    end function c_strlen
  end interface

contains

  !> Opens the surrogate of a run directory on the CPU.
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

  subroutine advance(surrogate, state, dtype, length, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    type(c_ptr), intent(in) :: state
    integer(c_int), intent(in) :: dtype
    integer, intent(in) :: length
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    code = c_layout(surrogate%handle, dtype, column_major)
    if (code == 0 .and. length /= surrogate%values) code = wrong_shape
    if (code == 0) code = c_step(surrogate%handle, state, conditions, state)
  end subroutine advance

  subroutine step_1_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_float), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f32, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_1_32

  subroutine step_2_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_float), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f32, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_2_32

  subroutine step_3_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_float), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f32, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_3_32

  subroutine step_4_32(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_float), intent(inout) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_float), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f32, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_4_32

  subroutine step_1_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f64, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_1_64

  subroutine step_2_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f64, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_2_64

  subroutine step_3_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f64, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_3_64

  subroutine step_4_64(surrogate, state, conditions, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(inout) :: state(:,:,:,:)
    real(c_double), intent(in) :: conditions(:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state))
    copy = reshape(state, [size(state)])
    call advance(surrogate, c_loc(copy(1)), f64, size(state), conditions, code)
    if (code == 0) state = reshape(copy, shape(state))
  end subroutine step_4_64

  subroutine ensemble_1(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:), conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:), spread(:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state)), middle(size(state)), width(size(state))
    code = c_layout(surrogate%handle, f64, column_major)
    if (code == 0 .and. any([size(state), size(mean), size(spread)] /= surrogate%values)) code = wrong_shape
    if (code /= 0) return
    copy = reshape(state, [size(state)])
    code = c_ensemble(surrogate%handle, c_loc(copy(1)), conditions, members, c_loc(middle(1)), c_loc(width(1)))
    if (code /= 0) return
    mean = reshape(middle, shape(mean))
    spread = reshape(width, shape(spread))
  end subroutine ensemble_1

  subroutine ensemble_2(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:), conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:), spread(:,:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state)), middle(size(state)), width(size(state))
    code = c_layout(surrogate%handle, f64, column_major)
    if (code == 0 .and. any([size(state), size(mean), size(spread)] /= surrogate%values)) code = wrong_shape
    if (code /= 0) return
    copy = reshape(state, [size(state)])
    code = c_ensemble(surrogate%handle, c_loc(copy(1)), conditions, members, c_loc(middle(1)), c_loc(width(1)))
    if (code /= 0) return
    mean = reshape(middle, shape(mean))
    spread = reshape(width, shape(spread))
  end subroutine ensemble_2

  subroutine ensemble_3(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:,:), conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:,:), spread(:,:,:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state)), middle(size(state)), width(size(state))
    code = c_layout(surrogate%handle, f64, column_major)
    if (code == 0 .and. any([size(state), size(mean), size(spread)] /= surrogate%values)) code = wrong_shape
    if (code /= 0) return
    copy = reshape(state, [size(state)])
    code = c_ensemble(surrogate%handle, c_loc(copy(1)), conditions, members, c_loc(middle(1)), c_loc(width(1)))
    if (code /= 0) return
    mean = reshape(middle, shape(mean))
    spread = reshape(width, shape(spread))
  end subroutine ensemble_3

  subroutine ensemble_4(surrogate, state, conditions, members, mean, spread, code)
    type(ondine_surrogate), intent(in) :: surrogate
    real(c_double), intent(in) :: state(:,:,:,:), conditions(:)
    integer, intent(in) :: members
    real(c_double), intent(inout) :: mean(:,:,:,:), spread(:,:,:,:)
    integer, intent(out) :: code
    real(c_double), target :: copy(size(state)), middle(size(state)), width(size(state))
    code = c_layout(surrogate%handle, f64, column_major)
    if (code == 0 .and. any([size(state), size(mean), size(spread)] /= surrogate%values)) code = wrong_shape
    if (code /= 0) return
    copy = reshape(state, [size(state)])
    code = c_ensemble(surrogate%handle, c_loc(copy(1)), conditions, members, c_loc(middle(1)), c_loc(width(1)))
    if (code /= 0) return
    mean = reshape(middle, shape(mean))
    spread = reshape(width, shape(spread))
  end subroutine ensemble_4

end module ondine_surrogates
