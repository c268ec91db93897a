! Ondine for Fortran 2003: a simulation code streams its fields into a training.
!
! All routines end with a code: 0 (ondine_ok) or one of the codes of ondine.h; ondine_last_error() has the sentence.
! Arrays are taken as they are, slices too, without a copy: u(x, y) arrives with x as its first axis.
!
!   type(ondine_client) :: client
!   call ondine_open(client, code)                       ! at ONDINE_ENDPOINT; or ondine_open(client, code, 'tcp://host:port')
!   call ondine_field(client, 'height', ondine_f64, [nx, ny], code)
!   do
!     call ondine_next(client, number, values, code)
!     if (code /= ondine_ok) exit                        ! ondine_end: no more are wanted
!     ...
!     call ondine_put(client, 'height', h, code)
!     call ondine_commit(client, time, code)
!     ...
!     call ondine_finish(client, 0, code)
!   end do
!   call ondine_close(client, code)
module ondine
  use, intrinsic :: iso_c_binding
  implicit none
  private

  public :: ondine_client, ondine_open, ondine_set, ondine_field, ondine_next, ondine_begin, ondine_resume, ondine_join
  public :: ondine_static, ondine_put, ondine_commit, ondine_finish, ondine_should_stop, ondine_dropped, ondine_close
  public :: ondine_last_error, ondine_code_name

  integer, parameter, public :: ondine_ok = 0
  integer, parameter, public :: ondine_end = 1
  integer, parameter, public :: ondine_handle = 2
  integer, parameter, public :: ondine_argument = 3
  integer, parameter, public :: ondine_endpoint = 4
  integer, parameter, public :: ondine_connect = 5
  integer, parameter, public :: ondine_in_use = 6
  integer, parameter, public :: ondine_version = 7
  integer, parameter, public :: ondine_token = 8
  integer, parameter, public :: ondine_wrong_field = 9
  integer, parameter, public :: ondine_shape = 10
  integer, parameter, public :: ondine_overlap = 11
  integer, parameter, public :: ondine_missing = 12
  integer, parameter, public :: ondine_values = 13
  integer, parameter, public :: ondine_not_finite = 14
  integer, parameter, public :: ondine_time = 15
  integer, parameter, public :: ondine_order = 16
  integer, parameter, public :: ondine_timeout = 17
  integer, parameter, public :: ondine_full = 18
  integer, parameter, public :: ondine_lost = 19
  integer, parameter, public :: ondine_gap = 20
  integer, parameter, public :: ondine_limit = 21
  integer, parameter, public :: ondine_protocol = 22
  integer, parameter, public :: ondine_panic = 23
  integer, parameter, public :: ondine_interrupted = 24
  integer, parameter, public :: ondine_failed = 25
  integer, parameter, public :: ondine_file = 26
  integer, parameter, public :: ondine_f32 = 1, ondine_f64 = 2

  !> A client: its handle in the C library.
  type :: ondine_client
    private
    type(c_ptr) :: handle = c_null_ptr
  end type ondine_client

  !> Puts an array, the whole of a field or a block of it, into the frame that ondine_commit ends:
  !> call ondine_put(client, name, array, code [, first]), with the indices of the block's first point in the field from 1.
  interface ondine_put
    module procedure put_1_32, put_2_32, put_3_32, put_4_32, put_1_64, put_2_64, put_3_64, put_4_64
  end interface ondine_put

  !> Gives a static field, such as a mask, once a simulation:
  !> call ondine_static(client, name, global_shape, array, code [, first]).
  interface ondine_static
    module procedure static_1_32, static_2_32, static_3_32, static_4_32
    module procedure static_1_64, static_2_64, static_3_64, static_4_64
  end interface ondine_static

  interface
    function c_open(endpoint, client) result(code) bind(c, name='ondine_open')
      import
      type(c_ptr), value :: endpoint
      type(c_ptr), intent(out) :: client
      integer(c_int) :: code
    end function c_open
    function c_set(client, name, setting) result(code) bind(c, name='ondine_set')
      import
      type(c_ptr), value :: client, name, setting
      integer(c_int) :: code
    end function c_set
    function c_field(client, name, dtype, rank, points) result(code) bind(c, name='ondine_field')
      import
      type(c_ptr), value :: client, name
      integer(c_int), value :: dtype, rank
      integer(c_size_t), intent(in) :: points(*)
      integer(c_int) :: code
    end function c_field
    function c_next(client, simulation, values, n) result(code) bind(c, name='ondine_next')
      import
      type(c_ptr), value :: client
      integer(c_int64_t), intent(out) :: simulation
      real(c_double), intent(inout) :: values(*)
      integer(c_size_t), value :: n
      integer(c_int) :: code
    end function c_next
    function c_begin(client, values, n, simulation) result(code) bind(c, name='ondine_begin')
      import
      type(c_ptr), value :: client
      real(c_double), intent(in) :: values(*)
      integer(c_size_t), value :: n
      integer(c_int64_t), intent(out) :: simulation
      integer(c_int) :: code
    end function c_begin
    function c_resume(client, simulation, values, n, frame, frames) result(code) bind(c, name='ondine_resume')
      import
      type(c_ptr), value :: client
      integer(c_int64_t), value :: simulation
      real(c_double), intent(in) :: values(*)
      integer(c_size_t), value :: n
      integer(c_int64_t), value :: frame
      integer(c_int64_t), intent(out) :: frames
      integer(c_int) :: code
    end function c_resume
    function c_join(client, simulation) result(code) bind(c, name='ondine_join')
      import
      type(c_ptr), value :: client
      integer(c_int64_t), value :: simulation
      integer(c_int) :: code
    end function c_join
    function c_static(client, name, dtype, rank, global_shape, array, offset, points, strides) &
      result(code) bind(c, name='ondine_static')
      import
      type(c_ptr), value :: client, name, array
      integer(c_int), value :: dtype, rank
      integer(c_size_t), intent(in) :: global_shape(*)
      integer(c_size_t), intent(in) :: offset(*), points(*)
      integer(c_intptr_t), intent(in) :: strides(*)
      integer(c_int) :: code
    end function c_static
    function c_put(client, name, dtype, rank, array, offset, points, strides) &
      result(code) bind(c, name='ondine_put_typed')
      import
      type(c_ptr), value :: client, name, array
      integer(c_int), value :: dtype, rank
      integer(c_size_t), intent(in) :: offset(*), points(*)
      integer(c_intptr_t), intent(in) :: strides(*)
      integer(c_int) :: code
    end function c_put
    function c_commit(client, time) result(code) bind(c, name='ondine_commit')
      import
      type(c_ptr), value :: client
      real(c_double), value :: time
      integer(c_int) :: code
    end function c_commit
    function c_finish(client, status) result(code) bind(c, name='ondine_finish')
      import
      type(c_ptr), value :: client
      integer(c_int), value :: status
      integer(c_int) :: code
    end function c_finish
    function c_should_stop(client, flag) result(code) bind(c, name='ondine_should_stop')
      import
      type(c_ptr), value :: client
      integer(c_int), intent(out) :: flag
      integer(c_int) :: code
    end function c_should_stop
    function c_dropped(client, frames) result(code) bind(c, name='ondine_dropped')
      import
      type(c_ptr), value :: client
      integer(c_int64_t), intent(out) :: frames
      integer(c_int) :: code
    end function c_dropped
    function c_close(client) result(code) bind(c, name='ondine_close')
      import
      type(c_ptr), value :: client
      integer(c_int) :: code
    end function c_close
    function c_last_error() result(code) bind(c, name='ondine_last_error')
      import
      type(c_ptr) :: code
    end function c_last_error
    function c_code_name(number) result(code) bind(c, name='ondine_code_name')
      import
      integer(c_int), value :: number
      type(c_ptr) :: code
    end function c_code_name
    function c_strlen(text) result(length) bind(c, name='strlen')
      import
      type(c_ptr), value :: text
      integer(c_size_t) :: length
    end function c_strlen
  end interface

contains

  !> Connects to the training at an endpoint, or at that of the environment variable ONDINE_ENDPOINT.
  subroutine ondine_open(client, code, endpoint)
    type(ondine_client), intent(out) :: client
    integer, intent(out) :: code
    character(*), intent(in), optional :: endpoint
    if (present(endpoint)) then
      call open_at(client, code, endpoint)
    else
      code = c_open(c_null_ptr, client%handle)
    end if
  end subroutine ondine_open

  subroutine open_at(client, code, endpoint)
    type(ondine_client), intent(out) :: client
    integer, intent(out) :: code
    character(*), intent(in) :: endpoint
    character(kind=c_char), target :: text(len_trim(endpoint) + 1)
    text = c_text(endpoint)
    code = c_open(c_loc(text(1)), client%handle)
  end subroutine open_at

  !> Changes an option by its name, as ondine_set of ondine.h.
  subroutine ondine_set(client, name, setting, code)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name, setting
    integer, intent(out) :: code
    character(kind=c_char), target :: text(len_trim(name) + 1), other(len_trim(setting) + 1)
    text = c_text(name)
    other = c_text(setting)
    code = c_set(client%handle, c_loc(text(1)), c_loc(other(1)))
  end subroutine ondine_set

  !> Declares a field by its number type and its global shape, x first.
  subroutine ondine_field(client, name, dtype, global_shape, code)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: dtype, global_shape(:)
    integer, intent(out) :: code
    character(kind=c_char), target :: text(len_trim(name) + 1)
    text = c_text(name)
    code = c_field(client%handle, c_loc(text(1)), dtype, size(global_shape), int(global_shape, c_size_t))
  end subroutine ondine_field

  !> Asks for a simulation and its conditions, and waits for it; code = ondine_end: no more are wanted.
  subroutine ondine_next(client, simulation, values, code)
    type(ondine_client), intent(in) :: client
    integer(c_int64_t), intent(out) :: simulation
    real(c_double), intent(inout) :: values(:)
    integer, intent(out) :: code
    real(c_double) :: found(size(values))
    found = values
    simulation = 0
    code = c_next(client%handle, simulation, found, size(found, kind=c_size_t))
    values = found
  end subroutine ondine_next

  !> Begins a simulation with conditions that the code chose; the training chooses its number.
  subroutine ondine_begin(client, values, simulation, code)
    type(ondine_client), intent(in) :: client
    real(c_double), intent(in) :: values(:)
    integer(c_int64_t), intent(out) :: simulation
    integer, intent(out) :: code
    simulation = 0
    code = c_begin(client%handle, values, size(values, kind=c_size_t), simulation)
  end subroutine ondine_begin

  !> Begins simulation number `simulation` of the code, or goes on with it; `frame`, from 0, is committed next.
  subroutine ondine_resume(client, simulation, values, frame, frames, code)
    type(ondine_client), intent(in) :: client
    integer(c_int64_t), intent(in) :: simulation, frame
    real(c_double), intent(in) :: values(:)
    integer(c_int64_t), intent(out) :: frames
    integer, intent(out) :: code
    frames = 0
    code = c_resume(client%handle, simulation, values, size(values, kind=c_size_t), frame, frames)
  end subroutine ondine_resume

  !> Takes part in a simulation that another rank began.
  subroutine ondine_join(client, simulation, code)
    type(ondine_client), intent(in) :: client
    integer(c_int64_t), intent(in) :: simulation
    integer, intent(out) :: code
    code = c_join(client%handle, simulation)
  end subroutine ondine_join

  !> Ends the frame that was put, at this time.
  subroutine ondine_commit(client, time, code)
    type(ondine_client), intent(in) :: client
    real(c_double), intent(in) :: time
    integer, intent(out) :: code
    code = c_commit(client%handle, time)
  end subroutine ondine_commit

  !> Ends the simulation; a status other than 0 says that it failed.
  subroutine ondine_finish(client, status, code)
    type(ondine_client), intent(in) :: client
    integer, intent(in) :: status
    integer, intent(out) :: code
    code = c_finish(client%handle, status)
  end subroutine ondine_finish

  !> Whether the training wants no more.
  subroutine ondine_should_stop(client, flag, code)
    type(ondine_client), intent(in) :: client
    logical, intent(out) :: flag
    integer, intent(out) :: code
    integer(c_int) :: number
    number = 0
    code = c_should_stop(client%handle, number)
    flag = number /= 0
  end subroutine ondine_should_stop

  !> Frames that were dropped because the training was behind.
  subroutine ondine_dropped(client, frames, code)
    type(ondine_client), intent(in) :: client
    integer(c_int64_t), intent(out) :: frames
    integer, intent(out) :: code
    frames = 0
    code = c_dropped(client%handle, frames)
  end subroutine ondine_dropped

  !> Closes a client.
  subroutine ondine_close(client, code)
    type(ondine_client), intent(in) :: client
    integer, intent(out) :: code
    code = c_close(client%handle)
  end subroutine ondine_close

  !> The sentence of the last error of this thread.
  function ondine_last_error() result(text)
    character(:), allocatable :: text
    text = fortran_text(c_last_error())
  end function ondine_last_error

  !> The name of a code in C.
  function ondine_code_name(code) result(text)
    integer, intent(in) :: code
    character(:), allocatable :: text
    text = fortran_text(c_code_name(code))
  end function ondine_code_name

  !> A text with the zero at its end that C wants, without blanks at the end.
  function c_text(text) result(characters)
    character(*), intent(in) :: text
    character(kind=c_char) :: characters(len_trim(text) + 1)
    integer :: i
    do i = 1, len_trim(text)
      characters(i) = text(i:i)
    end do
    characters(size(characters)) = c_null_char
  end function c_text

  function fortran_text(pointer) result(text)
    type(c_ptr), intent(in) :: pointer
    character(:), allocatable :: text
    character(kind=c_char), pointer :: characters(:)
    integer :: i
    call c_f_pointer(pointer, characters, [int(c_strlen(pointer))])
    allocate(character(size(characters)) :: text)
    do i = 1, size(characters)
      text(i:i) = characters(i)
    end do
  end function fortran_text

  !> Index from 0 of the block's first point along each axis.
  function offsets(rank, first) result(offset)
    integer, intent(in) :: rank
    integer, intent(in), optional :: first(:)
    integer(c_size_t) :: offset(rank)
    offset = 0
    if (present(first)) offset(:min(rank, size(first))) = int(first(:min(rank, size(first))), c_size_t) - 1
  end function offsets

  !> Elements of so many bytes from one place to another; a number that no array has where they lie between elements, as the
  !> components of a packed derived type may.
  function elements(from, to, bytes) result(stride)
    type(c_ptr), intent(in) :: from, to
    integer, intent(in) :: bytes
    integer(c_intptr_t) :: stride
    stride = transfer(to, stride) - transfer(from, stride)
    if (mod(stride, int(bytes, c_intptr_t)) == 0) then
      stride = stride / bytes
    else
      stride = huge(stride)
    end if
  end function elements

  subroutine put_block(client, name, dtype, array, points, strides, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: dtype
    type(c_ptr), intent(in) :: array
    integer, intent(in) :: points(:)
    integer(c_intptr_t), intent(in) :: strides(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    character(kind=c_char), target :: text(len_trim(name) + 1)
    text = c_text(name)
    code = c_put(client%handle, c_loc(text(1)), dtype, size(points), array, offsets(size(points), first), &
      int(points, c_size_t), strides)
  end subroutine put_block

  subroutine static_block(client, name, dtype, global_shape, array, points, strides, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: dtype, global_shape(:), points(:)
    type(c_ptr), intent(in) :: array
    integer(c_intptr_t), intent(in) :: strides(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    character(kind=c_char), target :: text(len_trim(name) + 1)
    text = c_text(name)
    code = c_static(client%handle, c_loc(text(1)), dtype, size(points), int(global_shape, c_size_t), array, &
      offsets(size(points), first), int(points, c_size_t), strides)
  end subroutine static_block

  function strides_1_32(u) result(strides)
    real(c_float), intent(in), target :: u(:)
    integer(c_intptr_t) :: strides(1)
    strides(1) = elements(c_loc(u(1)), c_loc(u(min(2, size(u, 1)))), 4)
  end function strides_1_32

  subroutine put_1_32(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_float), intent(in), target :: u(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f32, c_loc(u(1)), shape(u), strides_1_32(u), code, first)
  end subroutine put_1_32

  subroutine static_1_32(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_float), intent(in), target :: u(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f32, global_shape, c_loc(u(1)), shape(u), &
      strides_1_32(u), code, first)
  end subroutine static_1_32

  function strides_2_32(u) result(strides)
    real(c_float), intent(in), target :: u(:,:)
    integer(c_intptr_t) :: strides(2)
    strides(1) = elements(c_loc(u(1,1)), c_loc(u(min(2, size(u, 1)),1)), 4)
    strides(2) = elements(c_loc(u(1,1)), c_loc(u(1,min(2, size(u, 2)))), 4)
  end function strides_2_32

  subroutine put_2_32(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_float), intent(in), target :: u(:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f32, c_loc(u(1,1)), shape(u), strides_2_32(u), code, first)
  end subroutine put_2_32

  subroutine static_2_32(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_float), intent(in), target :: u(:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f32, global_shape, c_loc(u(1,1)), shape(u), &
      strides_2_32(u), code, first)
  end subroutine static_2_32

  function strides_3_32(u) result(strides)
    real(c_float), intent(in), target :: u(:,:,:)
    integer(c_intptr_t) :: strides(3)
    strides(1) = elements(c_loc(u(1,1,1)), c_loc(u(min(2, size(u, 1)),1,1)), 4)
    strides(2) = elements(c_loc(u(1,1,1)), c_loc(u(1,min(2, size(u, 2)),1)), 4)
    strides(3) = elements(c_loc(u(1,1,1)), c_loc(u(1,1,min(2, size(u, 3)))), 4)
  end function strides_3_32

  subroutine put_3_32(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_float), intent(in), target :: u(:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f32, c_loc(u(1,1,1)), shape(u), strides_3_32(u), code, first)
  end subroutine put_3_32

  subroutine static_3_32(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_float), intent(in), target :: u(:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f32, global_shape, c_loc(u(1,1,1)), shape(u), &
      strides_3_32(u), code, first)
  end subroutine static_3_32

  function strides_4_32(u) result(strides)
    real(c_float), intent(in), target :: u(:,:,:,:)
    integer(c_intptr_t) :: strides(4)
    strides(1) = elements(c_loc(u(1,1,1,1)), c_loc(u(min(2, size(u, 1)),1,1,1)), 4)
    strides(2) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,min(2, size(u, 2)),1,1)), 4)
    strides(3) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,1,min(2, size(u, 3)),1)), 4)
    strides(4) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,1,1,min(2, size(u, 4)))), 4)
  end function strides_4_32

  subroutine put_4_32(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_float), intent(in), target :: u(:,:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f32, c_loc(u(1,1,1,1)), shape(u), strides_4_32(u), code, first)
  end subroutine put_4_32

  subroutine static_4_32(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_float), intent(in), target :: u(:,:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f32, global_shape, c_loc(u(1,1,1,1)), shape(u), &
      strides_4_32(u), code, first)
  end subroutine static_4_32

  function strides_1_64(u) result(strides)
    real(c_double), intent(in), target :: u(:)
    integer(c_intptr_t) :: strides(1)
    strides(1) = elements(c_loc(u(1)), c_loc(u(min(2, size(u, 1)))), 8)
  end function strides_1_64

  subroutine put_1_64(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_double), intent(in), target :: u(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f64, c_loc(u(1)), shape(u), strides_1_64(u), code, first)
  end subroutine put_1_64

  subroutine static_1_64(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_double), intent(in), target :: u(:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f64, global_shape, c_loc(u(1)), shape(u), &
      strides_1_64(u), code, first)
  end subroutine static_1_64

  function strides_2_64(u) result(strides)
    real(c_double), intent(in), target :: u(:,:)
    integer(c_intptr_t) :: strides(2)
    strides(1) = elements(c_loc(u(1,1)), c_loc(u(min(2, size(u, 1)),1)), 8)
    strides(2) = elements(c_loc(u(1,1)), c_loc(u(1,min(2, size(u, 2)))), 8)
  end function strides_2_64

  subroutine put_2_64(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_double), intent(in), target :: u(:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f64, c_loc(u(1,1)), shape(u), strides_2_64(u), code, first)
  end subroutine put_2_64

  subroutine static_2_64(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_double), intent(in), target :: u(:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f64, global_shape, c_loc(u(1,1)), shape(u), &
      strides_2_64(u), code, first)
  end subroutine static_2_64

  function strides_3_64(u) result(strides)
    real(c_double), intent(in), target :: u(:,:,:)
    integer(c_intptr_t) :: strides(3)
    strides(1) = elements(c_loc(u(1,1,1)), c_loc(u(min(2, size(u, 1)),1,1)), 8)
    strides(2) = elements(c_loc(u(1,1,1)), c_loc(u(1,min(2, size(u, 2)),1)), 8)
    strides(3) = elements(c_loc(u(1,1,1)), c_loc(u(1,1,min(2, size(u, 3)))), 8)
  end function strides_3_64

  subroutine put_3_64(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_double), intent(in), target :: u(:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f64, c_loc(u(1,1,1)), shape(u), strides_3_64(u), code, first)
  end subroutine put_3_64

  subroutine static_3_64(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_double), intent(in), target :: u(:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f64, global_shape, c_loc(u(1,1,1)), shape(u), &
      strides_3_64(u), code, first)
  end subroutine static_3_64

  function strides_4_64(u) result(strides)
    real(c_double), intent(in), target :: u(:,:,:,:)
    integer(c_intptr_t) :: strides(4)
    strides(1) = elements(c_loc(u(1,1,1,1)), c_loc(u(min(2, size(u, 1)),1,1,1)), 8)
    strides(2) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,min(2, size(u, 2)),1,1)), 8)
    strides(3) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,1,min(2, size(u, 3)),1)), 8)
    strides(4) = elements(c_loc(u(1,1,1,1)), c_loc(u(1,1,1,min(2, size(u, 4)))), 8)
  end function strides_4_64

  subroutine put_4_64(client, name, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    real(c_double), intent(in), target :: u(:,:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call put_block(client, name, ondine_f64, c_loc(u(1,1,1,1)), shape(u), strides_4_64(u), code, first)
  end subroutine put_4_64

  subroutine static_4_64(client, name, global_shape, u, code, first)
    type(ondine_client), intent(in) :: client
    character(*), intent(in) :: name
    integer, intent(in) :: global_shape(:)
    real(c_double), intent(in), target :: u(:,:,:,:)
    integer, intent(out) :: code
    integer, intent(in), optional :: first(:)
    call static_block(client, name, ondine_f64, global_shape, c_loc(u(1,1,1,1)), shape(u), &
      strides_4_64(u), code, first)
  end subroutine static_4_64

end module ondine
