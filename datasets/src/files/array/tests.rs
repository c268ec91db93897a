use super::*;

fn numbered(name: &str, shape: &[usize], first: usize) -> Held {
    let count = shape.iter().product::<usize>();
    let values = (first..first + count).map(|i| i as f64).collect();
    Held::new(name, shape, values)
}

#[test]
fn a_block_is_read_row_by_row() {
    let array = numbered("a", &[2, 3, 4], 0);
    let block = array.read(&[0, 1, 1], &[2, 2, 2]).unwrap();
    assert_eq!(block, [5.0, 6.0, 9.0, 10.0, 17.0, 18.0, 21.0, 22.0]);
    assert_eq!(array.read(&[0, 0, 0], &[2, 0, 4]).unwrap(), [0.0; 0]);
    let single = Held::new("one", &[], vec![7.0]);
    assert_eq!(single.read(&[], &[]).unwrap(), [7.0]);
}

#[test]
fn a_chain_reads_across_its_parts() {
    let chain = Chain::new("c", &[2, 1, 3], &[2], |index| {
        let [shape, first] = [[2, 0], [1, 4], [3, 6]][index];
        Ok(Arc::new(numbered("part", &[shape, 2], first)))
    });
    assert_eq!(chain.shape(), [6, 2]);
    let values = chain.read(&[1, 1], &[4, 1]).unwrap();
    assert_eq!(values, [3.0, 5.0, 7.0, 9.0]);
    let wrong = Chain::new("c", &[2], &[2], |_| {
        Ok(Arc::new(numbered("part", &[1, 2], 0)))
    });
    let error = wrong.read(&[0, 0], &[1, 1]).unwrap_err().to_string();
    assert!(error.contains("[1, 2] where [2, 2]"), "{error}");
}

#[test]
fn a_stack_opens_what_it_reads_and_refuses_other_shapes() {
    let stack = Stack::new("s", 40, &[2], |index| {
        let shape: &[usize] = if index == 39 { &[3] } else { &[2] };
        Ok(Arc::new(numbered(
            &format!("part {index}"),
            shape,
            2 * index,
        )))
    });
    assert_eq!(stack.shape(), [40, 2]);
    assert_eq!(stack.read(&[36, 1], &[3, 1]).unwrap(), [73.0, 75.0, 77.0]);
    let error = stack.read(&[39, 0], &[1, 2]).unwrap_err().to_string();
    assert!(
        error.contains("part 39") && error.contains("[3]"),
        "{error}"
    );
}
