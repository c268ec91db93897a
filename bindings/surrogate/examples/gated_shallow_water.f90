! Shallow water on a periodic plane, h_t + div(h v) = 0, (h v)_t + div(h v v) + grad(h^2/2) = 0, by Rusanov's fluxes: a code that
! streams into a training, and then runs what that gives behind a gate. Conditions are the height and the width of a hump.
!
!   ./gated_shallow_water                            streams simulations to ONDINE_ENDPOINT
!   ./gated_shallow_water RUN HEIGHT WIDTH POLICY    advances one of them by surrogate and solver
program gated_shallow_water
  use, intrinsic :: iso_fortran_env, only: error_unit, int64, real64
  use ondine
  use ondine_surrogates
  implicit none
  integer, parameter :: nx = 32, ny = 20, frames = 12, substeps = 10
  real(real64), parameter :: dx = 1.0_real64 / nx, dy = 1.0_real64 / ny, dt = 0.002_real64
  real(real64) :: q(0:nx + 1, 0:ny + 1, 3), values(2) ! h, h u, h v, with a frame of ghost cells

  if (command_argument_count() == 0) call stream()
  if (command_argument_count() > 0) call forecast()

contains

  subroutine check(code)
    integer, intent(in) :: code
    if (code == ondine_ok) return
    write (error_unit, '(3a)') ondine_code_name(code), ': ', ondine_last_error()
    stop 1
  end subroutine check

  subroutine stream()
    type(ondine_client) :: client
    integer(int64) :: number
    integer :: code, frame
    call ondine_open(client, code)
    call check(code)
    call ondine_field(client, 'height', ondine_f64, [nx, ny], code)
    call check(code)
    call ondine_field(client, 'momentum', ondine_f64, [nx, ny, 2], code)
    call check(code)
    do
      call ondine_next(client, number, values, code)
      if (code == ondine_end) exit
      call check(code)
      call start(values(1), values(2))
      do frame = 0, frames - 1
        if (frame > 0) call solve()
        call ondine_put(client, 'height', q(1:nx, 1:ny, 1), code)
        call check(code)
        call ondine_put(client, 'momentum', q(1:nx, 1:ny, 2:3), code)
        call check(code)
        call ondine_commit(client, frame * substeps * dt, code)
        if (code == ondine_end) return
        call check(code)
      end do
      call ondine_finish(client, 0, code)
      call check(code)
    end do
    call ondine_close(client, code)
    call check(code)
  end subroutine stream

  subroutine forecast()
    type(ondine_surrogate) :: surrogate
    type(ondine_gate_handle) :: gate
    real(real64) :: before(nx, ny, 3), after(nx, ny, 3), score
    character(1000) :: words(4)
    integer :: code, step, decision, accepted
    do step = 1, 4
      call get_command_argument(step, words(step))
    end do
    read (words(2:3), *) values
    call ondine_load(surrogate, trim(words(1)), code)
    call check(code)
    call ondine_gate_open(gate, surrogate, trim(words(4)), code)
    call check(code)
    accepted = 0
    call start(values(1), values(2))
    do step = 1, frames - 1
      before = q(1:nx, 1:ny, :)
      after = before
      call ondine_step(surrogate, after, values, code)
      call check(code)
      call ondine_gate(gate, before, after, values, decision, score, code)
      call check(code)
      if (decision == ondine_accept) then
        q(1:nx, 1:ny, :) = after
        accepted = accepted + 1
      else if (decision == ondine_solver) then
        call solve()
        call ondine_gate_truth(gate, after, q(1:nx, 1:ny, :), code)
        call check(code)
      else
        exit
      end if
    end do
    print '(i0, a, i0, a)', accepted, ' of ', frames - 1, ' steps by the surrogate'
    call ondine_gate_close(gate, code)
    call ondine_free(surrogate, code)
  end subroutine forecast

  subroutine start(height, width)
    real(real64), intent(in) :: height, width
    integer :: i, j
    q = 0
    do concurrent (j = 1:ny, i = 1:nx)
      q(i, j, 1) = 1 + height &
        * exp(-(((i - 0.5_real64) * dx - 0.5_real64)**2 + ((j - 0.5_real64) * dy - 0.25_real64)**2) / width**2)
    end do
  end subroutine start

  ! The next frame.
  subroutine solve()
    real(real64) :: change(nx, ny, 3)
    integer :: i, j, step
    do step = 1, substeps
      q(0, :, :) = q(nx, :, :)
      q(nx + 1, :, :) = q(1, :, :)
      q(:, 0, :) = q(:, ny, :)
      q(:, ny + 1, :) = q(:, 1, :)
      do concurrent (j = 1:ny, i = 1:nx)
        change(i, j, :) = (flux(q(i - 1, j, :), q(i, j, :), 2) - flux(q(i, j, :), q(i + 1, j, :), 2)) / dx &
          + (flux(q(i, j - 1, :), q(i, j, :), 3) - flux(q(i, j, :), q(i, j + 1, :), 3)) / dy
      end do
      q(1:nx, 1:ny, :) = q(1:nx, 1:ny, :) + dt * change
    end do
  end subroutine solve

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

  pure real(real64) function speed(state, along)
    real(real64), intent(in) :: state(3)
    integer, intent(in) :: along
    speed = abs(state(along) / state(1)) + sqrt(state(1))
  end function speed
end program gated_shallow_water
