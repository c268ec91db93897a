! Arrays of all ranks and kinds, slices and blocks, and wrong calls; the listener compares what arrives.
program arrays
  use, intrinsic :: iso_c_binding
  use ondine
  implicit none
  type(ondine_client) :: client, none
  integer, parameter :: n(4) = [2, 3, 4, 5]
  real(c_float) :: a1(2), a2(2, 3), a3(2, 3, 4), a4(2, 3, 4, 5)
  real(c_double) :: b1(2), b2(2, 3), b3(2, 3, 4), b4(2, 3, 4, 5), wide(8, 9), none2(0, 3)
  integer(c_int64_t) :: number, frames
  integer :: code, i, rank
  logical :: flag
  type :: packed
    sequence
    real(c_float) :: a
    real(c_float) :: b, c
  end type packed
  type(packed) :: points(2)
  character(20) :: name = 'a1'

  b4 = reshape([(real(i, c_double), i = 1, 120)], [2, 3, 4, 5])
  b3 = b4(:, :, :, 1)
  b2 = b3(:, :, 1)
  b1 = b2(:, 1)
  a4 = real(b4, c_float)
  a3 = real(b3, c_float)
  a2 = real(b2, c_float)
  a1 = real(b1, c_float)

  call ondine_commit(none, 0.0_c_double, code)
  call expect(code, ondine_handle)
  call ondine_open(client, code, 'nowhere ')
  call expect(code, ondine_endpoint)
  call expect(index(ondine_last_error(), '`nowhere`'), 1)
  call ondine_open(client, code)
  call expect(code, ondine_ok)
  do rank = 1, 4
    call ondine_field(client, 'a' // char(ichar('0') + rank), ondine_f32, n(:rank), code)
    call expect(code, ondine_ok)
    call ondine_field(client, 'b' // char(ichar('0') + rank), ondine_f64, n(:rank), code)
    call expect(code, ondine_ok)
  end do
  call ondine_set(client, 'window', '3', code)
  call expect(code, ondine_ok)
  call ondine_begin(client, [0.5_c_double], number, code)
  call expect(code, ondine_ok)
  call ondine_static(client, 'mask', [2, 3], b2, code)
  call expect(code, ondine_ok)

  ! Whole arrays; a name with blanks behind it.
  call ondine_put(client, name, a1, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a2', a2, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a3', a3, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a4', a4, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b1', b1, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b2', b2, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b3', b3, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b4', b4, code)
  call expect(code, ondine_ok)
  call ondine_commit(client, 0.0_c_double, code)
  call expect(code, ondine_ok)

  ! The same by slices with steps, backwards, expressions and blocks.
  wide = 0
  wide(2:4:2, 9:1:-4) = b2
  call ondine_put(client, 'b2', wide(2:4:2, 9:1:-4), code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a1', 1 * a1, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a2', a2(:, 2:3), code, [1, 2])
  call expect(code, ondine_ok)
  call ondine_put(client, 'a2', a2(:, 1:1), code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a3', a3, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a4', a4(:, :, :, 1:2), code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'a4', a4(:, :, :, 3:5), code, [1, 1, 1, 3])
  call expect(code, ondine_ok)
  call ondine_put(client, 'b1', b1(2:2), code, [2])
  call expect(code, ondine_ok)
  call ondine_put(client, 'b1', b1(1:1), code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b3', b3, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b4', b4, code)
  call expect(code, ondine_ok)
  call ondine_commit(client, 1.0_c_double, code)
  call expect(code, ondine_ok)

  points%b = a1
  call ondine_put(client, 'a1', points%b, code)
  call expect(code, ondine_ok)
  call ondine_put(client, 'b2', a2, code)
  call expect(code, ondine_wrong_field)
  call ondine_put(client, 'b2', b1, code)
  call expect(code, ondine_shape)
  call ondine_put(client, 'b2', none2, code)
  call expect(code, ondine_shape)
  call ondine_put(client, 'b2', b2, code, [2, 1])
  call expect(code, ondine_shape)
  call ondine_put(client, 'b2', b2, code, [0, 1])
  call expect(code, ondine_shape)
  call ondine_put(client, 'c', b2, code)
  call expect(code, ondine_wrong_field)
  call ondine_should_stop(client, flag, code)
  call expect(code, ondine_ok)
  call expect(merge(1, 0, flag), 0)
  call ondine_dropped(client, frames, code)
  call expect(int(frames), 0)
  call ondine_finish(client, 0, code)
  call expect(code, ondine_order)
  call ondine_finish(client, 1, code)
  call expect(code, ondine_ok)
  call ondine_close(client, code)
  call expect(code, ondine_ok)
  call ondine_close(client, code)
  call expect(code, ondine_handle)
  print '(a)', 'all arrays'

contains

  subroutine expect(found, expected)
    integer, intent(in) :: found, expected
    if (found == expected) return
    print '(a, i0, a, i0, 2a)', 'found ', found, ', expected ', expected, ': ', ondine_last_error()
    stop 1
  end subroutine expect
end program arrays
