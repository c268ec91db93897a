! Shallow water on a periodic plane, h_t + div(h v) = 0, (h v)_t + div(h v v) + grad(h^2/2) = 0, by Rusanov's fluxes;
! a training asks for simulations, whose conditions are the height and the width of a hump.
!
!   gfortran ondine.f90 shallow_water.f90 $(pkg-config --libs ondine) -o shallow_water
!   ONDINE_ENDPOINT=tcp://127.0.0.1:4711 ./shallow_water
program shallow_water
  use, intrinsic :: iso_fortran_env, only: error_unit, int64, real64
  use ondine
  implicit none
  integer, parameter :: nx = 32, ny = 20, frames = 6, substeps = 10
  real(real64), parameter :: dx = 1.0_real64 / nx, dy = 1.0_real64 / ny, dt = 0.002_real64
  real(real64) :: q(0:nx + 1, 0:ny + 1, 3) ! h, h u, h v, with a frame of ghost cells
  real(real64) :: values(2)
  type(ondine_client) :: client
  integer(int64) :: number
  integer :: code, simulations

  call ondine_open(client, code)
  call check('ondine_open', code)
  call ondine_field(client, 'height', ondine_f64, [nx, ny], code)
  call check('ondine_field', code)
  call ondine_field(client, 'momentum', ondine_f64, [nx, ny, 2], code)
  call check('ondine_field', code)
  simulations = 0
  do
    call ondine_next(client, number, values, code)
    if (code == ondine_end) exit
    call check('ondine_next', code)
    call simulate(values(1), values(2))
    call ondine_finish(client, 0, code)
    call check('ondine_finish', code)
    simulations = simulations + 1
  end do
  call ondine_close(client, code)
  call check('ondine_close', code)
  print '(i0, a)', simulations, ' simulations'

contains

  subroutine check(call, code)
    character(*), intent(in) :: call
    integer, intent(in) :: code
    if (code == ondine_ok) return
    write (error_unit, '(5a)') call, ': ', ondine_code_name(code), ': ', ondine_last_error()
    stop 1
  end subroutine check

  subroutine simulate(height, width)
    real(real64), intent(in) :: height, width
    integer :: frame, i
    logical :: stop_wanted
    call start(height, width)
    do frame = 0, frames - 1
      ! Slices without the ghost cells are put as they are.
      call ondine_put(client, 'height', q(1:nx, 1:ny, 1), code)
      call check('ondine_put', code)
      call ondine_put(client, 'momentum', q(1:nx, 1:ny, 2:3), code)
      call check('ondine_put', code)
      call ondine_commit(client, frame * substeps * dt, code)
      call check('ondine_commit', code)
      call ondine_should_stop(client, stop_wanted, code)
      call check('ondine_should_stop', code)
      if (stop_wanted) return
      do i = 1, substeps
        call step()
      end do
    end do
  end subroutine simulate

  subroutine start(height, width)
    real(real64), intent(in) :: height, width
    real(real64) :: x, y
    integer :: i, j
    q = 0
    do j = 1, ny
      do i = 1, nx
        x = (i - 0.5_real64) * dx - 0.5_real64
        y = (j - 0.5_real64) * dy - 0.25_real64
        q(i, j, 1) = 1 + height * exp(-(x**2 + y**2) / width**2)
      end do
    end do
  end subroutine start

  subroutine step()
    real(real64) :: change(nx, ny, 3)
    integer :: i, j
    q(0, :, :) = q(nx, :, :)
    q(nx + 1, :, :) = q(1, :, :)
    q(:, 0, :) = q(:, ny, :)
    q(:, ny + 1, :) = q(:, 1, :)
    do j = 1, ny
      do i = 1, nx
        change(i, j, :) = (flux(q(i - 1, j, :), q(i, j, :), 2) - flux(q(i, j, :), q(i + 1, j, :), 2)) / dx &
          + (flux(q(i, j - 1, :), q(i, j, :), 3) - flux(q(i, j, :), q(i, j + 1, :), 3)) / dy
      end do
    end do
    q(1:nx, 1:ny, :) = q(1:nx, 1:ny, :) + dt * change
  end subroutine step

  ! Rusanov's flux from one cell to the next along the axis whose momentum has this index.
  pure function flux(left, right, along) result(f)
    real(real64), intent(in) :: left(3), right(3)
    integer, intent(in) :: along
    real(real64) :: f(3)
    f = (physical(left, along) + physical(right, along)) / 2 &
      - max(speed(left, along), speed(right, along)) / 2 * (right - left)
  end function flux

  pure function physical(state, along) result(f)
    real(real64), intent(in) :: state(3)
    integer, intent(in) :: along
    real(real64) :: f(3)
    f = state * state(along) / state(1)
    f(along) = f(along) + state(1)**2 / 2
  end function physical

  pure function speed(state, along) result(c)
    real(real64), intent(in) :: state(3)
    integer, intent(in) :: along
    real(real64) :: c
    c = abs(state(along) / state(1)) + sqrt(state(1))
  end function speed
end program shallow_water
