! A surrogate in Fortran: forecast RUN prints the state after two steps, and the code of a state of another shape.
program forecast
  use, intrinsic :: iso_c_binding, only: real32 => c_float, real64 => c_double
  use ondine_surrogates
  implicit none
  type(ondine_surrogate) :: surrogate
  character(1000) :: run
  real(real64) :: u(16, 2), small(3)
  real(real32) :: v(16)
  integer :: code, i

  call get_command_argument(1, run)
  call ondine_load(surrogate, run, code)
  if (code /= 0) stop 1
  if (index(ondine_info(surrogate), '"points":[16]') == 0) stop 2
  u = 0
  u(:, 2) = [(sin(6.283185307179586_real64 * (i - 1) / 16), i = 1, 16)]
  v = real(u(:, 2), real32)
  do i = 1, 2
    call ondine_step(surrogate, u(:, 2), [0.7_real64], code)
    if (code /= 0) stop 3
    call ondine_step(surrogate, v, [0.7_real64], code)
    if (code /= 0) stop 4
  end do
  if (any(abs(v - u(:, 2)) > 1e-4)) stop 6
  small = 0
  call ondine_step(surrogate, small, [0.7_real64], code)
  print '(i0)', code
  print '(es24.16)', u(:, 2)
  call ondine_restart(surrogate, code)
  if (code /= 0) stop 7
  call ondine_free(surrogate, code)
  if (code /= 0) stop 5
end program forecast
