use super::*;

fn float(size: u8) -> Element {
    let order = ByteOrder::LittleEndian;
    let datatype = Datatype::FloatingPoint {
        size,
        byte_order: order,
    };
    Element::of(&datatype, None).unwrap()
}

#[test]
fn floats_are_those_of_the_processor() {
    for value in [
        0.0,
        -0.0,
        1.0,
        -1.5,
        f64::MIN_POSITIVE,
        5e-324,
        f64::MAX,
        1e-310,
    ] {
        let found = float(8).number(&value.to_le_bytes()).unwrap();
        assert_eq!(found.to_bits(), value.to_bits(), "{value}");
        let narrow = value as f32;
        let found = float(4).number(&narrow.to_le_bytes()).unwrap();
        assert_eq!(found.to_bits(), f64::from(narrow).to_bits(), "{narrow}");
    }
    for (bits, value) in [
        (0x3e00, 1.5),
        (0x0001, 2_f64.powi(-24)),
        (0xfc00, f64::NEG_INFINITY),
    ] {
        let bytes = u16::to_le_bytes(bits);
        assert_eq!(float(2).number(&bytes).unwrap().to_bits(), value.to_bits());
    }
    assert!(float(2).number(&[0x01, 0x7c]).unwrap().is_nan());
    assert_eq!(float(8).number(&[0; 7]), None);
}

#[test]
fn numbers_that_libraries_convert_are_told_from_others() {
    assert!(float(4).is_plain() && float(8).is_plain());
    assert!(!float(2).is_plain() && !float(8).behind(8).is_plain());
    let bfloat = [
        0x11, 0x20, 15, 0, 2, 0, 0, 0, 0, 0, 16, 0, 7, 8, 0, 7, 127, 0, 0, 0,
    ];
    let datatype = Datatype::FloatingPoint {
        size: 2,
        byte_order: ByteOrder::LittleEndian,
    };
    let element = Element::of(&datatype, Some(&bfloat)).unwrap();
    assert_eq!(element.number(&[0xc0, 0x3f]), Some(1.5));
    let odd = [&bfloat[..13], &[17], &bfloat[14..]].concat(); // an exponent wider than the number
    assert_eq!(Element::of(&datatype, Some(&odd)), None);
    assert_eq!(Element::of(&datatype, Some(&bfloat[..9])), None);
}

#[test]
fn bits_that_do_not_count_are_left_out() {
    let raw = [0x10, 8, 0, 0, 4, 0, 0, 0, 8, 0, 12, 0];
    let datatype = Datatype::FixedPoint {
        size: 4,
        signed: true,
        byte_order: ByteOrder::BigEndian,
    };
    let element = Element::of(&datatype, Some(&raw)).unwrap();
    assert!(!element.is_plain());
    assert_eq!(element.number(&[0xff, 0x0f, 0xfd, 0xff]), Some(-3.0));
    let array = Datatype::Array {
        base: Box::new(datatype),
        dims: vec![2, 2],
    };
    let element = Element::of(&array, None).unwrap();
    let bytes: Vec<u8> = (0..4_i32).flat_map(i32::to_be_bytes).collect();
    let mut values = Vec::new();
    element.put(&bytes, &[0, 1], &[2, 1], &mut values);
    assert_eq!((element.inner(), values), (&[2, 2][..], vec![1.0, 3.0]));
}
