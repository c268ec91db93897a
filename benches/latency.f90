! Times steps of a surrogate from Fortran: latency FILE NX NY STEPS, with NY = 1 on a line. Prints as forecast.c does.
program latency
  use, intrinsic :: iso_c_binding, only: real64 => c_double, int64 => c_int64_t
  use ondine_surrogates
  implicit none
  type(ondine_surrogate) :: surrogate
  character(1000) :: word(4)
  real(real64), allocatable :: u(:,:), times(:)
  integer(int64) :: since, now, rate
  integer :: code, i, nx, ny, steps

  do i = 1, 4
    call get_command_argument(i, word(i))
  end do
  read(word(2), *) nx
  read(word(3), *) ny
  read(word(4), *) steps
  allocate(u(nx, ny), times(steps))
  call ondine_load(surrogate, word(1), code)
  if (code /= 0) stop 1
  u = reshape([(sin(6.283185307179586_real64 * i / (nx * ny)), i = 0, nx * ny - 1)], [nx, ny])
  do i = 1, steps
    call system_clock(since, rate)
    call ondine_step(surrogate, u, [0.02_real64], code)
    call system_clock(now)
    if (code /= 0) stop 2
    times(i) = 1e6_real64 * real(now - since, real64) / real(rate, real64)
  end do
  call sort(times)
  print '(a, f0.1, a, f0.1, a)', 'a step takes ', times(steps / 2 + 1), ' us, 1 in 100 more than ', &
    times(steps * 99 / 100 + 1), ' us'
  call ondine_free(surrogate, code)

contains

  subroutine sort(x)
    real(real64), intent(inout) :: x(:)
    integer :: j, k
    real(real64) :: y
    do j = 2, size(x)
      y = x(j)
      do k = j - 1, 1, -1
        if (x(k) <= y) exit
        x(k + 1) = x(k)
      end do
      x(k + 1) = y
    end do
  end subroutine sort
end program latency
