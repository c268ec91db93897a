! A surrogate behind its gate in Fortran: gate SURROGATE prints the decisions and scores of a sure step in both precisions, of a
! state far from the trained ones, and of the sure step after a truth that was far off. Where ONDINE_ENDPOINT is set, the truth of
! a further step goes there.
program gated
  use, intrinsic :: iso_c_binding, only: real32 => c_float, real64 => c_double
  use ondine_surrogates
  implicit none
  type(ondine_surrogate) :: surrogate
  type(ondine_gate_handle) :: gate
  character(1000) :: path
  real(real64) :: before(16, 1), after(16, 1), wide(32), score
  real(real32) :: before32(16), after32(16)
  integer :: code, decision, i, length

  call get_command_argument(1, path)
  call ondine_load(surrogate, path, code)
  if (code /= 0) stop 1
  call ondine_gate_open(gate, surrogate, 'tolerance = -1.0', code)
  if (code /= 3) stop 2 ! ONDINE_ARGUMENT
  call ondine_gate_open(gate, surrogate, 'tolerance = 0.5'//new_line('a')//'alpha = 0.2', code)
  if (code /= 0) stop 3
  before(:, 1) = [(sin(6.283185307179586_real64 * (i - 1) / 16), i = 1, 16)]
  after = before
  call ondine_step(surrogate, after, [0.7_real64], code)
  if (code /= 0) stop 4

  call ondine_gate(gate, before, after, [0.7_real64], decision, score, code)
  if (code /= 0) stop 5
  print '(i0, es24.16)', decision, score
  before32 = real(before(:, 1), real32)
  after32 = real(after(:, 1), real32)
  call ondine_gate(gate, before32, after32, [0.7_real64], decision, score, code)
  if (code /= 0) stop 6
  print '(i0, es24.16)', decision, score

  wide(::2) = 50 * after(:, 1) ! not contiguous
  call ondine_gate(gate, before(:, 1), wide(::2), [0.7_real64], decision, score, code)
  if (code /= 0) stop 7
  print '(i0, es24.16)', decision, score
  call ondine_gate_truth(gate, after, 100 * after, code)
  if (code /= 0) stop 8
  call ondine_gate(gate, before, after, [0.7_real64], decision, score, code)
  print '(i0, es24.16)', decision, score

  call ondine_gate_feed(gate, 'nowhere', code)
  if (code == 0) stop 12
  call get_environment_variable('ONDINE_ENDPOINT', length=length)
  if (length > 0) then
    call ondine_gate_feed(gate, '', code)
    if (code /= 0) stop 13
    call ondine_gate(gate, before, after, [0.7_real64], decision, score, code)
    call ondine_gate_truth(gate, after, 2 * before, code)
    if (code /= 0) stop 14
  end if

  call ondine_gate(gate, before(:8, 1), after(:, 1), [0.7_real64], decision, score, code)
  if (code /= 10 .or. decision /= ondine_stop) stop 9 ! ONDINE_SHAPE
  call ondine_gate_close(gate, code)
  if (code /= 0) stop 10
  call ondine_gate_truth(gate, after, after, code)
  if (code /= 2) stop 11 ! ONDINE_HANDLE
  call ondine_free(surrogate, code)
end program gated
